/* routes.h - mm-plan routes: from outcomes to a routing table that mm-select obeys. */
#ifndef MM_PLAN_ROUTES_H
#define MM_PLAN_ROUTES_H

#include "app/app.h"

typedef struct routes_opts {
    mm_list by;              /* paths of the fields that tell records apart, as mm-select will see them */
    const char *route, *reward, *cost;   /* paths of the outcome: reward is better high; cost, given in its place, low */
    const char *explore;     /* path of a field in hex digits: records are spread by its first one. NULL: none are */
    int64_t seed;
} routes_opts;
#define ROUTES_DEFAULTS { .route = "route", .reward = "reward" }

#define ROUTES_OPTIONS(o) \
    { "Routes", 0, MM_OPT_HEADING, NULL, NULL, NULL }, \
    { "by", 0, MM_OPT_LIST, &(o).by, "FIELD", "With routes: a field that tells records apart, such as mm.tier; may be given several times." }, \
    { "route", 0, MM_OPT_STRING, &(o).route, "FIELD", "Of an outcome: the route taken; route when not given." }, \
    { "reward", 0, MM_OPT_STRING, &(o).reward, "FIELD", "Of an outcome: how well it went, a number; reward when not given." }, \
    { "cost", 0, MM_OPT_STRING, &(o).cost, "FIELD", "Of an outcome, in place of a reward: what is better low." }, \
    { "explore", 0, MM_OPT_STRING, &(o).explore, "FIELD", \
          "A field in hex digits, such as mm.xxh3: by its first digit some records try routes that may prove best." }

/** Read outcomes and write the table to standard output.
 *
 *  Thompson sampling (Thompson 1933; Russo et al. 2018, "A Tutorial on Thompson Sampling"), at rest: outcomes of each cell (the
 *  same values of the fields) and route are normal about a mean that is itself normal about the route's mean over all cells; of
 *  4000 seeded draws of all means, the share in which a route is best is the chance that it is. The table gives each cell to the
 *  route with the highest chance; with --explore every route gets sixteenths of it by its chance. Numbers of more than twelve values
 *  are cut in four ranges of as many outcomes. */
int routes_run(mm_app *a, const routes_opts *o, const char *const *file, size_t n, mm_err *e);

#endif
