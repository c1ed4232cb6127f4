/* walk.h - through a header's members: every string, number and name is looked at, and what is found is
 * replaced in the bytes as they stand. */
#ifndef MM_REDACT_WALK_H
#define MM_REDACT_WALK_H

#include "deep.h"
#include "ner.h"
#include "plan.h"

struct walker;
/** Who is told of the findings of one text as they are reported (w->found, w->column): `name` when it is a member's. */
typedef void walk_watch(void *ctx, const struct walker *w, mm_str text, mm_str field, bool name);

typedef struct walker {
    const plan *plan;
    mm_edits *edits;        /* stands on the header */
    mm_buf report;          /* findings as JSON, separated by commas */
    size_t reported;
    uint32_t count[DETECTORS_MAX];
    bool drop;              /* an action takes the record away */
    bool emptied;           /* every member of the header goes */
    bool names_file;        /* a ref's path holds something: it must not stay, and can not be edited */
    const char *why;        /* what an action could not work on; static */
    walk_watch *watch;      /* may be NULL */
    void *watch_ctx;
    bool asks;              /* what is for people to decide goes into `queue` */
    mm_buf queue;           /* members of lines for the review queue, a line each */
    size_t pending;         /* findings that await a decision */
    ner_client *ner;        /* one more detector; may be NULL */
    bool gathers;           /* only tell it the texts, and do nothing else */
    /* private */
    mm_str head;
    mm_str spared[2];       /* of the header; somebody else looks at these values */
    const rule *column;     /* of the field being looked at as a whole */
    mm_str where;           /* of a text that is no JSON: its field */
    bool in_name;           /* what is looked at is a member's name */
    const sight *seen;
    deep *deep;
    findings found;
    mm_buf text, path, names, with, raw, about;
    struct frame *stack;
    size_t depth, room;
} walker;

/** A walker for one thread; free with walker_free. */
walker *walker_new(const plan *p);
void walker_free(walker *w);
/** Forget what was found, and stand on another header. */
void walker_begin(walker *w, mm_str head);
/** Redact the members of the header, which is valid JSON. `seen` is that of sieve_sight, or NULL. -1: memory ran
 *  out, or `why` says what is wrong. */
int walker_head(walker *w, mm_str head, const sight *seen);
/** Redact a text that is no JSON; `where` is its field in the report. *out is `text` itself, or lies in `out_buf`. */
int walker_text(walker *w, mm_str text, const char *where, mm_buf *out_buf, mm_str *out);
/** Pass over these two values of the header w stands on (walker_begin comes first): the caller looks at them. */
void walker_spare(walker *w, mm_str a, mm_str b);

/* For who looks at a text by itself: */

/** What is to be acted upon in this text of a field, into w->found: how many. */
size_t walker_examine(walker *w, mm_str text, mm_str field);
/** Make w->found these, settled where they overlap. -1: memory ran out. */
int walker_take(walker *w, const finding *f, size_t n);
/** Report and count w->found as findings in this text. */
void walker_report(walker *w, mm_str text, mm_str field);
/** Append what stands in the place of one of them. -1: the record must not go on; w->why, or memory ran out. */
int walker_instead(walker *w, const finding *f, const char *text, mm_buf *out);
/** Is one of them to take its whole field away? */
bool walker_drops_field(const walker *w);

/** The rule a finding falls under. */
const rule *walker_rule(const walker *w, const finding *f);
/** Offset in a string's raw bytes (without quotes) of the byte `to` of its text; *text and *raw, 0 at first, keep the
 *  place for the next, higher one. */
size_t raw_offset(mm_str p, size_t to, size_t *text, size_t *raw);

#endif
