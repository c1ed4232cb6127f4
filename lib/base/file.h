/* file.h - output files that appear under their name only when they are complete.
 *
 * Depends on the C library alone. Until it is committed the content stands in a file beside
 * the name ("NAME.PID-0~"), so that a reader sees the old content or the new, and never half of it.
 * What is no regular file (a pipe, a device) is written straight.
 */
#ifndef MM_BASE_FILE_H
#define MM_BASE_FILE_H

#include "mm.h"

/** Write all of it, over interruptions by signals: 0, or -1 with errno set. */
int mm_write_all(int fd, mm_str text);

/** Zero-initialise with fd -1; name is borrowed. */
typedef struct mm_outfile {
    int fd;            /* write here; -1: not open */
    const char *name;  /* as the user wrote it */
    char *path, *temp; /* owned; NULL when written straight */
} mm_outfile;

/** An existing file keeps its mode; a symbolic link is followed. */
int mm_outfile_open(mm_outfile *o, const char *name, mm_err *e);
/** Close the descriptor for a while, to be written on at its end later; 1, or 0 when the file is
 *  written straight and so must stay open, or -1. */
int mm_outfile_pause(mm_outfile *o, mm_err *e);
int mm_outfile_resume(mm_outfile *o, mm_err *e);
/** Write all of it. */
int mm_outfile_write(mm_outfile *o, mm_str text, mm_err *e);
/** Bring the content to the disk, then to its name. On failure it is discarded. Not while paused. */
int mm_outfile_commit(mm_outfile *o, mm_err *e);
/** Close and leave whatever stood under the name before. Does nothing when not open. */
void mm_outfile_discard(mm_outfile *o);

#endif
