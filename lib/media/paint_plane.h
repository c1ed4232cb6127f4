/* paint_plane.h - what the painters of formats share: the cells of a box, and painting on a plane of samples; private
 * to lib/media. */
#ifndef MM_MEDIA_PAINT_PLANE_H
#define MM_MEDIA_PAINT_PLANE_H

#include "media/paint.h"

/** A box cut to the picture and its cells, in pixels. Cells are square but at the right and lower edge. */
typedef struct mm_cells {
    int x0, y0, x1, y1;  /* the box: [x0, x1) by [y0, y1), which is empty when nothing of it is in the picture */
    int side;            /* of a cell */
    int across, down;    /* how many cells */
    double value[(MM_PAINT_CELLS + 1) * (MM_PAINT_CELLS + 1)];
} mm_cells;

/** The cells of a box, whose edges and sides are made multiples of `align_x` and `align_y`, outwards. */
void mm_cells_of(const mm_paint *box, int width, int height, int align_x, int align_y, mm_cells *out);
/** The cell of a pixel in the box. */
static inline int mm_cell_at(const mm_cells *c, int x, int y)
{
    return (y - c->y0) / c->side * c->across + (x - c->x0) / c->side;
}
/** What stands at a place of the box (pixels, with fractions) once the values are there. */
double mm_cells_at(const mm_cells *c, mm_paint_how how, double x, double y);
/** One of the MM_PAINT_LEVELS levels of [low, high]. */
double mm_cells_round(double mean, double low, double high);

/** One channel of a picture in memory. */
typedef struct mm_plane {
    uint8_t *p;
    ptrdiff_t row;         /* bytes from row to row */
    int width, height;     /* samples */
    int step;              /* bytes from sample to sample */
    int bits;              /* of a sample, 1 to 16; over 8 it has two bytes */
    int shift;             /* of the sample in its bytes, to the left */
    bool big_endian;
    bool index;            /* samples are no amounts, or opacity: only boxes */
    int down_x, down_y;    /* a sample is of 1 << down pixels of the picture */
    unsigned dark;         /* what fills a box */
} mm_plane;

/** Paint on a plane of a picture of width by height pixels. Solid boxes come last. */
void mm_plane_paint(const mm_plane *p, int width, int height, const mm_paint *boxes, size_t n);

/* Painters of one format: bytes in, the whole new file to out. */
int mm_paint_jpeg(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
int mm_paint_png(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
int mm_paint_webp(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
int mm_paint_tiff(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
int mm_paint_bmp(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);
int mm_paint_gif(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e);

#endif
