/* strip_heif.c - HEIF and AVIF: what is no picture is overwritten in place, so that no offset moves (ISO/IEC
 * 14496-12 section 8.11, 23008-12 sections 6, 9 and annex A). EXIF items become empty ones; all bytes of
 * mdat and idat that belong to no picture become zero; boxes and properties that are not known
 * become free space. Turning and colour are properties and stay; EXIF's orientation is not used here. */
#include <stdlib.h>

#include "media/strip_image.h"

enum { MAX_ITEMS = 65536, MAX_BOXES = 4096, FULL = 4 };

typedef struct box {
    uint64_t at, body, end;  /* offsets in the file */
    char type[4];
} box;

typedef struct range {
    uint64_t at, n;
} range;

typedef struct heif {
    mm_strip *x;
    box iloc, iinf, iprp, idat;
    mm_buf stores;    /* ranges of mdat and idat bodies */
    mm_buf pictures;  /* ranges of bytes that picture items are made of */
    mm_buf others;    /* ranges of bytes of other items; EXIF first extents in `exif` */
    mm_buf exif;
} heif;

static bool is(const box *b, const char *type)
{
    return !memcmp(b->type, type, 4);
}

static bool is_one_of(const char *type, const char *const *names)
{
    for (; *names; names++)
        if (!memcmp(type, *names, 4))
            return true;
    return false;
}

/* Take the box at *at, which must end before `end`; false when it does not. */
static bool take_box(mm_str s, uint64_t *at, uint64_t end, box *b)
{
    uint64_t size = mm_be(s, *at, 4), head = 8;
    if (*at > end || end - *at < 8)
        return false;
    if (size == 1) {
        size = mm_be(s, *at + 8, 8);
        head = 16;
    } else if (size == 0) {
        size = end - *at;
    }
    if (size < head || size > end - *at)
        return false;
    *b = (box){ .at = *at, .body = *at + head, .end = *at + size };
    memcpy(b->type, s.p + *at + 4, 4);
    *at = b->end;
    return true;
}

/* ---- overwriting ------------------------------------------------------------ */

/* Make bytes of the output zero, and note the class when some were not. */
static void blank(mm_strip *x, uint64_t from, uint64_t to, uint32_t class)
{
    if (x->out->failed || to <= from)
        return;
    char *p = x->out->p + from;
    for (uint64_t i = 0; i < to - from; i++)
        if (p[i]) {
            x->removed |= class;
            memset(p, 0, to - from);
            return;
        }
}

static void make_free(mm_strip *x, const box *b, uint32_t class)
{
    if (x->out->failed)
        return;
    x->removed |= class;
    memcpy(x->out->p + b->at + 4, "free", 4);
    blank(x, b->body, b->end, class);
}

/* ---- items ------------------------------------------------------------------ */

typedef enum kind { PICTURE, EXIF, XMP, OTHER } kind;

static kind kind_of(mm_str infe, unsigned id_size)
{
    static const char *const pictures[] = { "hvc1", "hev1", "lhv1", "hvt1", "av01", "avc1", "vvc1", "evc1", "jpeg", "j2k1",
                                            "grid", "iovl", "iden", "tmap", "unci", NULL };
    mm_str type = mm_sub(infe, FULL + id_size + 2, 4);
    if (type.n == 4 && is_one_of(type.p, pictures))
        return PICTURE;
    if (mm_at(type, 0, "Exif", 4))
        return EXIF;
    return mm_at(type, 0, "mime", 4) && memmem(infe.p, infe.n, "rdf+xml", 7) ? XMP : OTHER;
}

