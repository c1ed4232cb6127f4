/* exif.c - what EXIF says about camera, place, time and turning, and whether XMP and IPTC are
 * there. Tags: Exif 2.32 (JEITA CP-3451X) sections 4.6.4 to 4.6.6; XMP part 1; Photoshop image
 * resources as in Adobe's file format specification. */
#include "media/image.h"
#include "media/meta.h"
#include "media/tiff.h"

enum {
    TAG_MAKE = 0x010f, TAG_MODEL = 0x0110, TAG_ORIENTATION = 0x0112, TAG_DATETIME = 0x0132,
    TAG_EXIF = 0x8769, TAG_GPS = 0x8825,
    TAG_ORIGINAL = 0x9003, TAG_DIGITIZED = 0x9004, TAG_LENS_MODEL = 0xa434,
    GPS_LATITUDE = 2, GPS_LONGITUDE = 4,
};

static void read_gps(const mm_tiff *t, uint64_t at, mm_image_facts *f)
{
    mm_tiff_entry entry;
    for (mm_tiff_dir d = mm_tiff_dir_at(t, at); mm_tiff_next(&d, &entry);)
        if ((entry.tag == GPS_LATITUDE || entry.tag == GPS_LONGITUDE) && entry.count)
            f->has_gps = MM_YES;
}

static bool is_time(const mm_tiff_entry *entry)
{
    return entry->type == 2 && entry->data.n >= 4 && entry->data.p[0] >= '0' && entry->data.p[0] <= '9';
}

static void read_exif_ifd(const mm_tiff *t, uint64_t at, mm_image_facts *f)
{
    mm_tiff_entry entry;
    for (mm_tiff_dir d = mm_tiff_dir_at(t, at); mm_tiff_next(&d, &entry);) {
        if ((entry.tag == TAG_ORIGINAL || entry.tag == TAG_DIGITIZED) && is_time(&entry))
            f->has_datetime = MM_YES;
        else if (entry.tag == TAG_LENS_MODEL)
            mm_tiff_text(&entry, f->lens, sizeof f->lens);
    }
}

void mm_exif_read(mm_str tiff, mm_image_facts *f)
{
    mm_tiff t;
    mm_tiff_entry entry;
    uint64_t exif = 0, gps = 0;
    if (mm_tiff_open(tiff, &t) < 0) {
        mm_media_warn(&f->warnings, "EXIF block holds no TIFF header");
        return;
    }
    mm_place_note(f, MM_META_EXIF, tiff);
    mm_tiff_dir d = mm_tiff_dir_at(&t, t.first);
    if (d.cut)
        mm_media_warn(&f->warnings, "EXIF directory reaches past its block");
    while (mm_tiff_next(&d, &entry)) {
        uint64_t v = mm_tiff_uint(&t, &entry, 0);
        switch (entry.tag) {
        case TAG_MAKE: mm_tiff_text(&entry, f->camera_make, sizeof f->camera_make); break;
        case TAG_MODEL: mm_tiff_text(&entry, f->camera_model, sizeof f->camera_model); break;
        case TAG_LENS_MODEL: mm_tiff_text(&entry, f->lens, sizeof f->lens); break;
        case TAG_EXIF: exif = v; break;
        case TAG_GPS: gps = v; break;
        case TAG_ORIENTATION:
            if (v >= 1 && v <= 8 && f->orientation < 0)
                f->orientation = (int64_t)v;
            break;
        case TAG_DATETIME:
            if (is_time(&entry))
                f->has_datetime = MM_YES;
            break;
        default: break;
        }
        f->has_exif = MM_YES;
    }
    if (exif)
        read_exif_ifd(&t, exif, f);
    if (gps)
        read_gps(&t, gps, f);
}

/* tiff:Orientation, as an attribute or as an element (XMP part 2, section 3.1). */
static int64_t xmp_orientation(mm_str packet)
{
    static const char name[] = "tiff:Orientation";
    const char *at = packet.n ? memmem(packet.p, packet.n, name, sizeof name - 1) : NULL;
    if (!at)
        return -1;
    mm_str value = mm_sub(packet, (uint64_t)(at - packet.p) + sizeof name - 1, 3);
    size_t i = 0;
    while (i < value.n && memchr("=\"'>", value.p[i], 4))
        i++;
    return i > 0 && i < value.n && value.p[i] >= '1' && value.p[i] <= '8' ? value.p[i] - '0' : -1;
}

void mm_xmp_note(mm_str packet, mm_image_facts *f)
{
    f->has_xmp = MM_YES;
    mm_place_note(f, MM_META_XMP, packet);
    if (f->xmp_orientation < 0)
        f->xmp_orientation = xmp_orientation(packet);
    if (packet.n && memmem(packet.p, packet.n, "GPSLatitude", 11))
        f->has_gps = MM_YES;
}

void mm_photoshop_note(mm_str s, mm_image_facts *f)
{
    uint64_t at = 0;
    while (mm_in(s, at, 12) && (mm_at(s, at, "8BIM", 4) || mm_at(s, at, "PHUT", 4))) {
        uint64_t id = mm_be(s, at + 4, 2), name = (mm_u8(s, at + 6) + 2) & ~1u;
        uint64_t size = mm_be(s, at + 6 + name, 4);
        if (id == 0x0404 && size) {
            f->has_iptc = MM_YES;
            mm_place_note(f, MM_META_IPTC, mm_sub(s, at + 6 + name + 4, size));
        }
        at += 6 + name + 4 + size + (size & 1);
    }
}
