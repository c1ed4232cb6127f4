/* frame.c - the bytes of mmr. */
#include "record/frame.h"

#include "record/source.h"

#include <endian.h>
#include <string.h>
#define XXH_STATIC_LINKING_ONLY  /* for a state on the stack */
#include <xxhash.h>

#define MARK "\x8eMM"
#define VERSION 1
#define AT_KIND 3
#define AT_FLAGS 4
#define AT_HEAD_N 8
#define AT_CHECK 12
#define AT_PAYLOAD_N 16
#define AT_HASH 24

static uint32_t get_u32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static void put_u32(char *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof v);
}

uint64_t mm_get_u64(const char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

void mm_put_u64(char *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof v);
}

void mm_stream_head(char out[MM_STREAM_HEAD])
{
    memcpy(out, MM_MMR_MAGIC, MM_MMR_MAGIC_LEN);
    put_u32(out + 8, VERSION);
    put_u32(out + 12, 0);
}

int mm_stream_check(const char *p, mm_err *e)
{
    if (memcmp(p, MM_MMR_MAGIC, MM_MMR_MAGIC_LEN) != 0)
        return mm_fail(e, MM_EBAD, "no mmr stream begins here");
    if (get_u32(p + 8) != VERSION || get_u32(p + 12) != 0)
        return mm_fail(e, MM_EBAD, "mmr version %u is not known here, only %d is", get_u32(p + 8), VERSION);
    return 0;
}

/* The low half of XXH3-64 over the bytes up to the hash, with the check itself taken as zero. */
static uint32_t head_check(const char *p)
{
    char copy[AT_HASH];
    memcpy(copy, p, sizeof copy);
    put_u32(copy + AT_CHECK, 0);
    return (uint32_t)XXH3_64bits(copy, sizeof copy);
}

size_t mm_frame_padding(size_t head_n, size_t payload_n)
{
    return -(head_n + payload_n) & 7;
}

uint64_t mm_frame_size(const mm_frame *f)
{
    return MM_FRAME_HEAD + ((f->head_n + f->payload_n + 7) & ~(uint64_t)7);
}

size_t mm_frame_room(size_t head_n, size_t payload_n)
{
    return MM_FRAME_HEAD + head_n + payload_n + mm_frame_padding(head_n, payload_n);
}

/* All of a frame head but its hash, which is zero. */
static void start(char *out, mm_frame *f, mm_str head, mm_str payload)
{
    memcpy(out, MARK, AT_KIND);
    out[AT_KIND] = f->kind;
    f->head_n = (uint32_t)head.n;
    f->payload_n = payload.n;
    put_u32(out + AT_FLAGS, f->flags);
    put_u32(out + AT_HEAD_N, f->head_n);
    mm_put_u64(out + AT_PAYLOAD_N, f->payload_n);
    put_u32(out + AT_CHECK, head_check(out));
    mm_put_u64(out + AT_HASH, 0);
}

void mm_frame_make(char out[MM_FRAME_HEAD], mm_frame *f, mm_str head, mm_str payload)
{
    static const char zeroes[8];
    XXH3_state_t x;
    start(out, f, head, payload);
    XXH3_64bits_reset(&x);
    XXH3_64bits_update(&x, out, MM_FRAME_HEAD);
    XXH3_64bits_update(&x, head.p, head.n);
    XXH3_64bits_update(&x, payload.p, payload.n);
    XXH3_64bits_update(&x, zeroes, mm_frame_padding(head.n, payload.n));
    f->hash = XXH3_64bits_digest(&x);
    mm_put_u64(out + AT_HASH, f->hash);
}

void mm_frame_build(char *out, mm_frame *f, mm_str head, mm_str payload)
{
    char *to = out + MM_FRAME_HEAD;
    start(out, f, head, payload);
    if (head.n)
        to = mempcpy(to, head.p, head.n);
    if (payload.n)
        to = mempcpy(to, payload.p, payload.n);
    memset(to, 0, mm_frame_padding(head.n, payload.n));
    f->hash = XXH3_64bits(out, mm_frame_room(head.n, payload.n));
    mm_put_u64(out + AT_HASH, f->hash);
}

bool mm_frame_read(const char *p, mm_frame *f)
{
    if (memcmp(p, MARK, AT_KIND) != 0 || get_u32(p + AT_CHECK) != head_check(p))
        return false;
    *f = (mm_frame){
        .kind = p[AT_KIND],
        .flags = get_u32(p + AT_FLAGS),
        .head_n = get_u32(p + AT_HEAD_N),
        .payload_n = mm_get_u64(p + AT_PAYLOAD_N),
        .hash = mm_get_u64(p + AT_HASH),
    };
    /* No frame is longer than a file can be, so sums of lengths do not wrap. */
    return f->payload_n < (uint64_t)1 << 62;
}

bool mm_frame_sound(char *p, const mm_frame *f)
{
    mm_put_u64(p + AT_HASH, 0);
    uint64_t hash = XXH3_64bits(p, mm_frame_size(f));
    mm_put_u64(p + AT_HASH, f->hash);
    return hash == f->hash;
}

void mm_frame_end_read(const char *payload, mm_frame_end *end)
{
    *end = (mm_frame_end){ mm_get_u64(payload), mm_get_u64(payload + 8), mm_get_u64(payload + 16),
                           mm_get_u64(payload + 24) };
}
