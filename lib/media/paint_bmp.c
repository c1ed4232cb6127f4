/* paint_bmp.c - BMP where samples lie plainly: painted in place, in a copy. */
#include "media/bytes.h"
#include "media/paint_plane.h"

enum { FILE_HEAD = 14, RGB = 0, BITFIELDS = 3 };

typedef struct layout {
    int width, height, bits;
    bool upside;        /* rows from the bottom */
    uint64_t at, row;   /* pixels, bytes a row */
} layout;

static int read_layout(mm_str in, layout *l, mm_err *e)
{
    uint64_t head = mm_le(in, FILE_HEAD, 4), packing = mm_le(in, FILE_HEAD + 16, 4);
    int32_t width = (int32_t)mm_le(in, FILE_HEAD + 4, 4), height = (int32_t)mm_le(in, FILE_HEAD + 8, 4);
    l->bits = (int)mm_le(in, FILE_HEAD + 14, 2);
    l->at = mm_le(in, 10, 4);
    if (head < 40 || width <= 0 || height == 0 || height == INT32_MIN || (packing != RGB && packing != BITFIELDS) ||
        (l->bits != 8 && l->bits != 24 && l->bits != 32))
        return mm_fail(e, MM_EBAD, "a BMP of this kind can not be painted on; those with 8, 24 or 32 bits and no packing can");
    bool usual = mm_le(in, FILE_HEAD + 40, 4) == 0xff0000 && mm_le(in, FILE_HEAD + 44, 4) == 0xff00 && mm_le(in, FILE_HEAD + 48, 4) == 0xff;
    if (packing == BITFIELDS && (l->bits != 32 || !usual))
        return mm_fail(e, MM_EBAD, "a BMP with colours in unusual bits can not be painted on");
    l->width = width;
    l->upside = height > 0;
    l->height = height < 0 ? -height : height;
    l->row = ((uint64_t)width * (unsigned)l->bits + 31) / 32 * 4;
    if (!mm_in(in, l->at, l->row * (uint64_t)l->height))
        return mm_fail(e, MM_EBAD, "it ends too early");
    return 0;
}

/* The palette's darkest colour. */
static unsigned darkest(mm_str in, const layout *l)
{
    uint64_t from = FILE_HEAD + mm_le(in, FILE_HEAD, 4);
    unsigned best = 0, least = 3 * 255 + 1;
    for (unsigned i = 0; i < 256 && from + 4 * i + 4 <= l->at; i++) {
        unsigned light = mm_u8(in, from + 4 * i) + mm_u8(in, from + 4 * i + 1) + mm_u8(in, from + 4 * i + 2);
        best = light < least ? i : best;
        least = light < least ? light : least;
    }
    return best;
}

int mm_paint_bmp(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    layout l = { 0 };
    if (read_layout(in, &l, e) < 0)
        return -1;
    mm_buf_str(out, in);
    if (out->failed)
        return 0;
    int bytes = l.bits / 8, last = l.height - 1;
    for (int i = 0; i < bytes; i++) {
        mm_plane p = { .p = (uint8_t *)out->p + l.at + i, .row = (ptrdiff_t)l.row, .width = l.width, .height = l.height,
                       .step = bytes, .bits = 8, .index = bytes == 1 || i == 3, .dark = bytes == 1 ? darkest(in, &l) : i == 3 ? 255 : 0 };
        if (l.upside) {
            p.p += (ptrdiff_t)l.row * last;
            p.row = -p.row;
        }
        mm_plane_paint(&p, l.width, l.height, boxes, n);
    }
    return 0;
}
