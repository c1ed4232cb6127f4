/* pii.h - from classes of bytes to hints of personal data; the same for every instruction set.
 *
 * Masks have bit i for byte i of a block. Every shape is told from its last byte by looking back,
 * so that nothing is carried but the classes of the block before.
 */
#ifndef MM_SIMD_PII_H
#define MM_SIMD_PII_H

#include "simd/simd.h"

/** Where the bytes of each class are in one block. */
typedef struct mm_pii_classes {
    uint64_t digit, letter, hex;  /* hex: digits among them */
    uint64_t high, control;       /* >= 0x80; < 0x20 */
    uint64_t at, colon, dot, dash, space, slash, under, comma, equals, quote, m;
    uint64_t bracket;             /* ( ) tab and backspace, which differ in two bits */
    uint64_t backslash;
    uint64_t plain_escape;        /* one of " \\ / b f n r t, or behind the end; only matters behind a backslash */
    uint64_t word, stop, run;     /* made of these by mm_pii_find */
} mm_pii_classes;
_Static_assert(sizeof(mm_pii_classes) == sizeof(mm_pii_state), "the state is the classes of the block before");

/* One class in two blocks: the one that is looked at, and the one before it. */
typedef struct mm_pii_pair {
    uint64_t now, before;
} mm_pii_pair;

/* Bit i: what stands k bytes before byte i (0 < k < 64). Of the block before only the upper bits are right,
 * which is as far as any shape reaches. */
static inline mm_pii_pair mm_pii_back(mm_pii_pair m, unsigned k)
{
    return (mm_pii_pair){ m.now << k | m.before >> (64 - k), m.before << k };
}

static inline mm_pii_pair mm_pii_and(mm_pii_pair a, mm_pii_pair b)
{
    return (mm_pii_pair){ a.now & b.now, a.before & b.before };
}

static inline mm_pii_pair mm_pii_or(mm_pii_pair a, mm_pii_pair b)
{
    return (mm_pii_pair){ a.now | b.now, a.before | b.before };
}

/* Where a run of m has gone on for 16 bytes (7 bytes), and not for one more. */
static inline uint64_t mm_pii_run16(mm_pii_pair m)
{
    m = mm_pii_and(m, mm_pii_back(m, 1));
    m = mm_pii_and(m, mm_pii_back(m, 2));
    m = mm_pii_and(m, mm_pii_back(m, 4));
    m = mm_pii_and(m, mm_pii_back(m, 8));
    return m.now & ~mm_pii_back(m, 1).now;
}

static inline uint64_t mm_pii_run7(mm_pii_pair m)
{
    m = mm_pii_and(m, mm_pii_back(m, 1));
    m = mm_pii_and(m, mm_pii_back(m, 2));
    m = mm_pii_and(m, mm_pii_back(m, 3));
    return m.now & ~mm_pii_back(m, 1).now;
}

/* Does a run of 16 touch this block? Then it fills eight bytes of the 16 groups of eight. */
static inline bool mm_pii_maybe_run16(uint64_t now, uint64_t before)
{
    const uint64_t low = UINT64_C(0x0101010101010101), high = low << 7;
    uint64_t gaps = ~now, old = ~before | UINT64_MAX >> 16;
    return (((gaps - low) & ~gaps) | ((old - low) & ~old)) & high;
}

/* Three of m, each `least` to `most` bytes behind the one before; the last is told. */
static inline uint64_t mm_pii_third(mm_pii_pair m, unsigned least, unsigned most)
{
    for (int i = 0; i < 2; i++) {
        mm_pii_pair near = { 0, 0 };
        for (unsigned k = least; k <= most; k++)
            near = mm_pii_or(near, mm_pii_back(m, k));
        m = mm_pii_and(m, near);
    }
    return m.now;
}

#define MM_PII_PAIR_OF(name) ((mm_pii_pair){ c->name, b->name })
#define MM_PII_BACK(name, k) (c->name << (k) | b->name >> (64 - (k)))

static inline int mm_pii_count(uint64_t m)
{
    return __builtin_popcountll(m);
}

/* Digits and separators, decimals in pairs and behind keys, degrees. What is rare in any text is behind a
 * branch that is then foreseen; all else is done always, because a branch that is not foreseen costs more. */
