/* paint.c - boxes on planes of samples, and which painter a format has. */
#include "media/paint_plane.h"

#include <math.h>
#include <string.h>

#include "media/media.h"

enum { LEAST_SIDE = 8 };  /* of a cell: even a small box is left with few */

static int floor_to(int v, int align)
{
    return v / align * align;
}

static int ceil_to(int v, int align)
{
    return (v + align - 1) / align * align;
}

static int clamp(int64_t v, int low, int high)
{
    return v < low ? low : v > high ? high : (int)v;
}

void mm_cells_of(const mm_paint *box, int width, int height, int align_x, int align_y, mm_cells *out)
{
    memset(out, 0, sizeof *out);
    out->x0 = floor_to(clamp(box->x, 0, width), align_x);
    out->y0 = floor_to(clamp(box->y, 0, height), align_y);
    out->x1 = clamp(ceil_to(clamp((int64_t)box->x + box->width, 0, width), align_x), 0, width);
    out->y1 = clamp(ceil_to(clamp((int64_t)box->y + box->height, 0, height), align_y), 0, height);
    if (out->x1 <= out->x0 || out->y1 <= out->y0) {
        out->x1 = out->x0;
        return;
    }
    int w = out->x1 - out->x0, h = out->y1 - out->y0, longer = w > h ? w : h;
    int align = align_x > align_y ? align_x : align_y;  /* both are powers of two, or one is 1 */
    int side = (longer + MM_PAINT_CELLS - 1) / MM_PAINT_CELLS;
    out->side = ceil_to(side < LEAST_SIDE ? LEAST_SIDE : side, align);
    out->across = (w + out->side - 1) / out->side;
    out->down = (h + out->side - 1) / out->side;
}

static double between(double a, double b, double t)
{
    return a + (b - a) * t;
}

double mm_cells_at(const mm_cells *c, mm_paint_how how, double x, double y)
{
    double u = (x - c->x0) / c->side, v = (y - c->y0) / c->side;
    if (how == MM_PAINT_PIXELATE)
        return c->value[clamp((int64_t)v, 0, c->down - 1) * c->across + clamp((int64_t)u, 0, c->across - 1)];
    u = fmin(fmax(u - 0.5, 0), c->across - 1);
    v = fmin(fmax(v - 0.5, 0), c->down - 1);
    int i = (int)u, k = (int)v, right = i + 1 < c->across ? i + 1 : i, below = k + 1 < c->down ? k + 1 : k;
    const double *top = c->value + (size_t)k * (size_t)c->across, *bottom = c->value + (size_t)below * (size_t)c->across;
    return between(between(top[i], top[right], u - i), between(bottom[i], bottom[right], u - i), v - k);
}

double mm_cells_round(double mean, double low, double high)
{
    double step = (high - low) / (MM_PAINT_LEVELS - 1);
    return low + step * floor((mean - low) / step + 0.5);
}

/* ---- planes ----------------------------------------------------------------- */

static unsigned get(const mm_plane *p, const uint8_t *at)
{
    unsigned v = p->bits + p->shift <= 8 ? at[0] : p->big_endian ? (unsigned)(at[0] << 8 | at[1]) : (unsigned)(at[1] << 8 | at[0]);
    return v >> p->shift & ((1u << p->bits) - 1);
}

static void put(const mm_plane *p, uint8_t *at, unsigned v)
{
    unsigned mask = ((1u << p->bits) - 1) << p->shift;
    v = v << p->shift & mask;
    if (p->bits + p->shift <= 8) {
        at[0] = (uint8_t)((at[0] & ~mask) | v);
        return;
    }
    int high = p->big_endian ? 0 : 1;
    at[high] = (uint8_t)((at[high] & ~(mask >> 8)) | v >> 8);
    at[!high] = (uint8_t)((at[!high] & ~mask) | v);
}

static uint8_t *sample(const mm_plane *p, int x, int y)
{
    return p->p + y * p->row + (ptrdiff_t)x * p->step;
}

/* The samples a box has on the plane. */
typedef struct area {
    int x0, y0, x1, y1;
} area;

static area area_of(const mm_plane *p, const mm_cells *c)
{
    area a = { c->x0 >> p->down_x, c->y0 >> p->down_y, (c->x1 + (1 << p->down_x) - 1) >> p->down_x,
               (c->y1 + (1 << p->down_y) - 1) >> p->down_y };
    a.x1 = a.x1 < p->width ? a.x1 : p->width;
    a.y1 = a.y1 < p->height ? a.y1 : p->height;
    return a;
}

static void take_means(const mm_plane *p, const area *a, mm_cells *c)
{
    double count[sizeof c->value / sizeof *c->value] = { 0 };
    int cells = c->across * c->down;
    for (int y = a->y0; y < a->y1; y++)
        for (int x = a->x0; x < a->x1; x++) {
            int i = clamp(mm_cell_at(c, x << p->down_x, y << p->down_y), 0, cells - 1);
            c->value[i] += get(p, sample(p, x, y));
            count[i]++;
        }
    for (int i = 0; i < cells; i++)
        c->value[i] = count[i] > 0 ? mm_cells_round(c->value[i] / count[i], 0, (1 << p->bits) - 1) : p->dark;
}

static void paint_box(const mm_plane *p, int width, int height, const mm_paint *box, bool solid)
{
    mm_cells c;
    mm_cells_of(box, width, height, 1 << p->down_x, 1 << p->down_y, &c);
    area a = area_of(p, &c);
    if (c.x1 <= c.x0)
        return;
    if (!solid)
        take_means(p, &a, &c);
    for (int y = a.y0; y < a.y1; y++)
        for (int x = a.x0; x < a.x1; x++) {
            double px = (x + 0.5) * (1 << p->down_x), py = (y + 0.5) * (1 << p->down_y);
            put(p, sample(p, x, y), solid ? p->dark : (unsigned)lround(mm_cells_at(&c, box->how, px, py)));
        }
}

void mm_plane_paint(const mm_plane *p, int width, int height, const mm_paint *boxes, size_t n)
{
    for (int solid = 0; solid <= 1; solid++)
        for (size_t i = 0; i < n; i++)
            if ((p->index || boxes[i].how == MM_PAINT_BOX) == solid)
                paint_box(p, width, height, &boxes[i], solid);
}

/* ---- formats ---------------------------------------------------------------- */

static const struct {
    const char *format;
    int (*paint)(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
} painters[] = {
#ifdef MM_HAVE_PAINT
    { "jpeg", mm_paint_jpeg }, { "png", mm_paint_png }, { "webp", mm_paint_webp }, { "tiff", mm_paint_tiff },
    { "gif", mm_paint_gif },
#endif
    { "bmp", mm_paint_bmp },
};

int mm_image_paint(mm_str bytes, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    const char *format = mm_image_format(bytes);
    out->n = 0;
    for (size_t i = 0; i < n; i++)
        if (boxes[i].how > MM_PAINT_BLUR || boxes[i].width < 0 || boxes[i].height < 0)
            return mm_fail(e, MM_EBAD, "a box to paint does not add up");
    for (size_t i = 0; format && i < sizeof painters / sizeof *painters; i++)
        if (!strcmp(format, painters[i].format)) {
            int r = painters[i].paint(bytes, boxes, n, out, e);
            return r == 0 && out->failed ? mm_fail(e, MM_ESYS, "out of memory") : r;
        }
    return mm_fail(e, MM_EBAD, "a picture of this kind can not be painted on");
}
