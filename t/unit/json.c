/* json.c - finding, walking, texts, numbers and edits; the edits and the finding also beside
 * jansson's tree on random documents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <float.h>
#include <jansson.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>

#include "mm.h"

static uint64_t seed = 2463534242u;

static unsigned any(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 11) % below;
}

static mm_path *path(const char *text)
{
    mm_err e = { 0 };
    mm_path *p = mm_path_new(mm_str_of(text), &e);
    if (!p)
        print_error("%s\n", e.text);
    assert_non_null(p);
    return p;
}

static void assert_str(mm_str got, const char *want)
{
    if (!mm_str_eq(got, mm_str_of(want)))
        fail_msg("got %.*s, not %s", (int)got.n, got.p, want);
}

/* ---- paths ---- */

static void assert_bad_path(const char *text, const char *message)
{
    mm_err e = { 0 };
    assert_null(mm_path_new(mm_str_of(text), &e));
    assert_int_equal(e.code, MM_EUSAGE);
    assert_string_equal(e.text, message);
}

static void bad_paths_say_where(void **state)
{
    assert_bad_path("", "path: column 1: the path is empty");
    assert_bad_path("a..b", "path: column 3: a name is missing here");
    assert_bad_path("a.", "path: column 3: a name is missing here");
    assert_bad_path("a b", "path: column 2: '.' or '[' is expected");
    assert_bad_path("a[x]", "path: column 3: an index such as [0] is expected");
    assert_bad_path("a[1", "path: column 4: an index such as [0] is expected");
    assert_bad_path("a[-1]", "path: column 3: an index such as [0] is expected");
    assert_bad_path("a[99999999999999999999999]", "path: column 22: this index is too large");
    assert_bad_path("\"a", "path: column 1: this quote is not closed");
    assert_bad_path("a.\"b\\d\"", "path: column 5: a name in quotes follows the rules of JSON strings");
    assert_bad_path("\"\\ud\\ud\\ud\\ud\\ud\"", "path: column 2: a name in quotes follows the rules of JSON strings");
    assert_bad_path("a.\xff", "path: column 3: invalid UTF-8");
    assert_bad_path("a]", "path: column 2: '.' or '[' is expected");
}

/* ---- finding ---- */

static void assert_found(const char *text, const char *where, int result, const char *raw)
{
    mm_path *p = path(where);
    mm_value v = { .raw.p = NULL };
    size_t n = strlen(text);
    char *exact = malloc(n + !n);
    memcpy(exact, text, n);
    int r = mm_json_find((mm_str){ exact, n }, p, &v);
    if (r != result)
        fail_msg("%s in %s: %d, not %d", where, text, r, result);
    if (r == 1)
        assert_str(v.raw, raw);
    const mm_path *paths[] = { p };
    int many = mm_json_find_many((mm_str){ exact, n }, paths, 1, &v);
    assert_int_equal(many, r < 0 ? -1 : 0);
    if (r >= 0)
        assert_int_equal(v.raw.p != NULL, r);
    free(exact);
    mm_path_free(p);
}

static void finds_by_path(void **state)
{
    const char *t = "{\"a\":{\"x\":[1,{\"c\":\"q\\\"\"},3]},\"odd key\": {\"y\":null}, \"lang\" : \"en\" , \"n\":-1.5e3}";
    assert_found(t, "a.x[1].c", 1, "\"q\\\"\"");
    assert_found(t, "a.x[0]", 1, "1");
    assert_found(t, "a.x[3]", 0, NULL);
    assert_found(t, "a.x", 1, "[1,{\"c\":\"q\\\"\"},3]");
    assert_found(t, "\"odd key\".y", 1, "null");
    assert_found(t, "lang", 1, "\"en\"");
    assert_found(t, "n", 1, "-1.5e3");
    assert_found(t, "c", 0, NULL);
    assert_found(t, "lang.x", 0, NULL);
    assert_found(t, "a[0]", 0, NULL);
    assert_found("[[5,6],[7]]", "[0][1]", 1, "6");
    assert_found("  {\"a\":true}  ", "a", 1, "true");
    assert_found("{}", "a", 0, NULL);
    assert_found("7", "a", 0, NULL);
    assert_found("{\"\":{\"\":2}}", "\"\".\"\"", 1, "2");
}

