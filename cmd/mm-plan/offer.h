/* offer.h - machines that a job may run on: types of the price book that hold now and that limits allow. */
#ifndef MM_PLAN_OFFER_H
#define MM_PLAN_OFFER_H

#include "pipeline.h"
#include "price/book.h"

typedef struct offer {
    const char *machine, *region, *purchase;
    double cores, memory;    /* processors, bytes; memory 0: not known */
    mm_money hour;           /* of the machine */
    double hour_near;
    double interruptions;    /* an hour */
    double start_s;
} offer;

typedef struct offers {
    offer *v;
    size_t n;
} offers;

/** All that hold at `now`, in the order of the book; without a book this machine, of that many cores, at no cost. MM_EUSAGE where there
 *  are none, with what left the last ones out: prices that have ended, names, regions, ways to buy. */
int offers_make(offers *o, const pipeline *p, const mm_book *book, size_t cores, int64_t now, mm_arena *a, mm_err *e);
/** May data of these tiers be handled there? A tier that residency does not name may be anywhere. */
bool offer_resides(const pipeline *p, const offer *o, const char *const *tier, size_t n);

#endif
