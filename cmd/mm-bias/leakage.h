/* leakage.h - records of one split that are in another as well: what a model was trained on is no test of it.
 *
 * Records are the same by their duplicate group (mm.probe.dup.of, else mm.id), and by the hash of their payload (mm.xxh3); or by
 * a field of the user's. Ids are compared by 112 bits of XXH3-128, all of them, in bounded memory (spill.h): the
 * counts are exact but for a chance of about n^2 / 2^113 that two different ids are taken for one.
 */
#ifndef MM_BIAS_LEAKAGE_H
#define MM_BIAS_LEAKAGE_H

#include "interval.h"
#include "mm.h"

enum { MOST_SPLITS = 32, LEAKAGE_ROOM = 1 << 20 };

typedef struct leakage leakage;
/** `id`: the field that says what is the same; NULL: as above. Names are borrowed. */
leakage *leakage_new(const char *split, const char *id, mm_err *e);
void leakage_free(leakage *l);
/** MM_KEEP, or MM_BAD where split or id is no single value. May be called by many threads. */
mm_verdict leakage_check(const leakage *l, mm_rec *r, mm_arena *a);
/** Take a record that passed. -1: too many splits, disk or memory is told by leakage_list. */
void leakage_take(leakage *l, mm_rec *r);

/** How many records of a split are in another. */
typedef struct leak {
    const char *by;            /* the field that says what is the same; borrowed */
    mm_str split, other;       /* likewise */
    uint64_t records;          /* of the split that have such an id */
    uint64_t shared;           /* of these, whose id is in the other split as well */
    uint64_t ids;              /* different ones among these */
    double share;
    interval interval;         /* Wilson */
} leak;
typedef struct leaks {
    leak *leak;                /* each kind of id, each ordered pair of splits */
    size_t n;
    uint64_t without;          /* records with no id at all */
} leaks;
/** Owned by the caller: free(out->leak). -1: MM_EUSAGE, disk or memory. */
int leakage_list(leakage *l, double confidence, leaks *out, mm_err *e);

#endif
