/* advice.h - what to do about costs: each piece with what it saves, what may go wrong, and the command or patch that does it.
 *
 * Advice is an estimate: savings are binary numbers, rounded when they are told. */
#ifndef MM_COST_ADVICE_H
#define MM_COST_ADVICE_H

#include "spend.h"

typedef struct advice {
    const char *kind;       /* "commitment", "spot", "machine", "workers", "order", "batch", "tier", "compression", "idle" */
    double saving;          /* in the currency of the book or bill; NaN: not known */
    const char *per;        /* "month", "what was read", "TiB" */
    mm_buf about, risk, how;   /* what, as text; what may go wrong; the command or patch */
    mm_buf set;             /* members of JSON, with commas between: the same for programs */
    size_t number;
} advice;

typedef struct advices {
    advice *item;
    size_t n, room;
    bool failed;
} advices;

/** Another one, for its texts to be written; valid until the next. Never NULL: where memory ran out `failed` is set, and what is
 *  given is of no account. */
advice *advice_add(advices *a, const char *kind, double saving, const char *per);

typedef struct advice_opts {
    const char *by, *form, *measure;
    double committed;       /* price of an hour that is committed to, over that of one on demand; 0: by the book */
    double interrupted;     /* chance that a run on spot machines may be interrupted with */
    double months;          /* that what is compressed is kept */
    const spend *like;      /* how bills and ledgers are read */
} advice_opts;

/** `form`: table or json. */
int advice_run(mm_app *a, const advice_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
