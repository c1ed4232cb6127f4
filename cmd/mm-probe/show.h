/* show.h - what mm-probe tells people about itself. */
#ifndef MM_PROBE_SHOW_H
#define MM_PROBE_SHOW_H

#include "fact.h"

/** Append the table of facts: aligned, or one JSON object a line. */
void show_list(bool json, mm_buf *out);
/** Append what is in this build, one thing a line. */
void show_features(mm_buf *out);

#endif
