/* strip_image.c - taking metadata out of an image: which stripper, and what they share. */
#include "media/strip_image.h"

static const struct {
    const char *format;
    int (*strip)(mm_strip *);
} strippers[] = {
    { "jpeg", mm_strip_jpeg }, { "png", mm_strip_png }, { "gif", mm_strip_gif }, { "webp", mm_strip_webp },
    { "tiff", mm_strip_tiff }, { "bmp", mm_strip_bmp }, { "heic", mm_strip_heif }, { "heif", mm_strip_heif },
    { "avif", mm_strip_heif },
};

static const char *const classes[MM_STRIP_CLASSES] = {
    "exif", "gps", "xmp", "iptc", "comment", "thumbnail", "maker-note", "c2pa", "time", "color", "density",
    "application", "unused", "trailer", "tags", "chapters", "picture", "subtitles", "data",
};

const char *mm_strip_class(int i)
{
    return i >= 0 && i < MM_STRIP_CLASSES ? classes[i] : "";
}

/* How the picture is turned, as everybody here sees it. */
static void take_orientation(mm_strip *x)
{
    mm_image_facts f;
    mm_err unused = { 0 };
    if (!(x->keep & MM_KEEP_ORIENTATION) || mm_image_facts_read(x->in, &f, &unused) < 0 || f.orientation < 2)
        return;
    x->orientation = (unsigned)f.orientation;
    x->xmp_turns = f.has_exif != MM_YES;
}

static int strip_image(mm_strip *x, const char *format)
{
    take_orientation(x);
    for (size_t i = 0; i < sizeof strippers / sizeof *strippers; i++)
        if (!strcmp(format, strippers[i].format))
            return strippers[i].strip(x);
    return STRIP_BAD(x, "metadata of %s images can not be stripped", format);
}

int mm_image_strip(mm_str bytes, unsigned keep, mm_buf *out, mm_strip_report *r, mm_err *e)
{
    mm_strip x = { .in = bytes, .keep = keep, .out = out, .e = e };
    const char *format = mm_image_format(bytes);
    out->n = 0;
    *r = (mm_strip_report){ 0 };
    if (!format)
        return mm_fail(e, MM_EBAD, "no image of a format whose metadata can be stripped");
    int status = strip_image(&x, format);
    if (status == 0 && out->failed)
        status = mm_fail(e, MM_ESYS, "out of memory");
    if (status < 0) {
        out->n = 0;
        return -1;
    }
    r->changed = !x.as_it_was && !mm_str_eq(mm_buf_view(out), bytes);
    r->removed = r->changed ? x.removed : 0;
    return 0;
}
