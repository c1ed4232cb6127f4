/* strip_png.c - PNG and APNG without what is not needed to show them (PNG 3rd edition, section 11; eXIf
 * section 11.3.3.4; C2PA's chunk caBX). Every chunk's CRC is checked: a spoilt type or length could hide
 * anything. */
#include "media/strip_image.h"

enum { CHUNK = 12 };  /* length, type and CRC */

/* CRC-32 as in PNG annex D. Eight bytes at a time: table[k] takes a byte through k more bytes of zeros
 * (Kounavis and Berry, "Novel table lookup-based algorithms for high-performance CRC generation", 2008). */
typedef struct crc_table {
    uint32_t of[8][256];
} crc_table;

static void make_table(crc_table *t)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
        t->of[0][i] = c;
    }
    for (int k = 1; k < 8; k++)
        for (uint32_t i = 0; i < 256; i++)
            t->of[k][i] = t->of[k - 1][i] >> 8 ^ t->of[0][t->of[k - 1][i] & 255];
}

static uint32_t crc_of(const crc_table *t, mm_str s)
{
    uint32_t c = 0xffffffff;
    size_t i = 0;
    for (; i + 8 <= s.n; i += 8) {
        uint64_t v = mm_le(s, i, 8) ^ c;
        c = t->of[7][v & 255] ^ t->of[6][v >> 8 & 255] ^ t->of[5][v >> 16 & 255] ^ t->of[4][v >> 24 & 255] ^
            t->of[3][v >> 32 & 255] ^ t->of[2][v >> 40 & 255] ^ t->of[1][v >> 48 & 255] ^ t->of[0][v >> 56];
    }
    for (; i < s.n; i++)
        c = c >> 8 ^ t->of[0][(c ^ (unsigned char)s.p[i]) & 255];
    return ~c;
}

/* A PNG on its way through. */
typedef struct walk {
    mm_strip *x;
    crc_table crc;
} walk;

static void put_chunk(const walk *w, const char *type, mm_str body)
{
    mm_buf *out = w->x->out;
    mm_put_be(out, body.n, 4);
    size_t from = out->n;
    mm_buf_put(out, type, 4);
    mm_buf_str(out, body);
    if (!out->failed)
        mm_put_be(out, crc_of(&w->crc, mm_sub(mm_buf_view(out), from, 4 + body.n)), 4);
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

static void put_exif(const walk *w, const mm_exif_kept *kept)
{
    mm_buf block = { 0 };
    mm_exif_put(kept, &block);
    if (block.n)
        put_chunk(w, "eXIf", mm_buf_view(&block));
    w->x->out->failed |= block.failed;
    mm_buf_free(&block);
}

static void pass_exif(const walk *w, mm_str tiff)
{
    mm_exif_kept kept = { 0 };
    mm_exif_take(w->x, tiff, &kept);
    put_exif(w, &kept);
}

static void drop_text(const walk *w, mm_str body)
{
    mm_strip *x = w->x;
    uint32_t class = text_class(body);
    x->removed |= class;
    if (class == MM_STRIP_XMP && x->xmp_turns)
        put_exif(w, &(mm_exif_kept){ .orientation = x->orientation });
    if (class == MM_STRIP_XMP)
        x->xmp_turns = false;
}

/* The chunk with its head and CRC as it stands is `whole`. */
static int pass_chunk(const walk *w, mm_str whole)
{
    mm_strip *x = w->x;
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
        pass_exif(w, body);
    else if (!(type.p[0] & 0x20))
        return STRIP_BAD(x, "PNG chunk %.4s is needed to show the picture, and not known", type.p);
    else if (is_one_of(type, text))
        drop_text(w, body);
    else
        x->removed |= is_one_of(type, color) ? MM_STRIP_COLOR :
                      is_one_of(type, density) ? MM_STRIP_DENSITY :
                      mm_at(type, 0, "tIME", 4) ? MM_STRIP_TIME : mm_at(type, 0, "caBX", 4) ? MM_STRIP_C2PA : MM_STRIP_APPLICATION;
    return 0;
}

/* Take the chunk at `at`. */
static int read_chunk(const walk *w, uint64_t at, mm_str *whole)
{
    mm_strip *x = w->x;
    uint64_t n = mm_be(x->in, at, 4);
    if (!mm_in(x->in, at, CHUNK) || !mm_in(x->in, at, CHUNK + n))
        return STRIP_BAD(x, "PNG data ends before IEND");
    *whole = mm_sub(x->in, at, CHUNK + n);
    if (crc_of(&w->crc, mm_sub(*whole, 4, 4 + n)) != mm_be(*whole, 8 + n, 4))
        return STRIP_BAD(x, "PNG chunk at byte %llu is damaged: its CRC does not match", (unsigned long long)at);
    return 0;
}

int mm_strip_png(mm_strip *x)
{
    mm_str whole = { 0 };
    uint64_t at = 8;
    bool data = false;
    walk w = { .x = x };
    make_table(&w.crc);
    mm_buf_str(x->out, mm_sub(x->in, 0, 8));
    for (;; at += whole.n) {
        if (read_chunk(&w, at, &whole) < 0)
            return -1;
        if ((at == 8) != mm_at(whole, 4, "IHDR", 4))
            return STRIP_BAD(x, "PNG does not begin with one IHDR");
        if (pass_chunk(&w, whole) < 0)
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
