/* media.c - the payloads of a record: fetched, told by content, redacted, set. */
#include "media.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"
#include "media/type.h"
#include "record/carry.h"
#include "record/member.h"

struct media {
    const media_policy *policy;
    const mm_roots *roots;
    mm_jail *jail;
    mm_cell *cell;           /* made when first needed */
    mm_typer *typer;
    mm_edits *part_edits;
    mm_arena *fetched;       /* the payload as it came */
    mm_buf value, notes;     /* JSON being made */
    mm_path *size, *xxh3, *ref, *data, *parts, *note;  /* mm.size ... */
    mm_path *stale[16];      /* what mm.probe says of metadata */
    mm_path *heard[24];      /* what it says of samples */
    mm_path *repainted[16];  /* and of pixels */
};

/* ---- policy ----------------------------------------------------------------- */

media_policy media_policy_default(void)
{
    return (media_policy){ .strip = true, .keep = MM_KEEP_DEFAULT };
}

typedef struct word_bit {
    const char *name;
    unsigned bit;
} word_bit;

static const word_bit keeps[] = { { "orientation", MM_KEEP_ORIENTATION }, { "color", MM_KEEP_COLOR }, { "density", MM_KEEP_DENSITY }, { NULL, 0 } };
static const word_bit refusals[] = { { "image", REFUSE_IMAGE }, { "audio", REFUSE_AUDIO }, { "video", REFUSE_VIDEO }, { "text", REFUSE_TEXT },
                                     { NULL, 0 } };

/* A list of words, each of which is a bit. */
static int read_bits(const mm_doc *d, const mm_node *n, const char *key, const word_bit *words, unsigned *bits, mm_err *e)
{
    mm_buf all = { 0 };
    int rc = 0;
    if (!n)
        return 0;
    for (const word_bit *w = words; w->name; w++)
        mm_buf_printf(&all, "%s%s", w == words ? "" : w[1].name ? ", " : " and ", w->name);
    *bits = 0;
    if (n->kind != MM_NODE_LIST)
        rc = mm_node_fail(d, n, e, "%s must be a list of %.*s", key, (int)all.n, all.p ? all.p : "");
    for (size_t i = 0; rc == 0 && i < n->n; i++) {
        const mm_node *item = n->item[i];
        unsigned bit = 0;
        for (const word_bit *w = words; w->name && item->kind == MM_NODE_SCALAR; w++)
            if (mm_str_eq(item->text, mm_str_of(w->name)))
                bit = w->bit;
        *bits |= bit;
        rc = bit ? 0 : mm_node_fail(d, item, e, "%s holds %.*s, and nothing else", key, (int)all.n, all.p ? all.p : "");
    }
    mm_buf_free(&all);
    return rc;
}

static int read_pass(const mm_doc *d, const mm_node *n, const char *name, bool *pass, mm_err *e)
{
    const char *text = *pass ? "pass" : "refuse";
    if (mm_node_string(d, n, &text, e) < 0)
        return -1;
    if (strcmp(text, "pass") && strcmp(text, "refuse"))
        return mm_node_fail(d, n, e, "%s must be refuse or pass, not %s", name, text);
    *pass = *text == 'p';
    return 0;
}

static int read_limits(const mm_doc *d, const mm_node *time, const mm_node *memory, mm_jail_limits *l, mm_err *e)
{
    int64_t v;
    if (time && (time->kind != MM_NODE_SCALAR || mm_parse_duration(time->text, &v) < 0 || v <= 0))
        return mm_node_fail(d, time, e, "time_limit must be a duration such as 20s");
    if (time)
        l->wall_ns = l->cpu_ns = v;
    if (memory && (memory->kind != MM_NODE_SCALAR || mm_parse_size(memory->text, &v) < 0 || v <= 0))
        return mm_node_fail(d, memory, e, "memory_limit must be a size such as 1G");
    if (memory)
        l->memory = (size_t)v;
    return 0;
}

