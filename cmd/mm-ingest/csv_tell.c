/* csv_tell.c - does text read as a table, and by which delimiter? */
#include <string.h>

#include "row.h"

enum { ROWS_SEEN = 64, SAMPLE = 64 << 10 };

/* Fields of the row at *p, which goes behind its line end; 0: blank, or it does not end in the sample. */
static size_t fields_of(const char **p, const char *end, char delimiter, bool whole)
{
    size_t n = 1;
    bool inside = false, begins = true, any = false;
    const char *q = *p;
    for (; q < end && (inside || *q != '\n'); q++) {
        if (inside) {
            inside = *q != '"';
        } else if (*q == delimiter) {
            n++;
            begins = any = true;
            continue;
        } else if (*q == '"' && (begins || q[-1] == '"')) {
            inside = true;
        }
        any |= *q != '\r' && *q != ' ';
        begins = false;
    }
    bool ends = q < end || (whole && !inside);
    *p = q < end ? q + 1 : end;
    return any && ends ? n : 0;
}

size_t csv_columns_seen(mm_str head, char delimiter, bool whole)
{
    if (head.n > SAMPLE)
        head.n = SAMPLE, whole = false;
    const char *p = head.p, *end = head.p + head.n;
    size_t first = 0, same = 0, seen = 0;
    while (p < end && seen < ROWS_SEEN) {
        size_t n = fields_of(&p, end, delimiter, whole);
        if (!n)
            continue;
        if (!seen++)
            first = n;
        same += n == first;
    }
    /* A few ragged rows do not unmake a table. */
    return seen && first > 1 && same * 10 >= seen * 9 ? first : 0;
}

char csv_sniff(mm_str head, char fallback)
{
    static const char candidates[] = { ',', ';', '\t', '|' };
    char best = 0;
    size_t most = 1;
    for (size_t i = 0; i < sizeof candidates; i++) {
        size_t n = csv_columns_seen(head, candidates[i], true);
        if (n > most) {
            most = n;
            best = candidates[i];
        }
    }
    if (best)
        return best;
    /* No delimiter divides all rows alike: that of the first row, which may be the header of ragged rows. */
    const char *p;
    for (size_t i = 0; i < sizeof candidates && head.n; i++) {
        p = head.p;
        size_t n = fields_of(&p, head.p + head.n, candidates[i], true);
        if (n > most) {
            most = n;
            best = candidates[i];
        }
    }
    return best ? best : fallback;
}
