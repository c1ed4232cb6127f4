#include "restate.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* ---- a sample of charges: all whose hash is not above a limit ---- */

enum { SAMPLE = 4096 };   /* places, of which half are filled at most */

typedef struct sample {
    uint64_t *v;          /* open addressing; 0: empty */
    size_t n;
    uint64_t limit;
} sample;

static bool sample_put(sample *s, uint64_t h);

static bool sample_thin(sample *s)
{
    sample less = { .limit = s->limit / 2 };
    for (size_t i = 0; i < SAMPLE; i++)
        if (s->v[i] && !sample_put(&less, s->v[i]))
            return false;
    free(s->v);
    *s = less;
    return true;
}

static uint64_t *sample_place(const sample *s, uint64_t h)
{
    size_t at = h & (SAMPLE - 1);
    while (s->v[at] && s->v[at] != h)
        at = (at + 1) & (SAMPLE - 1);
    return &s->v[at];
}

static bool sample_put(sample *s, uint64_t h)
{
    h += h == 0;
    if (h > s->limit)
        return true;
    if (!s->v && !(s->v = calloc(SAMPLE, sizeof *s->v)))
        return false;
    uint64_t *at = sample_place(s, h);
    s->n += *at == 0;
    *at = h;
    return s->n < SAMPLE / 2 || sample_thin(s);
}

static bool sample_merge(sample *s, const sample *from)
{
    for (size_t i = 0; from->v && i < SAMPLE; i++)
        if (from->v[i] && !sample_put(s, from->v[i]))
            return false;
    if (!s->v)
        s->limit = from->limit < s->limit ? from->limit : s->limit;
    while (s->v && s->limit > from->limit)
        if (!sample_thin(s))
            return false;
    return true;
}

/* Of the charges that both samples would hold: how many are in both, and how many in the one that has fewer. */
static void sample_shared(const sample *a, const sample *b, size_t *shared, size_t *of)
{
    uint64_t limit = a->limit < b->limit ? a->limit : b->limit;
    size_t n[2] = { 0 };
    *shared = 0;
    for (size_t i = 0; a->v && i < SAMPLE; i++)
        if (a->v[i] && a->v[i] <= limit) {
            n[0]++;
            *shared += b->v && *sample_place(b, a->v[i]) != 0;
        }
    for (size_t i = 0; b->v && i < SAMPLE; i++)
        n[1] += b->v[i] && b->v[i] <= limit;
    *of = n[0] < n[1] ? n[0] : n[1];
}

/* ---- accounts and periods ---- */

typedef struct slice {
    uint64_t hash;
    mm_buf key;
    sample charges;
    tally groups;      /* by keys without those labels; of the file that is read with them */
    sums total;
    char *file;        /* where it was first met */
    size_t files;
} slice;

typedef struct slices {
    slice *v;
    size_t n, room, last;
} slices;

struct restate {
    mm_app *app;
    again_how how;
    slices file, held;
    sums gone;
};

static slice *slice_of(slices *s, uint64_t hash)
{
    if (s->last < s->n && s->v[s->last].hash == hash)
        return &s->v[s->last];
    for (s->last = 0; s->last < s->n; s->last++)
        if (s->v[s->last].hash == hash)
            return &s->v[s->last];
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 16;
        slice *more = realloc(s->v, room * sizeof *more);
        if (!more)
            return NULL;
        s->v = more;
        s->room = room;
    }
    s->v[s->n] = (slice){ .hash = hash, .charges.limit = UINT64_MAX };
    return &s->v[s->n++];
}

static void slice_free(slice *s)
{
    mm_buf_free(&s->key);
    free(s->charges.v);
    tally_free(&s->groups);
    free(s->file);
    *s = (slice){ 0 };
}

static void slices_empty(slices *s)
{
    for (size_t i = 0; i < s->n; i++)
        slice_free(&s->v[i]);
    s->n = 0;
}

restate *restate_new(mm_app *app, again_how how)
{
    restate *r = calloc(1, sizeof *r);
    if (r)
        *r = (restate){ .app = app, .how = how };
    return r;
}

void restate_free(restate *r)
{
    if (!r)
        return;
    slices_empty(&r->file);
    slices_empty(&r->held);
    free(r->file.v);
    free(r->held.v);
    free(r);
}

bool restate_see(restate *r, uint64_t hash, uint64_t charge)
{
    slice *s = slice_of(&r->file, hash);
    return s && sample_put(&s->charges, charge);
}

static void add_sums(sums *to, const sums *s, bool *overflow)
{
    for (int k = 0; k < COST_KINDS; k++)
        *overflow |= !mm_money_add(&to->cost[k], s->cost[k]);
    *overflow |= !mm_money_add(&to->quantity, s->quantity);
    to->rows += s->rows;
}

