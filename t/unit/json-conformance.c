/* json-conformance.c - what RFC 8259 says must be accepted (y), must be refused (n), and may go
 * either way (i; ours is in the table). The categories and what they try are those of the public
 * JSON parsing suites; the cases are our own.
 *
 *   json-conformance.t         TAP
 *   json-conformance.t cases   one case a line: kind, hex of the text
 *   json-conformance.t check   hex lines from standard input; 1 or 0 for each */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mm.h"

typedef struct test_case {
    char kind;    /* y, n, i */
    bool accept;
    mm_str text;
} test_case;

#define Y(text) { 'y', true, MM_STR(text) }
#define N(text) { 'n', false, MM_STR(text) }
#define I_YES(text) { 'i', true, MM_STR(text) }
#define I_NO(text) { 'i', false, MM_STR(text) }

static const test_case cases[] = {
    /* ---- structure ---- */
    Y("[]"), Y("{}"), Y(" [] "), Y("\t\n\r [\t\n\r ]\t\n\r "), Y("[[]]"), Y("[{}]"), Y("{\"a\":[]}"), Y("{\"a\":{}}"),
    Y("[[],[]]"), Y("[1,2,3]"), Y("[null,true,false]"), Y("[ 1 , 2 ]"), Y("{\"a\":1,\"b\":2}"), Y("{ \"a\" : 1 , \"b\" : 2 }"),
    Y("{\"a\":1,\"a\":2}"), Y("{\"a\":1,\"a\":1}"), Y("{\"\":0}"), Y("{\"a\\nb\":0}"), Y("{\"a\\u0000b\":0}"),
    Y("{\"\\u0061\":1}"), Y("{\"a\":{\"b\":{\"c\":[{\"d\":[[[]]]}]}}}"), Y("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"),
    Y("true"), Y("false"), Y("null"), Y("0"), Y("-1"), Y("\"\""), Y("\"x\""), Y(" 1 "), Y("\n\"a\"\n"), Y("1\r"), Y("{}\r\n"),
    N(""), N(" "), N("\n"), N("["), N("]"), N("{"), N("}"), N("[["), N("[[]"), N("[]]"), N("{}}"), N("[}"), N("{]"),
    N("[1}"), N("{\"a\":1]"), N("[{]}"), N("[,]"), N("[1,]"), N("[,1]"), N("[1,,2]"), N("[1 2]"), N("[1;2]"), N("[1:2]"),
    N("[\"a\":1]"), N("[\"\": 1]"), N("[1,\n2,\n"), N("[\"a\",\n4\n,1,"), N("[],"), N("[]x"), N("[] []"), N("{} {}"), N("1 2"),
    N("\"a\" \"b\""), N("truefalse"), N("{\"a\"}"), N("{\"a\":}"), N("{\"a\",\"b\"}"), N("{\"a\" 1}"), N("{\"a\"::1}"),
    N("{:1}"), N("{1:1}"), N("{a:1}"), N("{'a':1}"), N("{null:1}"), N("{[]:1}"), N("{\"a\":1,}"), N("{,\"a\":1}"),
    N("{\"a\":1,,\"b\":2}"), N("{\"a\":1 \"b\":2}"), N("{\"a\":1;\"b\":2}"), N("{\"a\":1"), N("{\"a\":"), N("{\"a\""), N("{\"a"),
    N("{\"a\":1}}"), N("{\"a\":1}#"), N("{\"a\":1,\"b\"}"), N("{\"a\":1:2}"), N("{\"a\":\"b\",\"c"), N("{\"x\":null,}"),
    N("//\n[]"), N("/**/[]"), N("[1/**/]"), N("[1]//x"), N("#\n[]"), N("<a>"), N("*"), N(":"), N(","), N("\\"), N("\\u0020[]"),
    N("[\\u0031]"), N("[\\n]"), N("@"), N("[a]"), N("['a']"), N("[`a`]"), N("(1)"), N("[1)"), N("[\x0b]"), N("[\x0c]"), N("\x0c[]"),
    N("\xc2\xa0[]"), N("[\xe2\x81\xa0]"), N("\xe2\x80\xa8[]"), N("[]\0"), N("\0"), N("[\0]"), N("\0[]"), N("{\"a\":1}\0"), N("[1\0,2]"),
    /* ---- literals ---- */
    N("tru"), N("True"), N("TRUE"), N("[truth]"), N("[tru]"), N("fals"), N("[fals]"), N("nul"), N("[nul]"), N("NULL"), N("nil"),
    N("[nulll]"), N("[true false]"), N("[truenull]"), N("undefined"), N("NaN"), N("[NaN]"), N("[-NaN]"), N("Infinity"),
    N("[Infinity]"), N("[-Infinity]"), N("[+Inf]"), N("[Inf]"), N("t"), N("f"), N("n"),
    /* ---- numbers ---- */
    Y("[0]"), Y("[-0]"), Y("[-0.0]"), Y("[0.0]"), Y("[0e1]"), Y("[0e+1]"), Y("[0E-1]"), Y("[1e1]"), Y("[1E1]"), Y("[1e+1]"),
    Y("[1e-1]"), Y("[1.5]"), Y("[-1.5e-3]"), Y("[123]"), Y("[1e00]"), Y("[1e-007]"), Y("[1.0E+2]"), Y("[10]"), Y("[100]"),
    Y("[0.000000000000000000000000000000000000000000001]"), Y("[123.456e78]"), Y("[20e1]"), Y("[9007199254740993]"),
    Y("[-9223372036854775808]"), Y("[18446744073709551616]"), Y("[123456789012345678901234567890]"), Y("1.25"), Y("-0"), Y("1e5"),
    I_YES("[1e400]"), I_YES("[-1e400]"), I_YES("[1e-400]"), I_YES("[1e99999999999999999999]"), I_YES("[-1e-99999999999999999999]"),
    I_YES("[0.4e00669999999999999999999999999999999999999999999999999999]"), I_YES("[100000000000000000000000]"),
    N("[01]"), N("[-01]"), N("[00]"), N("[012]"), N("[0.]"), N("[1.]"), N("[.1]"), N("[-.1]"), N("[+1]"), N("[++1]"), N("[--1]"), N("[-]"),
    N("[- 1]"), N("[1 .5]"), N("[1. 5]"), N("[1e]"), N("[1e+]"), N("[1E-]"), N("[1e1.5]"), N("[1e1e1]"), N("[1.2.3]"), N("[0e]"), N("[0.e1]"),
    N("[.e1]"), N("[1.e1]"), N("[0.3e]"), N("[0.3e+]"), N("[1+2]"), N("[1-2]"), N("[-1-1]"), N("[0x1]"), N("[0x]"), N("[1a]"), N("[1ea]"),
    N("[-a]"), N("[-foo]"), N("[1_000]"), N("[1,000.5.1]"), N("[\xef\xbc\x91]"), N("[1\xc3\xa5]"), N("[1e1\xe5]"), N("[0\xe5]"), N("[-2.]"),
    N("[2.e+3]"), N("[2.e-3]"), N("[9.e+]"), N("[1f]"), N("[1L]"), N("-"), N("1."), N("1e"), N("0x"), N("00"), N("[1 000]"), N("[0e+-1]"),
    /* ---- strings ---- */
    Y("[\"a\"]"), Y("[\" \"]"), Y("[\"\\\"\"]"), Y("[\"\\\\\"]"), Y("[\"\\/\"]"), Y("[\"/\"]"), Y("[\"\\b\\f\\n\\r\\t\"]"), Y("[\"\\\\n\"]"),
    Y("[\"\\\\\\\"\"]"), Y("[\"\\u0041\"]"), Y("[\"\\u00e9\"]"), Y("[\"\\u00E9\"]"), Y("[\"\\uABCD\"]"), Y("[\"\\uabcd\"]"), Y("[\"\\u0000\"]"),
    Y("[\"\\u001f\"]"), Y("[\"\\ud83d\\ude00\"]"), Y("[\"\\uD834\\uDD1E\"]"), Y("[\"\\udbff\\udfff\"]"), Y("[\"\\ud800\\udc00x\"]"),
    Y("[\"\\uffff\"]"), Y("[\"\\ufffe\"]"), Y("[\"\\ufdd0\"]"), Y("[\"\\u200b\"]"), Y("[\"\\u2028\"]"), Y("[\"\x7f\"]"), Y("[\"\\u007f\"]"),
    Y("[\"\xc3\xa9\"]"), Y("[\"\xe2\x82\xac\"]"), Y("[\"\xf0\x9f\x98\x80\"]"), Y("[\"\xf4\x8f\xbf\xbf\"]"), Y("[\"\xef\xbf\xbf\"]"),
    Y("[\"\xe2\x80\xa8\"]"), Y("[\"\xed\x9f\xbf\"]"), Y("[\"\xee\x80\x80\"]"), Y("[\"a/*b*/c\"]"), Y("[\"{}[]:,\"]"), Y("[\"\xef\xbb\xbf\"]"),
    Y("[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aB\"]"), Y("[\"'\"]"), Y("\"\xf4\x80\x80\x80\""), Y("[\"\xc2\x80\"]"), Y("[\"\xe0\xa0\x80\"]"),
    N("\""), N("[\""), N("[\"]"), N("[\"a]"), N("[\"a"), N("[\"\\\"]"), N("[\"\\"), N("[\"\\u"), N("[\"\\u00"), N("[\"\\u00A"), N("[\"\\u00A\"]"),
    N("[\"\\u\"]"), N("[\"\\u00G0\"]"), N("[\"\\u 041\"]"), N("[\"\\u-041\"]"), N("[\"\\u0x41\"]"), N("[\"\\U0041\"]"), N("[\"\\x41\"]"), N("[\"\\a\"]"),
    N("[\"\\v\"]"), N("[\"\\0\"]"), N("[\"\\'\"]"), N("[\"\\ \"]"), N("[\"\\e\"]"), N("[\"\\\0\"]"), N("[\"\\\n\"]"), N("[\"\\\xc3\xa9\"]"), N("[\"\n\"]"),
    N("[\"\r\"]"), N("[\"\t\"]"), N("[\"\0\"]"), N("[\"a\0b\"]"), N("[\"\x01\"]"), N("[\"\x1f\"]"), N("{\"a\nb\":1}"), N("[\"\\\\\"\"]"), N("[\"x\"\"]"),
    N("[\"a\"x]"), N("[a\"]"), N("abc\""), N("[\"\\ud83d\\u\"]"), N("[\"\\ud83d\\u1\"]"), N("[\"\\ud83d\\"),
    I_NO("[\"\\ud800\"]"), I_NO("[\"\\udc00\"]"), I_NO("[\"\\ud800x\"]"), I_NO("[\"\\ud800\\n\"]"), I_NO("[\"\\ud800\\ud800\"]"),
    I_NO("[\"\\udc00\\ud800\"]"), I_NO("[\"\\ud83d\\u0041\"]"), I_NO("[\"\\uDFAA\"]"), I_NO("{\"\\ud800\":1}"), I_NO("[\"\\uD888\\u1234\"]"),
    /* ---- encoding: a strict reader may refuse all of these, and ours does ---- */
    I_NO("\xef\xbb\xbf{}"), I_NO("\xff\xfe[\0]\0"), I_NO("\0[\0]"), I_NO("[\"\x80\"]"), I_NO("[\"\xbf\"]"), I_NO("[\"\xff\"]"), I_NO("[\"\xfe\"]"),
    I_NO("[\"\xc0\x80\"]"), I_NO("[\"\xc0\xaf\"]"), I_NO("[\"\xc1\xbf\"]"), I_NO("[\"\xe0\x80\xaf\"]"), I_NO("[\"\xe0\x9f\xbf\"]"),
    I_NO("[\"\xf0\x80\x80\xaf\"]"), I_NO("[\"\xf0\x8f\xbf\xbf\"]"), I_NO("[\"\xed\xa0\x80\"]"), I_NO("[\"\xed\xbf\xbf\"]"), I_NO("[\"\xed\xa0\x80\xed\xb0\x80\"]"),
    I_NO("[\"\xf4\x90\x80\x80\"]"), I_NO("[\"\xf5\x80\x80\x80\"]"), I_NO("[\"\xf8\x88\x80\x80\x80\"]"), I_NO("[\"\xfc\x84\x80\x80\x80\x80\"]"),
    I_NO("[\"\xc3\"]"), I_NO("[\"\xe2\x82\"]"), I_NO("[\"\xf0\x9f\x98\"]"), I_NO("[\"\xe2\x28\xa1\"]"), I_NO("[\"\xc3\xa9\xa9\"]"), I_NO("[\"\xe9\"]"),
    I_NO("{\"\xb9\":1}"), I_NO("[\"\xfc\x80\x80\x80\x80\x80\"]"), I_NO("[\"\xf0\x9f\x98\x80\x80\"]"),
    N("\xef\xbb"), N("\xef\xbb\xbf"), N("[\xff]"), N("\xe5"), N("[\xe9]"), N("{\"a\":\"b\"}\xc3"),
};

