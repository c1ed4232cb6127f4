/* pii.h - from classes of bytes to hints of personal data; the same for every instruction set.
 *
 * Masks have bit i for byte i of a block. Every shape is told from its last byte by looking back, so that nothing
 * is carried but the classes of the block before. Which bytes are of which class is found a block at a time;
 * shapes are then found in as many blocks at once as a register holds masks, without a branch.
 *
 * The file that includes this says what a `mm_pii_lanes` is (one mask, or a vector of them), MM_PII_LANES how many,
 * mm_pii_carried(now, before, k) is now << k with the upper k bits of before below (0 < k < 64), and
 * MM_PII_BLOCKS, a multiple of 8, how many blocks are classified before shapes are looked for.
 */
#ifndef MM_SIMD_PII_H
#define MM_SIMD_PII_H

#include "simd/simd.h"

/* Classes of bytes. hex: digits among them; high: >= 0x80; control: < 0x20; bracket: ( and ); quote: those no backslash stands before; odd: behind a backslash, and none of what may
 * well be there; strange: begins an escape of URLs or HTML, or a character that may look like another. */
#define MM_PII_EACH_CLASS(X) X(digit) X(letter) X(upper) X(hex) X(high) X(control) X(at) X(colon) X(dot) X(dash) X(space) \
    X(slash) X(under) X(comma) X(equals) X(quote) X(m) X(bracket) X(backslash) X(odd) X(strange)

enum {
#define MM_PII_NAME(name) MM_PII_CLASS_##name,
    MM_PII_EACH_CLASS(MM_PII_NAME)
#undef MM_PII_NAME
    MM_PII_CLASSES
};

/** The classes of blocks in a row; of[..][0] is the block before the first. */
typedef struct mm_pii_set {
    uint64_t of[MM_PII_CLASSES][1 + MM_PII_BLOCKS];
} mm_pii_set;
_Static_assert(sizeof(mm_pii_state) == (MM_PII_CLASSES + 1) * sizeof(uint64_t), "the state is the block before");

static inline void mm_pii_take_up(mm_pii_set *c, const mm_pii_state *st)
{
    for (int k = 0; k < MM_PII_CLASSES; k++)
        c->of[k][0] = st->before[k];
}

static inline void mm_pii_put_down(const mm_pii_set *c, size_t last, mm_pii_state *st)
{
    for (int k = 0; k < MM_PII_CLASSES; k++)
        st->before[k] = c->of[k][last];
}

/* One class in two blocks: the one that is looked at, and the one before it. */
typedef struct mm_pii_pair {
    mm_pii_lanes now, before;
} mm_pii_pair;

static inline mm_pii_pair mm_pii_pair_of(const uint64_t *class, size_t i)
{
    mm_pii_pair m;
    memcpy(&m.now, class + i + 1, sizeof m.now);
    memcpy(&m.before, class + i, sizeof m.before);
    return m;
}

/* Bit i: what stands k bytes before byte i (0 < k < 64). Of the block before only the upper bits are right,
 * which is as far as any shape reaches. */
static inline mm_pii_pair mm_pii_back(mm_pii_pair m, unsigned k)
{
    return (mm_pii_pair){ mm_pii_carried(m.now, m.before, k), m.before << k };
}

static inline mm_pii_pair mm_pii_and(mm_pii_pair a, mm_pii_pair b)
{
    return (mm_pii_pair){ a.now & b.now, a.before & b.before };
}

static inline mm_pii_pair mm_pii_or(mm_pii_pair a, mm_pii_pair b)
{
    return (mm_pii_pair){ a.now | b.now, a.before | b.before };
}

/* Where a run of m has gone on for 16 bytes or more. */
static inline mm_pii_pair mm_pii_long(mm_pii_pair m)
{
    m = mm_pii_and(m, mm_pii_back(m, 1));
    m = mm_pii_and(m, mm_pii_back(m, 2));
    m = mm_pii_and(m, mm_pii_back(m, 4));
    return mm_pii_and(m, mm_pii_back(m, 8));
}

