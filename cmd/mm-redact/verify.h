/* verify.h - mm-redact --verify: what an earlier run left, told without the values.
 *
 * A finding is excused when it begins where mm.redact.findings of the record says that a stand-in for the same entity was put,
 * and no text came before it whose length is not known.
 */
#ifndef MM_REDACT_VERIFY_H
#define MM_REDACT_VERIFY_H

#include "app/app.h"
#include "redact.h"

/** Run; the exit status. Trips the gate when something is left. */
int verify_run(mm_app *app, redactor *r);

#endif
