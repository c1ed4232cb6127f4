/* edits.c - changes to one text, gathered first and made in one pass.
 *
 * Sets and removals need to see one another, so the first of them makes a working copy and
 * each splices that copy at once; what they touch is mostly near its end. Replacements may
 * be many and come by offsets of the original: they wait in a sorted list, in offsets of the
 * working copy, until apply. `kept` lists the runs of the original that still stand in the
 * copy, and so maps one kind of offset to the other.
 */
#include "json/scan.h"

#include <stdlib.h>
#include <string.h>

typedef struct replacement {
    size_t from, to;   /* in the working copy */
    size_t with, len;  /* in pool */
} replacement;

typedef struct run {
    size_t from, to;  /* in the original */
    size_t at;        /* where it stands in the working copy */
} run;

struct mm_edits {
    mm_str text;
    mm_buf copy;     /* used once `copied` */
    mm_buf scratch;  /* what a set is about to write */
    mm_buf pool;     /* the bytes of the replacements */
    replacement *waiting;
    size_t nwaiting, waiting_room;
    run *kept;
    size_t nkept, kept_room;
    size_t count;
    bool copied;
    /* The member of the text that was set into last: the next set mostly goes there too. */
    char top[32];
    size_t top_n, top_at;  /* its key, and where its value is in the working copy; 0: none */
};

mm_edits *mm_edits_new(void)
{
    return calloc(1, sizeof(mm_edits));
}

void mm_edits_free(mm_edits *ed)
{
    if (!ed)
        return;
    mm_buf_free(&ed->copy);
    mm_buf_free(&ed->scratch);
    mm_buf_free(&ed->pool);
    free(ed->waiting);
    free(ed->kept);
    free(ed);
}

void mm_edits_begin(mm_edits *ed, mm_str text)
{
    ed->text = text;
    ed->copy.n = ed->pool.n = 0;
    ed->nwaiting = ed->nkept = ed->count = ed->top_at = 0;
    ed->copied = false;
}

size_t mm_edits_count(const mm_edits *ed)
{
    return ed->count;
}

/* Room for one more of an array's elements, and one to spare for splitting. */
static bool grow(void **array, size_t n, size_t *room, size_t size)
{
    if (n + 2 <= *room)
        return true;
    size_t more = *room * 2 + 16;
    void *bigger = realloc(*array, more * size);
    if (!bigger)
        return false;
    *array = bigger;
    *room = more;
    return true;
}

static mm_str current(const mm_edits *ed)
{
    return ed->copied ? mm_buf_view(&ed->copy) : ed->text;
}

/* ---- replacements ---- */

/* The offset in the working copy of a range of the original; false when part of it is gone. */
static bool map_range(const mm_edits *ed, size_t *from, size_t *to)
{
    if (!ed->copied)
        return true;
    for (size_t i = 0; i < ed->nkept; i++) {
        const run *r = &ed->kept[i];
        if (*from < r->from || *to > r->to)
            continue;
        *to = r->at + (*to - r->from);
        *from = r->at + (*from - r->from);
        return true;
    }
    return false;
}

/* Where [from, to) belongs in the sorted list: behind all that begin before or with it, but an
 * insertion before the range that begins at its place. Mostly the end. */
static size_t place(const mm_edits *ed, size_t from, size_t to)
{
    size_t i = ed->nwaiting;
    while (i > 0) {
        const replacement *prev = &ed->waiting[i - 1];
        if (prev->from < from || (prev->from == from && (from < to || prev->from == prev->to)))
            break;
        i--;
    }
    return i;
}

