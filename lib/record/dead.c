/* dead.c - dead letters, as mm-record.5 lays them down. */
#include "record/dead.h"

#include "record/carry.h"
#include "record/lines.h"
#include "record/member.h"
#include "record/mmr_in.h"

#include <string.h>

/* ---- wrapping ---- */

/* A record as it came in: a sound header with its payload, or bytes that are none. */
typedef struct original {
    mm_str head;       /* .p NULL: `bytes` hold it */
    mm_str payload;
    mm_str bytes;
    bool frame;        /* bytes are of an mmr frame */
} original;

static mm_str without_line_end(mm_str line)
{
    if (line.n && line.p[line.n - 1] == '\n')
        line.n--;
    return line;
}

static original original_frame(const mm_rec *r)
{
    mm_rec found = { 0 };
    mm_frame f;
    original o = { .bytes = r->raw, .frame = true };
    bool whole = r->raw.n >= MM_FRAME_HEAD && mm_frame_read(r->raw.p, &f) && mm_frame_size(&f) == r->raw.n;
    if (!whole || f.kind != MM_FRAME_RECORD)
        return o;
    /* The frame's memory is its batch's, and is restored. */
    if (!mm_frame_sound((char *)r->raw.p, &f))
        return o;
    mm_mmr_in_parts(&found, r->raw.p, &f);
    if (mm_json_check_record(found.head, NULL, NULL) < 0)
        return o;
    return (original){ .head = found.head, .payload = found.payload };
}

static original original_of(const mm_rec *r)
{
    original o = { .head = r->head, .payload = r->payload };
    if (r->raw.n && r->raw_form == MM_FORM_MMR)
        return original_frame(r);
    if (r->raw.n) {
        o.head = without_line_end(r->raw);
        o.payload = (mm_str){ NULL, 0 };
    }
    if (r->cut || mm_json_check_record(o.head, NULL, NULL) < 0)
        o = (original){ .bytes = o.head, .payload = o.payload };
    return o;
}

static void put_text(mm_buf *out, const char *key, const char *text)
{
    mm_buf_printf(out, "%s", key);
    mm_json_put(out, mm_str_of(text));
}

void mm_dead_wrap(const mm_rec *r, const char *tool, mm_buf *out, mm_str *payload)
{
    original o = original_of(r);
    put_text(out, "{\"mm\":{\"dead\":{\"tool\":", tool);
    put_text(out, ",\"source\":", r->source);
    mm_buf_printf(out, ",\"position\":%llu", (unsigned long long)r->position);
    put_text(out, ",\"reason\":", r->reason);
    if (r->bad_byte >= 0)
        mm_buf_printf(out, ",\"byte\":%lld", (long long)r->bad_byte);
    if (r->cut)
        mm_buf_printf(out, ",\"cut\":%llu", (unsigned long long)r->cut);
    if (o.frame)
        mm_buf_str(out, MM_STR(",\"form\":\"mmr\""));
    mm_buf_str(out, o.head.p ? MM_STR("}},\"record\":") : MM_STR("}},\"raw_base64\":"));
    if (o.head.p)
        mm_buf_str(out, o.head);
    else
        mm_put_base64(out, o.bytes);
    mm_buf_byte(out, '}');
    *payload = o.payload;
}

/* ---- unwrapping ---- */

/* Does the header begin {"mm":{"dead": with or without blanks? */
static bool begins_as_dead(mm_str head)
{
    static const char *const tokens[] = { ":", "{", "\"dead\"", ":" };
    const char *p = head.p + 5, *end = head.p + head.n;
    for (size_t i = 0; i < sizeof tokens / sizeof *tokens; i++) {
        size_t n = strlen(tokens[i]);
        while (p < end && (*p == ' ' || *p == '\t'))
            p++;
        if ((size_t)(end - p) < n || memcmp(p, tokens[i], n) != 0)
            return false;
        p += n;
    }
    return true;
}

/* What a dead letter holds. */
typedef struct letter {
    mm_value record, raw, data;
    bool frame;
} letter;

static bool open_letter(mm_str head, letter *l)
{
    static const char *const names[] = { "record", "raw_base64", "data", "mm" };
    static const char *const dead[] = { "dead" }, *const form[] = { "form" };
    mm_value found[4], inner, mmr;
    if (mm_members_find((mm_value){ head, MM_JSON_OBJECT }, names, found, 4) < 0 ||
        mm_members_find(found[3], dead, &inner, 1) < 0 || mm_members_find(inner, form, &mmr, 1) < 0)
        return false;
    *l = (letter){ found[0], found[1], found[2], mmr.raw.p && mm_str_eq(mmr.raw, MM_STR("\"mmr\"")) };
    if (l->record.raw.p)
        return l->record.type == MM_JSON_OBJECT;
    return l->raw.raw.p && l->raw.type == MM_JSON_STRING;
}

/* The record and its payload as one frame, so that both are kept should a tool refuse it again. */
static int join(mm_rec *r, mm_str head, mm_str payload, mm_arena *a)
{
    mm_frame f = { .kind = MM_FRAME_RECORD, .flags = MM_FRAME_HAS_PAYLOAD };
    char *p = mm_arena_alloc(a, mm_frame_room(head.n, payload.n));
    if (!p)
        return -1;
    mm_frame_build(p, &f, head, payload);
    r->raw = (mm_str){ p, mm_frame_size(&f) };
    r->raw_form = MM_FORM_MMR;
    mm_mmr_in_parts(r, p, &f);
    return 0;
}

static int take_record(mm_rec *r, const letter *l, bool checked, mm_arena *a)
{
    mm_err e = { 0 };
    mm_str payload = r->payload;
    if (l->data.raw.p && !payload.p && mm_data_decode(l->data, a, &payload, &e) < 0) {
        if (e.code == MM_ESYS)
            return -1;
        mm_rec_bad(r, a, "the payload of this dead letter is no base64");
        return 0;
    }
    if (payload.p) {
        if (join(r, l->record.raw, payload, a) < 0)
            return -1;
        if (checked)
            mm_mmr_in_judge(r, a);
        return 0;
    }
    r->head = r->raw = l->record.raw;
    r->raw_form = MM_FORM_NDJSON;
    return 0;
}

static int take_raw(mm_rec *r, const letter *l, bool checked, mm_arena *a)
{
    mm_err e = { 0 };
    mm_str bytes;
    mm_frame f;
    if (mm_data_decode(l->raw, a, &bytes, &e) < 0) {
        if (e.code == MM_ESYS)
            return -1;
        mm_rec_bad(r, a, "the raw_base64 of this dead letter is no base64");
        return 0;
    }
    r->payload = (mm_str){ NULL, 0 };
    r->raw = r->head = bytes;
    r->raw_form = l->frame ? MM_FORM_MMR : MM_FORM_NDJSON;
    if (!l->frame)
        mm_lines_judge(r, bytes, checked, a);
    else if (bytes.n >= MM_FRAME_HEAD && mm_frame_read(bytes.p, &f) && mm_frame_size(&f) == bytes.n)
        mm_mmr_in_record(r, (char *)bytes.p, &f, checked, a);
    else
        mm_rec_bad(r, a, "no whole mmr frame");
    return 0;
}

int mm_dead_unwrap(mm_rec *r, bool checked, mm_arena *a)
{
    letter l;
    if (!mm_dead_likely(r->head) || !begins_as_dead(r->head) || !open_letter(r->head, &l))
        return 0;
    /* What came was the letter, so the record is not sent as it came. */
    r->changed = MM_CHANGED_HEAD;
    return l.record.raw.p ? take_record(r, &l, checked, a) : take_raw(r, &l, checked, a);
}
