/* leaf.h - one file or member that becomes one payload.
 *
 * The source says where the bytes are (leaf), and any thread makes the record of it: type by content, text
 * to UTF-8, hash, header. A payload goes by ref where its bytes lie plainly in a file, else it is carried.
 * Depends on head.h, lib/charset, lib/media/type.h.
 */
#ifndef MM_INGEST_LEAF_H
#define MM_INGEST_LEAF_H

#include <sys/stat.h>

#include "head.h"
#include "media/type.h"
#include "run/jail.h"

#define LEAF_KIND 0x6c656166u

/** First bytes of a file that are looked at to tell what it is. */
#define LEAF_HEAD ((size_t)64 << 10)

typedef struct leaf_opts {
    bool carry;            /* payloads travel with the record even where a ref could be given */
    bool base64;           /* carried payloads grow by a third on their way */
    size_t max_record;     /* the longest record there may be */
    const char *charset;   /* of texts; NULL: detected */
    mm_jail *jail;         /* where charsets are guessed */
    mm_str via;
} leaf_opts;

/** The longest payload that may be carried. */
size_t leaf_carry_max(const leaf_opts *o);

/** A part of a file. Which file it was when it was first opened shows whether it has changed. */
typedef struct leaf_place {
    const char *path;      /* to open; NULL: the bytes lie in no plain file */
    mm_str ref;            /* its name in mm.ref, a JSON string; empty: none can be given */
    struct stat st;
    uint64_t offset;
} leaf_place;

/** All of it stands in the batch's arena (or, but the strings of the source, in its bytes). */
typedef struct leaf {
    head_extra x;
    mm_str src;            /* spelled */
    mm_str held;           /* the bytes; .p NULL: they are to be read at `place` */
    uint64_t size;
    leaf_place place;
    mm_type type;          /* by its first bytes, without libmagic; mime is static */
    /* a member of a group (group.h) */
    mm_str part;           /* what follows the stem; .p NULL: not of a group */
    struct leaf *next;
    mm_str bad;            /* why there is no content; empty: there is */
    /* found by leaf_read */
    mm_str payload;        /* .p NULL: behind the ref */
    const char *charset;
    bool changed;          /* the payload differs from the bytes at `place` */
} leaf;

typedef struct leaf_state leaf_state;
leaf_state *leaf_state_new(const leaf_opts *o, mm_err *e);
void leaf_state_free(leaf_state *s);

/** Read, type, normalise and hash: fills type, payload, charset, changed, size and x.content. -1 (MM_EBAD, without
 *  place). */
int leaf_read(leaf_state *s, leaf *l, mm_arena *a, mm_err *e);
/** Append mm.ref for it to out; nothing when its payload is carried. */
void leaf_put_ref(const leaf *l, mm_buf *out);
/** A buffer of the worker for composing, emptied. */
mm_buf *leaf_scratch(leaf_state *s);

/** The record of a leaf that stands alone. */
mm_verdict leaf_work(leaf_state *s, mm_rec *r, mm_arena *a);

/** A header that says no more than where the record came from: for what could not be read. */
mm_str leaf_bare_head(mm_arena *a, mm_str src);

#endif
