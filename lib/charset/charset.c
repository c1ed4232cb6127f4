/* charset.c - the encodings there are, and text out of them. */
#include "charset/charset.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

typedef enum kind { UTF8, UTF16LE, UTF16BE, UTF32LE, UTF32BE, TABLE } kind;

/* What stands in a table beside code points. */
enum { NOTHING = 0x80000000, MORE = 0x40000000 };

struct mm_charset {
    kind kind;
    char name[32];       /* as mm.charset has it */
    char iconv_name[32];
    uint32_t one[256];   /* of one byte: a code point, NOTHING, or MORE */
    uint32_t *two;       /* [first << 8 | second]; NULL when no byte asks for more */
    mm_charset *next;
};

static const mm_charset unicode[] = {
    { UTF8, "UTF-8" }, { UTF16LE, "UTF-16LE" }, { UTF16BE, "UTF-16BE" }, { UTF32LE, "UTF-32LE" }, { UTF32BE, "UTF-32BE" },
};

/* Names people and uchardet use, beside those iconv knows: what stands in mm.charset, and what iconv
 * calls the superset that is meant by it in practice. */
static const struct {
    const char *alias, *name, *iconv_name;
} aliases[] = {
    { "ascii", "UTF-8", NULL }, { "usascii", "UTF-8", NULL }, { "utf8", "UTF-8", NULL }, { "utf8sig", "UTF-8", NULL },
    { "utf16le", "UTF-16LE", NULL }, { "utf16", "UTF-16LE", NULL }, { "ucs2", "UTF-16LE", NULL },
    { "utf16be", "UTF-16BE", NULL }, { "utf32", "UTF-32LE", NULL }, { "utf32le", "UTF-32LE", NULL },
    { "utf32be", "UTF-32BE", NULL }, { "latin1", "ISO-8859-1", "ISO-8859-1" }, { "latin2", "ISO-8859-2", "ISO-8859-2" },
    { "latin9", "ISO-8859-15", "ISO-8859-15" }, { "ansi", "WINDOWS-1252", "CP1252" },
    { "shiftjis", "SHIFT_JIS", "CP932" }, { "sjis", "SHIFT_JIS", "CP932" }, { "gb2312", "GB18030", "GB18030" },
    { "uhc", "CP949", "CP949" }, { "maccyrillic", "MAC-CYRILLIC", "MAC-CYRILLIC" },
    { "maccentraleurope", "MAC-CENTRALEUROPE", "MAC-CENTRALEUROPE" }, { "macroman", "MACINTOSH", "MACINTOSH" },
};

static void fold_name(const char *name, char out[32])
{
    size_t n = 0;
    for (; *name && n < 31; name++)
        if (*name != '-' && *name != '_' && *name != ' ')
            out[n++] = *name >= 'A' && *name <= 'Z' ? (char)(*name | 0x20) : *name;
    out[n] = 0;
}

/* ---- tables, by asking iconv for each character ---- */

