/* text_rows.c - the paragraphs of a text, and one of them or a line as a row. */
#include <string.h>

#include "json/scan.h"
#include "row.h"

/* Behind the line at p. */
static const char *line_behind(const char *p, const char *end)
{
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    return nl ? nl + 1 : end;
}

static bool blank_line(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
        p++;
    return p < end && *p == '\n';
}

/* The paragraph at p: *stop behind its last line, the result behind the blank line that ends it; NULL when
 * it may go on. */
static const char *paragraph_end(const row_text *t, const char *p, const char **stop, uint64_t *lines)
{
    const char *end = t->p + t->n;
    while (p < end && !blank_line(p, end)) {
        p = line_behind(p, end);
        *lines += p[-1] == '\n';
    }
    *stop = p;
    if (p == end)
        return t->last ? end : NULL;
    ++*lines;
    return line_behind(p, end);
}

ssize_t paragraphs_split(row_text *t, mm_err *e)
{
    rows *r = t->rows;
    const char *p = t->p, *end = t->p + t->n, *stop;
    while (p < end && !row_full(t)) {
        if (blank_line(p, end)) {
            p = line_behind(p, end);
            r->line++;
            continue;
        }
        uint64_t lines = 0;
        const char *behind = paragraph_end(t, p, &stop, &lines);
        if (!behind)
            break;
        mm_str text = { p, (size_t)(stop - p) };
        while (text.n && (text.p[text.n - 1] == '\n' || text.p[text.n - 1] == '\r'))
            text.n--;
        if (mm_skip_blanks(text.p, text.p + text.n) < text.p + text.n &&
            !row_add(t, text, (mm_str){ p, (size_t)(behind - p) }))
            return mm_fail(e, MM_ESYS, "out of memory");
        r->line += lines;
        p = behind;
    }
    return p - t->p;
}

mm_verdict text_compose(rows_state *s, mm_rec *r, mm_arena *a)
{
    (void)a;
    mm_buf_str(&s->out, MM_STR("{\"text\":\""));
    row_put_text(&s->out, r->head, false);
    mm_buf_byte(&s->out, '"');
    return MM_KEEP;
}
