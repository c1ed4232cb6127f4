/* crypt.h - the cryptography of keyed actions, over libcrypto. All of it is deterministic and thread-safe; lengths are
 * bytes. 0, or -1 when libcrypto fails or, for siv_open, when the text is not what was sealed.
 */
#ifndef MM_REDACT_CRYPT_H
#define MM_REDACT_CRYPT_H

#include "mm.h"

/** HKDF (RFC 5869) with SHA-256. */
int hkdf(mm_str key, mm_str salt, mm_str info, unsigned char *out, size_t n);
/** HMAC-SHA-256 (RFC 2104) over the parts in turn. */
int hmac256(const unsigned char *key, size_t n, const mm_str *parts, size_t count, unsigned char out[32]);

enum { SIV_TAG = 16 };
/** AES-SIV (RFC 5297): a key of 32, 48 or 64 bytes, any number of associated texts. out has room for SIV_TAG bytes,
 *  where the synthetic IV stands, and text.n more. */
int siv_seal(mm_str key, const mm_str *ad, size_t n_ad, mm_str text, unsigned char *out);
/** The inverse; out has room for sealed.n - SIV_TAG bytes and holds nothing of the text when it fails. */
int siv_open(mm_str key, const mm_str *ad, size_t n_ad, mm_str sealed, unsigned char *out);

enum { FF1_MAX = 128 };   /* digits */
/** Could FF1 work on n digits of this radix? At least 10^6 texts (SP 800-38G Rev. 1, 5.2) and at most FF1_MAX digits, of
 *  which half fit 120 bits. */
bool ff1_fits(unsigned radix, size_t n);
/** FF1 (NIST SP 800-38G, 5.1) over AES with a key of 16, 24 or 32 bytes; in place on n digits 0 .. radix - 1. The tweak has
 *  at most 255 bytes. */
int ff1_encrypt(mm_str key, mm_str tweak, unsigned radix, uint16_t *digit, size_t n);
int ff1_decrypt(mm_str key, mm_str tweak, unsigned radix, uint16_t *digit, size_t n);

#endif
