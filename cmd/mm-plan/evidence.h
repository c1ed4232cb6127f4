/* evidence.h - what is known of how a pipeline ran: ledgers (mm-ledger(5)), lineage (OpenLineage events), metrics (Prometheus text)
 * and reports of other tools (JSON), told apart by their content. */
#ifndef MM_PLAN_EVIDENCE_H
#define MM_PLAN_EVIDENCE_H

#include "mm.h"

/** A run of a stage: a line of a ledger, or a start in lineage that no end is known of. */
typedef struct run {
    const char *stage, *tool, *id;
    const char *policy;        /* its digest; NULL: none was given */
    double start, end;         /* seconds since 1970; end NAN: it is not known to have ended */
    double wall_s, cpu_s, peak_bytes;
    double in, bad;            /* records */
    double out, bytes;         /* records written; bytes read */
    int64_t workers, status;
    const char *file;
    unsigned line;
} run;

typedef struct sample {
    const char *name;
    mm_str labels;             /* as they stand between the braces */
    double value;
} sample;

/** A JSON document of a tool. */
typedef struct finding {
    const char *file;
    unsigned line;             /* of the file; 0: the file is one document */
    mm_str text;
} finding;

typedef struct evidence {
    run *run;                  /* by their end, then as they came; those that did not end last */
    size_t n_runs;
    sample *sample;
    size_t n_samples;
    finding *finding;
    size_t n_findings;
    double latest;             /* time of the latest event; NAN: there was none */
    bool clock;                /* times go back in a file: the clock was set, or files were joined */
    const char *clock_at;      /* where: "FILE:LINE" */
    mm_arena *arena;           /* owns all texts */
} evidence;

/** Read these files; "-" is standard input. MM_EBAD and "FILE:LINE: what" where one is none of the above. */
int evidence_read(evidence *v, const char *const *file, size_t n, mm_err *e);
void evidence_free(evidence *v);
/** The runs that began in [from, to), seconds since 1970, as evidence that borrows from v and needs no freeing but of `room`,
 *  which has place for all runs of v. */
evidence evidence_between(const evidence *v, double from, double to, run *room);
/** A label of a sample; empty where it has none of that name. Escapes stay. */
mm_str sample_label(const sample *s, const char *name);
/** The time up to which what has not ended has run: SOURCE_DATE_EPOCH, or now. */
double run_clock(void);
/** Did this run do its work? Records that were refused (3) and gates that were tripped (1) are no failure of it. */
bool run_failed(const run *r);

#endif
