/* The ground: strings, buffers, arenas, errors, and files that appear when they are complete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/opt.h"
#include "mm.h"

/* ---- strings ---------------------------------------------------------------- */

static void strings(void **state)
{
    mm_str none = mm_str_of(NULL), abc = MM_STR("abc");
    assert_int_equal(none.n, 0);
    assert_true(mm_str_eq(none, MM_STR("")));
    assert_true(mm_str_eq(abc, mm_str_of("abc")));
    assert_false(mm_str_eq(abc, MM_STR("abd")));
    assert_true(mm_str_starts(abc, MM_STR("ab")) && mm_str_starts(abc, none));
    assert_true(mm_str_ends(abc, MM_STR("bc")) && mm_str_ends(abc, abc));
    assert_false(mm_str_starts(abc, MM_STR("abcd")) || mm_str_ends(abc, MM_STR("xabc")));
}

static void strings_are_ordered_by_unsigned_bytes(void **state)
{
    assert_true(mm_str_cmp(MM_STR("a"), MM_STR("b")) < 0);
    assert_true(mm_str_cmp(MM_STR("a"), MM_STR("ab")) < 0);
    assert_true(mm_str_cmp(MM_STR("\xff"), MM_STR("a")) > 0);
    assert_int_equal(mm_str_cmp(MM_STR(""), mm_str_of(NULL)), 0);
}

/* ---- buffers ---------------------------------------------------------------- */

static void a_buffer_grows(void **state)
{
    mm_buf b = { 0 };
    for (int i = 0; i < 100000; i++)
        mm_buf_byte(&b, (char)('a' + i % 26));
    assert_false(b.failed);
    assert_int_equal(b.n, 100000);
    for (size_t i = 0; i < b.n; i++)
        assert_int_equal(b.p[i], 'a' + i % 26);
    assert_true(b.cap < 2 * b.n);
    mm_buf_free(&b);
    assert_null(b.p);
}

static void every_way_to_append(void **state)
{
    mm_buf b = { 0 };
    mm_buf_put(&b, "x", 0);
    mm_buf_put(&b, "one ", 4);
    mm_buf_str(&b, MM_STR("two "));
    mm_buf_printf(&b, "%s %d ", "three", 4);
    mm_buf_u64(&b, 0);
    mm_buf_byte(&b, ' ');
    mm_buf_u64(&b, UINT64_MAX);
    assert_true(mm_str_eq(mm_buf_view(&b), MM_STR("one two three 4 0 18446744073709551615")));
    mm_buf_free(&b);
}

static void a_buffer_remembers_that_memory_ran_out(void **state)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("kept"));
    assert_null(mm_buf_room(&b, SIZE_MAX - 2));
    mm_buf_str(&b, MM_STR(" and no more"));
    assert_true(b.failed);
    assert_true(mm_str_eq(mm_buf_view(&b), MM_STR("kept")));
    mm_buf_free(&b);
}

/* ---- arenas ----------------------------------------------------------------- */

static void an_arena_gives_separate_aligned_memory(void **state)
{
    mm_arena *a = mm_arena_new();
    char *all[2000];
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < 2000; i++) {
            size_t n = i % 200 == 0 ? 300000 : i % 97 + 1;
            all[i] = mm_arena_alloc(a, n);
            assert_non_null(all[i]);
            assert_int_equal((uintptr_t)all[i] % 16, 0);
            memset(all[i], (int)(i % 251), n);
        }
        for (size_t i = 0; i < 2000; i++) {
            size_t n = i % 200 == 0 ? 300000 : i % 97 + 1;
            for (size_t k = 0; k < n; k++)
                assert_int_equal((unsigned char)all[i][k], i % 251);
        }
        mm_arena_reset(a);
    }
    mm_arena_free(a);
}

static void an_arena_copies_with_a_nul_behind(void **state)
{
    mm_arena *a = mm_arena_new();
    mm_str s = mm_arena_copy(a, MM_STR("a\0b")), none = mm_arena_copy(a, mm_str_of(NULL));
    assert_int_equal(s.n, 3);
    assert_memory_equal(s.p, "a\0b\0", 4);
    assert_int_equal(none.n, 0);
    assert_string_equal(none.p, "");
    assert_null(mm_arena_alloc(a, SIZE_MAX));
    mm_arena_free(a);
    mm_arena_free(NULL);
}

