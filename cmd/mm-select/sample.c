/* sample.c - which records a sample takes. */
#include "sample.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "choose.h"

int sample_parse(sample *s, const char *text, mm_err *e)
{
    mm_str t = mm_str_of(text);
    bool percent = mm_str_ends(t, MM_STR("%"));
    int64_t n;
    t.n -= percent;
    if (!percent && mm_json_int(t, &n) == 0 && n > 0) {
        s->count = (uint64_t)n;
        return 0;
    }
    s->rated = mm_json_double(t, &s->rate) == 0 && (percent || memchr(t.p, '.', t.n));
    s->rate /= percent ? 100 : 1;
    if (s->rated && s->rate >= 0 && s->rate <= 1)
        return 0;
    return mm_fail(e, MM_EUSAGE, "--sample takes a rate such as 0.05 or 5%%, or a number of records such as 1000, not '%s'",
                   text);
}

uint64_t sample_rank_of_text(const sample *s, mm_str text)
{
    return XXH3_64bits_withSeed(text.p, text.n, (uint64_t)s->seed);
}

uint64_t sample_rank_of_number(const sample *s, uint64_t number)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> 8 * i);
    return XXH3_64bits_withSeed(bytes, sizeof bytes, (uint64_t)s->seed);
}

bool sample_takes(const sample *s, uint64_t rank)
{
    return (double)(rank >> 11) * 0x1p-53 < s->rate;
}

/* ---- a sample of N ---------------------------------------------------------- */

typedef struct held {
    mm_rec rec;
    note note;     /* rec.extra points here; its name in bytes[] */
    char bytes[];
} held;

struct reservoir {
    held **heap;   /* the highest rank on top */
    size_t n, room, count, given;
    bool sorted;
};

reservoir *reservoir_new(uint64_t count)
{
    reservoir *v = calloc(1, sizeof *v);
    if (v)
        v->count = count < SIZE_MAX / sizeof *v->heap ? (size_t)count : SIZE_MAX / sizeof *v->heap;
    return v;
}

void reservoir_free(reservoir *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->n; i++)
        free(v->heap[i]);
    free(v->heap);
    free(v);
}

/* Order by rank, records of the same rank by number. */
static bool below(uint64_t rank, uint64_t number, const held *h)
{
    return rank != h->note.rank ? rank < h->note.rank : number < h->rec.number;
}

static bool higher(const held *a, const held *b) { return below(b->note.rank, b->rec.number, a); }

static mm_str put(char **to, mm_str s)
{
    if (!s.p)
        return s;
    char *at = *to;
    memcpy(at, s.p, s.n);
    *to += s.n;
    return (mm_str){ at, s.n };
}

static bool inside(mm_str part, mm_str whole)
{
    return part.p && whole.p && part.p >= whole.p && part.p + part.n <= whole.p + whole.n;
}

/* The same part of a copy; or, when it lies elsewhere, a copy of its own. */
static mm_str move(char **to, mm_str part, mm_str whole, mm_str copy)
{
    return inside(part, whole) ? (mm_str){ copy.p + (part.p - whole.p), part.n } : put(to, part);
}

static held *hold(const mm_rec *r)
{
    const note *n = r->extra;
    mm_str raw = r->changed ? (mm_str){ 0 } : r->raw;
    held *h = malloc(sizeof *h + raw.n + r->head.n + r->payload.n + n->name.n);
    if (!h)
        return NULL;
    char *to = h->bytes;
    h->rec = *r;
    h->note = *n;
    h->rec.extra = &h->note;
    h->rec.raw = put(&to, raw);
    h->rec.head = move(&to, r->head, raw, h->rec.raw);
    h->rec.payload = move(&to, r->payload, raw, h->rec.raw);
    h->note.name = put(&to, n->name);
    return h;
}

static void sift_down(reservoir *v)
{
    size_t i = 0, child;
    held *h = v->heap[0];
    while ((child = 2 * i + 1) < v->n) {
        child += child + 1 < v->n && higher(v->heap[child + 1], v->heap[child]);
        if (!higher(v->heap[child], h))
            break;
        v->heap[i] = v->heap[child];
        i = child;
    }
    v->heap[i] = h;
}

static void sift_up(reservoir *v, size_t i)
{
    held *h = v->heap[i];
    for (; i > 0 && higher(h, v->heap[(i - 1) / 2]); i = (i - 1) / 2)
        v->heap[i] = v->heap[(i - 1) / 2];
    v->heap[i] = h;
}

static bool grow(reservoir *v)
{
    if (v->n < v->room)
        return true;
    size_t room = v->room ? 2 * v->room : 256;
    held **heap = reallocarray(v->heap, room, sizeof *heap);
    if (!heap)
        return false;
    v->heap = heap;
    v->room = room;
    return true;
}

mm_verdict reservoir_show(reservoir *v, mm_rec *r, mm_arena *a)
{
    const note *n = r->extra;
    bool full = v->n == v->count;
    if (full && !below(n->rank, r->number, v->heap[0]))
        return MM_DROP;
    held *h = full || grow(v) ? hold(r) : NULL;
    if (!h)
        return mm_rec_bad(r, a, "out of memory; take a smaller --sample");
    if (full) {
        free(v->heap[0]);
        v->heap[0] = h;
        sift_down(v);
        return MM_DROP;
    }
    v->heap[v->n++] = h;
    sift_up(v, v->n - 1);
    return MM_HOLD;
}

static int by_number(const void *a, const void *b)
{
    const held *x = *(held *const *)a, *y = *(held *const *)b;
    return (x->rec.number > y->rec.number) - (x->rec.number < y->rec.number);
}

int reservoir_give(reservoir *v, mm_batch *b, mm_err *e)
{
    if (!v->sorted && v->n)
        qsort(v->heap, v->n, sizeof *v->heap, by_number);
    v->sorted = true;
    for (int i = 0; i < 1024 && v->given < v->n; i++) {
        mm_rec *r = mm_batch_add(b);
        if (!r)
            return mm_fail(e, MM_ESYS, "out of memory");
        *r = v->heap[v->given++]->rec;
    }
    return b->n > 0;
}
