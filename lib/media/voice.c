/* voice.c - pitch by YIN, signal to noise by WADA, speech or music by modulation. */
#include "media/voice.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOP = VOICE_HZ / 40,         /* frames of pitch, 25 ms */
    WINDOW = HOP,                /* summed over for a difference */
    LAG_MIN = VOICE_HZ / 500, LAG_MAX = VOICE_HZ / 60,
    FRAME = WINDOW + LAG_MAX,    /* samples a frame looks at */
    BINS = 736,                  /* of pitch, 5 cents each, from 60 Hz up */
    SECOND = 40,                 /* frames of a second */
};
#define APERIODIC 0.15           /* YIN's threshold: below it a frame is voiced */
#define QUIET 1e-5               /* mean square of a frame that is silence: -50 dBFS */

struct voice {
    float frame[FRAME];
    size_t have;
    double aperiodic;            /* sum over frames that are not quiet */
    uint64_t frames, voiced, pitch[BINS];
    /* WADA */
    double magnitude, log_magnitude;
    uint64_t counted;
    /* frames of one second, and what they came to */
    float level[SECOND];
    size_t in_second;
    uint64_t low, judged, quiet;
    double band[2], slow, modulation, carrier;  /* a resonator at 4 Hz over the levels */
};

voice *voice_new(void)
{
    return calloc(1, sizeof(voice));
}

void voice_free(voice *v)
{
    free(v);
}

/* ---- pitch ------------------------------------------------------------------ */

/* Equation 6 of the paper: four sums at once, as the processor likes it. */
static float difference(const float *x, size_t lag)
{
    float s[4] = { 0 };
    for (size_t i = 0; i < WINDOW; i += 4)
        for (size_t k = 0; k < 4; k++) {
            float d = x[i + k] - x[i + k + lag];
            s[k] += d * d;
        }
    return s[0] + s[1] + (s[2] + s[3]);
}

/* Step 5: the least of the parabola through three points, as an offset from the middle one. */
static double parabola(double a, double b, double c)
{
    double curve = a - 2 * b + c;
    return curve > 0 ? 0.5 * (a - c) / curve : 0;
}

/* The pitch of a frame in Hz, or 0 when it has none; *least: how far it is from repeating, 0 to about 1. */
static double find_pitch(const float *x, float *least)
{
    float d[LAG_MAX + 1], sum = 0;
    size_t lag = 1;
    d[0] = *least = 1;
    for (; lag <= LAG_MAX; lag++) {
        float raw = difference(x, lag);
        sum += raw;
        d[lag] = sum > 0 ? raw * (float)lag / sum : 1;  /* equation 8 */
        if (lag >= LAG_MIN && d[lag] < *least)
            *least = d[lag];
        if (lag > LAG_MIN + 1 && d[lag - 1] < APERIODIC && d[lag] >= d[lag - 1]) {
            double at = (double)(lag - 1) + parabola(d[lag - 2], d[lag - 1], d[lag]);
            return VOICE_HZ / at;
        }
    }
    return 0;
}

static void count_pitch(voice *v, double hz)
{
    double bin = log2(hz / 60) * 240;
    v->voiced++;
    v->pitch[bin < 0 ? 0 : bin >= BINS ? BINS - 1 : (size_t)bin]++;
}

static double pitch_at(const voice *v, double share)
{
    uint64_t rank = (uint64_t)(share * (double)(v->voiced - 1)), seen = 0;
    for (size_t i = 0; i < BINS; i++)
        if ((seen += v->pitch[i]) > rank)
            return 60 * exp2(((double)i + 0.5) / 240);
    return NAN;
}

/* ---- modulation ------------------------------------------------------------- */

/* A resonator of two poles, 40 levels a second, at 4 Hz, as wide as 2 Hz. */
static void resonate(voice *v, double level)
{
    const double r = exp(-M_PI * 2 / SECOND), c = 2 * r * cos(2 * M_PI * 4 / SECOND), gain = (1 - r * r) / 2;
    v->slow = v->frames == 1 ? level : v->slow + (level - v->slow) / SECOND;
    double y = c * v->band[0] - r * r * v->band[1] + gain * 2 * (level - v->slow);
    v->band[1] = v->band[0];
    v->band[0] = y;
    v->modulation += y * y;
    v->carrier += level * level;
}

