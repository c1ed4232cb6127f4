/* meta_iptc.c - IPTC datasets (IIM 4.2, chapters 1, 5 and 6) as one JSON object. */
#include <stdio.h>

#include "media/meta_names.h"
#include "media/meta_put.h"

enum { MARK = 0x1c, CODED_CHARACTER_SET = 90, MOST = 4096 };

/* Take the next dataset at *at; false at the end or where none begins. */
static bool next_set(mm_str s, uint64_t *at, unsigned *record, unsigned *number, mm_str *value)
{
    uint64_t n = mm_be(s, *at + 3, 2), head = 5;
    if (mm_u8(s, *at) != MARK || !mm_in(s, *at, 5))
        return false;
    if (n & 0x8000) {  /* extended: that many bytes hold the length */
        unsigned bytes = n & 0x7fff;
        if (bytes > 4)
            return false;
        n = mm_be(s, *at + 5, bytes);
        head += bytes;
    }
    if (!mm_in(s, *at + head, n))
        return false;
    *record = mm_u8(s, *at + 1);
    *number = mm_u8(s, *at + 2);
    *value = mm_sub(s, *at + head, n);
    *at += head + n;
    return true;
}

static bool all_digits(mm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

static void put_digits(mm_buf *out, mm_str s)
{
    int64_t v = 0;
    if (!all_digits(s) || s.n > 18) {
        mm_meta_put_text(out, s);
        return;
    }
    for (size_t i = 0; i < s.n; i++)
        v = v * 10 + s.p[i] - '0';
    mm_buf_printf(out, "%lld", (long long)v);
}

/* CCYYMMDD, and HHMMSS with or without +HHMM, in the form of ISO 8601; what is neither stays as it stands. */
static void put_when(mm_buf *out, int kind, mm_str s)
{
    char text[32];
    bool zone = s.n == 11 && (s.p[6] == '+' || s.p[6] == '-') && all_digits(mm_sub(s, 7, 4));
    if (kind == MM_IPTC_DATE && s.n == 8 && all_digits(s))
        snprintf(text, sizeof text, "%.4s-%.2s-%.2s", s.p, s.p + 4, s.p + 6);
    else if (kind == MM_IPTC_TIME && zone && all_digits(mm_sub(s, 0, 6)))
        snprintf(text, sizeof text, "%.2s:%.2s:%.2s%.3s:%.2s", s.p, s.p + 2, s.p + 4, s.p + 6, s.p + 9);
    else if (kind == MM_IPTC_TIME && s.n == 6 && all_digits(s))
        snprintf(text, sizeof text, "%.2s:%.2s:%.2s", s.p, s.p + 2, s.p + 4);
    else {
        mm_meta_put_text(out, s);
        return;
    }
    mm_json_put(out, mm_str_of(text));
}

static void put_value(mm_buf *out, int kind, mm_str s, bool utf8)
{
    switch (kind) {
    case MM_IPTC_NUMBER: mm_buf_u64(out, s.n <= 8 ? mm_be(s, 0, (unsigned)s.n) : 0); break;
    case MM_IPTC_DIGITS: put_digits(out, s); break;
    case MM_IPTC_DATE: case MM_IPTC_TIME: put_when(out, kind, s); break;
    case MM_IPTC_BYTES: mm_buf_printf(out, "{\"bytes\":%zu}", s.n); break;
    default:
        if (utf8)
            mm_json_put(out, mm_sub(mm_meta_trim(s), 0, MM_META_TEXT));
        else
            mm_meta_put_text(out, s);
    }
}

/* All values of one dataset: the first, or an array. */
static void put_set(mm_buf *out, const mm_iptc_set *set, mm_str s, bool utf8, bool *first)
{
    unsigned record, number;
    mm_str value;
    int told = 0;
    uint64_t at = 0;
    for (int n = 0; n < MOST && next_set(s, &at, &record, &number, &value); n++) {
        if (record != set->record || number != set->number || !value.n || (told && !set->repeats))
            continue;
        if (!told)
            mm_buf_printf(out, "%s\"%s\":%s", *first ? "" : ",", set->name, set->repeats ? "[" : "");
        else
            mm_buf_byte(out, ',');
        put_value(out, set->kind, value, utf8);
        *first = false;
        told++;
    }
    if (told && set->repeats)
        mm_buf_byte(out, ']');
}

void mm_meta_iptc(mm_str s, mm_buf *out)
{
    bool there[2][256] = { { false } }, utf8 = false, first = true;
    unsigned record, number;
    mm_str value;
    uint64_t at = 0;
    size_t from = out->n;
    for (int n = 0; n < MOST && next_set(s, &at, &record, &number, &value); n++) {
        if (record == 1 || record == 2)
            there[record - 1][number] = true;
        utf8 |= record == 1 && number == CODED_CHARACTER_SET && mm_at(value, 0, "\x1b%G", 3);
    }
    mm_buf_byte(out, '{');
    for (const mm_iptc_set *set = mm_iptc_sets; set->name; set++)
        if (there[set->record - 1][set->number])
            put_set(out, set, s, utf8, &first);
    mm_buf_byte(out, '}');
    if (first)
        out->n = from;
}
