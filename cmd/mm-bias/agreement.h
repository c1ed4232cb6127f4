/* agreement.h - how far annotators agree, by group: where they do not, labels are noise.
 *
 * Krippendorff's alpha for nominal values (Krippendorff 2004, 11.3): 1 when all agree, 0 when they agree as by chance,
 * below when less. Pairs of values are counted, for each number of annotators of a record apart, so that all is in
 * whole numbers; records are taken in order, on one thread.
 */
#ifndef MM_BIAS_AGREEMENT_H
#define MM_BIAS_AGREEMENT_H

#include "interval.h"
#include "observe.h"

enum { MOST_ANNOTATORS = 32, MOST_LABELS = 32 };

typedef struct agreement agreement;
/** `fields`: paths of the annotators' labels, separated by commas; at least two. */
agreement *agreement_new(const question *q, const char *fields, mm_err *e);
void agreement_free(agreement *a);
/** Take a record that observe() took. */
void agreement_take(agreement *a, mm_rec *r, mm_arena *arena);

/** Of one group of a field of --by. */
typedef struct alpha {
    const char *by;          /* NULL: of all records */
    mm_str group;
    uint64_t records;        /* with two labels at least */
    double alpha;            /* NAN: all labels are the same one, or there are none */
    interval interval;       /* normal, by the delta method over records; NANs: they never disagree, or fewer than two */
} alpha;
/** All records first; *out is owned by the caller. -1: memory, or more than MOST_LABELS different labels. */
int agreement_list(const agreement *a, double confidence, alpha **out, size_t *n, mm_err *e);

#endif
