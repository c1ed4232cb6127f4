#include "pixels.h"

#include <stdlib.h>
#include <string.h>

#include "media/faces.h"
#include "media/ocr.h"

enum { ROUNDS = 4 };  /* of painting and looking again */

struct pixels {
    const plan *plan;
    const pixels_policy *how;      /* image's, or a film's */
    walker *walk;
    const detector *face, *code;
    mm_path *boxes, *ocr, *words;  /* mm.probe.image. face_boxes, ocr, ocr.words */
    mm_str head;
    mm_buf marks;                  /* mark */
    mm_buf seen, args, text, word;
    mm_buf at;                     /* where each word of the header lies, as mm_sight_box */
    int32_t width, height;         /* of the picture, or of its first page */
};

bool pixels_wanted(const plan *p)
{
    const pixels_policy *i = &p->image;
    return i->faces != PIXELS_KEEP || i->text != PIXELS_KEEP || i->codes != PIXELS_KEEP;
}

/* A worker reads by one set of languages: those of the first tier that names any. */
int pixels_prepare(const tiers *t, bool own, mm_err *e)
{
    const char *languages = NULL;
    bool text = false, faces = false, named = false;
    for (size_t i = 0; i < t->n; i++) {
        const pixels_policy *p = &t->v[i].plan.image, *f = &t->v[i].plan.film;
        text |= p->text != PIXELS_KEEP || f->text != PIXELS_KEEP;
        named |= own && f->named && f->text != PIXELS_KEEP;
        named |= own && p->named && p->text != PIXELS_KEEP;
        faces |= p->faces != PIXELS_KEEP || f->faces != PIXELS_KEEP;
        languages = languages ? languages : p->languages;
    }
    if (text)
        mm_ocr_choose(languages);
    if (faces)
        mm_faces_use(NULL);
    return named && mm_ocr_languages(languages, e) < 0 ? mm_fail_at(e, "redact.image") : 0;
}

mm_jail_limits pixels_limits(const tiers *t)
{
    const int64_t second = 1000000000;
    mm_jail_limits l = t->v[0].plan.media.limits;
    if (l.wall_ns == 0) {
        l.wall_ns = 120 * second;
        l.cpu_ns = 60 * second;
    }
    return l;
}

pixels *pixels_new(const plan *pl, walker *w, mm_err *e)
{
    pixels *p = calloc(1, sizeof *p);
    if (!p) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    p->plan = pl;
    p->how = &pl->image;
    p->walk = w;
    p->face = detector_named(MM_STR("face"));
    p->code = detector_named(MM_STR("barcode"));
    p->boxes = mm_path_new(MM_STR("mm.probe.image.face_boxes"), e);
    p->ocr = mm_path_new(MM_STR("mm.probe.image.ocr"), e);
    p->words = mm_path_new(MM_STR("mm.probe.image.ocr.words"), e);
    if (p->boxes && p->ocr && p->words)
        return p;
    pixels_free(p);
    return NULL;
}

void pixels_free(pixels *p)
{
    if (!p)
        return;
    mm_path_free(p->boxes);
    mm_path_free(p->ocr);
    mm_path_free(p->words);
    mm_buf *all[] = { &p->marks, &p->seen, &p->args, &p->text, &p->word, &p->at };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_buf_free(all[i]);
    free(p);
}

mm_str pixels_seen(const pixels *p)
{
    return mm_buf_view(&p->seen);
}

/* ---- marks ------------------------------------------------------------------ */

static mark *marks_of(const pixels *p, size_t *n)
{
    *n = p->marks.n / sizeof(mark);
    return (mark *)p->marks.p;
}

static mm_paint padded(const pixels *p, const mm_sight_box *b, int how)
{
    int shorter = b->width < b->height ? b->width : b->height, pad = (int)(p->how->padding * shorter + 0.999);
    return (mm_paint){ b->x - pad, b->y - pad, b->width + 2 * pad, b->height + 2 * pad, (uint32_t)how, b->page };
}

static bool overlap(const mm_paint *a, const mm_paint *b)
{
    return a->page == b->page && a->x < b->x + b->width && b->x < a->x + a->width && a->y < b->y + b->height &&
           b->y < a->y + a->height;
}

static void cover(mm_paint *a, const mm_paint *b)
{
    int x1 = a->x + a->width, y1 = a->y + a->height, bx1 = b->x + b->width, by1 = b->y + b->height;
    a->x = a->x < b->x ? a->x : b->x;
    a->y = a->y < b->y ? a->y : b->y;
    a->width = (x1 > bx1 ? x1 : bx1) - a->x;
    a->height = (y1 > by1 ? y1 : by1) - a->y;
}

