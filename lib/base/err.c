/* err.c - errors as values, with text that is safe to show. */
#include "mm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence at s (RFC 3629) that is no control character, or 0. */
static size_t shown(const unsigned char *s)
{
    if (s[0] >= 0x20 && s[0] < 0x7f) return 1;
    size_t n = s[0] >= 0xc2 && s[0] < 0xe0 ? 2 : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
             : s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : 0;
    if (n == 0 || (s[0] == 0xc2 && s[1] < 0xa0)) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    bool bad = (s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
               (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f);
    return bad ? 0 : n;
}

/* Copy text into e, escaping what could disturb a terminal, cutting where room ends. */
static void set_text(mm_err *e, const char *text)
{
    size_t at = 0;
    for (const unsigned char *s = (const unsigned char *)text; *s;) {
        size_t n = shown(s), need = n ? n : 4;
        if (at + need >= sizeof e->text) break;
        if (n) memcpy(e->text + at, s, n);
        else snprintf(e->text + at, 5, "\\x%02x", *s);
        at += need;
        s += n ? n : 1;
    }
    e->text[at] = '\0';
}

int mm_fail(mm_err *e, mm_code code, const char *fmt, ...)
{
    if (!e) return -1;
    char text[sizeof e->text];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    e->code = code;
    set_text(e, text);
    return -1;
}

int mm_fail_errno(mm_err *e, const char *fmt, ...)
{
    if (!e) return -1;
    int why = errno;
    char text[sizeof e->text], reason[128];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    size_t n = strlen(text);
    snprintf(text + n, sizeof text - n, ": %s", strerror_r(why, reason, sizeof reason));
    e->code = MM_ESYS;
    set_text(e, text);
    errno = why;
    return -1;
}

int mm_fail_at(mm_err *e, const char *fmt, ...)
{
    if (!e) return -1;
    char place[sizeof e->text], text[sizeof e->text * 2 + 3];
    va_list args;
    va_start(args, fmt);
    vsnprintf(place, sizeof place, fmt, args);
    va_end(args);
    snprintf(text, sizeof text, "%s: %s", place, e->text);
    set_text(e, text);
    return -1;
}
