/* quality.c - can a text be read, and is it worth reading: readability, and the rules that Gopher and C4 were filtered by. */
#include "answer.h"
#include "lang.h"
#include "text_doc.h"
#include "text/phrases.h"
#include "text/utf8.h"
#include "tokens.h"

enum {
    TOKENS, SENTENCES, FLESCH_EASE, FLESCH_KINCAID, LIX,
    GOPHER_WORDS, WORD_LENGTH, HASHES, ELLIPSES, BULLET_LINES, ELLIPSIS_LINES, ALPHA_WORDS, STOP_WORDS,
    DUP_LINES, DUP_LINE_CHARS, DUP_PARAGRAPHS, DUP_PARAGRAPH_CHARS, TOP_2, TOP_3, TOP_4,
    DUP_5, DUP_6, DUP_7, DUP_8, DUP_9, DUP_10, GOPHER_PASS, GOPHER_FAILED,
    C4_LINES, C4_SENTENCES, LOREM_IPSUM, CURLY_BRACKET, BAD_WORDS, C4_PASS, C4_FAILED, FACTS
};

#define GOPHER "Gopher (Rae et al. 2021, A1.1): "
#define REPEAT "Gopher (Rae et al. 2021, table A1): "
#define C4 "C4 (Raffel et al. 2020, 2.2): "

