/* sound.c - one pass over decoded sound: levels, loudness, voice, fingerprint. */
#include "media/sound.h"

#include <math.h>
#include <string.h>

int mm_sound_facts_take(mm_str answer, mm_sound_facts *f, mm_err *e)
{
    if (answer.n != sizeof *f)
        return mm_fail(e, MM_EBAD, "the decoder answered %zu bytes in place of %zu", answer.n, sizeof *f);
    memcpy(f, answer.p, sizeof *f);
    f->kind[sizeof f->kind - 1] = f->fingerprint[sizeof f->fingerprint - 1] = 0;
    return 0;
}

#ifndef MM_HAVE_MEDIA
int mm_sound_facts_read(mm_str bytes, const mm_sound_ask *ask, mm_sound_facts *f, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "audio and video need FFmpeg, which this build leaves out");
}
#else
#include <stdlib.h>

#include <libavutil/channel_layout.h>
#ifdef MM_HAVE_EBUR128
#include <ebur128.h>
#endif
#ifdef MM_HAVE_CHROMAPRINT
#include <chromaprint.h>
#endif

#include "media/pcm.h"
#include "media/voice.h"

#define SILENT 1e-6  /* mean square of a silent window: -60 dBFS */
enum { WINDOWS_S = 20 };

typedef struct sound {
    const mm_sound_ask *ask;
    mm_pcm_form form;
    uint64_t frames;
    bool damaged;
    /* levels */
    mm_pcm_level level, window;
    float *scratch;
    size_t window_frames, in_window;
    uint64_t windows, silent;
    uint64_t clip_runs;
    uint32_t run[MM_PCM_MAX_CHANNELS];
    /* others */
    mm_mixer *mixer;
    voice *voice;
#ifdef MM_HAVE_EBUR128
    ebur128_state *loudness;
#endif
#ifdef MM_HAVE_CHROMAPRINT
    ChromaprintContext *print;
    int16_t *shorts;
    size_t shorts_room;
    mm_narrower *narrower;
#endif
} sound;

/* ---- levels ----------------------------------------------------------------- */

static void add_level(mm_pcm_level *to, const mm_pcm_level *l)
{
    to->n += l->n;
    to->sum += l->sum;
    to->squares += l->squares;
    to->clipped += l->clipped;
    to->peak = l->peak > to->peak ? l->peak : to->peak;
}

static void count_clip_runs(sound *s, const mm_pcm_block *b)
{
    size_t channels = (size_t)s->form.channels;
    if (!b->level.clipped) {
        memset(s->run, 0, sizeof s->run);
        return;
    }
    for (size_t i = 0; i < b->frames * channels; i++) {
        uint32_t *run = &s->run[i % channels];
        *run = fabsf(b->samples[i]) >= 32767 / 32768.0f ? *run + 1 : 0;
        s->clip_runs += *run == MM_SOUND_CLIP_RUN;
    }
}

static void close_window(sound *s)
{
    s->windows++;
    s->silent += s->window.squares < SILENT * (double)s->window.n;
    s->window = (mm_pcm_level){ 0 };
    s->in_window = 0;
}

static void count_silence(sound *s, const mm_pcm_block *b)
{
    size_t channels = (size_t)s->form.channels;
    for (size_t i = 0; i < b->frames;) {
        size_t left = s->window_frames - s->in_window, n = b->frames - i < left ? b->frames - i : left;
        mm_simd()->pcm_f32(b->samples + i * channels, n * channels, s->scratch, &s->window);
        s->in_window += n;
        i += n;
        if (s->in_window == s->window_frames)
            close_window(s);
    }
}

static double decibels(double power)
{
    return power > 0 ? 10 * log10(power) : NAN;
}

static void tell_levels(sound *s, mm_sound_facts *f)
{
    double n = (double)s->level.n;
    if (s->in_window * 2 > s->window_frames || (s->in_window && !s->windows))
        close_window(s);
    f->peak_dbfs = decibels((double)s->level.peak * s->level.peak);
    f->rms_dbfs = decibels(s->level.squares / n);
    f->dc_offset = s->level.sum / n;
    f->clipped_share = (double)s->level.clipped / n;
    f->clip_runs = (double)s->clip_runs;
    f->silence_share = (double)s->silent / (double)s->windows;
}

/* ---- loudness --------------------------------------------------------------- */

#ifdef MM_HAVE_EBUR128
/* BS.1770 weighs surround channels and leaves out the low one; the library has to be told which they are. */
static int place(uint64_t channel)
{
    switch (channel) {
    case AV_CH_FRONT_LEFT: return EBUR128_LEFT;
    case AV_CH_FRONT_RIGHT: return EBUR128_RIGHT;
    case AV_CH_FRONT_CENTER: return EBUR128_CENTER;
    case AV_CH_LOW_FREQUENCY: case AV_CH_LOW_FREQUENCY_2: return EBUR128_UNUSED;
    case AV_CH_SIDE_LEFT: case AV_CH_BACK_LEFT: return EBUR128_LEFT_SURROUND;
    case AV_CH_SIDE_RIGHT: case AV_CH_BACK_RIGHT: return EBUR128_RIGHT_SURROUND;
    case AV_CH_BACK_CENTER: return EBUR128_Mp180;
    default: return EBUR128_CENTER;
    }
}

