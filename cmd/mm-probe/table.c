/* table.c - rows of cells, aligned once enough of them were seen. */
#include "table.h"

#include <stdio.h>
#include <string.h>

/* What is in a payload, in a few words; a word whose facts are not all known is left out. _ is a blank. */
static const char summary[] =
    "{image.display_width}x{image.display_height} {image.format} {image.camera_make} {image.camera_model} "
    "{video.display_width}x{video.display_height} {video.codec} {video.frame_rate}/s {audio.codec} {audio.rate_hz}_Hz "
    "{audio.channels}_ch {audio.duration_s}_s {text.language} {text.words}_words";

enum { COL_TYPE = 1, COL_SIZE = 2 };

static int fact_number(mm_str name)
{
    for (size_t i = 0; fact_at(i); i++)
        if (mm_str_eq(name, mm_str_of(fact_at(i)->name)))
            return (int)i;
    return -1;
}

int table_init(table *t, const asking *q, bool chosen, mm_err *e)
{
    *t = (table){ .asked = q, .chosen = chosen, .columns = 1 };
    for (size_t k = 0; k < q->n; k++) {
        size_t i = q->order[k];
        mm_str name = mm_str_of(fact_at(i)->name);
        bool shown = chosen ? q->fact[i] : mm_str_eq(name, MM_STR("type")) || mm_str_eq(name, MM_STR("size"));
        if (!shown)
            continue;
        if (t->columns == TABLE_COLUMNS)
            return mm_fail(e, MM_EUSAGE, "--table holds %d facts; ask for fewer with --only", TABLE_COLUMNS - 1);
        t->fact[t->columns++] = (uint16_t)i;
    }
    return 0;
}

void table_clear(table *t)
{
    mm_buf_free(&t->waiting);
}

/* ---- a row ------------------------------------------------------------------ */

/* Control characters would break the table and could steer a terminal. */
static void put_plain(mm_buf *out, mm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        bool control = c < 0x20 || c == 0x7f || (c == 0xc2 && i + 1 < s.n && (unsigned char)s.p[i + 1] < 0xa0);
        mm_buf_byte(out, control ? '?' : (char)c);
        i += control && c == 0xc2;
    }
}

static void put_value(mm_buf *out, mm_str json)
{
    mm_buf text = { 0 };
    put_plain(out, json.n && json.p[0] == '"' ? mm_json_text(json, &text) : json);
    mm_buf_free(&text);
}

/* One word of the summary; false when a fact in it is not known. */
static bool put_word(const answer *a, mm_str word, mm_buf *out)
{
    for (size_t i = 0; i < word.n; i++) {
        if (word.p[i] != '{') {
            mm_buf_byte(out, word.p[i] == '_' ? ' ' : word.p[i]);
            continue;
        }
        const char *from = word.p + ++i;
        while (word.p[i] != '}')
            i++;
        mm_str v = answer_value(a, (size_t)fact_number((mm_str){ from, (size_t)(word.p + i - from) }));
        if (!v.n)
            return false;
        put_value(out, v);
    }
    return true;
}

void table_summary(const answer *a, mm_buf *out)
{
    size_t start = out->n;
    for (const char *p = summary; *p; p += *p == ' ') {
        size_t n = strcspn(p, " "), before = out->n;
        if (before > start)
            mm_buf_byte(out, ' ');
        if (!put_word(a, (mm_str){ p, n }, out))
            out->n = before;
        p += n;
    }
}

static void put_warnings(const answer *a, mm_buf *out)
{
    if (!a->n_warnings)
        return;
    mm_buf list = { 0 };
    mm_buf_printf(&list, "[%.*s]", (int)a->warnings.n, a->warnings.p);
    mm_json_iter it = mm_json_each((mm_value){ mm_buf_view(&list), MM_JSON_ARRAY });
    mm_str between = MM_STR("! ");
    while (mm_json_next(&it) == 1) {
        mm_buf_str(out, between);
        put_value(out, it.value.raw);
        between = MM_STR("; ");
    }
    mm_buf_free(&list);
}

mm_str *table_row(const table *t, const answer *a, mm_str name, mm_buf *scratch, mm_arena *arena)
{
    mm_str *row = mm_arena_alloc(arena, (t->columns + 1) * sizeof *row);
    for (size_t c = 0; row && c <= t->columns; c++) {
        scratch->n = 0;
        if (c == 0)
            put_plain(scratch, name);
        else if (c < t->columns)
            put_value(scratch, answer_value(a, t->fact[c]));
        else if (!t->chosen)
            table_summary(a, scratch);
        if (c == t->columns && a->n_warnings && scratch->n)
            mm_buf_byte(scratch, ' ');
        if (c == t->columns)
            put_warnings(a, scratch);
        row[c] = mm_arena_copy(arena, mm_buf_view(scratch));
        if (scratch->failed || !row[c].p)
            return NULL;
    }
    return row;
}

