/* probe.c - one record: what its header says, who is asked, what is written back. */
#include "probe.h"

#include <stdlib.h>
#include <string.h>

#include "dup.h"
#include "gallery.h"
#include "name.h"
#include "record/member.h"
#include "text/phrases.h"
#include "text_doc.h"

struct probe_worker {
    const probe_tool *tool;
    bench bench;
    subject subject;
    answer answer;
    dup_maker *keys;     /* NULL where no duplicates are looked for */
    mm_edits *edits;
    mm_buf text, name, src, json, scratch;
};

/* ---- what a run shares ------------------------------------------------------ */

static int make_paths(probe_tool *t, const char *field, mm_err *e)
{
    mm_buf name = { 0 };
    t->field_given = field != NULL;
    t->field_name = mm_str_of(field ? field : "text");
    t->mm = mm_path_new(MM_STR("mm"), e);
    t->probe = mm_path_new(MM_STR("mm.probe"), e);
    t->warnings = mm_path_new(MM_STR("mm.probe.warnings"), e);
    t->via = mm_path_new(MM_STR("mm.via"), e);
    t->parts = mm_path_new(MM_STR("mm.parts"), e);
    t->field = mm_path_new(t->field_name, e);
    bool made = t->mm && t->probe && t->warnings && t->via && t->parts && t->field;
    if (!t->field && field)
        return mm_fail_at(e, "--field %s", field);
    for (size_t i = 0; i < t->asked.n && made; i++) {
        name.n = 0;
        mm_buf_printf(&name, "mm.probe.%s", fact_at(i)->name);
        made = (t->fact[i] = mm_path_new(mm_buf_view(&name), e)) != NULL;
    }
    mm_buf_free(&name);
    return made ? 0 : -1;
}

/* What duplicates are told by is found besides what was asked. */
static int plan_dup(probe_tool *t, const dup_opts *o, mm_err *e)
{
    if (dup_plan_init(&t->dup, o, e) < 0)
        return -1;
    if (!t->dup.kinds && t->asked.by_name[prober_base(&dup_prober)])
        return mm_fail(e, MM_EUSAGE, "--only dup needs --dup, which says what duplicates to look for");
    t->asked.fact[prober_base(&dup_prober)] = t->dup.kinds != 0;
    t->hashing = t->asked;
    for (size_t i = 0; i < t->asked.n; i++) {
        mm_str name = mm_str_of(fact_at(i)->name);
        bool image = mm_str_eq(name, MM_STR(DUP_IMAGE_FACT)) || mm_str_eq(name, MM_STR(DUP_IMAGE_QUALITY));
        bool audio = mm_str_eq(name, MM_STR(DUP_AUDIO_FACT));
        t->hashing.fact[i] |= (t->dup.kinds & DUP_IMAGE && image) || (t->dup.kinds & DUP_AUDIO && audio);
    }
    t->image_hash = mm_path_new(MM_STR("mm.probe." DUP_IMAGE_FACT), e);
    t->image_quality = mm_path_new(MM_STR("mm.probe." DUP_IMAGE_QUALITY), e);
    t->audio_print = mm_path_new(MM_STR("mm.probe." DUP_AUDIO_FACT), e);
    return t->image_hash && t->image_quality && t->audio_print ? 0 : -1;
}

int probe_tool_init(probe_tool *t, const probe_opts *o, mm_err *e)
{
    *t = (probe_tool){ .mm = NULL };
    if (asking_new(&t->asked, o->only.v, o->only.n, e) < 0)
        return -1;
    if (o->bad_words)
        asking_add(&t->asked, "text.bad_words");
    if (row_plan_init(&t->rows, &o->rows, &t->asked, e) < 0 ||
        plan_dup(t, &o->dup, e) < 0 || make_paths(t, o->field, e) < 0)
        return -1;
    if (o->bad_words && !(t->bad_words = mm_phrases_open(o->bad_words, false, e)))
        return mm_fail_at(e, "--bad-words");
    t->languages = lang_model_new(e);
    return t->languages ? 0 : -1;
}

void probe_tool_clear(probe_tool *t)
{
    mm_path *paths[] = { t->mm, t->field, t->probe, t->warnings, t->via, t->parts, t->image_hash, t->image_quality, t->audio_print };
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        mm_path_free(paths[i]);
    for (size_t i = 0; i < t->asked.n; i++)
        mm_path_free(t->fact[i]);
    lang_model_free(t->languages);
    row_plan_clear(&t->rows);
    mm_phrases_free(t->bad_words);
    mm_buf_free(&t->via_entry);
}