static void add(pixels *p, mark m)
{
    const rule *r = &p->plan->rule[detector_index(m.by)];
    m.entity = r->entity;
    p->walk->drop |= r->do_->scope == ACT_RECORD;
    mm_buf_put(&p->marks, &m, sizeof m);
}

static void add_boxes(pixels *p, const detector *by, int how, const mm_sight_box *box, size_t n, const char *name)
{
    if (how == PIXELS_KEEP || !detector_in(&p->plan->on, by))
        return;
    for (size_t i = 0; i < n; i++)
        if (box[i].score >= p->plan->rule[detector_index(by)].threshold)
            add(p, (mark){ .paint = padded(p, &box[i], how), .by = by, .rule = name, .score = box[i].score });
}

/* ---- words ------------------------------------------------------------------ */

static bool same_line(const mm_sight_box *a, const mm_sight_box *b)
{
    int top = a->y > b->y ? a->y : b->y, bottom = a->y + a->height < b->y + b->height ? a->y + a->height : b->y + b->height;
    int left = a->x > b->x ? a->x : b->x, right = a->x + a->width < b->x + b->width ? a->x + a->width : b->x + b->width;
    return a->page == b->page && (bottom > top || right > left);  /* lines may run down in a picture that is turned */
}

/* The words of a finding, taken together as long as they stand in a line. */
static void add_finding(pixels *p, const finding *f, const mm_sight_box *word, size_t n)
{
    const mm_sight_box *last = NULL;
    mark m = { .by = f->by, .rule = f->rule, .score = f->score };
    for (size_t i = 0; i < n; i++) {
        if (word[i].to <= f->from || word[i].from >= f->to)
            continue;
        mm_paint box = padded(p, &word[i], p->how->text);
        if (last && same_line(last, &word[i])) {
            cover(&m.paint, &box);
        } else {
            if (last)
                add(p, m);
            m.paint = box;
        }
        last = &word[i];
    }
    if (last)
        add(p, m);
}

static int add_text(pixels *p, const char *where, mm_str text, const mm_sight_box *word, size_t n, mm_err *e)
{
    if (p->how->text == PIXELS_KEEP || !text.n)
        return 0;
    size_t found = walker_examine(p->walk, text, mm_str_of(where));
    if (p->walk->found.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < found; i++)
        add_finding(p, &p->walk->found.v[i], word, n);
    return 0;
}

/* ---- what mm-probe found ---------------------------------------------------- */

static bool read_box(mm_value v, mm_sight_box *out, mm_value *behind)
{
    double edge[4];
    size_t n = 0;
    *out = (mm_sight_box){ .score = 100 };
    if (v.type != MM_JSON_ARRAY)
        return false;
    mm_json_iter it = mm_json_each(v);
    while (n < 4 && mm_json_next(&it) == 1)
        if (mm_json_double(it.value.raw, &edge[n]) < 0 || !(edge[n] >= 0 && edge[n] < 1e6))
            return false;
        else
            n++;
    *out = (mm_sight_box){ (int32_t)edge[0], (int32_t)edge[1], (int32_t)edge[2], (int32_t)edge[3], .score = 100 };
    if (n == 4 && behind && mm_json_next(&it) == 1)
        *behind = it.value;
    return n == 4;
}

static int bad_probe(mm_err *e, const char *what)
{
    return mm_fail(e, MM_EBAD, "mm.probe.image.%s does not add up", what);
}

static int add_probed_faces(pixels *p, mm_err *e)
{
    mm_value boxes;
    mm_sight_box b;
    if (mm_json_find(p->head, p->boxes, &boxes) != 1)
        return 0;
    if (boxes.type != MM_JSON_ARRAY)
        return bad_probe(e, "face_boxes");
    mm_json_iter it = mm_json_each(boxes);
    while (mm_json_next(&it) == 1) {
        if (!read_box(it.value, &b, NULL))
            return bad_probe(e, "face_boxes");
        add_boxes(p, p->face, p->how->faces, &b, 1, "probe");
    }
    return 0;
}