/* Without a column of its own a fact stands by its name. */
int table_add(const table *t, mm_str *row, const answer *a, mm_arena *arena, mm_err *e)
{
    mm_buf text = { 0 }, more = { 0 };
    mm_str *last = &row[t->columns];
    for (size_t i = 0; i < a->asked->n; i++) {
        mm_str v = answer_value(a, i);
        size_t c = 1;
        while (c < t->columns && t->fact[c] != i)
            c++;
        if (!v.n)
            continue;
        text.n = 0;
        put_value(&text, v);
        if (c < t->columns)
            row[c] = mm_arena_copy(arena, mm_buf_view(&text));
        else
            mm_buf_printf(&more, "%s%s=%.*s", more.n || last->n ? " " : "", fact_at(i)->name, (int)text.n, text.p);
    }
    text.n = 0;
    mm_buf_str(&text, *last);
    mm_buf_str(&text, mm_buf_view(&more));
    *last = mm_arena_copy(arena, mm_buf_view(&text));
    bool failed = text.failed || more.failed || !last->p;
    mm_buf_free(&text);
    mm_buf_free(&more);
    return failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* ---- the table -------------------------------------------------------------- */

/* Columns a text takes: its characters. */
static unsigned columns_of(mm_str s)
{
    unsigned n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
    return n;
}

static mm_str next_cell(const char **p)
{
    size_t n = strcspn(*p, "\t\n");
    mm_str cell = { *p, n };
    *p += n + ((*p)[n] == '\t');
    return cell;
}

static const char *heading(const table *t, size_t c)
{
    if (c == 0)
        return "name";
    if (c < t->columns)
        return fact_at(t->fact[c])->name;
    return t->chosen ? "" : "holds";
}

static void widen(table *t, const char *row)
{
    for (size_t c = 0; c < t->columns; c++) {
        unsigned n = columns_of(next_cell(&row));
        if (n > t->width[c])
            t->width[c] = n < 60 ? n : 60;
    }
}

static void print_row(const table *t, const char *row, bool is_heading, mm_buf *out)
{
    unsigned owed = 0;  /* blanks to come; none at the end of a line */
    for (size_t c = 0; c <= t->columns; c++) {
        mm_str cell = next_cell(&row);
        unsigned n = columns_of(cell), pad = c < t->columns && n < t->width[c] ? t->width[c] - n : 0;
        const char *type = c && c < t->columns ? fact_at(t->fact[c])->type : "";
        bool right = !is_heading && (!strcmp(type, "integer") || !strcmp(type, "number"));
        if (cell.n)
            mm_buf_printf(out, "%*s%.*s", (int)(owed + (right ? pad : 0)), "", (int)cell.n, cell.p);
        owed = (cell.n ? 0 : owed + (right ? pad : 0)) + (right ? 0 : pad) + 2;
    }
    mm_buf_byte(out, '\n');
}

static int send(mm_buf *out, mm_err *e)
{
    bool whole = !out->failed && fwrite(out->p, 1, out->n, stdout) == out->n && fflush(stdout) == 0;
    if (!whole)
        mm_fail_errno(e, "standard output: cannot write");
    mm_buf_free(out);
    return whole ? 0 : -1;
}

static int settle(table *t, mm_err *e)
{
    mm_buf out = { 0 }, head = { 0 };
    for (size_t c = 0; c <= t->columns; c++)
        mm_buf_printf(&head, "%s%s", heading(t, c), c < t->columns ? "\t" : "\n");
    mm_buf_byte(&t->waiting, '\0');
    mm_buf_byte(&head, '\0');
    if (!t->waiting.failed && !head.failed) {
        widen(t, head.p);
        for (const char *p = t->waiting.p; *p; p = strchr(p, '\n') + 1)
            widen(t, p);
        print_row(t, head.p, true, &out);
        for (const char *p = t->waiting.p; *p; p = strchr(p, '\n') + 1)
            print_row(t, p, false, &out);
    }
    out.failed |= t->waiting.failed || head.failed;
    mm_buf_free(&head);
    mm_buf_free(&t->waiting);
    t->settled = true;
    return send(&out, e);
}

int table_write(table *t, const mm_str *const *rows, size_t n, mm_err *e)
{
    mm_buf out = { 0 }, line = { 0 };
    for (size_t i = 0; i < n; i++) {
        line.n = 0;
        for (size_t c = 0; c <= t->columns; c++) {
            mm_buf_str(&line, rows[i][c]);
            mm_buf_byte(&line, c < t->columns ? '\t' : '\n');
        }
        if (t->settled && !line.failed) {
            mm_buf_byte(&line, '\0');
            print_row(t, line.p, false, &out);
            continue;
        }
        mm_buf_str(&t->waiting, mm_buf_view(&line));
        if (++t->rows >= TABLE_LOOK && settle(t, e) < 0) {
            mm_buf_free(&line);
            return -1;
        }
    }
    out.failed |= line.failed;
    mm_buf_free(&line);
    return out.n || out.failed ? send(&out, e) : 0;
}

int table_end(table *t, mm_err *e)
{
    return t->settled || !t->rows ? 0 : settle(t, e);
}
