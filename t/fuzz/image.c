/* Image headers of any bytes: facts or a reason. */
#include "media/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    mm_image_facts f;
    mm_err e = { 0 };
    mm_image_format((mm_str){ (const char *)p, n });
    mm_image_facts_read((mm_str){ (const char *)p, n }, &f, &e);
    return 0;
}
