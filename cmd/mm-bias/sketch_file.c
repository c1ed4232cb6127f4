/* sketch_file.c - writing and reading sketches. Numbers are little-endian. What is read may be anything: every length
 * is held against what is there before it is used. */
#include "sketch_file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#define MAGIC "MMSKETCH"
enum { VERSION = 1, HEAD = 8 + 4 + 8, SUM = 16, NO_TEXT = 0xffffffff, MOST_FILE = 256 << 20 };
enum { HAS_DISTINCT = 1, HAS_TOP = 2, HAS_COUNT = 4, HAS_SCORE = 1, HAS_STRATUM = 2 };

/* ---- writing ---- */

static void put_bytes(mm_buf *b, uint64_t v, int n)
{
    char c[8];
    for (int i = 0; i < n; i++)
        c[i] = (char)(v >> 8 * i);
    mm_buf_put(b, c, (size_t)n);
}

static void put_u32(mm_buf *b, uint64_t v) { put_bytes(b, v, 4); }
static void put_u64(mm_buf *b, uint64_t v) { put_bytes(b, v, 8); }

static void put_wide(mm_buf *b, unsigned __int128 v)
{
    put_u64(b, (uint64_t)v);
    put_u64(b, (uint64_t)(v >> 64));
}

static void put_f64(mm_buf *b, double x)
{
    uint64_t v;
    memcpy(&v, &x, sizeof v);
    put_u64(b, v);
}

