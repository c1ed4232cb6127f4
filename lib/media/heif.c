/* heif.c - boxes, items, their places, properties and references. */
#include "media/heif.h"

bool mm_box_next(mm_str s, uint64_t *at, mm_box *b)
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

mm_str mm_box_find(mm_str s, mm_str type)
{
    mm_box b;
    for (uint64_t at = 0; mm_box_next(s, &at, &b);)
        if (mm_str_eq(b.type, type))
            return b.body;
    return (mm_str){ 0 };
}

mm_str mm_heif_meta(mm_str file)
{
    return mm_sub(mm_box_find(file, MM_STR("meta")), 4, file.n);
}

uint64_t mm_heif_primary(mm_str meta)
{
    mm_str s = mm_box_find(meta, MM_STR("pitm"));
    return mm_be(s, 4, mm_u8(s, 0) ? 4 : 2);
}

mm_str mm_heif_bytes(mm_str file, mm_str meta, uint64_t item)
{
    mm_str s = mm_box_find(meta, MM_STR("iloc"));
    unsigned version = mm_u8(s, 0), sizes = (unsigned)mm_be(s, 4, 2), id_size = version < 2 ? 2 : 4;
    unsigned off = sizes >> 12, len = sizes >> 8 & 15, base = sizes >> 4 & 15, index = version ? sizes & 15 : 0;
    uint64_t n = mm_be(s, 6, id_size), at = 6 + id_size;
    if (off > 8 || len > 8 || base > 8 || index > 8)
        return (mm_str){ 0 };
    for (uint64_t i = 0; i < n && i < MM_HEIF_ITEMS && at < s.n; i++) {
        uint64_t id = mm_be(s, at, id_size);
        at += id_size;
        unsigned method = version ? (unsigned)mm_be(s, at, 2) & 15 : 0;
        at += version ? 4 : 2;
        uint64_t from = mm_be(s, at, base), extents = mm_be(s, at + base, 2);
        at += base + 2;
        if (id == item) {
            mm_str whole = method == 1 ? mm_box_find(meta, MM_STR("idat")) : file;
            return mm_sub(whole, from + mm_be(s, at + index, off), mm_be(s, at + index + off, len));
        }
        at += extents * (index + off + len);
    }
    return (mm_str){ 0 };
}

mm_str mm_heif_type(mm_str meta, uint64_t item)
{
    mm_str s = mm_box_find(meta, MM_STR("iinf"));
    mm_box b;
    uint64_t at = mm_u8(s, 0) ? 8 : 6;
    for (unsigned i = 0; i < MM_HEIF_ITEMS && mm_box_next(s, &at, &b); i++) {
        unsigned version = mm_u8(b.body, 0), id_size = version == 3 ? 4 : 2;
        if (version >= 2 && mm_be(b.body, 4, id_size) == item)
            return mm_sub(b.body, 4 + id_size + 2, 4);
    }
    return (mm_str){ 0 };
}

/* ---- properties ------------------------------------------------------------- */

/* Property `index` (from 1) of the property container. */
static bool property_at(mm_str ipco, uint64_t index, mm_box *p)
{
    uint64_t at = 0;
    for (uint64_t i = 1; i <= index && i <= MM_HEIF_PROPERTIES && mm_box_next(ipco, &at, p); i++)
        if (i == index)
            return true;
    return false;
}

bool mm_heif_property(mm_str meta, uint64_t item, unsigned i, mm_box *p)
{
    mm_str iprp = mm_box_find(meta, MM_STR("iprp")), ipco = mm_box_find(iprp, MM_STR("ipco"));
    mm_str s = mm_box_find(iprp, MM_STR("ipma"));
    unsigned id_size = mm_u8(s, 0) ? 4 : 2, link = mm_u8(s, 3) & 1 ? 2 : 1;
    uint64_t n = mm_be(s, 4, 4), at = 8;
    for (uint64_t k = 0; k < n && k < MM_HEIF_ITEMS && mm_in(s, at, id_size + 1); k++) {
        uint64_t id = mm_be(s, at, id_size);
        unsigned count = mm_u8(s, at + id_size);
        at += id_size + 1;
        if (id == item) {
            *p = (mm_box){ .type = { 0 } };
            if (i < count && !property_at(ipco, mm_be(s, at + i * link, link) & (link == 2 ? 0x7fff : 0x7f), p))
                *p = (mm_box){ .type = { 0 } };
            return i < count;
        }
        at += (uint64_t)count * link;
    }
    return false;
}

mm_str mm_heif_property_of(mm_str meta, uint64_t item, mm_str type)
{
    mm_box p;
    for (unsigned i = 0; mm_heif_property(meta, item, i, &p); i++)
        if (mm_str_eq(p.type, type))
            return p.body;
    return (mm_str){ 0 };
}

/* ---- grids ------------------------------------------------------------------ */

/* The items that `item` is derived from (dimg): how many, at most `room` of them noted. */
static unsigned sources(mm_str meta, uint64_t item, uint64_t *out, unsigned room)
{
    mm_str s = mm_box_find(meta, MM_STR("iref"));
    unsigned id_size = mm_u8(s, 0) ? 4 : 2;
    mm_box b;
    uint64_t at = 4;
    for (unsigned i = 0; i < MM_HEIF_ITEMS && mm_box_next(s, &at, &b); i++) {
        if (!mm_str_eq(b.type, MM_STR("dimg")) || mm_be(b.body, 0, id_size) != item)
            continue;
        unsigned n = (unsigned)mm_be(b.body, id_size, 2);
        for (unsigned k = 0; k < n && k < room; k++)
            out[k] = mm_be(b.body, id_size + 2 + (uint64_t)k * id_size, id_size);
        return n;
    }
    return 0;
}

int mm_heif_grid_read(mm_str file, mm_str meta, uint64_t item, mm_heif_grid *g)
{
    mm_str s = mm_heif_bytes(file, meta, item);
    unsigned size = mm_u8(s, 1) & 1 ? 4 : 2;
    if (!mm_str_eq(mm_heif_type(meta, item), MM_STR("grid")) || !mm_in(s, 0, 4 + 2 * size))
        return -1;
    g->rows = mm_u8(s, 2) + 1;
    g->columns = mm_u8(s, 3) + 1;
    g->width = mm_be(s, 4, size);
    g->height = mm_be(s, 4 + size, size);
    unsigned n = g->rows * g->columns;
    return n <= MM_HEIF_TILES && sources(meta, item, g->tile, MM_HEIF_TILES) >= n ? 0 : -1;
}
