/* numbers.h - a run of digits and separators, taken apart: what the detectors of numbers share. */
#ifndef MM_REDACT_NUMBERS_H
#define MM_REDACT_NUMBERS_H

#include "detect.h"

enum { GROUPS_MAX = 48, GROUPS_STEP = 32 };  /* groups looked at together; how far the next look begins */

/** Groups of digits with their places in the text. */
typedef struct digit_groups {
    size_t n;
    size_t from[GROUPS_MAX];
    unsigned len[GROUPS_MAX];
    size_t next;   /* where the next look at this run begins, or 0 */
} digit_groups;

/** The run that begins at `from`, with a digit or separators. */
void digit_groups_at(const subject *s, size_t from, digit_groups *g);
/** Nothing before group i makes it the tail of a word, a code or a longer number. */
bool group_begins(const subject *s, const digit_groups *g, size_t i);
/** Nothing behind group i makes it the head of one. */
bool group_ends(const subject *s, const digit_groups *g, size_t i);
/** The separator between groups i and i + 1 when it is one byte, else 0. */
char group_separator(const subject *s, const digit_groups *g, size_t i);
/** The digits of groups i..j into out (room 32); how many, or 0 when there are more than 31. */
size_t group_digits(const subject *s, const digit_groups *g, size_t i, size_t j, char out[32]);
static inline size_t group_end(const digit_groups *g, size_t i) { return g->from[i] + g->len[i]; }
static inline int two_digits(const char *p) { return (p[0] - '0') * 10 + (p[1] - '0'); }

#endif
