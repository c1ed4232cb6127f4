/* Proposals on real repositories: trees, commits, branches, and what git says when it can not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "git.h"

static char folder[] = "git unit XXXXXX";

static void sh(const char *command)
{
    assert_int_equal(system(command), 0);
}

static int begin(void **state)
{
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
    setenv("GIT_AUTHOR_NAME", "A", 1);
    setenv("GIT_AUTHOR_EMAIL", "a@example.org", 1);
    setenv("GIT_COMMITTER_NAME", "C", 1);
    setenv("GIT_COMMITTER_EMAIL", "c@example.org", 1);
    setenv("SOURCE_DATE_EPOCH", "1700000000", 1);
    return mkdtemp(folder) && chdir(folder) == 0 &&
                   system("git init -q -b main r && mkdir -p r/plans/old r/src && echo 1 >r/plans/old/a && echo 2 >r/src/b && echo 3 >r/c && "
                          "git -C r add . && git -C r commit -qm first") == 0
               ? 0 : -1;
}

static int end(void **state)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf '../%s'", folder);
    return system(command);
}

static git_repo opened(const char *dir)
{
    mm_err e = { 0 };
    git_repo g;
    if (git_open(&g, dir, &e) < 0)
        fail_msg("%s", e.text);
    return g;
}

static git_id resolved(const git_repo *g, const char *revision)
{
    mm_err e = { 0 };
    git_id id;
    assert_int_equal(git_resolve(g, revision, &id, &e), 1);
    return id;
}

#define CHANGES(...) (git_change[]){ __VA_ARGS__ }, sizeof((git_change[]){ __VA_ARGS__ }) / sizeof(git_change)

/* The commit of these changes on HEAD, as git lists it. */
static void expect_tree(const git_repo *g, const git_change *c, size_t n, const char *listing)
{
    mm_err e = { 0 };
    mm_buf b = { 0 };
    git_id head = resolved(g, "HEAD^{commit}"), tree;
    if (git_tree(g, &head, c, n, &tree, &e) < 0)
        fail_msg("%s", e.text);
    assert_int_equal(git_run(g, (const char *[]){ "ls-tree", "-r", "--name-only", tree.hex, NULL }, MM_STR(""), &b, &e), 0);
    mm_buf_byte(&b, '\0');
    assert_string_equal(b.p, listing);
    mm_buf_free(&b);
}

static void trees(void **state)
{
    git_repo g = opened("r");
    expect_tree(&g, CHANGES({ .path = "plans/new/plan.json", .kind = GIT_FILE, .text = MM_STR("{}") }),
                "c\nplans/new/plan.json\nplans/old/a\nsrc/b\n");
    expect_tree(&g, CHANGES({ .path = "plans/old", .kind = GIT_GONE }, { .path = "plans/old/z", .kind = GIT_FILE, .text = MM_STR("z") }),
                "c\nplans/old/z\nsrc/b\n");
    expect_tree(&g, CHANGES({ .path = "plans/old", .kind = GIT_GONE }), "c\nsrc/b\n");
    expect_tree(&g, CHANGES({ .path = "plans/old", .kind = GIT_TREE, .tree = resolved(&g, "HEAD:src") }), "c\nplans/old/b\nsrc/b\n");
    expect_tree(&g, CHANGES({ .path = "c", .kind = GIT_FILE, .text = MM_STR("x") }, { .path = "d/e/f", .kind = GIT_FILE, .text = MM_STR("") }),
                "c\nd/e/f\nplans/old/a\nsrc/b\n");
    mm_err e = { 0 };
    git_id head = resolved(&g, "HEAD^{commit}"), tree, none = { "" };
    assert_int_equal(git_tree(&g, &head, CHANGES({ .path = "c/d", .kind = GIT_FILE, .text = MM_STR("x") }), &tree, &e), -1);
    assert_string_equal(e.text, "r: c is no folder there");
    assert_int_equal(git_tree(&g, &none, CHANGES({ .path = "c", .kind = GIT_GONE }), &tree, &e), 0);
    assert_string_equal(tree.hex, "4b825dc642cb6eb9a060e54bf8d69288fbee4904");  /* git's name of the empty tree */
    git_close(&g);
}

