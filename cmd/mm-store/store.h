/* store.h - one run of mm-store: what is kept from before, where a shard ends, what it gets.
 *
 * What a folder holds already is passed over: the records that come are held against what its shards
 * were made from, so that shards of two different inputs never stand side by side.
 */
#ifndef MM_STORE_STORE_H
#define MM_STORE_STORE_H

#include "app/app.h"
#include "closing.h"

typedef struct st_store {
    mm_app *app;
    const st_settings *settings;
    st_folder folder;
    st_manifest manifest;
    st_shard shard;
    st_closing closing;
    st_pieces *pieces;
    size_t kept;             /* complete shards that were there before */
    size_t passing;          /* the one of them whose records come now */
    uint64_t passed;         /* records of it that came */
    XXH3_state_t *came;      /* over these */
    size_t out_shard, out_at;/* the next of the records that were left out before */
    uint64_t begun;          /* shards of this run */
    uint64_t number;         /* records stored or passed over */
    mm_err why;              /* of a failure in order() */
} st_store;

/** Open the folder and see what is there; with `overwrite` all that mm-store left there is removed. */
int st_store_open(st_store *s, mm_app *app, const st_settings *o, const char *path, bool overwrite, mm_err *e);
void st_store_close(st_store *s);
/** The callbacks of the stage. */
mm_stage st_store_stage(st_store *s);

/** After a run that a signal ended: say what is kept. */
void st_store_interrupted(st_store *s);

/** Hold the folder against its manifest, on this many threads; the exit status. */
int st_verify(mm_app *app, const char *path);
/** Print the manifest as a table. */
int st_list(mm_app *app, const char *path);

#endif
