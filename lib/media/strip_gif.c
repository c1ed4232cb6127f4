/* strip_gif.c - GIF without comments, plain text and the extensions of applications but loop count and
 * colour profile (GIF89a specification; Netscape's and ICC's application extensions; XMP part 3, 1.1.2). */
#include "media/strip_image.h"

/* Offset behind the chain of sub-blocks at `at`, or 0 when it is cut. */
static uint64_t skip_blocks(mm_str s, uint64_t at)
{
    unsigned n;
    while ((n = mm_u8(s, at)) != 0)
        at += 1 + n;
    return at < s.n ? at + 1 : 0;
}

static uint64_t color_table(unsigned flags)
{
    return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* A loop count: one sub-block of three bytes that begins with 1. */
static bool is_loop(mm_str block)
{
    return (mm_at(block, 3, "NETSCAPE2.0", 11) || mm_at(block, 3, "ANIMEXTS1.0", 11)) && block.n == 19 &&
           mm_at(block, 14, "\3\1", 2);
}

/* An extension block; a graphic control waits in *control for the picture it speaks of. */
static int pass_extension(mm_strip *x, mm_str block, mm_str *control)
{
    enum { PLAIN_TEXT = 0x01, GRAPHIC_CONTROL = 0xf9, COMMENT = 0xfe, APPLICATION = 0xff };
    switch (mm_u8(block, 1)) {
    case GRAPHIC_CONTROL:
        if (block.n != 8)
            return STRIP_BAD(x, "GIF graphic control is not of its length");
        *control = block;
        return 0;
    case PLAIN_TEXT:
        *control = (mm_str){ 0 };
        x->removed |= MM_STRIP_COMMENT;
        return 0;
    case COMMENT:
        x->removed |= MM_STRIP_COMMENT;
        return 0;
    case APPLICATION:
        if (is_loop(block) || (mm_at(block, 3, "ICCRGBG1012", 11) && x->keep & MM_KEEP_COLOR))
            mm_buf_str(x->out, block);
        else
            x->removed |= mm_at(block, 3, "XMP DataXMP", 11) ? MM_STRIP_XMP :
                          mm_at(block, 3, "ICCRGBG1012", 11) ? MM_STRIP_COLOR : MM_STRIP_APPLICATION;
        return 0;
    default:
        x->removed |= MM_STRIP_APPLICATION;
        return 0;
    }
}

static int cut(mm_strip *x)
{
    return STRIP_BAD(x, "GIF data ends before its trailer");
}

/* Blocks from `at` on; the offset behind the trailer in *end. */
static int pass_blocks(mm_strip *x, uint64_t at, uint64_t *end)
{
    enum { TRAILER = 0x3b, IMAGE = 0x2c, EXTENSION = 0x21 };
    mm_str s = x->in, control = { 0 };
    for (uint64_t next; at < s.n; at = next) {
        unsigned kind = mm_u8(s, at);
        if (kind == TRAILER) {
            mm_buf_byte(x->out, TRAILER);
            *end = at + 1;
            return 0;
        }
        if (kind != IMAGE && kind != EXTENSION)
            return STRIP_BAD(x, "GIF holds an unknown block at byte %llu", (unsigned long long)at);
        uint64_t code = at + 10 + color_table(mm_u8(s, at + 9));
        if (kind == IMAGE && mm_in(s, code, 1) && (mm_u8(s, code) < 1 || mm_u8(s, code) > 8))
            return STRIP_BAD(x, "GIF picture at byte %llu is damaged", (unsigned long long)at);
        next = skip_blocks(s, kind == IMAGE ? code + 1 : at + 2);
        if (!next)
            return cut(x);
        mm_str block = mm_sub(s, at, next - at);
        if (kind == EXTENSION) {
            if (pass_extension(x, block, &control) < 0)
                return -1;
            continue;
        }
        mm_buf_str(x->out, control);
        mm_buf_str(x->out, block);
        control = (mm_str){ 0 };
    }
    return cut(x);
}

int mm_strip_gif(mm_strip *x)
{
    uint64_t head = 13 + color_table(mm_u8(x->in, 10)), end = 0;
    if (!mm_in(x->in, 0, head))
        return cut(x);
    mm_buf_str(x->out, mm_sub(x->in, 0, head));
    if (pass_blocks(x, head, &end) < 0)
        return -1;
    if (end < x->in.n)
        x->removed |= MM_STRIP_TRAILER;
    return 0;
}