/* Sort the groups of a file by account and period. */
static int part_groups(restate *r, const tally *file, mm_err *e)
{
    bool overflow = false, failed = file->failed;
    for (size_t i = 0; i < file->room && !failed; i++) {
        mm_str key = file->slot[i].key;
        if (!key.p)
            continue;
        for (int k = 0; k < SLICE_LABELS; k++)
            key_take(&key);
        const mm_str prefix = { file->slot[i].key.p, file->slot[i].key.n - key.n };
        slice *s = slice_of(&r->file, XXH3_64bits(prefix.p, prefix.n));
        group *g = s ? tally_find(&s->groups, key) : NULL;
        if (!g) {
            failed = true;
            break;
        }
        if (!s->key.n)
            mm_buf_str(&s->key, prefix);
        tally_add(&s->groups, g, &file->slot[i].sum);
        add_sums(&s->total, &file->slot[i].sum, &overflow);
        failed |= s->key.failed;
    }
    return failed ? mm_fail(e, MM_ESYS, "out of memory") : overflow ? mm_fail(e, MM_EBAD, "a sum does not fit into 128 bits") : 0;
}

/* "account 123, period from 2024-09-01" */
static void name_slice(const slice *s, mm_buf *out)
{
    mm_str key = mm_buf_view(&s->key), account = key_take(&key), period = key_take(&key);
    mm_buf_str(out, MM_STR("account "));
    mm_buf_str(out, account.p ? account : MM_STR("(none)"));
    mm_buf_str(out, MM_STR(", period from "));
    mm_buf_str(out, period.p ? period : MM_STR("(none)"));
}

static void say_gone(const restate *r, const char *name, const slice *old, cost_kind told, const char *currency)
{
    mm_buf text = { 0 };
    name_slice(old, &text);
    mm_buf_printf(&text, ": %llu row%s of %s", (unsigned long long)old->total.rows, mm_plural(old->total.rows), old->file);
    if (old->files > 1)
        mm_buf_printf(&text, " and %zu more file%s", old->files - 1, mm_plural(old->files - 1));
    mm_buf_str(&text, MM_STR(", "));
    mm_money_put(&text, old->total.cost[told], 2);
    mm_buf_printf(&text, " %s, no longer count", currency);
    mm_app_warn(r->app, "%s: a later export of %.*s", name, (int)text.n, text.p);
    mm_buf_free(&text);
}

/* Does the later one restate what is held? -1 where that can not be told. */
static int restates(const restate *r, const char *name, const slice *old, const slice *s, mm_err *e)
{
    size_t shared, of;
    if (r->how != AGAIN_AUTO)
        return r->how == AGAIN_RESTATE;
    sample_shared(&old->charges, &s->charges, &shared, &of);
    if (shared * 20 < of || !shared)
        return 0;
    if (shared * 2 >= of)
        return 1;
    mm_buf text = { 0 };
    name_slice(s, &text);
    mm_fail(e, MM_EBAD, "%s: %.*s: of %zu charges %zu stand in %s as well, too few for a later export and too many for another part "
            "of it; --again restate or --again add says which it is", name, (int)text.n, text.p, of, shared, old->file);
    mm_buf_free(&text);
    return -1;
}

static int hold(restate *r, const char *name, slice *s, cost_kind told, const char *currency, mm_err *e)
{
    slice *old = slice_of(&r->held, s->hash);
    bool overflow = false;
    if (!old)
        return mm_fail(e, MM_ESYS, "out of memory");
    int again = old->files ? restates(r, name, old, s, e) : 0;
    if (again < 0)
        return -1;
    if (again) {
        say_gone(r, name, old, told, currency);
        add_sums(&r->gone, &old->total, &overflow);
        slice_free(old);
        *old = (slice){ .hash = s->hash, .charges.limit = UINT64_MAX };
    }
    if (!old->files) {
        old->file = strdup(name);
        mm_buf_str(&old->key, mm_buf_view(&s->key));
    }
    old->files++;
    tally_merge(&old->groups, &s->groups);
    add_sums(&old->total, &s->total, &overflow);
    if (!old->file || old->key.failed || old->groups.failed || !sample_merge(&old->charges, &s->charges))
        return mm_fail(e, MM_ESYS, "out of memory");
    return overflow || old->groups.overflow ? mm_fail(e, MM_EBAD, "%s: a sum does not fit into 128 bits", name) : 0;
}

int restate_take(restate *r, const char *name, tally *file, cost_kind told, const char *currency, mm_err *e)
{
    int rc = part_groups(r, file, e);
    for (size_t i = 0; i < r->file.n && rc == 0; i++)
        if (r->file.v[i].total.rows)
            rc = hold(r, name, &r->file.v[i], told, currency, e);
    slices_empty(&r->file);
    tally_free(file);
    return rc;
}

int restate_end(restate *r, tally *groups, sums *gone, mm_err *e)
{
    for (size_t i = 0; i < r->held.n; i++)
        tally_merge(groups, &r->held.v[i].groups);
    *gone = r->gone;
    return groups->failed ? mm_fail(e, MM_ESYS, "out of memory")
           : groups->overflow ? mm_fail(e, MM_EBAD, "a sum does not fit into 128 bits") : 0;
}
