/* models_file.c - models as a file: JSON, version 1. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "models_private.h"

enum { FILE_VERSION = 1 };

/* ---- writing ---- */

static void put_numbers(mm_buf *b, const char *key, const double *v, size_t n)
{
    mm_buf_printf(b, ", \"%s\": [", key);
    for (size_t i = 0; i < n; i++) {
        if (i)
            mm_buf_byte(b, ',');
        mm_json_put_double(b, v[i]);
    }
    mm_buf_byte(b, ']');
}

static void put_watched(mm_buf *b, const watched *w)
{
    double half[FEATURES * (FEATURES + 1) / 2], totals[] = { w->fit.squares, w->fit.lines }, watch[] = { w->above, w->below, w->up, w->down, w->rising, w->falling, w->widened };
    double outside[ERRORS_KEPT];
    size_t n = 0, kept = w->told < ERRORS_KEPT ? w->told : ERRORS_KEPT;
    for (int i = 0; i < FEATURES; i++)
        for (int k = 0; k <= i; k++)
            half[n++] = w->fit.precision[i][k];
    for (size_t i = 0; i < kept; i++)
        outside[i] = w->outside[i];
    mm_buf_printf(b, "{\"told\": %zu, \"drifts\": %zu", w->told, w->drifts);
    put_numbers(b, "sums", totals, 2);
    put_numbers(b, "watch", watch, 7);
    put_numbers(b, "moment", w->fit.moment, FEATURES);
    put_numbers(b, "precision", half, n);
    put_numbers(b, "errors", w->error, kept);
    put_numbers(b, "outside", outside, kept);
    mm_buf_byte(b, '}');
}

static void put_stage(mm_buf *b, const stage_model *s)
{
    double sums[] = { s->in_records, s->in_bytes, s->out_records, s->out_bytes };
    mm_buf_str(b, MM_STR("  {\"stage\": "));
    mm_json_put(b, mm_str_of(s->name));
    mm_buf_printf(b, ", \"lines\": %zu", s->lines);
    put_numbers(b, "through", sums, 4);
    for (int q = 0; q < N_QUANTITIES; q++) {
        mm_buf_printf(b, ",\n   \"%s\": ", quantity_name[q]);
        put_watched(b, &s->of[q]);
    }
    mm_buf_byte(b, '}');
}

static void put_all(mm_buf *b, const models *m)
{
    double pipes[] = { m->pipes, m->pipe_logs, m->pipe_squares };
    mm_buf_printf(b, "{\"mm-plan models\": %d", FILE_VERSION);
    put_numbers(b, "pipes", pipes, 3);
    mm_buf_str(b, MM_STR(",\n \"machines\": ["));
    for (size_t i = 0; i < m->machines; i++) {
        double sums[] = { m->machine[i].lines, m->machine[i].logs };
        mm_buf_str(b, i ? MM_STR(",\n  {\"machine\": ") : MM_STR("\n  {\"machine\": "));
        mm_json_put(b, mm_str_of(m->machine[i].name));
        put_numbers(b, "sums", sums, 2);
        mm_buf_byte(b, '}');
    }
    mm_buf_str(b, MM_STR("],\n \"stages\": ["));
    for (size_t i = 0; i < m->n; i++) {
        mm_buf_str(b, i ? MM_STR(",\n") : MM_STR("\n"));
        put_stage(b, &m->stage[i]);
    }
    mm_buf_str(b, MM_STR("]}\n"));
}

int models_save(const models *m, const char *file, mm_err *e)
{
    mm_outfile o = { .fd = -1 };
    mm_buf b = { 0 };
    put_all(&b, m);
    int rc = b.failed ? mm_fail(e, MM_ESYS, "%s: out of memory", file) : mm_outfile_open(&o, file, e);
    if (rc == 0 && (rc = mm_outfile_write(&o, mm_buf_view(&b), e)) == 0)
        rc = mm_outfile_commit(&o, e);
    if (rc < 0)
        mm_outfile_discard(&o);
    mm_buf_free(&b);
    return rc;
}

void models_digest(const models *m, char out[33])
{
    mm_buf b = { 0 };
    if (m)
        put_all(&b, m);
    mm_hash_hex(b.p ? b.p : "", b.n, out);
    mm_buf_free(&b);
}

/* ---- reading ---- */

/* n numbers; -1 where they are not that many. */
static int read_numbers(const mm_doc *d, const mm_node *n, const char *key, double *out, size_t count, mm_err *e)
{
    const mm_node *list = mm_node_get(n, key);
    if (!list || list->kind != MM_NODE_LIST || list->n != count)
        return mm_node_fail(d, list ? list : n, e, "%s: %zu numbers are expected; learn the state anew", key, count);
    for (size_t i = 0; i < count; i++)
        if (mm_node_double(d, list->item[i], &out[i], e) < 0)
            return -1;
    return 0;
}

