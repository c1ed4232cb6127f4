/* text_repeat.c - how much of a text came before in it: lines, paragraphs, runs of words.
 *
 * Runs are told apart exactly. Each word gets a number, that of the first place it stands at; a run of n
 * words is known by the numbers of the two runs of n - 1 words in it, so that only places where both of these
 * come more than once are looked at. Of natural text these are few from three words on.
 */
#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "text_doc.h"

typedef struct slot {
    uint64_t key;    /* 0: free */
    uint32_t first;  /* the place it was first seen at */
    uint32_t n;      /* times seen */
} slot;

/* Room for a text: `words` of each, and a table twice as large, a power of two. */
typedef struct room {
    slot *table;
    uint32_t *id;     /* of the run that begins at a word: its first place */
    uint32_t *count;  /* by id */
    uint32_t *place;  /* where runs begin that come more than once */
    uint32_t *sum;    /* characters in front of a word */
} room;

static size_t table_size(size_t items)
{
    size_t n = 64;
    while (n < items * 2)
        n *= 2;
    return n;
}

static bool make_room(text_doc *d, size_t items, room *r)
{
    size_t slots = table_size(items), bytes = slots * sizeof(slot) + (4 * items + 4) * sizeof(uint32_t);
    if (bytes > d->scratch_room) {
        free(d->scratch);
        d->scratch_room = bytes + bytes / 2;
        d->scratch = malloc(d->scratch_room);
        if (!d->scratch) {
            d->scratch_room = 0;
            return false;
        }
    }
    r->table = d->scratch;
    r->id = (uint32_t *)(r->table + slots);
    r->count = r->id + items;
    r->place = r->count + items;
    r->sum = r->place + items;
    return true;
}

/* The slot of a key, made when it is new. */
static slot *seen(slot *table, size_t mask, uint64_t key, uint32_t at)
{
    size_t i = (key * 0x9e3779b97f4a7c15u) >> 32 & mask;
    while (table[i].key && table[i].key != key)
        i = (i + 1) & mask;
    if (!table[i].key)
        table[i] = (slot){ key, at, 0 };
    table[i].n++;
    return &table[i];
}

static uint64_t hash(mm_str s)
{
    uint64_t h = XXH3_64bits(s.p, s.n);
    return h ? h : 1;
}

/* ---- lines and paragraphs --------------------------------------------------- */

typedef struct tally {
    uint64_t n, again, chars;  /* how many, how many of them came before, and characters of these */
} tally;

static void count_unit(const room *r, size_t mask, mm_str s, uint64_t chars, tally *t)
{
    t->n++;
    if (seen(r->table, mask, hash(s), 0)->n > 1) {
        t->again++;
        t->chars += chars;
    }
}

static tally tally_lines(const text_doc *d, const room *r)
{
    tally t = { 0 };
    size_t slots = table_size(d->lines);
    memset(r->table, 0, slots * sizeof *r->table);
    for (size_t i = 0; i < d->lines; i++)
        if (d->line[i].n)
            count_unit(r, slots - 1, (mm_str){ d->text.p + d->line[i].at, d->line[i].n }, d->line[i].chars, &t);
    return t;
}

/* Between empty lines. */
static tally tally_paragraphs(const text_doc *d, const room *r)
{
    tally t = { 0 };
    size_t slots = table_size(d->lines);
    memset(r->table, 0, slots * sizeof *r->table);
    for (size_t i = 0; i < d->lines; i++) {
        size_t from = i;
        uint64_t chars = 0;
        for (; i < d->lines && d->line[i].n; i++)
            chars += d->line[i].chars + (i > from);
        if (i == from)
            continue;
        const text_line *last = &d->line[i - 1];
        count_unit(r, slots - 1, (mm_str){ d->text.p + d->line[from].at, last->at + last->n - d->line[from].at }, chars, &t);
    }
    return t;
}

/* ---- runs of words ---------------------------------------------------------- */