static int open_loudness(sound *s, mm_err *e)
{
    int mode = s->ask->want & MM_SOUND_LOUDNESS ? EBUR128_MODE_I | EBUR128_MODE_LRA | EBUR128_MODE_HISTOGRAM : EBUR128_MODE_M;
    if (s->ask->want & MM_SOUND_TRUE_PEAK)
        mode |= EBUR128_MODE_TRUE_PEAK;
    s->loudness = ebur128_init((unsigned)s->form.channels, (unsigned long)s->form.rate_hz, mode);
    if (!s->loudness)
        return mm_fail(e, MM_EBAD, "no loudness of sound with %d samples a second", s->form.rate_hz);
    uint64_t left = s->form.layout;
    for (unsigned i = 0; left && s->form.channels > 2; i++, left &= left - 1)
        ebur128_set_channel(s->loudness, i, place(left & -left));
    return 0;
}

static void tell_loudness(sound *s, mm_sound_facts *f)
{
    double v, most = 0;
    if (s->ask->want & MM_SOUND_LOUDNESS) {
        if (ebur128_loudness_global(s->loudness, &v) == EBUR128_SUCCESS && isfinite(v))
            f->loudness_lufs = v;
        if (ebur128_loudness_range(s->loudness, &v) == EBUR128_SUCCESS && isfinite(v))
            f->loudness_range_lu = v;
    }
    for (int i = 0; s->ask->want & MM_SOUND_TRUE_PEAK && i < s->form.channels; i++)
        if (ebur128_true_peak(s->loudness, (unsigned)i, &v) == EBUR128_SUCCESS && v > most)
            most = v;
    if (s->ask->want & MM_SOUND_TRUE_PEAK)
        f->true_peak_dbtp = decibels(most * most);
}
#endif

/* ---- fingerprint ------------------------------------------------------------ */

#ifdef MM_HAVE_CHROMAPRINT
static int open_print(sound *s, mm_err *e)
{
    s->print = chromaprint_new(CHROMAPRINT_ALGORITHM_DEFAULT);
    int hz = s->print ? chromaprint_get_sample_rate(s->print) : 0;
    if (hz && !(s->narrower = mm_narrower_new(s->form, hz, e)))
        return -1;
    if (!hz || !chromaprint_start(s->print, hz, 1))
        return mm_fail(e, MM_EBAD, "no fingerprint of sound with %d samples a second", s->form.rate_hz);
    return 0;
}

/* Chromaprint could mix and resample by itself, three times as slowly. samples NULL: the end. */
static int feed_narrow(sound *s, const int16_t *samples, size_t frames, mm_err *e)
{
    const int16_t *narrow;
    int n = mm_narrower_put(s->narrower, samples, frames, &narrow, e);
    if (n > 0)
        chromaprint_feed(s->print, narrow, n);
    return n < 0 ? -1 : 0;
}

