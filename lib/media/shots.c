/* shots.c - pictures of an image file: libpng, libtiff and libwebp for their formats, FFmpeg for the others. */
#include "media/shots.h"

#include <stdlib.h>
#include <string.h>

#include "media/frames.h"
#include "media/media.h"

#ifdef MM_HAVE_PAINT
#include <png.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include "media/tiff_memory.h"
#endif

struct mm_shots {
    mm_str bytes;
    int64_t max_pixels;
    int given;
    uint8_t *pixels;   /* of the present one, where it is ours: RGB, or RGBA on the way there */
    uint8_t *opacity;  /* what is to be shown next; NULL: none */
    mm_shot last;
    int (*next)(mm_shots *s, mm_shot *out, mm_err *e);
    mm_frames *frames;
#ifdef MM_HAVE_PAINT
    mm_tiff_memory memory;
    TIFF *tiff;
    int page;
    WebPAnimDecoder *webp;
#endif
};

static int make_room(mm_shots *s, int64_t width, int64_t height, mm_err *e)
{
    free(s->pixels);
    s->pixels = NULL;
    if (width <= 0 || height <= 0 || width > INT32_MAX || height > INT32_MAX || width > s->max_pixels / height)
        return mm_fail(e, MM_EBAD, "not decoded: %lldx%lld pixels are over the limit of %lld", (long long)width,
                       (long long)height, (long long)s->max_pixels);
    s->pixels = malloc((size_t)width * (size_t)height * 4);
    return s->pixels ? 0 : mm_fail(e, MM_EBAD, "not decoded: %lldx%lld pixels need more memory than there is",
                                   (long long)width, (long long)height);
}

static int next_frame(mm_shots *s, mm_shot *out, mm_err *e)
{
    mm_frame f;
    int r = mm_frames_next(s->frames, &f, e);
    if (r == 1 && f.damaged)
        return mm_fail(e, MM_EBAD, "not decoded: the picture is damaged");
    *out = (mm_shot){ f.pixels, f.width, f.height, 0 };
    return r;
}

#ifdef MM_HAVE_PAINT
/* s->pixels from RGBA to RGB, and the opacity, where it says something, apart. */
static int part(mm_shots *s, int64_t width, int64_t height, int page, mm_shot *out, mm_err *e)
{
    size_t n = (size_t)width * (size_t)height, i = 0;
    uint8_t *p = s->pixels;
    while (i < n && p[4 * i + 3] == 255)
        i++;
    if (i < n && !(s->opacity = malloc(3 * n)))
        return mm_fail(e, MM_EBAD, "not decoded: too large for the memory there is");
    for (i = 0; i < n; i++) {
        if (s->opacity)
            memset(s->opacity + 3 * i, p[4 * i + 3], 3);
        memmove(p + 3 * i, p + 4 * i, 3);
    }
    *out = (mm_shot){ p, (int)width, (int)height, page };
    return 1;
}

static int next_png(mm_shots *s, mm_shot *out, mm_err *e)
{
    png_image image = { .version = PNG_IMAGE_VERSION };
    if (s->given)
        return 0;
    int r = png_image_begin_read_from_memory(&image, s->bytes.p, s->bytes.n) ? 0 : -1;
    image.format = PNG_FORMAT_RGBA;
    if (r < 0)
        mm_fail(e, MM_EBAD, "not decoded: %s", image.message);
    else if ((r = make_room(s, image.width, image.height, e)) == 0 &&
             (!png_image_finish_read(&image, NULL, s->pixels, 0, NULL) || image.warning_or_error > 1))
        r = mm_fail(e, MM_EBAD, "not decoded: %s", image.message);
    png_image_free(&image);
    return r < 0 ? -1 : part(s, image.width, image.height, 0, out, e);
}

static int next_page(mm_shots *s, mm_shot *out, mm_err *e)
{
    uint32_t w = 0, h = 0;
    uint16_t turned = ORIENTATION_TOPLEFT;
    if (s->page >= 0 && !TIFFReadDirectory(s->tiff))
        return 0;
    TIFFGetField(s->tiff, TIFFTAG_IMAGEWIDTH, &w);
    TIFFGetField(s->tiff, TIFFTAG_IMAGELENGTH, &h);
    TIFFGetFieldDefaulted(s->tiff, TIFFTAG_ORIENTATION, &turned);
    if (make_room(s, w, h, e) < 0)
        return -1;
    if (!TIFFReadRGBAImageOriented(s->tiff, w, h, (uint32_t *)s->pixels, turned, 1))
        return mm_fail(e, MM_EBAD, "not decoded: a page of the TIFF is damaged, or of a kind that libtiff does not know");
    return part(s, w, h, ++s->page, out, e);
}