int media_policy_read(const mm_doc *d, const mm_node *n, media_policy *p, mm_err *e)
{
    static const char *const known[] = { "strip", "opaque", "burned_in", "keep", "refuse", "time_limit", "memory_limit", NULL };
    if (!n)
        return 0;
    if (mm_node_keys(d, n, known, e) < 0 || mm_node_bool(d, mm_node_get(n, "strip"), &p->strip, e) < 0 ||
        read_pass(d, mm_node_get(n, "opaque"), "opaque", &p->pass_opaque, e) < 0 ||
        read_pass(d, mm_node_get(n, "burned_in"), "burned_in", &p->pass_burned_in, e) < 0 ||
        read_bits(d, mm_node_get(n, "keep"), "keep", keeps, &p->keep, e) < 0 ||
        read_bits(d, mm_node_get(n, "refuse"), "refuse", refusals, &p->refuse, e) < 0)
        return -1;
    return read_limits(d, mm_node_get(n, "time_limit"), mm_node_get(n, "memory_limit"), &p->limits, e);
}

/* ---- state ------------------------------------------------------------------ */

static const char *const stale[] = {
    "mm.probe.image.camera_make", "mm.probe.image.camera_model", "mm.probe.image.lens", "mm.probe.image.has_gps",
    "mm.probe.image.has_datetime", "mm.probe.image.has_exif", "mm.probe.image.has_xmp", "mm.probe.image.has_iptc",
    "mm.probe.audio.has_tags", "mm.probe.audio.has_picture", "mm.probe.video.has_gps", "mm.probe.video.has_datetime",
    "mm.probe.video.has_tags",
};
enum { STALE = sizeof stale / sizeof *stale };

/* What it says of samples, which are others once something was muted; voices can be told by some of it. */
static const char *const heard[] = {
    "mm.probe.audio.fingerprint", "mm.probe.audio.f0_median_hz", "mm.probe.audio.f0_low_hz", "mm.probe.audio.f0_high_hz",
    "mm.probe.audio.loudness_lufs", "mm.probe.audio.loudness_range_lu", "mm.probe.audio.true_peak_dbtp", "mm.probe.audio.peak_dbfs",
    "mm.probe.audio.rms_dbfs", "mm.probe.audio.dc_offset", "mm.probe.audio.clipped_share", "mm.probe.audio.clip_runs",
    "mm.probe.audio.silence_share", "mm.probe.audio.snr_db", "mm.probe.audio.voiced_share", "mm.probe.audio.modulation_4hz",
    "mm.probe.audio.low_energy_share", "mm.probe.audio.aperiodicity", "mm.probe.audio.kind", "mm.probe.audio.decoded_s",
};
enum { HEARD = sizeof heard / sizeof *heard };

/* What mm-probe said of pixels that are others now. */
static const char *const repainted[] = {
    "mm.probe.image.faces", "mm.probe.image.face_boxes", "mm.probe.image.ocr", "mm.probe.image.pdq",
    "mm.probe.image.pdq_quality", "mm.probe.image.luma_mean", "mm.probe.image.contrast", "mm.probe.image.shadows",
    "mm.probe.image.highlights", "mm.probe.image.colorfulness", "mm.probe.image.entropy", "mm.probe.image.sharpness",
    "mm.probe.image.flat", "mm.probe.image.colors", "mm.probe.image.is_blank", "mm.probe.image.is_screenshot",
};
enum { REPAINTED = sizeof repainted / sizeof *repainted };