static void put_text(mm_buf *b, mm_str s)
{
    put_u32(b, s.p ? s.n : NO_TEXT);
    mm_buf_str(b, s);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void put_kll(mm_buf *b, const kll *s)
{
    put_u64(b, s->n);
    put_u64(b, s->coins);
    put_f64(b, s->min);
    put_f64(b, s->max);
    put_u32(b, s->levels);
    for (uint32_t h = 0; h < s->levels; h++) {
        const kll_level *l = &s->level[h];
        double v[4 * KLL_K];
        uint32_t n = l->n < 4 * KLL_K ? l->n : 4 * KLL_K;
        if (n)
            memcpy(v, l->v, n * sizeof *v);
        qsort(v, n, sizeof *v, by_size);
        put_u32(b, n);
        for (uint32_t i = 0; i < n; i++)
            put_f64(b, v[i]);
    }
}

static void put_top(mm_buf *b, const top *s)
{
    uint16_t order[TOP_M];
    top_order(s, order);
    put_u64(b, s->n);
    put_u32(b, s->size);
    for (uint32_t i = 0; i < s->size; i++) {
        const top_entry *e = &s->entry[order[i]];
        put_u64(b, e->count);
        put_u64(b, e->error);
        put_text(b, (mm_str){ e->text, e->n });
    }
}

static void put_field(mm_buf *b, const field_sketch *f)
{
    put_text(b, mm_str_of(f->name));
    for (size_t t = 0; t < SKETCH_TYPES; t++)
        put_u64(b, f->seen[t]);
    put_u64(b, f->not_finite);
    put_u64(b, f->long_texts);
    const moments *m = &f->moments;
    put_u64(b, m->n);
    const double sums[] = { m->mean, m->m2, m->m3, m->m4 };
    for (size_t i = 0; i < 4; i++)
        put_f64(b, sums[i]);
    put_kll(b, &f->number);
    put_kll(b, &f->length);
    mm_buf_byte(b, (char)((f->distinct ? HAS_DISTINCT : 0) | (f->top ? HAS_TOP : 0) | (f->count ? HAS_COUNT : 0)));
    if (f->distinct)
        mm_buf_put(b, f->distinct->reg, sizeof f->distinct->reg);
    if (f->top)
        put_top(b, f->top);
    for (int r = 0; f->count && r < CMS_ROWS; r++)
        for (int i = 0; i < CMS_WIDTH; i++)
            put_u64(b, f->count->count[r][i]);
}

/* ---- cells, in the order of their values ---- */

typedef struct ordered {
    const counts *c;
    uint32_t *rank[COUNTS_MOST_DIMS];    /* of each value, behind those that are none */
    uint32_t *value[COUNTS_MOST_DIMS];   /* the inverse */
} ordered;

static int by_text(const void *a, const void *b, void *texts)
{
    const mm_str *t = texts;
    return mm_str_cmp(t[*(const uint32_t *)a], t[*(const uint32_t *)b]);
}

static int by_cell(const void *a, const void *b, void *o)
{
    const ordered *ord = o;
    size_t n = ord->c->n_dims;
    const uint32_t *x = ord->c->key + *(const uint32_t *)a * n, *y = ord->c->key + *(const uint32_t *)b * n;
    for (size_t d = 0; d < n; d++) {
        uint32_t i = ord->rank[d][x[d]], k = ord->rank[d][y[d]];
        if (i != k)
            return i < k ? -1 : 1;
    }
    return 0;
}

static bool order_init(ordered *o, const counts *c)
{
    *o = (ordered){ .c = c };
    for (size_t d = 0; d < c->n_dims; d++) {
        size_t n = c->n_values[d];
        o->rank[d] = calloc(n + VALUE_FIRST, sizeof *o->rank[d]);
        o->value[d] = calloc(n + 1, sizeof *o->value[d]);
        if (!o->rank[d] || !o->value[d])
            return false;
        for (uint32_t i = 0; i < n; i++)
            o->value[d][i] = i;
        qsort_r(o->value[d], n, sizeof *o->value[d], by_text, c->value[d]);
        o->rank[d][VALUE_UNKNOWN] = VALUE_UNKNOWN;
        for (uint32_t i = 0; i < n; i++)
            o->rank[d][o->value[d][i] + VALUE_FIRST] = i + VALUE_FIRST;
    }
    return true;
}

static void order_clear(ordered *o)
{
    for (size_t d = 0; d < o->c->n_dims; d++) {
        free(o->rank[d]);
        free(o->value[d]);
    }
}

static void put_cell(mm_buf *b, const cell *c)
{
    for (int i = 0; i < OUTCOMES * OUTCOMES; i++)
        put_u64(b, c->n[i]);
    for (int i = 0; i < OUTCOMES; i++) {
        put_u64(b, c->scored[i]);
        put_wide(b, (unsigned __int128)c->sum[i]);
        put_wide(b, c->squares[i]);
    }
}

static void put_counts(mm_buf *b, const counts *c)
{
    ordered o;
    uint32_t *order = calloc(c->n_cells + 1, sizeof *order);
    if (!order_init(&o, c) || !order) {
        b->failed = true;
    } else {
        for (size_t d = 0; d < c->n_dims; d++) {
            put_u32(b, c->n_values[d]);
            for (size_t i = 0; i < c->n_values[d]; i++)
                put_text(b, c->value[d][o.value[d][i]]);
        }
        for (uint32_t i = 0; i < c->n_cells; i++)
            order[i] = i;
        qsort_r(order, c->n_cells, sizeof *order, by_cell, &o);
        put_u32(b, c->n_cells);
        for (size_t i = 0; i < c->n_cells; i++) {
            for (size_t d = 0; d < c->n_dims; d++)
                put_u32(b, o.rank[d][c->key[order[i] * c->n_dims + d]]);
            put_cell(b, &c->cell[order[i]]);
        }
    }
    order_clear(&o);
    free(order);
}

static void put_kinds(mm_buf *b, const sketch_kinds *k)
{
    put_u32(b, k->n_dims);
    for (size_t d = 0; d < k->n_dims; d++)
        put_text(b, mm_str_of(k->dim[d]));
    mm_buf_byte(b, (char)((k->has_score ? HAS_SCORE : 0) | (k->has_stratum ? HAS_STRATUM : 0)));
    put_text(b, k->label ? mm_str_of(k->label) : (mm_str){ 0 });
    put_text(b, k->prediction ? mm_str_of(k->prediction) : (mm_str){ 0 });
    mm_buf_byte(b, k->counts != NULL);
    if (k->counts)
        put_counts(b, k->counts);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const field_sketch *const *)a)->name, (*(const field_sketch *const *)b)->name);
}

