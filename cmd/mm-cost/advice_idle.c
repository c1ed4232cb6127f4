/* advice_idle.c - brokers and partitions that nothing goes through, by what a Prometheus server answers. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "advice_parts.h"

enum { HOURS_A_MONTH = 730 };
static const double idle_share = 0.01;   /* of what its like carry on average */

/* A series of the answer. */
typedef struct flow {
    mm_str topic, part, broker, type;   /* labels; p NULL: it has none */
    double moved;                       /* by a counter from its first to its last value, or the greatest value */
} flow;

typedef struct answer {
    advisor *x;
    const char *name;
    mm_arena *texts;
    flow *of;
    size_t n, room;
} answer;

static mm_value member(mm_value of, const char *name)
{
    mm_json_iter it = mm_json_each(of);
    while (mm_json_next(&it) == 1)
        if (mm_str_eq(it.key, mm_str_of(name)))
            return it.value;
    return (mm_value){ { NULL, 0 }, MM_JSON_NULL };
}

static mm_str label(answer *a, mm_value metric, const char *const *names)
{
    mm_buf scratch = { 0 };
    mm_str text = { NULL, 0 };
    for (; *names && !text.p; names++) {
        mm_value v = member(metric, *names);
        if (v.raw.p && v.type == MM_JSON_STRING)
            text = mm_arena_copy(a->texts, mm_json_text(v.raw, &scratch));
    }
    mm_buf_free(&scratch);
    return text;
}

/* The value of [time, "value"]. */
static bool value_of(mm_value pair, double *out)
{
    mm_json_iter it = mm_json_each(pair);
    mm_buf scratch = { 0 };
    bool ok = false;
    while (mm_json_next(&it) == 1)
        if (it.index == 1 && it.value.type == MM_JSON_STRING)
            ok = mm_json_double(mm_json_text(it.value.raw, &scratch), out) == 0;
    mm_buf_free(&scratch);
    return ok;
}

/* What went through, of a vector or a matrix; false where there is no number. */
static bool moved_of(mm_value series, mm_str metric, double *out)
{
    mm_value values = member(series, "values");
    double v, first = NAN, last = NAN, most = NAN;
    if (!values.raw.p)
        return value_of(member(series, "value"), out);
    mm_json_iter it = mm_json_each(values);
    while (mm_json_next(&it) == 1)
        if (value_of(it.value, &v)) {
            first = isnan(first) ? v : first;
            last = v;
            most = isnan(most) || v > most ? v : most;
        }
    bool counter = mm_str_ends(metric, MM_STR("_total")) || mm_str_ends(metric, MM_STR("_offset"));
    *out = counter ? last - first : most;
    return !isnan(*out);
}

static int add_series(answer *a, mm_value series, mm_err *e)
{
    static const char *const topics[] = { "topic", NULL }, *const parts[] = { "partition", NULL },
                      *const brokers[] = { "broker", "broker_id", "instance", "pod", NULL },
                      *const types[] = { "instance_type", "node_type", "machine", NULL }, *const names[] = { "__name__", NULL };
    mm_value metric = member(series, "metric");
    flow f = { .topic = label(a, metric, topics), .part = label(a, metric, parts), .broker = label(a, metric, brokers),
               .type = label(a, metric, types) };
    a->x->rows++;
    if ((!f.part.p && !f.broker.p) || !moved_of(series, label(a, metric, names), &f.moved)) {
        a->x->refused++;
        mm_app_warn(a->x->app, "%s: series %llu: no number, or neither a broker (broker, instance, pod) nor a partition", a->name,
                    (unsigned long long)a->x->rows);
        return 0;
    }
    if (a->n == a->room) {
        size_t room = a->room ? 2 * a->room : 64;
        flow *more = realloc(a->of, room * sizeof *more);
        if (!more)
            return mm_fail(e, MM_ESYS, "out of memory");
        a->of = more;
        a->room = room;
    }
    a->of[a->n++] = f;
    return 0;
}

/* ---- brokers ---- */

static int by_broker(const void *x, const void *y)
{
    return mm_str_cmp(((const flow *)x)->broker, ((const flow *)y)->broker);
}

/* The machine that a label names, or the cheapest there is. */
static const mm_machine *machine_of(const advisor *x, mm_str type, bool *named)
{
    size_t n = 0;
    const mm_machine *m = x->o->like->book ? mm_book_machines(x->o->like->book, &n) : NULL, *least = NULL;
    *named = false;
    for (size_t i = 0; i < n; i++) {
        if (m[i].hour[MM_ON_DEMAND] < 0)
            continue;
        if (type.p && mm_str_eq(type, mm_str_of(m[i].of.name))) {
            *named = true;
            return &m[i];
        }
        least = !least || m[i].hour[MM_ON_DEMAND] < least->hour[MM_ON_DEMAND] ? &m[i] : least;
    }
    return least;
}

