/* strip_webp.c - WebP without what is not needed to show it (RFC 9649, section 2). */
#include "media/strip_image.h"

enum { FLAG_ICC = 0x20, FLAG_EXIF = 0x08, FLAG_XMP = 0x04, HEAD = 8, FRAME_HEAD = 16 };

static void put_chunk(mm_buf *out, const char *type, mm_str body)
{
    mm_buf_put(out, type, 4);
    mm_put_le(out, body.n, 4);
    mm_buf_str(out, body);
    if (body.n & 1)
        mm_buf_byte(out, 0);
}

/* Take the chunk at *at. */
static int next_chunk(mm_strip *x, mm_str s, uint64_t *at, mm_str *type, mm_str *body)
{
    uint64_t n = mm_le(s, *at + 4, 4);
    if (!mm_in(s, *at, HEAD) || !mm_in(s, *at + HEAD, n))
        return STRIP_BAD(x, "WebP chunk at byte %llu reaches past the end", (unsigned long long)(s.p - x->in.p) + *at);
    *type = mm_sub(s, *at, 4);
    *body = mm_sub(s, *at + HEAD, n);
    *at += HEAD + n + (n & 1 && *at + HEAD + n < s.n);
    return 0;
}

static bool is_picture(mm_str type)
{
    return mm_at(type, 0, "VP8 ", 4) || mm_at(type, 0, "VP8L", 4) || mm_at(type, 0, "ALPH", 4);
}

/* A frame of an animation: its head, and chunks of which some may be unknown. */
static int put_frame(mm_strip *x, mm_str s)
{
    mm_str type, body;
    mm_buf frame = { 0 };
    int status = s.n < FRAME_HEAD ? STRIP_BAD(x, "WebP frame is too short") : 0;
    mm_buf_str(&frame, mm_sub(s, 0, FRAME_HEAD));
    for (uint64_t at = FRAME_HEAD; status == 0 && at < s.n;) {
        status = next_chunk(x, s, &at, &type, &body);
        if (status == 0 && is_picture(type))
            put_chunk(&frame, type.p, body);
        else
            x->removed |= MM_STRIP_APPLICATION;
    }
    if (status == 0)
        put_chunk(x->out, "ANMF", mm_buf_view(&frame));
    x->out->failed |= frame.failed;
    mm_buf_free(&frame);
    return status;
}

static void put_exif(mm_strip *x, const mm_exif_kept *kept, unsigned *flags)
{
    mm_buf block = { 0 };
    mm_exif_put(kept, &block);
    if (block.n) {
        put_chunk(x->out, "EXIF", mm_buf_view(&block));
        *flags |= FLAG_EXIF;
    }
    x->out->failed |= block.failed;
    mm_buf_free(&block);
}

static void pass_exif(mm_strip *x, mm_str body, unsigned *flags)
{
    mm_exif_kept kept = { 0 };
    mm_exif_take(x, mm_at(body, 0, "Exif\0", 6) ? mm_sub(body, 6, body.n) : body, &kept);
    put_exif(x, &kept, flags);
}

static void drop_xmp(mm_strip *x, unsigned *flags)
{
    x->removed |= MM_STRIP_XMP;
    if (x->xmp_turns)
        put_exif(x, &(mm_exif_kept){ .orientation = x->orientation }, flags);
    x->xmp_turns = false;
}

static int pass_chunk(mm_strip *x, mm_str type, mm_str body, unsigned *flags)
{
    bool icc = mm_at(type, 0, "ICCP", 4);
    if (mm_at(type, 0, "ANMF", 4))
        return put_frame(x, body);
    if (mm_at(type, 0, "VP8X", 4) && body.n < 10)
        return STRIP_BAD(x, "WebP header chunk is too short");
    if (mm_at(type, 0, "VP8X", 4))
        put_chunk(x->out, type.p, mm_sub(body, 0, 10));
    else if (is_picture(type) || mm_at(type, 0, "ANIM", 4) || (icc && x->keep & MM_KEEP_COLOR))
        put_chunk(x->out, type.p, body);
    else if (mm_at(type, 0, "EXIF", 4))
        pass_exif(x, body, flags);
    else if (mm_at(type, 0, "XMP ", 4))
        drop_xmp(x, flags);
    else
        x->removed |= icc ? MM_STRIP_COLOR : mm_at(type, 0, "C2PA", 4) ? MM_STRIP_C2PA : MM_STRIP_APPLICATION;
    if (icc && x->keep & MM_KEEP_COLOR)
        *flags |= FLAG_ICC;
    return 0;
}

/* Lengths and flags that are known at the end. */
static void mend_head(mm_strip *x, unsigned flags)
{
    mm_buf *out = x->out;
    if (out->failed)
        return;
    for (unsigned i = 0; i < 4; i++)
        out->p[4 + i] = (char)((out->n - HEAD) >> 8 * i);
    if (mm_at(mm_buf_view(out), 12, "VP8X", 4))
        out->p[20] = (char)(((unsigned char)out->p[20] & ~(unsigned)(FLAG_ICC | FLAG_EXIF | FLAG_XMP)) | flags);
}

int mm_strip_webp(mm_strip *x)
{
    uint64_t end = HEAD + mm_le(x->in, 4, 4), at = 12;
    unsigned flags = 0;
    bool picture = false;
    if (end > x->in.n || end < 12)
        return STRIP_BAD(x, "WebP data ends before its RIFF length");
    mm_str s = mm_sub(x->in, 0, end), type, body;
    mm_buf_str(x->out, mm_sub(s, 0, 12));
    while (at < s.n) {
        if (next_chunk(x, s, &at, &type, &body) < 0 || pass_chunk(x, type, body, &flags) < 0)
            return -1;
        picture |= is_picture(type) || mm_at(type, 0, "ANMF", 4);
    }
    if (!picture)
        return STRIP_BAD(x, "WebP without image data");
    mend_head(x, flags);
    if (end < x->in.n)
        x->removed |= MM_STRIP_TRAILER;
    return 0;
}
