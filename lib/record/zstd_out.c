/* zstd_out.c - compression on the way out. Input is gathered into pieces of fixed size, so
 * that the bytes do not depend on how records or batches fell. */
#include "record/sink.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Of the zstd seekable format, contrib/seekable_format/zstd_seekable_compression_format.md in
 * the zstd sources. */
#define SEEK_TABLE_MAGIC 0x184D2A5E
#define SEEK_FOOTER_MAGIC 0x8F92EAB1
#define SEEK_FOOTER 9

#define FRAME_PIECE ((size_t)1 << 20)
#define STREAM_PIECE ((size_t)128 << 10)

struct mm_zstd {
    ZSTD_CCtx *c;
    bool seekable;
    char *in;          /* gathered and not yet compressed */
    size_t in_n, piece;
    char *out;
    size_t out_room;
    mm_buf table;      /* sizes of the frames so far, compressed and plain */
    uint32_t frames;
};

mm_zstd *mm_zstd_new(int level, bool seekable, mm_err *e)
{
    mm_zstd *z = calloc(1, sizeof *z);
    if (z) {
        z->seekable = seekable;
        z->piece = seekable ? FRAME_PIECE : STREAM_PIECE;
        z->out_room = ZSTD_compressBound(z->piece);
        z->in = malloc(z->piece);
        z->out = malloc(z->out_room);
        z->c = ZSTD_createCCtx();
    }
    if (!z || !z->in || !z->out || !z->c) {
        mm_zstd_free(z);
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    ZSTD_CCtx_setParameter(z->c, ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(z->c, ZSTD_c_checksumFlag, 1);
    return z;
}

void mm_zstd_free(mm_zstd *z)
{
    if (!z)
        return;
    ZSTD_freeCCtx(z->c);
    mm_buf_free(&z->table);
    free(z->in);
    free(z->out);
    free(z);
}

static int failed(const mm_sink *s, size_t code, mm_err *e)
{
    return mm_fail(e, MM_ESYS, "%s: cannot compress: %s", s->name, ZSTD_getErrorName(code));
}

/* Compress what is gathered as part of one long frame. */
static int stream(mm_zstd *z, mm_sink *s, ZSTD_EndDirective how, mm_err *e)
{
    ZSTD_inBuffer in = { z->in, z->in_n, 0 };
    size_t left;
    do {
        ZSTD_outBuffer out = { z->out, z->out_room, 0 };
        left = ZSTD_compressStream2(z->c, &out, &in, how);
        if (ZSTD_isError(left))
            return failed(s, left, e);
        if (mm_sink_put_plain(s, (mm_str){ z->out, out.pos }, false, e) < 0)
            return -1;
    } while (how == ZSTD_e_continue ? in.pos < in.size : left > 0);
    z->in_n = 0;
    return 0;
}

static void put_u32(mm_buf *b, uint32_t v)
{
    v = htole32(v);
    mm_buf_put(b, &v, sizeof v);
}

/* Compress what is gathered as a frame of its own. */
static int frame(mm_zstd *z, mm_sink *s, mm_err *e)
{
    size_t n = ZSTD_compress2(z->c, z->out, z->out_room, z->in, z->in_n);
    if (ZSTD_isError(n))
        return failed(s, n, e);
    put_u32(&z->table, (uint32_t)n);
    put_u32(&z->table, (uint32_t)z->in_n);
    z->frames++;
    z->in_n = 0;
    return mm_sink_put_plain(s, (mm_str){ z->out, n }, false, e);
}

static int compress(mm_zstd *z, mm_sink *s, mm_err *e)
{
    return z->seekable ? frame(z, s, e) : stream(z, s, ZSTD_e_continue, e);
}

int mm_zstd_put(mm_zstd *z, mm_sink *s, mm_str bytes, mm_err *e)
{
    while (bytes.n > 0) {
        size_t some = z->piece - z->in_n < bytes.n ? z->piece - z->in_n : bytes.n;
        memcpy(z->in + z->in_n, bytes.p, some);
        z->in_n += some;
        bytes.p += some;
        bytes.n -= some;
        if (z->in_n == z->piece && compress(z, s, e) < 0)
            return -1;
    }
    return 0;
}

int mm_zstd_flush(mm_zstd *z, mm_sink *s, mm_err *e)
{
    return z->seekable ? 0 : stream(z, s, ZSTD_e_flush, e);
}

/* The seek table: a skippable frame that plain decoders step over. */
static int put_table(mm_zstd *z, mm_sink *s, mm_err *e)
{
    mm_buf head = { 0 };
    put_u32(&head, SEEK_TABLE_MAGIC);
    put_u32(&head, (uint32_t)z->table.n + SEEK_FOOTER);
    put_u32(&z->table, z->frames);
    mm_buf_byte(&z->table, 0);  /* descriptor: no checksums, the frames have their own */
    put_u32(&z->table, SEEK_FOOTER_MAGIC);
    int r = head.failed || z->table.failed ? mm_fail(e, MM_ESYS, "out of memory")
                                           : mm_sink_put_plain(s, mm_buf_view(&head), false, e);
    mm_buf_free(&head);
    return r < 0 ? -1 : mm_sink_put_plain(s, mm_buf_view(&z->table), false, e);
}

int mm_zstd_end(mm_zstd *z, mm_sink *s, mm_err *e)
{
    if (!z->seekable)
        return stream(z, s, ZSTD_e_end, e);
    if ((z->in_n > 0 || z->frames == 0) && frame(z, s, e) < 0)
        return -1;
    return put_table(z, s, e);
}
