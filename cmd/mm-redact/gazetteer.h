/* gazetteer.h - words that tell names of persons, addresses and organisations: most frequent names, titles, greetings,
 * kinds of streets, legal forms.
 */
#ifndef MM_REDACT_GAZETTEER_H
#define MM_REDACT_GAZETTEER_H

#include <string.h>

#include "mm.h"

/* What a word may be. */
enum {
    GAZ_GIVEN = 1, GAZ_GIVEN_WEAK = 2,     /* given names; those that are words, places or brands too */
    GAZ_FAMILY = 4, GAZ_FAMILY_WEAK = 8,
    GAZ_TITLE = 16,       /* Mr, Herr, Mme: a name follows */
    GAZ_GREET = 32,       /* Dear, Hallo, Querida: likewise, mostly */
    GAZ_INTRO = 64,       /* the last word of "my name is", "ich heiße" */
    GAZ_PARTICLE = 128,   /* von, de, van der: within a name */
    GAZ_STREET = 256,     /* kinds of streets behind a name: Street, Ave */
    GAZ_STREET_FIRST = 512,  /* before one: rue, Calle, ul. */
    GAZ_LEGAL = 1024,     /* legal forms: GmbH, Ltd */
    GAZ_VENUE = 2048,     /* what turns names into places and things: Hotel, Airport, Award */
    GAZ_SIGN = 4096,      /* words that close letters: Regards, Grüßen */
    GAZ_NOBODY = 8192,    /* capitals that are no name: Customer, Team, The, Monday */
    GAZ_SAINT = 16384,    /* before names of places: San, Saint, Mount, University */
    GAZ_OFFICE = 32768,   /* titles of offices, and of people before a known name: Judge, Captain */
};
typedef unsigned gaz;

/** Build the table; once, before any thread. */
void gazetteer_prepare(void);
/** What a word of letters may be, in any case; `word` without points. */
gaz gazetteer_word(mm_str word);
/** Is it an ending that family names have, and few other words? */
bool gazetteer_family_like(mm_str word);

/* ---- words in a text ---- */

/** Does a capital stand at i: A-Z, or one of the Latin, Greek and Cyrillic letters of two bytes? */
bool capital_at(mm_str t, size_t i);
/** The end of the word at i: letters, with hyphens and apostrophes between them; i when there is none. */
size_t word_end_at(mm_str t, size_t i);
/** The start of the word that ends at i; i when there is none. */
size_t word_start_before(mm_str t, size_t i);

/* Of all words, and of names, by their first bytes and length. */
extern uint64_t gazetteer_words[1024], gazetteer_names[1024];

static inline uint32_t gazetteer_bit(const char *p, size_t n)
{
    uint32_t first = 0;
    if (n >= 4)
        memcpy(&first, p, 4);
    else
        memcpy(&first, p, n);
    first = (first | 0x20202020u) * 0x9e3779b1u + (uint32_t)n * 0x85ebca6bu;
    return first >> 16;
}

/** May the table hold the word, as a name when it begins with a capital? A glance: no is certain. */
static inline bool gazetteer_glance(const char *p, size_t n)
{
    uint32_t bit = gazetteer_bit(p, n);
    bool capital = *p >= 'A' && *p <= 'Z';
    return ((gazetteer_words[bit / 64] | (capital ? gazetteer_names[bit / 64] : 0)) >> bit % 64 & 1) != 0;
}

/* Names, with blanks between them. */
extern const char *const names_given, *const names_given_weak, *const names_family, *const names_family_weak;

#endif
