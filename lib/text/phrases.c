/* phrases.c - phrases as 64-bit hashes of their words, the last first, in a table. */
#include "text/phrases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text/fold.h"
#include "text/utf8.h"

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

struct mm_phrases {
    uint64_t *slot;      /* 0: free */
    uint32_t *value;     /* of each slot: the name */
    size_t room, n;      /* room is a power of two */
    unsigned longest;    /* words of a phrase */
    uint32_t lengths;    /* bit i: there are phrases of i + 1 words */
    char **name;
    size_t n_names;
};

/* Words as they go by. */
typedef struct words {
    uint64_t last[MM_PHRASE_WORDS];  /* a ring */
    uint64_t n, word;
    bool within;
    void (*take)(struct words *w);     /* a word has ended */
    const mm_phrases *list;
    uint64_t found, *set;              /* how many; which names, unless NULL */
} words;

static void end_word(words *w)
{
    if (!w->within)
        return;
    w->within = false;
    w->last[w->n++ % MM_PHRASE_WORDS] = w->word;
    if (w->take)
        w->take(w);
}

static void add_letter(words *w, uint32_t c)
{
    w->word = ((w->within ? w->word : FNV_START) ^ c) * FNV_PRIME;
    w->within = true;
}

static void walk(words *w, mm_str text)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    for (unsigned n; p < end; p += n) {
        n = 1;
        uint32_t c = *p < 0x80 ? mm_fold_ascii(*p) : mm_utf8_at(p, end, &n);
        mm_fold_class class = *p < 0x80 ? (c == MM_FOLD_BETWEEN ? MM_FOLD_BETWEEN : MM_FOLD_LETTER) : mm_fold_wide(&c);
        if (class == MM_FOLD_NOTHING)
            continue;
        if (class != MM_FOLD_LETTER)
            end_word(w);
        if (class != MM_FOLD_BETWEEN)
            add_letter(w, c);
        if (class == MM_FOLD_ALONE)
            end_word(w);
    }
    end_word(w);
}

/* One more word in front of those that h stands for. */
static uint64_t before(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return (h ^ h >> 32) | 1;
}

static size_t find(const mm_phrases *b, uint64_t h)
{
    size_t at = (size_t)(h >> 20) & (b->room - 1);
    while (b->slot[at] && b->slot[at] != h)
        at = (at + 1) & (b->room - 1);
    return at;
}

static void look_up(words *w)
{
    const mm_phrases *b = w->list;
    uint64_t h = 0;
    for (unsigned i = 0; i < b->longest && i < w->n; i++) {
        h = before(h, w->last[(w->n - 1 - i) % MM_PHRASE_WORDS]);
        size_t at = b->lengths >> i & 1 ? find(b, h) : 0;
        if (!(b->lengths >> i & 1) || b->slot[at] != h)
            continue;
        w->found++;
        if (w->set)
            w->set[b->value[at] / 64] |= UINT64_C(1) << b->value[at] % 64;
    }
}

uint64_t mm_phrases_count(const mm_phrases *p, mm_str text)
{
    words w = { .take = look_up, .list = p };
    walk(&w, text);
    return w.found;
}

void mm_phrases_mark(const mm_phrases *p, mm_str text, uint64_t *set)
{
    words w = { .take = look_up, .list = p, .set = set };
    walk(&w, text);
}

/* ---- the list --------------------------------------------------------------- */

static bool make_room(mm_phrases *b)
{
    if (b->n * 2 < b->room)
        return true;
    mm_phrases more = { .room = b->room ? 2 * b->room : 1024 };
    more.slot = calloc(more.room, sizeof *more.slot);
    more.value = calloc(more.room, sizeof *more.value);
    if (!more.slot || !more.value) {
        free(more.slot);
        free(more.value);
        return false;
    }
    for (size_t i = 0; i < b->room; i++)
        if (b->slot[i]) {
            size_t at = find(&more, b->slot[i]);
            more.slot[at] = b->slot[i];
            more.value[at] = b->value[i];
        }
    free(b->slot);
    free(b->value);
    b->slot = more.slot;
    b->value = more.value;
    b->room = more.room;
    return true;
}

typedef struct place {
    const char *file;
    unsigned line;
} place;

