/* git.h - proposals as commits, made by the git program.
 *
 * Nothing here touches a working tree, an index or a branch that is checked out: content goes in as objects, and a branch
 * moves last, in one step, from the value that was seen to the new one. Whatever stops a run before that leaves the
 * repository as it was, but for objects that nothing names and `git gc` takes away. */
#ifndef MM_PLAN_GIT_H
#define MM_PLAN_GIT_H

#include "mm.h"

typedef struct git_repo {
    const char *dir;   /* as the user wrote it, for messages; borrowed */
    bool bare;         /* has no working tree */
    char **env;        /* what git sees: none of the variables that would lead it to another repository or ask a person */
} git_repo;

/** The name of an object in hex; "" stands for none. */
typedef struct git_id {
    char hex[65];
} git_id;

/** The repository that `dir` lies in. -1 and MM_EUSAGE where there is none. */
int git_open(git_repo *g, const char *dir, mm_err *e);
void git_close(git_repo *g);

/** Run `git ARGV...` with `in` as its standard input; what it writes is appended to out, which may be NULL. Its exit status; with
 *  e, unless it is 0, saying what git said; -1 when it can not be run or was ended by a signal. */
int git_run(const git_repo *g, const char *const *argv, mm_str in, mm_buf *out, mm_err *e);

/** What a revision stands for ("HEAD^{commit}"): 1, 0 where there is no such thing, or -1. */
int git_resolve(const git_repo *g, const char *revision, git_id *out, mm_err *e);
/** A file of a commit, by its path from the top: 1, 0 where there is none, or -1. */
int git_read(const git_repo *g, const git_id *commit, const char *path, mm_buf *out, mm_err *e);
/** Is anything at this path changed, added or deleted in the working tree or its index? 1 with the first such path in
 *  `first`, 0, or -1. */
int git_dirty(const git_repo *g, const char *path, mm_buf *first, mm_err *e);

/** A path of a tree that is to be otherwise. */
typedef struct git_change {
    const char *path;   /* from the top, without slashes at its ends */
    enum { GIT_GONE, GIT_FILE, GIT_TREE } kind;
    mm_str text;        /* GIT_FILE: its content */
    git_id tree;        /* GIT_TREE: what is to stand there */
} git_change;

/** Write the tree of `commit` ("": an empty one) after these changes, in their order; of a folder that is GONE, files that come
 *  later stay. -1 also when the way to a path leads through a file. */
int git_tree(const git_repo *g, const git_id *commit, const git_change *change, size_t n, git_id *out, mm_err *e);
/** Write a commit; parent "" for none. Its dates are SOURCE_DATE_EPOCH where that is set. */
int git_commit(const git_repo *g, const git_id *tree, const git_id *parent, mm_str message, git_id *out, mm_err *e);
/** Move a branch, or make it where old is "". -1 when it is not at `old` any more. */
int git_move(const git_repo *g, const char *branch, const git_id *to, const git_id *old, const char *why, mm_err *e);
/** Where the branch is checked out: 1 with the folder in `where`, 0, or -1. */
int git_checked_out(const git_repo *g, const char *branch, mm_buf *where, mm_err *e);

#endif
