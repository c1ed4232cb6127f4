/* pipeline.c - the description, read and checked; how its stages hang together is worked out in pipeline_links.c. */
#include "pipeline.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "pipeline_links.h"

const char *const modality_name[N_MODALITIES] = { "text", "image", "audio", "video", "row" };

static const char *const top_keys[] = { "version", "name", "data", "stages", "objective", "limits", "prices", "arrivals", NULL };
static const char *const data_keys[] = { "path", "records", "bytes", "tier", "region", NULL };
static const char *const stage_keys[] = { "command", "reads", "writes", "after", "commutes", "resumable", "stateful", "memory", "keeps", NULL };
static const char *const objective_keys[] = { "goal", "deadline", "budget", "latency", "confidence", NULL };
static const char *const limit_keys[] = { "regions", "machines", "purchases", "workers", "residency", NULL };
static const char *const arrival_keys[] = { "file", "time", "column", "step", NULL };

/* ---- values ---- */

static int no_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "out of memory");
}

static void *many(pipeline *p, size_t n, size_t size, mm_err *e)
{
    void *v = mm_arena_alloc(p->arena, (n ? n : 1) * size);
    if (v)
        memset(v, 0, (n ? n : 1) * size);
    else
        no_memory(e);
    return v;
}

static int is_name(const pipeline *p, const mm_node *n, mm_err *e)
{
    bool good = n->text.n > 0 && n->text.n <= 63 && n->text.p[0] >= 'a' && n->text.p[0] <= 'z' && n->text.p[n->text.n - 1] != '-';
    for (size_t i = 0; good && i < n->text.n; i++) {
        char c = n->text.p[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
    }
    return good ? 0 : mm_node_fail(p->doc, n, e, "\"%.80s\" is no name: a lower-case letter, then at most 62 of these, digits and dashes", n->text.p);
}

/* A path as it is opened: from where the document lies. */
static int read_path(pipeline *p, const mm_node *n, const char **out, mm_err *e)
{
    const char *doc = mm_doc_name(p->doc), *slash = strrchr(doc, '/');
    if (!n || mm_node_string(p->doc, n, out, e) < 0)
        return n ? -1 : 0;
    if ((*out)[0] == '/' || !slash)
        return 0;
    mm_buf b = { 0 };
    mm_buf_put(&b, doc, (size_t)(slash - doc) + 1);
    mm_buf_str(&b, mm_str_of(*out));
    mm_str s = mm_arena_copy(p->arena, mm_buf_view(&b));
    mm_buf_free(&b);
    *out = s.p;
    return s.p ? 0 : no_memory(e);
}

static int read_size(const pipeline *p, const mm_node *n, double *out, mm_err *e)
{
    int64_t bytes;
    if (!n)
        return 0;
    if (n->kind != MM_NODE_SCALAR || mm_parse_size(n->text, &bytes) < 0)
        return mm_node_fail(p->doc, n, e, "a size such as 40MB is expected");
    *out = (double)bytes;
    return 0;
}

static int read_time(const pipeline *p, const mm_node *n, double *out, mm_err *e)
{
    int64_t ns;
    if (!n)
        return 0;
    if (n->kind != MM_NODE_SCALAR || mm_parse_duration(n->text, &ns) < 0 || ns <= 0)
        return mm_node_fail(p->doc, n, e, "a time such as 90s, 15m or 2h is expected");
    *out = (double)ns * 1e-9;
    return 0;
}

/* A text, or a list of texts; closed by NULL. */
static int read_names(pipeline *p, const mm_node *n, const char *const **out, mm_err *e)
{
    if (!n)
        return 0;
    size_t count = n->kind == MM_NODE_LIST ? n->n : 1;
    const char **list = many(p, count + 1, sizeof *list, e);
    if (!list)
        return -1;
    if (n->kind == MM_NODE_LIST && n->n == 0)
        return mm_node_fail(p->doc, n, e, "an empty list allows nothing; leave it out to allow all");
    for (size_t i = 0; i < count; i++)
        if (mm_node_string(p->doc, n->kind == MM_NODE_LIST ? n->item[i] : n, &list[i], e) < 0)
            return -1;
    *out = list;
    return 0;
}

static int check_map(const pipeline *p, const mm_node *n, const char *what, const char *const *keys, mm_err *e)
{
    if (n && n->kind != MM_NODE_MAP && !(n->kind == MM_NODE_SCALAR && n->text.n == 0))
        return mm_node_fail(p->doc, n, e, "%s is a map", what);
    return mm_node_keys(p->doc, n, keys, e);
}

/* ---- data sets ---- */

/* Bytes: one size, or one of each modality. */
static int read_bytes(const pipeline *p, const mm_node *n, dataset *d, mm_err *e)
{
    static const char *const names[] = { "text", "image", "audio", "video", "row", NULL };
    if (!n || n->kind != MM_NODE_MAP)
        return read_size(p, n, &d->bytes, e);
    if (mm_node_keys(p->doc, n, names, e) < 0)
        return -1;
    d->bytes = 0;
    for (int i = 0; i < N_MODALITIES; i++) {
        if (read_size(p, mm_node_get(n, modality_name[i]), &d->share[i], e) < 0)
            return -1;
        d->bytes += d->share[i];
    }
    for (int i = 0; i < N_MODALITIES; i++)
        d->share[i] = d->bytes > 0 ? d->share[i] / d->bytes : 0;
    return 0;
}

static int read_dataset(pipeline *p, const mm_node *key, const mm_node *n, dataset *d, mm_err *e)
{
    *d = (dataset){ .name = key->text.p, .node = n, .records = NAN, .bytes = NAN, .writer = NONE };
    if (is_name(p, key, e) < 0 || check_map(p, n, "a data set", data_keys, e) < 0 || read_path(p, mm_node_get(n, "path"), &d->path, e) < 0 ||
        mm_node_double(p->doc, mm_node_get(n, "records"), &d->records, e) < 0 || read_bytes(p, mm_node_get(n, "bytes"), d, e) < 0 ||
        mm_node_string(p->doc, mm_node_get(n, "tier"), &d->tier, e) < 0 || mm_node_string(p->doc, mm_node_get(n, "region"), &d->region, e) < 0)
        return -1;
    return d->records < 0 ? mm_node_fail(p->doc, mm_node_get(n, "records"), e, "fewer records than none") : 0;
}

static int read_data(pipeline *p, const mm_node *n, mm_err *e)
{
    if (n && n->kind != MM_NODE_MAP)
        return mm_node_fail(p->doc, n, e, "data: a map of names and data sets is expected");
    p->n_data = n ? n->n : 0;
    p->data = many(p, p->n_data, sizeof *p->data, e);
    for (size_t i = 0; p->data && i < p->n_data; i++)
        if (read_dataset(p, n->key[i], n->item[i], &p->data[i], e) < 0)
            return -1;
    return p->data ? 0 : -1;
}

/* ---- stages ---- */

static int find_data(const pipeline *p, const mm_node *n, size_t *out, mm_err *e)
{
    const char *name = NULL;
    *out = NONE;
    if (!n || mm_node_string(p->doc, n, &name, e) < 0)
        return n ? -1 : 0;
    *out = pipeline_data(p, mm_str_of(name));
    return *out == NONE ? links_unknown(p, n, n->text, "data set", e) : 0;
}

static int read_stage(pipeline *p, const mm_node *key, const mm_node *n, plan_stage *s, mm_err *e)
{
    *s = (plan_stage){ .name = key->text.p, .node = n, .reads = NONE, .writes = NONE, .from = NONE, .to = NONE, .max_memory = NAN, .keeps = NAN };
    if (is_name(p, key, e) < 0 || check_map(p, n, "a stage", stage_keys, e) < 0 || mm_node_string(p->doc, mm_node_get(n, "command"), &s->command, e) < 0 ||
        find_data(p, mm_node_get(n, "reads"), &s->reads, e) < 0 || find_data(p, mm_node_get(n, "writes"), &s->writes, e) < 0 ||
        mm_node_bool(p->doc, mm_node_get(n, "resumable"), &s->resumable, e) < 0 || mm_node_bool(p->doc, mm_node_get(n, "stateful"), &s->stateful, e) < 0 ||
        read_size(p, mm_node_get(n, "memory"), &s->max_memory, e) < 0 || mm_node_double(p->doc, mm_node_get(n, "keeps"), &s->keeps, e) < 0)
        return -1;
    if (!s->command)
        return mm_node_fail(p->doc, key, e, "stage %s has no command", s->name);
    return s->keeps < 0 ? mm_node_fail(p->doc, mm_node_get(n, "keeps"), e, "a share below 0") : 0;
}

static int read_stages(pipeline *p, const mm_node *n, mm_err *e)
{
    if (!n || n->kind != MM_NODE_MAP || n->n == 0)
        return mm_node_fail(p->doc, n ? n : mm_doc_root(p->doc), e, "stages: a map of names and stages is expected");
    p->n_stages = n->n;
    p->stage = many(p, p->n_stages, sizeof *p->stage, e);
    for (size_t i = 0; p->stage && i < p->n_stages; i++)
        if (read_stage(p, n->key[i], n->item[i], &p->stage[i], e) < 0)
            return -1;
    return p->stage ? 0 : -1;
}

/* ---- what is wanted, and what is allowed ---- */

static int read_money(const pipeline *p, const mm_node *n, mm_money *out, mm_err *e)
{
    const char *text = NULL;
    if (!n || mm_node_string(p->doc, n, &text, e) < 0)
        return n ? -1 : 0;
    const char *why = mm_money_read(mm_str_of(text), out);
    if (why)
        return mm_node_fail(p->doc, n, e, "'%.80s' is %s", text, why);
    return *out > 0 ? 0 : mm_node_fail(p->doc, n, e, "a budget is more than 0");
}

static int read_goal(pipeline *p, const mm_node *n, mm_err *e)
{
    static const char *const names[] = { [CHEAPEST] = "cheapest", [FASTEST] = "fastest", [LATENCY] = "latency" };
    const mm_node *goal = mm_node_get(n, "goal");
    const char *text = names[p->budget ? FASTEST : isnan(p->latency_s) ? CHEAPEST : LATENCY];
    if (mm_node_string(p->doc, goal, &text, e) < 0)
        return -1;
    for (int i = 0; i <= LATENCY; i++)
        if (strcmp(text, names[i]) == 0) {
            p->goal = (plan_goal)i;
            return p->goal == LATENCY && isnan(p->latency_s)
                       ? mm_node_fail(p->doc, goal, e, "latency: the time in which 99 of 100 records are to be done is missing") : 0;
        }
    return mm_node_fail(p->doc, goal, e, "'%.40s' is none of cheapest, fastest, latency", text);
}

static int read_objective(pipeline *p, const mm_node *n, mm_err *e)
{
    const mm_node *confidence = mm_node_get(n, "confidence");
    if (check_map(p, n, "objective", objective_keys, e) < 0 || read_time(p, mm_node_get(n, "deadline"), &p->deadline_s, e) < 0 ||
        read_time(p, mm_node_get(n, "latency"), &p->latency_s, e) < 0 || mm_node_double(p->doc, confidence, &p->confidence, e) < 0 ||
        read_money(p, mm_node_get(n, "budget"), &p->budget, e) < 0)
        return -1;
    if (!(p->confidence >= 0.5 && p->confidence < 1))
        return mm_node_fail(p->doc, confidence, e, "confidence: a share of the cases from 0.5 to less than 1 is expected");
    return read_goal(p, n, e);
}

static int read_residency(pipeline *p, const mm_node *n, mm_err *e)
{
    if (!n)
        return 0;
    if (n->kind != MM_NODE_MAP)
        return mm_node_fail(p->doc, n, e, "residency: a map of tiers and regions is expected");
    p->residency = many(p, n->n, sizeof *p->residency, e);
    for (size_t i = 0; p->residency && i < n->n; i++, p->n_residency++) {
        p->residency[i].tier = n->key[i]->text.p;
        if (read_names(p, n->item[i], &p->residency[i].regions, e) < 0)
            return -1;
    }
    return p->residency ? 0 : -1;
}

static int read_limits(pipeline *p, const mm_node *n, mm_err *e)
{
    static const char *const ways[] = { "on-demand", "spot", "reserved", "committed" };
    const mm_node *purchases = mm_node_get(n, "purchases"), *workers = mm_node_get(n, "workers");
    int64_t most = 0;
    if (check_map(p, n, "limits", limit_keys, e) < 0 || read_names(p, mm_node_get(n, "regions"), &p->regions, e) < 0 ||
        read_names(p, mm_node_get(n, "machines"), &p->machines, e) < 0 || read_names(p, purchases, &p->purchases, e) < 0 ||
        mm_node_int(p->doc, workers, &most, e) < 0 || read_residency(p, mm_node_get(n, "residency"), e) < 0)
        return -1;
    for (size_t i = 0; p->purchases && p->purchases[i]; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof ways / sizeof *ways; k++)
            known |= strcmp(p->purchases[i], ways[k]) == 0;
        if (!known)
            return mm_node_fail(p->doc, purchases, e, "'%.40s' is none of on-demand, spot, reserved, committed", p->purchases[i]);
    }
    if (workers && most < 1)
        return mm_node_fail(p->doc, workers, e, "workers: at least 1");
    p->max_workers = (size_t)most;
    return 0;
}