/* Number the words; returns how many places hold one that comes more than once. */
static size_t number_words(const text_doc *d, const room *r)
{
    size_t slots = table_size(d->words), n = 0;
    memset(r->table, 0, slots * sizeof *r->table);
    r->sum[0] = 0;
    for (size_t i = 0; i < d->words; i++) {
        const text_word *w = &d->word[i];
        slot *s = seen(r->table, slots - 1, hash((mm_str){ d->text.p + w->at, w->n }), (uint32_t)i);
        r->id[i] = s->first;
        r->count[s->first] = s->n;
        r->sum[i + 1] = r->sum[i] + w->chars;
    }
    for (size_t i = 0; i < d->words; i++)
        if (r->count[r->id[i]] > 1)
            r->place[n++] = (uint32_t)i;
    return n;
}

/* From the places of runs one word shorter to those of runs that come more than once themselves. */
static size_t lengthen(const room *r, size_t n)
{
    size_t slots = table_size(n), pairs = 0, kept = 0;
    memset(r->table, 0, slots * sizeof *r->table);
    for (size_t k = 0; k + 1 < n; k++) {
        uint32_t at = r->place[k];
        if (r->place[k + 1] != at + 1)
            continue;
        slot *s = seen(r->table, slots - 1, ((uint64_t)r->id[at] + 1) << 32 | r->id[at + 1], at);
        r->id[at] = s->first;
        r->count[s->first] = s->n;
        r->place[pairs++] = at;
    }
    for (size_t k = 0; k < pairs; k++)
        if (r->count[r->id[r->place[k]]] > 1)
            r->place[kept++] = r->place[k];
    return kept;
}

/* Characters in all places of the most frequent run of n words, the first of equals, with blanks between. */
static uint64_t top_chars(const text_doc *d, const room *r, size_t places, size_t n)
{
    uint32_t best = 0, most = 1;
    if (d->words < n)
        return 0;
    for (size_t k = 0; k < places; k++) {
        uint32_t at = r->place[k];
        if (r->id[at] == at && r->count[at] > most) {
            most = r->count[at];
            best = at;
        }
    }
    return (uint64_t)most * (r->sum[best + n] - r->sum[best] + n - 1);
}

/* Characters of runs of n words that came before; behind one that did, the search goes on at its end. */
static uint64_t repeated_chars(const room *r, size_t places, size_t n)
{
    uint64_t chars = 0;
    uint32_t from = 0;
    for (size_t k = 0; k < places; k++)
        r->count[r->id[r->place[k]]] = 0;
    for (size_t k = 0; k < places; k++) {
        uint32_t at = r->place[k];
        if (at < from)
            continue;
        if (r->count[r->id[at]]++) {
            chars += r->sum[at + n] - r->sum[at];
            from = at + (uint32_t)n;
        }
    }
    return chars;
}

int text_repeats_of(text_doc *d, text_repeats *out, mm_err *e)
{
    room r;
    *out = (text_repeats){ 0 };
    if (!make_room(d, (d->words > d->lines ? d->words : d->lines) + 1, &r))
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!d->chars)
        return 0;
    double all = (double)d->chars;
    tally lines = tally_lines(d, &r), paragraphs = tally_paragraphs(d, &r);
    if (lines.n) {
        out->lines = (double)lines.again / (double)lines.n;
        out->paragraphs = (double)paragraphs.again / (double)paragraphs.n;
        out->line_chars = (double)lines.chars / all;
        out->paragraph_chars = (double)paragraphs.chars / all;
    }
    size_t places = number_words(d, &r);
    for (size_t n = 2; n <= 10; n++) {
        places = lengthen(&r, places);
        if (n <= 4)
            out->top[n - 2] = (double)top_chars(d, &r, places, n) / all;
        else
            out->grams[n - 5] = (double)repeated_chars(&r, places, n) / all;
    }
    return 0;
}
