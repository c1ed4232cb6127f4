/* Changes of one value in a YAML text: what else stands there stays as it is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "splice.h"

#define PATH(...) (const char *const[]){ __VA_ARGS__, NULL }

static void becomes(const char *text, const char *const *path, const char *value, bool append, const char *want)
{
    mm_err e = { 0 };
    mm_buf out = { 0 };
    int rc = yaml_set(mm_str_of(text), "p.yaml", path, mm_str_of(value), append, &out, &e);
    mm_buf_byte(&out, '\0');
    if (!want)
        assert_int_equal(rc, -1);
    else if (rc < 0)
        fail_msg("%s", e.text);
    else
        assert_string_equal(out.p, want);
    mm_buf_free(&out);
}

static void values(void **state)
{
    becomes("version: 1  # form\nredact:\n  threshold: 0.5  # half\n  action: mask\n", PATH("redact", "threshold"), "0.4", false,
            "version: 1  # form\nredact:\n  threshold: 0.4  # half\n  action: mask\n");
    becomes("a: 'it''s'  # b\n", PATH("a"), "x", false, "a: x  # b\n");
    becomes("a: \"q\\\"\" # b\n", PATH("a"), "x", false, "a: x # b\n");
    becomes("{\"a\": {\"b\": 1}, \"c\": 2}", PATH("a", "b"), "7", false, "{\"a\": {\"b\": 7}, \"c\": 2}");
    becomes("\xc3\xa9: {\xc3\xbc: 1, b: 2}\n", PATH("\xc3\xa9", "b"), "3", false, "\xc3\xa9: {\xc3\xbc: 1, b: 3}\n");
    becomes("a:\nb: 1\n", PATH("a"), "3", false, "a: 3\nb: 1\n");
    becomes("a: 1\n", PATH("a"), "{b: [1, 2]}", false, "a: {b: [1, 2]}\n");
}

static void keys(void **state)
{
    becomes("version: 1\nredact:\n    # what\n    action: mask\n# end\n", PATH("redact", "columns", "user.name"), "{action: drop}", false,
            "version: 1\nredact:\n    # what\n    action: mask\n    columns:\n      user.name: {action: drop}\n# end\n");
    becomes("version: 1\n", PATH("bias", "targets", "race"), "{a: 0.5}", false, "version: 1\nbias:\n  targets:\n    race: {a: 0.5}\n");
    becomes("version: 1", PATH("bias", "x"), "1", false, "version: 1\nbias:\n  x: 1\n");
    becomes("redact: {action: mask}  # short\nversion: 1\n", PATH("redact", "entities", "IP"), "false", false,
            "redact: {action: mask, entities: {IP: false}}  # short\nversion: 1\n");
    becomes("redact: {}\n", PATH("redact", "a"), "1", false, "redact: {a: 1}\n");
    becomes("bias:  # nothing yet\nversion: 1\n", PATH("bias", "small"), "3", false, "bias:  # nothing yet\n  small: 3\nversion: 1\n");
    becomes("a:\n  b: |\n    text\n    more\nc: 1\n", PATH("a", "d"), "1", false, "a:\n  d: 1\n  b: |\n    text\n    more\nc: 1\n");
    becomes("a:\n  - b: 1\n    c: 2\n", PATH("x"), "1", false, "a:\n  - b: 1\n    c: 2\nx: 1\n");
    becomes("a: 1\n", PATH("odd key: #"), "1", false, "a: 1\n\"odd key: #\": 1\n");
    becomes("a: 1\n", PATH("yes"), "1", false, "a: 1\n\"yes\": 1\n");
}

static void items(void **state)
{
    becomes("cost:\n  budgets:\n    - {name: a, spent: 1}  # first\nversion: 1\n", PATH("cost", "budgets"), "{name: b}", true,
            "cost:\n  budgets:\n    - {name: a, spent: 1}  # first\n    - {name: b}\nversion: 1\n");
    becomes("cost:\n  budgets:\n  - name: a\n    spent: 1\nversion: 1\n", PATH("cost", "budgets"), "{name: b}", true,
            "cost:\n  budgets:\n  - name: a\n    spent: 1\n  - {name: b}\nversion: 1\n");
    becomes("cost: {budgets: [{name: a}]}\n", PATH("cost", "budgets"), "{name: b}", true, "cost: {budgets: [{name: a}, {name: b}]}\n");
    becomes("version: 1\n", PATH("cost", "budgets"), "{name: b}", true, "version: 1\ncost:\n  budgets:\n    - {name: b}\n");
    becomes("cost: {currency: EUR}\n", PATH("cost", "budgets"), "{name: b}", true, "cost: {currency: EUR, budgets: [{name: b}]}\n");
}

static void refusals(void **state)
{
    becomes("a: &x {b: 1}\nc: *x\n", PATH("a", "b"), "2", false, NULL);   /* would change c too */
    becomes("a: 1\n", PATH("a", "b"), "2", false, NULL);                  /* 1 is no map */
    becomes("a: {b: 1}\n", PATH("a"), "2", true, NULL);                   /* a map is no list */
    becomes("a: [\n", PATH("a"), "2", false, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(values), cmocka_unit_test(keys), cmocka_unit_test(items), cmocka_unit_test(refusals) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
