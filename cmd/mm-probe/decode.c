/* decode.c - which operations the workers offer, and how long one may take. */
#include "decode.h"

#include "charset/charset.h"
#include "media/asr.h"
#include "media/media.h"
#include "media/ocr.h"

extern const prober ocr_prober;

enum { MAX_OPS = 32 };
#define SECOND_NS INT64_C(1000000000)

/* Tesseract takes seconds for a page; pocketsphinx less time than a sound plays, and more where many share a machine. */
static mm_jail_limits patient(const mm_jail_limits *least, const decode_wants *w, bool ocr)
{
    enum { HOUR_S = 3600 };
    int64_t sound = w->max_audio_ns > 0 ? w->max_audio_ns : 24 * HOUR_S * SECOND_NS;
    int64_t cpu = (ocr ? 110 * SECOND_NS : 0) + (w->transcribe ? 60 * SECOND_NS + 3 * sound : 0);
    mm_jail_limits l = { .memory = (size_t)2 << 30, .cpu_ns = cpu, .wall_ns = 10 * SECOND_NS + (w->transcribe ? 2 * cpu : cpu) };
    l.wall_ns = least->wall_ns > l.wall_ns ? least->wall_ns : l.wall_ns;
    l.cpu_ns = least->cpu_ns > l.cpu_ns ? least->cpu_ns : l.cpu_ns;
    return l;
}

int decode_start(mm_app *app, const asking *q, const mm_jail_limits *limits, const decode_wants *w, mm_err *e)
{
    static mm_jail_op ops[MAX_OPS];  /* outlives the jail */
    bool ocr = prober_asked(&ocr_prober, q);
    size_t n = 0;
    for (const mm_jail_op *op = mm_media_ops; op->name && n < MAX_OPS - 4; op++)
        ops[n++] = *op;
    for (const mm_jail_op *op = mm_charset_ops; op->name && n < MAX_OPS - 3; op++)
        ops[n++] = *op;
    if (ocr)
        ops[n++] = mm_ocr_op;
    if (w->transcribe)
        ops[n++] = mm_asr_op;
    ops[n] = (mm_jail_op){ .name = NULL };
    if (!ocr && !w->transcribe)
        return mm_app_jail(app, ops, limits, e);
    if (ocr && mm_ocr_languages(w->ocr_languages, e) < 0 && mm_fail_at(e, "--ocr-languages"))
        return -1;
    if (w->transcribe && mm_asr_models(w->transcribe_models, e) < 0)
        return -1;
    const mm_jail_limits more = patient(limits, w, ocr);
    return mm_app_jail(app, ops, &more, e);
}
