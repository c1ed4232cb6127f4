/* Rows against JSON Schemas. The cases follow the behaviours that the public JSON-Schema-Test-Suite
 * (draft 2020-12) asks for, for the keywords that are known here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "infer.h"
#include "schema/schema.h"

static mm_schema *opened(const char *text, mm_err *e)
{
    char name[] = "/tmp/mm-schema-XXXXXX";
    int fd = mkstemp(name);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    mm_schema *s = mm_schema_open(name, e);
    unlink(name);
    return s;
}

/* The schema stands for the member v, so that values of all types can be tried. */
static void holds(const char *text, const char *good, const char *bad)
{
    char whole[2048], row[1024], *save = NULL;
    mm_err e = { 0 };
    snprintf(whole, sizeof whole, "{\"properties\":{\"v\":%s},\"$defs\":{\"n\":{\"type\":\"integer\"},\"t\":{\"properties\":{\"x\":{\"$ref\":\"#/$defs/t\"},\"n\":{\"type\":\"number\"}}},\"a/b~c\":{\"const\":1}}}", text);
    mm_schema *s = opened(whole, &e);
    if (!s)
        fail_msg("%s: %s", text, e.text);
    mm_schema_checker *c = mm_schema_checker_new(s);
    for (int want = 0; want < 2; want++) {
        char *list = strdup(want == 0 ? good : bad);
        for (char *v = strtok_r(list, " ", &save); v; v = strtok_r(NULL, " ", &save)) {
            snprintf(row, sizeof row, "{\"v\":%s}", v);
            if ((mm_schema_check(c, mm_str_of(row), &e) == 0) != (want == 0))
                fail_msg("%s %s %s", text, want == 0 ? "must hold for" : "must not hold for", v);
        }
        free(list);
    }
    mm_schema_checker_free(c);
    mm_schema_free(s);
}

static void types(void **state)
{
    holds("{\"type\":\"integer\"}", "1 1.0 -0 1e2 12345678901234567890", "1.1 \"1\" {} [] true null 1e-1");
    holds("{\"type\":\"number\"}", "1 1.5", "\"1\" null true");
    holds("{\"type\":\"string\"}", "\"\" \"1\"", "1 null [] {}");
    holds("{\"type\":\"boolean\"}", "true false", "0 \"\" null");
    holds("{\"type\":[\"array\",\"null\"]}", "[] null", "{} 0 false \"\"");
    holds("true", "1 null", "");
    holds("false", "", "1 null");
    holds("{}", "1 null {} []", "");
}

static void values(void **state)
{
    holds("{\"enum\":[6,\"foo\",[],true,{\"foo\":12}]}", "6 6.0 \"foo\" \"\\u0066oo\" [] true {\"foo\":12.0}", "4 \"fo\" [1] false {\"foo\":12,\"x\":1} {}");
    holds("{\"enum\":[[false]]}", "[false]", "[0] [\"false\"]");
    holds("{\"enum\":[null]}", "null", "0 \"\"");
    holds("{\"const\":{\"a\":1,\"b\":[2]}}", "{\"a\":1,\"b\":[2]} {\"b\":[2.0],\"a\":1}", "{\"a\":1} {\"a\":1,\"b\":[2,3]} 1");
    holds("{\"const\":0}", "0 0.0 -0", "false [] \"\" null");
    holds("{\"const\":9007199254740993}", "9007199254740993", "9007199254740992 9007199254740994");
}

static void numbers(void **state)
{
    holds("{\"minimum\":1.1}", "1.1 2.6 \"x\"", "0.6 -5");
    holds("{\"maximum\":300}", "300 299.97 300.0", "300.5 301");
    holds("{\"exclusiveMinimum\":1.1}", "1.2", "1.1 0.6");
    holds("{\"exclusiveMaximum\":3}", "2.9", "3 3.0 3.5");
    holds("{\"multipleOf\":2}", "10 0 -4 \"x\"", "7 0.5");
    holds("{\"multipleOf\":1.5}", "0 4.5", "35");
    holds("{\"multipleOf\":0.0001}", "0.0075", "0.00751");
    holds("{\"multipleOf\":0.01}", "19.99 1234567.89", "0.001");
    holds("{\"minimum\":9007199254740993}", "9007199254740993", "9007199254740992");
}

