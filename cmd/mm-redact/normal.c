#include "normal.h"

#include <stdlib.h>
#include <string.h>

#include "detect.h"
#include "glyph.h"
#include "simd/simd.h"

void normal_free(normal *n)
{
    mm_buf_free(&n->text);
    free(n->from);
    free(n->to);
    *n = (normal){ 0 };
}

static int hex_digit(char c)
{
    return is_digit(c) ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1;
}

/* ---- a glance ---- */

/* What begins with '%', '&' or '=' may be an escape. */
static bool may_escape(const char *p, size_t n)
{
    if (*p == '%')
        return n > 2 && is_hex(p[1]) && is_hex(p[2]);
    if (*p == '&')
        return n > 2 && (p[1] == '#' || (is_letter(p[1]) && is_letter(p[2])));
    if (n > 1 && (p[1] == '\n' || p[1] == '\r' || p[1] == '\\'))
        return true;
    return n > 2 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0 && (is_upper(p[1]) || is_upper(p[2]));
}

/* A letter that may look like one of ours counts only beside one of ours, a digit or an @. */
static bool counts_high(mm_str t, size_t i, size_t *len)
{
    unsigned char first = (unsigned char)t.p[i];
    if (first > 0xc2 && first < 0xcc && i + 1 < t.n && ((unsigned char)t.p[i + 1] & 0xc0) == 0x80)
        return *len = 2, first == 0xc9 && (t.p[i + 1] == '\x91' || t.p[i + 1] == '\xa1');
    uint32_t c = glyph_at(t.p + i, t.n - i, len);
    if (*len == 1)
        return true;
    if (c >= 0x370 && c < 0x530) {
        char before = i ? t.p[i - 1] : 0, behind = i + *len < t.n ? t.p[i + *len] : 0;
        bool escape = i > 1 && t.p[i - 2] == '\\';   /* the letter of a line end */
        return ((is_word(before) || before == '@') && !escape) || is_word(behind) || behind == '@';
    }
    /* Kana, ideographs, Hangul, and the punctuation that stands among them. */
    if ((c > 0x3000 && c < 0xa620 && c != 0x3164) || (c >= 0xac00 && c < 0xd7b0))
        return false;
    if (c >= 0xff01 && c <= 0xff5e)
        return is_word((char)(c - 0xff01 + '!')) || c == 0xff20 || c == 0xff0e || c == 0xff0d || c == 0xff0b;
    return glyph_reads(c) != GLYPH_SAME;
}

bool normal_begins(mm_str t, size_t i)
{
    size_t len;
    for (size_t k = 1; k <= 2 && k <= i; k++)
        if (t.p[i - k] == '=' && may_escape(t.p + i - k, t.n - i + k))
            return true;
    if (is_high(t.p[i]))
        return counts_high(t, i, &len);
    return (t.p[i] == '%' || t.p[i] == '&') && may_escape(t.p + i, t.n - i);
}

bool normal_glance(mm_str t)
{
    enum { PIECE = 4096 };
    mm_pii_state st = { 0 };
    mm_pii_group groups[PIECE / 512];
    for (size_t i = 0; i < t.n; i += PIECE) {
        size_t n = t.n - i < PIECE ? t.n - i : PIECE;
        if (!(mm_simd()->pii_hints(t.p + i, n, &st, groups, NULL, NULL) >> MM_PII_STRANGE & 1))
            continue;
        for (size_t b = 0; b < (n + 63) / 64; b++)
            for (uint64_t m = groups[b / 8].kinds[b % 8] >> MM_PII_STRANGE & 1 ? groups[b / 8].hint[MM_PII_STRANGE][b % 8] : 0; m; m &= m - 1)
                if (normal_begins(t, i + b * 64 + (size_t)__builtin_ctzll(m)))
                    return true;
    }
    return false;
}

/* ---- escapes ---- */

static const struct {
    const char *name;
    uint32_t c;
} entities[] = {
    { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }, { "nbsp", ' ' }, { "shy", 0xad },
    { "commat", '@' }, { "period", '.' }, { "plus", '+' }, { "hyphen", '-' }, { "dash", '-' }, { "ndash", '-' }, { "mdash", '-' },
    { "minus", '-' }, { "lowbar", '_' }, { "sol", '/' }, { "colon", ':' }, { "semi", ';' }, { "comma", ',' }, { "num", '#' },
    { "lpar", '(' }, { "rpar", ')' }, { "excl", '!' }, { "percnt", '%' }, { "equals", '=' }, { "ensp", ' ' }, { "emsp", ' ' },
    { "thinsp", ' ' }, { "zwnj", 0x200c }, { "zwj", 0x200d }, { "Tab", '\t' }, { "NewLine", '\n' }, { "auml", 0xe4 },
    { "ouml", 0xf6 }, { "uuml", 0xfc }, { "Auml", 0xc4 }, { "Ouml", 0xd6 }, { "Uuml", 0xdc }, { "szlig", 0xdf },
    { "eacute", 0xe9 }, { "egrave", 0xe8 }, { "agrave", 0xe0 }, { "aacute", 0xe1 }, { "iacute", 0xed }, { "oacute", 0xf3 },
    { "uacute", 0xfa }, { "ntilde", 0xf1 }, { "ccedil", 0xe7 }, { "ecirc", 0xea }, { "atilde", 0xe3 }, { "oslash", 0xf8 },
    { "aring", 0xe5 },
};

