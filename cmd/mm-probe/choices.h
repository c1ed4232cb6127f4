/* choices.h - what a run is asked to do, by options, else by the policy, else by default.
 *
 * Parsing begins with what is not given, so that the policy can fill it: NULL, false, -1 of whole numbers, NaN of others.
 */
#ifndef MM_PROBE_CHOICES_H
#define MM_PROBE_CHOICES_H

#include "govern/policy.h"
#include "probe.h"

typedef struct choices {
    probe_opts probe;
    int64_t max_audio_ns, max_video_ns, max_pixels;
    const char *transcript_from, *cascade, *ocr_languages, *transcribe_models, *gallery;
    bool ocr, transcribe, list, json, features, table;
    char *dup_kinds;     /* owned: a list of the policy, with commas between */
} choices;

/** Nothing is given. */
choices choices_new(void);
void choices_free(choices *c);
/** Fill what is not given from the section probe of p, which may be NULL, then by default. -1 and MM_EUSAGE. */
int choices_settle(choices *c, const mm_policy *p, mm_err *e);

#endif
