/* outputs.h - a file for each value, of which only some are open at a time.
 *
 * All of them appear under their names at the end, or none. A file that had to be closed in
 * between goes on where it was: as a further stream of mmr, a further frame of zstd.
 */
#ifndef MM_SELECT_OUTPUTS_H
#define MM_SELECT_OUTPUTS_H

#include "mm.h"

typedef struct outputs outputs;
/** Files are named by `pattern` (borrowed), in which {} stands for the name of the value. NULL and MM_EUSAGE when it has
 *  no {}. MM_FORM_AUTO is the form of the first record. */
outputs *outputs_new(const char *pattern, mm_form form, int zstd, mm_err *e);
/** Those that were not finished leave nothing behind. */
void outputs_free(outputs *o);
/** Have a file for the value numbered `index`; they are numbered from 0 without gaps. */
int outputs_add(outputs *o, size_t index, mm_str name, mm_err *e);
/** Write the records of a batch that are kept, each to the file of its route. */
int outputs_write(outputs *o, const mm_batch *b, mm_err *e);
/** Complete all files and give them their names. */
int outputs_finish(outputs *o, mm_err *e);
/** Bytes written, after compression. */
uint64_t outputs_bytes(const outputs *o);

#endif