/* What the item is by its information entry; the names of pictures go. -1 when it has none. */
static int find_kind(heif *h, uint64_t item, kind *out)
{
    mm_strip *x = h->x;
    mm_str s = x->in;
    box b;
    uint64_t at = h->iinf.body + (mm_u8(s, h->iinf.body) ? 8 : 6);
    while (take_box(s, &at, h->iinf.end, &b)) {
        mm_str infe = mm_sub(s, b.body, b.end - b.body);
        unsigned version = mm_u8(infe, 0), id_size = version == 3 ? 4 : 2;
        if (!is(&b, "infe") || version < 2 || version > 3 || infe.n < FULL + id_size + 6)
            return STRIP_BAD(x, "HEIF item information at byte %llu is not known", (unsigned long long)b.at);
        if (mm_be(infe, FULL, id_size) != item)
            continue;
        *out = kind_of(infe, id_size);
        if (*out == PICTURE)
            blank(x, b.body + FULL + id_size + 6, b.end, MM_STRIP_COMMENT);
        return 0;
    }
    return STRIP_BAD(x, "HEIF item %llu is not described", (unsigned long long)item);
}

static void note_exif(heif *h, mm_str s)
{
    mm_exif_kept unused = { 0 };
    mm_exif_take(h->x, mm_sub(s, 4 + mm_be(s, 0, 4), s.n), &unused);
    h->x->removed |= MM_STRIP_EXIF;
}

/* Bytes of items lie in mdat or idat, and never where the structure of the file stands. */
static bool is_stored(const heif *h, range r)
{
    const range *store = (const range *)(void *)h->stores.p;
    for (size_t i = 0; i < h->stores.n / sizeof *store; i++)
        if (r.at >= store[i].at && r.n <= store[i].n && r.at - store[i].at <= store[i].n - r.n)
            return true;
    return false;
}

static int add_extent(heif *h, kind k, unsigned method, uint64_t at, uint64_t n)
{
    mm_strip *x = h->x;
    uint64_t base = method ? h->idat.body : 0, end = method ? h->idat.end : x->in.n;
    range r = { base + at, n };
    if (method > 1 || !n || at > end - base || n > end - base - at)
        return STRIP_BAD(x, "HEIF item lies outside the file, or in parts that are not known");
    if (!is_stored(h, r))
        return STRIP_BAD(x, "HEIF item lies outside the data of the file");
    mm_buf_put(k == PICTURE ? &h->pictures : &h->others, &r, sizeof r);
    if (k == EXIF) {
        note_exif(h, mm_sub(x->in, r.at, r.n));
        mm_buf_put(&h->exif, &r, sizeof r);
    } else if (k != PICTURE) {
        x->removed |= k == XMP ? MM_STRIP_XMP : MM_STRIP_APPLICATION;
    }
    return 0;
}

/* Sizes of the fields of the item location box. */
typedef struct locator {
    unsigned version, id, offset, length, base, index;
} locator;

static int read_item(heif *h, const locator *l, mm_str s, uint64_t *at)
{
    kind k = OTHER;
    uint64_t item = mm_be(s, *at, l->id), p = *at + l->id;
    unsigned method = l->version ? (unsigned)mm_be(s, p, 2) & 15 : 0;
    p += l->version ? 2 : 0;
    uint64_t reference = mm_be(s, p, 2), base = mm_be(s, p + 2, l->base), n = mm_be(s, p + 2 + l->base, 2);
    p += 4 + l->base;
    unsigned step = l->index + l->offset + l->length;
    if (!mm_in(s, p, n * step) || reference)
        return STRIP_BAD(h->x, "HEIF item location is damaged or in another file");
    if (find_kind(h, item, &k) < 0)
        return -1;
    for (uint64_t i = 0; i < n; i++, p += step) {
        uint64_t offset = mm_be(s, p + l->index, l->offset);
        if (offset > UINT64_MAX - base ||
            add_extent(h, k, method, base + offset, mm_be(s, p + l->index + l->offset, l->length)) < 0)
            return -1;
    }
    *at = p;
    return 0;
}

static int read_locations(heif *h)
{
    mm_str s = mm_sub(h->x->in, h->iloc.body, h->iloc.end - h->iloc.body);
    unsigned sizes = (unsigned)mm_be(s, 4, 2), version = mm_u8(s, 0);
    locator l = { version, version < 2 ? 2 : 4, sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, version ? sizes & 15 : 0 };
    uint64_t n = mm_be(s, 6, l.id), at = 6 + l.id;
    if (version > 2 || l.offset > 8 || l.length > 8 || l.base > 8 || l.index > 8 || n > MAX_ITEMS)
        return STRIP_BAD(h->x, "HEIF item locations are not known");
    for (uint64_t i = 0; i < n; i++)
        if (!mm_in(s, at, l.id + 4))
            return STRIP_BAD(h->x, "HEIF item locations are damaged");
        else if (read_item(h, &l, s, &at) < 0)
            return -1;
    return 0;
}

