/* buf.c - a growing byte buffer that remembers a failure instead of reporting each. */
#include "mm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void mm_buf_free(mm_buf *b)
{
    free(b->p);
    *b = (mm_buf){ 0 };
}

char *mm_buf_room(mm_buf *b, size_t more)
{
    if (b->failed) return NULL;
    if (more <= b->cap - b->n && b->p) return b->p + b->n;
    size_t need = b->n + more, cap = b->cap ? b->cap : 64;
    while (cap < need && cap <= SIZE_MAX / 2) cap *= 2;
    char *p = need >= more && cap >= need ? realloc(b->p, cap) : NULL;
    if (!p) {
        b->failed = true;
        return NULL;
    }
    b->p = p;
    b->cap = cap;
    return p + b->n;
}

void mm_buf_put(mm_buf *b, const void *bytes, size_t n)
{
    if (n == 0) return;
    char *to = mm_buf_room(b, n);
    if (!to) return;
    memcpy(to, bytes, n);
    b->n += n;
}

void mm_buf_str(mm_buf *b, mm_str s)
{
    mm_buf_put(b, s.p, s.n);
}

void mm_buf_byte(mm_buf *b, char c)
{
    char *to = mm_buf_room(b, 1);
    if (!to) return;
    *to = c;
    b->n++;
}

void mm_buf_printf(mm_buf *b, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *to = n >= 0 ? mm_buf_room(b, (size_t)n + 1) : NULL;
    if (to) {
        vsnprintf(to, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    } else {
        b->failed = true;
    }
    va_end(again);
}

void mm_buf_u64(mm_buf *b, uint64_t v)
{
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char)('0' + v % 10);
    while (v /= 10);
    mm_buf_put(b, digits + at, sizeof digits - at);
}

mm_str mm_buf_view(const mm_buf *b)
{
    return (mm_str){ b->p, b->n };
}
