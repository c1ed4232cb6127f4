/* palette.c - dominant colours by median cut: P. Heckbert, "Color Image Quantization for Frame Buffer Display"
 * (SIGGRAPH 1982), on a histogram of 5 bits a channel. */
#include <stdlib.h>
#include <string.h>

#include "media/look.h"

enum { CELLS = 1 << 15 };

typedef struct cell {
    uint32_t n;
    uint64_t sum[3];   /* of the full values of what fell into it */
    uint8_t at[3];     /* its place, 0 to 31 each way */
} cell;

typedef struct box {
    cell *from;        /* its cells lie side by side */
    size_t n;
    uint64_t weight;
    int axis, extent;  /* its longest side */
} box;

static void measure(box *b)
{
    uint8_t low[3] = { 31, 31, 31 }, high[3] = { 0 };
    b->weight = 0;
    for (size_t i = 0; i < b->n; i++) {
        b->weight += b->from[i].n;
        for (int c = 0; c < 3; c++) {
            uint8_t v = b->from[i].at[c];
            low[c] = v < low[c] ? v : low[c];
            high[c] = v > high[c] ? v : high[c];
        }
    }
    b->extent = -1;
    for (int c = 0; c < 3; c++)
        if (high[c] - low[c] > b->extent) {
            b->extent = high[c] - low[c];
            b->axis = c;
        }
}

/* Cells in the order of one axis; those on the same place stay in order. */
static void sort_cells(cell *v, size_t n, int axis, cell *spare)
{
    size_t start[33] = { 0 };
    for (size_t i = 0; i < n; i++)
        start[v[i].at[axis] + 1]++;
    for (int k = 0; k < 32; k++)
        start[k + 1] += start[k];
    for (size_t i = 0; i < n; i++)
        spare[start[v[i].at[axis]]++] = v[i];
    memcpy(v, spare, n * sizeof *v);
}

/* Cut where half the pixels are on either side, leaving at least one cell on each and cells of one place together. */
static void cut(box *b, box *upper, cell *spare)
{
    sort_cells(b->from, b->n, b->axis, spare);
    uint64_t below = 0;
    size_t k = 0;
    do
        below += b->from[k++].n;
    while (k < b->n && (below < (b->weight + 1) / 2 || b->from[k].at[b->axis] == b->from[k - 1].at[b->axis]));
    if (k == b->n) {
        uint8_t last = b->from[b->n - 1].at[b->axis];
        while (b->from[k - 1].at[b->axis] == last)
            k--;
    }
    *upper = (box){ .from = b->from + k, .n = b->n - k };
    b->n = k;
    measure(b);
    measure(upper);
}

static size_t median_cut(box *boxes, cell *spare)
{
    size_t n = 1;
    measure(&boxes[0]);
    while (n < MM_LOOK_COLORS_MAX) {
        box *heaviest = NULL;
        for (size_t i = 0; i < n; i++)
            if (boxes[i].extent > 0 && (!heaviest || boxes[i].weight * (uint64_t)boxes[i].extent >
                                                         heaviest->weight * (uint64_t)heaviest->extent))
                heaviest = &boxes[i];
        if (!heaviest)
            break;
        cut(heaviest, &boxes[n++], spare);
    }
    return n;
}

static int by_share(const void *a, const void *b)
{
    const box *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight < y->weight ? 1 : -1;
    return memcmp(x->from->at, y->from->at, 3);
}

static void tell(const box *boxes, size_t n, size_t pixels, mm_look *l)
{
    l->n_colors = (uint32_t)n;
    for (size_t i = 0; i < n; i++) {
        uint64_t sum[3] = { 0 };
        for (size_t k = 0; k < boxes[i].n; k++)
            for (int c = 0; c < 3; c++)
                sum[c] += boxes[i].from[k].sum[c];
        uint64_t w = boxes[i].weight;
        l->color[i].r = (uint8_t)((sum[0] + w / 2) / w);
        l->color[i].g = (uint8_t)((sum[1] + w / 2) / w);
        l->color[i].b = (uint8_t)((sum[2] + w / 2) / w);
        l->color[i].share = (double)w / (double)pixels;
    }
}

int mm_palette(const uint8_t *rgb, size_t n, mm_look *l)
{
    cell *cells = calloc(2 * CELLS, sizeof *cells);
    if (!cells)
        return -1;
    for (size_t i = 0; i < n; i++, rgb += 3) {
        cell *c = &cells[(rgb[0] >> 3) << 10 | (rgb[1] >> 3) << 5 | rgb[2] >> 3];
        c->n++;
        for (int k = 0; k < 3; k++)
            c->sum[k] += rgb[k];
    }
    size_t used = 0;
    for (size_t i = 0; i < CELLS; i++)
        if (cells[i].n) {
            cells[used] = cells[i];
            cells[used].at[0] = (uint8_t)(i >> 10);
            cells[used].at[1] = (uint8_t)(i >> 5 & 31);
            cells[used++].at[2] = (uint8_t)(i & 31);
        }
    box boxes[MM_LOOK_COLORS_MAX] = { { .from = cells, .n = used } };
    size_t count = median_cut(boxes, cells + CELLS);
    qsort(boxes, count, sizeof *boxes, by_share);
    tell(boxes, count, n, l);
    free(cells);
    return 0;
}