/* An HTML reference at p, which is an '&': its bytes and character; 0 when there is none. */
static size_t reference(const char *p, size_t n, uint32_t *c)
{
    size_t i = 2;
    if (n > 3 && p[1] == '#') {
        unsigned base = (p[2] | 0x20) == 'x' ? 16 : 10;
        *c = 0;
        i += base == 16;
        size_t first = i;
        for (; i < n && i < first + 8 && hex_digit(p[i]) >= 0 && (unsigned)hex_digit(p[i]) < base; i++)
            *c = *c * base + (unsigned)hex_digit(p[i]);
        return i == first || *c == 0 || *c > 0x10ffff ? 0 : i + (i < n && p[i] == ';');
    }
    const char *end = memchr(p, ';', n < 12 ? n : 12);
    for (size_t k = 0; end && k < sizeof entities / sizeof *entities; k++)
        if (strlen(entities[k].name) == (size_t)(end - p) - 1 && memcmp(entities[k].name, p + 1, (size_t)(end - p) - 1) == 0)
            return *c = entities[k].c, (size_t)(end - p) + 1;
    return 0;
}

/* Quoted-printable is told by its soft line ends and by bytes no one writes behind '=' otherwise. */
static bool is_quoted_printable(mm_str t)
{
    for (size_t i = 0; i + 2 < t.n; i++) {
        if (t.p[i] != '=')
            continue;
        if (t.p[i + 1] == '\n' || (t.p[i + 1] == '\r' && t.p[i + 2] == '\n'))
            return true;
        if (may_escape(t.p + i, t.n - i) && t.p[i + 1] != '\r' && t.p[i + 1] != '\\')
            return true;
    }
    return false;
}

/* ---- the copy ---- */

static void put(normal *n, const char *p, size_t bytes, size_t from, size_t to)
{
    size_t at = n->text.n;
    if (at + bytes > n->room) {
        size_t room = (at + bytes) * 2;
        uint32_t *f = realloc(n->from, room * sizeof *f);
        n->from = f ? f : n->from;
        uint32_t *g = f ? realloc(n->to, room * sizeof *g) : NULL;
        n->to = g ? g : n->to;
        if (!g) {
            n->failed = true;
            return;
        }
        n->room = room;
    }
    mm_buf_put(&n->text, p, bytes);
    n->failed |= n->text.failed;
    for (size_t i = 0; i < bytes && !n->failed; i++) {
        n->from[at + i] = (uint32_t)from;
        n->to[at + i] = (uint32_t)to;
    }
}

static void put_character(normal *n, uint32_t c, size_t from, size_t to)
{
    char out[4];
    size_t bytes = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    out[0] = (char)(c < 0x80 ? c : (0xf00u >> bytes & 0xff) | c >> 6 * (bytes - 1));
    for (size_t i = 1; i < bytes; i++)
        out[i] = (char)(0x80 | (c >> 6 * (bytes - 1 - i) & 0x3f));
    put(n, out, bytes, from, to);
}

/* Does the word at i hold letters, digits or an @ of ASCII beside ones that look like such? `end` receives its end. */
static bool word_is_mixed(mm_str t, size_t i, size_t *end)
{
    bool ours = false, alike = false;
    for (size_t len; i < t.n && (unsigned char)t.p[i] > ' '; i += len) {
        uint32_t c = glyph_at(t.p + i, t.n - i, &len);
        ours |= is_word(t.p[i]) || t.p[i] == '@';
        alike |= c >= 0x370 && c < 0x530;
    }
    *end = i;
    return ours && alike;
}

/* The escape at i, when there is one: its length, and the character, or byte of one, that it stands for. */
static size_t escape_at(mm_str t, size_t i, bool quoted, uint32_t *c, bool *byte)
{
    const char *p = t.p + i;
    size_t left = t.n - i;
    *byte = false;
    if (*p == '&')
        return reference(p, left, c);
    if (*p == '%' && left > 2 && is_hex(p[1]) && is_hex(p[2])) {
        *c = (uint32_t)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
        *byte = true;
        return *c ? 3 : 0;
    }
    if (*p != '=' || !quoted)
        return 0;
    *c = 0;
    if (left > 1 && p[1] == '\n')
        return 2;
    if (left > 2 && p[1] == '\r' && p[2] == '\n')
        return 3;
    if (left < 3 || hex_digit(p[1]) < 0 || hex_digit(p[2]) < 0)
        return 0;
    *c = (uint32_t)(hex_digit(p[1]) << 4 | hex_digit(p[2]));
    *byte = true;
    return *c ? 3 : 0;
}

