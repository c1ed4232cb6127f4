#include "verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/member.h"
#include "token.h"

typedef struct verifier {
    mm_app *app;
    redactor *r;
    uint64_t places, records;   /* counted in order, by one thread */
} verifier;

typedef struct checker {
    void *inner;           /* of redact_open */
    mm_rec *rec;
    mm_value before;       /* mm.redact.findings as it came; .type not an array when there is none */
    mm_buf lines, text, stand_in, own;
} checker;

/* An entry of mm.redact.findings. */
typedef struct prior {
    mm_str entity, action;
    size_t from, to, chars;
} prior;

/* ---- stand-ins of the run before ---- */

static bool pair(mm_value v, size_t out[2])
{
    size_t n = 0;
    if (v.type != MM_JSON_ARRAY)
        return false;
    mm_json_iter it = mm_json_each(v);
    while (n < 2 && mm_json_next(&it) == 1)
        out[n++] = (size_t)strtoull(it.value.raw.p, NULL, 10);
    return n == 2 && out[0] <= out[1];
}

static mm_str inside(mm_value v)
{
    return v.type == MM_JSON_STRING ? (mm_str){ v.raw.p + 1, v.raw.n - 2 } : MM_STR("");
}

/* The entry, if it is one of this field. */
static bool read_prior(checker *c, mm_value v, mm_str field, bool name, prior *out)
{
    size_t span[2], chars[2];
    mm_value at = mm_member_value(v, "field");
    if (v.type != MM_JSON_OBJECT || at.type != MM_JSON_STRING || !mm_str_eq(mm_json_text(at.raw, &c->text), field) ||
        (mm_member_value(v, "name").type == MM_JSON_TRUE) != name || !pair(mm_member_value(v, "span"), span) || !pair(mm_member_value(v, "chars"), chars))
        return false;
    *out = (prior){ inside(mm_member_value(v, "entity")), inside(mm_member_value(v, "action")), span[0], span[1], chars[1] - chars[0] };
    return true;
}

/* Bytes of the first n characters of s; SIZE_MAX when there are fewer. */
static size_t bytes_of(mm_str s, size_t n)
{
    size_t i = 0;
    for (; n > 0 && i < s.n; n--)
        for (i++; i < s.n && ((unsigned char)s.p[i] & 0xc0) == 0x80;)
            i++;
    return n ? SIZE_MAX : i;
}

/* Length of what action `replace` put at the start of s; SIZE_MAX when something else stands there. */
static size_t placeholder(checker *c, const plan *p, mm_str s, const prior *was)
{
    const detector *d = detector_named(was->entity);
    const rule *r = d ? &p->rule[detector_index(d)] : NULL;
    const action_args plain = ACTION_ARGS;
    char entity[64];
    if (was->entity.n >= sizeof entity || was->chars > 4096)
        return SIZE_MAX;
    memcpy(entity, was->entity.p, was->entity.n);
    entity[was->entity.n] = 0;
    c->text.n = c->stand_in.n = 0;
    for (size_t i = 0; i < was->chars; i++)
        mm_buf_byte(&c->text, 'x');
    action_in in = { .value = mm_buf_view(&c->text), .entity = entity,
                     .args = r && r->do_ == &actions[0] ? &r->args : &plain };
    if (actions[0].put(&in, &c->stand_in) < 0 || c->stand_in.failed)
        return SIZE_MAX;
    mm_str put = mm_buf_view(&c->stand_in);
    return put.n <= s.n && memcmp(put.p, s.p, put.n) == 0 ? put.n : SIZE_MAX;
}

