/* ner.h - a model of the user's as one more detector: a command that reads texts and tells where names stand in them.
 *
 * It is run by the shell once and reads, a line each, {"id":N,"text":"..."}; for each it writes, in any order,
 * {"id":N,"spans":[{"start":0,"end":4,"entity":"PERSON","score":0.9}]}, with offsets in characters, or in bytes where the line
 * holds "unit":"bytes". All texts of as many records as there are workers are under way at once. What it answers is checked, and
 * an answer that is wrong or late, or the end of the command, makes bad records of those that wait for it.
 */
#ifndef MM_REDACT_NER_H
#define MM_REDACT_NER_H

#include "detect.h"

typedef struct ner ner;
/** Start the command; answers to one record may take limit_ns. Before any thread. NULL on failure. Owned: ner_free. */
ner *ner_new(const char *command, int64_t limit_ns, mm_err *e);
/** End it; NULL is taken. */
void ner_free(ner *n);

/** What one thread asks. */
typedef struct ner_client ner_client;
/** NULL when memory ran out; n must outlive it. Owned: ner_client_free. */
ner_client *ner_client_new(ner *n);
/** NULL is taken. */
void ner_client_free(ner_client *c);
/** Forget all texts, and gather others. */
void ner_client_begin(ner_client *c);
/** Gather a text; it is copied. */
void ner_client_add(ner_client *c, mm_str text);
/** Send what was gathered, and wait for the answers. -1 with a reason without place: the record must not go on. */
int ner_client_ask(ner_client *c, mm_err *e);
/** Add what was found in the text: of those gathered the next, when it is that, or it is asked for now. Fails through
 *  out->failed and out->why. */
void ner_client_find(ner_client *c, mm_str text, findings *out);

#endif
