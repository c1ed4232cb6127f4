/* detect_ip.c - IPv4 in dotted form and IPv6 in every form of RFC 4291 section 2.2. */
#include "detect.h"

#include <string.h>

/* A dotted quad at p..end: its length, or 0. Octets have no leading zeros. */
static size_t quad(const char *p, const char *end)
{
    const char *q = p;
    for (int i = 0; i < 4; i++) {
        if (i > 0 && (q == end || *q++ != '.'))
            return 0;
        const char *d = q;
        unsigned v = 0;
        while (q < end && is_digit(*q) && q - d < 3)
            v = v * 10 + (unsigned)(*q++ - '0');
        if (q == d || v > 255 || (*d == '0' && q - d > 1))
            return 0;
    }
    return (size_t)(q - p);
}

static void look_v4(const subject *s, size_t at, findings *out)
{
    size_t start = at;
    while (start > 0 && at - start < 16 && (is_digit(s->p[start - 1]) || s->p[start - 1] == '.'))
        start--;
    char before = byte_at(s, start - 1);
    if (is_word(before) || before == '-' || before == '+' || is_high(before) || !is_digit(s->p[start]))
        return;
    size_t n = quad(s->p + start, s->p + s->n), end = start + n;
    char behind = byte_at(s, end), further = byte_at(s, end + 1);
    if (n == 0 || is_word(behind) || (behind == '.' && is_digit(further)) ||
        (behind == '-' && is_letter(further)) || behind == '%')
        return;
    words w = context(s, start, end);
    int score = w & WORD_IP ? 95 : w & WORD_VERSION ? 20 : 70;
    found(out, start, end, "ipv4", score);
}

/* What stands at i .. is one address in text form: its length, or 0. */
static size_t parse_v6(const subject *s, size_t i)
{
    size_t groups = 0, start = i;
    bool gap = false, digits = false;
    if (byte_at(s, i) == ':') {
        if (byte_at(s, i + 1) != ':')
            return 0;
        gap = true;
        i += 2;
    }
    while (i < s->n && is_hex(s->p[i])) {
        size_t len = 0, v4 = groups <= 6 ? quad(s->p + i, s->p + s->n) : 0;
        if (v4) {
            groups += 2;
            i += v4;
            digits = true;
            break;
        }
        while (i + len < s->n && is_hex(s->p[i + len])) {
            digits |= is_digit(s->p[i + len]);
            len++;
        }
        if (len > 4)
            return 0;
        groups++;
        i += len;
        if (groups == 8 || byte_at(s, i) != ':')
            break;
        if (byte_at(s, i + 1) == ':') {
            if (gap)
                break;
            gap = true;
            i += 2;
        } else if (is_hex(byte_at(s, i + 1))) {
            i++;
        } else {
            break;
        }
    }
    bool whole = gap ? groups >= 1 && groups <= 7 : groups == 8;
    return whole && (digits || groups > 2) ? i - start : 0;
}

static void look_v6(const subject *s, size_t at, findings *out)
{
    size_t start = at;
    while (start > 0 && at - start < 40 && (is_hex(s->p[start - 1]) || s->p[start - 1] == ':'))
        start--;
    if (is_word(byte_at(s, start - 1)) || is_high(byte_at(s, start - 1)) || byte_at(s, start - 1) == '.')
        return;
    /* "seen:2001:db8::1" has a word's colon before it. */
    if (s->p[start] == ':' && byte_at(s, start + 1) != ':')
        start++;
    size_t n = parse_v6(s, start), end = start + n;
    if (n == 0 || is_word(byte_at(s, end)) || is_high(byte_at(s, end)) ||
        (byte_at(s, end) == ':' && is_word(byte_at(s, end + 1)) && !(byte_at(s, start - 1) == '[')))
        return;
    if (byte_at(s, end) == '%')
        for (end++; end < s->n && is_word(s->p[end]); end++)
            ;
    found(out, start, end, "ipv6", 85);
}

void detect_ip(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    if (kind == MM_PII_QUAD)
        look_v4(s, at, out);
    else if (s->p[at] == ':' || byte_at(s, at - 1) == ':')
        look_v6(s, at, out);
}
