/* routes_cells.c - outcomes, by route and by the tests that tell records apart. */
#include "routes_cells.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cells_free(cells *c)
{
    free(c->row);
    free(c->cell);
    mm_arena_free(c->arena);
}

size_t cells_route(cells *c, mm_str name)
{
    for (size_t i = 0; i < c->routes; i++)
        if (mm_str_eq(mm_str_of(c->route[i]), name))
            return i;
    const char *copy = c->routes < MOST_ROUTES ? mm_arena_copy(c->arena, name).p : NULL;
    if (!copy)
        return SIZE_MAX;
    c->route[c->routes] = copy;
    return c->routes++;
}

int cells_add(cells *c, const outcome_row *row)
{
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 1024;
        outcome_row *more = realloc(c->row, room * sizeof *more);
        if (!more)
            return -1;
        c->row = more;
        c->room = room;
    }
    c->row[c->n++] = *row;
    return 0;
}

static void count(sums *s, double v)
{
    s->n++;
    s->sum += v;
    s->squares += v * v;
}

/* ---- routes ---- */

static void sort_routes(cells *c)
{
    size_t place[MOST_ROUTES];
    const char *was[MOST_ROUTES];
    memcpy(was, c->route, sizeof was);
    for (size_t i = 0; i < c->routes; i++) {
        place[i] = 0;
        for (size_t k = 0; k < c->routes; k++)
            place[i] += strcmp(was[k], was[i]) < 0;
        c->route[place[i]] = was[i];
    }
    for (size_t i = 0; i < c->n; i++)
        c->row[i].route = place[c->row[i].route];
}

/* ---- tests ---- */

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool is_number(const char *json, double *v)
{
    return json && mm_json_double(mm_str_of(json), v) == 0;
}

/* The borders between ranges of as many outcomes; 0: the field has few values, or not numbers alone. */
static size_t borders(const cells *c, size_t field, double *border, double *scratch)
{
    size_t n = 0, values = 0, found = 0;
    double v;
    for (size_t i = 0; i < c->n; i++)
        if (is_number(c->row[i].value[field], &v))
            scratch[n++] = v;
        else if (c->row[i].value[field])
            return 0;
    qsort(scratch, n, sizeof *scratch, by_number);
    for (size_t i = 0; i < n; i++)
        values += !i || scratch[i] != scratch[i - 1];
    for (size_t k = 1; values > FEW_VALUES && k < RANGES; k++) {
        double at = scratch[k * n / RANGES];
        if (at > scratch[0] && (!found || at > border[found - 1]))
            border[found++] = at;
    }
    return found;
}

static const char *range_test(cells *c, size_t field, double v, const double *border, size_t n)
{
    mm_buf b = { 0 };
    size_t i = 0;
    while (i < n && v >= border[i])
        i++;
    if (i) {
        mm_buf_printf(&b, "%s >= ", c->field[field]);
        mm_json_put_double(&b, border[i - 1]);
    }
    if (i < n) {
        mm_buf_printf(&b, "%s%s < ", i ? " and " : "", c->field[field]);
        mm_json_put_double(&b, border[i]);
    }
    const char *test = b.failed ? NULL : mm_arena_copy(c->arena, mm_buf_view(&b)).p;
    mm_buf_free(&b);
    return test;
}

static const char *value_test(cells *c, size_t field, const char *json)
{
    mm_buf b = { 0 };
    mm_buf_printf(&b, "%s == %s", c->field[field], json);
    const char *test = b.failed ? NULL : mm_arena_copy(c->arena, mm_buf_view(&b)).p;
    mm_buf_free(&b);
    return test;
}

/* In the place of each value, the test that it passes. */
static int test_field(cells *c, size_t field, double *scratch)
{
    double border[RANGES], v;
    size_t n = borders(c, field, border, scratch);
    for (size_t i = 0; i < c->n; i++) {
        const char **value = &c->row[i].value[field];
        if (!*value)
            continue;
        *value = n && is_number(*value, &v) ? range_test(c, field, v, border, n) : value_test(c, field, *value);
        if (!*value)
            return -1;
    }
    return 0;
}

/* ---- cells ---- */

static int by_tests(const void *a, const void *b, void *fields)
{
    const outcome_row *x = a, *y = b;
    for (size_t i = 0; i < *(size_t *)fields; i++) {
        int d = x->value[i] && y->value[i] ? strcmp(x->value[i], y->value[i]) : (x->value[i] != NULL) - (y->value[i] != NULL);
        if (d)
            return d;
    }
    return 0;
}

static bool complete(const cells *c, const outcome_row *r)
{
    for (size_t i = 0; i < c->fields; i++)
        if (!r->value[i])
            return false;
    return true;
}

int cells_make(cells *c, mm_err *e)
{
    double *scratch = malloc((c->n + 1) * sizeof *scratch);
    int rc = scratch ? 0 : -1;
    sort_routes(c);
    for (size_t i = 0; i < c->fields && rc == 0; i++)
        rc = test_field(c, i, scratch);
    free(scratch);
    c->cell = calloc(c->n ? c->n : 1, sizeof *c->cell);
    if (rc < 0 || !c->cell)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (c->n)
        qsort_r(c->row, c->n, sizeof *c->row, by_tests, &c->fields);
    for (size_t i = 0; i < c->n; i++) {
        outcome_row *r = &c->row[i];
        count(&c->all[r->route], r->reward);
        if (!complete(c, r))
            continue;
        if (!i || !complete(c, r - 1) || by_tests(r - 1, r, &c->fields) != 0)
            memcpy(c->cell[c->n_cells++].test, r->value, sizeof r->value);
        count(&c->cell[c->n_cells - 1].of[r->route], r->reward);
    }
    return 0;
}