static void strings(void **state)
{
    holds("{\"minLength\":2}", "\"foo\" \"fo\" 1 \"\\u00e9\\n\"", "\"f\" \"\\ud83d\\ude00\"");
    holds("{\"maxLength\":2}", "\"fo\" \"\xf0\x9f\x92\xa9\xf0\x9f\x92\xa9\" 100", "\"foo\"");
    holds("{\"pattern\":\"^a*$\"}", "\"aaa\" \"\" 1 null", "\"abc\"");
    holds("{\"pattern\":\"a+\"}", "\"xxaayy\"", "\"xyz\"");
    holds("{\"pattern\":\"^\\\\d{2}.$\"}", "\"12\xc3\xa9\" \"12\\u00e9\"", "\"1x2\"");
}

static void formats(void **state)
{
    holds("{\"format\":\"date\"}", "\"1963-06-19\" \"2020-02-29\" 12", "\"06/19/1963\" \"2021-02-29\" \"1998-1-20\" \"2020-04-31\" \"2020-00-01\" \"\"");
    holds("{\"format\":\"time\"}", "\"08:30:06Z\" \"08:30:06.283185z\" \"23:59:60Z\" \"01:29:60+01:30\" \"22:59:60-01:00\"",
          "\"08:30:06\" \"24:00:00Z\" \"00:60:00Z\" \"00:00:61Z\" \"22:59:60Z\" \"01:02:03+24:00\" \"12:00:00.Z\" \"8:3:6Z\"");
    holds("{\"format\":\"date-time\"}", "\"1963-06-19T08:30:06.283185Z\" \"1990-12-31T15:59:50.123-08:00\" \"1998-12-31T23:59:60Z\"",
          "\"1990-02-31T15:59:59Z\" \"1963-06-19T08:30:06\" \"2013-350T01:01:01\" \"1963-06-19\"");
    holds("{\"format\":\"email\"}", "\"joe.bloggs@example.com\" \"te~st@example.com\" \"a+b@x.org\"",
          "\"2962\" \".test@example.com\" \"test.@example.com\" \"te..st@example.com\" \"a@b@c..d\" \"@x.org\" \"x@-a.org\"");
    holds("{\"format\":\"uri\"}", "\"http://foo.bar/?baz=qux#quux\" \"urn:oasis:names\" \"mailto:a@b.org\" \"tel:+1-816-555-1212\" \"http://a/%20\"",
          "\"//foo.bar\" \"/abc\" \"abc\" \"http://a/<b>\" \"http:\" \":x\" \"http://a/%2\" \"bar,baz:foo\"");
    holds("{\"format\":\"uuid\"}", "\"2EB8AA08-aa98-11EA-B4Aa-73B441D16380\"", "\"2eb8aa08-aa98-11ea-b4aa-73b441d1638\" \"2eb8aa08aa9811eab4aa73b441d16380\" \"2eb8aa08-aa98-11ea-b4ga-73b441d16380\"");
    holds("{\"format\":\"ipv4\"}", "\"192.168.0.1\" \"0.0.0.0\"", "\"127.0.0.0.1\" \"256.256.256.256\" \"127.0\" \"0x7f000001\" \"087.10.0.1\"");
    holds("{\"format\":\"ipv6\"}", "\"::1\" \"::ffff:192.168.0.1\" \"2001:db8::\"", "\"12345::\" \"1:1:1:1:1:1:1:1:1\" \"::laptop\" \"::1%eth0\"");
}

static void objects(void **state)
{
    holds("{\"properties\":{\"foo\":{\"type\":\"integer\"},\"b\\\"r\":{\"type\":\"string\"}}}", "{\"foo\":1,\"b\\\"r\":\"x\"} {} [] {\"q\":[]} 12", "{\"foo\":[]} {\"b\\u0022r\":{}}");
    holds("{\"required\":[\"foo\"]}", "{\"foo\":null} {\"f\\u006fo\":1} [] \"\" 12", "{\"bar\":1} {}");
    holds("{\"properties\":{\"foo\":{}},\"additionalProperties\":false}", "{\"foo\":1} {} [] 1", "{\"foo\":1,\"bar\":2} {\"mm\":1}");
    holds("{\"properties\":{\"foo\":{}},\"required\":[\"bar\"],\"additionalProperties\":{\"type\":\"boolean\"}}", "{\"foo\":1,\"bar\":true}", "{\"bar\":12} {\"foo\":1}");
    holds("{\"minProperties\":1,\"maxProperties\":2}", "{\"a\":1} {\"a\":1,\"b\":2} []", "{} {\"a\":1,\"b\":2,\"c\":3}");
    holds("{\"properties\":{\"__proto__\":{\"type\":\"number\"},\"\":{\"type\":\"null\"}}}", "{\"\":null}", "{\"__proto__\":\"foo\"} {\"\":1}");
}

