/* cms.h - how often any text is in a stream, never too low (count-min: Cormode, Muthukrishnan 2005).
 *
 * CMS_ROWS rows of CMS_WIDTH counts; a count is too high by more than e / CMS_WIDTH (0.27 %) of the stream with
 * a chance below exp(-CMS_ROWS) (1.8 %). Merging adds, so it is exact.
 */
#ifndef MM_BIAS_CMS_H
#define MM_BIAS_CMS_H

#include <stdint.h>

enum { CMS_ROWS = 4, CMS_WIDTH = 1024 };

typedef struct cms { uint64_t count[CMS_ROWS][CMS_WIDTH]; } cms;

/** The column of a 64-bit hash in a row. */
static inline uint32_t cms_column(uint64_t hash, int row)
{
    uint32_t a = (uint32_t)hash, b = (uint32_t)(hash >> 32) | 1;
    return (a + (uint32_t)row * b) >> 22;
}
static inline void cms_add(cms *s, uint64_t hash)
{
    for (int r = 0; r < CMS_ROWS; r++)
        s->count[r][cms_column(hash, r)]++;
}
static inline void cms_merge(cms *s, const cms *other)
{
    for (int r = 0; r < CMS_ROWS; r++)
        for (int i = 0; i < CMS_WIDTH; i++)
            s->count[r][i] += other->count[r][i];
}
static inline uint64_t cms_count(const cms *s, uint64_t hash)
{
    uint64_t least = UINT64_MAX;
    for (int r = 0; r < CMS_ROWS; r++) {
        uint64_t n = s->count[r][cms_column(hash, r)];
        least = n < least ? n : least;
    }
    return least;
}

#endif
