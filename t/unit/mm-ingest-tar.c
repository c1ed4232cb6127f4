/* tar_head and tar_extend: fields, extensions, damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tar.h"

/* A header as POSIX lays it down, with the right sum. */
static void header(char *b, const char *name, const char *size, char type, const char *magic)
{
    memset(b, 0, TAR_BLOCK);
    memcpy(b, name, strlen(name) < 100 ? strlen(name) : 100);
    memcpy(b + 124, size, strlen(size) < 12 ? strlen(size) : 12);
    b[156] = type;
    memcpy(b + 257, magic, strlen(magic) < 8 ? strlen(magic) : 8);
}

static void sum(char *b)
{
    unsigned n = 0;
    char text[8];
    memset(b + 148, ' ', 8);
    for (size_t i = 0; i < TAR_BLOCK; i++)
        n += (unsigned char)b[i];
    snprintf(text, sizeof text, "%06o", n);
    memcpy(b + 148, text, 7);
}

static tar_kind read_block(tar *t, char *b, tar_member *m)
{
    mm_err e = { 0 };
    sum(b);
    return tar_head(t, b, m, &e);
}

#define expect_name(m, text) assert_true(mm_str_eq((m).name, mm_str_of(text)))

static void plain_headers(void **state)
{
    char b[TAR_BLOCK];
    tar t = { 0 };
    tar_member m;
    header(b, "a/b", "00000000017", '0', "ustar");
    assert_int_equal(read_block(&t, b, &m), TAR_FILE);
    expect_name(m, "a/b");
    assert_int_equal(m.size, 017);
    header(b, "old", "     12 ", 0, "");
    assert_int_equal(read_block(&t, b, &m), TAR_FILE);
    assert_int_equal(m.size, 012);
    header(b, "folder/", "0", 0, "");
    assert_int_equal(read_block(&t, b, &m), TAR_FOLDER);
    header(b, "unknown types are files", "5", 'Q', "ustar");
    assert_int_equal(read_block(&t, b, &m), TAR_FILE);
    assert_int_equal(m.size, 5);
    memset(b, 0, sizeof b);
    mm_err e = { 0 };
    assert_int_equal(tar_head(&t, b, &m, &e), TAR_ZERO);
    tar_free(&t);
}

static void links_carry_nothing(void **state)
{
    static const char types[] = { '1', '2', '3', '4', '6', '5' };
    char b[TAR_BLOCK];
    tar t = { 0 };
    tar_member m;
    for (size_t i = 0; i < sizeof types; i++) {
        header(b, "l", "777", types[i], "ustar");
        tar_kind k = read_block(&t, b, &m);
        assert_true(k == TAR_LINK || k == TAR_SPECIAL || k == TAR_FOLDER);
        assert_int_equal(m.size, 0);
    }
    tar_free(&t);
}

static void names_of_full_length(void **state)
{
    char b[TAR_BLOCK], want[300];
    tar t = { 0 };
    tar_member m;
    char name[101], prefix[156];
    memset(name, 'n', 100), name[100] = 0;
    memset(prefix, 'p', 155), prefix[155] = 0;
    header(b, name, "1", '0', "ustar");
    memcpy(b + 345, prefix, 155);
    assert_int_equal(read_block(&t, b, &m), TAR_FILE);
    snprintf(want, sizeof want, "%s/%s", prefix, name);
    expect_name(m, want);
    /* GNU keeps times where POSIX has the prefix */
    header(b, "x", "1", '0', "ustar  ");
    memcpy(b + 345, "14371234567", 11);
    read_block(&t, b, &m);
    expect_name(m, "x");
    tar_free(&t);
}

