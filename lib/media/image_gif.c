/* image_gif.c - GIF blocks (GIF89a specification): the frames are counted by walking the blocks
 * by their lengths. */
#include "media/image.h"

/* Offset behind a chain of sub-blocks, or past the end when it is cut. */
static uint64_t skip_blocks(mm_str s, uint64_t at)
{
    unsigned n;
    while ((n = mm_u8(s, at)) != 0)
        at += 1 + n;
    return at + 1;
}

static uint64_t color_table(unsigned flags)
{
    return flags & 0x80 ? 3u << ((flags & 7) + 1) : 0;
}

/* The beginning of a profile, out of its sub-blocks. */
static void note_profile(mm_str s, uint64_t at, mm_image_facts *f)
{
    char profile[4096];
    size_t n = 0;
    for (unsigned size; (size = mm_u8(s, at)) != 0 && n + size <= sizeof profile; at += 1 + size) {
        mm_str part = mm_sub(s, at + 1, size);
        if (part.n)
            memcpy(profile + n, part.p, part.n);
        n += part.n;
    }
    mm_icc_note((mm_str){ profile, n }, f);
}

/* An extension block; returns the offset behind it. */
static uint64_t read_extension(mm_str s, uint64_t at, mm_image_facts *f, uint64_t *delay)
{
    unsigned label = mm_u8(s, at + 1);
    if (label == 0xf9) {
        f->has_alpha |= mm_u8(s, at + 3) & 1;
        *delay = mm_le(s, at + 4, 2);
    }
    if (label == 0xff && (mm_at(s, at + 3, "NETSCAPE2.0", 11) || mm_at(s, at + 3, "ANIMEXTS1.0", 11)) && mm_u8(s, at + 15) == 1)
        f->loops = (int64_t)mm_le(s, at + 16, 2);
    uint64_t end = skip_blocks(s, at + 2);
    if (label == 0xff && mm_at(s, at + 3, "XMP DataXMP", 11))  /* no sub-blocks: what ends it ends such a chain as well */
        mm_xmp_note(mm_sub(s, at + 14, end - at - 14), f);
    if (label == 0xff && mm_at(s, at + 3, "ICCRGBG1012", 11))
        note_profile(s, at + 14, f);
    return end;
}

void mm_image_gif(mm_str s, mm_image_facts *f)
{
    unsigned flags = mm_u8(s, 10);
    if (s.n < 13) {
        mm_media_warn(&f->warnings, "GIF data ends within its header");
        return;
    }
    f->width = (int64_t)mm_le(s, 6, 2);
    f->height = (int64_t)mm_le(s, 8, 2);
    f->bit_depth = (flags & 7) + 1;
    f->channels = 1;
    strcpy(f->color_space, "palette");
    f->frames = 0;
    f->has_alpha = MM_NO;
    f->loops = 1;
    uint64_t delay = 0, all = 0;  /* hundredths of a second, of the next frame and of those before */
    for (uint64_t at = 13 + color_table(flags);;) {
        unsigned kind = mm_u8(s, at);
        if (kind == 0x3b && at < s.n)
            return;
        if (kind == 0x2c && mm_in(s, at, 11)) {
            f->frames++;
            f->duration_s = (double)(all += delay) / 100;
            delay = 0;
            at = skip_blocks(s, at + 11 + color_table(mm_u8(s, at + 9)));
        } else if (kind == 0x21) {
            at = read_extension(s, at, f, &delay);
        } else {
            mm_media_warn(&f->warnings, at < s.n ? "GIF holds an unknown block at byte %llu"
                                                 : "GIF data ends before its trailer",
                          (unsigned long long)at);
            return;
        }
    }
}
