/* detect_wallet.c - addresses of cryptocurrencies: Base58Check (Bitcoin Wiki, "Base58Check encoding": twice SHA-256),
 * Bech32 and Bech32m (BIP 173, BIP 350), and Ethereum's 0x and 40 hex digits. */
#include "detect.h"

#include <string.h>

#ifdef MM_HAVE_CRYPTO
#include <openssl/sha.h>

/* Four bytes of twice SHA-256 over the other 21 end the 25 that the digits of base 58 spell. */
static bool base58check(const char *p, size_t n)
{
    static const char digits[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    unsigned char bytes[25] = { 0 }, sum[32];
    for (size_t i = 0; i < n; i++) {
        const char *at = strchr(digits, p[i]);
        if (!at)
            return false;
        unsigned carry = (unsigned)(at - digits);
        for (size_t k = sizeof bytes; k-- > 0; carry >>= 8)
            bytes[k] = (unsigned char)(carry += bytes[k] * 58u);
        if (carry)
            return false;
    }
    SHA256(bytes, 21, sum);
    SHA256(sum, 32, sum);
    return memcmp(sum, bytes + 21, 4) == 0;
}
#else
static bool base58check(const char *p, size_t n)
{
    /* Without a hash the shape must do: nothing is to pass for want of a library. */
    return strspn(p, "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz") >= n;
}
#endif

static unsigned step(unsigned c, unsigned v)
{
    static const unsigned generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
    unsigned top = c >> 25;
    c = (c & 0x1ffffff) << 5 ^ v;
    for (int i = 0; i < 5; i++)
        c ^= top >> i & 1 ? generator[i] : 0;
    return c;
}

static bool bech32(const char *p, size_t n)
{
    static const char digits[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    size_t head = 0;
    unsigned c = 1;
    char low[96];
    for (size_t i = 0; i < n; i++)
        low[i] = is_upper(p[i]) ? (char)(p[i] | 0x20) : p[i];
    for (size_t i = 0; i < n; i++)
        head = low[i] == '1' ? i : head;
    if (head < 2 || n - head < 8)
        return false;
    for (size_t i = 0; i < head; i++)
        c = step(c, (unsigned char)low[i] >> 5);
    c = step(c, 0);
    for (size_t i = 0; i < head; i++)
        c = step(c, low[i] & 31);
    for (size_t i = head + 1; i < n; i++) {
        const char *at = memchr(digits, low[i], 32);
        if (!at)
            return false;
        c = step(c, (unsigned)(at - digits));
    }
    return c == 1 || c == 0x2bc830a3;
}

/* Bitcoin and its likes begin so (SLIP-0173). */
static bool known_head(const char *p, size_t n)
{
    if ((p[0] | 0x20) != 'b' && (p[0] | 0x20) != 't' && (p[0] | 0x20) != 'l')
        return false;
    static const char *const heads[] = { "bc1", "tb1", "ltc1", "BC1", "TB1", "LTC1", "bcrt1" };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++)
        if (n > strlen(heads[i]) && memcmp(p, heads[i], strlen(heads[i])) == 0)
            return true;
    return false;
}

static bool all_hex(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!is_hex(p[i]))
            return false;
    return true;
}

static inline bool base58_head(char c)
{
    return c == '1' || c == '2' || c == '3' || c == 'm' || c == 'n' || c == 'L' || c == 'M' || c == 'D';
}

/* The length of the word at `from` when an address may begin so, else 0. */
static size_t address_length(mm_str t, size_t from)
{
    const char *p = t.p + from;
    size_t n = 0;
    if (p[0] == '0' ? p[1] != 'x' : !base58_head(p[0]) && !known_head(p, 16))
        return 0;
    while (from + n < t.n && n < 95 && (is_digit(p[n]) || is_letter(p[n])))
        n++;
    return n < 25 || (from + n < t.n && is_word(p[n])) ? 0 : n;
}

bool wallet_idle(mm_str t, size_t at)
{
    return address_length(t, at - 15) == 0 && !(at > 15 && t.p[at - 16] == '\\');
}

/* at is the 16th byte of a run of word bytes. */
void detect_wallet(const subject *s, size_t at, mm_pii_kind kind, findings *out)
{
    size_t from = at - 15, n = address_length((mm_str){ s->p, s->n }, from);
    const char *p = s->p + from;
    if (n == 0)
        return;
    if (n == 42 && p[0] == '0' && p[1] == 'x' && all_hex(p + 2, 40))
        found(out, from, from + n, "ethereum", 75);
    else if (n <= 35 && base58_head(p[0]) && base58check(p, n))
        found(out, from, from + n, "base58check", 95);
    else if (n <= 90 && known_head(p, n) && bech32(p, n))
        found(out, from, from + n, "bech32", 95);
}
