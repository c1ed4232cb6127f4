/* order.h - in what order the stages of a pipe cost least, where some may change places. */
#ifndef MM_PLAN_ORDER_H
#define MM_PLAN_ORDER_H

#include "mm.h"

/** A stage: what it costs on all bytes and all records of the pipe, and the shares of both that it lets through. What it costs to start
 *  is the same in every order. */
typedef struct order_stage {
    double by_bytes, by_records;
    double keeps_bytes, keeps_records;
} order_stage;

enum { ORDER_EXACT = 14 };   /* stages up to which the best order is found for certain */

/** What the stages cost in that order. */
double order_cost(const order_stage *s, const size_t *order, size_t n);
/** The order that costs least of those in which k comes before i wherever before[i * n + k]; `order` comes as one such. Up to ORDER_EXACT stages
 *  by dynamic programming over the sets that may have run; beyond by exchanges that pay, to a point where none does. Returns its
 *  cost, or NAN when memory ran out. */
double order_best(const order_stage *s, const bool *before, size_t n, size_t *order);

#endif
