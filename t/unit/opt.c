/* Command lines, read, refused, explained and completed by one table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/opt.h"

typedef struct values {
    bool all, brief;
    const char *name, *color, *zstd;
    int64_t jobs, at_least, any, size, wait;
    double share;
    mm_list roots, operands;
} values;

static values v;
static mm_err e;

static const mm_option own[] = {
    { "Own", 0, MM_OPT_HEADING, NULL, NULL, NULL },
    { "all", 'a', MM_OPT_FLAG, &v.all, NULL, "Everything." },
    { "brief", 'b', MM_OPT_FLAG, &v.brief, NULL, "Little." },
    { "name", 'n', MM_OPT_STRING, &v.name, "NAME", "What it is called." },
    { "color", 0, MM_OPT_CHOICE, &v.color, "never|auto|always", "When to colour." },
    { "share", 0, MM_OPT_DOUBLE, &v.share, "SHARE", "A part." },
    MM_OPTION_END };
static const mm_option common[] = {
    { "Common", 0, MM_OPT_HEADING, NULL, NULL, NULL },
    { "jobs", 'j', MM_OPT_INT, &v.jobs, "N", "Workers.", 1, 64 },
    { "at-least", 0, MM_OPT_INT, &v.at_least, "N", "From here on.", 5, INT64_MAX },
    { "any", 0, MM_OPT_INT, &v.any, "N", "Any number." },
    { "zstd", 'Z', MM_OPT_OPTIONAL, &v.zstd, "N", "Compress, at this level." },
    { "root", 'r', MM_OPT_LIST, &v.roots, "DIR", "Where to look; may be given many times, and the "
      "text is long enough to be wrapped." },
    { "size", 0, MM_OPT_SIZE, &v.size, "SIZE", "How much." },
    { "wait", 0, MM_OPT_DURATION, &v.wait, "TIME", "How long." },
    MM_OPTION_END };
static const mm_option *const tables[] = { own, common, NULL };

/* Parse a command line given as words. */
#define parse(...) parse_words((char *[]){ "tool", __VA_ARGS__, NULL })

static int parse_words(char **argv)
{
    int argc = 0;
    while (argv[argc])
        argc++;
    free(v.roots.v);
    free(v.operands.v);
    v = (values){ 0 };
    e = (mm_err){ 0 };
    return mm_opt_parse(tables, argc, argv, &v.operands, &e);
}

#define assert_refused(want, ...)                          \
    do {                                                   \
        assert_int_equal(parse(__VA_ARGS__), -1);          \
        assert_int_equal(e.code, MM_EUSAGE);               \
        assert_string_equal(e.text, want);                 \
    } while (0)

static int free_lists(void **state)
{
    free(v.roots.v);
    free(v.operands.v);
    v = (values){ 0 };
    return 0;
}

static void every_kind(void **state)
{
    assert_int_equal(parse("--all", "--name", "x", "--color=auto", "--share", "0.25", "--jobs=4", "--at-least", "5",
                           "--any", "-7", "--zstd=3", "--root", "a", "--root=b", "--size", "10MB", "--wait", "30s"),
                     0);
    assert_true(v.all);
    assert_false(v.brief);
    assert_string_equal(v.name, "x");
    assert_string_equal(v.color, "auto");
    assert_true(v.share == 0.25);
    assert_int_equal(v.jobs, 4);
    assert_int_equal(v.at_least, 5);
    assert_int_equal(v.any, -7);
    assert_string_equal(v.zstd, "3");
    assert_int_equal(v.roots.n, 2);
    assert_string_equal(v.roots.v[0], "a");
    assert_string_equal(v.roots.v[1], "b");
    assert_int_equal(v.size, 10000000);
    assert_int_equal(v.wait, 30000000000);
}

static void letters_group_and_take_values(void **state)
{
    assert_int_equal(parse("-abj4"), 0);
    assert_true(v.all && v.brief);
    assert_int_equal(v.jobs, 4);
    assert_int_equal(parse("-an", "x", "-j", "2", "-Z"), 0);
    assert_string_equal(v.name, "x");
    assert_int_equal(v.jobs, 2);
    assert_string_equal(v.zstd, "");
    assert_int_equal(parse("-Z19", "-nab"), 0);
    assert_string_equal(v.zstd, "19");
    assert_string_equal(v.name, "ab");
    assert_false(v.all);
}

static void an_optional_value_is_only_taken_attached(void **state)
{
    assert_int_equal(parse("-Z", "3", "--zstd", "4"), 0);
    assert_string_equal(v.zstd, "");
    assert_int_equal(v.operands.n, 2);
}

