/* frame.h - the bytes of mmr as mm-record.5 lays them down: stream head, frame heads, hashes.
 *
 * All numbers are little-endian. A frame head carries a check of itself, so that its lengths can be
 * trusted before the frame is there, and the next frame can be found behind damage.
 */
#ifndef MM_RECORD_FRAME_H
#define MM_RECORD_FRAME_H

#include "mm.h"

#define MM_STREAM_HEAD 16  /* magic, version, zero */
#define MM_FRAME_HEAD 32
#define MM_END_PAYLOAD 32
#define MM_END_FRAME (MM_FRAME_HEAD + MM_END_PAYLOAD)
#define MM_INDEX_EVERY 65536  /* records an index frame speaks of at most */
#define MM_INDEX_PAYLOAD_MAX (24 + 8 * (uint64_t)MM_INDEX_EVERY)

enum { MM_FRAME_RECORD = 'R', MM_FRAME_INDEX = 'I', MM_FRAME_END = 'E' };
enum { MM_FRAME_HAS_PAYLOAD = 1 };

typedef struct mm_frame {
    char kind;
    uint32_t flags;
    uint32_t head_n;     /* bytes of header JSON */
    uint64_t payload_n;
    uint64_t hash;
} mm_frame;

/** What an end frame says. Offsets count from the stream's first byte. */
typedef struct mm_frame_end {
    uint64_t records, digest;
    uint64_t index;   /* offset of the last index frame, 0: none */
    uint64_t offset;  /* of the end frame itself */
} mm_frame_end;

uint64_t mm_get_u64(const char *p);
void mm_put_u64(char *p, uint64_t v);

void mm_stream_head(char out[MM_STREAM_HEAD]);
/** Read a stream head; -1 (MM_EBAD, without place) when it is none this version knows. */
int mm_stream_check(const char *p, mm_err *e);

/** Make the head of a frame, its hash included, over header and payload. */
void mm_frame_make(char out[MM_FRAME_HEAD], mm_frame *f, mm_str head, mm_str payload);
/** Write a whole frame, of mm_frame_room bytes, to out. */
void mm_frame_build(char *out, mm_frame *f, mm_str head, mm_str payload);
size_t mm_frame_room(size_t head_n, size_t payload_n);
/** Read a frame head; false when it is damaged or none. */
bool mm_frame_read(const char *p, mm_frame *f);
/** The whole frame's size as its head says, padding included. */
uint64_t mm_frame_size(const mm_frame *f);
/** Zero bytes that pad a frame with these contents. */
size_t mm_frame_padding(size_t head_n, size_t payload_n);
/** Does the frame at p, all of it there, have the hash its head says? p is written to while
 *  looking and restored. */
bool mm_frame_sound(char *p, const mm_frame *f);
void mm_frame_end_read(const char *payload, mm_frame_end *end);

#endif
