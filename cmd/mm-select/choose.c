/* choose.c - what becomes of one record. */
#include "choose.h"

#include <stdlib.h>

#include "names.h"

typedef struct chooser {
    mm_expr_state *expr;
    mm_expr_state **route;  /* one a route */
    size_t routes;
    mm_path *id;            /* mm.id */
    mm_buf text;            /* unescaped texts */
    mm_buf out;             /* a name or a header that is made */
} chooser;

void choose_close(void *state)
{
    chooser *c = state;
    mm_expr_state_free(c->expr);
    for (size_t i = 0; i < c->routes; i++)
        mm_expr_state_free(c->route[i]);
    free(c->route);
    mm_path_free(c->id);
    mm_buf_free(&c->text);
    mm_buf_free(&c->out);
    free(c);
}

void *choose_open(void *tool, int worker, mm_err *e)
{
    const selection *s = tool;
    size_t n = s->routes ? routes_count(s->routes) : 0;
    chooser *c = calloc(1, sizeof *c);
    bool ok = c && (c->route = calloc(n + 1, sizeof *c->route)) && (c->id = mm_path_new(MM_STR("mm.id"), e));
    if (ok && s->expr)
        ok = (c->expr = mm_expr_state_new(s->expr)) != NULL;
    for (; ok && c->routes < n; c->routes += ok)
        ok = (c->route[c->routes] = mm_expr_state_new(routes_expr(s->routes, c->routes))) != NULL;
    if (ok)
        return c;
    if (c)
        choose_close(c);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

/* A record of which the expression can not tell whether it is true: say why. */
static mm_verdict undecided(mm_truth t, mm_rec *r, mm_arena *a)
{
    return t == MM_EXHAUSTED ? mm_rec_bad(r, a, "a regular expression takes too many steps on this record; write it more narrowly")
                             : mm_rec_malformed(r, a);
}

/* The field as text: strings unescaped, other plain values as they are spelled. 1, 0 when
 * there is none or it is an array or object, -1 when the header is malformed. */
static int plain_text(chooser *c, mm_str head, const mm_path *path, mm_str *text)
{
    mm_value v;
    int found = mm_json_find(head, path, &v);
    if (found != 1 || v.type == MM_JSON_ARRAY || v.type == MM_JSON_OBJECT)
        return found < 0 ? -1 : 0;
    *text = v.type == MM_JSON_STRING ? mm_json_text(v.raw, &c->text) : v.raw;
    return 1;
}

/* Is the record in the sample? With a sample of N, its rank goes into the note. 1, 0, or -1. */
static int sampled(const selection *s, chooser *c, const mm_rec *r, note *into)
{
    mm_str text;
    int found = plain_text(c, r->head, s->sample.by ? s->sample.by : c->id, &text);
    if (found < 0)
        return -1;
    into->rank = found ? sample_rank_of_text(&s->sample, text) : sample_rank_of_number(&s->sample, r->number);
    return s->sample.count || sample_takes(&s->sample, into->rank);
}

/* Send the record the way of the first route that takes it. */
static mm_verdict take_route(chooser *c, mm_rec *r, mm_arena *a)
{
    for (size_t i = 0; i < c->routes; i++) {
        mm_truth t = mm_expr_test(c->route[i], r->head);
        r->route = (int)i;
        if (t == MM_TRUE)
            return MM_KEEP;
        if (t < 0)
            return undecided(t, r, a);
    }
    return MM_DROP;
}

static mm_verdict name_value(const selection *s, chooser *c, mm_rec *r, mm_arena *a, note *into)
{
    mm_str text = { 0 };
    int found = plain_text(c, r->head, s->split, &text);
    if (found < 0)
        return mm_rec_malformed(r, a);
    c->out.n = 0;
    put_name(&c->out, found ? &text : NULL);
    into->name = mm_arena_copy(a, mm_buf_view(&c->out));
    return c->out.failed || !into->name.p ? mm_rec_bad(r, a, "out of memory") : MM_KEEP;
}

static mm_verdict project(const selection *s, chooser *c, mm_rec *r, mm_arena *a)
{
    c->out.n = 0;
    if (project_head(s->project, r->head, &c->out) < 0)
        return mm_rec_malformed(r, a);
    mm_str head = mm_arena_copy(a, mm_buf_view(&c->out));
    if (c->out.failed || !head.p)
        return mm_rec_bad(r, a, "out of memory");
    mm_rec_set_head(r, head);
    if (r->payload.p && !project_keeps_payload(s->project))
        mm_rec_set_payload(r, (mm_str){ 0 });
    return MM_KEEP;
}

/* What follows once the expression took the record. */
static mm_verdict choose_further(const selection *s, chooser *c, mm_rec *r, mm_arena *a)
{
    note n = { 0 };
    if (sample_wanted(&s->sample)) {
        int in = sampled(s, c, r, &n);
        if (in <= 0)
            return in < 0 ? mm_rec_malformed(r, a) : MM_DROP;
    }
    mm_verdict v = s->routes ? take_route(c, r, a) : s->split ? name_value(s, c, r, a, &n) : MM_KEEP;
    if (v != MM_KEEP)
        return v;
    if (s->sample.count || s->split) {
        note *kept = mm_arena_alloc(a, sizeof *kept);
        if (!kept)
            return mm_rec_bad(r, a, "out of memory");
        *kept = n;
        r->extra = kept;
    }
    return s->project ? project(s, c, r, a) : MM_KEEP;
}

mm_verdict choose(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    const selection *s = tool;
    chooser *c = state;
    if (s->strict && mm_json_check_record(r->head, NULL, NULL) < 0)
        return mm_rec_malformed(r, a);
    if (c->expr) {
        mm_truth t = mm_expr_test(c->expr, r->head);
        if (t < 0)
            return undecided(t, r, a);
        if ((t == MM_TRUE) == s->invert)
            return MM_DROP;
    }
    return choose_further(s, c, r, a);
}
