#include "walk.h"

#include <stdlib.h>
#include <string.h>

#include "json/scan.h"
#include "review.h"

/* An open object or array. */
typedef struct frame {
    bool object;
    size_t path, names;     /* lengths before this container's own steps */
    size_t index;
    mm_str key;             /* raw, of the member it is the value of */
    size_t start;           /* of the member or element being read */
    size_t end;             /* of the one before */
    bool kept;              /* one before stays */
    bool pending;           /* the ones before from `from` on go; up to where the next begins */
    size_t from;
} frame;

/* Members of mm that say how to get at the payload, or what tools did; they hold no words of people. */
static const char *const machinery[] = {
    "mm.id", "mm.xxh3", "mm.size", "mm.type", "mm.modality", "mm.charset", "mm.data", "mm.redact", "mm.via", "mm.dead",
    "mm.ref", "mm.parts.type", "mm.parts.size", "mm.parts.xxh3", "mm.parts.ref", "mm.parts.data",
};

walker *walker_new(const plan *p)
{
    walker *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    w->plan = p;
    w->edits = mm_edits_new();
    w->deep = deep_new(p->custom);
    if (w->edits && w->deep)
        return w;
    walker_free(w);
    return NULL;
}

void walker_free(walker *w)
{
    if (!w)
        return;
    mm_edits_free(w->edits);
    deep_free(w->deep);
    free(w->found.v);
    free(w->stack);
    mm_buf *all[] = { &w->report, &w->text, &w->path, &w->names, &w->with, &w->raw, &w->about, &w->queue };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    free(w);
}

void walker_begin(walker *w, mm_str head)
{
    mm_edits_begin(w->edits, head);
    memset(w->count, 0, sizeof w->count);
    w->report.n = w->reported = w->path.n = w->names.n = w->depth = w->queue.n = w->pending = 0;
    w->where = (mm_str){ 0 };
    w->drop = w->emptied = w->names_file = false;
    w->head = head;
    w->why = w->found.why = NULL;
    w->found.failed = false;
    w->spared[0] = w->spared[1] = (mm_str){ 0 };
}

void walker_spare(walker *w, mm_str a, mm_str b)
{
    w->spared[0] = a;
    w->spared[1] = b;
}

static bool is_elsewhere(const walker *w, const char *p)
{
    return (p >= w->spared[0].p && p < w->spared[0].p + w->spared[0].n) || (p >= w->spared[1].p && p < w->spared[1].p + w->spared[1].n);
}

const rule *walker_rule(const walker *w, const finding *f)
{
    return w->column ? w->column : &w->plan->rule[detector_index(f->by)];
}

/* ---- finding and reporting ---- */

static bool is_machinery(mm_str names)
{
    if (names.n < 3 || memcmp(names.p, "mm.", 3) != 0)
        return false;
    for (size_t i = 0; i < sizeof machinery / sizeof *machinery; i++) {
        size_t n = strlen(machinery[i]);
        if (names.n >= n && memcmp(names.p, machinery[i], n) == 0 && (names.n == n || names.p[n] == '.'))
            return true;
    }
    return false;
}

/* Stand in these bytes of the header no marks, and no escapes, behind which others might? */
static bool is_quiet(const walker *w, const char *head, mm_str raw)
{
    if (!w->seen || !raw.n)
        return false;
    const uint64_t *marks = w->seen->marks;
    size_t from = (size_t)(raw.p - head), to = from + raw.n - 1, i = from / 64;
    uint64_t first = UINT64_MAX << from % 64, last = UINT64_MAX >> (63 - to % 64);
    if (i == to / 64)
        return !(marks[i] & first & last) && !memchr(raw.p, '\\', raw.n);
    uint64_t any = marks[i] & first;
    for (i++; i < to / 64; i++)
        any |= marks[i];
    return !(any | (marks[i] & last)) && !memchr(raw.p, '\\', raw.n);
}

static bool is_spared(walker *w, const subject *s, const finding *f)
{
    return deep_spares(w->deep, (mm_str){ s->p + f->from, f->to - f->from });
}