/* Where one has gone on for 7 bytes, and not for one more. */
static inline mm_pii_lanes mm_pii_run7(mm_pii_pair m)
{
    m = mm_pii_and(m, mm_pii_back(m, 1));
    m = mm_pii_and(m, mm_pii_back(m, 2));
    m = mm_pii_and(m, mm_pii_back(m, 3));
    return m.now & ~mm_pii_back(m, 1).now;
}

/* Three of m, each `least` to `most` bytes behind the one before; the last is told. */
static inline mm_pii_lanes mm_pii_third(mm_pii_pair m, unsigned least, unsigned most)
{
    for (int i = 0; i < 2; i++) {
        mm_pii_pair near = mm_pii_back(m, least);
        for (unsigned k = least + 1; k <= most; k++)
            near = mm_pii_or(near, mm_pii_back(m, k));
        m = mm_pii_and(m, near);
    }
    return m.now;
}

#define CLASS(name) mm_pii_pair_of(c->of[MM_PII_CLASS_##name], i)
#define BACK(m, k) (mm_pii_back(m, k).now)

/* Digits and separators, decimals, degrees, years. */
static inline void mm_pii_find_digits(const mm_pii_set *c, size_t i, mm_pii_lanes *hint)
{
    mm_pii_pair digit = CLASS(digit), space = CLASS(space), high = CLASS(high), comma = CLASS(comma);
    mm_pii_pair dash = CLASS(dash), dot = CLASS(dot);
    mm_pii_pair near = mm_pii_or(mm_pii_back(digit, 1), mm_pii_or(mm_pii_back(digit, 2), mm_pii_back(digit, 3)));
    mm_pii_pair separator = mm_pii_or(mm_pii_or(space, dash), mm_pii_or(dot, CLASS(slash)));
    separator = mm_pii_or(separator, mm_pii_or(CLASS(bracket), high));
    hint[MM_PII_NUMBER] = mm_pii_run7(mm_pii_or(digit, mm_pii_and(separator, near)));

    mm_pii_lanes digit1 = BACK(digit, 1), digit2 = BACK(digit, 2), digit3 = BACK(digit, 3), digit4 = BACK(digit, 4);
    mm_pii_lanes space1 = BACK(space, 1);
    mm_pii_pair points = mm_pii_and(digit, mm_pii_and(mm_pii_back(dot, 1), mm_pii_back(digit, 2)));
    hint[MM_PII_QUAD] = mm_pii_third(points, 2, 4);

    mm_pii_lanes four = digit1 & digit2 & digit3;
    mm_pii_pair under = CLASS(under), letter = CLASS(letter);
    mm_pii_pair word = mm_pii_or(digit, mm_pii_or(letter, under));
    mm_pii_pair stop = mm_pii_or(mm_pii_or(word, dash), mm_pii_or(mm_pii_or(dot, CLASS(slash)), CLASS(colon)));
    mm_pii_lanes opens5 = BACK(CLASS(quote), 5) | BACK(CLASS(colon), 5);
    hint[MM_PII_YEAR] = (digit.now & four & (BACK(space, 4) | (digit4 & opens5))) | (high.now & four & digit4 & ~BACK(stop, 5));
    hint[MM_PII_IBAN] = digit.now & digit1 & BACK(letter, 2) & BACK(letter, 3) & (~BACK(word, 4) | BACK(CLASS(backslash), 5));

    mm_pii_pair joins = mm_pii_or(mm_pii_or(letter, high), mm_pii_or(comma, dot));
    hint[MM_PII_HOUSE] = space1 & ((digit.now & BACK(joins, 2)) | ((letter.now | high.now) & (digit2 | ((BACK(comma, 2) | BACK(letter, 2)) & digit3))));
    /* Behind a point that ends no title or initial a sentence begins. */
    mm_pii_pair two = mm_pii_and(letter, mm_pii_back(letter, 1)), six = mm_pii_and(two, mm_pii_and(mm_pii_back(two, 2), mm_pii_back(two, 4)));
    mm_pii_lanes start = space1 & BACK(dot, 2) & (digit3 | BACK(six, 3));
    mm_pii_lanes behind = (space1 & ~start) | BACK(CLASS(control), 1) | (BACK(CLASS(backslash), 2) & BACK(letter, 1));
    hint[MM_PII_NAME] = CLASS(upper).now & behind;

    mm_pii_lanes pairs = (digit.now | dash.now) & (space1 | BACK(comma, 1)) & digit3 & digit4;
    mm_pii_pair part = mm_pii_or(digit, dot);
    mm_pii_lanes behind1 = digit.now & ~digit1 & digit4 & BACK(part, 5);   /* a byte, which may be a sign, stands before */
    hint[MM_PII_PAIR] = (pairs & (digit2 | (space1 & BACK(comma, 2) & BACK(part, 5)))) |
                        (behind1 & ((BACK(space, 2) & (digit3 | (BACK(comma, 3) & BACK(part, 6)))) | (BACK(comma, 2) & digit3)));
    hint[MM_PII_DEGREE] = high.now & BACK(high, 1) & digit2;
}

