#include "pattern.h"

#include <stdlib.h>
#include <string.h>

#ifdef MM_HAVE_PCRE2

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#ifdef MM_HAVE_HYPERSCAN
#include <hs.h>
#endif

enum {
    MAX_STEPS = 2000000,      /* of one match */
    JIT_MOST = 4096,          /* patterns translated to machine code: each takes time at the start */
};

struct pattern_set {
    size_t n;
    pcre2_code **code;
    uint32_t *group;          /* the group called value, or 0 */
#ifdef MM_HAVE_HYPERSCAN
    hs_database_t *db;        /* NULL: each is tried in turn */
#endif
};

struct pattern_scan {
    const pattern_set *set;
    pcre2_match_data *data;
    pcre2_match_context *limits;
    uint32_t *maybe;          /* patterns that may match, each once */
    size_t n_maybe;
#ifdef MM_HAVE_HYPERSCAN
    hs_scratch_t *scratch;
#endif
};

/* ---- compiling ---- */

static int compile_one(pattern_set *s, size_t i, const pattern_text *t, mm_err *e)
{
    int code;
    PCRE2_SIZE at;
    PCRE2_UCHAR why[120];
    uint32_t empty = 0;
    pcre2_code *c = pcre2_compile((PCRE2_SPTR)t->text.p, t->text.n, PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
                                  (t->fold ? PCRE2_CASELESS : 0), &code, &at, NULL);
    if (!c) {
        pcre2_get_error_message(code, why, sizeof why);
        return mm_fail(e, MM_EUSAGE, "%s at its byte %zu", why, (size_t)at + 1);
    }
    s->code[i] = c;
    pcre2_pattern_info(c, PCRE2_INFO_MATCHEMPTY, &empty);
    if (empty)
        return mm_fail(e, MM_EUSAGE, "it matches an empty text");
    int group = pcre2_substring_number_from_name(c, (PCRE2_SPTR)"value");
    s->group[i] = group > 0 ? (uint32_t)group : 0;
    if (s->n <= JIT_MOST)
        pcre2_jit_compile(c, PCRE2_JIT_COMPLETE);
    return 0;
}

#ifdef MM_HAVE_HYPERSCAN

/* Letters and digits of any script at t, as \p{Lu}, for a class: those of ASCII, and all beyond it, which is more and takes far
 * fewer states. Empty where it is none; *n is its length. */
