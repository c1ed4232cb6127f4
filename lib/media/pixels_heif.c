/* pixels_heif.c - the primary item of HEIC and AVIF as one picture: coded as it is, or a grid of tiles laid side by side. */
#ifdef MM_HAVE_MEDIA
#include <stdlib.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "media/heif.h"
#include "media/pixels.h"

typedef struct heif {
    mm_str file, meta;
    int64_t max_pixels;
    AVCodecContext *codec;
    const char *config;   /* where the decoder's configuration lies */
    AVFrame *canvas, *tile;
    mm_heif_grid grid;
    bool done;
} heif;

static int decode_item(heif *h, uint64_t item, AVFrame *out, mm_err *e)
{
    mm_str type = mm_heif_type(h->meta, item), config;
    bool hevc = mm_str_eq(type, MM_STR("hvc1")) || mm_str_eq(type, MM_STR("hev1"));
    if (!hevc && !mm_str_eq(type, MM_STR("av01")))
        return mm_fail(e, MM_EBAD, "not decoded: an item of the type %.*s", (int)type.n, type.n ? type.p : "");
    config = mm_heif_property_of(h->meta, item, hevc ? MM_STR("hvcC") : MM_STR("av1C"));
    if (!config.n)
        return mm_fail(e, MM_EBAD, "not decoded: the decoder's configuration is missing");
    if (!h->codec || h->config != config.p) {
        avcodec_free_context(&h->codec);
        h->config = config.p;
        h->codec = mm_still_decoder(hevc ? AV_CODEC_ID_HEVC : AV_CODEC_ID_AV1, config, h->max_pixels, e);
    }
    return h->codec ? mm_still_decode(h->codec, mm_heif_bytes(h->file, h->meta, item), out, e) : -1;
}

/* What the item says of its colours counts more than what its coded picture does (23008-12, 6.5.5). */
static void note_colors(const heif *h, AVFrame *f)
{
    mm_str colr = mm_heif_property_of(h->meta, mm_heif_primary(h->meta), MM_STR("colr"));
    if (!mm_at(colr, 0, "nclx", 4) || colr.n < 11)
        return;
    f->colorspace = (enum AVColorSpace)mm_be(colr, 8, 2);
    f->color_range = mm_u8(colr, 10) & 0x80 ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
}

/* ---- grids ------------------------------------------------------------------ */

/* A canvas all tiles fit on, cut to the size of the whole. */
static int make_canvas(heif *h, mm_err *e)
{
    const mm_heif_grid *g = &h->grid;
    uint64_t tw = (uint64_t)h->tile->width, th = (uint64_t)h->tile->height;
    bool fits = g->columns * tw >= g->width && (g->columns - 1) * tw < g->width && g->rows * th >= g->height &&
                (g->rows - 1) * th < g->height;
    if (!fits || !g->width || !g->height || g->width > (uint64_t)h->max_pixels / g->height)
        return mm_fail(e, MM_EBAD, "not decoded: tiles of %dx%d do not make up %llux%llu", h->tile->width, h->tile->height,
                       (unsigned long long)g->width, (unsigned long long)g->height);
    av_frame_unref(h->canvas);
    av_frame_copy_props(h->canvas, h->tile);
    h->canvas->format = h->tile->format;
    h->canvas->width = (int)(g->columns * tw);
    h->canvas->height = (int)(g->rows * th);
    if (av_frame_get_buffer(h->canvas, 0) < 0)
        return mm_fail(e, MM_EBAD, "not decoded: %llux%llu pixels need more memory than there is",
                       (unsigned long long)g->width, (unsigned long long)g->height);
    return 0;
}

static void lay_tile(heif *h, unsigned column, unsigned row)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(h->tile->format);
    int bytes[4];
    uint8_t *to[4];
    av_image_fill_max_pixsteps(bytes, NULL, d);
    for (int i = 0; i < 4; i++) {
        bool chroma = i == 1 || i == 2;
        ptrdiff_t x = (ptrdiff_t)column * h->tile->width >> (chroma ? d->log2_chroma_w : 0);
        ptrdiff_t y = (ptrdiff_t)row * h->tile->height >> (chroma ? d->log2_chroma_h : 0);
        to[i] = h->canvas->data[i] ? h->canvas->data[i] + y * h->canvas->linesize[i] + x * bytes[i] : NULL;
    }
    av_image_copy(to, h->canvas->linesize, (const uint8_t **)h->tile->data, h->tile->linesize, h->tile->format, h->tile->width,
                  h->tile->height);
}

/* Tiles whose chroma does not end on a border of theirs would overlap. */
static bool is_even(const AVFrame *f)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(f->format);
    return d && f->width % (1 << d->log2_chroma_w) == 0 && f->height % (1 << d->log2_chroma_h) == 0;
}

static int compose_grid(heif *h, mm_err *e)
{
    unsigned n = h->grid.columns * h->grid.rows;
    int format = -1, width = 0, height = 0;
    for (unsigned i = 0; i < n; i++) {
        av_frame_unref(h->tile);
        if (decode_item(h, h->grid.tile[i], h->tile, e) < 0)
            return -1;
        if (i == 0 && make_canvas(h, e) < 0)
            return -1;
        if (i == 0) {
            format = h->tile->format;
            width = h->tile->width;
            height = h->tile->height;
        }
        if (h->tile->format != format || h->tile->width != width || h->tile->height != height || !is_even(h->tile))
            return mm_fail(e, MM_EBAD, "not decoded: tile %u is not like the others", i + 1);
        lay_tile(h, i % h->grid.columns, i / h->grid.columns);
    }
    h->canvas->width = (int)h->grid.width;
    h->canvas->height = (int)h->grid.height;
    return 0;
}

/* ---- one picture ------------------------------------------------------------ */

static int next(void *state, AVFrame *out, double *time_s, mm_err *e)
{
    heif *h = state;
    uint64_t item = mm_heif_primary(h->meta);
    if (h->done)
        return 0;
    h->done = true;
    *time_s = -1;
    bool grid = mm_heif_grid_read(h->file, h->meta, item, &h->grid) == 0;
    if (grid ? compose_grid(h, e) < 0 : decode_item(h, item, h->canvas, e) < 0)
        return -1;
    note_colors(h, h->canvas);
    av_frame_move_ref(out, h->canvas);
    return 1;
}

static void close_heif(void *state)
{
    heif *h = state;
    avcodec_free_context(&h->codec);
    av_frame_free(&h->canvas);
    av_frame_free(&h->tile);
    free(h);
}

int mm_compose_heif(mm_str bytes, int64_t max_pixels, mm_composer *c, mm_err *e)
{
    heif *h = calloc(1, sizeof *h);
    if (!h)
        return mm_fail(e, MM_ESYS, "out of memory");
    *h = (heif){ .file = bytes, .meta = mm_heif_meta(bytes), .max_pixels = max_pixels };
    h->canvas = av_frame_alloc();
    h->tile = av_frame_alloc();
    *c = (mm_composer){ next, close_heif, h };
    return h->canvas && h->tile ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}
#endif
