/* image.c - which image format this is, and the facts all formats share. */
#include <stdio.h>

#include "media/image.h"

static const struct format {
    const char *name;
    const char *magic;
    size_t n;
    void (*read)(mm_str, mm_image_facts *);
} formats[] = {
    { "jpeg", "\xff\xd8\xff", 3, mm_image_jpeg },
    { "png", "\x89PNG\r\n\x1a\n", 8, mm_image_png },
    { "gif", "GIF8", 4, mm_image_gif },
    { "bmp", "BM", 2, mm_image_bmp },
    { "tiff", "II*\0", 4, mm_image_tiff },
    { "tiff", "MM\0*", 4, mm_image_tiff },
    { "tiff", "II+\0", 4, mm_image_tiff },
    { "tiff", "MM\0+", 4, mm_image_tiff },
};

void mm_media_warn(mm_media_warnings *w, const char *fmt, ...)
{
    if (w->n >= sizeof w->text / sizeof *w->text)
        return;
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(w->text[w->n++], sizeof *w->text, fmt, ap);
    va_end(ap);
}

/* "BM" is two letters many texts begin with; the header size that follows settles it. */
static bool is_bmp(mm_str s)
{
    uint64_t header = mm_le(s, 14, 4);
    return header >= 12 && header <= 256;
}

static const char *find(mm_str s, void (**read)(mm_str, mm_image_facts *))
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        if (mm_at(s, 0, formats[i].magic, formats[i].n) && (formats[i].name[0] != 'b' || is_bmp(s))) {
            *read = formats[i].read;
            return formats[i].name;
        }
    if (mm_at(s, 0, "RIFF", 4) && mm_at(s, 8, "WEBP", 4)) {
        *read = mm_image_webp;
        return "webp";
    }
    *read = mm_image_heif;
    return mm_heif_format(s);
}

const char *mm_image_format(mm_str bytes)
{
    void (*read)(mm_str, mm_image_facts *);
    return find(mm_sub(bytes, 0, 64), &read);
}

static void clear(mm_image_facts *f)
{
    memset(f, 0, sizeof *f);
    f->width = f->height = f->display_width = f->display_height = -1;
    f->orientation = f->xmp_orientation = f->bit_depth = f->channels = f->frames = -1;
    f->tile_columns = f->tile_rows = f->loops = -1;
    f->duration_s = -1;
    f->has_alpha = MM_UNTOLD;
}

/* Times and turns are those of frames; a picture alone, and pages, have none. */
static void settle_animation(mm_image_facts *f)
{
    if (f->frames < 2) {
        f->loops = -1;
        f->duration_s = -1;
    }
}

void mm_place_note(mm_image_facts *f, int kind, mm_str block)
{
    if (f->place[kind].n || !block.n)
        return;
    f->place[kind].at = (uintptr_t)block.p;
    f->place[kind].n = block.n;
}

static void make_places_offsets(mm_image_facts *f, mm_str bytes)
{
    for (size_t i = 0; i < sizeof f->place / sizeof *f->place; i++)
        if (f->place[i].n)
            f->place[i].at -= (uintptr_t)bytes.p;
}

int mm_image_facts_read(mm_str bytes, mm_image_facts *f, mm_err *e)
{
    void (*read)(mm_str, mm_image_facts *);
    clear(f);
    const char *format = find(bytes, &read);
    if (!format)
        return mm_fail(e, MM_EBAD, "no image of a known format");
    snprintf(f->format, sizeof f->format, "%s", format);
    read(bytes, f);
    make_places_offsets(f, bytes);
    settle_animation(f);
    if (f->width <= 0 || f->height <= 0)
        f->width = f->height = -1;
    if (f->width < 0 && f->has_exif != MM_YES)
        return mm_fail(e, MM_EBAD, "%s header is damaged: %s", format,
                       f->warnings.n ? f->warnings.text[0] : "no size");
    if (f->width < 0 && !f->warnings.n)
        mm_media_warn(&f->warnings, "%s header states no size", format);
    mm_polyglot_note(bytes, &f->warnings);
    if (f->orientation < 0)
        f->orientation = f->xmp_orientation;
    bool turned = f->orientation >= 5;
    f->display_width = turned ? f->height : f->width;
    f->display_height = turned ? f->width : f->height;
    return 0;
}
