/* action_synthetic.c - values of the same shape that are nobody's by construction: each is drawn from a range that is never
 * given out. */
#include <string.h>
#include <strings.h>
#include <stdio.h>

#include "action.h"
#include "dates.h"
#include "standin.h"

#ifdef MM_HAVE_CRYPTO
const char *check_synthetic(const action_args *a, const char *entity)
{
    (void)entity;
    return a->as == KIND_CODE || a->as == KIND_NUMBER || a->as == KIND_NONE
               ? "no range of such values is nobody's; say `as` what they are, or use pseudonym" : NULL;
}

static bool digit(char c) { return c >= '0' && c <= '9'; }

/* The digits of the value give way to these, in their places; when there are more or fewer, these alone stand. */
static void put_shaped(mm_str value, mm_str digits, mm_buf *out)
{
    size_t n = 0, i = 0;
    for (size_t k = 0; k < value.n; k++)
        n += digit(value.p[k]);
    if (n != digits.n) {
        mm_buf_str(out, digits);
        return;
    }
    for (size_t k = 0; k < value.n; k++)
        mm_buf_byte(out, digit(value.p[k]) ? digits.p[i++] : value.p[k]);
}

/* An issuer that begins with 9 is a national one, with its country's number behind (ISO/IEC 7812-1); 999 is no
 * country's (ISO 3166-1). */
static void put_card(mm_str value, draw *d, mm_buf *out)
{
    char digits[20] = "9999";
    size_t n = 0;
    unsigned sum = 0;
    for (size_t i = 0; i < value.n; i++)
        n += digit(value.p[i]);
    n = n < 12 || n > 19 ? 16 : n;
    for (size_t i = 4; i < n - 1; i++)
        digits[i] = (char)('0' + draw_below(d, 10));
    for (size_t i = 0; i < n - 1; i++) {
        unsigned v = (unsigned)(digits[n - 2 - i] - '0') * (i % 2 ? 1u : 2u);
        sum += v > 9 ? v - 9 : v;
    }
    digits[n - 1] = (char)('0' + (10 - sum % 10) % 10);
    put_shaped(value, (mm_str){ digits, n }, out);
}

/* Germany's bank codes begin with 1 to 8 (Deutsche Bundesbank), so 0 is no bank's; elsewhere ZZ is no country's
 * (ISO 3166-1). */
static void put_iban(mm_str value, draw *d, mm_buf *out)
{
    bool germany = value.n >= 2 && strncasecmp(value.p, "DE", 2) == 0;
    size_t begin = out->n, seen = 0, check = 0;
    unsigned r = 0;
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        bool upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
        if (!digit(c) && !upper && !lower) {
            mm_buf_byte(out, c);
            continue;
        }
        if (seen < 2)
            c = germany ? c : upper ? 'Z' : 'z';
        else if (seen < 4)
            c = '0';
        else if (germany && seen == 4)
            c = '0';
        else
            c = digit(c) ? (char)('0' + draw_below(d, 10)) : (char)((upper ? 'A' : 'a') + draw_below(d, 26));
        if (seen == 2)
            check = i;
        if (seen >= 4)
            r = digit(c) ? (r * 10 + (unsigned)(c - '0')) % 97 : (r * 100 + (unsigned)((c | 0x20) - 'a' + 10)) % 97;
        seen++;
        mm_buf_byte(out, c);
    }
    /* behind the rest come the country and 00 */
    unsigned head[2] = { germany ? 13 : 35, germany ? 14 : 35 };
    r = ((r * 100 + head[0]) % 97 * 100 + head[1]) % 97 * 100 % 97;
    if (out->failed || seen < 5)
        return;
    size_t at = begin + check;
    out->p[at] = (char)('0' + (98 - r) / 10);
    for (at++; !digit(out->p[at]); at++)
        ;
    out->p[at] = (char)('0' + (98 - r) % 10);
}

/* Numbers that regulators keep for films: 555-0100 to 0199 (NANPA), 07700 900000 to 900999 (Ofcom), 01 99 00 00 00 to
 * 01 99 00 99 99 (ARCEP), 030 23125 000 to 999 (Bundesnetzagentur); for all others the code +999, which is no country's
 * (ITU-T E.164). */
static void put_phone(mm_str value, const char *country, draw *d, mm_buf *out)
{
    mm_buf normal = { 0 };
    char digits[24];
    kind_normal(KIND_PHONE, value, country, &normal);
    mm_str n = mm_buf_view(&normal);
    bool plus = n.n && n.p[0] == '+';
    if ((plus && n.p[1] == '1' && n.n == 12) || (!plus && n.n == 10 && n.p[0] >= '2'))
        snprintf(digits, sizeof digits, "%s%u55501%02u", n.p[plus] == '1' && plus ? "1" : "", 200 + draw_below(d, 800), draw_below(d, 100));
    else if (plus && mm_str_starts(n, MM_STR("+44")))
        snprintf(digits, sizeof digits, "447700900%03u", draw_below(d, 1000));
    else if (plus && mm_str_starts(n, MM_STR("+33")))
        snprintf(digits, sizeof digits, "3319900%04u", draw_below(d, 10000));
    else if (plus && mm_str_starts(n, MM_STR("+49")))
        snprintf(digits, sizeof digits, "493023125%03u", draw_below(d, 1000));
    else
        snprintf(digits, sizeof digits, "999%09u", draw_below(d, 1000000000));
    size_t have = 0, want = strlen(digits);
    for (size_t i = 0; i < value.n; i++)
        have += digit(value.p[i]);
    if (have != want && (plus || digits[0] == '9'))
        mm_buf_byte(out, '+');
    if (have == want && digits[0] == '9' && !memchr(value.p, '+', value.n))
        mm_buf_byte(out, '+');
    put_shaped(value, mm_str_of(digits), out);
    mm_buf_free(&normal);
}

