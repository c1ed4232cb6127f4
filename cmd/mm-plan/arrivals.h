/* arrivals.h - how work will come in: a forecast that learns step by step, with intervals, at a low cost a step.
 *
 * Several exponentially smoothed levels run side by side: of the numbers as they are, and of their ratio to the profile of the day and
 * of the week, each at a fast, a middle and a slow rate (Winters 1960, multiplicative; profiles in quarters of an hour). The one that
 * erred least lately, by the distance that matters, forecasts. Intervals come from the errors that the sums over the next 1, 2, 4 ... steps had,
 * in units of their recent spread. */
#ifndef MM_PLAN_ARRIVALS_H
#define MM_PLAN_ARRIVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct arrivals arrivals;

/** Steps of step_s seconds, the first beginning `start` seconds after 1970; distances up to `horizon` steps will be asked for, and the
 *  model is chosen by how it does `lead` steps ahead (from 1). NULL: memory ran out. Owned: arrivals_free. */
arrivals *arrivals_new(double step_s, int64_t start, size_t horizon, size_t lead);
void arrivals_free(arrivals *a);
/** What came in in the next step. */
void arrivals_add(arrivals *a, double units);
/** Expected in each of the next `horizon` steps: valid until the next is added. Zeros before anything was. */
const double *arrivals_path(const arrivals *a);
/** What is to be added to the sum of path[0 .. ahead) for a limit that is not passed in the share p of the cases; may be below 0. */
double arrivals_margin(const arrivals *a, size_t ahead, double p);
/** "level", "day" or "week": what it goes by at present. */
const char *arrivals_model(const arrivals *a);

#endif