static mm_str any_script(const char *t, size_t left, size_t *n)
{
    static const struct {
        const char *name, *wide;
    } known[] = { { "\\p{L}", "A-Za-z" }, { "\\p{Lu}", "A-Z" }, { "\\p{Ll}", "a-z" }, { "\\p{N}", "0-9" }, { "\\p{Nd}", "0-9" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        *n = strlen(known[i].name);
        if (*n <= left && memcmp(t, known[i].name, *n) == 0)
            return mm_str_of(known[i].wide);
    }
    return (mm_str){ 0 };
}

/* The pattern with ^ and $ so that they also hold at the edges of a JSON string or number: by a byte that stands there.
 * It then matches wherever the original does, and elsewhere. False when that can not be told. */
static bool unanchor(mm_str t, mm_buf *out)
{
    bool class = false, inverse = false;
    out->n = 0;
    for (size_t i = 0; i < t.n; i++) {
        char c = t.p[i], next = i + 1 < t.n ? t.p[i + 1] : 0;
        size_t n;
        mm_str wide = inverse ? (mm_str){ 0 } : any_script(t.p + i, t.n - i, &n);
        if (wide.n) {
            mm_buf_printf(out, class ? "%.*s\\x{80}-\\x{10ffff}" : "[%.*s\\x{80}-\\x{10ffff}]", (int)wide.n, wide.p);
            i += n - 1;
        } else if (c == '\\') {
            if (next == 'Q' || next == 'G')
                return false;
            if (!class && (next == 'A' || next == 'Z' || next == 'z'))
                mm_buf_str(out, next == 'A' ? MM_STR("(?:^|[\":,\\[\\s])") : MM_STR("(?:$|[\"},\\]\\s])"));
            else
                mm_buf_put(out, t.p + i, next ? 2 : 1);
            i++;
        } else if (class) {
            class = c != ']';
            inverse &= class;
            mm_buf_byte(out, c);
        } else if (c == '[') {
            class = true;
            inverse = next == '^';
            mm_buf_byte(out, c);
            if (inverse)
                mm_buf_byte(out, t.p[++i]);
            if (i + 1 < t.n && t.p[i + 1] == ']')
                mm_buf_byte(out, t.p[++i]);
        } else if (c == '(' && (next == '*' || (next == '?' && i + 2 < t.n && t.p[i + 2] == '#'))) {
            return false;
        } else if (c == '^' || c == '$') {
            mm_buf_str(out, c == '^' ? MM_STR("(?:^|[\":,\\[\\s])") : MM_STR("(?:$|[\"},\\]\\s])"));
        } else {
            mm_buf_byte(out, c);
        }
    }
    mm_buf_byte(out, 0);
    return !out->failed;
}

static int compile_all(pattern_set *s, const pattern_text *v, size_t *wrong, mm_err *e)
{
    const char **text = calloc(s->n + 1, sizeof *text);
    unsigned *flags = calloc(s->n + 1, sizeof *flags), *ids = calloc(s->n + 1, sizeof *ids);
    mm_arena *a = mm_arena_new();
    mm_buf b = { 0 };
    hs_compile_error_t *why = NULL;
    int rc = text && flags && ids && a ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < s->n && rc == 0; i++) {
        if (!unanchor(v[i].text, &b)) {
            *wrong = i;
            rc = mm_fail(e, MM_EUSAGE, "\\Q, \\G, (*...) and comments are not taken");
            break;
        }
        text[i] = mm_arena_copy(a, mm_buf_view(&b)).p;
        flags[i] = HS_FLAG_PREFILTER | HS_FLAG_UTF8 | HS_FLAG_SINGLEMATCH | (v[i].fold ? HS_FLAG_CASELESS : 0);
        ids[i] = (unsigned)i;
        rc = text[i] ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    }
    if (rc == 0 && hs_compile_multi(text, flags, ids, (unsigned)s->n, HS_MODE_BLOCK, NULL, &s->db, &why) != HS_SUCCESS) {
        *wrong = why->expression >= 0 ? (size_t)why->expression : s->n;
        rc = mm_fail(e, MM_EUSAGE, "hyperscan: %s", why->message);
    }
    hs_free_compile_error(why);
    mm_buf_free(&b);
    mm_arena_free(a);
    free(text);
    free(flags);
    free(ids);
    return rc;
}
#endif

pattern_set *pattern_set_new(const pattern_text *v, size_t n, size_t *wrong, mm_err *e)
{
    pattern_set *s = calloc(1, sizeof *s);
    *wrong = n;
    if (s) {
        s->n = n;
        s->code = calloc(n + 1, sizeof *s->code);
        s->group = calloc(n + 1, sizeof *s->group);
    }
    int rc = s && s->code && s->group ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n && rc == 0; i++)
        if ((rc = compile_one(s, i, &v[i], e)) < 0)
            *wrong = i;
#ifdef MM_HAVE_HYPERSCAN
    if (rc == 0 && n > 0 && hs_valid_platform() == HS_SUCCESS)
        rc = compile_all(s, v, wrong, e);
#endif
    if (rc == 0)
        return s;
    pattern_set_free(s);
    return NULL;
}

void pattern_set_free(pattern_set *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->code && i < s->n; i++)
        pcre2_code_free(s->code[i]);
#ifdef MM_HAVE_HYPERSCAN
    hs_free_database(s->db);
#endif
    free(s->code);
    free(s->group);
    free(s);
}

/* ---- scanning ---- */

pattern_scan *pattern_scan_new(const pattern_set *s)
{
    pattern_scan *p = calloc(1, sizeof *p);
    if (!p)
        return NULL;
    p->set = s;
    p->data = pcre2_match_data_create(32, NULL);
    p->limits = pcre2_match_context_create(NULL);
    p->maybe = calloc(s->n + 1, sizeof *p->maybe);
    bool made = p->data && p->limits && p->maybe;
#ifdef MM_HAVE_HYPERSCAN
    made = made && (!s->db || hs_alloc_scratch(s->db, &p->scratch) == HS_SUCCESS);
#endif
    if (made) {
        pcre2_set_match_limit(p->limits, MAX_STEPS);
        return p;
    }
    pattern_scan_free(p);
    return NULL;
}

