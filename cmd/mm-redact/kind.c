#include "kind.h"

#include <string.h>

#include "dates.h"

static const char *const names[KINDS] = { "", "code", "name", "email", "phone", "card", "iban", "ssn", "ip", "mac", "date",
                                          "place", "number" };

value_kind kind_named(mm_str name)
{
    for (value_kind k = KIND_CODE; k < KINDS; k++)
        if (mm_str_eq(name, mm_str_of(names[k])))
            return k;
    return KIND_NONE;
}

value_kind kind_of_entity(const char *entity)
{
    static const struct { const char *entity; value_kind k; } known[] = {
        { "EMAIL", KIND_EMAIL }, { "PHONE", KIND_PHONE }, { "CARD", KIND_CARD }, { "IBAN", KIND_IBAN }, { "US_SSN", KIND_SSN },
        { "IP", KIND_IP }, { "MAC", KIND_MAC }, { "BIRTH_DATE", KIND_DATE }, { "DATE", KIND_DATE }, { "COORDINATES", KIND_PLACE },
        { "PERSON", KIND_NAME }, { "NAME", KIND_NAME }, { "AGE", KIND_NUMBER },
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(entity, known[i].entity) == 0)
            return known[i].k;
    return KIND_CODE;
}

/* The code point at *p, which moves behind it; a byte that is no UTF-8 stands for itself. */
static uint32_t next_point(const char **p, const char *end)
{
    unsigned char c = (unsigned char)*(*p)++;
    int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
    uint32_t v = more == 3 ? c & 7u : more == 2 ? c & 15u : more == 1 ? c & 31u : c;
    while (more-- > 0 && *p < end)
        v = v << 6 | ((unsigned char)*(*p)++ & 63u);
    return v;
}

static void put_point(uint32_t v, mm_buf *out)
{
    if (v < 0x80) {
        mm_buf_byte(out, (char)v);
        return;
    }
    if (v >= 0x10000) {
        mm_buf_byte(out, (char)(0xf0 | v >> 18));
        mm_buf_byte(out, (char)(0x80 | (v >> 12 & 63)));
    } else if (v >= 0x800) {
        mm_buf_byte(out, (char)(0xe0 | v >> 12));
    }
    mm_buf_byte(out, (char)(v >= 0x800 ? 0x80 | (v >> 6 & 63) : 0xc0 | v >> 6));
    mm_buf_byte(out, (char)(0x80 | (v & 63)));
}

/* Simple case folding of Latin-1, Latin Extended-A, Greek and Cyrillic (Unicode's CaseFolding.txt), by arithmetic. */
static uint32_t small(uint32_t c)
{
    if ((c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3ab) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if (c == 0x178)
        return 0xff;
    bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
    if (c >= 0x100 && c <= 0x17e && c != 0x130 && c != 0x131 && c != 0x138 && c != 0x149 && (c & 1) == odd)
        return c + 1;
    return c;
}

static bool blank(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x202f || c == 0x3000;
}

static void words_normal(mm_str value, mm_buf *out)
{
    size_t begin = out->n;
    bool gap = false;
    for (const char *p = value.p, *end = value.p + value.n; p < end;) {
        uint32_t c = next_point(&p, end);
        if (blank(c)) {
            gap = true;
            continue;
        }
        if (gap && out->n > begin)
            mm_buf_byte(out, ' ');
        gap = false;
        put_point(small(c), out);
    }
}

/* Letters, digits and what is not ASCII; the rest are separators. */
static void code_normal(mm_str value, mm_buf *out)
{
    for (const char *p = value.p, *end = value.p + value.n; p < end;) {
        uint32_t c = next_point(&p, end);
        if (c >= 0xff10 && c <= 0xff19)
            c -= 0xff10 - '0';
        c = small(c);
        if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 0x80 && !blank(c) && !(c >= 0x2010 && c <= 0x2015)))
            put_point(c, out);
    }
}

static void phone_normal(mm_str value, const char *country, mm_buf *out)
{
    mm_buf digits = { 0 };
    code_normal(value, &digits);
    mm_str d = mm_buf_view(&digits);
    size_t plus = 0;
    while (plus < value.n && strchr(" (\t", value.p[plus]))
        plus++;
    bool international = plus < value.n && value.p[plus] == '+';
    if (!international && d.n > 4 && memcmp(d.p, "00", 2) == 0) {
        international = true;
        d = (mm_str){ d.p + 2, d.n - 2 };
    }
    if (international || country)
        mm_buf_byte(out, '+');
    if (!international && country) {
        size_t n = strlen(country);
        if (strcmp(country, "1") == 0 && d.n == 11 && d.p[0] == '1')
            d = (mm_str){ d.p + 1, d.n - 1 };
        else if (d.n && d.p[0] == '0' && strcmp(country, "39") != 0)   /* Italy's zero is part of the number */
            d = (mm_str){ d.p + 1, d.n - 1 };
        mm_buf_put(out, country, n);
    }
    mm_buf_str(out, d);
    out->failed |= digits.failed;
    mm_buf_free(&digits);
}

void kind_normal(value_kind k, mm_str value, const char *country, mm_buf *out)
{
    date d;
    if (k == KIND_DATE && date_read(value, NULL, &d) && d.d.len)
        mm_buf_printf(out, "%04d-%02d-%02d", d.year, d.month, d.day);
    else if (k == KIND_PHONE)
        phone_normal(value, country, out);
    else if (k == KIND_NAME || k == KIND_EMAIL || k == KIND_IP || k == KIND_PLACE || k == KIND_DATE || k == KIND_NUMBER)
        words_normal(value, out);
    else
        code_normal(value, out);
}
