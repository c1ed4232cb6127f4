/* Sources, ids and the mm member of new records; contents seen before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dedup.h"
#include "head.h"

static void expect_spelled(mm_str name, const char *want)
{
    mm_buf b = { 0 };
    head_spell(&b, name);
    assert_true(mm_str_eq(mm_buf_view(&b), mm_str_of(want)));
    mm_buf_free(&b);
}

static void spelling(void **state)
{
    expect_spelled(MM_STR(""), "");
    expect_spelled(MM_STR("a/b c%20.txt"), "a/b c%20.txt");
    expect_spelled(MM_STR("\xc3\xbc\xe6\x97\xa5\xf0\x9f\x90\xb1"), "\xc3\xbc\xe6\x97\xa5\xf0\x9f\x90\xb1");
    expect_spelled(MM_STR("a\nb\tc\x7f\0"), "a%0Ab%09c%7F%00");
    expect_spelled(MM_STR("\xfc"), "%FC");
    expect_spelled(MM_STR("\xff\xff\xc3\xbc\xe6\x97"), "%FF%FF\xc3\xbc%E6%97");
    expect_spelled(MM_STR("\xed\xa0\x80"), "%ED%A0%80");
}

static void ids(void **state)
{
    char id[33], again[33], want[33];
    head_facts f = { .src = MM_STR("a.csv"), .hash = head_hash(MM_STR("content")) };
    char made[64];
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, f.hash);
    head_id(&f, id);
    memcpy(made, "a.csv\0", 6);
    memcpy(made + 6, &c, 16);
    mm_hash_hex(made, 22, want);
    assert_string_equal(id, want);
    f.row = 12;
    head_id(&f, id);
    memcpy(made, "a.csv#12\0", 9);
    memcpy(made + 9, &c, 16);
    mm_hash_hex(made, 25, want);
    assert_string_equal(id, want);
    f.hash = head_hash(MM_STR("other"));
    head_id(&f, again);
    assert_string_not_equal(id, again);
}

static void expect_member(const head_facts *f, const char *want)
{
    char id[33], text[512];
    mm_buf b = { 0 };
    head_id(f, id);
    head_member(&b, f, MM_STR("{\"tool\":\"t\"}"));
    snprintf(text, sizeof text, want, f->id.n ? f->id.p : id);
    mm_buf_byte(&b, 0);
    assert_string_equal(b.p, text);
    mm_buf_free(&b);
}

static void members(void **state)
{
    head_facts row = { .src = MM_STR("a\"b"), .row = 7, .modality = "row" };
    expect_member(&row, "\"mm\":{\"id\":\"%s\",\"src\":\"a\\\"b#7\",\"modality\":\"row\",\"via\":[{\"tool\":\"t\"}]}");
    head_facts all = { .src = MM_STR("x"), .type = "text/plain", .modality = "text", .charset = "KOI8-R", .sized = true,
                       .xxh3 = head_hash(MM_STR("")), .ref = MM_STR("{}"), .parts = MM_STR("[]"),
                       .id = MM_STR("00112233445566778899aabbccddeeff"), .more = MM_STR(",\"probe\":1"),
                       .via = MM_STR("{\"tool\":\"s\"}") };
    expect_member(&all, "\"mm\":{\"id\":\"%.32s\",\"src\":\"x\",\"type\":\"text/plain\",\"modality\":\"text\","
                  "\"charset\":\"KOI8-R\",\"size\":0,\"xxh3\":\"99aa06d3014798d86001c324468d497f\",\"ref\":{},\"parts\":[],"
                  "\"probe\":1,\"via\":[{\"tool\":\"s\"},{\"tool\":\"t\"}]}");
}

static void contents_seen(void **state)
{
    dedup d = { 0 };
    enum { N = 100000 };
    for (int round = 0; round < 2; round++)
        for (uint64_t i = 0; i < N; i++) {
            /* low halves collide, as hashes of an adversary might */
            XXH128_hash_t h = { .low64 = i % 1000, .high64 = i };
            assert_int_equal(dedup_add(&d, h), round == 0);
        }
    assert_true(d.n == N - 1);  /* that of zeroes stands apart */
    assert_true(d.room * 2 >= d.n * 3 && d.room <= 4 * N);
    dedup_free(&d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spelling), cmocka_unit_test(ids), cmocka_unit_test(members), cmocka_unit_test(contents_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
