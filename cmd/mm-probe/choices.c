/* choices.c - options, the policy's section probe, and defaults, in one table. */
#include "choices.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"

#define MINUTE_NS INT64_C(60000000000)

enum kind { TEXT, FLAG, INT, SIZE, DURATION, DOUBLE };

/* What the policy may say, and the default; texts have none. */
typedef struct key {
    const char *name;
    enum kind kind;
    size_t at;           /* in choices */
    int64_t whole;
    double number;
} key;

#define AT(member) offsetof(choices, member)

static const key keys[] = {
    { "field", TEXT, AT(probe.field), 0, 0 },
    { "bad_words", TEXT, AT(probe.bad_words), 0, 0 },
    { "transcript_from", TEXT, AT(transcript_from), 0, 0 },
    { "max_audio", DURATION, AT(max_audio_ns), 10 * MINUTE_NS, 0 },
    { "max_video", DURATION, AT(max_video_ns), 10 * MINUTE_NS, 0 },
    { "max_pixels", INT, AT(max_pixels), 100000000, 0 },
    { "cascade", TEXT, AT(cascade), 0, 0 },
    { "ocr", FLAG, AT(ocr), 0, 0 },
    { "ocr_languages", TEXT, AT(ocr_languages), 0, 0 },
    { "transcribe", FLAG, AT(transcribe), 0, 0 },
    { "transcribe_models", TEXT, AT(transcribe_models), 0, 0 },
    { NULL, TEXT, 0, 0, 0 },
}, dup_keys_known[] = {
    { "kinds", TEXT, AT(probe.dup.kinds), 0, 0 },
    { "drop", FLAG, AT(probe.dup.drop), 0, 0 },
    { "jaccard", DOUBLE, AT(probe.dup.jaccard), 0, 0.8 },
    { "shingle", TEXT, AT(probe.dup.shingle), 0, 0 },
    { "bands", TEXT, AT(probe.dup.bands), 0, 0 },
    { "hamming", INT, AT(probe.dup.hamming), -1, 0 },
    { "match", DOUBLE, AT(probe.dup.match), 0, 0.85 },
    { "memory", SIZE, AT(probe.dup.memory), 1 << 30, 0 },
    { NULL, TEXT, 0, 0, 0 },
}, row_keys[] = {
    { "schema", TEXT, AT(probe.rows.schema), 0, 0 },
    { "by", TEXT, AT(probe.rows.by), 0, 0 },
    { "time", TEXT, AT(probe.rows.time), 0, 0 },
    { "outlier", DOUBLE, AT(probe.rows.outlier), 0, 5 },
    { "gap", DOUBLE, AT(probe.rows.gap), 0, 1.5 },
    { "memory", SIZE, AT(probe.rows.memory), 256 << 20, 0 },
    { NULL, TEXT, 0, 0, 0 },
};

static const key *const groups[] = { keys, dup_keys_known, row_keys };

static bool is_whole(const key *k)
{
    return k->kind == INT || k->kind == SIZE || k->kind == DURATION;
}

static void *place(choices *c, const key *k)
{
    return (char *)c + k->at;
}

/* For each key of each group: what stands for nothing, or the default where that still stands. */
static void fill(choices *c, bool nothing)
{
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (const key *k = groups[g]; k->name; k++) {
            if (is_whole(k) && (nothing || *(int64_t *)place(c, k) == -1))
                *(int64_t *)place(c, k) = nothing ? -1 : k->whole;
            if (k->kind == DOUBLE && (nothing || isnan(*(double *)place(c, k))))
                *(double *)place(c, k) = nothing ? NAN : k->number;
        }
}

choices choices_new(void)
{
    choices c = { .dup_kinds = NULL };
    fill(&c, true);
    return c;
}

void choices_free(choices *c)
{
    free(c->probe.only.v);
    free(c->dup_kinds);
}

/* ---- the policy ------------------------------------------------------------- */

