/* advice_commit.c - how much to commit to. */
#include <math.h>
#include <stdlib.h>

#include "advice_parts.h"

enum { HOURS_A_MONTH = 730 };

static int rising(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double commitment_level(double *hour, size_t n, double ratio)
{
    qsort(hour, n, sizeof *hour, rising);
    for (size_t i = 0; i < n; i++) {
        size_t above = i;
        while (above < n && hour[above] <= hour[i])
            above++;
        if ((double)(n - above) <= ratio * (double)n)
            return hour[i];
        i = above - 1;
    }
    return n ? hour[n - 1] : 0;
}

void commitment_advise(advisor *x, const char *what, double *hour, size_t n, double ratio)
{
    double level = n ? commitment_level(hour, n, ratio) : 0, covered = 0;
    size_t above = 0;
    for (size_t i = 0; i < n; i++) {
        covered += fmin(hour[i], level);
        above += hour[i] > level;
    }
    double saving = n ? covered / (double)n - ratio * level : 0;
    if (!(saving > 0))
        return;
    double idle = 1 - covered / ((double)n * level);
    advice *a = advice_add(&x->list, "commitment", saving * HOURS_A_MONTH, "month");
    mm_buf_printf(&a->about, "%s: commit to what costs %.4g %s an hour on demand; %.0f%% of %zu hours are above", what, level, x->currency,
                  100 * (double)above / (double)n, n);
    mm_buf_printf(&a->risk, "%.1f%% of it lies idle, as in the past; it is paid for to the end of its term, %.4g %s a month, also when less is used",
                  100 * idle, level * ratio * HOURS_A_MONTH, x->currency);
    mm_buf_printf(&a->how, "buy a savings plan or committed use of %.4g %s an hour (%.4g at its price), in the provider's console", level,
                  x->currency, level * ratio);
    mm_buf_str(&a->set, MM_STR("\"of\":"));
    mm_json_put(&a->set, mm_str_of(what));
    mm_buf_printf(&a->set, ",\"level_hour\":\"%.6f\",\"ratio\":%.4f", level, ratio);
}

double commitment_ratio(const advisor *x)
{
    double least = x->o->committed;
    size_t n = 0;
    const mm_machine *m = x->o->like->book ? mm_book_machines(x->o->like->book, &n) : NULL;
    for (size_t i = 0; i < n && x->o->committed == 0; i++)
        for (int p = MM_RESERVED; p <= MM_COMMITTED; p++)
            if (m[i].hour[p] >= 0 && m[i].hour[MM_ON_DEMAND] > 0) {
                double ratio = mm_money_near(m[i].hour[p]) / mm_money_near(m[i].hour[MM_ON_DEMAND]);
                least = ratio < 1 && (least == 0 || ratio < least) ? ratio : least;
            }
    return least;
}
