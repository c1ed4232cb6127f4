/* The cryptography of keyed actions on published vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "crypt.h"

#ifdef MM_HAVE_CRYPTO
static mm_str bytes(const char *hex, unsigned char *out)
{
    size_t n = 0;
    for (; *hex; hex += 2, n++)
        sscanf(hex, "%2hhx", &out[n]);
    return (mm_str){ (const char *)out, n };
}

static void is_hex(const unsigned char *got, size_t n, const char *want)
{
    char text[512];
    for (size_t i = 0; i < n; i++)
        snprintf(text + 2 * i, 3, "%02x", got[i]);
    assert_string_equal(text, want);
}

/* RFC 5869, appendix A.1 to A.3. */
static void hkdf_rfc5869(void **state)
{
    unsigned char key[128], salt[128], info[128], out[96];
    assert_int_equal(hkdf(bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", key), bytes("000102030405060708090a0b0c", salt),
                          bytes("f0f1f2f3f4f5f6f7f8f9", info), out, 42), 0);
    is_hex(out, 42, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    assert_int_equal(hkdf(bytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f30"
                                "3132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f", key),
                          bytes("606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f90"
                                "9192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf", salt),
                          bytes("b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0"
                                "e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", info), out, 82), 0);
    is_hex(out, 82, "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f"
                    "09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    assert_int_equal(hkdf(bytes("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", key), MM_STR(""), MM_STR(""), out, 42), 0);
    is_hex(out, 42, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

/* RFC 4231, test cases 1 and 2, the second in two parts. */
static void hmac_rfc4231(void **state)
{
    unsigned char key[20], out[32];
    memset(key, 0x0b, sizeof key);
    assert_int_equal(hmac256(key, 20, (mm_str[]){ MM_STR("Hi There") }, 1, out), 0);
    is_hex(out, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    mm_str parts[] = { MM_STR("what do ya want "), MM_STR("for nothing?") };
    assert_int_equal(hmac256((const unsigned char *)"Jefe", 4, parts, 2, out), 0);
    is_hex(out, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

/* RFC 5297, appendix A.1 and A.2. */
static void siv_rfc5297(void **state)
{
    unsigned char key[32], ad[4][64], text[64], out[128], back[64];
    mm_str k = bytes("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", key);
    mm_str one[] = { bytes("101112131415161718191a1b1c1d1e1f2021222324252627", ad[0]) };
    mm_str plain = bytes("112233445566778899aabbccddee", text);
    assert_int_equal(siv_seal(k, one, 1, plain, out), 0);
    is_hex(out, plain.n + SIV_TAG, "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
    assert_int_equal(siv_open(k, one, 1, (mm_str){ (char *)out, plain.n + SIV_TAG }, back), 0);
    assert_memory_equal(back, text, plain.n);

    k = bytes("7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f", key);
    mm_str three[] = { bytes("00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100", ad[0]),
                       bytes("102030405060708090a0", ad[1]), bytes("09f911029d74e35bd84156c5635688c0", ad[2]) };
    plain = bytes("7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553", text);
    assert_int_equal(siv_seal(k, three, 3, plain, out), 0);
    is_hex(out, plain.n + SIV_TAG, "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829"
                                   "ea64ad544a272e9c485b62a3fd5c0d");
    for (size_t i = 0; i < plain.n + SIV_TAG; i++) {   /* any bit changed is seen, and nothing is given out */
        out[i] ^= 1;
        assert_int_equal(siv_open(k, three, 3, (mm_str){ (char *)out, plain.n + SIV_TAG }, back), -1);
        for (size_t j = 0; j < plain.n; j++)
            assert_int_equal(back[j], 0);
        out[i] ^= 1;
    }
    assert_int_equal(siv_open(k, three, 2, (mm_str){ (char *)out, plain.n + SIV_TAG }, back), -1);
    assert_int_equal(siv_open(k, three, 3, (mm_str){ (char *)out, 15 }, back), -1);
}

/* NIST, "FF1 samples" of SP 800-38G: nine. */
static void ff1_nist(void **state)
{
    static const char key128[] = "2b7e151628aed2a6abf7158809cf4f3c", key192[] = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f",
                      key256[] = "2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94";
    static const char t10[] = "39383736353433323130", t11[] = "3737373770717273373737";
    static const struct { const char *key; unsigned radix; const char *tweak, *plain, *sealed; } v[] = {
        { key128, 10, "", "0123456789", "2433477484" },
        { key128, 10, t10, "0123456789", "6124200773" },
        { key128, 36, t11, "0123456789abcdefghi", "a9tv40mll9kdu509eum" },
        { key192, 10, "", "0123456789", "2830668132" },
        { key192, 10, t10, "0123456789", "2496655549" },
        { key192, 36, t11, "0123456789abcdefghi", "xbj3kv35jrawxv32ysr" },
        { key256, 10, "", "0123456789", "6657667009" },
        { key256, 10, t10, "0123456789", "1001623463" },
        { key256, 36, t11, "0123456789abcdefghi", "xs8a0azh2avyalyzuwd" },
    };
    for (size_t i = 0; i < sizeof v / sizeof *v; i++) {
        unsigned char key[32], tweak[32];
        uint16_t digit[32];
        char text[33] = "";
        size_t n = strlen(v[i].plain);
        mm_str k = bytes(v[i].key, key), t = bytes(v[i].tweak, tweak);
        for (size_t j = 0; j < n; j++)
            digit[j] = (uint16_t)(v[i].plain[j] <= '9' ? v[i].plain[j] - '0' : v[i].plain[j] - 'a' + 10);
        assert_int_equal(ff1_encrypt(k, t, v[i].radix, digit, n), 0);
        for (size_t j = 0; j < n; j++)
            text[j] = "0123456789abcdefghijklmnopqrstuvwxyz"[digit[j]];
        assert_string_equal(text, v[i].sealed);
        assert_int_equal(ff1_decrypt(k, t, v[i].radix, digit, n), 0);
        for (size_t j = 0; j < n; j++)
            text[j] = "0123456789abcdefghijklmnopqrstuvwxyz"[digit[j]];
        assert_string_equal(text, v[i].plain);
    }
}

/* Rev. 1: at least a million texts; and every length that is taken comes back, the longest too. */
static void ff1_domain(void **state)
{
    uint16_t digit[FF1_MAX], was[FF1_MAX];
    assert_false(ff1_fits(10, 5));
    assert_true(ff1_fits(10, 6));
    assert_false(ff1_fits(2, 19));
    assert_true(ff1_fits(2, 20));
    assert_false(ff1_fits(36, 3));
    assert_true(ff1_fits(36, 4));
    assert_int_equal(ff1_encrypt(MM_STR("0123456789abcdef"), MM_STR(""), 10, digit, 5), -1);
    static const unsigned radix[] = { 2, 10, 16, 26, 36, 62, 256 };
    for (size_t r = 0; r < sizeof radix / sizeof *radix; r++)
        for (size_t n = 2; n <= FF1_MAX; n++) {
            if (!ff1_fits(radix[r], n))
                continue;
            for (size_t i = 0; i < n; i++)
                was[i] = digit[i] = (uint16_t)(radix[r] - 1 - (i * 7 + n) % 2);
            assert_int_equal(ff1_encrypt(MM_STR("0123456789abcdef"), MM_STR("t"), radix[r], digit, n), 0);
            assert_memory_not_equal(digit, was, n * sizeof *was);
            assert_int_equal(ff1_decrypt(MM_STR("0123456789abcdef"), MM_STR("t"), radix[r], digit, n), 0);
            assert_memory_equal(digit, was, n * sizeof *was);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hkdf_rfc5869), cmocka_unit_test(hmac_rfc4231), cmocka_unit_test(siv_rfc5297),
        cmocka_unit_test(ff1_nist), cmocka_unit_test(ff1_domain),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    puts("1..0 # SKIP built without libcrypto");
    return 0;
}
#endif
