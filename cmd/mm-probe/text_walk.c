/* text_walk.c - text in pieces: cut at line ends, in UTF-8 whatever it is stored in. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "fact.h"
#include "text.h"

void text_begin(text_walk *w, subject *s)
{
    *w = (text_walk){ .s = s };
}

void text_end(text_walk *w)
{
    mm_charset_decoder_end(&w->decoder);
    mm_buf_free(&w->utf8);
}

/* ---- which encoding --------------------------------------------------------- */

static void name_encoding(text_walk *w, const char *name)
{
    size_t i = 0;
    for (; name[i] && i + 1 < sizeof w->encoding; i++)
        w->encoding[i] = (char)tolower((unsigned char)name[i]);
    w->encoding[i] = 0;
}

/* Told from the first piece. What nobody knows is read as most text of one byte a character is. */
static void find_encoding(text_walk *w, mm_str piece)
{
    bench *b = w->s->bench;
    const mm_charset *c = mm_charset_detect(b->jail, &b->cell, piece, w->at >= w->s->size, NULL);
    if (!c)
        c = mm_charset_named("windows-1252", NULL);
    name_encoding(w, c ? mm_charset_name(c) : "utf-8");
    w->converts = c && !mm_charset_is_utf8(c);
    w->decoder = (mm_charset_decoder){ .from = c };
    w->mark = c ? mm_charset_mark(c, piece) : 0;
}

/* ---- pieces ----------------------------------------------------------------- */

/* Where a piece that more follows is cut: behind its last line, else behind its last whole character. */
static size_t cut(mm_str piece)
{
    const char *line = memrchr(piece.p, '\n', piece.n);
    if (line)
        return (size_t)(line - piece.p) + 1;
    size_t n = piece.n;
    for (unsigned back = 0; back < 3 && n > 1 && ((unsigned char)piece.p[n - 1] & 0xc0) == 0x80; back++)
        n--;
    return n > 1 && (unsigned char)piece.p[n - 1] >= 0xc0 ? n - 1 : piece.n;
}

/* Bytes that mean nothing come out as MM_CHARSET_BAD, and count as U+FFFD. */
static int convert(text_walk *w, mm_str piece, mm_err *e)
{
    w->utf8.n = 0;
    size_t good = mm_charset_decode(&w->decoder, piece.p, piece.n, w->ended, &w->utf8);
    if (w->utf8.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < w->utf8.n && good < piece.n; i++)
        w->broken += w->utf8.p[i] == MM_CHARSET_BAD;
    return 0;
}

int text_next(text_walk *w, mm_str *piece, mm_err *e)
{
    bool first = !w->begun;
    uint64_t from = w->at;
    w->begun = true;
    if (w->s->field.n) {
        *piece = w->s->text;
        return first && piece->n;
    }
    int r = subject_next(w->s, &w->at, piece, e);
    if (r <= 0)
        return r;
    w->ended = w->at >= w->s->size;
    if (first)
        find_encoding(w, *piece);
    mm_str body = first ? (mm_str){ piece->p + w->mark, piece->n - w->mark } : *piece;
    if (w->converts) {
        if (convert(w, body, e) < 0)
            return -1;
        *piece = mm_buf_view(&w->utf8);
        return 1;
    }
    if (!w->ended) {
        body.n = cut(body);
        w->at = from + (first ? w->mark : 0) + body.n;
    }
    *piece = body;
    return 1;
}
