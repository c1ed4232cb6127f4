/* ids.c - from hints to the rules whose shape stands there. */
#include "ids.h"
#include "numbers.h"

#include <stdlib.h>
#include <string.h>

enum { WORD_MAX = 24, SHAPES_MAX = 768 };

static const id_rule *const families[] = {
    ids_america, ids_britain, ids_germany, ids_france, ids_iberia, ids_italy, ids_benelux, ids_nordic, ids_poland, ids_india,
    ids_pacific, ids_korea, ids_africa, ids_devices, ids_banks,
};

/* Every form of every rule; those whose first byte is of one class (a letter, a digit) and whose first two words have the same
 * lengths stand together, from chains[class][first][second] on up to where the next begin. The second length is 0 where there
 * is one word only. */
static struct shape {
    uint64_t digits, letters, either, gaps;   /* places in it; bit i: byte i */
    const char *text;
    const id_rule *rule;
    const detector *by;
    unsigned n, chain, order;   /* n: bytes */
} shapes[SHAPES_MAX];
static unsigned n_shapes;
enum { CHAINS = 2 * (WORD_MAX + 1) * (WORD_MAX + 1) };
static unsigned short chains[CHAINS + 1];

/* Of forms that begin with words of n bytes. */
static unsigned chain_of(bool digit, size_t n, size_t second)
{
    return (unsigned)((digit * (WORD_MAX + 1) + n) * (WORD_MAX + 1) + second);
}

static bool has_forms(unsigned chain) { return chains[chain] < chains[chain + 1]; }

static unsigned char classes[256];   /* of bytes: 1 digit, 2 letter, 4 separator */

static bool wild(char c) { return c == '9' || c == 'A' || c == 'X'; }

static size_t wild_run(const char *text)
{
    size_t n = 0;
    while (wild(text[n]))
        n++;
    return n;
}

static void add_shape(const char *text, const id_rule *r, const detector *by, bool digit)
{
    size_t n = wild_run(text), second = text[n] && text[n] != '|' ? wild_run(text + n + 1) : 0;
    struct shape *s = &shapes[n_shapes];
    *s = (struct shape){ .text = text, .rule = r, .by = by, .chain = chain_of(digit, n, second), .order = n_shapes++ };
    for (size_t i = 0; text[i] && text[i] != '|'; i++, s->n++) {
        uint64_t *places = text[i] == '9' ? &s->digits : text[i] == 'A' ? &s->letters : text[i] == 'X' ? &s->either : &s->gaps;
        if (wild(text[i]) || text[i] == ' ')
            *places |= UINT64_C(1) << i;
    }
}

