/* Payloads: inline, base64 and behind refs that may not leave their folders. */
#include "record.h"

#include "record/payload.h"

#include <fcntl.h>
#include <sys/stat.h>

static char folder[64];
static mm_arena *arena;

static void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
}

static int set_up(void **state)
{
    strcpy(folder, "/tmp/mm-payload.XXXXXX");
    if (!mkdtemp(folder) || chdir(folder) < 0 || mkdir("in", 0700) < 0 || mkdir("out", 0700) < 0)
        return -1;
    put_file("in/a.txt", "0123456789");
    put_file("out/secret", "secret");
    if (symlink("../out/secret", "in/link") < 0 || symlink("a.txt", "in/near") < 0 || mkfifo("in/fifo", 0600) < 0)
        return -1;
    arena = mm_arena_new();
    return chdir("in");
}

static int tear_down(void **state)
{
    mm_arena_free(arena);
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return chdir("/") || system(command);
}

/* The payload of a record with this `mm` member, or "-: reason", or "none". */
static const char *payload_of(const char *member, const mm_roots *roots)
{
    mm_buf head = { 0 };
    mm_err e = { 0 };
    mm_str out;
    mm_buf_printf(&head, "{\"x\":1,\"mm\":%s}", member);
    mm_rec rec = { .head = mm_arena_copy(arena, mm_buf_view(&head)) };
    mm_buf_free(&head);
    int got = mm_payload(&rec, roots, arena, &out, &e);
    if (got == 0)
        return "none";
    if (got > 0)
        return mm_arena_copy(arena, out).p;
    assert_int_equal(e.code, MM_EBAD);
    char text[sizeof e.text + 3];
    snprintf(text, sizeof text, "-: %s", e.text);
    return mm_arena_copy(arena, mm_str_of(text)).p;
}

static void inline_and_base64(void **state)
{
    mm_rec rec = { .head = MM_STR("{}"), .payload = MM_STR("raw") };
    mm_str out;
    assert_int_equal(mm_payload(&rec, NULL, arena, &out, NULL), 1);
    assert_bytes(out, MM_STR("raw"));
    assert_string_equal(payload_of("{}", NULL), "none");
    assert_string_equal(payload_of("7", NULL), "none");
    assert_string_equal(payload_of("{\"data\":\"aGk=\"}", NULL), "hi");
    assert_string_equal(payload_of("{\"d\\u0061ta\":\"aGk\\u003d\"}", NULL), "hi");
    assert_string_equal(payload_of("{\"data\":\"a%k=\"}", NULL), "-: mm.data is no base64 from its byte 1 on");
    assert_string_equal(payload_of("{\"data\":[]}", NULL), "-: mm.data is not a string");
    assert_string_equal(payload_of("{\"data\":\"aGk=\",\"size\":3}", NULL), "-: mm.data holds 2 bytes, mm.size says 3");
}

static void refs_beneath_the_working_directory(void **state)
{
    mm_err e = { 0 };
    mm_roots *roots = mm_roots_new(NULL, 0, &e);
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a.txt\"}}", roots), "0123456789");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"near\"}}", roots), "0123456789");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a.txt\",\"offset\":2,\"length\":3}}", roots), "234");
    char whole[160];
    snprintf(whole, sizeof whole, "{\"ref\":{\"path\":\"%s/in/a.txt\"}}", folder);
    assert_string_equal(payload_of(whole, roots), "0123456789");
    mm_roots_free(roots);
}

static void refs_that_lead_outside(void **state)
{
    static const char outside[] = " lies outside the folders a ref may lead to; allow it with --root";
    mm_err e = { 0 };
    mm_roots *roots = mm_roots_new(NULL, 0, &e);
    const char *paths[] = { "../out/secret", "link", "/etc/hostname", "/proc/self/root/etc/hostname" };
    for (int i = 0; i < 4; i++) {
        char member[96], want[160];
        snprintf(member, sizeof member, "{\"ref\":{\"path\":\"%s\"}}", paths[i]);
        snprintf(want, sizeof want, "-: payload file %s%s", paths[i], outside);
        assert_string_equal(payload_of(member, roots), want);
    }
    mm_roots_free(roots);
}

