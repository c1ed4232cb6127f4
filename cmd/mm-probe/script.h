/* script.h - the writing system of a code point. */
#ifndef MM_PROBE_SCRIPT_H
#define MM_PROBE_SCRIPT_H

#include "mm.h"

/** Scripts told apart; SCRIPT_NONE is what all share: digits, punctuation, symbols. */
typedef enum script {
    SCRIPT_NONE, LATN, GREK, CYRL, ARMN, HEBR, ARAB, SYRC, THAA, NKOO, DEVA, BENG, GURU, GUJR, ORYA, TAML, TELU, KNDA, MLYM,
    SINH, THAI, LAOO, TIBT, MYMR, GEOR, HANG, ETHI, CHER, CANS, KHMR, MONG, HIRA, KANA, BOPO, HANI, YIII, SCRIPTS
} script;

/** The script of a code point, by ranges of the Unicode Character Database (Scripts.txt, Unicode 15). */
script script_of(uint32_t c);
/** Its code by ISO 15924. */
const char *script_name(script s);
/** The script most letters of a text are in, by how many letters each has: "Latn"; "Jpan" for kana with or without Han,
 *  "Kore" for Hangul. "" when there is no letter. */
const char *script_of_text(const uint64_t letters[SCRIPTS]);

#endif
