/* decisions.h - what people decided about findings: a text file for version control, a line a decision, sorted.
 *
 *     # mm-redact decisions 1, key kgafefeg
 *     "note"<TAB>PHONE<TAB>0123456789abcdef0123456789abcdef<TAB>reject
 *     "note"<TAB>IP<TAB>...<TAB>edit US_SSN -1 +2
 *
 * Field, entity, keyed digest of both and of the value, decision. No value is in it, and none can be had out of it
 * without the key.
 */
#ifndef MM_REDACT_DECISIONS_H
#define MM_REDACT_DECISIONS_H

#include "detect.h"
#include "keys.h"

enum { DIGEST = 16 };   /* bytes */

typedef enum verdict_of_people { DECIDED_NOT, DECIDED_ACCEPT, DECIDED_REJECT, DECIDED_EDIT } verdict_of_people;

typedef struct decision {
    unsigned char digest[DIGEST];
    verdict_of_people what;
    mm_str field, entity;       /* the field as JSON text; these, too, in the arena of the decisions */
    mm_str other;               /* edit: what it is */
    int from, to;               /* edit: characters by which start and end move */
} decision;

typedef struct decisions {
    decision *v;        /* owned; sorted by digest */
    size_t n, room;
    char key[KEY_ID + 1];   /* id of the key; "": not said */
    mm_arena *texts;
} decisions;

/** Read a file; one that is not there holds none when `may_lack`. NULL, MM_EUSAGE with file and line. Owned. */
decisions *decisions_load(const char *file, bool may_lack, mm_err *e);
void decisions_free(decisions *d);
const decision *decisions_find(const decisions *d, const unsigned char digest[DIGEST]);
/** Do all name entities that are known here? -1: MM_EUSAGE. */
int decisions_check(const decisions *d, const char *file, mm_err *e);
/** Add or change one; its texts are copied. -1: memory ran out. */
int decisions_set(decisions *d, const decision *one);
void decisions_remove(decisions *d, const unsigned char digest[DIGEST]);
/** Replace the file. */
int decisions_save(const decisions *d, const char *file, mm_err *e);

/** 32 hex digits to bytes; -1 when they are none. */
int digest_parse(mm_str text, unsigned char out[DIGEST]);
void digest_put(mm_buf *b, const unsigned char digest[DIGEST]);

#endif