static void arrays(void **state)
{
    holds("{\"items\":{\"type\":\"integer\"}}", "[1,2,3] [] {\"foo\":\"bar\"} \"x\"", "[1,\"x\"] [[]]");
    holds("{\"items\":false}", "[]", "[1]");
    holds("{\"minItems\":1,\"maxItems\":2}", "[1] [1,2] \"\"", "[] [1,2,3]");
    holds("{\"items\":{\"items\":{\"enum\":[1]}}}", "[[1,1],[]]", "[[1,2]]");
}

static void combinations(void **state)
{
    holds("{\"anyOf\":[{\"type\":\"integer\"},{\"minimum\":2}]}", "1 2.5 3 \"x\"", "1.5");
    holds("{\"oneOf\":[{\"type\":\"integer\"},{\"minimum\":2}]}", "1 2.5", "3 1.5");
    holds("{\"allOf\":[{\"required\":[\"a\"]},{\"properties\":{\"b\":{\"type\":\"null\"}}}],\"type\":\"object\"}", "{\"a\":1,\"b\":null}", "{\"b\":null} {\"a\":1,\"b\":1} 3");
    holds("{\"not\":{\"type\":\"integer\"}}", "\"foo\" 1.5", "1");
    holds("{\"not\":{\"not\":{\"type\":\"integer\"}}}", "1", "1.5");
    holds("{\"anyOf\":[true,false],\"minimum\":5}", "5", "4");
}

static void references(void **state)
{
    holds("{\"$ref\":\"#/$defs/n\",\"minimum\":3}", "3", "2 3.5 \"x\"");
    holds("{\"$ref\":\"#/$defs/t\"}", "{\"x\":{\"x\":{\"n\":1}}}", "{\"x\":{\"x\":{\"n\":\"1\"}}}");
    holds("{\"$ref\":\"#/$defs/a~1b~0c\"}", "1", "2");
    holds("{\"items\":{\"$ref\":\"#/properties/v\"},\"type\":[\"array\",\"null\"]}", "[] [[],[null,[]]]", "[[1]] [[],[[{}]]]");
}

/* ---- what is refused when it is read ---- */

static void refuses(const char *text, const char *reason)
{
    mm_err e = { 0 };
    assert_null(opened(text, &e));
    assert_int_equal(e.code, MM_EUSAGE);
    if (!strstr(e.text, reason))
        fail_msg("%s: '%s' is not in '%s'", text, reason, e.text);
}

static void refused(void **state)
{
    refuses("{\"properties\":{\"a\":{\"patternProperties\":{}}}}", "/properties/a/patternProperties: this keyword is not known here");
    refuses("{\"typo\":1}", "/typo: this keyword");
    refuses("{\"type\":\"int\"}", "/type: null, boolean");
    refuses("{\"pattern\":\"(\"}", "/pattern: ");
    refuses("{\"format\":\"iri\"}", "/format: of formats");
    refuses("{\"minLength\":-1}", "/minLength: a whole number");
    refuses("{\"minimum\":\"1\"}", "/minimum: a number");
    refuses("{\"multipleOf\":0}", "/multipleOf: a number above 0");
    refuses("{\"anyOf\":[]}", "/anyOf: a list of schemas");
    refuses("{\"$ref\":\"http://x/y\"}", "/$ref: only references into this document");
    refuses("{\"$ref\":\"#/$defs/none\"}", "/$ref: there is nothing");
    refuses("{\"$ref\":\"#\"}", "leads back to itself");
    refuses("{\"$defs\":{\"a\":{\"allOf\":[{\"$ref\":\"#/$defs/b\"}]},\"b\":{\"$ref\":\"#/$defs/a\"}},\"$ref\":\"#/$defs/a\"}", "leads back to itself");
    refuses("[]", "a schema is expected");
    refuses("{\"a\":1,", ":1:7: ");
    mm_err e = { 0 };
    assert_null(mm_schema_open("/nowhere/s.json", &e));
}

static void reasons(void **state)
{
    mm_err e = { 0 };
    mm_schema *s = opened("{\"additionalProperties\":false,\"properties\":{\"a/b\":{\"items\":{\"maximum\":5}}},\"required\":[\"a/b\"]}", &e);
    mm_schema_checker *c = mm_schema_checker_new(s);
    assert_int_equal(mm_schema_check(c, MM_STR("{\"mm\":{\"id\":1},\"a/b\":[1]}"), &e), 0);
    assert_int_equal(mm_schema_check(c, MM_STR("{\"a/b\":[1,7.5]}"), &e), -1);
    assert_string_equal(e.text, "/a~1b/1: 7.5 is more than the maximum 5");
    assert_int_equal(mm_schema_check(c, MM_STR("{}"), &e), -1);
    assert_string_equal(e.text, "the member a/b is required and missing");
    mm_schema_checker_free(c);
    mm_schema_free(s);
}

