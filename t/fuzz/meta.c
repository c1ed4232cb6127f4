/* The metadata of an image: whatever the bytes, JSON that the taker accepts. Inputs are images, or a bare EXIF block,
 * which is a TIFF. */
#include "media/meta.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    mm_buf out = { 0 };
    mm_str json[MM_META_KINDS];
    mm_err e = { 0 };
    if (mm_meta_read((mm_str){ (const char *)p, n }, &out, &e) == 0 &&
        mm_meta_take(mm_buf_view(&out), json, &e) < 0)
        abort();
    mm_buf_free(&out);
    return 0;
}