bool probe_tool_decodes(const probe_tool *t)
{
    if (t->dup.kinds & DUP_TEXT)
        return true;
    for (const prober *const *p = probers; *p; p++)
        if ((*p)->on & (ON_IMAGE | ON_AUDIO | ON_VIDEO | ON_TEXT) && prober_asked(*p, &t->hashing))
            return true;
    return false;
}

probe_worker *probe_worker_new(const probe_tool *t, mm_err *e)
{
    probe_worker *w = calloc(1, sizeof *w);
    if (w) {
        w->tool = t;
        w->bench = (bench){ .jail = t->jail, .typer = mm_typer_new(), .languages = t->languages,
                            .max_audio_s = t->max_audio_s, .max_video_s = t->max_video_s, .max_pixels = t->max_pixels,
                            .transcript_from = t->transcript_from, .transcribe = t->transcribe, .rows = &t->rows,
                            .bad_words = t->bad_words,
                            .checker = t->rows.schema ? mm_schema_checker_new(t->rows.schema) : NULL };
        w->edits = mm_edits_new();
        w->keys = t->dup.kinds ? dup_maker_new(&t->dup, e) : NULL;
        w->subject = (subject){ .bench = &w->bench, .file.fd = -1 };
    }
    if (w && w->bench.typer && w->edits && (w->keys || !t->dup.kinds) && (w->bench.checker || !t->rows.schema))
        return w;
    mm_fail(e, MM_ESYS, "out of memory");
    probe_worker_free(w);
    return NULL;
}

void probe_worker_free(probe_worker *w)
{
    if (!w)
        return;
    subject_free(&w->subject);
    answer_free(&w->answer);
    dup_maker_free(w->keys);
    mm_edits_free(w->edits);
    mm_typer_free(w->bench.typer);
    mm_cell_free(w->bench.cell);
    text_doc_free(w->bench.doc);
    mm_schema_checker_free(w->bench.checker);
    free(w->bench.cells);
    mm_buf_free(&w->bench.row_text);
    mm_buf *bufs[] = { &w->text, &w->name, &w->src, &w->json, &w->scratch };
    for (size_t i = 0; i < sizeof bufs / sizeof *bufs; i++)
        mm_buf_free(bufs[i]);
    free(w);
}

/* ---- what the header says --------------------------------------------------- */

enum { M_DATA, M_REF, M_XXH3, M_SRC, M_PROBE, M_MODALITY, M_ID, M_PARTS, MEMBERS };

typedef struct header {
    mm_value mm, field, m[MEMBERS];
} header;

static int read_header(const probe_worker *w, mm_rec *r, header *h, mm_err *e)
{
    static const char *const names[MEMBERS] = { "data", "ref", "xxh3", "src", "probe", "modality", "id", "parts" };
    const mm_path *paths[2] = { w->tool->mm, w->tool->field };
    mm_value found[2];
    size_t at = 0;
    if (mm_json_check_record(r->head, &at, e) < 0) {
        r->bad_byte = (int64_t)at;
        return -1;
    }
    memset(h, 0, sizeof *h);
    if (mm_json_find_many(r->head, paths, 2, found) < 0)
        return mm_fail(e, MM_EBAD, "the header is malformed JSON");
    h->mm = found[0];
    h->field = found[1];
    if (!h->mm.raw.p)
        return 0;
    if (h->mm.type != MM_JSON_OBJECT)
        return mm_fail(e, MM_EBAD, "mm is no object");
    if (mm_members_find(h->mm, names, h->m, MEMBERS) < 0)
        return mm_fail(e, MM_EBAD, "the header is malformed JSON");
    if (h->m[M_PROBE].raw.p && h->m[M_PROBE].type != MM_JSON_OBJECT)
        return mm_fail(e, MM_EBAD, "mm.probe is no object");
    return 0;
}

static mm_str plain_text(mm_value v)
{
    if (v.type != MM_JSON_STRING || v.raw.n < 2 || memchr(v.raw.p, '\\', v.raw.n))
        return (mm_str){ 0 };
    return (mm_str){ v.raw.p + 1, v.raw.n - 2 };
}

