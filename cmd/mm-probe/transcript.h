/* transcript.h - reading what a recogniser wrote: whisper JSON, WebVTT, SubRip, CTM. */
#ifndef MM_PROBE_TRANSCRIPT_H
#define MM_PROBE_TRANSCRIPT_H

#include "mm.h"

typedef struct transcript {
    const char *by;     /* "whisper", "webvtt", "srt", "ctm" */
    bool by_cue;        /* words have the times of the cue they stand in */
    mm_buf words;       /* JSON: [from,to,"word",confidence] with commas between; the last may be missing */
    mm_buf text;        /* words with blanks between */
    uint64_t n;         /* words */
    double spoken_s;    /* time covered by words or cues */
    mm_buf scratch;
} transcript;

void transcript_free(transcript *t);
/** Read a whole file; the format is told from its content. name: the recording's, for CTM, which may hold many. Replaces
 *  what t held. -1 and MM_EBAD with the line, or what is missing. */
int transcript_read(transcript *t, mm_str file, mm_str name, mm_err *e);
/** Append {"text","by","times","words"}. */
void transcript_put(const transcript *t, mm_buf *out);

#endif
