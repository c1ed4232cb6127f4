/* sketch.h - a data set in little memory: what every field of its records holds, and how many records there are of
 * each kind.
 *
 * Fields are all members that are no objects, and those of objects in them, by path (mm.probe.text.language); of mm
 * only mm.modality, mm.size and mm.probe. Records are taken in their order, on one thread, so that the same stream
 * gives the same sketch. mm-sketch(5) is its form as a file.
 */
#ifndef MM_BIAS_SKETCH_H
#define MM_BIAS_SKETCH_H

#include "cms.h"
#include "counts.h"
#include "hll.h"
#include "kll.h"
#include "top.h"

enum {
    SKETCH_MOST_FIELDS = 512,
    SKETCH_MOST_DEPTH = 8,
    FIELD_WAITING = 64,
    SKETCH_TYPES = MM_JSON_OBJECT + 1,
};

/** Of finite numbers (Pebay 2008). */
typedef struct moments {
    uint64_t n;
    double mean, m2, m3, m4;   /* sums of powers of the distance from the mean */
} moments;
/** Of n values at once; the sums of each call are those of its values, merged into what was there. */
void moments_add(moments *m, const double *x, size_t n);
void moments_merge(moments *m, const moments *other);

typedef struct field_sketch {
    char *name;                    /* path, owned */
    uint64_t seen[SKETCH_TYPES];   /* records in which it is of each type; by mm_json_type */
    uint64_t not_finite;           /* of the numbers, those too large for a double */
    uint64_t long_texts;           /* of the texts, those over TOP_BYTES, which top does not hold */
    moments moments;               /* of numbers */
    kll number;                    /* of numbers */
    kll length;                    /* of texts, in bytes */
    hll *distinct;                 /* of numbers and texts; NULL: none were seen */
    top *top;                      /* of texts; likewise */
    cms *count;                    /* of texts; likewise */
    double *waiting;               /* numbers that were taken and not yet looked at: FIELD_WAITING of room */
    uint32_t n_waiting;
} field_sketch;

/** What groups were counted by: the text of the dimension as it was given ("age:18,30"), and what label and
 *  prediction were. */
typedef struct sketch_kinds {
    char *dim[COUNTS_MOST_DIMS];
    size_t n_dims;                 /* those of --by, then the score's and the stratum where there are such */
    bool has_score, has_stratum;
    char *label, *prediction;      /* NULL: none */
    counts *counts;                /* NULL: nothing was counted */
} sketch_kinds;

typedef struct sketch {
    uint64_t records;
    uint64_t left_out;             /* members beyond SKETCH_MOST_FIELDS fields */
    field_sketch *field;
    size_t n_fields, room;
    sketch_kinds kinds;
    /* private release (release.h): what was spent; 0 0: exact */
    double epsilon, delta;
} sketch;

void sketch_clear(sketch *s);
/** The field of that path, which is added unless it is there; NULL: too many, or memory. */
field_sketch *sketch_field(sketch *s, mm_str name);
const field_sketch *sketch_find(const sketch *s, mm_str name);
/** Look at the numbers that wait, and take x among those that follow. False: memory. */
bool field_wait(field_sketch *f, double x);
/** Look at all that waits, before anything is read of the sketch. */
bool sketch_settle(sketch *s);
/** Take a number or a text of a field. False: memory. */
static inline bool field_number(field_sketch *f, double x)
{
    f->seen[MM_JSON_NUMBER]++;
    if (f->waiting && f->n_waiting < FIELD_WAITING) {
        f->waiting[f->n_waiting++] = x;
        return true;
    }
    return field_wait(f, x);
}
bool field_text(field_sketch *f, mm_str text);
/** Records that have it, and those that do not. */
uint64_t field_seen(const field_sketch *f);
/** The hash of a text, as the sketches know it. */
uint64_t text_hash(mm_str text);
uint64_t number_hash(double x);

/** Take all that another has. -1: their groups differ (MM_EUSAGE), or memory. */
int sketch_merge(sketch *s, const sketch *other, mm_err *e);

/** Takes records into a sketch. */
typedef struct gather gather;
gather *gather_new(sketch *s);
void gather_free(gather *g);
/** A value of a record. */
typedef struct gathered {
    uint32_t field;       /* index in the sketch */
    mm_json_type type;
    union {
        double number;
        mm_str raw;       /* of a string, with its quotes */
    };
} gathered;
/** Read one header, without taking it; the values are borrowed, until the next. Fails as gather_record. */
int gather_read(gather *g, mm_str head, mm_err *e);
const gathered *gather_values(const gather *g, size_t *n);
/** Take one header. 0, or -1 with MM_EBAD (it is no JSON) or MM_ESYS. */
int gather_record(gather *g, mm_str head, mm_err *e);

#endif
