/* routes.c - the chances of routes, and the table. */
#include "routes.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chance.h"
#include "routes_cells.h"

enum { DRAWS = 4000, PRIOR_WEIGHT = 4, SHARES = 16, MOST_TOLD = 8 };

/* ---- reading ---- */

typedef struct reading {
    cells *c;
    const routes_opts *o;
    mm_path *path[MOST_FIELDS + 2];   /* fields; route; reward */
    size_t paths;
    mm_app *a;
    size_t left_out;
} reading;

static const char *take(reading *r, mm_str text)
{
    mm_value v[MOST_FIELDS + 2];
    cells *c = r->c;
    outcome_row row = { 0 };
    mm_buf scratch = { 0 };
    if (mm_json_find_many(text, (const mm_path *const *)r->path, r->paths, v) < 0)
        return "it is no JSON object";
    const mm_value *route = &v[c->fields], *reward = route + 1;
    if (!route->raw.p || route->type != MM_JSON_STRING)
        return "it names no route";
    if (!reward->raw.p || reward->type != MM_JSON_NUMBER || mm_json_double(reward->raw, &row.reward) < 0 || !isfinite(row.reward))
        return r->o->cost ? "it tells no cost" : "it tells no reward";
    row.reward = r->o->cost ? -row.reward : row.reward;
    row.route = cells_route(c, mm_json_text(route->raw, &scratch));
    mm_buf_free(&scratch);
    if (row.route == SIZE_MAX)
        return "there are more than 64 routes";
    for (size_t i = 0; i < c->fields; i++)
        if (v[i].raw.p && v[i].type != MM_JSON_OBJECT && v[i].type != MM_JSON_ARRAY && v[i].type != MM_JSON_NULL)
            row.value[i] = mm_arena_copy(c->arena, v[i].raw).p;
    return cells_add(c, &row) < 0 ? "out of memory" : NULL;
}

static int read_all(reading *r, const char *const *file, size_t n, mm_err *e)
{
    mm_batch *b = mm_batch_new();
    mm_reader *in = b ? mm_reader_open(file, n, &(mm_read_opts){ 0 }, e) : NULL;
    int rc = in ? 1 : b ? -1 : mm_fail(e, MM_ESYS, "out of memory");
    while (rc == 1 && (rc = mm_reader_next(in, b, e)) == 1)
        for (size_t i = 0; i < b->n; i++) {
            const mm_rec *rec = &b->rec[i];
            const char *why = rec->verdict == MM_BAD ? rec->reason : take(r, rec->head);
            r->a->totals.in++;
            if (why && r->left_out++ < MOST_TOLD)
                mm_app_warn(r->a, "%s:%llu: %s; the outcome is left out", rec->source, (unsigned long long)rec->position, why);
        }
    if (r->left_out > MOST_TOLD)
        mm_app_warn(r->a, "%zu more outcomes are left out", r->left_out - MOST_TOLD);
    mm_reader_close(in);
    mm_batch_free(b);
    return rc;
}

static int open_paths(reading *r, mm_err *e)
{
    const routes_opts *o = r->o;
    if (o->by.n > MOST_FIELDS)
        return mm_fail(e, MM_EUSAGE, "at most %d --by can be given", MOST_FIELDS);
    const char *text[MOST_FIELDS + 2];
    for (size_t i = 0; i < o->by.n; i++)
        text[r->paths++] = o->by.v[i];
    text[r->paths++] = o->route;
    text[r->paths++] = o->cost ? o->cost : o->reward;
    for (size_t i = 0; i < r->paths; i++)
        if (!(r->path[i] = mm_path_new(mm_str_of(text[i]), e)))
            return -1;
    return 0;
}

/* ---- chances ---- */

typedef struct belief {
    double mean, deviation;
} belief;

/* The mean and deviation of what comes of a route over all. */
static belief overall(const cells *c, size_t route)
{
    const sums *s = &c->all[route];
    double mean = s->sum / s->n, variance = s->n > 1 ? fmax(s->squares - s->sum * mean, 0) / (s->n - 1) : 0;
    return (belief){ mean, sqrt(fmax(variance, 1e-12 * (1 + mean * mean))) };
}

/* What is believed of the route's mean in a cell: what came of it there, and as much as PRIOR_WEIGHT outcomes of its mean over all. */
static belief believed(const cells *c, const sums *s, size_t route)
{
    belief all = overall(c, route);
    if (s == &c->all[route])
        return (belief){ all.mean, all.deviation / sqrt(s->n) };
    return (belief){ (PRIOR_WEIGHT * all.mean + s->sum) / (PRIOR_WEIGHT + s->n), all.deviation / sqrt(PRIOR_WEIGHT + s->n) };
}

/* The chance of each route to be the best. */
static size_t chances(const cells *c, const sums *of, uint64_t seed, double *best)
{
    belief b[MOST_ROUTES];
    size_t most = 0;
    for (size_t k = 0; k < c->routes; k++) {
        b[k] = believed(c, &of[k], k);
        best[k] = 0;
    }
    chance luck = chance_of(seed, 1);   /* the same draws for every cell: cells that are alike are treated alike */
    for (int i = 0; i < DRAWS; i++) {
        size_t top = 0;
        double highest = -INFINITY;
        for (size_t k = 0; k < c->routes; k++) {
            double x = b[k].mean + b[k].deviation * chance_normal(&luck);
            if (x > highest) {
                highest = x;
                top = k;
            }
        }
        best[top] += 1.0 / DRAWS;
    }
    for (size_t k = 1; k < c->routes; k++)
        if (best[k] > best[most])
            most = k;
    return most;
}

