/* image_bmp.c - BMP headers (BITMAPCOREHEADER, BITMAPINFOHEADER and its successors). */
#include "media/image.h"

static void name_colors(mm_image_facts *f, uint64_t bits, bool alpha)
{
    f->has_alpha = alpha;
    if (bits <= 8) {
        strcpy(f->color_space, "palette");
        f->channels = 1;
        f->bit_depth = (int64_t)bits;
        return;
    }
    strcpy(f->color_space, "rgb");
    f->channels = alpha ? 4 : 3;
    f->bit_depth = bits == 16 ? 5 : 8;
}

void mm_image_bmp(mm_str s, mm_image_facts *f)
{
    uint64_t header = mm_le(s, 14, 4);
    f->frames = 1;
    if (!mm_in(s, 14, header < 40 ? 12 : 40)) {
        mm_media_warn(&f->warnings, "BMP data ends within its header");
        return;
    }
    if (header < 40) {
        f->width = (int64_t)mm_le(s, 18, 2);
        f->height = (int64_t)mm_le(s, 20, 2);
        name_colors(f, mm_le(s, 24, 2), false);
    } else {
        int32_t height = (int32_t)mm_le(s, 22, 4);
        f->width = (int32_t)mm_le(s, 18, 4);
        f->height = height < 0 ? -(int64_t)height : height;  /* negative: rows from the top down */
        name_colors(f, mm_le(s, 28, 2), header >= 56 && mm_le(s, 66, 4) != 0 && mm_le(s, 28, 2) == 32);
        if (header >= 124 && mm_le(s, 70, 4) == 0x4d424544 && mm_le(s, 130, 4))
            mm_icc_note(mm_sub(s, 14 + mm_le(s, 126, 4), mm_le(s, 130, 4)), f);
    }
    uint64_t size = mm_le(s, 2, 4);
    if (size > s.n)
        mm_media_warn(&f->warnings, "BMP data ends before its stated length");
}
