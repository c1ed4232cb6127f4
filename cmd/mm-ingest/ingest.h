/* ingest.h - from operands to records: what files hold is told, opened where it is an archive, and
 * handed on as rows or as payloads.
 *
 * This is the stage's source, on one thread; what can be done a record at a time is left to the workers
 * (leaf.h, group.h, rows.h). Depends on everything else in this folder.
 */
#ifndef MM_INGEST_INGEST_H
#define MM_INGEST_INGEST_H

#include "app/app.h"
#include "leaf.h"
#include "rows.h"
#include "unpack.h"
#include "walk.h"

typedef struct ingest_opts {
    walk_opts walk;
    rows_opts rows;
    leaf_opts leaf;
    unpack_limits limits;
    grouping group;        /* do members of an archive that share a stem make one record? */
    uint64_t shard, shards;  /* take every file whose number, from 0, is shard modulo shards; 0 shards: all */
    mm_app *app;           /* its jail, and what was read is counted there */
    const volatile int *stop;
} ingest_opts;

typedef struct ingest ingest;
ingest *ingest_new(const ingest_opts *o, mm_err *e);
void ingest_free(ingest *g);
/** Let go of the confined worker, before its jail goes; nothing can be read any more. */
void ingest_end(ingest *g);

/** As mm_stage.source. */
int ingest_next(ingest *g, mm_batch *b, mm_err *e);

/** What was passed over: hidden files, symbolic links, special files; links and the like in archives; files of
 *  other shards. */
typedef struct ingest_skipped {
    walk_skipped walk;
    uint64_t members;
} ingest_skipped;
ingest_skipped ingest_left_out(const ingest *g);

#endif
