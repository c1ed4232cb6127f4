/* spill.h - more small entries than memory should hold, given back in order.
 *
 * Up to `room` entries are in memory; each time that is full they go, sorted, to a file without a name in $TMPDIR (else /var/tmp), which
 * is gone with the process. Walking merges what is in the file. Exact whatever the number: 16 bytes of disk an entry.
 */
#ifndef MM_BIAS_SPILL_H
#define MM_BIAS_SPILL_H

#include "mm.h"

/** Entries are in the order of their bytes. */
typedef struct spill_entry { uint8_t byte[16]; } spill_entry;

typedef struct spill spill;
/** NULL: memory. `room` is at least 2. */
spill *spill_new(size_t room);
void spill_free(spill *s);
int spill_add(spill *s, const spill_entry *x, mm_err *e);
/** Give out all entries in order, equal ones each; nothing may be added after. -1: disk or memory. */
int spill_walk(spill *s, void (*take)(void *ctx, const spill_entry *x), void *ctx, mm_err *e);

#endif
