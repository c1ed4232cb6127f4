/* probe.h - one record from header to header. */
#ifndef MM_PROBE_PROBE_H
#define MM_PROBE_PROBE_H

#include "answer.h"
#include "base/opt.h"
#include "dup_keys.h"
#include "lang.h"
#include "row.h"
#include "subject.h"
#include "table.h"

/** What a run shares; immutable while it runs. */
typedef struct probe_tool {
    asking asked;
    asking hashing;             /* asked, and what near duplicates among pictures and sounds are told by */
    mm_path *mm, *field, *probe, *warnings, *via, *parts;
    mm_path *fact[MAX_FACTS];   /* mm.probe.NAME */
    mm_str field_name;          /* of the member text comes from */
    bool field_given;           /* by --field */
    lang_model *languages;
    mm_buf via_entry;           /* JSON */
    const mm_roots *roots;
    const char *transcript_from;
    bool transcribe;            /* --transcribe */
    double max_audio_s, max_video_s;  /* --max-audio, --max-video */
    mm_jail *jail;
    dup_plan dup;
    row_plan rows;
    struct mm_phrases *bad_words;  /* NULL: no list was given */
    mm_path *image_hash, *image_quality, *audio_print;  /* members of mm.probe that duplicates are told by */
    int64_t max_pixels;         /* --max-pixels, 0 without */
    struct gallery *gallery;    /* --gallery: cards are made besides; else NULL */
    table *table;               /* --table: rows are made in place of headers; else NULL */
} probe_tool;

/** What a worker leaves in r->extra, for what comes behind it; in the arena. */
typedef struct late_look {
    const dup_keys *keys;   /* NULL where no duplicates are looked for */
    const row_cells *row;   /* NULL where rows are not compared, or the record is none */
    mm_str *line;           /* its row in the table; NULL without one */
    const mm_str *card;     /* its card in the gallery; likewise */
} late_look;

typedef struct probe_opts {
    mm_list only;
    const char *field, *bad_words;  /* NULL: not given */
    dup_opts dup;
    row_opts rows;
} probe_opts;

int probe_tool_init(probe_tool *t, const probe_opts *o, mm_err *e);
void probe_tool_clear(probe_tool *t);
/** Is something asked that only a confined worker can tell: media, or the encoding of a text? */
bool probe_tool_decodes(const probe_tool *t);

/** One worker's state; owned. */
typedef struct probe_worker probe_worker;
probe_worker *probe_worker_new(const probe_tool *t, mm_err *e);
void probe_worker_free(probe_worker *w);
/** Probe r and set mm.probe and mm.via, or its row in the table; r->extra becomes its late_look. */
mm_verdict probe_record(probe_worker *w, mm_rec *r, mm_arena *a);

#endif
