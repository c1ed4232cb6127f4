/* National numbers: public examples of each, in the forms they are written in, are found; with another digit they are
 * not, where a check digit proves them; and what only looks like them stays. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "walk.h"

static plan p;
static int wrong;
static walker *w;
static mm_buf out;

/* The text redacted. */
static mm_str redacted(const char *text)
{
    mm_str got;
    walker_begin(w, MM_STR("{}"));
    assert_int_equal(walker_text(w, mm_str_of(text), "payload", &out, &got), 0);
    return got;
}

static void expect(const char *text, const char *want)
{
    mm_str got = redacted(text);
    char shown[512];
    snprintf(shown, sizeof shown, "%.*s", (int)got.n, got.p);
    if (strcmp(shown, want) != 0)
        print_message("# %s: %s, not %s\n", text, shown, want);
    wrong += strcmp(shown, want) != 0;
}

static void stays(const char *text) { expect(text, text); }

static bool names(const char *text, const char *entity)
{
    mm_str got = redacted(text);
    char want[64];
    snprintf(want, sizeof want, "<%s>", entity);
    return memmem(got.p, got.n, want, strlen(want)) != NULL;
}

/* Entity, and examples with | between them: of those that are proved no other digit will do in any place. */
static const struct {
    const char *entity, *proved, *shaped;
} examples[] = {
    { "CRYPTO_WALLET", "", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2|3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy|bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4|"
      "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4|bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0|"
      "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed" },                      /* BIP 173, BIP 350, EIP 55 */
    { "US_MBI", "", "1EG4-TE5-MK73|1EG4TE5MK73" },                            /* CMS */
    { "US_DEA", "", "BB1388568|AP5836727|F91234563" },
    { "US_ROUTING", "3222-7162-7", "" },
    { "US_ITIN", "", "911-70-1234|900-70-0000" },
    { "CA_SIN", "130-692-544", "" },
    { "CA_POSTAL_CODE", "", "K1A 0B1|V5K 0A1" },                              /* Canada Post */
    { "BR_CPF", "529.982.247-25|52998224725|111.444.777-35", "" },
    { "BR_CNPJ", "11.222.333/0001-81|11222333000181", "" },
    { "UK_NHS", "401-023-2137", "" },                            /* NHS Data Dictionary */
    { "UK_NINO", "", "AA 12 34 56 B|AB123456C|tw987654a|PR 123612C" },
    { "UK_DRIVING_LICENCE", "", "MORGA753116SM9IJ|MORGA657054SM9IJ" },        /* DVLA */
    { "UK_POSTCODE", "", "SW1A 1AA|EC1A 1BB|M1 1AE|B33 8TH|CR2 6XH|DN55 1PT|W1A 0AX" },   /* Royal Mail */
    { "UK_VEHICLE_REGISTRATION", "", "AB51 ABC|BD51 SMR" },
    { "IE_PPS", "1234567T|1234567FA", "" },
    { "DE_TAX_ID", "86095742719|47036892816|65929970489|57549285017", "" },   /* BZSt */
    { "DE_SOCIAL_SECURITY", "", "15070649C103|15 070649 C 103" },
    { "DE_ID_CARD", "", "T220001293|L01X00T471" },
    { "DE_PASSPORT", "", "C01X00T478" },
    { "DE_HEALTH_INSURANCE", "A123456780", "" },
    { "DE_DRIVING_LICENCE", "", "B072RRE2I55" },
    { "DE_VAT_ID", "DE136695976|DE 136695976", "" },
    { "DE_TAX_NUMBER", "", "151/815/08156|24/075/12345" },
    { "DE_TRADE_REGISTER", "", "HRB 12345|HRA 1234" },
    { "DE_LICENCE_PLATE", "", "M-AB 1234|HH-AB 123" },
    { "AT_SOCIAL_SECURITY", "", "1237 010180" },
    { "CH_AHV", "756.9217.0769.85|7569217076985", "" },
    { "FR_NIR", "255081416802538|2 55 08 14 168 025 38", "" },                /* INSEE */
    { "FR_TAX_ID", "3023217600053|0701987765493", "" },
    { "FR_SIRET", "732 829 320 00074", "" },
    { "FR_PASSPORT", "", "12AB34567" },
    { "ES_NIF", "12345678Z|12345678-Z|54362315K", "" },                       /* Ministerio del Interior */
    { "ES_NIE", "X1234567L|Z8078221M|X-1234567-L", "" },
    { "ES_CIF", "A58818501|B64717838", "" },
    { "PT_CITIZEN_CARD", "", "00000000 0 ZZ4" },                              /* AMA */
    { "IT_FISCAL_CODE", "", "RSSMRA85T10A562S|MRTMTT91D08F205J" },
    { "KR_RRN", "", "960121-1234567" },
    { "IT_VAT", "IT07643520567", "" },
    { "BE_NATIONAL_NUMBER", "85.07.30-033.28|93.05.18-223.61", "" },
    { "BE_ENTERPRISE", "0403.019.261|BE0403019261", "" },
    { "SE_PERSONNUMMER", "811228-9874|19811228-9874|701063-2391", "" },       /* Skatteverket */
    { "SE_ORGANISATIONSNUMMER", "556703-7485|212000-0142", "" },
    { "FI_HETU", "131052-308T|131052A308T", "" },                             /* DVV */
    { "NO_FODSELSNUMMER", "15108695088|17054026641", "" },
    { "DK_CPR", "", "211062-5629" },
    { "PL_PESEL", "44051401359|02070803628", "" },
    { "PL_NIP", "123-456-32-18|106-00-00-062", "" },
    { "PL_ID_CARD", "ABA300000|ABS123456", "" },
    { "TR_NATIONAL_ID", "10000000146|17291716060", "" },
    { "TR_LICENCE_PLATE", "", "34 ABC 123|06 AB 1234" },
    { "IN_AADHAAR", "2345 6789 0124", "" },
    { "IN_PAN", "", "ABCPE1234F|AAPFU0939F" },
    { "IN_VOTER_ID", "", "KSD1287349" },
    { "IN_GSTIN", "", "27AAPFU0939F1ZV" },
    { "IN_VEHICLE_REGISTRATION", "", "KA53ME3456|MH12AB1234" },
    { "AU_ABN", "51 824 753 556|51824753556", "" },                           /* ABR */
    { "AU_MEDICARE", "", "2123 45670 1" },
    { "SG_NRIC", "", "S1234567D|T1234567J" },
    { "SG_UEN", "53125226D|201434292D|T01FC6132D", "" },
    { "PH_UMID", "", "0111-1234567-1" },
    { "TH_NATIONAL_ID", "", "1-1017-00230-70-8" },
    { "KR_DRIVER_LICENSE", "", "11-22-345678-90" },
    { "KR_BRN", "120-81-47521|220-81-62517", "" },
    { "ZA_ID_NUMBER", "8001015009087", "" },
    { "ZA_COMPANY", "", "2014/123456/07" },
    { "NG_VEHICLE_REGISTRATION", "", "ABC-123DE" },
    { "VIN", "1M8GDM9AXKP042788|5GZCZ43D13S812715", "" },
    { "IMEI", "49-015420-323751-8", "" },                                     /* 3GPP */
};