void sketch_encode(const sketch *s, mm_buf *out)
{
    size_t start = out->n;
    const field_sketch **order = calloc(s->n_fields + 1, sizeof *order);
    if (!order) {
        out->failed = true;
        return;
    }
    mm_buf_put(out, MAGIC, 8);
    put_u32(out, VERSION);
    put_u64(out, 0);
    put_u64(out, s->records);
    put_u64(out, s->left_out);
    put_f64(out, s->epsilon);
    put_f64(out, s->delta);
    put_kinds(out, &s->kinds);
    put_u32(out, s->n_fields);
    for (size_t i = 0; i < s->n_fields; i++)
        order[i] = &s->field[i];
    qsort(order, s->n_fields, sizeof *order, by_name);
    for (size_t i = 0; i < s->n_fields; i++)
        put_field(out, order[i]);
    free(order);
    if (out->failed)
        return;
    mm_buf length = { 0 };
    put_u64(&length, out->n - start - HEAD);
    if (!length.failed)
        memcpy(out->p + start + 12, length.p, 8);
    out->failed |= length.failed;
    mm_buf_free(&length);
    XXH128_canonical_t sum;
    XXH128_canonicalFromHash(&sum, XXH3_128bits(out->p + start, out->n - start));
    mm_buf_put(out, sum.digest, SUM);
}

/* ---- reading ---- */

/* What is left; once something does not fit, nothing does. */
typedef struct cursor {
    const unsigned char *p, *end;
    bool bad;
} cursor;

static uint64_t get_bytes(cursor *c, size_t n)
{
    uint64_t v = 0;
    if (c->bad || (size_t)(c->end - c->p) < n) {
        c->bad = true;
        return 0;
    }
    for (size_t i = n; i-- > 0;)
        v = v << 8 | c->p[i];
    c->p += n;
    return v;
}

static uint32_t get_u32(cursor *c) { return (uint32_t)get_bytes(c, 4); }
static uint64_t get_u64(cursor *c) { return get_bytes(c, 8); }

static unsigned __int128 get_wide(cursor *c)
{
    uint64_t low = get_u64(c);
    return (unsigned __int128)get_u64(c) << 64 | low;
}

static double get_f64(cursor *c)
{
    uint64_t v = get_u64(c);
    double x;
    memcpy(&x, &v, sizeof x);
    return x;
}

/* .p NULL: none. */
static mm_str get_text(cursor *c)
{
    uint32_t n = get_u32(c);
    if (n == NO_TEXT || c->bad)
        return (mm_str){ 0 };
    if ((size_t)(c->end - c->p) < n) {
        c->bad = true;
        return (mm_str){ 0 };
    }
    mm_str s = { (const char *)c->p, n };
    c->p += n;
    return s;
}

/* A count of things that take at least `least` bytes each. */
static size_t get_count(cursor *c, size_t least, size_t most)
{
    size_t n = get_u32(c);
    c->bad |= n > most || n > (size_t)(c->end - c->p) / least;
    return c->bad ? 0 : n;
}

static char *own_text(cursor *c, mm_str s)
{
    char *t = s.p && !memchr(s.p, '\0', s.n) ? strndup(s.p, s.n) : NULL;
    c->bad |= s.p && !t;
    return t;
}

static void get_kll(cursor *c, kll *s)
{
    uint64_t n = 0;
    s->n = get_u64(c);
    s->coins = get_u64(c);
    s->min = get_f64(c);
    s->max = get_f64(c);
    s->levels = (uint32_t)get_count(c, 4, KLL_LEVELS);
    c->bad |= s->levels == 0;
    for (uint32_t h = 0; h < s->levels && !c->bad; h++) {
        kll_level *l = &s->level[h];
        size_t count = get_count(c, 8, KLL_K);
        l->v = malloc((count + KLL_FLOOR) * sizeof *l->v);
        if (!l->v) {
            c->bad = true;
            return;
        }
        l->room = (uint32_t)count + KLL_FLOOR;
        for (; l->n < count; l->n++) {
            l->v[l->n] = get_f64(c);
            c->bad |= !isfinite(l->v[l->n]) || (l->n && l->v[l->n] < l->v[l->n - 1]);
        }
        n += (uint64_t)count << h;
    }
    c->bad |= n != s->n || (n && !(s->min <= s->max));
}

