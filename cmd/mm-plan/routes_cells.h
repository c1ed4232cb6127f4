/* routes_cells.h - outcomes gathered by what tells records apart. */
#ifndef MM_PLAN_ROUTES_CELLS_H
#define MM_PLAN_ROUTES_CELLS_H

#include "mm.h"

enum { MOST_FIELDS = 8, MOST_ROUTES = 64, FEW_VALUES = 12, RANGES = 4 };

typedef struct outcome_row {
    const char *value[MOST_FIELDS];   /* JSON of a scalar; NULL: the field is missing */
    size_t route;
    double reward;
} outcome_row;

typedef struct sums {
    double n, sum, squares;
} sums;

/** Records with the same values (or ranges of them). */
typedef struct cell {
    const char *test[MOST_FIELDS];    /* an expression a field */
    sums of[MOST_ROUTES];
} cell;

typedef struct cells {
    const char *const *field;
    size_t fields;
    const char *route[MOST_ROUTES];   /* in the order of their names */
    size_t routes;
    outcome_row *row;
    size_t n, room;
    cell *cell;                       /* in the order of their tests */
    size_t n_cells;
    sums all[MOST_ROUTES];
    mm_arena *arena;
} cells;

/** The number of the route, taken in where it is new; SIZE_MAX: there are too many, or memory ran out. */
size_t cells_route(cells *c, mm_str name);
/** Add a row; value and reward are set. -1: memory ran out. */
int cells_add(cells *c, const outcome_row *row);
/** Once all are in: routes in order, cells made. */
int cells_make(cells *c, mm_err *e);
void cells_free(cells *c);

#endif
