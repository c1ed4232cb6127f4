/* shift.h - how far a model's rates are from what they were, in each group: model drift.
 *
 * Of two sketches that counted by the same fields, a label and a prediction: selection_rate, base_rate, true and false positive
 * rates, precision and accuracy before and after, each with the difference's interval (Newcombe 1998) and the test of two shares,
 * adjusted over all of them (Benjamini, Hochberg 1995).
 */
#ifndef MM_BIAS_SHIFT_H
#define MM_BIAS_SHIFT_H

#include "frame.h"
#include "interval.h"
#include "sketch.h"

typedef struct shift {
    const char *by;            /* NULL: of all records; borrowed from a sketch, as the group is */
    mm_str group;
    const char *rate;
    uint64_t n_before, n_after;  /* records the rate is of */
    double before, after;      /* NAN: of none */
    double difference;         /* after less before */
    interval interval;
    double p, adjusted;
} shift;

/** Empty where either has no label or prediction; *out is owned by the caller. -1: memory. */
int shift_between(const sketch_kinds *before, const sketch_kinds *after, double confidence, shift **out, size_t *n, mm_err *e);
void shift_show_text(const shift *s, size_t n, mm_buf *out);
/** One object. */
void shift_put_json(const shift *s, mm_buf *out);

#endif
