/* detect_person.c - names of persons: a most frequent given name and a family name beside each other, what follows titles,
 * greetings and "my name is", what closes a letter, and members that are called so.
 */
#include "detect.h"
#include "gazetteer.h"

#include <string.h>
#include <strings.h>

enum { WORDS_MOST = 6 };
enum { COMMA = 1, LINE = 2, POINT = 4 };   /* what stands between two words */

/* A word of a text. */
typedef struct word {
    size_t from, to;
    gaz is;
    bool capital;
} word;

static mm_str text_of(const subject *s)
{
    return (mm_str){ s->p, s->n };
}

static word word_from(mm_str t, size_t from)
{
    word w = { .from = from, .to = word_end_at(t, from), .capital = capital_at(t, from) };
    w.is = gazetteer_word((mm_str){ t.p + w.from, w.to - w.from });
    return w;
}

/* The word before `at`, over blanks, points and commas of which `between` tells; empty when there is none. */
static word word_before(mm_str t, size_t at, unsigned *between)
{
    size_t i = at;
    *between = 0;
    while (i > 0 && at - i < 6 && strchr(" ,.\n\r\t:!", t.p[i - 1])) {
        char c = t.p[--i];
        *between |= c == ',' || c == '!' ? COMMA : c == '\n' || c == '\r' ? LINE : c == '.' || c == ':' ? POINT : 0;
    }
    size_t from = word_start_before(t, i);
    if (from == i)
        return (word){ i, i, 0, false };
    return word_from(t, from);
}
static bool is_initial(mm_str t, const word *w)
{
    return w->capital && w->to - w->from == 1 && w->to < t.n && t.p[w->to] == '.';
}

/* The word behind `at`, with one blank between, or a point and a blank behind an initial; empty when there is none. */
static word word_behind(mm_str t, size_t at, bool initial)
{
    size_t i = at + (initial && at < t.n && t.p[at] == '.');
    if (i + 1 >= t.n || t.p[i] != ' ')
        return (word){ at, at, 0, false };
    return word_from(t, i + 1);
}

/* What a run of words that may be a name holds. */
typedef struct run {
    size_t to;
    int given, weak, family, family_weak, unknown, initials;
    gaz venue;         /* the family name names kinds of places too */
    bool particle;
    gaz next;          /* of the word behind */
    bool next_capital;
} run;

static bool is_name_word(const word *w)
{
    return (w->is & (GAZ_GIVEN | GAZ_GIVEN_WEAK | GAZ_FAMILY | GAZ_FAMILY_WEAK)) != 0;
}

/* Both parts of Jean-Pierre and Müller-Lüdenscheidt count. */
static gaz whole_or_part(mm_str t, const word *w)
{
    const char *dash = memchr(t.p + w->from, '-', w->to - w->from);
    if (w->is || !dash)
        return w->is;
    gaz first = gazetteer_word((mm_str){ t.p + w->from, (size_t)(dash - t.p) - w->from });
    gaz last = gazetteer_word((mm_str){ dash + 1, w->to - (size_t)(dash - t.p) - 1 });
    return (first | last) & (GAZ_GIVEN | GAZ_FAMILY);
}

/* Take words from `first` on: given names and initials, particles, one family name or more; in its place at most some
 * unknown capitals. */
static run take_name(mm_str t, word first, int strangers)
{
    run r = { .to = first.from };
    size_t taken = 0;
    for (word w = first; w.to > w.from && taken < WORDS_MOST; taken++) {
        bool initial = is_initial(t, &w);
        w.is = whole_or_part(t, &w);
        if (!w.capital) {
            word next = word_behind(t, w.to, false);
            if (!(w.is & GAZ_PARTICLE) || taken == 0 || !(next.capital || next.is & GAZ_PARTICLE) || r.family) {
                r.next = w.is;
                break;
            }
            r.particle = true;
            w = next;
            continue;
        }
        bool named = is_name_word(&w);
        if (!initial && !named && (r.family || r.unknown >= strangers || w.is & (GAZ_NOBODY | GAZ_VENUE | GAZ_LEGAL | GAZ_TITLE))) {
            r.next = w.is;
            r.next_capital = true;
            break;
        }
        if (taken && !initial && named && w.is & (GAZ_VENUE | GAZ_NOBODY) && r.family) {   /* John Smith Hall */
            r.next = w.is;
            r.next_capital = true;
            break;
        }
        bool family = w.is & (GAZ_FAMILY | GAZ_FAMILY_WEAK) && taken > 0;
        r.initials += initial;
        r.family += family;
        r.family_weak += family && !(w.is & GAZ_FAMILY);
        r.venue |= family ? w.is & (GAZ_VENUE | GAZ_STREET) : 0;
        r.given += (w.is & GAZ_GIVEN) != 0;
        r.weak += (w.is & GAZ_GIVEN_WEAK) && !(w.is & GAZ_GIVEN);
        if (!initial && !named) {
            r.unknown += !gazetteer_family_like((mm_str){ t.p + w.from, w.to - w.from });
            r.family += taken > 0 && !r.unknown;
        }
        r.to = w.to;
        w = word_behind(t, w.to, initial);
    }
    return r;
}