static void each(const char *list, void (*call)(const char *entity, const char *value), const char *entity)
{
    while (*list) {
        char value[64];
        size_t n = strcspn(list, "|");
        snprintf(value, sizeof value, "%.*s", (int)n, list);
        call(entity, value);
        list += n + (list[n] == '|');
    }
}

static void is_found(const char *entity, const char *value)
{
    char text[128], want[128];
    snprintf(want, sizeof want, "<%s>", entity);
    expect(value, want);
    snprintf(text, sizeof text, "It is %s, he said.", value);
    snprintf(want, sizeof want, "It is <%s>, he said.", entity);
    expect(text, want);
}

static void spoilt_is_not(const char *entity, const char *value)
{
    for (size_t i = 0; value[i]; i++) {
        if (value[i] < '0' || value[i] > '9')
            continue;
        char text[64];
        int left = 0;
        for (char d = '0'; d <= '9'; d++) {
            snprintf(text, sizeof text, "%s", value);
            text[i] = d;
            left += d != value[i] && names(text, entity);
        }
        if (left > 0)
            print_message("# %s: %d other digits in place %zu of %s\n", entity, left, i, value);
        wrong += left > 0;
    }
}

static void found_in_all_forms(void **state)
{
    wrong = 0;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        each(examples[i].proved, is_found, examples[i].entity);
        each(examples[i].shaped, is_found, examples[i].entity);
    }
    assert_int_equal(wrong, 0);
}