int mm_edits_replace(mm_edits *ed, size_t from, size_t to, mm_str with)
{
    if (from > to || to > ed->text.n || !map_range(ed, &from, &to))
        return -1;
    size_t i = place(ed, from, to);
    if ((i > 0 && ed->waiting[i - 1].to > from) || (i < ed->nwaiting && ed->waiting[i].from < to))
        return -1;
    if (!grow((void **)&ed->waiting, ed->nwaiting, &ed->waiting_room, sizeof *ed->waiting))
        return -1;
    memmove(&ed->waiting[i + 1], &ed->waiting[i], (ed->nwaiting - i) * sizeof *ed->waiting);
    ed->waiting[i] = (replacement){ from, to, ed->pool.n, with.n };
    ed->nwaiting++;
    mm_buf_str(&ed->pool, with);
    ed->count++;
    return ed->pool.failed ? -1 : 0;
}

void mm_edits_apply(mm_edits *ed, mm_buf *out)
{
    mm_str text = current(ed);
    size_t at = 0;
    for (size_t i = 0; i < ed->nwaiting; i++) {
        const replacement *r = &ed->waiting[i];
        mm_buf_put(out, text.p + at, r->from - at);
        mm_buf_put(out, ed->pool.p + r->with, r->len);
        at = r->to;
    }
    mm_buf_put(out, text.p + at, text.n - at);
}

/* ---- splicing the working copy ---- */

static int out_of_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "editing a record: out of memory");
}

static int begin_copy(mm_edits *ed, mm_err *e)
{
    if (ed->copied)
        return 0;
    mm_buf_str(&ed->copy, ed->text);
    if (ed->copy.failed || !grow((void **)&ed->kept, 0, &ed->kept_room, sizeof *ed->kept))
        return out_of_memory(e);
    ed->kept[0] = (run){ 0, ed->text.n, 0 };
    ed->nkept = 1;
    ed->copied = true;
    return 0;
}

/* Waiting replacements inside [from, to) are overtaken; those behind move along. */
static int move_waiting(mm_edits *ed, size_t from, size_t to, size_t len, mm_err *e)
{
    size_t n = 0;
    for (size_t i = 0; i < ed->nwaiting; i++) {
        const replacement *r = &ed->waiting[i];
        if (r->to > from && r->from < to && (r->from < from || r->to > to))
            return mm_fail(e, MM_EBAD, "edits of a record overlap");
    }
    for (size_t i = 0; i < ed->nwaiting; i++) {
        replacement r = ed->waiting[i];
        if (from < to && r.from >= from && r.to <= to)
            continue;
        if (r.from >= to) {
            r.from += len - (to - from);
            r.to += len - (to - from);
        }
        ed->waiting[n++] = r;
    }
    ed->nwaiting = n;
    return 0;
}

/* Cut [from, to) of the working copy out of the kept runs; len bytes stand there instead. */
static void cut_kept(mm_edits *ed, size_t from, size_t to, size_t len)
{
    run *old = ed->kept;
    size_t n = ed->nkept;
    for (size_t i = 0; i < n; i++) {
        run r = old[i];
        size_t r_end = r.at + (r.to - r.from);
        if (r_end <= from)
            continue;
        if (r.at < from) {
            /* At most one run reaches over the cut: its tail goes to the spare place. */
            old[i].to = r.from + (from - r.at);
            if (r_end > to) {
                memmove(&old[i + 2], &old[i + 1], (n - i - 1) * sizeof *old);
                old[i + 1] = (run){ r.from + (to - r.at), r.to, from + len };
                ed->nkept = ++n;
                i++;
            }
        } else if (r.at < to) {
            size_t gone = (r_end < to ? r_end : to) - r.at;
            old[i] = (run){ r.from + gone, r.to, from + len };
        } else {
            old[i].at = r.at - (to - from) + len;
        }
    }
}