bool normal_make(normal *n, mm_str t)
{
    bool changed = false, mixed = false, quoted;
    size_t word_end = 0, len;
    n->text.n = 0;
    if (t.n >= UINT32_MAX || !normal_glance(t))
        return false;
    quoted = is_quoted_printable(t);
    for (size_t i = 0; i < t.n && !n->failed; i += len) {
        uint32_t c = 0;
        bool byte = false;
        if (i >= word_end && (unsigned char)t.p[i] > ' ')
            mixed = word_is_mixed(t, i, &word_end);
        len = !is_high(t.p[i]) && strchr("&%=", t.p[i]) && t.p[i] ? escape_at(t, i, quoted, &c, &byte) : 0;
        if (len) {
            changed = true;
            if (byte)
                put(n, &(char){ (char)c }, 1, i, i + len);
            else if (c)
                put_character(n, c, i, i + len);
            continue;
        }
        c = glyph_at(t.p + i, t.n - i, &len);
        int reads = c < 0x80 ? GLYPH_SAME : glyph_reads(c);
        if (reads != GLYPH_SAME && (reads < GLYPH_ALIKE || mixed)) {
            changed = true;
            if (reads)
                put(n, &(char){ (char)reads }, 1, i, i + len);
        } else if (len == 1 && c >= 0x80) {   /* no UTF-8 */
            changed = true;
            put_character(n, c, i, i + 1);
        } else {
            put(n, t.p + i, len, i, i + len);
        }
    }
    return changed && !n->failed;
}

/* ---- base64 ---- */

enum { RUN_LEAST = 16 };   /* a hint's worth of letters */

static bool plain64(char c)
{
    return is_word(c) || c == '-';
}

static bool letter64(char c)
{
    return plain64(c) || c == '+' || c == '/';
}

static int value64(char c)
{
    if (c == '-' || c == '_')
        return c == '-' ? 62 : 63;
    return (unsigned char)c < 128 && mm_base64_values[(unsigned char)c] != 0x80 ? mm_base64_values[(unsigned char)c] : -1;
}

void normal_decode(mm_str run, mm_buf *out)
{
    uint32_t bits = 0;
    out->n = 0;
    for (size_t i = 0; i < run.n && run.p[i] != '='; i++) {
        bits = bits << 6 | (uint32_t)value64(run.p[i]);
        if (i % 4 == 1)
            mm_buf_byte(out, (char)(bits >> 4));
        else if (i % 4 == 2)
            mm_buf_byte(out, (char)(bits >> 2));
        else if (i % 4 == 3)
            mm_buf_byte(out, (char)bits);
    }
}

/* Text has neither control bytes nor broken characters but for one cut off at its end. */
static bool holds_text(mm_str run)
{
    uint32_t bits = 0;
    size_t follow = 0;
    for (size_t i = 0; i < run.n; i++) {
        bits = bits << 6 | (uint32_t)value64(run.p[i]);
        if (i % 4 == 0)
            continue;
        unsigned char c = (unsigned char)(bits >> (i % 4 == 1 ? 4 : i % 4 == 2 ? 2 : 0));
        if ((c < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7f || ((c & 0xc0) == 0x80) != (follow > 0))
            return false;
        follow = follow ? follow - 1 : c < 0xc0 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    }
    return run.n % 4 != 1;
}

/* The run around the byte `at`, without its padding. */
static mm_str run_around(mm_str t, size_t at)
{
    size_t from = at, to = at;
    while (from > 0 && letter64(t.p[from - 1]))
        from--;
    while (to < t.n && letter64(t.p[to]))
        to++;
    return (mm_str){ t.p + from, to - from };
}

/* Base64 has capitals and small letters soon; words and hashes mostly have not. `at` is the last of the letters that
 * make a hint. */
static bool looks_like_base64(mm_str t, size_t at)
{
    bool small = false, capital = false;
    for (size_t i = at + 1 - RUN_LEAST; i <= at; i++) {
        small |= t.p[i] >= 'a';
        capital |= is_upper(t.p[i]);
    }
    return small && capital;
}

bool normal_base64_at(mm_str t, size_t at, size_t *end)
{
    if (!looks_like_base64(t, at))
        return false;
    mm_str run = run_around(t, at);
    *end = (size_t)(run.p - t.p) + run.n;
    return holds_text(run);
}

bool normal_base64(mm_str t, size_t *from, mm_str *run)
{
    for (size_t i = *from, n = 0; i < t.n; i++) {
        n = plain64(t.p[i]) ? n + 1 : 0;
        if (n != RUN_LEAST || !looks_like_base64(t, i))
            continue;
        *run = run_around(t, i);
        i = *from = (size_t)(run->p - t.p) + run->n;
        n = 0;
        if (!holds_text(*run))
            continue;
        for (int pad = 0; pad < 2 && *from < t.n && t.p[*from] == '='; pad++)
            ++*from;
        run->n = *from - (size_t)(run->p - t.p);
        return true;
    }
    return false;
}
