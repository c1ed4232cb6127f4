/* dup_text.c - candidates by bands, the estimate by signatures. */
#include "dup_text.h"

#include <stdlib.h>
#include <string.h>

static uint64_t width(const dup_text *d)
{
    return sizeof(uint32_t) + (d->how->k + 3) / 4 * 4;
}

int dup_text_init(dup_text *d, const minhash *how, double threshold, mm_err *e)
{
    *d = (dup_text){ .how = how, .threshold = threshold, .known.fd = -1 };
    d->band = calloc(how->bands, sizeof *d->band);
    if (!d->band)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (unsigned i = 0; i < how->bands; i++)
        d->band[i].region.fd = -1;
    return 0;
}

dup_match dup_text_find(const dup_text *d, const dup_text_key *k)
{
    dup_match best = { 0 };
    uint32_t i, original;
    for (unsigned b = 0; b < d->how->bands; b++)
        dup_table_fetch(&d->band[b], k->tag[b]);
    for (unsigned b = 0; b < d->how->bands; b++) {
        dup_walk w = dup_table_find(&d->band[b], k->tag[b]);
        while (dup_table_next(&w, &i)) {
            const char *known = d->known.p + i * width(d);
            double score = minhash_estimate(d->how, k->small, (const uint8_t *)known + sizeof original);
            if (score < d->threshold)
                continue;
            memcpy(&original, known, sizeof original);
            dup_match_take(&best, original, score);
        }
    }
    return best;
}

int dup_text_add(dup_store *s, dup_text *d, const dup_text_key *k, uint32_t original, mm_err *e)
{
    if (dup_region_room(s, &d->known, width(d), e) < 0)
        return -1;
    memcpy(d->known.p + d->known.n, &original, sizeof original);
    memcpy(d->known.p + d->known.n + sizeof original, k->small, d->how->k);
    d->known.n += width(d);
    for (unsigned b = 0; b < d->how->bands; b++)
        if (dup_table_add(s, &d->band[b], k->tag[b], d->n, e) < 0)
            return -1;
    d->n++;
    return 0;
}

void dup_text_free(dup_store *s, dup_text *d)
{
    for (unsigned b = 0; d->band && b < d->how->bands; b++)
        dup_table_free(s, &d->band[b]);
    free(d->band);
    dup_region_free(s, &d->known);
}
