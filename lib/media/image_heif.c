/* image_heif.c - HEIF and AVIF: the meta box of an ISO base media file (ISO/IEC 14496-12 section
 * 8.11, 23008-12 sections 6 and 9, decoder configurations as in 14496-15 and AV1-ISOBMFF): the primary item's size, turning and depth, and which items
 * hold EXIF and XMP. */
#include "media/image.h"

enum { MAX_ITEMS = 4096, MAX_PROPERTIES = 4096 };

/* One box: its type and body. */
typedef struct box {
    mm_str type, body;
} box;

/* Take the next box at *at; false at the end or when it is damaged. */
static bool next_box(mm_str s, uint64_t *at, box *b)
{
    uint64_t size = mm_be(s, *at, 4), head = 8;
    if (!mm_in(s, *at, 8))
        return false;
    if (size == 1) {
        size = mm_be(s, *at + 8, 8);
        head = 16;
    } else if (size == 0) {
        size = s.n - *at;
    }
    if (size < head)
        return false;
    b->type = mm_sub(s, *at + 4, 4);
    b->body = mm_sub(s, *at + head, size - head);
    *at = size > s.n - *at ? s.n : *at + size;
    return true;
}

static mm_str find_box(mm_str s, mm_str type)
{
    box b;
    for (uint64_t at = 0; next_box(s, &at, &b);)
        if (mm_str_eq(b.type, type))
            return b.body;
    return (mm_str){ 0 };
}

/* The body of a full box behind version and flags. */
static mm_str behind_flags(mm_str s)
{
    return mm_sub(s, 4, s.n);
}

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

static uint64_t primary_item(mm_str meta)
{
    mm_str s = find_box(meta, MM_STR("pitm"));
    return mm_be(s, 4, mm_u8(s, 0) ? 4 : 2);
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

static void apply_property(const box *p, mm_image_facts *f)
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
        f->has_icc = MM_YES;
    }
}

/* Apply property `index` (from 1) of the property container. */
static void apply_index(mm_str ipco, unsigned index, mm_image_facts *f)
{
    box p;
    uint64_t at = 0;
    for (unsigned i = 1; i <= index && i <= MAX_PROPERTIES && next_box(ipco, &at, &p); i++)
        if (i == index)
            apply_property(&p, f);
}

/* Item property associations (ipma) of the primary item. */
static void read_properties(mm_str meta, uint64_t item, mm_image_facts *f)
{
    mm_str iprp = find_box(meta, MM_STR("iprp")), ipco = find_box(iprp, MM_STR("ipco"));
    mm_str s = find_box(iprp, MM_STR("ipma"));
    unsigned id_size = mm_u8(s, 0) ? 4 : 2, link = mm_u8(s, 3) & 1 ? 2 : 1;
    uint64_t n = mm_be(s, 4, 4), at = 8;
    f->has_alpha = ipco.n && (memmem(ipco.p, ipco.n, "hevc:2015:auxid:1", 17) ||
                              memmem(ipco.p, ipco.n, "auxiliary:alpha", 15));
    for (uint64_t i = 0; i < n && i < MAX_ITEMS && mm_in(s, at, id_size + 1); i++) {
        uint64_t id = mm_be(s, at, id_size);
        unsigned count = mm_u8(s, at + id_size);
        at += id_size + 1;
        for (unsigned k = 0; id == item && k < count; k++)
            apply_index(ipco, (unsigned)mm_be(s, at + k * link, link) & (link == 2 ? 0x7fff : 0x7f), f);
        if (id == item)
            return;
        at += (uint64_t)count * link;
    }
}

/* The first extent of an item, by the item location box (iloc). */
static mm_str item_bytes(mm_str file, mm_str meta, uint64_t item)
{
    mm_str s = find_box(meta, MM_STR("iloc"));
    unsigned version = mm_u8(s, 0), sizes = (unsigned)mm_be(s, 4, 2), id_size = version < 2 ? 2 : 4;
    unsigned off = sizes >> 12, len = sizes >> 8 & 15, base = sizes >> 4 & 15, index = version ? sizes & 15 : 0;
    uint64_t n = mm_be(s, 6, id_size), at = 6 + id_size;
    if (off > 8 || len > 8 || base > 8 || index > 8)
        return (mm_str){ 0 };
    for (uint64_t i = 0; i < n && i < MAX_ITEMS && at < s.n; i++) {
        uint64_t id = mm_be(s, at, id_size);
        at += id_size;
        unsigned method = version ? (unsigned)mm_be(s, at, 2) & 15 : 0;
        at += version ? 4 : 2;
        uint64_t from = mm_be(s, at, base), extents = mm_be(s, at + base, 2);
        at += base + 2;
        if (id == item) {
            mm_str whole = method == 1 ? find_box(meta, MM_STR("idat")) : file;
            return mm_sub(whole, from + mm_be(s, at + index, off), mm_be(s, at + index + off, len));
        }
        at += extents * (index + off + len);
    }
    return (mm_str){ 0 };
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
    mm_str s = find_box(meta, MM_STR("iinf"));
    box b;
    uint64_t at = mm_u8(s, 0) ? 8 : 6;
    for (unsigned i = 0; i < MAX_ITEMS && next_box(s, &at, &b); i++) {
        unsigned version = mm_u8(b.body, 0), id_size = version == 3 ? 4 : 2;
        if (version < 2)
            continue;
        uint64_t id = mm_be(b.body, 4, id_size), type = 4 + id_size + 2;
        if (mm_at(b.body, type, "Exif", 4) && f->has_exif != MM_YES)
            read_exif_item(item_bytes(file, meta, id), f);
        else if (f->has_xmp != MM_YES && mm_at(b.body, type, "mime", 4) && memmem(b.body.p, b.body.n, "rdf+xml", 7))
            mm_xmp_note(item_bytes(file, meta, id), f);
    }
}

/* Does a box at the top reach past the end of the file? */
static bool is_cut(mm_str s)
{
    box b;
    uint64_t at = 0, size = 0;
    for (uint64_t from = 0; next_box(s, &at, &b); from = at) {
        size = mm_be(s, from, 4);
        size = size == 1 ? mm_be(s, from + 8, 8) : size;
        if (size > s.n - from)
            return true;
    }
    return at < s.n;
}

void mm_image_heif(mm_str s, mm_image_facts *f)
{
    mm_str meta = behind_flags(find_box(s, MM_STR("meta")));
    if (!meta.n) {
        mm_media_warn(&f->warnings, "no meta box");
        return;
    }
    if (is_cut(s))
        mm_media_warn(&f->warnings, "HEIF data ends before its boxes do");
    read_items(s, meta, f);
    f->orientation = 1;  /* EXIF's is for information only here (23008-12, annex A) */
    read_properties(meta, primary_item(meta), f);
    f->frames = 1;
}
