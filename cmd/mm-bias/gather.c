/* gather.c - the members of a header, walked. Records of a stream are alike: where a member was in the last record is
 * where it is looked for first. What a record holds is noted, and taken once all of it was read: a record that turns
 * out to be malformed leaves nothing. */
#include <stdlib.h>
#include <string.h>

#include "sketch.h"

typedef struct place place;
typedef struct member {
    char *key;            /* as it is spelled, owned, in quotes and with a colon behind: "key": */
    size_t n;             /* without these */
    ptrdiff_t field;      /* index in the sketch; -1: none yet; -2: no room for it */
    place *inner;         /* of its object, or NULL */
} member;

/* An object at some path. */
struct place {
    char *path;           /* with a dot at its end where it is not empty */
    unsigned depth;
    bool mm;              /* it is mm: only some of its members count */
    member *member;
    size_t n, room;
};

struct gather {
    sketch *s;
    place *root;
    gathered *noted;
    size_t n_noted, room;
    uint64_t left_out;    /* of this record */
    mm_buf text, name;
};

static place *place_new(const char *path, unsigned depth)
{
    place *p = calloc(1, sizeof *p);
    if (p && !(p->path = strdup(path))) {
        free(p);
        return NULL;
    }
    if (p) {
        p->depth = depth;
        p->mm = strcmp(path, "mm.") == 0;
    }
    return p;
}

static void place_free(place *p)
{
    if (!p)
        return;
    for (size_t i = 0; i < p->n; i++) {
        free(p->member[i].key);
        place_free(p->member[i].inner);
    }
    free(p->member);
    free(p->path);
    free(p);
}

gather *gather_new(sketch *s)
{
    gather *g = calloc(1, sizeof *g);
    if (g && !(g->root = place_new("", 0))) {
        free(g);
        return NULL;
    }
    if (g)
        g->s = s;
    return g;
}

void gather_free(gather *g)
{
    if (!g)
        return;
    place_free(g->root);
    free(g->noted);
    mm_buf_free(&g->text);
    mm_buf_free(&g->name);
    free(g);
}

/* Names with a dot, bracket, quote or blank are written in quotes, as in paths. */
static mm_str path_of(gather *g, const place *p, mm_str key)
{
    g->name.n = 0;
    mm_buf quoted = { 0 };
    mm_buf_byte(&quoted, '"');
    mm_buf_str(&quoted, key);
    mm_buf_byte(&quoted, '"');
    mm_str text = mm_json_text(mm_buf_view(&quoted), &g->text);
    bool plain = text.n > 0;
    for (size_t i = 0; i < text.n; i++)
        plain &= !strchr(".[]\" ", text.p[i]) && text.p[i] != '\0';
    mm_buf_str(&g->name, mm_str_of(p->path));
    mm_buf_str(&g->name, plain ? text : mm_buf_view(&quoted));
    mm_buf_free(&quoted);
    return mm_buf_view(&g->name);
}

enum { KEPT_APART = 4096 };  /* members of one object that are remembered */

static member *add_member(place *p, mm_str key)
{
    if (p->n == KEPT_APART)
        return NULL;
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 16;
        member *m = reallocarray(p->member, room, sizeof *m);
        if (!m)
            return NULL;
        p->member = m;
        p->room = room;
    }
    member *m = &p->member[p->n];
    *m = (member){ .key = calloc(1, key.n + 3 + 8), .n = key.n, .field = -1 };
    if (!m->key)
        return NULL;
    m->key[0] = m->key[key.n + 1] = '"';
    m->key[key.n + 2] = ':';
    memcpy(m->key + 1, key.p, key.n);
    p->n++;
    return m;
}

static bool is_key(const member *m, mm_str key)
{
    return m->n == key.n && memcmp(m->key + 1, key.p, key.n) == 0;
}

static member *find_member(place *p, mm_str key, size_t likely)
{
    if (likely < p->n && is_key(&p->member[likely], key))
        return &p->member[likely];
    for (size_t i = 0; i < p->n; i++)
        if (is_key(&p->member[i], key))
            return &p->member[i];
    return add_member(p, key);
}

