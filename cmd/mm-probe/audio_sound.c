/* audio_sound.c - what the samples of a sound track say; found in one decode, on demand. */
#include <math.h>

#include "ask.h"
#include "media/sound.h"

enum {
    LOUDNESS, LOUDNESS_RANGE, TRUE_PEAK, PEAK, RMS, DC_OFFSET, CLIPPED, CLIP_RUNS, SILENCE, SNR, VOICED, F0, F0_LOW, F0_HIGH,
    MODULATION, LOW_ENERGY, APERIODICITY, KIND, FINGERPRINT, DECODED
};

static const fact facts[] = {
    [LOUDNESS] = { "audio.loudness_lufs", "number", "LUFS", NEED_PCM, true, "integrated loudness, by EBU R 128 and ITU-R BS.1770-4 (libebur128)" },
    [LOUDNESS_RANGE] = { "audio.loudness_range_lu", "number", "LU", NEED_PCM, true, "by EBU Tech 3342 (libebur128)" },
    [TRUE_PEAK] = { "audio.true_peak_dbtp", "number", "dBTP", NEED_PCM, true, "of the loudest channel, by ITU-R BS.1770-4 annex 2 (libebur128)" },
    [PEAK] = { "audio.peak_dbfs", "number", "dBFS", NEED_PCM, true, "the largest sample; full scale is 0" },
    [RMS] = { "audio.rms_dbfs", "number", "dBFS", NEED_PCM, true, "root of the mean square of all samples; a full-scale square wave is 0" },
    [DC_OFFSET] = { "audio.dc_offset", "number", "", NEED_PCM, true, "mean of all samples; full scale is 1" },
    [CLIPPED] = { "audio.clipped_share", "number", "", NEED_PCM, true, "share of samples of 32767/32768 of full scale or more" },
    [CLIP_RUNS] = { "audio.clip_runs", "integer", "", NEED_PCM, true, "runs of three or more such samples in a channel" },
    [SILENCE] = { "audio.silence_share", "number", "", NEED_PCM, true, "share of windows of 50 ms whose root mean square is below -60 dBFS" },
    [SNR] = { "audio.snr_db", "number", "dB", NEED_PCM, true, "of speech to noise below 4 kHz, -10 to 60, by WADA-SNR (Kim, Stern 2008); where modulation_4hz is above 0.3; some dB low below 10" },
    [VOICED] = { "audio.voiced_share", "number", "", NEED_PCM, true, "share of frames of 25 ms with a pitch between 60 and 500 Hz, by YIN (de Cheveigne, Kawahara 2002)" },
    [F0] = { "audio.f0_median_hz", "number", "Hz", NEED_PCM, true, "pitch of the voiced frames, their median" },
    [F0_LOW] = { "audio.f0_low_hz", "number", "Hz", NEED_PCM, true, "their 5th percentile" },
    [F0_HIGH] = { "audio.f0_high_hz", "number", "Hz", NEED_PCM, true, "their 95th percentile" },
    [MODULATION] = { "audio.modulation_4hz", "number", "", NEED_PCM, true, "modulation of the level at 4 Hz, against the level (Scheirer, Slaney 1997)" },
    [LOW_ENERGY] = { "audio.low_energy_share", "number", "", NEED_PCM, true, "share of frames below half of the mean level of their second (Scheirer, Slaney 1997)" },
    [APERIODICITY] = { "audio.aperiodicity", "number", "", NEED_PCM, true, "mean over frames that are not quiet of the least difference that YIN finds: 0 repeats itself, 1 is noise" },
    [KIND] = { "audio.kind", "string", "", NEED_PCM, true, "a guess: speech (modulation_4hz above 0.3, low_energy_share above 0.25, voiced_share above 0.05), silence (below -50 dBFS throughout), music (aperiodicity below 0.6), other" },
    [FINGERPRINT] = { "audio.fingerprint", "string", "", NEED_PCM, true, "Chromaprint of the first 120 s, as fpcalc prints it" },
    [DECODED] = { "audio.decoded_s", "number", "s", NEED_PCM, true, "how much was decoded for these, at most --max-audio" },
};

static uint32_t wanted(const answer *a)
{
    uint32_t want = 0;
    if (asked(a, LOUDNESS) || asked(a, LOUDNESS_RANGE))
        want |= MM_SOUND_LOUDNESS;
    if (asked(a, TRUE_PEAK))
        want |= MM_SOUND_TRUE_PEAK;
    for (size_t i = PEAK; i <= SILENCE; i++)
        want |= asked(a, i) ? MM_SOUND_LEVEL : 0;
    for (size_t i = SNR; i <= KIND; i++)
        want |= asked(a, i) ? MM_SOUND_VOICE : 0;
    if (asked(a, FINGERPRINT))
        want |= MM_SOUND_FINGERPRINT;
    return want;
}

/* Rounded, so that it does not depend on how a machine adds up. */
static void tell_rounded(answer *a, size_t i, double v, double steps)
{
    char room[64];
    if (!isfinite(v))
        return;
    mm_buf b = { 0 };
    v = round(v * steps) / steps;
    mm_json_put_double(&b, v == 0 ? 0 : v);
    size_t n = b.n < sizeof room ? b.n : 0;
    for (size_t k = 0; k < n; k++)
        room[k] = b.p[k];
    mm_buf_free(&b);
    tell_raw(a, i, (mm_str){ room, n });
}

static void tell(const mm_sound_facts *f, answer *a)
{
    const struct { size_t fact; double value, steps; } numbers[] = {
        { LOUDNESS, f->loudness_lufs, 100 }, { LOUDNESS_RANGE, f->loudness_range_lu, 100 }, { TRUE_PEAK, f->true_peak_dbtp, 100 },
        { PEAK, f->peak_dbfs, 100 }, { RMS, f->rms_dbfs, 100 }, { DC_OFFSET, f->dc_offset, 1e5 },
        { CLIPPED, f->clipped_share, 1e6 }, { CLIP_RUNS, f->clip_runs, 1 }, { SILENCE, f->silence_share, 1e4 },
        { SNR, f->snr_db, 10 }, { VOICED, f->voiced_share, 1000 }, { F0, f->f0_median_hz, 10 }, { F0_LOW, f->f0_low_hz, 10 },
        { F0_HIGH, f->f0_high_hz, 10 }, { MODULATION, f->modulation_4hz, 1000 }, { LOW_ENERGY, f->low_energy_share, 1000 },
        { APERIODICITY, f->aperiodicity, 1000 },
        { DECODED, f->decoded_s, 1000 },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        tell_rounded(a, numbers[i].fact, numbers[i].value, numbers[i].steps);
    tell_cstr(a, KIND, f->kind);
    tell_cstr(a, FINGERPRINT, f->fingerprint);
}

static int probe(subject *s, answer *a, mm_err *e)
{
    mm_sound_ask ask = { .want = wanted(a), .max_seconds = s->bench->max_audio_s };
    mm_sound_facts f;
    mm_str bytes;
    int r = ask_worker(s, a, MM_MEDIA_SOUND_FACTS, (mm_str){ (const char *)&ask, sizeof ask }, &bytes, e);
    if (r <= 0)
        return r;
    if (mm_sound_facts_take(bytes, &f, e) < 0)
        return -1;
    if (f.damaged)
        warn(a, "some of the sound could not be decoded");
    if (f.limited)
        warn(a, "only the first %g s of the sound were decoded; see --max-audio", ask.max_seconds);
    tell(&f, a);
    return 0;
}

const prober sound_prober = { "sound", ON_AUDIO | ON_VIDEO, facts, sizeof facts / sizeof *facts, probe };