static void put_broker(advisor *x, const flow *f, double moved, double usual)
{
    bool named;
    const mm_machine *m = machine_of(x, f->type, &named);
    advice *a = advice_add(&x->list, "idle", m ? mm_money_near(m->hour[MM_ON_DEMAND]) * HOURS_A_MONTH : NAN, "month");
    mm_buf_printf(&a->about, "broker %s carried %.4g where its like carried %.4g on average", f->broker.p, moved, usual);
    if (m && !named)
        mm_buf_printf(&a->about, "; priced as the cheapest machine of the book, %s", m->of.name);
    mm_buf_str(&a->risk, MM_STR("one broker less bears less loss: as many as replicas must stay, and what it leads moves first"));
    mm_buf_printf(&a->how, "kafka-reassign-partitions.sh --generate with a --broker-list without %s, then --execute, then stop it", f->broker.p);
    mm_buf_str(&a->set, MM_STR("\"broker\":"));
    mm_json_put(&a->set, f->broker);
}

/* Series without a partition, added up by broker. */
static void advise_brokers(answer *a)
{
    double sum = 0;
    size_t brokers = 0;
    qsort(a->of, a->n, sizeof *a->of, by_broker);
    for (size_t i = 0, j; i < a->n; i = j) {
        double moved = 0;
        for (j = i; j < a->n && mm_str_eq(a->of[j].broker, a->of[i].broker); j++)
            moved += a->of[j].moved;
        a->of[brokers] = a->of[i];
        a->of[brokers++].moved = moved;
        sum += moved;
    }
    for (size_t i = 0; i < brokers && brokers > 1; i++) {
        double usual = (sum - a->of[i].moved) / (double)(brokers - 1);
        if (usual > 0 && a->of[i].moved < idle_share * usual)
            put_broker(a->x, &a->of[i], a->of[i].moved, usual);
    }
}

/* ---- partitions ---- */

static int by_topic(const void *x, const void *y)
{
    const flow *a = x, *b = y;
    int c = mm_str_cmp(a->topic, b->topic);
    return c ? c : mm_str_cmp(a->part, b->part);
}

static void advise_partitions(answer *a)
{
    qsort(a->of, a->n, sizeof *a->of, by_topic);
    for (size_t i = 0, j; i < a->n; i = j) {
        size_t all = 0, idle = 0;
        for (j = i; j < a->n && mm_str_eq(a->of[j].topic, a->of[i].topic); all++) {
            size_t same = j;
            double moved = 0;
            for (; j < a->n && mm_str_eq(a->of[j].topic, a->of[i].topic) && mm_str_eq(a->of[j].part, a->of[same].part); j++)
                moved = fmax(moved, a->of[j].moved);
            idle += moved <= 0;
        }
        if (!idle)
            continue;
        const char *topic = a->of[i].topic.p ? a->of[i].topic.p : "(none)";
        advice *x = advice_add(&a->x->list, "idle", NAN, "month");
        mm_buf_printf(&x->about, "topic %s: %zu of %zu partitions carried nothing", topic, idle, all);
        mm_buf_str(&x->risk, MM_STR("partitions are never fewer in a topic: a new one takes its place, and keys fall to other partitions"));
        if (idle == all)
            mm_buf_printf(&x->how, "kafka-topics.sh --delete --topic %s, once nobody needs it", topic);
        else
            mm_buf_printf(&x->how, "kafka-topics.sh --create --topic %s.new --partitions %zu, and let producers and readers move there", topic, all - idle);
        mm_buf_str(&x->set, MM_STR("\"topic\":"));
        mm_json_put(&x->set, mm_str_of(topic));
        mm_buf_printf(&x->set, ",\"partitions\":%zu", all - idle);
    }
}

int advise_idle(advisor *x, const char *name, mm_str text, mm_err *e)
{
    answer a = { .x = x, .name = name, .texts = mm_arena_new() };
    mm_value document = { text, MM_JSON_OBJECT };
    if (!a.texts)
        return mm_fail(e, MM_ESYS, "out of memory");
    while (text.n && strchr(" \t\r\n", text.p[text.n - 1]))
        text.n--;
    int rc = mm_json_check(text, 64, NULL, e) < 0 ? mm_fail_at(e, "%s", name) : 0;
    document.raw = text;
    mm_value list = member(member(document, "data"), "result");
    if (rc == 0 && (!list.raw.p || list.type != MM_JSON_ARRAY))
        rc = mm_fail(e, MM_EBAD, "%s: an answer of Prometheus without data.result: its query failed", name);
    mm_json_iter it = mm_json_each(list);
    while (rc == 0 && mm_json_next(&it) == 1)
        rc = add_series(&a, it.value, e);
    bool partitions = a.n > 0;
    for (size_t i = 0; i < a.n; i++)
        partitions &= a.of[i].part.p != NULL;
    if (rc == 0 && a.n)
        (partitions ? advise_partitions : advise_brokers)(&a);
    free(a.of);
    mm_arena_free(a.texts);
    return rc;
}