static const fact facts[] = {
    [TOKENS] = { "text.tokens", "integer", "", NEED_TEXT, true,
                 "estimate for a byte-pair tokenizer (cl100k_base): bytes by the mean bytes of a token in the language" },
    [SENTENCES] = { "text.sentences", "integer", "", NEED_TEXT, true,
                    "ended by . ! ? and what other scripts have for them, or an empty line" },
    [FLESCH_EASE] = { "text.flesch_ease", "number", "", NEED_TEXT, true,
                      "of English: 206.835 - 1.015 words/sentence - 84.6 syllables/word (Flesch 1948); 100 is easy" },
    [FLESCH_KINCAID] = { "text.flesch_kincaid_grade", "number", "", NEED_TEXT, true,
                         "of English: 0.39 words/sentence + 11.8 syllables/word - 15.59 (Kincaid et al. 1975), a school year" },
    [LIX] = { "text.lix", "number", "", NEED_TEXT, true,
              "words/sentence + percentage of words of more than 6 letters (Bjornsson 1968); 20 is easy, 60 hard" },
    [GOPHER_WORDS] = { "text.gopher_words", "integer", "", NEED_TEXT, true, GOPHER "words, those of punctuation alone not counted; 50 to 100000" },
    [WORD_LENGTH] = { "text.mean_word_length", "number", "", NEED_TEXT, true, GOPHER "characters of such a word; 3 to 10" },
    [HASHES] = { "text.hash_ratio", "number", "", NEED_TEXT, true, GOPHER "# a word; at most 0.1" },
    [ELLIPSES] = { "text.ellipsis_ratio", "number", "", NEED_TEXT, true, GOPHER "ellipses a word; at most 0.1" },
    [BULLET_LINES] = { "text.bullet_lines", "number", "", NEED_TEXT, true, GOPHER "share of lines that start with a bullet or -; at most 0.9" },
    [ELLIPSIS_LINES] = { "text.ellipsis_lines", "number", "", NEED_TEXT, true, GOPHER "share of lines that end in an ellipsis; at most 0.3" },
    [ALPHA_WORDS] = { "text.alpha_words", "number", "", NEED_TEXT, true, GOPHER "share of words with a letter; at least 0.8" },
    [STOP_WORDS] = { "text.stop_words", "integer", "", NEED_TEXT, true,
                     GOPHER "how many of the, be, to, of, and, that, have, with are there; at least 2" },
    [DUP_LINES] = { "text.dup_lines", "number", "", NEED_TEXT, true, REPEAT "share of lines that came before; at most 0.30" },
    [DUP_LINE_CHARS] = { "text.dup_line_chars", "number", "", NEED_TEXT, true, REPEAT "share of characters in these; at most 0.20" },
    [DUP_PARAGRAPHS] = { "text.dup_paragraphs", "number", "", NEED_TEXT, true, REPEAT "share of paragraphs that came before; at most 0.30" },
    [DUP_PARAGRAPH_CHARS] = { "text.dup_paragraph_chars", "number", "", NEED_TEXT, true, REPEAT "share of characters in these; at most 0.20" },
    [TOP_2] = { "text.top_2_gram", "number", "", NEED_TEXT, true, REPEAT "share of characters in the most frequent 2 words; at most 0.20" },
    [TOP_3] = { "text.top_3_gram", "number", "", NEED_TEXT, true, REPEAT "likewise 3; at most 0.18" },
    [TOP_4] = { "text.top_4_gram", "number", "", NEED_TEXT, true, REPEAT "likewise 4; at most 0.16" },
    [DUP_5] = { "text.dup_5_grams", "number", "", NEED_TEXT, true, REPEAT "share of characters in runs of 5 words that came before; at most 0.15" },
    [DUP_6] = { "text.dup_6_grams", "number", "", NEED_TEXT, true, REPEAT "likewise 6; at most 0.14" },
    [DUP_7] = { "text.dup_7_grams", "number", "", NEED_TEXT, true, REPEAT "likewise 7; at most 0.13" },
    [DUP_8] = { "text.dup_8_grams", "number", "", NEED_TEXT, true, REPEAT "likewise 8; at most 0.12" },
    [DUP_9] = { "text.dup_9_grams", "number", "", NEED_TEXT, true, REPEAT "likewise 9; at most 0.11" },
    [DUP_10] = { "text.dup_10_grams", "number", "", NEED_TEXT, true, REPEAT "likewise 10; at most 0.10" },
    [GOPHER_PASS] = { "text.gopher_pass", "boolean", "", NEED_TEXT, true, "all of Gopher's rules above hold; made for English" },
    [GOPHER_FAILED] = { "text.gopher_failed", "array", "", NEED_TEXT, true, "those that do not, by the name of their fact" },
    [C4_LINES] = { "text.c4_lines", "number", "", NEED_TEXT, true,
                   C4 "share of lines kept: ended by . ! ? or a quotation mark, 5 words or more, none of 1000 characters, without "
                   "javascript and the usual words on cookies and terms of use" },
    [C4_SENTENCES] = { "text.c4_sentences", "integer", "", NEED_TEXT, true, C4 "sentences in these; 3 or more" },
    [LOREM_IPSUM] = { "text.has_lorem_ipsum", "boolean", "", NEED_TEXT, true, C4 "the words lorem ipsum are there" },
    [CURLY_BRACKET] = { "text.has_curly_bracket", "boolean", "", NEED_TEXT, true, C4 "a { is there" },
    [BAD_WORDS] = { "text.bad_words", "integer", "", NEED_TEXT, true, C4 "how many words and phrases of --bad-words are there; 0" },
    [C4_PASS] = { "text.c4_pass", "boolean", "", NEED_TEXT, true, "no rule of C4's speaks against the whole text; made for English" },
    [C4_FAILED] = { "text.c4_failed", "array", "", NEED_TEXT, true, "those that do, by the name of their fact" },
};

/* ---- values and their bounds ------------------------------------------------ */

/* A share and such, rounded to what a person would compare. */
static double rounded(double v)
{
    return (double)(int64_t)(v * 1e6 + (v < 0 ? -0.5 : 0.5)) / 1e6;
}

typedef struct verdict {
    answer *a;
    size_t pass, failed;  /* facts */
    mm_buf *names;
} verdict;

static void rule(verdict *v, size_t number, bool holds)
{
    if (holds)
        return;
    mm_buf_byte(v->names, v->names->n ? ',' : '[');
    mm_json_put(v->names, mm_str_of(facts[number].name + sizeof "text." - 1));
}

static void judge(verdict *v)
{
    tell_bool(v->a, v->pass, v->names->n == 0);
    mm_buf_byte(v->names, v->names->n ? ']' : '[');
    if (v->names->n == 1)
        mm_buf_byte(v->names, ']');
    tell_raw(v->a, v->failed, mm_buf_view(v->names));
    v->names->n = 0;
}

static void measure(verdict *v, size_t number, double value, double least, double most)
{
    tell_double(v->a, number, rounded(value));
    rule(v, number, value >= least && value <= most);
}