/* ---- what stands before ---- */

static bool word_is(mm_str t, const word *w, const char *list)
{
    size_t n = w->to - w->from;
    for (const char *p = list; *p;) {
        size_t k = strcspn(p, " ");
        if (k == n && strncasecmp(p, t.p + w->from, n) == 0)
            return true;
        p += k + (p[k] == ' ');
    }
    return false;
}

/* "my name is", "mein Name ist", "je m'appelle": the last word, and the one before it. */
static bool introduces(mm_str t, const word *last)
{
    unsigned between;
    word w = word_before(t, last->from, &between);
    if (between & (LINE | COMMA | POINT))
        return false;
    static const struct { const char *last, *before; } pairs[] = {
        { "is", "name naam" }, { "called", "i'm am is" }, { "ist", "name vorname nachname" }, { "est", "nom prénom" }, { "es", "nombre" },
        { "é", "nome" }, { "imię", "na" }, { "się", "nazywam" }, { "llamo chiamo chamo", "me mi" }, { "är er on", "namn navn nimeni" },
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (word_is(t, last, pairs[i].last))
            return word_is(t, &w, pairs[i].before);
    return word_is(t, last, "heiße heisse heet heter hedder m'appelle nazywam");
}

/* Santa Maria, Mount Michael; and what stands within a longer run of capitals is told from its start. */
static bool is_place(mm_str t, const word *first)
{
    unsigned between;
    word w = word_before(t, first->from, &between);
    return !(between & ~(unsigned)POINT) && w.to > w.from && w.is & GAZ_SAINT;
}

/* ---- rules ---- */

static void after_title(mm_str t, const word *title, bool point, word at, findings *out)
{
    bool office = !(title->is & GAZ_TITLE);
    if (point && (office || title->to - title->from > 4))   /* the end of a sentence */
        return;
    if ((!title->capital && (office || title->to - title->from < 4)) || at.is & (GAZ_TITLE | GAZ_NOBODY) || at.to - at.from < 2)
        return;
    if (!is_name_word(&at) && (office || at.is & (GAZ_VENUE | GAZ_LEGAL | GAZ_STREET)))
        return;
    run r = take_name(t, at, 2);
    if (r.next_capital && r.next & GAZ_VENUE)
        return;
    if (office && !(at.is & (GAZ_GIVEN | GAZ_FAMILY)))
        return;
    found(out, at.from, r.to, "title", office ? 70 : 85);
}

static void after_greeting(mm_str t, word at, findings *out)
{
    if (at.is & (GAZ_TITLE | GAZ_NOBODY) || !is_name_word(&at))
        return;
    run r = take_name(t, at, 1);
    char behind = r.to < t.n ? t.p[r.to] : '\n';
    bool closed = behind == ',' || behind == '!' || behind == '\n' || behind == ':' || behind == '.';
    if (r.next_capital && r.next & (GAZ_VENUE | GAZ_LEGAL))
        return;
    found(out, at.from, r.to, "greeting", at.is & GAZ_GIVEN ? 75 : closed ? 65 : 40);
}

static void after_introduction(mm_str t, word at, findings *out)
{
    if (at.is & GAZ_NOBODY && !is_name_word(&at))
        return;
    run r = take_name(t, at, 3);
    if (r.to > at.from)
        found(out, at.from, r.to, "introduction", 85);
}

static void after_closing(mm_str t, word at, findings *out)
{
    if (at.is & GAZ_NOBODY && !(at.is & GAZ_GIVEN))
        return;
    run r = take_name(t, at, 2);
    bool ends = r.to >= t.n || t.p[r.to] == '\n' || t.p[r.to] == '\r' || t.p[r.to] == ',' || t.p[r.to] == '.';
    if (!ends)
        return;
    found(out, at.from, r.to, "signature", r.given || (r.weak && r.family) ? 75 : r.family || r.initials ? 60 : r.weak ? 55 : 40);
}

/* "mit Anna Zorda", "signed by Anna Zorda". */
static bool follows_preposition(mm_str t, const word *first)
{
    unsigned between;
    word w = word_before(t, first->from, &between);
    return !between && word_is(t, &w, "with by from to mit von bei an avec con da z od dla por para met van med av hos");
}

static void given_and_family(mm_str t, word first, findings *out)
{
    run r = take_name(t, first, 1);
    if (is_place(t, &first))
        return;
    int score = 0;
    bool strong = (r.given > 0 && first.is & GAZ_GIVEN) || whole_or_part(t, &first) & GAZ_GIVEN;
    if (strong)
        score = r.family > r.family_weak ? 80 : r.family ? 72 : r.initials || r.particle ? 65 : r.given + r.weak > 1 && r.unknown ? 55 : 45;
    else if (first.is & GAZ_GIVEN_WEAK)
        score = r.family > r.family_weak ? (r.initials || r.given ? 70 : 60) : r.family ? (r.initials ? 60 : 40) : 20;
    if (score == 0 || r.to <= first.to)
        return;
    if (r.next & (GAZ_VENUE | GAZ_LEGAL | GAZ_STREET) && (r.next_capital || r.next & GAZ_VENUE))
        score -= 40;
    if (score == 45 && follows_preposition(t, &first))
        score = 55;
    if (r.venue && r.family == 1)
        score = r.venue & GAZ_STREET || !strong ? 20 : 55;
    found(out, first.from, r.to, "name", score < 0 ? 0 : score);
}

/* Smith, John: not within an enumeration of full names. */
static void family_and_given(mm_str t, word family, word given, findings *out)
{
    unsigned between;
    word before = word_before(t, family.from, &between);
    if (!(family.is & GAZ_FAMILY) || family.is & (GAZ_GIVEN_WEAK | GAZ_NOBODY) || !(given.is & GAZ_GIVEN) ||
        (before.capital && !(between & (POINT | LINE))) || t.p[family.to] != ',')
        return;
    word behind = word_behind(t, given.to, false);
    size_t to = given.to;
    if (behind.capital && behind.is & (GAZ_FAMILY | GAZ_FAMILY_WEAK) && !(behind.is & (GAZ_GIVEN | GAZ_GIVEN_WEAK)))
        return;
    if (behind.capital && (behind.is & GAZ_GIVEN || is_initial(t, &behind)))
        to = behind.to;
    found(out, family.from, to, "name-reversed", 60);
}

/* ---- members ---- */

static void member(const subject *s, findings *out)
{
    mm_str t = text_of(s);
    size_t letters = 0, digits = 0;
    if (!(s->key & WORD_PERSON) && !capital_at(t, 0))
        return;
    for (size_t i = 0; i < t.n; i++) {
        letters += is_letter(t.p[i]) || is_high(t.p[i]);
        digits += is_digit(t.p[i]);
    }
    if (s->number || letters < 2 || t.n > 100 || memchr(t.p, '@', t.n) || memchr(t.p, '<', t.n))
        return;
    if (s->key & WORD_PERSON && digits == 0) {
        found(out, 0, t.n, "member", 85);
        return;
    }
    if (digits || !capital_at(t, 0))
        return;
    word first = word_from(t, 0);
    run r = take_name(t, first, 1);
    if (r.to == t.n && first.is & GAZ_GIVEN && (r.family || t.n == first.to))
        found(out, 0, t.n, "member", r.family ? 85 : 60);
    else if (r.to == t.n && r.family > r.family_weak && first.is & GAZ_GIVEN_WEAK)
        found(out, 0, t.n, "member", 75);
}

/* The word before `at`, over the particles of a name. */
static word head_before(mm_str t, size_t at, unsigned *between)
{
    word w = word_before(t, at, between);
    for (int n = 0; n < 3 && !w.capital && w.is & GAZ_PARTICLE && !*between && !(w.is & GAZ_INTRO); n++)
        w = word_before(t, w.from, between);
    return w;
}

/* Behind the escape of a line end in JSON only the closing of a letter counts. */
static bool line_is_idle(mm_str t, size_t at)
{
    size_t i = at;
    while (i > 1 && at - i < 16 && (t.p[i - 1] == ' ' || t.p[i - 1] == ',' || (t.p[i - 2] == '\\' && (t.p[i - 1] == 'n' || t.p[i - 1] == 'r'))))
        i -= t.p[i - 2] == '\\' ? 2 : 1;
    size_t from = word_start_before(t, i);
    return !(gazetteer_word((mm_str){ t.p + from, i - from }) & GAZ_SIGN) &&
           !(from > 0 && t.p[from - 1] == '\\' && from < i);   /* its first letter is that of an escape */
}

#define NAMES (GAZ_GIVEN | GAZ_GIVEN_WEAK | GAZ_FAMILY)
#define BEFORE_NAME (NAMES | GAZ_TITLE | GAZ_OFFICE | GAZ_GREET | GAZ_INTRO | GAZ_SIGN | GAZ_PARTICLE)

/* A particle is within a name when a capital stands before it, or another one. */
static bool particle_is_idle(mm_str t, size_t from)
{
    for (int n = 0; n < 3; n++) {
        size_t i = from - 1, start;
        if (from < 3 || t.p[i] != ' ' || !is_letter(t.p[i - 1]))
            return true;
        for (start = i; start > 0 && is_letter(t.p[start - 1]);)
            start--;
        if (is_upper(t.p[start]) || (start > 0 && (is_high(t.p[start - 1]) || t.p[start - 1] == '\\')))
            return false;
        if (i - start > 3 || !(gazetteer_word((mm_str){ t.p + start, i - start }) & GAZ_PARTICLE))
            return true;
        from = start;
    }
    return false;
}

/* A byte of a letter up to U+00FF, of which the capitals are not all told apart below: they must not come first. */
static inline bool latin_byte(char c)
{
    return is_letter(c) || (unsigned char)c == 0xc3 || ((unsigned char)c & 0xc0) == 0x80;
}

/* Do all bytes over 0x7f come in twos that begin with 0xc3? */
static bool latin_word(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!is_high(p[i]))
            continue;
        if ((unsigned char)p[i] != 0xc3 || ++i == n || ((unsigned char)p[i] & 0xc0) != 0x80)
            return false;
    }
    return true;
}

