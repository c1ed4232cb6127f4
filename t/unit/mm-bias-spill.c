/* Entries come back in order, however many runs they went through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "spill.h"

typedef struct list {
    spill_entry *v;
    size_t n, room;
} list;

static void take(void *ctx, const spill_entry *x)
{
    list *l = ctx;
    assert_true(l->n < l->room);
    l->v[l->n++] = *x;
}

static int by_bytes(const void *a, const void *b) { return memcmp(a, b, sizeof(spill_entry)); }

static void check(size_t room, size_t n)
{
    mm_err e = { 0 };
    spill *s = spill_new(room);
    list want = { calloc(n + 1, sizeof(spill_entry)), n, n }, got = { calloc(n + 1, sizeof(spill_entry)), 0, n };
    uint64_t x = room * 1000003 + n;
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < sizeof(spill_entry); k++) {
            x = x * UINT64_C(6364136223846793005) + 1442695040888963407u;
            want.v[i].byte[k] = k < 14 ? (uint8_t)(x >> 62) : (uint8_t)(x >> 56);  /* many alike */
        }
        if (i % 5 == 4)
            want.v[i] = want.v[i / 2];
        assert_int_equal(spill_add(s, &want.v[i], &e), 0);
    }
    qsort(want.v, n, sizeof *want.v, by_bytes);
    assert_int_equal(spill_walk(s, take, &got, &e), 0);
    assert_int_equal(got.n, n);
    assert_memory_equal(got.v, want.v, n * sizeof *want.v);
    free(want.v);
    free(got.v);
    spill_free(s);
}

static void all_come_back_in_order(void **state)
{
    static const size_t rooms[] = { 2, 3, 16, 1000 };
    for (size_t r = 0; r < sizeof rooms / sizeof *rooms; r++)
        for (size_t n = 0; n < 3000; n = n < 20 ? n + 1 : n * 3)
            check(rooms[r], n);
}

static void no_folder_is_an_error(void **state)
{
    mm_err e = { 0 };
    spill *s = spill_new(2);
    spill_entry x = { { 1 } };
    setenv("TMPDIR", "/nowhere/at/all", 1);
    assert_int_equal(spill_add(s, &x, &e), 0);
    assert_int_equal(spill_add(s, &x, &e), 0);
    assert_int_equal(spill_add(s, &x, &e), -1);
    assert_int_equal(e.code, MM_ESYS);
    unsetenv("TMPDIR");
    spill_free(s);
    spill_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(all_come_back_in_order), cmocka_unit_test(no_folder_is_an_error) };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
