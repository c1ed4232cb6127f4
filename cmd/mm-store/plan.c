/* plan.c - what one record becomes in a shard. */
#include "plan.h"

#include "record/member.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* Longest key and ending: with the dot they fit the name of a plain tar header (POSIX ustar: 100). */
#define KEY_MAX_LENGTH 56
#define ENDING_MAX_LENGTH 40
#define PARTS_MAX 1000

struct st_planner {
    const st_settings *settings;
    mm_edits *edits;
    mm_path *data, *ref;
    mm_buf head, scratch;
};

st_planner *st_planner_new(const st_settings *s, mm_err *e)
{
    st_planner *p = calloc(1, sizeof *p);
    if (p) {
        p->settings = s;
        p->edits = mm_edits_new();
        p->data = mm_path_new(MM_STR("mm.data"), e);
        p->ref = mm_path_new(MM_STR("mm.ref"), e);
    }
    if (p && p->edits && p->data && p->ref)
        return p;
    st_planner_free(p);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void st_planner_free(st_planner *p)
{
    if (!p)
        return;
    mm_edits_free(p->edits);
    mm_path_free(p->data);
    mm_path_free(p->ref);
    mm_buf_free(&p->head);
    mm_buf_free(&p->scratch);
    free(p);
}

/* ---- names ------------------------------------------------------------------ */

static bool name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

/* mm.id as a key: what can be a file's name, has no dot (there an ending would begin) and is not too long. */
static mm_str key_of(mm_value id)
{
    mm_str raw = id.raw;
    if (id.type != MM_JSON_STRING || raw.n < 3 || raw.n > KEY_MAX_LENGTH + 2)
        return (mm_str){ NULL, 0 };
    for (size_t i = 1; i + 1 < raw.n; i++)
        if (!name_byte(raw.p[i]))
            return (mm_str){ NULL, 0 };
    return (mm_str){ raw.p + 1, raw.n - 2 };
}

/* What stands behind the last dot of a source's name, if it looks like an ending. */
static mm_str ending_in(mm_str src)
{
    size_t i = src.n;
    while (i > 0 && src.n - i < 8 && name_byte(src.p[i - 1]))
        i--;
    bool found = i > 0 && i < src.n && src.p[i - 1] == '.';
    return found ? (mm_str){ src.p + i, src.n - i } : (mm_str){ NULL, 0 };
}

/* Text of a string member; borrowed from it or in the arena. */
static mm_str text_of(st_planner *p, mm_value v, mm_arena *a)
{
    if (v.type != MM_JSON_STRING || !v.raw.p)
        return (mm_str){ NULL, 0 };
    mm_str text = mm_json_text(v.raw, &p->scratch);
    return text.p == p->scratch.p ? mm_arena_copy(a, text) : text;
}

static mm_str payload_ending(st_planner *p, mm_value type, mm_value src, mm_arena *a)
{
    const char *known = st_ending_of(text_of(p, type, a));
    mm_str found = known ? mm_str_of(known) : ending_in(text_of(p, src, a));
    if (!found.n)
        return MM_STR("bin");
    /* The header has this name. */
    return mm_str_eq(found, MM_STR("json")) ? MM_STR("data.json") : found;
}

/* A part's name as an ending: other bytes than those of plain names become "_". */
static mm_str part_ending(st_planner *p, mm_value name, mm_arena *a)
{
    mm_str text = text_of(p, name, a);
    while (text.n && *text.p == '.')
        text = (mm_str){ text.p + 1, text.n - 1 };
    if (!text.n)
        return MM_STR("part");
    if (text.n > ENDING_MAX_LENGTH)
        text = (mm_str){ text.p + text.n - ENDING_MAX_LENGTH, ENDING_MAX_LENGTH };
    char *copy = mm_arena_alloc(a, text.n);
    for (size_t i = 0; copy && i < text.n; i++)
        copy[i] = name_byte(text.p[i]) || text.p[i] == '.' ? text.p[i] : '_';
    return (mm_str){ copy, copy ? text.n : 0 };
}

static bool taken(const st_plan *x, mm_str ending)
{
    for (size_t i = 0; i < x->n; i++)
        if (mm_str_eq(x->piece[i].ending, ending))
            return true;
    return false;
}

/* An ending that no file of the sample has yet. */
static mm_str free_ending(const st_plan *x, mm_str want, mm_arena *a)
{
    for (unsigned i = 2; taken(x, want) && i < 2 * PARTS_MAX; i++) {
        char text[ENDING_MAX_LENGTH + 32];
        int n = snprintf(text, sizeof text, "part%u.%.*s", i, (int)want.n, want.p);
        if (!taken(x, (mm_str){ text, (size_t)n }))
            return mm_arena_copy(a, (mm_str){ text, (size_t)n });
    }
    return want;
}

/* ---- the header ------------------------------------------------------------- */

/* Take mm.data and mm.ref, and those of the parts that are stored beside the header, out of it. */
static int trim_head(st_planner *p, const mm_rec *r, mm_value data, mm_value ref, const st_plan *x, mm_arena *a,
                     mm_str *out, mm_err *e)
{
    bool parts = false;
    for (size_t i = 0; i < x->n; i++)
        parts |= x->piece[i].part >= 0;
    *out = r->head;
    if (!data.raw.p && !ref.raw.p && !parts)
        return 0;
    mm_edits_begin(p->edits, r->head);
    if (mm_edits_remove(p->edits, p->data, e) < 0 || mm_edits_remove(p->edits, p->ref, e) < 0)
        return -1;
    for (size_t i = 0; i < x->n; i++) {
        static const char *const where[] = { "data", "ref" };
        for (int k = 0; x->piece[i].part >= 0 && k < 2; k++) {
            char text[48];
            int n = snprintf(text, sizeof text, "mm.parts[%d].%s", x->piece[i].part, where[k]);
            mm_path *path = mm_path_new((mm_str){ text, (size_t)n }, e);
            int rc = path ? mm_edits_remove(p->edits, path, e) : -1;
            mm_path_free(path);
            if (rc < 0)
                return -1;
        }
    }
    p->head.n = 0;
    mm_edits_apply(p->edits, &p->head);
    *out = p->head.failed ? (mm_str){ NULL, 0 } : mm_arena_copy(a, mm_buf_view(&p->head));
    return out->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* A header that holds nothing but this part as its mm, so that what reads payloads reads parts. */
static mm_str head_of_part(mm_str part, mm_arena *a)
{
    static const char start[] = "{\"mm\":";
    char *p = mm_arena_alloc(a, part.n + sizeof start);
    if (!p)
        return (mm_str){ NULL, 0 };
    memcpy(p, start, sizeof start - 1);
    memcpy(p + sizeof start - 1, part.p, part.n);
    p[sizeof start - 1 + part.n] = '}';
    return (mm_str){ p, part.n + sizeof start };
}

/* ---- plans ------------------------------------------------------------------ */

typedef struct found {
    mm_value id, type, src, parts, data, ref;
} found;

static int look(const mm_rec *r, found *m, mm_err *e)
{
    static const char *const mm[] = { "mm" };
    static const char *const names[] = { "id", "type", "src", "parts", "data", "ref" };
    mm_value member, v[6] = { 0 };
    bool sound = mm_members_find((mm_value){ r->head, MM_JSON_OBJECT }, mm, &member, 1) == 0;
    if (sound && member.raw.p && member.type == MM_JSON_OBJECT)
        sound = mm_members_find(member, names, v, 6) == 0;
    *m = (found){ v[0], v[1], v[2], v[3], v[4], v[5] };
    return sound ? 0 : mm_fail(e, MM_EBAD, "the header is malformed JSON");
}

static void hash_record(const mm_rec *r, unsigned char out[16])
{
    XXH128_canonical_t c[2];
    XXH128_canonicalFromHash(&c[0], XXH3_128bits(r->head.p, r->head.n));
    if (r->payload.p) {
        XXH128_canonicalFromHash(&c[1], XXH3_128bits(r->payload.p, r->payload.n));
        XXH128_canonicalFromHash(&c[0], XXH3_128bits(c, sizeof c));
    }
    memcpy(out, c[0].digest, 16);
}

static int count_parts(mm_value parts, size_t *n, mm_err *e)
{
    *n = 0;
    if (parts.type != MM_JSON_ARRAY || !parts.raw.p)
        return 0;
    mm_json_iter it = mm_json_each(parts);
    int more;
    while ((more = mm_json_next(&it)) == 1)
        ++*n;
    if (more < 0)
        return mm_fail(e, MM_EBAD, "the header is malformed JSON");
    return *n <= PARTS_MAX ? 0 : mm_fail(e, MM_EBAD, "mm.parts has %zu entries, over the limit of %d", *n, PARTS_MAX);
}

/* Add the parts: with `inside` set only those behind refs, else all that have bytes. */
static int add_parts(st_planner *p, st_plan *x, mm_value parts, bool refs_only, mm_arena *a, mm_err *e)
{
    static const char *const names[] = { "name", "data", "ref" };
    if (parts.type != MM_JSON_ARRAY || !parts.raw.p)
        return 0;
    mm_json_iter it = mm_json_each(parts);
    while (mm_json_next(&it) == 1) {
        mm_value v[3];
        if (it.value.type != MM_JSON_OBJECT || mm_members_find(it.value, names, v, 3) < 0)
            return mm_fail(e, MM_EBAD, "mm.parts[%zu] is not a part", it.index);
        if (!v[1].raw.p && (!v[2].raw.p))
            continue;
        if (v[1].raw.p && refs_only)
            continue;
        mm_rec part = { .head = head_of_part(it.value.raw, a) };
        st_piece *to = &x->piece[x->n];
        *to = (st_piece){ .ref = part.head, .part = (int)it.index };
        if (!part.head.p)
            return mm_fail(e, MM_ESYS, "out of memory");
        if (v[1].raw.p && mm_payload(&part, NULL, a, &to->bytes, e) < 0)
            return mm_fail_at(e, "mm.parts[%zu]", it.index);
        to->ending = refs_only ? (mm_str){ NULL, 0 } : free_ending(x, part_ending(p, v[0], a), a);
        x->n++;
    }
    return 0;
}

static int by_ending(const void *a, const void *b)
{
    return mm_str_cmp(((const st_piece *)a)->ending, ((const st_piece *)b)->ending);
}

/* Files of a sample: the header, the payload, the parts. */
static int plan_sample(st_planner *p, st_plan *x, const mm_rec *r, const found *m, mm_arena *a, mm_err *e)
{
    x->piece[x->n++] = (st_piece){ .ending = MM_STR("json"), .part = -1 };
    if (x->payload.p || m->ref.raw.p)
        x->piece[x->n++] = (st_piece){ .ending = payload_ending(p, m->type, m->src, a), .bytes = x->payload,
                                       .ref = r->head, .part = -1 };
    if (add_parts(p, x, m->parts, false, a, e) < 0 || trim_head(p, r, m->data, m->ref, x, a, &x->head, e) < 0)
        return -1;
    x->piece[0].bytes = x->head;
    qsort(x->piece, x->n, sizeof *x->piece, by_ending);
    return 0;
}

/* What lies behind refs and goes inside the record. */
static int plan_record(st_planner *p, st_plan *x, const mm_rec *r, const found *m, mm_arena *a, mm_err *e)
{
    if (!x->payload.p && m->ref.raw.p)
        x->piece[x->n++] = (st_piece){ .ref = r->head, .part = -1 };
    mm_value none = { 0 };
    bool beside = p->settings->format == ST_MMR;
    if (trim_head(p, r, beside ? m->data : none, m->ref, x, a, &x->head, e) < 0)
        return -1;
    return add_parts(p, x, m->parts, true, a, e);
}

st_plan *st_plan_make(st_planner *p, const mm_rec *r, mm_arena *a, mm_err *e)
{
    found m;
    size_t parts, at;
    if (mm_json_check_record(r->head, &at, e) < 0) {
        char why[sizeof e->text];
        memcpy(why, e->text, sizeof why);
        mm_fail(e, MM_EBAD, "the header is malformed JSON: %s at byte %zu", why, at);
        return NULL;
    }
    if (look(r, &m, e) < 0 || count_parts(m.parts, &parts, e) < 0)
        return NULL;
    st_plan *x = mm_arena_alloc(a, sizeof *x + (parts + 2) * sizeof *x->piece);
    if (!x) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    *x = (st_plan){ .id = key_of(m.id), .head = r->head, .payload = r->payload };
    hash_record(r, x->hash);
    if (!r->payload.p && m.data.raw.p && mm_payload(r, NULL, a, &x->payload, e) < 0)
        return NULL;
    bool plain = p->settings->format == ST_NDJSON && !p->settings->inlined;
    int rc = p->settings->format == ST_WDS ? plan_sample(p, x, r, &m, a, e)
           : plain                         ? 0
                                           : plan_record(p, x, r, &m, a, e);
    return rc < 0 ? NULL : x;
}