/* A word of such letters with a blank behind it: the usual case. 1: idle, 0: not, -1: not known. */
static int plain_is_idle(mm_str t, size_t at)
{
    if (at < 3 || t.p[at - 1] != ' ')
        return -1;
    size_t to = at - 1, from;
    bool point = t.p[to - 1] == '.';
    to -= point;
    bool high = false;
    for (from = to; from > 0 && latin_byte(t.p[from - 1]);)
        high |= is_high(t.p[--from]);
    if (high && (is_high(t.p[from]) || !latin_word(t.p + from, to - from)))
        return -1;
    if (point && (to - from > 5 + (size_t)high || is_digit(t.p[to - 1])))   /* the end of a sentence, not of a title or initial */
        return 1;
    if (from == to || (from > 0 && (is_high(t.p[from - 1]) || t.p[from - 1] == '-' || t.p[from - 1] == '\'' || t.p[from - 1] == '\\')))
        return -1;
    if (!gazetteer_glance(t.p + from, to - from))
        return 1;
    gaz is = gazetteer_word((mm_str){ t.p + from, to - from }) & BEFORE_NAME;
    if (!is_upper(t.p[from]))
        is &= ~(gaz)NAMES;
    return is == 0 || (is == GAZ_PARTICLE && !is_upper(t.p[from]) && particle_is_idle(t, from));
}