static void looks_in_the_right_place(void **state)
{
    /* The key as a value, in a string, deeper down, behind an escaped quote, and as half a key. */
    assert_found("{\"x\":\"lang\",\"y\":[\"lang\"],\"lang\":1}", "lang", 1, "1");
    assert_found("{\"x\":\"\\\"lang\\\":2\",\"lang\":1}", "lang", 1, "1");
    assert_found("{\"x\":{\"lang\":2},\"lang\":1}", "lang", 1, "1");
    assert_found("{\"x\\\"lang\":2,\"lang\":1}", "lang", 1, "1");
    assert_found("{\"x\":\"\\\\\",\"lang\":1}", "lang", 1, "1");
    assert_found("{\"lang2\":2,\"slang\":3,\"lang\"  :1}", "lang", 1, "1");
    assert_found("{\"x\":\"{[\",\"lang\":1}", "lang", 1, "1");
    /* The first of duplicates, however it is spelled. */
    assert_found("{\"lang\":1,\"lang\":2}", "lang", 1, "1");
    assert_found("{\"l\\u0061ng\":1,\"lang\":2}", "lang", 1, "1");
    assert_found("{\"lang\":1,\"l\\u0061ng\":2}", "lang", 1, "1");
    assert_found("{\"t\":\"\\u00e9\",\"lang\":1}", "lang", 1, "1");
    assert_found("{\"a\\/b\":1}", "a/b", 1, "1");
    assert_found("{\"a\\\"b\":1}", "\"a\\\"b\"", 1, "1");
    assert_found("{\"\\u00e9\\ud83d\\ude00\":1}", "\xc3\xa9\xf0\x9f\x98\x80", 1, "1");
    assert_found("{\"a.b\":1}", "\"a.b\"", 1, "1");
}

static void sees_damage_on_the_way(void **state)
{
    assert_found("", "a", -1, NULL);
    assert_found("{\"b\":1", "a", -1, NULL);
    assert_found("{\"a\":", "a", -1, NULL);
    assert_found("{\"a\":}", "a", -1, NULL);
    assert_found("{\"a\":\"x", "a", -1, NULL);
    assert_found("{\"a\":[1,2", "a", -1, NULL);
    assert_found("{\"a\":tru}", "a", -1, NULL);
    assert_found("[1 2]", "[1]", -1, NULL);
}

static void finds_many_at_once(void **state)
{
    enum { N = 40 };
    char text[4000] = "{\"mm\":{\"id\":\"x\",\"size\":3},", name[N][16];
    const mm_path *paths[N + 3] = { path("mm.size"), path("mm"), path("mm.id") };
    mm_value v[N + 3];
    for (int i = 0; i < N; i++) {
        snprintf(name[i], sizeof name[i], "k%d", i);
        sprintf(text + strlen(text), "\"k%d\":%d%c", i, i * 7, i < N - 1 ? ',' : '}');
        paths[i + 3] = path(name[i]);
    }
    assert_int_equal(mm_json_find_many(mm_str_of(text), paths, N + 3, v), 0);
    assert_str(v[0].raw, "3");
    assert_str(v[1].raw, "{\"id\":\"x\",\"size\":3}");
    assert_str(v[2].raw, "\"x\"");
    for (int i = 0; i < N; i++) {
        char want[12];
        snprintf(want, sizeof want, "%d", i * 7);
        assert_str(v[i + 3].raw, want);
    }
    for (int i = 0; i < N + 3; i++)
        mm_path_free((mm_path *)paths[i]);
}

static void walks_members_and_elements(void **state)
{
    mm_str text = MM_STR("{ \"a\" : 1 , \"b\\n\":[ true , {} ] }");
    mm_json_iter it = mm_json_each((mm_value){ text, MM_JSON_OBJECT });
    assert_int_equal(mm_json_next(&it), 1);
    assert_str(it.key, "a");
    assert_int_equal(it.value.type, MM_JSON_NUMBER);
    assert_int_equal(mm_json_next(&it), 1);
    assert_str(it.key, "b\\n");
    assert_int_equal(it.index, 1);
    mm_json_iter in = mm_json_each(it.value);
    assert_int_equal(mm_json_next(&in), 1);
    assert_int_equal(in.value.type, MM_JSON_TRUE);
    assert_int_equal(mm_json_next(&in), 1);
    assert_str(in.value.raw, "{}");
    assert_int_equal(mm_json_next(&in), 0);
    assert_int_equal(mm_json_next(&in), 0);
    assert_int_equal(mm_json_next(&it), 0);
    it = mm_json_each((mm_value){ MM_STR("[1,]"), MM_JSON_ARRAY });
    assert_int_equal(mm_json_next(&it), 1);
    assert_int_equal(mm_json_next(&it), -1);
    assert_int_equal(mm_json_next(&it), -1);
}

