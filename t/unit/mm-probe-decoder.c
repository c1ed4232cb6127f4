/* What becomes of a record whose payload crashes, hangs or refuses the decoder, and of its
 * neighbours: here the decoder does what the bytes say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "probe.h"

/* The byte behind the JPEG magic tells. */
static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    mm_image_facts f = { .format = "jpeg", .width = 3, .height = 2 };
    switch (in.p[3]) {
    case 'C':
        signal(SIGSEGV, SIG_DFL);
        raise(SIGSEGV);
        break;
    case 'H':
        for (volatile int forever = 1; forever;)
            ;
        break;
    case 'R': return mm_fail(e, MM_EBAD, "jpeg header is damaged");
    case 'N': mm_buf_put(out, "nonsense", 8); return 0;
    case 'W': mm_media_warn(&f.warnings, "a \"bad\" thing"); break;
    default: break;
    }
    mm_buf_put(out, &f, sizeof f);
    return 0;
}

static const mm_jail_op ops[] = { { MM_MEDIA_IMAGE_FACTS, run, NULL }, { NULL, NULL, NULL } };

static const struct {
    char does;
    const char *reason;   /* of a bad record; NULL for a good one */
    const char *head;
} cases[] = {
    { 'g', NULL, "{\"mm\":{\"probe\":{\"image\":{\"width\":3}},\"via\":[{}]}}" },
    { 'C', "the decoder crashed (signal 11)", "{}" },
    { 'g', NULL, "{\"mm\":{\"probe\":{\"image\":{\"width\":3}},\"via\":[{}]}}" },
    { 'R', NULL, "{\"mm\":{\"probe\":{\"warnings\":[\"jpeg header is damaged\"]},\"via\":[{}]}}" },
    { 'W', NULL, "{\"mm\":{\"probe\":{\"image\":{\"width\":3},\"warnings\":[\"a \\\"bad\\\" thing\"]},\"via\":[{}]}}" },
    { 'H', "the decoder ran over its 200 ms and was stopped", "{}" },
    { 'N', NULL, NULL },
    { 'g', NULL, "{\"mm\":{\"probe\":{\"image\":{\"width\":3}},\"via\":[{}]}}" },
};

static void one_record_pays(void **state)
{
    const char *only[] = { "image.width" };
    const mm_jail_limits limits = { .wall_ns = 200000000 };
    mm_err e = { 0 };
    probe_tool t;
    mm_jail *jail = mm_jail_new(ops, &limits, &e);
    assert_non_null(jail);
    assert_int_equal(probe_tool_init(&t, &(probe_opts){ .only = { only, 1 }, .dup = DUP_OPTS_DEFAULT, .rows = ROW_OPTS_DEFAULT }, &e), 0);
    t.jail = jail;
    mm_buf_printf(&t.via_entry, "{}");
    probe_worker *w = probe_worker_new(&t, &e);
    mm_arena *a = mm_arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char bytes[8] = "\xff\xd8\xff";
        bytes[3] = cases[i].does;
        mm_rec r = { .head = MM_STR("{}"), .payload = { bytes, sizeof bytes }, .bad_byte = -1 };
        mm_verdict v = probe_record(w, &r, a);
        bool bad = cases[i].reason || !cases[i].head;
        assert_int_equal(v, bad ? MM_BAD : MM_KEEP);
        if (cases[i].reason)
            assert_string_equal(r.reason, cases[i].reason);
        if (cases[i].head && !mm_str_eq(r.head, mm_str_of(cases[i].head)))
            fail_msg("%.*s", (int)r.head.n, r.head.p);
    }
    mm_arena_free(a);
    probe_worker_free(w);
    probe_tool_clear(&t);
    mm_jail_free(jail);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(one_record_pays) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
