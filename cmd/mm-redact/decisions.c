#include "decisions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

#define HEAD "# mm-redact decisions 1"

/* ---- digests ---- */

static int hex_digit(char c)
{
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int digest_parse(mm_str text, unsigned char out[DIGEST])
{
    if (text.n != 2 * DIGEST)
        return -1;
    for (size_t i = 0; i < DIGEST; i++) {
        int high = hex_digit(text.p[2 * i]), low = hex_digit(text.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return -1;
        out[i] = (unsigned char)(high << 4 | low);
    }
    return 0;
}

void digest_put(mm_buf *b, const unsigned char digest[DIGEST])
{
    for (size_t i = 0; i < DIGEST; i++)
        mm_buf_printf(b, "%02x", digest[i]);
}

/* ---- the table ---- */

/* The place of a digest, or where it belongs. */
static size_t place(const decisions *d, const unsigned char digest[DIGEST], bool *there)
{
    size_t low = 0, high = d->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = memcmp(d->v[middle].digest, digest, DIGEST);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *there = false;
    return low;
}

const decision *decisions_find(const decisions *d, const unsigned char digest[DIGEST])
{
    bool there;
    size_t at = place(d, digest, &there);
    return there ? &d->v[at] : NULL;
}

int decisions_set(decisions *d, const decision *one)
{
    bool there;
    decision copy = *one;
    copy.field = mm_arena_copy(d->texts, one->field);
    copy.entity = mm_arena_copy(d->texts, one->entity);
    copy.other = mm_arena_copy(d->texts, one->other);
    if (!copy.field.p || !copy.entity.p || !copy.other.p)
        return -1;
    size_t at = place(d, one->digest, &there);
    if (!there && d->n == d->room) {
        size_t room = d->room ? d->room * 2 : 64;
        decision *more = realloc(d->v, room * sizeof *more);
        if (!more)
            return -1;
        d->v = more;
        d->room = room;
    }
    if (!there)
        memmove(d->v + at + 1, d->v + at, (d->n++ - at) * sizeof *d->v);
    d->v[at] = copy;
    return 0;
}

void decisions_remove(decisions *d, const unsigned char digest[DIGEST])
{
    bool there;
    size_t at = place(d, digest, &there);
    if (there)
        memmove(d->v + at, d->v + at + 1, (--d->n - at) * sizeof *d->v);
}

void decisions_free(decisions *d)
{
    if (!d)
        return;
    free(d->v);
    mm_arena_free(d->texts);
    free(d);
}

/* ---- reading ---- */

static mm_str next_part(mm_str *rest, char stop)
{
    const char *end = rest->n ? memchr(rest->p, stop, rest->n) : NULL;
    mm_str part = { rest->p, end ? (size_t)(end - rest->p) : rest->n };
    size_t used = part.n + (end != NULL);
    *rest = (mm_str){ rest->p + used, rest->n - used };
    return part;
}

/* "+2", "-1", "0". */
static int read_move(mm_str text, int *out)
{
    size_t i = text.n && (text.p[0] == '+' || text.p[0] == '-');
    int v = 0;
    if (i == text.n || text.n - i > 6)
        return -1;
    for (size_t k = i; k < text.n; k++) {
        if (!is_digit(text.p[k]))
            return -1;
        v = v * 10 + (text.p[k] - '0');
    }
    *out = text.p[0] == '-' ? -v : v;
    return 0;
}

static int read_what(mm_str text, decision *out)
{
    mm_str word = next_part(&text, ' ');
    out->what = mm_str_eq(word, MM_STR("accept")) ? DECIDED_ACCEPT : mm_str_eq(word, MM_STR("reject")) ? DECIDED_REJECT
              : mm_str_eq(word, MM_STR("edit")) ? DECIDED_EDIT : DECIDED_NOT;
    if (out->what != DECIDED_EDIT)
        return out->what && !text.n ? 0 : -1;
    out->other = next_part(&text, ' ');
    return out->other.n && read_move(next_part(&text, ' '), &out->from) == 0 && read_move(text, &out->to) == 0 ? 0 : -1;
}

static bool same_decision(const decision *a, const decision *b)
{
    return a->what == b->what && mm_str_eq(a->other, b->other) && a->from == b->from && a->to == b->to;
}

static int read_line(decisions *d, mm_str line, const char *file, size_t number, mm_err *e)
{
    decision one = { 0 };
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    if (!line.n)
        return 0;
    if (line.p[0] == '#') {
        const char *key = memmem(line.p, line.n, ", key ", 6);
        if (mm_str_starts(line, MM_STR(HEAD)) && key && line.p + line.n - key == 6 + KEY_ID)
            memcpy(d->key, key + 6, KEY_ID);
        return 0;
    }
    mm_str rest = line;
    one.field = next_part(&rest, '\t');
    one.entity = next_part(&rest, '\t');
    if (digest_parse(next_part(&rest, '\t'), one.digest) < 0 || read_what(rest, &one) < 0 || one.field.n < 2 || one.field.p[0] != '"' || !one.entity.n)
        return mm_fail(e, MM_EUSAGE, "%s:%zu: no decision: field, entity, digest and accept, reject or edit, with tabs between", file, number);
    const decision *before = decisions_find(d, one.digest);
    if (before && !same_decision(before, &one))
        return mm_fail(e, MM_EUSAGE, "%s:%zu: decided otherwise in a line before; keep one of them", file, number);
    return decisions_set(d, &one) == 0 ? 0 : mm_fail(e, MM_ESYS, "%s: out of memory", file);
}

decisions *decisions_load(const char *file, bool may_lack, mm_err *e)
{
    decisions *d = calloc(1, sizeof *d);
    FILE *f = fopen(file, "re");
    bool lacks = !f && errno == ENOENT && may_lack;
    char *line = NULL;
    size_t room = 0, number = 0;
    ssize_t n;
    int failed = f || lacks ? 0 : mm_fail_errno(e, "%s", file);
    if (failed)
        e->code = MM_EUSAGE;
    if (d)
        d->texts = mm_arena_new();
    if (!failed && (!d || !d->texts))
        failed = mm_fail(e, MM_ESYS, "out of memory");
    while (!failed && f && (n = getline(&line, &room, f)) > 0)
        failed = read_line(d, (mm_str){ line, (size_t)n - (line[n - 1] == '\n') }, file, ++number, e);
    if (!failed && f && ferror(f))
        failed = mm_fail_errno(e, "%s", file);
    free(line);
    if (f)
        fclose(f);
    if (!failed)
        return d;
    decisions_free(d);
    return NULL;
}

int decisions_check(const decisions *d, const char *file, mm_err *e)
{
    for (size_t i = 0; i < d->n; i++)
        if (d->v[i].what == DECIDED_EDIT && !detector_named(d->v[i].other))
            return mm_fail(e, MM_EUSAGE, "%s: no entity is called '%.*s'; is this the policy it was decided under?", file,
                           (int)d->v[i].other.n, d->v[i].other.p);
    return 0;
}

/* ---- writing ---- */

static void put_line(mm_buf *b, const decision *one)
{
    static const char *const told[] = { "", "accept", "reject", "edit" };
    mm_buf_str(b, one->field);
    mm_buf_byte(b, '\t');
    mm_buf_str(b, one->entity);
    mm_buf_byte(b, '\t');
    digest_put(b, one->digest);
    mm_buf_printf(b, "\t%s", told[one->what]);
    if (one->what == DECIDED_EDIT)
        mm_buf_printf(b, " %.*s %+d %+d", (int)one->other.n, one->other.p, one->from, one->to);
    mm_buf_byte(b, '\n');
}

static int by_line(const void *x, const void *y)
{
    const decision *a = *(const decision *const *)x, *b = *(const decision *const *)y;
    int order = mm_str_cmp(a->field, b->field);
    if (!order)
        order = mm_str_cmp(a->entity, b->entity);
    return order ? order : memcmp(a->digest, b->digest, DIGEST);
}

int decisions_save(const decisions *d, const char *file, mm_err *e)
{
    mm_outfile out = { .fd = -1 };
    mm_buf b = { 0 };
    const decision **order = calloc(d->n + 1, sizeof *order);
    for (size_t i = 0; order && i < d->n; i++)
        order[i] = &d->v[i];
    if (order)
        qsort(order, d->n, sizeof *order, by_line);
    mm_buf_printf(&b, HEAD "%s%s\n", d->key[0] ? ", key " : "", d->key);
    for (size_t i = 0; order && i < d->n; i++)
        put_line(&b, order[i]);
    int failed = !order || b.failed ? mm_fail(e, MM_ESYS, "%s: out of memory", file) : mm_outfile_open(&out, file, e);
    if (!failed && mm_outfile_write(&out, mm_buf_view(&b), e) < 0) {
        mm_outfile_discard(&out);
        failed = -1;
    }
    free(order);
    mm_buf_free(&b);
    return failed ? -1 : mm_outfile_commit(&out, e);
}
