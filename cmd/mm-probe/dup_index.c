/* dup_index.c - the indexes of all kinds, asked in turn. */
#include "dup_index.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dup_store.h"
#include "dup_table.h"

/* What is known of a content: 20 bytes. */
typedef struct known_content {
    uint32_t hash[4];
    uint32_t original;
} known_content;

struct dup_index {
    const dup_plan *plan;
    dup_store store;
    dup_table exact;
    dup_region contents;   /* known_content */
    dup_text text;
    dup_image image;
    unsigned image_bits;   /* of the first hash; hashes of another length are not compared */
    dup_audio audio;
    dup_region names, name_ends;  /* how each original is called, and where its name ends (uint64_t) */
    uint32_t n;            /* originals */
};

dup_index *dup_index_new(const dup_plan *p, mm_err *e)
{
    dup_index *x = calloc(1, sizeof *x);
    if (!x) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    x->plan = p;
    x->store = (dup_store){ .dir = p->dir, .limit = p->memory };
    x->exact.region.fd = x->contents.fd = x->names.fd = x->name_ends.fd = -1;
    dup_image_init(&x->image, 0, 0);
    dup_audio_init(&x->audio, p->match);
    if (dup_text_init(&x->text, &p->minhash, p->jaccard, e) == 0)
        return x;
    dup_index_free(x);
    return NULL;
}

void dup_index_free(dup_index *x)
{
    if (!x)
        return;
    dup_region *regions[] = { &x->contents, &x->names, &x->name_ends };
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
        dup_region_free(&x->store, regions[i]);
    dup_table_free(&x->store, &x->exact);
    dup_text_free(&x->store, &x->text);
    dup_image_free(&x->store, &x->image);
    dup_audio_free(&x->store, &x->audio);
    free(x);
}

/* ---- exact ------------------------------------------------------------------ */

static uint32_t exact_tag(const dup_keys *k)
{
    return (uint32_t)(k->exact[1] >> 32);
}

static dup_match find_exact(const dup_index *x, const dup_keys *k)
{
    dup_match m = { 0 };
    dup_walk w = dup_table_find(&x->exact, exact_tag(k));
    uint32_t i;
    while (!m.found && dup_table_next(&w, &i)) {
        const known_content *c = (const known_content *)(const void *)x->contents.p + i;
        if (memcmp(c->hash, k->exact, sizeof c->hash) == 0)
            m = (dup_match){ true, c->original, 1 };
    }
    return m;
}

static int add_exact(dup_index *x, const dup_keys *k, mm_err *e)
{
    known_content c = { .original = x->n };
    memcpy(c.hash, k->exact, sizeof c.hash);
    uint32_t i = (uint32_t)(x->contents.n / sizeof c);
    if (dup_region_put(&x->store, &x->contents, &c, sizeof c, e) < 0)
        return -1;
    return dup_table_add(&x->store, &x->exact, exact_tag(k), i, e);
}

/* ---- names ------------------------------------------------------------------ */

static int add_name(dup_index *x, const dup_keys *k, uint64_t number, mm_err *e)
{
    mm_buf text = { 0 };
    if (!k->id.n)
        mm_buf_u64(&text, number + 1);
    mm_str name = k->id.n ? k->id : mm_buf_view(&text);
    int r = text.failed ? mm_fail(e, MM_ESYS, "out of memory") : dup_region_put(&x->store, &x->names, name.p, name.n, e);
    mm_buf_free(&text);
    return r < 0 ? -1 : dup_region_put(&x->store, &x->name_ends, &x->names.n, sizeof x->names.n, e);
}

static mm_str name_of(const dup_index *x, uint32_t original)
{
    const uint64_t *ends = (const void *)x->name_ends.p;
    uint64_t from = original ? ends[original - 1] : 0;
    return (mm_str){ x->names.p + from, ends[original] - from };
}

/* ---- all kinds -------------------------------------------------------------- */

static int find(dup_index *x, const dup_keys *k, dup_match *m, const char **how, mm_err *e)
{
    if (k->has & DUP_EXACT && (*m = find_exact(x, k)).found)
        *how = "exact";
    else if (k->has & DUP_TEXT && (*m = dup_text_find(&x->text, &k->text)).found)
        *how = "minhash";
    else if (k->has & DUP_IMAGE && k->image_bits == x->image_bits && (*m = dup_image_find(&x->image, &k->image)).found)
        *how = "phash";
    else if (k->has & DUP_AUDIO && dup_audio_find(&x->audio, &k->audio, m, e) < 0)
        return -1;
    else if (m->found)
        *how = "chromaprint";
    return m->found;
}

static int add_image(dup_index *x, const dup_keys *k, mm_err *e)
{
    if (!x->image_bits)
        dup_image_init(&x->image, k->image_bits, dup_plan_distance(x->plan, k->image_bits));
    x->image_bits = x->image_bits ? x->image_bits : k->image_bits;
    return k->image_bits == x->image_bits ? dup_image_add(&x->store, &x->image, &k->image, x->n, e) : 0;
}

static int add(dup_index *x, const dup_keys *k, uint64_t number, mm_err *e)
{
    if (x->n >= UINT32_MAX - 1)
        return mm_fail(e, MM_ESYS, "the index of duplicates is full: it holds 2^32 originals");
    if ((k->has & DUP_EXACT && add_exact(x, k, e) < 0) ||
        (k->has & DUP_TEXT && dup_text_add(&x->store, &x->text, &k->text, x->n, e) < 0) ||
        (k->has & DUP_IMAGE && add_image(x, k, e) < 0) ||
        (k->has & DUP_AUDIO && dup_audio_add(&x->store, &x->audio, &k->audio, x->n, e) < 0) ||
        add_name(x, k, number, e) < 0)
        return -1;
    x->n++;
    return 0;
}

int dup_index_meet(dup_index *x, const dup_keys *k, uint64_t number, dup_found *found, mm_err *e)
{
    dup_match m = { 0 };
    if (!k->has)
        return 0;
    int r = find(x, k, &m, &found->how, e);
    if (r == 0)
        return add(x, k, number, e);
    if (r > 0) {
        found->of = name_of(x, m.original);
        found->score = m.score;
    }
    return r;
}

void dup_found_put(const dup_found *f, mm_buf *out)
{
    mm_buf_str(out, MM_STR("{\"of\":"));
    mm_buf_str(out, f->of);
    mm_buf_printf(out, ",\"how\":\"%s\",\"score\":", f->how);
    mm_json_put_double(out, round(f->score * 1e4) / 1e4);
    mm_buf_byte(out, '}');
}