/* RFC 5737 and RFC 3849. */
static void put_ip(mm_str value, draw *d, mm_buf *out)
{
    static const char *const net[] = { "192.0.2", "198.51.100", "203.0.113" };
    if (memchr(value.p, ':', value.n))
        mm_buf_printf(out, "2001:db8:%x:%x::%x", draw_below(d, 65536), draw_below(d, 65536), 1 + draw_below(d, 65535));
    else {
        const char *n = net[draw_below(d, 3)];
        mm_buf_printf(out, "%s.%u", n, draw_below(d, 256));
    }
}

/* Locally administered, of the quarter that IEEE 802c reserves (second digit 6). */
static void put_mac(mm_str value, draw *d, mm_buf *out)
{
    size_t seen = 0;
    bool upper = false;
    for (size_t i = 0; i < value.n; i++)
        upper |= value.p[i] >= 'A' && value.p[i] <= 'F';
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (!digit(c) && !(c >= 'A' && c <= 'F') && !(c >= 'a' && c <= 'f')) {
            mm_buf_byte(out, c);
            continue;
        }
        unsigned v = seen++ == 1 ? 6 : draw_below(d, 16);
        mm_buf_byte(out, upper ? "0123456789ABCDEF"[v] : "0123456789abcdef"[v]);
    }
}

/* Area 666 is never given out (SSA). */
static void put_ssn(mm_str value, draw *d, mm_buf *out)
{
    char digits[16];
    unsigned group = 1 + draw_below(d, 99), serial = 1 + draw_below(d, 9999);
    snprintf(digits, sizeof digits, "666%02u%04u", group, serial);
    put_shaped(value, mm_str_of(digits), out);
}

/* A day of 1800 to 1899, on which nobody living was born. */
static int put_date(action_in *in, draw *d, mm_buf *out)
{
    date was;
    int y, m, day;
    date_of_days(date_days(1800, 1, 1) + draw_below(d, 36524), &y, &m, &day);
    if (!date_read(in->value, in->args->order, &was)) {
        mm_buf_printf(out, "%04d-%02d-%02d", y, m, day);
        return 0;
    }
    if (was.y.len == 2)   /* two digits can not say 18; the long year stands instead */
        mm_buf_printf(out, "%04d-%02d-%02d", y, m, day);
    else
        date_write(in->value, &was, y, m, day, out);
    return 0;
}

/* Open sea around the point farthest from land: 45 to 50 south, 120 to 125 west. */
static void put_place(action_in *in, draw *d, mm_buf *out)
{
    unsigned lat = 45000 + draw_below(d, 5000), lon = 120000 + draw_below(d, 5000);
    if (in->number)   /* one of two members, and which is not known here: both are in the sea */
        mm_buf_printf(out, "-%u.%03u", lat / 1000, lat % 1000);
    else
        mm_buf_printf(out, "-%u.%03u, -%u.%03u", lat / 1000, lat % 1000, lon / 1000, lon % 1000);
}

int put_synthetic(action_in *in, mm_buf *out)
{
    const action_args *a = in->args;
    unsigned char digest[32];
    mm_buf normal = { 0 };
    kind_normal(a->as, in->value, NULL, &normal);
    int got = normal.failed ? -1 : key_digest(a->key, KEY_SYNTHETIC, mm_str_of(in->entity), mm_buf_view(&normal), digest);
    bool failed = normal.failed;
    mm_buf_free(&normal);
    if (got < 0)
        return failed ? -1 : action_fails(in, "libcrypto failed");
    draw d = draw_of(digest);
    switch (a->as) {
    case KIND_NAME: standin_name(&d, false, out); break;
    case KIND_EMAIL: standin_name(&d, true, out); mm_buf_printf(out, "@example.%s", draw_below(&d, 2) ? "com" : "org"); break;
    case KIND_PHONE: put_phone(in->value, a->country, &d, out); break;
    case KIND_CARD: put_card(in->value, &d, out); break;
    case KIND_IBAN: put_iban(in->value, &d, out); break;
    case KIND_SSN: put_ssn(in->value, &d, out); break;
    case KIND_IP: put_ip(in->value, &d, out); break;
    case KIND_MAC: put_mac(in->value, &d, out); break;
    case KIND_DATE: return put_date(in, &d, out);
    case KIND_PLACE: put_place(in, &d, out); break;
    default: return action_fails(in, "a value that has no stand-in");
    }
    return 0;
}
#endif
