/* The first look at the bytes of a record never says no where the walk through its members finds something: rows
 * put together at random from pieces that detectors know, with escapes, odd spacing and quotes in wrong places. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sieve.h"
#include "walk.h"

static plan p;
static walker *w;
static sieve *first;

static const char *const pieces[] = {
    "joe@example.org", "+49 170 1234567", "(212) 555-0123", "4111 1111 1111 1111", "536-22-8726", "536228726", "0301234567",
    "DE89 3704 0044 0532 0130 00", "192.0.2.1", "2001:db8::1", "00:1a:2b:3c:4d:5e", "https://u:pw@h.example/x", "born ", "geboren am ",
    "1990-05-12", "12.05.1990", "12 May 1990", "48.85837, 2.29448", "48.85", "AKIAIOSFODNN7EXAMPLE", "?token=abcdefgh", "-----BEGIN PRIVATE KEY-----",
    "2019-01-02T03:04:05.678Z", "order ", "phone ", "call ", "ssn ", "x", ".", ", ", " ", ":", "{", "[", "}", "\\\"", "\\n", "\\/", "\\u0040", "\\u00e9",
    "\xc3\xa9", "\xe6\x97\xa5", "1", "12345678", "0.85110", "word ", "-", "+", "(", ")", "/", "@", "lat", ":123456789",
    "943 476 5919", "4010232137", "AB123456C", "SW1A 1AA", "K1A 0B1", "51 824 753 556", "12345678Z", "1EG4-TE5-MK73", "HRB 12345", "M-AB 12", "34 ABC 123",
    "passport ", "tax ", "AB12 CDE", "131052A308T", "RSSMRA85T10A562S", "529.982.247-25", "H12234567", "DEUTDEFF500", "bic ",
    "Regards,\\n", "John ", "Smith", " Smith ", "Herr ", "Dear ", "Mr. ", "von ", "Anna ", "Müller ", "GmbH ", " Ltd", "my name is ", "\\nHans ", "Acme ",
    "12 High Street", " Street", "Hauptstraße 5", "\\nLondon ", " & ",
    "Mr. Smith", "Anna Schmidt", "Dear Anna", "Best regards,", "\\nJohn Smith", "Maria da Silva", "12 Main Street", "Hauptstraße 12", " 12 rue de la Paix",
    "Acme GmbH", "Foo Ltd.", "Smith, John", "my name is Zork Blub", " de ", "von ", "12.ABC.345/01DE-35", "member_1", "Calle Mayor ", " 5",
    "joe%40example.org", "joe&#64;example.org", "joe\xd0\xbe@example.org", "\xef\xbc\x94" "111111111111111", "536\xe2\x80\x93" "22\xe2\x80\x93" "8726",
    "am9lQGV4YW1wbGUub3Jn", "am9lQGV4YW1wbGUub3Jn+/", "joe@exam=\\nple.org", "\xc2\xad", "\xd0\xbf\xd1\x80\xd0\xb8", "%", "=", "&", "&amp;",
};
static const char *const keys[] = {
    "first_name", "name", "address", "street", "city", "a", "ssn", "phone", "lat", "lon", "dob", "ts", "card", "order_id", "text", "coordinates", "joe@example.org", "x:", "x{", "x,", "\\u0073sn", "birth\\u0044ate",
};
static const char *const numbers[] = { "1", "536228726", "4111111111111111", "48.8584", "-2.29", "12345678", "0.85110", "2125550123", "1e9" };

#define ANY(list) list[(size_t)rand() % (sizeof list / sizeof *list)]

static void put_value(mm_buf *b, int depth)
{
    int kind = rand() % (depth > 3 ? 6 : 9);
    if (kind < 4) {
        mm_buf_byte(b, '"');
        for (int n = rand() % 6; n > 0; n--) {
            const char *piece = ANY(pieces);
            mm_buf_put(b, piece, strlen(piece));
        }
        mm_buf_byte(b, '"');
    } else if (kind < 6) {
        const char *number = ANY(numbers);
        mm_buf_put(b, number, strlen(number));
    } else {
        bool object = kind == 6;
        mm_buf_byte(b, object ? '{' : '[');
        for (int n = rand() % 4, i = 0; i < n; i++) {
            if (i)
                mm_buf_byte(b, ',');
            if (object)
                mm_buf_printf(b, "\"%s\"%s:%s", ANY(keys), rand() % 8 ? "" : " ", rand() % 8 ? "" : "  ");
            put_value(b, depth + 1);
        }
        mm_buf_byte(b, object ? '}' : ']');
    }
}

static mm_buf whole, marked;

/* What the walk makes of a header, and what it tells of it. */
static void walk(mm_str head, const sight *seen, mm_buf *out)
{
    out->n = 0;
    walker_begin(w, head);
    assert_int_equal(walker_head(w, head, seen), 0);
    mm_edits_apply(w->edits, out);
    mm_buf_str(out, mm_buf_view(&w->report));
}

