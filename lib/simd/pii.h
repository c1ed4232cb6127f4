/* pii.h - from classes of bytes to hints of personal data; the same for every instruction set.
 *
 * Masks have bit i for byte i of a block. Every shape is told from its last byte by looking back,
 * so that nothing is carried but masks of the block before.
 */
#ifndef MM_SIMD_PII_H
#define MM_SIMD_PII_H

#include "simd/simd.h"

/** Where the bytes of each class are in one block. */
typedef struct mm_pii_classes {
    uint64_t digit, letter, hex;  /* hex: digits among them */
    uint64_t high, control;       /* >= 0x80; < 0x20 */
    uint64_t at, colon, dot, dash, blank, slash, under, comma, equals, quote, m, plus;
    uint64_t paren;               /* ( and ) */
    uint64_t backslash;
    uint64_t plain_escape;        /* one of " \\ / b f n r t, or behind the end; only matters behind a backslash */
} mm_pii_classes;

/* The masks that are looked back at, by their place in mm_pii_state. */
enum {
    MM_PII_B_DIGIT, MM_PII_B_LETTER, MM_PII_B_WORD, MM_PII_B_STOP, MM_PII_B_HEX, MM_PII_B_DOT, MM_PII_B_DASH,
    MM_PII_B_COLON, MM_PII_B_BLANK, MM_PII_B_COMMA, MM_PII_B_QUOTE, MM_PII_B_HIGH, MM_PII_B_M, MM_PII_B_BACKSLASH,
    MM_PII_B_RUN, MM_PII_B_RUN2, MM_PII_B_RUN4, MM_PII_B_RUN7, MM_PII_B_LONG, MM_PII_B_LONG2, MM_PII_B_LONG4,
    MM_PII_B_LONG8, MM_PII_B_LONG16, MM_PII_B_POINT, MM_PII_B_POINT2, MM_PII_B_HEXCOLON, MM_PII_B_HEXCOLON2,
    MM_PII_B_VALUE, MM_PII_B_COUNT
};
_Static_assert(MM_PII_B_COUNT == sizeof((mm_pii_state *)0)->before / sizeof(uint64_t), "mm_pii_state fits");

