/* attribute.h - --by: the fields that make groups, cuts of numbers, and which intersections are looked at.
 *
 * A dimension is a field whose values divide the records. A set is one dimension or the intersection of
 * several; each gets its own part of the report. Immutable once parsed.
 */
#ifndef MM_BIAS_ATTRIBUTE_H
#define MM_BIAS_ATTRIBUTE_H

#include "mm.h"

enum {
    MOST_DIMENSIONS = 16,
    MOST_SETS = 64,
    MOST_CUTS = 255,
};

typedef struct dimension {
    char *name;        /* the field as it was given, owned */
    mm_path *path;
    double *cut;       /* rising; a value x is in bin i when cut[i-1] <= x < cut[i] */
    size_t n_cuts;     /* 0: values are told apart as texts */
} dimension;

typedef struct dimension_set {
    size_t n;
    uint8_t dim[MOST_DIMENSIONS];
} dimension_set;

typedef struct attributes {
    dimension dim[MOST_DIMENSIONS];
    size_t n_dims;
    dimension_set set[MOST_SETS];
    size_t n_sets;
} attributes;

/** Take one --by: fields separated by commas, each perhaps with cuts ("race,age:18,30,45"). Adds a set for each
 *  field and one for their intersection, where there are several. */
int attributes_add(attributes *a, const char *by, mm_err *e);
void attributes_clear(attributes *a);

/** Parse "field" or "field:cut,cut,..." whole. */
int dimension_parse(dimension *d, mm_str text, mm_err *e);
void dimension_clear(dimension *d);
/** Append it as it is given: age:18,30. */
void dimension_text(const dimension *d, mm_buf *out);
/** The bin of x, from 0 to n_cuts. */
size_t dimension_bin(const dimension *d, double x);
/** Append the name of a bin: <18, [18,30), >=65. */
void dimension_bin_name(const dimension *d, size_t bin, mm_buf *out);

#endif
