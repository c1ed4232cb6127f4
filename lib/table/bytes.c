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

ssize_t mm_bytes_read(mm_bytes *b, char *p, size_t n, mm_err *e)
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

int mm_bytes_first(const mm_bytes *b)
{
    const mm_source *s = &b->source;
    return b->gzip || s->ahead_at >= s->ahead_n ? -1 : (unsigned char)s->ahead[s->ahead_at];
}

void mm_bytes_unread(mm_bytes *b, mm_buf *text)
{
    free(b->source.ahead);
    b->source.ahead = text->p;
    b->source.ahead_n = text->n;
    b->source.ahead_at = 0;
    *text = (mm_buf){ 0 };
}

void mm_bytes_close(mm_bytes *b)
{
    mm_gunzip_free(b->gzip);
    free(b->packed);
    mm_source_close(&b->source);
    *b = (mm_bytes){ .source = { .fd = -1 } };
}
