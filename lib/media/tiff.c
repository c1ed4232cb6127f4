/* tiff.c - walking TIFF directories (TIFF 6.0, section 2; BigTIFF as in libtiff's description). */
#include "media/tiff.h"

/* Bytes a value of each type takes, types 0 to 18; 0: no such type. */
static const unsigned char type_size[] = { 0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8 };

static uint64_t number(const mm_tiff *t, mm_str s, uint64_t at, unsigned n)
{
    return t->big_endian ? mm_be(s, at, n) : mm_le(s, at, n);
}

int mm_tiff_open(mm_str s, mm_tiff *t)
{
    *t = (mm_tiff){ .s = s };
    if (mm_at(s, 0, "MM", 2))
        t->big_endian = true;
    else if (!mm_at(s, 0, "II", 2))
        return -1;
    uint64_t version = number(t, s, 2, 2);
    if (version != 42 && version != 43)
        return -1;
    t->big = version == 43;
    t->first = t->big ? number(t, s, 8, 8) : number(t, s, 4, 4);
    return 0;
}

mm_tiff_dir mm_tiff_dir_at(const mm_tiff *t, uint64_t at)
{
    unsigned head = t->big ? 8 : 2, size = t->big ? 20 : 12, link = t->big ? 8 : 4;
    mm_tiff_dir d = { .t = t };
    if (!mm_in(t->s, at, head)) {
        d.cut = true;
        return d;
    }
    uint64_t n = number(t, t->s, at, head), room = (t->s.n - at - head) / size;
    d.cut = n > room;
    d.left = d.cut ? room : n;
    d.at = at + head;
    if (!d.cut)
        d.next = number(t, t->s, d.at + n * size, link);
    return d;
}

bool mm_tiff_next(mm_tiff_dir *d, mm_tiff_entry *entry)
{
    const mm_tiff *t = d->t;
    unsigned width = t->big ? 8 : 4;
    if (!d->left)
        return false;
    *entry = (mm_tiff_entry){ .tag = (unsigned)number(t, t->s, d->at, 2),
                              .type = (unsigned)number(t, t->s, d->at + 2, 2),
                              .count = number(t, t->s, d->at + 4, width) };
    uint64_t size = entry->type < sizeof type_size ? type_size[entry->type] : 0;
    uint64_t at = d->at + 4 + width;
    uint64_t n = size && entry->count > UINT64_MAX / size ? UINT64_MAX : entry->count * size;
    if (n > width)
        at = number(t, t->s, at, width);
    entry->data = mm_sub(t->s, at, n);
    entry->cut = entry->data.n < n;
    d->at += t->big ? 20 : 12;
    d->left--;
    return true;
}

uint64_t mm_tiff_uint(const mm_tiff *t, const mm_tiff_entry *entry, uint64_t i)
{
    unsigned size = entry->type < sizeof type_size ? type_size[entry->type] : 0;
    if (entry->type == 2 || entry->type == 5 || entry->type == 10 || entry->type == 11 || entry->type == 12)
        return 0;
    return i < entry->count && size ? number(t, entry->data, i * size, size) : 0;
}

void mm_tiff_text(const mm_tiff_entry *entry, char *out, size_t room)
{
    if (entry->type != 2 || out[0] || !entry->data.n)
        return;
    size_t n = strnlen(entry->data.p, entry->data.n < room ? entry->data.n : room - 1);
    while (n && strchr(" \t\r\n", entry->data.p[n - 1]))
        n--;
    memcpy(out, entry->data.p, n);
    out[n] = 0;
}
