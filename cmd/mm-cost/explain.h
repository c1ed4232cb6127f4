/* explain.h - what a number of a series is made of, and which part of it is not as it was: the labels behind an alarm. */
#ifndef MM_COST_EXPLAIN_H
#define MM_COST_EXPLAIN_H

#include "mm.h"

enum { MOST_CAUSES = 3 };

/** A value of a label, and how much more it came to than on average over the spans before. */
typedef struct cause {
    size_t label;      /* of those that are looked at */
    mm_str value;      /* p NULL: rows without one */
    double more;
    double share;      /* of how much more the whole series came to */
} cause;

typedef struct explain explain;
explain *explain_new(void);
void explain_free(explain *x);
/** An amount of a series at the start of a span, by the value of a label; of the same again, they add up. */
bool explain_add(explain *x, uint32_t series, size_t label, mm_str value, int64_t time, double amount);
/** All was added. */
void explain_sort(explain *x);
/** The values that explain most of the number at `time`, the largest share first: at most MOST_CAUSES, each a tenth or more.
 *  `before`: seconds that the spans before it go back. Their number. */
size_t explain_find(const explain *x, uint32_t series, int64_t time, int64_t before, int spans, cause out[MOST_CAUSES]);

#endif
