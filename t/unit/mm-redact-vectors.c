/* Published examples of each kind of data, valid and not, through the detectors. What is expected is the text with
 * findings replaced. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sieve.h"
#include "walk.h"

static plan p;
static walker *w;

/* The text redacted, and no finding by the first look that would have let it pass. */
static void expect(const char *text, const char *want)
{
    mm_buf out = { 0 };
    mm_str got;
    walker_begin(w, MM_STR("{}"));
    assert_int_equal(walker_text(w, mm_str_of(text), "payload", &out, &got), 0);
    char shown[2048];
    snprintf(shown, sizeof shown, "%.*s", (int)got.n, got.p);
    assert_string_equal(shown, want);
    mm_buf row = { 0 };
    mm_buf_str(&row, MM_STR("{\"k\":"));
    mm_json_put(&row, mm_str_of(text));
    mm_buf_byte(&row, '}');
    sieve *s = sieve_new(&p);
    assert_int_equal((sieve_head(s, mm_buf_view(&row), NULL, NULL) & SIEVE_LOOK) != 0 || strcmp(text, want) == 0, 1);
    sieve_free(s);
    mm_buf_free(&row);
    mm_buf_free(&out);
}

static void stays(const char *text) { expect(text, text); }

/* SWIFT, IBAN Registry: the example of each country. */
static void ibans(void **state)
{
    static const char *const valid[] = {
        "AD1200012030200359100100", "AE070331234567890123456", "AL47212110090000000235698741", "AT611904300234573201",
        "BE68539007547034", "BG80BNBG96611020345678", "BR1800360305000010009795493C1", "CH9300762011623852957",
        "CY17002001280000001200527600", "CZ6508000000192000145399", "DE89370400440532013000", "DK5000400440116243",
        "EE382200221020145685", "ES9121000418450200051332", "FI2112345600000785", "FR1420041010050500013M02606",
        "GB29NWBK60161331926819", "GI75NWBK000000007099453", "GR1601101250000000012300695", "HR1210010051863000160",
        "HU42117730161111101800000000", "IE29AIBK93115212345678", "IL620108000000099999999", "IS140159260076545510730339",
        "IT60X0542811101000000123456", "KW81CBKU0000000000001234560101", "LI21088100002324013AA", "LT121000011101001000",
        "LU280019400644750000", "LV80BANK0000435195001", "MT84MALT011000012345MTLCAST001S", "NL91ABNA0417164300",
        "NO9386011117947", "PL61109010140000071219812874", "PT50000201231234567890154", "RO49AAAA1B31007593840000",
        "SA0380000000608010167519", "SE4550000000058398257466", "SI56263300012039086", "SK3112000000198742637541",
        "SM86U0322509800000000270100", "TR330006100519786457841326",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        char text[80], spaced[120];
        expect(valid[i], "<IBAN>");
        size_t n = 0;
        for (const char *c = valid[i]; *c; c++) {
            if (c > valid[i] && (c - valid[i]) % 4 == 0)
                spaced[n++] = ' ';
            spaced[n++] = *c;
        }
        spaced[n] = 0;
        expect(spaced, "<IBAN>");
        snprintf(text, sizeof text, "%s", valid[i]);
        text[3] = text[3] == '9' ? '0' : (char)(text[3] + 1);   /* a wrong check digit */
        mm_buf out = { 0 };
        mm_str got;
        walker_begin(w, MM_STR("{}"));
        assert_int_equal(walker_text(w, mm_str_of(text), "payload", &out, &got), 0);
        assert_null(memmem(got.p, got.n, "<IBAN>", 6));
        mm_buf_free(&out);
    }
    expect("Konto DE89 3704 0044 0532 0130 00, danke", "Konto <IBAN>, danke");
    stays("XX89370400440532013000000");
}