/* Digits and letters mixed as in documents' numbers, postcodes and number plates: eight capitals that begin a word; A123, 123A, A12B; 1AA behind a digit
 * and a letter or two, with or without a blank (SW1A 1AA, 4TE5MK); K1A 0B1; M-AB 1; 12 AB 3; /01DE-35. */
static inline mm_pii_lanes mm_pii_find_codes(const mm_pii_set *c, size_t i)
{
    mm_pii_pair digit = CLASS(digit), letter = CLASS(letter), space = CLASS(space), dash = CLASS(dash);
    mm_pii_lanes digit1 = BACK(digit, 1), digit2 = BACK(digit, 2), digit3 = BACK(digit, 3), digit4 = BACK(digit, 4);
    mm_pii_lanes digit5 = BACK(digit, 5), letter1 = BACK(letter, 1), letter2 = BACK(letter, 2), letter3 = BACK(letter, 3);
    mm_pii_lanes letter4 = BACK(letter, 4), letter5 = BACK(letter, 5), space3 = BACK(space, 3), dash3 = BACK(dash, 3);
    mm_pii_lanes two = digit1 & digit2 & ((digit.now & letter3) | (letter.now & (letter3 | digit3)));
    mm_pii_lanes tail = digit2 & letter1 & letter.now, six = digit.now & letter1 & digit2;
    tail &= ((space3 | letter3) & (digit4 | (letter4 & digit5))) | (digit3 & (letter4 | (digit4 & letter5)));
    six &= ((space3 | dash3) & letter4 & digit5) | (letter3 & digit4 & letter5);
    mm_pii_lanes four = BACK(dash, 4) | (BACK(space, 4) & digit5) | (letter4 & BACK(space, 5) & BACK(digit, 6));
    mm_pii_lanes plate = digit.now & BACK(space, 1) & letter2 & (dash3 | (space3 & digit4) | (letter3 & four));
    mm_pii_pair upper = CLASS(upper), four_upper = mm_pii_and(upper, mm_pii_back(upper, 1));
    four_upper = mm_pii_and(four_upper, mm_pii_back(four_upper, 2));
    mm_pii_lanes eight = four_upper.now & BACK(four_upper, 4) & ~BACK(letter, 8) & ~BACK(digit, 8);
    mm_pii_lanes branch = digit.now & digit1 & BACK(dash, 2) & BACK(CLASS(slash), 7);
    return two | tail | six | plate | eight | branch;
}