static int splice(mm_edits *ed, size_t from, size_t to, mm_str with, mm_err *e)
{
    if (begin_copy(ed, e) != 0 || move_waiting(ed, from, to, with.n, e) != 0)
        return -1;
    mm_buf *b = &ed->copy;
    if (!grow((void **)&ed->kept, ed->nkept, &ed->kept_room, sizeof *ed->kept) || !mm_buf_room(b, with.n))
        return out_of_memory(e);
    memmove(b->p + from + with.n, b->p + to, b->n - to);
    memcpy(b->p + from, with.p, with.n);
    b->n = b->n - (to - from) + with.n;
    cut_kept(ed, from, to, with.n);
    if (from < ed->top_at)
        ed->top_at = 0;
    ed->count++;
    return 0;
}

/* ---- sets and removals ---- */

static int malformed(mm_err *e)
{
    return mm_fail(e, MM_EBAD, "malformed JSON");
}

static void remember_top(mm_edits *ed, mm_str key, size_t at)
{
    if (key.n > sizeof ed->top)
        return;
    memcpy(ed->top, key.p, key.n);
    ed->top_n = key.n;
    ed->top_at = at;
}

static bool is_top(const mm_edits *ed, mm_str key)
{
    return ed->top_at && key.p && mm_str_eq(key, (mm_str){ ed->top, ed->top_n });
}

/* A place a path leads to: the value at p; or, where step `level` is missing, the object at p that
 * should hold it (`close` is its end where that is known). */
typedef struct spot {
    const char *p, *close;
    size_t level;
} spot;

/* 1: the value is there. 0: an object lacks a member. */
static int reach(mm_edits *ed, const mm_path *path, spot *at, mm_err *e)
{
    mm_str text = current(ed);
    const char *end = text.p + text.n, *p = mm_skip_blanks(text.p, end), *next;
    for (size_t i = 0; i < path->n; i++, p = next) {
        const mm_step *step = &path->step[i];
        if (i == 0 && is_top(ed, step->key)) {
            next = text.p + ed->top_at;
            continue;
        }
        int r = p < end ? mm_step_into(p, end, step, &next) : -1;
        if (r < 0)
            return malformed(e);
        *at = (spot){ p, next, i };
        if (r == 0 && *p == '{' && step->key.p)
            return 0;
        if (r == 0)
            return mm_fail(e, MM_EBAD, step->key.p ? "the value at step %zu of a path is no object"
                           : "the value at step %zu of a path has no such element", i);
        if (i == 0 && step->key.p)
            remember_top(ed, step->key, (size_t)(next - text.p));
    }
    *at = (spot){ p, NULL, path->n };
    return 1;
}

/* "key":{"next":raw}, with a comma before it where the object has members; [raw] when raw is the
 * first of an array. *value receives the offset of what stands behind the first colon. */
static int write_member(mm_buf *b, const mm_path *path, size_t level, mm_str raw, bool array, size_t *value,
                        mm_err *e)
{
    for (size_t i = level; i < path->n; i++) {
        if (!path->step[i].key.p)
            return mm_fail(e, MM_EUSAGE, "an array can not be given new elements");
        if (i > level)
            mm_buf_byte(b, '{');
        mm_json_put(b, path->step[i].key);
        mm_buf_byte(b, ':');
        if (i == level)
            *value = b->n;
    }
    mm_buf_str(b, array ? MM_STR("[") : MM_STR(""));
    mm_buf_str(b, raw);
    mm_buf_str(b, array ? MM_STR("]") : MM_STR(""));
    for (size_t i = level + 1; i < path->n; i++)
        mm_buf_byte(b, '}');
    return b->failed ? out_of_memory(e) : 0;
}

/* Begin ed->scratch with what separates a further member or element of the container at p from the
 * last; *where receives the offset behind that. `close` is the container's end, or NULL. */
static int behind_last(mm_edits *ed, const char *p, const char *close, size_t *where, mm_err *e)
{
    mm_str text = current(ed);
    size_t n = close ? (size_t)(close - p) : mm_simd()->json_skip(p, (size_t)(text.p + text.n - p));
    if (n == 0)
        return malformed(e);
    const char *last = p + n - 2;
    while (last > p && mm_is_blank(*last))
        last--;
    ed->scratch.n = 0;
    if (last > p)
        mm_buf_byte(&ed->scratch, ',');
    *where = (size_t)(last + 1 - text.p);
    return 0;
}

