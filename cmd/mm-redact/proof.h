/* proof.h - what a run gives beside its records: reports, metrics, the review queue. Opened before the first record, so that
 * what can not be written ends the run before anything is read; closed behind the last.
 */
#ifndef MM_REDACT_PROOF_H
#define MM_REDACT_PROOF_H

#include "app/app.h"
#include "base/file.h"
#include "govern/usage.h"
#include "redact.h"

typedef struct proof_options {
    const mm_list *reports;   /* FILE.json, FILE.html */
    const char *review;       /* the review queue; NULL: none is kept */
} proof_options;

typedef struct proof {
    mm_app *app;
    mm_outfile *file;      /* owned; one for each report */
    const mm_list *reports;
    mm_outfile queue;      /* what is for people to decide */
    mm_buf lines;          /* of it, not written yet */
    account account;
    mm_metric *metric;     /* owned */
    mm_arena *texts;       /* of metrics */
} proof;

/** 0, or -1. Sets what the redactor must note. */
int proof_open(proof *p, mm_app *app, redactor *r, const proof_options *o, mm_err *e);
/** As mm_stage.note and mm_stage.end of a stage whose tool is a redactor with this proof. */
int proof_note(proof *p, const mm_rec *r, mm_err *e);
void proof_end(proof *p);
/** Write what was asked for, after a run that ended with `status`; the exit status. */
int proof_close(proof *p, int status);
/** Leave unwritten files as they were; free. */
void proof_free(proof *p);

#endif
