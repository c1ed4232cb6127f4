/* mmr_out.h - mmr frames into a sink: stream head, records, index and end frame. */
#ifndef MM_RECORD_MMR_OUT_H
#define MM_RECORD_MMR_OUT_H

#include "record/frame.h"
#include "record/sink.h"

#include <xxhash.h>

typedef struct mm_mmr_out {
    uint64_t offset;       /* of the next frame in the stream; 0: the stream head is due */
    uint64_t records;
    uint64_t last_index;   /* offset of the index frame before, 0: none */
    uint64_t *index;       /* offsets of the records since then, after three numbers */
    size_t index_n;
    XXH3_state_t *digest;
} mm_mmr_out;

int mm_mmr_out_open(mm_mmr_out *m, mm_err *e);
void mm_mmr_out_close(mm_mmr_out *m);
/** Is something due before the next record: the stream head, or an index frame? */
bool mm_mmr_out_due(const mm_mmr_out *m);
/** Write it. */
int mm_mmr_out_ready(mm_mmr_out *m, mm_sink *s, mm_err *e);
/** Account for a record frame that is sent as it came. */
void mm_mmr_out_raw(mm_mmr_out *m, mm_str frame);
/** Write a record; its bytes stay until mm_sink_settle when `stays`. */
int mm_mmr_out_record(mm_mmr_out *m, mm_sink *s, mm_str head, mm_str payload, bool stays, mm_err *e);
int mm_mmr_out_end(mm_mmr_out *m, mm_sink *s, mm_err *e);

#endif
