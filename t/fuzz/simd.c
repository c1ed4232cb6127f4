/* simd.c - every kernel of this processor's best set against its scalar twin. */
#include <stdlib.h>
#include <string.h>

#include "mm.h"

static void same(bool yes)
{
    if (!yes)
        abort();
}

static void index_and_hints(const mm_kernels *k, const mm_kernels *s, const char *p, size_t n)
{
    uint32_t *a = malloc((n + 64) * sizeof *a), *b = malloc((n + 64) * sizeof *b);
    mm_json_state sa = { 0 }, sb = { 0 };
    size_t count = k->json_index(p, n, a, &sa);
    same(count == s->json_index(p, n, b, &sb) && memcmp(a, b, count * sizeof *a) == 0);
    same(memcmp(&sa, &sb, sizeof sa) == 0);
    count = k->newlines(p, n, a, n);
    same(count == s->newlines(p, n, b, n) && memcmp(a, b, count * sizeof *a) == 0);
    free(a);
    free(b);
    size_t groups = (n + 511) / 512;
    mm_pii_group *ma = calloc(groups + 1, sizeof *ma), *mb = calloc(groups + 1, sizeof *mb);
    mm_pii_state pa = { 0 }, pb = { 0 };
    same(k->pii_hints(p, n, &pa, ma, NULL, NULL) == s->pii_hints(p, n, &pb, mb, NULL, NULL));
    for (size_t i = 0; i < groups * 8; i++) {
        same(ma[i / 8].kinds[i % 8] == mb[i / 8].kinds[i % 8]);
        for (int h = 0; ma[i / 8].kinds[i % 8] && h < MM_PII_KINDS; h++)
            same(ma[i / 8].hint[h][i % 8] == mb[i / 8].hint[h][i % 8]);
    }
    free(ma);
    free(mb);
}

static void members(const mm_kernels *k, const mm_kernels *s, const char *p, size_t n)
{
    mm_str keys[] = { MM_STR("a"), MM_STR("lang"), MM_STR("") };
    size_t a[3], b[3];
    if (n == 0 || (p[0] != '{' && p[0] != '['))
        return;
    same(k->json_skip(p, n) == s->json_skip(p, n));
    if (p[0] != '{')
        return;
    same(k->json_members(p, n, keys, 3, a) == s->json_members(p, n, keys, 3, b) && memcmp(a, b, sizeof a) == 0);
}

static void base64(const mm_kernels *k, const mm_kernels *s, const char *p, size_t n)
{
    size_t room = (n + 2) / 3 * 4;
    char *a = malloc(room + 1), *b = malloc(room + 1), *back = malloc(room / 4 * 3 + 1);
    same(k->base64_encode(p, n, a) == room && s->base64_encode(p, n, b) == room && memcmp(a, b, room) == 0);
    same(k->base64_decode(a, room, back) == (ptrdiff_t)n && memcmp(back, p, n) == 0);
    ptrdiff_t len = k->base64_decode(p, n, a);
    same(len == s->base64_decode(p, n, b) && (len <= 0 || memcmp(a, b, (size_t)len) == 0));
    free(a);
    free(b);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const mm_kernels *k = mm_simd(), *s = mm_simd_named("scalar");
    const char *p = (const char *)data;
    same(k->utf8_check(p, n) == s->utf8_check(p, n));
    same(k->json_plain(p, n) == s->json_plain(p, n));
    index_and_hints(k, s, p, n);
    members(k, s, p, n);
    base64(k, s, p, n);
    return 0;
}
