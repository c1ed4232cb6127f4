/* decode.h - the confined workers that the asked facts need. */
#ifndef MM_PROBE_DECODE_H
#define MM_PROBE_DECODE_H

#include "app/app.h"
#include "fact.h"

/** Start the jail within these limits. The encoding of texts is guessed in it too. Reading text in images is only loaded, and given more time and memory, when it is
 *  asked for. -1: e says why. */
int decode_start(mm_app *app, const asking *q, const mm_jail_limits *limits, const char *ocr_languages, mm_err *e);

#endif
