/* action.h - what is put in the place of what was found. An action is a row in the table of action.c. */
#ifndef MM_REDACT_ACTION_H
#define MM_REDACT_ACTION_H

#include <string.h>

#include "keys.h"
#include "kind.h"
#include "mm.h"

/** The parameters of a rule; texts are borrowed from the policy. */
typedef struct action_args {
    int64_t keep_first, keep_last;   /* mask, fpe: characters that stay */
    const char *with;                /* replace: the template; mask: the character; NULL: not given */
    const char *leave;               /* mask: characters that are not masked; NULL: none */
    const redact_key *key;           /* keyed actions */
    value_kind as;                        /* what the value is; KIND_NONE: by its entity */
    const char *alphabet, *check;    /* fpe; NULL: by kind */
    const char *country;             /* pseudonym: calling code of numbers without one */
    mm_path *subject;                /* whose value it is */
    int64_t days;                    /* shift: at most so many */
    const char *order;               /* shift, generalize: "dmy" or "mdy" for dates with slashes */
    const char *to;                  /* generalize: year, month, decade */
    double *edge;                    /* generalize: where bands begin, rising; or one: their width. Owned by the plan */
    size_t n_edges;
    bool widths;                     /* edge[0] is a width */
    int64_t prefix, decimals;        /* generalize: characters, decimals that stay; -1: not given */
    int64_t ipv4, ipv6;              /* generalize: bits that stay */
} action_args;

/** What a rule says when it says nothing. */
#define ACTION_ARGS ((action_args){ .prefix = -1, .decimals = -1, .ipv4 = 24, .ipv6 = 48, .days = 365 })

/** Which parameters an action takes. */
enum {
    TAKES_KEEP = 1, TAKES_WITH = 2, TAKES_LEAVE = 4, TAKES_KEY = 8, TAKES_AS = 16, TAKES_ALPHABET = 32, TAKES_COUNTRY = 64,
    TAKES_SUBJECT = 128, TAKES_DAYS = 256, TAKES_ORDER = 512, TAKES_COARSE = 1024,
};

/** What an action works on. */
typedef struct action_in {
    mm_str value;            /* the bytes found */
    const char *entity;
    const action_args *args;
    mm_str subject;          /* .p NULL: the rule names none */
    bool number;             /* the value is a JSON number */
    const char *why;         /* set on failure, static: what is wrong with the value; NULL: memory ran out */
} action_in;

typedef enum action_scope { ACT_VALUE, ACT_FIELD, ACT_RECORD } action_scope;

typedef struct action {
    const char *name;
    action_scope scope;   /* what goes: the bytes found, the whole field, the record */
    unsigned takes;
    bool numeric;         /* what it makes of a JSON number stays one when it reads as one */
    /** ACT_VALUE: append what stands there instead; -1: the record must not go on. */
    int (*put)(action_in *in, mm_buf *out);
    /** Can it work on this entity with these parameters? NULL: yes; else what is wrong. May be NULL. */
    const char *(*check)(const action_args *a, const char *entity);
    const char *about;
} action;

/** Does what the action makes of a JSON number stay one? A ZIP code is text: its zeros count. */
static inline bool action_is_numeric(const action *a, const action_args *args)
{
    return a->numeric && !(args->to && strcmp(args->to, "zip3") == 0);
}

/** All actions, closed by a row without name. The first one works on everything. */
extern const action actions[];
const action *action_named(mm_str name);

/** Fail for a reason; -1. */
static inline int action_fails(action_in *in, const char *why)
{
    in->why = why;
    return -1;
}

int put_pseudonym(action_in *in, mm_buf *out);
int put_fpe(action_in *in, mm_buf *out);
const char *check_fpe(const action_args *a, const char *entity);
int put_token(action_in *in, mm_buf *out);
int put_shift(action_in *in, mm_buf *out);
const char *check_shift(const action_args *a, const char *entity);
int put_generalize(action_in *in, mm_buf *out);
const char *check_generalize(const action_args *a, const char *entity);
int put_synthetic(action_in *in, mm_buf *out);
const char *check_synthetic(const action_args *a, const char *entity);

#endif
