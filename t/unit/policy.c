/* Policies and the documents under them: what is read, where each fault stands, and what a hostile
 * document is refused for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "govern/policy.h"

static mm_doc *parse(const char *text)
{
    mm_err e = { 0 };
    mm_doc *d = mm_doc_parse(mm_str_of(text), "p.yaml", &e);
    if (!d)
        print_error("%s\n", e.text);
    assert_non_null(d);
    return d;
}

static void assert_refused(mm_str text, const char *message)
{
    mm_err e = { 0 };
    mm_doc *d = mm_doc_parse(text, "p.yaml", &e);
    if (d)
        fail_msg("accepted what should give: %s", message);
    assert_string_equal(e.text, message);
    assert_int_equal(e.code, MM_EUSAGE);
}

static const char *string_at(const mm_doc *d, const mm_node *n)
{
    const char *s = NULL;
    assert_int_equal(mm_node_string(d, n, &s, NULL), 0);
    return s;
}

/* ---- reading ---- */

static void nodes_know_where_they_stood(void **state)
{
    mm_doc *d = parse("# head\nversion: 1\nredact:\n  rules:\n    - field: 'a'\n    - field: b\n      \"action\": mask\n");
    const mm_node *root = mm_doc_root(d), *redact = mm_node_get(root, "redact");
    assert_int_equal(root->kind, MM_NODE_MAP);
    assert_int_equal(root->n, 2);
    assert_int_equal(root->line, 2);
    assert_int_equal(root->column, 1);
    const mm_node *rules = mm_node_get(redact, "rules");
    assert_int_equal(rules->kind, MM_NODE_LIST);
    assert_int_equal(rules->n, 2);
    const mm_node *action = mm_node_get(rules->item[1], "action");
    assert_int_equal(action->line, 7);
    assert_int_equal(action->column, 17);
    assert_false(action->quoted);
    assert_true(mm_node_get(rules->item[0], "field")->quoted);
    assert_string_equal(string_at(d, action), "mask");
    assert_null(mm_node_get(rules, "field"));
    assert_null(mm_node_get(root, "Redact"));
    assert_null(mm_node_get(NULL, "x"));
    assert_string_equal(mm_doc_name(d), "p.yaml");
    mm_doc_free(d);
}

static void json_is_read_likewise(void **state)
{
    mm_doc *d = parse("{\"version\":1,\n\t\"redact\":{\"on\":true,\"list\":[1,2.5,-3e2,null],\"s\":\"a\\u00e9\\/\\n\"},\"e\":{},\"l\":[]}\n");
    const mm_node *redact = mm_node_get(mm_doc_root(d), "redact"), *list = mm_node_get(redact, "list");
    bool on = false;
    int64_t i = 0;
    double f = 0;
    assert_int_equal(mm_node_bool(d, mm_node_get(redact, "on"), &on, NULL), 0);
    assert_true(on);
    assert_int_equal(mm_node_int(d, list->item[0], &i, NULL), 0);
    assert_int_equal(i, 1);
    assert_int_equal(mm_node_double(d, list->item[1], &f, NULL), 0);
    assert_true(f == 2.5);
    assert_int_equal(mm_node_double(d, list->item[2], &f, NULL), 0);
    assert_true(f == -300);
    assert_string_equal(string_at(d, mm_node_get(redact, "s")), "a\xc3\xa9/\n");
    assert_int_equal(mm_node_get(mm_doc_root(d), "e")->kind, MM_NODE_MAP);
    assert_int_equal(mm_node_get(mm_doc_root(d), "l")->n, 0);
    mm_doc_free(d);
}

static void strings_stay_as_written(void **state)
{
    mm_doc *d = parse("- no\n- 1.10\n- 007\n- ''\n- |\n  two\n  lines\n- !!str 5\n- \"x\\ty\"\n");
    const mm_node *root = mm_doc_root(d);
    static const char *const want[] = { "no", "1.10", "007", "", "two\nlines\n", "5", "x\ty" };
    for (size_t i = 0; i < root->n; i++)
        assert_string_equal(string_at(d, root->item[i]), want[i]);
    mm_doc_free(d);
}