/* ---- errors ----------------------------------------------------------------- */

static void errors_carry_code_and_text(void **state)
{
    mm_err e = { 0 };
    assert_int_equal(mm_fail(&e, MM_EBAD, "line %d is odd", 3), -1);
    assert_int_equal(e.code, MM_EBAD);
    assert_string_equal(e.text, "line 3 is odd");
    assert_int_equal(mm_fail_at(&e, "%s:%d", "a.yaml", 7), -1);
    assert_string_equal(e.text, "a.yaml:7: line 3 is odd");
    assert_int_equal(e.code, MM_EBAD);
    errno = ENOENT;
    assert_int_equal(mm_fail_errno(&e, "no.file"), -1);
    assert_int_equal(e.code, MM_ESYS);
    assert_int_equal(errno, ENOENT);
    assert_string_equal(e.text, "no.file: No such file or directory");
    assert_int_equal(mm_fail(NULL, MM_EBAD, "nobody looks"), -1);
    assert_int_equal(mm_fail_at(NULL, "nowhere"), -1);
}

static void errors_show_nothing_that_disturbs_a_terminal(void **state)
{
    mm_err e = { 0 };
    mm_fail(&e, MM_EBAD, "%s", "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \x1b[2J \xff \xc2\x9b \xed\xa0\x80\n");
    assert_string_equal(e.text, "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \\x1b[2J \\xff \\xc2\\x9b \\xed\\xa0\\x80\\x0a");
}

static void errors_are_cut_between_characters(void **state)
{
    mm_err e = { 0 };
    char text[600];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "\xc3\xbc", 3);
    mm_fail(&e, MM_EBAD, "x%s", text);
    size_t n = strlen(e.text);
    assert_true(n < sizeof e.text);
    assert_true(n > sizeof e.text - 8);
    assert_int_equal(mm_simd()->utf8_check(e.text, n), n);
}

/* ---- sizes and durations ---------------------------------------------------- */

static int64_t size_of(const char *text)
{
    int64_t n = 0;
    return mm_parse_size(mm_str_of(text), &n) < 0 ? -1 : n;
}

static int64_t duration_of(const char *text)
{
    int64_t n = 0;
    return mm_parse_duration(mm_str_of(text), &n) < 0 ? -1 : n;
}

