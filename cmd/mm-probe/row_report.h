/* row_report.h - what --columns writes: a line for each column, and one for each series. */
#ifndef MM_PROBE_ROW_REPORT_H
#define MM_PROBE_ROW_REPORT_H

#include "row_stream.h"

/** Write the report to the file that the plan names, which appears when it is complete: JSON where the name ends in .json, else
 *  tables for people. */
int row_report_write(const row_stream *s, mm_err *e);

#endif
