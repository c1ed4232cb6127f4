/* dup_keys.c - hashing contents and texts for comparison. */
#include "dup_keys.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "fact.h"
#include "text.h"

struct dup_maker {
    const dup_plan *plan;
    shingler shingler;
    uint32_t least[MINHASH_MAX];
    uint32_t print[AUDIO_MOST];
    XXH3_state_t *hash;
};

dup_maker *dup_maker_new(const dup_plan *p, mm_err *e)
{
    dup_maker *m = calloc(1, sizeof *m);
    if (m) {
        m->plan = p;
        m->hash = XXH3_createState();
    }
    if (m && m->hash)
        return m;
    mm_fail(e, MM_ESYS, "out of memory");
    dup_maker_free(m);
    return NULL;
}

void dup_maker_free(dup_maker *m)
{
    if (!m)
        return;
    XXH3_freeState(m->hash);
    free(m);
}

/* ---- exact ------------------------------------------------------------------ */

static bool read_hex(mm_str hex, uint64_t out[2])
{
    if (hex.n != 32)
        return false;
    out[0] = out[1] = 0;
    for (size_t i = 0; i < 32; i++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, hex.p[i], 16);
        if (!d)
            return false;
        out[i / 16] = out[i / 16] << 4 | (uint64_t)(d - digits);
    }
    return true;
}

static void take_hash(XXH128_hash_t h, dup_keys *k)
{
    k->exact[0] = h.high64;
    k->exact[1] = h.low64;
    k->has |= DUP_EXACT;
}

/* Keys and values of all members but mm, as they stand there. */
static void hash_row(dup_maker *m, mm_str head, dup_keys *k)
{
    mm_json_iter it = mm_json_each((mm_value){ head, MM_JSON_OBJECT });
    size_t members = 0;
    XXH3_128bits_reset(m->hash);
    while (mm_json_next(&it) == 1) {
        if (mm_str_eq(it.key, MM_STR("mm")))
            continue;
        members++;
        XXH3_128bits_update(m->hash, it.key.p - 1, it.key.n + 2);
        XXH3_128bits_update(m->hash, it.value.raw.p, it.value.raw.n);
    }
    if (members)
        take_hash(XXH3_128bits_digest(m->hash), k);
}

static int exact_key(dup_maker *m, subject *s, const mm_rec *r, const dup_header *h, dup_keys *k, mm_err *e)
{
    char hex[33];
    if (read_hex(s->xxh3, k->exact)) {
        k->has |= DUP_EXACT;
    } else if (s->has_payload) {
        if (subject_hash(s, hex, e) < 0)
            return -1;
        read_hex(mm_str_of(hex), k->exact);
        k->has |= DUP_EXACT;
    } else if (!h->by_row) {
        take_hash(XXH3_128bits(s->text.p, s->text.n), k);
    } else {
        hash_row(m, r->head, k);
    }
    return 0;
}

/* ---- near ------------------------------------------------------------------- */

static void take_shingles(void *ctx, const uint32_t *x, size_t n)
{
    dup_maker *m = ctx;
    minhash_add(&m->plan->minhash, x, n, m->least);
}

static int text_key(dup_maker *m, subject *s, dup_keys *k, mm_arena *a, mm_err *e)
{
    const minhash *how = &m->plan->minhash;
    text_walk w;
    mm_str piece;
    int r;
    minhash_begin(how, m->least);
    shingle_begin(&m->shingler, &m->plan->shingles, (shingle_sink){ take_shingles, m });
    text_begin(&w, s);
    while ((r = text_next(&w, &piece, e)) == 1)
        shingle_piece(&m->shingler, piece);
    text_end(&w);
    if (r < 0 || shingle_end(&m->shingler) == 0)
        return r;
    uint32_t *tag = mm_arena_alloc(a, how->bands * sizeof *tag);
    uint8_t *small = mm_arena_alloc(a, how->k);
    if (!tag || !small)
        return mm_fail(e, MM_ESYS, "out of memory");
    minhash_bands(how, m->least, tag);
    minhash_small(how, m->least, small);
    k->text = (dup_text_key){ tag, small };
    k->has |= DUP_TEXT;
    return 0;
}

static mm_str plain(mm_str json)
{
    bool text = json.n >= 2 && json.p[0] == '"' && !memchr(json.p, '\\', json.n);
    return text ? (mm_str){ json.p + 1, json.n - 2 } : (mm_str){ 0 };
}

/* A picture without much in it has a hash of chance; PDQ's authors advise against comparing it below 50 of 100. */
static bool poor(mm_str quality)
{
    int64_t v;
    return quality.n && mm_json_int(quality, &v) == 0 && v < 50;
}

static int audio_key(dup_maker *m, mm_str json, dup_keys *k, mm_arena *a, mm_err *e)
{
    uint32_t n = dup_audio_read(plain(json), m->print);
    if (n < AUDIO_LEAST)
        return 0;
    mm_str copy = mm_arena_copy(a, (mm_str){ (const char *)m->print, n * sizeof *m->print });
    if (!copy.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    k->audio = (dup_audio_key){ (const uint32_t *)(const void *)copy.p, n };
    k->has |= DUP_AUDIO;
    return 0;
}

const dup_keys *dup_keys_make(dup_maker *m, subject *s, const mm_rec *r, const dup_header *h, mm_arena *a, mm_err *e)
{
    unsigned kinds = m->plan->kinds;
    dup_keys *k = mm_arena_alloc(a, sizeof *k);
    if (!k) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    *k = (dup_keys){ .id = h->id };
    if (kinds & DUP_EXACT && exact_key(m, s, r, h, k, e) < 0)
        return NULL;
    if (kinds & DUP_TEXT && s->on & ON_TEXT && !h->by_row && text_key(m, s, k, a, e) < 0)
        return NULL;
    if (kinds & DUP_IMAGE && !poor(h->quality) && (k->image_bits = dup_image_read(plain(h->image), &k->image)))
        k->has |= DUP_IMAGE;
    if (kinds & DUP_AUDIO && audio_key(m, h->audio, k, a, e) < 0)
        return NULL;
    return k;
}