static int compile_paths(media *m, mm_err *e)
{
    struct { mm_path **path; const char *text; } fixed[] = {
        { &m->size, "mm.size" }, { &m->xxh3, "mm.xxh3" }, { &m->ref, "mm.ref" }, { &m->data, "mm.data" },
        { &m->parts, "mm.parts" }, { &m->note, "mm.redact.media" },
    };
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!(*fixed[i].path = mm_path_new(mm_str_of(fixed[i].text), e)))
            return -1;
    for (size_t i = 0; i < STALE; i++)
        if (!(m->stale[i] = mm_path_new(mm_str_of(stale[i]), e)))
            return -1;
    for (size_t i = 0; i < HEARD; i++)
        if (!(m->heard[i] = mm_path_new(mm_str_of(heard[i]), e)))
            return -1;
    for (size_t i = 0; i < REPAINTED; i++)
        if (!(m->repainted[i] = mm_path_new(mm_str_of(repainted[i]), e)))
            return -1;
    return 0;
}

media *media_new(const media_policy *p, const mm_roots *roots, mm_jail *jail, mm_err *e)
{
    media *m = calloc(1, sizeof *m);
    if (m) {
        *m = (media){ .policy = p, .roots = roots, .jail = jail };
        m->typer = mm_typer_new();
        m->part_edits = mm_edits_new();
        m->fetched = mm_arena_new();
    }
    if (m && m->typer && m->part_edits && m->fetched && compile_paths(m, e) == 0)
        return m;
    media_free(m);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void media_free(media *m)
{
    if (!m)
        return;
    mm_path *const fixed[] = { m->size, m->xxh3, m->ref, m->data, m->parts, m->note };
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        mm_path_free(fixed[i]);
    for (size_t i = 0; i < STALE; i++)
        mm_path_free(m->stale[i]);
    for (size_t i = 0; i < HEARD; i++)
        mm_path_free(m->heard[i]);
    for (size_t i = 0; i < REPAINTED; i++)
        mm_path_free(m->repainted[i]);
    mm_cell_free(m->cell);
    mm_typer_free(m->typer);
    mm_edits_free(m->part_edits);
    mm_arena_free(m->fetched);
    mm_buf_free(&m->value);
    mm_buf_free(&m->notes);
    free(m);
}

/* ---- one payload ------------------------------------------------------------ */

/* A payload on its way through. */
typedef struct subject {
    char where[32];      /* "payload", "parts[1]" */
    mm_str bytes;        /* as it came, later as it goes */
    const char *mime;
    bool changed, stripped, painted;
    bool dropped;        /* the record is to go */
    uint32_t removed;
    mm_str told;         /* further members of what is written down; in the arena */
    mm_arena *arena;
} subject;

static int take_new(subject *s, mm_str bytes, mm_err *e)
{
    s->bytes = mm_arena_copy(s->arena, bytes);
    s->changed = true;
    return s->bytes.p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

static mm_cell *cell_of(media *m, mm_err *e)
{
    if (!m->cell)
        m->cell = mm_cell_new(m->jail, e);
    return m->cell;
}

static int strip(media *m, subject *s, mm_err *e)
{
    const uint32_t keep = m->policy->keep;
    mm_strip_report report;
    mm_str answer, bytes;
    if (!cell_of(m, e) || mm_cell_call(m->cell, MM_MEDIA_STRIP, (mm_str){ (const char *)&keep, sizeof keep }, s->bytes, &answer, e) < 0 ||
        mm_strip_take(answer, &report, &bytes, e) < 0)
        return -1;
    s->stripped = true;
    s->removed = report.removed;
    return report.changed ? take_new(s, bytes, e) : 0;
}

/* What is heard and read: 1 when that is done, and metadata is gone with it; 0 when there was nothing to do; -1. */
static int redact_sound(media *m, subject *s, bool film, const media_text *text, const sound_order *sound, mm_err *e)
{
    sound_result r = { .removed = 0 };
    if (!cell_of(m, e))
        return -1;
    int done = sound_redact(sound, m->cell, s->bytes, film, text, s->where, s->arena, &r, e);
    if (done == 1) {
        s->removed = r.removed;
        s->stripped = true;
        if (mm_str_eq(r.bytes, s->bytes)) {   /* an earlier run's work */
            mm_buf_free(&r.told);
            return 1;
        }
        s->told = mm_arena_copy(s->arena, mm_buf_view(&r.told));
        if (take_new(s, r.bytes, e) < 0 || r.told.failed || !s->told.p)
            done = mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&r.told);
    s->dropped = done == 2;
    return done == 2 ? 1 : done;
}

/* Metadata of a picture that changed goes in any case: a thumbnail shows what was there. */
static int redact_picture(media *m, subject *s, const media_text *text, mm_err *e)
{
    mm_str out;
    if (!text->picture)
        return 0;
    if (text->picture(text->ctx, m->cell, s->bytes, s->where, s->arena, &out, e) < 0)
        return -1;
    s->painted = out.p != s->bytes.p;
    s->changed |= s->painted;
    s->bytes = out;
    return s->painted && !s->stripped ? strip(m, s, e) : 0;
}

static int redact_film(media *m, subject *s, const media_text *text, mm_err *e)
{
    mm_str out;
    uint32_t removed = 0;
    if (!text->film)
        return 0;
    if (text->film(text->ctx, m->cell, s->bytes, s->where, s->arena, &out, &removed, e) < 0)
        return -1;
    if (out.p == s->bytes.p)
        return 0;
    s->changed = s->stripped = true;
    s->removed |= removed;
    s->bytes = out;
    return 0;
}

static int redact_dicom(subject *s, const media_text *text, mm_err *e)
{
    mm_str out;
    if (text->dicom(text->ctx, s->bytes, s->arena, &out, &s->told, e) < 0)
        return -1;
    s->changed = s->stripped = !mm_str_eq(out, s->bytes);
    s->removed = MM_STRIP_TAGS;
    s->bytes = out;
    return 0;
}

static int redact_text(subject *s, const media_text *text, mm_err *e)
{
    mm_str out;
    if (mm_texture_of(s->bytes, true) == MM_TEXTURE_UTF16)
        return mm_fail(e, MM_EBAD, "text in UTF-16; mm-ingest makes it UTF-8");
    if (text->redact(text->ctx, s->bytes, s->where, s->arena, &out, e) < 0)
        return -1;
    s->changed = !mm_str_eq(out, s->bytes);
    s->bytes = out;
    return 0;
}

static int redact_bytes(media *m, subject *s, const media_text *text, const sound_order *sound, mm_err *e)
{
    mm_str head = { s->bytes.p, s->bytes.n < MM_TYPE_HEAD ? s->bytes.n : MM_TYPE_HEAD };
    mm_type type = mm_type_of(m->typer, head, s->bytes.n);
    bool image = !strcmp(type.modality, "image"), film = !strcmp(type.modality, "video");
    s->mime = type.mime;
    if (!s->bytes.n)
        return 0;
    for (const word_bit *w = refusals; w->name; w++)
        if ((m->policy->refuse & w->bit) && !strcmp(type.modality, w->name))
            return mm_fail(e, MM_EBAD, "the policy refuses payloads that are %s", w->name);
    if (!strcmp(type.modality, "text"))
        return redact_text(s, text, e);
    if (image || film || !strcmp(type.modality, "audio")) {
        int done = image || !sound ? 0 : redact_sound(m, s, film, text, sound, e);
        if (done != 0)
            return done < 0 ? -1 : film && !s->dropped ? redact_film(m, s, text, e) : 0;
        if (image && !mm_image_format(s->bytes) && (m->policy->strip || text->picture))
            return mm_fail(e, MM_EBAD, "metadata of this kind can not be taken out");
        if (!cell_of(m, e) || (m->policy->strip && strip(m, s, e) < 0))
            return -1;
        return image ? redact_picture(m, s, text, e) : film ? redact_film(m, s, text, e) : 0;
    }
    if (!strcmp(type.mime, "application/dicom") && text->dicom)
        return redact_dicom(s, text, e);
    if (m->policy->pass_opaque)
        return 0;
    return mm_fail(e, MM_EBAD, "%s can not be looked into; redact.media.opaque: pass in the policy lets it pass",
                   !strcmp(type.modality, "archive") ? "an archive" : !strcmp(type.modality, "document") ? "a document" : "it");
}

/* The payload of r: 0 when there is none, 1 with s filled, -1. */
static int fetch(media *m, const mm_rec *r, const char *where, mm_arena *a, subject *s, mm_err *e)
{
    *s = (subject){ .arena = a };
    snprintf(s->where, sizeof s->where, "%s", where);
    mm_arena_reset(m->fetched);
    int has = mm_payload(r, m->roots, m->fetched, &s->bytes, e);
    return has < 0 ? mm_fail_at(e, "%s", where) : has;
}

static int redact_one(media *m, subject *s, const media_text *text, const sound_order *sound, mm_err *e)
{
    if (redact_bytes(m, s, text, sound, e) == 0)
        return 0;
    return mm_fail_at(e, "%s (%s)", s->where, s->mime);
}

/* ---- what is written down --------------------------------------------------- */

/* One entry of mm.redact.media: where, what kind it is, and the classes that were taken out. */
static void note(media *m, const subject *s)
{
    mm_buf *b = &m->notes;
    if (!s->stripped || !s->changed)
        return;
    mm_buf_str(b, b->n ? MM_STR(",") : MM_STR("["));
    mm_buf_printf(b, "{\"where\":\"%s\",\"type\":\"%s\",\"removed\":[", s->where, s->mime);
    for (int i = 0, n = 0; i < MM_STRIP_CLASSES; i++)
        if (s->removed >> i & 1)
            mm_buf_printf(b, "%s\"%s\"", n++ ? "," : "", mm_strip_class(i));
    mm_buf_byte(b, ']');
    mm_buf_str(b, s->told);
    mm_buf_byte(b, '}');
}

/* Size and hash of the new bytes into an mm member at the given paths, its old whereabouts gone. */
static int set_member(media *m, mm_edits *ed, mm_str bytes, mm_err *e)
{
    char text[40], hex[33];
    mm_hash_hex(bytes.p, bytes.n, hex);
    snprintf(text, sizeof text, "%zu", bytes.n);
    if (mm_edits_set(ed, m->size, mm_str_of(text), e) < 0)
        return -1;
    snprintf(text, sizeof text, "\"%s\"", hex);
    if (mm_edits_set(ed, m->xxh3, mm_str_of(text), e) < 0)
        return -1;
    return mm_edits_remove(ed, m->ref, e) < 0 ? -1 : 0;
}

/* Facts of mm-probe on metadata that is not there any more. Who made the picture goes in any case. */
static int remove_stale(media *m, mm_edits *ed, const subject *s, mm_err *e)
{
    enum { WHO = 3 };
    for (size_t i = 0; i < (s->changed ? (size_t)STALE : WHO) && s->stripped; i++)
        if (mm_edits_remove(ed, m->stale[i], e) < 0)
            return -1;
    for (size_t i = 0; i < HEARD && s->told.n; i++)
        if (mm_edits_remove(ed, m->heard[i], e) < 0)
            return -1;
    for (size_t i = 0; i < REPAINTED && s->painted; i++)
        if (mm_edits_remove(ed, m->repainted[i], e) < 0)
            return -1;
    return 0;
}

static int redact_payload(media *m, mm_rec *r, mm_arena *a, mm_edits *ed, const media_text *text, const sound_order *sound, mm_err *e)
{
    subject s;
    int has = fetch(m, r, "payload", a, &s, e);
    if (has <= 0)
        return has;
    if (redact_one(m, &s, text, sound, e) < 0 || remove_stale(m, ed, &s, e) < 0)
        return -1;
    if (s.dropped)
        return 1;
    note(m, &s);
    if (!s.changed)
        return 0;
    if (set_member(m, ed, s.bytes, e) < 0 || mm_edits_remove(ed, m->data, e) < 0)
        return -1;
    mm_rec_set_payload(r, s.bytes);
    return 0;
}

/* ---- parts ------------------------------------------------------------------ */

/* A part as the mm member of a record of its own, so that it is read and changed like one. */
static mm_str as_record(media *m, mm_arena *a, mm_str part)
{
    m->value.n = 0;
    mm_buf_str(&m->value, MM_STR("{\"mm\":"));
    mm_buf_str(&m->value, part);
    mm_buf_byte(&m->value, '}');
    return m->value.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&m->value));
}

