/* advice_work.c - what ledgers advise: machines, ways to buy them, workers, order, batches. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"

enum { HOUR = 3600, MOST_HOURS = 20 * 366 * 24, FEW_RUNS = 8 };
static const double roomy = 1.25;      /* what a machine must have, over what was used */
static const double overhead = 0.05;   /* share of a run that beginning it may cost */

/* ---- reading ---- */

static uint32_t stage_index(work *w, mm_str name)
{
    for (size_t i = 0; i < w->n_stages; i++)
        if (mm_str_eq(mm_str_of(w->stage[i]), name))
            return (uint32_t)i;
    char **more = realloc(w->stage, (w->n_stages + 1) * sizeof *more);
    char *kept = strndup(name.n ? name.p : "", name.n);
    w->stage = more ? more : w->stage;
    if (!more || !kept) {
        free(kept);
        return UINT32_MAX;
    }
    w->stage[w->n_stages] = kept;
    return (uint32_t)w->n_stages++;
}

enum member { STAGE, TOOL, WALL, CPU, MEMORY, WORKERS, CORES, IN, OUT, DROPPED, MEMBERS };
static const char *const member_names[MEMBERS] = { "stage", "tool", "wall_s", "cpu_s", "peak_rss_bytes", "workers", "machine.cores",
                                                   "records.in", "records.out", "records.dropped" };

typedef struct ledger_reader {
    advisor *x;
    mm_path *path[MEMBERS];
    bool failed;
} ledger_reader;

static int64_t whole(const mm_value *v)
{
    int64_t n = 0;
    return v->raw.p && mm_json_int(v->raw, &n) == 0 && n > 0 ? n : 0;
}

static double real(const mm_value *v)
{
    double d = 0;
    return v->raw.p && mm_json_double(v->raw, &d) == 0 && d > 0 ? d : 0;
}

static bool take_line(void *ctx, mm_str line, int64_t start, mm_money cost)
{
    ledger_reader *l = ctx;
    work *w = &l->x->work;
    mm_value v[MEMBERS] = { 0 };
    mm_buf scratch = { 0 };
    if (w->n == w->room) {
        size_t room = w->room ? 2 * w->room : 256;
        use *more = realloc(w->use, room * sizeof *more);
        l->failed = !more;
        if (!more)
            return false;
        w->use = more;
        w->room = room;
    }
    mm_json_find_many(line, (const mm_path *const *)l->path, MEMBERS, v);
    const mm_value *name = v[STAGE].raw.p && v[STAGE].type == MM_JSON_STRING ? &v[STAGE] : &v[TOOL];
    mm_str text = name->raw.p && name->type == MM_JSON_STRING ? mm_json_text(name->raw, &scratch) : MM_STR("(none)");
    use *u = &w->use[w->n++];
    *u = (use){ .start = start, .wall = real(&v[WALL]), .cpu = real(&v[CPU]), .cost = mm_money_near(cost), .memory = real(&v[MEMORY]),
                .workers = whole(&v[WORKERS]), .cores = whole(&v[CORES]), .in = (uint64_t)whole(&v[IN]), .out = (uint64_t)whole(&v[OUT]),
                .dropped = (uint64_t)whole(&v[DROPPED]) };
    u->stage = stage_index(w, text);
    l->failed |= u->stage == UINT32_MAX;
    mm_buf_free(&scratch);
    return !l->failed;
}

int advise_ledger(advisor *x, mm_bytes *in, mm_err *e)
{
    const spend *like = x->o->like;
    ledger_reader l = { .x = x };
    spend s = { .app = x->app, .workers = 1, .book = like->book, .region = like->region, .purchase = like->purchase, .line = { take_line, &l } };
    int rc = spend_plan(&s, NULL, "billed", e);
    for (int i = 0; rc == 0 && i < MEMBERS; i++)
        rc = (l.path[i] = mm_path_new(mm_str_of(member_names[i]), e)) ? 0 : -1;
    rc = rc == 0 ? spend_bytes(&s, in, e) : rc;
    x->rows += s.rows;
    x->refused += s.refused;
    for (int i = 0; i < MEMBERS; i++)
        mm_path_free(l.path[i]);
    spend_free(&s);
    return rc == 0 && l.failed ? mm_fail(e, MM_ESYS, "out of memory") : rc;
}

void work_free(work *w)
{
    for (size_t i = 0; i < w->n_stages; i++)
        free(w->stage[i]);
    free(w->stage);
    free(w->use);
}

/* ---- machines ---- */

/* What ran at the same time, so on one machine. */
typedef struct session {
    double hours, cores, gib;   /* cores: on average */
    int64_t had;                /* cores of the machine; 0: not said */
} session;

