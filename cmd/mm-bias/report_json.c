/* report_json.c - the report for programs; mm-bias(1) describes its members. */
#include <math.h>

#include "report.h"

/* Writing members: a comma goes before all but the first. */
typedef struct json {
    mm_buf *b;
    bool begun;
} json;

static void key(json *j, mm_str name)
{
    if (j->begun)
        mm_buf_byte(j->b, ',');
    mm_json_put(j->b, name);
    mm_buf_byte(j->b, ':');
    j->begun = true;
}

static json open_member(json *j, const char *name, char bracket)
{
    key(j, mm_str_of(name));
    mm_buf_byte(j->b, bracket);
    return (json){ j->b, false };
}

/* An element of an array. */
static json open_element(json *j, char bracket)
{
    if (j->begun)
        mm_buf_byte(j->b, ',');
    j->begun = true;
    mm_buf_byte(j->b, bracket);
    return (json){ j->b, false };
}

static void put_text(json *j, const char *name, mm_str text)
{
    key(j, mm_str_of(name));
    mm_json_put(j->b, text);
}

static void put_count(json *j, const char *name, uint64_t n)
{
    key(j, mm_str_of(name));
    mm_buf_u64(j->b, n);
}

static void put_number(json *j, const char *name, double x)
{
    key(j, mm_str_of(name));
    mm_json_put_double(j->b, x);
}

static void put_flag(json *j, const char *name, bool x)
{
    key(j, mm_str_of(name));
    mm_buf_str(j->b, x ? MM_STR("true") : MM_STR("false"));
}

/* ---- figures ---- */

/* The peers take an undefined rate for 0. */
static bool undefined_rate(const figure *f)
{
    return isnan(f->value) && f->m->scope == SCOPE_GROUP && f->m->interval == BY_WILSON;
}

static void put_figure(json *j, const figure *f)
{
    json o = open_member(j, f->m->name, '{');
    put_number(&o, "value", undefined_rate(f) ? 0 : f->value);
    if (isnan(f->value))
        put_flag(&o, "undefined", true);
    if (!isnan(f->low)) {
        put_number(&o, "low", f->low);
        put_number(&o, "high", f->high);
    }
    if (!isnan(f->p)) {
        put_number(&o, "p", f->p);
        put_number(&o, "p_adjusted", f->adjusted);
    }
    mm_buf_byte(o.b, '}');
}

static void put_scope(json *j, const part *p, scope s, ptrdiff_t group)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->figure[i].m->scope == s && p->figure[i].group == group)
            put_figure(j, &p->figure[i]);
}

/* A part of a part, where it has any figure. */
static void put_section(json *j, const part *p, scope s, ptrdiff_t group)
{
    bool any = false;
    for (size_t i = 0; i < p->n; i++)
        any |= p->figure[i].m->scope == s && p->figure[i].group == group;
    if (!any)
        return;
    json o = open_member(j, scope_names[s], '{');
    put_scope(&o, p, s, group);
    mm_buf_byte(o.b, '}');
}

static void put_group_name(json *j, const char *member, const frame *f, size_t g)
{
    json o = open_member(j, member, '{');
    for (size_t d = 0; d < f->set->n; d++)
        put_text(&o, f->q->by.dim[f->set->dim[d]].name, f->values[g * f->set->n + d]);
    mm_buf_byte(o.b, '}');
}

/* Who was counted how, and how often. */
static void put_confusion(json *j, const sums *s)
{
    static const struct { const char *name; int at; } cells[] = {
        { "true_positives", OUTCOMES + 1 }, { "false_positives", 1 }, { "true_negatives", 0 }, { "false_negatives", OUTCOMES } };
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        put_number(j, cells[i].name, s->n[cells[i].at]);
}

