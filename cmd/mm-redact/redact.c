#include "redact.h"

#include <stdlib.h>
#include <string.h>

#include "dicom.h"
#include "film.h"
#include "pixels.h"
#include "sieve.h"
#include "sound_words.h"

/* What redacts the records of one tier. */
typedef struct lane {
    sieve *sieve;
    walker *walk;
    media *media;
    pixels *pixels;
    bool thorough;
} lane;

typedef struct worker {
    redactor *r;
    chooser *choose;
    lane *lane;           /* one a tier; owned */
    size_t n;
    const lane *now;      /* that of the record at hand */
    sound_words *words;
    ner_client *ner;      /* NULL: no model */
    mm_buf out, text;
    uint64_t count[DETECTORS_MAX], records;
} worker;

int redactor_init(redactor *r, mm_err *e)
{
    struct { mm_path **path; const char *text; } all[] = {
        { &r->findings_path, "mm.redact.findings" }, { &r->via_path, "mm.via" }, { &r->tier_path, "mm.redact.tier" },
        { &r->use_path, "mm.redact.use" }, { &r->src_path, "mm.src" }, { &r->modality_path, "mm.modality" },
        { &r->id_path, "mm.id" },
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!(*all[i].path = mm_path_new(mm_str_of(all[i].text), e)))
            return -1;
    return 0;
}

void redactor_free(redactor *r)
{
    mm_path *all[] = { r->findings_path, r->via_path, r->tier_path, r->use_path, r->src_path, r->modality_path, r->id_path };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        mm_path_free(all[i]);
}

static int open_lane(worker *w, lane *l, const plan *p, mm_err *e)
{
    l->thorough = w->r->thorough || p->n_columns > 0 || w->r->ner;   /* what columns name, and models find, has no shape to look for */
    l->sieve = sieve_new(p);
    l->walk = walker_new(p);
    if (!l->sieve || !l->walk)
        return mm_fail(e, MM_ESYS, "out of memory");
    l->walk->asks = w->r->asks;
    l->walk->ner = w->ner;
    l->media = media_new(&p->media, w->r->roots, w->r->jail, e);
    l->pixels = l->media ? pixels_new(p, l->walk, e) : NULL;
    return l->pixels ? 0 : -1;
}

void *redact_open(void *tool, int index, mm_err *e)
{
    redactor *r = tool;
    worker *w = calloc(1, sizeof *w);
    if (!w) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    w->r = r;
    w->choose = chooser_new(r->tiers);
    w->words = sound_words_new(e);
    w->ner = r->ner ? ner_client_new(r->ner) : NULL;
    w->lane = calloc(r->tiers->n, sizeof *w->lane);
    if (!w->choose || !w->lane || !w->words || (r->ner && !w->ner)) {
        mm_fail(e, MM_ESYS, "out of memory");
        redact_close(w);
        return NULL;
    }
    w->now = w->lane;
    while (w->n < r->tiers->n) {
        size_t i = w->n++;
        if (open_lane(w, &w->lane[i], &r->tiers->v[i].plan, e) < 0) {
            redact_close(w);
            return NULL;
        }
    }
    return w;
}

void redact_close(void *state)
{
    worker *w = state;
    for (size_t i = 0; i < DETECTORS_MAX; i++)
        w->r->count[i] += w->count[i];
    w->r->records += w->records;
    for (size_t i = 0; i < w->n; i++) {
        sieve_free(w->lane[i].sieve);
        walker_free(w->lane[i].walk);
        media_free(w->lane[i].media);
        pixels_free(w->lane[i].pixels);
    }
    free(w->lane);
    chooser_free(w->choose);
    sound_words_free(w->words);
    ner_client_free(w->ner);
    mm_buf_free(&w->out);
    mm_buf_free(&w->text);
    free(w);
}

void redact_watch(void *state, walk_watch *watch, void *ctx)
{
    worker *w = state;
    for (size_t i = 0; i < w->n; i++) {
        w->lane[i].walk->watch = watch;
        w->lane[i].walk->watch_ctx = ctx;
    }
}

mm_str redact_lost(void *state)
{
    return media_lost(((worker *)state)->now->media);
}

