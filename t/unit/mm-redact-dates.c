/* Dates in the forms people write, read and written again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dates.h"

static void moves(const char *text, const char *order, int64_t days, const char *want)
{
    date d;
    mm_buf out = { 0 };
    int y, m, day;
    assert_true(date_read(mm_str_of(text), order, &d));
    date_of_days(date_days(d.year, d.month, d.day) + days, &y, &m, &day);
    assert_true(date_write(mm_str_of(text), &d, y, m, day, &out));
    mm_buf_byte(&out, 0);
    assert_string_equal(out.p, want);
    mm_buf_free(&out);
}

static void forms(void **state)
{
    moves("1990-05-12", NULL, 20, "1990-06-01");
    moves("1990-05-12T10:11:12+02:00", NULL, -12, "1990-04-30T10:11:12+02:00");
    moves("19900512", NULL, 365, "19910512");
    moves("12.5.1990", NULL, 1, "13.5.1990");
    moves("4/5/1990", NULL, 1, "4/6/1990");
    moves("4/5/1990", "dmy", 1, "5/5/1990");
    moves("04-05-90", NULL, 1, "05-05-90");
    moves("13/5/1990", NULL, 1, "14/5/1990");
    moves("5/13/1990", "dmy", 1, "5/14/1990");
    moves("12 May 1990", NULL, 31, "12 June 1990");
    moves("MAY 12th, 1990", NULL, -11, "MAY 1st, 1990");
    moves("1. M\xc3\xa4rz 1990", NULL, -1, "28. Februar 1990");
    moves("12 de enero de 1990", NULL, 31, "12 de febrero de 1990");
    moves("1990\xe5\xb9\xb4" "5\xe6\x9c\x88" "12\xe6\x97\xa5", NULL, 1, "1990\xe5\xb9\xb4" "5\xe6\x9c\x88" "13\xe6\x97\xa5");
    moves("2000-02-28", NULL, 1, "2000-02-29");
    moves("1900-02-28", NULL, 1, "1900-03-01");
}

static void no_dates(void **state)
{
    static const char *const texts[] = { "", "soon", "12", "1990-13-01", "1990-02-30", "31.4.1990", "1.2.3.4", "123456789012-1-1",
                                         "99999999999", "0000-01-01", "May", "1234567" };
    date d;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_false(date_read(mm_str_of(texts[i]), NULL, &d) && d.d.len);
    assert_true(date_read(MM_STR("1987"), NULL, &d) && d.year == 1987 && !d.m.len && !d.d.len);
    assert_true(date_read(MM_STR("1987-04"), NULL, &d) && d.month == 4 && !d.d.len);
}

/* Every day of 800 years is the one after the day before, and 1970-01-01 is 0. */
static void days(void **state)
{
    int y = 1600, m = 1, d = 1;
    static const int last[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    assert_int_equal(date_days(1970, 1, 1), 0);
    for (int64_t n = date_days(1600, 1, 1); y < 2400; n++) {
        int gy, gm, gd;
        date_of_days(n, &gy, &gm, &gd);
        assert_true(gy == y && gm == m && gd == d && date_days(y, m, d) == n);
        bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
        if (++d > last[m - 1] + (m == 2 && leap)) {
            d = 1;
            if (++m > 12) {
                m = 1;
                y++;
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(forms), cmocka_unit_test(no_dates), cmocka_unit_test(days) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
