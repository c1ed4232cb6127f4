/* walk.h - from operands to the files they name, in an order that is the same everywhere.
 *
 * Folders are walked depth first, entries by the bytes of their paths ("a-b" before "a/b", as sort
 * does with LC_ALL=C). Symbolic links in folders are left out unless `follow`, and never lead round in a
 * circle: a folder that stands above itself is not entered. Depends on the C library and mm.h.
 */
#ifndef MM_INGEST_WALK_H
#define MM_INGEST_WALK_H

#include "base/opt.h"

typedef struct walk_opts {
    mm_list names;        /* the operands */
    const char *list;     /* a file of further names, "-" for standard input; NULL: none */
    bool null;            /* names in it end in NUL rather than in a newline */
    mm_list include, exclude;
    bool hidden, follow;
} walk_opts;

typedef struct walk walk;
walk *walk_new(const walk_opts *o, mm_err *e);
void walk_free(walk *w);
/** The next file: 1 with *path set until the next call, 0 at the end, -1: MM_EBAD for a name or folder that can
 *  not be read (the next call goes on behind it). */
int walk_next(walk *w, const char **path, mm_err *e);

/** What was passed over so far. */
typedef struct walk_skipped {
    uint64_t hidden, links, special;
} walk_skipped;
walk_skipped walk_left_out(const walk *w);

/** Do include and exclude let this name pass? A pattern with a slash is held against the whole of it, another
 *  against what follows the last slash. */
bool walk_wanted(const walk_opts *o, const char *name);

#endif
