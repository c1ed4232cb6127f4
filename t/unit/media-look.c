/* Looking at pictures of any shape, however small, and cascades that are damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media/look.h"

static void bears_every_small_shape(void **state)
{
    static const int sides[] = { 1, 2, 3, 5, 19, 20, 21, 63, 64, 65, 127, 130, 1025, 2049 };
    enum { N = sizeof sides / sizeof *sides };
    for (size_t i = 0; i < N * N; i++) {
        int width = sides[i / N], height = sides[i % N];
        size_t n = 3 * (size_t)width * (size_t)height;
        if (n > 1000000)
            continue;
        uint8_t *rgb = malloc(n);
        for (size_t k = 0; k < n; k++)
            rgb[k] = (uint8_t)(k * 2654435761u >> 24);
        mm_look l;
        mm_err e = { 0 };
        assert_int_equal(mm_look_at(rgb, width, height, MM_LOOK_STATS | MM_LOOK_PDQ | MM_LOOK_COLORS, &l, &e), 0);
        double share = 0;
        for (uint32_t k = 0; k < l.n_colors; k++)
            share += l.color[k].share;
        assert_true(share > 0.999 && share < 1.001);
        assert_true(l.entropy >= 0 && l.entropy <= 8 && l.contrast <= 0.5 && l.flat >= 0 && l.flat <= 1);
        free(rgb);
    }
}

#define HEAD "<cascade type_id=\"opencv-cascade-classifier\"><featureType>HAAR</featureType><height>20</height><width>20</width>"
#define STAGE "<stageThreshold>0.5</stageThreshold>"
#define NODES(text) "<internalNodes>" text "</internalNodes>"
#define LEAVES "<leafValues>0 1</leafValues>"
#define FEATURES(text) "<features><rects>" text "</rects></features>"
#define RECT "<_>2 2 10 10 -1.</_><_>2 2 10 5 2.</_>"

static int parse(const char *xml, char *why)
{
    mm_err e = { 0 };
    mm_cascade *c = mm_cascade_parse(mm_str_of(xml), &e);
    snprintf(why, 100, "%s", c ? "" : strrchr(e.text, ':') + 2);
    mm_cascade_free(c);
    return c ? 0 : -1;
}

static void refuses_damaged_cascades(void **state)
{
    static const struct {
        const char *xml, *why;
    } all[] = {
        { HEAD STAGE NODES("0 -1 0 0.1") LEAVES FEATURES(RECT), "" },
        { "", "not an OpenCV cascade of Haar features" },
        { HEAD STAGE NODES("0 0 0 0.1") LEAVES FEATURES(RECT), "" },
        { HEAD STAGE NODES("1 -1 0 0.1") LEAVES FEATURES(RECT), "a node leads nowhere" },
        { HEAD STAGE NODES("0 -2 0 0.1") LEAVES FEATURES(RECT), "a node leads nowhere" },
        { HEAD STAGE NODES("0 -1 1 0.1") LEAVES FEATURES(RECT), "a node asks for a feature that is not there" },
        { HEAD STAGE NODES("0 -1 nan 0.1") LEAVES FEATURES(RECT), "a node leads nowhere" },
        { HEAD NODES("0 -1 0 0.1") LEAVES FEATURES(RECT), "nodes of a tree" },
        { HEAD STAGE NODES("0 -1 0 0.1") FEATURES(RECT), "trees without leaves" },
        { HEAD STAGE NODES("0 -1 0 0.1") LEAVES FEATURES("<_>12 2 10 10 -1.</_>"), "a rectangle outside the window" },
        { HEAD STAGE NODES("0 -1 0 0.1") LEAVES FEATURES(RECT) "<tilted>1</tilted>", "tilted features" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        char why[100];
        parse(all[i].xml, why);
        assert_string_equal(why, all[i].why);
    }
}

static void bears_every_prefix_of_a_cascade(void **state)
{
    static const char xml[] = HEAD STAGE NODES("0 -1 0 0.1") LEAVES FEATURES(RECT);
    for (size_t n = 0; n < sizeof xml; n++) {
        mm_err e = { 0 };
        char *copy = malloc(n + 1);
        memcpy(copy, xml, n);
        mm_cascade_free(mm_cascade_parse((mm_str){ copy, n }, &e));
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bears_every_small_shape),
        cmocka_unit_test(refuses_damaged_cascades),
        cmocka_unit_test(bears_every_prefix_of_a_cascade),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