/* Add the missing member behind the last of its object. */
static int insert(mm_edits *ed, const spot *at, const mm_path *path, mm_str raw, bool array, mm_err *e)
{
    size_t where, value = 0;
    if (behind_last(ed, at->p, at->close, &where, e) != 0 ||
        write_member(&ed->scratch, path, at->level, raw, array, &value, e) != 0 ||
        splice(ed, where, where, mm_buf_view(&ed->scratch), e) != 0)
        return -1;
    if (at->level == 0)
        remember_top(ed, path->step[0].key, where + value);
    return 0;
}

int mm_edits_set(mm_edits *ed, const mm_path *path, mm_str raw, mm_err *e)
{
    spot at;
    mm_value v;
    int r = reach(ed, path, &at, e);
    if (r <= 0)
        return r < 0 ? -1 : insert(ed, &at, path, raw, false, e);
    mm_str text = current(ed);
    if (!mm_value_at(at.p, text.p + text.n, &v))
        return malformed(e);
    size_t from = (size_t)(v.raw.p - text.p);
    return splice(ed, from, from + v.raw.n, raw, e);
}

int mm_edits_append(mm_edits *ed, const mm_path *path, mm_str raw, mm_err *e)
{
    spot at;
    size_t where;
    int r = reach(ed, path, &at, e);
    if (r <= 0)
        return r < 0 ? -1 : insert(ed, &at, path, raw, true, e);
    mm_str text = current(ed);
    const char *p = mm_skip_blanks(at.p, text.p + text.n);
    if (p == text.p + text.n)
        return malformed(e);
    if (*p != '[')
        return mm_fail(e, MM_EBAD, "the value a path leads to is no array");
    if (behind_last(ed, p, NULL, &where, e) != 0)
        return -1;
    mm_buf_str(&ed->scratch, raw);
    return ed->scratch.failed ? out_of_memory(e) : splice(ed, where, where, mm_buf_view(&ed->scratch), e);
}

/* The bytes to take out so that the member or element leaves the container at p whole. */
static int member_range(const char *p, const char *end, const mm_step *step, const char **from, const char **to)
{
    mm_json_iter it = mm_walk(p, end);
    const char *before = NULL;
    bool object = it.key.p != NULL;
    int r;
    if (object != (step->key.p != NULL))
        return 0;
    while ((r = mm_json_next(&it)) == 1) {
        if (object ? mm_spells(it.key, step->key) : it.index == step->index)
            break;
        before = it.pos;
    }
    if (r != 1)
        return r;
    *from = object ? it.key.p - 1 : it.value.raw.p;
    *to = it.pos;
    const char *after = mm_skip_blanks(it.pos, end);
    if (after < end && *after == ',')
        *to = mm_skip_blanks(after + 1, end);
    else if (before)
        *from = before;
    return 1;
}

int mm_edits_remove(mm_edits *ed, const mm_path *path, mm_err *e)
{
    mm_str text = current(ed);
    const char *end = text.p + text.n, *p = mm_skip_blanks(text.p, end);
    const char *from = p, *to = p;
    int r = p < end ? 1 : -1;
    for (size_t i = 0; r == 1 && i + 1 < path->n; i++) {
        const char *next;
        r = mm_step_into(p, end, &path->step[i], &next);
        if (r == 1)
            p = next;
    }
    if (r == 1)
        r = *p == '{' || *p == '[' ? member_range(p, end, &path->step[path->n - 1], &from, &to) : 0;
    if (r <= 0)
        return r < 0 ? malformed(e) : 0;
    r = splice(ed, (size_t)(from - text.p), (size_t)(to - text.p), (mm_str){ "", 0 }, e);
    return r == 0 ? 1 : -1;
}
