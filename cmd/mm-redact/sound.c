#include "sound.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "media.h"
#include "media/retouch.h"

static bool mutes(const sound_policy *p)
{
    return p->words != WORDS_LEAVE;
}

static sound_without without(const sound_policy *p)
{
    if (p->without != SOUND_UNSAID)
        return p->without;
    return p->words_said && mutes(p) ? SOUND_DEAD : SOUND_PASS;
}

/* ---- subtitles -------------------------------------------------------------- */

/* The texts of a film's subtitles, redacted, into out: how many; -1. With `text` NULL they are only counted. */
static int redact_cues(mm_cell *cell, mm_str bytes, const media_text *text, const char *where, mm_arena *a, mm_buf *out, mm_err *e)
{
    mm_str answer, cue, now;
    char place[64];
    int n = 0, r;
    if (mm_cell_call(cell, MM_MEDIA_CUES, (mm_str){ 0 }, bytes, &answer, e) < 0)
        return -1;
    while ((r = mm_cue_next(&answer, &cue)) == 1) {
        snprintf(place, sizeof place, "%s.subtitles[%d]", where, n++);
        if (!text)
            continue;
        if (text->redact(text->ctx, cue, place, a, &now, e) < 0)
            return -1;
        mm_cue_put(out, now);
    }
    if (r < 0)
        return mm_fail(e, MM_EBAD, "the decoder's answer holds no texts");
    return out->failed ? mm_fail(e, MM_ESYS, "out of memory") : n;
}

/* ---- what nobody knows the words of ----------------------------------------- */

static int has_sound(mm_cell *cell, mm_str bytes, mm_err *e)
{
    mm_str answer;
    mm_av_facts f;
    if (mm_cell_call(cell, MM_MEDIA_AV_FACTS, (mm_str){ 0 }, bytes, &answer, e) < 0 || mm_av_facts_take(answer, &f, e) < 0)
        return -1;
    return f.audio_codec[0] != 0;
}

/* Change the order for a sound of which some is unheard, as the policy says: 0 to go on, 2 to drop the record, -1. */
static int treat_unheard(const sound_order *o, mm_cell *cell, mm_str bytes, mm_retouch *t, mm_span *rest, mm_err *e)
{
    sound_without what = without(o->policy);
    if (isinf(o->heard_s) || what == SOUND_PASS)
        return 0;
    int sounds = has_sound(cell, bytes, e);
    if (sounds <= 0)
        return sounds;
    switch (what) {
    case SOUND_DROP:
        return 2;
    case SOUND_SILENCE:
        *rest = (mm_span){ o->heard_s > 0 ? o->heard_s : -1, INFINITY };
        return 0;
    case SOUND_ANONYMIZE:
        t->alpha = t->alpha > 0 ? t->alpha : SOUND_ALPHA;
        return 0;
    default:
        if (o->heard_s > 0)
            return mm_fail(e, MM_EBAD, "its transcript ends at %g s, and the policy wants words muted; transcribe all of it (mm-probe --max-audio), "
                           "or say redact.audio.without_transcript", o->heard_s);
        return mm_fail(e, MM_EBAD, "there is no transcript, and the policy wants words muted; mm-probe --transcribe or --transcript-from makes "
                       "one, or say redact.audio.without_transcript");
    }
}

/* ---- the whole -------------------------------------------------------------- */

static void tell(const mm_retouch *t, const mm_recode_report *report, int cues, mm_buf *b)
{
    for (size_t i = 0; i < t->n_spans; i++) {
        mm_buf_str(b, i ? MM_STR(",[") : MM_STR(",\"muted\":[["));
        mm_json_put_double(b, fmax(t->span[i].from_s, 0));
        mm_buf_byte(b, ',');
        mm_json_put_double(b, t->span[i].to_s);   /* null: to the end */
        mm_buf_byte(b, ']');
    }
    if (t->n_spans)
        mm_buf_byte(b, ']');
    if (t->alpha > 0)
        mm_buf_str(b, MM_STR(",\"voice\":\"mcadams\""));
    if (cues)
        mm_buf_printf(b, ",\"subtitles\":%d", cues);
    if (report->other_codecs)
        mm_buf_printf(b, ",\"other_codecs\":%u", report->other_codecs);
}

static int call(const mm_retouch *t, mm_cell *cell, mm_str bytes, mm_recode_report *report, sound_result *r, mm_err *e)
{
    mm_buf args = { 0 };
    mm_str answer;
    mm_retouch_args(t, &args);
    int status = args.failed ? mm_fail(e, MM_ESYS, "out of memory")
                             : mm_cell_call(cell, MM_MEDIA_RETOUCH, mm_buf_view(&args), bytes, &answer, e);
    mm_buf_free(&args);
    if (status < 0 || mm_retouch_take(answer, report, &r->bytes, e) < 0)
        return -1;
    r->removed = report->removed;
    return 0;
}

int sound_redact(const sound_order *o, mm_cell *cell, mm_str bytes, bool film, const media_text *text, const char *where, mm_arena *a,
                 sound_result *r, mm_err *e)
{
    mm_buf texts = { 0 };
    mm_recode_report report;
    mm_span rest = { .from_s = 0, .to_s = -1 };
    mm_retouch t = { .tone = o->policy->words == WORDS_TONE };
    int cues = 0, status = sound_alpha(o->policy, o->head, &t.alpha, e);
    if (status == 0)
        status = treat_unheard(o, cell, bytes, &t, &rest, e);
    mm_span *span = malloc((o->n_spans + 1) * sizeof *span);
    if (status == 0 && !span)
        status = mm_fail(e, MM_ESYS, "out of memory");
    if (status == 0) {
        size_t n = mutes(o->policy) ? o->n_spans : 0;
        if (n)
            memcpy(span, o->span, n * sizeof *span);
        span[n] = rest;
        t.span = span;
        t.n_spans = mm_spans_join(span, n + 1);
        bool keep = !o->policy->drop_subtitles;
        cues = film ? redact_cues(cell, bytes, keep ? text : NULL, where, a, &texts, e) : 0;
        t.cues = keep && cues > 0;
        t.texts = mm_buf_view(&texts);
        status = cues < 0 ? -1 : t.n_spans || t.alpha > 0 || cues > 0;
    }
    if (status == 1)
        status = call(&t, cell, bytes, &report, r, e) < 0 ? -1 : 1;
    if (status == 1)
        tell(&t, &report, t.cues ? cues : 0, &r->told);
    free(span);
    mm_buf_free(&texts);
    return status;
}