static void anchors_and_merges_are_followed(void **state)
{
    mm_doc *d = parse("base: &b {mode: mask, keep: 4}\nmore: &m {keep: 9, seed: 1}\n"
                      "use: *b\nown: {<<: *b, keep: 2}\nboth:\n  x: 1\n  <<: [*b, *m]\nnot: {'<<': 1}\n");
    const mm_node *root = mm_doc_root(d), *own = mm_node_get(root, "own"), *both = mm_node_get(root, "both");
    assert_ptr_equal(mm_node_get(root, "use"), mm_node_get(root, "base"));
    assert_int_equal(own->n, 2);
    assert_string_equal(string_at(d, mm_node_get(own, "mode")), "mask");
    assert_string_equal(string_at(d, mm_node_get(own, "keep")), "2");
    assert_int_equal(both->n, 4);
    assert_string_equal(string_at(d, mm_node_get(both, "keep")), "4");
    assert_string_equal(string_at(d, mm_node_get(both, "seed")), "1");
    assert_string_equal(string_at(d, mm_node_get(mm_node_get(root, "not"), "<<")), "1");
    mm_doc_free(d);
}

/* ---- typed reads ---- */

static int read_as(const char *type, const mm_doc *d, const mm_node *n, mm_err *e)
{
    const char *s;
    bool b;
    int64_t i;
    double f;
    switch (*type) {
    case 's': return mm_node_string(d, n, &s, e);
    case 'b': return mm_node_bool(d, n, &b, e);
    case 'i': return mm_node_int(d, n, &i, e);
    default: return mm_node_double(d, n, &f, e);
    }
}

static void wrong_types_say_place_and_path(void **state)
{
    static const char *const each[][3] = {
        { "s", "[1]", "text, not a list" },
        { "s", "{}", "text, not a map" },
        { "s", "~", "text, not empty" },
        { "s", "\"a\\0b\"", "text without NUL bytes, not the text \"a\"" },
        { "b", "maybe", "true or false, not maybe" },
        { "b", "'true'", "true or false, not the text \"true\"" },
        { "b", "1", "true or false, not 1" },
        { "i", "1.5", "a whole number, not 1.5" },
        { "i", "'5'", "a whole number, not the text \"5\"" },
        { "i", "010", "a whole number, not 010" },
        { "i", "+-1", "a whole number, not +-1" },
        { "i", "9223372036854775808", "a whole number, not 9223372036854775808" },
        { "d", ".nan", "a number, not .nan" },
        { "d", "", "a number, not empty" },
        { "d", "[]", "a number, not a list" },
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        char text[100], want[200];
        snprintf(text, sizeof text, "a:\n  b c:\n  - 1\n  - key: %s\n", each[i][1]);
        snprintf(want, sizeof want, "p.yaml:4:%d: a.b c[1].key must be %s", each[i][1][0] ? 10 : 9, each[i][2]);
        mm_doc *d = parse(text);
        const mm_node *n = mm_node_get(mm_node_get(mm_node_get(mm_doc_root(d), "a"), "b c")->item[1], "key");
        mm_err e = { 0 };
        assert_int_equal(read_as(each[i][0], d, n, &e), -1);
        assert_string_equal(e.text, want);
        assert_int_equal(e.code, MM_EUSAGE);
        assert_int_equal(read_as(each[i][0], d, NULL, &e), 0);
        mm_doc_free(d);
    }
}

static void right_types_are_read(void **state)
{
    mm_doc *d = parse("[yes, Off, +7, -9223372036854775808, 1e3]");
    const mm_node *root = mm_doc_root(d);
    bool b = false;
    int64_t i = 0;
    double f = 0;
    assert_int_equal(mm_node_bool(d, root->item[0], &b, NULL), 0);
    assert_true(b);
    assert_int_equal(mm_node_bool(d, root->item[1], &b, NULL), 0);
    assert_false(b);
    assert_int_equal(mm_node_int(d, root->item[2], &i, NULL), 0);
    assert_int_equal(i, 7);
    assert_int_equal(mm_node_int(d, root->item[3], &i, NULL), 0);
    assert_true(i == INT64_MIN);
    assert_int_equal(mm_node_double(d, root->item[4], &f, NULL), 0);
    assert_true(f == 1000);
    mm_doc_free(d);
}