static int by_start(const void *a, const void *b)
{
    const use *x = a, *y = b;
    return x->start != y->start ? (x->start > y->start) - (x->start < y->start) : (x->stage > y->stage) - (x->stage < y->stage);
}

/* The end of the lines from `from` on that overlap; *s is what they used together. */
static size_t next_session(const work *w, size_t from, session *s)
{
    double end = (double)w->use[from].start, cpu = 0;
    size_t i = from;
    *s = (session){ 0 };
    for (; i < w->n && (i == from || (double)w->use[i].start < end); i++) {
        const use *u = &w->use[i];
        end = fmax(end, (double)u->start + u->wall);
        cpu += u->cpu;
        s->gib += u->memory / (1 << 30);
        s->had = u->cores > s->had ? u->cores : s->had;
    }
    double span = end - (double)w->use[from].start;
    s->hours = span / HOUR;
    s->cores = span > 0 ? cpu / span : 0;
    if (s->had && s->cores > (double)s->had)
        s->cores = (double)s->had;
    return i;
}

/* The cheapest type of the book on demand with so much, and sold `as` too. */
static const mm_machine *cheapest(const advisor *x, double cores, double gib, mm_purchase as, int64_t time)
{
    const spend *like = x->o->like;
    const mm_machine *best = NULL;
    size_t n = 0;
    const mm_machine *m = mm_book_machines(like->book, &n);
    bool anywhere = strcmp(like->region, "any") == 0;
    for (size_t i = 0; i < n; i++) {
        bool here = anywhere || strcmp(m[i].of.region, "any") == 0 || strcmp(m[i].of.region, like->region) == 0;
        if (here && !m[i].gpu && m[i].cores >= cores && m[i].memory_gib >= gib && m[i].hour[MM_ON_DEMAND] >= 0 && m[i].hour[as] >= 0 &&
            time >= m[i].of.from && time < m[i].of.until && (!best || m[i].hour[MM_ON_DEMAND] < best->hour[MM_ON_DEMAND]))
            best = &m[i];
    }
    return best;
}

static double hourly(const mm_machine *m, mm_purchase p)
{
    return mm_money_near(m->hour[p]);
}

static void advise_machine(advisor *x, const session *most, double hours, int64_t last)
{
    const mm_machine *now = most->had ? cheapest(x, (double)most->had, most->gib * roomy, MM_ON_DEMAND, last) : NULL;
    const mm_machine *then = cheapest(x, most->cores * roomy, most->gib * roomy, MM_ON_DEMAND, last);
    if (!now || !then || hourly(then, MM_ON_DEMAND) >= hourly(now, MM_ON_DEMAND))
        return;
    advice *a = advice_add(&x->list, "machine", hours * (hourly(now, MM_ON_DEMAND) - hourly(then, MM_ON_DEMAND)), "what was read");
    mm_buf_printf(&a->about, "%s in place of %s: at most %.2g of %lld cores and %.2g GiB were used at once, and %.0f%% more are left free",
                  then->of.name, now->of.name, most->cores, (long long)most->had, most->gib, 100 * (roomy - 1));
    mm_buf_str(&a->risk, MM_STR("cores are an average over a run: a stage that uses more for a while takes longer"));
    mm_buf_printf(&a->how, "set machine: %s for the pipeline, or resources.requests {cpu: \"%.2g\", memory: %.0fMi} in Kubernetes", then->of.name,
                  most->cores * roomy, ceil(most->gib * roomy * 1024));
    mm_buf_str(&a->set, MM_STR("\"machine\":"));
    mm_json_put(&a->set, mm_str_of(then->of.name));
    mm_buf_printf(&a->set, ",\"cores\":%.3f,\"memory_gib\":%.3f", most->cores * roomy, most->gib * roomy);
}

/* Expected cost of a run that begins anew after each interruption, over that of one without: the time to finish work of t hours
 * where interruptions come at a rate of r an hour is (exp(r t) - 1) / r (Daly 2006, equation 13, without checkpoints). */
static double longer(double r, double t)
{
    return r * t > 0 ? expm1(r * t) / (r * t) : 1;
}