static void branches(void **state)
{
    mm_err e = { 0 };
    git_repo g = opened("r");
    git_id head = resolved(&g, "HEAD^{commit}"), tree = resolved(&g, "HEAD:plans"), made, again, none = { "" };
    assert_int_equal(git_commit(&g, &tree, &head, MM_STR("caf\xc3\xa9\n"), &made, &e), 0);
    assert_int_equal(git_commit(&g, &tree, &head, MM_STR("caf\xc3\xa9\n"), &again, &e), 0);
    assert_string_equal(made.hex, again.hex);  /* SOURCE_DATE_EPOCH */
    assert_int_equal(git_move(&g, "mm-plan/x", &made, &none, "propose", &e), 0);
    assert_string_equal(resolved(&g, "mm-plan/x").hex, made.hex);
    assert_int_equal(git_move(&g, "mm-plan/x", &head, &none, "propose", &e), -1);  /* it is there already */
    assert_int_equal(git_move(&g, "mm-plan/x", &head, &head, "propose", &e), -1);  /* and not at that */
    assert_string_equal(resolved(&g, "mm-plan/x").hex, made.hex);
    mm_buf where = { 0 };
    assert_int_equal(git_checked_out(&g, "mm-plan/x", &where, &e), 0);
    assert_int_equal(git_checked_out(&g, "main", &where, &e), 1);
    assert_true(mm_str_ends(mm_buf_view(&where), MM_STR("/r")));
    mm_buf_free(&where);
    sh("test -z \"$(git -C r status --porcelain)\" && git -C r fsck --strict >/dev/null 2>&1");
    git_close(&g);
}

static void dirt(void **state)
{
    mm_err e = { 0 };
    mm_buf first = { 0 };
    git_repo g = opened("r");
    assert_int_equal(git_dirty(&g, "plans/old", &first, &e), 0);
    sh("echo x >'r/plans/old/new file' && echo y >>r/c");
    assert_int_equal(git_dirty(&g, "src", &first, &e), 0);
    assert_int_equal(git_dirty(&g, "plans/old", &first, &e), 1);
    assert_true(mm_str_eq(mm_buf_view(&first), MM_STR("plans/old/new file")));
    mm_buf_free(&first);
    sh("rm 'r/plans/old/new file' && git -C r checkout -q c");
    git_close(&g);
}

static void contents(void **state)
{
    mm_err e = { 0 };
    mm_buf b = { 0 };
    git_repo g = opened("r/src");  /* paths are from the top wherever it is opened */
    git_id head = resolved(&g, "HEAD^{commit}"), none = { "" };
    assert_int_equal(git_read(&g, &head, "plans/old/a", &b, &e), 1);
    assert_true(mm_str_eq(mm_buf_view(&b), MM_STR("1\n")));
    assert_int_equal(git_read(&g, &head, "plans/old/b", &b, &e), 0);
    assert_int_equal(git_read(&g, &none, "plans/old/a", &b, &e), 0);
    mm_buf_free(&b);
    git_close(&g);
}

static void refusals(void **state)
{
    mm_err e = { 0 };
    git_repo g;
    git_id id;
    sh("mkdir -p elsewhere");
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    setenv("GIT_CEILING_DIRECTORIES", here, 1);
    assert_int_equal(git_open(&g, "elsewhere", &e), -1);
    assert_int_equal(e.code, MM_EUSAGE);
    assert_string_equal(e.text, "elsewhere: git rev-parse: not a git repository (or any of the parent directories): .git");
    setenv("GIT_DIR", "elsewhere", 1);  /* leads nowhere else */
    g = opened("r");
    assert_int_equal(git_resolve(&g, "HEAD", &id, &e), 1);
    assert_int_equal(git_resolve(&g, "--all", &id, &e), 0);
    git_close(&g);
    unsetenv("GIT_DIR");
    sh("git init -q --bare b");
    g = opened("b");
    assert_true(g.bare);
    assert_int_equal(git_resolve(&g, "HEAD^{commit}", &id, &e), 0);  /* unborn */
    git_close(&g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees), cmocka_unit_test(branches), cmocka_unit_test(dirt), cmocka_unit_test(contents), cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
