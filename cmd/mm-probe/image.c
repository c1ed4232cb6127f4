/* image.c - what the headers of a picture say. */
#include <stdio.h>

#include "ask.h"

enum {
    WIDTH, HEIGHT, SIZE, DISPLAY_WIDTH, DISPLAY_HEIGHT, FORMAT, ORIENTATION, BIT_DEPTH, CHANNELS, COLOR_SPACE,
    FRAMES, CAMERA_MAKE, CAMERA_MODEL, LENS, HAS_GPS, HAS_DATETIME, HAS_ALPHA, HAS_EXIF, HAS_XMP, HAS_IPTC, HAS_ICC,
    ICC_DESCRIPTION, ICC_SPACE, ICC_CLASS, DURATION, LOOPS, TILE_COLUMNS, TILE_ROWS,
};

static const fact facts[] = {
    [WIDTH] = { "image.width", "integer", "px", NEED_HEAD, false, "as stored" },
    [HEIGHT] = { "image.height", "integer", "px", NEED_HEAD, false, "as stored" },
    [SIZE] = { "image.size", "string", "px", NEED_HEAD, true, "WIDTHxHEIGHT as stored" },
    [DISPLAY_WIDTH] = { "image.display_width", "integer", "px", NEED_HEAD, false, "once turned by the orientation" },
    [DISPLAY_HEIGHT] = { "image.display_height", "integer", "px", NEED_HEAD, false, "likewise" },
    [FORMAT] = { "image.format", "string", "", NEED_HEAD, false, "jpeg, png, webp, gif, bmp, tiff, heic, heif, avif" },
    [ORIENTATION] = { "image.orientation", "integer", "", NEED_HEAD, false,
                      "1 to 8 as EXIF numbers them (Exif 2.32, tag 0x0112); XMP's where EXIF is silent; for HEIF from irot and imir" },
    [BIT_DEPTH] = { "image.bit_depth", "integer", "bits", NEED_HEAD, false, "of a channel; of an index with a palette" },
    [CHANNELS] = { "image.channels", "integer", "", NEED_HEAD, false, "stored channels, alpha included" },
    [COLOR_SPACE] = { "image.color_space", "string", "", NEED_HEAD, false,
                      "gray, rgb, ycbcr, cmyk, ycck, lab, palette" },
    [FRAMES] = { "image.frames", "integer", "", NEED_HEAD, false, "frames of an animation, or pages" },
    [CAMERA_MAKE] = { "image.camera_make", "string", "", NEED_HEAD, false, "EXIF Make" },
    [CAMERA_MODEL] = { "image.camera_model", "string", "", NEED_HEAD, false, "EXIF Model" },
    [LENS] = { "image.lens", "string", "", NEED_HEAD, false, "EXIF LensModel" },
    [HAS_GPS] = { "image.has_gps", "boolean", "", NEED_HEAD, false, "EXIF or XMP tell a position; never where" },
    [HAS_DATETIME] = { "image.has_datetime", "boolean", "", NEED_HEAD, false, "EXIF tells when" },
    [HAS_ALPHA] = { "image.has_alpha", "boolean", "", NEED_HEAD, false, "there is a channel of transparency" },
    [HAS_EXIF] = { "image.has_exif", "boolean", "", NEED_HEAD, false, "" },
    [HAS_XMP] = { "image.has_xmp", "boolean", "", NEED_HEAD, false, "" },
    [HAS_IPTC] = { "image.has_iptc", "boolean", "", NEED_HEAD, false, "" },
    [HAS_ICC] = { "image.has_icc", "boolean", "", NEED_HEAD, false, "a colour profile is embedded" },
    [ICC_DESCRIPTION] = { "image.icc_description", "string", "", NEED_HEAD, false,
                          "what the profile calls itself, in English where it can (ICC.1, profileDescriptionTag)" },
    [ICC_SPACE] = { "image.icc_space", "string", "", NEED_HEAD, false,
                    "RGB, GRAY, CMYK, Lab, ...: the signature of its colour space (ICC.1, 7.2.6)" },
    [ICC_CLASS] = { "image.icc_class", "string", "", NEED_HEAD, false,
                    "mntr, scnr, prtr, spac, ...: the signature of its class (ICC.1, 7.2.5)" },
    [DURATION] = { "image.duration_s", "number", "s", NEED_HEAD, false, "of an animation: its frames once, as stated" },
    [LOOPS] = { "image.loops", "integer", "", NEED_HEAD, false,
                "of an animation: how often it is to play, as stated; 0 without end; 1 where a GIF does not say" },
    [TILE_COLUMNS] = { "image.tile_columns", "integer", "", NEED_HEAD, false, "of a HEIF grid (ISO/IEC 23008-12)" },
    [TILE_ROWS] = { "image.tile_rows", "integer", "", NEED_HEAD, false, "likewise" },
};

static void tell_size(answer *a, const mm_image_facts *f)
{
    char text[48];
    if (f->width < 0)
        return;
    snprintf(text, sizeof text, "%lldx%lld", (long long)f->width, (long long)f->height);
    tell_cstr(a, SIZE, text);
}

static void tell_all(answer *a, const mm_image_facts *f)
{
    tell_int(a, WIDTH, f->width);
    tell_int(a, HEIGHT, f->height);
    tell_size(a, f);
    tell_int(a, DISPLAY_WIDTH, f->display_width);
    tell_int(a, DISPLAY_HEIGHT, f->display_height);
    tell_cstr(a, FORMAT, f->format);
    tell_int(a, ORIENTATION, f->orientation);
    tell_int(a, BIT_DEPTH, f->bit_depth);
    tell_int(a, CHANNELS, f->channels);
    tell_cstr(a, COLOR_SPACE, f->color_space);
    tell_int(a, FRAMES, f->frames);
    tell_cstr(a, CAMERA_MAKE, f->camera_make);
    tell_cstr(a, CAMERA_MODEL, f->camera_model);
    tell_cstr(a, LENS, f->lens);
    tell_bool(a, HAS_GPS, f->has_gps);
    tell_bool(a, HAS_DATETIME, f->has_datetime);
    tell_bool(a, HAS_ALPHA, f->has_alpha);
    tell_bool(a, HAS_EXIF, f->has_exif);
    tell_bool(a, HAS_XMP, f->has_xmp);
    tell_bool(a, HAS_IPTC, f->has_iptc);
    tell_bool(a, HAS_ICC, f->has_icc);
    tell_cstr(a, ICC_DESCRIPTION, f->icc_description);
    tell_cstr(a, ICC_SPACE, f->icc_space);
    tell_cstr(a, ICC_CLASS, f->icc_class);
    tell_double(a, DURATION, f->duration_s);
    tell_int(a, LOOPS, f->loops);
    tell_int(a, TILE_COLUMNS, f->tile_columns);
    tell_int(a, TILE_ROWS, f->tile_rows);
}

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_image_facts f;
    mm_str bytes;
    int r = ask_worker(s, a, MM_MEDIA_IMAGE_FACTS, (mm_str){ 0 }, &bytes, e);
    if (r <= 0)
        return r;
    if (mm_image_facts_take(bytes, &f, e) < 0)
        return -1;
    tell_all(a, &f);
    warn_all(a, &f.warnings);
    return 0;
}

const prober image_prober = { "image", ON_IMAGE, facts, sizeof facts / sizeof *facts, probe };
