/* answer.c - facts told, kept, and written as one object. */
#include "answer.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void answer_begin(answer *a, const asking *q)
{
    a->asked = q;
    a->raw.n = a->warnings.n = a->n_warnings = 0;
    memset(a->slot, 0, q->n * sizeof *a->slot);
}

void answer_free(answer *a)
{
    mm_buf_free(&a->raw);
    mm_buf_free(&a->warnings);
}

bool asked(const answer *a, size_t i)
{
    return a->asked->fact[a->base + i];
}

static void close_slot(answer *a, size_t i, size_t from)
{
    a->slot[a->base + i].at = (uint32_t)from;
    a->slot[a->base + i].n = (uint32_t)(a->raw.n - from);
}

void tell_raw(answer *a, size_t i, mm_str json)
{
    if (!asked(a, i) || !json.n)
        return;
    size_t from = a->raw.n;
    mm_buf_str(&a->raw, json);
    close_slot(a, i, from);
}

void tell_int(answer *a, size_t i, int64_t v)
{
    if (!asked(a, i) || v < 0)
        return;
    size_t from = a->raw.n;
    mm_buf_u64(&a->raw, (uint64_t)v);
    close_slot(a, i, from);
}

void tell_double(answer *a, size_t i, double v)
{
    if (!asked(a, i) || !(v >= 0) || !isfinite(v))
        return;
    size_t from = a->raw.n;
    mm_json_put_double(&a->raw, v);
    close_slot(a, i, from);
}

void tell_text(answer *a, size_t i, mm_str v)
{
    if (!asked(a, i) || !v.n)
        return;
    size_t from = a->raw.n;
    mm_json_put(&a->raw, v);
    close_slot(a, i, from);
}

void tell_cstr(answer *a, size_t i, const char *v)
{
    tell_text(a, i, mm_str_of(v));
}

void tell_bool(answer *a, size_t i, int v)
{
    if (v == 0 || v == 1)
        tell_raw(a, i, v ? MM_STR("true") : MM_STR("false"));
}

void warn(answer *a, const char *fmt, ...)
{
    char text[512];
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    if (n <= 0)
        return;
    size_t before = a->warnings.n;
    if (a->n_warnings)
        mm_buf_byte(&a->warnings, ',');
    size_t from = a->warnings.n;
    mm_json_put(&a->warnings, (mm_str){ text, (size_t)n < sizeof text ? (size_t)n : sizeof text - 1 });
    /* Several probers may meet the same damage. */
    if (before && !a->warnings.failed && memmem(a->warnings.p, before, a->warnings.p + from, a->warnings.n - from))
        a->warnings.n = before;
    else
        a->n_warnings++;
}

mm_str answer_value(const answer *a, size_t number)
{
    if (!a->slot[number].n)
        return (mm_str){ 0 };
    return (mm_str){ a->raw.p + a->slot[number].at, a->slot[number].n };
}

static void put_key(mm_buf *out, mm_str key)
{
    if (out->p[out->n - 1] != '{')
        mm_buf_byte(out, ',');
    mm_buf_byte(out, '"');
    mm_buf_str(out, key);
    mm_buf_str(out, MM_STR("\":"));
}

void answer_put(const answer *a, mm_buf *out)
{
    mm_str open = { 0 };
    mm_buf_byte(out, '{');
    for (size_t k = 0; k < a->asked->n && !out->failed; k++) {
        size_t number = a->asked->order[k];
        if (!a->slot[number].n)
            continue;
        const fact *f = fact_at(number);
        mm_str family = fact_family(f);
        if (!mm_str_eq(family, open)) {
            if (open.n)
                mm_buf_byte(out, '}');
            put_key(out, family);
            mm_buf_byte(out, '{');
            open = family;
        }
        put_key(out, mm_str_of(f->name + (family.n ? family.n + 1 : 0)));
        mm_buf_str(out, answer_value(a, number));
    }
    if (open.n)
        mm_buf_byte(out, '}');
    if (a->n_warnings && !out->failed) {
        put_key(out, MM_STR("warnings"));
        mm_buf_printf(out, "[");
        mm_buf_str(out, mm_buf_view(&a->warnings));
        mm_buf_printf(out, "]");
    }
    mm_buf_byte(out, '}');
}
