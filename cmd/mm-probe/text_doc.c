/* text_doc.c - one pass over a text: its words, lines and sentences. */
#include "text_doc.h"

#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "text.h"
#include "text/utf8.h"

text_doc *text_doc_new(void)
{
    return calloc(1, sizeof(text_doc));
}

void text_doc_free(text_doc *d)
{
    if (!d)
        return;
    free(d->word);
    free(d->line);
    free(d->scratch);
    mm_buf_free(&d->gathered);
    free(d);
}

/* ---- the text in one piece -------------------------------------------------- */

static int gather(text_doc *d, subject *s, mm_err *e)
{
    text_walk w;
    mm_str piece;
    int r;
    d->gathered.n = 0;
    d->text = (mm_str){ "", 0 };
    d->cut = false;
    text_begin(&w, s);
    while (!d->cut && (r = text_next(&w, &piece, e)) == 1) {
        size_t room = TEXT_DOC_MAX - d->gathered.n;
        d->cut = piece.n > room;
        piece.n = d->cut ? room : piece.n;
        /* All there is needs no copy, unless it lies in what the walk frees. */
        if (!d->gathered.n && !w.converts && (s->field.n || w.ended))
            d->text = piece;
        else
            mm_buf_str(&d->gathered, piece);
    }
    text_end(&w);
    if (d->gathered.n)
        d->text = mm_buf_view(&d->gathered);
    const char *line = d->cut ? memrchr(d->text.p, '\n', d->text.n) : NULL;
    if (line)
        d->text.n = (size_t)(line - d->text.p) + 1;
    if (d->gathered.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return d->cut ? 0 : r;
}

static bool grow(void **array, size_t *room, size_t n, size_t each)
{
    if (n < *room)
        return true;
    size_t more = *room ? *room * 2 : 1024;
    void *bigger = realloc(*array, more * each);
    if (!bigger)
        return false;
    *array = bigger;
    *room = more;
    return true;
}

/* ---- a word ----------------------------------------------------------------- */

enum { SPACE = 1, LETTER = 2, VOWEL_BIT = 4, VOWEL = LETTER | VOWEL_BIT, DIGIT = 8, TERMINAL = 16, CLOSER = 32 };

static const uint8_t class_of[128] = {
    ['\t'] = SPACE, ['\n'] = SPACE, ['\v'] = SPACE, ['\f'] = SPACE, ['\r'] = SPACE, [' '] = SPACE,
    ['0' ... '9'] = DIGIT,
    ['a'] = VOWEL, ['b' ... 'd'] = LETTER, ['e'] = VOWEL, ['f' ... 'h'] = LETTER, ['i'] = VOWEL, ['j' ... 'n'] = LETTER,
    ['o'] = VOWEL, ['p' ... 't'] = LETTER, ['u'] = VOWEL, ['v' ... 'x'] = LETTER, ['y'] = VOWEL, ['z'] = LETTER,
    ['A'] = VOWEL, ['B' ... 'D'] = LETTER, ['E'] = VOWEL, ['F' ... 'H'] = LETTER, ['I'] = VOWEL, ['J' ... 'N'] = LETTER,
    ['O'] = VOWEL, ['P' ... 'T'] = LETTER, ['U'] = VOWEL, ['V' ... 'X'] = LETTER, ['Y'] = VOWEL, ['Z'] = LETTER,
    ['.'] = TERMINAL, ['!'] = TERMINAL, ['?'] = TERMINAL,
    ['"'] = CLOSER, ['\''] = CLOSER, [')'] = CLOSER, [']'] = CLOSER,
};

/* Ends of sentences that need no blank behind them. */
static bool is_full_stop(uint32_t c)
{
    return c == 0x3002 || c == 0xff01 || c == 0xff1f || c == 0x964 || c == 0x6d4 || c == 0x61f;
}

static bool is_punctuation(uint32_t c)
{
    return (c >= 0x80 && c < 0xc0 && c != 0xaa && c != 0xb5 && c != 0xba) || (c >= 0x2000 && c < 0x2070) ||
           (c >= 0x3000 && c < 0x3040 && c != 0x3005 && c != 0x3007) || (c >= 0xff00 && c < 0xff10) ||
           (c >= 0xff1a && c < 0xff21) || (c >= 0xff3b && c < 0xff41) || (c >= 0xff5b && c < 0xff66) || c == 0xfffd;
}

/* What is behind a mark tells whether it ends a sentence: a small letter speaks against it, and so does a
 * single letter before a dot (initials, z. B.). */
static bool ends_sentence(const unsigned char *from, const unsigned char *p, const unsigned char *end)
{
    const unsigned char *last = p - 1, *next = p;
    for (;;) {
        if (last > from && *last < 0x80 && class_of[*last] & CLOSER)
            last--;
        else if (last - 2 > from && last[-2] == 0xe2 && last[-1] == 0x80 && (*last == 0x99 || *last == 0x9d))
            last -= 3;
        else if (last - 1 > from && last[-1] == 0xc2 && *last == 0xbb)
            last -= 2;
        else
            break;
    }
    bool dots = last - 2 > from && last[-2] == 0xe2 && last[-1] == 0x80 && *last == 0xa6;
    if (!dots && (*last >= 0x80 || !(class_of[*last] & TERMINAL)))
        return false;
    while (next < end && *next < 0x80 && class_of[*next] & SPACE)
        next++;
    if (*last == '.' && last == p - 1 && next < end && *next >= 'a' && *next <= 'z')
        return false;
    bool initial = *last == '.' && last - from == 1 && *from < 0x80 && class_of[*from] & LETTER && (*from | 0x20) != 'i';
    return !initial || next == end;
}

/* An e at the end of a word, behind a consonant but l, is not spoken. */
static bool has_silent_e(const unsigned char *from, const unsigned char *p)
{
    while (p > from && (p[-1] >= 0x80 || !(class_of[p[-1]] & LETTER)))
        p--;
    return p - from > 2 && (p[-1] | 0x20) == 'e' && (p[-2] | 0x20) != 'l' && p[-2] < 0x80 &&
           !(class_of[p[-2]] & VOWEL_BIT);
}

/* A word that begins at p, which is no white space; returns where it ends. */
static const unsigned char *read_word(text_doc *d, const unsigned char *p, const unsigned char *end, text_word *w)
{
    const unsigned char *from = p;
    uint32_t chars = 0, vowels = 0, stops = 0, letters = 0;
    unsigned seen = 0, before = 0;
    for (; p < end; p++, chars++) {
        unsigned class;
        if (*p < 0x80) {
            class = class_of[*p];
            if (class & SPACE)
                break;
            vowels += (class & ~before & VOWEL_BIT) != 0;
            letters += (class & LETTER) != 0;
            if (!(class & (LETTER | DIGIT))) {
                d->hashes += *p == '#';
                if (*p == '.' && end - p > 2 && p[1] == '.' && p[2] == '.' && !(p > from && p[-1] == '.')) {
                    uint32_t dots = 3;
                    while (p + dots < end && p[dots] == '.')
                        dots++;
                    d->ellipses += dots / 3;
                }
            }
        } else {
            unsigned n;
            uint32_t c = mm_utf8_at(p, end, &n);
            if (c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
                c == 0x202f || c == 0x205f || c == 0x3000)
                break;
            class = script_of(c) != SCRIPT_NONE ? LETTER : is_punctuation(c) ? 0 : DIGIT;
            letters += class == LETTER;
            stops += is_full_stop(c);
            d->ellipses += c == 0x2026;
            p += n - 1;
        }
        seen |= class;
        before = class;
    }
    d->letters += letters;
    vowels -= vowels > 1 && has_silent_e(from, p);
    *w = (text_word){ .n = (uint32_t)(p - from), .chars = chars };
    w->syllables = (uint16_t)(vowels < 1 ? 1 : vowels > 999 ? 999 : vowels);
    w->flags = (seen & LETTER ? WORD_ALPHA | WORD_PLAIN : seen & DIGIT ? WORD_PLAIN : 0);
    if (stops)
        w->flags |= WORD_ENDS;
    d->sentences += stops > 1 ? stops - 1 : 0;
    return p;
}

/* ---- the pass --------------------------------------------------------------- */

static bool add_line(text_doc *d, const char *from, const char *to, uint64_t chars, size_t first_word)
{
    if (!grow((void **)&d->line, &d->line_room, d->lines, sizeof *d->line))
        return false;
    d->line[d->lines++] = (text_line){ .at = (uint32_t)(from - d->text.p), .n = (uint32_t)(to - from),
                                       .chars = (uint32_t)chars, .word = (uint32_t)first_word,
                                       .words = (uint32_t)(d->words - first_word) };
    return true;
}

static bool cut_up(text_doc *d)
{
    const unsigned char *start = (const unsigned char *)d->text.p, *p = start, *end = p + d->text.n, *line = p;
    uint64_t line_chars = 0;
    size_t line_word = 0;
    while (p < end) {
        if (*p < 0x80 && class_of[*p] & SPACE) {
            d->chars++;
            if (*p++ != '\n')
                continue;
            if (!add_line(d, (const char *)line, (const char *)p - 1, d->chars - 1 - line_chars, line_word))
                return false;
            line = p;
            line_chars = d->chars;
            line_word = d->words;
            continue;
        }
        if (!grow((void **)&d->word, &d->word_room, d->words, sizeof *d->word))
            return false;
        text_word *w = &d->word[d->words];
        const unsigned char *from = p;
        p = read_word(d, p, end, w);
        if (p == from) {  /* a blank beyond ASCII */
            unsigned n;
            mm_utf8_at(p, end, &n);
            p += n;
            d->chars++;
            continue;
        }
        w->at = (uint32_t)(from - start);
        if (!(w->flags & WORD_ENDS) && ends_sentence(from, p, end))
            w->flags |= WORD_ENDS;
        d->chars += w->chars;
        d->words++;
    }
    return line == end || add_line(d, (const char *)line, (const char *)end, d->chars - line_chars, line_word);
}

uint64_t text_sentences(const text_doc *d, size_t from, size_t to)
{
    uint64_t n = 0;
    bool open = false;
    for (size_t i = from; i < to; i++) {
        const text_word *w = &d->word[i];
        open = open || w->flags & WORD_PLAIN;
        if (!(w->flags & WORD_ENDS) || !open)
            continue;
        n++;
        open = false;
    }
    return n + open;
}

/* A heading ends at an empty line. */
static void count_sentences(text_doc *d)
{
    size_t from = 0;
    for (size_t i = 0; i < d->lines; i++)
        if (!d->line[i].words) {
            d->sentences += text_sentences(d, from, d->line[i].word);
            from = d->line[i].word;
        }
    d->sentences += text_sentences(d, from, d->words);
}

int text_doc_read(text_doc *d, subject *s, mm_err *e)
{
    d->chars = d->letters = d->sentences = d->words = d->lines = 0;
    d->hashes = d->ellipses = 0;
    if (gather(d, s, e) < 0)
        return -1;
    if (!cut_up(d))
        return mm_fail(e, MM_ESYS, "out of memory");
    count_sentences(d);
    return 0;
}

/* ---- C4 --------------------------------------------------------------------- */

enum { LINE_UNWANTED = 7 };

/* What speaks against a line, and last against the page; lower case, and matched in letters of either case. Two bytes
 * are enough to tell where to look. */
static const mm_str phrases[] = {
    { "javascript", 10 }, { "terms of use", 12 }, { "privacy policy", 14 }, { "cookie policy", 13 }, { "uses cookies", 12 },
    { "use of cookies", 14 }, { "use cookies", 11 }, { "lorem ipsum", 11 },
};

static bool stands_at(mm_str phrase, const char *p, const char *end)
{
    if ((size_t)(end - p) < phrase.n)
        return false;
    for (size_t i = 0; i < phrase.n; i++)
        if ((phrase.p[i] == ' ' ? p[i] : p[i] | 0x20) != phrase.p[i])
            return false;
    return true;
}

/* Bit i: phrases[i] is in the text. */
static unsigned find_phrases(mm_str s)
{
    static const bool starts[256] = { ['j'] = true, ['t'] = true, ['p'] = true, ['c'] = true, ['u'] = true, ['l'] = true,
                                      ['J'] = true, ['T'] = true, ['P'] = true, ['C'] = true, ['U'] = true, ['L'] = true };
    const char *end = s.p + s.n;
    unsigned found = 0;
    for (const char *p = s.p; p + 1 < end; p++) {
        if (!starts[(unsigned char)*p])
            continue;
        for (unsigned i = 0; i < sizeof phrases / sizeof *phrases; i++)
            if (phrases[i].p[0] == (*p | 0x20) && phrases[i].p[1] == (p[1] | 0x20) && stands_at(phrases[i], p, end))
                found |= 1u << i;
    }
    return found;
}

/* Without citation marks at its end: [1], [], [edit], [citation needed]. */
static mm_str without_citations(mm_str s)
{
    while (s.n && s.p[s.n - 1] == ']') {
        const char *open = memrchr(s.p, '[', s.n);
        if (!open)
            break;
        mm_str mark = { open + 1, (size_t)(s.p + s.n - open) - 2 };
        size_t digits = 0;
        while (digits < mark.n && mark.p[digits] >= '0' && mark.p[digits] <= '9')
            digits++;
        if (digits < mark.n && !mm_str_eq(mark, MM_STR("edit")) && !mm_str_eq(mark, MM_STR("citation needed")))
            break;
        s.n = (size_t)(open - s.p);
    }
    return s;
}

static bool c4_keeps(const text_doc *d, const text_line *l)
{
    enum { MIN_WORDS = 5, LONGEST_WORD = 1000 };
    if (l->words < MIN_WORDS)
        return false;
    const text_word *first = &d->word[l->word], *last = first + l->words - 1;
    mm_str s = without_citations((mm_str){ d->text.p + first->at, last->at + last->n - first->at });
    if (!s.n || !strchr(".?!\"'", s.p[s.n - 1]) || mm_str_ends(s, MM_STR("...")))
        return false;
    for (const text_word *w = first; w <= last; w++)
        if (w->chars > LONGEST_WORD)
            return false;
    return !(find_phrases(s) & ((1u << LINE_UNWANTED) - 1));
}

static bool has_lorem_ipsum(mm_str s)
{
    mm_str phrase = phrases[LINE_UNWANTED];
    /* The p is the rarest of its letters. */
    const char *end = s.p + s.n;
    for (const char *p = s.p; (p = memchr(p, 'p', (size_t)(end - p))); p++)
        if (p - s.p >= 7 && stands_at(phrase, p - 7, end))
            return true;
    for (const char *p = s.p; (p = memchr(p, 'P', (size_t)(end - p))); p++)
        if (p - s.p >= 7 && stands_at(phrase, p - 7, end))
            return true;
    return false;
}

void text_c4_of(const text_doc *d, text_c4 *r)
{
    *r = (text_c4){ .lorem_ipsum = has_lorem_ipsum(d->text),
                    .curly_bracket = memchr(d->text.p, '{', d->text.n) != NULL };
    for (size_t i = 0; i < d->lines; i++)
        if (c4_keeps(d, &d->line[i])) {
            r->kept++;
            r->sentences += text_sentences(d, d->line[i].word, d->line[i].word + d->line[i].words);
        }
}
