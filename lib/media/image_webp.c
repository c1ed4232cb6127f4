/* image_webp.c - WebP chunks (RFC 9649), frame headers of VP8 (RFC 6386 section 9.1) and VP8L
 * (RFC 9649 section 3.4). */
#include "media/image.h"

static void set_size(mm_image_facts *f, uint64_t width, uint64_t height)
{
    if (f->width >= 0)
        return;
    f->width = (int64_t)width;
    f->height = (int64_t)height;
}

static void read_extended(mm_str s, mm_image_facts *f)
{
    set_size(f, mm_le(s, 4, 3) + 1, mm_le(s, 7, 3) + 1);
    f->has_alpha = mm_u8(s, 0) & 0x10 ? MM_YES : MM_NO;
}

static void read_lossy(mm_str s, mm_image_facts *f)
{
    if (!mm_at(s, 3, "\x9d\x01\x2a", 3)) {
        mm_media_warn(&f->warnings, "WebP VP8 frame has no start code");
        return;
    }
    set_size(f, mm_le(s, 6, 2) & 0x3fff, mm_le(s, 8, 2) & 0x3fff);
    strcpy(f->color_space, "ycbcr");
}

static void read_lossless(mm_str s, mm_image_facts *f)
{
    uint64_t bits = mm_le(s, 1, 4);
    if (mm_u8(s, 0) != 0x2f || s.n < 5) {
        mm_media_warn(&f->warnings, "WebP VP8L frame has no signature");
        return;
    }
    set_size(f, (bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
    if (f->has_alpha == MM_UNTOLD)
        f->has_alpha = bits >> 28 & 1;
    strcpy(f->color_space, "rgb");
}

static void count_frame(mm_str s, mm_image_facts *f)
{
    double before = f->frames++ ? f->duration_s : 0;
    f->duration_s = before + (double)mm_le(s, 12, 3) / 1000;
}

static void read_chunk(mm_str type, mm_str s, mm_image_facts *f)
{
    if (mm_str_eq(type, MM_STR("VP8X")))
        read_extended(s, f);
    else if (mm_str_eq(type, MM_STR("VP8 ")))
        read_lossy(s, f);
    else if (mm_str_eq(type, MM_STR("VP8L")))
        read_lossless(s, f);
    else if (mm_str_eq(type, MM_STR("ICCP")))
        mm_icc_note(s, f);
    else if (mm_str_eq(type, MM_STR("EXIF")))
        mm_exif_read(mm_at(s, 0, "Exif\0", 6) ? mm_sub(s, 6, s.n) : s, f);
    else if (mm_str_eq(type, MM_STR("XMP ")))
        mm_xmp_note(s, f);
    else if (mm_str_eq(type, MM_STR("ANIM")))
        f->loops = (int64_t)mm_le(s, 4, 2);
    else if (mm_str_eq(type, MM_STR("ANMF")))
        count_frame(s, f);
}

void mm_image_webp(mm_str s, mm_image_facts *f)
{
    f->frames = 0;
    if (mm_le(s, 4, 4) + 8 > s.n)
        mm_media_warn(&f->warnings, "WebP data ends before its RIFF length");
    for (uint64_t at = 12; mm_in(s, at, 8);) {
        uint64_t n = mm_le(s, at + 4, 4);
        read_chunk(mm_sub(s, at, 4), mm_sub(s, at + 8, n), f);
        at += 8 + n + (n & 1);
    }
    if (!f->frames)
        f->frames = 1;
    if (f->width < 0)
        return;
    f->bit_depth = 8;
    f->has_alpha = f->has_alpha == MM_YES;
    f->channels = 3 + f->has_alpha;
}
