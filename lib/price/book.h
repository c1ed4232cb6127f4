/* book.h - a price book: what machines, storage, requests, traffic, models and currencies cost, by region, way of purchase and
 * day (mm-cost(1), PRICE BOOKS). Read once and immutable after. */
#ifndef MM_PRICE_BOOK_H
#define MM_PRICE_BOOK_H

#include "price/money.h"

typedef struct mm_book mm_book;

/** What there are prices of; each is a list in the book. */
typedef enum mm_priced {
    MM_PRICED_MACHINES,   /* processor time, by a pattern of the processor's name: an hour of it, an hour of a GiB of memory */
    MM_PRICED_GPUS,       /* by model: a second */
    MM_PRICED_STORAGE,    /* by tier: a GiB for a month of 730 hours, a GiB read back, a GiB written */
    MM_PRICED_REQUESTS,   /* by kind: a thousand */
    MM_PRICED_EGRESS,     /* by where to: a GiB */
    MM_PRICED_MODELS,     /* by model: a million tokens in, a million out */
    MM_PRICED_CURRENCIES, /* by currency: one of it in the currency of the book */
    MM_PRICED_KINDS
} mm_priced;

/** Prices of an entry, by kind. */
enum {
    MM_PRICE_CPU_HOUR = 0, MM_PRICE_GIB_HOUR = 1, MM_PRICE_GPU_SECOND = 0, MM_PRICE_GIB_MONTH = 0, MM_PRICE_GIB_READ = 1,
    MM_PRICE_GIB_WRITTEN = 2, MM_PRICE_THOUSAND = 0, MM_PRICE_GIB = 0, MM_PRICE_MILLION_IN = 0, MM_PRICE_MILLION_OUT = 1,
    MM_PRICE_RATE = 0, MM_PRICES = 3
};

typedef enum mm_purchase { MM_ON_DEMAND, MM_SPOT, MM_RESERVED, MM_COMMITTED, MM_PURCHASES } mm_purchase;
/** "on-demand", ... */
extern const char *const mm_purchase_name[MM_PURCHASES];

/** What an entry is about and while what it says holds: from `from` on and before `until`, in seconds since 1970. */
typedef struct mm_entry {
    const char *name;        /* a pattern, as in a shell, where the kind says so */
    const char *region;      /* "any" */
    int64_t from, until;
    unsigned line;           /* in the book */
} mm_entry;

typedef struct mm_rate {
    mm_entry of;
    mm_purchase purchase;
    mm_money price[MM_PRICES];   /* 0 where it is not given */
} mm_rate;

/** A type of machine that may be had. */
typedef struct mm_machine {
    mm_entry of;
    double cores;            /* processors that its system sees; greater than 0 */
    double memory_gib;
    const char *gpu;         /* model; NULL: it has none */
    unsigned gpus;
    mm_money hour[MM_PURCHASES];   /* of the whole machine; less than 0: it is not sold so */
    double interruptions;    /* an hour and spot machine, as expected; 0 or more */
    double start_s;          /* from asking for it until it works */
} mm_machine;

/** Read and check a book. NULL and MM_EUSAGE with "FILE:LINE:COLUMN: what": unknown keys, amounts that are none, prices that
 *  hold for the same thing, region and purchase on the same day. */
mm_book *mm_book_load(const char *file, mm_err *e);
void mm_book_free(mm_book *b);
/** Of all amounts: an ISO 4217 code. */
const char *mm_book_currency(const mm_book *b);
/** XXH3-128 of the document, as hex. */
const char *mm_book_digest(const mm_book *b);
/** All prices of a kind, in the order of the book; NULL and 0 where there are none. */
const mm_rate *mm_book_rates(const mm_book *b, mm_priced kind, size_t *n);
/** All types of machines, in the order of the book. */
const mm_machine *mm_book_machines(const mm_book *b, size_t *n);
/** The first price of that kind for a thing of that name in that region, bought so, at that time; NULL when there is none. */
const mm_rate *mm_book_rate(const mm_book *b, mm_priced kind, mm_str name, mm_str region, mm_purchase purchase, int64_t time);
/** The same among machines, of those that are sold so. */
const mm_machine *mm_book_machine(const mm_book *b, mm_str name, mm_str region, mm_purchase purchase, int64_t time);

#endif
