/* strip_tiff.c - TIFF and BigTIFF written anew from what is needed to show each page (TIFF 6.0; the tags of
 * its supplements as libtiff documents them). Strips and tiles are copied; offsets change. What no
 * directory refers to, and thumbnails, stay behind. */
#include <stdlib.h>

#include "media/strip_image.h"
#include "media/tiff.h"

enum {
    MAX_PAGES = 10000, MAX_ENTRIES = 4096,
    SHORT = 3, LONG = 4, LONG8 = 16,
    SUBFILE = 254, COMPRESSION = 259, PHOTOMETRIC = 262, ORIENTATION = 274, STRIPS = 273, STRIP_SIZES = 279,
    TILES = 324, TILE_SIZES = 325, SUB_DIRECTORIES = 330, JPEG_TABLES = 347, ICC = 34675, DNG_VERSION = 50706,
};

/* A run of the input that was copied or understood. */
typedef struct range {
    uint64_t at, n;
} range;

typedef struct page {
    mm_tiff_entry offsets, sizes;   /* of strips or tiles; empty when there are none */
    uint64_t subfile, compression, photometric;
    bool sub_directories, dng;
    mm_buf new_offsets, new_sizes;  /* arrays of numbers of the file's width */
} page;

typedef struct rebuild {
    mm_strip *x;
    mm_tiff t;
    unsigned width;     /* bytes of an offset */
    mm_buf used;        /* ranges */
    uint64_t copied;    /* bytes of strips so far */
    uint64_t link;      /* where in out the offset of the next directory goes */
} rebuild;

static void put(const rebuild *r, mm_buf *b, uint64_t v, unsigned n)
{
    if (r->t.big_endian)
        mm_put_be(b, v, n);
    else
        mm_put_le(b, v, n);
}

static void set(const rebuild *r, uint64_t at, uint64_t v)
{
    for (unsigned i = 0; i < r->width && !r->x->out->failed; i++)
        r->x->out->p[at + i] = (char)(v >> 8 * (r->t.big_endian ? r->width - 1 - i : i));
}

static void use(rebuild *r, uint64_t at, uint64_t n)
{
    mm_buf_put(&r->used, &(range){ at, n }, sizeof(range));
}

/* ---- which tags stay -------------------------------------------------------- */

/* Tags without which a page can not be decoded or is seen differently. */
static bool is_picture_tag(unsigned tag)
{
    static const unsigned short tags[] = {
        254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293,
        297, 317, 320, 321, 322, 323, 324, 325, 332, 334, 336, 338, 339, 340, 341, 347, 529, 530, 531, 532, 32997,
        32998, 50674,
    };
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (tags[i] == tag)
            return true;
    return false;
}

static bool is_kept(const mm_strip *x, unsigned tag)
{
    switch (tag) {
    case ORIENTATION: return x->keep & MM_KEEP_ORIENTATION;
    case 282: case 283: case 296: return x->keep & MM_KEEP_DENSITY;
    case 301: case 318: case 319: case ICC: return x->keep & MM_KEEP_COLOR;
    default: return is_picture_tag(tag);
    }
}

static void note_removed(mm_strip *x, const mm_tiff_entry *entry)
{
    switch (entry->tag) {
    case 269: case 270: case 285: case 33432: x->removed |= MM_STRIP_COMMENT; break;
    case 306: x->removed |= MM_STRIP_TIME; break;
    case 271: case 272: case 305: case 315: case 316: case 34665: x->removed |= MM_STRIP_EXIF; break;
    case 34853: case 33550: case 33922: case 34264: case 34735: case 34736: case 34737:
        x->removed |= MM_STRIP_GPS;
        break;
    case 700: x->removed |= MM_STRIP_XMP; break;
    case 33723: x->removed |= MM_STRIP_IPTC; break;
    case 34377: mm_photoshop_removed(x, entry->data); break;
    case 37500: x->removed |= MM_STRIP_MAKER_NOTE; break;
    case SUB_DIRECTORIES: x->removed |= MM_STRIP_THUMBNAIL; break;
    case 301: case 318: case 319: case ICC: x->removed |= MM_STRIP_COLOR; break;
    case 282: case 283: case 296: x->removed |= MM_STRIP_DENSITY; break;
    default: x->removed |= MM_STRIP_APPLICATION; break;
    }
}

/* ---- a page's pixels -------------------------------------------------------- */

static bool known_compression(uint64_t c)
{
    static const unsigned short known[] = { 1, 2, 3, 4, 5, 7, 8, 32773, 32946, 34676, 34677, 34887, 34925, 50000 };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i] == c)
            return true;
    return false;
}

