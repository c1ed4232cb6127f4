/* A tar of any bytes: every header is taken or refused, sizes stay sane, and extensions never read outside. */
#include <stdlib.h>
#include <string.h>

#include "tar.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void check_member(const tar_member *m)
{
    if (m->size > INT64_MAX || (m->name.p && m->name.p[m->name.n] != 0))
        abort();
}

/* Half of the inputs have the sums of their headers put right, or hardly any would get past them. */
static void mend_sum(char *block)
{
    static const char digits[] = "01234567";
    unsigned sum = 8 * ' ';
    for (size_t i = 0; i < TAR_BLOCK; i++)
        sum += i >= 148 && i < 156 ? 0 : (unsigned char)block[i];
    for (int i = 5; i >= 0; i--, sum >>= 3)
        block[148 + i] = digits[sum & 7];
    block[154] = 0;
    block[155] = ' ';
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    tar t = { 0 };
    bool mend = n && *p & 1;
    size_t at = n != 0;
    while (n - at >= TAR_BLOCK) {
        char block[TAR_BLOCK];
        tar_member m;
        mm_err e = { 0 };
        memcpy(block, p + at, sizeof block);
        if (mend)
            mend_sum(block);
        tar_kind kind = tar_head(&t, block, &m, &e);
        at += TAR_BLOCK;
        if (kind == TAR_BAD || kind == TAR_ZERO)
            continue;
        check_member(&m);
        size_t have = n - at < m.size ? n - at : (size_t)m.size;
        if (kind == TAR_EXTENSION) {
            char *copy = malloc(have ? have : 1);  /* of its own, so that reading beyond it is seen */
            if (m.size > TAR_EXTENSION_MAX || !copy)
                abort();
            memcpy(copy, p + at, have);
            tar_extend(&t, (mm_str){ copy, have }, &e);
            free(copy);
        }
        at += have;
    }
    tar_free(&t);
    return 0;
}
