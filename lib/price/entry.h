/* entry.h - what all entries of a price book have, and amounts in them; book.c's and machine.c's own. */
#ifndef MM_PRICE_ENTRY_H
#define MM_PRICE_ENTRY_H

#include "govern/policy.h"
#include "price/book.h"

/** Read name (under `key`, "*" where it is left out and not `named`), region, from and until of entry n. */
int mm_entry_read(const mm_doc *d, const mm_node *n, const char *key, bool named, mm_entry *out, mm_err *e);
/** Read an amount, not below 0; an absent node leaves *out alone. */
int mm_entry_amount(const mm_doc *d, const mm_node *n, mm_money *out, mm_err *e);
/** Do they speak of the same name and region on a day? */
bool mm_entry_meets(const mm_entry *a, const mm_entry *b);
/** Does it hold in that region at that time? */
static inline bool mm_entry_holds(const mm_entry *x, mm_str region, int64_t time)
{
    return time >= x->from && time < x->until && (mm_str_eq(mm_str_of(x->region), MM_STR("any")) || mm_str_eq(region, mm_str_of(x->region)));
}

/** Read the list `types` of a book; *out is the caller's to free. */
int mm_machines_read(const mm_doc *d, const mm_node *list, mm_machine **out, size_t *n, mm_err *e);

#endif