/* Does the walk find what the sieve would let pass, and do both say the same of what is no JSON? */
static void agree_on(mm_str head)
{
    size_t at = 0, want_at = 0;
    mm_err e = { 0 }, want = { 0 };
    int seen = sieve_head(first, head, &at, &e);
    if (mm_simd()->utf8_check(head.p, head.n) != head.n)
        return;
    int valid = mm_json_check_head(head, &want_at, &want);
    if ((seen < 0) != (valid < 0) || (seen < 0 && (at != want_at || strcmp(e.text, want.text) != 0))) {
        printf("# of %.*s\n# the sieve says %d at %zu\n", (int)head.n, head.p, seen, at);
        fail();
    }
    if (valid < 0)
        return;
    walk(head, NULL, &whole);
    if (w->reported && !(seen & SIEVE_LOOK)) {
        printf("# missed: %.*s\n# %.*s\n", (int)head.n, head.p, (int)w->report.n, w->report.p);
        fail();
    }
    walk(head, sieve_sight(first), &marked);
    if (!mm_str_eq(mm_buf_view(&whole), mm_buf_view(&marked))) {
        printf("# all:  %.*s\n# marked: %.*s\n", (int)whole.n, whole.p, (int)marked.n, marked.p);
        fail();
    }
}

static void never_misses(void **state)
{
    mm_buf b = { 0 };
    srand(1);
    for (int round = 0; round < 60000; round++) {
        b.n = 0;
        mm_buf_byte(&b, '{');
        for (int n = 1 + rand() % 5, i = 0; i < n; i++) {
            mm_buf_printf(&b, "%s\"%s\":", i ? "," : "", ANY(keys));
            put_value(&b, 0);
        }
        mm_buf_byte(&b, '}');
        mm_str head = mm_buf_view(&b);
        if (mm_json_check(head, 0, NULL, NULL) < 0)
            continue;
        agree_on(head);
    }
    mm_buf_free(&b);
}

/* Rows alike: the same names around other values, and now and then a byte that is wrong. */
static void rows_alike(void **state)
{
    static const char *const shapes[] = {
        "{\"id\":$,\"text\":$,\"n\":#,\"a\":[$,#,#],\"o\":{\"lat\":#,\"lon\":#,\"ssn\":#,\"x\":{}},\"phone\":[#,$],\"dob\":$}",
        "{ \"a\" : # , \"lat\":          #, \"b\": [ ], \"text\": $ }", "{\"birth\":[$,$],\"v\":[[#,{\"q\":#}],#],\"z\":$}",
        "{\"lat\":$,\"coordinates\":[#, #],\"ts\":$,\"e\":\"\"}", "{\"joe@example.org\":#,\"b\":$}", "{}", "{\"a\":#}",
    };
    static const char wrong[] = "\"\\{}[]:,0-.eE+tn \t\x01u";
    mm_buf b = { 0 };
    srand(2);
    for (int round = 0; round < 100000; round++) {
        const char *shape = shapes[round / 40 % (sizeof shapes / sizeof *shapes)];
        b.n = 0;
        for (const char *c = shape; *c; c++) {
            if (*c == '$') {
                mm_buf_byte(&b, '"');
                for (int n = rand() % 4; n > 0; n--)
                    mm_buf_str(&b, mm_str_of(ANY(pieces)));
                mm_buf_byte(&b, '"');
            } else if (*c == '#') {
                static const char *const scalars[] = { "true", "false", "null", "0", "-0.5e-3", "12", "123456789", "0.25", "1e9" };
                mm_buf_str(&b, mm_str_of(rand() % 2 ? ANY(scalars) : ANY(numbers)));
            } else {
                mm_buf_byte(&b, *c);
            }
        }
        if (rand() % 4 == 0)
            b.p[(size_t)rand() % b.n] = wrong[(size_t)rand() % (sizeof wrong - 1)];
        if (rand() % 16 == 0)
            b.n -= (size_t)rand() % 3 % b.n;
        agree_on(mm_buf_view(&b));
    }
    mm_buf_free(&b);
}

int main(void)
{
    static const char *const none[1] = { NULL };
    mm_list fields = { (const char **)none, 0 };
    mm_err e = { 0 };
    detect_prepare();
    mm_policy *policy = mm_policy_parse(mm_str_of(plan_default_text), "built-in policy", &e);
    if (!policy || plan_new(&p, policy, &(plan_options){ .fields = &fields }, &e) < 0 || !(w = walker_new(&p)) ||
        !(first = sieve_new(&p)))
        return 1;
    const struct CMUnitTest tests[] = { cmocka_unit_test(never_misses), cmocka_unit_test(rows_alike) };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    mm_buf_free(&whole);
    mm_buf_free(&marked);
    sieve_free(first);
    walker_free(w);
    plan_free(&p);
    mm_policy_free(policy);
    return failed;
}
