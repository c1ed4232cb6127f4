/* terms.h - which descriptors come with which identity terms: pointwise mutual information over texts.
 *
 * Of n texts, n(t) hold term t, n(d) descriptor d, n(t,d) both: PMI is log2(n(t,d) n / (n(t) n(d))) (Church, Hanks 1990), 0 when
 * they have nothing to do with each other. A text counts once, however often a term is in it, so that texts are independent and
 * the interval is that of the delta method over the four counts. Where n(t,d) is 0 there is no PMI but an upper limit, out of
 * Wilson's for the share of d among texts with t. Texts are looked at by the workers, each with counts of its own; sums are whole
 * numbers.
 */
#ifndef MM_BIAS_TERMS_H
#define MM_BIAS_TERMS_H

#include <pthread.h>

#include "interval.h"
#include "text/phrases.h"

enum { MOST_TERMS = 256, TERM_WORDS = MOST_TERMS / 64 };

typedef struct terms {
    mm_phrases *list[2];       /* terms, descriptors */
    const mm_path *path;       /* where the text is */
    const char *field;         /* it, borrowed */
    const mm_path *modality;
    const mm_roots *roots;
    pthread_mutex_t lock;      /* for the sums */
    uint64_t texts;
    uint64_t *with[2];         /* texts with each */
    uint64_t *both;            /* descriptors a term */
} terms;

/** `field`: where the text of a record is; where there is none, the payload of a text is read. */
terms *terms_new(const char *terms_file, const char *descriptors_file, const char *field, const mm_roots *roots, mm_err *e);
void terms_free(terms *t);

/** A worker's own counts. */
typedef struct terms_worker terms_worker;
terms_worker *terms_open(terms *t, mm_err *e);
/** Adds them to those of t. */
void terms_close(terms_worker *w);
/** MM_KEEP, or MM_BAD. */
mm_verdict terms_look(terms_worker *w, mm_rec *r, mm_arena *a);
/** Take what was looked at last. */
void terms_take(terms_worker *w);

typedef struct association {
    const char *term, *descriptor;   /* borrowed */
    uint64_t texts, with_term, with_descriptor, both;
    double pmi;                      /* bits; NAN: never together, or one is nowhere */
    interval interval;               /* low -INFINITY where they are never together; NANs: none */
    double expected;                 /* texts with both, had they nothing to do with each other */
    double p, adjusted;              /* of that, by chi-square, over all pairs (Benjamini, Hochberg 1995) */
} association;
/** All pairs, those with the largest PMI of each term first; *out is owned by the caller. -1: memory, or no record has a text. */
int terms_list(const terms *t, double confidence, association **out, size_t *n, mm_err *e);

#endif