enum { CASES = sizeof cases / sizeof cases[0] };

static bool accepts(mm_str text, size_t *at)
{
    /* In memory of its own, so that a sanitizer sees a read outside. */
    char *copy = malloc(text.n + 1);
    memcpy(copy, text.p, text.n);
    char *exact = realloc(copy, text.n ? text.n : 1);
    mm_err e = { 0 };
    bool yes = mm_json_check((mm_str){ exact, text.n }, 0, at, &e) == 0;
    if (!yes && (e.code != MM_EBAD || e.text[0] == '\0' || *at > text.n))
        abort();
    free(exact);
    return yes;
}

static void print_hex(mm_str s)
{
    for (size_t i = 0; i < s.n; i++)
        printf("%02x", (unsigned char)s.p[i]);
}

static int verdicts(void)
{
    char line[20000], text[10000];
    while (fgets(line, sizeof line, stdin)) {
        size_t n = 0, at;
        unsigned byte;
        for (char *p = line; sscanf(p, "%2x", &byte) == 1; p += 2)
            text[n++] = (char)byte;
        printf("%d\n", accepts((mm_str){ text, n }, &at));
    }
    return 0;
}

static unsigned tests, bad;

static void ok(bool pass, const char *what)
{
    printf("%sok %u - %s\n", pass ? "" : "not ", ++tests, what);
    bad += !pass;
}

