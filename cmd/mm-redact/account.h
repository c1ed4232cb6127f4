/* account.h - what a run did, counted record by record in their order: for reports and metrics. Values do not come here.
 *
 * What is kept does not grow with the input: so many sources and examples, and one count for each combination of tier,
 * entity, action and modality that occurs.
 */
#ifndef MM_REDACT_ACCOUNT_H
#define MM_REDACT_ACCOUNT_H

#include "counts.h"
#include "tiers.h"

enum { ACCOUNT_SOURCES = 1000, ACCOUNT_EXAMPLES = 3, ACCOUNT_EXAMPLES_ALL = 300 };

/** What a worker notes of a record, as its `extra`, in the batch's arena. */
typedef struct record_note {
    const tier *tier;
    mm_str findings;   /* those of this run, an array as mm.redact.findings has it; empty: none */
    mm_str lost;       /* as mm.redact.media has it; empty: nothing */
    mm_str src;        /* mm.src as it came, text; empty: there is none */
    mm_str modality;
    mm_str queue;      /* lines for the review queue */
} record_note;

/** An example of an entity: where one was found, and why; not at which character, which would tell how long others are. */
typedef struct example {
    mm_str entity, at, field, rule, action;   /* in the account's arena */
    bool name;
    int score;              /* hundredths */
} example;

typedef struct account {
    const tiers *tiers;
    counts table;           /* "tier \x1f entity \x1f action \x1f modality" */
    counts entity, tier, action, modality;   /* sums of the table */
    counts sources;         /* findings by source */
    counts by_source;       /* "place in sources \x1f entity" */
    uint64_t *source_records;   /* owned; by place in sources */
    size_t source_room;
    uint64_t other_records, other_findings;  /* of sources beyond the first ACCOUNT_SOURCES */
    counts lost;            /* payloads by class of metadata */
    counts shown;           /* examples by entity */
    example *example;       /* owned */
    size_t examples;
    mm_arena *texts;
    findings seen;          /* scratch */
    mm_buf key, text;
    uint64_t records;       /* with findings */
    uint64_t found, pending;
    bool failed;            /* memory ran out */
} account;

/** 0, or -1 (MM_ESYS). The tiers are borrowed. */
int account_init(account *a, const tiers *t, mm_err *e);
void account_free(account *a);
/** Count a record whose verdict is settled; its extra is a record_note, or NULL when it was never looked into. 0, or -1. */
int account_record(account *a, const mm_rec *r, mm_err *e);

#endif