/* Camera raw formats are TIFF in structure, and hide more than this knows of. */
static int check_page(rebuild *r, const page *p, bool first)
{
    mm_strip *x = r->x;
    bool raw = p->dng || p->photometric == 32803 || p->photometric == 34892 ||
               (first && p->subfile & 1 && p->sub_directories);
    if (raw)
        return STRIP_BAD(x, "a camera's raw file; its metadata can not be stripped");
    if (!known_compression(p->compression))
        return STRIP_BAD(x, "TIFF compression %llu is not known", (unsigned long long)p->compression);
    if (!p->offsets.data.n || !p->sizes.data.n || p->offsets.count != p->sizes.count)
        return STRIP_BAD(x, "TIFF page does not say where its pixels lie and how many bytes they are");
    return 0;
}

/* Copy one strip or tile to an even offset. */
static int copy_strip(rebuild *r, page *p, uint64_t at, uint64_t n)
{
    mm_strip *x = r->x;
    mm_str strip = mm_sub(x->in, at, n);
    r->copied += n;
    if (!mm_in(x->in, at, n))
        return STRIP_BAD(x, "TIFF pixels lie outside the file");
    if (r->copied > x->in.n)
        return STRIP_BAD(x, "TIFF strips overlap");
    if (x->out->n & 1)
        mm_buf_byte(x->out, 0);
    uint64_t from = x->out->n;
    use(r, at, n);
    if (p->compression != 7 || !n) {
        mm_buf_str(x->out, strip);
    } else if (mm_strip_jpeg_part(x, strip) < 0) {
        return -1;
    } else if (x->out->n - from != n) {
        x->removed |= MM_STRIP_APPLICATION;
    }
    put(r, &p->new_offsets, n ? from : 0, r->width);
    put(r, &p->new_sizes, x->out->n - from, r->width);
    return 0;
}

static int copy_strips(rebuild *r, page *p)
{
    if (p->offsets.cut || p->sizes.cut)
        return STRIP_BAD(r->x, "TIFF list of strips lies outside the file");
    for (uint64_t i = 0; i < p->offsets.count; i++)
        if (copy_strip(r, p, mm_tiff_uint(&r->t, &p->offsets, i), mm_tiff_uint(&r->t, &p->sizes, i)) < 0)
            return -1;
    return 0;
}

/* ---- a page's directory ----------------------------------------------------- */

/* Take the tags that say how to deal with the page. */
static void survey(rebuild *r, uint64_t at, page *p)
{
    mm_tiff_entry entry;
    *p = (page){ .compression = 1 };
    for (mm_tiff_dir d = mm_tiff_dir_at(&r->t, at); mm_tiff_next(&d, &entry);) {
        uint64_t v = mm_tiff_uint(&r->t, &entry, 0);
        switch (entry.tag) {
        case SUBFILE: p->subfile = v; break;
        case COMPRESSION: p->compression = v; break;
        case PHOTOMETRIC: p->photometric = v; break;
        case STRIPS: case TILES: p->offsets = entry; break;
        case STRIP_SIZES: case TILE_SIZES: p->sizes = entry; break;
        case SUB_DIRECTORIES: p->sub_directories = true; break;
        case DNG_VERSION: p->dng = true; break;
        default: break;
        }
    }
}

/* The bytes a kept entry will hold: its own, or the new offsets and sizes. */
static int new_value(rebuild *r, page *p, mm_tiff_entry *entry, mm_buf *tables, mm_str *value)
{
    mm_strip *x = r->x;
    unsigned number = r->width == 8 ? LONG8 : LONG;
    *value = entry->data;
    if (entry->cut || (entry->count && !entry->data.n))
        return STRIP_BAD(x, "TIFF value of tag %u lies outside the file", entry->tag);
    if (entry->tag == STRIPS || entry->tag == TILES || entry->tag == STRIP_SIZES || entry->tag == TILE_SIZES) {
        bool offsets = entry->tag == STRIPS || entry->tag == TILES;
        *value = mm_buf_view(offsets ? &p->new_offsets : &p->new_sizes);
        entry->type = number;
        return entry->count == value->n / r->width ? 0 : STRIP_BAD(x, "TIFF page has both strips and tiles");
    }
    if (entry->tag != JPEG_TABLES || p->compression != 7)
        return 0;
    mm_strip part = { .in = *value, .keep = x->keep, .out = tables, .e = x->e };
    tables->n = 0;
    if (mm_strip_jpeg_part(&part, *value) < 0)
        return -1;
    x->removed |= part.removed;
    *value = mm_buf_view(tables);
    entry->count = value->n;
    return 0;
}

/* One entry into `dir`; a value that does not fit goes to out. */
static void put_entry(rebuild *r, const mm_tiff_entry *entry, mm_str value, mm_buf *dir)
{
    mm_buf *out = r->x->out;
    put(r, dir, entry->tag, 2);
    put(r, dir, entry->type, 2);
    put(r, dir, entry->count, r->width);
    if (value.n > r->width) {
        if (out->n & 1)
            mm_buf_byte(out, 0);
        put(r, dir, out->n, r->width);
        mm_buf_str(out, value);
        return;
    }
    mm_buf_str(dir, value);
    for (size_t i = value.n; i < r->width; i++)
        mm_buf_byte(dir, 0);
}