static int read_count(const mm_doc *d, const mm_node *n, const char *key, size_t *out, mm_err *e)
{
    const mm_node *v = mm_node_get(n, key);
    int64_t count = 0;
    if (!v)
        return mm_node_fail(d, n, e, "no %s; learn the state anew", key);
    if (mm_node_int(d, v, &count, e) < 0)
        return -1;
    *out = (size_t)count;
    return count < 0 ? mm_node_fail(d, v, e, "a count below 0") : 0;
}

static int read_watched(const mm_doc *d, const mm_node *n, watched *w, mm_err *e)
{
    double half[FEATURES * (FEATURES + 1) / 2], totals[2], watch[7], outside[ERRORS_KEPT];
    size_t at = 0;
    if (read_count(d, n, "told", &w->told, e) < 0 || read_count(d, n, "drifts", &w->drifts, e) < 0)
        return -1;
    size_t kept = w->told < ERRORS_KEPT ? w->told : ERRORS_KEPT;
    if (read_numbers(d, n, "sums", totals, 2, e) < 0 || read_numbers(d, n, "watch", watch, 7, e) < 0 ||
        read_numbers(d, n, "moment", w->fit.moment, FEATURES, e) < 0 || read_numbers(d, n, "precision", half, sizeof half / sizeof *half, e) < 0 ||
        read_numbers(d, n, "errors", w->error, kept, e) < 0 || read_numbers(d, n, "outside", outside, kept, e) < 0)
        return -1;
    for (int i = 0; i < FEATURES; i++)
        for (int k = 0; k <= i; k++)
            w->fit.precision[i][k] = w->fit.precision[k][i] = half[at++];
    for (size_t i = 0; i < kept; i++)
        w->outside[i] = outside[i] != 0;
    w->fit.squares = totals[0];
    w->fit.lines = totals[1];
    w->above = watch[0];
    w->below = watch[1];
    w->up = watch[2];
    w->down = watch[3];
    w->rising = watch[4];
    w->falling = watch[5];
    w->widened = fmax(1, watch[6]);
    regress_solve(&w->fit);
    return 0;
}

static int read_stage(models *m, const mm_doc *d, const mm_node *n, mm_err *e)
{
    const char *name = NULL;
    double through[4];
    if (mm_node_string(d, mm_node_get(n, "stage"), &name, e) < 0)
        return -1;
    if (!name)
        return mm_node_fail(d, n, e, "a stage without a name; learn the state anew");
    stage_model *s = models_stage(m, name, e);
    if (!s || read_count(d, n, "lines", &s->lines, e) < 0 || read_numbers(d, n, "through", through, 4, e) < 0)
        return -1;
    s->in_records = through[0];
    s->in_bytes = through[1];
    s->out_records = through[2];
    s->out_bytes = through[3];
    for (int q = 0; q < N_QUANTITIES; q++) {
        const mm_node *v = mm_node_get(n, quantity_name[q]);
        if (!v)
            return mm_node_fail(d, n, e, "no %s; learn the state anew", quantity_name[q]);
        if (read_watched(d, v, &s->of[q], e) < 0)
            return -1;
    }
    return 0;
}

static int read_machine(models *m, const mm_doc *d, const mm_node *n, mm_err *e)
{
    const mm_node *v = mm_node_get(n, "machine");
    double sums[2];
    if (!v || v->kind != MM_NODE_SCALAR || read_numbers(d, n, "sums", sums, 2, e) < 0)
        return v && v->kind == MM_NODE_SCALAR ? -1 : mm_node_fail(d, n, e, "a machine without a name; learn the state anew");
    machine_model *k = models_machine(m, v->text.p, e);
    if (!k)
        return -1;
    k->lines = sums[0];
    k->logs = sums[1];
    return 0;
}

static int read_all(models *m, const mm_doc *d, mm_err *e)
{
    const mm_node *root = mm_doc_root(d), *version = mm_node_get(root, "mm-plan models"), *machines = mm_node_get(root, "machines"),
                  *stages = mm_node_get(root, "stages");
    int64_t v = 0;
    double pipes[3];
    if (!version)
        return mm_node_fail(d, root, e, "this is no state of mm-plan; name a new file, and learn into that");
    if (mm_node_int(d, version, &v, e) < 0)
        return -1;
    if (v != FILE_VERSION)
        return mm_node_fail(d, version, e, "version %lld of the state is not known; learn it anew", (long long)v);
    if (read_numbers(d, root, "pipes", pipes, 3, e) < 0)
        return -1;
    m->pipes = pipes[0];
    m->pipe_logs = pipes[1];
    m->pipe_squares = pipes[2];
    for (size_t i = 0; machines && machines->kind == MM_NODE_LIST && i < machines->n; i++)
        if (read_machine(m, d, machines->item[i], e) < 0)
            return -1;
    for (size_t i = 0; stages && stages->kind == MM_NODE_LIST && i < stages->n; i++)
        if (read_stage(m, d, stages->item[i], e) < 0)
            return -1;
    return 0;
}

models *models_load(const char *file, mm_err *e)
{
    models *m = models_new(e);
    mm_doc *d = m ? mm_doc_load(file, e) : NULL;
    bool good = d && read_all(m, d, e) == 0;
    mm_doc_free(d);
    if (good)
        return m;
    models_free(m);
    return NULL;
}
