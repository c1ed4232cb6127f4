/* keys.h - the keys a policy names, each turned into one key for every purpose (HKDF, RFC 5869), so that what one action
 * gives away helps nobody with another. The bytes that were read are wiped at once, what was derived by keyring_free.
 */
#ifndef MM_REDACT_KEYS_H
#define MM_REDACT_KEYS_H

#include "govern/policy.h"
#include "mm.h"

typedef enum key_use { KEY_HASH, KEY_PSEUDONYM, KEY_FPE, KEY_TOKEN, KEY_SHIFT, KEY_SYNTHETIC, KEY_REVIEW, KEY_VOICE, KEY_UID, KEY_USES } key_use;

enum { KEY_ID = 8 };   /* letters */

typedef struct redact_key {
    const char *name;          /* borrowed from the policy; "" for `key: {file: ...}` */
    char id[KEY_ID + 1];       /* tells keys apart in tokens: 32 derived bits as letters a to p */
    unsigned char derived[KEY_USES][64];   /* 64 bytes for tokens, the first 32 for all else */
} redact_key;

typedef struct keyring {
    redact_key *key;   /* owned; not there in forked processes */
    size_t n, room;
    const redact_key *standard;   /* for rules that name none; NULL: there is none */
} keyring;

/** Read `keys` (a map from name to {file: PATH} or {fd: N}) and `key` (one of these maps, or the name of one of `keys`)
 *  of the section; both may be NULL. The standard one is `key`, or the only one of `keys`. -1: MM_EUSAGE with place. */
int keyring_read(keyring *k, const mm_doc *d, const mm_node *keys, const mm_node *key, mm_err *e);
void keyring_free(keyring *k);
/** NULL when there is none. */
const redact_key *keyring_named(const keyring *k, mm_str name);

/** The bytes of a key for one purpose. */
mm_str key_bytes(const redact_key *k, key_use use);
/** HMAC-SHA-256 under it over what the value is and the value. */
int key_digest(const redact_key *k, key_use use, mm_str what, mm_str value, unsigned char out[32]);

#endif