/* As fpcalc does: the first two minutes. */
static int feed_print(sound *s, const mm_pcm_block *b, mm_err *e)
{
    uint64_t limit = (uint64_t)MM_SOUND_FINGERPRINT_S * (uint64_t)s->form.rate_hz;
    if (s->frames >= limit)
        return 0;
    size_t frames = s->frames + b->frames > limit ? (size_t)(limit - s->frames) : b->frames;
    size_t n = frames * (size_t)s->form.channels;
    if (n > s->shorts_room) {
        free(s->shorts);
        s->shorts = malloc(n * sizeof *s->shorts);
        s->shorts_room = s->shorts ? n : 0;
        if (!s->shorts)
            return mm_fail(e, MM_ESYS, "out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        float v = b->samples[i] * 32768;
        s->shorts[i] = v >= 32767 ? 32767 : v <= -32768 ? -32768 : (int16_t)lrintf(v);
    }
    return feed_narrow(s, s->shorts, frames, e);
}

static void tell_print(sound *s, mm_sound_facts *f)
{
    char *text = NULL;
    if (feed_narrow(s, NULL, 0, NULL) < 0)
        return;
    if (!chromaprint_finish(s->print) || !chromaprint_get_fingerprint(s->print, &text) || !text)
        return;
    if (strlen(text) < sizeof f->fingerprint)
        memcpy(f->fingerprint, text, strlen(text) + 1);
    chromaprint_dealloc(text);
}
#endif

/* ---- all of it -------------------------------------------------------------- */

static int open_all(sound *s, mm_err *e)
{
    uint32_t want = s->ask->want;
    s->window_frames = (size_t)(s->form.rate_hz + WINDOWS_S - 1) / WINDOWS_S;
    s->scratch = malloc(s->window_frames * (size_t)s->form.channels * sizeof *s->scratch);
    if (!s->scratch)
        return mm_fail(e, MM_ESYS, "out of memory");
#ifdef MM_HAVE_EBUR128
    if (want & (MM_SOUND_LOUDNESS | MM_SOUND_TRUE_PEAK) && open_loudness(s, e) < 0)
        return -1;
#endif
#ifdef MM_HAVE_CHROMAPRINT
    if (want & MM_SOUND_FINGERPRINT && open_print(s, e) < 0)
        return -1;
#endif
    if (!(want & MM_SOUND_VOICE))
        return 0;
    s->voice = voice_new();
    s->mixer = mm_mixer_new(s->form, VOICE_HZ, e);
    return s->voice && s->mixer ? 0 : -1;
}

static int take_block(sound *s, const mm_pcm_block *b, mm_err *e)
{
    s->damaged |= b->damaged;
    if (s->ask->want & MM_SOUND_LEVEL) {
        add_level(&s->level, &b->level);
        count_clip_runs(s, b);
        count_silence(s, b);
    }
#ifdef MM_HAVE_EBUR128
    if (s->loudness && ebur128_add_frames_float(s->loudness, b->samples, b->frames) != EBUR128_SUCCESS)
        return mm_fail(e, MM_ESYS, "out of memory");
#endif
#ifdef MM_HAVE_CHROMAPRINT
    if (s->print && feed_print(s, b, e) < 0)
        return -1;
#endif
    const float *mono;
    int n = s->mixer ? mm_mixer_put(s->mixer, b->samples, b->frames, &mono, e) : 0;
    if (n > 0)
        voice_put(s->voice, mono, (size_t)n);
    s->frames += b->frames;
    return n < 0 ? -1 : 0;
}

static void tell_all(sound *s, mm_sound_facts *f)
{
    f->decoded_s = (double)s->frames / s->form.rate_hz;
    f->damaged = s->damaged;
    if (s->frames == 0)
        return;
    if (s->ask->want & MM_SOUND_LEVEL)
        tell_levels(s, f);
#ifdef MM_HAVE_EBUR128
    if (s->loudness)
        tell_loudness(s, f);
#endif
#ifdef MM_HAVE_CHROMAPRINT
    if (s->print)
        tell_print(s, f);
#endif
    if (s->voice)
        voice_close(s->voice, f);
}

static void close_all(sound *s)
{
    voice_free(s->voice);
    mm_mixer_free(s->mixer);
    free(s->scratch);
#ifdef MM_HAVE_EBUR128
    if (s->loudness)
        ebur128_destroy(&s->loudness);
#endif
#ifdef MM_HAVE_CHROMAPRINT
    if (s->print)
        chromaprint_free(s->print);
    mm_narrower_free(s->narrower);
    free(s->shorts);
#endif
}

/* Does anything asked need sound behind what was seen? */
static bool needs_more(const sound *s)
{
    bool print_only = s->ask->want == MM_SOUND_FINGERPRINT;
    return !print_only || s->frames < (uint64_t)MM_SOUND_FINGERPRINT_S * (uint64_t)s->form.rate_hz;
}

static int read_sound(mm_pcm *p, sound *s, mm_err *e)
{
    mm_pcm_block b;
    int r;
    while ((r = mm_pcm_next(p, &b, e)) == 1) {
        if (s->frames == 0 && !s->scratch) {
            s->form = mm_pcm_form_of(p);
            if (open_all(s, e) < 0)
                return -1;
        }
        if (take_block(s, &b, e) < 0)
            return -1;
        if (!needs_more(s))
            return 0;
    }
    return r;
}

static void clear(mm_sound_facts *f)
{
    memset(f, 0, sizeof *f);
    f->peak_dbfs = f->rms_dbfs = f->dc_offset = f->clipped_share = f->silence_share = f->clip_runs = NAN;
    f->loudness_lufs = f->loudness_range_lu = f->true_peak_dbtp = NAN;
    f->snr_db = f->voiced_share = f->f0_median_hz = f->f0_low_hz = f->f0_high_hz = NAN;
    f->modulation_4hz = f->low_energy_share = f->aperiodicity = NAN;
}

int mm_sound_facts_read(mm_str bytes, const mm_sound_ask *ask, mm_sound_facts *f, mm_err *e)
{
    sound s = { .ask = ask };
    clear(f);
    mm_pcm *p = mm_pcm_open(bytes, &(mm_pcm_opts){ .max_seconds = ask->max_seconds }, e);
    if (!p)
        return -1;
    int r = read_sound(p, &s, e);
    if (r == 0) {
        tell_all(&s, f);
        f->limited = mm_pcm_limited(p);
    }
    close_all(&s);
    mm_pcm_close(p);
    return r;
}
#endif
