/* ff1.c - format-preserving encryption: FF1 of NIST SP 800-38G (2016). Names in comments are the standard's. */
#include "crypt.h"

#ifdef MM_HAVE_CRYPTO
#include <math.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

typedef unsigned __int128 wide;

enum { BLOCK = 16, HALF_BYTES = 16, TWEAK_MAX = 255 };

/* What all ten rounds share. */
typedef struct rounds {
    EVP_CIPHER_CTX *ctx;          /* AES in ECB */
    unsigned char after_p[BLOCK]; /* CIPH(P) */
    unsigned char q[TWEAK_MAX + BLOCK + 1 + HALF_BYTES];   /* T, zeros, then [i] and [NUM(B)] */
    size_t q_len, b, d;
    unsigned radix;
} rounds;

bool ff1_fits(unsigned radix, size_t n)
{
    if (radix < 2 || radix > 65536 || n < 2 || n > FF1_MAX)
        return false;
    double bits = log2(radix);
    wide texts = 1;
    for (size_t i = 0; i < n && texts < 1000000; i++)
        texts *= radix;
    return texts >= 1000000 && (double)(n - n / 2) * bits < 119.5;
}

static int encipher(EVP_CIPHER_CTX *ctx, unsigned char block[BLOCK])
{
    int len;
    return EVP_EncryptUpdate(ctx, block, &len, block, BLOCK) == 1 && len == BLOCK ? 0 : -1;
}

static wide number_of(unsigned radix, const uint16_t *digit, size_t n)
{
    wide v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * radix + digit[i];
    return v;
}

static void digits_of(wide v, unsigned radix, uint16_t *digit, size_t n)
{
    while (n > 0) {
        digit[--n] = (uint16_t)(v % radix);
        v /= radix;
    }
}

static wide power(unsigned radix, size_t n)
{
    wide v = 1;
    while (n-- > 0)
        v *= radix;
    return v;
}

/* Steps 3 to 5 and the part of 6 that does not change. */
static int begin(rounds *r, mm_str key, mm_str tweak, unsigned radix, size_t n)
{
    size_t u = n / 2, v = n - u;
    const EVP_CIPHER *aes = key.n == 32 ? EVP_aes_256_ecb() : key.n == 24 ? EVP_aes_192_ecb() : EVP_aes_128_ecb();
    *r = (rounds){ .radix = radix };
    if (!ff1_fits(radix, n) || tweak.n > TWEAK_MAX || (key.n != 16 && key.n != 24 && key.n != 32))
        return -1;
    wide top = power(radix, v) - 1;
    for (; top; top >>= 8)
        r->b++;
    r->d = 4 * ((r->b + 3) / 4) + 4;
    unsigned char p[BLOCK] = { 1, 2, 1, (unsigned char)(radix >> 16), (unsigned char)(radix >> 8), (unsigned char)radix, 10,
                               (unsigned char)u, 0, 0, 0, (unsigned char)n, 0, 0, 0, (unsigned char)tweak.n };
    memcpy(r->after_p, p, BLOCK);
    if (tweak.n)
        memcpy(r->q, tweak.p, tweak.n);
    r->q_len = (tweak.n + r->b + 1 + BLOCK - 1) / BLOCK * BLOCK;
    r->ctx = EVP_CIPHER_CTX_new();
    if (r->ctx && EVP_EncryptInit_ex(r->ctx, aes, NULL, (const unsigned char *)key.p, NULL) == 1 &&
        EVP_CIPHER_CTX_set_padding(r->ctx, 0) == 1 && encipher(r->ctx, r->after_p) == 0)
        return 0;
    EVP_CIPHER_CTX_free(r->ctx);
    return -1;
}

static void finish(rounds *r)
{
    EVP_CIPHER_CTX_free(r->ctx);
    OPENSSL_cleanse(r, sizeof *r);
}

/* y of round i for B, modulo m. */
static int round_value(rounds *r, unsigned i, wide b, wide m, wide *y)
{
    unsigned char mac[BLOCK], s[2 * BLOCK];
    for (size_t k = 0; k < r->b; k++, b >>= 8)
        r->q[r->q_len - 1 - k] = (unsigned char)b;
    r->q[r->q_len - 1 - r->b] = (unsigned char)i;
    memcpy(mac, r->after_p, BLOCK);
    for (size_t at = 0; at < r->q_len; at += BLOCK) {
        for (size_t k = 0; k < BLOCK; k++)
            mac[k] ^= r->q[at + k];
        if (encipher(r->ctx, mac) < 0)
            return -1;
    }
    memcpy(s, mac, BLOCK);
    memcpy(s + BLOCK, mac, BLOCK);
    s[2 * BLOCK - 1] ^= 1;
    if (r->d > BLOCK && encipher(r->ctx, s + BLOCK) < 0)
        return -1;
    *y = 0;
    for (size_t k = 0; k < r->d; k++)
        *y = (*y * 256 + s[k]) % m;
    return 0;
}

int ff1_encrypt(mm_str key, mm_str tweak, unsigned radix, uint16_t *digit, size_t n)
{
    rounds r;
    if (begin(&r, key, tweak, radix, n) < 0)
        return -1;
    size_t u = n / 2, v = n - u;
    wide a = number_of(radix, digit, u), b = number_of(radix, digit + u, v), y, mu = power(radix, u), mv = power(radix, v);
    int got = 0;
    for (unsigned i = 0; i < 10 && got == 0; i++) {
        wide m = i % 2 ? mv : mu;
        got = round_value(&r, i, b, m, &y);
        wide c = got == 0 ? (a + y) % m : 0;
        a = b;
        b = c;
    }
    digits_of(a, radix, digit, u);
    digits_of(b, radix, digit + u, v);
    finish(&r);
    return got;
}

int ff1_decrypt(mm_str key, mm_str tweak, unsigned radix, uint16_t *digit, size_t n)
{
    rounds r;
    if (begin(&r, key, tweak, radix, n) < 0)
        return -1;
    size_t u = n / 2, v = n - u;
    wide a = number_of(radix, digit, u), b = number_of(radix, digit + u, v), y, mu = power(radix, u), mv = power(radix, v);
    int got = 0;
    for (unsigned i = 10; i-- > 0 && got == 0;) {
        wide m = i % 2 ? mv : mu;
        got = round_value(&r, i, a, m, &y);
        wide c = got == 0 ? (b + m - y) % m : 0;
        b = a;
        a = c;
    }
    digits_of(a, radix, digit, u);
    digits_of(b, radix, digit + u, v);
    finish(&r);
    return got;
}
#endif