void pattern_scan_free(pattern_scan *p)
{
    if (!p)
        return;
    pcre2_match_data_free(p->data);
    pcre2_match_context_free(p->limits);
#ifdef MM_HAVE_HYPERSCAN
    hs_free_scratch(p->scratch);
#endif
    free(p->maybe);
    free(p);
}

#ifdef MM_HAVE_HYPERSCAN
static int stop_at_first(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    (void)id, (void)from, (void)to, (void)flags;
    *(bool *)ctx = true;
    return 1;
}

static int note_pattern(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *ctx)
{
    pattern_scan *p = ctx;
    (void)from, (void)to, (void)flags;
    p->maybe[p->n_maybe++] = id;
    return 0;
}
#endif

bool pattern_scan_glance(pattern_scan *p, mm_str json)
{
    if (p->set->n == 0)
        return false;
#ifdef MM_HAVE_HYPERSCAN
    bool any = false;
    if (p->set->db && json.n < UINT32_MAX) {
        hs_error_t rc = hs_scan(p->set->db, json.p, (unsigned)json.n, 0, p->scratch, stop_at_first, &any);
        return any || (rc != HS_SUCCESS && rc != HS_SCAN_TERMINATED);
    }
#endif
    return true;
}

/* The patterns that may match in the text; all of them where hyperscan can not tell. */
static void narrow(pattern_scan *p, mm_str text)
{
    p->n_maybe = 0;
#ifdef MM_HAVE_HYPERSCAN
    if (p->set->db && text.n < UINT32_MAX && mm_simd()->utf8_check(text.p, text.n) == text.n &&
        hs_scan(p->set->db, text.p, (unsigned)text.n, 0, p->scratch, note_pattern, p) == HS_SUCCESS)
        return;
#endif
    for (p->n_maybe = 0; p->n_maybe < p->set->n; p->n_maybe++)
        p->maybe[p->n_maybe] = (uint32_t)p->n_maybe;
}

static int find_matches(pattern_scan *p, size_t k, mm_str text, pattern_hit *hit, void *ctx)
{
    const PCRE2_SIZE *at = pcre2_get_ovector_pointer(p->data);
    uint32_t group = p->set->group[k];
    for (size_t from = 0; from < text.n;) {
        int rc = pcre2_match(p->set->code[k], (PCRE2_SPTR)text.p, text.n, from, 0, p->data, p->limits);
        if (rc == PCRE2_ERROR_NOMATCH)
            return 0;
        if (rc < 0)
            return -1;
        bool given = group && (rc == 0 ? group < 32 : (int)group < rc) && at[2 * group] != PCRE2_UNSET;
        size_t start = given ? at[2 * group] : at[0], end = given ? at[2 * group + 1] : at[1];
        if (end > start)
            hit(ctx, k, start, end);
        from = at[1] > from ? at[1] : from + 1;
    }
    return 0;
}

int pattern_scan_text(pattern_scan *p, mm_str text, pattern_hit *hit, void *ctx)
{
    if (!p->set->n || !text.n)
        return 0;
    narrow(p, text);
    for (size_t i = 0; i < p->n_maybe; i++)
        if (find_matches(p, p->maybe[i], text, hit, ctx) < 0)
            return -1;
    return 0;
}

#else

pattern_set *pattern_set_new(const pattern_text *v, size_t n, size_t *wrong, mm_err *e)
{
    (void)v;
    *wrong = 0;
    if (n)
        mm_fail(e, MM_EUSAGE, "this build has no regular expressions; build it with pcre2");
    return n ? NULL : calloc(1, 1);
}

void pattern_set_free(pattern_set *s) { free(s); }
pattern_scan *pattern_scan_new(const pattern_set *s) { (void)s; return calloc(1, 1); }
void pattern_scan_free(pattern_scan *p) { free(p); }
bool pattern_scan_glance(pattern_scan *p, mm_str json) { (void)p, (void)json; return false; }

int pattern_scan_text(pattern_scan *p, mm_str text, pattern_hit *hit, void *ctx)
{
    (void)p, (void)text, (void)hit, (void)ctx;
    return 0;
}

#endif