/* ---- Gopher ----------------------------------------------------------------- */

static unsigned stop_words(const text_doc *d)
{
    static const char *const stop[] = { "the", "be", "to", "of", "and", "that", "have", "with" };
    unsigned found = 0;
    for (size_t i = 0; i < d->words && found != 0xff; i++) {
        mm_str w = { d->text.p + d->word[i].at, d->word[i].n };
        for (unsigned k = 0; w.n <= 4 && k < 8; k++)
            if (mm_str_eq(w, mm_str_of(stop[k])))
                found |= 1u << k;
    }
    return (unsigned)__builtin_popcount(found);
}

static void count_lines(const text_doc *d, uint64_t *bullets, uint64_t *ellipses)
{
    *bullets = *ellipses = 0;
    for (size_t i = 0; i < d->lines; i++) {
        const text_line *l = &d->line[i];
        if (!l->words)
            continue;
        const text_word *first = &d->word[l->word], *last = first + l->words - 1;
        mm_str head = { d->text.p + first->at, first->n }, tail = { d->text.p + last->at, last->n };
        *bullets += head.p[0] == '-' || mm_str_starts(head, MM_STR("\u2022"));
        *ellipses += mm_str_ends(tail, MM_STR("...")) || mm_str_ends(tail, MM_STR("\u2026"));
    }
}

static void tell_gopher(const text_doc *d, verdict *v)
{
    uint64_t plain = 0, chars = 0, alpha = 0, bullets, ellipses;
    for (size_t i = 0; i < d->words; i++) {
        const text_word *w = &d->word[i];
        plain += (w->flags & WORD_PLAIN) != 0;
        chars += w->flags & WORD_PLAIN ? w->chars : 0;
        alpha += w->flags & WORD_ALPHA;
    }
    double words = d->words ? (double)d->words : 1, lines = d->lines ? (double)d->lines : 1;
    count_lines(d, &bullets, &ellipses);
    tell_int(v->a, GOPHER_WORDS, (int64_t)plain);
    rule(v, GOPHER_WORDS, plain >= 50 && plain <= 100000);
    measure(v, WORD_LENGTH, plain ? (double)chars / (double)plain : 0, 3, 10);
    measure(v, HASHES, d->hashes / words, 0, 0.1);
    measure(v, ELLIPSES, d->ellipses / words, 0, 0.1);
    measure(v, BULLET_LINES, (double)bullets / lines, 0, 0.9);
    measure(v, ELLIPSIS_LINES, (double)ellipses / lines, 0, 0.3);
    measure(v, ALPHA_WORDS, (double)alpha / words, 0.8, 1);
    unsigned stop = stop_words(d);
    tell_int(v->a, STOP_WORDS, stop);
    rule(v, STOP_WORDS, stop >= 2);
}

static void tell_repeats(const text_repeats *r, verdict *v)
{
    measure(v, DUP_LINES, r->lines, 0, 0.30);
    measure(v, DUP_LINE_CHARS, r->line_chars, 0, 0.20);
    measure(v, DUP_PARAGRAPHS, r->paragraphs, 0, 0.30);
    measure(v, DUP_PARAGRAPH_CHARS, r->paragraph_chars, 0, 0.20);
    static const double top[] = { 0.20, 0.18, 0.16 }, grams[] = { 0.15, 0.14, 0.13, 0.12, 0.11, 0.10 };
    for (size_t i = 0; i < 3; i++)
        measure(v, TOP_2 + i, r->top[i], 0, top[i]);
    for (size_t i = 0; i < 6; i++)
        measure(v, DUP_5 + i, r->grams[i], 0, grams[i]);
}

/* ---- C4 --------------------------------------------------------------------- */

static void tell_c4(const text_doc *d, const mm_phrases *bad, verdict *v)
{
    text_c4 c;
    text_c4_of(d, &c);
    tell_double(v->a, C4_LINES, rounded(d->lines ? (double)c.kept / (double)d->lines : 0));
    tell_int(v->a, C4_SENTENCES, (int64_t)c.sentences);
    rule(v, C4_SENTENCES, c.sentences >= 3);
    tell_bool(v->a, LOREM_IPSUM, c.lorem_ipsum);
    rule(v, LOREM_IPSUM, !c.lorem_ipsum);
    tell_bool(v->a, CURLY_BRACKET, c.curly_bracket);
    rule(v, CURLY_BRACKET, !c.curly_bracket);
    if (!bad)
        return;
    uint64_t n = mm_phrases_count(bad, d->text);
    tell_int(v->a, BAD_WORDS, (int64_t)n);
    rule(v, BAD_WORDS, n == 0);
}