static int open_payload(probe_worker *w, mm_rec *r, const header *h, mm_arena *a, mm_err *e)
{
    subject *s = &w->subject;
    mm_str bytes;
    mm_extent x;
    int has = h->m[M_REF].raw.p && !h->m[M_DATA].raw.p && !r->payload.p ? mm_ref_open(r, w->tool->roots, &x, e) : 0;
    if (has < 0)
        return -1;
    if (has)
        return subject_file(s, &x, e);
    if (!r->payload.p && !h->m[M_DATA].raw.p)
        return 0;
    if (mm_payload(r, w->tool->roots, a, &bytes, e) < 0)
        return -1;
    return subject_memory(s, bytes);
}

/* The longest string among the row's own members; the first of equals. */
static void longest_string(probe_worker *w, mm_str head, header *h, mm_str *name)
{
    mm_json_iter it = mm_json_each((mm_value){ head, MM_JSON_OBJECT });
    mm_str key = { 0 };
    while (mm_json_next(&it) == 1)
        if (it.value.type == MM_JSON_STRING && it.value.raw.n > h->field.raw.n) {
            h->field = it.value;
            key = it.key;
        }
    if (key.p)
        *name = mm_json_text((mm_str){ key.p - 1, key.n + 2 }, &w->name);
}

/* Text comes from the payload when that is text, else from the field. A row without the field `text` lends its longest
 * string, unless --field named another. */
static void choose_text(probe_worker *w, const mm_rec *r, header *h)
{
    bool given = w->tool->field_given;
    subject *s = &w->subject;
    mm_str name = w->tool->field_name;
    if (s->on & ON_TEXT && !given)
        return;
    if (h->field.type != MM_JSON_STRING)
        h->field = (mm_value){ 0 };
    if (!h->field.raw.p && !given && !s->has_payload)
        longest_string(w, r->head, h, &name);
    if (!h->field.raw.p)
        return;
    s->text = mm_json_text(h->field.raw, &w->text);
    s->field = name;
    s->on |= ON_TEXT;
}

/* ---- asking ----------------------------------------------------------------- */

/* Will the payload be read whole, as text? Then its hash is looked at too. */
static bool reads_whole(const subject *s, const asking *q, const dup_plan *d)
{
    if (!(s->on & ON_TEXT) || s->field.n)
        return false;
    if (d->kinds & DUP_TEXT)
        return true;
    for (size_t i = 0; i < q->n; i++)
        if (q->fact[i] && fact_at(i)->need == NEED_TEXT)
            return true;
    return false;
}

static int ask_all(probe_worker *w, const asking *q, mm_err *e)
{
    subject *s = &w->subject;
    answer_begin(&w->answer, q);
    for (const prober *const *p = probers; *p; p++) {
        if (!((*p)->on & s->on) || !prober_asked(*p, q))
            continue;
        w->answer.base = prober_base(*p);
        if ((*p)->probe(s, &w->answer, e) < 0)
            return -1;
    }
    mm_str extension = s->has_payload ? name_contradicts(s->src, mm_str_of(s->type.mime)) : (mm_str){ 0 };
    if (extension.n)
        warn(&w->answer, "the name ends in .%.*s, the content is %s", (int)extension.n, extension.p, s->type.mime);
    return 0;
}

/* ---- duplicates ------------------------------------------------------------- */

/* A hash that an earlier run left is taken as it is. */
static mm_str hash_before(const mm_rec *r, const mm_path *path)
{
    mm_value v;
    return mm_json_find(r->head, path, &v) == 1 ? v.raw : (mm_str){ 0 };
}

static mm_str hash_found(const answer *a, const char *name)
{
    for (size_t i = 0; i < a->asked->n; i++)
        if (strcmp(fact_at(i)->name, name) == 0)
            return answer_value(a, i);
    return (mm_str){ 0 };
}

/* Ask, and make what the record is compared by. */
static int ask_for_keys(probe_worker *w, mm_rec *r, const header *h, mm_arena *a, late_look *look, mm_err *e)
{
    const probe_tool *t = w->tool;
    subject *s = &w->subject;
    dup_header d = { .image = hash_before(r, t->image_hash), .quality = hash_before(r, t->image_quality),
                     .audio = hash_before(r, t->audio_print) };
    bool decode = (s->on & ON_IMAGE && !d.image.n) || (s->on & ON_AUDIO && !d.audio.n);
    if (ask_all(w, decode ? &t->hashing : &t->asked, e) < 0)
        return -1;
    if (!d.image.n && s->on & ON_IMAGE) {
        d.image = hash_found(&w->answer, DUP_IMAGE_FACT);
        d.quality = hash_found(&w->answer, DUP_IMAGE_QUALITY);
    }
    if (!d.audio.n && s->on & ON_AUDIO)
        d.audio = hash_found(&w->answer, DUP_AUDIO_FACT);
    d.id = h->m[M_ID].type == MM_JSON_STRING ? h->m[M_ID].raw : (mm_str){ 0 };
    d.by_row = !s->has_payload && !mm_str_eq(s->field, t->field_name);
    look->keys = dup_keys_make(w->keys, s, r, &d, a, e);
    return look->keys ? 0 : -1;
}

