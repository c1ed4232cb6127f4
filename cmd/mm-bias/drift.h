/* drift.h - how far two data sets are from each other, field by field, by their sketches.
 *
 * Numbers, and lengths of texts of which most differ, are compared by their distributions; texts and truth values by
 * their shares. Errors are those of the sketches (mm-sketch(5)): a KS statistic is off by at most twice KLL_RANK_ERROR.
 */
#ifndef MM_BIAS_DRIFT_H
#define MM_BIAS_DRIFT_H

#include "sketch.h"

typedef enum drift_kind {
    DRIFT_NUMBERS,     /* a field's numbers */
    DRIFT_LENGTHS,     /* lengths of its texts */
    DRIFT_VALUES,      /* its texts and truth values */
    DRIFT_TYPES,       /* which types it has, missing among them */
    DRIFT_GROUPS,      /* values of a dimension that was counted by */
    DRIFT_LABEL, DRIFT_PREDICTION,  /* shares of 0, 1 and none */
    DRIFT_KINDS
} drift_kind;
extern const char *const drift_kind_names[DRIFT_KINDS];

typedef struct drift {
    const char *name;  /* the field or dimension; borrowed from a sketch */
    drift_kind kind;
    double psi;        /* population stability index: sum of (q - p) ln(q / p) over bins, those of numbers by the baseline's
                          tenths; a share below DRIFT_LEAST counts as that */
    double js;         /* Jensen-Shannon divergence of the same bins, in nats */
    double ks;         /* of numbers: greatest difference of the distribution functions; else NAN */
    double wasserstein;  /* of numbers: area between these, in the field's unit; else NAN */
} drift;
#define DRIFT_LEAST 1e-4

/** From `before` to `after`; *out is owned by the caller. -1: memory. */
int drift_between(const sketch *before, const sketch *after, drift **out, size_t *n, mm_err *e);
void drift_show_text(const drift *d, size_t n, mm_buf *out);
/** One object a line. */
void drift_put_json(const drift *d, mm_buf *out);

#endif
