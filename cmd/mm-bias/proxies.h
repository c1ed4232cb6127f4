/* proxies.h - which fields tell of a group although they are not it.
 *
 * For every field and every field of --by: how often each value comes with each group. Texts and numbers are told
 * apart by themselves up to PROXY_MOST values; numbers that have more are put into ranges of an eighth of an octave;
 * of texts that have more nothing is said. Records are taken in order, on one thread.
 */
#ifndef MM_BIAS_PROXIES_H
#define MM_BIAS_PROXIES_H

#include "interval.h"
#include "observe.h"
#include "sketch.h"

enum { PROXY_MOST = 256 };

typedef struct proxies proxies;
proxies *proxies_new(const question *q, mm_err *e);
void proxies_free(proxies *p);
/** Take a record that observe() took. Memory that runs out is told by proxies_list. */
void proxies_take(proxies *p, mm_rec *r, mm_arena *a);

/** How a field goes with a field of --by. */
typedef struct proxy {
    const char *field, *by;     /* borrowed */
    size_t values, groups;      /* that occur, missing among them */
    bool ranged;                /* numbers in ranges */
    double mutual_information;  /* in nats */
    interval interval;          /* of that: normal, by the delta method, not below 0 */
    double cramers_v;           /* from 0 to 1 */
    double p;                   /* of independence, by chi-square */
} proxy;
/** All of them, the strongest by Cramer's V first; *out is owned by the caller. */
int proxies_list(const proxies *p, double confidence, proxy **out, size_t *n, mm_err *e);

#endif