static void advise_spot(advisor *x, uint32_t stage, double cost, double longest, const session *most, int64_t last)
{
    const mm_machine *m = cheapest(x, most->cores * roomy, most->gib * roomy, MM_SPOT, last);
    if (!m || strcmp(x->o->like->purchase, "on-demand") != 0)
        return;
    double t = longest / HOUR, chance = -expm1(-m->interruptions * t);
    double price = hourly(m, MM_SPOT) / hourly(m, MM_ON_DEMAND), ratio = price * longer(m->interruptions, t);
    double share = chance <= x->o->interrupted ? 1 : x->o->interrupted / chance;
    if (!(ratio < 1) || !(cost > 0) || !(share > 0))
        return;
    advice *a = advice_add(&x->list, "spot", cost * (1 - ratio) * share, "what was read");
    mm_buf_printf(&a->about, "%s: %.0f%% of its runs on spot %s, at %.0f%% of the price", x->work.stage[stage], 100 * share, m->of.name, 100 * price);
    mm_buf_printf(&a->risk, "a run of %.2g h is interrupted with a chance of %.2g%%, and begins anew; reckoned with %.2g interruptions an hour", t,
                  100 * chance, m->interruptions);
    mm_buf_printf(&a->how, "nodeSelector {karpenter.sh/capacity-type: spot} for %.0f%% of the pods, or a spot partition of the cluster", 100 * share);
    mm_buf_str(&a->set, MM_STR("\"stage\":"));
    mm_json_put(&a->set, mm_str_of(x->work.stage[stage]));
    mm_buf_printf(&a->set, ",\"purchase\":\"spot\",\"share\":%.4f,\"machine\":", share);
    mm_json_put(&a->set, mm_str_of(m->of.name));
}

/* ---- stages ---- */

static void advise_workers(advisor *x, uint32_t stage, double cpu, double wall, int64_t workers)
{
    double used = wall > 0 ? cpu / wall : 0;
    int64_t enough = (int64_t)ceil(used * roomy);
    enough = enough < 1 ? 1 : enough;
    if (workers < 2 || enough * 2 > workers)
        return;
    advice *a = advice_add(&x->list, "workers", NAN, "what was read");
    mm_buf_printf(&a->about, "%s: %lld workers in place of %lld: it kept %.2g processors busy", x->work.stage[stage], (long long)enough,
                  (long long)workers, used);
    mm_buf_str(&a->risk, MM_STR("it waited for its neighbours in this time: where these become faster it can use more"));
    mm_buf_printf(&a->how, "%s -j %lld", x->work.stage[stage], (long long)enough);
    mm_buf_str(&a->set, MM_STR("\"stage\":"));
    mm_json_put(&a->set, mm_str_of(x->work.stage[stage]));
    mm_buf_printf(&a->set, ",\"workers\":%lld", (long long)enough);
}

/* Runs cost so much each, and so much a record: least squares. Where beginning them is most of it, fewer and larger ones. */
static void advise_batch(advisor *x, uint32_t stage)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (size_t i = 0; i < x->work.n; i++) {
        const use *u = &x->work.use[i];
        if (u->stage != stage)
            continue;
        n++;
        sx += (double)u->in;
        sy += u->cost;
        sxx += (double)u->in * (double)u->in;
        sxy += (double)u->in * u->cost;
    }
    double det = n * sxx - sx * sx;
    if (n < FEW_RUNS || !(det > 1e-9 * n * sxx))
        return;
    double each = (n * sxy - sx * sy) / det, start = (sy - each * sx) / n;
    if (!(start > 0) || start * n < 4 * overhead * sy)
        return;
    double batch = each > 0 ? start * (1 - overhead) / overhead / each : sx, runs = fmax(1, ceil(sx / batch));
    if (runs >= n)
        return;
    advice *a = advice_add(&x->list, "batch", start * (n - runs), "what was read");
    mm_buf_printf(&a->about, "%s: about %.0f records a run in place of %.0f: beginning a run is %.0f%% of what it costs", x->work.stage[stage],
                  fmin(batch, sx), sx / n, fmin(100, 100 * start * n / sy));
    mm_buf_str(&a->risk, MM_STR("records wait longer for their run to begin, and a run that fails has more to do again"));
    mm_buf_printf(&a->how, "give %.0f runs in place of %.0f their input, for example by xargs -n or larger shards", runs, n);
    mm_buf_str(&a->set, MM_STR("\"stage\":"));
    mm_json_put(&a->set, mm_str_of(x->work.stage[stage]));
    mm_buf_printf(&a->set, ",\"batch\":%.0f", fmin(batch, sx));
}

/* A stage that leaves records out, behind stages that pass all of them on: these need not see what it leaves out. */
static double order_saving(const work *w, size_t from, size_t to, size_t filter, uint32_t *first)
{
    const use *f = &w->use[filter];
    double cost = 0;
    for (size_t i = from; f->dropped && i < to; i++) {
        const use *u = &w->use[i];
        if (u->stage == f->stage || u->out != f->in || u->in != u->out || strcmp(w->stage[u->stage], "mm-ingest") == 0)
            continue;
        cost += u->cost;
        *first = *first == UINT32_MAX ? u->stage : *first;
    }
    return f->in ? cost * (double)f->dropped / (double)f->in : 0;
}

