/* Exact amounts: read, added, multiplied, shared out, written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "price/money.h"

static mm_money of(const char *text)
{
    mm_money v = 0;
    const char *why = mm_money_read(mm_str_of(text), &v);
    if (why)
        fail_msg("%s: %s", text, why);
    return v;
}

static void is(mm_money v, const char *expected)
{
    mm_buf b = { 0 };
    mm_money_put(&b, v, 0);
    mm_buf_byte(&b, 0);
    assert_string_equal(b.p, expected);
    mm_buf_free(&b);
}

static void what_is_read_is_written_digit_for_digit(void **state)
{
    static const char *const same[] = { "0", "1", "-1", "0.1", "0.000000000000000001", "-0.000000000000000001", "123456789012345678",
        "1234567890123456789", "170141183460469231731.687303715884105727", "-170141183460469231731.687303715884105727",
        "99999999999999999999.999999999999999999", "0.123456789012345678", "12.5" };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        is(of(same[i]), same[i]);
    is(of("+7.50"), "7.5");
    is(of(".5"), "0.5");
    is(of("5."), "5");
    is(of("-0"), "0");
    is(of("00012.3400"), "12.34");
    is(of("1e3"), "1000");
    is(of("1.5E-7"), "0.00000015");
    is(of("8e-18"), "0.000000000000000008");
    is(of("0e99"), "0");
    is(of("0.00000080000"), "0.0000008");
    is(of("0.1000000000000000000000000000000"), "0.1");
}

static void what_is_no_amount_is_refused(void **state)
{
    static const struct { const char *text, *why; } bad[] = {
        { "", "no number" }, { "-", "no number" }, { ".", "no number" }, { "1,000", "no number" }, { " 1", "no number" },
        { "1 ", "no number" }, { "1e", "no number" }, { "1e+", "no number" }, { "1.2.3", "no number" }, { "NaN", "no number" },
        { "inf", "no number" }, { "0x10", "no number" }, { "$5", "no number" },
        { "0.0000000000000000001", "more than 18 decimals" }, { "1e-19", "more than 18 decimals" },
        { "170141183460469231731.687303715884105728", "too large" }, { "1e21", "too large" }, { "1e30", "too large" },
        { "999999999999999999999999999999999999999999", "more digits than 128 bits hold" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        mm_money v = 42;
        const char *why = mm_money_read(mm_str_of(bad[i].text), &v);
        if (!why || strcmp(why, bad[i].why) != 0)
            fail_msg("%s: %s instead of %s", bad[i].text, why ? why : "read", bad[i].why);
        assert_true(v == 42);
    }
}

static void sums_products_and_quotients(void **state)
{
    mm_money sum = of("0.1"), out;
    assert_true(mm_money_add(&sum, of("0.2")));
    is(sum, "0.3");
    sum = of("170141183460469231731.687303715884105727");
    assert_false(mm_money_add(&sum, 1));
    assert_true(mm_money_times(of("0.023"), of("1234.5"), &out));
    is(out, "28.3935");
    assert_true(mm_money_times(of("-1.5"), of("0.000000000000000001"), &out));
    is(out, "-0.000000000000000002");
    assert_true(mm_money_times(of("2.5"), of("0.000000000000000001"), &out));
    is(out, "0.000000000000000002");
    assert_false(mm_money_times(of("99999999999"), of("99999999999"), &out));
    assert_true(mm_money_over(of("1"), of("3"), &out));
    is(out, "0.333333333333333333");
    assert_true(mm_money_over(of("-2"), of("3"), &out));
    is(out, "-0.666666666666666667");
    assert_false(mm_money_over(of("1"), 0, &out));
}

static void shares_add_up(void **state)
{
    const mm_money even[] = { 1, 1, 1 }, by[] = { of("0.2"), 0, of("0.5"), of("0.3") };
    mm_money part[4], sum = 0;
    assert_true(mm_money_share(of("100"), even, 3, part));
    is(part[0], "33.333333333333333334");
    is(part[1], "33.333333333333333333");
    assert_true(part[0] + part[1] + part[2] == of("100"));
    assert_true(mm_money_share(of("-0.000000000000000007"), by, 4, part));
    for (int i = 0; i < 4; i++)
        sum += part[i];
    assert_true(sum == -7 && part[1] == 0);
    assert_true(mm_money_share(of("170141183460469231731"), by, 4, part));
    assert_true(part[0] + part[2] + part[3] == of("170141183460469231731"));
    const mm_money none[] = { 0, 0 }, less[] = { 1, -1 };
    assert_false(mm_money_share(1, none, 2, part));
    assert_false(mm_money_share(1, less, 2, part));
}

static void people_see_rounded_amounts_with_commas(void **state)
{
    static const struct { const char *v; int decimals; const char *shown; } as[] = {
        { "1234567.891", 2, "1,234,567.89" }, { "-1000", 2, "-1,000.00" }, { "0.005", 2, "0.00" }, { "0.015", 2, "0.02" },
        { "-0.001", 2, "0.00" }, { "999.995", 2, "1,000.00" }, { "12.5", 0, "12" }, { "13.5", 0, "14" } };
    for (size_t i = 0; i < sizeof as / sizeof *as; i++) {
        mm_buf b = { 0 };
        mm_money_show(&b, of(as[i].v), as[i].decimals);
        mm_buf_byte(&b, 0);
        assert_string_equal(b.p, as[i].shown);
        mm_buf_free(&b);
    }
    mm_buf b = { 0 };
    mm_money_put(&b, of("5"), 2);
    mm_buf_byte(&b, 0);
    assert_string_equal(b.p, "5.00");
    mm_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_read_is_written_digit_for_digit),
        cmocka_unit_test(what_is_no_amount_is_refused),
        cmocka_unit_test(sums_products_and_quotients),
        cmocka_unit_test(shares_add_up),
        cmocka_unit_test(people_see_rounded_amounts_with_commas),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