/* Colons, dashes and dots between hexadecimal digits. */
static inline mm_pii_lanes mm_pii_find_hex(const mm_pii_set *c, size_t i)
{
    mm_pii_pair hex = CLASS(hex), colon = CLASS(colon), dash = CLASS(dash), dot = CLASS(dot);
    mm_pii_pair between = mm_pii_and(hex, mm_pii_back(hex, 2));
    mm_pii_lanes dots = BACK(dot, 1) & BACK(dot, 6), dashes = BACK(dash, 1) & BACK(dash, 4) & BACK(dash, 7);
    return (colon.now & BACK(colon, 1)) | (between.now & (dots | dashes)) |
           mm_pii_third(mm_pii_and(between, mm_pii_back(colon, 1)), 2, 5);
}

/* Behind =, as in quoted-printable: a line end or a backslash; two hexadecimal digits, a letter among them. */
static inline mm_pii_lanes mm_pii_find_equals(const mm_pii_set *c, size_t i)
{
    mm_pii_pair equals = CLASS(equals), hex = CLASS(hex), letter = CLASS(letter);
    mm_pii_lanes ends = (CLASS(control).now | CLASS(backslash).now) & BACK(equals, 1);
    return ends | (hex.now & BACK(hex, 1) & (letter.now | BACK(letter, 1)) & BACK(equals, 2));
}

/** The hints of MM_PII_LANES blocks from block i of c on. */
static inline void mm_pii_find(const mm_pii_set *c, size_t i, mm_pii_lanes *hint)
{
    mm_pii_pair dash = CLASS(dash), quote = CLASS(quote), m = CLASS(m);
    mm_pii_pair word = mm_pii_or(CLASS(digit), mm_pii_or(CLASS(letter), CLASS(under)));
    mm_pii_find_digits(c, i, hint);
    hint[MM_PII_AT] = CLASS(at).now;
    hint[MM_PII_HEX] = mm_pii_find_hex(c, i);
    mm_pii_pair token = mm_pii_long(mm_pii_or(word, dash));
    hint[MM_PII_TOKEN] = token.now & ~BACK(token, 1);
    hint[MM_PII_CODE] = mm_pii_find_codes(c, i) & ~token.now;
    hint[MM_PII_EQUALS] = CLASS(equals).now & BACK(word, 1);
    hint[MM_PII_DASHES] = dash.now & BACK(dash, 1) & BACK(dash, 2) & BACK(dash, 3) & BACK(dash, 4) & ~BACK(dash, 5);
    hint[MM_PII_MEMBER] = quote.now & BACK(m, 1) & BACK(m, 2) & BACK(quote, 3);
    hint[MM_PII_ESCAPE] = CLASS(odd).now | (CLASS(slash).now & BACK(CLASS(backslash), 1) & BACK(CLASS(digit), 2));
    hint[MM_PII_STRANGE] = CLASS(strange).now | mm_pii_find_equals(c, i);
    hint[MM_PII_CONTROL] = CLASS(control).now;
}

#undef CLASS
#undef BACK

/** Write the hints of the first `blocks` blocks of c, and to marks, unless it is NULL, those up to DASHES together; returns the
 *  kinds there are. */
static inline uint64_t mm_pii_shapes(const mm_pii_set *c, size_t blocks, mm_pii_group *out, uint64_t *marks)
{
    for (size_t i = 0; i < blocks; i += MM_PII_LANES) {
        mm_pii_group *g = &out[i / 8];
        mm_pii_lanes hint[MM_PII_KINDS], kinds = { 0 }, any = { 0 };
        mm_pii_find(c, i, hint);
        for (int k = 0; k < MM_PII_KINDS; k++) {
            kinds |= (hint[k] | -hint[k]) >> 63 << k;
            if (k <= MM_PII_DASHES)
                any |= hint[k];
            memcpy(&g->hint[k][i % 8], &hint[k], sizeof hint[k]);
        }
        memcpy(&g->kinds[i % 8], &kinds, sizeof kinds);
        if (marks)
            memcpy(&marks[i], &any, sizeof any);
    }
    uint64_t all = 0;
    for (size_t i = 0; i < blocks; i++)
        all |= out[i / 8].kinds[i % 8];
    for (size_t i = blocks; i % 8; i++)
        out[i / 8].kinds[i % 8] = 0;
    return all;
}

#endif
