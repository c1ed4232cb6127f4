/* action.h - what is put in the place of what was found. An action is a row in the table of action.c. */
#ifndef MM_REDACT_ACTION_H
#define MM_REDACT_ACTION_H

#include "mm.h"

typedef struct action_args {
    int64_t keep_first, keep_last;   /* characters mask leaves */
    const char *with;                /* replace: the text; mask: the character */
} action_args;

/** What an action works on. */
typedef struct action_in {
    mm_str value;            /* the bytes found */
    const char *entity;
    const action_args *args;
    const unsigned char *key;
    size_t key_len;
} action_in;

typedef enum action_scope { ACT_VALUE, ACT_FIELD, ACT_RECORD } action_scope;

typedef struct action {
    const char *name;
    action_scope scope;   /* what goes: the bytes found, the whole field, the record */
    bool keyed;           /* needs the policy's key */
    void (*put)(const action_in *in, mm_buf *out);   /* ACT_VALUE: append what stands there instead */
    const char *about;
} action;

/** All actions, closed by a row without name. */
extern const action actions[];
const action *action_named(mm_str name);

#endif
