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

/* ---- bombs ---- */

/* `head`, then n times `each`, then `tail`. */
static mm_str many(mm_buf *b, const char *head, size_t n, const char *each, const char *tail)
{
    b->n = 0;
    mm_buf_str(b, mm_str_of(head));
    for (size_t i = 0; i < n; i++)
        mm_buf_str(b, mm_str_of(each));
    mm_buf_str(b, mm_str_of(tail));
    assert_false(b->failed);
    return mm_buf_view(b);
}

static void hostile_documents_are_bounded(void **state)
{
    mm_buf b = { 0 };
    mm_doc *d = mm_doc_parse(many(&b, "", 63, "[", "[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"), "p.yaml", NULL);
    assert_non_null(d);
    mm_doc_free(d);
    assert_refused(many(&b, "", 65, "[", ""), "p.yaml:1:65: lists and maps are nested more than 64 deep");
    assert_refused(many(&b, "", 1000000, "[", ""), "p.yaml:1:65: lists and maps are nested more than 64 deep");
    assert_refused(many(&b, "", 1000000, "{a: ", ""), "p.yaml:1:257: lists and maps are nested more than 64 deep");
    assert_refused(many(&b, "", 1000000, "- ", ""), "p.yaml:1:129: lists and maps are nested more than 64 deep");
    assert_refused(many(&b, "[", 1000000, "1,", "]"), "p.yaml:1:2000000: there are more than 1000000 values");
    assert_refused(many(&b, "", (16 << 20) + 1, "#", ""), "p.yaml: is longer than 16 MiB");
    assert_refused(many(&b, "", 10001, "- &a 1\n", ""), "p.yaml:10001:3: there are more than 10000 anchors");
    mm_buf_free(&b);
}

/* Nine lists, each of nine aliases to the one before: 9^9 values when walked. */
static void aliases_do_not_multiply(void **state)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("a0: &a0 [x,x,x,x,x,x,x,x,x]\n"));
    for (int i = 1; i < 9; i++) {
        mm_buf_printf(&b, "a%d: &a%d [", i, i);
        for (int k = 0; k < 9; k++)
            mm_buf_printf(&b, "%s*a%d", k ? "," : "", i - 1);
        mm_buf_str(&b, MM_STR("]\n"));
    }
    assert_refused(mm_buf_view(&b), "p.yaml:6:10: the aliases so far stand for more than 100000 values; write less or plainer");
    mm_str text = many(&b, "m: &m {a: 1}\nall: [", 33333, "*m,", "]\n");
    mm_doc *d = mm_doc_parse(text, "p.yaml", NULL);
    assert_non_null(d);
    assert_int_equal(mm_node_get(mm_doc_root(d), "all")->n, 33333);
    mm_doc_free(d);
    mm_buf_free(&b);
}

static void merges_are_bounded(void **state)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("<<:\n"));
    for (int i = 0; i < 1001; i++)
        mm_buf_printf(&b, "- {k%d: 1}\n", i);
    assert_refused(mm_buf_view(&b), "p.yaml:1002:3: << brings in more than 1000 keys");
    mm_buf_free(&b);
}

/* ---- policies ---- */

static void assert_bad_policy(const char *text, const char *message)
{
    mm_err e = { 0 };
    assert_null(mm_policy_parse(mm_str_of(text), "p.yaml", &e));
    assert_string_equal(e.text, message);
    assert_int_equal(e.code, MM_EUSAGE);
}

static void policies_have_a_version_and_known_sections(void **state)
{
    assert_bad_policy("redact: {}\n", "p.yaml:1:1: version is missing; write \"version: 1\" first");
    assert_bad_policy("version: 2\nfuture: {}\n", "p.yaml:1:10: version 2 is not known; this is written for version 1");
    assert_bad_policy("version: '1'\n", "p.yaml:1:10: version must be a whole number, not the text \"1\"");
    assert_bad_policy("version: 1\nredcat:\n  x: 1\n", "p.yaml:2:1: unknown key \"redcat\"; did you mean redact?");
    assert_bad_policy("version: 1\nsomething: {}\n", "p.yaml:2:1: unknown key \"something\"; there are version, redact, "
                      "bias, cost, plan, probe, ingest, store");
    assert_bad_policy("version: 1\nredact: 5\n", "p.yaml:2:9: redact must be a map, not 5");
    assert_bad_policy("version: 1\nredact: [a]\n", "p.yaml:2:9: redact must be a map, not a list");
    assert_bad_policy("- version: 1\n", "p.yaml:1:1: a policy is a map that begins with \"version: 1\"");
    assert_bad_policy("~", "p.yaml:1:1: a policy is a map that begins with \"version: 1\"");
}

static void policies_give_their_sections(void **state)
{
    mm_str text = MM_STR("version: 1\nredact: {a: 1}\nbias:\n");
    mm_policy *p = mm_policy_parse(text, "p.yaml", NULL);
    assert_non_null(p);
    assert_non_null(mm_node_get(mm_policy_section(p, "redact"), "a"));
    assert_null(mm_policy_section(p, "bias"));
    assert_null(mm_policy_section(p, "cost"));
    assert_string_equal(mm_doc_name(mm_policy_doc(p)), "p.yaml");
    char want[33];
    mm_hash_hex(text.p, text.n, want);
    assert_string_equal(mm_policy_digest(p), want);
    mm_policy_free(p);
    mm_policy_free(NULL);
}

/* The digest is that of `xxh128sum`, so that a user can tell which file a record names. */
static void policies_are_loaded_from_files(void **state)
{
    char name[] = "/tmp/mm-policy-XXXXXX";
    int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "version: 1\n", 11), 11);
    close(fd);
    mm_err e = { 0 };
    mm_policy *p = mm_policy_load(name, &e);
    assert_non_null(p);
    assert_string_equal(mm_policy_digest(p), "3f18986996fc3493afb5903bff28179a");
    mm_policy_free(p);
    unlink(name);
    assert_null(mm_policy_load("/nowhere/p.yaml", &e));
    assert_string_equal(e.text, "/nowhere/p.yaml: cannot read: No such file or directory");
    assert_int_equal(e.code, MM_EUSAGE);
    assert_null(mm_policy_load("/", &e));
    assert_string_equal(e.text, "/: cannot read: Is a directory");
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
        cmocka_unit_test(hostile_documents_are_bounded),
        cmocka_unit_test(aliases_do_not_multiply),
        cmocka_unit_test(merges_are_bounded),
        cmocka_unit_test(policies_have_a_version_and_known_sections),
        cmocka_unit_test(policies_give_their_sections),
        cmocka_unit_test(policies_are_loaded_from_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
