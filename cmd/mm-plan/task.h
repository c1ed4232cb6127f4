/* task.h - one task of a job as text for bash, and names that every engine takes. */
#ifndef MM_PLAN_TASK_H
#define MM_PLAN_TASK_H

#include "target.h"

/** Append s in single quotes of the shell. */
void quote_shell(mm_buf *b, mm_str s);
/** Append s as a string of JSON and of YAML 1.1 and 1.2. */
void quote_json(mm_buf *b, mm_str s);

enum { SLUG_ROOM = 41 };
/** Lower-case letters, digits and single dashes between them, at most 40, beginning with a letter: `prefix`, which does,
 *  then what of s can be kept. */
void slug(char out[SLUG_ROOM], const char *prefix, const char *s);
/** The slug of job j: "j1-probe-redact". */
void job_slug(char out[SLUG_ROOM], const plan *p, size_t j);

/** Append the folder, below the work folder, where the marks of job j are: its slug, and a digest of all that its results
 *  depend on here, so that a plan made anew goes on where the work is the same. */
void job_state(mm_buf *b, const plan *p, size_t j);

/** Checkpoints of a task of job j: in how many pieces it is done, each marked. A power of 2, so that a model that learned
 * a little does not change it; 1 where none were planned. */
size_t job_pieces(const plan *p, size_t j);
/** What one task of job j is expected to take at most, in seconds, where a job of `parallel` at once takes what it does. */
double task_seconds(const plan *p, size_t j);

/** Append the lines that set $base, the work folder, and $work, where the marks of this run are. */
void task_work(mm_buf *b, const target_opts *o);

/** Append the text that does task $shard (from 0) of job j. It ends with 0 at once where that has been done; else it
 *  writes under another name, renames, and leaves a mark, so that it may be killed and run again at any time. Lines end
 *  in LF, the last too. */
void task_put(mm_buf *b, const plan *p, size_t j, const target_opts *o);

#endif
