/* strip_exif.c - the little of EXIF that says how to show a picture, taken out of a block and written as a
 * block of its own. Tags as in Exif 2.32 (JEITA CP-3451X), section 4.6. */
#include "media/strip_image.h"
#include "media/tiff.h"

enum {
    TAG_DESCRIPTION = 0x010e, TAG_ORIENTATION = 0x0112, TAG_X_DENSITY = 0x011a, TAG_Y_DENSITY = 0x011b,
    TAG_UNIT = 0x0128, TAG_DATETIME = 0x0132, TAG_EXIF = 0x8769, TAG_GPS = 0x8825,
    TAG_MAKER_NOTE = 0x927c, TAG_COMMENT = 0x9286,
};

static void take_density(const mm_tiff *t, const mm_tiff_entry *entry, uint32_t out[2])
{
    enum { RATIONAL = 5 };
    if (entry->type != RATIONAL || entry->data.n < 8)
        return;
    for (unsigned i = 0; i < 2; i++)
        out[i] = (uint32_t)(t->big_endian ? mm_be(entry->data, i * 4, 4) : mm_le(entry->data, i * 4, 4));
}

static void note_sub_directory(mm_strip *x, const mm_tiff *t, uint64_t at)
{
    mm_tiff_entry entry;
    for (mm_tiff_dir d = mm_tiff_dir_at(t, at); mm_tiff_next(&d, &entry);) {
        if (entry.tag == TAG_MAKER_NOTE)
            x->removed |= MM_STRIP_MAKER_NOTE;
        else if (entry.tag == TAG_COMMENT)
            x->removed |= MM_STRIP_COMMENT;
    }
}

static void note_entry(mm_strip *x, const mm_tiff *t, const mm_tiff_entry *entry)
{
    x->removed |= MM_STRIP_EXIF;
    switch (entry->tag) {
    case TAG_DESCRIPTION: x->removed |= MM_STRIP_COMMENT; break;
    case TAG_GPS: x->removed |= MM_STRIP_GPS; break;
    case TAG_EXIF: note_sub_directory(x, t, mm_tiff_uint(t, entry, 0)); break;
    default: break;
    }
}

void mm_exif_take(mm_strip *x, mm_str tiff, mm_exif_kept *kept)
{
    mm_tiff t;
    mm_tiff_entry entry;
    mm_buf again = { 0 };
    kept->orientation = x->orientation;
    if (mm_tiff_open(tiff, &t) < 0) {
        x->removed |= MM_STRIP_EXIF;
        return;
    }
    mm_tiff_dir d = mm_tiff_dir_at(&t, t.first);
    if (d.next)
        x->removed |= MM_STRIP_THUMBNAIL;
    while (mm_tiff_next(&d, &entry)) {
        uint64_t v = mm_tiff_uint(&t, &entry, 0);
        if (entry.tag == TAG_ORIENTATION && x->keep & MM_KEEP_ORIENTATION)
            continue;
        else if (entry.tag == TAG_UNIT && x->keep & MM_KEEP_DENSITY)
            kept->unit = v == 2 || v == 3 ? (unsigned)v : 0;
        else if ((entry.tag == TAG_X_DENSITY || entry.tag == TAG_Y_DENSITY) && x->keep & MM_KEEP_DENSITY)
            take_density(&t, &entry, kept->density[entry.tag - TAG_X_DENSITY]);
        else
            note_entry(x, &t, &entry);
    }
    mm_exif_put(kept, &again);
    if (!mm_str_eq(mm_buf_view(&again), tiff))
        x->removed |= MM_STRIP_EXIF;
    mm_buf_free(&again);
}

/* One entry of a big-endian directory; `value` is the four bytes at its end. */
static void put_entry(mm_buf *out, unsigned tag, unsigned type, uint32_t value)
{
    mm_put_be(out, tag, 2);
    mm_put_be(out, type, 2);
    mm_put_be(out, 1, 4);
    mm_put_be(out, value, 4);
}

void mm_exif_put(const mm_exif_kept *kept, mm_buf *out)
{
    enum { SHORT = 3, RATIONAL = 5, HEAD = 8 };
    bool density[2] = { kept->density[0][1] != 0, kept->density[1][1] != 0 };
    bool unit = kept->unit && (density[0] || density[1]);
    unsigned n = (kept->orientation != 0) + density[0] + density[1] + unit;
    uint32_t values = HEAD + 2 + 12 * n + 4;
    if (!n)
        return;
    mm_buf_put(out, "MM\0*\0\0\0\x08", HEAD);
    mm_put_be(out, n, 2);
    if (kept->orientation)
        put_entry(out, TAG_ORIENTATION, SHORT, kept->orientation << 16);
    if (density[0])
        put_entry(out, TAG_X_DENSITY, RATIONAL, values);
    if (density[1])
        put_entry(out, TAG_Y_DENSITY, RATIONAL, values + (density[0] ? 8 : 0));
    if (unit)
        put_entry(out, TAG_UNIT, SHORT, kept->unit << 16);
    mm_put_be(out, 0, 4);
    for (unsigned i = 0; i < 2; i++)
        if (density[i]) {
            mm_put_be(out, kept->density[i][0], 4);
            mm_put_be(out, kept->density[i][1], 4);
        }
}

void mm_photoshop_removed(mm_strip *x, mm_str s)
{
    enum { IPTC = 0x0404, THUMBNAIL_OLD = 0x0409, THUMBNAIL = 0x040c, EXIF_1 = 0x0422, EXIF_3 = 0x0423, XMP = 0x0424 };
    x->removed |= MM_STRIP_APPLICATION;
    for (uint64_t at = 0; mm_in(s, at, 12) && mm_at(s, at, "8BIM", 4);) {
        uint64_t id = mm_be(s, at + 4, 2), name = (mm_u8(s, at + 6) + 2) & ~1u;
        uint64_t size = mm_be(s, at + 6 + name, 4);
        x->removed |= id == IPTC ? MM_STRIP_IPTC : id == THUMBNAIL || id == THUMBNAIL_OLD ? MM_STRIP_THUMBNAIL :
                      id == EXIF_1 || id == EXIF_3 ? MM_STRIP_EXIF : id == XMP ? MM_STRIP_XMP : 0;
        at += 6 + name + 4 + size + (size & 1);
    }
}
