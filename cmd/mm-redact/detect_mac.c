/* detect_mac.c - 48-bit hardware addresses: 01:23:45:67:89:ab, 01-23-45-67-89-ab, 0123.4567.89ab. */
#include "detect.h"

static bool hex_run(const subject *s, size_t i, size_t n)
{
    for (size_t k = 0; k < n; k++)
        if (!is_hex(byte_at(s, i + k)))
            return false;
    return true;
}

/* `groups` of `width` hex digits at i, with sep between them and nothing of the kind around. */
static bool matches(const subject *s, size_t i, size_t groups, size_t width, char sep)
{
    char before = byte_at(s, i - 1);
    if (is_word(before) || before == sep || is_high(before))
        return false;
    for (size_t g = 0; g < groups; g++) {
        if (!hex_run(s, i + g * (width + 1), width))
            return false;
        if (g + 1 < groups && s->p[i + g * (width + 1) + width] != sep)
            return false;
    }
    size_t end = i + groups * (width + 1) - 1;
    char behind = byte_at(s, end);
    return !is_word(behind) && !(behind == sep && is_hex(byte_at(s, end + 1)));
}

void detect_mac(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    char sep = byte_at(s, at - 1);
    size_t start = at;
    while (start > 0 && at - start < 24 && (is_hex(s->p[start - 1]) || s->p[start - 1] == sep))
        start--;
    if ((sep == ':' || sep == '-') && matches(s, start, 6, 2, sep))
        found(out, start, start + 17, sep == ':' ? "colons" : "dashes", 90);
    else if (sep == '.' && matches(s, start, 3, 4, '.'))
        found(out, start, start + 14, "dots", 80);
}