/* The field as people decide about it: names without indexes, that of what lies around a name. */
static mm_str field_of(const walker *w)
{
    const char *index = w->where.p ? memchr(w->where.p, '[', w->where.n) : NULL;
    if (w->where.p)
        return (mm_str){ w->where.p, index ? (size_t)(index - w->where.p) : w->where.n };
    return w->in_name ? (mm_str){ w->names.p, w->stack[w->depth - 1].names } : mm_buf_view(&w->names);
}

/* What is sure outranks what people are to decide, and they decide about what is left of it. */
static void settle(walker *w, const subject *s)
{
    enum { SURE = 1000 };
    for (size_t i = 0; i < w->found.n; i++)
        w->found.v[i].score += rule_asks(walker_rule(w, &w->found.v[i]), w->found.v[i].score) ? 0 : SURE;
    findings_resolve(&w->found);
    for (size_t i = 0; i < w->found.n; i++)
        w->found.v[i].score -= w->found.v[i].score >= SURE ? SURE : 0;
    if (review_settle(w->plan, (mm_str){ s->p, s->n }, field_of(w), w->in_name, &w->found) < 0) {
        w->found.failed = true;
        w->why = "libcrypto failed";
    }
}

/* What is to be acted upon in this text, into w->found. A number that holds something goes whole. */
static size_t examine(walker *w, const subject *s)
{
    size_t n = 0;
    w->found.n = 0;
    w->column = NULL;
    bool asked = w->ner && !s->number && !w->in_name;
    if (w->gathers) {
        if (asked)
            ner_client_add(w->ner, (mm_str){ s->p, s->n });
        return 0;
    }
    detect_deep(w->deep, s, &w->plan->on, &w->found);
    if (asked)
        ner_client_find(w->ner, (mm_str){ s->p, s->n }, &w->found);
    for (size_t i = 0; i < w->found.n; i++) {
        finding *f = &w->found.v[i];
        f->score = custom_context_score(&w->plan->context[detector_index(f->by)], s, f->from, f->to, f->score);
        if (f->score >= rule_least(walker_rule(w, f)) && !is_spared(w, s, f))
            w->found.v[n++] = *f;
    }
    w->why = w->found.why;
    w->found.n = n = w->found.failed ? 0 : n;
    for (size_t i = 0; s->number && i < n; i++) {
        w->found.v[i].from = 0;
        w->found.v[i].to = s->n;
    }
    if (w->plan->reviews)
        settle(w, s);
    else
        findings_resolve(&w->found);
    for (size_t i = 0; i < w->found.n; i++)
        w->drop |= walker_rule(w, &w->found.v[i])->do_->scope == ACT_RECORD;
    return w->found.n;
}

static size_t characters(const char *p, size_t n)
{
    size_t count = n, i = 0;
    for (; n - i >= 8; i += 8) {
        uint64_t eight;
        memcpy(&eight, p + i, 8);
        count -= (size_t)__builtin_popcountll(eight >> 7 & ~eight >> 6 & UINT64_C(0x0101010101010101));
    }
    for (; i < n; i++)
        count -= ((unsigned char)p[i] & 0xc0) == 0x80;
    return count;
}

static void put_pair(mm_buf *b, mm_str before, size_t x, size_t y)
{
    mm_buf_str(b, before);
    mm_buf_u64(b, x);
    mm_buf_byte(b, ',');
    mm_buf_u64(b, y);
    mm_buf_byte(b, ']');
}

/* What people say of a finding, or are to say. */
static void report_review(walker *w, mm_str text, mm_str path, bool name, const finding *f, const size_t chars[2])
{
    static const char *const said[] = { "", "pending", "accepted", "edited" };
    mm_buf_printf(&w->report, "\",\"review\":\"%s", said[f->review]);
    if (f->review != REVIEW_PENDING)
        return;
    w->pending++;
    w->in_name = name;
    if (w->asks && review_tell(w->plan, text, field_of(w), path, name, f, chars, &w->queue) < 0)
        w->report.failed = true;
    w->in_name = false;
}