/* The member's field; false when there is no room for it. */
static bool find_field(gather *g, place *p, member *m)
{
    if (m->field == -1) {
        field_sketch *f = sketch_field(g->s, path_of(g, p, (mm_str){ m->key + 1, m->n }));
        m->field = f ? f - g->s->field : -2;
    }
    return m->field >= 0;
}

static bool wanted(const place *p, mm_str key)
{
    return !p->mm || mm_str_eq(key, MM_STR("probe")) || mm_str_eq(key, MM_STR("modality")) || mm_str_eq(key, MM_STR("size"));
}

static bool more_notes(gather *g)
{
    size_t room = g->room ? 2 * g->room : 256;
    gathered *n = reallocarray(g->noted, room, sizeof *n);
    if (n) {
        g->noted = n;
        g->room = room;
    }
    return n != NULL;
}

static inline gathered *note(gather *g, const member *m, mm_json_type type)
{
    if (g->n_noted == g->room && !more_notes(g))
        return NULL;
    gathered *n = &g->noted[g->n_noted++];
    n->field = (uint32_t)m->field;
    n->type = type;
    return n;
}

static inline uint64_t load(const char *p)
{
    uint64_t w;
    memcpy(&w, p, 8);
    return w;
}

/* The digits at p, at most 8 of them, and their value: all at once, a byte each, then in pairs and fours. */
static inline unsigned digits(const char *p, const char *end, uint64_t *value)
{
    unsigned n = 8;
    if (__builtin_expect(end - p < 8, 0)) {
        uint64_t v = 0;
        for (n = 0; p + n < end && (unsigned char)(p[n] - '0') < 10; n++)
            v = 10 * v + (uint64_t)(p[n] - '0');
        *value = v;
        return n;
    }
    uint64_t t = load(p) ^ UINT64_C(0x3030303030303030);
    uint64_t other = ((t + UINT64_C(0x7676767676767676)) | t) & UINT64_C(0x8080808080808080);
    if (other) {
        n = (unsigned)__builtin_ctzll(other) / 8;
        if (n == 0) {
            *value = 0;
            return 0;
        }
        t <<= 64 - 8 * n;
    }
    const uint64_t mask = UINT64_C(0x000000ff000000ff);
    t = t * 10 + (t >> 8);
    *value = ((t & mask) * UINT64_C(0x000f424000000064) + ((t >> 16) & mask) * UINT64_C(0x0000271000000001)) >> 32;
    return n;
}

/* The number at p, when it is one of at most 8 digits before the point and 7 behind it: then these and the power of ten
 * are exact, and one division rounds once. Returns behind it, or NULL: the long way tells. */
static inline const char *quick_number(const char *p, const char *end, double *out)
{
    static const double tens[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7 };
    static const uint32_t whole_tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000 };
    uint64_t v, fraction;
    bool negative = p < end && *p == '-';
    p += negative;
    unsigned n = digits(p, end, &v);
    if (n == 0 || (n > 1 && *p == '0'))
        return NULL;
    p += n;
    double x = (double)v;
    if (p < end && *p == '.') {
        unsigned k = digits(++p, end, &fraction);
        if (k == 0 || k == 8)
            return NULL;
        x = (double)(v * whole_tens[k] + fraction) / tens[k];
        p += k;
    }
    /* More digits, an exponent, or the end of the text. */
    if (p == end || (*p != ',' && *p != '}'))
        return NULL;
    *out = negative ? -x : x;
    return p;
}

/* Is the key there? Keys are kept with 8 bytes of room behind. */
static inline bool has_key(const char *at, const char *end, const member *m)
{
    size_t n = m->n + 3;
    if ((size_t)(end - at) < n + 8)
        return (size_t)(end - at) > n && memcmp(at, m->key, n) == 0;
    if (n > 16)
        return memcmp(at, m->key, n) == 0;
    if (n > 8)
        return ((load(at) ^ load(m->key)) | (load(at + n - 8) ^ load(m->key + n - 8))) == 0;
    return (load(at) ^ load(m->key)) << (64 - 8 * n) == 0;
}

