/* leakage.c - ids by split, sorted, and what is met in two of them. */
#include "leakage.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "counts.h"
#include "special.h"
#include "spill.h"

enum { SPLIT, ID, XXH3, GROUP, PATHS };   /* ID: the user's, or mm.id */
enum { MOST_KEYS = 2, SPLIT_NUMBERS = MOST_SPLITS + VALUE_FIRST };

struct leakage {
    const char *split, *id;    /* id NULL: mm.id and the others */
    const mm_path *path[PATHS];
    size_t n_paths;
    counts *splits;            /* only for numbering them: one dimension */
    spill *spill;
    uint64_t records[MOST_KEYS][SPLIT_NUMBERS], without, missing, taken;
    mm_buf scratch;
    mm_err failed;             /* the first thing that went wrong */
};

leakage *leakage_new(const char *split, const char *id, mm_err *e)
{
    leakage *l = calloc(1, sizeof *l);
    const char *const name[PATHS] = { split, id ? id : "mm.id", "mm.xxh3", "mm.probe.dup.of" };
    bool ok = l && (l->splits = counts_new(1, MOST_SPLITS, 1)) && (l->spill = spill_new(LEAKAGE_ROOM));
    if (!ok)
        mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; ok && i < (id ? 2u : PATHS); i++) {
        ok = (l->path[i] = mm_path_new(mm_str_of(name[i]), e)) != NULL;
        l->n_paths += ok;
        if (!ok)
            mm_fail_at(e, i ? "--duplicate-id" : "--split");
    }
    if (ok) {
        l->split = split;
        l->id = id;
        return l;
    }
    leakage_free(l);
    return NULL;
}

void leakage_free(leakage *l)
{
    if (!l)
        return;
    for (size_t i = 0; i < l->n_paths; i++)
        mm_path_free((mm_path *)l->path[i]);
    counts_free(l->splits);
    spill_free(l->spill);
    mm_buf_free(&l->scratch);
    free(l);
}

/* ---- taking ---- */

mm_verdict leakage_check(const leakage *l, mm_rec *r, mm_arena *a)
{
    mm_value v[PATHS] = { 0 };
    if (mm_json_find_many(r->head, l->path, l->n_paths, v) < 0)
        return mm_rec_malformed(r, a);
    for (size_t i = SPLIT; i <= ID; i++)
        if (v[i].raw.p && (v[i].type == MM_JSON_ARRAY || v[i].type == MM_JSON_OBJECT))
            return mm_rec_bad(r, a, "%s is %.*s%s, no single value", i == SPLIT ? l->split : l->id ? l->id : "mm.id",
                              (int)(v[i].raw.n < 40 ? v[i].raw.n : 40), v[i].raw.p, v[i].raw.n < 40 ? "" : "...");
    return MM_KEEP;
}

/* The text of a value: 3 and "3" are one. */
static mm_str text_of(leakage *l, const mm_value *v)
{
    if (!v->raw.p || v->type == MM_JSON_NULL)
        return (mm_str){ 0 };
    return v->type == MM_JSON_STRING ? mm_json_text(v->raw, &l->scratch) : v->raw;
}

static bool add(leakage *l, size_t key, size_t split, const mm_value *v)
{
    spill_entry x;
    XXH128_canonical_t hash;
    mm_str text = text_of(l, v);
    if (!text.n)
        return false;
    XXH128_canonicalFromHash(&hash, XXH3_128bits(text.p, text.n));
    x.byte[0] = (uint8_t)key;
    memcpy(x.byte + 1, hash.digest, 14);
    x.byte[15] = (uint8_t)split;
    if (!l->failed.code)
        spill_add(l->spill, &x, &l->failed);
    l->records[key][split]++;
    return true;
}