/* Test numbers that payment services publish for each network. */
static void cards(void **state)
{
    static const char *const valid[] = {
        "4111111111111111", "4012888888881881", "4222222222222", "5555555555554444", "5105105105105100",
        "2223003122003222", "378282246310005", "371449635398431", "30569309025904", "38520000023237", "3056930009020004",
        "6011111111111117", "6011000990139424", "3530111333300000", "3566002020360505", "6200000000000005",
        "6759649826438453",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++) {
        char text[80];
        snprintf(text, sizeof text, "card %s", valid[i]);
        expect(text, "card <CARD>");
    }
    expect("4111 1111 1111 1111", "<CARD>");
    expect("4111-1111-1111-1111.", "<CARD>.");
    expect("3782 822463 10005", "<CARD>");
    stays("4111111111111112");
    stays("4111 1111 1111 1112");
    stays("1234567812345670");                  /* right by Luhn, of no issuer */
    stays("0000 0000 0000 0000");
    stays("123e4567-e89b-12d3-a456-426614174000");
}

static void ssns(void **state)
{
    expect("536-22-8726", "<US_SSN>");
    expect("SSN: 536 22 8726", "SSN: <US_SSN>");
    expect("social security number 536228726", "social security number <US_SSN>");
    stays("000-22-8726");
    stays("666-22-8726");
    stays("900-22-8726");
    stays("536-00-8726");
    stays("536-22-0000");
    stays("078-05-1120");
    stays("part 1536-22-8726");
    stays("536228726");
}

