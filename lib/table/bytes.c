#include "table/bytes.h"

#include <stdlib.h>
#include <string.h>

#define PACKED_ROOM (64 << 10)

int mm_bytes_open(mm_bytes *b, const char *name, _Atomic uint64_t *taken, mm_err *e)
{
    mm_form form;
    *b = (mm_bytes){ .source = { .fd = -1 } };
    if (mm_source_open(&b->source, name, -1, taken, &form, e) < 0)
        return -1;
    const mm_source *s = &b->source;
    if (s->ahead_n - s->ahead_at < 2 || memcmp(s->ahead + s->ahead_at, "\x1f\x8b", 2) != 0)
        return 0;
    b->gzip = mm_gunzip_new();
    b->packed = malloc(PACKED_ROOM);
    if (b->gzip && b->packed)
        return 0;
    mm_bytes_close(b);
    return mm_fail(e, MM_ESYS, "out of memory");
}

static ssize_t read_on(mm_bytes *b, char *p, size_t n, mm_err *e)
{
    if (!b->gzip)
        return mm_source_read(&b->source, p, n, e);
    const char *why = NULL;
    while (!b->ended) {
        ptrdiff_t got = mm_gunzip_read(b->gzip, p, n, &b->ended, &why);
        if (got < 0)
            return mm_fail(e, MM_EBAD, "%s: %s", b->source.name, why);
        if (got > 0)
            return got;
        if (b->ended)
            break;
        ssize_t fed = mm_source_read(&b->source, b->packed, PACKED_ROOM, e);
        if (fed < 0)
            return -1;
        mm_gunzip_feed(b->gzip, b->packed, (size_t)fed);
    }
    return 0;
}

int mm_bytes_head(mm_bytes *b, mm_str *head, mm_err *e)
{
    for (ssize_t got = 1; got > 0 && b->head_n < sizeof b->head; b->head_n += (size_t)got)
        if ((got = read_on(b, b->head + b->head_n, sizeof b->head - b->head_n, e)) < 0)
            return -1;
    *head = (mm_str){ b->head, b->head_n };
    return 0;
}

ssize_t mm_bytes_read(mm_bytes *b, char *p, size_t n, mm_err *e)
{
    size_t left = b->head_n - b->head_at;
    if (!left)
        return read_on(b, p, n, e);
    n = n < left ? n : left;
    memcpy(p, b->head + b->head_at, n);
    b->head_at += n;
    return (ssize_t)n;
}

int mm_bytes_first(const mm_bytes *b)
{
    const mm_source *s = &b->source;
    if (b->head_at < b->head_n)
        return (unsigned char)b->head[b->head_at];
    return b->gzip || s->ahead_at >= s->ahead_n ? -1 : (unsigned char)s->ahead[s->ahead_at];
}

int mm_bytes_unread(mm_bytes *b, mm_buf *text, mm_err *e)
{
    mm_source *s = &b->source;
    if (s->ahead)
        mm_buf_put(text, s->ahead + s->ahead_at, s->ahead_n - s->ahead_at);
    if (text->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    free(s->ahead);
    s->ahead = text->p;
    s->ahead_n = text->n;
    s->ahead_at = 0;
    *text = (mm_buf){ 0 };
    return 0;
}

void mm_bytes_close(mm_bytes *b)
{
    mm_gunzip_free(b->gzip);
    free(b->packed);
    mm_source_close(&b->source);
    *b = (mm_bytes){ .source = { .fd = -1 } };
}
