/* dispatch.c - which kernels run on this processor. */
#include "simd/simd.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static bool always(void)
{
    return true;
}

#if defined(__x86_64__)
static bool has_avx2(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
           __builtin_cpu_supports("popcnt");
}

static bool has_avx512(void)
{
#ifdef MM_SIMDE  /* emulated, for tests on lesser processors */
    return true;
#endif
    return has_avx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2");
}
#endif

/* Best first. Every aarch64 processor has NEON. */
static const struct {
    const mm_kernels *kernels;
    bool (*usable)(void);
} sets[] = {
#if defined(__x86_64__)
    { &mm_simd_avx512, has_avx512 },
    { &mm_simd_avx2, has_avx2 },
#elif defined(__aarch64__)
    { &mm_simd_neon, always },
#endif
    { &mm_simd_scalar, always },
};

const mm_kernels *mm_simd_named(const char *name)
{
    for (size_t i = 0; i < sizeof sets / sizeof sets[0]; i++)
        if (strcmp(sets[i].kernels->name, name) == 0)
            return sets[i].usable() ? sets[i].kernels : NULL;
    return NULL;
}

static const mm_kernels *choose(void)
{
    const char *forced = getenv("MM_SIMD");
    if (forced && *forced) {
        const mm_kernels *k = mm_simd_named(forced);
        return k ? k : &mm_simd_scalar;
    }
    size_t i = 0;
    while (!sets[i].usable())
        i++;
    return sets[i].kernels;
}

const mm_kernels *mm_simd(void)
{
    /* Threads that race here choose the same. */
    static _Atomic(const mm_kernels *) chosen;
    const mm_kernels *k = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!k) {
        k = choose();
        atomic_store_explicit(&chosen, k, memory_order_relaxed);
    }
    return k;
}
