/* The expression language: what is true of which record, and what is refused where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "expr/expr.h"

static const char row[] =
    "{\"lang\":\"en\",\"n\":7,\"big\":9007199254740993,\"x\":-2.5,\"yes\":true,\"no\":false,\"nil\":null,"
    "\"esc\":\"a\\\"b\\u00e9\",\"tags\":[\"cat\",\"d\\u006fg\",3],\"o\":{\"a\":1,\"b\":[{\"c\":\"deep\"}]},"
    "\"odd key\":1,\"content-type\":\"text/html\",\"csv\":\"12.5\",\"name\":\"IMG_001.JPG\",\"in\":1,"
    "\"uml\":\"Stra\xc3\x9f" "e\",\"mm\":{\"size\":48044,\"probe\":{\"seconds\":0.25}}}";

static mm_truth truth(const char *text)
{
    mm_err e = { 0 };
    mm_expr *x = mm_expr_new(mm_str_of(text), NULL, &e);
    if (!x)
        fail_msg("%s: %s", text, e.text);
    mm_expr_state *st = mm_expr_state_new(x);
    mm_truth t = mm_expr_test(st, mm_str_of(row));
    assert_int_equal(t, mm_expr_test(st, mm_str_of(row)));
    mm_expr_state_free(st);
    mm_expr_free(x);
    return t;
}

static void check(mm_truth want, const char *const *text)
{
    for (; *text; text++)
        if (truth(*text) != want)
            fail_msg("%s: %d, not %d", *text, truth(*text), want);
}

static void true_of_the_row(void **state)
{
    check(MM_TRUE, (const char *const[]){
        "true", "lang == \"en\"", "lang == 'en'", "\"en\" == lang", "lang != \"de\"", ".lang == \"en\"",
        "n == 7", "n == 7.0", "n != 8", "n < 8", "n <= 7", "n > 6.5", "n >= 7", "x < 0", "x == -2.5", "-x == 2.5",
        "big == 9007199254740993", "big != 9007199254740992", "yes", "yes == true", "no == false", "not no",
        "nil == null", "lang != null", "nil != 3", "n != \"7\" or true", "esc == \"a\\\"b\\u00e9\"", "esc != 'a'",
        "lang in (\"de\", \"en\")", "n in (1, 2, 3 + 4)", "lang not in (\"de\", \"fr\")", "\"cat\" in tags",
        "\"dog\" in tags", "3 in tags", "\"cow\" not in tags", "tags[0] == \"cat\"", "o.b[0].c == \"deep\"",
        ".\"odd key\" == 1", "content-type == \"text/html\"", ".in == 1", "exists(mm.size)", "exists(nil)",
        "not exists(gone)", "!exists(o.b[1])", "name like \"*.JPG\"", "name like \"IMG_[0-9]??.*\"",
        "name not like '*.png'", "name =~ \"^IMG_[0-9]+\\\\.JPG$\"", "name matches '\\.JPG$'", "name not matches 'png'",
        "uml =~ '^.{6}$'", "uml =~ '(?i)^STRA\\w+$'", "uml =~ '\\bStra\xc3\x9f" "e\\b'", "name =~ '\\d{3}'",
        "'a\\b' =~ 'a' and not ('a' =~ 'A')", "'' =~ '^$'", "esc =~ '\xc3\xa9$'", "not (\"a\\n\" =~ 'a$')",
        "1 + 2 * 3 == 7", "(1 + 2) * 3 == 9", "7 % 4 == 3", "7 / 2 == 3.5", "2 - -3 == 5", "10 - 2 - 3 == 5",
        "n+1 == 8", "n-1 == 6", "mm.size < 10MB", "mm.size > 46K", "1MiB == 1048576", "1MB == 1000000", "1.5GB == 1500MB", "n < 1e30GB", "n < 9223372036854775807TB",
        "mm.probe.seconds == 250ms", "90s == 1.5m", "2h == 120min", "1d == 24h", "16kHz == 16000",
        "len(lang) == 2", "len(tags) == 3", "len(o) == 2", "len(uml) == 6", "lower(name) like '*.jpg'",
        "upper(lang) == 'EN'", "starts_with(name, 'IMG')", "ends_with(name, '.JPG')", "contains(name, '_00')",
        "number(csv) > 12", "number(n) == 7", "lang == 'en' and n == 7", "lang == 'de' or n == 7",
        "false or true and true", "not (lang == 'de')", "gone == 1 or n == 7", "lang=='en'&&n==7||false",
        "lower(lang) == lower('EN')", "lang < 'fr'", "9223372036854775807 + 1 > 9e18", NULL });
}

static void false_of_the_row(void **state)
{
    check(MM_FALSE, (const char *const[]){
        "false", "lang == \"de\"", "lang == \"english\"", "lang == \"e\"", "lang == 'en\"'", "n == '7' and true",
        "lang == 7", "nil == 'x'", "n > 7", "n < 7", "no", "not yes", "exists(gone)", "exists(lang.x)", "lang in ('de')",
        "'cow' in tags", "name like '*.jpg'", "name =~ 'jpg'", "gone == 1 and n == 8", "big == 9007199254740992",
        "9223372036854775807 == 9223372036854775806", "!true", "esc == 'a\"b'", NULL });
}

static void unknown_of_the_row(void **state)
{
    check(MM_UNKNOWN, (const char *const[]){
        "gone == 1", "gone != 1", "not (gone == 1)", "gone < 1", "gone in ('a')", "gone not in ('a')", "gone like '*'",
        "gone and n == 7", "gone == 1 or n == 8", "lang < 3", "n < 'a'", "nil < 3", "lang", "not lang", "n + gone == 1",
        "lang + 1 == 2", "n / 0 == 1", "n % 0 == 1", "len(n) == 1", "len(gone) == 0", "number(lang) == 1",
        "lower(n) == '7'", "n like '7'", "'x' in lang", "tags < 3", "gone == gone", "starts_with(gone, '')", NULL });
}

static void globs(void **state)
{
    check(MM_TRUE, (const char *const[]){
        "'' like ''", "'' like '*'", "'abc' like 'a*c'", "'ac' like 'a**c'", "'a/b/c' like 'a*c'", "'a*b' like 'a\\*b'",
        "']' like '[]]'", "'a' like '[!b-z]'", "'-' like '[a-]'", "'\xc3\xa9' like '?'", "'\xc3\xa9' like '[\xc3\xa0-\xc3\xbf]'",
        "'[x' like '[x'", "'aXbXc' like '*X*c'", "'aaaaaaaaaaaaaaaaaaaaaaaaab' like '*a*a*a*a*a*b'",
        "'abcabd' like '*abd'", "'abcabd' like '*abd*'", "'xabyabz' like '*ab?'", "'xab' like '*ab'", "'abab' like 'ab*'",
        "'x[ab' like '*[[]ab'", "'a*b*c' like '*\\*c'", "'\xc3\xa9x\xc3\xa9' like '*\xc3\xa9'", "'aXbXc' like '*X?'",
        "len('\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xc3\xa9 and more') == 13", NULL });
    check(MM_FALSE, (const char *const[]){
        "'a' like ''", "'' like '?'", "'abc' like 'ab'", "'abc' like 'bc'", "'b' like '[!b-z]'", "'axb' like 'a\\*b'",
        "'aaaaaaaaaaaaaaaaaaaaaaaaac' like '*a*a*a*a*a*b'",
        "'abcabd' like '*abc'", "'xabyabz' like '*ab'", "'ab' like '*abc*'", "'' like '*a'", "'aXb' like '*X?" "?'", NULL });
}

static void refused(void **state)
{
    static const struct { const char *text; size_t at; const char *says; } cases[] = {
        { "", 0, "column 1: the expression is empty" },
        { "   ", 0, "empty" },
        { "lang = \"en\"", 5, "column 6: = does not compare; use ==" },
        { "\"abc\" < 3", 6, "a text can not be compared with a number" },
        { "lang == \"en", 8, "no closing \"" },
        { "lang == 'en", 8, "no closing '" },
        { "lang == \"\\d\"", 9, "\\d is no JSON escape" },
        { "lang == \"\\u12g4\"", 9, "four hexadecimal digits" },
        { "lenght(lang) == 2", 0, "there is no function lenght; did you mean len" },
        { "zap(lang)", 0, "there are len lower" },
        { "len(lang, n) == 2", 0, "len takes 1 argument, not 2" },
        { "lower(3) == 'a'", 6, "lower takes a text here, not a number" },
        { "number(true) == 1", 7, "takes a number or a text here" },
        { "3", 0, "a number is no condition" },
        { "lang == 'en' and 'de'", 17, "a text is no condition" },
        { "not 3", 4, "no condition" },
        { "lang + 'x' == 'y'", 7, "+ takes numbers, not a text" },
        { "-'x' == 1", 1, "- takes numbers" },
        { "1 < n < 3", 6, "comparisons do not chain" },
        { "n < true", 4, "true or false has no order" },
        { "n < null", 4, "null has no order" },
        { "n ==", 4, "the expression ends where" },
        { "(n == 1", 7, "the expression ends where ) should" },
        { "n == 1)", 6, "and, or, or the end should stand here, not )" },
        { "n == 1 AND lang == 'en'", 7, "operators are lower case: write and" },
        { "n == 1 & lang == 'en'", 7, "use and" },
        { "n in 3", 5, "a list such as" },
        { "n in ('a', 3) and 'b' in lower(n)", 25, "a list or an array field" },
        { "3 in ('a')", 6, "a number can not be compared with a text" },
        { "lang like n", 10, "a pattern in quotes should stand here" },
        { "3 like 'x'", 0, "like takes a text on its left" },
        { "lang =~ '('", 10, "this is no regular expression: missing closing parenthesis" },
        { "lang =~ 'a[z-b]'", 13, "range out of order" },
        { "lang =~ \"\\\\p{X\"", 8, "this is no regular expression" },
        { "lang =~ 'a\\C'", 12, "this is no regular expression" },
        { "lang ~ 'x'", 5, "use =~" },
        { "mm.size > 10Mb", 12, "unknown unit Mb" },
        { "n == 007", 5, "leading zeros" },
        { "n > .5", 4, "begins with a digit" },
        { "a. == 1", 2, "the name of a field is missing" },
        { "a[x] == 1", 1, "an index is a number" },
        { "exists lang", 7, "( behind exists should" },
        { "exists('a')", 7, "the path of a field should" },
        { "n # 3", 2, "\"#\" means nothing here" },
        { "\xc3\xa9\xc3\xa9 == 1 #", 10, "column 9" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mm_err e = { 0 };
        size_t at = 999;
        mm_expr *x = mm_expr_new(mm_str_of(cases[i].text), &at, &e);
        if (x)
            fail_msg("%s: not refused", cases[i].text);
        assert_int_equal(e.code, MM_EUSAGE);
        if (at != cases[i].at || !strstr(e.text, cases[i].says))
            fail_msg("%s: at %zu: %s", cases[i].text, at, e.text);
    }
}

static void deep_and_long(void **state)
{
    mm_err e = { 0 };
    mm_buf b = { 0 };
    for (int i = 0; i < 100000; i++)
        mm_buf_byte(&b, '(');
    assert_null(mm_expr_new(mm_buf_view(&b), NULL, &e));
    assert_non_null(strstr(e.text, "nests deeper"));
    b.n = 0;
    for (int i = 0; i < 100000; i++)
        mm_buf_byte(&b, '-');
    assert_null(mm_expr_new(mm_buf_view(&b), NULL, &e));
    b.n = 0;
    for (int i = 0; i < 100000; i++)
        mm_buf_str(&b, MM_STR("a and "));
    assert_null(mm_expr_new(mm_buf_view(&b), NULL, &e));
    assert_non_null(strstr(e.text, "in a row"));
    b.n = 0;
    mm_buf_str(&b, MM_STR("n in (0"));
    for (int i = 1; i < 10000; i++)
        mm_buf_printf(&b, ",%d", i);
    mm_buf_str(&b, MM_STR(")"));
    mm_buf_byte(&b, '\0');
    assert_int_equal(truth(b.p), MM_TRUE);
    mm_buf_free(&b);
}

static void malformed_rows(void **state)
{
    static const char *const rows[] = { "{\"a\":1,\"lang\"", "{\"a\":\"b", "{\"lang\":", "" };
    mm_err e = { 0 };
    mm_expr *x = mm_expr_new(MM_STR("lang == 'en'"), NULL, &e);
    mm_expr_state *st = mm_expr_state_new(x);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(mm_expr_test(st, mm_str_of(rows[i])), MM_MALFORMED);
    assert_int_equal(mm_expr_test(st, mm_str_of("{\"lang\":\"en\"}")), MM_TRUE);
    mm_expr_state_free(st);
    mm_expr_free(x);
}

/* Backtracking without end is cut off, and said so rather than taken for no match. */
static void hopeless_patterns(void **state)
{
    mm_err e = { 0 };
    mm_expr *x = mm_expr_new(MM_STR("a =~ '^(a+)+$' or b == 1"), NULL, &e);
    mm_expr_state *st = mm_expr_state_new(x);
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("{\"a\":\""));
    for (int i = 0; i < 5000; i++)
        mm_buf_byte(&b, 'a');
    mm_buf_str(&b, MM_STR("b\",\"b\":1}"));
    assert_int_equal(mm_expr_test(st, mm_buf_view(&b)), MM_EXHAUSTED);
    assert_int_equal(mm_expr_test(st, MM_STR("{\"a\":\"aaa\"}")), MM_TRUE);
    assert_int_equal(mm_expr_test(st, MM_STR("{\"a\":\"b\"}")), MM_UNKNOWN);
    mm_buf_free(&b);
    mm_expr_state_free(st);
    mm_expr_free(x);
}

static void carets(void **state)
{
    mm_buf b = { 0 };
    mm_expr_caret(MM_STR("lang = 'en'"), 5, &b);
    mm_buf_byte(&b, '\0');
    assert_string_equal(b.p, "  lang = 'en'\n       ^\n");
    b.n = 0;
    mm_expr_caret(MM_STR("\xc3\xa9\n= 1"), 3, &b);
    mm_buf_byte(&b, '\0');
    assert_string_equal(b.p, "  \xc3\xa9 = 1\n    ^\n");
    b.n = 0;
    char longer[300];
    memset(longer, 'x', sizeof longer);
    mm_expr_caret((mm_str){ longer, sizeof longer }, 200, &b);
    assert_int_equal(b.n, 2 + 72 + 1 + 2 + 36 + 2);
    mm_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(true_of_the_row), cmocka_unit_test(false_of_the_row), cmocka_unit_test(unknown_of_the_row),
        cmocka_unit_test(globs), cmocka_unit_test(refused), cmocka_unit_test(deep_and_long),
        cmocka_unit_test(malformed_rows), cmocka_unit_test(hopeless_patterns), cmocka_unit_test(carets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
