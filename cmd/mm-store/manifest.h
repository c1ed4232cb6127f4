/* manifest.h - what mm-store knows of the shards in a folder.
 *
 * manifest.json speaks of all shards and is written last. Until then the journal, ".mm-store.journal",
 * has a line for the settings and one for each shard that is complete; a line at its end that was
 * cut short counts for nothing. Both are described for users in mm-store(1).
 */
#ifndef MM_STORE_MANIFEST_H
#define MM_STORE_MANIFEST_H

#include "folder.h"

#define ST_MANIFEST "manifest.json"
#define ST_JOURNAL ".mm-store.journal"

typedef enum st_format { ST_WDS, ST_MMR, ST_NDJSON } st_format;

/** Everything that decides the bytes of the shards, but the records. */
typedef struct st_settings {
    st_format format;
    int zstd;                  /* level, 0: plain */
    int64_t shard_size;        /* bytes before compression; 0: no limit */
    int64_t shard_records;     /* 0: no limit */
    const char *prefix;
    bool inlined;              /* NDJSON: payloads inside */
    bool sha256;
    int64_t mtime;             /* of tar members, seconds since 1970 */
    const char *policy;        /* digest, or NULL */
} st_settings;

/** A complete shard. Text lives in the manifest's arena. */
typedef struct st_entry {
    mm_str name;
    uint64_t records, bytes;
    mm_str xxh3, sha256;       /* of the file, in hex; sha256 may be empty */
    mm_str first, last;        /* keys of its first and last record */
    mm_str input;              /* XXH3-128 over the input records it was made from, in hex */
    uint64_t *left_out;        /* numbers of the input records whose payload could not be read, from 0 */
    size_t n_left_out;
} st_entry;

typedef struct st_manifest {
    mm_buf settings;           /* as JSON */
    bool finished;             /* a manifest.json stands there */
    bool complete;             /* and all input was seen */
    st_entry *entry;
    size_t n, room;
    mm_arena *arena;
} st_manifest;

int st_manifest_init(st_manifest *m, mm_err *e);
void st_manifest_free(st_manifest *m);

/** Read manifest.json, or else the journal: 1, 0 when the folder has neither, -1. */
int st_manifest_load(st_manifest *m, const st_folder *f, mm_err *e);
/** Do these settings agree with those it was made with? -1 (MM_EUSAGE) names the first that does not. */
int st_manifest_agrees(const st_manifest *m, const st_settings *s, const char *path, mm_err *e);
/** Begin with these settings and no shards. */
int st_manifest_begin(st_manifest *m, const st_settings *s, mm_err *e);
/** Add an entry, whose text is copied. */
int st_manifest_add(st_manifest *m, const st_entry *x, mm_err *e);

/** Write the journal anew, with all entries; returns the descriptor to append to, or -1. */
int st_journal_start(const st_manifest *m, const st_folder *f, mm_err *e);
/** Append an entry and bring it to the disk. */
int st_journal_add(int fd, const st_folder *f, const st_entry *x, mm_err *e);
/** Write manifest.json. */
int st_manifest_write(const st_manifest *m, bool complete, const st_folder *f, mm_err *e);

#endif