static int next_webp(mm_shots *s, mm_shot *out, mm_err *e)
{
    WebPAnimInfo info;
    uint8_t *rgba;
    int when;
    if (!WebPAnimDecoderGetInfo(s->webp, &info) || make_room(s, info.canvas_width, info.canvas_height, e) < 0)
        return -1;
    if (!WebPAnimDecoderHasMoreFrames(s->webp))
        return s->given ? 0 : mm_fail(e, MM_EBAD, "not decoded: there are no pictures in it");
    if (!WebPAnimDecoderGetNext(s->webp, &rgba, &when))
        return mm_fail(e, MM_EBAD, "not decoded: a frame of the WebP is damaged");
    size_t n = (size_t)info.canvas_width * info.canvas_height;
    memcpy(s->pixels, rgba, 4 * n);
    return part(s, info.canvas_width, info.canvas_height, 0, out, e);
}

static int next_still_webp(mm_shots *s, mm_shot *out, mm_err *e)
{
    int width, height;
    if (s->given)
        return 0;
    if (!WebPGetInfo((const uint8_t *)s->bytes.p, s->bytes.n, &width, &height) || make_room(s, width, height, e) < 0 ||
        !WebPDecodeRGBAInto((const uint8_t *)s->bytes.p, s->bytes.n, s->pixels, (size_t)width * (size_t)height * 4, 4 * width))
        return mm_fail(e, MM_EBAD, "not decoded: no WebP that adds up");
    return part(s, width, height, 0, out, e);
}

/* The decoder takes memory for the canvas as it is made, so its size is looked at first. */
static int open_webp(mm_shots *s, mm_err *e)
{
    mm_image_facts f;
    WebPAnimDecoderOptions o;
    WebPData data = { (const uint8_t *)s->bytes.p, s->bytes.n };
    if (mm_image_facts_read(s->bytes, &f, e) < 0 || make_room(s, f.width, f.height, e) < 0)
        return -1;
    s->next = f.frames > 1 ? next_webp : next_still_webp;
    if (f.frames <= 1)
        return 0;
    if (!WebPAnimDecoderOptionsInit(&o))
        return mm_fail(e, MM_ESYS, "libwebp is not the one it was built for");
    o.use_threads = 0;
    s->webp = WebPAnimDecoderNew(&data, &o);
    return s->webp ? 0 : mm_fail(e, MM_EBAD, "not decoded: no WebP that adds up");
}

static int open_tiff(mm_shots *s, mm_err *e)
{
    s->memory.bytes = s->bytes;
    s->tiff = mm_tiff_read(&s->memory);
    s->next = next_page;
    s->page = -1;
    return s->tiff ? 0 : mm_fail(e, MM_EBAD, "not decoded: no TIFF that adds up");
}
#endif

static int open_frames(mm_shots *s, mm_err *e)
{
    mm_frame_opts o = { .form = MM_PIXELS_RGB, .max_pixels = s->max_pixels };
    s->frames = mm_frames_open(s->bytes, &o, e);
    s->next = next_frame;
    return s->frames ? 0 : -1;
}

/* A PNG that moves has frames, which libpng does not see. */
static bool moves(mm_shots *s)
{
    mm_image_facts f;
    mm_err unused;
    return mm_image_facts_read(s->bytes, &f, &unused) == 0 && f.frames > 1;
}

static int open_as(mm_shots *s, const char *format, mm_err *e)
{
#ifdef MM_HAVE_PAINT
    if (!strcmp(format, "png") && !moves(s)) {
        s->next = next_png;
        return 0;
    }
    if (!strcmp(format, "tiff"))
        return open_tiff(s, e);
    if (!strcmp(format, "webp"))
        return open_webp(s, e);
#endif
    return open_frames(s, e);
}

mm_shots *mm_shots_open(mm_str bytes, int64_t max_pixels, mm_err *e)
{
    const char *format = mm_image_format(bytes);
    mm_shots *s = format ? calloc(1, sizeof *s) : NULL;
    if (!s) {
        mm_fail(e, format ? MM_ESYS : MM_EBAD, format ? "out of memory" : "not decoded: no picture");
        return NULL;
    }
    s->bytes = bytes;
    s->max_pixels = max_pixels > 0 ? max_pixels : MM_MAX_PIXELS;
    if (open_as(s, format, e) == 0)
        return s;
    mm_shots_close(s);
    return NULL;
}

int mm_shots_next(mm_shots *s, mm_shot *out, mm_err *e)
{
    if (s->given >= MM_SHOTS_MAX)
        return mm_fail(e, MM_EBAD, "not looked at: more than %d frames or pages", MM_SHOTS_MAX);
    if (s->opacity) {
        free(s->pixels);
        s->pixels = s->opacity;
        s->opacity = NULL;
        *out = s->last;
        out->rgb = s->pixels;
        return 1;
    }
    int r = s->next(s, out, e);
    s->given += r == 1;
    s->last = *out;
    return r;
}

void mm_shots_close(mm_shots *s)
{
    if (!s)
        return;
    mm_frames_close(s->frames);
#ifdef MM_HAVE_PAINT
    if (s->tiff)
        TIFFClose(s->tiff);
    if (s->webp)
        WebPAnimDecoderDelete(s->webp);
#endif
    free(s->pixels);
    free(s->opacity);
    free(s);
}
