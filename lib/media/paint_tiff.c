/* paint_tiff.c - TIFF through libtiff: all pages read, painted, and packed anew without loss. */
#ifdef MM_HAVE_PAINT
#include <stdlib.h>
#include <string.h>

#include "media/paint_plane.h"
#include "media/tiff_memory.h"

typedef struct page {
    uint32_t width, height;
    uint16_t bits, samples, photometric, planar, packing, format, extra;
    uint16_t *extra_kinds;
    bool tiled;
    size_t row;       /* bytes of one row of one plane */
    int planes;       /* stored apart */
    uint8_t *bytes;   /* planes one after another */
} page;

static int read_layout(TIFF *in, page *g, mm_err *e)
{
    *g = (page){ .photometric = PHOTOMETRIC_MINISBLACK };
    TIFFGetField(in, TIFFTAG_IMAGEWIDTH, &g->width);
    TIFFGetField(in, TIFFTAG_IMAGELENGTH, &g->height);
    TIFFGetFieldDefaulted(in, TIFFTAG_BITSPERSAMPLE, &g->bits);
    TIFFGetFieldDefaulted(in, TIFFTAG_SAMPLESPERPIXEL, &g->samples);
    TIFFGetFieldDefaulted(in, TIFFTAG_PLANARCONFIG, &g->planar);
    TIFFGetFieldDefaulted(in, TIFFTAG_COMPRESSION, &g->packing);
    TIFFGetFieldDefaulted(in, TIFFTAG_SAMPLEFORMAT, &g->format);
    TIFFGetField(in, TIFFTAG_PHOTOMETRIC, &g->photometric);
    TIFFGetField(in, TIFFTAG_EXTRASAMPLES, &g->extra, &g->extra_kinds);
    g->tiled = TIFFIsTiled(in);
    if (g->packing == COMPRESSION_JPEG && g->photometric == PHOTOMETRIC_YCBCR) {
        TIFFSetField(in, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
        g->photometric = PHOTOMETRIC_RGB;
    }
    bool known = g->photometric == PHOTOMETRIC_MINISBLACK || g->photometric == PHOTOMETRIC_MINISWHITE ||
                 g->photometric == PHOTOMETRIC_RGB || g->photometric == PHOTOMETRIC_PALETTE ||
                 g->photometric == PHOTOMETRIC_SEPARATED;
    bool depth = g->bits == 8 || g->bits == 16 || (g->samples == 1 && (g->bits == 1 || g->bits == 2 || g->bits == 4));
    if (!known || !depth || g->format != SAMPLEFORMAT_UINT || !g->width || !g->height || !g->samples || g->extra >= g->samples ||
        g->packing == COMPRESSION_OJPEG)
        return mm_fail(e, MM_EBAD, "a TIFF of this kind can not be painted on (%u bits, %u samples, photometric %u, compression %u)",
                       g->bits, g->samples, g->photometric, g->packing);
    g->planes = g->planar == PLANARCONFIG_SEPARATE ? g->samples : 1;
    g->row = ((size_t)g->width * g->bits * (g->planes > 1 ? 1 : g->samples) + 7) / 8;
    return 0;
}

/* The part of a tile that lies in the page; widths of tiles are multiples of 16, so that bits lie in whole bytes. */
static void place_tile(const page *g, const uint8_t *tile, size_t tile_row, uint32_t x, uint32_t y, uint32_t height, uint8_t *plane)
{
    size_t from = (size_t)x * g->bits * (g->planes > 1 ? 1 : g->samples) / 8;
    for (uint32_t i = 0; i < height && y + i < g->height && from < g->row; i++) {
        size_t n = g->row - from < tile_row ? g->row - from : tile_row;
        memcpy(plane + (size_t)(y + i) * g->row + from, tile + i * tile_row, n);
    }
}

static bool read_tiles(TIFF *in, const page *g, uint16_t sample, uint8_t *plane)
{
    uint32_t width = 0, height = 0;
    TIFFGetField(in, TIFFTAG_TILEWIDTH, &width);
    TIFFGetField(in, TIFFTAG_TILELENGTH, &height);
    uint8_t *tile = width && height ? malloc((size_t)TIFFTileSize(in)) : NULL;
    bool ok = tile != NULL;
    for (uint32_t y = 0; ok && y < g->height; y += height)
        for (uint32_t x = 0; ok && x < g->width; x += width) {
            ok = TIFFReadTile(in, tile, x, y, 0, sample) >= 0;
            if (ok)
                place_tile(g, tile, (size_t)TIFFTileRowSize(in), x, y, height, plane);
        }
    free(tile);
    return ok;
}

static bool read_rows(TIFF *in, const page *g, uint16_t sample, uint8_t *plane)
{
    if ((size_t)TIFFScanlineSize(in) != g->row)
        return false;
    for (uint32_t y = 0; y < g->height; y++)
        if (TIFFReadScanline(in, plane + y * g->row, y, sample) < 0)
            return false;
    return true;
}

static int read_pixels(TIFF *in, page *g, mm_err *e)
{
    size_t plane = g->row * g->height;
    if (g->height > MM_TIFF_MAX_BYTES / g->row || plane > MM_TIFF_MAX_BYTES / (size_t)g->planes)
        return mm_fail(e, MM_EBAD, "not decoded: a page of %ux%u pixels is over the limit", g->width, g->height);
    g->bytes = calloc((size_t)g->planes, plane);
    if (!g->bytes)
        return mm_fail(e, MM_EBAD, "not decoded: %ux%u pixels need more memory than there is", g->width, g->height);
    for (int i = 0; i < g->planes; i++)
        if (!(g->tiled ? read_tiles : read_rows)(in, g, (uint16_t)i, g->bytes + (size_t)i * plane))
            return mm_fail(e, MM_EBAD, "not decoded: a page of the TIFF is damaged");
    return 0;
}

/* ---- painting --------------------------------------------------------------- */

/* The darkest amount, or the palette's darkest colour. */
static unsigned dark_of(TIFF *in, const page *g)
{
    unsigned most = (1u << g->bits) - 1, best = 0, least = UINT32_MAX;
    uint16_t *red, *green, *blue;
    if (g->photometric != PHOTOMETRIC_PALETTE)
        return g->photometric == PHOTOMETRIC_MINISWHITE || g->photometric == PHOTOMETRIC_SEPARATED ? most : 0;
    if (!TIFFGetField(in, TIFFTAG_COLORMAP, &red, &green, &blue))
        return 0;
    for (unsigned i = 0; i <= most; i++) {
        unsigned light = (unsigned)red[i] + green[i] + blue[i];
        best = light < least ? i : best;
        least = light < least ? light : least;
    }
    return best;
}

/* Boxes on samples of less than a byte: whole rows of bits. */
static void paint_bits(const page *g, unsigned dark, const mm_paint *box)
{
    mm_cells c;
    mm_cells_of(box, (int)g->width, (int)g->height, 1, 1, &c);
    unsigned mask = (1u << g->bits) - 1, in_byte = 8 / g->bits;
    for (int y = c.y0; y < c.y1; y++)
        for (int x = c.x0; x < c.x1; x++) {
            uint8_t *at = g->bytes + (size_t)y * g->row + (unsigned)x / in_byte;
            unsigned shift = 8 - g->bits * ((unsigned)x % in_byte + 1);
            *at = (uint8_t)((*at & ~(mask << shift)) | dark << shift);
        }
}

static void paint_page(TIFF *in, const page *g, const mm_paint *boxes, size_t n, uint32_t number)
{
    unsigned dark = dark_of(in, g);
    int bytes = g->bits > 8 ? 2 : 1, step = (g->planes > 1 ? 1 : g->samples) * bytes;
    for (size_t i = 0; i < n; i++) {
        if (boxes[i].page != number)
            continue;
        if (g->bits < 8) {
            paint_bits(g, dark, &boxes[i]);
            continue;
        }
        for (int k = 0; k < g->samples; k++) {
            bool extra = k >= g->samples - g->extra;
            mm_plane p = { .row = (ptrdiff_t)g->row, .width = (int)g->width, .height = (int)g->height, .step = step,
                           .bits = g->bits, .index = extra || g->photometric == PHOTOMETRIC_PALETTE, .dark = extra ? 0xffff : dark };
            p.p = g->bytes + (g->planes > 1 ? (size_t)k * g->row * g->height : (size_t)(k * bytes));
            mm_plane_paint(&p, p.width, p.height, &boxes[i], 1);
        }
    }
}

/* ---- writing ---------------------------------------------------------------- */

static void copy_short(TIFF *in, TIFF *out, uint32_t tag)
{
    uint16_t v;
    if (TIFFGetField(in, tag, &v))
        TIFFSetField(out, tag, v);
}

static void copy_float(TIFF *in, TIFF *out, uint32_t tag)
{
    float v;
    if (TIFFGetField(in, tag, &v))
        TIFFSetField(out, tag, v);
}

static void copy_fields(TIFF *in, TIFF *out, const page *g)
{
    uint16_t *red, *green, *blue, a, b;
    uint32_t n, kind;
    void *profile;
    bool lossy = g->packing == COMPRESSION_JPEG || !TIFFIsCODECConfigured(g->packing);
    TIFFSetField(out, TIFFTAG_IMAGEWIDTH, g->width);
    TIFFSetField(out, TIFFTAG_IMAGELENGTH, g->height);
    TIFFSetField(out, TIFFTAG_BITSPERSAMPLE, g->bits);
    TIFFSetField(out, TIFFTAG_SAMPLESPERPIXEL, g->samples);
    TIFFSetField(out, TIFFTAG_PHOTOMETRIC, g->photometric);
    TIFFSetField(out, TIFFTAG_PLANARCONFIG, g->planar);
    TIFFSetField(out, TIFFTAG_COMPRESSION, lossy ? COMPRESSION_ADOBE_DEFLATE : g->packing);
    if (g->packing == COMPRESSION_LZW || g->packing == COMPRESSION_ADOBE_DEFLATE)
        copy_short(in, out, TIFFTAG_PREDICTOR);
    if (g->extra)
        TIFFSetField(out, TIFFTAG_EXTRASAMPLES, g->extra, g->extra_kinds);
    if (g->photometric == PHOTOMETRIC_PALETTE && TIFFGetField(in, TIFFTAG_COLORMAP, &red, &green, &blue))
        TIFFSetField(out, TIFFTAG_COLORMAP, red, green, blue);
    if (TIFFGetField(in, TIFFTAG_ICCPROFILE, &n, &profile))
        TIFFSetField(out, TIFFTAG_ICCPROFILE, n, profile);
    if (TIFFGetField(in, TIFFTAG_SUBFILETYPE, &kind))
        TIFFSetField(out, TIFFTAG_SUBFILETYPE, kind);
    if (TIFFGetField(in, TIFFTAG_PAGENUMBER, &a, &b))
        TIFFSetField(out, TIFFTAG_PAGENUMBER, a, b);
    copy_short(in, out, TIFFTAG_ORIENTATION);
    copy_short(in, out, TIFFTAG_RESOLUTIONUNIT);
    if (g->photometric == PHOTOMETRIC_SEPARATED)
        copy_short(in, out, TIFFTAG_INKSET);
    copy_float(in, out, TIFFTAG_XRESOLUTION);
    copy_float(in, out, TIFFTAG_YRESOLUTION);
    TIFFSetField(out, TIFFTAG_ROWSPERSTRIP, TIFFDefaultStripSize(out, 0));
}

static int write_page(TIFF *in, TIFF *out, const page *g, mm_err *e)
{
    copy_fields(in, out, g);
    for (int i = 0; i < g->planes; i++)
        for (uint32_t y = 0; y < g->height; y++)
            if (TIFFWriteScanline(out, g->bytes + ((size_t)i * g->height + y) * g->row, y, (uint16_t)i) < 0)
                return mm_fail(e, MM_EBAD, "not encoded by libtiff");
    return TIFFWriteDirectory(out) ? 0 : mm_fail(e, MM_EBAD, "not encoded by libtiff");
}

static int repaint(TIFF *in, TIFF *out, const mm_paint *boxes, size_t n, mm_err *e)
{
    uint32_t number = 0;
    do {
        page g;
        int r = read_layout(in, &g, e);
        if (r == 0)
            r = read_pixels(in, &g, e);
        if (r == 0) {
            paint_page(in, &g, boxes, n, number++);
            r = write_page(in, out, &g, e);
        }
        free(g.bytes);
        if (r < 0)
            return -1;
    } while (TIFFReadDirectory(in));
    return 0;
}

int mm_paint_tiff(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    mm_tiff_memory from = { .bytes = in }, to = { .out = out };
    TIFF *source = mm_tiff_read(&from), *target = source ? mm_tiff_write(&to, source) : NULL;
    int r = target ? repaint(source, target, boxes, n, e) : mm_fail(e, MM_EBAD, "not decoded: no TIFF that adds up");
    if (target)
        TIFFClose(target);
    if (source)
        TIFFClose(source);
    return r;
}
#endif