static int by_chain(const void *a, const void *b)
{
    const struct shape *x = a, *y = b;
    if (x->chain != y->chain)
        return x->chain < y->chain ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

void ids_prepare(void)
{
    for (int c = 1; c < 256; c++)
        classes[c] = is_digit((char)c) ? 1 : is_letter((char)c) ? 2 : strchr(" -./", c) ? 4 : 0;
    for (size_t f = 0; f < sizeof families / sizeof *families; f++)
        for (const id_rule *r = families[f]; r->entity; r++) {
            const detector *by = detector_named(mm_str_of(r->entity));
            for (const char *t = r->shapes; by && t; t = strchr(t, '|') ? strchr(t, '|') + 1 : NULL) {
                if (*t != '9')
                    add_shape(t, r, by, false);
                if (*t != 'A')
                    add_shape(t, r, by, true);
            }
        }
    qsort(shapes, n_shapes, sizeof *shapes, by_chain);
    for (unsigned k = 0, c = 0; c <= CHAINS; c++) {
        while (k < n_shapes && shapes[k].chain < c)
            k++;
        chains[c] = (unsigned short)k;
    }
}

/* ---- fitting ---- */

static bool alnum(char c) { return classes[(unsigned char)c] & 3; }
static bool between(char c) { return classes[(unsigned char)c] & 4; }

/* A candidate: its letters and digits alone, and where it ends. */
typedef struct candidate {
    char c[40];
    size_t n, to;
    bool lower, upper;
} candidate;

static bool fits_class(char want, char got)
{
    return want == '9' ? is_digit(got) : want == 'A' ? is_letter(got) : alnum(got);
}

static bool fit(const subject *s, size_t i, const char *shape, candidate *out)
{
    char sep = 0;
    *out = (candidate){ .n = 0 };
    for (; *shape && *shape != '|'; shape++, i++) {
        char got = byte_at(s, i);
        if (wild(*shape)) {
            if (!fits_class(*shape, got))
                return false;
            out->upper |= is_upper(got);
            out->lower |= is_letter(got) && !is_upper(got);
            out->c[out->n++] = is_letter(got) ? (char)(got & ~0x20) : got;
        } else if (*shape == ' ') {
            if (!between(got) || (sep && got != sep))
                return false;
            sep = got;
        } else if (got != (*shape == '_' ? ' ' : *shape)) {
            return false;
        }
    }
    out->to = i;
    return !(out->lower && out->upper);
}

/* Nothing before makes it the tail of a word, a code or a longer number. */
static bool begins(const subject *s, size_t from)
{
    char before = byte_at(s, from - 1), further = byte_at(s, from - 2);
    if (is_word(before) || before == '$' || before == '+')
        return false;
    if (before == '-' || before == '.' || before == '/' || before == '\'')
        return !is_word(further) && further != ')';
    return true;
}

static bool ends(const subject *s, size_t to)
{
    char behind = byte_at(s, to), further = byte_at(s, to + 1);
    if (is_word(behind) || behind == '%' || behind == '@')
        return false;
    if (behind == '.' || behind == ':' || behind == '/' || behind == ',')
        return !is_digit(further);
    return behind != '-' || !is_word(further);
}

/* A number in groups stands among more of them: a piece of a longer one. */
static bool goes_on(const subject *s, size_t from, const candidate *c)
{
    if (c->to - from == c->n || c->upper || c->lower)
        return false;
    return (byte_at(s, from - 1) == ' ' && is_digit(byte_at(s, from - 2))) || (byte_at(s, c->to) == ' ' && is_digit(byte_at(s, c->to + 1)));
}

static bool all_same(const char *c, size_t n)
{
    return memcmp(c, c + 1, n - 1) == 0;
}

/* With the words w around it. */
static int worth(const subject *s, const id_rule *r, size_t from, const candidate *c, words w)
{
    bool whole = from == 0 && c->to == s->n && !s->number && !(w & (WORD_COUNT | WORD_CODE));
    if (w & (r->words | WORD_UNSURE))
        return r->word;
    int score = whole && r->whole > r->bare ? r->whole : r->bare;
    if (w & WORD_COUNT)
        score -= 30;
    /* Small letters are more often words. */
    return c->lower && !whole ? score - 25 : score;
}

static size_t alnum_run(const subject *s, size_t i)
{
    size_t n = 0;
    while (i + n < s->n && n <= WORD_MAX && alnum(s->p[i + n]))
        n++;
    return n;
}

/* Which of the first bytes from a place on are digits, letters, separators. */
typedef struct view {
    uint64_t known, digits, letters, gaps;
} view;

static view view_at(const subject *s, size_t from, size_t n)
{
    view v = { (UINT64_C(1) << n) - 1, 0, 0, 0 };
    for (size_t i = 0; i < n; i++) {
        unsigned class = classes[(unsigned char)s->p[from + i]];
        v.digits |= (uint64_t)(class & 1) << i;
        v.letters |= (uint64_t)(class >> 1 & 1) << i;
        v.gaps |= (uint64_t)(class >> 2 & 1) << i;
    }
    return v;
}

static bool may_fit(const struct shape *s, view v)
{
    uint64_t wrong = (s->digits & ~v.digits) | (s->letters & ~v.letters) | (s->either & ~(v.digits | v.letters)) | (s->gaps & ~v.gaps);
    return (wrong & v.known) == 0;
}

/* The forms of a chain, which tells what words the first n bytes are. */
static void try_chain(const subject *s, size_t from, size_t n, unsigned chain, findings *out)
{
    candidate c;
    view v = view_at(s, from, n);
    size_t near = 0;   /* where the candidate ended that `around` is of */
    words around = 0;
    for (unsigned k = chains[chain]; k < chains[chain + 1]; k++) {
        const id_rule *r = shapes[k].rule;
        size_t to = from + shapes[k].n;
        if (!may_fit(&shapes[k], v) || to > s->n || !ends(s, to) || !fit(s, from, shapes[k].text, &c) || all_same(c.c, c.n) ||
            goes_on(s, from, &c) || (r->proof && !r->proof(c.c, c.n)))
            continue;
        if (near != to)
            around = context(s, from, near = to);
        int score = worth(s, r, from, &c, around);
        if (score > 0)
            found_by(out, shapes[k].by, from, c.to, r->rule, score);
    }
}

static void try_at(const subject *s, size_t from, findings *out)
{
    if (!begins(s, from))
        return;
    size_t n = alnum_run(s, from), second = 0;
    if (n == 0 || n > WORD_MAX)
        return;
    char sep = byte_at(s, from + n);
    if (between(sep) || sep == '+')
        second = alnum_run(s, from + n + 1);
    unsigned chain = chain_of(is_digit(s->p[from]), n, 0);
    if (has_forms(chain) && !is_word(sep))
        try_chain(s, from, n, chain, out);
    if (second > 0 && second <= WORD_MAX && has_forms(chain + (unsigned)second))
        try_chain(s, from, n + 1 + second, chain + (unsigned)second, out);
}

/* ---- where to begin ---- */

static size_t word_start(const subject *s, size_t i)
{
    size_t from = i;
    while (from > 0 && i - from <= WORD_MAX && alnum(s->p[from - 1]))
        from--;
    return from;
}

/* The start of the word one separator before the word at i, or i. */
static size_t word_before(const subject *s, size_t i)
{
    return i >= 2 && between(s->p[i - 1]) && alnum(s->p[i - 2]) ? word_start(s, i - 1) : i;
}

/* The word at i, and up to two before it. */
static void try_words(const subject *s, size_t i, findings *out)
{
    int most = i > 6 && s->p[i - 1] == '-' && s->p[i - 6] == '/' ? 5 : 3;   /* 12.ABC.345/01DE-35 */
    for (int k = 0; k < most; k++) {
        size_t before = word_before(s, i);
        try_at(s, i, out);
        if (before == i || i - before > 9)
            return;
        i = before;
    }
}

static void try_groups(const subject *s, findings *out)
{
    const digit_groups *g = s->groups;
    for (size_t i = 0; i < g->n; i++) {
        size_t from = word_start(s, g->from[i]), before = word_before(s, from);
        if (i > 0 && from < group_end(g, i - 1) && from <= g->from[i - 1])
            continue;
        try_at(s, from, out);
        if (before < from && from - before <= 4 && is_letter(s->p[from - 2]))
            try_at(s, before, out);
    }
}

/* ---- idle ---- */

/* Does a form begin with words of these lengths? */
static bool any_chain(const subject *s, size_t from)
{
    size_t n = alnum_run(s, from);
    if (n == 0 || n > WORD_MAX)
        return false;
    unsigned chain = chain_of(is_digit(s->p[from]), n, 0);
    char sep = byte_at(s, from + n);
    size_t second = between(sep) || sep == '+' ? alnum_run(s, from + n + 1) : 0;
    return has_forms(chain) || (second <= WORD_MAX && has_forms(chain + (unsigned)second));
}

bool ids_idle_number(const subject *s, const digit_groups *g)
{
    for (size_t i = 0; i < g->n; i++) {
        size_t from = word_start(s, g->from[i]), before = word_before(s, from);
        if (byte_at(s, from - 1) == '\\' || byte_at(s, before - 1) == '\\' || any_chain(s, from) ||
            (before < from && any_chain(s, before)))
            return false;
    }
    return true;
}

bool ids_idle_token(mm_str t, size_t at)
{
    subject s = { .p = t.p, .n = t.n };
    size_t from = at - 15;
    return byte_at(&s, from - 1) != '\\' && (is_word(byte_at(&s, at + WORD_MAX - 15)) || !any_chain(&s, from));
}

/* Five digits, as in postcodes: at is the fourth or the last. */
static void try_five(const subject *s, size_t at, findings *out)
{
    size_t from = word_start(s, at);
    if (is_digit(s->p[at]) && at - from >= 3 && alnum_run(s, from) == 5 && is_digit(s->p[from]))
        try_at(s, from, out);
}

void detect_ids(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    if (kind == MM_PII_NUMBER)
        try_groups(s, out);
    else if (kind == MM_PII_TOKEN)
        is_word(byte_at(s, at + WORD_MAX - 15)) ? (void)0 : try_at(s, at - 15, out);   /* longer ones are hashes */
    else if (kind != MM_PII_YEAR)
        try_words(s, word_start(s, at), out);
    else if (at > 4 && is_upper(s->p[at - 5]))
        try_words(s, at - 3, out);
    else
        try_five(s, at, out);
}
