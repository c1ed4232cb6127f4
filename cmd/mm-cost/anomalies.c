#include "anomalies.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "table/put.h"
#include "series/anomaly.h"
#include "price/when.h"

/* Numbers that are held before they are looked at, by all workers at once. */
#define HELD ((size_t)1 << 19)

typedef struct verdict {
    mm_anomaly_verdict v;
    double low, high;  /* of alarms */
} verdict;

typedef struct watch {
    mm_app *app;
    const anomalies_opts *o;
    timeline t;
    mm_anomaly *state;   /* of each series */
    size_t states;
    point *held;
    verdict *verdict;
    uint32_t *order;     /* of what is held: by series, then as it came */
    size_t n;
    mm_buf out;
    bool begun;          /* something was written */
    uint64_t numbers, alarms;
} watch;

/* ---- looking ---- */

typedef struct share {
    watch *w;
    size_t from, to;   /* of the order */
    pthread_t thread;
} share;

static void *look(void *arg)
{
    const share *s = arg;
    watch *w = s->w;
    for (size_t k = s->from; k < s->to; k++) {
        const point *p = &w->held[w->order[k]];
        mm_anomaly *a = &w->state[p->series];
        verdict *v = &w->verdict[w->order[k]];
        v->v = mm_anomaly_next(a, p->time, p->value);
        if (v->v.alarm)
            mm_anomaly_range(a, v->v.expected, &v->low, &v->high);
    }
    return NULL;
}

/* Sort what is held by series, so that each worker keeps to its own and the state of one is at hand for all of
 * its numbers. `after` receives where each series ends. */
static void sort_held(watch *w, uint32_t *after)
{
    memset(after, 0, w->t.n * sizeof *after);
    for (size_t i = 0; i < w->n; i++)
        after[w->held[i].series]++;
    for (size_t s = 0, sum = 0; s < w->t.n; s++) {
        sum += after[s];
        after[s] = (uint32_t)sum - after[s];
    }
    for (size_t i = 0; i < w->n; i++)
        w->order[after[w->held[i].series]++] = (uint32_t)i;
}

static int grow_states(watch *w, mm_err *e)
{
    if (w->t.n <= w->states)
        return 0;
    size_t more = w->t.n + w->t.n / 4;
    mm_anomaly *state = realloc(w->state, more * sizeof *state);
    if (!state)
        return mm_fail(e, MM_ESYS, "out of memory");
    memset(state + w->states, 0, (more - w->states) * sizeof *state);
    w->state = state;
    w->states = more;
    return 0;
}