static void get_top(cursor *c, top *s)
{
    s->n = get_u64(c);
    size_t n = get_count(c, 20, TOP_M);
    for (size_t i = 0; i < n && !c->bad; i++) {
        uint64_t count = get_u64(c), error = get_u64(c);
        mm_str text = get_text(c);
        c->bad |= !text.p || error > count || !top_put(s, text, text_hash(text), count, error);
    }
}

static void get_field(cursor *c, sketch *s)
{
    mm_str name = get_text(c);
    size_t before = s->n_fields;
    field_sketch *f = c->bad || !name.p || memchr(name.p, '\0', name.n) ? NULL : sketch_field(s, name);
    if (!f || s->n_fields == before) {
        c->bad = true;
        return;
    }
    for (size_t t = 0; t < SKETCH_TYPES; t++)
        f->seen[t] = get_u64(c);
    f->not_finite = get_u64(c);
    f->long_texts = get_u64(c);
    moments *m = &f->moments;
    m->n = get_u64(c);
    double *const sums[] = { &m->mean, &m->m2, &m->m3, &m->m4 };
    for (size_t i = 0; i < 4; i++)
        *sums[i] = get_f64(c);
    get_kll(c, &f->number);
    get_kll(c, &f->length);
    unsigned has = (unsigned)get_bytes(c, 1);
    c->bad |= has > 7;
    f->distinct = has & HAS_DISTINCT ? calloc(1, sizeof *f->distinct) : NULL;
    f->top = has & HAS_TOP ? calloc(1, sizeof *f->top) : NULL;
    f->count = has & HAS_COUNT ? calloc(1, sizeof *f->count) : NULL;
    for (int i = 0; f->distinct && !c->bad && i < HLL_REGISTERS; i++) {
        f->distinct->reg[i] = (uint8_t)get_bytes(c, 1);
        c->bad |= f->distinct->reg[i] > 64 - HLL_BITS + 1;
    }
    if (f->top && !c->bad)
        get_top(c, f->top);
    for (int r = 0; f->count && !c->bad && r < CMS_ROWS; r++)
        for (int i = 0; i < CMS_WIDTH; i++)
            f->count->count[r][i] = get_u64(c);
}

static void get_cells(cursor *c, counts *k)
{
    size_t n = get_count(c, 4 * k->n_dims + 8 * 9 + 40 * OUTCOMES, COUNTS_MOST_CELLS);
    for (size_t i = 0; i < n && !c->bad; i++) {
        uint32_t values[COUNTS_MOST_DIMS];
        size_t before = k->n_cells;
        for (size_t d = 0; d < k->n_dims; d++) {
            values[d] = get_u32(c);
            c->bad |= values[d] >= k->n_values[d] + VALUE_FIRST;
        }
        cell *x = c->bad ? NULL : counts_cell(k, values);
        if (!x || k->n_cells == before) {
            c->bad = true;
            return;
        }
        for (int j = 0; j < OUTCOMES * OUTCOMES; j++)
            x->n[j] = get_u64(c);
        for (int j = 0; j < OUTCOMES; j++) {
            x->scored[j] = get_u64(c);
            x->sum[j] = (__int128)get_wide(c);
            x->squares[j] = get_wide(c);
        }
    }
}

