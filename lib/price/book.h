/* book.h - a price book: what machines cost, by kind, region, way of purchase and day (mm-cost(1), PRICE BOOKS). */
#ifndef MM_PRICE_BOOK_H
#define MM_PRICE_BOOK_H

#include "price/money.h"

typedef struct mm_book mm_book;

/** What an hour costs while it holds: from `from` on and before `until`, in seconds since 1970. */
typedef struct mm_rate {
    const char *machine;     /* pattern of the processor's name, as in a shell; "*": any */
    const char *region;      /* "any" */
    const char *purchase;    /* on-demand, spot, reserved or committed */
    int64_t from, until;
    mm_money cpu_hour;       /* of a processor's time */
    mm_money gib_hour;       /* of a GiB of memory; 0 where it is not given */
    unsigned line;           /* in the book */
} mm_rate;

/** Read and check a book. NULL and MM_EUSAGE with "FILE:LINE:COLUMN: what": unknown keys, amounts that are none, prices that
 *  hold for the same machine, region and purchase on the same day. */
mm_book *mm_book_load(const char *file, mm_err *e);
void mm_book_free(mm_book *b);
/** Of all amounts: an ISO 4217 code. */
const char *mm_book_currency(const mm_book *b);
size_t mm_book_size(const mm_book *b);
/** The first rate for a machine of that name in that region, bought so, at that time; NULL when there is none. */
const mm_rate *mm_book_rate(const mm_book *b, mm_str machine, mm_str region, mm_str purchase, int64_t time);

#endif
