/* digest.c - the checksums of a whole file. */
#include "digest.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include <xxhash.h>

#ifdef MM_HAVE_CRYPTO
#include <openssl/evp.h>
#else
typedef struct EVP_MD_CTX EVP_MD_CTX;
#endif

#define PIECE ((size_t)256 << 10)

bool st_digest_has_sha256(void)
{
#ifdef MM_HAVE_CRYPTO
    return true;
#else
    return false;
#endif
}

static void put_hex(const unsigned char *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = '\0';
}

static EVP_MD_CTX *sha_begin(bool wanted)
{
#ifdef MM_HAVE_CRYPTO
    EVP_MD_CTX *c = wanted ? EVP_MD_CTX_new() : NULL;
    if (c && EVP_DigestInit_ex(c, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(c);
        return NULL;
    }
    return c;
#else
    return NULL;
#endif
}

static void sha_add(EVP_MD_CTX *c, const void *p, size_t n)
{
#ifdef MM_HAVE_CRYPTO
    if (c)
        EVP_DigestUpdate(c, p, n);
#endif
}

static void sha_end(EVP_MD_CTX *c, char out[65])
{
#ifdef MM_HAVE_CRYPTO
    unsigned char sum[32];
    if (c && EVP_DigestFinal_ex(c, sum, NULL) == 1)
        put_hex(sum, sizeof sum, out);
    EVP_MD_CTX_free(c);
#endif
}

static int read_all(int fd, const char *shown, char *piece, XXH3_state_t *x, EVP_MD_CTX *sha, st_digest *out, mm_err *e)
{
    for (;;) {
        ssize_t n = pread(fd, piece, PIECE, (off_t)out->bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return mm_fail_errno(e, "%s: cannot read", shown);
        if (n == 0)
            return 0;
        XXH3_128bits_update(x, piece, (size_t)n);
        sha_add(sha, piece, (size_t)n);
        out->bytes += (uint64_t)n;
    }
}

int st_digest_file(int fd, const char *shown, bool sha256, st_digest *out, mm_err *e)
{
    *out = (st_digest){ 0 };
    char *piece = malloc(PIECE);
    XXH3_state_t *x = XXH3_createState();
    EVP_MD_CTX *sha = sha_begin(sha256);
    int rc = piece && x && (sha || !sha256) ? 0 : mm_fail(e, MM_ESYS, "%s: SHA-256 or memory is not to be had", shown);
    if (rc == 0) {
        XXH3_128bits_reset(x);
        rc = read_all(fd, shown, piece, x, sha, out, e);
    }
    if (rc == 0) {
        XXH128_canonical_t c;
        XXH128_canonicalFromHash(&c, XXH3_128bits_digest(x));
        put_hex(c.digest, sizeof c.digest, out->xxh3);
    }
    sha_end(sha, out->sha256);
    XXH3_freeState(x);
    free(piece);
    return rc;
}
