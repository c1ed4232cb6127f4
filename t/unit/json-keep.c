/* Keeping members of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "json/keep.h"

/* What is left of text when these paths, divided by blanks, are kept; NULL when it is refused. */
static const char *kept(const char *paths, const char *text)
{
    static char shown[300];
    mm_keep *k = mm_keep_new();
    mm_buf out = { 0 };
    for (const char *p = paths; *p; p += *p == ' ') {
        size_t n = strcspn(p, " ");
        mm_path *path = mm_path_new((mm_str){ p, n }, NULL);
        assert_non_null(path);
        assert_int_equal(mm_keep_add(k, path, NULL), 0);
        mm_path_free(path);
        p += n;
    }
    mm_buf_str(&out, MM_STR("#"));
    int rc = mm_keep_apply(k, mm_str_of(text), &out);
    if (rc < 0)
        assert_int_equal(out.n, 1);
    mm_buf_byte(&out, '\0');
    strcpy(shown, out.p + 1);
    mm_buf_free(&out);
    mm_keep_free(k);
    return rc < 0 ? NULL : shown;
}

static void members_stay_as_they_are_spelled(void **state)
{
    static const struct { const char *paths, *text, *left; } cases[] = {
        { "a", "{\"a\":1.50,\"b\":2}", "{\"a\":1.50}" },
        { "b a", "{\"a\" : 1e0 , \"b\" : [ 1, 2 ] }", "{\"a\":1e0,\"b\":[ 1, 2 ]}" },
        { "a", "{\"\\u0061\":\"x\\u0000\",\"c\":1}", "{\"\\u0061\":\"x\\u0000\"}" },
        { "a", "{\"a\":1,\"b\":0,\"a\":2}", "{\"a\":1,\"a\":2}" },
        { "c", "{\"a\":1}", "{}" },
        { "a", "{}", "{}" },
        { "o.x", "{\"o\":{\"y\":1,\"x\":{\"z\":2}},\"p\":1}", "{\"o\":{\"x\":{\"z\":2}}}" },
        { "o.x o", "{\"o\":{\"y\":1,\"x\":2}}", "{\"o\":{\"y\":1,\"x\":2}}" },
        { "o.x.z o.y", "{\"o\":{\"y\":1,\"x\":{\"w\":2}}}", "{\"o\":{\"y\":1}}" },
        { "o.x a", "{\"o\":{\"y\":1},\"a\":2}", "{\"a\":2}" },
        { "o.x", "{\"o\":[{\"x\":1}],\"p\":{\"x\":1}}", "{}" },
        { "o.x", "{\"o\":7}", "{}" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(kept(cases[i].paths, cases[i].text), cases[i].left);
}

static void what_is_no_object_is_refused(void **state)
{
    static const char *const texts[] = { "", "[1]", "7", "{\"a\"", "{\"a\":1", "{\"a\":1 \"b\":2}", "{\"o\":{\"x\" 1}}", "{a:1}" };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (kept("a o.x", texts[i]))
            fail_msg("taken: %s", texts[i]);
}

static void elements_are_refused(void **state)
{
    mm_keep *k = mm_keep_new();
    mm_path *path = mm_path_new(MM_STR("a[0].b"), NULL);
    mm_err e = { 0 };
    assert_int_equal(mm_keep_add(k, path, &e), -1);
    assert_int_equal(e.code, MM_EUSAGE);
    mm_path_free(path);
    mm_keep_free(k);
}

static void what_is_kept_is_known(void **state)
{
    mm_keep *k = mm_keep_new();
    mm_path *path = mm_path_new(MM_STR("mm.id"), NULL);
    assert_false(mm_keep_has(k, MM_STR("mm")));
    assert_int_equal(mm_keep_add(k, path, NULL), 0);
    assert_true(mm_keep_has(k, MM_STR("mm")));
    assert_false(mm_keep_has(k, MM_STR("id")));
    mm_path_free(path);
    mm_keep_free(k);
    mm_keep_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_stay_as_they_are_spelled), cmocka_unit_test(what_is_no_object_is_refused),
        cmocka_unit_test(elements_are_refused), cmocka_unit_test(what_is_kept_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
