/* probe.h - one record from header to header. */
#ifndef MM_PROBE_PROBE_H
#define MM_PROBE_PROBE_H

#include "answer.h"
#include "dup_plan.h"
#include "lang.h"
#include "subject.h"
#include "table.h"

/** What a run shares; immutable while it runs. */
typedef struct probe_tool {
    asking asked;
    asking hashing;             /* asked, and what near duplicates among pictures and sounds are told by */
    mm_path *mm, *field, *probe, *warnings, *via;
    mm_path *fact[MAX_FACTS];   /* mm.probe.NAME */
    mm_str field_name;          /* of the member text comes from */
    bool field_given;           /* by --field */
    lang_model *languages;
    mm_buf via_entry;           /* JSON */
    const mm_roots *roots;
    const char *transcript_from;
    double max_audio_s;         /* --max-audio */
    mm_jail *jail;
    dup_plan dup;
    struct dup_marker *marker;
    mm_path *image_hash, *image_quality, *audio_print;  /* members of mm.probe that duplicates are told by */
    int64_t max_pixels;         /* --max-pixels, 0 without */
    table *table;               /* --table: rows are made in place of headers; else NULL */
} probe_tool;

/** field: --field, or NULL. */
int probe_tool_init(probe_tool *t, const char *const *only, size_t n_only, const char *field, const dup_opts *dup, mm_err *e);
void probe_tool_clear(probe_tool *t);
/** Is a fact asked that only a confined decoder can find? */
bool probe_tool_decodes(const probe_tool *t);

/** One worker's state; owned. */
typedef struct probe_worker probe_worker;
probe_worker *probe_worker_new(const probe_tool *t, mm_err *e);
void probe_worker_free(probe_worker *w);
/** Probe r and set mm.probe and mm.via. Where duplicates are looked for, r->extra becomes its dup_keys; with a table, its row. */
mm_verdict probe_record(probe_worker *w, mm_rec *r, mm_arena *a);

#endif
