#include "idle.h"

#include <string.h>

#include "ids.h"
#include "numbers.h"

/* ---- values ---- */

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define TOPS EACH(0x80)

static inline uint64_t eight(const char *p)
{
    uint64_t w;
    memcpy(&w, p, 8);
    return w;
}

/* Are all eight bytes hexadecimal digits? No sum below carries, for bytes over 0x7f are none. */
static inline bool eight_hex(uint64_t w)
{
    uint64_t digit = w ^ EACH('0'), letter = (w | EACH(0x20)) ^ EACH(0x60);
    uint64_t no_digit = (digit & ~TOPS) + EACH(0x76), no_letter = (letter & ~TOPS) + EACH(0x79);
    uint64_t some_letter = (letter & ~TOPS) + EACH(0x7f);
    return (((no_digit & (no_letter | ~some_letter)) | w) & TOPS) == 0;
}

static bool all_hex(const char *p, size_t n)
{
    for (; n >= 8; p += 8, n -= 8)
        if (!eight_hex(eight(p)))
            return false;
    for (; n > 0; p++, n--)
        if (!is_hex(*p))
            return false;
    return true;
}

/* MD5, SHA-1, SHA-2 and the like; RFC 9562 section 4. */
static bool is_digest(const char *p, size_t n)
{
    if (n == 36)
        return p[8] == '-' && p[13] == '-' && p[18] == '-' && p[23] == '-' && all_hex(p, 8) && all_hex(p + 9, 4) &&
               all_hex(p + 14, 4) && all_hex(p + 19, 4) && all_hex(p + 24, 12);
    return (n == 32 || n == 40 || n == 64 || n == 96 || n == 128) && all_hex(p, n);
}

/* Eight bytes as in `like`, where 0 stands for any digit; `slack` is 0x76 there and 0x7f elsewhere. */
static inline bool eight_like(const char *p, const char *like, uint64_t slack)
{
    uint64_t x = eight(p) ^ eight(like);
    return (((x & ~TOPS) + slack) & TOPS) == 0 && (x & TOPS) == 0;
}

/* RFC 3339, with a blank for the T if need be, a fraction of any length, and with or without a zone; or a date alone. */
static bool is_stamp(const char *p, size_t n)
{
    static const char date[8] = "0000-00-", hour[8] = "00T00:00";
    const char slack_date[8] = "vvvv\x7fvv\x7f", slack_hour[8] = "vv\0vv\x7fvv";
    if (n < 10 || n > 35 || !eight_like(p, date, eight(slack_date)) || !is_digit(p[8]) || !is_digit(p[9]))
        return false;
    if (n == 10)
        return true;
    if (n < 19 || (p[10] != 'T' && p[10] != ' ') || !eight_like(p + 8, hour, eight(slack_hour)) || p[16] != ':' ||
        !is_digit(p[17]) || !is_digit(p[18]))
        return false;
    size_t i = 19;
    if (i < n && (p[i] == '.' || p[i] == ','))
        for (i++; i < n && is_digit(p[i]);)
            i++;
    if (i < n && p[i] == 'Z')
        return i + 1 == n;
    if (i < n && (p[i] == '+' || p[i] == '-'))
        return n - i == 6 && is_digit(p[i + 1]) && is_digit(p[i + 2]) && p[i + 3] == ':' && is_digit(p[i + 4]) && is_digit(p[i + 5]);
    return i == n;
}

bool value_is_idle(mm_str value, words key)
{
    if (value.n > 128 || value.n < 10)
        return false;
    if (!(key & (WORD_SECRET | WORD_WALLET)) && is_digest(value.p, value.n))
        return true;
    return !(key & WORD_BIRTH) && is_stamp(value.p, value.n);
}

/* ---- hints ---- */

/* Detectors look at the whole word, so one hint in it is enough. Codes have 24 bytes at most, and what is longer is a
 * hash; a few bytes behind a point or colon are parts of times. */
static bool code_is_idle(mm_str t, size_t at, size_t *coded)
{
    size_t from = at, to = at;
    if (at < *coded)
        return true;
    while (from > 0 && at - from < 24 && is_word(t.p[from - 1]))
        from--;
    while (to < t.n && to - from < 64 && is_word(t.p[to]))
        to++;
    *coded = to;
    return to - from > 24 || (to - from < 6 && from > 0 && (t.p[from - 1] == '.' || t.p[from - 1] == ':'));
}

/* Digits in the middle of a word; or few of them, with a plus before them or beside letters as no rule wants them. */
static bool number_is_idle(mm_str t, size_t at)
{
    digit_groups g;
    subject s = { .p = t.p, .n = t.n };
    size_t i = at - 6, total = 0;
    if (at >= 7 && is_word(t.p[at - 7])) {
        while (i < t.n && is_digit(t.p[i]))
            i++;
        if (i < t.n && is_word(t.p[i]))
            return true;
    }
    for (i = at - 6; i <= at; i++)
        total += is_digit(t.p[i]);
    if (total == 7)
        return false;
    digit_groups_at(&s, at - 6, &g);
    if (g.n == 0 || g.n > 2)
        return g.n == 0;
    total = g.len[0] + (g.n == 2 ? g.len[1] : 0);
    if (total > 6 || byte_at(&s, at - 7) == '+' || byte_at(&s, g.from[0] - 1) == '+')
        return false;
    return ids_idle_number(&s, &g);
}

bool hint_is_idle(mm_str t, size_t at, mm_pii_kind kind, size_t *coded)
{
    switch (kind) {
    case MM_PII_CODE: return code_is_idle(t, at, coded);
    case MM_PII_NUMBER: return number_is_idle(t, at);
    case MM_PII_EQUALS: return secret_idle_parameter(t, at);
    case MM_PII_TOKEN: return secret_idle_token(t, at) && wallet_idle(t, at) && ids_idle_token(t, at);
    case MM_PII_NAME: return person_idle(t, at) && organization_idle(t, at);
    case MM_PII_HOUSE: return address_idle(t, at);
    default: return false;
    }
}
