/* mute.h - parts of a sound made silent or a tone, by time. */
#ifndef MM_MEDIA_MUTE_H
#define MM_MEDIA_MUTE_H

#include "media/recode.h"

#define MM_MUTE_FADE_S 0.005
#define MM_MUTE_TONE_HZ 1000.0
#define MM_MUTE_TONE_PEAK 0.1   /* -20 dBFS */

typedef struct mm_span { double from_s, to_s; } mm_span;

/** Sort spans, join those that overlap or leave less than two fades between them, in place: how many are left. Spans that
 *  end before they begin are dropped. */
size_t mm_spans_join(mm_span *s, size_t n);

/** Let nothing of the samples within the spans, which mm_spans_join made, be heard. Fades (raised cosine) lie outside of them, so that
 *  a span is silent from its first sample to its last. A sample counts as within when it is so by its number or by the
 *  time of the container, should these differ. Works on [0, s->frames + s->ahead). */
void mm_mute(mm_recode_sound *s, const mm_span *span, size_t n, bool tone);

#endif
