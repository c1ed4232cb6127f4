/* codes.h - bar codes and QR codes on a plane of luma, by libzbar; runs in a jail worker. */
#ifndef MM_MEDIA_CODES_H
#define MM_MEDIA_CODES_H

#include "mm.h"

typedef struct mm_code_box {
    int32_t x, y, width, height;  /* pixels; a bar code's may be a part of its bars */
    char kind[16];                /* "qr-code", "ean-13", "code-128" ... */
} mm_code_box;
enum { MM_CODES_MAX = 256 };

/** Is it in this build? */
bool mm_codes_is_built(void);
/** Load what reading a code needs of the file system, before confinement. */
void mm_codes_warm(void);
/** How many of them are in out, at most room; light on dark too. -1: MM_ESYS, or the build has no libzbar. */
int mm_codes_find(const uint8_t *luma, int width, int height, mm_code_box *out, int room, mm_err *e);

#endif
