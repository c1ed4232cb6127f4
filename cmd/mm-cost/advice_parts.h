/* advice_parts.h - what each kind of file is good for; the parts of mm-cost advice share this and no more. */
#ifndef MM_COST_ADVICE_PARTS_H
#define MM_COST_ADVICE_PARTS_H

#include "advice.h"

/** A line of a ledger, as far as advice needs it. */
typedef struct use {
    uint32_t stage;            /* index into names */
    int64_t start;             /* seconds since 1970 */
    double wall, cpu, cost;    /* seconds; what it cost */
    double memory;             /* most, in bytes */
    int64_t workers, cores;    /* 0: not said */
    uint64_t in, out, dropped;
} use;

typedef struct work {
    use *use;
    size_t n, room;
    char **stage;
    size_t n_stages;
} work;

typedef struct advisor {
    mm_app *app;
    const advice_opts *o;
    advices list;
    char currency[16];
    uint64_t rows, refused;
    work work;              /* of all ledgers */
} advisor;

/** Read a ledger into x->work. */
int advise_ledger(advisor *x, mm_bytes *in, mm_err *e);
/** What all ledgers together advise: commitment, spot, machine, workers, order, batch. */
int advise_work(advisor *x, mm_err *e);
void work_free(work *w);

/** A table: a bill (commitment), an inventory of a store (tiers), or measured compression (level). */
int advise_table(advisor *x, mm_bytes *in, mm_err *e);
/** Compress the beginning of a file at several levels, and say which is cheapest. */
int advise_measured(advisor *x, const char *file, mm_err *e);
/** The answer of a Prometheus server: brokers and partitions that nothing goes through. */
int advise_idle(advisor *x, const char *name, mm_str text, mm_err *e);

/** The level to commit to, of what n hours cost on demand, where an hour that is committed to costs `ratio` of one on demand: the least
 *  at which the share of hours above it is at most the ratio (the newsvendor's optimum). hour[] is put in order. */
double commitment_level(double *hour, size_t n, double ratio);
/** Advise on such hours of `what`; nothing where it would save nothing. */
void commitment_advise(advisor *x, const char *what, double *hour, size_t n, double ratio);
/** The ratio by --committed, or of the machines of the book that are sold both ways; 0: not known. */
double commitment_ratio(const advisor *x);

#endif