/* ---- writing back ----------------------------------------------------------- */

/* Facts found before stay, unless they were asked again. */
static int merge(probe_worker *w, mm_err *e)
{
    const probe_tool *t = w->tool;
    const answer *a = &w->answer;
    for (size_t k = 0; k < t->asked.n; k++) {
        size_t i = t->asked.order[k];
        mm_str v = answer_value(a, i);
        if (!a->asked->fact[i])
            continue;
        int r = v.n ? mm_edits_set(w->edits, t->fact[i], v, e) : mm_edits_remove(w->edits, t->fact[i], e);
        if (r < 0)
            return -1;
    }
    if (!a->n_warnings)
        return mm_edits_remove(w->edits, t->warnings, e) < 0 ? -1 : 0;
    w->json.n = 0;
    mm_buf_byte(&w->json, '[');
    mm_buf_str(&w->json, mm_buf_view(&a->warnings));
    mm_buf_byte(&w->json, ']');
    return mm_edits_set(w->edits, t->warnings, mm_buf_view(&w->json), e);
}

/* Begin edits of a header with the facts found. */
static int set_facts(probe_worker *w, mm_str head, const header *h, mm_err *e)
{
    mm_edits_begin(w->edits, head);
    if (h->m[M_PROBE].raw.p)
        return merge(w, e);
    w->json.n = 0;
    answer_put(&w->answer, &w->json);
    return mm_edits_set(w->edits, w->tool->probe, mm_buf_view(&w->json), e);
}