/** Write the hints of a block; true when there are any. */
static inline bool mm_pii_find(const mm_pii_classes *c, mm_pii_state *st, uint64_t *hint)
{
    uint64_t *before = st->before;
#define BACK(name, mask, k) ((mask) << (k) | before[MM_PII_B_##name] >> (64 - (k)))
#define KEEP(name, mask) (before[MM_PII_B_##name] = (mask))
    const uint64_t digit = c->digit, word = digit | c->letter | c->under, hex = c->hex;
    uint64_t digit1 = BACK(DIGIT, digit, 1), digit2 = BACK(DIGIT, digit, 2), digit3 = BACK(DIGIT, digit, 3);
    uint64_t dot1 = BACK(DOT, c->dot, 1), dash1 = BACK(DASH, c->dash, 1), colon1 = BACK(COLON, c->colon, 1);
    uint64_t blank1 = BACK(BLANK, c->blank, 1), high1 = BACK(HIGH, c->high, 1), hex2 = BACK(HEX, hex, 2);

    uint64_t separator = c->blank | c->dash | c->dot | c->slash | c->paren | c->high;
    uint64_t run = digit | (separator & (digit1 | digit2 | digit3));
    uint64_t run2 = run & BACK(RUN, run, 1), run4 = run2 & BACK(RUN2, run2, 2), run7 = run4 & BACK(RUN4, run4, 3);
    hint[MM_PII_NUMBER] = run7 & ~BACK(RUN7, run7, 1);

    uint64_t longs = word | c->dash, long2 = longs & BACK(LONG, longs, 1), long4 = long2 & BACK(LONG2, long2, 2);
    uint64_t long8 = long4 & BACK(LONG4, long4, 4), long16 = long8 & BACK(LONG8, long8, 8);
    hint[MM_PII_TOKEN] = long16 & ~BACK(LONG16, long16, 1);

    uint64_t point = digit & dot1 & digit2;
    uint64_t point2 = point & (BACK(POINT, point, 2) | BACK(POINT, point, 3) | BACK(POINT, point, 4));
    hint[MM_PII_QUAD] = point2 & (BACK(POINT2, point2, 2) | BACK(POINT2, point2, 3) | BACK(POINT2, point2, 4));

    uint64_t between = hex & hex2, hc = between & colon1;
    uint64_t hc2 = hc & (BACK(HEXCOLON, hc, 2) | BACK(HEXCOLON, hc, 3) | BACK(HEXCOLON, hc, 4) | BACK(HEXCOLON, hc, 5));
    uint64_t hc3 = hc2 & (BACK(HEXCOLON2, hc2, 2) | BACK(HEXCOLON2, hc2, 3) | BACK(HEXCOLON2, hc2, 4) |
                          BACK(HEXCOLON2, hc2, 5));
    uint64_t dashes = between & dash1 & BACK(DASH, c->dash, 4) & BACK(DASH, c->dash, 7);
    uint64_t dots = between & dot1 & BACK(DOT, c->dot, 6);
    hint[MM_PII_HEX] = hc3 | (c->colon & colon1) | dashes | dots;

    hint[MM_PII_IBAN] = digit & digit1 & BACK(LETTER, c->letter, 2) & BACK(LETTER, c->letter, 3) & ~BACK(WORD, word, 4);

    uint64_t stop = word | c->dash | c->slash | c->dot | c->colon;
    hint[MM_PII_YEAR] = digit & digit1 & digit2 & digit3 & ~BACK(STOP, stop, 4);

    uint64_t three = digit2 & digit3 & BACK(DIGIT, digit, 4);
    uint64_t three_before = digit3 & BACK(DIGIT, digit, 4) & BACK(DIGIT, digit, 5);
    uint64_t comma1 = BACK(COMMA, c->comma, 1), comma2 = BACK(COMMA, c->comma, 2);
    hint[MM_PII_PAIR] = (digit | c->dash | c->plus) & (((comma1 | blank1) & three) | (blank1 & comma2 & three_before));

    uint64_t value = c->colon & BACK(QUOTE, c->quote, 1), near = BACK(VALUE, value, 1) | BACK(VALUE, value, 2);
    near |= BACK(VALUE, value, 3) | BACK(VALUE, value, 4) | BACK(VALUE, value, 5) | BACK(VALUE, value, 6);
    near |= BACK(VALUE, value, 7) | BACK(VALUE, value, 8);
    hint[MM_PII_DECIMAL] = c->dot & digit1 & near;

    hint[MM_PII_AT] = c->at;
    hint[MM_PII_EQUALS] = c->equals & BACK(WORD, word, 1);
    hint[MM_PII_DEGREE] = c->high & high1 & digit2;
    hint[MM_PII_DASHES] = c->dash & dash1 & BACK(DASH, c->dash, 2) & BACK(DASH, c->dash, 3) & BACK(DASH, c->dash, 4) &
                          ~BACK(DASH, c->dash, 5);
    hint[MM_PII_MEMBER] = c->quote & BACK(M, c->m, 1) & BACK(M, c->m, 2) & BACK(QUOTE, c->quote, 3);
    hint[MM_PII_ESCAPE] = BACK(BACKSLASH, c->backslash, 1) & ~c->plain_escape;
    hint[MM_PII_CONTROL] = c->control;

    KEEP(DIGIT, digit); KEEP(LETTER, c->letter); KEEP(WORD, word); KEEP(STOP, stop); KEEP(HEX, hex);
    KEEP(DOT, c->dot); KEEP(DASH, c->dash); KEEP(COLON, c->colon); KEEP(BLANK, c->blank); KEEP(COMMA, c->comma);
    KEEP(QUOTE, c->quote); KEEP(HIGH, c->high); KEEP(M, c->m); KEEP(BACKSLASH, c->backslash); KEEP(RUN, run);
    KEEP(RUN2, run2); KEEP(RUN4, run4); KEEP(RUN7, run7); KEEP(LONG, longs); KEEP(LONG2, long2); KEEP(LONG4, long4);
    KEEP(LONG8, long8); KEEP(LONG16, long16); KEEP(POINT, point); KEEP(POINT2, point2); KEEP(HEXCOLON, hc);
    KEEP(HEXCOLON2, hc2); KEEP(VALUE, value);
#undef BACK
#undef KEEP
    uint64_t any = 0;
    for (int k = 0; k < MM_PII_KINDS; k++)
        any |= hint[k];
    return any != 0;
}

#endif