/* Length of the stand-in at `at`, of which finding f, or NULL, may be what was found; SIZE_MAX: not known. */
static size_t stand_in(checker *c, const plan *p, mm_str text, size_t at, const prior *was, const finding *f)
{
    mm_str rest = { text.p + at, text.n - at };
    if (mm_str_eq(was->action, MM_STR("replace")))
        return placeholder(c, p, rest, was);
    if (mm_str_eq(was->action, MM_STR("mask")) || mm_str_eq(was->action, MM_STR("fpe")))
        return bytes_of(rest, was->chars);
    if (mm_str_eq(was->action, MM_STR("token"))) {
        const char *end = rest.n > 6 && memcmp(rest.p, TOKEN_START, 6) == 0 ? memchr(rest.p, '>', rest.n) : NULL;
        return end ? (size_t)(end + 1 - rest.p) : SIZE_MAX;
    }
    return f ? f->to - f->from : SIZE_MAX;
}

/* The first finding from `i` on that ends behind `at`; findings are sorted. */
static size_t first_behind(const walker *w, size_t i, size_t at)
{
    while (i < w->found.n && w->found.v[i].to <= at)
        i++;
    return i;
}

/* Mark in c->own, a byte for each finding, those that are no more than what the run before put there. One pass: places rise,
 * but where a later run worked on what one before it wrote. */
static void mark_own(checker *c, const walker *w, mm_str text, mm_str field, bool name)
{
    size_t now = 0, then = 0, i = 0;   /* the same place in the text as it is and as it was */
    prior was;
    c->own.n = 0;
    for (size_t k = 0; k < w->found.n; k++)
        mm_buf_byte(&c->own, 0);
    if (c->before.type != MM_JSON_ARRAY || c->own.failed)
        return;
    mm_json_iter it = mm_json_each(c->before);
    while (mm_json_next(&it) == 1) {
        if (!read_prior(c, it.value, field, name, &was))
            continue;
        if (was.from < then)
            now = then = i = 0;
        size_t at = now + (was.from - then);
        if (at > text.n)
            return;
        i = first_behind(w, i, at);
        const finding *here = i < w->found.n && w->found.v[i].from == at ? &w->found.v[i] : NULL;
        if (here && !mm_str_eq(mm_str_of(walker_rule(w, here)->entity), was.entity))
            here = NULL;
        size_t n = stand_in(c, w->plan, text, at, &was, here);
        if (n == SIZE_MAX || n > text.n - at)
            return;
        for (size_t k = i; k < w->found.n && w->found.v[k].to <= at + n; k++)
            if (w->found.v[k].from >= at && mm_str_eq(mm_str_of(walker_rule(w, &w->found.v[k])->entity), was.entity))
                c->own.p[k] = 1;
        now = at + n;
        then = was.to;
    }
}

/* ---- what is left ---- */

static void begin_line(checker *c, mm_str field)
{
    mm_buf_printf(&c->lines, "%s:%llu\t", c->rec->source, (unsigned long long)c->rec->position);
    mm_buf_str(&c->lines, field);
}

static void told(void *ctx, const walker *w, mm_str text, mm_str field, bool name)
{
    checker *c = ctx;
    mark_own(c, w, text, field, name);
    for (size_t i = 0; i < w->found.n; i++) {
        const finding *f = &w->found.v[i];
        if (!c->own.failed && c->own.p[i])
            continue;
        begin_line(c, field);
        mm_buf_printf(&c->lines, "%s\t%s\t%d.%02d\n", name ? " (name)" : "", walker_rule(w, f)->entity, f->score / 100,
                      f->score % 100);
    }
}

static void tell_metadata(checker *c, mm_str lost)
{
    if (!lost.n)
        return;
    mm_json_iter it = mm_json_each((mm_value){ .type = MM_JSON_ARRAY, .raw = lost });
    while (mm_json_next(&it) == 1) {
        mm_json_iter kind = mm_json_each(mm_member_value(it.value, "removed"));
        for (bool first = true; mm_json_next(&kind) == 1; first = false) {
            if (first)
                begin_line(c, inside(mm_member_value(it.value, "where")));
            mm_buf_str(&c->lines, first ? MM_STR("\tMETADATA\t") : MM_STR(","));
            mm_buf_str(&c->lines, inside(kind.value));
        }
        if (c->lines.n && c->lines.p[c->lines.n - 1] != '\n')
            mm_buf_byte(&c->lines, '\n');
    }
}

