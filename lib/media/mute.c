#include "media/mute.h"

#include <math.h>
#include <stdlib.h>

static int by_start(const void *a, const void *b)
{
    const mm_span *x = a, *y = b;
    return (x->from_s > y->from_s) - (x->from_s < y->from_s);
}

size_t mm_spans_join(mm_span *s, size_t n)
{
    size_t kept = 0, joined = 0;
    for (size_t i = 0; i < n; i++)
        if (s[i].to_s >= s[i].from_s)
            s[kept++] = s[i];
    if (kept)
        qsort(s, kept, sizeof *s, by_start);
    for (size_t i = 0; i < kept; i++) {
        if (!joined || s[i].from_s > s[joined - 1].to_s + 2 * MM_MUTE_FADE_S)
            s[joined++] = s[i];
        else if (s[i].to_s > s[joined - 1].to_s)
            s[joined - 1].to_s = s[i].to_s;
    }
    return joined;
}

/* The first span that ends at t or later, its fade included. */
static size_t first_at(const mm_span *span, size_t n, double t)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = (low + high) / 2;
        if (span[mid].to_s + MM_MUTE_FADE_S < t)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

/* How loud a sample at t may be, 0 to 1; *i goes on with rising t. */
static double gain_at(const mm_span *span, size_t n, size_t *i, double t)
{
    while (*i < n && t > span[*i].to_s + MM_MUTE_FADE_S)
        ++*i;
    if (*i == n || t < span[*i].from_s - MM_MUTE_FADE_S)
        return 1;
    double outside = fmax(span[*i].from_s - t, t - span[*i].to_s);
    return outside <= 0 ? 0 : 0.5 - 0.5 * cos(M_PI * outside / MM_MUTE_FADE_S);
}

void mm_mute(mm_recode_sound *s, const mm_span *span, size_t n, bool tone)
{
    double by_number = (double)s->at / s->rate_hz;
    size_t i = first_at(span, n, by_number), k = first_at(span, n, s->time_s);
    for (size_t f = 0; f < s->frames + s->ahead && (i < n || k < n); f++) {
        double after = (double)f / s->rate_hz;
        double gain = fmin(gain_at(span, n, &i, by_number + after), gain_at(span, n, &k, s->time_s + after));
        if (gain >= 1)
            continue;
        double turns = fmod((double)(s->at + f) * MM_MUTE_TONE_HZ / s->rate_hz, 1);
        double beep = tone ? MM_MUTE_TONE_PEAK * (1 - gain) * sin(2 * M_PI * turns) : 0;
        for (int c = 0; c < s->channels; c++)
            s->plane[c][f] = (float)(s->plane[c][f] * gain + beep);
    }
}
