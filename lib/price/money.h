/* money.h - exact decimal amounts.
 *
 * An amount is a whole number of 10^-18 of a unit (of a currency, of a quantity) in 128 bits: 18 decimals, up to
 * 170 million million million units either way. Sums can be taken in any order and are the same. */
#ifndef MM_PRICE_MONEY_H
#define MM_PRICE_MONEY_H

#include "mm.h"

typedef __int128 mm_money;

enum { MM_MONEY_DECIMALS = 18 };
#define MM_MONEY_ONE ((mm_money)1000000000000000000LL)

/** Read a decimal number as bills write it: sign, digits, point, exponent; no blanks, no thousands. NULL, or the reason it is
 *  refused ("no number", "more than 18 decimals", "too large"); then *out is left alone. */
const char *mm_money_read(mm_str text, mm_money *out);

/** The same, with what stands behind the eighteenth decimal rounded half to even: for numbers that were binary before they were
 *  written. */
const char *mm_money_near_read(mm_str text, mm_money *out);

/** Add to a sum; false where it does not fit, with the sum left alone. */
static inline bool mm_money_add(mm_money *sum, mm_money v)
{
    return !__builtin_add_overflow(*sum, v, sum);
}

/** a times b, rounded half to even in the last decimal; false where it does not fit. */
bool mm_money_times(mm_money a, mm_money b, mm_money *out);
/** a divided by b, likewise; false where b is 0 as well. */
bool mm_money_over(mm_money a, mm_money b, mm_money *out);

/** Divide `whole` among n weights, none negative, not all 0, so that the parts add up to it exactly: what rounding leaves over
 *  goes, a last digit each, to the parts that were cut most (the largest remainder; of equal ones the first).
 *  False when a weight is refused. */
bool mm_money_share(mm_money whole, const mm_money *weight, size_t n, mm_money *part);

/** Append the amount, exactly, with at least `least` decimals and no more than it has. */
void mm_money_put(mm_buf *b, mm_money v, int least);
/** Append it rounded half to even to `decimals`, for people, with commas between thousands. */
void mm_money_show(mm_buf *b, mm_money v, int decimals);

/** The nearest binary number, for statistics and charts alone. */
double mm_money_near(mm_money v);

#endif