/* The words into p->text, where they lie into p->at: how many, or -1. */
static int read_words(pixels *p, mm_err *e)
{
    mm_value list;
    p->text.n = p->at.n = 0;
    if (mm_json_find(p->head, p->words, &list) != 1)
        return 0;
    if (list.type != MM_JSON_ARRAY)
        return bad_probe(e, "ocr.words");
    mm_json_iter it = mm_json_each(list);
    while (mm_json_next(&it) == 1) {
        mm_sight_box b;
        mm_value word = { .type = MM_JSON_NULL };
        if (!read_box(it.value, &b, &word) || word.type != MM_JSON_STRING)
            return bad_probe(e, "ocr.words");
        if (p->text.n)
            mm_buf_byte(&p->text, ' ');
        b.from = (uint32_t)p->text.n;
        mm_buf_str(&p->text, mm_json_text(word.raw, &p->word));
        b.to = (uint32_t)p->text.n;
        mm_buf_put(&p->at, &b, sizeof b);
    }
    return p->text.failed || p->at.failed ? mm_fail(e, MM_ESYS, "out of memory") : (int)(p->at.n / sizeof(mm_sight_box));
}

static int add_probed_words(pixels *p, mm_err *e)
{
    int n = read_words(p, e);
    return n < 0 ? -1 : add_text(p, "payload", mm_buf_view(&p->text), (const mm_sight_box *)p->at.p, (size_t)n, e);
}

int pixels_begin(pixels *p, mm_str head, mm_edits *ed, mm_err *e)
{
    mm_value ocr;
    p->seen.n = 0;
    p->head = head;
    if (mm_json_find(head, p->ocr, &ocr) != 1)
        return 0;
    int n = read_words(p, e);
    if (n < 0)
        return -1;
    if (n == 0 || walker_examine(p->walk, mm_buf_view(&p->text), MM_STR("payload")) == 0)
        return p->walk->found.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
    return mm_edits_remove(ed, p->ocr, e) < 0 ? -1 : 0;
}

/* ---- looking and painting --------------------------------------------------- */

/* What of it is to be looked for. */
static uint32_t what_of(const pixels *p)
{
    const pixels_policy *i = &p->plan->image;
    mm_value v;
    bool probed = i->reuse && p->head.p;
    bool faces = i->faces != PIXELS_KEEP && detector_in(&p->plan->on, p->face);
    bool text = i->text != PIXELS_KEEP;
    if (probed && mm_json_find(p->head, p->boxes, &v) == 1)
        faces = false;
    if (probed && mm_json_find(p->head, p->words, &v) == 1)
        text = false;
    return (faces ? MM_SIGHT_FACES : 0) | (text ? MM_SIGHT_WORDS : 0) |
           (i->codes != PIXELS_KEEP && detector_in(&p->plan->on, p->code) ? MM_SIGHT_CODES : 0);
}

/* Boxes end where the picture does. */
static void cut(pixels *p)
{
    int32_t width = p->width, height = p->height;
    size_t n;
    mark *m = marks_of(p, &n);
    for (size_t i = 0; i < n; i++) {
        mm_paint *b = &m[i].paint;
        int x1 = b->x + b->width, y1 = b->y + b->height;
        b->x = b->x > 0 ? b->x : 0;
        b->y = b->y > 0 ? b->y : 0;
        b->width = (x1 < width || b->page ? x1 : width) - b->x;
        b->height = (y1 < height || b->page ? y1 : height) - b->y;
        b->width = b->width > 0 ? b->width : 0;
        b->height = b->height > 0 ? b->height : 0;
    }
}

/* Add what is seen to the marks. */
static int judge(pixels *p, const mm_sight *s, const char *where, mm_err *e)
{
    p->width = s->width;
    p->height = s->height;
    add_boxes(p, p->face, p->how->faces, s->face, s->n_faces, "cascade");
    for (uint32_t i = 0; i < s->n_codes; i++)
        add_boxes(p, p->code, p->how->codes, &s->code[i], 1, s->code[i].kind);
    return add_text(p, where, s->text, s->word, s->n_words, e);
}

/* Look, and add what is seen to the marks. */
static int look(pixels *p, mm_cell *cell, mm_str bytes, const char *where, mm_arena *a, bool *indexed, mm_err *e)
{
    const mm_sight_args args = { .what = what_of(p) };
    mm_str answer;
    mm_sight s;
    if (mm_cell_call(cell, MM_MEDIA_SIGHT, (mm_str){ (const char *)&args, sizeof args }, bytes, &answer, e) < 0 ||
        mm_sight_take(answer, a, &s, e) < 0)
        return -1;
    *indexed = s.is_indexed;
    return judge(p, &s, where, e);
}

const mark *pixels_judge(pixels *p, const pixels_policy *how, const mm_sight *s, const char *where, size_t *n, mm_err *e)
{
    p->how = how;
    p->marks.n = 0;
    int r = judge(p, s, where, e);
    p->how = &p->plan->image;
    cut(p);
    const mark *m = marks_of(p, n);
    static const mark none = { .score = 0 };
    return r < 0 || p->marks.failed ? NULL : m ? m : &none;
}