void leakage_take(leakage *l, mm_rec *r)
{
    mm_value v[PATHS] = { 0 };
    if (l->failed.code || mm_json_find_many(r->head, l->path, l->n_paths, v) < 0)
        return;
    mm_str name = text_of(l, &v[SPLIT]);
    ptrdiff_t split = !v[SPLIT].raw.p ? VALUE_MISSING : !name.n ? VALUE_UNKNOWN : counts_value(l->splits, 0, name);
    l->taken++;
    l->missing += !v[SPLIT].raw.p;
    if (split < 0) {
        if (l->splits->over)
            mm_fail(&l->failed, MM_EUSAGE, "--split: %s has more than %d values", l->split, MOST_SPLITS);
        else
            mm_fail(&l->failed, MM_ESYS, "out of memory");
        return;
    }
    bool any = add(l, 0, (size_t)split, v[GROUP].raw.p ? &v[GROUP] : &v[ID]);
    any |= v[XXH3].raw.p && add(l, 1, (size_t)split, &v[XXH3]);
    l->without += !any;
}

/* ---- what is met twice ---- */

typedef struct met {
    uint64_t ids[MOST_KEYS][SPLIT_NUMBERS][SPLIT_NUMBERS], shared[MOST_KEYS][SPLIT_NUMBERS][SPLIT_NUMBERS];
    spill_entry id;                      /* the one that goes by */
    uint64_t n[SPLIT_NUMBERS];           /* its records in each split */
    bool any;
} met;

static void end_id(met *m)
{
    size_t key = m->id.byte[0];
    for (size_t s = 0; m->any && s < SPLIT_NUMBERS; s++)
        for (size_t o = 0; m->n[s] && o < SPLIT_NUMBERS; o++)
            if (o != s && m->n[o]) {
                m->ids[key][s][o]++;
                m->shared[key][s][o] += m->n[s];
            }
    memset(m->n, 0, sizeof m->n);
    m->any = false;
}

static void meet(void *ctx, const spill_entry *x)
{
    met *m = ctx;
    if (m->any && memcmp(m->id.byte, x->byte, 15) != 0)
        end_id(m);
    m->id = *x;
    m->any = true;
    m->n[x->byte[15]]++;
}

static int by_name(const void *a, const void *b)
{
    const leak *x = a, *y = b;
    int c = strcmp(x->by, y->by);
    c = c ? c : mm_str_cmp(x->split, y->split);
    return c ? c : mm_str_cmp(x->other, y->other);
}

static void list(const leakage *l, const met *m, double z, leaks *out)
{
    const char *const by[MOST_KEYS] = { l->id ? l->id : "mm.probe.dup", "mm.xxh3" };
    for (size_t k = 0; k < MOST_KEYS; k++)
        for (uint32_t s = 0; s < SPLIT_NUMBERS; s++)
            for (uint32_t o = 0; o < SPLIT_NUMBERS; o++) {
                uint64_t n = l->records[k][s], shared = m->shared[k][s][o];
                if (s == o || !n || !l->records[k][o])
                    continue;
                out->leak[out->n++] = (leak){ by[k], counts_value_name(l->splits, 0, s), counts_value_name(l->splits, 0, o), n, shared, m->ids[k][s][o],
                                              (double)shared / (double)n, wilson((double)shared, (double)n, z) };
            }
    qsort(out->leak, out->n, sizeof *out->leak, by_name);
}

int leakage_list(leakage *l, double confidence, leaks *out, mm_err *e)
{
    *out = (leaks){ .without = l->without };
    if (!l->failed.code && l->taken && l->missing == l->taken)
        mm_fail(&l->failed, MM_EUSAGE, "--split %s: no record has it; is it spelled so?", l->split);
    if (!l->failed.code && l->taken && l->without == l->taken)
        mm_fail(&l->failed, MM_EUSAGE, l->id ? "--duplicate-id %s: no record has it; is it spelled so?"
                                             : "--split: no record has mm.id or mm.xxh3; say by --duplicate-id what is the same", l->id);
    met *m = calloc(1, sizeof *m);
    out->leak = calloc(MOST_KEYS * SPLIT_NUMBERS * SPLIT_NUMBERS, sizeof *out->leak);
    if (!l->failed.code && (!m || !out->leak))
        mm_fail(&l->failed, MM_ESYS, "out of memory");
    if (!l->failed.code && spill_walk(l->spill, meet, m, &l->failed) == 0) {
        end_id(m);
        list(l, m, normal_quantile((1 + confidence) / 2), out);
    }
    free(m);
    if (l->failed.code)
        *e = l->failed;
    return l->failed.code ? -1 : 0;
}
