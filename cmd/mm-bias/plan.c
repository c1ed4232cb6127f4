/* plan.c - options and the policy's section bias, compiled before a record is read. Options go before the policy. */
#include "plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mitigate.h"
#include "report.h"
#include "sketch_file.h"
#include "sketching.h"

/* ---- the policy ---- */

static const char *const known[] = { "by", "label", "prediction", "score", "stratify", "reference", "targets", "gates", "confidence",
                                     "bootstrap", "small", "max_groups", "drift", "split", "duplicate_id",
                                     "leakage", NULL };

/* A text, or a list of texts. */
static int read_texts(const mm_doc *d, const mm_node *n, mm_list *into, mm_err *e)
{
    if (!n || into->n)
        return 0;
    size_t count = n->kind == MM_NODE_LIST ? n->n : 1;
    free(into->v);
    into->v = calloc(count + 1, sizeof *into->v);
    if (!into->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (; into->n < count; into->n++)
        if (mm_node_string(d, n->kind == MM_NODE_LIST ? n->item[into->n] : n, &into->v[into->n], e) < 0)
            return -1;
    return 0;
}

static int read_text(const mm_doc *d, const mm_node *n, const char **into, mm_err *e)
{
    return *into ? 0 : mm_node_string(d, n, into, e);
}

static int read_policy(bias_tool *t, const mm_doc *d, const mm_node *n, mm_err *e)
{
    findings_opts *o = &t->opts;
    if (mm_node_keys(d, n, known, e) < 0 || read_texts(d, mm_node_get(n, "by"), &t->by, e) < 0
        || read_text(d, mm_node_get(n, "label"), &t->label, e) < 0 || read_text(d, mm_node_get(n, "prediction"), &t->prediction, e) < 0
        || read_text(d, mm_node_get(n, "score"), &t->score, e) < 0 || read_text(d, mm_node_get(n, "stratify"), &t->stratum, e) < 0
        || read_text(d, mm_node_get(n, "split"), &t->split, e) < 0 || read_text(d, mm_node_get(n, "duplicate_id"), &t->duplicate_id, e) < 0
        || mm_node_double(d, mm_node_get(n, "leakage"), &t->most_leakage, e) < 0
        || (isnan(o->confidence) && mm_node_double(d, mm_node_get(n, "confidence"), &o->confidence, e) < 0)
        || (o->replicates < 0 && mm_node_int(d, mm_node_get(n, "bootstrap"), &o->replicates, e) < 0)
        || (o->small < 0 && mm_node_int(d, mm_node_get(n, "small"), &o->small, e) < 0)
        || (!t->most_groups && mm_node_int(d, mm_node_get(n, "max_groups"), &t->most_groups, e) < 0))
        return -1;
    return 0;
}

static ptrdiff_t find_dim(const attributes *by, const char *name, size_t n)
{
    for (size_t i = 0; i < by->n_dims; i++)
        if (strlen(by->dim[i].name) == n && memcmp(by->dim[i].name, name, n) == 0)
            return (ptrdiff_t)i;
    return -1;
}

/* targets: {race: {Caucasian: 0.5, ...}}; the shares of a field sum to 1. */
static int read_targets(bias_tool *t, const mm_doc *d, const mm_node *n, mm_err *e)
{
    size_t room = 0;
    if (!n)
        return 0;
    if (n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "targets must be a map of fields");
    for (size_t i = 0; i < n->n; i++)
        room += n->item[i]->n;
    t->target = calloc(room + 1, sizeof *t->target);
    if (!t->target)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n->n; i++) {
        const mm_node *shares = n->item[i];
        ptrdiff_t dim = find_dim(&t->q.by, n->key[i]->text.p, n->key[i]->text.n);
        double sum = 0;
        if (dim < 0)
            return mm_node_fail(d, n->key[i], e, "nothing is counted by %s", n->key[i]->text.p);
        if (shares->kind != MM_NODE_MAP)
            return mm_node_fail(d, shares, e, "the targets of %s must be a map of values to shares", n->key[i]->text.p);
        for (size_t k = 0; k < shares->n; k++) {
            target *g = &t->target[t->n_targets++];
            *g = (target){ .dim = (size_t)dim, .value = shares->key[k]->text.p };
            if (mm_node_double(d, shares->item[k], &g->share, e) < 0)
                return -1;
            if (!(g->share >= 0 && g->share <= 1))
                return mm_node_fail(d, shares->item[k], e, "a share must be from 0 to 1");
            sum += g->share;
        }
        if (fabs(sum - 1) > 1e-6)
            return mm_node_fail(d, shares, e, "the targets of %s sum to %g, not to 1", n->key[i]->text.p, sum);
    }
    return 0;
}

