#include "spoken.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Words for numbers. Tens take a digit behind them; teens and tens stand for two digits. */
static const struct {
    const char *word, *digits;
} numbers[] = {
    { "zero", "0" }, { "oh", "0" }, { "o", "0" }, { "nought", "0" }, { "one", "1" }, { "two", "2" }, { "three", "3" },
    { "four", "4" }, { "five", "5" }, { "six", "6" }, { "seven", "7" }, { "eight", "8" }, { "nine", "9" }, { "niner", "9" },
    { "ten", "10" }, { "eleven", "11" }, { "twelve", "12" }, { "thirteen", "13" }, { "fourteen", "14" }, { "fifteen", "15" },
    { "sixteen", "16" }, { "seventeen", "17" }, { "eighteen", "18" }, { "nineteen", "19" },
    { "twenty", "20" }, { "thirty", "30" }, { "forty", "40" }, { "fifty", "50" }, { "sixty", "60" }, { "seventy", "70" },
    { "eighty", "80" }, { "ninety", "90" },
    { "null", "0" }, { "eins", "1" }, { "zwei", "2" }, { "zwo", "2" }, { "drei", "3" }, { "vier", "4" }, { "f\xc3\xbcnf", "5" },
    { "sechs", "6" }, { "sieben", "7" }, { "acht", "8" }, { "neun", "9" },
    { "z\xc3\xa9ro", "0" }, { "un", "1" }, { "deux", "2" }, { "trois", "3" }, { "quatre", "4" }, { "cinq", "5" }, { "sept", "7" },
    { "huit", "8" }, { "neuf", "9" },
    { "cero", "0" }, { "uno", "1" }, { "dos", "2" }, { "tres", "3" }, { "cuatro", "4" }, { "cinco", "5" }, { "seis", "6" },
    { "siete", "7" }, { "ocho", "8" }, { "nueve", "9" },
};

/* Words that recognisers hear for numbers: such between two numbers. */
static const struct {
    const char *word, *digits;
} mistaken[] = {
    { "to", "2" }, { "too", "2" }, { "for", "4" }, { "fore", "4" }, { "won", "1" }, { "ate", "8" }, { "tree", "3" }, { "sex", "6" }, { "fife", "5" },
};

void spoken_free(spoken *s)
{
    mm_buf_free(&s->text);
    free(s->word);
    s->word = NULL;
    s->room = 0;
}

static void put(spoken *s, const char *p, size_t n, size_t word)
{
    size_t end = s->text.n + n;
    if (end > s->room) {
        size_t room = 2 * end;
        uint32_t *more = realloc(s->word, room * sizeof *more);
        if (!more) {
            s->failed = true;
            return;
        }
        s->word = more;
        s->room = room;
    }
    for (size_t i = s->text.n; i < end; i++)
        s->word[i] = (uint32_t)word;
    mm_buf_put(&s->text, p, n);
    s->failed |= s->text.failed;
}

/* The word without the signs of a sentence around it. */
static mm_str bare(const char *text, spoken_word w)
{
    static const char signs[] = ".,;:!?\"()'";
    mm_str s = { text + w.from, w.to - w.from };
    while (s.n && strchr(signs, s.p[0]))
        s.p++, s.n--;
    while (s.n && strchr(signs, s.p[s.n - 1]))
        s.n--;
    return s;
}

static bool is(mm_str word, const char *what)
{
    return word.n == strlen(what) && strncasecmp(word.p, what, word.n) == 0;
}

/* Digits the word says, or NULL; one that is written in digits is itself. */
static mm_str digits_of(mm_str word)
{
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (is(word, numbers[i].word))
            return mm_str_of(numbers[i].digits);
    bool any = false;
    for (size_t i = 0; i < word.n; i++) {
        bool digit = word.p[i] >= '0' && word.p[i] <= '9';
        if (!digit && !strchr("-./+", word.p[i]))
            return (mm_str){ 0 };
        any |= digit;
    }
    return any ? word : (mm_str){ 0 };
}

typedef struct reader {
    const char *text;
    const spoken_word *w;
    size_t n;
} reader;

static mm_str at(const reader *r, size_t i)
{
    return i < r->n ? bare(r->text, r->w[i]) : (mm_str){ 0 };
}

static bool is_number(const reader *r, size_t i)
{
    return digits_of(at(r, i)).p != NULL;
}

static int times_of(mm_str word)
{
    return is(word, "double") || is(word, "doppel") ? 2 : is(word, "triple") ? 3 : 0;
}

static mm_str mistaken_at(const reader *r, size_t i)
{
    for (size_t k = 0; i > 0 && k < sizeof mistaken / sizeof *mistaken; k++)
        if (is(at(r, i), mistaken[k].word) && is_number(r, i - 1) && is_number(r, i + 1))
            return mm_str_of(mistaken[k].digits);
    return (mm_str){ 0 };
}

