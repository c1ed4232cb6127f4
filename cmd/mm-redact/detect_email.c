/* detect_email.c - addresses as people write them: a dot-atom (RFC 5321 section 4.1.2, RFC 6531 for letters of
 * any script) at a domain of two labels or more with a top level of letters. */
#include "detect.h"

#include <string.h>
#include <strings.h>

static bool local_byte(char c)
{
    return is_word(c) || is_high(c) || (c && strchr(".%+-'&~#=!$*^`{}|", c));
}

static bool domain_byte(char c)
{
    return is_digit(c) || is_letter(c) || c == '-' || c == '.' || is_high(c);
}

/* The part behind the last dot is a kind of file: photo@2x.png. */
static bool names_file(const char *top, size_t n)
{
    static const char *const kinds[] = { "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "json", "html", "pdf",
                                         "txt", "exe", "dll", "ico", "bmp", "mp4", "mp3" };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strlen(kinds[i]) == n && strncasecmp(kinds[i], top, n) == 0)
            return true;
    return false;
}

/* The end of the domain that begins at i, or i when there is none. */
static size_t domain_end(const subject *s, size_t i)
{
    size_t end = i, label = i, top = 0;
    bool letters = false;
    for (; end < s->n && end - i < 255 && domain_byte(s->p[end]); end++) {
        if (s->p[end] != '.')
            continue;
        if (end == label || s->p[end - 1] == '-' || s->p[label] == '-')
            break;
        if (!domain_byte(byte_at(s, end + 1)) || byte_at(s, end + 1) == '.' || byte_at(s, end + 1) == '-')
            break;
        label = top = end + 1;
    }
    while (end > top && s->p[end - 1] == '-')
        end--;
    if (top == 0 || end - top < 2)
        return i;
    for (size_t k = top; k < end; k++)
        letters |= !is_digit(s->p[k]);
    bool plain = true;
    for (size_t k = top; k < end; k++)
        plain &= is_letter(s->p[k]) || is_high(s->p[k]);
    if (!plain && strncasecmp(s->p + top, "xn--", 4) != 0) {
        /* "a@x.com2" or "x.com-now": letters up to there are the top level */
        return i;
    }
    if (!letters)
        return i;
    if (!names_file(s->p + top, end - top))
        return end;
    /* joe@example.org.txt: the address before the kind of file, if there is one. */
    subject shorter = { .p = s->p, .n = top - 1 };
    return domain_end(&shorter, i);
}

void detect_email(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    size_t from = at;
    while (from > 0 && at - from < 64 && local_byte(s->p[from - 1]))
        from--;
    while (from < at && strchr(".'`#&=!$*^{}|~-%", s->p[from]))
        from++;
    if (from == at || s->p[at - 1] == '.')
        return;
    size_t end = domain_end(s, at + 1);
    if (end == at + 1)
        return;
    if (userinfo_before(s, at) == at)
        found(out, from, end, "address", 95);
}
