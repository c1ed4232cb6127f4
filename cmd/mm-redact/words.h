/* words.h - words that tell what a value near them is: in keys ("ssn", "phoneNumber") and in the text
 * around a candidate ("born on", "order no."), in several languages.
 */
#ifndef MM_REDACT_WORDS_H
#define MM_REDACT_WORDS_H

#include "mm.h"

typedef uint64_t words;
enum {
    WORD_PHONE = 1, WORD_CARD = 2, WORD_IBAN = 4, WORD_SSN = 8, WORD_IP = 16, WORD_MAC = 32, WORD_BIRTH = 64,
    WORD_LAT = 128, WORD_LON = 256, WORD_PLACE = 512, WORD_SECRET = 1024,
    WORD_COUNT = 2048,    /* order, invoice, version, part ...: numbers that are nobody's */
    WORD_VERSION = 4096,
    WORD_UNSURE = 8192,   /* the key is not known; every other bit but those of COUNT, VERSION and CODE stands as well */
    WORD_PASSPORT = 1 << 14, WORD_LICENCE = 1 << 15, WORD_TAX = 1 << 16, WORD_HEALTH = 1 << 17,
    WORD_IDENTITY = 1 << 18, WORD_COMPANY = 1 << 19, WORD_BANK = 1 << 20, WORD_VEHICLE = 1 << 21,
    WORD_POSTCODE = 1 << 22, WORD_DEVICE = 1 << 23, WORD_WALLET = 1 << 24,
    WORD_CODE = 1 << 25,  /* keys of what machines give out: id, code, hash ... */
    WORD_PERSON = 1 << 26,   /* keys of names of persons: first_name, apellido */
    WORD_NAME = 1 << 27,     /* of what may be one: name, author */
    WORD_STREET = 1 << 28,   /* of addresses of houses: street, billing_address */
    WORD_ADDRESS = 1 << 29,  /* of what may be one: address */
    WORD_CITY = 1 << 30,
};
#define WORDS_ANY ((words)(WORD_UNSURE | 2047 | (WORD_CODE - WORD_PASSPORT)))

/** Build the table; once, before the other two and before any thread. */
void words_prepare(void);
/** What a key speaks of; the raw bytes between its quotes. */
words words_of_key(mm_str key);
/** What a stretch of text speaks of. */
words words_of_text(mm_str text);

#endif
