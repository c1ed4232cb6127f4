/* terms.c - texts with terms, with descriptors, and with both. */
#include "terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "special.h"

static const char *const options[] = { "--terms", "--descriptors" };

static size_t names(const terms *t, int i) { return mm_phrases_names(t->list[i]); }

static int open_lists(terms *t, const char *const file[2], mm_err *e)
{
    for (int i = 0; i < 2; i++) {
        if (!(t->list[i] = mm_phrases_open(file[i], true, e)))
            return mm_fail_at(e, "%s", options[i]);
        if (names(t, i) > MOST_TERMS)
            return mm_fail(e, MM_EUSAGE, "%s %s: more than %d names; put words under one name, as in family: home, parents", options[i], file[i], MOST_TERMS);
        if (!(t->with[i] = calloc(names(t, i), sizeof *t->with[i])))
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    t->both = calloc(names(t, 0) * names(t, 1), sizeof *t->both);
    return t->both ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

terms *terms_new(const char *terms_file, const char *descriptors_file, const char *field, const mm_roots *roots, mm_err *e)
{
    terms *t = calloc(1, sizeof *t);
    if (!t) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    pthread_mutex_init(&t->lock, NULL);
    t->field = field;
    t->roots = roots;
    t->modality = mm_path_new(MM_STR("mm.modality"), e);
    if (t->modality && !(t->path = mm_path_new(mm_str_of(field), e)))
        mm_fail_at(e, "--text");
    if (t->path && open_lists(t, (const char *const[]){ terms_file, descriptors_file }, e) == 0)
        return t;
    terms_free(t);
    return NULL;
}

void terms_free(terms *t)
{
    if (!t)
        return;
    for (int i = 0; i < 2; i++) {
        mm_phrases_free(t->list[i]);
        free(t->with[i]);
    }
    free(t->both);
    mm_path_free((mm_path *)t->path);
    mm_path_free((mm_path *)t->modality);
    free(t);
}

/* ---- looking ---- */

struct terms_worker {
    terms *t;
    uint64_t texts, *with[2], *both;
    uint64_t seen[2][TERM_WORDS];   /* in the last text */
    bool any;                       /* the last record had one */
    mm_buf scratch;
};

terms_worker *terms_open(terms *t, mm_err *e)
{
    terms_worker *w = calloc(1, sizeof *w);
    bool ok = w != NULL;
    if (ok) {
        w->t = t;
        w->with[0] = calloc(names(t, 0), sizeof *w->with[0]);
        w->with[1] = calloc(names(t, 1), sizeof *w->with[1]);
        w->both = calloc(names(t, 0) * names(t, 1), sizeof *w->both);
        ok = w->with[0] && w->with[1] && w->both;
    }
    if (ok)
        return w;
    terms_close(w);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void terms_close(terms_worker *w)
{
    if (!w)
        return;
    terms *t = w->t;
    pthread_mutex_lock(&t->lock);
    t->texts += w->texts;
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; w->with[k] && i < names(t, k); i++)
            t->with[k][i] += w->with[k][i];
    for (size_t i = 0; w->both && i < names(t, 0) * names(t, 1); i++)
        t->both[i] += w->both[i];
    pthread_mutex_unlock(&t->lock);
    free(w->with[0]);
    free(w->with[1]);
    free(w->both);
    mm_buf_free(&w->scratch);
    free(w);
}

/* The text of a record: 1, 0 when it has none, -1 and the record is bad. */
static int text_of(terms_worker *w, mm_rec *r, mm_arena *a, mm_str *text)
{
    const mm_path *const paths[] = { w->t->path, w->t->modality };
    mm_value v[2];
    mm_err e = { 0 };
    if (mm_json_find_many(r->head, paths, 2, v) < 0) {
        mm_rec_malformed(r, a);
        return -1;
    }
    if (v[0].raw.p && v[0].type == MM_JSON_STRING) {
        *text = mm_json_text(v[0].raw, &w->scratch);
        return 1;
    }
    if (v[0].raw.p && v[0].type != MM_JSON_NULL) {
        mm_rec_bad(r, a, "%s is %.*s%s, no text", w->t->field, (int)(v[0].raw.n < 40 ? v[0].raw.n : 40), v[0].raw.p, v[0].raw.n < 40 ? "" : "...");
        return -1;
    }
    if (v[0].raw.p || !v[1].raw.p || !mm_str_eq(v[1].raw, MM_STR("\"text\"")))
        return 0;
    int found = mm_payload(r, w->t->roots, a, text, &e);
    if (found < 0)
        mm_rec_bad(r, a, "%s", e.text);
    return found;
}

mm_verdict terms_look(terms_worker *w, mm_rec *r, mm_arena *a)
{
    mm_str text;
    int found = text_of(w, r, a, &text);
    w->any = found > 0;
    memset(w->seen, 0, sizeof w->seen);
    for (int i = 0; found > 0 && i < 2; i++)
        mm_phrases_mark(w->t->list[i], text, w->seen[i]);
    return found < 0 ? MM_BAD : MM_KEEP;
}

static bool has(const uint64_t *set, size_t i) { return set[i / 64] >> i % 64 & 1; }

void terms_take(terms_worker *w)
{
    size_t n = names(w->t, 1);
    w->texts += w->any;
    for (int k = 0; w->any && k < 2; k++)
        for (size_t i = 0; i < names(w->t, k); i++)
            w->with[k][i] += has(w->seen[k], i);
    for (size_t i = 0; w->any && i < names(w->t, 0); i++)
        for (size_t d = 0; d < n && has(w->seen[0], i); d++)
            w->both[i * n + d] += has(w->seen[1], d);
}

/* ---- what they say ---- */

static void associate(association *x, double z)
{
    double n = (double)x->texts, t = (double)x->with_term, d = (double)x->with_descriptor, both = (double)x->both;
    x->pmi = x->p = x->adjusted = NAN;
    x->interval = (interval){ NAN, NAN };
    x->expected = t * d / n;
    if (x->expected > 0 && t < n && d < n) {
        double off = both - x->expected;
        x->p = chi_square_above(off * off * n * n * n / (t * d * (n - t) * (n - d)), 1);
    }
    if (!(x->expected > 0))
        return;
    if (!(both > 0)) {
        x->interval = (interval){ -INFINITY, log2(wilson(0, t, z).high / (d / n)) };
        return;
    }
    /* A text's part in the logarithm: n/both, -n/t and -n/d where it is counted there; their mean is -1. */
    double together = n / both - n / t - n / d;
    double squares = both / n * together * together + (t - both) * n / (t * t) + (d - both) * n / (d * d);
    double half = z * sqrt(fmax(0, squares - 1) / n) / M_LN2;
    x->pmi = log2(both * n / (t * d));
    x->interval = (interval){ x->pmi - half, x->pmi + half };
}

static int by_strength(const void *a, const void *b)
{
    const association *x = a, *y = b;
    double p = isnan(x->pmi) ? -INFINITY : x->pmi, q = isnan(y->pmi) ? -INFINITY : y->pmi;
    return p != q ? (p < q ? 1 : -1) : strcmp(x->descriptor, y->descriptor);
}

int terms_list(const terms *t, double confidence, association **out, size_t *n, mm_err *e)
{
    size_t rows = names(t, 0), columns = names(t, 1);
    double z = normal_quantile((1 + confidence) / 2);
    *n = 0;
    *out = calloc(rows * columns + 1, sizeof **out);
    if (!*out)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!t->texts)
        return mm_fail(e, MM_EUSAGE, "--terms: no record has a text in %s; say where it is by --text", t->field);
    for (size_t i = 0; i < rows; i++) {
        association *row = *out + i * columns;
        for (size_t d = 0; d < columns; d++) {
            row[d] = (association){ .term = mm_phrases_name(t->list[0], i), .descriptor = mm_phrases_name(t->list[1], d), .texts = t->texts,
                                    .with_term = t->with[0][i], .with_descriptor = t->with[1][d], .both = t->both[i * columns + d] };
            associate(&row[d], z);
        }
        qsort(row, columns, sizeof *row, by_strength);
    }
    *n = rows * columns;
    bool ok = *n == 0 || benjamini_hochberg_in(&(*out)->p, &(*out)->adjusted, *n, sizeof **out) == 0;
    return ok ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}
