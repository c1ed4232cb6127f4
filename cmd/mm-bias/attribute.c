/* attribute.c - the fields that make groups. */
#include "attribute.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void dimension_clear(dimension *d)
{
    free(d->name);
    mm_path_free(d->path);
    free(d->cut);
    *d = (dimension){ 0 };
}

void attributes_clear(attributes *a)
{
    for (size_t i = 0; i < a->n_dims; i++)
        dimension_clear(&a->dim[i]);
    *a = (attributes){ 0 };
}

/* The next piece of text up to `stop` outside quotes; takes it and the stop off. */
static mm_str next_piece(mm_str *text, char stop)
{
    size_t n = 0;
    for (bool quoted = false; n < text->n && (quoted || text->p[n] != stop); n++)
        if (text->p[n] == '"')
            quoted = !quoted;
        else if (text->p[n] == '\\' && quoted && n + 1 < text->n)
            n++;
    n = n < text->n ? n : text->n;
    mm_str piece = { text->p, n };
    size_t taken = n + (n < text->n);
    text->p += taken;
    text->n -= taken;
    return piece;
}

static int add_cut(dimension *d, mm_str text, mm_err *e)
{
    double x;
    if (mm_json_double(text, &x) < 0 || !isfinite(x))
        return mm_fail(e, MM_EUSAGE, "'%.*s' is no number to cut %s at", (int)(text.n < 60 ? text.n : 60), text.p, d->name);
    if (d->n_cuts && x <= d->cut[d->n_cuts - 1])
        return mm_fail(e, MM_EUSAGE, "the cuts of %s must rise", d->name);
    if (d->n_cuts == MOST_CUTS)
        return mm_fail(e, MM_EUSAGE, "%s has more than %d cuts", d->name, MOST_CUTS);
    double *cut = reallocarray(d->cut, d->n_cuts + 1, sizeof *cut);
    if (!cut)
        return mm_fail(e, MM_ESYS, "out of memory");
    d->cut = cut;
    d->cut[d->n_cuts++] = x;
    return 0;
}

/* The name and the first cut of "field" or "field:cut". */
static int begin(dimension *d, mm_str text, mm_err *e)
{
    mm_str rest = text, name = next_piece(&rest, ':');
    bool cuts = name.n < text.n;
    *d = (dimension){ .name = strndup(name.p ? name.p : "", name.n) };
    if (!d->name)
        return mm_fail(e, MM_ESYS, "out of memory");
    d->path = mm_path_new(name, e);
    return !d->path ? -1 : cuts ? add_cut(d, rest, e) : 0;
}

int dimension_parse(dimension *d, mm_str text, mm_err *e)
{
    int failed = begin(d, next_piece(&text, ','), e);
    while (!failed && text.n)
        failed = d->n_cuts ? add_cut(d, next_piece(&text, ','), e)
                           : mm_fail(e, MM_EUSAGE, "'%s' has no cuts; write them as %s:10,20", d->name, d->name);
    if (failed)
        dimension_clear(d);
    return failed;
}

static bool same_cuts(const dimension *a, const dimension *b)
{
    return a->n_cuts == b->n_cuts && (!a->n_cuts || memcmp(a->cut, b->cut, a->n_cuts * sizeof *a->cut) == 0);
}

/* The index of d among the dimensions, where it is added unless it is there; takes d over. */
static ptrdiff_t place(attributes *a, dimension *d, mm_err *e)
{
    for (size_t i = 0; i < a->n_dims; i++)
        if (strcmp(a->dim[i].name, d->name) == 0) {
            bool same = same_cuts(&a->dim[i], d);
            if (!same)
                mm_fail(e, MM_EUSAGE, "%s is cut in two ways", d->name);
            dimension_clear(d);
            return same ? (ptrdiff_t)i : -1;
        }
    if (a->n_dims == MOST_DIMENSIONS) {
        dimension_clear(d);
        return mm_fail(e, MM_EUSAGE, "more than %d fields", MOST_DIMENSIONS);
    }
    a->dim[a->n_dims] = *d;
    return (ptrdiff_t)a->n_dims++;
}

static int add_set(attributes *a, const dimension_set *s, mm_err *e)
{
    for (size_t i = 0; i < a->n_sets; i++)
        if (a->set[i].n == s->n && memcmp(a->set[i].dim, s->dim, s->n) == 0)
            return 0;
    if (a->n_sets == MOST_SETS)
        return mm_fail(e, MM_EUSAGE, "more than %d attributes and intersections", MOST_SETS);
    a->set[a->n_sets++] = *s;
    return 0;
}

/* One field with the cuts that follow it: whatever spells a number belongs to the field before. */
static ptrdiff_t take_field(attributes *a, mm_str *text, mm_err *e)
{
    dimension d;
    if (begin(&d, next_piece(text, ','), e) < 0) {
        dimension_clear(&d);
        return -1;
    }
    for (mm_str rest = *text; d.n_cuts && rest.n; *text = rest) {
        double x;
        mm_str piece = next_piece(&rest, ',');
        if (mm_json_double(piece, &x) < 0)
            break;
        if (add_cut(&d, piece, e) < 0) {
            dimension_clear(&d);
            return -1;
        }
    }
    return place(a, &d, e);
}

int attributes_add(attributes *a, const char *by, mm_err *e)
{
    dimension_set all = { 0 };
    mm_str text = mm_str_of(by);
    do {
        ptrdiff_t i = take_field(a, &text, e);
        if (i < 0)
            return -1;
        if (memchr(all.dim, (int)i, all.n))
            return mm_fail(e, MM_EUSAGE, "%s stands there twice", a->dim[i].name);
        all.dim[all.n++] = (uint8_t)i;
        if (add_set(a, &(dimension_set){ .n = 1, .dim = { (uint8_t)i } }, e) < 0)
            return -1;
    } while (text.n);
    return all.n > 1 ? add_set(a, &all, e) : 0;
}

void dimension_text(const dimension *d, mm_buf *out)
{
    mm_buf_str(out, mm_str_of(d->name));
    for (size_t i = 0; i < d->n_cuts; i++) {
        mm_buf_byte(out, i ? ',' : ':');
        mm_json_put_double(out, d->cut[i]);
    }
}

size_t dimension_bin(const dimension *d, double x)
{
    size_t i = 0;
    while (i < d->n_cuts && x >= d->cut[i])
        i++;
    return i;
}

void dimension_bin_name(const dimension *d, size_t bin, mm_buf *out)
{
    if (bin == 0) {
        mm_buf_byte(out, '<');
        mm_json_put_double(out, d->cut[0]);
    } else if (bin == d->n_cuts) {
        mm_buf_str(out, MM_STR(">="));
        mm_json_put_double(out, d->cut[bin - 1]);
    } else {
        mm_buf_byte(out, '[');
        mm_json_put_double(out, d->cut[bin - 1]);
        mm_buf_byte(out, ',');
        mm_json_put_double(out, d->cut[bin]);
        mm_buf_byte(out, ')');
    }
}
