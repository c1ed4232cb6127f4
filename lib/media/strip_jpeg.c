/* strip_jpeg.c - JPEG without what is not needed to show it (ITU-T T.81 annex B; APPn as in JFIF 1.02, Exif
 * 2.32 section 4.5.4, ICC.1 annex B.4, Adobe TN 5116 for APP14, ITU-T T.872 and C2PA for APP11).
 * Tables, frames and scans are copied; of the application segments only JFIF, ICC profile and Adobe's
 * transform, and an EXIF block of our own. */
#include "media/strip_image.h"

enum {
    DHT = 0xc4, DAC = 0xcc, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, DQT = 0xdb, DNL = 0xdc, DRI = 0xdd, DHP = 0xde,
    EXP = 0xdf, TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7,
    APP0 = 0xe0, APP1 = 0xe1, APP2 = 0xe2, APP11 = 0xeb, APP13 = 0xed, APP14 = 0xee, APP15 = 0xef, COM = 0xfe,
};

/* One marker segment, or a marker that stands alone. */
typedef struct segment {
    unsigned marker;
    mm_str body;     /* behind the length */
    uint64_t next;   /* offset behind it */
} segment;

typedef struct walk {
    mm_exif_kept exif;
    bool jfif, frame, scan;
} walk;

static bool is_frame(unsigned marker)
{
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

static bool stands_alone(unsigned marker)
{
    return marker == SOI || marker == EOI || marker == TEM || (marker >= RST0 && marker <= RST7);
}

static int read_segment(mm_strip *x, mm_str s, uint64_t at, segment *g)
{
    uint64_t from = at;
    if (at < s.n && mm_u8(s, at) != 0xff)
        return STRIP_BAD(x, "JPEG marker missing at byte %llu", (unsigned long long)at);
    while (at < s.n && mm_u8(s, at) == 0xff)
        at++;
    if (at >= s.n)
        return STRIP_BAD(x, "JPEG data ends before its end marker");
    *g = (segment){ .marker = mm_u8(s, at), .next = at + 1 };
    if (stands_alone(g->marker))
        return 0;
    if (g->marker < 0xc0 || (g->marker >= 0xf0 && g->marker < COM) || g->marker == 0xc8 || g->marker == 0xff)
        return STRIP_BAD(x, "JPEG marker %02x at byte %llu is not known", g->marker, (unsigned long long)from);
    uint64_t n = mm_be(s, at + 1, 2);
    if (n < 2 || !mm_in(s, at + 1, n))
        return STRIP_BAD(x, "JPEG segment at byte %llu reaches past the end", (unsigned long long)from);
    g->body = mm_sub(s, at + 3, n - 2);
    g->next = at + 1 + n;
    return 0;
}

static void put_segment(mm_buf *out, unsigned marker, mm_str body)
{
    mm_put_be(out, 0xff00 | marker, 2);
    mm_put_be(out, body.n + 2, 2);
    mm_buf_str(out, body);
}

/* ---- tables ------------------------------------------------------------------- */

/* Tables, frame and scan headers have lengths that follow from their content (T.81 B.2.2 to B.2.4), so
 * nothing else fits into them. */
static bool is_quantization(mm_str s)
{
    uint64_t at = 0;
    while (at < s.n && mm_u8(s, at) >> 4 <= 1 && (mm_u8(s, at) & 15) <= 3)
        at += 1 + (mm_u8(s, at) >> 4 ? 128 : 64);
    return s.n && at == s.n;
}

static bool is_huffman(mm_str s)
{
    uint64_t at = 0;
    while (at < s.n && mm_u8(s, at) >> 4 <= 1 && (mm_u8(s, at) & 15) <= 3) {
        unsigned values = 0;
        for (unsigned i = 1; i <= 16; i++)
            values += mm_u8(s, at + i);
        at += 17 + values;
    }
    return s.n && at == s.n;
}

static bool is_sound(const segment *g)
{
    mm_str s = g->body;
    switch (g->marker) {
    case DQT: return is_quantization(s);
    case DHT: return is_huffman(s);
    case DAC: return s.n && s.n % 2 == 0 && s.n <= 64;
    case SOS: return s.n == 4 + 2 * (uint64_t)mm_u8(s, 0) && mm_u8(s, 0) >= 1 && mm_u8(s, 0) <= 4;
    case DRI: case DNL: return s.n == 2;
    case EXP: return s.n == 1;
    case DHP: return s.n == 6 + 3 * (uint64_t)mm_u8(s, 5);
    default: return is_frame(g->marker) && s.n == 6 + 3 * (uint64_t)mm_u8(s, 5);
    }
}

/* ---- application segments --------------------------------------------------- */

static bool is_exif(const segment *g)
{
    return g->marker == APP1 && mm_at(g->body, 0, "Exif\0", 5);
}

/* JFIF may carry a thumbnail behind its 14 bytes. */
static void put_jfif(mm_strip *x, mm_str body)
{
    mm_buf_put(x->out, "\xff\xe0\0\x10", 4);
    if (x->keep & MM_KEEP_DENSITY)
        mm_buf_put(x->out, body.p, 12);
    else
        mm_buf_put(x->out, "JFIF\0\1\2\0\0\1\0\1", 12);
    mm_put_be(x->out, 0, 2);
    if (body.n > 14 || mm_be(body, 12, 2))
        x->removed |= MM_STRIP_THUMBNAIL;
    if (!(x->keep & MM_KEEP_DENSITY) && mm_be(body, 7, 5) != 0x0000010001)
        x->removed |= MM_STRIP_DENSITY;
}

static uint32_t app1_class(mm_str body)
{
    return mm_at(body, 0, "http://ns.adobe.com/xap/1.0/", 28) ||
           mm_at(body, 0, "http://ns.adobe.com/xmp/extension/", 34) ? MM_STRIP_XMP : MM_STRIP_APPLICATION;
}

static void pass_app(mm_strip *x, const segment *g, walk *w)
{
    mm_str body = g->body;
    if (g->marker == APP0 && mm_at(body, 0, "JFIF\0", 5) && body.n >= 14 && !w->jfif) {
        w->jfif = true;
        put_jfif(x, body);
    } else if (g->marker == APP2 && mm_at(body, 0, "ICC_PROFILE\0", 12) && x->keep & MM_KEEP_COLOR) {
        put_segment(x->out, APP2, body);
    } else if (g->marker == APP14 && mm_at(body, 0, "Adobe", 5) && body.n >= 12) {
        put_segment(x->out, APP14, mm_sub(body, 0, 12));
    } else if (is_exif(g)) {
        return;  /* taken before, and written anew */
    } else if (g->marker == APP13) {
        mm_photoshop_removed(x, mm_at(body, 0, "Photoshop 3.0", 14) ? mm_sub(body, 14, body.n) : body);
    } else {
        x->removed |= g->marker == APP0 && mm_at(body, 0, "JFXX", 4) ? MM_STRIP_THUMBNAIL :
                      g->marker == APP1 ? app1_class(body) :
                      g->marker == APP2 && mm_at(body, 0, "ICC_PROFILE\0", 12) ? MM_STRIP_COLOR :
                      g->marker == APP2 && mm_at(body, 0, "MPF\0", 4) ? MM_STRIP_THUMBNAIL :
                      g->marker == APP11 && mm_at(body, 0, "JP", 2) ? MM_STRIP_C2PA : MM_STRIP_APPLICATION;
    }
}

/* ---- the walk --------------------------------------------------------------- */

/* Offset of the marker that ends the entropy-coded data at `at`: an FF with neither 00 nor a restart behind
 * it, or the end. */
static uint64_t scan_end(mm_str s, uint64_t at)
{
    const char *p;
    while (at < s.n && (p = memchr(s.p + at, 0xff, s.n - at)) != NULL) {
        at = (uint64_t)(p - s.p);
        unsigned next = mm_u8(s, at + 1);
        if (at + 1 < s.n && next && !(next >= RST0 && next <= RST7))
            return at;
        at += 2;
    }
    return s.n;
}

/* EXIF says how to turn the picture, wherever it stands before the image data; JFIF's density goes before
 * EXIF's. */
static int take_exif(mm_strip *x, mm_str s, walk *w)
{
    segment g;
    bool jfif = false;
    for (uint64_t at = 2;; at = g.next) {
        if (read_segment(x, s, at, &g) < 0)
            return -1;
        if (g.marker == SOS || g.marker == EOI)
            break;
        jfif |= g.marker == APP0 && mm_at(g.body, 0, "JFIF\0", 5);
        if (is_exif(&g))
            mm_exif_take(x, mm_sub(g.body, 6, g.body.n), &w->exif);
    }
    w->exif.orientation = x->orientation;
    if (jfif)
        memset(w->exif.density, 0, sizeof w->exif.density);
    return 0;
}

static void put_exif(mm_strip *x, walk *w)
{
    mm_buf block = { 0 };
    mm_buf_put(&block, "Exif\0\0", 6);
    mm_exif_put(&w->exif, &block);
    if (block.n > 6)
        put_segment(x->out, APP1, mm_buf_view(&block));
    x->out->failed |= block.failed;
    mm_buf_free(&block);
    w->exif = (mm_exif_kept){ 0 };
}

/* EXIF's own place is first, or behind JFIF. */
static int pass_segment(mm_strip *x, mm_str s, segment *g, walk *w)
{
    if (!(g->marker == APP0 && !w->jfif))
        put_exif(x, w);
    if (g->marker >= APP0 && g->marker <= APP15) {
        pass_app(x, g, w);
        return 0;
    }
    if (g->marker == COM) {
        x->removed |= MM_STRIP_COMMENT;
        return 0;
    }
    if (stands_alone(g->marker))
        return STRIP_BAD(x, "JPEG marker %02x stands where none may", g->marker);
    if (!is_sound(g))
        return STRIP_BAD(x, "JPEG segment %02x is damaged: its length does not fit its content", g->marker);
    w->frame |= is_frame(g->marker);
    put_segment(x->out, g->marker, g->body);
    if (g->marker != SOS)
        return 0;
    w->scan = true;
    uint64_t end = scan_end(s, g->next);
    mm_buf_str(x->out, mm_sub(s, g->next, end - g->next));
    g->next = end;
    return 0;
}

static int walk_stream(mm_strip *x, mm_str s, walk *w, uint64_t *end)
{
    segment g;
    if (!mm_at(s, 0, "\xff\xd8", 2))
        return STRIP_BAD(x, "no JPEG start marker");
    if (take_exif(x, s, w) < 0)
        return -1;
    mm_put_be(x->out, 0xffd8, 2);
    for (uint64_t at = 2;; at = g.next) {
        if (read_segment(x, s, at, &g) < 0)
            return -1;
        if (g.marker == EOI)
            break;
        if (pass_segment(x, s, &g, w) < 0)
            return -1;
    }
    mm_put_be(x->out, 0xffd9, 2);
    *end = g.next;
    return 0;
}

int mm_strip_jpeg(mm_strip *x)
{
    walk w = { 0 };
    uint64_t end;
    if (walk_stream(x, x->in, &w, &end) < 0)
        return -1;
    if (!w.frame || !w.scan)
        return STRIP_BAD(x, "JPEG without image data");
    if (end < x->in.n)
        x->removed |= MM_STRIP_TRAILER;
    return 0;
}

int mm_strip_jpeg_part(mm_strip *x, mm_str in)
{
    walk w = { 0 };
    uint64_t end;
    if (walk_stream(x, in, &w, &end) < 0)
        return -1;
    if (end < in.n)
        x->removed |= MM_STRIP_UNUSED;
    return 0;
}