static int read_arrivals(pipeline *p, const mm_node *n, mm_err *e)
{
    if (!n)
        return 0;
    p->arrivals.step_s = NAN;
    if (check_map(p, n, "arrivals", arrival_keys, e) < 0 || read_path(p, mm_node_get(n, "file"), &p->arrivals.file, e) < 0 ||
        mm_node_string(p->doc, mm_node_get(n, "time"), &p->arrivals.time, e) < 0 ||
        mm_node_string(p->doc, mm_node_get(n, "column"), &p->arrivals.column, e) < 0 || read_time(p, mm_node_get(n, "step"), &p->arrivals.step_s, e) < 0)
        return -1;
    return p->arrivals.file ? 0 : mm_node_fail(p->doc, n, e, "arrivals: a file is expected");
}

static int read_all(pipeline *p, mm_err *e)
{
    const mm_node *root = mm_doc_root(p->doc), *name = mm_node_get(root, "name");
    int64_t version = 0;
    if (root->kind != MM_NODE_MAP)
        return mm_node_fail(p->doc, root, e, "a pipeline is a map that begins with \"version: 1\"");
    if (mm_node_keys(p->doc, root, top_keys, e) < 0 || mm_node_int(p->doc, mm_node_get(root, "version"), &version, e) < 0)
        return -1;
    if (version != 1)
        return mm_node_fail(p->doc, root, e, "version: 1 is expected");
    if (!name)
        return mm_node_fail(p->doc, root, e, "name is missing");
    if (mm_node_string(p->doc, name, &p->name, e) < 0 || is_name(p, name, e) < 0 || read_data(p, mm_node_get(root, "data"), e) < 0 ||
        read_stages(p, mm_node_get(root, "stages"), e) < 0 || read_objective(p, mm_node_get(root, "objective"), e) < 0 ||
        read_limits(p, mm_node_get(root, "limits"), e) < 0 || read_path(p, mm_node_get(root, "prices"), &p->prices, e) < 0 ||
        read_arrivals(p, mm_node_get(root, "arrivals"), e) < 0)
        return -1;
    return links_make(p, e);
}

pipeline *pipeline_load(const char *file, mm_err *e)
{
    pipeline *p = calloc(1, sizeof *p);
    if (!p || !(p->arena = mm_arena_new())) {
        free(p);
        no_memory(e);
        return NULL;
    }
    p->deadline_s = p->latency_s = NAN;
    p->confidence = 0.95;
    p->doc = mm_doc_load(file, e);
    if (p->doc && read_all(p, e) == 0)
        return p;
    pipeline_free(p);
    return NULL;
}

void pipeline_free(pipeline *p)
{
    if (!p)
        return;
    mm_doc_free(p->doc);
    mm_arena_free(p->arena);
    free(p);
}

size_t pipeline_stage(const pipeline *p, mm_str name)
{
    for (size_t i = 0; i < p->n_stages; i++)
        if (mm_str_eq(name, mm_str_of(p->stage[i].name)))
            return i;
    return NONE;
}

size_t pipeline_data(const pipeline *p, mm_str name)
{
    for (size_t i = 0; i < p->n_data; i++)
        if (mm_str_eq(name, mm_str_of(p->data[i].name)))
            return i;
    return NONE;
}
