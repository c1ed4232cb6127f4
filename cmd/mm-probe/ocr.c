/* ocr.c - what is written in a picture. */
#include "media/ocr.h"

#include "ask.h"

static const fact facts[] = {
    { "image.ocr", "object", "px", NEED_PIXELS, true,
      "text: what tesseract reads; words: x, y, width, height, word and confidence (0 to 100) of each, in the picture as stored" },
};

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_str json;
    mm_ocr_args args = { .max_pixels = s->bench->max_pixels };
    int r = ask_worker(s, a, MM_MEDIA_OCR, (mm_str){ (const char *)&args, sizeof args }, &json, e);
    if (r <= 0)
        return r;
    if (mm_media_take_json(json, e) < 0)
        return -1;
    tell_raw(a, 0, json);
    return 0;
}

/* A family of its own: who asks for image does not ask for something so slow. */
const prober ocr_prober = { "ocr", ON_IMAGE, facts, 1, probe };
