/* bad_words.c - phrases as 64-bit hashes of their words, the last first, in a table. */
#include "bad_words.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fold.h"
#include "utf8.h"

#define FNV_START UINT64_C(0xcbf29ce484222325)
#define FNV_PRIME UINT64_C(0x100000001b3)

struct bad_words {
    uint64_t *slot;      /* 0: free */
    size_t room, n;      /* room is a power of two */
    unsigned longest;    /* words of a phrase */
    uint32_t lengths;    /* bit i: there are phrases of i + 1 words */
};

/* Words as they go by. */
typedef struct words {
    uint64_t last[BAD_WORDS_LONGEST];  /* a ring */
    uint64_t n, word;
    bool within;
    void (*take)(struct words *w);     /* a word has ended */
    const bad_words *list;
    uint64_t found;
} words;

static void end_word(words *w)
{
    if (!w->within)
        return;
    w->within = false;
    w->last[w->n++ % BAD_WORDS_LONGEST] = w->word;
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
        uint32_t c = *p < 0x80 ? fold_ascii(*p) : utf8_at(p, end, &n);
        fold_class class = *p < 0x80 ? (c == FOLD_BETWEEN ? FOLD_BETWEEN : FOLD_LETTER) : fold_wide(&c);
        if (class == FOLD_NOTHING)
            continue;
        if (class != FOLD_LETTER)
            end_word(w);
        if (class != FOLD_BETWEEN)
            add_letter(w, c);
        if (class == FOLD_ALONE)
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

static uint64_t *find(const bad_words *b, uint64_t h)
{
    size_t at = (size_t)(h >> 20) & (b->room - 1);
    while (b->slot[at] && b->slot[at] != h)
        at = (at + 1) & (b->room - 1);
    return &b->slot[at];
}

static void look_up(words *w)
{
    const bad_words *b = w->list;
    uint64_t h = 0;
    for (unsigned i = 0; i < b->longest && i < w->n; i++) {
        h = before(h, w->last[(w->n - 1 - i) % BAD_WORDS_LONGEST]);
        w->found += (b->lengths >> i & 1) && *find(b, h) == h;
    }
}

uint64_t bad_words_in(const bad_words *b, mm_str text)
{
    words w = { .take = look_up, .list = b };
    walk(&w, text);
    return w.found;
}

/* ---- the list --------------------------------------------------------------- */

static bool make_room(bad_words *b)
{
    if (b->n * 2 < b->room)
        return true;
    bad_words more = { .room = b->room ? 2 * b->room : 1024 };
    if (!(more.slot = calloc(more.room, sizeof *more.slot)))
        return false;
    for (size_t i = 0; i < b->room; i++)
        if (b->slot[i])
            *find(&more, b->slot[i]) = b->slot[i];
    free(b->slot);
    b->slot = more.slot;
    b->room = more.room;
    return true;
}

static int add_line(bad_words *b, mm_str line, const char *file, unsigned number, mm_err *e)
{
    words w = { .take = NULL };
    uint64_t h = 0;
    if (line.n && line.p[0] == '#')
        return 0;
    walk(&w, line);
    if (w.n > BAD_WORDS_LONGEST)
        return mm_fail(e, MM_EUSAGE, "%s:%u: a phrase of more than %d words", file, number, BAD_WORDS_LONGEST);
    if (!w.n)
        return 0;
    if (!make_room(b))
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < w.n; i++)
        h = before(h, w.last[w.n - 1 - i]);
    uint64_t *slot = find(b, h);
    b->n += *slot == 0;
    *slot = h;
    b->longest = w.n > b->longest ? (unsigned)w.n : b->longest;
    b->lengths |= 1u << (w.n - 1);
    return 0;
}

bad_words *bad_words_open(const char *file, mm_err *e)
{
    FILE *in = fopen(file, "r");
    bad_words *b = calloc(1, sizeof *b);
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    unsigned number = 0;
    int failed = !in ? mm_fail(e, MM_EUSAGE, "%s: %s", file, strerror(errno)) : b ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    while (!failed && (n = getline(&line, &room, in)) >= 0)
        failed = add_line(b, (mm_str){ line, (size_t)n }, file, ++number, e);
    if (!failed && ferror(in))
        failed = mm_fail(e, MM_EUSAGE, "%s: %s", file, strerror(errno));
    if (!failed && !b->n)
        failed = mm_fail(e, MM_EUSAGE, "%s: there is no word in it", file);
    free(line);
    if (in)
        fclose(in);
    if (!failed)
        return b;
    bad_words_free(b);
    return NULL;
}

void bad_words_free(bad_words *b)
{
    if (b)
        free(b->slot);
    free(b);
}
