/* group.c - members of a WebDataset shard that share a stem, as one record. */
#include "group.h"

#include <stdlib.h>
#include <string.h>

#include "record/carry.h"
#include "record/member.h"
#include "shard_tell.h"

struct group {
    mm_arena *arena;
    mm_buf src;       /* of the group, spelled: "a.tar!dir/stem"; empty: there is no group */
    mm_buf of_member; /* that of a member that comes */
    leaf *first;      /* by part name */
};

group *group_new(mm_err *e)
{
    group *g = calloc(1, sizeof *g);
    if (g && (g->arena = mm_arena_new()))
        return g;
    mm_fail(e, MM_ESYS, "out of memory");
    free(g);
    return NULL;
}

void group_free(group *g)
{
    if (!g)
        return;
    mm_arena_free(g->arena);
    mm_buf_free(&g->src);
    mm_buf_free(&g->of_member);
    free(g);
}

/* ---- gathering ---- */

static mm_str copy(mm_arena *a, mm_str s, bool *failed)
{
    if (!s.p)
        return s;
    mm_str c = mm_arena_copy(a, s);
    *failed |= !c.p;
    return c;
}

static leaf *copy_leaf(mm_arena *a, const leaf *l, bool *failed)
{
    leaf *c = mm_arena_alloc(a, sizeof *c);
    if (!c) {
        *failed = true;
        return NULL;
    }
    *c = *l;
    c->held = copy(a, l->held, failed);
    c->part = copy(a, l->part, failed);
    c->bad = copy(a, l->bad, failed);
    c->place.ref = copy(a, l->place.ref, failed);
    if (l->place.path)
        c->place.path = copy(a, mm_str_of(l->place.path), failed).p;
    c->next = NULL;
    return c;
}

static leaf **place_for(group *g, mm_str part, bool *there)
{
    leaf **at = &g->first;
    while (*at && mm_str_cmp((*at)->part, part) < 0)
        at = &(*at)->next;
    *there = *at && mm_str_eq((*at)->part, part);
    return at;
}

