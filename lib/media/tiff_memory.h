/* tiff_memory.h - libtiff over bytes in memory; private to lib/media. */
#ifndef MM_MEDIA_TIFF_MEMORY_H
#define MM_MEDIA_TIFF_MEMORY_H

#include <tiffio.h>

#include "mm.h"

#define MM_TIFF_MAX_BYTES ((size_t)800 << 20)  /* of one page's samples */

typedef struct mm_tiff_memory {
    mm_str bytes;   /* what is read */
    mm_buf *out;    /* what is written */
    size_t at;
} mm_tiff_memory;

/** NULL when it is no TIFF. m must outlive it; TIFFClose ends it. */
TIFF *mm_tiff_read(mm_tiff_memory *m);
/** In the byte order and form of `like`. NULL: out of memory. */
TIFF *mm_tiff_write(mm_tiff_memory *m, TIFF *like);

#endif