mm_str redact_seen(void *state)
{
    return pixels_seen(((worker *)state)->now->pixels);
}

/* ---- payloads that are text, or show something ---- */

static int redact_payload_text(void *ctx, mm_str text, const char *where, mm_arena *a, mm_str *out, mm_err *e)
{
    worker *w = ctx;
    mm_str got;
    if (walker_text(w->now->walk, text, where, &w->text, &got) < 0)
        return mm_fail(e, MM_EBAD, "%s: %s", where, w->now->walk->why ? w->now->walk->why : "out of memory");
    if (got.p != text.p)
        got = mm_arena_copy(a, got);
    *out = got;
    return got.p ? 0 : mm_fail(e, MM_EBAD, "%s: out of memory", where);
}

static int redact_payload_image(void *ctx, mm_cell *cell, mm_str image, const char *where, mm_arena *a, mm_str *out, mm_err *e)
{
    worker *w = ctx;
    return pixels_redact(w->now->pixels, cell, image, where, a, out, e);
}

static int redact_payload_film(void *ctx, mm_cell *cell, mm_str film, const char *where, mm_arena *a, mm_str *out,
                               uint32_t *removed, mm_err *e)
{
    worker *w = ctx;
    return film_redact(w->now->pixels, &w->now->walk->plan->film, cell, film, where, a, out, removed, e);
}

