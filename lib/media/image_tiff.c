/* image_tiff.c - TIFF 6.0 and BigTIFF: the first directory for the facts, the chain for the number
 * of pages. Tag 700 XMP, 33723 IPTC, 34377 Photoshop, 34675 ICC as registered by Adobe. */
#include "media/image.h"
#include "media/meta.h"
#include "media/tiff.h"

enum { MAX_PAGES = 10000 };

static const char *color_name(uint64_t photometric)
{
    static const char *const names[] = { "gray", "gray", "rgb", "palette", "gray", "cmyk", "ycbcr", "", "lab" };
    return photometric < sizeof names / sizeof *names ? names[photometric] : "";
}

static void read_entry(const mm_tiff *t, const mm_tiff_entry *entry, mm_image_facts *f, bool *photoshop)
{
    int64_t v = (int64_t)mm_tiff_uint(t, entry, 0);
    switch (entry->tag) {
    case 256: f->width = v; break;
    case 257: f->height = v; break;
    case 258: f->bit_depth = v; break;
    case 262: strcpy(f->color_space, color_name((uint64_t)v)); break;
    case 277: f->channels = v; break;
    case 271: case 272: case 306: case 34665: case 34853: f->has_exif = MM_YES; break;
    case 338: f->has_alpha = v == 1 || v == 2; break;
    case 700:
        if (f->has_xmp != MM_YES)
            mm_xmp_note(entry->data, f);
        break;
    case 33723:
        f->has_iptc = MM_YES;
        mm_place_note(f, MM_META_IPTC, entry->data);
        break;
    case 34377:
        if (!*photoshop)
            mm_photoshop_note(entry->data, f);
        *photoshop = true;
        break;
    case 34675: mm_icc_note(entry->data, f); break;
    default: break;
    }
}

static void count_pages(const mm_tiff *t, uint64_t at, mm_image_facts *f)
{
    for (f->frames = 0; at && f->frames < MAX_PAGES; f->frames++) {
        mm_tiff_dir d = mm_tiff_dir_at(t, at);
        if (d.cut) {
            mm_media_warn(&f->warnings, "TIFF data ends before directory %lld", (long long)f->frames + 1);
            return;
        }
        at = d.next;
    }
    if (at) {
        mm_media_warn(&f->warnings, "TIFF directories go on past %d or in a circle", MAX_PAGES);
        f->frames = -1;
    }
}

void mm_image_tiff(mm_str s, mm_image_facts *f)
{
    mm_tiff t;
    mm_tiff_entry entry;
    bool photoshop = false;
    if (mm_tiff_open(s, &t) < 0)
        return;
    mm_tiff_dir d = mm_tiff_dir_at(&t, t.first);
    mm_exif_read(s, f);
    f->has_exif = MM_NO;  /* every TIFF has a directory; only EXIF's own tags count */
    f->bit_depth = f->channels = 1;  /* the defaults of TIFF 6.0 */
    f->has_alpha = MM_NO;
    while (mm_tiff_next(&d, &entry)) {
        if (entry.cut)
            mm_media_warn(&f->warnings, "TIFF value of tag %u lies outside the file", entry.tag);
        read_entry(&t, &entry, f, &photoshop);
    }
    count_pages(&t, t.first, f);
}
