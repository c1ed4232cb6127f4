/* image_jpeg.c - JPEG markers up to the image data (ITU-T T.81 annex B; APPn as in JFIF 1.02,
 * Exif 2.32 section 4.5.4, ICC.1 annex B.4, and Adobe TN 5116 for APP14). */
#include "media/image.h"

enum {
    SOI = 0xd8, EOI = 0xd9, SOS = 0xda, TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7,
    APP1 = 0xe1, APP2 = 0xe2, APP13 = 0xed, APP14 = 0xee,
};

static bool is_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static void read_frame(mm_str s, mm_image_facts *f)
{
    if (f->width >= 0)
        return;
    f->bit_depth = mm_u8(s, 0);
    f->height = (int64_t)mm_be(s, 1, 2);
    f->width = (int64_t)mm_be(s, 3, 2);
    f->channels = mm_u8(s, 5);
    if (!f->height)
        mm_media_warn(&f->warnings, "JPEG frame header leaves the height open");
}

static void read_app(unsigned marker, mm_str s, mm_image_facts *f, int *transform)
{
    static const char xmp[] = "http://ns.adobe.com/xap/1.0/", more[] = "http://ns.adobe.com/xmp/extension/";
    if (marker == APP1 && mm_at(s, 0, "Exif\0", 5))
        mm_exif_read(mm_sub(s, 6, s.n), f);
    else if (marker == APP1 && mm_at(s, 0, xmp, sizeof xmp))
        mm_xmp_note(mm_sub(s, sizeof xmp, s.n), f);
    else if (marker == APP1 && mm_at(s, 0, more, sizeof more))
        mm_xmp_note((mm_str){ 0 }, f);
    else if (marker == APP2 && mm_at(s, 0, "ICC_PROFILE", 12) && mm_u8(s, 12) <= 1)  /* the first of its parts */
        mm_icc_note(mm_sub(s, 14, s.n), f);
    else if (marker == APP13 && mm_at(s, 0, "Photoshop 3.0", 14))
        mm_photoshop_note(mm_sub(s, 14, s.n), f);
    else if (marker == APP14 && mm_at(s, 0, "Adobe", 5) && s.n >= 12)
        *transform = (int)mm_u8(s, 11);
}

/* The end marker is the last of nearly every file, or near its end; files with something behind the
 * image are searched whole. Entropy-coded data never holds the marker by chance (T.81 B.1.1.5). */
static bool has_end(mm_str s, uint64_t scan)
{
    if (s.n >= scan + 2 && mm_at(s, s.n - 2, "\xff\xd9", 2))
        return true;
    uint64_t tail = s.n > scan + 4096 ? s.n - 4096 : scan;
    mm_str near = mm_sub(s, tail, s.n), all = mm_sub(s, scan, s.n);
    return (near.n && memmem(near.p, near.n, "\xff\xd9", 2)) || (all.n && memmem(all.p, all.n, "\xff\xd9", 2));
}

static void name_colors(mm_image_facts *f, int transform)
{
    const char *name = "";
    switch (f->channels) {
    case 1: name = "gray"; break;
    case 3: name = transform == 0 ? "rgb" : "ycbcr"; break;
    case 4: name = transform == 2 ? "ycck" : "cmyk"; break;
    default: break;
    }
    strcpy(f->color_space, name);
    f->has_alpha = MM_NO;
}

/* Offset of the next marker's code, or 0 when there is none. */
static uint64_t next_marker(mm_str s, uint64_t at, mm_image_facts *f)
{
    if (at < s.n && mm_u8(s, at) != 0xff) {
        mm_media_warn(&f->warnings, "JPEG marker missing at byte %llu", (unsigned long long)at);
        mm_str rest = mm_sub(s, at, 65536);
        const char *ff = memchr(rest.p, 0xff, rest.n);
        at = ff ? (uint64_t)(ff - s.p) : s.n;
    }
    while (at < s.n && mm_u8(s, at) == 0xff)
        at++;
    return at < s.n ? at : 0;
}

void mm_image_jpeg(mm_str s, mm_image_facts *f)
{
    int transform = -1;
    uint64_t at = 2;
    unsigned marker = 0;
    while ((at = next_marker(s, at, f)) != 0) {
        marker = mm_u8(s, at++);
        if (marker == EOI)
            break;
        if (marker == 0 || marker == TEM || marker == SOI || (marker >= RST0 && marker <= RST7))
            continue;
        uint64_t n = mm_be(s, at, 2);
        if (n < 2)
            break;
        mm_str body = mm_sub(s, at + 2, n - 2);
        if (is_frame(marker))
            read_frame(body, f);
        else
            read_app(marker, body, f, &transform);
        at += n;
        if (marker == SOS)
            break;
    }
    if (marker != SOS || !at)
        mm_media_warn(&f->warnings, "JPEG data ends before the image data");
    else if (!has_end(s, at))
        mm_media_warn(&f->warnings, "JPEG data ends before EOI");
    if (f->width >= 0)
        name_colors(f, transform);
    f->frames = 1;
}
