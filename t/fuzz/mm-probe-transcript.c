/* Transcripts of any bytes: words or a reason, and the answer is JSON. */
#include <stdlib.h>

#include "transcript.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    transcript t = { .by = "" };
    mm_buf json = { 0 };
    mm_err e = { 0 };
    if (transcript_read(&t, (mm_str){ (const char *)p, n }, MM_STR("a"), &e) == 0) {
        transcript_put(&t, &json);
        if (mm_json_check(mm_buf_view(&json), 0, NULL, &e) < 0)
            abort();
    }
    mm_buf_free(&json);
    transcript_free(&t);
    return 0;
}