static void operands_stand_anywhere(void **state)
{
    assert_int_equal(parse("one", "-a", "-", "--name=x", "two", "--", "--brief", "-j"), 0);
    assert_true(v.all);
    assert_false(v.brief);
    static const char *const want[] = { "one", "-", "two", "--brief", "-j" };
    assert_int_equal(v.operands.n, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(v.operands.v[i], want[i]);
}

static void long_names_may_be_shortened(void **state)
{
    assert_int_equal(parse("--col", "auto", "--br", "--sh=0.5"), 0);
    assert_string_equal(v.color, "auto");
    assert_true(v.brief);
    assert_refused("--a is ambiguous: --all or --any", "--a");
}

static void unknown_options(void **state)
{
    assert_refused("unknown option --colour; did you mean --color?", "--colour=auto");
    assert_refused("unknown option --jbos; did you mean --jobs?", "--jbos", "3");
    assert_refused("unknown option --completely-other; --help lists them", "--completely-other");
    assert_refused("unknown option --Own; --help lists them", "--Own");
    assert_refused("unknown option -x; --help lists them", "-ax");
}

static void wrong_values(void **state)
{
    assert_refused("--jobs takes a whole number from 1 to 64, not '0'", "-j0");
    assert_refused("--jobs takes a whole number from 1 to 64, not '65'", "-j", "65");
    assert_refused("--at-least takes a whole number of at least 5, not '4'", "--at-least=4");
    assert_refused("--any takes a whole number, not '1x'", "--any=1x");
    assert_refused("--any takes a whole number, not ''", "--any=");
    assert_refused("--any takes a whole number, not '99999999999999999999'", "--any=99999999999999999999");
    assert_refused("--share takes a number, not 'half'", "--share", "half");
    assert_refused("--color takes one of never|auto|always, not 'aut'", "--color=aut");
    assert_refused("--color takes one of never|auto|always, not 'never|auto'", "--color=never|auto");
    assert_refused("--size takes a size such as 4096, 64K, 10MB or 1GiB, not 'big'", "--size=big");
    assert_refused("--wait takes a duration such as 250ms, 30s, 5m or 2h, not '5'", "--wait=5");
    assert_refused("--all takes no value", "--all=yes");
}

static void missing_values(void **state)
{
    assert_refused("--name needs a value: NAME", "--name");
    assert_refused("-n (--name) needs a value: NAME", "-an");
}

static void help(void **state)
{
    mm_buf out = { 0 };
    mm_opt_help(tables, 60, &out);
    mm_buf_byte(&out, '\0');
    assert_string_equal(out.p,
                        "Own:\n"
                        "  -a, --all               Everything.\n"
                        "  -b, --brief             Little.\n"
                        "  -n, --name NAME         What it is called.\n"
                        "      --color never|auto|always\n"
                        "                          When to colour.\n"
                        "      --share SHARE       A part.\n"
                        "\n"
                        "Common:\n"
                        "  -j, --jobs N            Workers.\n"
                        "      --at-least N        From here on.\n"
                        "      --any N             Any number.\n"
                        "  -Z, --zstd[=N]          Compress, at this level.\n"
                        "  -r, --root DIR          Where to look; may be given many\n"
                        "                          times, and the text is long enough\n"
                        "                          to be wrapped.\n"
                        "      --size SIZE         How much.\n"
                        "      --wait TIME         How long.\n");
    mm_buf_free(&out);
}

static void completion_knows_three_shells(void **state)
{
    static const char *const shells[] = { "bash", "zsh", "fish" };
    for (size_t i = 0; i < 3; i++) {
        mm_buf out = { 0 };
        assert_int_equal(mm_opt_completion(tables, "mm-tool", shells[i], &out), 0);
        mm_buf_byte(&out, '\0');
        assert_non_null(strstr(out.p, "mm-tool"));
        assert_non_null(strstr(out.p, "at-least"));
        assert_non_null(strstr(out.p, "never auto always"));
        mm_buf_free(&out);
    }
    mm_buf none = { 0 };
    assert_int_equal(mm_opt_completion(tables, "mm-tool", "csh", &none), -1);
    assert_int_equal(none.n, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind),
        cmocka_unit_test(letters_group_and_take_values),
        cmocka_unit_test(an_optional_value_is_only_taken_attached),
        cmocka_unit_test(operands_stand_anywhere),
        cmocka_unit_test(long_names_may_be_shortened),
        cmocka_unit_test(unknown_options),
        cmocka_unit_test(wrong_values),
        cmocka_unit_test(missing_values),
        cmocka_unit_test(help),
        cmocka_unit_test(completion_knows_three_shells),
    };
    return cmocka_run_group_tests(tests, NULL, free_lists);
}
