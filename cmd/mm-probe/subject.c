/* subject.c - getting at the bytes of a payload, no more of them than is asked. */
#include "subject.h"

#include <errno.h>
#include <unistd.h>

#include <xxhash.h>

#include "fact.h"

static int read_at(subject *s, uint64_t at, size_t n, mm_str *out, mm_err *e)
{
    s->chunk.n = 0;
    char *p = mm_buf_room(&s->chunk, n + 1);
    if (!p)
        return mm_fail(e, MM_ESYS, "out of memory");
    size_t have = 0;
    while (have < n) {
        ssize_t got = pread(s->file.fd, p + have, n - have, (off_t)(s->file.offset + at + have));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return mm_fail(e, MM_EBAD, "the payload file was cut short while it was read");
        have += (size_t)got;
    }
    *out = (mm_str){ p, n };
    return 0;
}

static void find_type(subject *s)
{
    s->type = mm_type_of(s->bench->typer, s->head, s->size);
    mm_str modality = mm_str_of(s->type.modality);
    s->on |= ON_PAYLOAD;
    if (mm_str_eq(modality, MM_STR("image")))
        s->on |= ON_IMAGE;
    else if (mm_str_eq(modality, MM_STR("audio")))
        s->on |= ON_AUDIO;
    else if (mm_str_eq(modality, MM_STR("video")))
        s->on |= ON_VIDEO;
    else if (mm_str_eq(modality, MM_STR("text")))
        s->on |= ON_TEXT;
}

int subject_memory(subject *s, mm_str payload)
{
    s->has_payload = true;
    s->memory = s->whole = payload.p ? payload : MM_STR("");
    s->size = payload.n;
    s->head = (mm_str){ s->memory.p, payload.n < MM_TYPE_HEAD ? payload.n : MM_TYPE_HEAD };
    find_type(s);
    return 0;
}

int subject_file(subject *s, const mm_extent *x, mm_err *e)
{
    s->has_payload = true;
    s->file = *x;
    s->size = x->length;
    size_t n = x->length < MM_TYPE_HEAD ? (size_t)x->length : MM_TYPE_HEAD;
    if (read_at(s, 0, n, &s->head, e) < 0)
        return -1;
    if (n == x->length)
        s->whole = s->head;
    find_type(s);
    return 0;
}

void subject_end(subject *s)
{
    if (s->file.fd >= 0)
        close(s->file.fd);
    *s = (subject){ .bench = s->bench, .chunk = s->chunk, .file.fd = -1 };
}

void subject_free(subject *s)
{
    subject_end(s);
    mm_buf_free(&s->chunk);
}

int subject_next(subject *s, uint64_t *at, mm_str *piece, mm_err *e)
{
    if (*at >= s->size)
        return 0;
    if (s->whole.p) {
        *piece = s->whole;
        *at = s->size;
        return 1;
    }
    uint64_t left = s->size - *at;
    size_t n = left < SUBJECT_PIECE ? (size_t)left : SUBJECT_PIECE;
    if (read_at(s, *at, n, piece, e) < 0)
        return -1;
    s->head = (mm_str){ 0 };
    if (n == s->size)
        s->whole = *piece;
    *at += n;
    return 1;
}

static int check_hash(const subject *s, const char *hex, mm_err *e)
{
    if (!s->xxh3.n || mm_str_eq(s->xxh3, mm_str_of(hex)))
        return 0;
    return mm_fail(e, MM_EBAD, "the payload is not the one the header speaks of: its xxh3 is %s, not %.*s", hex,
                   (int)s->xxh3.n, s->xxh3.p);
}

int subject_hash(subject *s, char hex[33], mm_err *e)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return mm_fail(e, MM_ESYS, "out of memory");
    XXH3_128bits_reset(state);
    mm_str piece;
    uint64_t at = 0;
    int r;
    while ((r = subject_next(s, &at, &piece, e)) == 1)
        XXH3_128bits_update(state, piece.p, piece.n);
    XXH128_hash_t h = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    for (int i = 0; i < 32; i++) {
        uint64_t half = i < 16 ? h.high64 : h.low64;
        hex[i] = "0123456789abcdef"[half >> (60 - 4 * (i % 16)) & 15];
    }
    hex[32] = 0;
    return r < 0 ? -1 : check_hash(s, hex, e);
}

int subject_call(subject *s, const char *op, mm_str args, mm_str *out, mm_err *e)
{
    bench *b = s->bench;
    if (!b->cell && !(b->cell = mm_cell_new(b->jail, e)))
        return -1;
    int r = s->memory.p ? mm_cell_call(b->cell, op, args, s->memory, out, e)
                        : mm_cell_call_fd(b->cell, op, args, s->file.fd, s->file.offset, s->file.length, out, e);
    if (r < 0)
        return mm_cell_refused(b->cell) ? 1 : -1;
    return 0;
}
