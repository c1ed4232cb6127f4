/* meta_blocks.c - PNG's text chunks (PNG 3rd edition, section 11.3.3) and the raw profiles ImageMagick keeps in them,
 * and JPEG's extended XMP. */
#include "media/meta_blocks.h"

#include <zlib.h>

#include "media/image.h"
#include "media/meta.h"

enum { MOST = 16 << 20 };

static mm_str inflated(mm_str s, mm_buf *room)
{
    z_stream z = { .next_in = (Bytef *)s.p, .avail_in = (uInt)(s.n < MOST ? s.n : MOST) };
    if (!s.n || inflateInit(&z) != Z_OK)
        return (mm_str){ 0 };
    int r = Z_OK;
    while (r == Z_OK && room->n < MOST) {
        char *p = mm_buf_room(room, 65536);
        if (!p)
            break;
        z.next_out = (Bytef *)p;
        z.avail_out = 65536;
        r = inflate(&z, Z_NO_FLUSH);
        room->n += 65536 - z.avail_out;
    }
    inflateEnd(&z);
    return r == Z_STREAM_END ? mm_buf_view(room) : (mm_str){ 0 };
}

/* Behind the n-th NUL from `at` on. */
static uint64_t behind_nul(mm_str s, uint64_t at, int n)
{
    while (n-- && at < s.n) {
        const char *nul = memchr(s.p + at, 0, s.n - at);
        at = nul ? (uint64_t)(nul - s.p) + 1 : s.n;
    }
    return at;
}

/* The text of a tEXt, zTXt or iTXt chunk. */
static mm_str chunk_text(mm_str type, mm_str s, mm_buf *room)
{
    uint64_t at = behind_nul(s, 0, 1);
    if (mm_str_eq(type, MM_STR("tEXt")))
        return mm_sub(s, at, s.n);
    if (mm_str_eq(type, MM_STR("zTXt")))
        return inflated(mm_sub(s, at + 1, s.n), room);
    mm_str text = mm_sub(s, behind_nul(s, at + 2, 2), s.n);
    return mm_u8(s, at) == 1 ? inflated(text, room) : text;
}

/* A raw profile: its name and length on two lines, then its bytes in hexadecimal. */
static mm_str from_hex(mm_str s, mm_buf *out)
{
    uint64_t at = 0;
    for (int lines = 0; lines < 3 && at < s.n; at++)
        lines += s.p[at] == '\n';
    int half = -1;
    for (; at < s.n; at++) {
        const char *digits = "0123456789abcdef", *d = memchr(digits, s.p[at] | 0x20, 16);
        if (!d || s.p[at] < '0')
            continue;
        if (half >= 0)
            mm_buf_byte(out, (char)(half << 4 | (int)(d - digits)));
        half = half >= 0 ? -1 : (int)(d - digits);
    }
    return mm_buf_view(out);
}

/* IPTC within Photoshop resources, or bare. */
static mm_str find_iptc(mm_str s)
{
    mm_image_facts f = { .has_iptc = MM_NO };
    if (!mm_at(s, 0, "8BIM", 4))
        return s;
    mm_photoshop_note(s, &f);
    return f.place[MM_META_IPTC].n ? (mm_str){ (const char *)(uintptr_t)f.place[MM_META_IPTC].at, f.place[MM_META_IPTC].n }
                                   : (mm_str){ 0 };
}

static mm_str png_block(mm_str image, uint64_t at, mm_str chunk, int kind, mm_buf *room)
{
    mm_buf text = { 0 };
    bool raw = mm_at(chunk, 0, "Raw profile type ", 17);
    if (!raw && !mm_at(chunk, 0, "XML:com.adobe.xmp", 18))
        return chunk;
    mm_str s = chunk_text(mm_sub(image, at - 4, 4), chunk, raw ? &text : room);
    if (raw)
        s = from_hex(s, room);
    mm_buf_free(&text);
    if (kind == MM_META_EXIF && mm_at(s, 0, "Exif\0", 6))
        return mm_sub(s, 6, s.n);
    return kind == MM_META_IPTC ? find_iptc(s) : s;
}

mm_str mm_meta_block(mm_str image, const mm_image_facts *f, int kind, mm_buf *room)
{
    mm_str block = mm_sub(image, f->place[kind].at, f->place[kind].n);
    if (block.n && strcmp(f->format, "png") == 0)
        return png_block(image, f->place[kind].at, block, kind, room);
    return block;
}

/* ---- JPEG ------------------------------------------------------------------- */

static const char more[] = "http://ns.adobe.com/xmp/extension/";
enum { GUID = 32, HEAD = sizeof more + GUID + 8 };

/* The next segment before the image data; false at their end. */
static bool next_segment(mm_str s, uint64_t *at, mm_str *body)
{
    while (mm_u8(s, *at) == 0xff && mm_u8(s, *at + 1) == 0xff)
        ++*at;
    uint64_t n = mm_be(s, *at + 2, 2);
    if (mm_u8(s, *at) != 0xff || mm_u8(s, *at + 1) == 0xda || n < 2)
        return false;
    *body = mm_sub(s, *at + 4, n - 2);
    *at += 2 + n;
    return true;
}

mm_str mm_meta_xmp_extension(mm_str image, const mm_image_facts *f, mm_str packet, mm_buf *room)
{
    static const char says[] = "HasExtendedXMP";
    const char *named = packet.n && strcmp(f->format, "jpeg") == 0 ? memmem(packet.p, packet.n, says, sizeof says - 1) : NULL;
    mm_str body;
    uint64_t at = 2, have = 0, whole = 0;
    if (!named)
        return (mm_str){ 0 };
    mm_str near = mm_sub(packet, (uint64_t)(named - packet.p), sizeof says + GUID + 8);
    while (next_segment(image, &at, &body)) {
        if (!mm_at(body, 0, more, sizeof more) || body.n < HEAD || !memmem(near.p, near.n, body.p + sizeof more, GUID))
            continue;
        uint64_t size = mm_be(body, sizeof more + GUID, 4), from = mm_be(body, sizeof more + GUID + 4, 4);
        mm_str part = mm_sub(body, HEAD, body.n);
        if (!whole && size <= MOST && mm_buf_room(room, (size_t)size)) {
            whole = size;
            memset(room->p, 0, (size_t)size);
        }
        if (!whole || size != whole || from > whole || part.n > whole - from)
            return (mm_str){ 0 };
        memcpy(room->p + from, part.p, part.n);
        have += part.n;
    }
    room->n = have == whole ? (size_t)whole : 0;
    return mm_buf_view(room);
}