static size_t put_utf8(uint32_t c, char *p)
{
    if (c < 0x80) {
        p[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        p[0] = (char)(0xc0 | c >> 6);
        p[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        p[0] = (char)(0xe0 | c >> 12);
        p[1] = (char)(0x80 | (c >> 6 & 0x3f));
        p[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    p[0] = (char)(0xf0 | c >> 18);
    p[1] = (char)(0x80 | (c >> 12 & 0x3f));
    p[2] = (char)(0x80 | (c >> 6 & 0x3f));
    p[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* One character by iconv: its code points into out (at most room), or 0 with *more set when it wants
 * further bytes, and clear when it is none. */
static size_t ask(iconv_t cd, const char *p, size_t n, uint32_t *out, size_t room, bool *more)
{
    char in[4], *from = in, *to = (char *)out;
    size_t in_left = n, out_left = room * sizeof *out;
    memcpy(in, p, n);
    iconv(cd, NULL, NULL, NULL, NULL);
    *more = false;
    size_t r = iconv(cd, &from, &in_left, &to, &out_left);
    if (r == (size_t)-1) {
        *more = errno == EINVAL;
        return 0;
    }
    /* Some hold a letter back until they know what comes. */
    if (r != 0 || in_left || iconv(cd, NULL, NULL, &to, &out_left) == (size_t)-1)
        return 0;
    return room - out_left / sizeof *out;
}

static uint32_t ask_one(iconv_t cd, const char *p, size_t n)
{
    uint32_t out[4];
    bool more;
    size_t got = ask(cd, p, n, out, 4, &more);
    return got == 1 ? out[0] : more || got > 1 ? MORE : NOTHING;
}

static bool fill_tables(mm_charset *c, iconv_t cd)
{
    bool leads = false;
    for (int i = 0; i < 256; i++) {
        char byte = (char)i;
        c->one[i] = ask_one(cd, &byte, 1);
        leads |= c->one[i] == MORE;
    }
    if (!leads)
        return true;
    c->two = malloc(sizeof *c->two << 16);
    if (!c->two)
        return false;
    for (int i = 0; i < 256; i++)
        for (int k = 0; k < 256; k++) {
            char bytes[2] = { (char)i, (char)k };
            c->two[i << 8 | k] = c->one[i] == MORE ? ask_one(cd, bytes, 2) : NOTHING;
        }
    return true;
}

/* Encodings that switch between sets can not be looked up. */
static bool shifts(const char *folded)
{
    return strstr(folded, "2022") || strstr(folded, "utf7") || strstr(folded, "hz") == folded || strstr(folded, "imap");
}

static mm_charset *make(const char *name, const char *iconv_name)
{
    mm_charset *c = calloc(1, sizeof *c);
    iconv_t cd = iconv_open("UTF-32LE", iconv_name);
    if (!c || cd == (iconv_t)-1 || !fill_tables(c, cd)) {
        free(c);
        c = NULL;
    } else {
        c->kind = TABLE;
        for (size_t i = 0; name[i] && i < sizeof c->name - 1; i++)
            c->name[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 32) : name[i];
        memccpy(c->iconv_name, iconv_name, 0, sizeof c->iconv_name - 1);
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    return c;
}

/* Tables are dear and never change: made once for all files. */
static const mm_charset *made(const char *name, const char *iconv_name)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static mm_charset *all;
    pthread_mutex_lock(&lock);
    mm_charset *c = all;
    while (c && strcmp(c->iconv_name, iconv_name) != 0)
        c = c->next;
    if (!c && (c = make(name, iconv_name))) {
        c->next = all;
        all = c;
    }
    pthread_mutex_unlock(&lock);
    return c;
}

const mm_charset *mm_charset_named(const char *name, mm_err *e)
{
    char folded[32];
    const char *iconv_name = name;
    fold_name(name, folded);
    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
        if (!strcmp(folded, aliases[i].alias)) {
            name = aliases[i].name;
            iconv_name = aliases[i].iconv_name;
            break;
        }
    for (size_t i = 0; i < sizeof unicode / sizeof *unicode; i++)
        if (!strcmp(name, unicode[i].name))
            return &unicode[i];
    const mm_charset *c = NULL;
    if (*folded && strlen(name) < sizeof c->name && !strchr(iconv_name, '/') && !shifts(folded))
        c = made(name, iconv_name);
    if (!c)
        mm_fail(e, MM_EUSAGE, "%s: no encoding that can be read; iconv -l lists names, and those that switch sets (ISO-2022) are not read",
                name);
    return c;
}

const char *mm_charset_name(const mm_charset *c)
{
    return c->name;
}

bool mm_charset_is_utf8(const mm_charset *c)
{
    return c->kind == UTF8;
}

size_t mm_charset_mark(const mm_charset *c, mm_str head)
{
    static const mm_str marks[] = {
        [UTF8] = { "\xef\xbb\xbf", 3 }, [UTF16LE] = { "\xff\xfe", 2 }, [UTF16BE] = { "\xfe\xff", 2 },
        [UTF32LE] = { "\xff\xfe\0", 4 }, [UTF32BE] = { "\0\0\xfe\xff", 4 },
    };
    return c->kind != TABLE && mm_str_starts(head, marks[c->kind]) ? marks[c->kind].n : 0;
}

/* ---- decoding ---- */

void mm_charset_decoder_end(mm_charset_decoder *d)
{
    if (d->opened)
        iconv_close(d->cd);
    d->opened = false;
}

static unsigned byte_at(const char *p, size_t i)
{
    return (unsigned char)p[i];
}

/* One character of n bytes at most: bytes it takes, 0 when it is cut, and its code points in *c (n_c of
 * them; 0: it means nothing). */
static size_t take_utf16(const char *p, size_t n, bool big, uint32_t *c, size_t *n_c)
{
    if (n < 2)
        return 0;
    uint32_t u = byte_at(p, big) | byte_at(p, !big) << 8;
    *n_c = 1;
    *c = u;
    if (u < 0xd800 || u > 0xdfff)
        return 2;
    *n_c = 0;
    if (u > 0xdbff)
        return 2;
    if (n < 4)
        return 0;
    uint32_t low = byte_at(p, 2 + big) | byte_at(p, 3 - big) << 8;
    if (low < 0xdc00 || low > 0xdfff)
        return 2;
    *c = 0x10000 + ((u - 0xd800) << 10) + (low - 0xdc00);
    *n_c = 1;
    return 4;
}

static size_t take_utf32(const char *p, size_t n, bool big, uint32_t *c, size_t *n_c)
{
    if (n < 4)
        return 0;
    uint32_t u = 0;
    for (size_t i = 0; i < 4; i++)
        u |= (uint32_t)byte_at(p, i) << (big ? 24 - 8 * i : 8 * i);
    *c = u;
    *n_c = u <= 0x10ffff && (u < 0xd800 || u > 0xdfff);
    return 4;
}

/* Characters of three and four bytes, and those that are several code points. */
static size_t take_long(mm_charset_decoder *d, const char *p, size_t n, uint32_t *c, size_t *n_c)
{
    if (!d->opened) {
        d->cd = iconv_open("UTF-32LE", d->from->iconv_name);
        d->opened = d->cd != (iconv_t)-1;
    }
    *n_c = 0;
    for (size_t k = 1; k <= 4 && d->opened; k++) {
        bool more;
        if (k > n)
            return 0;
        *n_c = ask(d->cd, p, k, c, 4, &more);
        if (*n_c)
            return k;
        if (!more)
            return 1;
    }
    return 1;
}

static size_t take_table(mm_charset_decoder *d, const char *p, size_t n, uint32_t *c, size_t *n_c)
{
    const mm_charset *t = d->from;
    uint32_t v = t->one[byte_at(p, 0)];
    size_t used = 1;
    if (v == MORE && t->two) {
        if (n < 2)
            return 0;
        v = t->two[byte_at(p, 0) << 8 | byte_at(p, 1)];
        used = 2;
    }
    if (v == MORE)
        return take_long(d, p, n, c, n_c);
    *c = v;
    *n_c = v != NOTHING;
    /* The second byte of a pair that is none may well be a line end or a quote. */
    return *n_c ? used : 1;
}

static size_t take(mm_charset_decoder *d, const char *p, size_t n, uint32_t *c, size_t *n_c)
{
    switch (d->from->kind) {
    case UTF16LE: case UTF16BE: return take_utf16(p, n, d->from->kind == UTF16BE, c, n_c);
    case UTF32LE: case UTF32BE: return take_utf32(p, n, d->from->kind == UTF32BE, c, n_c);
    default: return take_table(d, p, n, c, n_c);
    }
}

/* Bytes from p that mean themselves, eight at a time. */
static size_t plain_run(const mm_charset *t, const char *p, size_t n)
{
    size_t i = 0;
    uint64_t word;
    if (t->kind != TABLE || t->one['A'] != 'A' || t->one['\\'] != '\\')
        return 0;
    for (; i + 8 <= n; i += 8) {
        memcpy(&word, p + i, 8);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    return i;
}

/* Decode whole characters of p; returns the bytes used. *bad: the first offset that means nothing. */
static size_t decode_some(mm_charset_decoder *d, const char *p, size_t n, mm_buf *out, size_t *bad)
{
    size_t i = 0;
    char *to = mm_buf_room(out, n * 4 + 16);
    if (!to)
        return n;
    char *start = to;
    while (i < n) {
        size_t run = plain_run(d->from, p + i, n - i);
        memcpy(to, p + i, run);
        to += run;
        i += run;
        if (i == n)
            break;
        uint32_t c[4];
        size_t n_c, used = take(d, p + i, n - i, c, &n_c);
        if (!used)
            break;
        if (!n_c) {
            *bad = i < *bad ? i : *bad;
            *to++ = MM_CHARSET_BAD;
        }
        for (size_t k = 0; k < n_c; k++)
            to += put_utf8(c[k], to);
        i += used;
    }
    out->n += (size_t)(to - start);
    return i;
}

/* Complete the character whose first bytes are held: bytes of p that went into it. */
static size_t decode_held(mm_charset_decoder *d, const char *p, size_t n, mm_buf *out, size_t *bad)
{
    size_t i = 0, none = SIZE_MAX;
    while (d->held_n && i < n) {
        if (d->held_n < sizeof d->held)
            d->held[d->held_n++] = p[i++];
        size_t used = decode_some(d, d->held, d->held_n, out, &none);
        memmove(d->held, d->held + used, d->held_n - used);
        d->held_n -= (unsigned)used;
    }
    if (none != SIZE_MAX)
        *bad = 0;
    return i;
}

size_t mm_charset_decode(mm_charset_decoder *d, const char *p, size_t n, bool last, mm_buf *out)
{
    size_t bad = SIZE_MAX;
    if (d->from->kind == UTF8) {
        mm_buf_put(out, p, n);
        return n;
    }
    size_t i = decode_held(d, p, n, out, &bad), more = SIZE_MAX;
    i += decode_some(d, p + i, n - i, out, &more);
    if (more != SIZE_MAX && bad == SIZE_MAX)
        bad = more;
    for (; i < n && d->held_n < sizeof d->held; i++)
        d->held[d->held_n++] = p[i];
    if (last && d->held_n) {
        mm_buf_byte(out, MM_CHARSET_BAD);
        bad = bad == SIZE_MAX ? n - d->held_n : bad;
        d->held_n = 0;
    }
    return bad == SIZE_MAX ? n : bad;
}

size_t mm_charset_line_ends(char *p, size_t n)
{
    char *cr = n ? memchr(p, '\r', n) : NULL, *end = p + n, *to = cr;
    if (!cr)
        return n;
    for (char *from = cr; from < end;) {
        if (*from == '\r') {
            from += from + 1 < end && from[1] == '\n' ? 2 : 1;
            *to++ = '\n';
            continue;
        }
        char *next = memchr(from, '\r', (size_t)(end - from));
        size_t run = (size_t)((next ? next : end) - from);
        memmove(to, from, run);
        to += run;
        from += run;
    }
    return (size_t)(to - p);
}

int mm_charset_whole(mm_jail *jail, const char *forced, mm_str text, mm_arena *a, mm_str *out, const char **name,
                  mm_err *e)
{
    const mm_charset *c = forced ? mm_charset_named(forced, e) : mm_charset_detect(jail, NULL, text, true, e);
    *name = NULL;
    if (!c)
        return -1;
    size_t mark = mm_charset_mark(c, text), bad = text.n;
    mm_str body = { text.p + mark, text.n - mark };
    mm_buf decoded = { 0 };
    if (c->kind == UTF8) {
        bad = mm_simd()->utf8_check(body.p, body.n) + mark;
        if (bad < text.n)
            return mm_fail(e, MM_EBAD, "invalid UTF-8 at byte %zu; --charset names another encoding", bad);
        if (!mark && (!text.n || !memchr(text.p, '\r', text.n)))
            return 0;
    } else {
        mm_charset_decoder d = { .from = c };
        bad = mm_charset_decode(&d, body.p, body.n, true, &decoded) + mark;
        mm_charset_decoder_end(&d);
        *name = c->name;
        body = mm_buf_view(&decoded);
        if (bad < text.n || decoded.failed)
            mm_fail(e, decoded.failed ? MM_ESYS : MM_EBAD, decoded.failed ? "out of memory" : "byte %zu means nothing in %s",
                    bad, c->name);
    }
    mm_str copy = bad < text.n || decoded.failed ? (mm_str){ NULL, 0 } : mm_arena_copy(a, body);
    if (!copy.p && bad == text.n && !decoded.failed)
        mm_fail(e, MM_ESYS, "out of memory");
    mm_buf_free(&decoded);
    if (!copy.p)
        return -1;
    *out = (mm_str){ copy.p, mm_charset_line_ends((char *)copy.p, copy.n) };
    return 1;
}