/* ---- texts and numbers ---- */

static void assert_put(mm_str text, const char *want)
{
    mm_buf b = { 0 };
    mm_json_put(&b, text);
    assert_str(mm_buf_view(&b), want);
    mm_buf_free(&b);
}

static void texts_are_unescaped_and_written(void **state)
{
    mm_buf scratch = { 0 };
    assert_str(mm_json_text(MM_STR("\"plain\""), &scratch), "plain");
    assert_str(mm_json_text(MM_STR("\"\""), &scratch), "");
    assert_str(mm_json_text(MM_STR("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), &scratch), "\"\\/\b\f\n\r\t");
    assert_str(mm_json_text(MM_STR("\"a\\u00e9\\u20AC\\ud83d\\ude00z\""), &scratch), "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z");
    assert_str(mm_json_text(MM_STR("\"\\ud83dx\\ude00\""), &scratch), "\xef\xbf\xbdx\xef\xbf\xbd");
    assert_str(mm_json_text(MM_STR("\"\\ud83d\\u0041\""), &scratch), "\xef\xbf\xbd" "A");
    mm_buf_free(&scratch);
    assert_put(MM_STR(""), "\"\"");
    assert_put(MM_STR("a\"b\\c\n\t\x01\x7f/\xc3\xa9"), "\"a\\\"b\\\\c\\n\\t\\u0001\x7f/\xc3\xa9\"");
    assert_put(MM_STR("x\xffy\xe2\x82z\xc3"), "\"x\xef\xbf\xbdy\xef\xbf\xbdz\xef\xbf\xbd\"");
    assert_put(MM_STR("\0"), "\"\\u0000\"");
}

static void assert_double(const char *raw, double want)
{
    double v;
    assert_int_equal(mm_json_double(mm_str_of(raw), &v), 0);
    if (v != want || signbit(v) != signbit(want))
        fail_msg("%s is %.17g, not %.17g", raw, v, want);
}

static void numbers_are_exact(void **state)
{
    static const char *const bad[] = { "", "-", "01", "1.", ".5", "+1", "1e", "1e+", "0x1", "NaN", "1 ", " 1", "--1" };
    int64_t i;
    double v;
    assert_double("0", 0.0);
    assert_double("-0.0", -0.0);
    assert_double("0.1", 0.1);
    assert_double("123456789012345678", 123456789012345678.0);
    assert_double("9007199254740993", 9007199254740993.0);
    assert_double("2.2250738585072011e-308", 2.2250738585072011e-308);
    assert_double("1.7976931348623157e308", DBL_MAX);
    assert_double("5e-324", 5e-324);
    assert_double("2e-324", 0.0);
    assert_double("1e400", INFINITY);
    assert_double("-1e99999999999999999999", -INFINITY);
    assert_double("0e99999999999999999999", 0.0);
    for (size_t k = 0; k < sizeof bad / sizeof bad[0]; k++) {
        assert_int_equal(mm_json_double(mm_str_of(bad[k]), &v), -1);
        assert_int_equal(mm_json_int(mm_str_of(bad[k]), &i), -1);
    }
    assert_int_equal(mm_json_int(MM_STR("9223372036854775807"), &i), 0);
    assert_true(i == INT64_MAX);
    assert_int_equal(mm_json_int(MM_STR("-9223372036854775808"), &i), 0);
    assert_true(i == INT64_MIN);
    assert_int_equal(mm_json_int(MM_STR("9223372036854775808"), &i), -1);
    assert_int_equal(mm_json_int(MM_STR("1.0"), &i), -1);
    assert_int_equal(mm_json_int(MM_STR("1e2"), &i), -1);
}

/* 1 + 2^-53, the middle between two doubles, with `zeros` zeros and a last digit behind. */
static void middles_are_rounded_right(void **state)
{
    static const char middle[] = "1.00000000000000011102230246251565404236316680908203125";
    char text[2000];
    for (int zeros = 0; zeros < 1500; zeros += 37) {
        snprintf(text, sizeof text, "%s%0*d", middle, zeros + 1, 0);
        assert_double(text, 1.0);
        snprintf(text, sizeof text, "%s%0*d", middle, zeros + 1, 1);
        assert_double(text, 1.0 + DBL_EPSILON);
    }
}

static void assert_written(double v, const char *want)
{
    mm_buf b = { 0 };
    mm_json_put_double(&b, v);
    assert_str(mm_buf_view(&b), want);
    mm_buf_free(&b);
}

static void doubles_are_written_short(void **state)
{
    assert_written(0, "0");
    assert_written(-0.0, "-0");
    assert_written(1, "1");
    assert_written(-12.5, "-12.5");
    assert_written(0.1, "0.1");
    assert_written(0.30000000000000004, "0.30000000000000004");
    assert_written(1e15, "1000000000000000");
    assert_written(9007199254740991, "9007199254740991");
    assert_written(1e21, "1e21");
    assert_written(1.5e-7, "1.5e-7");
    assert_written(0.00001, "0.00001");
    assert_written(5e-324, "5e-324");
    assert_written(DBL_MAX, "1.7976931348623157e308");
    assert_written(NAN, "null");
    assert_written(-INFINITY, "null");
}

static void doubles_read_back_the_same(void **state)
{
    mm_buf b = { 0 };
    for (int i = 0; i < 100000; i++) {
        double v, back;
        uint64_t bits = (uint64_t)any(1u << 31) << 33 ^ (uint64_t)any(1u << 31) << 16 ^ any(1u << 31);
        memcpy(&v, &bits, sizeof v);
        if (i % 2)
            v = (double)(int64_t)bits / (double)(1 + any(100000));
        if (!isfinite(v))
            continue;
        b.n = 0;
        mm_json_put_double(&b, v);
        assert_int_equal(mm_json_check(mm_buf_view(&b), 0, NULL, NULL), 0);
        assert_int_equal(mm_json_double(mm_buf_view(&b), &back), 0);
        assert_memory_equal(&v, &back, sizeof v);
    }
    mm_buf_free(&b);
}

/* ---- edits ---- */

static mm_edits *ed;
static mm_buf out;

static const char *applied(void)
{
    out.n = 0;
    mm_edits_apply(ed, &out);
    mm_buf_byte(&out, '\0');
    return out.p;
}

static int set(const char *where, const char *raw)
{
    mm_err e = { 0 };
    mm_path *p = path(where);
    int r = mm_edits_set(ed, p, mm_str_of(raw), &e);
    mm_path_free(p);
    assert_int_equal(r != 0, e.code != MM_OK);
    return r;
}

static int append(const char *where, const char *raw)
{
    mm_err e = { 0 };
    mm_path *p = path(where);
    int r = mm_edits_append(ed, p, mm_str_of(raw), &e);
    mm_path_free(p);
    assert_int_equal(r != 0, e.code != MM_OK);
    return r;
}

static int drop(const char *where)
{
    mm_path *p = path(where);
    int r = mm_edits_remove(ed, p, NULL);
    mm_path_free(p);
    return r;
}

static int open_edits(void **state)
{
    ed = mm_edits_new();
    return ed ? 0 : -1;
}

static int close_edits(void **state)
{
    mm_edits_free(ed);
    mm_buf_free(&out);
    out = (mm_buf){ 0 };
    return 0;
}

static void replacements_come_in_any_order(void **state)
{
    mm_edits_begin(ed, MM_STR("0123456789"));
    assert_string_equal(applied(), "0123456789");
    assert_int_equal(mm_edits_replace(ed, 7, 9, MM_STR("B")), 0);
    assert_int_equal(mm_edits_replace(ed, 2, 4, MM_STR("AAA")), 0);
    assert_int_equal(mm_edits_replace(ed, 10, 10, MM_STR("!")), 0);
    assert_int_equal(mm_edits_replace(ed, 2, 2, MM_STR("<")), 0);
    assert_int_equal(mm_edits_replace(ed, 4, 4, MM_STR(">")), 0);
    assert_int_equal(mm_edits_replace(ed, 4, 4, MM_STR(">")), 0);
    assert_int_equal(mm_edits_replace(ed, 0, 1, MM_STR("")), 0);
    assert_int_equal(mm_edits_replace(ed, 3, 5, MM_STR("x")), -1);
    assert_int_equal(mm_edits_replace(ed, 3, 3, MM_STR("x")), -1);
    assert_int_equal(mm_edits_replace(ed, 6, 8, MM_STR("x")), -1);
    assert_int_equal(mm_edits_replace(ed, 1, 8, MM_STR("x")), -1);
    assert_int_equal(mm_edits_replace(ed, 9, 11, MM_STR("x")), -1);
    assert_int_equal(mm_edits_replace(ed, 6, 5, MM_STR("x")), -1);
    assert_int_equal(mm_edits_count(ed), 7);
    assert_string_equal(applied(), "1<AAA>>456B9!");
}

static void sets_see_earlier_ones(void **state)
{
    mm_edits_begin(ed, MM_STR("{\"a\":1}"));
    assert_int_equal(set("mm.id", "\"x\""), 0);
    assert_int_equal(set("mm.probe.width", "640"), 0);
    assert_int_equal(set("mm.probe.height", "480"), 0);
    assert_int_equal(set("mm.id", "\"y\""), 0);
    assert_int_equal(set("a", "[1,{}]"), 0);
    assert_int_equal(set("a[1].b", "true"), 0);
    assert_string_equal(applied(), "{\"a\":[1,{\"b\":true}],\"mm\":{\"id\":\"y\",\"probe\":{\"width\":640,\"height\":480}}}");
    mm_edits_begin(ed, MM_STR(" { } "));
    assert_int_equal(set("\"a b\"", "1"), 0);
    assert_string_equal(applied(), " {\"a b\":1 } ");
    mm_edits_begin(ed, MM_STR("{ \"a\" : 1 }"));
    assert_int_equal(set("b", "2"), 0);
    assert_string_equal(applied(), "{ \"a\" : 1,\"b\":2 }");
}

static void sets_that_can_not_be_say_so(void **state)
{
    mm_edits_begin(ed, MM_STR("{\"a\":1,\"l\":[1]}"));
    assert_int_equal(set("a.b", "1"), -1);
    assert_int_equal(set("l[1]", "1"), -1);
    assert_int_equal(set("l.x", "1"), -1);
    assert_int_equal(set("new[0]", "1"), -1);
    assert_string_equal(applied(), "{\"a\":1,\"l\":[1]}");
    mm_edits_begin(ed, MM_STR("{\"a\":"));
    assert_int_equal(set("b", "1"), -1);
    mm_edits_begin(ed, MM_STR(""));
    assert_int_equal(set("b", "1"), -1);
    assert_int_equal(drop("b"), -1);
}

static void elements_are_appended(void **state)
{
    mm_edits_begin(ed, MM_STR("{\"a\":1,\"mm\":{\"via\":[ {\"tool\":\"x]\"} ]},\"l\":[[],2]}"));
    assert_int_equal(append("mm.via", "{\"tool\":\"y\"}"), 0);
    assert_int_equal(append("mm.via", "3"), 0);
    assert_int_equal(append("l[0]", "\"in\""), 0);
    assert_int_equal(append("l", "4"), 0);
    assert_int_equal(append("new.list", "5"), 0);
    assert_int_equal(append("new.list", "6"), 0);
    assert_int_equal(set("new.list[1]", "7"), 0);
    assert_int_equal(append("z", "8"), 0);
    assert_string_equal(applied(), "{\"a\":1,\"mm\":{\"via\":[ {\"tool\":\"x]\"},{\"tool\":\"y\"},3 ]},\"l\":[[\"in\"],2,4],"
                        "\"new\":{\"list\":[5,7]},\"z\":[8]}");
    mm_edits_begin(ed, MM_STR(" {\"l\" : [ ] } "));
    assert_int_equal(append("l", "1"), 0);
    assert_int_equal(append("l", "2"), 0);
    assert_string_equal(applied(), " {\"l\" : [1,2 ] } ");
    mm_edits_begin(ed, MM_STR("{\"a\":\"s\",\"l\":[1]}"));
    assert_int_equal(mm_edits_replace(ed, 6, 7, MM_STR("S!")), 0);
    assert_int_equal(append("mm.via", "{}"), 0);
    assert_int_equal(append("l", "2"), 0);
    assert_string_equal(applied(), "{\"a\":\"S!\",\"l\":[1,2],\"mm\":{\"via\":[{}]}}");
}

static void what_is_no_array_is_not_appended_to(void **state)
{
    const char *text = "{\"a\":1,\"s\":\"[]\",\"n\":null,\"o\":{},\"l\":[1]}";
    mm_edits_begin(ed, mm_str_of(text));
    static const char *const none[] = { "a", "a.b", "s", "n", "o", "l.x", "l[0]", "l[1]", "new[0]" };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(append(none[i], "1"), -1);
    assert_string_equal(applied(), text);
    mm_edits_begin(ed, MM_STR("{\"l\":[1"));
    assert_int_equal(append("l", "2"), -1);
    mm_edits_begin(ed, MM_STR("{\"l\":"));
    assert_int_equal(append("l", "2"), -1);
    mm_edits_begin(ed, MM_STR(""));
    assert_int_equal(append("l", "2"), -1);
}

static void removal_takes_one_comma(void **state)
{
    static const char *const each[][2] = { { "a", "{\"b\":2, \"c\":3}" }, { "b", "{\"a\":1, \"c\":3}" }, { "c", "{\"a\":1, \"b\":2}" } };
    for (int i = 0; i < 3; i++) {
        mm_edits_begin(ed, MM_STR("{\"a\":1, \"b\":2, \"c\":3}"));
        assert_int_equal(drop(each[i][0]), 1);
        assert_int_equal(drop(each[i][0]), 0);
        assert_string_equal(applied(), each[i][1]);
    }
    assert_int_equal(drop("a"), 1);
    assert_int_equal(drop("b"), 1);
    assert_string_equal(applied(), "{}");
    assert_int_equal(set("b", "4"), 0);
    assert_string_equal(applied(), "{\"b\":4}");
    mm_edits_begin(ed, MM_STR("{\"x\":{\"\\u0061\":[1,2]}}"));
    assert_int_equal(drop("x.a[0]"), 1);
    assert_string_equal(applied(), "{\"x\":{\"\\u0061\":[2]}}");
    assert_int_equal(drop("x.a"), 1);
    assert_int_equal(drop("x.a"), 0);
    assert_int_equal(drop("x.y.z"), 0);
    assert_string_equal(applied(), "{\"x\":{}}");
}

static void replacements_and_sets_mix(void **state)
{
    mm_str text = MM_STR("{\"t\":\"secret\",\"drop\":0,\"u\":\"hidden\",\"v\":7}");
    mm_edits_begin(ed, text);
    assert_int_equal(mm_edits_replace(ed, 6, 12, MM_STR("<A>")), 0);
    assert_int_equal(drop("drop"), 1);
    assert_int_equal(set("mm.a", "1"), 0);
    assert_int_equal(mm_edits_replace(ed, 28, 34, MM_STR("<BBBBBBBB>")), 0);
    assert_int_equal(set("v", "8"), 0);
    assert_int_equal(mm_edits_replace(ed, 40, 41, MM_STR("9")), -1);
    assert_int_equal(mm_edits_replace(ed, 14, 20, MM_STR("x")), -1);
    assert_string_equal(applied(), "{\"t\":\"<A>\",\"u\":\"<BBBBBBBB>\",\"v\":8,\"mm\":{\"a\":1}}");
    assert_int_equal(set("t", "null"), 0);
    assert_string_equal(applied(), "{\"t\":null,\"u\":\"<BBBBBBBB>\",\"v\":8,\"mm\":{\"a\":1}}");
}

/* ---- beside a tree ---- */

static json_t *random_value(int depth)
{
    static const char *const keys[] = { "a", "b", "mm", "long key with a blank", "\xc3\xa9", "q\"q", "s/s" };
    static const char *const texts[] = { "", "x", "a \"quoted\" one", "{[", "back\\slash", "tab\there", "\xf0\x9f\x98\x80" };
    unsigned kind = any(depth > 3 ? 4 : 7);
    if (kind == 0)
        return json_integer(any(1000));
    if (kind == 1)
        return json_string(texts[any(7)]);
    if (kind == 2)
        return any(2) ? json_true() : json_null();
    if (kind == 3)
        return json_real(any(1000) / 8.0);
    json_t *v = kind == 4 ? json_array() : json_object();
    for (unsigned n = any(6); n > 0; n--) {
        if (kind == 4)
            json_array_append_new(v, random_value(depth + 1));
        else
            json_object_set_new(v, keys[any(7)], random_value(depth + 1));
    }
    return v;
}

/* A random path of one to three names, as text and as its keys. */
static unsigned random_path(char *text, const char *names[3])
{
    static const char *const spelled[][2] = { { "a", "a" }, { "b", "b" }, { "mm", "mm" }, { "\"long key with a blank\"", "long key with a blank" },
                                              { "\xc3\xa9", "\xc3\xa9" }, { "\"q\\\"q\"", "q\"q" }, { "s/s", "s/s" } };
    unsigned n = 1 + any(3);
    text[0] = '\0';
    for (unsigned i = 0; i < n; i++) {
        unsigned k = any(7);
        sprintf(text + strlen(text), "%s%s", i ? "." : "", spelled[k][0]);
        names[i] = spelled[k][1];
    }
    return n;
}

static json_t *walk_tree(json_t *v, const char *const *names, unsigned n)
{
    for (unsigned i = 0; i < n && v; i++)
        v = json_object_get(v, names[i]);
    return v;
}

static int set_in_tree(json_t *root, const char *const *names, unsigned n, json_t *value)
{
    json_t *v = root;
    for (unsigned i = 0; i + 1 < n; i++) {
        if (!json_is_object(v))
            return -1;
        if (!json_object_get(v, names[i]))
            json_object_set_new(v, names[i], json_object());
        v = json_object_get(v, names[i]);
    }
    return json_object_set(v, names[n - 1], value);
}

static void assert_same_tree(mm_str text, json_t *tree)
{
    json_error_t je;
    json_t *got = json_loadb(text.p, text.n, JSON_DECODE_ANY, &je);
    if (!got || !json_equal(got, tree))
        fail_msg("differs: %.*s", (int)text.n, text.p);
    json_decref(got);
}

static void random_documents_agree_with_a_tree(void **state)
{
    for (int round = 0; round < 4000; round++) {
        size_t flags[] = { JSON_COMPACT, JSON_INDENT(2), JSON_COMPACT | JSON_ENSURE_ASCII, JSON_ESCAPE_SLASH };
        json_t *tree = json_object();
        json_object_set_new(tree, "a", random_value(0));
        json_object_set_new(tree, "mm", random_value(0));
        json_object_set_new(tree, "q\"q", random_value(0));
        char *text = json_dumps(tree, flags[any(4)]), where[100];
        const char *names[3];
        mm_edits_begin(ed, mm_str_of(text));
        for (int edit = 0; edit < 8; edit++) {
            unsigned n = random_path(where, names), what = any(3);
            json_t *there = walk_tree(tree, names, n);
            if (what == 0) {
                mm_path *p = path(where);
                mm_value v;
                mm_str now = mm_str_of(applied());
                assert_int_equal(mm_json_find(now, p, &v), there != NULL);
                if (there)
                    assert_same_tree(v.raw, there);
                mm_path_free(p);
            } else if (what == 1) {
                json_t *value = random_value(2), *before = json_deep_copy(tree);
                char *raw = json_dumps(value, JSON_ENCODE_ANY);
                int want = set_in_tree(tree, names, n, value);
                assert_int_equal(set(where, raw), want);
                if (want != 0) {
                    json_decref(tree);
                    tree = json_incref(before);
                }
                json_decref(before);
                json_decref(value);
                free(raw);
            } else {
                assert_int_equal(drop(where), there != NULL);
                if (there)
                    json_object_del(walk_tree(tree, names, n - 1), names[n - 1]);
            }
        }
        applied();
        assert_same_tree((mm_str){ out.p, out.n - 1 }, tree);
        json_decref(tree);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bad_paths_say_where), cmocka_unit_test(finds_by_path), cmocka_unit_test(looks_in_the_right_place),
        cmocka_unit_test(sees_damage_on_the_way), cmocka_unit_test(finds_many_at_once),
        cmocka_unit_test(walks_members_and_elements), cmocka_unit_test(texts_are_unescaped_and_written),
        cmocka_unit_test(numbers_are_exact), cmocka_unit_test(middles_are_rounded_right),
        cmocka_unit_test(doubles_are_written_short), cmocka_unit_test(doubles_read_back_the_same),
        cmocka_unit_test_setup_teardown(replacements_come_in_any_order, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(sets_see_earlier_ones, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(sets_that_can_not_be_say_so, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(elements_are_appended, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(what_is_no_array_is_not_appended_to, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(removal_takes_one_comma, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(replacements_and_sets_mix, open_edits, close_edits),
        cmocka_unit_test_setup_teardown(random_documents_agree_with_a_tree, open_edits, close_edits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
