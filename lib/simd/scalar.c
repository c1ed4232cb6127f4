/* scalar.c - every kernel a byte at a time. What these answer is right by definition. */
#include "simd/pcm.h"

typedef uint64_t mm_pii_lanes;
static inline mm_pii_lanes mm_pii_carried(mm_pii_lanes now, mm_pii_lanes before, unsigned k)
{
    return now << k | before >> (64 - k);
}
enum { MM_PII_LANES = 1, MM_PII_BLOCKS = 8 };
#include "simd/pii.h"

const char mm_base64_alphabet[65] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
#define XX 0x80
const uint8_t mm_base64_values[128] = {
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX,
    XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, 62, XX, XX, XX, 63,
    52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX,
    XX, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14,
    15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, XX,
    XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40,
    41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX,
};
#undef XX

/* ---- JSON ---- */

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
        bool plain = !quote && !st->in_string && !mm_is_json_space(p[i]) && !is_structural(p[i]);
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

static ptrdiff_t json_members(const char *p, size_t n, const mm_str *keys, size_t nkeys, size_t *value)
{
    mm_json_state st = { 0 };
    size_t depth = 0, missing = nkeys;
    bool unicode_escape = false;
    memset(value, 0, nkeys * sizeof *value);
    for (size_t i = 0; i < n; i++) {
        bool escaped = st.odd_escape;
        if (toggles(p[i], &st)) {
            if (!st.in_string && unicode_escape && mm_behind_colon(p, n, i + 1))
                return -2;
            unicode_escape = false;
            if (st.in_string && depth == 1)
                missing -= mm_match_keys(p, n, i, keys, nkeys, value);
            if (missing == 0)
                return 0;
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

static size_t csv_marks(const char *p, size_t n, char delimiter, uint32_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] == delimiter || p[i] == '"' || p[i] == '\n')
            out[count++] = (uint32_t)i;
    return count;
}

static size_t csv_ends(const char *p, size_t n, char delimiter, uint64_t *inside, uint32_t *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (p[i] == '"')
            *inside = ~*inside;
        else if (!*inside && (p[i] == delimiter || p[i] == '\n'))
            out[count++] = (uint32_t)i;
    return count;
}

/* Set bit k of the masks of block b of the classes that ch, behind `before`, is in. */
static void classify(mm_pii_set *c, size_t b, size_t k, unsigned char ch, unsigned char before, bool escaped)
{
    unsigned char low = ch | 0x20;
#define PUT(name, is) c->of[MM_PII_CLASS_##name][b + 1] |= (uint64_t)(is) << k
    PUT(digit, ch >= '0' && ch <= '9');
    PUT(letter, low >= 'a' && low <= 'z' && ch < 0x80);
    PUT(upper, ch >= 'A' && ch <= 'Z');
    PUT(hex, (ch >= '0' && ch <= '9') || (low >= 'a' && low <= 'f' && ch < 0x80));
    PUT(high, ch >= 0x80);
    PUT(control, ch < 0x20);
    PUT(at, ch == '@');
    PUT(colon, ch == ':');
    PUT(dot, ch == '.');
    PUT(dash, ch == '-');
    PUT(space, ch == ' ');
    PUT(slash, ch == '/');
    PUT(under, ch == '_');
    PUT(comma, ch == ',');
    PUT(equals, ch == '=');
    PUT(quote, ch == '"' && !escaped);
    PUT(m, ch == 'm');
    PUT(bracket, ch == '(' || ch == ')');
    PUT(backslash, ch == '\\');
    PUT(odd, before == '\\' && (!ch || !strchr("\"\\/bfnrt", ch)));
    PUT(strange, ch == '%' || ch == '&' || ch == 0xc2 || ch >= 0xc4);
#undef PUT
}

static uint64_t pii_hints(const char *p, size_t n, mm_pii_state *st, mm_pii_group *out, uint64_t *quotes,
                          uint64_t *marks)
{
    uint64_t *escape = &st->before[MM_PII_CLASSES], kinds = 0;
    for (size_t i = 0; i < n; i += 512, out++) {
        mm_pii_set c = { 0 };
        size_t left = n - i < 512 ? n - i : 512, blocks = (left + 63) / 64;
        mm_pii_take_up(&c, st);
        unsigned char before = c.of[MM_PII_CLASS_backslash][0] >> 63 ? '\\' : 0;
        for (size_t k = 0; k < left; k++) {
            unsigned char ch = (unsigned char)p[i + k];
            classify(&c, k / 64, k % 64, ch, before, *escape);
            *escape = ch == '\\' && !*escape;
            before = ch;
        }
        kinds |= mm_pii_shapes(&c, blocks, out, marks ? marks + i / 64 : NULL);
        if (quotes)
            memcpy(quotes + i / 64, c.of[MM_PII_CLASS_quote] + 1, blocks * sizeof *quotes);
        mm_pii_put_down(&c, blocks, st);
    }
    return kinds;
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
    return c < 0x80 && mm_base64_values[c] < 64 ? mm_base64_values[c] : -1;
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

/* ---- MinHash ---- */

static void least_hashes(const uint32_t *x, size_t n, const uint32_t *a, const uint32_t *b, uint32_t *least, size_t k)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < k; j++) {
            uint32_t h = a[j] * x[i] + b[j];
            least[j] = h < least[j] ? h : least[j];
        }
}