int group_take(group *g, const mm_buf *src, mm_str member, const leaf *l, mm_batch *b, mm_err *e)
{
    mm_str stem, spelled;
    mm_buf part = { 0 };
    bool there = false, failed = false;
    shard_split(member, &stem, &spelled);
    g->of_member.n = 0;
    mm_buf_str(&g->of_member, mm_buf_view(src));
    mm_buf_byte(&g->of_member, '!');
    head_spell(&g->of_member, stem);
    head_spell(&part, spelled);
    if (g->first && mm_str_eq(mm_buf_view(&g->src), mm_buf_view(&g->of_member)))
        place_for(g, mm_buf_view(&part), &there);
    else
        there = g->first != NULL;
    if (there && group_end(g, b, e) < 0)
        failed = true;
    leaf *kept = copy_leaf(g->arena, l, &failed);
    if (kept && !failed) {
        kept->part = mm_arena_copy(g->arena, mm_buf_view(&part));
        leaf **at = place_for(g, kept->part, &there);
        kept->next = *at;
        *at = kept;
        g->src.n = 0;
        mm_buf_str(&g->src, mm_buf_view(&g->of_member));
    }
    failed |= part.failed || g->src.failed || g->of_member.failed;
    mm_buf_free(&part);
    return failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

int group_end(group *g, mm_batch *b, mm_err *e)
{
    leaf *first = NULL, **end = &first;
    bool failed = false;
    if (!g->first)
        return 0;
    for (leaf *l = g->first; l && !failed; l = l->next) {
        *end = copy_leaf(b->arena, l, &failed);
        if (*end)
            end = &(*end)->next;
    }
    mm_str src = mm_arena_copy(b->arena, mm_buf_view(&g->src));
    mm_rec *r = failed || !src.p ? NULL : mm_batch_add(b);
    g->first = NULL;
    mm_arena_reset(g->arena);
    if (!r)
        return mm_fail(e, MM_ESYS, "out of memory");
    first->x.kind = GROUP_KIND;
    first->src = src;
    r->source = src.p;
    r->extra = first;
    return 0;
}

/* ---- the record ---- */

typedef struct roles {
    leaf *json, *txt, *cls, *main;
} roles;

static mm_str content_of(const leaf *l)
{
    return l->payload.p ? l->payload : l->held;
}

/* Is the part an object whose members the header can take? */
static bool is_object(const leaf *l)
{
    mm_str s = content_of(l);
    return l && s.p && mm_json_check_record(s, NULL, NULL) == 0;
}

static bool has_member(mm_str object, const char *name)
{
    mm_value found;
    return object.n && mm_members_find((mm_value){ object, MM_JSON_OBJECT }, &name, &found, 1) == 0 && found.raw.p;
}

static bool is_media(const leaf *l)
{
    return strcmp(l->type.modality, "image") == 0 || strcmp(l->type.modality, "audio") == 0 ||
           strcmp(l->type.modality, "video") == 0;
}

static bool absorbed(const roles *r, const leaf *l)
{
    return l == r->json || l == r->txt || l == r->cls;
}

/* Is the part the payload by the hash that the json part gives of it? */
static bool is_payload(mm_str object, const leaf *l)
{
    mm_value mm, v;
    const char *names[] = { "mm", "xxh3" };
    char hex[35] = "\"";
    if (!object.n || mm_members_find((mm_value){ object, MM_JSON_OBJECT }, &names[0], &mm, 1) < 0 || !mm.raw.p ||
        mm.type != MM_JSON_OBJECT || mm_members_find(mm, &names[1], &v, 1) < 0 || v.raw.n != 34)
        return false;
    head_hex(l->x.content, hex + 1);
    hex[33] = '"';
    return memcmp(v.raw.p, hex, 34) == 0;
}

static roles roles_of(leaf *first)
{
    roles r = { 0 };
    for (leaf *l = first; l; l = l->next)
        if (mm_str_eq(l->part, MM_STR("json")) && is_object(l))
            r.json = l;
    mm_str object = r.json ? content_of(r.json) : (mm_str){ 0 };
    for (leaf *l = first; l && !r.main; l = l->next)
        if (l != r.json && is_payload(object, l))
            r.main = l;
    const leaf *proved = r.main;
    for (leaf *l = first; l; l = l->next) {
        bool text = l != proved && strcmp(l->type.modality, "text") == 0 && content_of(l).p;
        if (text && mm_str_eq(l->part, MM_STR("txt")) && !has_member(object, "text"))
            r.txt = l;
        if (text && mm_str_eq(l->part, MM_STR("cls")) && !has_member(object, "cls"))
            r.cls = l;
    }
    for (leaf *l = first; l; l = l->next)
        if (!proved && !absorbed(&r, l) && (!r.main || (is_media(l) && !is_media(r.main))))
            r.main = l;
    return r;
}

static mm_str trimmed(mm_str s)
{
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1]) && s.p[s.n - 1])
        s.n--;
    while (s.n && strchr(" \t\r\n", *s.p) && *s.p)
        s.p++, s.n--;
    return s;
}

/* The object's text between its braces. */
static mm_str inner(mm_str object)
{
    object = trimmed(object);
    return trimmed((mm_str){ object.p + 1, object.n - 2 });
}

/* A class is a number as a rule; else what stands there, as a string. */
static void put_class(mm_buf *out, mm_str s)
{
    double d;
    s = trimmed(s);
    if (s.n && mm_json_double(s, &d) == 0)
        mm_buf_str(out, s);
    else
        mm_json_put(out, s);
}

static void put_part(mm_buf *out, const leaf *l)
{
    char hex[33];
    mm_buf_str(out, MM_STR("{\"name\":"));
    mm_json_put(out, l->part);
    mm_buf_printf(out, ",\"type\":\"%s\"", l->type.mime);
    if (l->charset)
        mm_buf_printf(out, ",\"charset\":\"%s\"", l->charset);
    mm_buf_printf(out, ",\"size\":%llu", (unsigned long long)l->size);
    head_hex(l->x.content, hex);
    mm_buf_printf(out, ",\"xxh3\":\"%s\"", hex);
    mm_buf_str(out, l->payload.p ? MM_STR(",\"data\":") : MM_STR(",\"ref\":"));
    if (l->payload.p)
        mm_put_base64(out, l->payload);
    else
        leaf_put_ref(l, out);
    mm_buf_byte(out, '}');
}