static int read_only(const mm_doc *d, const mm_node *n, mm_list *only, mm_err *e)
{
    if (!n || only->n)
        return 0;
    if (n->kind != MM_NODE_LIST)
        return mm_node_fail(d, n, e, "only must be a list of facts and families");
    only->v = calloc(n->n + 1, sizeof *only->v);
    if (!only->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (; only->n < n->n; only->n++)
        if (mm_node_string(d, n->item[only->n], &only->v[only->n], e) < 0)
            return -1;
    return 0;
}

static int read_kinds(choices *c, const mm_doc *d, const mm_node *n, mm_err *e)
{
    mm_buf all = { 0 };
    if (n->kind != MM_NODE_LIST)
        return mm_node_string(d, n, &c->probe.dup.kinds, e);
    for (size_t i = 0; i < n->n; i++) {
        const char *kind = "";
        if (mm_node_string(d, n->item[i], &kind, e) < 0) {
            mm_buf_free(&all);
            return -1;
        }
        mm_buf_printf(&all, "%s%s", i ? "," : "", kind);
    }
    mm_buf_byte(&all, 0);
    if (all.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    c->probe.dup.kinds = c->dup_kinds = all.p;
    return 0;
}

static int read_size(const mm_doc *d, const mm_node *n, const key *k, int64_t *out, mm_err *e)
{
    const char *text = NULL;
    if (mm_node_string(d, n, &text, e) < 0)
        return -1;
    if (k->kind == SIZE && mm_parse_size(mm_str_of(text), out) < 0)
        return mm_node_fail(d, n, e, "%s must be a size such as 1G", k->name);
    if (k->kind == DURATION && mm_parse_duration(mm_str_of(text), out) < 0)
        return mm_node_fail(d, n, e, "%s must be a duration such as 10m", k->name);
    return 0;
}

/* A value of the policy, where no option gave one. */
static int read_value(choices *c, const mm_doc *d, const mm_node *n, const key *k, mm_err *e)
{
    void *into = place(c, k);
    if (!n)
        return 0;
    switch (k->kind) {
    case TEXT:
        if (*(const char **)into)
            return 0;
        return k->at == AT(probe.dup.kinds) ? read_kinds(c, d, n, e) : mm_node_string(d, n, into, e);
    case FLAG: return *(bool *)into ? 0 : mm_node_bool(d, n, into, e);
    case DOUBLE: return isnan(*(double *)into) ? mm_node_double(d, n, into, e) : 0;
    default: break;
    }
    if (*(int64_t *)into != -1)
        return 0;
    if (k->kind != INT)
        return read_size(d, n, k, into, e);
    if (mm_node_int(d, n, into, e) < 0)
        return -1;
    int64_t least = k->at == AT(max_pixels), most = k->at == AT(max_pixels) ? INT64_MAX : 64;
    if (*(int64_t *)into < least || *(int64_t *)into > most)
        return mm_node_fail(d, n, e, "%s must be from %lld to %lld", k->name, (long long)least, (long long)most);
    return 0;
}

static int read_group(choices *c, const mm_doc *d, const mm_node *n, const key *group, const char *const *more, mm_err *e)
{
    const char *known[24];
    size_t m = 0;
    for (; *more; more++)
        known[m++] = *more;
    for (const key *k = group; k->name; k++)
        known[m++] = k->name;
    known[m] = NULL;
    if (n && mm_node_keys(d, n, known, e) < 0)
        return -1;
    for (const key *k = group; n && k->name; k++)
        if (read_value(c, d, mm_node_get(n, k->name), k, e) < 0)
            return -1;
    return 0;
}

int choices_settle(choices *c, const mm_policy *p, mm_err *e)
{
    static const char *const more[] = { "only", "dup", "rows", NULL }, *const none[] = { NULL };
    const mm_node *section = p ? mm_policy_section(p, "probe") : NULL;
    const mm_doc *d = p ? mm_policy_doc(p) : NULL;
    if (read_group(c, d, section, keys, more, e) < 0 || read_only(d, mm_node_get(section, "only"), &c->probe.only, e) < 0 ||
        read_group(c, d, mm_node_get(section, "dup"), dup_keys_known, none, e) < 0 ||
        read_group(c, d, mm_node_get(section, "rows"), row_keys, none, e) < 0)
        return -1;
    fill(c, false);
    return 0;
}