static void get_kinds(cursor *c, sketch_kinds *k)
{
    size_t n = get_count(c, 4, COUNTS_MOST_DIMS);
    for (; k->n_dims < n; k->n_dims++) {
        k->dim[k->n_dims] = own_text(c, get_text(c));
        c->bad |= !k->dim[k->n_dims];
    }
    unsigned has = (unsigned)get_bytes(c, 1);
    k->has_score = has & HAS_SCORE;
    k->has_stratum = has & HAS_STRATUM;
    c->bad |= has > 3 || n < (size_t)k->has_score + k->has_stratum;
    k->label = own_text(c, get_text(c));
    k->prediction = own_text(c, get_text(c));
    if (get_bytes(c, 1) == 0 || c->bad)
        return;
    k->counts = counts_new(n, COUNTS_MOST_CELLS, COUNTS_MOST_CELLS);
    c->bad |= !k->counts;
    for (size_t d = 0; d < n && !c->bad; d++) {
        size_t values = get_count(c, 4, COUNTS_MOST_CELLS);
        for (size_t i = 0; i < values && !c->bad; i++) {
            mm_str text = get_text(c);
            c->bad |= !text.p || counts_value(k->counts, d, text) != (ptrdiff_t)i + VALUE_FIRST;
        }
    }
    if (!c->bad)
        get_cells(c, k->counts);
}

int sketch_decode(mm_str bytes, sketch *s, mm_err *e)
{
    cursor c = { (const unsigned char *)bytes.p, (const unsigned char *)bytes.p + bytes.n, false };
    if (bytes.n < 8 || memcmp(bytes.p, MAGIC, 8) != 0)
        return mm_fail(e, MM_EBAD, "no sketch; mm-bias sketch makes one");
    c.p += 8;
    uint32_t version = get_u32(&c);
    uint64_t length = get_u64(&c);
    if (!c.bad && version != VERSION)
        return mm_fail(e, MM_EBAD, "a sketch of version %u, where this program knows version %d", version, VERSION);
    if (c.bad || length > bytes.n || bytes.n < HEAD + SUM || length > bytes.n - HEAD - SUM)
        return mm_fail(e, MM_EBAD, "the sketch is cut short");
    if (length < bytes.n - HEAD - SUM)
        return mm_fail(e, MM_EBAD, "there is something behind the sketch");
    XXH128_canonical_t sum;
    XXH128_canonicalFromHash(&sum, XXH3_128bits(bytes.p, bytes.n - SUM));
    if (memcmp(sum.digest, bytes.p + bytes.n - SUM, SUM) != 0)
        return mm_fail(e, MM_EBAD, "the sketch is damaged: its checksum is wrong");
    c.end -= SUM;
    s->records = get_u64(&c);
    s->left_out = get_u64(&c);
    s->epsilon = get_f64(&c);
    s->delta = get_f64(&c);
    c.bad |= !(s->epsilon >= 0) || !(s->delta >= 0);
    get_kinds(&c, &s->kinds);
    size_t n = get_count(&c, 4, SKETCH_MOST_FIELDS);
    for (size_t i = 0; i < n && !c.bad; i++)
        get_field(&c, s);
    return c.bad || c.p != c.end ? mm_fail(e, MM_EBAD, "the sketch is damaged") : 0;
}

static int read_all(int fd, const char *name, mm_buf *b, mm_err *e)
{
    for (;;) {
        char *to = mm_buf_room(b, 1 << 16);
        ssize_t n = to ? read(fd, to, 1 << 16) : 0;
        if (!to)
            return mm_fail(e, MM_ESYS, "out of memory");
        if (n < 0 && errno != EINTR)
            return mm_fail_errno(e, "%s: cannot read", name);
        if (n == 0)
            return 0;
        b->n += n > 0 ? (size_t)n : 0;
        if (b->n > MOST_FILE)
            return mm_fail(e, MM_EBAD, "%s: too large for a sketch", name);
    }
}

int sketch_load(const char *name, sketch *s, mm_err *e)
{
    bool in = strcmp(name, "-") == 0;
    int fd = in ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
    mm_buf b = { 0 };
    if (fd < 0)
        return mm_fail_errno(e, "%s: cannot open", name);
    int failed = read_all(fd, in ? "standard input" : name, &b, e);
    if (!in)
        close(fd);
    if (!failed && sketch_decode(mm_buf_view(&b), s, e) < 0)
        failed = mm_fail_at(e, "%s", in ? "standard input" : name);
    mm_buf_free(&b);
    return failed;
}
