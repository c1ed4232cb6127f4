/* decode.c - which operations the workers offer, and how long one may take. */
#include "decode.h"

#include "media/media.h"
#include "media/ocr.h"

extern const prober ocr_prober;

enum { MAX_OPS = 32 };

int decode_start(mm_app *app, const asking *q, const mm_jail_limits *limits, const char *ocr_languages, mm_err *e)
{
    static mm_jail_op ops[MAX_OPS];  /* outlives the jail */
    const int64_t second = 1000000000;
    mm_jail_limits patient = { .memory = (size_t)2 << 30, .wall_ns = 120 * second, .cpu_ns = 110 * second };
    size_t n = 0;
    if (!prober_asked(&ocr_prober, q))
        return mm_app_jail(app, mm_media_ops, limits, e);
    if (mm_ocr_languages(ocr_languages, e) < 0)
        return -1;
    for (; mm_media_ops[n].name && n < MAX_OPS - 2; n++)
        ops[n] = mm_media_ops[n];
    ops[n++] = mm_ocr_op;
    ops[n] = (mm_jail_op){ .name = NULL };
    patient.wall_ns = limits->wall_ns > patient.wall_ns ? limits->wall_ns : patient.wall_ns;
    patient.cpu_ns = limits->cpu_ns > patient.cpu_ns ? limits->cpu_ns : patient.cpu_ns;
    return mm_app_jail(app, ops, &patient, e);
}
