/* token.h - values that an authorised reader can turn back: <mmt1:ENTITY:KEYID:LETTERS>.
 *
 * The letters a to p are the half bytes of AES-256-SIV (RFC 5297) over the value, under the key's token key, with all
 * before them as associated text: the same value gives the same token, and a token that was changed, cut, or moved to
 * another entity is told from a true one. Letters alone, so that no detector takes a token for something else.
 */
#ifndef MM_REDACT_TOKEN_H
#define MM_REDACT_TOKEN_H

#include "keys.h"

/** What every token begins with. */
#define TOKEN_START "<mmt1:"

/** Append the token of a value. -1 when libcrypto fails. */
int token_seal(const redact_key *k, mm_str entity, mm_str value, mm_buf *out);
/** Open the token that begins at the start of s; *used receives its length. -1: *why says what is wrong with it. */
int token_open(const keyring *keys, mm_str s, size_t *used, mm_buf *out, const char **why);

#endif