static void sizes(void **state)
{
    assert_int_equal(size_of("0"), 0);
    assert_int_equal(size_of("4096"), 4096);
    assert_int_equal(size_of("64K"), 65536);
    assert_int_equal(size_of("16M"), 16 << 20);
    assert_int_equal(size_of("10MB"), 10000000);
    assert_int_equal(size_of("1MiB"), 1 << 20);
    assert_int_equal(size_of("1.5G"), 3LL << 29);
    assert_int_equal(size_of("2TB"), 2000000000000);
    static const char *const wrong[] = { "", "K", "-1", "1 K", "1X", "1.5", "1.", ".5K", "99999999999999999999",
                                         "9999999999G", "1KBs" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(size_of(wrong[i]), -1);
}

static void durations(void **state)
{
    assert_int_equal(duration_of("250ms"), 250000000);
    assert_int_equal(duration_of("30s"), 30000000000);
    assert_int_equal(duration_of("1.5h"), 5400000000000);
    assert_int_equal(duration_of("2d"), 172800000000000);
    static const char *const wrong[] = { "", "5", "s", "-1s", "1 s", "1y", "999999999999d" };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(duration_of(wrong[i]), -1);
}

/* ---- output files ----------------------------------------------------------- */

static char folder[] = "/tmp/mm-base-XXXXXX";

static int enter_folder(void **state)
{
    return mkdtemp(folder) ? chdir(folder) : -1;
}

static int leave_folder(void **state)
{
    unlink("out");
    unlink("link");
    unlink("target");
    unlink("paused");
    return chdir("/") != 0 || rmdir(folder) != 0;
}

static void put_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void assert_file(const char *name, const char *want)
{
    char got[64] = "";
    FILE *f = fopen(name, "r");
    assert_non_null(f);
    got[fread(got, 1, sizeof got - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(got, want);
}

static void a_file_appears_when_it_is_committed(void **state)
{
    mm_outfile o;
    mm_err e = { 0 };
    assert_int_equal(mm_outfile_open(&o, "out", &e), 0);
    assert_int_equal(write(o.fd, "new", 3), 3);
    assert_int_not_equal(access("out", F_OK), 0);
    assert_int_equal(mm_outfile_commit(&o, &e), 0);
    assert_file("out", "new");
    assert_int_equal(o.fd, -1);
    mm_outfile_discard(&o);
}

static void a_discarded_file_leaves_the_old_one(void **state)
{
    mm_outfile o;
    put_file("out", "old");
    assert_int_equal(mm_outfile_open(&o, "out", NULL), 0);
    assert_int_equal(write(o.fd, "new", 3), 3);
    mm_outfile_discard(&o);
    assert_file("out", "old");
    mm_outfile_discard(&o);
}

static void a_link_is_followed_and_the_mode_kept(void **state)
{
    mm_outfile o;
    struct stat st;
    put_file("target", "old");
    assert_int_equal(chmod("target", 0640), 0);
    assert_int_equal(symlink("target", "link"), 0);
    assert_int_equal(mm_outfile_open(&o, "link", NULL), 0);
    assert_int_equal(write(o.fd, "new", 3), 3);
    assert_int_equal(mm_outfile_commit(&o, NULL), 0);
    assert_file("target", "new");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    assert_int_equal(stat("target", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
}

static void a_file_that_can_not_be_made(void **state)
{
    mm_outfile o;
    mm_err e = { 0 };
    assert_int_equal(mm_outfile_open(&o, "no/such/folder", &e), -1);
    assert_int_equal(e.code, MM_ESYS);
    assert_string_equal(e.text, "no/such/folder: cannot write: No such file or directory");
    assert_int_equal(mm_outfile_open(&o, "/", &e), -1);
    assert_string_equal(e.text, "/: cannot write: Is a directory");
    mm_outfile_discard(&o);
}

static void a_paused_file_is_written_on(void **state)
{
    mm_outfile o;
    struct stat st;
    assert_int_equal(mm_outfile_open(&o, "paused", NULL), 0);
    assert_int_equal(write(o.fd, "one ", 4), 4);
    assert_int_equal(mm_outfile_pause(&o, NULL), 1);
    assert_int_equal(o.fd, -1);
    assert_int_equal(mm_outfile_resume(&o, NULL), 0);
    assert_int_equal(write(o.fd, "two", 3), 3);
    assert_int_equal(mm_outfile_commit(&o, NULL), 0);
    assert_file("paused", "one two");
    assert_int_equal(mm_outfile_open(&o, "left", NULL), 0);
    assert_int_equal(mm_outfile_pause(&o, NULL), 1);
    char temp[100];
    snprintf(temp, sizeof temp, "%s", o.temp);
    mm_outfile_discard(&o);
    assert_int_equal(stat(temp, &st), -1);
    assert_int_equal(stat("left", &st), -1);
}

static void a_device_is_written_straight(void **state)
{
    mm_outfile o;
    assert_int_equal(mm_outfile_open(&o, "/dev/null", NULL), 0);
    assert_null(o.temp);
    assert_int_equal(mm_outfile_pause(&o, NULL), 0);
    assert_int_equal(mm_outfile_commit(&o, NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(strings_are_ordered_by_unsigned_bytes),
        cmocka_unit_test(a_buffer_grows),
        cmocka_unit_test(every_way_to_append),
        cmocka_unit_test(a_buffer_remembers_that_memory_ran_out),
        cmocka_unit_test(an_arena_gives_separate_aligned_memory),
        cmocka_unit_test(an_arena_copies_with_a_nul_behind),
        cmocka_unit_test(errors_carry_code_and_text),
        cmocka_unit_test(errors_show_nothing_that_disturbs_a_terminal),
        cmocka_unit_test(errors_are_cut_between_characters),
        cmocka_unit_test(sizes),
        cmocka_unit_test(durations),
        cmocka_unit_test(a_file_appears_when_it_is_committed),
        cmocka_unit_test(a_discarded_file_leaves_the_old_one),
        cmocka_unit_test(a_link_is_followed_and_the_mode_kept),
        cmocka_unit_test(a_file_that_can_not_be_made),
        cmocka_unit_test(a_paused_file_is_written_on),
        cmocka_unit_test(a_device_is_written_straight),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
