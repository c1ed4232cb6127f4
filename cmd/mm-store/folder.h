/* folder.h - the folder that shards are written to.
 *
 * A file is written under a hidden name (".NAME.part") and renamed once it is on the disk. One
 * mm-store at a time writes to a folder: it holds a lock that dies with it.
 */
#ifndef MM_STORE_FOLDER_H
#define MM_STORE_FOLDER_H

#include "mm.h"

#include <sys/types.h>

typedef struct st_folder {
    int fd;
    const char *path;  /* as the user wrote it; borrowed */
} st_folder;

/** Open the folder for writing, making it and those above it where they are missing, and lock it. -1
 *  fills e. */
int st_folder_make(st_folder *f, const char *path, mm_err *e);
/** Open an existing folder for reading. */
int st_folder_open(st_folder *f, const char *path, mm_err *e);
void st_folder_close(st_folder *f);

/** A new file that is to become NAME; the descriptor reads and writes. */
int st_part_open(const st_folder *f, const char *name, mm_err *e);
/** Give it its name for good: contents, then name, are on the disk when this returns 0. Closes fd. */
int st_part_commit(const st_folder *f, int fd, const char *name, mm_err *e);
/** Close it and leave nothing behind. */
void st_part_drop(const st_folder *f, int fd, const char *name);

/** Bytes of a regular file in the folder, or -1. */
off_t st_file_size(const st_folder *f, const char *name);
/** Remove a file, which need not be there, and bring that to the disk. */
int st_file_remove(const st_folder *f, const char *name, mm_err *e);

/** Names of the files in the folder that end as shards do (.tar, .mmr, .ndjson, each perhaps with .zst), in
 *  order; with `prefix` only those called PREFIX-NUMBER. Each is owned, as is the list. */
int st_shard_names(const st_folder *f, const char *prefix, char ***names, size_t *n, mm_err *e);
void st_names_free(char **names, size_t n);

#endif
