/* quote.c - texts of a description, made safe for the language they come to stand in. */
#include <string.h>

#include "task.h"

void quote_shell(mm_buf *b, mm_str s)
{
    mm_buf_byte(b, '\'');
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '\'')
            mm_buf_str(b, MM_STR("'\\''"));
        else
            mm_buf_byte(b, s.p[i]);
    mm_buf_byte(b, '\'');
}

/* Code points that YAML does not take as they are, or takes for ends of lines: DEL, C1, U+2028, U+2029, U+FEFF. */
static unsigned strange(const unsigned char *p, size_t n, size_t *len)
{
    *len = 2;
    if (n >= 1 && p[0] == 0x7f) {
        *len = 1;
        return 0x7f;
    }
    if (n >= 2 && p[0] == 0xc2 && p[1] < 0xa0)
        return p[1];
    *len = 3;
    if (n >= 3 && p[0] == 0xe2 && p[1] == 0x80 && (p[2] == 0xa8 || p[2] == 0xa9))
        return 0x2000u + (p[2] & 0x3f);
    if (n >= 3 && p[0] == 0xef && p[1] == 0xbb && p[2] == 0xbf)
        return 0xfeff;
    return 0;
}

void quote_json(mm_buf *b, mm_str s)
{
    size_t start = b->n, len;
    mm_json_put(b, s);
    if (b->failed)
        return;
    for (size_t i = start; i < b->n; i++) {
        unsigned code = strange((const unsigned char *)b->p + i, b->n - i, &len);
        if (!code)
            continue;
        if (!mm_buf_room(b, 6))
            return;
        char escape[7];
        static const char hex[] = "0123456789abcdef";
        memcpy(escape, (char[]){ '\\', 'u', hex[code >> 12], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15] }, 6);
        memmove(b->p + i + 6, b->p + i + len, b->n - i - len);
        memcpy(b->p + i, escape, 6);
        b->n += 6 - len;
        i += 5;
    }
}

void slug(char out[SLUG_ROOM], const char *prefix, const char *s)
{
    size_t n = 0;
    for (; *prefix && n < SLUG_ROOM - 1; prefix++)
        out[n++] = *prefix;
    for (; *s && n < SLUG_ROOM - 1; s++) {
        bool upper = *s >= 'A' && *s <= 'Z';
        if (upper || (*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9'))
            out[n++] = (char)(upper ? *s + 'a' - 'A' : *s);
        else if (n && out[n - 1] != '-')
            out[n++] = '-';
    }
    while (n && out[n - 1] == '-')
        n--;
    out[n] = 0;
}
