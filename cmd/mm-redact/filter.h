/* filter.h - the ordinary run: records in, records out without what was found, and what is told of it. */
#ifndef MM_REDACT_FILTER_H
#define MM_REDACT_FILTER_H

#include "proof.h"

typedef struct filter_options {
    bool dry_run;          /* records are looked at and counted, none is written */
    proof_options proof;
} filter_options;

/** Run; the exit status. The redactor is one that redactor_init made. */
int filter_run(mm_app *app, redactor *r, const filter_options *o);

#endif