static inline void mm_pii_find_digits(mm_pii_classes *c, const mm_pii_classes *b, uint64_t *hint)
{
    uint64_t digit = c->digit, digit1 = MM_PII_BACK(digit, 1), digit2 = MM_PII_BACK(digit, 2);
    uint64_t digit3 = MM_PII_BACK(digit, 3), space1 = MM_PII_BACK(space, 1);
    uint64_t separator = c->space | c->dash | c->dot | c->slash | c->bracket | c->high;
    c->run = digit | (separator & (digit1 | digit2 | digit3));
    hint[MM_PII_NUMBER] = mm_pii_run7(MM_PII_PAIR_OF(run));

    uint64_t points = digit & digit2 & MM_PII_BACK(dot, 1), before = b->digit & b->digit << 2 & b->dot << 1;
    hint[MM_PII_QUAD] = 0;
    if (mm_pii_count(points) + mm_pii_count(before >> 54) > 2)
        hint[MM_PII_QUAD] = mm_pii_third((mm_pii_pair){ points, before }, 2, 4);

    hint[MM_PII_YEAR] = digit & digit1 & digit2 & digit3 & ~MM_PII_BACK(stop, 4);
    hint[MM_PII_IBAN] = digit & digit1 & MM_PII_BACK(letter, 2) & MM_PII_BACK(letter, 3) & ~MM_PII_BACK(word, 4);

    uint64_t pairs = (digit | c->dash) & (space1 | MM_PII_BACK(comma, 1)) & digit3;
    if (pairs) {
        uint64_t digit4 = MM_PII_BACK(digit, 4);
        pairs &= digit4 & (digit2 | (space1 & MM_PII_BACK(comma, 2) & MM_PII_BACK(digit, 5)));
    }
    hint[MM_PII_PAIR] = pairs;
    uint64_t decimals = c->dot & digit1;
    if (decimals) {
        mm_pii_pair value = { c->comma | (c->colon & (MM_PII_BACK(quote, 1) | space1)),
                              b->comma | (b->colon & (b->quote | b->space) << 1) };
        value = mm_pii_or(value, mm_pii_back(value, 1));
        value = mm_pii_or(value, mm_pii_back(value, 2));
        value = mm_pii_or(value, mm_pii_back(value, 4));
        decimals &= mm_pii_back(value, 1).now;
    }
    hint[MM_PII_DECIMAL] = decimals;
    uint64_t degrees = c->high & digit2;
    if (degrees)
        degrees &= MM_PII_BACK(high, 1);
    hint[MM_PII_DEGREE] = degrees;
}

/* Colons, dashes and dots between hexadecimal digits. */
static inline uint64_t mm_pii_find_hex(const mm_pii_classes *c, const mm_pii_classes *b)
{
    uint64_t between = c->hex & MM_PII_BACK(hex, 2), colon1 = MM_PII_BACK(colon, 1), colons = between & colon1;
    uint64_t found = (c->colon & colon1) | (between & MM_PII_BACK(dot, 1) & MM_PII_BACK(dot, 6));
    uint64_t before = b->hex & b->hex << 2 & b->colon << 1;
    if (mm_pii_count(colons) + mm_pii_count(before >> 52) > 2)
        found |= mm_pii_third((mm_pii_pair){ colons, before }, 2, 5);
    if (mm_pii_count(c->dash) + mm_pii_count(b->dash >> 56) > 2)
        found |= between & MM_PII_BACK(dash, 1) & MM_PII_BACK(dash, 4) & MM_PII_BACK(dash, 7);
    return found;
}

/** Can block c behind block b have hints? Fills its word, stop and run, the last with nothing. */
static inline bool mm_pii_worth(mm_pii_classes *c, const mm_pii_classes *b)
{
    c->word = c->digit | c->letter | c->under;
    c->stop = c->word | c->dash | c->slash | c->dot | c->colon;
    c->run = 0;
    uint64_t near = b->digit >> 57 | b->backslash >> 63 | (b->dash | b->colon) >> 58;
    uint64_t some = c->digit | c->at | c->equals | c->backslash | c->control | c->colon | c->dash | c->quote | near;
    return (some | (c->dot & MM_PII_BACK(dot, 5))) != 0 || mm_pii_maybe_run16(c->word | c->dash, b->word | b->dash);
}

/** Write the hints of block c, which mm_pii_worth has seen, behind block b; true when there are any. */
static inline bool mm_pii_find(mm_pii_classes *c, const mm_pii_classes *b, uint64_t *hint)
{
    uint64_t any = 0, dash = c->dash;
    mm_pii_find_digits(c, b, hint);
    hint[MM_PII_AT] = c->at;
    hint[MM_PII_HEX] = mm_pii_find_hex(c, b);
    hint[MM_PII_TOKEN] = 0;
    if (mm_pii_maybe_run16(c->word | dash, b->word | b->dash))
        hint[MM_PII_TOKEN] = mm_pii_run16((mm_pii_pair){ c->word | dash, b->word | b->dash });
    hint[MM_PII_EQUALS] = c->equals & MM_PII_BACK(word, 1);
    hint[MM_PII_DASHES] = 0;
    if (mm_pii_count(dash) + mm_pii_count(b->dash >> 60) > 4)
        hint[MM_PII_DASHES] = dash & MM_PII_BACK(dash, 1) & MM_PII_BACK(dash, 2) & MM_PII_BACK(dash, 3) &
                              MM_PII_BACK(dash, 4) & ~MM_PII_BACK(dash, 5);
    hint[MM_PII_MEMBER] = c->quote & MM_PII_BACK(m, 1) & MM_PII_BACK(m, 2) & MM_PII_BACK(quote, 3);
    hint[MM_PII_ESCAPE] = MM_PII_BACK(backslash, 1) & ~c->plain_escape;
    hint[MM_PII_CONTROL] = c->control;
    for (int k = 0; k < MM_PII_KINDS; k++)
        any |= hint[k];
    return any != 0;
}

#undef MM_PII_PAIR_OF
#undef MM_PII_BACK

#endif
