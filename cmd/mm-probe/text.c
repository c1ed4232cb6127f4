/* text.c - counts, script and language of a text. */
#include <string.h>

#include "answer.h"
#include "lang.h"
#include "text.h"
#include "text/utf8.h"

enum { FIELD, ENCODING, LANGUAGE, LANGUAGE_SCORE, SCRIPT, LINES, WORDS, CHARS };

static const fact facts[] = {
    [FIELD] = { "text.field", "string", "", NEED_HEAD, false,
                "the member of the row whose text was probed; absent when it was the payload" },
    [ENCODING] = { "text.encoding", "string", "", NEED_TEXT, false,
                   "of a payload, in lower case: ascii, utf-8, utf-16le, utf-16be, utf-32le, utf-32be, or what uchardet says" },
    [LANGUAGE] = { "text.language", "string", "", NEED_TEXT, false,
                   "ISO 639-1, or und; by script, function words and letters over the first 32 KiB" },
    [LANGUAGE_SCORE] = { "text.language_score", "number", "", NEED_TEXT, false,
                         "0.5 to 1: the evidence for it, against the next best" },
    [SCRIPT] = { "text.script", "string", "", NEED_TEXT, false,
                 "ISO 15924 code of the script most letters are in (Unicode 15); Jpan and Kore for mixed writing" },
    [LINES] = { "text.lines", "integer", "", NEED_TEXT, false, "a last line without its end counts" },
    [WORDS] = { "text.words", "integer", "", NEED_TEXT, false, "between white space, as wc -w counts" },
    [CHARS] = { "text.chars", "integer", "", NEED_TEXT, false, "code points" },
};

typedef struct counts {
    uint64_t lines, words, chars;
    uint64_t broken;    /* bytes that are no UTF-8 */
    uint64_t letters[SCRIPTS];
    bool in_word, in_line, ascii;
    mm_buf sample;      /* the start of the text, for the language */
} counts;

/* White_Space of Unicode's PropList.txt, beyond ASCII. */
static bool is_wide_space(uint32_t c)
{
    return c == 0x85 || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
           c == 0x202f || c == 0x205f || c == 0x3000;
}

typedef uint8_t bytes __attribute__((vector_size(16)));
enum { BLOCK = sizeof(bytes), BLOCKS = 128 };  /* as many as a byte can count */

static inline bytes spaces(bytes v)
{
    return (bytes)(v == ' ') | (bytes)((bytes)(v - '\t') < 5);
}

static uint64_t sum(bytes v)
{
    uint64_t n = 0;
    for (int i = 0; i < BLOCK; i++)
        n += v[i];
    return n;
}

/* Whole blocks of ASCII at p, behind an ASCII byte that p[-1] is: bytes counted. */
static size_t count_ascii(counts *k, const unsigned char *p, size_t n, uint64_t *latin)
{
    bytes lines = { 0 }, letters = { 0 }, starts = { 0 };
    size_t i = 0;
    for (; i + BLOCK <= n && i < BLOCK * BLOCKS; i += BLOCK) {
        bytes v, before;
        uint64_t half[2];
        memcpy(half, p + i, sizeof half);
        memcpy(&v, p + i, sizeof v);
        memcpy(&before, p + i - 1, sizeof before);
        if ((half[0] | half[1]) & UINT64_C(0x8080808080808080))
            break;
        lines -= (bytes)(v == '\n');
        letters -= (bytes)((bytes)((v | 0x20) - 'a') < 26);
        starts -= ~spaces(v) & spaces(before);
    }
    k->lines += sum(lines);
    k->words += sum(starts);
    k->chars += i;
    *latin += sum(letters);
    return i;
}

static void count(counts *k, mm_str piece)
{
    const unsigned char *p = (const unsigned char *)piece.p, *end = p + piece.n;
    const unsigned char *blocks_from = p + 1;  /* not right behind blocks that were none */
    uint64_t latin = 0;
    bool in_word = k->in_word;
    for (unsigned n; p < end; p += n) {
        unsigned char b = *p;
        bool space;
        n = 1;
        if (p >= blocks_from && b < 0x80 && p[-1] < 0x80) {
            size_t counted = count_ascii(k, p, (size_t)(end - p), &latin);
            blocks_from = p += counted;
            if (counted < BLOCK * BLOCKS)
                blocks_from += BLOCK;
            in_word = !(p[-1] == ' ' || (p[-1] >= '\t' && p[-1] <= '\r'));
            if (p == end)
                break;
            b = *p;
        }
        if (b < 0x80) {
            space = b == ' ' || (b >= '\t' && b <= '\r');
            latin += (unsigned)(b | 0x20) - 'a' < 26;
            k->lines += b == '\n';
        } else {
            uint32_t c = mm_utf8_at(p, end, &n);
            space = is_wide_space(c);
            k->letters[script_of(c)]++;
            k->broken += c == 0xfffd && n == 1;
            k->ascii = false;
        }
        k->words += !space && !in_word;
        in_word = !space;
        k->chars++;
    }
    k->letters[LATN] += latin;
    k->in_word = in_word;
    k->in_line = piece.n && piece.p[piece.n - 1] != '\n';
}

static void keep_sample(counts *k, mm_str piece)
{
    if (k->sample.n >= LANG_SAMPLE)
        return;
    size_t room = LANG_SAMPLE - k->sample.n;
    mm_buf_put(&k->sample, piece.p, piece.n < room ? piece.n : room);
}

static int count_all(text_walk *w, counts *k, mm_str *sample, mm_err *e)
{
    mm_str piece;
    int r;
    *sample = (mm_str){ 0 };
    while ((r = text_next(w, &piece, e)) == 1) {
        count(k, piece);
        if (w->s->field.n || (w->ended && !k->sample.n))
            *sample = piece;  /* all there is: no copy */
        else
            keep_sample(k, piece);
    }
    if (!sample->p)
        *sample = mm_buf_view(&k->sample);
    return r;
}

static void tell_all(const text_walk *w, const counts *k, mm_str sample, answer *a)
{
    const char *written = script_of_text(k->letters);
    if (w->s->field.n)
        tell_text(a, FIELD, w->s->field);
    else if (w->encoding[0])
        tell_cstr(a, ENCODING, k->ascii && !w->converts ? "ascii" : w->encoding);
    tell_cstr(a, SCRIPT, written);
    if (asked(a, LANGUAGE) || asked(a, LANGUAGE_SCORE)) {
        lang_guess g = lang_of(w->s->bench->languages, sample, written);
        w->s->language = g.tag;
        tell_cstr(a, LANGUAGE, g.tag);
        if (g.score > 0)
            tell_double(a, LANGUAGE_SCORE, g.score);
    }
    tell_int(a, LINES, (int64_t)(k->lines + k->in_line));
    tell_int(a, WORDS, (int64_t)k->words);
    tell_int(a, CHARS, (int64_t)k->chars);
    if (w->broken + k->broken)
        warn(a, "%llu bytes of the text are no %s", (unsigned long long)(w->broken + k->broken), w->encoding);
}

static int probe(subject *s, answer *a, mm_err *e)
{
    text_walk w;
    counts k = { .ascii = true };
    mm_str sample;
    text_begin(&w, s);
    int r = count_all(&w, &k, &sample, e);
    if (r == 0)
        tell_all(&w, &k, sample, a);
    mm_buf_free(&k.sample);
    text_end(&w);
    return r;
}

const prober text_prober = { "text", ON_TEXT, facts, sizeof facts / sizeof *facts, probe };
