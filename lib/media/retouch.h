/* retouch.h - a sound or film rewritten (recode.h) by what a caller outside of the worker decided: what is not to be heard, whose voice is
 * to be another, what its subtitles say instead. Two operations of a worker: one tells the texts, one writes anew. */
#ifndef MM_MEDIA_RETOUCH_H
#define MM_MEDIA_RETOUCH_H

#include "media/mute.h"
#include "media/recode.h"

/** Audio or video bytes in; out the texts of its subtitles in the order of the file, for mm_cue_next. `args` is empty. */
#define MM_MEDIA_CUES "media-cues"
/** Audio or video bytes in, args as mm_retouch_args makes them; out an mm_retouch_report and behind it the new bytes. */
#define MM_MEDIA_RETOUCH "media-retouch"

typedef struct mm_retouch {
    const mm_span *span;      /* not to be heard; joined (mm_spans_join) */
    size_t n_spans;
    bool tone;                /* a tone in their place */
    double alpha;             /* the voice, by mcadams.h; 0: as it is */
    bool cues;                /* text tracks stay, and say what `texts` has in place of MM_MEDIA_CUES; false: they go */
    mm_str texts;             /* in the form of the answer to MM_MEDIA_CUES */
    double max_seconds;       /* of sound that is decoded; more is an error; 0: no limit */
} mm_retouch;

/** Append to out what MM_MEDIA_RETOUCH wants as args. */
void mm_retouch_args(const mm_retouch *t, mm_buf *out);
/** Check and take apart its answer; *bytes borrows from it. */
int mm_retouch_take(mm_str answer, mm_recode_report *r, mm_str *bytes, mm_err *e);

/** Append a text; the next of them: 1, 0 at the end, -1 when the bytes are no texts. */
void mm_cue_put(mm_buf *out, mm_str text);
int mm_cue_next(mm_str *rest, mm_str *text);

/** The work behind the operations. */
int mm_cues_read(mm_str bytes, mm_buf *out, mm_err *e);
int mm_retouch_write(mm_str bytes, mm_str args, mm_buf *out, mm_err *e);

#endif