/* Of the marks from number `old` on, those at a place that is painted already make that a larger, solid box. */
static void merge(pixels *p, size_t old)
{
    size_t n, kept = old;
    mark *m = marks_of(p, &n);
    for (size_t i = old; i < n; i++) {
        bool met = false;
        for (size_t k = 0; k < old; k++)
            if (overlap(&m[i].paint, &m[k].paint)) {
                cover(&m[k].paint, &m[i].paint);
                m[k].paint.how = MM_PAINT_BOX;
                met = true;
            }
        if (!met)
            m[kept++] = m[i];
    }
    p->marks.n = kept * sizeof *m;
}

static void box_all(pixels *p)
{
    size_t n;
    mark *m = marks_of(p, &n);
    for (size_t i = 0; i < n; i++)
        m[i].paint.how = MM_PAINT_BOX;
}

static int paint(pixels *p, mm_cell *cell, mm_str bytes, mm_arena *a, mm_str *out, mm_err *e)
{
    size_t n;
    const mark *m = marks_of(p, &n);
    mm_str answer;
    p->args.n = 0;
    for (size_t i = 0; i < n; i++)
        mm_buf_put(&p->args, &m[i].paint, sizeof m[i].paint);
    if (p->args.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (n > MM_PAINT_MAX)
        return mm_fail(e, MM_EBAD, "%zu places to paint are more than %d", n, MM_PAINT_MAX);
    if (mm_cell_call(cell, MM_MEDIA_PAINT, mm_buf_view(&p->args), bytes, &answer, e) < 0)
        return mm_fail_at(e, "%zu place%s to paint", n, n == 1 ? "" : "s");
    *out = mm_arena_copy(a, answer);
    return out->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* ---- what is written down --------------------------------------------------- */

static void put_entry(mm_buf *b, const mark *m, const char *where)
{
    mm_buf_printf(b, "%s{\"entity\":\"%s\",\"field\":\"%s\",\"box\":[%d,%d,%d,%d],", b->n ? "," : "", m->entity, where, m->paint.x,
                  m->paint.y, m->paint.width, m->paint.height);
    if (m->paint.page)
        mm_buf_printf(b, "\"page\":%u,", m->paint.page);
    mm_buf_printf(b, "\"score\":%d.%02d,\"rule\":\"%s\",\"action\":\"%s\"}", m->score / 100, m->score % 100, m->rule,
                  pixels_action((int)m->paint.how));
}

static void report(pixels *p, const char *where, mm_buf *to, bool count)
{
    size_t n;
    const mark *m = marks_of(p, &n);
    for (size_t i = 0; i < n; i++) {
        put_entry(to, &m[i], where);
        p->walk->count[detector_index(m[i].by)] += count;
        p->walk->reported += count;
    }
}

int pixels_tell(pixels *p, const mark *m, const char *where, mm_str members, bool acted)
{
    mm_buf *b = acted ? &p->walk->report : &p->seen;
    mm_buf_printf(b, "%s{\"entity\":\"%s\",\"field\":\"%s\",", b->n ? "," : "", m->entity, where);
    mm_buf_str(b, members);
    mm_buf_byte(b, '}');
    p->walk->count[detector_index(m->by)] += acted;
    p->walk->reported += acted;
    return b->failed ? -1 : 0;
}

int pixels_redact(pixels *p, mm_cell *cell, mm_str bytes, const char *where, mm_arena *a, mm_str *out, mm_err *e)
{
    bool indexed = false;
    size_t n = 0, old;
    bool own = !strcmp(where, "payload");  /* the header speaks of this one */
    if (!own)
        p->head = (mm_str){ 0 };
    p->marks.n = 0;
    *out = bytes;
    if (own && (add_probed_faces(p, e) < 0 || add_probed_words(p, e) < 0))
        return -1;
    if (look(p, cell, bytes, where, a, &indexed, e) < 0)
        return -1;
    cut(p);
    marks_of(p, &n);
    if (n == 0)
        return 0;
    report(p, where, &p->seen, false);
    for (int round = 0; round < ROUNDS; round++) {
        if (indexed)
            box_all(p);
        marks_of(p, &old);
        if (paint(p, cell, bytes, a, out, e) < 0 || look(p, cell, *out, where, a, &indexed, e) < 0)
            return -1;
        marks_of(p, &n);
        if (n == old) {
            report(p, where, &p->walk->report, true);
            return p->walk->report.failed || p->marks.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
        }
        merge(p, old);
        cut(p);
    }
    return mm_fail(e, MM_EBAD, "something is still seen in it when it was painted over %d times", ROUNDS);
}
