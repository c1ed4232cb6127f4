/* tar.c - the headers of a tar archive. */
#include "tar.h"

#include <string.h>

/* Fields of a header: offset and length. */
enum { NAME = 0, NAME_N = 100, SIZE = 124, SIZE_N = 12, SUM = 148, SUM_N = 8, TYPE = 156, MAGIC = 257, OWNER = 265, OWNER_N = 32,
       PREFIX = 345,
       PREFIX_N = 155, GNU_EXTENDED = 482 };

void tar_free(tar *t)
{
    mm_buf_free(&t->path);
    mm_buf_free(&t->name);
}

/* Octal, after blanks, up to a blank or NUL; or, with the top bit set, a big-endian number. -1 when it is
 * neither or does not fit. */
static int64_t number(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    uint64_t v = 0;
    size_t i = 0;
    if (u[0] & 0x80) {
        v = u[0] & 0x7f;
        for (i = 1; i < n; i++) {
            if (v >> 54)
                return -1;
            v = v << 8 | u[i];
        }
        return (int64_t)v;
    }
    while (i < n && u[i] == ' ')
        i++;
    for (; i < n && u[i] >= '0' && u[i] <= '7'; i++) {
        if (v >> 59)
            return -1;
        v = v << 3 | (uint64_t)(u[i] - '0');
    }
    return i == n || u[i] == 0 || u[i] == ' ' ? (int64_t)v : -1;
}

/* The sum counts its own field as blanks. Some old writers added signed bytes. */
bool tar_sound(const char block[TAR_BLOCK])
{
    int64_t want = number(block + SUM, SUM_N);
    int32_t sum = 0, as_signed = 0, field = 0, field_signed = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        sum += (unsigned char)block[i];
        as_signed += (signed char)block[i];
    }
    for (size_t i = SUM; i < SUM + SUM_N; i++) {
        field += (unsigned char)block[i];
        field_signed += (signed char)block[i];
    }
    return want > 0 && (want == sum - field + SUM_N * ' ' || want == as_signed - field_signed + SUM_N * ' ');
}

static bool all_zero(const char *block)
{
    static const char zeroes[TAR_BLOCK];
    return block[0] == 0 && memcmp(block, zeroes, TAR_BLOCK) == 0;
}

static void put_field(mm_buf *b, const char *p, size_t n)
{
    mm_buf_put(b, p, strnlen(p, n));
}

static void set_name(tar *t, const char *block)
{
    t->name.n = 0;
    if (t->has_path)
        mm_buf_str(&t->name, mm_buf_view(&t->path));
    if (!t->has_path && memcmp(block + MAGIC, "ustar", 6) == 0 && block[PREFIX]) {
        put_field(&t->name, block + PREFIX, PREFIX_N);
        mm_buf_byte(&t->name, '/');
    }
    if (!t->has_path)
        put_field(&t->name, block + NAME, NAME_N);
    mm_buf_byte(&t->name, 0);
    t->name.n -= !t->name.failed;
}

static tar_kind kind_of(const tar *t, char type)
{
    switch (type) {
    case '1': case '2':
        return TAR_LINK;
    case '3': case '4': case '6':
    case 'V': case 'M': case 'N':  /* volume label, continued member, old long names */
        return TAR_SPECIAL;
    case '5': case 'D':
        return TAR_FOLDER;
    case 'S':
        return TAR_SPARSE;
    case 'x': case 'X': case 'g': case 'L': case 'K':
        return TAR_EXTENSION;
    case 0: case '0':  /* before ustar a folder was a file whose name ends in a slash */
        if (t->name.n && t->name.p[t->name.n - 1] == '/')
            return TAR_FOLDER;
        break;
    }
    return t->sparse ? TAR_SPARSE : TAR_FILE;
}

