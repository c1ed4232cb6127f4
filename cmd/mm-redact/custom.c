#include "custom.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ids.h"

/* What is shared by all patterns, or words, of one entry of the policy. */
typedef struct item {
    const detector *by;
    const char *rule;
    int score;
    bool (*valid)(const char *c, size_t n);   /* of the letters, as capitals, and digits alone; NULL: none */
    custom_context context;
} item;

/* Where a pattern stands, for messages. */
typedef struct place {
    const mm_node *node;
    const char *file;     /* NULL: in the policy itself */
    size_t line;
} place;

struct custom {
    mm_arena *texts;
    item *item;
    size_t n_items, room;
    lexicon *words, *spared_words;
    pattern_set *patterns, *spared;
    uint32_t *of_pattern;   /* its item */
};

struct custom_scan {
    const custom *c;
    pattern_scan *patterns, *spared;
    const subject *of;      /* the text being looked at */
    findings *out;
    bool whole;             /* a spared pattern matched the whole value */
};

/* Patterns being gathered. */
typedef struct gathering {
    pattern_text *v;
    uint32_t *item;
    place *at;
    size_t n, room;
} gathering;

/* ---- context ---- */

static int read_words(const mm_doc *d, const mm_node *n, lexicon *l, uint32_t value, mm_err *e)
{
    if (n && n->kind != MM_NODE_LIST)
        return mm_node_fail(d, n, e, "must be a list of words");
    for (size_t i = 0; n && i < n->n; i++) {
        const char *word = NULL;
        if (mm_node_string(d, n->item[i], &word, e) < 0)
            return -1;
        int added = lexicon_add(l, mm_str_of(word), true, value);
        if (added <= 0)
            return added < 0 ? mm_fail(e, MM_ESYS, "out of memory") : mm_node_fail(d, n->item[i], e, "'%s' holds no word", word);
    }
    return 0;
}

int custom_context_read(const mm_doc *d, const mm_node *n, custom_context *c, mm_err *e)
{
    const mm_node *raise = mm_node_get(n, "context"), *lower = mm_node_get(n, "unless"), *by = mm_node_get(n, "by");
    double amount = 0.35;
    if (!raise && !lower)
        return by ? mm_node_fail(d, by, e, "`by` is for `context` and `unless`, and there are none") : 0;
    if (mm_node_double(d, by, &amount, e) < 0)
        return -1;
    if (!(amount > 0 && amount <= 1))
        return mm_node_fail(d, by, e, "by must be above 0, at most 1");
    lexicon_free(c->words);
    c->by = (int)(amount * 100 + 0.5);
    c->words = lexicon_new();
    if (!c->words)
        return mm_fail(e, MM_ESYS, "out of memory");
    return read_words(d, raise, c->words, CONTEXT_RAISES, e) < 0 ? -1 : read_words(d, lower, c->words, CONTEXT_LOWERS, e);
}

void custom_context_free(custom_context *c)
{
    lexicon_free(c->words);
    c->words = NULL;
}

static uint32_t words_within(const lexicon *l, mm_str text)
{
    uint32_t seen = 0;
    lexicon_hit hit;
    for (size_t at = 0; lexicon_next(l, text, &at, &hit);)
        seen |= hit.value;
    return seen;
}

int custom_context_score(const custom_context *c, const subject *s, size_t from, size_t to, int score)
{
    if (!c->words)
        return score;
    size_t start, end;
    context_bounds(s, from, to, &start, &end);
    uint32_t seen = words_within(c->words, (mm_str){ s->p + start, from - start }) |
                    words_within(c->words, (mm_str){ s->p + to, end - to });
    for (size_t i = 0; i < s->name.n;) {   /* parts of a member's name, as in ticketNo and ticket_no */
        size_t first = i++;
        while (i < s->name.n && s->name.p[i] != '_' && !(is_upper(s->name.p[i]) && !is_upper(s->name.p[i - 1])))
            i++;
        seen |= words_within(c->words, (mm_str){ s->name.p + first, i - first });
    }
    score += (seen & CONTEXT_RAISES ? c->by : 0) - (seen & CONTEXT_LOWERS ? c->by : 0);
    return score < 0 ? 0 : score > 100 ? 100 : score;
}

/* ---- reading ---- */

