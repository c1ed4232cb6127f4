#include "crypt.h"

#ifdef MM_HAVE_CRYPTO
#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

int hkdf(mm_str key, mm_str salt, mm_str info, unsigned char *out, size_t n)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *ctx = kdf ? EVP_KDF_CTX_new(kdf) : NULL;
    OSSL_PARAM with[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)key.p, key.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)salt.p, salt.n),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)info.p, info.n),
        OSSL_PARAM_construct_end(),
    };
    int got = ctx && EVP_KDF_derive(ctx, out, n, with) > 0 ? 0 : -1;
    EVP_KDF_CTX_free(ctx);
    EVP_KDF_free(kdf);
    return got;
}

int hmac256(const unsigned char *key, size_t n, const mm_str *parts, size_t count, unsigned char out[32])
{
    EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *ctx = mac ? EVP_MAC_CTX_new(mac) : NULL;
    OSSL_PARAM with[] = { OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
                          OSSL_PARAM_construct_end() };
    size_t len = 0;
    int ok = ctx && EVP_MAC_init(ctx, key, n, with) == 1;
    for (size_t i = 0; ok && i < count; i++)
        ok = EVP_MAC_update(ctx, (const unsigned char *)parts[i].p, parts[i].n) == 1;
    ok = ok && EVP_MAC_final(ctx, out, &len, 32) == 1 && len == 32;
    EVP_MAC_CTX_free(ctx);
    EVP_MAC_free(mac);
    return ok ? 0 : -1;
}

static EVP_CIPHER_CTX *siv_start(mm_str key, const mm_str *ad, size_t n_ad, const unsigned char *tag)
{
    const char *name = key.n == 64 ? "AES-256-SIV" : key.n == 48 ? "AES-192-SIV" : "AES-128-SIV";
    EVP_CIPHER *cipher = EVP_CIPHER_fetch(NULL, name, NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int len, ok = cipher && ctx && (key.n == 32 || key.n == 48 || key.n == 64) &&
                  EVP_CipherInit_ex2(ctx, cipher, (const unsigned char *)key.p, NULL, tag == NULL, NULL) == 1 &&
                  (!tag || EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, SIV_TAG, (void *)tag) == 1);
    for (size_t i = 0; ok && i < n_ad; i++)
        ok = ad[i].n <= INT_MAX && EVP_CipherUpdate(ctx, NULL, &len, (const unsigned char *)ad[i].p, (int)ad[i].n) == 1;
    EVP_CIPHER_free(cipher);
    if (ok)
        return ctx;
    EVP_CIPHER_CTX_free(ctx);
    return NULL;
}

int siv_seal(mm_str key, const mm_str *ad, size_t n_ad, mm_str text, unsigned char *out)
{
    int len;
    EVP_CIPHER_CTX *ctx = text.n <= INT_MAX ? siv_start(key, ad, n_ad, NULL) : NULL;
    int ok = ctx && EVP_EncryptUpdate(ctx, out + SIV_TAG, &len, (const unsigned char *)text.p, (int)text.n) == 1 &&
             EVP_EncryptFinal_ex(ctx, out + SIV_TAG + text.n, &len) == 1 &&
             EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, SIV_TAG, out) == 1;
    EVP_CIPHER_CTX_free(ctx);
    return ok ? 0 : -1;
}

int siv_open(mm_str key, const mm_str *ad, size_t n_ad, mm_str sealed, unsigned char *out)
{
    int len;
    if (sealed.n < SIV_TAG || sealed.n > INT_MAX)
        return -1;
    const unsigned char *p = (const unsigned char *)sealed.p;
    EVP_CIPHER_CTX *ctx = siv_start(key, ad, n_ad, p);
    size_t n = sealed.n - SIV_TAG;
    int ok = ctx && EVP_DecryptUpdate(ctx, out, &len, p + SIV_TAG, (int)n) == 1 &&
             EVP_DecryptFinal_ex(ctx, out + n, &len) == 1;
    EVP_CIPHER_CTX_free(ctx);
    if (!ok)
        OPENSSL_cleanse(out, n);
    return ok ? 0 : -1;
}
#endif
