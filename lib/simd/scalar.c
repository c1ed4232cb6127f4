/* scalar.c - every kernel a byte at a time. What these answer is right by definition. */
#include "simd/simd.h"

#include <string.h>

const char mm_base64_alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* ---- JSON ---- */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_structural(char c)
{
    return c == '{' || c == '}' || c == '[' || c == ']' || c == ':' || c == ',';
}

/* Step over one byte: does it open or close a string? A backslash takes the meaning from the
 * byte behind it, outside strings too, where no valid text has one. */
static bool toggles(char c, mm_json_state *st)
{
    bool escaped = st->odd_escape;
    st->odd_escape = c == '\\' && !escaped;
    if (c != '"' || escaped)
        return false;
    st->in_string = ~st->in_string;
    return true;
}

static size_t json_index(const char *p, size_t n, uint32_t *out, mm_json_state *st)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        bool quote = toggles(p[i], st);
        bool plain = !quote && !st->in_string && !is_space(p[i]) && !is_structural(p[i]);
        if (quote ? st->in_string != 0 : !st->in_string && (is_structural(p[i]) || (plain && !st->scalar)))
            out[count++] = (uint32_t)i;
        st->scalar = plain;
    }
    return count;
}

static size_t json_plain(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] != '"' && p[i] != '\\' && (unsigned char)p[i] >= 0x20)
        i++;
    return i;
}

static size_t json_skip(const char *p, size_t n)
{
    mm_json_state st = { 0 };
    size_t depth = 0;
    for (size_t i = 0; i < n; i++) {
        if (toggles(p[i], &st) || st.in_string)
            continue;
        if (p[i] == '{' || p[i] == '[')
            depth++;
        else if ((p[i] == '}' || p[i] == ']') && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* Offset behind the colon that follows offset i and blanks; 0 when there is none. */
static size_t behind_colon(const char *p, size_t n, size_t i)
{
    while (i < n && is_space(p[i]))
        i++;
    return i < n && p[i] == ':' ? i + 1 : 0;
}

static ptrdiff_t json_members(const char *p, size_t n, const mm_str *keys, size_t nkeys, size_t *value)
{
    mm_json_state st = { 0 };
    size_t depth = 0, missing = nkeys;
    bool unicode_escape = false;
    memset(value, 0, nkeys * sizeof *value);
    for (size_t i = 0; i < n; i++) {
        bool escaped = st.odd_escape;
        if (toggles(p[i], &st)) {
            if (!st.in_string && unicode_escape && behind_colon(p, n, i + 1))
                return -2;
            unicode_escape = false;
            for (size_t k = 0; st.in_string && depth == 1 && k < nkeys; k++) {
                size_t end = i + 1 + keys[k].n;
                if (value[k] || end >= n || p[end] != '"' || memcmp(p + i + 1, keys[k].p, keys[k].n) != 0)
                    continue;
                value[k] = behind_colon(p, n, end + 1);
                if (value[k] && --missing == 0)
                    return 0;
            }
        } else if (st.in_string) {
            unicode_escape |= escaped && p[i] == 'u';
        } else if (p[i] == '{' || p[i] == '[') {
            depth++;
        } else if ((p[i] == '}' || p[i] == ']') && --depth == 0) {
            return (ptrdiff_t)i + 1;
        }
    }
    return -1;
}

/* ---- text ---- */

/* Length of the well-formed sequence at s (table 3-7 of the Unicode standard), or 0. */
static size_t utf8_sequence(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return 1;
    size_t len = s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : s[0] < 0xf5 ? 4 : 0;
    if (len == 0 || len > n)
        return 0;
    unsigned char low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80;
    unsigned char high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf;
    if (s[1] < low || s[1] > high)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    return len;
}

static size_t utf8_check(const char *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t len = utf8_sequence((const unsigned char *)p + i, n - i);
        if (len == 0)
            return i;
        i += len;
    }
    return n;
}

static size_t newlines(const char *p, size_t n, uint32_t *out, size_t room)
{
    size_t count = 0;
    for (size_t i = 0; i < n && count < room; i++)
        if (p[i] == '\n')
            out[count++] = (uint32_t)i;
    return count;
}

static void pii_classes(const char *p, size_t n, mm_pii_masks *out)
{
    memset(out, 0, (n + 63) / 64 * sizeof *out);
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        mm_pii_masks *m = &out[i / 64];
        uint64_t bit = (uint64_t)1 << (i % 64);
        if (c >= '0' && c <= '9')
            m->digit |= bit;
        else if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c >= 0x80)
            m->alpha |= bit;
        switch (c) {
        case '@': m->at |= bit; break;
        case ':': m->colon |= bit; break;
        case '.': m->dot |= bit; break;
        case '-': m->dash |= bit; break;
        case ' ': case '\t': m->space |= bit; break;
        case '/': m->slash |= bit; break;
        case '_': m->under |= bit; break;
        case '\\': m->escape |= bit; break;
        }
    }
}

/* ---- base64 ---- */

static size_t base64_encode(const char *p, size_t n, char *out)
{
    const unsigned char *s = (const unsigned char *)p;
    const char *alphabet = mm_base64_alphabet;
    char *o = out;
    for (; n >= 3; n -= 3, s += 3, o += 4) {
        uint32_t v = (uint32_t)s[0] << 16 | (uint32_t)s[1] << 8 | s[2];
        o[0] = alphabet[v >> 18];
        o[1] = alphabet[v >> 12 & 63];
        o[2] = alphabet[v >> 6 & 63];
        o[3] = alphabet[v & 63];
    }
    if (n > 0) {
        uint32_t v = (uint32_t)s[0] << 16 | (n > 1 ? (uint32_t)s[1] << 8 : 0);
        o[0] = alphabet[v >> 18];
        o[1] = alphabet[v >> 12 & 63];
        o[2] = n > 1 ? alphabet[v >> 6 & 63] : '=';
        o[3] = '=';
        o += 4;
    }
    return (size_t)(o - out);
}

/* The value of a base64 digit, or -1. */
static int base64_digit(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static ptrdiff_t base64_decode(const char *p, size_t n, char *out)
{
    char *o = out;
    for (size_t i = 0; i < n; i += 4) {
        size_t digits = 4;
        if (n - i == 4 && p[i + 3] == '=')
            digits = p[i + 2] == '=' ? 2 : 3;
        uint32_t v = 0;
        for (size_t k = 0; k < digits; k++) {
            int d = i + k < n ? base64_digit((unsigned char)p[i + k]) : -1;
            if (d < 0)
                return -1 - (ptrdiff_t)(i + k);
            v |= (uint32_t)d << (18 - 6 * k);
        }
        if (v & ((1u << (8 * (4 - digits))) - 1))
            return -1 - (ptrdiff_t)(i + digits - 1);
        for (size_t k = 0; k + 1 < digits; k++)
            *o++ = (char)(v >> (16 - 8 * k));
    }
    return o - out;
}

const mm_kernels mm_simd_scalar = {
    .name = "scalar",
    .json_index = json_index,
    .json_plain = json_plain,
    .json_skip = json_skip,
    .json_members = json_members,
    .utf8_check = utf8_check,
    .newlines = newlines,
    .base64_encode = base64_encode,
    .base64_decode = base64_decode,
    .pii_classes = pii_classes,
};
