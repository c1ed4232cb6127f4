/* frame.h - the merged counts seen by one attribute or intersection: its groups, and what is summed over each.
 *
 * A frame tells which cell belongs to which group; a sample is the sums over the groups for one set of counts:
 * those that were counted, or a replicate of the bootstrap. Groups stand in the order of their values; unknown
 * and missing are last.
 */
#ifndef MM_BIAS_FRAME_H
#define MM_BIAS_FRAME_H

#include "observe.h"

/** Sums over records; doubles hold whole numbers to 2^53. */
typedef struct sums {
    double n[OUTCOMES * OUTCOMES];  /* by 3 * label + prediction */
    double scored[OUTCOMES];        /* records with a score, by label */
    double score[OUTCOMES];         /* sums of scores */
    double squares[OUTCOMES];
} sums;

/** A rate: a share of some cells in others. */
typedef enum rate_id {
    SELECTION_RATE, BASE_RATE, TRUE_POSITIVE_RATE, FALSE_POSITIVE_RATE, TRUE_NEGATIVE_RATE, FALSE_NEGATIVE_RATE,
    PRECISION, FALSE_DISCOVERY_RATE, NEGATIVE_PREDICTIVE_VALUE, FALSE_OMISSION_RATE, ACCURACY, ERROR_RATE, RATES
} rate_id;

typedef struct frame {
    const question *q;
    const dimension_set *set;
    size_t n_groups;
    mm_str *name;          /* of each group: its values, with ", " between */
    mm_str *values;        /* set->n a group */
    uint32_t *group;       /* of each cell */
    const uint32_t *bin, *stratum;  /* likewise, or NULL */
    size_t n_bins, n_strata;
    const mm_str *bin_name;
    ptrdiff_t reference;   /* the group others are held against; -1: there is only one */
    double *target;        /* wished share of each group, or NULL */
    bool probability;      /* all scores are in [0,1] */
    bool reference_given;
} frame;

typedef struct sample {
    const frame *f;
    sums *group;           /* n_groups, then all, then all but the reference */
    double *rate;          /* RATES a group of the above; NAN where there is nothing to divide by */
    double (*bin)[3];      /* a group and bin: records of label 0, of label 1, their scores' sum */
    double (*stratum)[2];  /* a stratum and group: records of prediction 0, of 1 */
} sample;

/** What all frames share: cells numbered by their score's bin and stratum. */
typedef struct layers {
    uint32_t *bin, *stratum;
    size_t n_bins, n_strata;
    mm_str *bin_name;
    mm_arena *arena;
} layers;

/** -1: memory. */
int layers_init(layers *l, const question *q, mm_err *e);
void layers_clear(layers *l);

/** The frame of a set. Borrows from q and l, and is allocated in l's arena. -1: memory. */
int frame_init(frame *f, const question *q, const layers *l, const dimension_set *set, mm_err *e);
/** The group of these values, or -1. */
ptrdiff_t frame_find(const frame *f, const mm_str *values);
/** The largest group without an unknown or missing value; -1 when there are not two groups. */
ptrdiff_t frame_largest(const frame *f);
/** Add a group without records, which only a target knows, to a frame of one dimension. */
int frame_add_empty(frame *f, mm_str value, mm_arena *a, mm_err *e);

/** A cell's sums. */
sums sums_of(const cell *c);
void sums_add(sums *to, const sums *s);
static inline double sums_all(const sums *s)
{
    double n = 0;
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++)
        n += s->n[i];
    return n;
}

/** Room for a sample. -1: memory. */
int sample_init(sample *s, const frame *f, mm_err *e);
void sample_clear(sample *s);
/** Sum over the groups: `cells` holds sums for each cell of the counts. */
void sample_fill(sample *s, const sums *cells);

/** Records that a rate's share is of, and those in it. */
double rate_of(const sums *s, rate_id r, double *k, double *n);
/** Does the group have records of which all is known that the rate asks of? */
bool rate_takes_part(const sums *s, rate_id r);

#endif