static void advise_order(advisor *x, const double *saving, const uint32_t *before)
{
    for (uint32_t s = 0; s < x->work.n_stages; s++) {
        if (!(saving[s] > 0))
            continue;
        advice *a = advice_add(&x->list, "order", saving[s], "what was read");
        mm_buf_printf(&a->about, "%s before %s: what it leaves out would not go through the stages before it", x->work.stage[s],
                      x->work.stage[before[s]]);
        mm_buf_printf(&a->risk, "only where %s does not ask for what those stages find or change", x->work.stage[s]);
        mm_buf_printf(&a->how, "move %s before %s in the pipeline", x->work.stage[s], x->work.stage[before[s]]);
        mm_buf_str(&a->set, MM_STR("\"stage\":"));
        mm_json_put(&a->set, mm_str_of(x->work.stage[s]));
        mm_buf_str(&a->set, MM_STR(",\"before\":"));
        mm_json_put(&a->set, mm_str_of(x->work.stage[before[s]]));
    }
}

/* ---- all of it ---- */

/* What each hour cost, from the first to the last. */
static int advise_commitment(advisor *x, mm_err *e)
{
    const work *w = &x->work;
    double ratio = commitment_ratio(x), end = 0;
    int64_t first = w->use[0].start / HOUR;
    for (size_t i = 0; i < w->n; i++)
        end = fmax(end, (double)w->use[i].start + w->use[i].wall);
    size_t n = (size_t)(end / HOUR) - (size_t)first + 1;
    if (ratio <= 0 || n > MOST_HOURS)
        return 0;
    double *hour = calloc(n, sizeof *hour);
    if (!hour)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < w->n; i++) {
        const use *u = &w->use[i];
        double from = (double)(u->start - first * HOUR), to = from + fmax(u->wall, 1e-9);
        for (size_t h = (size_t)(from / HOUR); h < n && (double)h * HOUR < to; h++)
            hour[h] += u->cost * (fmin(to, (double)(h + 1) * HOUR) - fmax(from, (double)h * HOUR)) / (to - from);
    }
    commitment_advise(x, "the pipeline's machines", hour, n, ratio);
    free(hour);
    return 0;
}

typedef struct stage_sums {
    double cost, cpu, wall, longest;
    int64_t workers;
} stage_sums;

static void advise_stages(advisor *x, const session *most, stage_sums *of, double *saving, uint32_t *before)
{
    const work *w = &x->work;
    for (size_t i = 0; i < w->n; i++) {
        const use *u = &w->use[i];
        stage_sums *s = &of[u->stage];
        s->cost += u->cost;
        s->cpu += u->cpu;
        s->wall += u->wall;
        s->longest = fmax(s->longest, u->wall);
        s->workers = u->workers > s->workers ? u->workers : s->workers;
    }
    for (size_t from = 0, to; from < w->n; from = to) {
        session s;
        to = next_session(w, from, &s);
        for (size_t i = from; i < to; i++)
            saving[w->use[i].stage] += order_saving(w, from, to, i, &before[w->use[i].stage]);
    }
    for (uint32_t s = 0; s < w->n_stages; s++) {
        advise_spot(x, s, of[s].cost, of[s].longest, most, w->use[w->n - 1].start);
        advise_workers(x, s, of[s].cpu, of[s].wall, of[s].workers);
        advise_batch(x, s);
    }
    advise_order(x, saving, before);
}

int advise_work(advisor *x, mm_err *e)
{
    work *w = &x->work;
    session most = { 0 };
    double hours = 0;
    if (!w->n)
        return 0;
    qsort(w->use, w->n, sizeof *w->use, by_start);
    for (size_t from = 0; from < w->n;) {
        session s;
        from = next_session(w, from, &s);
        most = (session){ 0, fmax(most.cores, s.cores), fmax(most.gib, s.gib), s.had > most.had ? s.had : most.had };
        hours += s.hours;
    }
    stage_sums *of = calloc(w->n_stages, sizeof *of);
    double *saving = calloc(w->n_stages, sizeof *saving);
    uint32_t *before = malloc(w->n_stages * sizeof *before);
    int rc = of && saving && before ? advise_commitment(x, e) : mm_fail(e, MM_ESYS, "out of memory");
    if (rc == 0) {
        memset(before, 0xff, w->n_stages * sizeof *before);
        advise_machine(x, &most, hours, w->use[w->n - 1].start);
        advise_stages(x, &most, of, saving, before);
    }
    free(of);
    free(saving);
    free(before);
    return rc;
}
