/* answer.h - answers of Prometheus and OpenCost, added up like bills. */
#ifndef MM_COST_ANSWER_H
#define MM_COST_ANSWER_H

#include "elements.h"
#include "spend.h"

/** Add an answer to s, whose amounts are in s->assumed or else the currency of the book. Each number of Prometheus is an amount at its
 *  time, with the labels of its series; each allocation of OpenCost its totalCost, with its properties and their labels. What
 *  is no amount is said and counted in s->refused. */
int answer_spend(spend *s, mm_bytes *in, mm_err *e);

/** The value of a label: of Prometheus, of metric; of OpenCost, a member of the allocation, of its properties, or of the labels in
 *  these. *out is valid with scratch and the element; p NULL: there is none. */
void answer_label(answer_kind kind, mm_str element, const mm_path *name, mm_buf *scratch, mm_str *out);
/** Walk over the numbers of a series of Prometheus: 1 with its time in seconds and its text, 0 at the end, -1 where it is no pair of these. */
typedef struct answer_numbers {
    mm_json_iter it;
    bool one, done;
    mm_value pair;
} answer_numbers;
answer_numbers answer_numbers_of(mm_str element);
int answer_number(answer_numbers *x, mm_str *seconds, mm_str *number);

#endif
