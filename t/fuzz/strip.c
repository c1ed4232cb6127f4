/* Metadata out of images of any bytes: a reason, or an image that is not changed by a second time. */
#include <stdlib.h>

#include "media/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    mm_buf once = { 0 }, twice = { 0 };
    mm_strip_report r;
    mm_err e = { 0 };
    if (mm_image_strip((mm_str){ (const char *)p, n }, MM_KEEP_DEFAULT, &once, &r, &e) == 0 && r.changed &&
        (mm_image_strip(mm_buf_view(&once), MM_KEEP_DEFAULT, &twice, &r, &e) < 0 || r.changed))
        abort();
    mm_buf_free(&once);
    mm_buf_free(&twice);
    return 0;
}
