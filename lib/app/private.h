/* private.h - what mm_app keeps to itself.
 *
 * Private to lib/app.
 */
#ifndef MM_APP_PRIVATE_H
#define MM_APP_PRIVATE_H

#include "app/app.h"
#include "app/report.h"
#include "base/file.h"
#include "govern/usage.h"

struct mm_app_private {
    mm_report report;
    char name_version[64]; /* "mm-select 0.1.0", as in mm.via and in dead letters */
    mm_usage usage;
    mm_list inputs;        /* the operands, or "-"; v is owned */
    mm_outfile out;        /* -o FILE */
    mm_outfile letters;    /* --dead-letter FILE */
    mm_writer *dead;
    mm_err dead_failed;    /* why a dead letter could not be kept */
    bool stopped_at_bad;   /* --on-error fail ended the run; the reason was told */
    int die_of;            /* the signal to die of once all is put away, or 0 */
};

#endif
