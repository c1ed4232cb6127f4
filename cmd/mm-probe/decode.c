/* decode.c - which operations the workers offer, and how long one may take. */
#include "decode.h"

#include "charset/charset.h"
#include "media/media.h"
#include "media/ocr.h"

extern const prober ocr_prober;

enum { MAX_OPS = 32 };

int decode_start(mm_app *app, const asking *q, const mm_jail_limits *limits, const char *ocr_languages, mm_err *e)
{
    static mm_jail_op ops[MAX_OPS];  /* outlives the jail */
    bool ocr = prober_asked(&ocr_prober, q);
    const int64_t second = 1000000000;
    mm_jail_limits patient = { .memory = (size_t)2 << 30, .wall_ns = 120 * second, .cpu_ns = 110 * second };
    size_t n = 0;
    for (const mm_jail_op *op = mm_media_ops; op->name && n < MAX_OPS - 3; op++)
        ops[n++] = *op;
    for (const mm_jail_op *op = mm_charset_ops; op->name && n < MAX_OPS - 2; op++)
        ops[n++] = *op;
    if (ocr)
        ops[n++] = mm_ocr_op;
    ops[n] = (mm_jail_op){ .name = NULL };
    if (!ocr)
        return mm_app_jail(app, ops, limits, e);
    if (mm_ocr_languages(ocr_languages, e) < 0 && mm_fail_at(e, "--ocr-languages"))
        return -1;
    patient.wall_ns = limits->wall_ns > patient.wall_ns ? limits->wall_ns : patient.wall_ns;
    patient.cpu_ns = limits->cpu_ns > patient.cpu_ns ? limits->cpu_ns : patient.cpu_ns;
    return mm_app_jail(app, ops, &patient, e);
}