/* Every place in a picture counts: what an earlier run painted over can not be seen. */
static void tell_seen(checker *c, mm_str seen)
{
    c->text.n = 0;
    mm_buf_printf(&c->text, "[%.*s]", (int)seen.n, seen.p ? seen.p : "");
    mm_json_iter it = mm_json_each((mm_value){ .type = MM_JSON_ARRAY, .raw = mm_buf_view(&c->text) });
    while (!c->text.failed && mm_json_next(&it) == 1) {
        begin_line(c, inside(mm_member_value(it.value, "field")));
        mm_buf_byte(&c->lines, ' ');
        mm_buf_str(&c->lines, mm_member_value(it.value, "box").raw);
        mm_buf_byte(&c->lines, '\t');
        mm_buf_str(&c->lines, inside(mm_member_value(it.value, "entity")));
        mm_buf_byte(&c->lines, '\t');
        mm_buf_str(&c->lines, mm_member_value(it.value, "score").raw);
        mm_buf_byte(&c->lines, '\n');
    }
}

/* ---- the stage ---- */

static void verify_close(void *state)
{
    checker *c = state;
    redact_close(c->inner);
    mm_buf *all[] = { &c->lines, &c->text, &c->stand_in, &c->own };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    free(c);
}

static void *verify_open(void *tool, int worker, mm_err *e)
{
    verifier *v = tool;
    checker *c = calloc(1, sizeof *c);
    if (!c || !(c->inner = redact_open(v->r, worker, e))) {
        if (!c)
            mm_fail(e, MM_ESYS, "out of memory");
        free(c);
        return NULL;
    }
    redact_watch(c->inner, told, c);
    return c;
}

/* The lines about a record become its `extra`, a mm_str, for verify_write. */
static mm_verdict verify_work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    checker *c = state;
    verifier *v = tool;
    mm_rec copy = *r;
    c->lines.n = 0;
    c->rec = r;
    if (mm_json_find(r->head, v->r->findings_path, &c->before) != 1)
        c->before = (mm_value){ .type = MM_JSON_NULL };
    mm_verdict verdict = redact_work(v->r, c->inner, &copy, a);
    tell_metadata(c, redact_lost(c->inner));
    tell_seen(c, redact_seen(c->inner));
    if (verdict == MM_BAD) {
        *r = copy;
        return verdict;
    }
    if (!c->lines.n)
        return MM_KEEP;
    mm_str *lines = mm_arena_alloc(a, sizeof *lines);
    if (!lines || c->lines.failed || !(*lines = mm_arena_copy(a, mm_buf_view(&c->lines))).p)
        return mm_rec_bad(r, a, "out of memory");
    r->extra = lines;
    return MM_KEEP;
}

static int verify_write(void *tool, const mm_batch *b, mm_err *e)
{
    verifier *v = tool;
    for (size_t i = 0; i < b->n; i++) {
        const mm_str *lines = b->rec[i].extra;
        if (!lines || b->rec[i].verdict != MM_KEEP)
            continue;
        v->records++;
        v->app->gate_tripped = true;
        for (size_t k = 0; k < lines->n; k++)
            v->places += lines->p[k] == '\n';
        if (fwrite(lines->p, 1, lines->n, stdout) != lines->n)
            return mm_fail_errno(e, "standard output");
    }
    return 0;
}

int verify_run(mm_app *app, redactor *r)
{
    mm_err e = { 0 };
    verifier v = { .app = app, .r = r };
    const mm_stage stage = { .open = verify_open, .close = verify_close, .work = verify_work, .write = verify_write, .tool = &v };
    r->again = true;
    int status = mm_app_run(app, &stage);
    if (status >= 128 || status == MM_ESYS)
        return status;
    if (fflush(stdout) != 0) {
        mm_fail_errno(&e, "standard output");
        return mm_app_fail(app, &e);
    }
    if (v.places)
        mm_app_note(app, "%llu place%s left in %llu record%s", (unsigned long long)v.places, mm_plural(v.places),
                    (unsigned long long)v.records, mm_plural(v.records));
    return v.places ? 1 : status;
}
