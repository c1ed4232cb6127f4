/* columns.h - which column of an export means what.
 *
 * All is told in the names of FOCUS (FinOps Open Cost and Usage Specification, 1.0 to 1.2). The exports of the clouds
 * themselves are read through a table of what their columns are called there. */
#ifndef MM_COST_COLUMNS_H
#define MM_COST_COLUMNS_H

#include "mm.h"

typedef enum export_kind { EXPORT_FOCUS, EXPORT_AWS_CUR, EXPORT_AZURE, EXPORT_GCP, EXPORT_KINDS } export_kind;

/** Whose export has columns of these names; EXPORT_KINDS when none is known to. */
export_kind export_told_by(const mm_str *name, size_t n);
/** "FOCUS", "AWS CUR 2.0", ... */
const char *export_name(export_kind k);
/** The index of the column that means `focus` in an export of that kind; of any other name, that of the column so called.
 *  SIZE_MAX when there is none. */
size_t export_column(export_kind k, const mm_str *name, size_t n, mm_str focus);

#endif
