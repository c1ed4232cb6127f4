/* The order of filters beside all orders there are, on small random cases; and beside the rank rule where all may move. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "order.h"

enum { MOST = 40 };

static uint64_t seed = 7;

static double uniform(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (double)(seed >> 11) / 9007199254740992.0;
}

static void make(order_stage *s, bool *before, size_t n, double linked)
{
    for (size_t i = 0; i < n; i++) {
        s[i] = (order_stage){ uniform() * 10, uniform() * 10, uniform() * 1.2, uniform() };
        for (size_t k = 0; k < n; k++)
            before[i * n + k] = k < i && uniform() < linked;
    }
}

static double brute(const order_stage *s, const bool *before, size_t n, size_t *order, size_t at, bool *used)
{
    double best = INFINITY;
    if (at == n)
        return order_cost(s, order, n);
    for (size_t i = 0; i < n; i++) {
        bool may = !used[i];
        for (size_t k = 0; may && k < n; k++)
            may = !before[i * n + k] || used[k];
        if (!may)
            continue;
        used[i] = true;
        order[at] = i;
        best = fmin(best, brute(s, before, n, order, at + 1, used));
        used[i] = false;
    }
    return best;
}

static void is_the_best_of_all(void **state)
{
    for (int turn = 0; turn < 400; turn++) {
        size_t n = 1 + turn % 7, order[7], tried[7];
        order_stage s[7];
        bool before[49], used[7] = { 0 };
        make(s, before, n, turn % 3 * 0.3);
        for (size_t i = 0; i < n; i++)
            order[i] = i;
        double best = order_best(s, before, n, order), least = brute(s, before, n, tried, 0, used);
        assert_true(fabs(best - least) <= 1e-9 * least);
        assert_true(fabs(order_cost(s, order, n) - best) <= 1e-9 * best);
        for (size_t i = 0; i < n; i++)
            for (size_t k = i + 1; k < n; k++)
                assert_false(before[order[i] * n + order[k]]);
    }
}

/* Where stages cost by bytes alone and all may move, cost / (1 - keeps) rises. */
static void long_pipes_follow_the_rank(void **state)
{
    order_stage s[MOST];
    bool before[MOST * MOST] = { 0 };
    size_t order[MOST];
    for (size_t i = 0; i < MOST; i++) {
        s[i] = (order_stage){ 0.1 + uniform(), 0, 0.8 + 0.19 * uniform(), 1 };
        order[i] = i;
    }
    order_best(s, before, MOST, order);
    for (size_t i = 1; i < MOST; i++) {
        const order_stage *a = &s[order[i - 1]], *b = &s[order[i]];
        assert_true(a->by_bytes / (1 - a->keeps_bytes) <= b->by_bytes / (1 - b->keeps_bytes) * (1 + 1e-9));
    }
}

static void long_pipes_keep_what_has_to_stay(void **state)
{
    order_stage s[MOST];
    static bool before[MOST * MOST];
    size_t order[MOST];
    make(s, before, MOST, 0.1);
    for (size_t i = 0; i < MOST; i++)
        order[i] = i;
    double given = order_cost(s, order, MOST), best = order_best(s, before, MOST, order);
    assert_true(best <= given);
    for (size_t i = 0; i < MOST; i++)
        for (size_t k = i + 1; k < MOST; k++)
            assert_false(before[order[i] * MOST + order[k]]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(is_the_best_of_all), cmocka_unit_test(long_pipes_follow_the_rank),
                                        cmocka_unit_test(long_pipes_keep_what_has_to_stay) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