/* All but the parts that the header takes in. */
static void put_parts(mm_buf *out, const roles *r, const leaf *first)
{
    for (const leaf *l = first; l; l = l->next) {
        if (l == r->main || absorbed(r, l))
            continue;
        mm_buf_byte(out, out->n ? ',' : '[');
        put_part(out, l);
    }
    if (out->n)
        mm_buf_byte(out, ']');
}

/* The members that are not mm's, each with a comma behind it. */
static void put_object(mm_buf *out, mm_str object)
{
    mm_str members = inner(object);
    if (!has_member(object, "mm")) {
        mm_buf_str(out, members);
        if (members.n)
            mm_buf_byte(out, ',');
        return;
    }
    mm_json_iter it = mm_json_each((mm_value){ trimmed(object), MM_JSON_OBJECT });
    while (mm_json_next(&it) == 1) {
        if (mm_key_is(it.key, "mm"))
            continue;
        mm_buf_byte(out, '"');
        mm_buf_str(out, it.key);
        mm_buf_str(out, MM_STR("\":"));
        mm_buf_str(out, it.value.raw);
        mm_buf_byte(out, ',');
    }
}

static void put_own(mm_buf *out, const roles *r)
{
    if (r->json)
        put_object(out, content_of(r->json));
    if (r->txt) {
        mm_buf_str(out, MM_STR("\"text\":"));
        mm_json_put(out, content_of(r->txt));
        mm_buf_byte(out, ',');
    }
    if (r->cls) {
        mm_buf_str(out, MM_STR("\"cls\":"));
        put_class(out, content_of(r->cls));
        mm_buf_byte(out, ',');
    }
}

static bool is_hex_id(mm_str s)
{
    return s.n == 32 && strspn(s.p, "0123456789abcdef") == 32;
}

static mm_str text_in(mm_value v, mm_arena *a)
{
    mm_buf b = { 0 };
    mm_str text = v.type == MM_JSON_STRING ? mm_arena_copy(a, mm_json_text(v.raw, &b)) : (mm_str){ 0 };
    mm_buf_free(&b);
    return text;
}

/* A word as types and charsets are, which needs no escapes; NULL when it is none. */
static const char *word(mm_str s)
{
    static const char *const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-._/:";
    return s.n && strspn(s.p, plain) == s.n ? s.p : NULL;
}

/* A record that was stored as it is, which its id and the hash of its payload prove, came from where it says and is
 * what it says: src and id belong together. */
static void keep_origin(const roles *r, mm_value mm, head_facts *f, mm_arena *a)
{
    enum { ID, XXH3, SRC, TYPE, MODALITY, CHARSET, N };
    static const char *const names[N] = { "id", "xxh3", "src", "type", "modality", "charset" };
    mm_value v[N];
    mm_str s[N];
    char hex[33] = "";
    if (mm_members_find(mm, names, v, N) < 0)
        return;
    for (int i = 0; i < N; i++)
        s[i] = v[i].raw.p ? text_in(v[i], a) : (mm_str){ 0 };
    if (r->main)
        head_hex(r->main->x.content, hex);
    if (!is_hex_id(s[ID]) || !s[SRC].n || !mm_str_eq(s[XXH3], mm_str_of(hex)))
        return;
    f->src = s[SRC];
    f->type = word(s[TYPE]);
    f->modality = word(s[MODALITY]);
    f->charset = word(s[CHARSET]);
}

