/* paint_png.c - PNG through libpng: rows without any conversion, and new IDAT chunks among the old others. */
#ifdef MM_HAVE_PAINT
#include <png.h>
#include <stdlib.h>
#include <string.h>

#include "media/paint_plane.h"
#include "media/strip_image.h"

typedef struct work {
    mm_str in;
    size_t at;
    mm_buf *made;             /* a PNG of the new rows */
    png_structp read, write;
    png_infop info;           /* of what is read; also what is written */
    uint8_t *pixels;
    uint8_t **rows;
    char why[96];
} work;

static void fail(png_structp png, png_const_charp text)
{
    work *w = png_get_error_ptr(png);
    snprintf(w->why, sizeof w->why, "%s", text);
    png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp text)
{
}

static void give(png_structp png, png_bytep to, size_t n)
{
    work *w = png_get_io_ptr(png);
    if (n > w->in.n - w->at)
        png_error(png, "it ends too early");
    memcpy(to, w->in.p + w->at, n);
    w->at += n;
}

static void take(png_structp png, png_bytep from, size_t n)
{
    work *w = png_get_io_ptr(png);
    mm_buf_put(w->made, from, n);
}

static void flush(png_structp png)
{
}

static bool read_rows(work *w)
{
    if (setjmp(png_jmpbuf(w->read)))
        return false;
    png_set_read_fn(w->read, w, give);
    png_set_user_limits(w->read, 1000000, 1000000);
    png_read_info(w->read, w->info);
    png_set_packing(w->read);
    png_set_interlace_handling(w->read);
    size_t height = png_get_image_height(w->read, w->info), row = png_get_rowbytes(w->read, w->info);
    if (png_get_bit_depth(w->read, w->info) < 8)
        row = png_get_image_width(w->read, w->info);
    w->rows = calloc(height, sizeof *w->rows);
    w->pixels = calloc(height, row);
    if (!w->rows || !w->pixels)
        png_error(w->read, "out of memory");
    for (size_t y = 0; y < height; y++)
        w->rows[y] = w->pixels + y * row;
    png_read_image(w->read, w->rows);
    return true;
}

/* The palette's darkest colour. */
static unsigned darkest(work *w)
{
    png_colorp palette;
    int n = 0, best = 0, least = 3 * 255 + 1;
    png_get_PLTE(w->read, w->info, &palette, &n);
    for (int i = 0; i < n; i++) {
        int light = palette[i].red + palette[i].green + palette[i].blue;
        best = light < least ? i : best;
        least = light < least ? light : least;
    }
    return (unsigned)best;
}

static void paint(work *w, const mm_paint *boxes, size_t n)
{
    int depth = png_get_bit_depth(w->read, w->info), type = png_get_color_type(w->read, w->info);
    int channels = type == PNG_COLOR_TYPE_RGB ? 3 : type == PNG_COLOR_TYPE_RGB_ALPHA ? 4 : type == PNG_COLOR_TYPE_GRAY_ALPHA ? 2 : 1;
    int bytes = depth > 8 ? 2 : 1, colors = channels - (channels == 2 || channels == 4);
    int width = (int)png_get_image_width(w->read, w->info), height = (int)png_get_image_height(w->read, w->info);
    for (int i = 0; i < channels; i++) {
        mm_plane p = { .p = w->pixels + i * bytes, .row = (ptrdiff_t)width * channels * bytes, .width = width, .height = height,
                       .step = channels * bytes, .bits = depth, .big_endian = true };
        p.index = type == PNG_COLOR_TYPE_PALETTE || i >= colors;
        p.dark = i >= colors ? 0xffff : type == PNG_COLOR_TYPE_PALETTE ? darkest(w) : 0;
        mm_plane_paint(&p, width, height, boxes, n);
    }
}

static bool write_rows(work *w)
{
    if (setjmp(png_jmpbuf(w->write)))
        return false;
    png_infop info = png_create_info_struct(w->write);
    png_set_write_fn(w->write, w, take, flush);
    png_uint_32 width, height;
    int depth, type, interlace, n;
    png_colorp palette;
    png_get_IHDR(w->read, w->info, &width, &height, &depth, &type, &interlace, NULL, NULL);
    png_set_IHDR(w->write, info, width, height, depth, type, interlace, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    if (type == PNG_COLOR_TYPE_PALETTE && png_get_PLTE(w->read, w->info, &palette, &n))
        png_set_PLTE(w->write, info, palette, n);
    png_write_info(w->write, info);
    png_set_packing(w->write);
    png_write_image(w->write, w->rows);
    png_write_end(w->write, NULL);
    png_destroy_info_struct(w->write, &info);
    return true;
}

/* Append the chunks of a PNG that are IDAT, or those before the first or behind the last; false where they do not add up. */
enum { BEFORE, IDAT, BEHIND };
static bool copy_chunks(mm_str png, int part, mm_buf *out)
{
    size_t at = 8;
    bool seen = false, done = false;
    if (part == BEFORE)
        mm_buf_put(out, png.p, at);
    while (!done && png.n - at >= 12) {
        size_t n = (size_t)mm_be(png, at, 4);
        if (n > png.n - at - 12)
            return false;
        bool data = !memcmp(png.p + at + 4, "IDAT", 4);
        seen |= data;
        if (part == IDAT ? data : !data && (part == BEHIND) == seen)
            mm_buf_put(out, png.p + at, n + 12);
        done = !memcmp(png.p + at + 4, "IEND", 4);
        at += n + 12;
    }
    return seen && done;
}

static int repaint(work *w, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    if (!read_rows(w))
        return mm_fail(e, MM_EBAD, "not decoded: %s", w->why);
    paint(w, boxes, n);
    if (!write_rows(w))
        return mm_fail(e, MM_EBAD, "not encoded: %s", w->why);
    if (!copy_chunks(w->in, BEFORE, out) || !copy_chunks(mm_buf_view(w->made), IDAT, out) || !copy_chunks(w->in, BEHIND, out))
        return mm_fail(e, MM_EBAD, "not encoded: its chunks do not add up");
    return 0;
}

int mm_paint_png(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    mm_image_facts f;
    mm_buf made = { 0 };
    work w = { .in = in, .made = &made };
    if (mm_image_facts_read(in, &f, e) < 0)
        return -1;
    if (f.frames > 1)
        return mm_fail(e, MM_EBAD, "an animation can not be painted on");
    w.read = png_create_read_struct(PNG_LIBPNG_VER_STRING, &w, fail, warn);
    w.write = png_create_write_struct(PNG_LIBPNG_VER_STRING, &w, fail, warn);
    w.info = w.read ? png_create_info_struct(w.read) : NULL;
    int r = w.info && w.write ? repaint(&w, boxes, n, out, e) : mm_fail(e, MM_ESYS, "out of memory");
    png_destroy_read_struct(&w.read, &w.info, NULL);
    png_destroy_write_struct(&w.write, NULL);
    free(w.rows);
    free(w.pixels);
    mm_buf_free(&made);
    return r;
}
#endif
