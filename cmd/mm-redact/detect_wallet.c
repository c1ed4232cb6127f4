/* detect_wallet.c - addresses of cryptocurrencies: Base58Check (Bitcoin Wiki, "Base58Check encoding": twice SHA-256),
 * Bech32 and Bech32m (BIP 173, BIP 350), and Ethereum's 0x and 40 hex digits (EIP-55). */
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

/* ---- Ethereum ---- */

static inline uint64_t turn(uint64_t x, unsigned n) { return n ? x << n | x >> (64 - n) : x; }

/* Keccak-f[1600], 24 rounds (FIPS 202 section 3.3). */
static void keccak_f(uint64_t a[25])
{
    static const uint64_t constant[24] = {
        0x1, 0x8082, 0x800000000000808a, 0x8000000080008000, 0x808b, 0x80000001, 0x8000000080008081, 0x8000000000008009, 0x8a,
        0x88, 0x80008009, 0x8000000a, 0x8000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
        0x8000000000008002, 0x8000000000000080, 0x800a, 0x800000008000000a, 0x8000000080008081, 0x8000000000008080, 0x80000001,
        0x8000000080008008,
    };
    static const unsigned char turns[25] = { 0, 1, 62, 28, 27, 36, 44, 6, 55, 20, 3, 10, 43, 25, 39, 41, 45, 15, 21, 8, 18, 2, 61, 56, 14 };
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], b[25];
        for (int x = 0; x < 5; x++)
            c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
        for (int i = 0; i < 25; i++)
            a[i] ^= c[(i % 5 + 4) % 5] ^ turn(c[(i % 5 + 1) % 5], 1);
        for (int x = 0; x < 5; x++)
            for (int y = 0; y < 5; y++)
                b[(2 * x + 3 * y) % 5 * 5 + y] = turn(a[y * 5 + x], turns[y * 5 + x]);
        for (int i = 0; i < 25; i++)
            a[i] = b[i] ^ (~b[i / 5 * 5 + (i + 1) % 5] & b[i / 5 * 5 + (i + 2) % 5]);
        a[0] ^= constant[round];
    }
}

/* Of 40 hex digits in both cases: a digit over 7 of Keccak-256 over the small ones makes the letter in its place a
 * capital (EIP-55). 1: so it is; 0: not; -1: one case alone, which tells nothing. */
static int eip55(const char *hex)
{
    uint64_t a[25] = { 0 };
    bool upper = false, lower = false, right = true;
    for (unsigned i = 0; i < 40; i++) {
        char c = is_upper(hex[i]) ? (char)(hex[i] | 0x20) : hex[i];
        upper |= is_upper(hex[i]);
        lower |= is_letter(hex[i]) && !is_upper(hex[i]);
        a[i / 8] |= (uint64_t)(unsigned char)c << i % 8 * 8;
    }
    if (!upper || !lower)
        return -1;
    a[5] ^= 1;                                  /* the padding of Keccak, of rate 136 */
    a[16] ^= UINT64_C(1) << 63;
    keccak_f(a);
    for (unsigned i = 0; i < 40; i++) {
        unsigned byte = (unsigned)(a[i / 16] >> i / 2 % 8 * 8) & 0xff, digit = i % 2 ? byte & 15 : byte >> 4;
        right &= !is_letter(hex[i]) || is_upper(hex[i]) == (digit > 7);
    }
    return right;
}

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
        found(out, from, from + n, eip55(p + 2) == 1 ? "eip-55" : "ethereum", eip55(p + 2) == 1 ? 100 : eip55(p + 2) < 0 ? 75 : 55);
    else if (n <= 35 && base58_head(p[0]) && base58check(p, n))
        found(out, from, from + n, "base58check", 95);
    else if (n <= 90 && known_head(p, n) && bech32(p, n))
        found(out, from, from + n, "bech32", 95);
}
