/* restate.h - bills that say again what earlier ones said.
 *
 * Files that speak of the same billing account and billing period are held against each other by a sample of their charges.
 * Where they share none, they are parts of one export and add up; where the later one has half of the charges or more, it is a
 * later export, and what the earlier ones say of that account and period no longer counts. In between they are refused. */
#ifndef MM_COST_RESTATE_H
#define MM_COST_RESTATE_H

#include "app/app.h"
#include "tally.h"

/** Labels that come before those of --by in keys of bills that are held against each other: account and period. */
enum { SLICE_LABELS = 2 };

typedef enum again_how { AGAIN_AUTO, AGAIN_ADD, AGAIN_RESTATE } again_how;

typedef struct restate restate;
restate *restate_new(mm_app *app, again_how how);
void restate_free(restate *r);
/** A charge of the file that is read: `slice` is the XXH3 of its key's first labels, `charge` of what tells it from others. */
bool restate_see(restate *r, uint64_t slice, uint64_t charge);
/** The file was read: take its sums, by keys as above, and leave `file` empty. Says on stderr what no longer counts. */
int restate_take(restate *r, const char *name, tally *file, cost_kind told, const char *currency, mm_err *e);
/** Add all that counts to `groups`; *gone receives the sums of what does not. */
int restate_end(restate *r, tally *groups, sums *gone, mm_err *e);

#endif
