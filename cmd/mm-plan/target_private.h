/* target_private.h - what each target_NAME.c has. Private to these and target.c. */
#ifndef MM_PLAN_TARGET_PRIVATE_H
#define MM_PLAN_TARGET_PRIVATE_H

#include "target.h"

void target_make(mm_buf *b, const plan *p, const target_opts *o);
void target_slurm(mm_buf *b, const plan *p, const target_opts *o);
void target_spark(mm_buf *b, const plan *p, const target_opts *o);
void target_kafka(mm_buf *b, const plan *p, const target_opts *o);
int target_terraform(mm_buf *b, const plan *p, mm_err *e);
void target_argo(mm_buf *b, const plan *p, const target_opts *o);
void target_k8s(mm_buf *b, const plan *p, const target_opts *o);
void target_keda(mm_buf *b, const plan *p, const target_opts *o);

#endif