/* ---- what is compiled ---- */

static int compile_binary(bias_tool *t, binary *b, const char *text, const char *option, mm_err *e)
{
    mm_err no_path = { 0 };
    size_t at = 0;
    if (!text)
        return 0;
    b->text = text;
    if ((b->path = mm_path_new(mm_str_of(text), &no_path)))
        return 0;
    if ((b->expr = mm_expr_new(mm_str_of(text), &at, e)))
        return 0;
    mm_buf shown = { 0 };
    if (e->code == MM_EUSAGE) {
        mm_fail_at(e, "%s", option);
        mm_app_fail(&t->app, e);
        mm_expr_caret(mm_str_of(text), at, &shown);
        mm_app_show(&t->app, mm_buf_view(&shown));
        mm_buf_free(&shown);
        return 1;  /* told */
    }
    return -1;
}

static int compile_dimension(dimension *d, const char *text, const char *option, mm_err *e)
{
    return text && dimension_parse(d, mm_str_of(text), e) < 0 ? mm_fail_at(e, "%s", option) : 0;
}

/* --reference FIELD=VALUE */
static int compile_reference(bias_tool *t, mm_err *e)
{
    t->chosen = calloc(t->reference.n + 1, sizeof *t->chosen);
    if (!t->chosen)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < t->reference.n; i++) {
        const char *text = t->reference.v[i], *equals = strchr(text, '=');
        ptrdiff_t dim = equals ? find_dim(&t->q.by, text, (size_t)(equals - text)) : -1;
        if (!equals)
            return mm_fail(e, MM_EUSAGE, "--reference takes FIELD=VALUE, as in race=Caucasian, not '%s'", text);
        if (dim < 0)
            return mm_fail(e, MM_EUSAGE, "--reference %s: nothing is counted by %.*s", text, (int)(equals - text), text);
        t->chosen[t->n_chosen++] = (chosen){ (size_t)dim, mm_str_of(equals + 1) };
    }
    return 0;
}

/* Defaults of what neither options nor policy say. */
static int settle_opts(bias_tool *t, mm_err *e)
{
    findings_opts *o = &t->opts;
    o->confidence = isnan(o->confidence) ? 0.95 : o->confidence;
    o->replicates = o->replicates < 0 ? 1000 : o->replicates;
    o->small = o->small < 0 ? 30 : o->small;
    t->q.most_groups = t->most_groups ? (size_t)t->most_groups : 1000;
    if (!t->terms_file != !t->descriptors)
        return mm_fail(e, MM_EUSAGE, "--terms and --descriptors go together: give both");
    if (t->text && !t->terms_file)
        return mm_fail(e, MM_EUSAGE, "--text says where --terms are looked for; give --terms and --descriptors");
    if (t->duplicate_id && !t->split)
        return mm_fail(e, MM_EUSAGE, "--duplicate-id says what is the same in two splits; give --split");
    if (isfinite(t->most_leakage) && !t->split)
        return mm_fail(e, MM_EUSAGE, "the policy limits leakage; give --split, or split there");
    if (t->reweigh && !t->label)
        return mm_fail(e, MM_EUSAGE, "--reweigh weighs by group and label; give --label");
    return o->confidence > 0 && o->confidence < 1 ? 0 : mm_fail(e, MM_EUSAGE, "--confidence must be between 0 and 1, as in 0.95");
}