static void close_second(voice *v)
{
    double mean = 0;
    for (size_t i = 0; i < v->in_second; i++)
        mean += v->level[i] / (double)v->in_second;
    for (size_t i = 0; i < v->in_second && mean * mean > QUIET; i++) {
        v->low += v->level[i] < mean / 2;
        v->judged++;
    }
    v->in_second = 0;
}

/* ---- signal to noise -------------------------------------------------------- */

/* G = ln E|z| - E ln|z| of a mix at -10, -5, ... 60 dB, by numerical integration of the paper's model. */
static double wada(double g)
{
    static const double at[] = { 0.4122, 0.4240, 0.4621, 0.5435, 0.6674, 0.8122, 0.9561, 1.0849, 1.1939, 1.2841, 1.3571,
                                 1.4159, 1.4627, 1.5002, 1.5298 };
    size_t n = sizeof at / sizeof *at;
    if (!(g > at[0]))
        return -10;
    for (size_t i = 1; i < n; i++)
        if (g <= at[i])
            return -10 + 5 * ((double)(i - 1) + (g - at[i - 1]) / (at[i] - at[i - 1]));
    return 60;
}

static void count_magnitudes(voice *v, const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        float z = fabsf(x[i]);
        v->magnitude += z;
        v->log_magnitude += logf(z > 1e-6f ? z : 1e-6f);
    }
    v->counted += n;
}

/* ---- frames ----------------------------------------------------------------- */

static void one_frame(voice *v)
{
    double energy = 0;
    for (size_t i = 0; i < HOP; i++)
        energy += v->frame[i] * v->frame[i];
    energy /= HOP;
    v->frames++;
    v->quiet += energy < QUIET;
    v->level[v->in_second++] = (float)sqrt(energy);
    resonate(v, sqrt(energy));
    if (v->in_second == SECOND)
        close_second(v);
    if (energy < QUIET)
        return;
    float least;
    double hz = find_pitch(v->frame, &least);
    v->aperiodic += least;
    if (hz > 0)
        count_pitch(v, hz);
}

void voice_put(voice *v, const float *samples, size_t n)
{
    count_magnitudes(v, samples, n);
    while (n > 0) {
        size_t take = FRAME - v->have < n ? FRAME - v->have : n;
        memcpy(v->frame + v->have, samples, take * sizeof *samples);
        v->have += take;
        samples += take;
        n -= take;
        if (v->have < FRAME)
            return;
        one_frame(v);
        memmove(v->frame, v->frame + HOP, (FRAME - HOP) * sizeof *v->frame);
        v->have = FRAME - HOP;
    }
}

/* Does the level waver as it does where someone speaks? */
static bool wavers(const mm_sound_facts *f)
{
    return f->modulation_4hz > 0.3;
}

/* Syllables come four a second and leave gaps, which music does less; noise does not repeat itself. */
static const char *kind_of(const voice *v, const mm_sound_facts *f)
{
    if (v->frames == v->quiet)
        return "silence";
    if (wavers(f) && f->low_energy_share > 0.25 && f->voiced_share > 0.05)
        return "speech";
    return f->aperiodicity < 0.6 ? "music" : "other";
}

void voice_close(voice *v, mm_sound_facts *f)
{
    if (v->in_second >= SECOND / 4)
        close_second(v);
    if (v->frames == 0)
        return;
    f->voiced_share = (double)v->voiced / (double)v->frames;
    f->aperiodicity = v->frames > v->quiet ? v->aperiodic / (double)(v->frames - v->quiet) : NAN;
    f->modulation_4hz = v->carrier > 0 ? sqrt(v->modulation / v->carrier) : 0;
    f->low_energy_share = v->judged ? (double)v->low / (double)v->judged : NAN;
    if (v->voiced) {
        f->f0_median_hz = pitch_at(v, 0.5);
        f->f0_low_hz = pitch_at(v, 0.05);
        f->f0_high_hz = pitch_at(v, 0.95);
    }
    if (v->frames > v->quiet && wavers(f))
        f->snr_db = wada(log(v->magnitude / (double)v->counted) - v->log_magnitude / (double)v->counted);
    memcpy(f->kind, kind_of(v, f), strlen(kind_of(v, f)) + 1);
}