static int look_at_held(watch *w, mm_err *e)
{
    size_t n = (size_t)w->t.workers, started = 1;
    uint32_t *after = malloc((w->t.n + 1) * sizeof *after);
    share *s = calloc(n, sizeof *s);
    if (!after || !s || grow_states(w, e) < 0) {
        free(after);
        free(s);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    sort_held(w, after);
    for (size_t i = 0, from = 0, series = 0; i < n; i++) {
        size_t want = w->n * (i + 1) / n;
        while (series < w->t.n && (series == 0 || after[series - 1] < want))
            series++;
        size_t to = i + 1 == n ? w->n : series ? after[series - 1] : 0;
        s[i] = (share){ .w = w, .from = from, .to = to };
        from = to;
    }
    while (started < n && pthread_create(&s[started].thread, NULL, look, &s[started]) == 0)
        started++;
    look(&s[0]);
    for (size_t i = 1; i < started; i++)
        pthread_join(s[i].thread, NULL);
    for (size_t i = started; i < n; i++)
        look(&s[i]);
    free(after);
    free(s);
    return 0;
}

/* ---- telling ---- */

static const char *severity(double score)
{
    return score < 1.5 ? "low" : score < 3 ? "medium" : "high";
}

static void put_number(mm_buf *b, double v)
{
    if (isfinite(v))
        mm_json_put_double(b, v);
    else
        mm_buf_str(b, MM_STR("null"));
}

/* Which labels made a number what it is. */
static void json_causes(watch *w, const point *p)
{
    cause why[MOST_CAUSES];
    mm_buf *b = &w->out;
    size_t n = timeline_explain(&w->t, p, why);
    mm_buf_str(b, MM_STR(",\"because\":["));
    for (size_t i = 0; i < n; i++) {
        mm_buf_str(b, i ? MM_STR(",{\"label\":") : MM_STR("{\"label\":"));
        mm_json_put(b, w->t.cause[why[i].label]);
        mm_buf_str(b, MM_STR(",\"value\":"));
        if (why[i].value.p)
            mm_json_put(b, why[i].value);
        else
            mm_buf_str(b, MM_STR("null"));
        mm_buf_str(b, MM_STR(",\"more\":"));
        put_number(b, why[i].more);
        mm_buf_printf(b, ",\"share\":%.3f}", why[i].share);
    }
    mm_buf_byte(b, ']');
}

static void row_causes(watch *w, const point *p)
{
    cause why[MOST_CAUSES];
    size_t n = timeline_explain(&w->t, p, why);
    for (size_t i = 0; i < n; i++) {
        mm_str name = w->t.cause[why[i].label], value = why[i].value.p ? why[i].value : MM_STR("(none)");
        mm_buf_printf(&w->out, "%22s%+12.6g  %3.0f%% of the change  %.*s=%.*s\n", "", why[i].more, 100 * why[i].share, (int)name.n, name.p,
                      (int)value.n, value.p);
    }
}

static void put_json(watch *w, const point *p, const verdict *v)
{
    mm_buf *b = &w->out;
    mm_buf_str(b, MM_STR("{\"time\":\""));
    mm_when_put(b, p->time, false);
    mm_buf_str(b, MM_STR("\","));
    timeline_members(&w->t, p->series, b);
    mm_buf_str(b, MM_STR("\"value\":"));
    put_number(b, p->value);
    mm_buf_str(b, MM_STR(",\"expected\":"));
    put_number(b, v->v.expected);
    if (v->v.alarm) {
        mm_buf_str(b, MM_STR(",\"low\":"));
        put_number(b, v->low);
        mm_buf_str(b, MM_STR(",\"high\":"));
        put_number(b, v->high);
    }
    mm_buf_printf(b, ",\"score\":%.3f,\"alarm\":%s", v->v.score, v->v.alarm ? "true" : "false");
    if (v->v.alarm)
        mm_buf_printf(b, ",\"severity\":\"%s\"", severity(v->v.score));
    if (v->v.alarm && w->o->explain)
        json_causes(w, p);
    mm_buf_str(b, MM_STR("}\n"));
}

static void put_csv(watch *w, const point *p, const verdict *v)
{
    mm_buf *b = &w->out;
    mm_when_put(b, p->time, false);
    mm_buf_byte(b, ',');
    mm_str key = w->t.key[p->series];
    for (size_t i = 0; i < w->t.n_labels; i++) {
        mm_csv_put(b, key_take(&key));
        mm_buf_byte(b, ',');
    }
    put_number(b, p->value);
    mm_buf_byte(b, ',');
    put_number(b, v->v.expected);
    mm_buf_printf(b, ",%.3f,%d\n", v->v.score, v->v.alarm);
}

static void put_row(watch *w, const point *p, const verdict *v)
{
    mm_buf *b = &w->out;
    mm_when_put(b, p->time, false);
    mm_buf_printf(b, "  %12.6g  %12.6g  ", p->value, v->v.expected);
    if (v->v.alarm && isfinite(v->low))
        mm_buf_printf(b, "%10.4g to %-10.4g  ", v->low, v->high);
    else
        mm_buf_printf(b, "%24s  ", "");
    mm_buf_printf(b, "%-6s  ", v->v.alarm ? severity(v->v.score) : "");
    timeline_name(&w->t, p->series, b);
    while (b->n && b->p[b->n - 1] == ' ')
        b->n--;
    mm_buf_byte(b, '\n');
    if (v->v.alarm && w->o->explain)
        row_causes(w, p);
}

static void put_head(watch *w)
{
    mm_buf *b = &w->out;
    w->begun = true;
    if (strcmp(w->o->form, "table") == 0)
        mm_buf_printf(b, "%-20s  %12s  %12s  %-24s  %-6s  %s\n", "time", "value", "expected", "      98% lay in", "alarm",
                      w->t.n_labels ? "series" : "");
    if (strcmp(w->o->form, "csv") == 0) {
        mm_buf_str(b, MM_STR("time,"));
        for (size_t i = 0; i < w->t.n_labels; i++) {
            mm_csv_put(b, w->t.label[i]);
            mm_buf_byte(b, ',');
        }
        mm_buf_str(b, MM_STR("value,expected,score,alarm\n"));
    }
}

static int tell_held(watch *w, mm_err *e)
{
    if (look_at_held(w, e) < 0)
        return -1;
    for (size_t i = 0; i < w->n; i++) {
        const point *p = &w->held[i];
        const verdict *v = &w->verdict[i];
        w->alarms += v->v.alarm;
        if (!v->v.alarm && !w->o->all)
            continue;
        if (!w->begun)
            put_head(w);
        if (strcmp(w->o->form, "json") == 0)
            put_json(w, p, v);
        else if (strcmp(w->o->form, "csv") == 0)
            put_csv(w, p, v);
        else
            put_row(w, p, v);
        if (w->out.n > 1 << 16 && mm_app_write(w->app, &w->out, e) < 0)
            return -1;
    }
    w->n = 0;
    return mm_app_write(w->app, &w->out, e);
}

static int points(void *ctx, const point *p, size_t n, mm_err *e)
{
    watch *w = ctx;
    w->numbers += n;
    for (size_t i = 0; i < n; i++) {
        w->held[w->n++] = p[i];
        if (w->n == HELD && tell_held(w, e) < 0)
            return -1;
    }
    return 0;
}

int anomalies_run(mm_app *a, const anomalies_opts *o, const char *const *file, size_t n, mm_err *e)
{
    watch w = { .app = a, .o = o };
    w.t = (timeline){ .app = a, .workers = (int)a->workers, .by = o->by, .every = o->every, .explain = o->explain, .cost = o->cost, .points = points, .ctx = &w };
    w.held = malloc(HELD * sizeof *w.held);
    w.verdict = malloc(HELD * sizeof *w.verdict);
    w.order = malloc(HELD * sizeof *w.order);
    int rc = w.held && w.verdict && w.order ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; rc == 0 && i < n && !mm_app_stopped(); i++)
        rc = timeline_read(&w.t, file[i], e);
    if (rc == 0)
        rc = tell_held(&w, e);
    a->totals.in = w.numbers + w.t.refused;
    a->totals.out = w.numbers;
    a->totals.bad = w.t.refused;
    if (rc == 0)
        mm_app_sum_up(a, "%llu alarm%s in %llu numbers of %zu series", (unsigned long long)w.alarms, mm_plural(w.alarms),
                    (unsigned long long)w.numbers, w.t.n);
    free(w.held);
    free(w.verdict);
    free(w.order);
    free(w.state);
    mm_buf_free(&w.out);
    timeline_free(&w.t);
    return rc;
}
