#include "explain.h"

#include <stdlib.h>
#include <string.h>

/* An amount. */
typedef struct part {
    uint32_t series, label;
    mm_str value;
    int64_t time;
    double amount;
} part;

struct explain {
    part *v;
    size_t n, room;
    mm_arena *values;
};

explain *explain_new(void)
{
    explain *x = calloc(1, sizeof *x);
    if (x && !(x->values = mm_arena_new())) {
        free(x);
        return NULL;
    }
    return x;
}

void explain_free(explain *x)
{
    if (!x)
        return;
    free(x->v);
    mm_arena_free(x->values);
    free(x);
}

bool explain_add(explain *x, uint32_t series, size_t label, mm_str value, int64_t time, double amount)
{
    if (x->n == x->room) {
        size_t room = x->room ? 2 * x->room : 1024;
        part *more = realloc(x->v, room * sizeof *more);
        if (!more)
            return false;
        x->v = more;
        x->room = room;
    }
    mm_str kept = value.p ? mm_arena_copy(x->values, value) : value;
    if (value.p && !kept.p)
        return false;
    x->v[x->n++] = (part){ series, (uint32_t)label, kept, time, amount };
    return true;
}

static int value_cmp(mm_str a, mm_str b)
{
    return !a.p || !b.p ? (a.p != NULL) - (b.p != NULL) : mm_str_cmp(a, b);
}

static int in_order(const void *a, const void *b)
{
    const part *x = a, *y = b;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    if (x->label != y->label)
        return x->label < y->label ? -1 : 1;
    int c = value_cmp(x->value, y->value);
    return c ? c : (x->time > y->time) - (x->time < y->time);
}

void explain_sort(explain *x)
{
    if (x->n)
        qsort(x->v, x->n, sizeof *x->v, in_order);
}

static size_t first_of(const explain *x, uint32_t series)
{
    size_t low = 0, high = x->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (x->v[mid].series < series)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* Keep the causes with the largest shares. */
static size_t keep(cause out[MOST_CAUSES], size_t n, cause c)
{
    size_t at = n;
    while (at && out[at - 1].share < c.share)
        at--;
    if (at == MOST_CAUSES)
        return n;
    n += n < MOST_CAUSES;
    memmove(&out[at + 1], &out[at], (n - 1 - at) * sizeof *out);
    out[at] = c;
    return n;
}

/* Of the parts that share series, label and value with v[from]: where they end, and how much more they are at `time`. */
static size_t look(const explain *x, size_t from, int64_t time, int64_t before, int spans, double *more)
{
    const part *p = &x->v[from];
    size_t i = from;
    double now = 0, was = 0;
    for (; i < x->n && x->v[i].series == p->series && x->v[i].label == p->label && value_cmp(x->v[i].value, p->value) == 0; i++) {
        now += x->v[i].time == time ? x->v[i].amount : 0;
        was += x->v[i].time < time && x->v[i].time >= time - before ? x->v[i].amount : 0;
    }
    *more = now - was / spans;
    return i;
}

size_t explain_find(const explain *x, uint32_t series, int64_t time, int64_t before, int spans, cause out[MOST_CAUSES])
{
    const size_t first = first_of(x, series);
    double whole = 0, more;
    size_t n = 0;
    for (size_t i = first; i < x->n && x->v[i].series == series && x->v[i].label == 0; whole += more)
        i = look(x, i, time, before, spans, &more);
    for (size_t i = first, end; i < x->n && x->v[i].series == series && whole != 0; i = end) {
        end = look(x, i, time, before, spans, &more);
        if (more / whole >= 0.1)
            n = keep(out, n, (cause){ x->v[i].label, x->v[i].value, more, more / whole });
    }
    return n;
}