static void not_with_another_digit(void **state)
{
    wrong = 0;
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        each(examples[i].proved, spoilt_is_not, examples[i].entity);
    assert_int_equal(wrong, 0);
}

/* What plain digits are is told by the words beside them. */
static void beside_words(void **state)
{
    wrong = 0;
    expect("my NHS number is 4010232137", "my NHS number is <UK_NHS>");
    expect("NHS 943 476 5919", "NHS <UK_NHS>");
    expect("NPI 1234567893, routing 121000358", "NPI <US_NPI>, routing <US_ROUTING>");
    expect("passport 912803456 was lost", "passport <US_PASSPORT> was lost");
    expect("TFN: 876543210", "TFN: <AU_TFN>");
    expect("Steuernummer 21815081501", "Steuernummer <DE_TAX_NUMBER>");
    expect("burgerservicenummer 111222333", "burgerservicenummer <NL_BSN>");
    expect("Ausweis L01X00T47", "Ausweis <DE_ID_CARD>");
    expect("carta d'identita CA12345AA", "carta d'identita <IT_IDENTITY_CARD>");
    expect("NIF 123456789", "NIF <PT_NIF>");
    expect("account number 945456787654", "account number <US_BANK_ACCOUNT>");
    expect("driver license H12234567", "driver license <US_DRIVER_LICENSE>");
    expect("SWIFT code DEUTDEFF500", "SWIFT code <SWIFT_BIC>");
    stays("945456787654");
    stays("is 4010232137 big");
    stays("912345678 of them");
    assert_int_equal(wrong, 0);
}

static void near_misses(void **state)
{
    static const char *const texts[] = {
        "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", "401-023-2138", "123456789", "order 4012345678", "BG123456A", "AB123456E", "QQ 12 34 56 C", "PA12348L", "K1D 0B1", "SW1A 1AC",
        "12345678A", "ISO8601 and UTF8", "x86_64 on i386", "1920x1080", "B2B and 3D", "v12b4", "RFC3986", "H264 and MP3",
        "100px by 200px", "2019W52", "error 0x80070005", "GPT4 and T5", "deadbeef123", "1st 2nd 3rd 10th", "COVID19", "MP4A 40.2",
        "sha1:2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "aba79a91078e2418f143d06572e1d386", "2020-02-19T09:22:43.355Z",
        "99 bottles", "page 12 of 340", "7 x 24", "9:00 to 17:30", "1-800-FLOWERS", "SKU 12-34567-890A", "A4 paper, 80 g", "Room B12",
        "51 824 753 557", "000000000", "00000000T0",
    };
    wrong = 0;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        stays(texts[i]);
    assert_int_equal(wrong, 0);
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
        cmocka_unit_test(found_in_all_forms), cmocka_unit_test(not_with_another_digit), cmocka_unit_test(beside_words),
        cmocka_unit_test(near_misses),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mm_buf_free(&out);
    walker_free(w);
    plan_free(&p);
    mm_policy_free(policy);
    return failed;
}