/* Sixteenths by chance, the largest rests first; owner[i] is the route of digit i. */
static void share_out(const double *best, size_t routes, size_t winner, size_t *owner)
{
    size_t at = 0;
    for (size_t k = 0; k < routes; k++)
        for (size_t n = k == winner ? 0 : (size_t)floor(best[k] * SHARES + 0.5); n && at < SHARES; n--)
            owner[at++] = k;
    while (at < SHARES)
        owner[at++] = winner;
}

/* ---- the table ---- */

typedef struct table {
    const cells *c;
    const routes_opts *o;
    mm_buf test[MOST_ROUTES], note;
    size_t rest;     /* the route of what no cell tells */
} table;

static void put_test(table *t, const cell *x, size_t route, const size_t *owner)
{
    mm_buf *b = &t->test[route];
    if (route == t->rest)
        return;
    if (b->n)
        mm_buf_str(b, MM_STR("\n    or "));
    for (size_t i = 0; i < t->c->fields; i++)
        mm_buf_printf(b, "%s%s", i ? " and " : "", x->test[i]);
    bool some = false, all = true;
    for (size_t i = 0; owner && i < SHARES; i++)
        all = all && owner[i] == route;
    for (size_t i = 0; owner && !all && i < SHARES; i++)
        if (owner[i] == route) {
            mm_buf_printf(b, some ? " or starts_with(%s, \"%zx\")" : " and (starts_with(%s, \"%zx\")", t->o->explore, i);
            some = true;
        }
    if (some)
        mm_buf_byte(b, ')');
}

static double shown(const table *t, double reward)
{
    return t->o->cost ? -reward : reward;
}

static void put_note(table *t, const cell *x, const sums *of, const double *best, size_t winner)
{
    const cells *c = t->c;
    mm_buf *b = &t->note;
    mm_buf_str(b, MM_STR("# "));
    for (size_t i = 0; x && i < c->fields; i++)
        mm_buf_printf(b, "%s%s", i ? " and " : "", x->test[i]);
    mm_buf_printf(b, "%s: %s is best by a chance of %.0f%%;", x ? "" : "all else", c->route[winner], 100 * best[winner]);
    for (size_t k = 0; k < c->routes; k++)
        mm_buf_printf(b, "%s %s %.4g (%.0f)", k ? "," : "", c->route[k], shown(t, believed(c, &of[k], k).mean), of[k].n);
    mm_buf_byte(b, '\n');
}

/* A share of a cell that belongs to the route of the rest comes by itself: no other takes it. */
static void put_cell(table *t, const cell *x)
{
    double best[MOST_ROUTES];
    size_t owner[SHARES], winner = chances(t->c, x->of, (uint64_t)t->o->seed, best);
    put_note(t, x, x->of, best, winner);
    if (!t->o->explore) {
        put_test(t, x, winner, NULL);
        return;
    }
    share_out(best, t->c->routes, winner, owner);
    for (size_t k = 0; k < t->c->routes; k++) {
        bool has = false;
        for (size_t i = 0; i < SHARES; i++)
            has |= owner[i] == k;
        if (has)
            put_test(t, x, k, owner);
    }
}

static void put_table(table *t, mm_buf *out)
{
    const cells *c = t->c;
    mm_buf_printf(out, "# Routes learned from %zu outcomes, for mm-select --routes. Numbers are mean %ss expected, and outcomes seen.\n",
                  c->n, t->o->cost ? "cost" : "reward");
    mm_buf_str(out, mm_buf_view(&t->note));
    for (size_t k = 0; k < c->routes; k++)
        if (t->test[k].n) {
            mm_json_put(out, mm_str_of(c->route[k]));
            mm_buf_printf(out, ": |\n    %.*s\n", (int)t->test[k].n, t->test[k].p);
        }
    mm_json_put(out, mm_str_of(c->route[t->rest]));
    mm_buf_str(out, MM_STR(": true\n"));
}

static int tell(mm_app *a, const cells *c, const routes_opts *o, mm_err *e)
{
    table t = { .c = c, .o = o };
    mm_buf out = { 0 };
    double best[MOST_ROUTES];
    t.rest = chances(c, c->all, (uint64_t)o->seed, best);
    for (size_t i = 0; i < c->n_cells; i++)
        put_cell(&t, &c->cell[i]);
    put_note(&t, NULL, c->all, best, t.rest);
    put_table(&t, &out);
    for (size_t k = 0; k < c->routes; k++) {
        out.failed |= t.test[k].failed;
        mm_buf_free(&t.test[k]);
    }
    mm_buf_free(&t.note);
    int rc = mm_app_write(a, &out, e);
    mm_buf_free(&out);
    return rc;
}

int routes_run(mm_app *a, const routes_opts *o, const char *const *file, size_t n, mm_err *e)
{
    cells c = { .field = o->by.v, .fields = o->by.n, .arena = mm_arena_new() };
    reading r = { .c = &c, .o = o, .a = a };
    static const char *const standard[] = { "-" };
    int rc = c.arena ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 0 && !o->by.n)
        rc = mm_fail(e, MM_EUSAGE, "routes wants to know what tells records apart: --by FIELD");
    if (rc == 0)
        rc = open_paths(&r, e);
    if (rc == 0)
        rc = read_all(&r, n ? file : standard, n ? n : 1, e);
    if (rc == 0 && !c.n)
        rc = mm_fail(e, MM_EBAD, "there is no outcome to learn from: each has a field %s and a number %s", o->route, o->cost ? o->cost : o->reward);
    if (rc == 0)
        rc = cells_make(&c, e);
    if (rc == 0)
        rc = tell(a, &c, o, e);
    a->totals.out += c.n;
    a->totals.bad += r.left_out;
    for (size_t i = 0; i < r.paths; i++)
        mm_path_free(r.path[i]);
    cells_free(&c);
    return rc;
}
