/* Times: read, written, and their months. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "price/when.h"

static int64_t at(const char *text)
{
    int64_t t = -1;
    if (!mm_when_read(mm_str_of(text), &t))
        fail_msg("%s is no time", text);
    return t;
}

static void every_day_is_that_of_the_c_library(void **state)
{
    for (int64_t t = -5000000000; t < 8000000000; t += 86400 * 3 + 12345) {
        struct tm tm;
        time_t in = t;
        char expect[32];
        mm_buf b = { 0 };
        gmtime_r(&in, &tm);
        strftime(expect, sizeof expect, "%Y-%m-%dT%H:%M:%SZ", &tm);
        mm_when_put(&b, t, false);
        mm_buf_byte(&b, 0);
        assert_string_equal(b.p, expect);
        assert_true(at(expect) == t);
        mm_buf_free(&b);
        tm.tm_mday = 1;
        tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
        assert_true(mm_month_of(t) == timegm(&tm));
        tm.tm_mon++;
        assert_true(mm_month_after(t) == timegm(&tm));
    }
}

static void forms_and_offsets(void **state)
{
    assert_true(at("2024-09-18T22:00:00+02:00") == at("2024-09-18 20:00:00 UTC"));
    assert_true(at("2024-09-18") == at("2024-09-18T00:00Z"));
    assert_true(at("2024-09-18 22:00:00.999") == at("2024-09-18T22:00:00Z"));
    assert_true(at("1700000000") == 1700000000);
    const char *const wrong[] = { "", "2024-02-30", "2023-02-29", "2024-13-01", "2024-1-1", "yesterday", "2024-09-18T25:00", "2024-09-18T22:00x" };
    int64_t t;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(mm_when_read(mm_str_of(wrong[i]), &t));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_is_that_of_the_c_library),
        cmocka_unit_test(forms_and_offsets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
