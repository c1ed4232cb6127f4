#include "media/retouch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/mcadams.h"

/* What stands at the start of args: spans follow, then texts. */
typedef struct wire {
    uint64_t n_spans, n_texts;
    double alpha, max_seconds;
    uint32_t tone, cues;
} wire;

enum { MAX_TRACKS = 64 };

/* The state of a rewrite. */
typedef struct retoucher {
    wire w;
    const mm_span *span;
    mm_span *owned;
    mm_str texts;
    mm_mcadams *voice[MAX_TRACKS][MM_RECODE_CHANNELS];
    struct { float before, after; } peak[MAX_TRACKS];   /* of the voices of a track */
    bool listening;         /* only these are wanted */
} retoucher;

/* ---- texts ------------------------------------------------------------------ */

void mm_cue_put(mm_buf *out, mm_str text)
{
    const uint32_t n = (uint32_t)text.n;
    mm_buf_put(out, &n, sizeof n);
    mm_buf_str(out, text);
}

int mm_cue_next(mm_str *rest, mm_str *text)
{
    uint32_t n;
    if (!rest->n)
        return 0;
    if (rest->n < sizeof n)
        return -1;
    memcpy(&n, rest->p, sizeof n);
    if (n > rest->n - sizeof n)
        return -1;
    *text = (mm_str){ rest->p + sizeof n, n };
    *rest = (mm_str){ text->p + n, rest->n - sizeof n - n };
    return 1;
}

static int note_cue(void *ctx, mm_str text, mm_buf *out, mm_err *e)
{
    mm_cue_put(ctx, text);
    mm_buf_str(out, text);
    return 0;
}

static int change_cue(void *ctx, mm_str text, mm_buf *out, mm_err *e)
{
    retoucher *x = ctx;
    mm_str now;
    if (mm_cue_next(&x->texts, &now) != 1)
        return mm_fail(e, MM_EBAD, "there are more subtitles than were looked at");
    mm_buf_str(out, now);
    return 0;
}

int mm_cues_read(mm_str bytes, mm_buf *out, mm_err *e)
{
    int any = mm_recode_has_texts(bytes, e);
    if (any <= 0)
        return any;
    mm_buf unused = { 0 };
    mm_recode_report r;
    const mm_recode_jobs jobs = { .text = note_cue, .ctx = out };
    int status = mm_recode(bytes, &jobs, &unused, &r, e);
    mm_buf_free(&unused);
    return status;
}

/* ---- sound ------------------------------------------------------------------ */

static float peak_of(const float *p, size_t n, float most)
{
    for (size_t i = 0; i < n; i++)
        most = fmaxf(most, fabsf(p[i]));
    return most;
}

/* Moved poles may ring many times louder: a track keeps the peak it had, which takes hearing it twice. */
static int change_voice(retoucher *x, mm_recode_sound *s, mm_err *e)
{
    if (s->track >= MAX_TRACKS)
        return mm_fail(e, MM_EBAD, "too many tracks");
    float *before = &x->peak[s->track].before, *after = &x->peak[s->track].after;
    for (int c = 0; c < s->channels; c++) {
        mm_mcadams **v = &x->voice[s->track][c];
        float *p = s->plane[c];
        if (!*v && !(*v = mm_mcadams_new(s->rate_hz, x->w.alpha)))
            return mm_fail(e, MM_ESYS, "out of memory");
        if (x->listening)
            *before = peak_of(p, s->frames, *before);
        if (mm_mcadams_put(*v, p, s->frames, s->ahead) < 0)
            return mm_fail(e, MM_ESYS, "out of memory");
        if (x->listening)
            *after = peak_of(p, s->frames, *after);
        for (size_t i = 0; i < s->frames && !x->listening && *after > 0; i++)
            p[i] *= *before / *after;
    }
    return 0;
}

static void forget_voices(retoucher *x)
{
    for (size_t i = 0; i < MAX_TRACKS; i++)
        for (size_t c = 0; c < MM_RECODE_CHANNELS; c++) {
            mm_mcadams_free(x->voice[i][c]);
            x->voice[i][c] = NULL;
        }
}

/* What is not to be heard goes before the voice is changed, so that no frame carries it further, and once more behind. */
static int change_sound(void *ctx, mm_recode_sound *s, mm_err *e)
{
    retoucher *x = ctx;
    if (x->w.max_seconds > 0 && (double)(s->at + s->frames) / s->rate_hz > x->w.max_seconds)
        return mm_fail(e, MM_EBAD, "the sound is longer than the limit of %g s", x->w.max_seconds);
    if (x->w.alpha > 0) {
        mm_mute(s, x->span, (size_t)x->w.n_spans, false);
        if (change_voice(x, s, e) < 0)
            return -1;
    }
    mm_mute(s, x->span, (size_t)x->w.n_spans, x->w.tone != 0);
    return 0;
}

