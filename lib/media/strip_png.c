/* strip_png.c - PNG and APNG without what is not needed to show them (PNG 3rd edition, section 11; eXIf
 * section 11.3.3.4; C2PA's chunk caBX). Every chunk's CRC is checked: a spoilt type or length could hide
 * anything. */
#include "media/strip_image.h"

enum { CHUNK = 12 };  /* length, type and CRC */

/* CRC-32 as in PNG annex D; four bits at a time, so that the table is short enough to be written out. */
static uint32_t crc32_of(mm_str s)
{
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    uint32_t c = 0xffffffff;
    for (size_t i = 0; i < s.n; i++) {
        c ^= (unsigned char)s.p[i];
        c = c >> 4 ^ table[c & 15];
        c = c >> 4 ^ table[c & 15];
    }
    return ~c;
}

static void put_chunk(mm_buf *out, const char *type, mm_str body)
{
    mm_put_be(out, body.n, 4);
    size_t from = out->n;
    mm_buf_put(out, type, 4);
    mm_buf_str(out, body);
    if (!out->failed)
        mm_put_be(out, crc32_of(mm_sub(mm_buf_view(out), from, 4 + body.n)), 4);
}

static bool is_one_of(mm_str type, const char *const *names)
{
    for (; *names; names++)
        if (mm_at(type, 0, *names, 4))
            return true;
    return false;
}

/* Text is named by its keyword; ImageMagick and exiftool keep profiles as text under "Raw profile type". */
static uint32_t text_class(mm_str s)
{
    if (mm_at(s, 0, "XML:com.adobe.xmp", 17) || mm_at(s, 0, "Raw profile type xmp", 20))
        return MM_STRIP_XMP;
    if (mm_at(s, 0, "Raw profile type exif", 21) || mm_at(s, 0, "Raw profile type APP1", 21))
        return MM_STRIP_EXIF;
    if (mm_at(s, 0, "Raw profile type iptc", 21) || mm_at(s, 0, "Raw profile type 8bim", 21))
        return MM_STRIP_IPTC;
    return MM_STRIP_COMMENT;
}

static void put_exif(mm_strip *x, const mm_exif_kept *kept)
{
    mm_buf block = { 0 };
    mm_exif_put(kept, &block);
    if (block.n)
        put_chunk(x->out, "eXIf", mm_buf_view(&block));
    x->out->failed |= block.failed;
    mm_buf_free(&block);
}

static void pass_exif(mm_strip *x, mm_str tiff)
{
    mm_exif_kept kept = { 0 };
    mm_exif_take(x, tiff, &kept);
    put_exif(x, &kept);
}

static void drop_text(mm_strip *x, mm_str body)
{
    uint32_t class = text_class(body);
    x->removed |= class;
    if (class == MM_STRIP_XMP && x->xmp_turns)
        put_exif(x, &(mm_exif_kept){ .orientation = x->orientation });
    if (class == MM_STRIP_XMP)
        x->xmp_turns = false;
}

/* The chunk with its head and CRC as it stands is `whole`. */
static int pass_chunk(mm_strip *x, mm_str whole)
{
    static const char *const picture[] = { "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "bKGD", "hIST", "sBIT", "acTL",
                                           "fcTL", "fdAT", NULL };
    static const char *const color[] = { "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "mDCV", "cLLI", NULL };
    static const char *const density[] = { "pHYs", NULL };
    static const char *const text[] = { "tEXt", "zTXt", "iTXt", NULL };
    mm_str type = mm_sub(whole, 4, 4), body = mm_sub(whole, 8, whole.n - CHUNK);
    bool keep_color = x->keep & MM_KEEP_COLOR, keep_density = x->keep & MM_KEEP_DENSITY;
    if (is_one_of(type, picture) || (keep_color && is_one_of(type, color)) ||
        (keep_density && is_one_of(type, density)))
        mm_buf_str(x->out, whole);
    else if (mm_at(type, 0, "eXIf", 4))
        pass_exif(x, body);
    else if (!(type.p[0] & 0x20))
        return STRIP_BAD(x, "PNG chunk %.4s is needed to show the picture, and not known", type.p);
    else if (is_one_of(type, text))
        drop_text(x, body);
    else
        x->removed |= is_one_of(type, color) ? MM_STRIP_COLOR :
                      is_one_of(type, density) ? MM_STRIP_DENSITY :
                      mm_at(type, 0, "tIME", 4) ? MM_STRIP_TIME : mm_at(type, 0, "caBX", 4) ? MM_STRIP_C2PA : MM_STRIP_APPLICATION;
    return 0;
}

/* Take the chunk at `at`. */
static int read_chunk(mm_strip *x, uint64_t at, mm_str *whole)
{
    uint64_t n = mm_be(x->in, at, 4);
    if (!mm_in(x->in, at, CHUNK) || !mm_in(x->in, at, CHUNK + n))
        return STRIP_BAD(x, "PNG data ends before IEND");
    *whole = mm_sub(x->in, at, CHUNK + n);
    if (crc32_of(mm_sub(*whole, 4, 4 + n)) != mm_be(*whole, 8 + n, 4))
        return STRIP_BAD(x, "PNG chunk at byte %llu is damaged: its CRC does not match", (unsigned long long)at);
    return 0;
}

int mm_strip_png(mm_strip *x)
{
    mm_str whole = { 0 };
    uint64_t at = 8;
    bool data = false;
    mm_buf_str(x->out, mm_sub(x->in, 0, 8));
    for (;; at += whole.n) {
        if (read_chunk(x, at, &whole) < 0)
            return -1;
        if ((at == 8) != mm_at(whole, 4, "IHDR", 4))
            return STRIP_BAD(x, "PNG does not begin with one IHDR");
        if (pass_chunk(x, whole) < 0)
            return -1;
        data |= mm_at(whole, 4, "IDAT", 4);
        if (mm_at(whole, 4, "IEND", 4))
            break;
    }
    if (!data)
        return STRIP_BAD(x, "PNG without image data");
    if (at + whole.n < x->in.n)
        x->removed |= MM_STRIP_TRAILER;
    return 0;
}