static void sizes_in_binary(void **state)
{
    char b[TAR_BLOCK];
    tar t = { 0 };
    tar_member m;
    header(b, "large", "", '0', "ustar");
    memcpy(b + 124, "\x80\0\0\0\0\0\0\2\0\0\0\1", 12);
    assert_int_equal(read_block(&t, b, &m), TAR_FILE);
    assert_true(m.size == ((uint64_t)2 << 32) + 1);
    memcpy(b + 124, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
    assert_int_equal(read_block(&t, b, &m), TAR_BAD);
    memcpy(b + 124, "\x80\0\0\xff\xff\xff\xff\xff\xff\xff\xff\xff", 12);
    assert_int_equal(read_block(&t, b, &m), TAR_BAD);
    memcpy(b + 124, "0x10\0\0\0\0\0\0\0\0", 12);
    assert_int_equal(read_block(&t, b, &m), TAR_BAD);
    tar_free(&t);
}

static void sums(void **state)
{
    char b[TAR_BLOCK];
    tar t = { 0 };
    tar_member m;
    mm_err e = { 0 };
    header(b, "caf\xe9", "1", '0', "ustar");
    sum(b);
    assert_true(tar_sound(b));
    b[0]++;
    assert_false(tar_sound(b));
    assert_int_equal(tar_head(&t, b, &m, &e), TAR_BAD);
    assert_string_equal(e.text, "no tar header");
    /* sums of signed bytes, as some writers made them */
    header(b, "caf\xe9", "1", '0', "ustar");
    memset(b + 148, ' ', 8);
    int n = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++)
        n += (signed char)b[i];
    char text[8];
    snprintf(text, sizeof text, "%06o", (unsigned)n);
    memcpy(b + 148, text, 7);
    assert_true(tar_sound(b));
    tar_free(&t);
}

/* An extension and the member behind it. */
static tar_kind extended(tar *t, char type, const char *content, size_t n, const char *name, tar_member *m, int *rc)
{
    char b[TAR_BLOCK], size[24];
    mm_err e = { 0 };
    snprintf(size, sizeof size, "%011zo", n);
    header(b, "././@LongLink", size, type, "ustar");
    assert_int_equal(read_block(t, b, m), TAR_EXTENSION);
    assert_int_equal(m->size, n);
    *rc = tar_extend(t, (mm_str){ content, n }, &e);
    header(b, name, "3", '0', "ustar");
    return read_block(t, b, m);
}

#define EXTENDED(type, content, name) extended(&t, type, content, sizeof(content) - 1, name, &m, &rc)

static void extensions(void **state)
{
    tar t = { 0 };
    tar_member m;
    int rc;
    assert_int_equal(EXTENDED('L', "a long name\0", "short"), TAR_FILE);
    expect_name(m, "a long name");
    assert_int_equal(EXTENDED('x', "13 path=b\xc3\xa4r\n12 size=900\n8 uid=7\n", "short"), TAR_FILE);
    assert_int_equal(rc, 0);
    assert_int_equal(m.size, 900);
    expect_name(m, "b\xc3\xa4r");
    assert_int_equal(EXTENDED('K', "target\0", "of a link"), TAR_FILE);
    expect_name(m, "of a link");
    assert_int_equal(EXTENDED('g', "12 path=all\n", "of all"), TAR_FILE);
    expect_name(m, "of all");
    assert_int_equal(m.size, 3);
    assert_int_equal(EXTENDED('x', "22 GNU.sparse.major=1\n32 GNU.sparse.name=the real one\n", "GNUSparse/x"), TAR_SPARSE);
    expect_name(m, "the real one");
    tar_free(&t);
}

static void bad_extensions(void **state)
{
    static const char *const bad[] = { "x", "5", "99 path=a\n", "8 path=a\n", "11 path=ab\n.", "0 a=b\n", "7 novalue\n",
                                       "18446744073709551615 path=a\n", "12 size=1x0\n", "12 size=-10\n", "9 path=a\n" };
    tar t = { 0 };
    tar_member m;
    for (size_t i = 0; i < sizeof bad / sizeof *bad - 1; i++) {
        int rc;
        extended(&t, 'x', bad[i], strlen(bad[i]), "n", &m, &rc);
        if (rc != -1)
            print_error("%s\n", bad[i]);
        assert_int_equal(rc, -1);
    }
    int rc;
    extended(&t, 'x', bad[10], strlen(bad[10]), "n", &m, &rc);
    assert_int_equal(rc, 0);
    expect_name(m, "a");
    char b[TAR_BLOCK];
    header(b, "x", "01000001", 'x', "ustar");
    assert_int_equal(read_block(&t, b, &m), TAR_BAD);
    tar_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_headers), cmocka_unit_test(links_carry_nothing), cmocka_unit_test(names_of_full_length),
        cmocka_unit_test(sizes_in_binary), cmocka_unit_test(sums), cmocka_unit_test(extensions),
        cmocka_unit_test(bad_extensions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