/* One number of a run: words it takes, 0 when none begins here. */
static size_t put_number(spoken *s, const reader *r, size_t i)
{
    int times = times_of(at(r, i));
    if (times && is_number(r, i + 1)) {
        for (mm_str d = digits_of(at(r, i + 1)); times > 0; times--)
            put(s, d.p, d.n, i + 1);
        s->word[s->text.n - 1] = (uint32_t)i;   /* both words stand for it */
        return 2;
    }
    mm_str d = digits_of(at(r, i)), next = digits_of(at(r, i + 1)), heard = mistaken_at(r, i);
    if (heard.p) {
        put(s, heard.p, heard.n, i);
        return 1;
    }
    if (!d.p)
        return 0;
    if (d.n == 2 && d.p[1] == '0' && d.p[0] > '1' && next.n == 1 && next.p[0] != '0') {
        put(s, d.p, 1, i);
        put(s, next.p, 1, i + 1);
        return 2;
    }
    put(s, d.p, d.n, i);
    bool hundred = is(at(r, i + 1), "hundred"), thousand = is(at(r, i + 1), "thousand");
    if (!hundred && !thousand)
        return 1;
    put(s, "000", hundred ? 2 : 3, i + 1);
    return 2;
}

/* Signs between numbers that belong to them: "plus", "dash", "dot". */
static const char *sign_at(const reader *r, size_t i, bool inside)
{
    mm_str word = at(r, i);
    if (!is_number(r, i + 1))
        return NULL;
    if (is(word, "plus"))
        return "+";
    if (!inside)
        return NULL;
    if (is(word, "dash") || is(word, "hyphen") || is(word, "minus"))
        return "-";
    return is(word, "dot") || is(word, "point") ? "." : is(word, "slash") ? "/" : NULL;
}

/* A run of numbers: words it takes. */
static size_t put_numbers(spoken *s, const reader *r, size_t i)
{
    size_t from = i, took;
    for (;;) {
        const char *sign = sign_at(r, i, i > from);
        if (sign)
            put(s, sign, 1, i++);
        took = put_number(s, r, i);
        if (!took)
            return i - from;
        i += took;
    }
}

static const char *mark_of(mm_str word)
{
    return is(word, "dot") || is(word, "punkt") || is(word, "point") || is(word, "punto") ? "."
           : is(word, "underscore") ? "_" : is(word, "dash") || is(word, "hyphen") || is(word, "minus") ? "-" : NULL;
}

static bool is_at(mm_str word)
{
    return is(word, "at") || is(word, "arobase") || is(word, "arroba");
}

/* name (mark name)*: the word behind it, or i when there is none. */
static size_t chain(const reader *r, size_t i, bool dots_only)
{
    size_t from = i;
    for (;;) {
        mm_str word = at(r, i);
        if (!word.n || mark_of(word) || is_at(word))
            return from;
        i++;
        const char *mark = mark_of(at(r, i));
        if (!mark || (dots_only && *mark == '_') || i + 1 >= r->n)
            return i;
        from = i;   /* up to here if no name follows the mark */
        i++;
    }
}

/* "ann dot lee at example dot com": words it takes, 0 when it is no address. */
static size_t put_address(spoken *s, const reader *r, size_t i)
{
    size_t local = chain(r, i, false);
    if (local == i || !is_at(at(r, local)))
        return 0;
    size_t end = chain(r, local + 1, true);
    bool dotted = false;
    for (size_t k = local + 1; k < end; k++)
        dotted |= mark_of(at(r, k)) != NULL;
    if (!dotted)
        return 0;
    for (size_t k = i; k < end; k++) {
        mm_str word = at(r, k);
        const char *mark = k == local ? "@" : mark_of(word);
        mm_str digits = digits_of(word);
        if (mark)
            put(s, mark, 1, k);
        else if (digits.p)
            put(s, digits.p, digits.n, k);
        else
            put(s, word.p, word.n, k);
    }
    return end - i;
}

void spoken_make(spoken *s, const char *text, const spoken_word *w, size_t n)
{
    const reader r = { text, w, n };
    s->text.n = 0;
    s->changed = s->failed = false;
    for (size_t i = 0; i < n && !s->failed;) {
        if (i)
            put(s, " ", 1, i);
        size_t took = put_address(s, &r, i);
        if (!took)
            took = put_numbers(s, &r, i);
        s->changed |= took > 0;
        if (!took) {
            put(s, text + w[i].from, w[i].to - w[i].from, i);
            took = 1;
        }
        i += took;
    }
}
