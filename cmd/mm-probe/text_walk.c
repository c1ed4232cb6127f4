/* text_walk.c - text in pieces: cut at line ends, in UTF-8 whatever it is stored in. */
#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>
#ifdef MM_HAVE_UCHARDET
#include <uchardet.h>
#endif

#include "fact.h"
#include "text.h"

void text_begin(text_walk *w, subject *s)
{
    *w = (text_walk){ .s = s };
}

void text_end(text_walk *w)
{
    if (w->converter)
        iconv_close((iconv_t)w->converter);
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

static void guess_8bit(text_walk *w, mm_str piece)
{
#ifdef MM_HAVE_UCHARDET
    uchardet_t u = uchardet_new();
    if (u && uchardet_handle_data(u, piece.p, piece.n) == 0) {
        uchardet_data_end(u);
        name_encoding(w, uchardet_get_charset(u));
    }
    uchardet_delete(u);
#endif
    if (!w->encoding[0] || strcmp(w->encoding, "ascii") == 0)
        name_encoding(w, "windows-1252");
}

/* Told from the first piece. */
static void find_encoding(text_walk *w, mm_str piece)
{
    switch (mm_texture_of(piece, w->at >= w->s->size)) {
    case MM_TEXTURE_UTF16:
        name_encoding(w, piece.p[0] == '\xfe' || piece.p[0] == 0 ? "utf-16be" : "utf-16le");
        break;
    case MM_TEXTURE_8BIT:
        guess_8bit(w, piece);
        break;
    default:
        name_encoding(w, "utf-8");
        return;
    }
    iconv_t made = iconv_open("UTF-8", w->encoding);
    if (made != (iconv_t)-1)
        w->converter = (void *)made;
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

/* Convert a piece; *used receives how much of it. A byte that can not be read becomes U+FFFD. */
static int convert(text_walk *w, mm_str piece, size_t *used, mm_err *e)
{
    char *in = (char *)(uintptr_t)piece.p;
    size_t left = piece.n;
    w->utf8.n = 0;
    while (left) {
        size_t want = left * 3 + 16;
        char *out = mm_buf_room(&w->utf8, want);
        if (!out)
            return mm_fail(e, MM_ESYS, "out of memory");
        size_t room = want;
        size_t r = iconv((iconv_t)w->converter, &in, &left, &out, &room);
        w->utf8.n += want - room;
        if (r != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL && !w->ended)
            break;
        mm_buf_str(&w->utf8, MM_STR("\xef\xbf\xbd"));
        w->broken++;
        in++;
        left--;
    }
    *used = piece.n - left;
    return w->utf8.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

static mm_str without_mark(mm_str piece)
{
    return mm_str_starts(piece, MM_STR("\xef\xbb\xbf")) ? (mm_str){ piece.p + 3, piece.n - 3 } : piece;
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
    size_t used = piece->n;
    if (w->converter) {
        if (convert(w, *piece, &used, e) < 0)
            return -1;
        *piece = mm_buf_view(&w->utf8);
    } else if (!w->ended) {
        piece->n = used = cut(*piece);
    }
    if (!w->ended)
        w->at = from + used;
    if (first)
        *piece = without_mark(*piece);
    return 1;
}
