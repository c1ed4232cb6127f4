/* ocr.c - what is written in a picture. */
#include "media/ocr.h"

#include "answer.h"
#include "subject.h"

static const fact facts[] = {
    { "image.ocr", "object", "px", NEED_PIXELS, true,
      "text: what tesseract reads; words: x, y, width, height, word and confidence (0 to 100) of each, in the picture as stored" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_str json;
    mm_ocr_args args = { .max_pixels = s->bench->max_pixels };
    int r = subject_call(s, MM_MEDIA_OCR, (mm_str){ (const char *)&args, sizeof args }, &json, e);
    if (r < 0 || (r == 0 && mm_ocr_take(json, e) < 0))
        return -1;
    if (r > 0)
        warn(a, "%s", e->text);
    else
        tell_raw(a, 0, json);
    return 0;
}

/* A family of its own: who asks for image does not ask for something so slow. */
const prober ocr_prober = { "ocr", ON_IMAGE, facts, 1, probe };
