/* dup_audio.c - candidates by shared values, the score by bits at the best offset. */
#include "dup_audio.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 16 };  /* of one value in a sound: silence has the same over and over */

typedef struct dup_audio_known {
    uint64_t at;         /* in values */
    uint32_t n;
    uint32_t original;
} dup_audio_known;

typedef struct place {
    uint32_t value, at;
} place;

static uint32_t mix(uint32_t x)
{
    x = (x ^ x >> 16) * 0x7feb352du;
    x = (x ^ x >> 15) * 0x846ca68bu;
    return x ^ x >> 16;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static int by_value(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->value != y->value)
        return x->value < y->value ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

/* ---- the score of two ------------------------------------------------------- */

static void count_offsets(const dup_audio_key *x, const dup_audio_key *y, uint32_t *votes)
{
    place sorted[AUDIO_MOST];
    for (uint32_t i = 0; i < x->n; i++)
        sorted[i] = (place){ x->value[i], i };
    qsort(sorted, x->n, sizeof *sorted, by_value);
    for (uint32_t j = 0; j < y->n; j++) {
        uint32_t from = 0, to = x->n;
        while (from < to) {
            uint32_t middle = (from + to) / 2;
            if (sorted[middle].value < y->value[j])
                from = middle + 1;
            else
                to = middle;
        }
        for (uint32_t i = from; i < x->n && i < from + PLACES && sorted[i].value == y->value[j]; i++)
            votes[sorted[i].at + y->n - j]++;
    }
}

/* The offset with most votes; of equals the smallest. */
static int best_offset(const dup_audio_key *x, const dup_audio_key *y)
{
    uint32_t votes[2 * AUDIO_MOST + 1] = { 0 };
    int best = 0;
    count_offsets(x, y, votes);
    uint32_t most = votes[y->n];
    for (uint32_t i = 0; i <= x->n + y->n; i++) {
        int offset = (int)i - (int)y->n;
        if (votes[i] > most || (votes[i] == most && abs(offset) < abs(best))) {
            most = votes[i];
            best = offset;
        }
    }
    return best;
}

double dup_audio_score(const dup_audio_key *x, const dup_audio_key *y)
{
    int offset = best_offset(x, y);  /* x[i + offset] sounds with y[i] */
    int from = offset < 0 ? -offset : 0, to = (int)x->n - offset;
    uint32_t longer = x->n > y->n ? x->n : y->n;
    uint64_t wrong = 0;
    if (to > (int)y->n)
        to = (int)y->n;
    if (to <= from || (uint64_t)(to - from) * 4 < (uint64_t)longer * 3)
        return -1;
    for (int i = from; i < to; i++)
        wrong += (unsigned)__builtin_popcount(x->value[i + offset] ^ y->value[i]);
    return 1 - (double)wrong / (32.0 * (to - from));
}

/* ---- the index -------------------------------------------------------------- */

void dup_audio_init(dup_audio *d, double threshold)
{
    *d = (dup_audio){ .threshold = threshold, .table.region.fd = -1, .values.fd = -1, .known.fd = -1 };
}

/* The least of the hashes of all values, each once. */
static uint32_t sketch(const dup_audio_key *k, uint32_t *out)
{
    uint32_t all[AUDIO_MOST], n = 0;
    for (uint32_t i = 0; i < k->n; i++)
        all[i] = mix(k->value[i]);
    qsort(all, k->n, sizeof *all, by_number);
    for (uint32_t i = 0; i < k->n && n < AUDIO_SKETCH; i++)
        if (!n || all[i] != out[n - 1])
            out[n++] = all[i];
    return n;
}

/* The least hashes are all small: they are spread over the table by hashing them once more. */
static uint32_t tag_of(uint32_t hash)
{
    return mix(hash + 1);
}

static dup_audio_key known_key(const dup_audio *d, uint32_t i, uint32_t *original)
{
    const dup_audio_known *k = (const dup_audio_known *)(const void *)d->known.p + i;
    *original = k->original;
    return (dup_audio_key){ (const uint32_t *)(const void *)(d->values.p + k->at), k->n };
}

typedef struct shared {
    uint32_t i, values;
} shared;

static int by_shared(const void *a, const void *b)
{
    const shared *x = a, *y = b;
    if (x->values != y->values)
        return x->values > y->values ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

/* Who shares values, most first. */
static size_t candidates(const dup_audio *d, const dup_audio_key *k, mm_buf *hits)
{
    uint32_t tags[AUDIO_SKETCH], n = sketch(k, tags), i;
    for (uint32_t t = 0; t < n; t++) {
        dup_walk w = dup_table_find(&d->table, tag_of(tags[t]));
        while (dup_table_next(&w, &i))
            mm_buf_put(hits, &(shared){ i, 1 }, sizeof(shared));
    }
    shared *all = (void *)hits->p;
    size_t m = hits->n / sizeof(shared), kinds = 0;
    if (!m)
        return 0;
    qsort(all, m, sizeof *all, by_shared);
    for (size_t h = 0; h < m; h++) {
        if (kinds && all[kinds - 1].i == all[h].i)
            all[kinds - 1].values++;
        else
            all[kinds++] = all[h];
    }
    qsort(all, kinds, sizeof *all, by_shared);
    return kinds < AUDIO_TRIED ? kinds : AUDIO_TRIED;
}

int dup_audio_find(const dup_audio *d, const dup_audio_key *k, dup_match *best, mm_err *e)
{
    mm_buf hits = { 0 };
    size_t n = candidates(d, k, &hits);
    for (size_t c = 0; c < n; c++) {
        uint32_t original;
        dup_audio_key other = known_key(d, ((shared *)(void *)hits.p)[c].i, &original);
        double score = dup_audio_score(k, &other);
        if (score >= d->threshold)
            dup_match_take(best, original, score);
    }
    bool failed = hits.failed;
    mm_buf_free(&hits);
    return failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int dup_audio_add(dup_store *s, dup_audio *d, const dup_audio_key *k, uint32_t original, mm_err *e)
{
    uint32_t tags[AUDIO_SKETCH], n = sketch(k, tags);
    dup_audio_known new = { .at = d->values.n, .n = k->n, .original = original };
    if (dup_region_put(s, &d->values, k->value, k->n * sizeof *k->value, e) < 0 ||
        dup_region_put(s, &d->known, &new, sizeof new, e) < 0)
        return -1;
    for (uint32_t t = 0; t < n; t++)
        if (dup_table_add(s, &d->table, tag_of(tags[t]), d->n, e) < 0)
            return -1;
    d->n++;
    return 0;
}

void dup_audio_free(dup_store *s, dup_audio *d)
{
    dup_table_free(s, &d->table);
    dup_region_free(s, &d->values);
    dup_region_free(s, &d->known);
}
