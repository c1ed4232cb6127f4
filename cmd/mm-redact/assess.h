/* assess.h - how well records hide in their crowd (--assess): k-anonymity (Sweeney 2002) of the classes that equal
 * quasi-identifiers make, l-diversity (Machanavajjhala et al. 2007) and t-closeness (Li et al. 2007) of sensitive fields
 * within them.
 *
 * Records are counted by hash (XXH3-128) and not held: about 64 bytes a class, and as many for each sensitive value that
 * occurs in a class.
 */
#ifndef MM_REDACT_ASSESS_H
#define MM_REDACT_ASSESS_H

#include "mm.h"

enum { ASSESS_FIELDS = 64 };   /* of each of the two lists */

typedef struct assess assess;
/** Lists of paths, separated by commas; `sensitive` may be NULL. k > 0: records of classes with fewer than k are suppressed by
 *  assess_suppress. -1: MM_EUSAGE. Texts are borrowed. */
assess *assess_new(const char *quasi, const char *sensitive, int64_t k, mm_err *e);
void assess_free(assess *a);

/** The functions of an mm_stage whose tool is an assess: all records counted. */
mm_verdict assess_work(void *tool, void *state, mm_rec *r, mm_arena *a);
mm_verdict assess_order(void *tool, mm_rec *r, mm_arena *a, bool *stop);
/** In place of assess_order, in a second pass over the same records: those of small classes are dropped. A record of no class
 *  that the first pass saw is bad. */
mm_verdict assess_suppress(void *tool, mm_rec *r, mm_arena *a, bool *stop);

/** Append the report as JSON. -1 when memory ran out or had run out while counting. */
int assess_report(assess *a, mm_buf *out);
/** Append it as one line of words. */
void assess_line(const assess *a, mm_buf *out);

#endif
