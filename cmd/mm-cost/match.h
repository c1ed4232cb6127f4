/* match.h - labels that rules of a policy look at, and the patterns these must match. */
#ifndef MM_COST_MATCH_H
#define MM_COST_MATCH_H

#include "govern/policy.h"

/** Names that rows are grouped by: those of --by, and behind them what rules look at. */
typedef struct labels {
    mm_buf by;       /* with commas, then NUL */
    size_t n;
} labels;

/** Begin with the names of --by; NULL: none. */
int labels_begin(labels *l, const char *by, mm_err *e);
/** The index of a name, which is added where it is not there yet. n is where it stands. */
int labels_add(labels *l, const mm_doc *d, const mm_node *n, mm_str name, size_t *index, mm_err *e);
/** As --by has them; NULL: none. Lives as long as l, and until a name is added. */
const char *labels_by(const labels *l);

/** A label that must match one of some patterns. */
typedef struct match {
    size_t label;             /* index among labels */
    const mm_node *patterns;  /* a scalar or a list of them; NULL where names alone were read */
} match;

/** Read a map from names to patterns, or a list of names; the caller frees *out, also after -1. */
int matches_read(labels *l, const mm_doc *d, const mm_node *n, bool patterns, match **out, size_t *count, mm_err *e);
/** Does a label match? One that is not there does not. */
bool match_fits(const mm_node *patterns, mm_str label);
/** Label i of a group's key. */
mm_str label_at(mm_str key, size_t i);

#endif