static void unknown_keys_name_the_nearest(void **state)
{
    static const char *const known[] = { "action", "field", "entities", NULL };
    mm_doc *d = parse("good: {action: x, field: y}\nnear: {field: y,\n  acton: x}\nfar: {zzzzzzzzz: 1}\nempty:\nlist: [1]\n");
    const mm_node *root = mm_doc_root(d);
    mm_err e = { 0 };
    assert_int_equal(mm_node_keys(d, mm_node_get(root, "good"), known, &e), 0);
    assert_int_equal(mm_node_keys(d, mm_node_get(root, "empty"), known, &e), 0);
    assert_int_equal(mm_node_keys(d, NULL, known, &e), 0);
    assert_int_equal(mm_node_keys(d, mm_node_get(root, "near"), known, &e), -1);
    assert_string_equal(e.text, "p.yaml:3:3: unknown key \"acton\"; did you mean action?");
    assert_int_equal(mm_node_keys(d, mm_node_get(root, "far"), known, &e), -1);
    assert_string_equal(e.text, "p.yaml:4:7: unknown key \"zzzzzzzzz\"; there are action, field, entities");
    assert_int_equal(mm_node_keys(d, mm_node_get(root, "list"), known, &e), -1);
    assert_string_equal(e.text, "p.yaml:6:7: list must be a map, not a list");
    mm_doc_free(d);
}

/* ---- malformed ---- */

static void faults_say_where(void **state)
{
    assert_refused(MM_STR(""), "p.yaml:1:1: the document is empty");
    assert_refused(MM_STR("# nothing\n"), "p.yaml:1:1: the document is empty");
    assert_refused(MM_STR("a: 1\nb: 2\na: 3\nb: 4\n"), "p.yaml:3:1: the key \"a\" is there twice, first on line 1; keep one");
    assert_refused(MM_STR("{\"a\": {\"x\":1, \"x\":2}}"), "p.yaml:1:15: the key \"x\" is there twice, first on line 1; keep one");
    assert_refused(MM_STR("a: 1\n---\nb: 2\n"), "p.yaml:2:1: a second document begins here; only one is read");
    assert_refused(MM_STR("[a, b]: 1\n"), "p.yaml:1:1: a key must be text, not a list or a map");
    assert_refused(MM_STR("a: *b\n"), "p.yaml:1:4: *b names no anchor before it");
    assert_refused(MM_STR("a: &b [1, *b]\n"), "p.yaml:1:11: *b stands inside what it names");
    assert_refused(MM_STR("a: !odd 1\n"), "p.yaml:1:4: the tag !odd is not known; leave it out");
    assert_refused(MM_STR("a: !!binary aGk=\n"), "p.yaml:1:4: the tag tag:yaml.org,2002:binary is not known; leave it out");
    assert_refused(MM_STR("<<: 5\n"), "p.yaml:1:5: << takes a map or a list of maps");
    assert_refused(MM_STR("a: b: c\n"), "p.yaml:1:5: mapping values are not allowed in this context");
    assert_refused(MM_STR("a:\n\t- 1\n"), "p.yaml:2:1: found character that cannot start any token");
    assert_refused(MM_STR("a: [1,\n2\n"), "p.yaml:3:1: did not find expected ',' or ']' (while parsing a flow sequence that began on line 1)");
    assert_refused(MM_STR("a: \"x\n"), "p.yaml:2:1: found unexpected end of stream (while scanning a quoted scalar that began on line 1)");
    assert_refused(MM_STR("a: x\xff\n"), "p.yaml:1:5: invalid leading UTF-8 octet");
    assert_refused(MM_STR("\xc3\xa9: \xc3\xa9\n\xc3\xa9\xc3\xa9\x80\n"), "p.yaml:2:3: invalid leading UTF-8 octet");
    assert_refused(((mm_str){ "a: b\0c\n", 7 }), "p.yaml:1:5: control characters are not allowed");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_know_where_they_stood),
        cmocka_unit_test(json_is_read_likewise),
        cmocka_unit_test(strings_stay_as_written),
        cmocka_unit_test(anchors_and_merges_are_followed),
        cmocka_unit_test(wrong_types_say_place_and_path),
        cmocka_unit_test(right_types_are_read),
        cmocka_unit_test(unknown_keys_name_the_nearest),
        cmocka_unit_test(faults_say_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
