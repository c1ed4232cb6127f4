/* closing.h - what makes a shard last: hashed, brought to the disk, given its name, written to the journal.
 *
 * With threads it happens beside the writing of the next shard, one shard at a time and in order.
 */
#ifndef MM_STORE_CLOSING_H
#define MM_STORE_CLOSING_H

#include "shard.h"

#include <pthread.h>

typedef struct st_closing {
    st_manifest *manifest;   /* entries are added to it */
    const st_folder *folder;
    int journal;             /* descriptor, or -1 until one is needed; borrowed */
    bool threads, running;
    pthread_t thread;
    /* of the shard at hand */
    int fd;
    char name[256], shown[512];
    char first[ST_KEY_ROOM], last[ST_KEY_ROOM], input[33];
    uint64_t records, written;
    uint64_t *left_out;
    size_t n_left_out;
    bool sha256;
    int failed;
    mm_err why;
} st_closing;

/** Take over a shard that was ended; s can begin another. Waits for the one before, and tells its
 *  failure. */
int st_closing_take(st_closing *c, st_shard *s, mm_err *e);
/** Wait until no shard is at hand; -1 when closing one failed. Call it before the manifest is looked at. */
int st_closing_wait(st_closing *c, mm_err *e);

#endif
