/* mitigate.c - reweighing and resampling. */
#include "mitigate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "poisson.h"

typedef struct share {
    uint64_t n, label[2];    /* records of the group; with label 0, 1 */
    double wished;           /* share in the sample */
    uint64_t want, left;     /* still to be taken; still to come */
} share;

struct mitigation {
    bias_tool *t;
    counts *before;          /* of the first pass */
    frame frame;             /* of the last set, over these */
    layers layers;
    question first;          /* the question of the first pass, which total belongs to */
    share *group;
    uint64_t n, label[2];
    mm_path *weight;         /* --reweigh; NULL */
    draws draws;
};

/* ---- the first pass ---- */

static void *open_first(void *tool, int worker, mm_err *e) { return observe_open(&((bias_tool *)tool)->q, e); }

static mm_verdict count_first(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    return observe(&((bias_tool *)tool)->q, state, r, a);
}

static int count_inputs(mitigation *m, mm_err *e)
{
    bias_tool *t = m->t;
    const mm_stage stage = { .open = open_first, .close = observe_close, .work = count_first, .tool = t };
    if (mm_app_run_before(&t->app, &stage, t->reweigh ? "--reweigh" : "--resample", e) < 0 || question_check(&t->q, e) < 0)
        return -1;
    if (t->q.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    m->before = t->q.total;
    m->first = t->q;
    t->q.total = counts_new(count_dims(&t->q), t->q.most_groups, COUNTS_MOST_CELLS);
    return t->q.total ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

static int sum_groups(mitigation *m, mm_err *e)
{
    const frame *f = &m->frame;
    m->group = calloc(f->n_groups + 1, sizeof *m->group);
    if (!m->group)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < m->before->n_cells; i++) {
        share *g = &m->group[f->group[i]];
        for (int label = 0; label < OUTCOMES; label++)
            for (int p = 0; p < OUTCOMES; p++) {
                uint64_t n = m->before->cell[i].n[OUTCOMES * label + p];
                g->n += n;
                if (label == OUTCOME_NONE)
                    continue;
                g->label[label] += n;
                m->label[label] += n;
                m->n += n;
            }
    }
    return 0;
}

/* ---- samples ---- */

static double target_of(const bias_tool *t, const frame *f, size_t g, bool *any)
{
    for (size_t i = 0; i < t->n_targets && f->set->n == 1; i++)
        if (t->target[i].dim == f->set->dim[0]) {
            *any = true;
            if (mm_str_eq(mm_str_of(t->target[i].value), f->name[g]))
                return t->target[i].share;
        }
    return 0;
}

/* The largest sample of the wished shares: so large that no group has too few. */
static int plan_sample(mitigation *m, mm_err *e)
{
    const frame *f = &m->frame;
    bool any = false;
    double most = INFINITY;
    for (size_t g = 0; g < f->n_groups; g++)
        m->group[g].wished = target_of(m->t, f, g, &any);
    for (size_t g = 0; g < f->n_groups; g++) {
        share *s = &m->group[g];
        s->wished = any ? s->wished : 1 / (double)f->n_groups;
        s->left = s->n;
        if (s->wished > 0)
            most = fmin(most, (double)s->n / s->wished);
    }
    for (size_t i = 0; any && i < m->t->n_targets; i++) {
        mm_str value = mm_str_of(m->t->target[i].value);
        if (m->t->target[i].dim == f->set->dim[0] && m->t->target[i].share > 0 && frame_find(f, &value) < 0)
            return mm_fail(e, MM_EUSAGE, "--resample: no record is in the group %.*s, which has a target", (int)value.n, value.p);
    }
    for (size_t g = 0; g < f->n_groups; g++)
        m->group[g].want = (uint64_t)fmin((double)m->group[g].n, round(m->group[g].wished * most));
    return 0;
}

mitigation *mitigation_new(bias_tool *t, mm_err *e)
{
    mitigation *m = calloc(1, sizeof *m);
    if (!m) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    m->t = t;
    m->draws = draws_for((uint64_t)t->opts.seed, 0, 0);
    if (count_inputs(m, e) < 0 || layers_init(&m->layers, &m->first, e) < 0
        || frame_init(&m->frame, &m->first, &m->layers, &t->q.by.set[t->q.by.n_sets - 1], e) < 0 || sum_groups(m, e) < 0
        || (t->resample && plan_sample(m, e) < 0)
        || (t->reweigh && !(m->weight = mm_path_new(mm_str_of(t->reweigh), e)))) {
        mitigation_free(m);
        return NULL;
    }
    return m;
}

void mitigation_free(mitigation *m)
{
    if (!m)
        return;
    counts_free(m->before);
    layers_clear(&m->layers);
    mm_path_free(m->weight);
    free(m->group);
    free(m);
}

/* ---- the second pass ---- */

typedef struct mitigator {
    mitigation *m;
    void *observer;
    mm_edits *edits;
    mm_buf out, raw;
    uint32_t *group;         /* of each kind the observer has met, + 1 */
    size_t n_kinds;
} mitigator;

void *mitigate_open(mitigation *m, mm_err *e)
{
    mitigator *w = calloc(1, sizeof *w);
    if (w && (w->edits = mm_edits_new()) && (w->observer = observe_open(&m->t->q, e))) {
        w->m = m;
        return w;
    }
    if (w)
        mitigate_close(w);
    if (!e->code)
        mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void mitigate_close(void *state)
{
    mitigator *w = state;
    if (w->observer)
        observe_close(w->observer);
    mm_edits_free(w->edits);
    mm_buf_free(&w->out);
    mm_buf_free(&w->raw);
    free(w->group);
    free(w);
}

/* The group of the last record: looked up once for each kind. -1: the first pass has not seen it; -2: memory. */
static ptrdiff_t group_of(mitigator *w)
{
    const mitigation *m = w->m;
    size_t kind = observed_kind(w->observer);
    if (kind >= w->n_kinds) {
        size_t n = 2 * kind + 16;
        uint32_t *g = reallocarray(w->group, n, sizeof *g);
        if (!g)
            return -2;
        memset(g + w->n_kinds, 0, (n - w->n_kinds) * sizeof *g);
        w->group = g;
        w->n_kinds = n;
    }
    if (!w->group[kind]) {
        ptrdiff_t values[COUNTS_MOST_DIMS];
        const counts *c = m->before;
        observed_values(w->observer, c, values);
        for (size_t i = 0; i < c->n_cells && !w->group[kind]; i++) {
            bool same = true;
            for (size_t d = 0; d < m->frame.set->n; d++)
                same &= (ptrdiff_t)c->key[i * c->n_dims + m->frame.set->dim[d]] == values[m->frame.set->dim[d]];
            w->group[kind] = same ? m->frame.group[i] + 1 : 0;
        }
    }
    return (ptrdiff_t)w->group[kind] - 1;
}

static mm_verdict set_weight(mitigator *w, const share *g, outcome label, mm_rec *r, mm_arena *a)
{
    const mitigation *m = w->m;
    mm_err e = { 0 };
    double both = label == OUTCOME_NONE ? 0 : (double)g->label[label];
    double weight = both > 0 ? (double)(g->label[0] + g->label[1]) * (double)m->label[label] / ((double)m->n * both) : 1;
    w->raw.n = w->out.n = 0;
    mm_json_put_double(&w->raw, weight);
    mm_edits_begin(w->edits, r->head);
    if (mm_edits_set(w->edits, m->weight, mm_buf_view(&w->raw), &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    mm_edits_apply(w->edits, &w->out);
    mm_str head = mm_arena_copy(a, mm_buf_view(&w->out));
    if (w->out.failed || !head.p)
        return mm_rec_bad(r, a, "out of memory");
    mm_rec_set_head(r, head);
    return MM_KEEP;
}

mm_verdict mitigate(mitigation *m, void *state, mm_rec *r, mm_arena *a)
{
    mitigator *w = state;
    mm_verdict v = observe(&m->t->q, w->observer, r, a);
    if (v != MM_KEEP)
        return v;
    ptrdiff_t g = group_of(w);
    if (g < 0)
        return mm_rec_bad(r, a, "%s", g == -1 ? "it was not there in the first pass: the input changed while it was read" : "out of memory");
    r->extra = &m->group[g];
    return m->weight ? set_weight(w, &m->group[g], observed_label(w->observer), r, a) : MM_KEEP;
}

mm_verdict mitigate_in_order(mitigation *m, const mm_rec *r)
{
    share *g = r->extra;
    if (!m->t->resample)
        return MM_KEEP;
    bool take = g->left > 0 && draw_uniform(&m->draws) * (double)g->left < (double)g->want;
    g->left -= g->left > 0;
    g->want -= take;
    return take ? MM_KEEP : MM_DROP;
}
