/* image_png.c - PNG chunks (PNG 3rd edition, section 11; APNG acTL section 11.3.2), from the first
 * to IEND by their lengths: text and EXIF may stand behind the image data. */
#include <zlib.h>

#include "media/image.h"
#include "media/meta.h"

static void read_header(mm_str s, mm_image_facts *f)
{
    static const struct { const char *name; int channels; bool alpha; } color[] = {
        [0] = { "gray", 1, false }, [2] = { "rgb", 3, false }, [3] = { "palette", 1, false },
        [4] = { "gray", 2, true }, [6] = { "rgb", 4, true },
    };
    f->width = (int64_t)mm_be(s, 0, 4);
    f->height = (int64_t)mm_be(s, 4, 4);
    f->bit_depth = mm_u8(s, 8);
    unsigned type = mm_u8(s, 9);
    if (s.n < 13)
        f->width = -1;
    if (type >= sizeof color / sizeof *color || !color[type].name) {
        mm_media_warn(&f->warnings, "PNG color type %u does not exist", type);
        return;
    }
    strcpy(f->color_space, color[type].name);
    f->channels = color[type].channels;
    f->has_alpha = color[type].alpha;
}

/* The place is that of the whole chunk: meta_blocks.c unwraps it. */
static void note_wrapped(mm_image_facts *f, int kind, int8_t *has, mm_str chunk)
{
    *has = MM_YES;
    mm_place_note(f, kind, chunk);
}

/* ImageMagick and older exiftool keep profiles as hexadecimal text under these keywords. */
static void read_text(mm_str s, mm_image_facts *f)
{
    if (mm_at(s, 0, "XML:com.adobe.xmp", 18) || mm_at(s, 0, "Raw profile type xmp", 21))
        mm_xmp_note(s, f);
    else if (mm_at(s, 0, "Raw profile type exif", 22) || mm_at(s, 0, "Raw profile type APP1", 22))
        note_wrapped(f, MM_META_EXIF, &f->has_exif, s);
    else if (mm_at(s, 0, "Raw profile type iptc", 22) || mm_at(s, 0, "Raw profile type 8bim", 22))
        note_wrapped(f, MM_META_IPTC, &f->has_iptc, s);
    else if (mm_at(s, 0, "Raw profile type icc", 20))
        f->has_icc = MM_YES;
}

static void read_animation(mm_str s, mm_image_facts *f)
{
    f->frames = (int64_t)mm_be(s, 0, 4);
    f->loops = (int64_t)mm_be(s, 4, 4);
}

/* Of the frame an fcTL chunk describes; a denominator of 0 means 100. */
static double delay(mm_str s)
{
    uint64_t above = mm_be(s, 20, 2), below = mm_be(s, 22, 2);
    return (double)above / (double)(below ? below : 100);
}

/* Name, NUL, method 0, and the profile deflated: its beginning says enough. */
static void read_profile(mm_str s, mm_image_facts *f)
{
    char profile[4096];
    const char *nul = s.n ? memchr(s.p, 0, s.n < 80 ? s.n : 80) : NULL;
    mm_str packed = nul ? mm_sub(s, (uint64_t)(nul - s.p) + 2, 1 << 16) : (mm_str){ 0 };
    z_stream z = { .next_in = (Bytef *)packed.p, .avail_in = (uInt)packed.n, .next_out = (Bytef *)profile, .avail_out = sizeof profile };
    f->has_icc = MM_YES;
    if (!packed.n || inflateInit(&z) != Z_OK)
        return;
    inflate(&z, Z_SYNC_FLUSH);
    inflateEnd(&z);
    mm_icc_note((mm_str){ profile, sizeof profile - z.avail_out }, f);
}

static void read_chunk(mm_str type, mm_str s, mm_image_facts *f)
{
    if (mm_str_eq(type, MM_STR("IHDR")))
        read_header(s, f);
    else if (mm_str_eq(type, MM_STR("acTL")))
        read_animation(s, f);
    else if (mm_str_eq(type, MM_STR("fcTL")))
        f->duration_s = (f->duration_s < 0 ? 0 : f->duration_s) + delay(s);
    else if (mm_str_eq(type, MM_STR("eXIf")))
        mm_exif_read(s, f);
    else if (mm_str_eq(type, MM_STR("iCCP")))
        read_profile(s, f);
    else if (mm_str_eq(type, MM_STR("tRNS")))
        f->has_alpha = MM_YES;
    else if (mm_str_eq(type, MM_STR("tEXt")) || mm_str_eq(type, MM_STR("zTXt")) ||
             mm_str_eq(type, MM_STR("iTXt")))
        read_text(s, f);
}

void mm_image_png(mm_str s, mm_image_facts *f)
{
    f->frames = 1;
    for (uint64_t at = 8;;) {
        uint64_t n = mm_be(s, at, 4);
        mm_str type = mm_sub(s, at + 4, 4);
        if (!mm_in(s, at, 12) || !mm_in(s, at + 8, n)) {
            mm_media_warn(&f->warnings, "PNG data ends before IEND");
            break;
        }
        if (at == 8 && !mm_str_eq(type, MM_STR("IHDR"))) {
            mm_media_warn(&f->warnings, "PNG does not begin with IHDR");
            break;
        }
        read_chunk(type, mm_sub(s, at + 8, n), f);
        if (mm_str_eq(type, MM_STR("IEND")))
            break;
        at += 12 + n;
    }
}
