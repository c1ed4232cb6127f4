/* unpack_layer.h - an archive that is being read, and what it is in.
 *
 * Private to unpack_worker.c and unpack_look.c.
 */
#ifndef MM_INGEST_UNPACK_LAYER_H
#define MM_INGEST_UNPACK_LAYER_H

#include <archive.h>
#include <archive_entry.h>

#include "record/gunzip.h"
#include "unpack_wire.h"

/* The whole call. */
typedef struct work {
    unpack_args args;
    mm_str ahead;         /* what is left of it */
    bool seekable;
    uint64_t pos;         /* in the range that is read */
    uint64_t packed, unpacked, members;
    mm_err *e;
    char *out;            /* one chunk: kind and PIECE bytes */
    bool told_shard;      /* the caller was told that members are those of a shard */
} work;

/* One archive; its bytes come from the descriptor or from the member of the one it is in. */
typedef struct layer {
    work *w;
    struct layer *outer;
    struct archive *a;
    unsigned depth;
    bool packed;          /* not an archive: one stream that was compressed, once or more often */
    bool gzip;            /* by gzip, which is undone before libarchive sees it */
    mm_gunzip *gunzip;
    char *gzipped;        /* PIECE bytes of its input */
    mm_buf path;          /* name of this archive inside the outermost, with a closing '!' */
    char *block;          /* PIECE bytes: what a read callback gave */
    char *head;           /* the first bytes of the member, HEAD at most */
    size_t head_n;
    bool head_due;
    char tail[512];       /* the last bytes of the archive that libarchive was given */
    bool shard;           /* its members are those of a shard, and are not opened */
    mm_str kept;          /* content of the member that was read before its turn; behind it comes the archive */
    bool kept_whole;      /* or nothing */
    mm_str held;          /* the whole archive in memory; .p NULL: it is read as it comes */
    size_t held_at;
} layer;

/** Is it a tar? Known once there was a header. */
bool layer_is_tar(const layer *l);
/** Take the entry whose header was read: 0 or -1. */
int layer_entry(layer *l, struct archive_entry *entry);
/** Take a plain file whose content is `content` and, unless that is `whole`, what the archive has still to give. */
int layer_file(layer *l, mm_str name, uint64_t size, mm_str content, bool whole);

/** Look at the first members, and set l->shard. All that were read are taken. Returns what
 *  archive_read_next_header said last, which is not ARCHIVE_OK when nothing more is to be read; or -1000 (w->e). */
int layer_look(layer *l);
#define LAYER_FAILED (-1000)

#endif
