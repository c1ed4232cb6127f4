/* batch.c - records that were read together, and the memory behind them. */
#include "record/batch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A batch that had to hold one giant record gives its memory back. */
#define KEEP_BYTES (4u << 20)

mm_batch *mm_batch_new(void)
{
    mm_batch *b = calloc(1, sizeof *b);
    if (!b)
        return NULL;
    b->arena = mm_arena_new();
    if (!b->arena) {
        free(b);
        return NULL;
    }
    return b;
}

void mm_batch_free(mm_batch *b)
{
    if (!b)
        return;
    mm_arena_free(b->arena);
    mm_buf_free(&b->bytes);
    free(b->rec);
    free(b);
}

void mm_batch_reset(mm_batch *b)
{
    b->n = 0;
    if (b->bytes.cap > KEEP_BYTES)
        mm_buf_free(&b->bytes);
    b->bytes.n = 0;
    b->bytes.failed = false;
    mm_arena_reset(b->arena);
}

int mm_batch_reserve(mm_batch *b, size_t more)
{
    if (more <= b->room - b->n)
        return 0;
    size_t room = b->room ? b->room : 64;
    while (room - b->n < more)
        room *= 2;
    mm_rec *rec = realloc(b->rec, room * sizeof *rec);
    if (!rec)
        return -1;
    b->rec = rec;
    b->room = room;
    return 0;
}

mm_rec *mm_batch_add(mm_batch *b)
{
    if (mm_batch_reserve(b, 1) < 0)
        return NULL;
    /* By way of a constant, since compilers zero a struct of this size with a slow string instruction. */
    static const mm_rec blank = { .bad_byte = -1 };
    mm_rec *r = &b->rec[b->n++];
    memcpy(r, &blank, sizeof blank);
    return r;
}

void mm_rec_set_head(mm_rec *r, mm_str head)
{
    r->head = head;
    r->changed |= MM_CHANGED_HEAD;
}

void mm_rec_set_payload(mm_rec *r, mm_str payload)
{
    r->payload = payload;
    r->changed |= MM_CHANGED_PAYLOAD;
}

mm_verdict mm_rec_bad(mm_rec *r, mm_arena *a, const char *fmt, ...)
{
    char text[sizeof ((mm_err *)0)->text];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    mm_str kept = mm_arena_copy(a, mm_str_of(text));
    r->reason = kept.p ? kept.p : "out of memory";
    r->verdict = MM_BAD;
    return MM_BAD;
}

mm_verdict mm_rec_malformed(mm_rec *r, mm_arena *a)
{
    mm_err why = { 0 };
    size_t at = 0;
    if (mm_json_check_record(r->head, &at, &why) == 0)
        return mm_rec_bad(r, a, "the JSON is malformed");
    mm_rec_bad(r, a, "%s", why.text);
    bool in_raw = r->head.p >= r->raw.p && r->head.p < r->raw.p + r->raw.n;
    r->bad_byte = (int64_t)at + (in_raw && r->raw_form == MM_FORM_NDJSON ? r->head.p - r->raw.p : 0);
    return MM_BAD;
}
