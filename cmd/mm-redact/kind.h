/* kind.h - what actions know of values: the kinds they treat apart, and the form in which two spellings of one value are
 * the same.
 */
#ifndef MM_REDACT_KIND_H
#define MM_REDACT_KIND_H

#include "mm.h"

typedef enum value_kind {
    KIND_NONE, KIND_CODE, KIND_NAME, KIND_EMAIL, KIND_PHONE, KIND_CARD, KIND_IBAN, KIND_SSN, KIND_IP, KIND_MAC, KIND_DATE,
    KIND_PLACE, KIND_NUMBER, KINDS
} value_kind;

/** "name", "email" ...; KIND_NONE when there is no such kind. */
value_kind kind_named(mm_str name);
/** What an entity's values are; KIND_CODE when nothing is known of them. */
value_kind kind_of_entity(const char *entity);

/** Append the value so that its spellings come out alike: letters small (Latin, Greek and Cyrillic), blanks one and none
 *  at the ends; dates as 1990-05-12; numbers and codes without separators; telephone numbers with + and country code (`country`, as in "1",
 *  for those without one; may be NULL). */
void kind_normal(value_kind k, mm_str value, const char *country, mm_buf *out);

#endif
