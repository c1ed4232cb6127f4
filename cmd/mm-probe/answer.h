/* answer.h - what was found about one record, and how it becomes mm.probe.
 *
 * One a worker, used again for each record. Facts are told by their place in the prober's own
 * table; those that nobody asked for are not kept.
 */
#ifndef MM_PROBE_ANSWER_H
#define MM_PROBE_ANSWER_H

#include "fact.h"

typedef struct answer {
    const asking *asked;
    size_t base;                /* number of the prober's first fact */
    mm_buf raw;                 /* the JSON of all values, one behind the other */
    struct { uint32_t at, n; } slot[MAX_FACTS];  /* n 0: not known */
    mm_buf warnings;            /* JSON strings with commas between */
    size_t n_warnings;
} answer;

void answer_begin(answer *a, const asking *q);
void answer_free(answer *a);

/** Is this fact of the prober asked? For those whose finding costs something. */
bool asked(const answer *a, size_t fact);
/** Tell a fact. Numbers below zero and empty texts mean "not known" and are left out; so is a yes-or-no that is neither 0
 *  nor 1. */
void tell_int(answer *a, size_t fact, int64_t v);
void tell_double(answer *a, size_t fact, double v);
void tell_text(answer *a, size_t fact, mm_str v);
void tell_cstr(answer *a, size_t fact, const char *v);
void tell_bool(answer *a, size_t fact, int v);
/** Tell a fact whose JSON is already there: arrays, objects, numbers that may be negative. */
void tell_raw(answer *a, size_t fact, mm_str json);
/** Say what is amiss; one line, kept in mm.probe.warnings, once however often it is said. */
void warn(answer *a, const char *fmt, ...) MM_PRINTF(2, 3);

/** Append all of it as one JSON object. */
void answer_put(const answer *a, mm_buf *out);
/** The JSON of a fact by its number; .p NULL when it is not known. */
mm_str answer_value(const answer *a, size_t number);

#endif