/* 1 when there is a word in it, 0, -1. */
static int add_phrase(mm_phrases *b, mm_str phrase, uint32_t value, place at, mm_err *e)
{
    words w = { .take = NULL };
    uint64_t h = 0;
    walk(&w, phrase);
    if (w.n > MM_PHRASE_WORDS)
        return mm_fail(e, MM_EUSAGE, "%s:%u: a phrase of more than %d words", at.file, at.line, MM_PHRASE_WORDS);
    if (!w.n)
        return 0;
    if (!make_room(b))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < w.n; i++)
        h = before(h, w.last[w.n - 1 - i]);
    size_t slot = find(b, h);
    if (b->slot[slot] && b->value[slot] != value)
        return mm_fail(e, MM_EUSAGE, "%s:%u: %.*s is there twice, under two names", at.file, at.line, (int)phrase.n, phrase.p);
    b->n += b->slot[slot] == 0;
    b->slot[slot] = h;
    b->value[slot] = value;
    b->longest = w.n > b->longest ? (unsigned)w.n : b->longest;
    b->lengths |= 1u << (w.n - 1);
    return 1;
}

static mm_str trim(mm_str s)
{
    while (s.n && strchr(" \t\r\n", s.p[s.n - 1]))
        s.n--;
    for (; s.n && strchr(" \t", *s.p); s.n--)
        s.p++;
    return s;
}

/* The number of a name, which is added. -1: memory. */
static ptrdiff_t add_name(mm_phrases *b, mm_str name)
{
    for (size_t i = 0; i < b->n_names; i++)
        if (mm_str_eq(mm_str_of(b->name[i]), name))
            return (ptrdiff_t)i;
    char **all = reallocarray(b->name, b->n_names + 1, sizeof *all);
    if (!all)
        return -1;
    b->name = all;
    all[b->n_names] = strndup(name.n ? name.p : "", name.n);
    return all[b->n_names] ? (ptrdiff_t)b->n_names++ : -1;
}

static int add_line(mm_phrases *b, mm_str line, bool named, place at, mm_err *e)
{
    bool remark = line.n && line.p[0] == '#';
    line = trim(line);
    const char *colon = named && line.n ? memchr(line.p, ':', line.n) : NULL;
    ptrdiff_t name;
    int any = 0, r = 0;
    if (!line.n || remark)
        return 0;
    if (!named)
        return add_phrase(b, line, 0, at, e) < 0 ? -1 : 0;
    if ((name = add_name(b, colon ? trim((mm_str){ line.p, (size_t)(colon - line.p) }) : line)) < 0)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_str rest = colon ? (mm_str){ colon + 1, (size_t)(line.p + line.n - colon - 1) } : line;
    while (r >= 0 && rest.n) {
        const char *comma = colon ? memchr(rest.p, ',', rest.n) : NULL;
        size_t n = comma ? (size_t)(comma - rest.p) : rest.n;
        any += (r = add_phrase(b, trim((mm_str){ rest.p, n }), (uint32_t)name, at, e)) > 0;
        n += comma != NULL;
        rest = (mm_str){ rest.p + n, rest.n - n };
    }
    return r < 0 ? -1 : any ? 0 : mm_fail(e, MM_EUSAGE, "%s:%u: there is no word in it", at.file, at.line);
}

mm_phrases *mm_phrases_open(const char *file, bool named, mm_err *e)
{
    FILE *in = fopen(file, "r");
    mm_phrases *b = calloc(1, sizeof *b);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    place at = { file, 0 };
    int failed = !in ? mm_fail(e, MM_EUSAGE, "%s: %s", file, strerror(errno)) : b ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (!failed && !named && add_name(b, MM_STR("")) < 0)
        failed = mm_fail(e, MM_ESYS, "out of memory");
    while (!failed && (n = getline(&line, &room, in)) >= 0) {
        at.line++;
        failed = add_line(b, (mm_str){ line, (size_t)n }, named, at, e);
    }
    if (!failed && ferror(in))
        failed = mm_fail(e, MM_EUSAGE, "%s: %s", file, strerror(errno));
    if (!failed && !b->n)
        failed = mm_fail(e, MM_EUSAGE, "%s: there is no word in it", file);
    free(line);
    if (in)
        fclose(in);
    if (!failed)
        return b;
    mm_phrases_free(b);
    return NULL;
}

void mm_phrases_free(mm_phrases *b)
{
    for (size_t i = 0; b && i < b->n_names; i++)
        free(b->name[i]);
    if (b) {
        free(b->name);
        free(b->slot);
        free(b->value);
    }
    free(b);
}

size_t mm_phrases_names(const mm_phrases *p) { return p->n_names; }
const char *mm_phrases_name(const mm_phrases *p, size_t i) { return p->name[i]; }
