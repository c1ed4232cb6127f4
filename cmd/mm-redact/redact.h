/* redact.h - one record: looked at, decided, spliced. */
#ifndef MM_REDACT_REDACT_H
#define MM_REDACT_REDACT_H

#include "account.h"
#include "walk.h"

/** What all workers share; immutable but for the counts. */
typedef struct redactor {
    const tiers *tiers;
    const mm_roots *roots;
    mm_jail *jail;
    mm_str via;             /* this stage's entry for mm.via */
    ner *ner;               /* the user's model; NULL: none */
    bool thorough;          /* no first look at the bytes; for columns and tests */
    bool notes;             /* each record that is JSON gets a record_note as its extra */
    bool asks;              /* the notes tell what is for people to decide, for the review queue */
    bool again;             /* records are looked at again: the tier they were given then holds */
    mm_path *findings_path, *via_path, *tier_path, *use_path, *src_path, *modality_path, *id_path;
    _Atomic uint64_t count[DETECTORS_MAX];     /* findings acted upon, by detector_index */
    _Atomic uint64_t records;                  /* records that had any */
} redactor;

/** 0, or -1. The tiers, roots, jail and via are borrowed. */
int redactor_init(redactor *r, mm_err *e);
void redactor_free(redactor *r);

/** The functions of an mm_stage whose tool is a redactor. */
void *redact_open(void *tool, int worker, mm_err *e);
void redact_close(void *state);
/** Have this worker's findings told. */
void redact_watch(void *state, walk_watch *watch, void *ctx);
/** What the payloads of its last record lost (media_lost). */
mm_str redact_lost(void *state);
/** What was seen in its pictures (pixels_seen). */
mm_str redact_seen(void *state);
mm_verdict redact_work(void *tool, void *state, mm_rec *r, mm_arena *a);

#endif