/* One entry of mm.redact.findings for each finding in the text p. */
static void report(walker *w, mm_str text, mm_str field, bool name)
{
    mm_buf *b = &w->report;
    const char *p = text.p;
    if (w->watch)
        w->watch(w->watch_ctx, w, text, field, name);
    size_t at = 0, chars = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        const finding *f = &w->found.v[i];
        size_t before = chars + characters(p + at, f->from - at);
        chars = before + characters(p + f->from, f->to - f->from);
        at = f->to;
        mm_buf_str(b, w->reported++ ? MM_STR(",{\"entity\":\"") : MM_STR("{\"entity\":\""));
        mm_buf_str(b, mm_str_of(walker_rule(w, f)->entity));
        mm_buf_str(b, MM_STR("\",\"field\":"));
        mm_json_put(b, field);
        if (name)
            mm_buf_str(b, MM_STR(",\"name\":true"));
        put_pair(b, MM_STR(",\"span\":["), f->from, f->to);
        put_pair(b, MM_STR(",\"chars\":["), before, chars);
        mm_buf_str(b, f->score < 100 ? MM_STR(",\"score\":0.") : MM_STR(",\"score\":1."));
        mm_buf_byte(b, (char)('0' + f->score / 10 % 10));
        mm_buf_byte(b, (char)('0' + f->score % 10));
        mm_buf_str(b, MM_STR(",\"rule\":\""));
        mm_buf_str(b, mm_str_of(f->rule));
        mm_buf_str(b, MM_STR("\",\"action\":\""));
        mm_buf_str(b, mm_str_of(walker_rule(w, f)->do_->name));
        if (f->review)
            report_review(w, text, field, name, f, (size_t[]){ before, chars });
        mm_buf_str(b, MM_STR("\"}"));
        w->count[detector_index(f->by)]++;
    }
}

/* The text of the field that says whose the value is. */
static int subject_of(walker *w, const mm_path *path, mm_str *out)
{
    mm_value v;
    if (mm_json_find(w->head, path, &v) != 1 || (v.type != MM_JSON_STRING && v.type != MM_JSON_NUMBER)) {
        w->why = "no text or number stands at the path `subject` of the policy";
        return -1;
    }
    *out = v.type == MM_JSON_STRING ? mm_json_text(v.raw, &w->about) : v.raw;
    return 0;
}

/* Append what stands in the place of a finding. Where its action is not for values (a name can not be dropped), its
 * entity does. -1: the record must not go on, for `why` or for want of memory. */
static int put_instead(walker *w, const finding *f, const char *p, bool number, mm_buf *out)
{
    const rule *r = walker_rule(w, f);
    const action_args plain = ACTION_ARGS;
    bool value = r->do_->scope == ACT_VALUE;
    action_in in = { .value = { p + f->from, f->to - f->from }, .entity = r->entity, .number = number,
                     .args = value ? &r->args : &plain };
    bool owned = (r->do_->takes & TAKES_DAYS) || (r->own_subject && (r->do_->takes & TAKES_SUBJECT));
    if (value && owned && r->args.subject && subject_of(w, r->args.subject, &in.subject) < 0)
        return -1;
    if ((value ? r->do_ : &actions[0])->put(&in, out) == 0)
        return 0;
    w->why = in.why;
    return -1;
}

/* ---- strings and numbers ---- */

size_t raw_offset(mm_str p, size_t to, size_t *text, size_t *raw)
{
    const char *q = p.p + *raw, *end = p.p + p.n;
    while (*text < to && q < end) {
        char c[4];
        size_t plain = to - *text < (size_t)(end - q) ? to - *text : (size_t)(end - q);
        const char *escape = memchr(q, '\\', plain);
        *text += escape ? (size_t)(escape - q) : plain;
        q = escape ? escape : q + plain;
        if (escape)
            *text += mm_unescape(&q, end, c);
    }
    *raw = (size_t)(q - p.p);
    return *raw;
}

/* Splice the findings into the string whose bytes between the quotes are `body` at offset `base`. */
static int splice_string(walker *w, mm_str body, size_t base, const char *text)
{
    size_t t = 0, r = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        const finding *f = &w->found.v[i];
        size_t from = raw_offset(body, f->from, &t, &r), to = raw_offset(body, f->to, &t, &r);
        w->with.n = w->raw.n = 0;
        if (put_instead(w, f, text, false, &w->with) < 0)
            return -1;
        mm_json_put(&w->raw, mm_buf_view(&w->with));
        mm_str quoted = mm_buf_view(&w->raw);
        if (w->with.failed || w->raw.failed || quoted.n < 2)
            return -1;
        if (mm_edits_replace(w->edits, base + from, base + to, (mm_str){ quoted.p + 1, quoted.n - 2 }) < 0)
            return -1;
    }
    return 0;
}

