/* Sound decoded to PCM: levels and lengths of what is made here are known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/pcm.h"

#ifdef MM_HAVE_MEDIA
static void put(mm_buf *b, uint32_t v, int bytes)
{
    for (; bytes > 0; bytes--, v >>= 8)
        mm_buf_byte(b, (char)v);
}

/* A WAV of n frames, each channel the square wave high, low of 100 frames each. */
static void make_wav(mm_buf *b, int rate, int channels, int n, int16_t high, int16_t low)
{
    uint32_t data = (uint32_t)(n * channels * 2);
    mm_buf_str(b, MM_STR("RIFF"));
    put(b, 36 + data, 4);
    mm_buf_str(b, MM_STR("WAVEfmt "));
    put(b, 16, 4);
    put(b, 1, 2);
    put(b, (uint32_t)channels, 2);
    put(b, (uint32_t)rate, 4);
    put(b, (uint32_t)(rate * channels * 2), 4);
    put(b, (uint32_t)channels * 2, 2);
    put(b, 16, 2);
    mm_buf_str(b, MM_STR("data"));
    put(b, data, 4);
    for (int i = 0; i < n; i++)
        for (int c = 0; c < channels; c++)
            put(b, (uint16_t)(i / 100 % 2 ? low : high), 2);
}

static mm_pcm_level read_all(mm_str bytes, const mm_pcm_opts *o, size_t *frames, mm_pcm_form *form, bool *limited)
{
    mm_err e = { 0 };
    mm_pcm_block block;
    mm_pcm_level all = { 0 };
    int r;
    *frames = 0;
    mm_pcm *p = mm_pcm_open(bytes, o, &e);
    assert_non_null(p);
    while ((r = mm_pcm_next(p, &block, &e)) == 1) {
        *frames += block.frames;
        all.n += block.level.n;
        all.sum += block.level.sum;
        all.squares += block.level.squares;
        all.clipped += block.level.clipped;
        all.peak = block.level.peak > all.peak ? block.level.peak : all.peak;
    }
    assert_int_equal(r, 0);
    *form = mm_pcm_form_of(p);
    *limited = mm_pcm_limited(p);
    mm_pcm_close(p);
    return all;
}

static void levels_are_exact(void **state)
{
    mm_buf wav = { 0 };
    size_t frames;
    mm_pcm_form form;
    bool limited;
    make_wav(&wav, 48000, 2, 100000, 32767, -16384);
    mm_pcm_level l = read_all(mm_buf_view(&wav), &(mm_pcm_opts){ 0 }, &frames, &form, &limited);
    assert_int_equal(frames, 100000);
    assert_int_equal(form.rate_hz, 48000);
    assert_int_equal(form.channels, 2);
    assert_false(limited);
    assert_int_equal(l.n, 200000);
    assert_int_equal(l.clipped, 100000);
    assert_true(l.peak == 32767 / 32768.0f);
    assert_true(fabs(l.sum / 200000 - (32767 - 16384) / 65536.0) < 1e-12);
    assert_true(fabs(l.squares / 200000 - (32767.0 * 32767 + 16384.0 * 16384) / 2 / 32768 / 32768) < 1e-12);
    mm_buf_free(&wav);
}

/* The sums of s16 go over many steps of the kernel. */
static void long_sums_do_not_overflow(void **state)
{
    enum { N = 3000000 };
    int16_t *in = malloc(N * sizeof *in);
    float *out = malloc(N * sizeof *out);
    for (int i = 0; i < N; i++)
        in[i] = i % 3 ? INT16_MIN : INT16_MAX;
    mm_pcm_level a = { 0 }, b = { 0 };
    mm_simd()->pcm_s16(in, N, out, &a);
    mm_simd_named("scalar")->pcm_s16(in, N, out, &b);
    assert_memory_equal(&a, &b, sizeof a);
    assert_int_equal(a.clipped, N);
    assert_true(a.peak == 1);
    free(in);
    free(out);
}

static void limits_and_mixing(void **state)
{
    mm_buf wav = { 0 };
    size_t frames;
    mm_pcm_form form;
    bool limited;
    make_wav(&wav, 44100, 2, 441000, 8192, -8192);
    read_all(mm_buf_view(&wav), &(mm_pcm_opts){ .max_seconds = 1.5 }, &frames, &form, &limited);
    assert_int_equal(frames, 66150);
    assert_true(limited);
    read_all(mm_buf_view(&wav), &(mm_pcm_opts){ .rate_hz = 16000, .mono = true }, &frames, &form, &limited);
    assert_in_range(frames, 159998, 160002);
    assert_int_equal(form.channels, 1);
    assert_int_equal(form.rate_hz, 16000);
    mm_buf_free(&wav);
}

static void bad_bytes_are_refused(void **state)
{
    mm_err e = { 0 };
    mm_buf wav = { 0 };
    mm_pcm_block block;
    assert_null(mm_pcm_open(MM_STR("no sound at all"), &(mm_pcm_opts){ 0 }, &e));
    assert_int_equal(e.code, MM_EBAD);
    make_wav(&wav, 8000, 1, 0, 1, 1);
    mm_pcm *p = mm_pcm_open(mm_buf_view(&wav), &(mm_pcm_opts){ 0 }, &e);
    if (p)
        assert_int_equal(mm_pcm_next(p, &block, &e), -1);
    assert_int_equal(e.code, MM_EBAD);
    mm_pcm_close(p);
    mm_buf_free(&wav);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(levels_are_exact), cmocka_unit_test(long_sums_do_not_overflow),
        cmocka_unit_test(limits_and_mixing), cmocka_unit_test(bad_bytes_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
#else
int main(void)
{
    return 0;
}
#endif
