/* look.c - one picture, decoded once, looked at for all that was asked. */
#include "media/look.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/frames.h"

/* ---- statistics ------------------------------------------------------------- */

typedef struct edges {
    int64_t sum;
    uint64_t squares, flat;
} edges;

/* One row between two others; a border is mirrored on the pixel before it, as OpenCV's default does. */
static void edges_row(const uint8_t *up, const uint8_t *row, const uint8_t *down, int width, bool top, edges *all)
{
    int64_t sum = 0;
    uint64_t squares = 0, flat = 0;
    for (int x = 0; x < width; x++) {
        int left = row[x > 0 ? x - 1 : width > 1], right = row[x + 1 < width ? x + 1 : width > 1 ? x - 1 : 0];
        int v = up[x] + down[x] + left + right - 4 * row[x];
        sum += v;
        squares += (uint64_t)(v * v);
        flat += x > 0 && left == row[x] && up[x] == row[x];
    }
    all->sum += sum;
    all->squares += squares;
    all->flat += top ? 0 : flat;
}

static void look_at_edges(const uint8_t *luma, int width, int height, mm_look *l)
{
    edges all = { 0 };
    double n = (double)width * height;
    for (int y = 0; y < height; y++) {
        const uint8_t *row = luma + (size_t)y * (size_t)width, *mirrored = y > 0 ? row - width : row;
        const uint8_t *down = y + 1 < height ? row + width : mirrored, *up = y > 0 ? mirrored : down;
        edges_row(up, row, down, width, y == 0, &all);
    }
    double mean = (double)all.sum / n;
    l->sharpness = (double)all.squares / n - mean * mean;
    l->flat = width > 1 && height > 1 ? (double)all.flat / ((double)(width - 1) * (height - 1)) : 0;
}

static double entropy_of(const uint8_t *luma, size_t n)
{
    uint32_t count[4][256] = { { 0 } };
    size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int k = 0; k < 4; k++)
            count[k][luma[i + (size_t)k]]++;
    for (; i < n; i++)
        count[0][luma[i]]++;
    double bits = 0;
    for (int v = 0; v < 256; v++) {
        double p = ((double)count[0][v] + count[1][v] + count[2][v] + count[3][v]) / (double)n;
        if (p > 0)
            bits -= p * log2(p);
    }
    return bits > 0 ? bits : 0;
}

static double variance(double sum, double squares, double n)
{
    double v = squares / n - sum / n * (sum / n);
    return v > 0 ? v : 0;
}

enum { DRAWN_SIDE = 200 };
#define BLANK_LUMA 3.0     /* levels a blank page may stray from one colour */
#define DRAWN_FLAT 0.5

static void look_at_sums(const uint8_t *rgb, const uint8_t *luma, size_t n, mm_look *l)
{
    mm_luma_sums y = { 0 };
    mm_color_sums c = { 0 };
    mm_simd()->luma_sums(luma, n, &y);
    mm_simd()->color_sums(rgb, n, &c);
    double pixels = (double)n;
    double deviation = sqrt(variance((double)y.sum, (double)y.squares, pixels));
    double rg = variance((double)c.rg, (double)c.rg_squares, pixels);
    double yb = variance((double)c.yb, (double)c.yb_squares, pixels) / 4;  /* half of what was summed */
    double rg_mean = (double)c.rg / pixels, yb_mean = (double)c.yb / pixels / 2;
    l->luma_mean = (double)y.sum / pixels;
    l->contrast = deviation / 255;
    l->shadows = (double)y.low / pixels;
    l->highlights = (double)y.high / pixels;
    l->colorfulness = sqrt(rg + yb) + 0.3 * sqrt(rg_mean * rg_mean + yb_mean * yb_mean);
    l->is_blank = deviation < BLANK_LUMA && sqrt(rg + yb) < BLANK_LUMA;
}

static void look_at_stats(const uint8_t *rgb, const uint8_t *luma, mm_look *l)
{
    size_t n = (size_t)l->width * (size_t)l->height;
    look_at_sums(rgb, luma, n, l);
    look_at_edges(luma, (int)l->width, (int)l->height, l);
    l->entropy = entropy_of(luma, n);
    l->is_drawn = !l->is_blank && l->flat >= DRAWN_FLAT && l->width >= DRAWN_SIDE && l->height >= DRAWN_SIDE;
}

