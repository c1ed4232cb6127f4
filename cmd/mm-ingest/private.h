/* private.h - what the files of the source share: its state, and the steps it takes.
 *
 * Private to ingest.c, from_tar.c, from_archive.c, from_rows.c and shard_look.c.
 */
#ifndef MM_INGEST_PRIVATE_H
#define MM_INGEST_PRIVATE_H

#include "group.h"
#include "ingest.h"
#include "input.h"
#include "tar.h"

/** A batch is full when so many bytes of content were taken into it, and has room for what must stand
 *  together behind them. */
#define BATCH_BYTES ((size_t)512 << 10)
#define WINDOW (BATCH_BYTES + TAR_EXTENSION_MAX + 2 * TAR_BLOCK)
/** A member up to this length is held in them. */
#define SMALL ((size_t)128 << 10)
/** Records of a batch, so that batches of tiny files end too. */
#define BATCH_RECORDS 2048

/** What a step says. */
typedef enum step {
    STEP_ON,      /* more may be done for this batch */
    STEP_FULL,    /* the batch is full */
    STEP_END,     /* nothing is left */
    STEP_FAILED = -1,
} step;

typedef enum content_kind { CONTENT_LEAF, CONTENT_ROWS, CONTENT_TAR, CONTENT_ARCHIVE, CONTENT_RECORDS } content_kind;

struct ingest {
    const ingest_opts *o;
    walk *walk;
    input in;
    uint64_t files;          /* seen so far, of all shards */
    /* a plain tar: its headers */
    bool in_tar, tar_closed; /* tar_closed: nothing but zeroes since the last member */
    bool tar_lost;           /* a damaged place was told; looking for a header */
    tar tar;
    uint64_t member_at;      /* where the headers of the member begin */
    /* another archive, at the top or inside the tar */
    mm_cell *cell;
    unpack *unpack;
    mm_buf held;             /* first bytes of a member, or all of it */
    size_t held_at;
    mm_buf inside;           /* name of the archive inside the tar; empty: the input is the archive */
    mm_buf path;             /* of a member of it, in the input */
    bool lost;               /* the archive ended early while a member was read as rows */
    uint64_t left_out;
    /* rows, of the whole input, of a tar's member, or of another archive's */
    rows *rows;
    uint64_t left;           /* bytes of the tar's member that were not read; UINT64_MAX: no tar */
    uint64_t padding;        /* behind them */
    mm_buf name;             /* spelled, of the member or input whose rows are read; NUL-terminated */
    group *group;
    bool grouped, tar_grouped;  /* members that are read now, and those of the tar, belong to a shard */
};

/** One step over each; rows and unpacking end by themselves and give way to what they are in. */
step step_tar(ingest *g, mm_batch *b, mm_err *e);
step step_archive(ingest *g, mm_batch *b, mm_err *e);
step step_rows(ingest *g, mm_batch *b, mm_err *e);

/** What does content hold that begins with head, is `size` long (UINT64_MAX: not known) and is called name? Sets *type, and
 *  *format for CONTENT_ROWS. `depth`: archives that stand around it. */
content_kind tell(const ingest *g, const char *name, mm_str head, uint64_t size, unsigned depth, mm_type *type,
             rows_format *format);

/** Is the tar that begins where the input stands a shard? Its first members tell, which stay to be read. */
bool is_shard(ingest *g);

/** Add a record for a leaf whose fields but src are set; src is that of the input, or "input!member". A member of
 *  a shard joins its group instead. */
step add_leaf(ingest *g, mm_batch *b, const leaf *l, const mm_str *member, mm_err *e);
/** Add a bad record that says only where it is from. */
step add_bad(ingest *g, mm_batch *b, const mm_str *member, mm_err *e, const char *fmt, ...) MM_PRINTF(5, 6);
/** Spell "input!member" into g->name. */
int spell_member(ingest *g, mm_str member, mm_err *e);

/** Begin to read rows from g->name; the bytes by `read` (of a tar's member or a whole input). */
step begin_rows(ingest *g, rows_format format, ssize_t (*read)(void *, void *, size_t, mm_err *), mm_err *e);
ssize_t read_left(void *ctx, void *p, size_t n, mm_err *e);
ssize_t read_unpacked(void *ctx, void *p, size_t n, mm_err *e);
/** Begin to unpack `length` bytes of the input from where it stands; `part`: members cut out of a tar. */
step begin_archive(ingest *g, uint64_t length, unsigned depth, bool part, mm_err *e);
step end_archive(ingest *g, mm_err *e);

/** A payload that lies in no plain file, read by `read` into the batch's arena: size bytes, or up to the end when
 *  it is UINT64_MAX. 1, 0 when it is longer than may be carried (the rest is passed over), -1. */
int gather(ingest *g, mm_arena *a, uint64_t size, mm_str *out, mm_err *e);

/** The place in the input, for a leaf; none when it is no plain file that has a name. */
leaf_place place_at(const ingest *g, mm_arena *a, uint64_t offset);

/** A file without a record of its own can not be read further: MM_EBAD with its name in front. */
step fail_input(ingest *g, mm_err *e);

#endif