/* Where records come from: groups, label and prediction. 1: what is wrong was told. */
static int compile_question(bias_tool *t, mm_err *e)
{
    int told;
    for (size_t i = 0; i < t->by.n; i++)
        if (attributes_add(&t->q.by, t->by.v[i], e) < 0)
            return mm_fail_at(e, "--by %s", t->by.v[i]);
    if (!t->q.by.n_sets && !t->sketch_only && !t->split && !t->terms_file && !t->measure)
        return mm_fail(e, MM_EUSAGE, "--by is missing: which fields make groups, as in --by race,sex");
    if ((told = compile_binary(t, &t->q.label, t->label, "--label", e))
        || (told = compile_binary(t, &t->q.prediction, t->prediction, "--prediction", e)))
        return told;
    return compile_dimension(&t->q.score, t->score, "--score", e) < 0 ? -1 : compile_dimension(&t->q.stratum, t->stratum, "--stratify", e);
}

/* What is held against the figures. */
static int compile_limits(bias_tool *t, const mm_doc *d, const mm_node *section, mm_err *e)
{
    if (t->baseline && sketch_load(t->baseline, &t->before, e) < 0)
        return mm_fail_at(e, "--baseline");
    if (section && read_texts(d, mm_node_get(section, "reference"), &t->reference, e) < 0)
        return -1;
    if (compile_reference(t, e) < 0 || (section && read_targets(t, d, mm_node_get(section, "targets"), e) < 0)
        || (section && gates_read(&t->gates, t->app.policy, mm_node_get(section, "gates"), &t->q.by, e) < 0))
        return -1;
    return report_check(t, e);
}