/* ---- all of it -------------------------------------------------------------- */

/* Of the largest face, the first of these. */
static void look_at_skin(const uint8_t *rgb, mm_look *l)
{
    const mm_face *largest = NULL;
    for (uint32_t i = 0; i < l->n_faces; i++)
        if (!largest || (int64_t)l->face[i].width * l->face[i].height > (int64_t)largest->width * largest->height)
            largest = &l->face[i];
    l->has_skin = largest && mm_skin_of(rgb, (int)l->width, (int)l->height, largest, &l->skin) && mm_skin_has_tone(&l->skin);
}

static int look_for_faces(const uint8_t *rgb, const uint8_t *luma, mm_look *l)
{
    const char *why;
    const mm_cascade *c = mm_faces_cascade(&why);
    if (!c) {
        mm_media_warn(&l->warnings, "faces not looked for: %s", why);
        l->what &= ~(uint32_t)MM_LOOK_FACES;
        return 0;
    }
    int n = mm_faces_find(c, luma, (int)l->width, (int)l->height, &(mm_faces_opts){ 0 }, l->face, MM_FACES_MAX);
    l->n_faces = n > 0 ? (uint32_t)n : 0;
    look_at_skin(rgb, l);
    return n < 0 ? -1 : 0;
}

int mm_look_at(const uint8_t *rgb, int width, int height, uint32_t what, mm_look *l, mm_err *e)
{
    size_t n = (size_t)width * (size_t)height;
    memset(l, 0, sizeof *l);
    l->what = what;
    l->width = width;
    l->height = height;
    int r = 0;
    uint8_t *luma = NULL;
    if (what & ~(uint32_t)MM_LOOK_COLORS) {
        luma = malloc(n);
        if (!luma)
            return mm_fail(e, MM_ESYS, "out of memory");
        mm_simd()->rgb_luma(rgb, n, luma);
    }
    if (what & MM_LOOK_STATS)
        look_at_stats(rgb, luma, l);
    if (what & MM_LOOK_PDQ)
        r |= mm_pdq(luma, width, height, l->pdq, &l->pdq_quality);
    if (what & MM_LOOK_COLORS)
        r |= mm_palette(rgb, n, l);
    if (what & MM_LOOK_FACES)
        r |= look_for_faces(rgb, luma, l);
    free(luma);
    return r < 0 ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* A camera's name speaks against a drawing, however flat. */
static void mind_the_camera(mm_str bytes, mm_look *l)
{
    mm_image_facts f;
    mm_err e = { 0 };
    if (l->is_drawn && mm_image_facts_read(bytes, &f, &e) == 0 && (f.camera_make[0] || f.camera_model[0]))
        l->is_drawn = false;
}

int mm_look_read(mm_str bytes, const mm_look_args *a, mm_look *l, mm_err *e)
{
    mm_frame_opts o = { .max_pixels = a->max_pixels, .max_frames = 1 };
    mm_frame frame;
    mm_frames *f = mm_frames_open(bytes, &o, e);
    if (!f)
        return -1;
    int r = mm_frames_next(f, &frame, e);
    if (r == 1)
        r = mm_look_at(frame.pixels, frame.width, frame.height, a->what, l, e);
    else if (r == 0)
        r = mm_fail(e, MM_EBAD, "not decoded: there are no pictures in it");
    if (r == 0 && frame.damaged)
        mm_media_warn(&l->warnings, "the picture is damaged; some of its pixels are guesses");
    mm_frames_close(f);
    if (r == 0)
        mind_the_camera(bytes, l);
    return r;
}

int mm_look_take(mm_str answer, mm_look *l, mm_err *e)
{
    if (answer.n != sizeof *l)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes in place of %zu", answer.n, sizeof *l);
    memcpy(l, answer.p, sizeof *l);
    size_t room = sizeof l->warnings.text / sizeof *l->warnings.text;
    l->warnings.n = l->warnings.n < room ? l->warnings.n : (uint32_t)room;
    for (size_t i = 0; i < room; i++)
        l->warnings.text[i][sizeof l->warnings.text[i] - 1] = 0;
    bool sound = l->n_colors <= MM_LOOK_COLORS_MAX && l->n_faces <= MM_FACES_MAX;
    return sound ? 0 : mm_fail(e, MM_EBAD, "the decoder answered with what does not add up");
}
