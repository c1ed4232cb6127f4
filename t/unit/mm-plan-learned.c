/* The learned layer: the same from the same seed, kept and read back, and never worse than the controller alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "layer.h"

static layer good;

static int begin(void **state)
{
    (void)state;
    mm_err e;
    return layer_train(&good, 1, 150, &e);
}

static sim_result run(const trace *t, const sim_conditions *c, const layer *l)
{
    sim_policy p;
    sim_result r;
    mm_err e;
    if ((l ? policy_layered(&p, t, c, l, &e) : policy_mpc(&p, t, c, &e)) < 0 || sim_run(t, c, &p, &r, NULL, &e) < 0)
        fail_msg("%s", e.text);
    sim_policy_free(&p);
    return r;
}

static void the_same_seed_gives_the_same_layer(void **state)
{
    (void)state;
    layer again;
    mm_err e;
    mm_buf a = { 0 }, b = { 0 };
    assert_int_equal(layer_train(&again, 1, 150, &e), 0);
    layer_put(&a, &good);
    layer_put(&b, &again);
    assert_int_equal(a.n, b.n);
    assert_memory_equal(a.p, b.p, a.n);
    mm_buf_free(&a);
    mm_buf_free(&b);
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    layer back;
    mm_err e;
    mm_buf b = { 0 };
    layer_put(&b, &good);
    FILE *f = fopen("layer-unit.yaml", "w");
    assert_non_null(f);
    assert_int_equal(fwrite(b.p, 1, b.n, f), b.n);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(layer_load(&back, "layer-unit.yaml", &e), 0);
    assert_memory_equal(back.arm, good.arm, sizeof good.arm);
    assert_memory_equal(back.tries, good.tries, sizeof good.tries);
    f = fopen("layer-unit.yaml", "w");
    fputs("version: 2\n", f);
    fclose(f);
    assert_int_equal(layer_load(&back, "layer-unit.yaml", &e), -1);
    assert_int_equal(e.code, MM_EUSAGE);
    assert_non_null(strstr(e.text, "this is no layer of version 1"));
    unlink("layer-unit.yaml");
    mm_buf_free(&b);
}

/* On traces that it was not trained on: with what was learnt, and with each setting everywhere, be it good or bad. The guard has to
 * find out at the cost of the run itself: a little is allowed for that. */
static void it_is_never_worse_than_the_controller_alone(void **state)
{
    (void)state;
    static const char *const kinds[] = { "diurnal", "bursty", "trending", "steady" };
    static const double limits[] = { 30, 60, 120, 300 };
    double gained = 0;
    for (size_t i = 0; i < 16; i++) {
        trace t;
        mm_err e;
        sim_conditions c = { .rate = 4, .startup = 1 + i % 3, .price = 1, .scale_price = 0.01, .min = 1, .limit_s = limits[i / 4], .late_allowed = 0.01 };
        assert_int_equal(trace_make(&t, kinds[i % 4], 5 * 1440, 60, 30, 77 + i, &e), 0);
        sim_result alone = run(&t, &c, NULL);
        for (size_t k = 0; k <= ARMS; k++) {
            layer l = good;
            for (size_t s = 0; k < ARMS && s < SITUATIONS; s++)
                l.arm[s] = k;
            sim_result with = run(&t, &c, &l);
            double more = layer_loss(with.cost, with.late, &c) / layer_loss(alone.cost, alone.late, &c) - 1;
            if (more > 0.005 || with.late_share > (alone.late_share < c.late_allowed ? c.late_allowed : alone.late_share + 0.003))
                fail_msg("%s, limit %g s, %s: %.4f more, late %.4f after %.4f", kinds[i % 4], c.limit_s, k < ARMS ? arm_name[k] : "learnt", more,
                         with.late_share, alone.late_share);
            gained -= k == ARMS ? more / 16 : 0;
        }
        trace_free(&t);
    }
    assert_true(gained > -0.001);   /* what was learnt, on the whole */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_gives_the_same_layer),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(it_is_never_worse_than_the_controller_alone),
    };
    return cmocka_run_group_tests(tests, begin, NULL);
}
