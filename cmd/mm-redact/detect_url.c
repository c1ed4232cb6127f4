/* detect_url.c - credentials in the authority of a URL: scheme://user:password@host (RFC 3986 section 3.2.1). */
#include "detect.h"

#include <string.h>

size_t userinfo_before(const subject *s, size_t at)
{
    size_t from = at, colon = 0;
    while (from > 0 && at - from < 256) {
        char c = s->p[from - 1];
        if ((unsigned char)c <= ' ' || c == '"' || c == '<' || c == '>' || c == '/')
            break;
        colon = c == ':' ? from - 1 : colon;
        from--;
    }
    if (from < 4 || s->p[from - 1] != '/' || s->p[from - 2] != '/' || s->p[from - 3] != ':' || !is_word(s->p[from - 4]))
        return at;
    if (colon == 0 || colon + 1 == at || !(is_word(byte_at(s, at + 1)) || byte_at(s, at + 1) == '[' ||
                                           is_high(byte_at(s, at + 1))))
        return at;
    return from;
}

void detect_url(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    size_t from = userinfo_before(s, at);
    if (from < at)
        found(out, from, at, "userinfo", 100);
}
