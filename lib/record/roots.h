/* roots.h - opening files beneath allowed folders, and nowhere else. */
#ifndef MM_RECORD_ROOTS_H
#define MM_RECORD_ROOTS_H

#include "mm.h"

/** Open path for reading: a relative one beneath the working directory, else beneath each root in
 *  turn; an absolute one beneath the root it begins with. Symbolic links and ".." may not leave
 *  that folder. The descriptor, or -1 (MM_EBAD, reason without place). */
int mm_roots_open(const mm_roots *roots, const char *path, mm_err *e);

#endif