static int apply(probe_worker *w, mm_arena *a, mm_str *head, mm_err *e)
{
    w->scratch.n = 0;
    mm_edits_apply(w->edits, &w->scratch);
    if (w->scratch.failed || w->json.failed || w->answer.raw.failed || w->text.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    *head = mm_arena_copy(a, mm_buf_view(&w->scratch));
    return head->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* parts: the new mm.parts; empty where it stays. */
static int write_back(probe_worker *w, mm_rec *r, const header *h, mm_str parts, mm_arena *a, mm_err *e)
{
    mm_str head;
    if (set_facts(w, r->head, h, e) < 0 || (parts.n && mm_edits_set(w->edits, w->tool->parts, parts, e) < 0) ||
        mm_edits_append(w->edits, w->tool->via, mm_buf_view(&w->tool->via_entry), e) < 0 || apply(w, a, &head, e) < 0)
        return -1;
    mm_rec_set_head(r, head);
    return 0;
}

/* ---- parts ------------------------------------------------------------------ */

/* A part says of its payload what mm says of that of a record: so it is probed as one, whose mm it is. */
static int probe_part(probe_worker *w, mm_str part, mm_arena *a, mm_buf *out, mm_err *e)
{
    static const char open[] = "{\"mm\":";
    subject *s = &w->subject;
    mm_value name = { 0 };
    header h;
    mm_rec r = { 0 };
    mm_buf head = { 0 };
    mm_buf_put(&head, open, sizeof open - 1);
    mm_buf_str(&head, part);
    mm_buf_byte(&head, '}');
    r.head = mm_arena_copy(a, mm_buf_view(&head));
    mm_buf_free(&head);
    if (!r.head.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (read_header(w, &r, &h, e) < 0 || mm_members_find(h.mm, (const char *const[]){ "name" }, &name, 1) < 0)
        return -1;
    if (name.type == MM_JSON_STRING && name.raw.p)
        s->src = mm_json_text(name.raw, &w->src);
    s->xxh3 = plain_text(h.m[M_XXH3]);
    s->arena = a;
    char hex[33];
    if (open_payload(w, &r, &h, a, e) < 0 ||
        (s->xxh3.n && reads_whole(s, &w->tool->asked, &w->tool->dup) && subject_hash(s, hex, e) < 0) ||
        (s->has_payload && ask_all(w, &w->tool->asked, e) < 0))
        return mm_fail_at(e, "part %.*s", (int)s->src.n, s->src.n ? s->src.p : "");
    if (s->has_payload) {
        if (set_facts(w, r.head, &h, e) < 0 || apply(w, a, &r.head, e) < 0)
            return -1;
    }
    mm_buf_put(out, r.head.p + sizeof open - 1, r.head.n - sizeof open);
    return 0;
}

/* The parts with their facts, in the arena; empty when there are none. */
static int probe_parts(probe_worker *w, mm_value parts, mm_arena *a, mm_str *out, mm_err *e)
{
    mm_buf b = { 0 };
    int failed = 0, r;
    *out = (mm_str){ 0 };
    if (parts.type != MM_JSON_ARRAY || !parts.raw.p)
        return 0;
    mm_json_iter it = mm_json_each(parts);
    while (!failed && (r = mm_json_next(&it)) == 1) {
        mm_buf_byte(&b, b.n ? ',' : '[');
        if (it.value.type == MM_JSON_OBJECT)
            failed = probe_part(w, it.value.raw, a, &b, e);
        else
            mm_buf_str(&b, it.value.raw);
        subject_end(&w->subject);
    }
    if (!failed && b.n) {
        mm_buf_byte(&b, ']');
        *out = b.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&b));
        failed = out->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&b);
    return failed;
}

/* ---- one record ------------------------------------------------------------- */

/* A record is named by mm.src, else by its place. */
static mm_str name_of(probe_worker *w, const mm_rec *r)
{
    w->json.n = 0;
    if (w->subject.src.n)
        return w->subject.src;
    mm_buf_printf(&w->json, "%s:%llu", r->source, (unsigned long long)r->position);
    return mm_buf_view(&w->json);
}

static int make_line(probe_worker *w, const mm_rec *r, mm_arena *a, late_look *look, mm_err *e)
{
    look->line = table_row(w->tool->table, &w->answer, name_of(w, r), &w->scratch, a);
    return look->line ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

static int make_card(probe_worker *w, const mm_rec *r, mm_arena *a, late_look *look, mm_err *e)
{
    look->card = gallery_card(&w->subject, &w->answer, name_of(w, r), a);
    return look->card ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

static int probe(probe_worker *w, mm_rec *r, mm_arena *a, mm_err *e)
{
    header h;
    mm_str parts = { 0 };
    if (read_header(w, r, &h, e) < 0 || (!w->tool->table && probe_parts(w, h.m[M_PARTS], a, &parts, e) < 0))
        return -1;
    subject *s = &w->subject;
    late_look *look = mm_arena_alloc(a, sizeof *look);
    if (!look)
        return mm_fail(e, MM_ESYS, "out of memory");
    *look = (late_look){ .keys = NULL };
    r->extra = look;
    s->arena = a;
    s->record = r->head;
    s->source = r->source;
    if (h.m[M_SRC].raw.p && h.m[M_SRC].type == MM_JSON_STRING)
        s->src = mm_json_text(h.m[M_SRC].raw, &w->src);
    s->xxh3 = plain_text(h.m[M_XXH3]);
    if (open_payload(w, r, &h, a, e) < 0)
        return -1;
    choose_text(w, r, &h);
    if (!s->has_payload) {
        mm_str modality = plain_text(h.m[M_MODALITY]);
        s->on |= ON_ROW;
        s->modality = modality.n ? modality : MM_STR("row");
    }
    char hex[33];
    if (s->xxh3.n && reads_whole(s, &w->tool->asked, &w->tool->dup) && subject_hash(s, hex, e) < 0)
        return -1;
    if ((w->keys ? ask_for_keys(w, r, &h, a, look, e) : ask_all(w, &w->tool->asked, e)) < 0)
        return -1;
    look->row = s->row;
    if (w->tool->gallery && make_card(w, r, a, look, e) < 0)
        return -1;
    return w->tool->table ? make_line(w, r, a, look, e) : write_back(w, r, &h, parts, a, e);
}

mm_verdict probe_record(probe_worker *w, mm_rec *r, mm_arena *a)
{
    mm_err e = { 0 };
    int result = probe(w, r, a, &e);
    subject_end(&w->subject);
    return result < 0 ? mm_rec_bad(r, a, "%s", e.text) : MM_KEEP;
}