/* Put the new bytes of a part into its object, and that into the header. */
static int set_part(media *m, const mm_rec *r, mm_str part, mm_str record, const subject *s, mm_edits *ed, mm_err *e)
{
    enum { BEFORE = 6, AFTER = 1 };  /* what as_record put around it */
    size_t from = (size_t)(part.p - r->head.p);
    m->value.n = 0;
    mm_put_base64(&m->value, s->bytes);
    mm_edits_begin(m->part_edits, record);
    if (set_member(m, m->part_edits, s->bytes, e) < 0 ||
        mm_edits_set(m->part_edits, m->data, mm_buf_view(&m->value), e) < 0)
        return -1;
    m->value.n = 0;
    mm_edits_apply(m->part_edits, &m->value);
    if (m->value.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_str changed = { m->value.p + BEFORE, m->value.n - BEFORE - AFTER };
    if (mm_edits_replace(ed, from, from + part.n, changed) < 0)
        return mm_fail(e, MM_EBAD, "%s was changed already", s->where);
    return 0;
}

static int redact_part(media *m, mm_rec *r, size_t i, mm_value part, mm_arena *a, mm_edits *ed, const media_text *text,
                       const sound_order *sound, mm_err *e)
{
    subject s;
    char where[32];
    snprintf(where, sizeof where, "parts[%zu]", i);
    if (part.type != MM_JSON_OBJECT)
        return mm_fail(e, MM_EBAD, "mm.%s is not an object", where);
    mm_rec inner = { .head = as_record(m, a, part.raw) };
    if (!inner.head.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    int has = fetch(m, &inner, where, a, &s, e);
    if (has <= 0)
        return has;
    if (redact_one(m, &s, text, sound, e) < 0)
        return -1;
    if (s.dropped)
        return 1;
    note(m, &s);
    return s.changed ? set_part(m, r, part.raw, inner.head, &s, ed, e) : 0;
}

static int redact_parts(media *m, mm_rec *r, mm_arena *a, mm_edits *ed, const media_text *text, const sound_order *sound, mm_err *e)
{
    const sound_order unheard = { .policy = sound ? sound->policy : NULL, .head = r->head };
    mm_value parts;
    int has = mm_json_find(r->head, m->parts, &parts);
    if (has == 0)
        return 0;
    if (has < 0 || parts.type != MM_JSON_ARRAY)
        return mm_fail(e, MM_EBAD, "mm.parts is not an array");
    mm_json_iter it = mm_json_each(parts);
    while ((has = mm_json_next(&it)) == 1) {
        int done = redact_part(m, r, it.index, it.value, a, ed, text, sound ? &unheard : NULL, e);
        if (done != 0)
            return done;
    }
    return has < 0 ? mm_fail(e, MM_EBAD, "mm.parts is malformed") : 0;
}

int media_redact(media *m, mm_rec *r, mm_arena *a, mm_edits *ed, const media_text *text, const sound_order *sound, mm_err *e)
{
    m->notes.n = 0;
    int done = redact_payload(m, r, a, ed, text, sound, e);
    if (done == 0)
        done = redact_parts(m, r, a, ed, text, sound, e);
    if (done != 0)
        return done;
    if (!m->notes.n)
        return 0;
    mm_buf_byte(&m->notes, ']');
    if (m->notes.failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return mm_edits_set(ed, m->note, mm_buf_view(&m->notes), e);
}

mm_str media_lost(media *m)
{
    mm_str lost = mm_buf_view(&m->notes);
    m->notes.n = 0;
    return lost;
}
