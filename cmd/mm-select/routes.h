/* routes.h - a routing table: names with expressions, of which the first that matches takes a record.
 *
 *     short: len(text) < 100
 *     german: lang == "de"
 *     rest: true
 */
#ifndef MM_SELECT_ROUTES_H
#define MM_SELECT_ROUTES_H

#include "expr/expr.h"

typedef struct routes routes;
/** From a YAML or JSON file. NULL and MM_EUSAGE with place and reason; where an expression is wrong, it and a caret
 *  are appended to *shown. */
routes *routes_load(const char *file, mm_buf *shown, mm_err *e);
void routes_free(routes *t);
size_t routes_count(const routes *t);
mm_str routes_name(const routes *t, size_t i);
const mm_expr *routes_expr(const routes *t, size_t i);

#endif