static void table(char kind, const char *what)
{
    bool pass = true;
    for (size_t i = 0; i < CASES; i++) {
        size_t at = 0;
        if (cases[i].kind != kind || accepts(cases[i].text, &at) == cases[i].accept)
            continue;
        printf("# %c (byte %zu): ", kind, at);
        print_hex(cases[i].text);
        printf("\n");
        pass = false;
    }
    ok(pass, what);
}

/* n times `open`, then n times `close`. */
static bool nested(const char *open, const char *close, size_t n, unsigned max_depth)
{
    mm_buf b = { 0 };
    for (size_t i = 0; i < n; i++)
        mm_buf_put(&b, open, strlen(open));
    for (size_t i = 0; i < n; i++)
        mm_buf_put(&b, close, strlen(close));
    bool yes = mm_json_check(mm_buf_view(&b), max_depth, NULL, NULL) == 0;
    mm_buf_free(&b);
    return yes;
}

static void nesting(void)
{
    ok(nested("[", "]", 1024, 0) && !nested("[", "]", 1025, 0), "arrays nest to 1024 levels by default");
    ok(nested("{\"a\":", "", 0, 0) == false && !nested("[{\"a\":", "}]", 513, 0), "objects count as levels too");
    ok(nested("[", "]", 3, 3) && !nested("[", "]", 4, 3), "a limit given is the limit");
    ok(nested("[", "]", 65536, 1000000) && !nested("[", "]", 65537, 1000000), "no limit given reaches over 65536");
    ok(!nested("[", "", 100000, 0) && !nested("{\"a\":", "", 100000, 0) && !nested("[{\"\":", "", 100000, 65536),
       "nesting bombs are refused");
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "check") == 0)
        return verdicts();
    for (size_t i = 0; argc > 1 && i < CASES; i++) {
        printf("%c ", cases[i].kind);
        print_hex(cases[i].text);
        printf("\n");
    }
    if (argc > 1)
        return 0;
    table('y', "what must be accepted is");
    table('n', "what must be refused is");
    table('i', "what may go either way goes as we chose");
    nesting();
    printf("1..%u\n", tests);
    return bad != 0;
}
