/* mmr_in.h - mmr frames out of a source, a batch at a time.
 *
 * Every length is taken as untrusted until its frame head proves sound, every content until
 * the frame's hash does. Damage costs the frames it touches: the next sound frame is searched
 * for at the multiples of 8 where frames begin.
 */
#ifndef MM_RECORD_MMR_IN_H
#define MM_RECORD_MMR_IN_H

#include "record/frame.h"
#include "record/source.h"

#include <xxhash.h>

typedef struct mm_mmr_in {
    const mm_read_opts *opts;
    mm_buf carry;          /* read and not yet given out; starts at a frame */
    bool in_stream;        /* behind a stream head, no end frame yet */
    bool begun;            /* some stream head was read */
    bool partial;          /* frames of this stream were bad or passed over: its digest proves nothing */
    bool ended;            /* the source has ended */
    bool done;             /* no record will come any more */
    uint64_t position;     /* records seen in this input */
    uint64_t records;      /* records seen in this stream */
    XXH3_state_t *digest;  /* over the hashes of this stream's record frames */
    mm_err damage;         /* what to report once the batch before it is given out */
} mm_mmr_in;

int mm_mmr_in_open(mm_mmr_in *m, const mm_read_opts *opts, mm_err *e);
void mm_mmr_in_close(mm_mmr_in *m);
/** Go on at a record frame: the source now gives record `number` of the input, which is number `in_stream` of
 *  its stream, both from 0. */
void mm_mmr_in_jump(mm_mmr_in *m, uint64_t number, uint64_t in_stream);
/** Fill an empty batch: 1, 0 at the end, -1 with the reason; when m->done is false then, the
 *  input goes on behind it. */
int mm_mmr_in_fill(mm_mmr_in *m, mm_source *s, mm_batch *b, mm_err *e);

/** Point r's header and payload into the whole frame at p. */
void mm_mmr_in_parts(mm_rec *r, const char *p, const mm_frame *f);
/** Judge a sound frame's header. */
void mm_mmr_in_judge(mm_rec *r, mm_arena *a);
/** Judge one whole frame at p and set r from it; a frame that is damaged or holds no record
 *  makes r MM_BAD. */
void mm_mmr_in_record(mm_rec *r, char *p, const mm_frame *f, bool checked, mm_arena *a);

#endif