/* RFC 4291 section 2.2, RFC 5952, and what only looks like them. */
static void addresses(void **state)
{
    static const char *const valid[] = {
        "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", "2001:DB8:0:0:8:800:200C:417A", "2001:DB8::8:800:200C:417A",
        "FF01::101", "::1", "0:0:0:0:0:0:0:1", "0:0:0:0:0:0:13.1.68.3", "::13.1.68.3", "::FFFF:129.144.52.38",
        "2001:db8::1:0:0:1", "fe80::1ff:fe23:4567:890a%eth0", "2001:db8:0:1:1:1:1:1", "192.0.2.1", "203.0.113.255",
        "255.255.255.255",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        expect(valid[i], "<IP>");
    expect("[2001:db8::1]:8080", "[<IP>]:8080");
    expect("at 192.0.2.1:8080, 198.51.100.0/24.", "at <IP>:8080, <IP>/24.");
    stays("256.1.2.3");
    stays("1.2.3");
    stays("1.2.3.4.5");
    stays("version 1.2.3.4");
    stays("v10.0.19041.1");
    stays("01.02.03.04");
    stays("12:30:45");
    stays("12:30:45:123");
    stays("std::vector");
    stays("2001:db8:1");
    stays("1:2:3:4:5:6:7:8:9");
}

static void hardware(void **state)
{
    expect("00:00:5e:00:53:af", "<MAC>");
    expect("00-00-5E-00-53-AF", "<MAC>");
    expect("0000.5e00.53af", "<MAC>");
    stays("00:00:5e:00:53");
    stays("00:00:5e:00:53:af:11:22x");
    stays("2019-01-02");
}

static void mails(void **state)
{
    expect("simple@example.com", "<EMAIL>");
    expect("<very.common+tag@sub.example.co.uk>", "<<EMAIL>>");
    expect("mail o'neil@example.ie.", "mail <EMAIL>.");
    expect("J\xc3\xb6rg@b\xc3\xbc" "cher.de", "<EMAIL>");
    expect("x@xn--bcher-kva.example", "<EMAIL>");
    stays("user@localhost");
    stays("icon@2x.png");
    expect("joe@example.org.txt", "<EMAIL>.txt");
    stays("left-pad@1.3.0");
    stays("@mention and a @ b");
    stays("a@b");
}

static void urls(void **state)
{
    expect("https://bob:s3cret@example.com/x", "https://<URL_CREDENTIALS>@example.com/x");
    expect("postgres://u:p%40ss@[2001:db8::1]:5432/db", "postgres://<URL_CREDENTIALS>@[<IP>]:5432/db");
    expect("https://example.com/cb?state=1&access_token=abcd1234efgh", "https://example.com/cb?state=1&access_token=<SECRET>");
    stays("https://example.com/t/625626?page=31&sort=new");
    stays("https://medium.com/@user/story");
}

/* Made up, in the issuers' forms. */
static void secrets(void **state)
{
    static const char *const valid[] = {
        "AKIAIOSFODNN7EXAMPLE", "ghp_16C7e42F292c6912E7710c838347Ae178B4a", "glpat-ABC123def456GHI789jk",
        "xoxb-123456789012-123456789012-AbCdEfGhIjKlMnOpQrStUvWx", "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
        "AIzaSyA1234567890abcdefghijklmnopqrstuv", "sk-ant-api03-abcDEF123456ghiJKL789012mno",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        "npm_abcdEFGH1234ijklMNOP5678qrstUVWX90ab", "SG.abcdefghijklmnopqrst12.abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP1",
        "hf_abcdefGHIJKLmnopqrstUVWXyz12345678", "SK0123456789abcdef0123456789abcdef",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        expect(valid[i], "<SECRET>");
    stays("aba79a91078e2418f143d06572e1d386");
    stays("123e4567-e89b-12d3-a456-426614174000");
    stays("sk-a-very-long-name-of-a-thing-with-dashes");
    stays("AKIA");
    expect("a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb", "a\n<PRIVATE_KEY>\nb");
    expect("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNz", "<PRIVATE_KEY>");
    stays("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----");
}

static void phones(void **state)
{
    static const char *const valid[] = {
        "+1 415 555 0132", "+14155550132", "+44 20 7946 0958", "+49 (0)30 901820", "+33 1 23 45 67 89", "+34 612 34 56 78",
        "+39 06 1234567", "+31 6 12345678", "+91 98765 43210", "+61 2 5550 1234", "+81-3-1234-5678", "+55 (11) 91234-5678",
        "(415) 555-0132", "415-555-0132", "415.555.0132", "1-415-555-0132", "020 7946 0958", "07700 900123",
        "030 901820", "(089) 1234567", "0170/1234567", "01 23 45 67 89", "612 34 56 78", "06 12345678",
        "06-12345678", "98765 43210", "0412 345 678", "(02) 5550 1234", "1300 975 707", "03-1234-5678", "090-1234-5678",
        "(11) 91234-5678",
    };
    for (size_t i = 0; i < sizeof valid / sizeof *valid; i++)
        expect(valid[i], "<PHONE>");
    expect("Tel. 4155550132", "Tel. <PHONE>");
    expect("call me at 555-0132", "call me at <PHONE>");
    stays("2019-01-02");
    stays("ORD-2019-123456");
    stays("12.50");
    stays("1,234,567.89");
    stays("4155550132");
    stays("order 555-0132");
    stays("10 x 20 cm, 1990 2000");
    stays("02.01.2019 10");
}

static void births(void **state)
{
    expect("born 1990-05-12", "born <BIRTH_DATE>");
    expect("geboren am 12. Mai 1990 in Ulm", "geboren am <BIRTH_DATE> in Ulm");
    expect("n\xc3\xa9 le 12/05/1990", "n\xc3\xa9 le <BIRTH_DATE>");
    expect("nacida el 12 de mayo de 1990", "nacida el <BIRTH_DATE>");
    expect("DOB: May 12, 1990", "DOB: <BIRTH_DATE>");
    stays("shipped 1990-05-12");
    stays("born 1990-15-42");
}

static void places(void **state)
{
    expect("at 48.85837, 2.29448 now", "at <COORDINATES> now");
    expect("-33.8568,151.2153", "<COORDINATES>");
    expect("48\xc2\xb0" "51'24.1\"N", "<COORDINATES>");
    stays("48.85, 2.29");
    stays("1,234,567");
    stays("20\xc2\xb0" "C, 68\xc2\xb0" "F");
    stays("148.85837, 202.29448");
}

int main(void)
{
    static const char *const none[1] = { NULL };
    mm_list fields = { (const char **)none, 0 };
    mm_err e = { 0 };
    detect_prepare();
    mm_policy *policy = mm_policy_parse(mm_str_of(plan_default_text), "built-in policy", &e);
    if (!policy || plan_new(&p, policy, &(plan_options){ .fields = &fields }, &e) < 0 || !(w = walker_new(&p)))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ibans), cmocka_unit_test(cards), cmocka_unit_test(ssns), cmocka_unit_test(addresses),
        cmocka_unit_test(hardware), cmocka_unit_test(mails), cmocka_unit_test(urls), cmocka_unit_test(secrets),
        cmocka_unit_test(phones), cmocka_unit_test(births), cmocka_unit_test(places),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    walker_free(w);
    plan_free(&p);
    mm_policy_free(policy);
    return failed;
}