/* ---- pixels ---- */

static void rgb_luma(const uint8_t *rgb, size_t n, uint8_t *out)
{
    for (size_t i = 0; i < n; i++, rgb += 3)
        out[i] = (uint8_t)((77 * rgb[0] + 150 * rgb[1] + 29 * rgb[2] + 128) >> 8);
}

static void luma_sums(const uint8_t *luma, size_t n, mm_luma_sums *s)
{
    s->n += n;
    for (size_t i = 0; i < n; i++) {
        s->sum += luma[i];
        s->squares += (uint64_t)luma[i] * luma[i];
        s->low += luma[i] <= MM_LUMA_LOW;
        s->high += luma[i] >= MM_LUMA_HIGH;
    }
}

static void color_sums(const uint8_t *rgb, size_t n, mm_color_sums *s)
{
    s->n += n;
    for (size_t i = 0; i < n; i++, rgb += 3) {
        int64_t rg = rgb[0] - rgb[1], yb = rgb[0] + rgb[1] - 2 * rgb[2];
        s->rg += rg;
        s->yb += yb;
        s->rg_squares += (uint64_t)(rg * rg);
        s->yb_squares += (uint64_t)(yb * yb);
    }
}

/* ---- sound ---- */

static void pcm_s16(const void *in, size_t n, float *out, mm_pcm_level *level)
{
    pcm_integers l = { .peak = 0 };
    pcm_rest_s16(in, 0, n, out, &l);
    pcm_close_s16(&l, n, level);
}

static void pcm_s32(const void *in, size_t n, float *out, mm_pcm_level *level)
{
    pcm_lanes l = { .peak = 0 };
    pcm_rest_s32(in, 0, n, out, &l);
    pcm_close(&l, n, level);
}

static void pcm_f32(const void *in, size_t n, float *out, mm_pcm_level *level)
{
    pcm_lanes l = { .peak = 0 };
    pcm_rest_f32(in, 0, n, out, &l);
    pcm_close(&l, n, level);
}

const mm_kernels mm_simd_scalar = {
    .name = "scalar",
    .json_index = json_index,
    .json_plain = json_plain,
    .json_skip = json_skip,
    .json_members = json_members,
    .utf8_check = utf8_check,
    .newlines = newlines,
    .csv_marks = csv_marks,
    .csv_ends = csv_ends,
    .base64_encode = base64_encode,
    .base64_decode = base64_decode,
    .pii_hints = pii_hints,
    .least_hashes = least_hashes,
    .rgb_luma = rgb_luma,
    .luma_sums = luma_sums,
    .color_sums = color_sums,
    .pcm_s16 = pcm_s16,
    .pcm_s32 = pcm_s32,
    .pcm_f32 = pcm_f32,
};