/* ---- readability ------------------------------------------------------------ */

static const char *language_of(const text_doc *d, const subject *s)
{
    uint64_t letters[SCRIPTS] = { 0 };
    mm_str start = { d->text.p, d->text.n < LANG_SAMPLE ? d->text.n : LANG_SAMPLE };
    const unsigned char *p = (const unsigned char *)start.p, *end = p + start.n;
    for (unsigned n; p < end; p += n)
        letters[script_of(mm_utf8_at(p, end, &n))]++;
    letters[SCRIPT_NONE] = 0;
    return lang_of(s->bench->languages, start, script_of_text(letters)).tag;
}

static void tell_signed(answer *a, size_t number, double v, mm_buf *scratch)
{
    mm_json_put_double(scratch, rounded(v));
    tell_raw(a, number, mm_buf_view(scratch));
    scratch->n = 0;
}

static void tell_readability(const text_doc *d, const char *language, answer *a, mm_buf *scratch)
{
    double words = 0, syllables = 0, longer = 0, sentences = (double)d->sentences;
    for (size_t i = 0; i < d->words; i++) {
        const text_word *w = &d->word[i];
        if (!(w->flags & WORD_PLAIN))
            continue;
        words++;
        syllables += w->syllables;
        longer += w->chars - (w->flags & WORD_ENDS ? 1 : 0) > 6;
    }
    tell_int(a, SENTENCES, (int64_t)d->sentences);
    if (words < 1 || sentences < 1)
        return;
    tell_double(a, LIX, rounded(words / sentences + 100 * longer / words));
    if (!mm_str_eq(mm_str_of(language), MM_STR("en")))
        return;
    tell_signed(a, FLESCH_EASE, 206.835 - 1.015 * words / sentences - 84.6 * syllables / words, scratch);
    tell_signed(a, FLESCH_KINCAID, 0.39 * words / sentences + 11.8 * syllables / words - 15.59, scratch);
}

/* ---- a text ----------------------------------------------------------------- */

static bool any(const answer *a, size_t from, size_t to)
{
    for (size_t i = from; i <= to; i++)
        if (asked(a, i))
            return true;
    return false;
}

static int tell_all(text_doc *d, subject *s, answer *a, mm_buf *scratch, mm_err *e)
{
    if (any(a, TOKENS, LIX)) {
        const char *language = s->language ? s->language : language_of(d, s);
        tell_int(a, TOKENS, (int64_t)tokens_estimate(d->text.n, language));
        tell_readability(d, language, a, scratch);
    }
    if (any(a, GOPHER_WORDS, GOPHER_FAILED)) {
        verdict v = { a, GOPHER_PASS, GOPHER_FAILED, scratch };
        text_repeats r;
        tell_gopher(d, &v);
        if (text_repeats_of(d, &r, e) < 0)
            return -1;
        tell_repeats(&r, &v);
        judge(&v);
    }
    if (any(a, C4_LINES, C4_FAILED)) {
        verdict v = { a, C4_PASS, C4_FAILED, scratch };
        tell_c4(d, s->bench->bad_words, &v);
        judge(&v);
    }
    if (d->cut)
        warn(a, "the quality of the text was measured over its first %d MiB", TEXT_DOC_MAX >> 20);
    return scratch->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_buf scratch = { 0 };
    if (!s->bench->doc && !(s->bench->doc = text_doc_new()))
        return mm_fail(e, MM_ESYS, "out of memory");
    text_doc *d = s->bench->doc;
    int r = text_doc_read(d, s, e);
    if (r == 0)
        r = tell_all(d, s, a, &scratch, e);
    mm_buf_free(&scratch);
    return r;
}

const prober quality_prober = { "text", ON_TEXT, facts, FACTS, probe };