/* What the json part says under mm is kept where it does not speak of how that record lay. */
static void keep_mm(const roles *r, mm_buf *more, head_facts *f, mm_arena *a)
{
    static const char *const anew[] = { "src", "type", "modality", "charset", "size", "xxh3", "ref", "data", "parts" };
    mm_value mm;
    const char *name = "mm";
    if (!r->json || mm_members_find((mm_value){ trimmed(content_of(r->json)), MM_JSON_OBJECT }, &name, &mm, 1) < 0 ||
        !mm.raw.p || mm.type != MM_JSON_OBJECT)
        return;
    keep_origin(r, mm, f, a);
    mm_json_iter it = mm_json_each(mm);
    while (mm_json_next(&it) == 1) {
        bool dropped = false;
        for (size_t i = 0; i < sizeof anew / sizeof *anew; i++)
            dropped |= mm_key_is(it.key, anew[i]);
        mm_str raw = it.value.raw;
        if (mm_key_is(it.key, "id")) {
            mm_str id = { raw.p + 1, raw.n > 2 ? raw.n - 2 : 0 };
            if (it.value.type == MM_JSON_STRING && is_hex_id(id))
                f->id = id;
        } else if (mm_key_is(it.key, "via")) {
            if (it.value.type == MM_JSON_ARRAY)
                f->via = inner(raw);
        } else if (!dropped) {
            mm_buf_str(more, MM_STR(",\""));
            mm_buf_str(more, it.key);
            mm_buf_str(more, MM_STR("\":"));
            mm_buf_str(more, raw);
        }
    }
    f->more = mm_buf_view(more);
}

/* The content of all parts together. */
static XXH128_hash_t hash_parts(const leaf *first)
{
    XXH128_canonical_t c[2] = { 0 };
    for (const leaf *l = first; l; l = l->next) {
        XXH128_canonicalFromHash(&c[1], l->x.content);
        XXH128_canonicalFromHash(&c[0], XXH3_128bits(c, sizeof c));
    }
    return XXH128_hashFromCanonical(&c[0]);
}

static mm_verdict compose(leaf_state *s, const leaf_opts *o, mm_rec *r, mm_arena *a)
{
    leaf *first = r->extra;
    roles is = roles_of(first);
    mm_buf parts = { 0 }, ref = { 0 }, more = { 0 };
    put_parts(&parts, &is, first);
    head_facts f = { .src = first->src, .hash = hash_parts(first), .parts = mm_buf_view(&parts),
                     .modality = is.txt ? "text" : "row" };
    if (is.main) {
        leaf_put_ref(is.main, &ref);
        f.type = is.main->type.mime;
        f.modality = is.main->type.modality;
        f.charset = is.main->charset;
        f.sized = true;
        f.size = is.main->size;
        f.xxh3 = is.main->x.content;
        f.ref = mm_buf_view(&ref);
    }
    keep_mm(&is, &more, &f, a);
    mm_buf *out = leaf_scratch(s);
    mm_buf_byte(out, '{');
    put_own(out, &is);
    head_member(out, &f, o->via);
    mm_buf_byte(out, '}');
    mm_str head = mm_arena_copy(a, mm_buf_view(out));
    bool failed = out->failed || parts.failed || ref.failed || more.failed || !head.p;
    mm_buf_free(&parts);
    mm_buf_free(&ref);
    mm_buf_free(&more);
    if (failed)
        return mm_rec_bad(r, a, "out of memory");
    for (char *p = (char *)head.p; (p = memchr(p, '\n', (size_t)(head.p + head.n - p))); p++)
        *p = ' ';  /* between the tokens of the json part */
    first->x.content = f.hash;
    r->head = head;
    r->payload = is.main ? is.main->payload : (mm_str){ 0 };
    return MM_KEEP;
}

mm_verdict group_work(leaf_state *s, const leaf_opts *o, mm_rec *r, mm_arena *a)
{
    leaf *first = r->extra;
    for (leaf *l = first; l; l = l->next) {
        mm_err e = { 0 };
        if (l->bad.n)
            mm_fail(&e, MM_EBAD, "%s", l->bad.p);
        else if (leaf_read(s, l, a, &e) == 0)
            continue;
        r->head = leaf_bare_head(a, first->src);
        r->payload = l->held;
        return mm_rec_bad(r, a, "part %.*s: %s", (int)l->part.n, l->part.p, e.text);
    }
    return compose(s, o, r, a);
}
