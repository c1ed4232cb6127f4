/* decide.h - mm-redact --decide: a small reviewer on a terminal. It shows one finding of a review queue after the other, and
 * puts what is decided into a file of decisions at once, so that it can be left and taken up at any time.
 */
#ifndef MM_REDACT_DECIDE_H
#define MM_REDACT_DECIDE_H

#include "app/app.h"

/** Run over a queue and a file of decisions, which need not be there; the exit status. */
int decide_run(mm_app *app, const char *queue, const char *file);

#endif