static int compile(bias_tool *t, bool counted, mm_err *e)
{
    const mm_node *section = t->app.policy ? mm_policy_section(t->app.policy, "bias") : NULL;
    const mm_doc *d = t->app.policy ? mm_policy_doc(t->app.policy) : NULL;
    int told;
    if ((section && read_policy(t, d, section, e) < 0) || settle_opts(t, e) < 0)
        return -1;
    if (!counted && (told = compile_question(t, e)))
        return told;
    if (compile_limits(t, d, section, e) < 0)
        return -1;
    if (counted)
        return 0;
    if ((t->find_proxies || t->annotators || t->measure || t->terms_file || t->split) && t->release.epsilon)
        return mm_fail(e, MM_EUSAGE, "--proxies, --annotators, --measure, --terms and --split say more than may be released; leave them out with --epsilon");
    if (release_check(&t->release, &t->q, e) < 0 || release_spend(&t->release, true, e) < 0)
        return -1;
    t->q.total = counts_new(count_dims(&t->q), t->q.most_groups, COUNTS_MOST_CELLS);
    return t->q.total ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

static int compile_all(bias_tool *t, bool counted)
{
    mm_err e = { 0 };
    pthread_mutex_init(&t->q.lock, NULL);
    int failed = compile(t, counted, &e);
    return failed > 0 ? MM_EUSAGE : failed < 0 ? mm_app_fail(&t->app, &e) : 0;
}

int plan_compile(bias_tool *t) { return compile_all(t, false); }
int plan_for_counts(bias_tool *t) { return compile_all(t, true); }

static void clear_binary(binary *b)
{
    mm_path_free(b->path);
    mm_expr_free(b->expr);
}

void plan_free(bias_tool *t)
{
    findings_clear(&t->found);
    sketching_free(t);
    mitigation_free(t->mitigation);
    proxies_free(t->proxies);
    agreement_free(t->agreement);
    measures_free(t->measures);
    terms_free(t->terms);
    leakage_free(t->leakage);
    counts_free(t->q.total);
    attributes_clear(&t->q.by);
    dimension_clear(&t->q.score);
    dimension_clear(&t->q.stratum);
    clear_binary(&t->q.label);
    clear_binary(&t->q.prediction);
    gates_clear(&t->gates);
    free(t->target);
    free(t->chosen);
    free(t->by.v);
    free(t->reference.v);
    free(t->report.v);
}

/* ---- reference and targets, once the groups are known ---- */

static mm_str chosen_value(const bias_tool *t, size_t dim)
{
    for (size_t i = t->n_chosen; i-- > 0;)
        if (t->chosen[i].dim == dim)
            return t->chosen[i].value;
    return (mm_str){ 0 };
}

/* The group that was named; else the largest that is neither unknown nor missing. */
static int set_reference(const bias_tool *t, frame *f, mm_err *e)
{
    mm_str value[MOST_DIMENSIONS];
    size_t named = 0;
    for (size_t d = 0; d < f->set->n; d++) {
        value[d] = chosen_value(t, f->set->dim[d]);
        named += value[d].p != NULL;
    }
    f->reference_given = named == f->set->n;
    f->reference = f->reference_given ? frame_find(f, value) : frame_largest(f);
    if (f->reference >= 0 || !f->reference_given)
        return 0;
    mm_buf text = { 0 };
    for (size_t d = 0; d < f->set->n; d++)
        mm_buf_printf(&text, "%s%s=%.*s", d ? ", " : "", f->q->by.dim[f->set->dim[d]].name, (int)value[d].n, value[d].p);
    mm_fail(e, MM_EUSAGE, "no record is in the reference group %.*s", (int)text.n, text.p);
    mm_buf_free(&text);
    return -1;
}

/* The shares of the field in the baseline, where that counted by it too. */
static int targets_of_baseline(bias_tool *t, frame *f, mm_err *e)
{
    const sketch_kinds *k = &t->before.kinds;
    const counts *c = k->counts;
    mm_arena *a = t->found.layers.arena;
    double all = 0;
    size_t dim = 0;
    mm_buf name = { 0 };
    dimension_text(&t->q.by.dim[f->set->dim[0]], &name);
    while (c && dim < k->n_dims && !mm_str_eq(mm_str_of(k->dim[dim]), mm_buf_view(&name)))
        dim++;
    mm_buf_free(&name);
    if (!c || dim == k->n_dims)
        return 0;
    for (uint32_t v = 0; v < c->n_values[dim] + VALUE_FIRST; v++) {
        mm_str value = counts_value_name(c, dim, v);
        if (counts_of_value(c, dim, v) && frame_find(f, &value) < 0 && frame_add_empty(f, value, a, e) < 0)
            return -1;
    }
    f->target = mm_arena_alloc(a, (f->n_groups + 1) * sizeof *f->target);
    if (!f->target)
        return mm_fail(e, MM_ESYS, "out of memory");
    memset(f->target, 0, (f->n_groups + 1) * sizeof *f->target);
    for (uint32_t v = 0; v < c->n_values[dim] + VALUE_FIRST; v++) {
        mm_str value = counts_value_name(c, dim, v);
        double n = (double)counts_of_value(c, dim, v);
        all += n;
        if (n > 0)
            f->target[frame_find(f, &value)] = n;
    }
    for (size_t g = 0; g < f->n_groups; g++)
        f->target[g] /= all > 0 ? all : 1;
    return 0;
}

static int set_targets(bias_tool *t, frame *f, mm_err *e)
{
    bool any = false;
    for (size_t i = 0; i < t->n_targets && f->set->n == 1; i++)
        any |= t->target[i].dim == f->set->dim[0];
    if (!any)
        return f->set->n == 1 ? targets_of_baseline(t, f, e) : 0;
    for (size_t i = 0; i < t->n_targets; i++) {
        mm_str value = mm_str_of(t->target[i].value);
        if (t->target[i].dim == f->set->dim[0] && frame_find(f, &value) < 0 && frame_add_empty(f, value, t->found.layers.arena, e) < 0)
            return -1;
    }
    f->target = mm_arena_alloc(t->found.layers.arena, (f->n_groups + 1) * sizeof *f->target);
    if (!f->target)
        return mm_fail(e, MM_ESYS, "out of memory");
    memset(f->target, 0, (f->n_groups + 1) * sizeof *f->target);
    for (size_t i = 0; i < t->n_targets; i++) {
        mm_str value = mm_str_of(t->target[i].value);
        if (t->target[i].dim == f->set->dim[0])
            f->target[frame_find(f, &value)] = t->target[i].share;
    }
    return 0;
}

int plan_apply(bias_tool *t, mm_err *e)
{
    for (size_t i = 0; i < t->found.n_parts; i++) {
        frame *f = &t->found.part[i].frame;
        if (set_targets(t, f, e) < 0 || set_reference(t, f, e) < 0)
            return -1;
    }
    return 0;
}