tar_kind tar_head(tar *t, const char block[TAR_BLOCK], tar_member *m, mm_err *e)
{
    *m = (tar_member){ 0 };
    if (all_zero(block))
        return TAR_ZERO;
    if (!tar_sound(block)) {
        mm_fail(e, MM_EBAD, "no tar header");
        return TAR_BAD;
    }
    char type = block[TYPE];
    int64_t size = number(block + SIZE, SIZE_N);
    set_name(t, block);
    tar_kind kind = kind_of(t, type);
    if (kind != TAR_EXTENSION && t->has_size)
        size = (int64_t)t->size;
    /* Links and special files carry no content, whatever their size says. */
    if (kind == TAR_LINK || type == '3' || type == '4' || type == '5' || type == '6')
        size = 0;
    if (size < 0 || t->name.failed || (kind == TAR_EXTENSION && (uint64_t)size > TAR_EXTENSION_MAX)) {
        mm_fail(e, MM_EBAD, size < 0 ? "a tar header with an impossible size" : "a tar extension of more than 256 KiB");
        return TAR_BAD;
    }
    m->size = (uint64_t)size;
    if (kind == TAR_EXTENSION) {
        t->type = type;
        t->due = true;
        return kind;
    }
    t->extended = type == 'S' && block[GNU_EXTENDED];
    t->due = t->has_path = t->has_size = t->sparse = false;
    m->name = mm_buf_view(&t->name);
    if (memcmp(block + MAGIC, "ustar", 5) == 0)
        m->owner = (mm_str){ block + OWNER, strnlen(block + OWNER, OWNER_N) };
    return kind;
}

/* ---- extensions ---- */

static bool decimal(mm_str s, uint64_t *out)
{
    uint64_t v = 0;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9' || v > (UINT64_MAX >> 5))
            return false;
        v = v * 10 + (uint64_t)(s.p[i] - '0');
    }
    *out = v;
    return s.n > 0 && v <= INT64_MAX;
}

static void set_path(tar *t, mm_str path)
{
    t->path.n = 0;
    mm_buf_str(&t->path, path);
    t->has_path = true;
}

static int pax_record(tar *t, mm_str key, mm_str value, mm_err *e)
{
    if (mm_str_eq(key, MM_STR("size"))) {
        if (!decimal(value, &t->size))
            return mm_fail(e, MM_EBAD, "a pax header with an impossible size");
        t->has_size = true;
    } else if (mm_str_eq(key, MM_STR("path")) && !(t->sparse && t->has_path)) {
        set_path(t, value);
    } else if (mm_str_eq(key, MM_STR("GNU.sparse.name"))) {
        t->sparse = true;
        set_path(t, value);
    } else if (mm_str_starts(key, MM_STR("GNU.sparse."))) {
        t->sparse = true;
    }
    return t->path.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts all of it. */
static int pax(tar *t, mm_str s, mm_err *e)
{
    while (s.n && *s.p) {
        const char *blank = memchr(s.p, ' ', s.n < 20 ? s.n : 20);
        uint64_t n = 0;
        if (!blank || !decimal((mm_str){ s.p, (size_t)(blank - s.p) }, &n) || n > s.n ||
            n < (size_t)(blank - s.p) + 3 || s.p[n - 1] != '\n')
            return mm_fail(e, MM_EBAD, "a damaged pax header");
        const char *key = blank + 1, *end = s.p + n - 1;
        const char *equals = memchr(key, '=', (size_t)(end - key));
        if (!equals)
            return mm_fail(e, MM_EBAD, "a damaged pax header");
        if (pax_record(t, (mm_str){ key, (size_t)(equals - key) }, (mm_str){ equals + 1, (size_t)(end - equals - 1) },
                       e) < 0)
            return -1;
        s.p += n;
        s.n -= n;
    }
    return 0;
}

int tar_extend(tar *t, mm_str content, mm_err *e)
{
    switch (t->type) {
    case 'L':
        set_path(t, (mm_str){ content.p, strnlen(content.p, content.n) });
        return t->path.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
    case 'x': case 'X':
        return pax(t, content, e);
    }
    return 0;  /* a link's long name; global headers, whose paths and sizes would fit no member */
}