/* What is no string becomes one, but for numbers that stay numbers. */
static int splice_number(walker *w, mm_str body, size_t base)
{
    w->with.n = w->raw.n = 0;
    double number;
    if (put_instead(w, &w->found.v[0], body.p, true, &w->with) < 0)
        return -1;
    const rule *r = walker_rule(w, &w->found.v[0]);
    if (action_is_numeric(r->do_, &r->args) && mm_json_double(mm_buf_view(&w->with), &number) == 0)
        return mm_edits_replace(w->edits, base, base + body.n, mm_buf_view(&w->with));
    mm_json_put(&w->raw, mm_buf_view(&w->with));
    if (w->with.failed || w->raw.failed)
        return -1;
    return mm_edits_replace(w->edits, base, base + body.n, mm_buf_view(&w->raw));
}

static bool drops_field(const walker *w)
{
    for (size_t i = 0; i < w->found.n; i++)
        if (walker_rule(w, &w->found.v[i])->do_->scope == ACT_FIELD)
            return true;
    return false;
}

/* The field as a whole is what was found. */
static size_t take_column(walker *w, const rule *r, mm_str text)
{
    w->found.n = 0;
    w->found.by = detector_named(MM_STR("field"));
    detector_set only = { 0 };   /* whatever --entities asks for */
    detector_add(&only, w->found.by);
    w->found.on = &only;
    found(&w->found, 0, text.n, "policy", 100);
    w->column = r;
    w->drop |= r->do_->scope == ACT_RECORD;
    return w->found.n;
}

/* A value that is no container: *dropped tells that its member is to go. */
static int leaf(walker *w, const char *head, mm_value v, mm_str key, bool *dropped)
{
    bool string = v.type == MM_JSON_STRING, number = v.type == MM_JSON_NUMBER;
    if (is_elsewhere(w, v.raw.p))
        return 0;
    mm_str names = mm_buf_view(&w->names);
    bool path = mm_str_eq(names, MM_STR("mm.ref.path")) || mm_str_eq(names, MM_STR("mm.parts.ref.path"));
    bool inner = is_machinery(names);
    const rule *whole = w->plan->n_columns && !inner && v.type != MM_JSON_NULL ? plan_column(w->plan, names) : NULL;
    if (!whole && ((!string && !number) || is_quiet(w, head, v.raw) || !plan_wants(w->plan, names) || (inner && !path)))
        return 0;
    mm_str text = string ? mm_json_text(v.raw, &w->text) : v.raw;
    subject s = { .p = text.p, .n = text.n, .key = words_of_key(key), .name = key, .number = !string };
    if (w->seen && string && text.p == v.raw.p + 1) {   /* what precedes a number may be part of its hint */
        s.hints = w->seen->hints;
        s.first = (size_t)(text.p - head);
    }
    if (whole && ((text.n == 0 && whole->do_->scope == ACT_VALUE) || w->gathers))
        return 0;
    if ((whole ? take_column(w, whole, text) : examine(w, &s)) == 0 || w->found.failed)
        return w->found.failed || w->text.failed ? -1 : 0;
    if (path) {
        w->names_file = true;
        return 0;
    }
    report(w, text, mm_buf_view(&w->path), false);
    *dropped = drops_field(w);
    if (*dropped)
        return 0;
    size_t base = (size_t)(v.raw.p - head);
    return string ? splice_string(w, (mm_str){ v.raw.p + 1, v.raw.n - 2 }, base + 1, text.p)
                  : splice_number(w, v.raw, base);
}

/* ---- paths ---- */

static bool plain_name(mm_str name)
{
    for (size_t i = 0; i < name.n; i++)
        if (strchr(". []\"\\", name.p[i]) || (unsigned char)name.p[i] <= ' ')
            return false;
    return name.n > 0;
}

