/* flow.h - what comes into each stage of a pipeline: records, bytes, modalities. */
#ifndef MM_PLAN_FLOW_H
#define MM_PLAN_FLOW_H

#include "models.h"
#include "pipeline.h"

/** What lies in files. */
typedef struct flow_size {
    double bytes, of[N_MODALITIES];   /* of all, and of those whose names tell a modality */
    size_t files;
} flow_size;
/** Of a file, a folder with all beneath it, or a pattern; nothing where there are none. */
int flow_files(const char *path, flow_size *size, mm_err *e);
/** By the ending of a name; -1: it does not tell. */
int flow_modality(const char *name);

/** Look at the files of the data sets that were there before: their number, and where nobody declared it their size. */
int flow_measure(pipeline *p, mm_err *e);
/** What comes into each stage (p->n_stages of them), by what was declared and by what stages let through; cores and machine are
 *  not set. MM_EUSAGE where the size of what a pipeline begins with is not known. */
int flow_make(const pipeline *p, const models *m, load *into, mm_err *e);
/** The name under which a stage is known: its own, or else that of the tool that it runs. */
const char *flow_model(const plan_stage *s, const models *m);
/** What goes out of a stage into which `in` came. */
load flow_through(const plan_stage *s, const models *m, const load *in);

#endif