static void further_roots(void **state)
{
    mm_err e = { 0 };
    char out[80], member[160];
    snprintf(out, sizeof out, "%s/out/", folder);
    const char *dirs[] = { out };
    mm_roots *roots = mm_roots_new(dirs, 1, &e);
    snprintf(member, sizeof member, "{\"ref\":{\"path\":\"%ssecret\"}}", out);
    assert_string_equal(payload_of(member, roots), "secret");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"secret\"}}", roots), "secret");
    mm_roots_free(roots);
    dirs[0] = "nowhere";
    assert_null(mm_roots_new(dirs, 1, &e));
    assert_int_equal(e.code, MM_EUSAGE);
    assert_string_equal(e.text, "--root nowhere: No such file or directory");
}

static void files_that_changed(void **state)
{
    /* by xxhsum -H2 */
    static const char hash[] = "e353667619ec664b49655fc9692165fb";
    mm_err e = { 0 };
    mm_roots *roots = mm_roots_new(NULL, 0, &e);
    static const char zeroes[] = "00000000000000000000000000000000";
    char member[128], want[200];
    snprintf(member, sizeof member, "{\"ref\":{\"path\":\"a.txt\"},\"xxh3\":\"%s\"}", hash);
    assert_string_equal(payload_of(member, roots), "0123456789");
    snprintf(member, sizeof member, "{\"ref\":{\"path\":\"a.txt\"},\"xxh3\":\"%s\"}", zeroes);
    snprintf(want, sizeof want, "-: the payload is not the one the header speaks of: its xxh3 is %s, not %s", hash, zeroes);
    assert_string_equal(payload_of(member, roots), want);
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"gone\"}}", roots),
                        "-: payload file gone: No such file or directory");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"fifo\"}}", roots), "-: payload file fifo is no regular file");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\".\"}}", roots), "-: payload file . is no regular file");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a.txt\",\"offset\":5,\"length\":6}}", roots),
                        "-: payload file a.txt has 10 bytes, the ref wants 6 from 5 on; has it changed?");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a.txt\",\"offset\":18446744073709551615}}", roots),
                        "-: mm.ref.offset is not a count of bytes");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a.txt\"},\"size\":9}", roots),
                        "-: payload file a.txt gives 10 bytes, mm.size says 9; has it changed?");
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"a\\u0000b\"}}", roots), "-: mm.ref.path is no path");
    assert_string_equal(payload_of("{\"ref\":{}}", roots), "-: mm.ref has no path");
    mm_roots_free(roots);
}

static void a_payload_that_is_too_long_to_hold(void **state)
{
    mm_err e = { 0 };
    mm_roots *roots = mm_roots_new(NULL, 0, &e);
    int fd = open("huge", O_CREAT | O_WRONLY, 0600);
    assert_int_equal(ftruncate(fd, MM_PAYLOAD_MAX + 1), 0);
    close(fd);
    assert_string_equal(payload_of("{\"ref\":{\"path\":\"huge\"}}", roots),
                        "-: the payload has 67108865 bytes, over the limit of 64 MiB for one that is held; cut it up, or leave "
                        "it out before this stage");
    mm_rec rec = { .head = MM_STR("{\"mm\":{\"ref\":{\"path\":\"huge\",\"offset\":4096}}}") };
    mm_extent x;
    assert_int_equal(mm_ref_open(&rec, roots, &x, &e), 1);
    assert_int_equal(x.offset, 4096);
    assert_int_equal(x.length, MM_PAYLOAD_MAX + 1 - 4096);
    assert_string_equal(x.xxh3, "");
    close(x.fd);
    mm_roots_free(roots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inline_and_base64),
        cmocka_unit_test(refs_beneath_the_working_directory),
        cmocka_unit_test(refs_that_lead_outside),
        cmocka_unit_test(further_roots),
        cmocka_unit_test(files_that_changed),
        cmocka_unit_test(a_payload_that_is_too_long_to_hold),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
