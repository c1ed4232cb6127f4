/* sample.h - which records a sample takes.
 *
 * A record's rank is a hash of its mm.id, of the value of a field, or, without either, of its
 * number in the run, under the seed. A rate takes ranks below a limit, a count the lowest
 * ones: so the same seed gives the same sample for any -j, and a larger one holds the smaller.
 */
#ifndef MM_SELECT_SAMPLE_H
#define MM_SELECT_SAMPLE_H

#include "mm.h"

typedef struct sample {
    bool rated;
    double rate;      /* 0 to 1 */
    uint64_t count;   /* N, or 0 */
    int64_t seed;
    mm_path *by;      /* a field whose value goes in place of mm.id, or NULL */
} sample;

/** "0.1" and "10%" are rates, "1000" is a count. -1 and MM_EUSAGE for anything else. */
int sample_parse(sample *s, const char *text, mm_err *e);
static inline bool sample_wanted(const sample *s) { return s->rated || s->count; }
uint64_t sample_rank_of_text(const sample *s, mm_str text);
uint64_t sample_rank_of_number(const sample *s, uint64_t number);
bool sample_takes(const sample *s, uint64_t rank);

/** The N records of the lowest ranks of all that were shown, with copies of their bytes. */
typedef struct reservoir reservoir;
reservoir *reservoir_new(uint64_t count);
void reservoir_free(reservoir *v);
/** Show it a record whose extra is a note: MM_HOLD, or MM_DROP for this one or another in its place;
 *  MM_BAD when memory ran out. */
mm_verdict reservoir_show(reservoir *v, mm_rec *r, mm_arena *a);
/** Some of the records held, in their order, into an empty batch: 1, or 0 when all were given out, or -1.
 *  Their bytes stay until it is freed. */
int reservoir_give(reservoir *v, mm_batch *b, mm_err *e);

#endif