static int redact_payload_dicom(void *ctx, mm_str file, mm_arena *a, mm_str *out, mm_str *told, mm_err *e)
{
    worker *w = ctx;
    const plan *p = w->now->walk->plan;
    dicom_report r;
    w->out.n = w->text.n = 0;
    if (dicom_redact(file, p->keys->standard, p->media.pass_burned_in, &w->out, &r, e) < 0)
        return -1;
    mm_buf_printf(&w->text, ",\"dicom\":{\"removed\":%u,\"emptied\":%u,\"replaced\":%u,\"uids\":%u}", r.removed, r.emptied, r.replaced,
                  r.uids);
    *out = mm_arena_copy(a, mm_buf_view(&w->out));
    *told = mm_arena_copy(a, mm_buf_view(&w->text));
    return out->p && told->p && !w->text.failed ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

/* ---- records ---- */

static mm_verdict no_memory(mm_rec *r, mm_arena *a)
{
    return mm_rec_bad(r, a, "out of memory");
}

/* Set a member to a text; nothing when there is none. */
static int set_text(worker *w, mm_edits *ed, const mm_path *path, const char *text, mm_err *e)
{
    if (!text)
        return 0;
    w->out.n = 0;
    mm_json_put(&w->out, mm_str_of(text));
    return w->out.failed ? mm_fail(e, MM_ESYS, "out of memory") : mm_edits_set(ed, path, mm_buf_view(&w->out), e);
}

/* Write down what was found and that the record passed. */
static int stamp(worker *w, mm_edits *ed, bool passed, mm_err *e)
{
    walker *k = w->now->walk;
    if (k->reported) {
        w->out.n = 0;
        mm_buf_str(&w->out, mm_buf_view(&k->report));
        if (w->out.failed || mm_edits_append(ed, w->r->findings_path, mm_buf_view(&w->out), e) < 0)
            return -1;
    }
    if (!passed && !mm_edits_count(ed))
        return 0;
    const tiers *t = w->r->tiers;
    if (set_text(w, ed, w->r->tier_path, t->v[w->now - w->lane].name, e) < 0 || set_text(w, ed, w->r->use_path, t->use, e) < 0)
        return -1;
    return mm_edits_append(ed, w->r->via_path, w->r->via, e);
}

static void add_up(worker *w)
{
    for (size_t i = 0; i < DETECTORS_MAX; i++)
        w->count[i] += w->now->walk->count[i];
    w->records += w->now->walk->reported > 0;
}

/* ---- notes ---- */

static mm_str modality_of(const mm_rec *r, mm_value v)
{
    static const char *const known[] = { "text", "image", "audio", "video", "row", "document", "archive" };
    for (size_t i = 0; v.raw.p && i < sizeof known / sizeof *known; i++)
        if (v.type == MM_JSON_STRING && v.raw.n == strlen(known[i]) + 2 && memcmp(v.raw.p + 1, known[i], v.raw.n - 2) == 0)
            return mm_str_of(known[i]);
    return v.raw.p || r->payload.p ? MM_STR("other") : MM_STR("row");
}

/* What is told of a record before anything is done to it. -1: memory ran out. */
static int begin_note(worker *w, mm_rec *r, mm_arena *a, bool member)
{
    const mm_path *const paths[] = { w->r->src_path, w->r->modality_path };
    mm_value v[2] = { { { 0 }, MM_JSON_NULL }, { { 0 }, MM_JSON_NULL } };
    record_note *n = mm_arena_alloc(a, sizeof *n);
    if (!n || (member && mm_json_find_many(r->head, paths, 2, v) < 0))
        return -1;
    *n = (record_note){ .tier = &w->r->tiers->v[w->now - w->lane], .modality = modality_of(r, v[1]) };
    if (v[0].type == MM_JSON_STRING && !(n->src = mm_arena_copy(a, mm_json_text(v[0].raw, &w->text))).p)
        return -1;
    r->extra = n;
    return 0;
}

/* Lines for the review queue, each with the record it is about. */
static int note_queue(worker *w, mm_rec *r, mm_arena *a)
{
    record_note *n = r->extra;
    const walker *k = w->now->walk;
    mm_value id = { .type = MM_JSON_NULL };
    mm_buf *b = &w->out;
    b->n = 0;
    if (mm_json_find(r->head, w->r->id_path, &id) < 0)
        return -1;
    for (mm_str rest = mm_buf_view(&k->queue); rest.n;) {
        size_t line = (size_t)((const char *)memchr(rest.p, '\n', rest.n) - rest.p);
        mm_buf_printf(b, "{\"at\":");
        w->text.n = 0;
        mm_buf_printf(&w->text, "%s:%llu", r->source ? r->source : "-", (unsigned long long)r->position);
        mm_json_put(b, mm_buf_view(&w->text));
        if (id.type == MM_JSON_STRING) {
            mm_buf_str(b, MM_STR(",\"id\":"));
            mm_buf_str(b, id.raw);
        }
        mm_buf_byte(b, ',');
        mm_buf_put(b, rest.p, line);
        mm_buf_str(b, MM_STR("}\n"));
        rest = (mm_str){ rest.p + line + 1, rest.n - line - 1 };
    }
    return b->failed || w->text.failed || (b->n && !(n->queue = mm_arena_copy(a, mm_buf_view(b))).p) ? -1 : 0;
}

/* And what was done, of one that goes out or is dropped. */
static int end_note(worker *w, mm_rec *r, mm_arena *a)
{
    record_note *n = r->extra;
    walker *k = w->now->walk;
    mm_str lost = media_lost(w->now->media);
    w->out.n = 0;
    mm_buf_byte(&w->out, '[');
    mm_buf_str(&w->out, mm_buf_view(&k->report));
    mm_buf_byte(&w->out, ']');
    if (k->reported && !(n->findings = mm_arena_copy(a, mm_buf_view(&w->out))).p)
        return -1;
    return lost.n && !(n->lost = mm_arena_copy(a, lost)).p ? -1 : w->out.failed ? -1 : 0;
}

/* ---- one record ---- */

static int redact_payloads(worker *w, mm_rec *r, mm_arena *a, bool heard, const media_text *text, mm_err *e)
{
    sound_order o = { .policy = &w->now->walk->plan->sound, .head = r->head };
    o.n_spans = sound_words_spans(w->words, &o.span);
    o.heard_s = heard ? sound_words_heard(w->words) : 0;
    return media_redact(w->now->media, r, a, w->now->walk->edits, text, &o, e);
}

/* Ask the model about all texts of the header at once. */
static int ask_model(worker *w, mm_str head, mm_err *e)
{
    walker *k = w->now->walk;
    ner_client_begin(w->ner);
    walker_begin(k, head);
    k->gathers = true;
    int rc = walker_head(k, head, NULL);
    k->gathers = false;
    return rc < 0 ? mm_fail(e, MM_EBAD, "out of memory") : ner_client_ask(w->ner, e);
}

/* A record in which something may be. */
static mm_verdict redact_closely(worker *w, mm_rec *r, mm_arena *a, bool member, const sight *seen)
{
    mm_err e = { 0 };
    walker *k = w->now->walk;
    mm_value via;
    if (w->ner && ask_model(w, r->head, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    walker_begin(k, r->head);
    int heard = sound_words_begin(w->words, k, r->head, k->plan->sound.words_said, &e);
    if (heard < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (walker_head(k, r->head, seen) < 0)
        return k->why ? mm_rec_bad(r, a, "%.*s: %s", (int)k->path.n, k->path.p, k->why) : no_memory(r, a);
    if (sound_words_redact(w->words, k, r->head, (double)k->plan->sound.padding_ns / 1e9, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (k->emptied)   /* what is set from here on goes into an empty object, without a comma */
        mm_edits_begin(k->edits, MM_STR("{}"));
    const media_text text = { redact_payload_text, w, pixels_wanted(k->plan) ? redact_payload_image : NULL,
                              film_wanted(k->plan) ? redact_payload_film : NULL, redact_payload_dicom };
    if (pixels_begin(w->now->pixels, r->head, k->edits, &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    int done = member || r->payload.p ? redact_payloads(w, r, a, heard == 1, &text, &e) : 0;
    if (done < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (k->names_file && !(r->changed & MM_CHANGED_PAYLOAD))
        return mm_rec_bad(r, a, "the path of its ref holds personal data; ingest it with --inline");
    if (!k->drop && w->r->asks && k->pending && note_queue(w, r, a) < 0)
        return no_memory(r, a);
    if (!k->drop && k->plan->hold && k->pending)
        return mm_rec_bad(r, a, "held for review: %zu finding%s", k->pending, k->pending == 1 ? "" : "s");
    add_up(w);
    if (k->drop || done == 1)
        return MM_DROP;
    bool passed = member && mm_json_find(r->head, w->r->via_path, &via) == 1;
    if (stamp(w, k->edits, passed || (r->changed & MM_CHANGED_PAYLOAD), &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    if (mm_edits_count(k->edits) == 0)
        return MM_KEEP;
    w->out.n = 0;
    mm_edits_apply(k->edits, &w->out);
    mm_str head = w->out.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&w->out));
    if (!head.p)
        return no_memory(r, a);
    mm_rec_set_head(r, head);
    return MM_KEEP;
}

/* A record that no tier takes is bad; of a header that is no JSON that is told. */
static mm_verdict untiered(mm_rec *r, mm_arena *a, const mm_err *why)
{
    size_t at = 0;
    mm_err e = { 0 };
    if (mm_json_check_head(r->head, &at, &e) == 0)
        return mm_rec_bad(r, a, "%s", why->text);
    r->bad_byte = (int64_t)at;
    return mm_rec_bad(r, a, "%s", e.text);
}

mm_verdict redact_work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    worker *w = state;
    mm_err e = { 0 };
    size_t at = 0;
    (void)tool;
    int seen = SIEVE_LOOK | SIEVE_MEMBER, at_tier = chooser_tier(w->choose, r->head, w->r->again, &e);
    if (at_tier < 0)
        return untiered(r, a, &e);
    w->now = &w->lane[at_tier];
    sieve *s = w->now->thorough ? NULL : w->now->sieve;
    if ((s ? (seen = sieve_head(s, r->head, &at, &e)) : mm_json_check_head(r->head, &at, &e)) < 0) {
        r->bad_byte = (int64_t)at;
        return mm_rec_bad(r, a, "%s", e.text);
    }
    bool member = (seen & SIEVE_MEMBER) != 0;
    if (w->r->notes && begin_note(w, r, a, member) < 0)
        return no_memory(r, a);
    if (!(seen & (SIEVE_LOOK | SIEVE_MEMBER)) && !r->payload.p)
        return MM_KEEP;
    mm_verdict verdict = redact_closely(w, r, a, member, s ? sieve_sight(s) : NULL);
    return w->r->notes && verdict != MM_BAD && end_note(w, r, a) < 0 ? no_memory(r, a) : verdict;
}
