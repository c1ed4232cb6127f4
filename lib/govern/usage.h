/* usage.h - what one stage of a pipeline used, and the four ways to tell others: a line
 * in a usage ledger (mm-ledger.5), Prometheus metrics, an OpenTelemetry span, and
 * OpenLineage run events.
 *
 * Depends on lib/json and lib/base. An mm_usage owns nothing: its strings are borrowed and
 * must outlive it. A ledger, trace or lineage line goes out in one append, so that many
 * stages may share a file; metrics replace their file atomically. A reader never sees half of
 * anything.
 */
#ifndef MM_GOVERN_USAGE_H
#define MM_GOVERN_USAGE_H

#include "mm.h"

/** Room for a machine description, NUL included. */
#define MM_MACHINE_ROOM 96

/** Most labels of a metric beside tool and stage. */
#define MM_METRIC_LABELS 18
/** A counter of a tool's own, for mm_metrics_write. Those of one name stand together. */
typedef struct mm_metric {
    const char *name, *help;       /* "mm_redact_findings_total" */
    const char *label[MM_METRIC_LABELS], *text[MM_METRIC_LABELS];   /* labels beside tool and stage; NULL: none */
    uint64_t value;
    const char *gauge;             /* it is no counter but a gauge, and this decimal number; NULL: it is */
} mm_metric;

typedef struct mm_usage {
    const char *tool;         /* "mm-probe" */
    const char *version;      /* of the tool */
    const char *stage;        /* name of this step in its pipeline; NULL: the tool's name */
    const char *policy;       /* digest of the policy in force, or NULL */
    const char *traceparent;  /* W3C trace context of the caller, or NULL */
    char run[33];             /* id of this run: 32 hex digits, a version 4 UUID without dashes */
    uint64_t in, out, dropped, bad;  /* records; in = out + dropped + bad */
    uint64_t bytes_in, bytes_out;    /* as read and written, so compressed where streams are */
    int64_t start_ns, end_ns;        /* since 1970 UTC; end_ns is 0 while running */
    int64_t wall_ns;          /* by the monotonic clock */
    int64_t cpu_ns;           /* user and system time of the process and of children it waited for */
    uint64_t peak_rss;        /* most memory resident at once, in bytes; the process alone */
    int workers;
    int status;               /* exit status */
    int cores;                /* online processors of the machine */
    char machine[MM_MACHINE_ROOM];   /* processor model as the kernel names it */
    const char *const *inputs;       /* names of files or streams; "-" is standard input */
    size_t n_inputs;
    const char *const *outputs;
    size_t n_outputs;
    const mm_metric *metric;  /* the tool's own */
    size_t n_metrics;
    int64_t began_ns;         /* private: monotonic */
} mm_usage;

/** Start the account: zero *u, then fill in tool, version, run id, start, stage (from MM_STAGE), traceparent
 *  (from TRACEPARENT) and the facts of the machine. */
void mm_usage_begin(mm_usage *u, const char *tool, const char *version);
/** Close it: end, wall and processor time, peak memory. Free the jail before, so that its
 *  workers are counted. The caller fills in records, bytes, status. */
void mm_usage_end(mm_usage *u);

/** Can one of these files be appended to (it is made if missing) or, with `replaced`, be replaced? 0, or -1 with MM_ESYS: to be
 *  known before a run, not behind it. */
int mm_usage_writable(const char *file, bool replaced, mm_err *e);

/** Append one line to the ledger `file`, made if missing. 0, or -1 with MM_ESYS. */
int mm_ledger_append(const char *file, const mm_usage *u, mm_err *e);

/** Replace `file` by the run's metrics in Prometheus' text exposition format 0.0.4. */
int mm_metrics_write(const char *file, const mm_usage *u, mm_err *e);

/** Append the run as one span: an ExportTraceServiceRequest in OTLP's JSON form on a line of
 *  its own. The span belongs to u->traceparent where that is valid, else to a new trace. */
int mm_trace_write(const char *file, const mm_usage *u, mm_err *e);

/** A trace context. Ids are lower-case hex and not all zero. */
typedef struct mm_trace_id {
    char trace[33];
    char parent[17];  /* the caller's span */
    unsigned flags;
} mm_trace_id;
/** Parse a W3C traceparent ("00-<32 hex>-<16 hex>-<2 hex>"); -1 when text (may be NULL) is none. Higher
 *  versions are read by the rules of version 00, as W3C asks. */
int mm_trace_id_parse(const char *text, mm_trace_id *out);

typedef enum mm_run_event { MM_RUN_START, MM_RUN_COMPLETE, MM_RUN_FAIL, MM_RUN_ABORT } mm_run_event;
/** Append an OpenLineage run event. START once before work, then one of the others with
 *  the same *u: ABORT when interrupted, FAIL when the system failed. */
int mm_lineage_write(const char *file, const mm_usage *u, mm_run_event event, mm_err *e);

#endif
