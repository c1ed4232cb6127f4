/* ready.h - policies that come with the tools: found by name beside the program, in ../share/mmtools/policies. */
#ifndef MM_GOVERN_READY_H
#define MM_GOVERN_READY_H

#include "mm.h"

/** The file that --policy means: `name` itself when there is such a file or when it can be no name (it holds a slash or a dot),
 *  else the ready policy of that name. Owned: free. NULL: MM_EUSAGE, naming those there are. */
char *mm_ready_policy(const char *name, mm_err *e);
/** Append a line for each: its name, and what its first line says. */
void mm_ready_list(mm_buf *out);

#endif