/* ---- inference ---- */

static void inferred(void **state)
{
    static const char *const rows[] = {
        "{\"mm\":{},\"n\":1,\"f\":0.5,\"on\":\"2024-01-02\",\"to\":\"a@b.org\",\"l\":[1,\"x\"],\"o\":{\"k\":null},\"b\":true,\"d\":1,\"d\":2}",
        "{\"n\":-12,\"f\":3,\"on\":\"2024-02-29\",\"to\":\"\",\"l\":[],\"o\":{\"k\":5},\"b\":null}",
        "{\"n\":7.0,\"f\":2e0,\"on\":\"1999-12-31\",\"to\":\"c@d.org\",\"l\":[null],\"o\":{\"j\":\"q\"},\"b\":false,\"d\":3,\"big\":99999999999999999999}" };
    const char *want =
        "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n  \"type\": \"object\",\n  \"properties\": {\n"
        "    \"n\": {\n      \"type\": \"integer\",\n      \"minimum\": -12,\n      \"maximum\": 7.0\n    },\n"
        "    \"f\": {\n      \"type\": \"number\",\n      \"minimum\": 0.5,\n      \"maximum\": 3\n    },\n"
        "    \"on\": {\n      \"type\": \"string\",\n      \"format\": \"date\"\n    },\n"
        "    \"to\": {\n      \"type\": \"string\"\n    },\n"
        "    \"l\": {\n      \"type\": \"array\",\n      \"items\": {\n        \"type\": [\"string\", \"integer\", \"null\"],\n"
        "        \"minimum\": 1,\n        \"maximum\": 1\n      }\n    },\n"
        "    \"o\": {\n      \"type\": \"object\",\n      \"properties\": {\n        \"k\": {\n          \"type\": [\"integer\", \"null\"],\n"
        "          \"minimum\": 5,\n          \"maximum\": 5\n        },\n        \"j\": {\n          \"type\": \"string\"\n        }\n      }\n    },\n"
        "    \"b\": {\n      \"type\": [\"boolean\", \"null\"]\n    },\n"
        "    \"d\": {\n      \"type\": \"integer\",\n      \"minimum\": 1,\n      \"maximum\": 3\n    },\n"
        "    \"big\": {\n      \"type\": \"integer\"\n    }\n"
        "  },\n  \"required\": [\"n\", \"f\", \"on\", \"to\", \"l\", \"o\", \"b\"]\n}\n";
    mm_err e = { 0 };
    mm_buf out = { 0 };
    schema_infer *s = infer_new();
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(infer_learn(s, mm_str_of(rows[i]), &e), 0);
    infer_show(s, &out);
    mm_buf_byte(&out, 0);
    assert_string_equal(out.p, want);
    mm_schema *made = opened(out.p, &e);
    assert_non_null(made);
    mm_schema_checker *c = mm_schema_checker_new(made);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(mm_schema_check(c, mm_str_of(rows[i]), &e), 0);
    mm_schema_checker_free(c);
    mm_schema_free(made);
    infer_free(s);
    mm_buf_free(&out);
}

static void small_sets(void **state)
{
    mm_err e = { 0 };
    mm_buf out = { 0 };
    schema_infer *s = infer_new();
    char row[64];
    for (int i = 0; i < 40; i++) {
        snprintf(row, sizeof row, "{\"s\":\"%s\",\"u\":\"v%d\"}", i % 3 ? i % 2 ? "en" : "de" : "fr", i);
        infer_learn(s, mm_str_of(row), &e);
    }
    infer_show(s, &out);
    mm_buf_byte(&out, 0);
    assert_non_null(strstr(out.p, "\"enum\": [\"de\", \"en\", \"fr\"]\n    },\n    \"u\": {\n      \"type\": \"string\"\n    }"));
    infer_free(s);
    mm_buf_free(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types), cmocka_unit_test(values), cmocka_unit_test(numbers), cmocka_unit_test(strings),
        cmocka_unit_test(formats), cmocka_unit_test(objects), cmocka_unit_test(arrays), cmocka_unit_test(combinations),
        cmocka_unit_test(references), cmocka_unit_test(refused), cmocka_unit_test(reasons), cmocka_unit_test(inferred),
        cmocka_unit_test(small_sets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
