/* strip_bmp.c - BMP: header, palette, pixels and an embedded colour profile; the name of a linked profile,
 * and bytes nothing refers to, stay behind (BITMAPCOREHEADER to BITMAPV5HEADER of the Windows API). */
#include "media/strip_image.h"

enum { FILE_HEAD = 14, PROFILE_EMBEDDED = 0x4d424544, PROFILE_LINKED = 0x4c494e4b, COLOR_SPACE_AT = 70 };

typedef struct layout {
    uint64_t head;             /* bytes up to the end of the palette */
    uint64_t pixels, size;     /* where the pixels lie */
    uint64_t profile, profile_size;
} layout;

static bool known_header(uint64_t header)
{
    return header == 12 || header == 40 || header == 52 || header == 56 || header == 108 || header == 124;
}

static int measure_pixels(mm_strip *x, uint64_t header, layout *l)
{
    mm_str s = x->in;
    bool core = header == 12;
    int64_t height = core ? (int64_t)mm_le(s, 20, 2) : (int32_t)mm_le(s, 22, 4);
    uint64_t width = core ? mm_le(s, 18, 2) : mm_le(s, 18, 4) & 0x7fffffff, bits = mm_le(s, core ? 24 : 28, 2);
    uint64_t compression = core ? 0 : mm_le(s, 30, 4), used = core ? 0 : mm_le(s, 46, 4);
    uint64_t colors = used ? used : bits <= 8 ? 1u << bits : 0;
    uint64_t masks = header == 40 && compression == 3 ? 12 : header == 40 && compression == 6 ? 16 : 0;
    l->head = FILE_HEAD + header + masks + colors * (core ? 3 : 4);
    l->pixels = mm_le(s, 10, 4);
    if (compression == 1 || compression == 2)
        l->size = mm_le(s, 34, 4);
    else if (compression == 0 || compression == 3 || compression == 6)
        l->size = (width * bits + 31) / 32 * 4 * (uint64_t)(height < 0 ? -height : height);
    else
        return STRIP_BAD(x, "BMP holds a picture in another format");
    if (bits > 64 || l->head > l->pixels || !l->size || !mm_in(s, l->pixels, l->size))
        return STRIP_BAD(x, "BMP header and length of the file do not agree");
    return 0;
}

static int find_profile(mm_strip *x, uint64_t header, layout *l)
{
    if (header < 124 || mm_le(x->in, COLOR_SPACE_AT, 4) != PROFILE_EMBEDDED)
        return 0;
    l->profile = FILE_HEAD + mm_le(x->in, 126, 4);
    l->profile_size = mm_le(x->in, 130, 4);
    return mm_in(x->in, l->profile, l->profile_size) ? 0 : STRIP_BAD(x, "BMP colour profile lies outside the file");
}

static void set_le(mm_buf *out, size_t at, uint64_t v)
{
    if (!out->failed)
        for (unsigned i = 0; i < 4; i++)
            out->p[at + i] = (char)(v >> 8 * i);
}

static void put_profile(mm_strip *x, uint64_t header, const layout *l)
{
    mm_buf *out = x->out;
    if (header < 124)
        return;
    bool keep = l->profile_size && x->keep & MM_KEEP_COLOR;
    bool linked = mm_le(x->in, COLOR_SPACE_AT, 4) == PROFILE_LINKED;
    if (l->profile_size && !keep)
        x->removed |= MM_STRIP_COLOR;
    if (linked)
        x->removed |= MM_STRIP_APPLICATION;
    set_le(out, 126, keep ? out->n - FILE_HEAD : 0);
    set_le(out, 130, keep ? l->profile_size : 0);
    if (keep)
        mm_buf_str(out, mm_sub(x->in, l->profile, l->profile_size));
    else if (linked || l->profile_size)
        set_le(out, COLOR_SPACE_AT, 0x73524742);  /* sRGB */
}

int mm_strip_bmp(mm_strip *x)
{
    uint64_t header = mm_le(x->in, FILE_HEAD, 4);
    layout l = { 0 };
    if (!known_header(header) || !mm_in(x->in, 0, FILE_HEAD + header))
        return STRIP_BAD(x, "BMP header of %llu bytes is not known", (unsigned long long)header);
    if (measure_pixels(x, header, &l) < 0 || find_profile(x, header, &l) < 0)
        return -1;
    mm_buf_str(x->out, mm_sub(x->in, 0, l.head));
    for (uint64_t i = l.head; i < l.pixels; i++) {
        mm_buf_byte(x->out, 0);
        x->removed |= x->in.p[i] ? MM_STRIP_UNUSED : 0;
    }
    mm_buf_str(x->out, mm_sub(x->in, l.pixels, l.size));
    put_profile(x, header, &l);
    set_le(x->out, 2, x->out->n);
    set_le(x->out, 6, 0);
    if (x->out->n < x->in.n)
        x->removed |= MM_STRIP_TRAILER;
    return 0;
}