/* ---- what lies where -------------------------------------------------------- */

static int by_place(const void *a, const void *b)
{
    const range *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

static range *sorted(mm_buf *b, size_t *n)
{
    *n = b->n / sizeof(range);
    if (*n)
        qsort(b->p, *n, sizeof(range), by_place);
    return (range *)(void *)b->p;
}

/* Blank what of [from, to) no picture is made of. */
static void blank_between(mm_strip *x, const range *picture, size_t n, uint64_t from, uint64_t to)
{
    for (size_t i = 0; i < n && from < to; i++) {
        uint64_t end = picture[i].at + picture[i].n;
        if (end <= from)
            continue;
        if (picture[i].at > from)
            blank(x, from, picture[i].at < to ? picture[i].at : to, MM_STRIP_UNUSED);
        from = end;
    }
    blank(x, from, to, MM_STRIP_UNUSED);
}

/* No other item may share bytes with a picture. */
static int check_apart(heif *h, const range *picture, size_t n)
{
    size_t others, p = 0;
    const range *other = sorted(&h->others, &others);
    uint64_t reach = 0;
    for (size_t i = 0; i < others; i++) {
        for (; p < n && picture[p].at < other[i].at + other[i].n; p++)
            reach = picture[p].at + picture[p].n > reach ? picture[p].at + picture[p].n : reach;
        if (reach > other[i].at)
            return STRIP_BAD(h->x, "HEIF picture and metadata share bytes");
    }
    return 0;
}

/* An EXIF item that says nothing: the offset of its TIFF structure, and a directory without entries. */
static void put_empty_exif(heif *h)
{
    static const char empty[] = "\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0";
    const range *r = (const range *)(void *)h->exif.p;
    for (size_t i = 0; i < h->exif.n / sizeof *r; i++)
        if (!h->x->out->failed && r[i].n >= sizeof empty)
            memcpy(h->x->out->p + r[i].at, empty, sizeof empty);
}

static int clear_stores(heif *h)
{
    size_t n, stores;
    const range *picture = sorted(&h->pictures, &n), *store = sorted(&h->stores, &stores);
    if (h->pictures.failed || h->stores.failed || h->others.failed || h->exif.failed)
        return mm_fail(h->x->e, MM_ESYS, "out of memory");
    if (!n)
        return STRIP_BAD(h->x, "HEIF without a picture");
    if (check_apart(h, picture, n) < 0)
        return -1;
    const range *other = (const range *)(void *)h->others.p;
    for (size_t i = 0; i < h->others.n / sizeof *other; i++)
        blank(h->x, other[i].at, other[i].at + other[i].n, 0);
    for (size_t i = 0; i < stores; i++)
        blank_between(h->x, picture, n, store[i].at, store[i].at + store[i].n);
    put_empty_exif(h);
    return 0;
}

/* ---- boxes ------------------------------------------------------------------ */

/* Properties that say how to show a picture; any other is made free space, which keeps their numbers. */
static int clear_properties(heif *h)
{
    static const char *const known[] = { "ispe", "pixi", "hvcC", "lhvC", "av1C", "avcC", "vvcC", "evcC", "jpgC", "j2kH",
                                         "uncC", "cmpd", "cmpC", "icef", "irot", "imir", "pasp", "clap", "auxC", "lsel",
                                         "a1op", "a1lx", "clli", "mdcv", "amve", "rloc", "oinf", "tols", "free", NULL };
    mm_strip *x = h->x;
    box ipco, p;
    uint64_t at = h->iprp.body;
    if (!take_box(x->in, &at, h->iprp.end, &ipco) || !is(&ipco, "ipco"))
        return STRIP_BAD(x, "HEIF properties are damaged");
    for (at = ipco.body; at < ipco.end;) {
        if (!take_box(x->in, &at, ipco.end, &p))
            return STRIP_BAD(x, "HEIF property at byte %llu is damaged", (unsigned long long)at);
        if (is(&p, "free"))
            blank(x, p.body, p.end, MM_STRIP_UNUSED);
        else if (is(&p, "colr") && !(x->keep & MM_KEEP_COLOR) && !mm_at(x->in, p.body, "nclx", 4))
            make_free(x, &p, MM_STRIP_COLOR);
        else if (!is_one_of(p.type, known) && !is(&p, "colr"))
            make_free(x, &p, is(&p, "udes") ? MM_STRIP_COMMENT : MM_STRIP_APPLICATION);
    }
    return 0;
}

static void add_store(heif *h, const box *b)
{
    mm_buf_put(&h->stores, &(range){ b->body, b->end - b->body }, sizeof(range));
}

static int read_meta(heif *h, const box *meta)
{
    mm_strip *x = h->x;
    box b;
    for (uint64_t at = meta->body + FULL; at < meta->end;) {
        if (!take_box(x->in, &at, meta->end, &b))
            return STRIP_BAD(x, "HEIF box at byte %llu is damaged", (unsigned long long)at);
        if (is(&b, "iloc"))
            h->iloc = b;
        else if (is(&b, "iinf"))
            h->iinf = b;
        else if (is(&b, "iprp"))
            h->iprp = b;
        else if (is(&b, "idat"))
            h->idat = b, add_store(h, &b);
        else if (is(&b, "hdlr"))
            blank(x, b.body + 24, b.end, MM_STRIP_APPLICATION);
        else if (is(&b, "free") || is(&b, "skip"))
            blank(x, b.body, b.end, MM_STRIP_UNUSED);
        else if (!is(&b, "pitm") && !is(&b, "iref") && !is(&b, "grpl") && !is(&b, "dinf"))
            make_free(x, &b, MM_STRIP_APPLICATION);
    }
    if (!h->iloc.end || !h->iinf.end || !h->iprp.end)
        return STRIP_BAD(x, "HEIF does not describe its items");
    return 0;
}

static uint32_t box_class(mm_strip *x, const box *b)
{
    if (is(b, "jumb") || (is(b, "uuid") && mm_at(x->in, b->body, "\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c", 8)))
        return MM_STRIP_C2PA;
    if (is(b, "uuid") && mm_at(x->in, b->body, "\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8", 8))
        return MM_STRIP_XMP;
    return MM_STRIP_APPLICATION;
}

static int read_file(heif *h)
{
    mm_strip *x = h->x;
    box b, meta = { 0 };
    unsigned boxes = 0;
    for (uint64_t at = 0; at < x->in.n;) {
        if (!take_box(x->in, &at, x->in.n, &b) || ++boxes > MAX_BOXES)
            return STRIP_BAD(x, "HEIF data ends before its boxes do, or holds something else at byte %llu",
                             (unsigned long long)at);
        if (is(&b, "moov") || is(&b, "moof"))
            return STRIP_BAD(x, "metadata of HEIF image sequences can not be stripped");
        if (is(&b, "meta") && meta.end)
            return STRIP_BAD(x, "HEIF with two meta boxes");
        if (is(&b, "meta"))
            meta = b;
        else if (is(&b, "mdat"))
            add_store(h, &b);
        else if (is(&b, "free") || is(&b, "skip"))
            blank(x, b.body, b.end, MM_STRIP_UNUSED);
        else if (!is(&b, "ftyp"))
            make_free(x, &b, box_class(x, &b));
    }
    if (!meta.end)
        return STRIP_BAD(x, "HEIF without a meta box");
    return read_meta(h, &meta);
}

int mm_strip_heif(mm_strip *x)
{
    heif h = { .x = x };
    mm_buf_str(x->out, x->in);
    int status = read_file(&h);
    if (status == 0)
        status = clear_properties(&h);
    if (status == 0)
        status = read_locations(&h);
    if (status == 0)
        status = clear_stores(&h);
    mm_buf_free(&h.stores);
    mm_buf_free(&h.pictures);
    mm_buf_free(&h.others);
    mm_buf_free(&h.exif);
    return status;
}
