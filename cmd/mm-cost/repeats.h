/* repeats.h - are any rows of a file the same, to the last byte?
 *
 * Told by 64-bit hashes of the rows, kept in 256 parts; what does not fit into 16 MiB waits in a temporary file, and one part
 * after the other is looked through. Chances of two different rows with one hash: a millionth for 6 million rows. */
#ifndef MM_COST_REPEATS_H
#define MM_COST_REPEATS_H

#include "mm.h"

enum { REPEATS_TOLD = 3 };

typedef struct repeats repeats;

typedef struct repeated {
    uint64_t rows;                  /* that stood before already */
    struct { uint64_t first, again; } pair[REPEATS_TOLD];   /* of them those that come first */
    size_t n;
} repeated;

repeats *repeats_new(void);
/** n rows, the first of them number `before` + 1, in the order of the file. */
int repeats_add(repeats *r, const uint64_t *hash, size_t n, uint64_t before, mm_err *e);
int repeats_end(repeats *r, repeated *out, mm_err *e);
void repeats_free(repeats *r);

#endif
