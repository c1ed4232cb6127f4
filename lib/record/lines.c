/* lines.c - NDJSON: a batch of lines out of a source. */
#include "record/lines.h"

#include "record/batch.h"

#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

/* Bytes looked at together, and the most lines told apart in them. */
#define TILE ((size_t)16 << 10)
#define TILE_LINES 2048

int mm_lines_open(mm_lines *l, const mm_read_opts *opts, mm_err *e)
{
    *l = (mm_lines){ .opts = opts, .newlines = malloc(TILE_LINES * sizeof(uint32_t)) };
    return l->newlines ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void mm_lines_close(mm_lines *l)
{
    mm_buf_free(&l->carry);
    free(l->newlines);
    *l = (mm_lines){ 0 };
}

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static mm_str trimmed(mm_str line)
{
    while (line.n && blank(line.p[line.n - 1]))
        line.n--;
    while (line.n && blank(*line.p))
        line.p++, line.n--;
    return line;
}

/* Say what is wrong with bytes that are not clean text, and where. */
static void judge_text(mm_rec *r, mm_str line, mm_arena *a)
{
    const char *nul = memchr(line.p, 0, line.n);
    size_t end = nul ? (size_t)(nul - line.p) : line.n;
    size_t at = mm_simd()->utf8_check(line.p, end);
    if (at == line.n)
        return;
    mm_rec_bad(r, a, at < end ? "invalid UTF-8" : "NUL byte");
    r->bad_byte = (int64_t)at;
}

static void judge_object(mm_rec *r, mm_arena *a)
{
    mm_str h = r->head;
    if (h.n < 2 || h.p[0] != '{' || h.p[h.n - 1] != '}')
        mm_rec_bad(r, a, "not a JSON object");
}

void mm_lines_judge(mm_rec *r, mm_str line, bool checked, mm_arena *a)
{
    r->head = trimmed(line);
    if (!checked)
        return;
    judge_text(r, line, a);
    if (r->verdict == MM_KEEP)
        judge_object(r, a);
}

/* Add a line that is over the limit; of its n bytes only max_record need be held at p. */
static int add_cut_line(mm_lines *l, mm_batch *b, const char *p, size_t n)
{
    size_t limit = l->opts->max_record;
    mm_rec *r = mm_batch_add(b);
    if (!r)
        return -1;
    r->head = r->raw = (mm_str){ p, limit };
    r->raw_form = MM_FORM_NDJSON;
    r->position = ++l->line;
    r->cut = n - limit;
    bool mib = limit >= 1 << 20;
    mm_rec_bad(r, b->arena, "line is over the limit of %zu %s; raise --max-record", mib ? limit >> 20 : limit,
               mib ? "MiB" : "bytes");
    return 0;
}

/* Add the record of a line without its newline; raw includes it. Blank lines are none. */
static int add_line(mm_lines *l, mm_batch *b, mm_str line, mm_str raw, bool clean)
{
    if (line.n > l->opts->max_record)
        return add_cut_line(l, b, line.p, line.n);
    l->line++;
    mm_str head = trimmed(line);
    if (head.n == 0)
        return 0;
    mm_rec *r = mm_batch_add(b);
    if (!r)
        return -1;
    r->head = head;
    r->raw = raw;
    r->raw_form = MM_FORM_NDJSON;
    r->position = l->line;
    if (l->opts->lines_only)
        return 0;
    if (!clean)
        judge_text(r, line, b->arena);
    if (r->verdict == MM_KEEP)
        judge_object(r, b->arena);
    return 0;
}

/* Valid UTF-8 without NUL, all of it: looked at once for many lines. */
static bool clean_text(const mm_lines *l, const char *p, size_t n)
{
    return l->opts->lines_only || (!memchr(p, 0, n) && mm_simd()->utf8_check(p, n) == n);
}

/* Add the lines whose ends were found from offset `at` on, the first of which begins at `from`.
 * Returns the offset behind the last, or -1 when memory ran out. */
static ssize_t add_lines(mm_lines *l, mm_batch *b, size_t from, size_t at, size_t count)
{
    const char *p = b->bytes.p;
    size_t end = at + l->newlines[count - 1] + 1;
    bool clean = clean_text(l, p + from, end - from);
    if (mm_batch_reserve(b, count) < 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        size_t nl = at + l->newlines[i];
        if (add_line(l, b, (mm_str){ p + from, nl - from }, (mm_str){ p + from, nl + 1 - from }, clean) < 0)
            return -1;
        from = nl + 1;
    }
    return (ssize_t)end;
}

/* Add the whole lines of b->bytes, of which the first `at` bytes hold no newline, a tile that stays
 * in the first-level cache at a time. Returns the bytes used, or -1 when memory ran out. */
static ssize_t split(mm_lines *l, mm_batch *b, size_t at)
{
    size_t n = b->bytes.n;
    ssize_t used = 0;
    while (at < n && b->n < MM_BATCH_RECORDS && used >= 0) {
        size_t tile = n - at < TILE ? n - at : TILE;
        size_t count = mm_simd()->newlines(b->bytes.p + at, tile, l->newlines, TILE_LINES);
        if (count > 0)
            used = add_lines(l, b, (size_t)used, at, count);
        at += count < TILE_LINES ? tile : l->newlines[count - 1] + 1;
    }
    l->lines_left = at < n;
    return used;
}

/* One more read into the batch: 1, or 0 when the source has ended, -1 when memory ran out. */
static int read_more(mm_lines *l, mm_source *s, mm_batch *b)
{
    size_t want = l->opts->batch > b->bytes.n ? l->opts->batch - b->bytes.n : b->bytes.n;
    char *to = mm_buf_room(&b->bytes, want);
    if (!to)
        return -1;
    ssize_t got = mm_source_read(s, to, want, &l->damage);
    l->ended = got <= 0;
    if (got > 0)
        b->bytes.n += (size_t)got;
    return got > 0;
}

/* Drop a byte order mark at the start of the input; true when the first bytes still may be one. */
static bool skip_bom(mm_lines *l, mm_batch *b)
{
    if (l->begun)
        return false;
    size_t n = b->bytes.n < 3 ? b->bytes.n : 3;
    bool mark = memcmp(b->bytes.p, BOM, n) == 0;
    if (mark && n < 3)
        return true;
    l->begun = true;
    if (mark) {
        b->bytes.n -= 3;
        memmove(b->bytes.p, b->bytes.p + 3, b->bytes.n);
    }
    return false;
}

/* The batch holds more than max_record bytes of a line without its end. Keep as many, count the
 * rest as it goes by, and leave what follows the line in carry. */
static int skip_long_line(mm_lines *l, mm_source *s, mm_batch *b)
{
    size_t keep = l->opts->max_record, line = b->bytes.n;
    const char *nl = NULL;
    char *to = NULL;
    ssize_t got = 0;
    b->bytes.n = keep;
    while (!nl) {
        to = mm_buf_room(&b->bytes, l->opts->batch);
        if (!to)
            return -1;
        got = mm_source_read(s, to, l->opts->batch, &l->damage);
        l->ended = got <= 0;
        if (got <= 0)
            break;
        nl = memchr(to, '\n', (size_t)got);
        line += nl ? (size_t)(nl - to) : (size_t)got;
    }
    if (nl) {
        mm_buf_put(&l->carry, nl + 1, (size_t)(to + got - (nl + 1)));
        l->lines_left = true;
    }
    return l->carry.failed ? -1 : add_cut_line(l, b, b->bytes.p, line);
}

/* What stands behind the last newline when the source has ended. */
static int add_last(mm_lines *l, mm_batch *b)
{
    mm_str line = mm_buf_view(&b->bytes);
    size_t before = b->n;
    if (line.n == 0)
        return 0;
    if (add_line(l, b, line, line, clean_text(l, line.p, line.n)) < 0)
        return -1;
    if (l->damage.code && b->n > before && b->rec[before].verdict == MM_KEEP)
        mm_rec_bad(&b->rec[before], b->arena, "the input is cut short inside this line");
    return 0;
}

/* Read until the batch holds a record or the source has ended. -1: memory ran out. */
static int fill(mm_lines *l, mm_source *s, mm_batch *b)
{
    size_t seen = l->lines_left ? 0 : b->bytes.n;
    bool look = l->lines_left;
    for (;;) {
        if (!look && read_more(l, s, b) < 0)
            return -1;
        if (!look && l->ended)
            return add_last(l, b);
        look = false;
        if (skip_bom(l, b))
            continue;
        ssize_t used = split(l, b, seen);
        if (used < 0)
            return -1;
        size_t rest = b->bytes.n - (size_t)used;
        if (b->n > 0) {
            mm_buf_put(&l->carry, b->bytes.p + used, rest);
            return l->carry.failed ? -1 : 0;
        }
        if (used)
            memmove(b->bytes.p, b->bytes.p + used, rest);
        b->bytes.n = rest;
        if (rest > l->opts->max_record && !l->lines_left)
            return skip_long_line(l, s, b);
        look = l->lines_left;
        seen = look ? 0 : rest;
    }
}

int mm_lines_fill(mm_lines *l, mm_source *s, mm_batch *b, mm_err *e)
{
    if (!l->ended) {
        mm_buf_put(&b->bytes, l->carry.p, l->carry.n);
        l->carry.n = 0;
        if (b->bytes.failed || fill(l, s, b) < 0)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    if (b->n > 0)
        return 1;
    if (!l->damage.code)
        return 0;
    mm_fail(e, l->damage.code, "%s", l->damage.text);
    return -1;
}