static int walk(gather *g, place *p, mm_value object, mm_err *e);

/* Note the value of a member. */
static int note_value(gather *g, place *p, member *m, mm_value v, mm_err *e)
{
    if (v.type == MM_JSON_OBJECT && p->depth + 1 < SKETCH_MOST_DEPTH) {
        if (!m->inner) {
            mm_buf path = { 0 };
            mm_buf_str(&path, path_of(g, p, (mm_str){ m->key + 1, m->n }));
            mm_buf_str(&path, (mm_str){ ".", 2 });
            m->inner = path.failed ? NULL : place_new(path.p, p->depth + 1);
            mm_buf_free(&path);
            if (!m->inner)
                return mm_fail(e, MM_ESYS, "out of memory");
        }
        return walk(g, m->inner, v, e);
    }
    if (!find_field(g, p, m)) {
        g->left_out++;
        return 0;
    }
    gathered *n = note(g, m, v.type);
    if (!n)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (v.type == MM_JSON_NUMBER && mm_json_double(v.raw, &n->number) < 0)
        return mm_fail(e, MM_EBAD, "%s is no number", g->s->field[m->field].name);
    if (v.type == MM_JSON_STRING)
        n->raw = v.raw;
    return 0;
}

static int walk(gather *g, place *p, mm_value object, mm_err *e)
{
    mm_json_iter it = mm_json_each(object);
    size_t likely = 0;
    int got;
    while ((got = mm_json_next(&it)) == 1) {
        if (!wanted(p, it.key))
            continue;
        member *m = find_member(p, it.key, likely);
        if (!m) {
            g->left_out++;
            continue;
        }
        likely = (size_t)(m - p->member) + 1;
        if (note_value(g, p, m, it.value, e) < 0)
            return -1;
    }
    return got < 0 ? mm_fail(e, MM_EBAD, "the JSON is malformed") : 0;
}

/* The same for the usual record: members in the order of the last one, no blanks, and all of them numbers and plain
 * texts. False: nothing can be said, walk() knows. */
static bool walk_quickly(gather *g, mm_str head)
{
    place *p = g->root;
    const char *at = head.p, *end = head.p + head.n;
    size_t i = 0;
    for (char before = '{'; at < end && *at == before; before = ',') {
        at++;
        if (i == p->n)
            return false;
        member *m = &p->member[i++];
        gathered *x;
        if (!has_key(at, end, m) || m->field < 0)
            return false;
        at += m->n + 3;
        if (*at == '"') {
            const char *text = at;
            at = memchr(at + 1, '"', (size_t)(end - at) - 1);
            if (!at || memchr(text, '\\', (size_t)(at - text)) || !(x = note(g, m, MM_JSON_STRING)))
                return false;
            x->raw = (mm_str){ text, (size_t)(++at - text) };
        } else if (!(x = note(g, m, MM_JSON_NUMBER)) || !(at = quick_number(at, end, &x->number))) {
            return false;
        }
    }
    return i > 0 && at + 1 == end && *at == '}';
}

static bool take(gather *g)
{
    bool ok = true;
    for (size_t i = 0; ok && i < g->n_noted; i++) {
        const gathered *n = &g->noted[i];
        field_sketch *f = &g->s->field[n->field];
        if (n->type == MM_JSON_NUMBER)
            ok = field_number(f, n->number);
        else if (n->type == MM_JSON_STRING)
            ok = field_text(f, mm_json_text(n->raw, &g->text));
        else
            f->seen[n->type]++;
    }
    return ok;
}

int gather_read(gather *g, mm_str head, mm_err *e)
{
    g->n_noted = g->left_out = 0;
    if (walk_quickly(g, head))
        return 0;
    g->n_noted = 0;
    return walk(g, g->root, (mm_value){ head, MM_JSON_OBJECT }, e);
}

const gathered *gather_values(const gather *g, size_t *n)
{
    *n = g->n_noted;
    return g->noted;
}

int gather_record(gather *g, mm_str head, mm_err *e)
{
    if (gather_read(g, head, e) < 0)
        return -1;
    g->s->records++;
    g->s->left_out += g->left_out;
    return take(g) ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}
