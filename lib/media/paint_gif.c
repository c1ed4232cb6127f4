/* paint_gif.c - GIF through giflib: solid boxes on every frame, so that what is shown there is solid at any time. */
#ifdef MM_HAVE_PAINT
#include <gif_lib.h>
#include <string.h>

#include "media/bytes.h"
#include "media/paint_plane.h"

typedef struct reader {
    mm_str in;
    size_t at;
} reader;

static int give(GifFileType *g, GifByteType *to, int n)
{
    reader *r = g->UserData;
    size_t left = r->in.n - r->at, most = (size_t)n < left ? (size_t)n : left;
    memcpy(to, r->in.p + r->at, most);
    r->at += most;
    return (int)most;
}

static int take(GifFileType *g, const GifByteType *from, int n)
{
    mm_buf_put(g->UserData, from, (size_t)n);
    return n;
}

/* The darkest colour that is not the transparent one. */
static unsigned darkest(GifFileType *g, int frame)
{
    const SavedImage *image = &g->SavedImages[frame];
    const ColorMapObject *map = image->ImageDesc.ColorMap ? image->ImageDesc.ColorMap : g->SColorMap;
    GraphicsControlBlock control = { .TransparentColor = NO_TRANSPARENT_COLOR };
    DGifSavedExtensionToGCB(g, frame, &control);
    int best = 0, least = 3 * 255 + 1;
    for (int i = 0; map && i < map->ColorCount; i++) {
        int light = map->Colors[i].Red + map->Colors[i].Green + map->Colors[i].Blue;
        if (i == control.TransparentColor || light >= least)
            continue;
        best = i;
        least = light;
    }
    return (unsigned)best;
}

static void paint_frame(GifFileType *g, int frame, const mm_paint *boxes, size_t n)
{
    const GifImageDesc *d = &g->SavedImages[frame].ImageDesc;
    mm_plane p = { .p = g->SavedImages[frame].RasterBits, .row = d->Width, .width = d->Width, .height = d->Height, .step = 1,
                   .bits = 8, .index = true, .dark = darkest(g, frame) };
    for (size_t i = 0; i < n; i++) {
        mm_paint moved = boxes[i];
        moved.x -= d->Left;
        moved.y -= d->Top;
        mm_plane_paint(&p, d->Width, d->Height, &moved, 1);
    }
}

static int write_again(GifFileType *in, mm_buf *out, mm_err *e)
{
    int error = 0;
    GifFileType *g = EGifOpen(out, take, &error);
    if (!g)
        return mm_fail(e, MM_ESYS, "out of memory");
    g->SWidth = in->SWidth;
    g->SHeight = in->SHeight;
    g->SColorResolution = in->SColorResolution;
    g->SBackGroundColor = in->SBackGroundColor;
    g->AspectByte = in->AspectByte;
    g->SColorMap = in->SColorMap ? GifMakeMapObject(in->SColorMap->ColorCount, in->SColorMap->Colors) : NULL;
    g->ImageCount = in->ImageCount;
    g->SavedImages = in->SavedImages;
    g->ExtensionBlockCount = in->ExtensionBlockCount;
    g->ExtensionBlocks = in->ExtensionBlocks;
    bool gif89 = EGifGetGifVersion(g)[4] == '9';
    EGifSetGifVersion(g, gif89);
    if (EGifSpew(g) == GIF_OK)  /* frees it, but not the frames */
        return 0;
    return mm_fail(e, MM_EBAD, "not encoded by giflib");
}

int mm_paint_gif(mm_str in, const mm_paint *boxes, size_t n, mm_buf *out, mm_err *e)
{
    reader r = { .in = in };
    int error = 0;
    GifFileType *g = DGifOpen(&r, give, &error);
    if (!g)
        return mm_fail(e, MM_EBAD, "not decoded: no GIF that adds up");
    int status = DGifSlurp(g) == GIF_OK && g->ImageCount > 0 ? 0 : mm_fail(e, MM_EBAD, "not decoded: no GIF that adds up");
    for (int i = 0; status == 0 && i < g->ImageCount; i++)
        paint_frame(g, i, boxes, n);
    if (status == 0)
        status = write_again(g, out, e);
    DGifCloseFile(g, &error);
    return status;
}
#endif