/* ---- the operation ---------------------------------------------------------- */

void mm_retouch_args(const mm_retouch *t, mm_buf *out)
{
    const wire w = { .n_spans = t->n_spans, .n_texts = t->texts.n, .alpha = t->alpha, .max_seconds = t->max_seconds,
                     .tone = t->tone, .cues = t->cues };
    mm_buf_put(out, &w, sizeof w);
    mm_buf_put(out, t->span, t->n_spans * sizeof *t->span);
    mm_buf_str(out, t->texts);
}

static int read_args(retoucher *x, mm_str args, mm_err *e)
{
    if (args.n >= sizeof x->w)
        memcpy(&x->w, args.p, sizeof x->w);
    size_t left = args.n - sizeof x->w;
    if (args.n < sizeof x->w || x->w.n_spans > left / sizeof *x->span || left - x->w.n_spans * sizeof *x->span != x->w.n_texts)
        return mm_fail(e, MM_EBAD, "%zu bytes do not say what to write anew", args.n);
    size_t n = x->w.n_spans * sizeof *x->span;
    x->owned = malloc(n + 1);
    if (!x->owned)
        return mm_fail(e, MM_ESYS, "out of memory");
    memcpy(x->owned, args.p + sizeof x->w, n);
    x->span = x->owned;
    x->texts = (mm_str){ args.p + sizeof x->w + n, (size_t)x->w.n_texts };
    return 0;
}

/* Frames of the voice are longest at the highest rate there is. */
enum { HIGHEST_HZ = 384000 };

/* Written twice, the second time from what was written, so that what is read from the result and written again is the same: encoders
 * know more of a track than readers. */
static int settle(retoucher *x, mm_buf *made, mm_err *e)
{
    mm_recode_report r;
    mm_buf again = { 0 };
    const mm_recode_jobs jobs = { .text = x->w.cues ? mm_recode_keep_text : NULL };
    int status = mm_recode(mm_buf_view(made), &jobs, &again, &r, e);
    mm_buf_free(made);
    *made = again;
    return status;
}

/* How loud voices become. */
static int listen(retoucher *x, mm_str bytes, const mm_recode_jobs *jobs, mm_buf *made, mm_err *e)
{
    mm_recode_report r;
    mm_recode_jobs ears = *jobs;
    ears.text = NULL;
    x->listening = true;
    int status = mm_recode(bytes, &ears, made, &r, e);
    x->listening = false;
    forget_voices(x);
    return status;
}

static int rewrite(retoucher *x, mm_str bytes, mm_buf *out, mm_err *e)
{
    mm_recode_report r;
    mm_buf made = { 0 };
    const mm_recode_jobs jobs = { .sound = x->w.n_spans || x->w.alpha > 0 ? change_sound : NULL,
                                  .ahead = x->w.alpha > 0 ? mm_mcadams_ahead(HIGHEST_HZ) : 0,
                                  .text = x->w.cues ? change_cue : NULL, .ctx = x };
    int status = x->w.alpha > 0 ? listen(x, bytes, &jobs, &made, e) : 0;
    if (status == 0)
        status = mm_recode(bytes, &jobs, &made, &r, e);
    if (status == 0 && x->texts.n)
        status = mm_fail(e, MM_EBAD, "there are fewer subtitles than were looked at");
    if (status == 0)
        status = settle(x, &made, e);
    if (status == 0) {
        mm_buf_put(out, &r, sizeof r);
        mm_buf_str(out, mm_buf_view(&made));
    }
    mm_buf_free(&made);
    return status;
}

int mm_retouch_write(mm_str bytes, mm_str args, mm_buf *out, mm_err *e)
{
    retoucher *x = calloc(1, sizeof *x);
    if (!x)
        return mm_fail(e, MM_ESYS, "out of memory");
    int status = read_args(x, args, e) < 0 ? -1 : rewrite(x, bytes, out, e);
    forget_voices(x);
    free(x->owned);
    free(x);
    return status;
}

int mm_retouch_take(mm_str answer, mm_recode_report *r, mm_str *bytes, mm_err *e)
{
    if (answer.n <= sizeof *r)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes, which is no file", answer.n);
    memcpy(r, answer.p, sizeof *r);
    *bytes = (mm_str){ answer.p + sizeof *r, answer.n - sizeof *r };
    return 0;
}
