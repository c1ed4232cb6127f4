/* row_quantiles.c - buffers that empty into the next. */
#include "row_quantiles.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool put(row_quantiles *q, int level, double v)
{
    if (level == ROW_QUANTILE_LEVELS)
        return true;
    if (!q->level[level] && !(q->level[level] = malloc(ROW_QUANTILES * sizeof(double))))
        return false;
    double *b = q->level[level];
    if (q->n[level] == ROW_QUANTILES) {
        qsort(b, ROW_QUANTILES, sizeof *b, by_value);
        for (size_t i = q->odd >> level & 1; i < ROW_QUANTILES; i += 2)
            if (!put(q, level + 1, b[i]))
                return false;
        q->odd ^= UINT64_C(1) << level;
        q->n[level] = 0;
    }
    b[q->n[level]++] = v;
    return true;
}

bool row_quantiles_add(row_quantiles *q, double v)
{
    q->count++;
    return put(q, 0, v);
}

typedef struct weighed {
    double value;
    uint64_t weight;
} weighed;

bool row_quantiles_get(const row_quantiles *q, const double *shares, size_t n, double *out)
{
    size_t total = 0, at = 0;
    uint64_t whole = 0, seen = 0;
    for (int i = 0; i < ROW_QUANTILE_LEVELS; i++) {
        total += q->n[i];
        whole += (uint64_t)q->n[i] << i;
    }
    weighed *all = malloc(total * sizeof *all + 1);
    if (!all)
        return false;
    for (int i = 0; i < ROW_QUANTILE_LEVELS; i++)
        for (size_t k = 0; k < q->n[i]; k++)
            all[at++] = (weighed){ q->level[i][k], UINT64_C(1) << i };
    qsort(all, total, sizeof *all, by_value);
    at = 0;
    for (size_t i = 0; i < n; i++) {
        double rank = ceil(shares[i] * (double)whole);
        while (at + 1 < total && (double)(seen + all[at].weight) < rank)
            seen += all[at++].weight;
        out[i] = all[at].value;
    }
    free(all);
    return true;
}

void row_quantiles_free(row_quantiles *q)
{
    for (int i = 0; i < ROW_QUANTILE_LEVELS; i++)
        free(q->level[i]);
}