static int gather_entries(rebuild *r, page *p, uint64_t at, mm_buf *dir, uint64_t *n)
{
    mm_strip *x = r->x;
    mm_tiff_entry entry;
    mm_str value;
    mm_buf tables = { 0 };
    int status = 0;
    for (mm_tiff_dir d = mm_tiff_dir_at(&r->t, at); status == 0 && mm_tiff_next(&d, &entry);) {
        if (!is_kept(x, entry.tag)) {
            note_removed(x, &entry);
            continue;
        }
        if (entry.data.n > r->width)
            use(r, (uint64_t)(entry.data.p - x->in.p), entry.data.n);
        status = new_value(r, p, &entry, &tables, &value);
        if (status == 0)
            put_entry(r, &entry, value, dir);
        *n += 1;
    }
    x->out->failed |= tables.failed;
    mm_buf_free(&tables);
    return status;
}

static int put_page(rebuild *r, page *p, uint64_t at)
{
    mm_buf dir = { 0 }, *out = r->x->out;
    uint64_t n = 0;
    int status = gather_entries(r, p, at, &dir, &n);
    if (status == 0) {
        while (out->n & (r->width - 1))
            mm_buf_byte(out, 0);
        set(r, r->link, out->n);
        put(r, out, n, r->width == 8 ? 8 : 2);
        mm_buf_str(out, mm_buf_view(&dir));
        r->link = out->n;
        put(r, out, 0, r->width);
    }
    out->failed |= dir.failed;
    mm_buf_free(&dir);
    return status;
}

static int pass_page(rebuild *r, uint64_t at, bool first)
{
    page p;
    survey(r, at, &p);
    if (!first && p.subfile & 1) {
        r->x->removed |= MM_STRIP_THUMBNAIL;
        return 0;
    }
    int status = check_page(r, &p, first);
    if (status == 0)
        status = copy_strips(r, &p);
    r->x->out->failed |= p.new_offsets.failed | p.new_sizes.failed;
    if (status == 0)
        status = put_page(r, &p, at);
    mm_buf_free(&p.new_offsets);
    mm_buf_free(&p.new_sizes);
    return status;
}

static int pass_pages(rebuild *r)
{
    mm_strip *x = r->x;
    uint64_t at = r->t.first, pages = 0;
    unsigned head = r->t.big ? 8 : 2, size = r->t.big ? 20 : 12;
    for (; at; pages++) {
        mm_tiff_dir d = mm_tiff_dir_at(&r->t, at);
        if (d.cut || d.left > MAX_ENTRIES)
            return STRIP_BAD(x, "TIFF directory at byte %llu is damaged", (unsigned long long)at);
        if (pages == MAX_PAGES || x->out->n > 2 * x->in.n + 65536)
            return STRIP_BAD(x, "TIFF directories go on past %d or in a circle", MAX_PAGES);
        use(r, at, head + d.left * size + r->width);
        if (pass_page(r, at, !pages) < 0)
            return -1;
        at = d.next;
    }
    return pages ? 0 : STRIP_BAD(x, "TIFF without a directory");
}

/* ---- bytes nothing refers to ------------------------------------------------ */

static int by_place(const void *a, const void *b)
{
    const range *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* Padding is short and zero. */
static bool is_padding(mm_str s)
{
    for (size_t i = 0; i < s.n && s.n < 8; i++)
        if (s.p[i])
            return false;
    return s.n < 8;
}

static void note_unused(rebuild *r)
{
    mm_strip *x = r->x;
    range *used = (range *)(void *)r->used.p;
    size_t n = r->used.n / sizeof *used;
    uint64_t at = 0;
    if (r->used.failed || !n)
        return;
    qsort(used, n, sizeof *used, by_place);
    for (size_t i = 0; i < n; i++) {
        if (used[i].at > at && !is_padding(mm_sub(x->in, at, used[i].at - at)))
            x->removed |= MM_STRIP_UNUSED;
        at = used[i].at + used[i].n > at ? used[i].at + used[i].n : at;
    }
    if (at < x->in.n && !is_padding(mm_sub(x->in, at, x->in.n - at)))
        x->removed |= MM_STRIP_TRAILER;
}

int mm_strip_tiff(mm_strip *x)
{
    rebuild r = { .x = x };
    if (mm_tiff_open(x->in, &r.t) < 0)
        return STRIP_BAD(x, "TIFF header is damaged");
    r.width = r.t.big ? 8 : 4;
    r.link = r.width;
    mm_buf_str(x->out, mm_sub(x->in, 0, r.width));
    put(&r, x->out, 0, r.width);
    use(&r, 0, 2 * r.width);
    int status = pass_pages(&r);
    if (status == 0)
        note_unused(&r);
    x->out->failed |= r.used.failed;
    x->as_it_was = !x->removed;
    mm_buf_free(&r.used);
    return status;
}
