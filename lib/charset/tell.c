/* tell.c - which encoding a text is in. */
#include "charset/charset.h"

#include <string.h>

#ifdef MM_HAVE_UCHARDET
#include <uchardet/uchardet.h>
#endif

enum { SAMPLE = 64 << 10 };

/* ---- uchardet, confined ---- */

static int guess_op(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
#ifdef MM_HAVE_UCHARDET
    uchardet_t u = uchardet_new();
    if (!u)
        return mm_fail(e, MM_ESYS, "out of memory");
    int failed = uchardet_handle_data(u, in.p, in.n);
    uchardet_data_end(u);
    if (!failed)
        mm_buf_str(out, mm_str_of(uchardet_get_charset(u)));
    uchardet_delete(u);
    return 0;
#else
    return mm_fail(e, MM_EBAD, "this build does not guess encodings");
#endif
}

const mm_jail_op mm_charset_ops[] = { { "charset-guess", guess_op, NULL }, { NULL, NULL, NULL } };

static const mm_charset *guess(mm_jail *jail, mm_cell **cell, mm_str head, mm_err *e)
{
    mm_str answer = { NULL, 0 };
    char name[32] = "";
    mm_err why = { 0 };
    mm_cell *once = NULL;
    cell = cell ? cell : &once;
    if (jail && !*cell)
        *cell = mm_cell_new(jail, &why);
    if (*cell && mm_cell_call(*cell, "charset-guess", (mm_str){ NULL, 0 }, head, &answer, &why) == 0 &&
        answer.n < sizeof name)
        memcpy(name, answer.p, answer.n);
    mm_cell_free(once);
    const mm_charset *c = *name ? mm_charset_named(name, NULL) : NULL;
    if (!c)
        mm_fail(e, MM_EBAD, "its encoding is not known (it is no UTF-8); --charset names it");
    return c;
}

/* ---- by their bytes ---- */

static const mm_charset *by_name(const char *name)
{
    return mm_charset_named(name, NULL);
}

static const mm_charset *by_mark(mm_str head)
{
    static const char *const names[] = { "UTF-8", "UTF-32LE", "UTF-32BE", "UTF-16LE", "UTF-16BE" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (mm_charset_mark(by_name(names[i]), head))
            return by_name(names[i]);
    return NULL;
}

/* Where the zeros stand: text of UTF-16 and UTF-32 has its spaces, digits and line ends with zeros on one
 * side, and text of other encodings has none. */
static const mm_charset *by_zeros(mm_str head)
{
    size_t zeros[4] = { 0 }, n = head.n / 4 * 4;
    if (head.n < 2 || !memchr(head.p, 0, head.n))
        return NULL;
    if (head.n < 4)
        return !head.p[1] && head.p[0] ? by_name("UTF-16LE") : !head.p[0] && head.p[1] ? by_name("UTF-16BE") : NULL;
    for (size_t i = 0; i < n; i++)
        zeros[i & 3] += head.p[i] == 0;
    size_t units = n / 4, most = units - units / 16;
    if (zeros[3] >= most && zeros[2] >= most / 2 && zeros[0] <= units / 16)
        return by_name("UTF-32LE");
    if (zeros[0] >= most && zeros[1] >= most / 2 && zeros[3] <= units / 16)
        return by_name("UTF-32BE");
    size_t even = zeros[0] + zeros[2], odd = zeros[1] + zeros[3];
    if (odd * 4 >= units && even * 16 <= odd)
        return by_name("UTF-16LE");
    if (even * 4 >= units && odd * 16 <= even)
        return by_name("UTF-16BE");
    return NULL;
}

/* Characters of several bytes that are sound UTF-8, and bytes that are not. */
static void count_utf8(mm_str s, bool whole, size_t *sound, size_t *broken)
{
    *sound = *broken = 0;
    for (size_t i = 0; i < s.n;) {
        size_t good = mm_simd()->utf8_check(s.p + i, s.n - i);
        for (size_t k = i; k < i + good; k++)
            *sound += (unsigned char)s.p[k] >= 0xc0;
        i += good;
        if (i < s.n && (whole || s.n - i > 3))
            ++*broken;
        i++;
    }
}

const mm_charset *mm_charset_detect_unicode(mm_str head)
{
    const mm_charset *c = by_mark(head);
    if (!c)
        c = by_zeros(head);
    return c ? c : by_name("UTF-8");
}

const mm_charset *mm_charset_detect(mm_jail *jail, mm_cell **cell, mm_str head, bool whole, mm_err *e)
{
    const mm_charset *c = mm_charset_detect_unicode(head);
    size_t sound, broken;
    if (!mm_charset_is_utf8(c) || mm_charset_mark(c, head))
        return c;
    if (head.n > SAMPLE) {
        /* All of it is looked at for UTF-8, and the worker gets a part around the first byte that is not. */
        size_t at = mm_simd()->utf8_check(head.p, head.n);
        if (at == head.n)
            return c;
        size_t from = at > SAMPLE / 2 ? at - SAMPLE / 2 : 0;
        whole = whole && head.n - from <= SAMPLE;
        head = (mm_str){ head.p + from, head.n - from < SAMPLE ? head.n - from : SAMPLE };
    }
    count_utf8(head, whole, &sound, &broken);
    if (broken * 4 <= sound || broken == 0)
        return c;  /* UTF-8 with damage in it, which is told where it stands */
    return guess(jail, cell, head, e);
}