bool person_idle(mm_str t, size_t at)
{
    unsigned between;
    int plain = plain_is_idle(t, at);
    if (plain >= 0)
        return plain;
    if (at > 1 && is_letter(t.p[at - 1]) && (t.p[at - 1] == 'n' || t.p[at - 1] == 'r'))
        return line_is_idle(t, at);
    if (at > 0 && is_letter(t.p[at - 1]))
        return false;
    word w = head_before(t, at, &between);
    if (w.from > 0 && t.p[w.from - 1] == '\\')
        return false;
    return w.to == w.from || !(whole_or_part(t, &w) & BEFORE_NAME);
}

void detect_person(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    mm_str t = text_of(s);
    unsigned between;
    if ((int)kind == HINT_KEY) {
        if (s->key & (WORD_PERSON | WORD_NAME) && !(s->key & WORD_UNSURE))
            member(s, out);
        return;
    }
    if (at > 0 && (is_letter(t.p[at - 1]) || is_high(t.p[at - 1])))   /* the letter of an escape */
        return;
    word w = head_before(t, at, &between);
    if (w.to == w.from)
        return;
    w.is = whole_or_part(t, &w);
    word here = word_from(t, at);
    if (w.is & (GAZ_TITLE | GAZ_OFFICE) && !(between & (COMMA | LINE)))
        after_title(t, &w, between & POINT, here, out);
    if (w.is & GAZ_GREET && w.capital && !(between & POINT))
        after_greeting(t, here, out);
    if (w.is & GAZ_INTRO && !(between & (COMMA | LINE)) && introduces(t, &w))
        after_introduction(t, here, out);
    if (w.is & GAZ_SIGN && between & LINE)
        after_closing(t, here, out);
    if (w.capital && w.is & (GAZ_GIVEN | GAZ_GIVEN_WEAK) && !between)
        given_and_family(t, w, out);
    if (w.capital && w.is & GAZ_FAMILY && between == COMMA)
        family_and_given(t, w, here, out);
}