/* ISO 7064 MOD 97-10 as IBANs have it: the first four characters count last. */
static bool mod_97(const char *c, size_t n)
{
    unsigned r = 0;
    for (size_t i = 0; n > 4 && i < n; i++) {
        int v = id_value(c[(i + 4) % n]);
        r = (r * (v > 9 ? 100 : 10) + (unsigned)v) % 97;
    }
    return r == 1;
}

static bool digits_alone(const char *c, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_digit(c[i]))
            return false;
    return n > 1;
}

static bool luhn(const char *c, size_t n) { return digits_alone(c, n) && id_luhn(c, n); }
static bool verhoeff(const char *c, size_t n) { return digits_alone(c, n) && id_verhoeff(c, n); }
static bool mod_11_10(const char *c, size_t n) { return digits_alone(c, n) && id_mod_11_10(c, n); }
static bool gtin(const char *c, size_t n) { return digits_alone(c, n) && id_gtin(c, n); }

static int read_validator(const mm_doc *d, const mm_node *n, item *it, mm_err *e)
{
    static const struct { const char *name; bool (*valid)(const char *, size_t); } known[] = {
        { "luhn", luhn }, { "mod97", mod_97 }, { "verhoeff", verhoeff }, { "mod11-10", mod_11_10 }, { "gtin", gtin },
    };
    const char *name = NULL;
    if (!n || mm_node_string(d, n, &name, e) < 0)
        return n ? -1 : 0;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i].name, name) == 0)
            return it->valid = known[i].valid, 0;
    return mm_node_fail(d, n, e, "check must be luhn, mod97, verhoeff, mod11-10 or gtin, not '%s'", name);
}

static int read_entity(const mm_doc *d, const mm_node *n, const char *fallback, const detector **out, mm_err *e)
{
    const char *name = fallback;
    if (mm_node_string(d, n, &name, e) < 0)
        return -1;
    for (const char *p = name; *p; p++)
        if (!is_upper(*p) && *p != '_' && (!is_digit(*p) || p == name))
            return mm_node_fail(d, n, e, "entity must be capitals, digits and _, as in CUSTOMER_ID");
    *out = detector_of_policy(name);
    return *out ? 0 : mm_node_fail(d, n, e, "too many entities; %d in all are possible", DETECTORS_MAX);
}

static item *add_item(custom *c)
{
    if (c->n_items == c->room) {
        size_t room = c->room ? c->room * 2 : 16;
        item *v = realloc(c->item, room * sizeof *v);
        if (!v)
            return NULL;
        c->item = v;
        c->room = room;
    }
    c->item[c->n_items] = (item){ 0 };
    return &c->item[c->n_items++];
}

/* What patterns and dictionaries have in common. */
static int read_item(const mm_doc *d, const mm_node *n, const char *what, item *it, mm_err *e)
{
    const char *entity = strcmp(what, "pattern") == 0 ? "PATTERN" : "DICTIONARY";
    double score = 0.8;
    it->rule = what;
    if (read_entity(d, mm_node_get(n, "entity"), entity, &it->by, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "name"), &it->rule, e) < 0 ||
        mm_node_double(d, mm_node_get(n, "score"), &score, e) < 0)
        return -1;
    for (const char *p = it->rule; *p; p++)
        if (!is_word(*p) && *p != '-')
            return mm_node_fail(d, mm_node_get(n, "name"), e, "name must be letters, digits, _ and -");
    if (!(score >= 0 && score <= 1))
        return mm_node_fail(d, mm_node_get(n, "score"), e, "score must be from 0 to 1");
    it->score = (int)(score * 100 + 0.5);
    return custom_context_read(d, n, &it->context, e);
}

