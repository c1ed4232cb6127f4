/* pixels.h - people in pictures: faces, bar codes and words that hold personal data are looked for in a confined worker,
 * made unreadable, and looked for again until nothing of them is left.
 *
 * What is found are boxes in pixels as stored. Detectors read the words; lib/media finds and paints.
 */
#ifndef MM_REDACT_PIXELS_H
#define MM_REDACT_PIXELS_H

#include "media/paint.h"
#include "media/sight.h"
#include "tiers.h"
#include "walk.h"

/** A place that must not be seen. */
typedef struct mark {
    mm_paint paint;
    const detector *by;
    const char *entity, *rule;
    int score;
} mark;

/** The state of one worker thread. */
typedef struct pixels pixels;
/** The plan and the walker, which takes the findings, outlive it. */
pixels *pixels_new(const plan *p, walker *w, mm_err *e);
void pixels_free(pixels *p);

/** Before the jail is started: what its workers must have at hand. Models are loaded when the first worker is needed; for
 *  words that the user's own policy names (`own`) they must be there: -1 and MM_EUSAGE. */
int pixels_prepare(const tiers *t, bool own, mm_err *e);
/** The limits of a worker: those of the policy, and where it names none, time enough to look at a large picture. */
mm_jail_limits pixels_limits(const tiers *t);
/** Is anything to be looked for in pictures? */
bool pixels_wanted(const plan *p);

/** Before a record's payloads: what mm-probe read from its picture goes from the header where it holds something. */
int pixels_begin(pixels *p, mm_str head, mm_edits *ed, mm_err *e);

/** Redact an image; `where` is its field in the report. *out is `bytes` itself, or lies in a. -1: it must not go on. */
int pixels_redact(pixels *p, mm_cell *cell, mm_str bytes, const char *where, mm_arena *a, mm_str *out, mm_err *e);

/** For films: the places of what was seen in a picture that are to be painted as `how` says, good until the next call.
 *  NULL: memory ran out. */
const mark *pixels_judge(pixels *p, const pixels_policy *how, const mm_sight *s, const char *where, size_t *n, mm_err *e);
/** Report and count a finding: the members of its entry but entity and field, which are those of m and `where`; among what
 *  was seen where it is not acted upon yet. -1: memory ran out. */
int pixels_tell(pixels *p, const mark *m, const char *where, mm_str members, bool acted);

/** What was seen in the last record's pictures before they were painted on, as entries of mm.redact.findings with commas
 *  between; good until pixels_begin. */
mm_str pixels_seen(const pixels *p);

#endif