static void put_calibration(json *j, const part *p, size_t g)
{
    const frame *f = &p->frame;
    if (!f->bin || !f->q->label.text)
        return;
    json a = open_member(j, "calibration", '[');
    for (size_t b = 0; b < f->n_bins; b++) {
        const double *bin = p->counted.bin[g * f->n_bins + b];
        double n = bin[0] + bin[1];
        if (n <= 0)
            continue;
        json o = open_element(&a, '{');
        put_text(&o, "bin", f->bin_name[b]);
        put_number(&o, "count", n);
        put_number(&o, "mean_score", bin[2] / n);
        put_number(&o, "base_rate", bin[1] / n);
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

static void put_group(json *a, const report *r, const part *p, size_t g)
{
    const frame *f = &p->frame;
    json o = open_element(a, '{');
    put_group_name(&o, "group", f, g);
    put_number(&o, "count", sums_all(&p->counted.group[g]));
    put_flag(&o, "small", group_small(r->f, p, g));
    if (f->target)
        put_number(&o, "target", f->target[g]);
    if (r->f->both)
        put_confusion(&o, &p->counted.group[g]);
    put_scope(&o, p, SCOPE_GROUP, (ptrdiff_t)g);
    put_section(&o, p, SCOPE_VERSUS, (ptrdiff_t)g);
    put_calibration(&o, p, g);
    mm_buf_byte(o.b, '}');
}

static void put_part(json *a, const report *r, const part *p)
{
    const frame *f = &p->frame;
    json o = open_element(a, '{');
    json by = open_member(&o, "by", '[');
    for (size_t d = 0; d < f->set->n; d++) {
        if (d)
            mm_buf_byte(by.b, ',');
        mm_json_put(by.b, mm_str_of(f->q->by.dim[f->set->dim[d]].name));
    }
    mm_buf_byte(by.b, ']');
    if (f->reference >= 0) {
        put_group_name(&o, "reference", f, (size_t)f->reference);
        put_flag(&o, "reference_given", f->reference_given);
    }
    put_section(&o, p, SCOPE_REPRESENTATION, -1);
    put_section(&o, p, SCOPE_BETWEEN, -1);
    put_section(&o, p, SCOPE_REFERENCE, -1);
    json groups = open_member(&o, "groups", '[');
    for (size_t g = 0; g < f->n_groups; g++)
        put_group(&groups, r, p, g);
    mm_buf_byte(o.b, ']');
    mm_buf_byte(o.b, '}');
}

/* ---- the whole ---- */

static void put_asked(json *j, const findings *f)
{
    const question *q = f->q;
    const struct { const char *name, *value; } asked[] = {
        { "label", q->label.text }, { "prediction", q->prediction.text }, { "score", q->score.name }, { "stratify", q->stratum.name } };
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        if (asked[i].value)
            put_text(j, asked[i].name, mm_str_of(asked[i].value));
    put_number(j, "confidence", f->opts.confidence);
    put_count(j, "bootstrap", (uint64_t)f->opts.replicates);
    put_count(j, "seed", (uint64_t)f->opts.seed);
    if (f->opts.epsilon > 0) {
        put_number(j, "epsilon", f->opts.epsilon);
        put_number(j, "delta", f->opts.delta);
    }
    if (f->opts.suppress)
        put_count(j, "suppress", (uint64_t)f->opts.suppress);
}

static void put_overall(json *j, const findings *f)
{
    json o = open_member(j, "overall", '{');
    for (size_t i = 0; i < f->n_parts && i < 1; i++) {
        const part *p = &f->part[i];
        if (f->both)
            put_confusion(&o, &p->counted.group[p->frame.n_groups]);
        for (size_t k = 0; k < p->n; k++)
            if (p->figure[k].m->scope == SCOPE_GROUP && p->figure[k].group == (ptrdiff_t)p->frame.n_groups
                && !isnan(p->figure[k].value) && p->figure[k].m->needs)
                put_figure(&o, &p->figure[k]);
        put_scope(&o, p, SCOPE_OVERALL, -1);
    }
    mm_buf_byte(o.b, '}');
}

static void put_gates(json *j, const report *r)
{
    json a = open_member(j, "gates", '[');
    for (size_t i = 0; i < r->n_gates; i++) {
        const gate_result *g = &r->gate[i];
        json o = open_element(&a, '{');
        mm_buf text = { 0 };
        gate_say(g, &text);
        put_flag(&o, "tripped", g->tripped);
        put_text(&o, "what", mm_buf_view(&text));
        mm_buf_free(&text);
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

static void put_drifts(json *j, const report *r)
{
    json a = open_member(j, "drift", '[');
    for (size_t i = 0; i < r->n_drifts; i++) {
        if (i)
            mm_buf_byte(a.b, ',');
        drift_put_json(&r->drift[i], a.b);
    }
    mm_buf_byte(a.b, ']');
}

static void put_shifts(json *j, const report *r)
{
    json a = open_member(j, "rate_drift", '[');
    for (size_t i = 0; i < r->n_shifts; i++) {
        if (i)
            mm_buf_byte(a.b, ',');
        shift_put_json(&r->shift[i], a.b);
    }
    mm_buf_byte(a.b, ']');
}

static void put_proxies(json *j, const report *r)
{
    json a = open_member(j, "proxies", '[');
    for (size_t i = 0; i < r->n_proxies; i++) {
        const proxy *p = &r->proxy[i];
        json o = open_element(&a, '{');
        put_text(&o, "field", mm_str_of(p->field));
        put_text(&o, "by", mm_str_of(p->by));
        put_count(&o, "values", p->values);
        put_flag(&o, "ranged", p->ranged);
        put_number(&o, "mutual_information", p->mutual_information);
        put_number(&o, "low", p->interval.low);
        put_number(&o, "high", p->interval.high);
        put_number(&o, "cramers_v", p->cramers_v);
        put_number(&o, "p", p->p);
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

static void put_agreement(json *j, const report *r)
{
    json a = open_member(j, "agreement", '[');
    for (size_t i = 0; i < r->n_alphas; i++) {
        const alpha *x = &r->alpha[i];
        json o = open_element(&a, '{');
        if (x->by) {
            put_text(&o, "by", mm_str_of(x->by));
            put_text(&o, "group", x->group);
        }
        put_count(&o, "records", x->records);
        put_number(&o, "alpha", x->alpha);
        if (!isnan(x->interval.low)) {
            put_number(&o, "low", x->interval.low);
            put_number(&o, "high", x->interval.high);
        }
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

/* ---- measures ---- */

static void put_estimate(json *j, const char *name, const estimate *x, const measure *test)
{
    json o = open_member(j, name, '{');
    put_number(&o, "value", x->value);
    if (isnan(x->value))
        put_flag(&o, "undefined", true);
    if (!isnan(x->interval.low)) {
        put_number(&o, "low", x->interval.low);
        put_number(&o, "high", x->interval.high);
    }
    if (test && !isnan(test->p)) {
        put_number(&o, "p", test->p);
        put_number(&o, "p_adjusted", test->adjusted);
    }
    mm_buf_byte(o.b, '}');
}

static void put_measure(json *a, const report *r, const measure *m)
{
    const struct { const char *name; double x; } plain[] = {
        { "standard_deviation", m->deviation }, { "min", m->least }, { "max", m->most }, { "sum", m->sum } };
    json o = open_element(a, '{');
    put_text(&o, "field", mm_str_of(m->field));
    if (m->part)
        put_group_name(&o, "group", &m->part->frame, m->group);
    put_count(&o, "records", m->records);
    put_count(&o, "missing", m->missing);
    put_flag(&o, "small", m->records < (uint64_t)r->f->opts.small);
    put_estimate(&o, "mean", &m->mean, NULL);
    put_estimate(&o, "median", &m->median, NULL);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        put_number(&o, plain[i].name, plain[i].x);
    put_estimate(&o, "share_of_sum", &m->share, NULL);
    if (m->versus) {
        put_estimate(&o, "mean_difference", &m->mean_difference, m);
        put_estimate(&o, "median_difference", &m->median_difference, NULL);
    }
    mm_buf_byte(o.b, '}');
}

static void put_measures(json *j, const report *r)
{
    json a = open_member(j, "measures", '[');
    for (size_t i = 0; i < r->n_measures; i++)
        put_measure(&a, r, &r->measure[i]);
    mm_buf_byte(a.b, ']');
}

static void put_terms(json *j, const report *r)
{
    json a = open_member(j, "terms", '[');
    for (size_t i = 0; i < r->n_associations; i++) {
        const association *x = &r->association[i];
        json o = open_element(&a, '{');
        put_text(&o, "term", mm_str_of(x->term));
        put_text(&o, "descriptor", mm_str_of(x->descriptor));
        put_count(&o, "texts", x->texts);
        put_count(&o, "with_term", x->with_term);
        put_count(&o, "with_descriptor", x->with_descriptor);
        put_count(&o, "together", x->both);
        put_number(&o, "expected", x->expected);
        json f = open_member(&o, "pmi", '{');
        put_number(&f, "value", x->pmi);
        if (isnan(x->pmi))
            put_flag(&f, "undefined", true);
        if (!isnan(x->interval.high)) {
            put_number(&f, "low", x->interval.low);
            put_number(&f, "high", x->interval.high);
        }
        if (!isnan(x->p)) {
            put_number(&f, "p", x->p);
            put_number(&f, "p_adjusted", x->adjusted);
        }
        mm_buf_byte(f.b, '}');
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

static void put_leaks(json *j, const report *r)
{
    json a = open_member(j, "leakage", '[');
    for (size_t i = 0; i < r->leaks.n; i++) {
        const leak *x = &r->leaks.leak[i];
        json o = open_element(&a, '{');
        put_text(&o, "split", x->split);
        put_text(&o, "other", x->other);
        put_text(&o, "by", mm_str_of(x->by));
        put_count(&o, "records", x->records);
        put_count(&o, "shared", x->shared);
        put_count(&o, "ids", x->ids);
        put_estimate(&o, "share", &(estimate){ x->share, x->interval }, NULL);
        mm_buf_byte(o.b, '}');
    }
    mm_buf_byte(a.b, ']');
}

void report_json(const report *r, mm_buf *out)
{
    const findings *f = r->f;
    json j = { out, false };
    mm_buf_byte(out, '{');
    put_text(&j, "tool", mm_str_of(r->tool));
    if (r->policy)
        put_text(&j, "policy", mm_str_of(r->policy));
    put_asked(&j, f);
    put_count(&j, "records", f->records);
    if (f->q->label.text)
        put_count(&j, "labelled", f->labelled);
    if (f->q->prediction.text)
        put_count(&j, "predicted", f->predicted);
    if (f->q->score.path)
        put_count(&j, "scored", f->scored);
    put_overall(&j, f);
    json a = open_member(&j, "attributes", '[');
    for (size_t i = 0; i < f->n_parts; i++)
        put_part(&a, r, &f->part[i]);
    mm_buf_byte(out, ']');
    a = open_member(&j, "warnings", '[');
    for (size_t i = 0; i < f->n_warnings; i++) {
        if (i)
            mm_buf_byte(out, ',');
        mm_json_put(out, f->warning[i]);
    }
    mm_buf_byte(out, ']');
    if (r->n_gates)
        put_gates(&j, r);
    if (r->n_drifts)
        put_drifts(&j, r);
    if (r->n_shifts)
        put_shifts(&j, r);
    if (r->n_proxies)
        put_proxies(&j, r);
    if (r->n_alphas)
        put_agreement(&j, r);
    if (r->n_measures)
        put_measures(&j, r);
    if (r->n_associations)
        put_terms(&j, r);
    if (r->leaks.n)
        put_leaks(&j, r);
    mm_buf_str(out, MM_STR("}\n"));
}
