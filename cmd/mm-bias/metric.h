/* metric.h - the list of all figures, and each as a function of a sample.
 *
 * The list is the one source for JSON, tables, gates, --list and the check of the man page.
 */
#ifndef MM_BIAS_METRIC_H
#define MM_BIAS_METRIC_H

#include "frame.h"

/** Which part of a report a figure stands in. */
typedef enum scope {
    SCOPE_GROUP,           /* one for each group, and for all records */
    SCOPE_VERSUS,          /* one for each group but the reference: held against that */
    SCOPE_BETWEEN,         /* over all groups */
    SCOPE_REFERENCE,       /* all other groups together, held against the reference */
    SCOPE_REPRESENTATION,  /* of how many there are in each group */
    SCOPE_OVERALL,         /* of all records, without regard to groups */
    SCOPES
} scope;
extern const char *const scope_names[SCOPES];

/** Bits: what a figure asks for. */
enum { NEED_LABEL = 1, NEED_PREDICTION = 2, NEED_SCORE = 4, NEED_PROBABILITY = 8, NEED_STRATUM = 16, NEED_TARGET = 32 };

/** How its interval comes about. */
typedef enum interval_kind { BY_WILSON, BY_NEWCOMBE, BY_BOOTSTRAP, BY_MEAN, BY_NOTHING } interval_kind;
extern const char *const interval_names[];

typedef struct metric metric;
struct metric {
    const char *name;
    scope scope;
    unsigned needs;
    interval_kind interval;
    double fair;           /* the value of perfect fairness, or NAN */
    double (*value)(const metric *m, const sample *s, size_t group);
    int a, b;              /* rates it is made of */
    const char *what;      /* definition */
};
extern const metric metrics[];
extern const size_t n_metrics;

/** What is there to compute from. */
unsigned metric_given(const frame *f);
/** Can this one be computed? */
static inline bool metric_possible(const metric *m, const frame *f)
{
    return (m->needs & ~metric_given(f)) == 0 && (f->reference >= 0 || (m->scope != SCOPE_VERSUS && m->scope != SCOPE_REFERENCE));
}

#endif
