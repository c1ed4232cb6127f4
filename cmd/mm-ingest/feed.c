/* feed.c - bytes to text. */
#include "feed.h"

#include <string.h>

enum { HEAD = 64 << 10 };

/* Read once, behind what raw holds: 0, or -1 when the run must end. */
static int read_raw(feed *f, size_t n, mm_err *e)
{
    char *to = mm_buf_room(&f->raw, n);
    if (!to)
        return mm_fail(e, MM_ESYS, "out of memory");
    ssize_t got = f->in.read(f->in.ctx, to, n, &f->damage);
    if (got > 0)
        f->raw.n += (size_t)got;
    else
        f->ended = true;
    if (got < 0 && f->damage.code == MM_ESYS)
        return mm_fail(e, MM_ESYS, "%s", f->damage.text);
    return 0;
}

/* Decode what raw holds. */
static int decode(feed *f, mm_err *e)
{
    f->text.n = f->text_at = 0;
    mm_charset_decode(&f->decoder, f->raw.p + f->raw_at, f->raw.n - f->raw_at, f->ended, &f->text);
    f->raw.n = f->raw_at = 0;
    return f->text.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static int tell_encoding(feed *f, mm_jail *jail, const char *forced, bool unicode, mm_err *e)
{
    mm_str head = mm_buf_view(&f->raw);
    f->from = forced ? mm_charset_named(forced, e) : unicode ? mm_charset_detect_unicode(head)
            : mm_charset_detect(jail, NULL, head, f->ended, e);
    return f->from ? 0 : -1;
}

int feed_open(feed *f, in_bytes in, mm_jail *jail, const char *forced, bool unicode, mm_err *e)
{
    *f = (feed){ .in = in };
    while (!f->ended && f->raw.n < HEAD)
        if (read_raw(f, HEAD - f->raw.n, e) < 0)
            return -1;
    if (tell_encoding(f, jail, forced, unicode, e) < 0)
        return -1;
    f->raw_at = mm_charset_mark(f->from, mm_buf_view(&f->raw));
    f->decoder.from = f->from;
    if (!mm_charset_is_utf8(f->from) && decode(f, e) < 0)
        return -1;
    mm_str head = feed_head(f);
    f->cr_ends = head.n && !memchr(head.p, '\n', head.n) && memchr(head.p, '\r', head.n - 1);
    return 0;
}

void feed_close(feed *f)
{
    mm_charset_decoder_end(&f->decoder);
    mm_buf_free(&f->raw);
    mm_buf_free(&f->text);
}

mm_str feed_head(const feed *f)
{
    if (mm_charset_is_utf8(f->from))
        return (mm_str){ f->raw.p + f->raw_at, f->raw.n - f->raw_at };
    return (mm_str){ f->text.p + f->text_at, f->text.n - f->text_at };
}

const char *feed_charset(const feed *f)
{
    return mm_charset_is_utf8(f->from) ? NULL : mm_charset_name(f->from);
}

static size_t give(const mm_buf *from, size_t *at, char *p, size_t n)
{
    size_t k = from->n - *at < n ? from->n - *at : n;
    memcpy(p, from->p + *at, k);
    *at += k;
    return k;
}

static ssize_t read_utf8(feed *f, char *p, size_t n, mm_err *e)
{
    if (f->raw_at < f->raw.n)
        return (ssize_t)give(&f->raw, &f->raw_at, p, n);
    if (f->ended)
        return 0;
    ssize_t got = f->in.read(f->in.ctx, p, n, &f->damage);
    f->ended = got <= 0;
    if (got < 0 && f->damage.code == MM_ESYS)
        return mm_fail(e, MM_ESYS, "%s", f->damage.text);
    return got > 0 ? got : 0;
}

static ssize_t read_decoded(feed *f, char *p, size_t n, mm_err *e)
{
    while (f->text_at == f->text.n) {
        if (f->ended)
            return 0;
        if (read_raw(f, HEAD, e) < 0 || decode(f, e) < 0)
            return -1;
    }
    return (ssize_t)give(&f->text, &f->text_at, p, n);
}

ssize_t feed_read(feed *f, char *p, size_t n, mm_err *e)
{
    ssize_t got = mm_charset_is_utf8(f->from) ? read_utf8(f, p, n, e) : read_decoded(f, p, n, e);
    for (char *cr = p; f->cr_ends && got > 0 && (cr = memchr(cr, '\r', (size_t)(p + got - cr)));)
        *cr = '\n';
    return got;
}
