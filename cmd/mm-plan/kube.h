/* kube.h - what the definitions for Kubernetes share. Private to target_argo.c, target_k8s.c and target_keda.c. */
#ifndef MM_PLAN_KUBE_H
#define MM_PLAN_KUBE_H

#include "target.h"
#include "task.h"

enum { KUBE_ROOM = 52 };
/** A name that every kind of object takes: of the pipeline, and of job j of it or of `what` where j is NONE. */
void kube_name(char out[KUBE_ROOM], const plan *p, size_t j, const char *what);

/** Append a text as the value of a key of YAML, in lines `indent` to the right where it can stand so. */
void kube_text(mm_buf *b, int indent, mm_str text);

/** Append the head of an object: apiVersion, kind, metadata with its name and the digest of the plan. */
void kube_head(mm_buf *b, const plan *p, const char *version, const char *kind, const char *name);

/** Append a ConfigMap with a text for each job, and one that waits for the jobs before where `waits`. */
void kube_tasks(mm_buf *b, const plan *p, const target_opts *o, bool waits);

/** Append the volumes of a pod, as the value of `volumes:`, and the container of a task of job j but its environment. */
void kube_volumes(mm_buf *b, int indent, const plan *p, const target_opts *o);
void kube_container(mm_buf *b, int indent, const plan *p, size_t j, const target_opts *o, const char *script);
/** Append which machines a task of job j goes to, or nothing. */
void kube_machine(mm_buf *b, int indent, const job *it);

#endif
