/* zstd_in.c - streaming decompression of any number of frames; memory is bounded by the
 * window, whatever the ratio. */
#include "record/source.h"

#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Windows up to 128 MiB, what zstd itself takes without being asked for more. */
#define WINDOW_LOG_MAX 27

struct mm_unzstd {
    ZSTD_DStream *d;
    ZSTD_inBuffer in;
    char *buf;
    size_t cap;
    uint64_t before;   /* compressed bytes in front of buf */
    bool in_frame;
    bool pending;      /* the last output was full: more may come without new input */
};

mm_unzstd *mm_unzstd_new(mm_str first, mm_err *e)
{
    mm_unzstd *z = calloc(1, sizeof *z);
    if (z) {
        z->cap = ZSTD_DStreamInSize();
        z->buf = malloc(z->cap);
        z->d = ZSTD_createDStream();
    }
    if (!z || !z->buf || !z->d) {
        mm_unzstd_free(z);
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    ZSTD_DCtx_setParameter(z->d, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    memcpy(z->buf, first.p, first.n);
    z->in = (ZSTD_inBuffer){ z->buf, first.n, 0 };
    return z;
}

void mm_unzstd_free(mm_unzstd *z)
{
    if (!z)
        return;
    ZSTD_freeDStream(z->d);
    free(z->buf);
    free(z);
}

void mm_unzstd_restart(mm_unzstd *z, uint64_t place)
{
    ZSTD_DCtx_reset(z->d, ZSTD_reset_session_only);
    z->in = (ZSTD_inBuffer){ z->buf, 0, 0 };
    z->before = place;
    z->in_frame = z->pending = false;
}

/* The next compressed bytes: 1, 0 at the end, -1 on failure. */
static int refill(mm_unzstd *z, mm_source *s, mm_err *e)
{
    z->before += z->in.size;
    z->in = (ZSTD_inBuffer){ z->buf, 0, 0 };
    ssize_t got = mm_source_read_raw(s, z->buf, z->cap, e);
    if (got < 0)
        return -1;
    if (got == 0 && z->in_frame)
        return mm_fail(e, MM_EBAD, "%s: cut short: the zstd data ends inside a frame, at byte %llu", s->name,
                       (unsigned long long)z->before);
    z->in.size = (size_t)got;
    return got > 0;
}

ssize_t mm_unzstd_read(mm_unzstd *z, mm_source *s, void *p, size_t n, mm_err *e)
{
    ZSTD_outBuffer out = { p, n, 0 };
    for (;;) {
        if (z->in.pos == z->in.size && !z->pending) {
            int more = refill(z, s, e);
            if (more <= 0)
                return more;
        }
        size_t left = ZSTD_decompressStream(z->d, &out, &z->in);
        if (ZSTD_isError(left))
            return mm_fail(e, MM_EBAD, "%s: corrupt zstd data near byte %llu: %s", s->name,
                           (unsigned long long)(z->before + z->in.pos), ZSTD_getErrorName(left));
        z->in_frame = left != 0;
        z->pending = z->in_frame && out.pos == out.size;
        if (out.pos > 0)
            return (ssize_t)out.pos;
    }
}
