/* sieve.h - a first look at the bytes of a record's header as they stand: most records hold nothing, and are told
 * here without finding their way through the JSON.
 *
 * Never says no where redact_head would find something: what a place means that can not be told from
 * the bytes around it is taken as the worst.
 */
#ifndef MM_REDACT_SIEVE_H
#define MM_REDACT_SIEVE_H

#include "detect.h"
#include "plan.h"

enum {
    SIEVE_LOOK = 1,     /* something may be here */
    SIEVE_MEMBER = 2,   /* the header may have a member mm */
};

typedef struct sieve sieve;
sieve *sieve_new(const plan *p);
void sieve_free(sieve *s);
/** SIEVE_ bits; or -1 when the header, which is valid UTF-8, is no record: *where is the offset of what is wrong, as
 *  mm_json_check_head tells it. */
int sieve_head(sieve *s, mm_str head, size_t *where, mm_err *e);
/** Of the header last seen: where a text without escapes has no marks, no detector finds anything. NULL when that is
 *  not known; good until the next header. */
const sight *sieve_sight(sieve *s);

#endif
