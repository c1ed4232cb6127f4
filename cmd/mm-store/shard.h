/* shard.h - one shard file on its way, in each of the three formats. */
#ifndef MM_STORE_SHARD_H
#define MM_STORE_SHARD_H

#include "keys.h"
#include "pieces.h"
#include "tar.h"

#include <xxhash.h>

typedef struct st_shard {
    const st_settings *settings;
    const st_folder *folder;
    int fd;                  /* -1: none is open */
    char name[256];          /* in the folder */
    char shown[512];         /* for messages, with the folder */
    mm_sink sink;            /* wds */
    st_tar *tar;
    mm_writer *writer;       /* mmr, NDJSON */
    mm_edits *edits;         /* parts put inside */
    mm_buf head, value;
    uint64_t size;           /* bytes before compression */
    uint64_t records;
    char first[ST_KEY_ROOM], last[ST_KEY_ROOM];
    st_keys keys;
    XXH3_state_t *input;     /* over the records it was made from */
    uint64_t *left_out;      /* numbers of records whose payload could not be read */
    size_t n_left_out, left_out_room;
} st_shard;

/** "shard-000000.tar.zst". */
void st_shard_name(const st_settings *s, uint64_t index, char *out, size_t room);

int st_shard_init(st_shard *s, const st_settings *settings, const st_folder *f, mm_err *e);
void st_shard_free(st_shard *s);
/** Begin a shard. */
int st_shard_open(st_shard *s, uint64_t index, mm_err *e);
/** What this record would add to it, before compression. */
uint64_t st_shard_room(const st_shard *s, const mm_rec *r, const st_plan *x, const st_pieces *p);
/** Write a record, whose pieces are open; `number` is its place among all that are stored. */
int st_shard_add(st_shard *s, const mm_rec *r, st_plan *x, st_pieces *p, uint64_t number, mm_err *e);
/** Remember that the payload of the input's record `number` could not be read. */
int st_shard_leave_out(st_shard *s, uint64_t number, mm_err *e);
/** Let go of the memory of records. */
int st_shard_settle(st_shard *s, mm_err *e);
/** Write its end; what is left to do is to bring it to the disk (closing.h). s->fd stays open. */
int st_shard_end(st_shard *s, mm_err *e);
/** Close what writes, not fd. */
void st_shard_rest(st_shard *s);
/** Close it and leave nothing behind. */
void st_shard_drop(st_shard *s);

#endif
