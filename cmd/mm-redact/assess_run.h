/* assess_run.h - mm-redact --assess: the options, one pass that counts, and with --suppress-k another that drops. */
#ifndef MM_REDACT_ASSESS_RUN_H
#define MM_REDACT_ASSESS_RUN_H

#include "app/app.h"

typedef struct assess_options {
    bool on;
    const char *quasi, *sensitive, *report;
    int64_t suppress_k;   /* 0: not given */
} assess_options;

/** Do these options say --assess, and make sense? 1, 0, or -1 (MM_EUSAGE). */
int assess_asked(const assess_options *o, mm_err *e);
/** Run; the exit status. */
int assess_run(mm_app *app, const assess_options *o);

#endif