static void enter_name(walker *w, const frame *f, mm_str name)
{
    w->path.n = f->path;
    w->names.n = f->names;
    if (w->path.n)
        mm_buf_byte(&w->path, '.');
    if (w->names.n)
        mm_buf_byte(&w->names, '.');
    if (plain_name(name))
        mm_buf_str(&w->path, name);
    else
        mm_json_put(&w->path, name);
    mm_buf_str(&w->names, name);
}

static void enter_index(walker *w, const frame *f)
{
    w->path.n = f->path;
    w->names.n = f->names;
    mm_buf_byte(&w->path, '[');
    mm_buf_u64(&w->path, f->index);
    mm_buf_byte(&w->path, ']');
}

/* A member's name: looked at like a value, and entered into the path as it will read. */
static int name_of(walker *w, const char *head, mm_str raw, frame *f)
{
    mm_str name = mm_json_text((mm_str){ raw.p - 1, raw.n + 2 }, &w->text);
    enter_name(w, f, name);
    mm_str names = mm_buf_view(&w->names);
    if (!w->plan->names || is_quiet(w, head, raw) || !plan_wants(w->plan, names) || is_machinery(names))
        return 0;
    subject s = { .p = name.p, .n = name.n };
    w->in_name = true;
    size_t found_here = examine(w, &s);
    w->in_name = false;
    if (found_here == 0 || w->found.failed)
        return w->found.failed ? -1 : 0;
    mm_buf told = { 0 };
    size_t at = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        mm_buf_put(&told, name.p + at, w->found.v[i].from - at);
        if (put_instead(w, &w->found.v[i], name.p, false, &told) < 0)
            told.failed = true;
        at = w->found.v[i].to;
    }
    mm_buf_put(&told, name.p + at, name.n - at);
    enter_name(w, f, mm_buf_view(&told));
    bool failed = told.failed;
    mm_buf_free(&told);
    report(w, name, mm_buf_view(&w->path), true);
    return failed ? -1 : splice_string(w, raw, (size_t)(raw.p - head), name.p);
}

/* ---- members that go ---- */

/* The member or element [f->start, end) goes, and with it one comma. */
static int drop_member(walker *w, frame *f, size_t end)
{
    if (f->kept)
        return mm_edits_replace(w->edits, f->end, end, MM_STR(""));
    if (!f->pending)
        f->from = f->start;
    f->pending = true;
    return 0;
}

/* The next one begins at `start`: those that were to go without one kept before them go up to here. */
static int next_begins(walker *w, frame *f, size_t start)
{
    f->start = start;
    if (!f->pending)
        return 0;
    f->pending = false;
    return mm_edits_replace(w->edits, f->from, start, MM_STR(""));
}

/* ---- walking ---- */

static frame *push(walker *w, bool object, mm_str key)
{
    if (w->depth == w->room) {
        size_t room = w->room ? w->room * 2 : 64;
        frame *stack = realloc(w->stack, room * sizeof *stack);
        if (!stack)
            return NULL;
        w->stack = stack;
        w->room = room;
    }
    frame *f = &w->stack[w->depth++];
    *f = (frame){ .object = object, .path = w->path.n, .names = w->names.n, .key = key };
    return f;
}

/* A member or element ended before `end`. */
static void member_ended(walker *w, size_t end, bool dropped)
{
    if (w->depth == 0)
        return;
    frame *f = &w->stack[w->depth - 1];
    f->end = end;
    f->kept |= !dropped;
    f->index++;
}

static const char *closing(walker *w, const char *head, const char *p)
{
    frame *f = &w->stack[w->depth - 1];
    if (f->pending && mm_edits_replace(w->edits, f->from, f->end, MM_STR("")) < 0)
        return NULL;
    w->depth--;
    w->emptied = w->depth == 0 && f->pending;
    member_ended(w, (size_t)(p + 1 - head), false);
    return p + 1;
}

/* Behind a value in which nothing can be, under a name in which nothing can be; NULL when p is at no such value. */
static const char *quiet_value(walker *w, const char *head, const char *p, const char *end, mm_str name)
{
    mm_value v;
    if (!w->seen || *p == '{' || *p == '[' || (name.n && !is_quiet(w, head, name)))
        return NULL;
    const char *behind = mm_value_at(p, end, &v);
    return behind && is_quiet(w, head, v.raw) ? behind : NULL;
}

