/* skin.c - colours of skin. */
#include "media/skin.h"

#include <math.h>
#include <stdlib.h>

static double linear(uint8_t v)
{
    double x = v / 255.0;
    return x <= 0.04045 ? x / 12.92 : pow((x + 0.055) / 1.055, 2.4);
}

static double lab_f(double t)
{
    return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

/* The matrix of sRGB to XYZ, and CIELAB (ISO/CIE 11664-4) under D65 (0.95047, 1, 1.08883). */
mm_lab mm_lab_of(const uint8_t rgb[3])
{
    double r = linear(rgb[0]), g = linear(rgb[1]), b = linear(rgb[2]);
    double x = lab_f((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    double y = lab_f(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
    double z = lab_f((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
    return (mm_lab){ 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *v, size_t n)
{
    qsort(v, n, sizeof *v, by_size);
    return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

enum { SIDE = 64 };  /* of the grid */

bool mm_skin_of(const uint8_t *rgb, int width, int height, const mm_face *box, mm_lab *out)
{
    int64_t x = (int64_t)box->x + box->width / 4, y = (int64_t)box->y + box->height / 4;
    int64_t w = (box->width + 1) / 2, h = (box->height + 1) / 2;
    int64_t step_x = w / SIDE + 1, step_y = h / SIDE + 1;
    if (box->width < 1 || box->height < 1 || x < 0 || y < 0 || x + w > width || y + h > height)
        return false;
    double *v = malloc(3 * SIDE * SIDE * sizeof *v);
    size_t n = 0;
    for (int64_t j = 0; v && j < h; j += step_y)
        for (int64_t i = 0; i < w; i += step_x) {
            mm_lab c = mm_lab_of(rgb + ((y + j) * width + x + i) * 3);
            v[n] = c.l;
            v[SIDE * SIDE + n] = c.a;
            v[2 * SIDE * SIDE + n++] = c.b;
        }
    if (v)
        *out = (mm_lab){ median(v, n), median(v + SIDE * SIDE, n), median(v + 2 * SIDE * SIDE, n) };
    free(v);
    return v != NULL;
}

bool mm_skin_has_tone(const mm_lab *c)
{
    return c->b > 0 && hypot(c->a, c->b) >= 3;
}

double mm_skin_ita(const mm_lab *c)
{
    return atan2(c->l - 50, c->b) * (180 / M_PI);
}

int mm_skin_monk(double ita)
{
    static const uint8_t swatch[10][3] = {
        { 0xf6, 0xed, 0xe4 }, { 0xf3, 0xe7, 0xdb }, { 0xf7, 0xea, 0xd0 }, { 0xea, 0xda, 0xba }, { 0xd7, 0xbd, 0x96 },
        { 0xa0, 0x7e, 0x56 }, { 0x82, 0x5c, 0x43 }, { 0x60, 0x41, 0x34 }, { 0x3a, 0x31, 0x2a }, { 0x29, 0x24, 0x20 } };
    int best = 0;
    double least = INFINITY;
    for (int i = 0; i < 10; i++) {
        mm_lab c = mm_lab_of(swatch[i]);
        double far = fabs(mm_skin_ita(&c) - ita);
        if (far < least) {
            least = far;
            best = i;
        }
    }
    return best + 1;
}
