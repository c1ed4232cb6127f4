/* paint_webp.c - WebP through libwebp: as decoded, painted, and without loss from there on. */
#ifdef MM_HAVE_PAINT
#include <string.h>

#include <webp/decode.h>
#include <webp/encode.h>

#include "media/paint_plane.h"
#include "media/strip_image.h"

enum { EFFORT = 2 };  /* of 0 to 9 */

static int encode(uint8_t *rgba, int width, int height, WebPMemoryWriter *made, mm_err *e)
{
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPConfigLosslessPreset(&config, EFFORT) || !WebPPictureInit(&picture))
        return mm_fail(e, MM_ESYS, "libwebp is not the one it was built for");
    config.exact = 1;
    picture.use_argb = 1;
    picture.width = width;
    picture.height = height;
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = made;
    bool ok = WebPPictureImportRGBA(&picture, rgba, 4 * width) && WebPEncode(&config, &picture);
    int error = picture.error_code;
    WebPPictureFree(&picture);
    return ok ? 0 : mm_fail(e, MM_EBAD, "not encoded: libwebp's error %d", error);
}

/* The chunks of the old file around the new picture's, which is the first of `made` and no VP8X. */
static int join(mm_str in, mm_str made, mm_buf *out, mm_err *e)
{
    size_t start = out->n;
    bool placed = false;
    mm_str picture = { made.p + 12, made.n - 12 };
    mm_buf_put(out, "RIFF\0\0\0\0WEBP", 12);
    for (uint64_t at = 12; at + 8 <= in.n;) {
        uint64_t n = mm_le(in, at + 4, 4), whole = 8 + n + (n & 1);
        bool pixels = mm_at(in, at, "VP8 ", 4) || mm_at(in, at, "VP8L", 4), alpha = mm_at(in, at, "ALPH", 4);
        if (pixels && !placed)
            mm_buf_str(out, picture);
        else if (!pixels && !alpha)
            mm_buf_str(out, mm_sub(in, at, whole));
        placed |= pixels;
        at += whole;
    }
    if (!placed || !mm_at(picture, 0, "VP8L", 4) || mm_le(picture, 4, 4) + 8 > picture.n)
        return mm_fail(e, MM_EBAD, "not encoded: its chunks do not add up");
    for (unsigned i = 0; i < 4 && !out->failed; i++)
        out->p[start + 4 + i] = (char)((out->n - start - 8) >> 8 * i);
    return 0;
}

int mm_paint_webp(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    WebPBitstreamFeatures f;
    WebPMemoryWriter made;
    int width, height;
    if (WebPGetFeatures((const uint8_t *)in.p, in.n, &f) != VP8_STATUS_OK)
        return mm_fail(e, MM_EBAD, "not decoded: no WebP that adds up");
    if (f.has_animation)
        return mm_fail(e, MM_EBAD, "an animation can not be painted on");
    uint8_t *rgba = WebPDecodeRGBA((const uint8_t *)in.p, in.n, &width, &height);
    if (!rgba)
        return mm_fail(e, MM_EBAD, "not decoded: no WebP that adds up");
    for (int i = 0; i < 4; i++) {
        mm_plane p = { .p = rgba + i, .row = (ptrdiff_t)width * 4, .width = width, .height = height, .step = 4, .bits = 8,
                       .index = i == 3, .dark = i == 3 ? 255 : 0 };
        mm_plane_paint(&p, width, height, boxes, n);
    }
    WebPMemoryWriterInit(&made);
    int r = encode(rgba, width, height, &made, e);
    if (r == 0)
        r = join(in, (mm_str){ (const char *)made.mem, made.size }, out, e);
    WebPMemoryWriterClear(&made);
    WebPFree(rgba);
    return r;
}
#endif
