/* sample.h - growing samples of what a pipeline begins with, in folders of their own. */
#ifndef MM_PLAN_SAMPLE_H
#define MM_PLAN_SAMPLE_H

#include "mm.h"

typedef struct sample_file {
    const char *path;
    double bytes;
} sample_file;

/** The files of a data set, in the order of a hash of their names: any first few stand for all. */
typedef struct sample {
    sample_file *file;
    size_t n, room;
    double bytes;
    mm_arena *arena;
} sample;

/** All files at path: a file, a folder with all beneath it, or a pattern. Zero-initialise; sample_free. */
int sample_find(sample *s, const char *path, mm_err *e);
/** Put files of about that many bytes in all into a new folder: links or copies; of a text with lines that is larger than that its first
 *  lines. Returns the bytes, or less than 0. */
double sample_make(const sample *s, double bytes, const char *folder, mm_err *e);
void sample_free(sample *s);

/** Bytes of all files at a path, and the lines in them; where it does not exist 0. */
int sample_count(const char *path, double *bytes, double *lines, mm_err *e);
/** Remove a folder with all in it. */
void sample_remove(const char *folder);

#endif
