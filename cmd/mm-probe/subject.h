/* subject.h - what is probed: the bytes of a payload, wherever they lie, and the text of a row.
 *
 * Nothing is read before a prober asks for it. One a worker, used again for each record.
 */
#ifndef MM_PROBE_SUBJECT_H
#define MM_PROBE_SUBJECT_H

#include "media/look.h"
#include "media/media.h"
#include "media/type.h"
#include "record/payload.h"
#include "run/jail.h"

/** Where probing happens; one a worker. */
typedef struct bench {
    mm_jail *jail;
    mm_cell *cell;       /* made when first needed */
    mm_typer *typer;
    const struct lang_model *languages;
    struct text_doc *doc;  /* made when first needed */
    const char *transcript_from;  /* --transcript-from; or NULL */
    bool transcribe;     /* --transcribe */
    double max_audio_s, max_video_s;  /* seconds of sound, of film to decode; 0: no limit */
    int64_t max_pixels;  /* of a picture that is decoded; 0: the default */
    const struct mm_phrases *bad_words;  /* --bad-words, or NULL */
    const struct row_plan *rows;
    struct mm_schema_checker *checker;  /* NULL: no schema */
    struct row_cell *cells;  /* made when first needed */
    mm_buf row_text;
} bench;

/** Of an answer that several probers share. */
typedef enum ask_state { ASK_NOT_YET, ASK_ANSWERED, ASK_REFUSED } ask_state;

typedef struct subject {
    bench *bench;
    mm_arena *arena;     /* for what is kept until the record is written */
    mm_str record;       /* its header as it came in */
    const char *source;  /* of the record, for messages */
    /* the payload */
    bool has_payload;
    uint64_t size;       /* bytes of the payload */
    mm_str head;         /* its first bytes: MM_TYPE_HEAD, or all */
    mm_type type;        /* by content; mime NULL without a payload */
    mm_str memory;       /* the payload, when it is held; .p NULL when it lies in a file */
    mm_extent file;      /* fd -1 when it does not */
    /* what the header says */
    mm_str src, charset, xxh3;   /* empty where it does not */
    mm_str field;        /* path of the member that `text` comes from; empty: text comes from the payload */
    mm_str text;         /* unescaped; only with field */
    mm_str modality;     /* without a payload: what the header says, or "row" */
    unsigned on;         /* ON_ bits that fit */
    /* kept for more than one prober */
    ask_state av_state, look_state;
    mm_av_facts av;
    const char *language;  /* of the text, once a prober told it */
    mm_look look;
    const struct row_cells *row;  /* NULL: not read, or no table */
    mm_buf chunk;        /* what subject_next gave */
    mm_str whole;        /* a small payload in a file, once it was read */
} subject;

/** Begin on a payload; what is behind fd is the subject's to close, in subject_end. -1: e says why. */
int subject_memory(subject *s, mm_str payload);
int subject_file(subject *s, const mm_extent *x, mm_err *e);
void subject_end(subject *s);
void subject_free(subject *s);

/** The payload from its start, piece by piece: begin with *at 0; 1 with *piece set, 0 at the end, -1. A payload
 *  of at most SUBJECT_PIECE bytes comes in one piece and is read once, however many ask. */
enum { SUBJECT_PIECE = 256 * 1024 };
int subject_next(subject *s, uint64_t *at, mm_str *piece, mm_err *e);

/** XXH3-128 of the payload. -1 also when the header says another (mm.xxh3). */
int subject_hash(subject *s, char hex[33], mm_err *e);

/** Call an operation of lib/media on the payload. 0; 1 when it refused the payload (e says why: a warning); -1 when the
 *  decoder crashed or met a limit (the record is bad). */
int subject_call(subject *s, const char *op, mm_str args, mm_str *out, mm_err *e);

#endif
