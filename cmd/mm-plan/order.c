/* order.c - filters in the order that costs least.
 *
 * Of stages free to move, one goes before another when it costs less for each share it takes away (the rank of Ibaraki and Kameda
 * 1984; Hellerstein 1993); with stages that have to stay behind others the problem is hard in general, so small ones are searched. */
#include "order.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double order_cost(const order_stage *s, const size_t *order, size_t n)
{
    double bytes = 1, records = 1, cost = 0;
    for (size_t i = 0; i < n; i++) {
        const order_stage *v = &s[order[i]];
        cost += v->by_bytes * bytes + v->by_records * records;
        bytes *= v->keeps_bytes;
        records *= v->keeps_records;
    }
    return cost;
}

/* ---- over sets ---- */

typedef struct cell {
    double cost, bytes, records;   /* cost INFINITY: such a set can not have run */
    unsigned char last;
} cell;

static double over_sets(const order_stage *s, const bool *before, size_t n, size_t *order)
{
    size_t sets = (size_t)1 << n;
    unsigned needs[ORDER_EXACT] = { 0 };
    cell *c = malloc(sets * sizeof *c);
    if (!c)
        return NAN;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            needs[i] |= before[i * n + k] ? 1u << k : 0;
    c[0] = (cell){ 0, 1, 1, 0 };
    for (unsigned set = 1; set < sets; set++) {
        c[set].cost = INFINITY;
        /* Of equal orders the one that keeps the later stages of the description last. */
        for (size_t i = n; i-- > 0;) {
            unsigned rest = set & ~(1u << i);
            if (rest == set || (needs[i] & ~rest) || isinf(c[rest].cost))
                continue;
            double cost = c[rest].cost + s[i].by_bytes * c[rest].bytes + s[i].by_records * c[rest].records;
            if (cost < c[set].cost * (1 - 1e-12) || isinf(c[set].cost))
                c[set] = (cell){ cost, c[rest].bytes * s[i].keeps_bytes, c[rest].records * s[i].keeps_records, (unsigned char)i };
        }
    }
    unsigned set = (unsigned)sets - 1;
    double cost = c[set].cost;
    for (size_t at = n; at-- > 0 && !isinf(cost);) {
        order[at] = c[set].last;
        set &= ~(1u << order[at]);
    }
    free(c);
    return cost;
}

/* ---- by exchanges ---- */

/* May the stages order[from..to) go behind those of order[to..end)? */
static bool may_pass(const bool *before, size_t n, const size_t *order, size_t from, size_t to, size_t end)
{
    for (size_t i = to; i < end; i++)
        for (size_t k = from; k < to; k++)
            if (before[order[i] * n + order[k]])
                return false;
    return true;
}

static void exchange(size_t *order, size_t from, size_t to, size_t end, size_t *scratch)
{
    memcpy(scratch, order + from, (to - from) * sizeof *order);
    memmove(order + from, order + to, (end - to) * sizeof *order);
    memcpy(order + from + (end - to), scratch, (to - from) * sizeof *order);
}

enum { LONGEST_BLOCK = 4, MOST_ROUNDS = 1000 };

static double by_exchanges(const order_stage *s, const bool *before, size_t n, size_t *order)
{
    size_t *scratch = malloc(2 * n * sizeof *scratch), *tried = scratch + n;
    double cost = order_cost(s, order, n);
    bool better = scratch != NULL;
    for (int round = 0; better && round < MOST_ROUNDS; round++) {
        better = false;
        for (size_t from = 0; from < n; from++)
            for (size_t a = 1; a <= LONGEST_BLOCK && from + a < n; a++)
                for (size_t b = 1; b <= LONGEST_BLOCK && from + a + b <= n; b++) {
                    if (!may_pass(before, n, order, from, from + a, from + a + b))
                        continue;
                    memcpy(tried, order, n * sizeof *order);
                    exchange(tried, from, from + a, from + a + b, scratch);
                    double v = order_cost(s, tried, n);
                    if (v < cost * (1 - 1e-12)) {
                        memcpy(order, tried, n * sizeof *order);
                        cost = v;
                        better = true;
                    }
                }
    }
    free(scratch);
    return scratch ? cost : NAN;
}

double order_best(const order_stage *s, const bool *before, size_t n, size_t *order)
{
    return n <= ORDER_EXACT ? over_sets(s, before, n, order) : by_exchanges(s, before, n, order);
}
