/* row_window.c - a ring of values and their order. */
#include "row_window.h"

#include <math.h>
#include <string.h>

static double sorted(const row_window *w, int i)
{
    return w->value[w->order[i]];
}

/* The first place in order whose value is not below v. */
static int place_of(const row_window *w, double v)
{
    int from = 0, to = w->n;
    while (from < to) {
        int middle = (from + to) / 2;
        if (sorted(w, middle) < v)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

void row_window_add(row_window *w, double v)
{
    if (w->n == ROW_WINDOW) {
        int old = place_of(w, w->value[w->next]);
        while (w->order[old] != w->next)
            old++;
        memmove(w->order + old, w->order + old + 1, (size_t)(ROW_WINDOW - 1 - old));
        w->n--;
    }
    int at = place_of(w, v);
    memmove(w->order + at + 1, w->order + at, (size_t)(w->n - at));
    w->order[at] = w->next;
    w->value[w->next] = v;
    w->n++;
    w->next = (uint8_t)((w->next + 1) % ROW_WINDOW);
}

/* Distances rise from the median to both sides: the smaller of the two next is taken until half are. */
void row_window_spread(const row_window *w, double *median, double *deviation)
{
    int n = w->n, up = n / 2, down = up - 1;
    double m = n % 2 ? sorted(w, n / 2) : sorted(w, n / 2 - 1) / 2 + sorted(w, n / 2) / 2, before = 0, last = 0;
    for (int taken = 0; taken <= n / 2; taken++) {
        double above = up < n ? sorted(w, up) - m : INFINITY, below = down >= 0 ? m - sorted(w, down) : INFINITY;
        before = last;
        if (above <= below) {
            last = above;
            up++;
        } else {
            last = below;
            down--;
        }
    }
    *median = m;
    *deviation = 1.4826 * (n % 2 ? last : (before + last) / 2);
}
