/* Colours of skin against published ones. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "media/skin.h"

static void near(double got, double want, double most)
{
    if (!(fabs(got - want) <= most))
        fail_msg("%.4f, not %.4f", got, want);
}

/* B. Lindbloom's tables of sRGB under D65. */
static void primaries_are_where_they_belong(void **state)
{
    static const struct { uint8_t rgb[3]; mm_lab want; } all[] = {
        { { 255, 255, 255 }, { 100, 0, 0 } }, { { 0, 0, 0 }, { 0, 0, 0 } }, { { 255, 0, 0 }, { 53.2408, 80.0925, 67.2032 } },
        { { 0, 255, 0 }, { 87.7347, -86.1827, 83.1793 } }, { { 0, 0, 255 }, { 32.2970, 79.1875, -107.8602 } } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mm_lab c = mm_lab_of(all[i].rgb);
        near(c.l, all[i].want.l, 0.01);
        near(c.a, all[i].want.a, 0.01);
        near(c.b, all[i].want.b, 0.01);
    }
}

/* The first two patches of the ColorChecker: sRGB by its maker, CIELAB (D50) as BabelColor measured thirty of them. */
static void patches_of_skin_have_the_angle_of_the_published_colour(void **state)
{
    static const struct { uint8_t rgb[3]; mm_lab want; } all[] = {
        { { 115, 82, 68 }, { 37.99, 13.56, 14.06 } }, { { 194, 150, 130 }, { 65.71, 18.13, 17.81 } } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mm_lab c = mm_lab_of(all[i].rgb);
        double want = atan((all[i].want.l - 50) / all[i].want.b) * 180 / M_PI;
        near(c.l, all[i].want.l, 1);
        near(mm_skin_ita(&c), want, 3);
        assert_true(mm_skin_has_tone(&c));
    }
    near(mm_skin_ita(&all[0].want), -40.5, 0.1);
    near(mm_skin_ita(&all[1].want), 41.4, 0.1);
}

static void each_swatch_is_its_own_step(void **state)
{
    static const uint32_t swatch[] = { 0xf6ede4, 0xf3e7db, 0xf7ead0, 0xeadaba, 0xd7bd96, 0xa07e56, 0x825c43, 0x604134, 0x3a312a, 0x292420 };
    double before = 91;
    for (int i = 0; i < 10; i++) {
        uint8_t rgb[] = { (uint8_t)(swatch[i] >> 16), (uint8_t)(swatch[i] >> 8), (uint8_t)swatch[i] };
        mm_lab c = mm_lab_of(rgb);
        assert_int_equal(mm_skin_monk(mm_skin_ita(&c)), i + 1);
        assert_true(mm_skin_ita(&c) < before);
        before = mm_skin_ita(&c);
    }
    assert_int_equal(mm_skin_monk(90), 1);
    assert_int_equal(mm_skin_monk(-90), 10);
}

/* A face of one colour with hair and background of another around its middle, and some odd pixels within. */
static void the_middle_of_the_box_is_what_counts(void **state)
{
    enum { W = 300, H = 200 };
    uint8_t *rgb = calloc(W * H, 3);
    const mm_face box = { .x = 100, .y = 20, .width = 160, .height = 160 };
    for (int y = 60; y < 140; y++)
        for (int x = 140; x < 220; x++) {
            bool odd = x % 8 == 0 && y < 90;
            uint8_t *p = rgb + (y * W + x) * 3;
            p[0] = odd ? 250 : 194;
            p[1] = odd ? 10 : 150;
            p[2] = odd ? 250 : 130;
        }
    mm_lab c, want = mm_lab_of((const uint8_t[]){ 194, 150, 130 });
    assert_true(mm_skin_of(rgb, W, H, &box, &c));
    near(c.l, want.l, 1e-9);
    near(c.a, want.a, 1e-9);
    near(c.b, want.b, 1e-9);
    const mm_face out[] = { { .x = 200, .y = 20, .width = 160, .height = 60 }, { .x = -90, .y = 0, .width = 20, .height = 20 },
                            { .x = 0, .y = 0 }, { .x = 0x7fffffff, .y = 0x7fffffff, .width = 0x7fffffff, .height = 9 } };
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        assert_false(mm_skin_of(rgb, W, H, &out[i], &c));
    const mm_face small = { .x = 299, .y = 199, .width = 1, .height = 1 };
    assert_true(mm_skin_of(rgb, W, H, &small, &c));
    free(rgb);
}

static void gray_and_blue_are_no_skin(void **state)
{
    static const uint8_t all[][3] = { { 128, 128, 128 }, { 0, 0, 0 }, { 255, 255, 255 }, { 60, 80, 200 } };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        mm_lab c = mm_lab_of(all[i]);
        assert_false(mm_skin_has_tone(&c));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(primaries_are_where_they_belong),
        cmocka_unit_test(patches_of_skin_have_the_angle_of_the_published_colour),
        cmocka_unit_test(each_swatch_is_its_own_step),
        cmocka_unit_test(the_middle_of_the_box_is_what_counts),
        cmocka_unit_test(gray_and_blue_are_no_skin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
