/* ids.h - numbers that offices give to people and companies, as data: a shape, a proof, and what each is worth.
 *
 * A family of rules is a file ids_NAME.c with one table, listed in ids.c. The shape says where letters, digits and
 * separators stand; the proof is the check digit and what else the issuer publishes. A rule without proof, or with
 * a weak one, counts only beside its words.
 */
#ifndef MM_REDACT_IDS_H
#define MM_REDACT_IDS_H

#include "detect.h"

typedef struct id_rule {
    const char *entity;   /* of the row in detectors.c */
    const char *rule;
    /* Forms, with | between them: 9 a digit, A a letter, X one of both, a blank any of " -./" (the same throughout),
     * _ a blank; all else itself. The first word of a form, up to its first separator, has WORD_MAX bytes at most. */
    const char *shapes;
    bool (*proof)(const char *c, size_t n);   /* of the letters (as capitals) and digits alone; NULL: none */
    signed char bare, whole, word;   /* score anywhere; as the whole of a string; beside one of its words */
    words words;
} id_rule;

/* Closed by a row without entity. */
extern const id_rule ids_america[], ids_britain[], ids_germany[], ids_france[], ids_iberia[], ids_italy[], ids_benelux[],
    ids_nordic[], ids_poland[], ids_india[], ids_pacific[], ids_korea[], ids_africa[], ids_devices[], ids_banks[];

void ids_prepare(void);
/* Of hints in bytes as they stand, for idle.c: does no form begin like this? */
bool ids_idle_number(const subject *s, const struct digit_groups *g);
bool ids_idle_token(mm_str t, size_t at);
void detect_ids(const subject *s, size_t at, mm_pii_kind kind, findings *out);

/* ---- for proofs ---- */

/** What a digit or letter counts: 0-9, A = 10 ... Z = 35. */
static inline int id_value(char c) { return is_digit(c) ? c - '0' : c - 'A' + 10; }
static inline int id_two(const char *c) { return (c[0] - '0') * 10 + (c[1] - '0'); }
/** The sum of the values of c, each times its weight. */
int id_sum(const char *c, const signed char *weights, size_t n);
/** The number that n digits spell (n <= 18). */
int64_t id_number(const char *c, size_t n);
/** Sum of digits, of two-digit products their digit sums. */
int id_cross_sum(const char *c, const signed char *weights, size_t n);
/** ISO/IEC 7812-1 annex B. */
bool id_luhn(const char *c, size_t n);
/** ISO 7064 MOD 11,10 over n digits, the last is the check digit. */
bool id_mod_11_10(const char *c, size_t n);
/** Verhoeff's dihedral check (J. Verhoeff, "Error Detecting Decimal Codes", 1969). */
bool id_verhoeff(const char *c, size_t n);
/** GTIN's weights 3 and 1 (GS1 General Specifications 7.9). */
bool id_gtin(const char *c, size_t n);
/** A day that exists in some year; two-digit years. */
bool id_day(int month, int day);
static inline bool id_yymmdd(const char *c) { return id_day(id_two(c + 2), id_two(c + 4)); }
static inline bool id_ddmmyy(const char *c) { return id_day(id_two(c + 2), id_two(c)); }
/** Is c one of the characters of set? */
static inline bool id_in(char c, const char *set)
{
    for (; *set; set++)
        if (*set == c)
            return true;
    return false;
}
/** Are the first two characters one of the pairs in list, which are separated by blanks? */
bool id_pair_in(const char *c, const char *list);

#endif