/* A file of lines, in the arena. */
static int load(custom *c, const mm_doc *d, const mm_node *n, const char *file, mm_str *out, mm_err *e)
{
    FILE *f = fopen(file, "re");
    mm_buf b = { 0 };
    if (!f)
        return mm_node_fail(d, n, e, "%s can not be opened: %s", file, strerror(errno));
    size_t got;
    do {
        char *to = mm_buf_room(&b, 65536);
        got = to ? fread(to, 1, 65536, f) : 0;
        b.n += got;
    } while (got > 0);
    bool failed = ferror(f) != 0;
    int why = errno;
    fclose(f);
    *out = b.failed ? (mm_str){ 0 } : mm_arena_copy(c->texts, mm_buf_view(&b));
    mm_buf_free(&b);
    if (failed)
        return mm_node_fail(d, n, e, "%s can not be read: %s", file, strerror(why));
    return out->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* The next line, without its end; blank ones and those that begin with # are passed over. */
static bool next_line(mm_str *rest, size_t *number, mm_str *line)
{
    while (rest->n) {
        const char *nl = memchr(rest->p, '\n', rest->n);
        *line = (mm_str){ rest->p, nl ? (size_t)(nl - rest->p) : rest->n };
        *rest = (mm_str){ rest->p + line->n + (nl != NULL), rest->n - line->n - (nl != NULL) };
        ++*number;
        if (line->n && line->p[line->n - 1] == '\r')
            line->n--;
        if (line->n && line->p[0] != '#')
            return true;
    }
    return false;
}

/* ---- patterns ---- */

static int add_pattern(custom *c, gathering *g, mm_str text, bool fold, size_t owner, place at, mm_err *e)
{
    if (g->n == g->room) {
        size_t room = g->room ? g->room * 2 : 64;
        pattern_text *v = realloc(g->v, room * sizeof *v);
        g->v = v ? v : g->v;
        uint32_t *of = realloc(g->item, room * sizeof *of);
        g->item = of ? of : g->item;
        place *where = realloc(g->at, room * sizeof *where);
        g->at = where ? where : g->at;
        if (!v || !of || !where)
            return mm_fail(e, MM_ESYS, "out of memory");
        g->room = room;
    }
    mm_str copy = mm_arena_copy(c->texts, text);
    g->v[g->n] = (pattern_text){ copy, fold };
    g->item[g->n] = (uint32_t)owner;
    g->at[g->n++] = at;
    return copy.p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* The patterns of a node: one in `regex`, or a file of lines. */
static int gather(custom *c, const mm_doc *d, const mm_node *regex, const mm_node *file, bool fold, size_t owner, gathering *g,
                  mm_err *e)
{
    const char *text = NULL, *name = NULL;
    mm_str rest, line;
    if (mm_node_string(d, regex, &text, e) < 0 || mm_node_string(d, file, &name, e) < 0)
        return -1;
    if (text && add_pattern(c, g, mm_str_of(text), fold, owner, (place){ regex, NULL, 0 }, e) < 0)
        return -1;
    if (!name)
        return 0;
    if (load(c, d, file, name, &rest, e) < 0)
        return -1;
    for (size_t number = 0; next_line(&rest, &number, &line);)
        if (add_pattern(c, g, line, fold, owner, (place){ file, name, number }, e) < 0)
            return -1;
    return 0;
}

static int compile(const mm_doc *d, const gathering *g, pattern_set **out, mm_err *e)
{
    mm_err why = { 0 };
    size_t wrong;
    *out = pattern_set_new(g->v, g->n, &wrong, &why);
    if (*out)
        return 0;
    if (wrong >= g->n || why.code == MM_ESYS)
        return mm_fail(e, why.code, "the patterns of the policy: %s", why.text);
    const place *at = &g->at[wrong];
    if (at->file)
        return mm_node_fail(d, at->node, e, "%s:%zu: '%s' is no pattern: %s", at->file, at->line, g->v[wrong].text.p, why.text);
    return mm_node_fail(d, at->node, e, "'%s' is no pattern: %s", g->v[wrong].text.p, why.text);
}

static void gathering_free(gathering *g)
{
    free(g->v);
    free(g->item);
    free(g->at);
}

static int read_pattern(custom *c, const mm_doc *d, const mm_node *n, gathering *g, mm_err *e)
{
    static const char *const known[] = { "name", "entity", "regex", "file", "fold", "score", "check", "context", "unless", "by", NULL };
    bool fold = false;
    item *it = add_item(c);
    if (!it)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (mm_node_keys(d, n, known, e) < 0 || read_item(d, n, "pattern", it, e) < 0 ||
        mm_node_bool(d, mm_node_get(n, "fold"), &fold, e) < 0 || read_validator(d, mm_node_get(n, "check"), it, e) < 0)
        return -1;
    const mm_node *regex = mm_node_get(n, "regex"), *file = mm_node_get(n, "file");
    if (!regex == !file)
        return mm_node_fail(d, n, e, "a pattern needs a regex or a file of them, one of the two");
    return gather(c, d, regex, file, fold, c->n_items - 1, g, e);
}

/* ---- words ---- */

static int add_word(lexicon *l, mm_str word, bool fold, size_t owner, mm_err *e)
{
    return lexicon_add(l, word, fold, (uint32_t)owner) < 0 ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* Words in a list, and in a file of lines. */
static int take_words(custom *c, lexicon *l, const mm_doc *d, const mm_node *list, const mm_node *file, bool fold, size_t owner,
                      mm_err *e)
{
    const char *word = NULL, *name = NULL;
    mm_str rest, line;
    if (list && list->kind != MM_NODE_LIST)
        return mm_node_fail(d, list, e, "must be a list of words");
    for (size_t i = 0; list && i < list->n; i++)
        if (mm_node_string(d, list->item[i], &word, e) < 0 || add_word(l, mm_str_of(word), fold, owner, e) < 0)
            return -1;
    if (mm_node_string(d, file, &name, e) < 0)
        return -1;
    if (!name)
        return 0;
    if (load(c, d, file, name, &rest, e) < 0)
        return -1;
    for (size_t number = 0; next_line(&rest, &number, &line);)
        if (add_word(l, line, fold, owner, e) < 0)
            return -1;
    return 0;
}

static int read_dictionary(custom *c, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const known[] = { "name", "entity", "words", "file", "fold", "score", "context", "unless", "by", NULL };
    bool fold = true;
    item *it = add_item(c);
    if (!it)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (mm_node_keys(d, n, known, e) < 0 || read_item(d, n, "dictionary", it, e) < 0 ||
        mm_node_bool(d, mm_node_get(n, "fold"), &fold, e) < 0)
        return -1;
    const mm_node *list = mm_node_get(n, "words"), *file = mm_node_get(n, "file");
    if (!list && !file)
        return mm_node_fail(d, n, e, "a dictionary needs words, or a file of them");
    return take_words(c, c->words, d, list, file, fold, c->n_items - 1, e);
}

/* allow and deny: values, whole, in any case; and patterns. */
static int read_list(custom *c, const mm_doc *d, const mm_node *n, lexicon *l, gathering *g, mm_err *e)
{
    static const char *const known[] = { "values", "file", "patterns", NULL };
    if (!n)
        return 0;
    if (mm_node_keys(d, n, known, e) < 0 ||
        take_words(c, l, d, mm_node_get(n, "values"), mm_node_get(n, "file"), true, c->n_items - 1, e) < 0)
        return -1;
    const mm_node *patterns = mm_node_get(n, "patterns");
    if (patterns && patterns->kind != MM_NODE_LIST)
        return mm_node_fail(d, patterns, e, "must be a list of patterns");
    for (size_t i = 0; patterns && i < patterns->n; i++)
        if (gather(c, d, patterns->item[i], NULL, false, c->n_items - 1, g, e) < 0)
            return -1;
    return 0;
}

/* ---- the whole ---- */

static int read_each(custom *c, const mm_doc *d, const mm_node *n, bool patterns, gathering *g, mm_err *e)
{
    if (n && n->kind != MM_NODE_LIST)
        return mm_node_fail(d, n, e, "must be a list of maps");
    for (size_t i = 0; n && i < n->n; i++)
        if ((patterns ? read_pattern(c, d, n->item[i], g, e) : read_dictionary(c, d, n->item[i], e)) < 0)
            return -1;
    return 0;
}

static int read_all(custom *c, const mm_doc *d, const mm_node *section, gathering *g, gathering *spared, mm_err *e)
{
    const mm_node *deny = mm_node_get(section, "deny"), *allow = mm_node_get(section, "allow");
    if (read_each(c, d, mm_node_get(section, "patterns"), true, g, e) < 0 ||
        read_each(c, d, mm_node_get(section, "dictionaries"), false, g, e) < 0)
        return -1;
    item *it = add_item(c);
    if (!it)
        return mm_fail(e, MM_ESYS, "out of memory");
    *it = (item){ .rule = "deny", .score = 100 };
    if (deny && !(it->by = detector_of_policy("DENIED")))
        return mm_node_fail(d, deny, e, "too many entities; %d in all are possible", DETECTORS_MAX);
    if (read_list(c, d, deny, c->words, g, e) < 0 || read_list(c, d, allow, c->spared_words, spared, e) < 0)
        return -1;
    return compile(d, g, &c->patterns, e) < 0 ? -1 : compile(d, spared, &c->spared, e);
}

int custom_read(custom **out, const mm_doc *d, const mm_node *section, mm_err *e)
{
    gathering g = { 0 }, spared = { 0 };
    *out = NULL;
    if (!mm_node_get(section, "patterns") && !mm_node_get(section, "dictionaries") && !mm_node_get(section, "allow") &&
        !mm_node_get(section, "deny"))
        return 0;
    custom *c = calloc(1, sizeof *c);
    if (c) {
        c->texts = mm_arena_new();
        c->words = lexicon_new();
        c->spared_words = lexicon_new();
    }
    int rc = c && c->texts && c->words && c->spared_words ? read_all(c, d, section, &g, &spared, e)
                                                          : mm_fail(e, MM_ESYS, "out of memory");
    if (c) {
        c->of_pattern = g.item;
        g.item = NULL;
    }
    gathering_free(&g);
    gathering_free(&spared);
    *out = c;
    return rc;
}

void custom_free(custom *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->n_items; i++)
        custom_context_free(&c->item[i].context);
    free(c->item);
    free(c->of_pattern);
    lexicon_free(c->words);
    lexicon_free(c->spared_words);
    pattern_set_free(c->patterns);
    pattern_set_free(c->spared);
    mm_arena_free(c->texts);
    free(c);
}

/* ---- finding ---- */

custom_scan *custom_scan_new(const custom *c)
{
    custom_scan *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->c = c;
    s->patterns = pattern_scan_new(c->patterns);
    s->spared = pattern_scan_new(c->spared);
    if (s->patterns && s->spared)
        return s;
    custom_scan_free(s);
    return NULL;
}

void custom_scan_free(custom_scan *s)
{
    if (!s)
        return;
    pattern_scan_free(s->patterns);
    pattern_scan_free(s->spared);
    free(s);
}

bool custom_glance(custom_scan *s, mm_str json)
{
    lexicon_hit hit;
    size_t at = 0;
    if (s->c->patterns && (pattern_scan_glance(s->patterns, json)))
        return true;
    return lexicon_next(s->c->words, json, &at, &hit);
}

static void add(findings *out, const subject *of, const item *it, size_t from, size_t to)
{
    char plain[256];
    size_t n = 0;
    if (it->valid) {
        for (size_t i = from; i < to && n < sizeof plain; i++)
            if (is_digit(of->p[i]) || is_letter(of->p[i]))
                plain[n++] = is_letter(of->p[i]) ? (char)(of->p[i] & ~0x20) : of->p[i];
        if (n == sizeof plain || !it->valid(plain, n))
            return;
    }
    found_by(out, it->by, from, to, it->rule, custom_context_score(&it->context, of, from, to, it->score));
}

static void on_pattern(void *ctx, size_t index, size_t from, size_t to)
{
    custom_scan *s = ctx;
    add(s->out, s->of, &s->c->item[s->c->of_pattern[index]], from, to);
}

void custom_find(custom_scan *s, const subject *of, findings *out)
{
    mm_str text = { of->p, of->n };
    lexicon_hit hit;
    s->of = of;
    s->out = out;
    if (pattern_scan_text(s->patterns, text, on_pattern, s) < 0) {
        out->failed = true;
        out->why = "a pattern of the policy takes too many steps on it";
    }
    for (size_t at = 0; lexicon_next(s->c->words, text, &at, &hit);)
        add(out, of, &s->c->item[hit.value], hit.from, hit.to);
}

static void on_spared(void *ctx, size_t index, size_t from, size_t to)
{
    custom_scan *s = ctx;
    (void)index;
    s->whole |= from == 0 && to == s->of->n;
}

bool custom_spares(custom_scan *s, mm_str value)
{
    const subject of = { .p = value.p, .n = value.n };
    if (lexicon_has(s->c->spared_words, value))
        return true;
    s->of = &of;
    s->whole = false;
    return pattern_scan_text(s->spared, value, on_spared, s) == 0 && s->whole;
}
