/* stage.h - mm-ingest as a stage of the pipeline: source, work, and what must be done in order.
 *
 * Depends on ingest.h, dedup.h, lib/app.
 */
#ifndef MM_INGEST_STAGE_H
#define MM_INGEST_STAGE_H

#include "dedup.h"
#include "ingest.h"

typedef struct tool {
    mm_app app;
    ingest_opts o;
    ingest *ingest;
    mm_buf via;
    mm_jail_op ops[8];
    bool dedup_exact;
    dedup seen;
    mm_err failed;      /* in order(), which can only stop */
    /* options as they were given */
    int64_t depth, members, unpacked, ratio;
    const char *shard, *group, *dedup_by, *format, *split, *header, *delimiter;
    const char *schema_file, *schema_out;
    bool inline_all;
    mm_schema *schema;
} tool;

/** Make of the options what the stage works by, and start the jail. 0, or -1. */
int tool_open(tool *t, mm_err *e);
mm_stage tool_stage(tool *t);
/** Say what was passed over. */
void tool_note_left_out(tool *t);
/** After the run, which gave `status`: write what --schema-out asks for. 0, or -1. */
int tool_write_schema(tool *t, int status, mm_err *e);
void tool_close(tool *t);

#endif