/* From the start of a member or element to behind its value, or into its container; NULL on failure. */
static const char *member(walker *w, const char *head, const char *p, const char *end)
{
    frame *f = &w->stack[w->depth - 1];
    mm_str key = f->key;
    bool dropped = false;
    mm_value v;
    if (next_begins(w, f, (size_t)(p - head)) < 0)
        return NULL;
    if (f->object) {
        const char *close = mm_string_end(p + 1, end);
        if (!close)
            return NULL;
        key = (mm_str){ p + 1, (size_t)(close - p) - 2 };
        p = mm_skip_blanks(close, end);
        p = mm_skip_blanks(p + 1, end);
    }
    if (p == end)
        return NULL;
    const char *behind = quiet_value(w, head, p, end, f->object ? key : MM_STR(""));
    if (behind) {
        member_ended(w, (size_t)(behind - head), false);
        return behind;
    }
    if (f->object && name_of(w, head, key, f) < 0)
        return NULL;
    if (!f->object)
        enter_index(w, f);
    if (*p == '{' || *p == '[')
        return push(w, *p == '{', *p == '{' ? MM_STR("") : key) ? p + 1 : NULL;
    behind = mm_value_at(p, end, &v);
    if (!behind || leaf(w, head, v, key, &dropped) < 0)
        return NULL;
    if (dropped && drop_member(w, f, (size_t)(behind - head)) < 0)
        return NULL;
    member_ended(w, (size_t)(behind - head), dropped);
    return behind;
}

int walker_head(walker *w, mm_str head, const sight *seen)
{
    const char *end = head.p + head.n, *p = mm_skip_blanks(head.p, end);
    w->seen = seen;
    if (p == end || !push(w, true, MM_STR("")))
        return -1;
    for (p++; p && w->depth > 0;) {
        p = mm_skip_blanks(p, end);
        if (p == end)
            return -1;
        if (*p == ',')
            p++;
        else if (*p == '}' || *p == ']')
            p = closing(w, head.p, p);
        else
            p = member(w, head.p, p, end);
    }
    return !p || w->path.failed || w->names.failed || w->report.failed ? -1 : 0;
}

size_t walker_examine(walker *w, mm_str text, mm_str field)
{
    const subject s = { .p = text.p, .n = text.n };
    w->where = field;
    return examine(w, &s);
}

int walker_take(walker *w, const finding *f, size_t n)
{
    w->found.n = 0;
    w->column = NULL;
    for (size_t i = 0; i < n; i++) {
        w->found.by = f[i].by;
        found(&w->found, f[i].from, f[i].to, f[i].rule, f[i].score);
        if (!w->found.failed && w->found.n)
            w->found.v[w->found.n - 1] = f[i];
    }
    findings_resolve(&w->found);
    return w->found.failed ? -1 : 0;
}

void walker_report(walker *w, mm_str text, mm_str field)
{
    w->where = field;
    report(w, text, field, false);
}

int walker_instead(walker *w, const finding *f, const char *text, mm_buf *out)
{
    return put_instead(w, f, text, false, out);
}

bool walker_drops_field(const walker *w)
{
    return drops_field(w);
}

int walker_text(walker *w, mm_str text, const char *where, mm_buf *out_buf, mm_str *out)
{
    subject s = { .p = text.p, .n = text.n };
    *out = text;
    w->where = mm_str_of(where);
    if (examine(w, &s) == 0 || w->found.failed)
        return w->found.failed ? -1 : 0;
    report(w, text, mm_str_of(where), false);
    out_buf->n = 0;
    size_t at = 0;
    for (size_t i = 0; i < w->found.n && !drops_field(w); i++) {
        mm_buf_put(out_buf, text.p + at, w->found.v[i].from - at);
        if (put_instead(w, &w->found.v[i], text.p, false, out_buf) < 0)
            return -1;
        at = w->found.v[i].to;
    }
    if (!drops_field(w))
        mm_buf_put(out_buf, text.p + at, text.n - at);
    *out = out_buf->n ? mm_buf_view(out_buf) : MM_STR("");
    return out_buf->failed || w->report.failed ? -1 : 0;
}
