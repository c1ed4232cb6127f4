/* image_heif.c - HEIF and AVIF: the meta box of an ISO base media file (ISO/IEC 14496-12 section
 * 8.11, 23008-12 sections 6 and 9, decoder configurations as in 14496-15 and AV1-ISOBMFF): the primary item's size, turning and depth, and which items
 * hold EXIF and XMP. */
#include "media/heif.h"
#include "media/image.h"

const char *mm_heif_format(mm_str s)
{
    if (!mm_at(s, 4, "ftyp", 4))
        return NULL;
    uint64_t end = mm_be(s, 0, 4);
    for (uint64_t at = 8; at + 4 <= end && mm_in(s, at, 4); at += at == 8 ? 8 : 4) {
        if (mm_at(s, at, "avif", 4) || mm_at(s, at, "avis", 4))
            return "avif";
        if (mm_at(s, at, "heic", 4) || mm_at(s, at, "heix", 4) || mm_at(s, at, "hevc", 4) ||
            mm_at(s, at, "heim", 4) || mm_at(s, at, "heis", 4))
            return "heic";
    }
    return mm_at(s, 8, "mif1", 4) || mm_at(s, 8, "msf1", 4) ? "heif" : NULL;
}

/* irot turns anti-clockwise by quarters; imir exchanges top and bottom (0) or left and right (1).
 * Properties apply in the order of their association; the result is kept as an EXIF orientation. */
static int64_t turn(int64_t orientation, unsigned quarters)
{
    static const unsigned char anti[] = { 0, 8, 5, 6, 7, 4, 1, 2, 3 };  /* one quarter */
    while (quarters--)
        orientation = anti[orientation];
    return orientation;
}

static int64_t mirror(int64_t orientation, unsigned mode)
{
    static const unsigned char left_right[] = { 0, 2, 1, 4, 3, 6, 5, 8, 7 };
    static const unsigned char top_bottom[] = { 0, 4, 3, 2, 1, 8, 7, 6, 5 };
    return mode ? left_right[orientation] : top_bottom[orientation];
}

static void apply_property(const mm_box *p, mm_image_facts *f)
{
    mm_str s = p->body;
    if (mm_str_eq(p->type, MM_STR("ispe"))) {
        f->width = (int64_t)mm_be(s, 4, 4);
        f->height = (int64_t)mm_be(s, 8, 4);
    } else if (mm_str_eq(p->type, MM_STR("pixi"))) {
        f->channels = mm_u8(s, 4);
        f->bit_depth = mm_u8(s, 5);
    } else if (mm_str_eq(p->type, MM_STR("hvcC")) && f->bit_depth < 0) {
        f->channels = mm_u8(s, 16) & 3 ? 3 : 1;
        f->bit_depth = (mm_u8(s, 17) & 7) + 8;
    } else if (mm_str_eq(p->type, MM_STR("av1C")) && f->bit_depth < 0) {
        f->channels = mm_u8(s, 2) & 0x10 ? 1 : 3;
        f->bit_depth = mm_u8(s, 2) & 0x40 ? (mm_u8(s, 2) & 0x20 ? 12 : 10) : 8;
    } else if (mm_str_eq(p->type, MM_STR("irot"))) {
        f->orientation = turn(f->orientation, mm_u8(s, 0) & 3);
    } else if (mm_str_eq(p->type, MM_STR("imir"))) {
        f->orientation = mirror(f->orientation, mm_u8(s, 0) & 1);
    } else if (mm_str_eq(p->type, MM_STR("colr")) && (mm_at(s, 0, "prof", 4) || mm_at(s, 0, "rICC", 4))) {
        mm_icc_note(mm_sub(s, 4, s.n), f);
    }
}

/* The properties of the primary item, in the order of their association; a grid's tiles say its depth. */
static void read_properties(mm_str file, mm_str meta, mm_image_facts *f)
{
    uint64_t item = mm_heif_primary(meta);
    mm_str ipco = mm_box_find(mm_box_find(meta, MM_STR("iprp")), MM_STR("ipco"));
    mm_heif_grid g;
    mm_box p;
    f->has_alpha = ipco.n && (memmem(ipco.p, ipco.n, "hevc:2015:auxid:1", 17) ||
                              memmem(ipco.p, ipco.n, "auxiliary:alpha", 15));
    for (unsigned i = 0; mm_heif_property(meta, item, i, &p); i++)
        apply_property(&p, f);
    if (mm_heif_grid_read(file, meta, item, &g) < 0)
        return;
    f->tile_columns = g.columns;
    f->tile_rows = g.rows;
    f->width = f->width < 0 ? (int64_t)g.width : f->width;
    f->height = f->height < 0 ? (int64_t)g.height : f->height;
    for (unsigned i = 0; f->bit_depth < 0 && mm_heif_property(meta, g.tile[0], i, &p); i++)
        if (!mm_str_eq(p.type, MM_STR("ispe")) && !mm_str_eq(p.type, MM_STR("irot")) && !mm_str_eq(p.type, MM_STR("imir")))
            apply_property(&p, f);
}

static void read_exif_item(mm_str s, mm_image_facts *f)
{
    if (!s.n)
        mm_media_warn(&f->warnings, "HEIF EXIF item lies outside the file");
    else
        mm_exif_read(mm_sub(s, 4 + mm_be(s, 0, 4), s.n), f);
}

/* Item information entries: EXIF, and XMP as a MIME item. */
static void read_items(mm_str file, mm_str meta, mm_image_facts *f)
{
    mm_str s = mm_box_find(meta, MM_STR("iinf"));
    mm_box b;
    uint64_t at = mm_u8(s, 0) ? 8 : 6;
    for (unsigned i = 0; i < MM_HEIF_ITEMS && mm_box_next(s, &at, &b); i++) {
        unsigned version = mm_u8(b.body, 0), id_size = version == 3 ? 4 : 2;
        if (version < 2)
            continue;
        uint64_t id = mm_be(b.body, 4, id_size), type = 4 + id_size + 2;
        if (mm_at(b.body, type, "Exif", 4) && f->has_exif != MM_YES)
            read_exif_item(mm_heif_bytes(file, meta, id), f);
        else if (f->has_xmp != MM_YES && mm_at(b.body, type, "mime", 4) && memmem(b.body.p, b.body.n, "rdf+xml", 7))
            mm_xmp_note(mm_heif_bytes(file, meta, id), f);
    }
}

/* Does a box at the top reach past the end of the file? */
static bool is_cut(mm_str s)
{
    mm_box b;
    uint64_t at = 0, size = 0;
    for (uint64_t from = 0; mm_box_next(s, &at, &b); from = at) {
        size = mm_be(s, from, 4);
        size = size == 1 ? mm_be(s, from + 8, 8) : size;
        if (size > s.n - from)
            return true;
    }
    return at < s.n;
}

void mm_image_heif(mm_str s, mm_image_facts *f)
{
    mm_str meta = mm_heif_meta(s);
    if (!meta.n) {
        mm_media_warn(&f->warnings, "no meta box");
        return;
    }
    if (is_cut(s))
        mm_media_warn(&f->warnings, "HEIF data ends before its boxes do");
    read_items(s, meta, f);
    f->orientation = 1;  /* EXIF's is for information only here (23008-12, annex A) */
    read_properties(s, meta, f);
    f->frames = 1;
}
