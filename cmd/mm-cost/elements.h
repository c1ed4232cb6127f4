/* elements.h - answers of Prometheus and OpenCost, an element at a time: whatever their length, one is held. */
#ifndef MM_COST_ELEMENTS_H
#define MM_COST_ELEMENTS_H

#include "table/bytes.h"

typedef enum answer_kind { ANSWER_PROMETHEUS, ANSWER_OPENCOST } answer_kind;

/** Does a file that begins so hold such an answer, and not a ledger? */
bool answer_told_by(mm_str head);

/** Read an answer: of Prometheus (HTTP API, /api/v1/query and query_range) the objects of data.result, of OpenCost
 *  (/allocation) those of the maps in data. Each is checked JSON, `number` from 1. -1 from `element` ends the reading. MM_EBAD where the file is no
 *  JSON, ends too soon, or says that there was an error. */
int answer_read(mm_bytes *in, int (*element)(void *ctx, answer_kind kind, mm_str text, uint64_t number, mm_err *e), void *ctx, mm_err *e);

#endif
