/* detect_iban.c - IBAN by ISO 13616: the country's length, and ISO 7064 mod 97-10 over all. Lengths: SWIFT, "IBAN
 * Registry". Spaced forms have one blank (or -) between groups. */
#include "detect.h"

#include <string.h>

static const char lengths[] =
    "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18FR27"
    "GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27MD24"
    "ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27SO23ST25"
    "SV28TL23TN24TR26UA29VA22VG24XK20YE30";

static unsigned country_length(char a, char b)
{
    for (const char *p = lengths; *p; p += 4)
        if (p[0] == a && p[1] == b)
            return (unsigned)((p[2] - '0') * 10 + (p[3] - '0'));
    return 0;
}

static unsigned value(char c)
{
    return is_digit(c) ? (unsigned)(c - '0') : (unsigned)((c & ~0x20) - 'A') + 10;
}

/* ISO 7064: the first four are moved behind the rest, letters count 10 to 35. */
static bool mod97(const char *c, unsigned n)
{
    unsigned r = 0;
    for (unsigned i = 0; i < n; i++) {
        unsigned v = value(c[(i + 4) % n]);
        r = (v > 9 ? r * 100 + v : r * 10 + v) % 97;
    }
    /* Check digits are made as 98 less a remainder: 00, 01 and 99 never are. */
    unsigned check = (unsigned)(c[2] - '0') * 10 + (unsigned)(c[3] - '0');
    return r == 1 && check >= 2 && check <= 98;
}

void detect_iban(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    size_t start = at - 3, i = start;
    char c[40];
    unsigned n = 0, want = country_length(s->p[start] & ~0x20, s->p[start + 1] & ~0x20);
    if (!want || is_high(byte_at(s, start - 1)))
        return;
    bool upper = is_upper(s->p[start]);
    for (; i < s->n && n < want; i++) {
        char ch = s->p[i];
        if ((ch == ' ' || ch == '-') && n >= 2 && i + 1 < s->n)
            ch = s->p[++i];
        if (!is_digit(ch) && !(is_letter(ch) && is_upper(ch) == upper))
            return;
        c[n++] = ch;
    }
    if (n == want && !is_word(byte_at(s, i)) && !is_high(byte_at(s, i)) && mod97(c, n))
        found(out, start, i, "mod97", 100);
}
