/* Pixels: pictures made here byte by byte come out as they were put in, over a limit they are refused before
 * memory is taken, and cut or spoilt ones end in pixels or a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "image.h"
#include "media/frames.h"

/* A PNG of 8 bits a channel: channels 1 gray, 3 RGB, 4 RGBA; rows are the bytes as they are. */
static void put_png(mm_buf *b, uint32_t width, uint32_t height, unsigned channels, const uint8_t *rows)
{
    mm_buf head = { 0 }, raw = { 0 };
    be(&head, width, 4);
    be(&head, height, 4);
    mm_buf_put(&head, channels == 1 ? "\x08\0\0\0\0" : channels == 3 ? "\x08\2\0\0\0" : "\x08\6\0\0\0", 5);
    for (uint32_t y = 0; rows && y < height; y++) {
        mm_buf_byte(&raw, 0);
        mm_buf_put(&raw, rows + (size_t)y * width * channels, (size_t)width * channels);
    }
    uLongf n = compressBound(raw.n);
    Bytef *packed = malloc(n);
    compress(packed, &n, (const Bytef *)(raw.p ? raw.p : ""), raw.n);
    mm_buf_put(b, "\x89PNG\r\n\x1a\n", 8);
    chunk(b, "IHDR", mm_buf_view(&head));
    chunk(b, "IDAT", (mm_str){ (char *)packed, n });
    chunk(b, "IEND", MM_STR(""));
    free(packed);
    mm_buf_free(&head);
    mm_buf_free(&raw);
}

static const uint8_t colors[] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 10, 20, 30, 0, 0, 0, 255, 255, 255 };

/* One frame; -1 where there is none. The pixels are copied, so that the sanitizer sees their end. */
static int first(mm_str bytes, mm_frame_opts o, mm_frame *out, uint8_t **pixels, mm_err *e)
{
    mm_frames *f = mm_frames_open(bytes, &o, e);
    if (!f)
        return -1;
    int r = mm_frames_next(f, out, e);
    if (r == 1 && pixels) {
        size_t n = (size_t)out->width * (size_t)out->height * (o.form == MM_PIXELS_GRAY ? 1 : 3);
        *pixels = malloc(n);
        memcpy(*pixels, out->pixels, n);
    }
    mm_frame more;
    if (r == 1)
        assert_int_equal(mm_frames_next(f, &more, e), 0);
    mm_frames_close(f);
    return r;
}

static void gives_the_pixels_of_a_png(void **state)
{
    mm_buf b = { 0 };
    mm_frame f;
    uint8_t *p;
    mm_err e = { 0 };
    put_png(&b, 3, 2, 3, colors);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ 0 }, &f, &p, &e), 1);
    assert_int_equal(f.width, 3);
    assert_int_equal(f.height, 2);
    assert_memory_equal(p, colors, sizeof colors);
    assert_true(f.time_s < 0 && !f.damaged);
    free(p);
    mm_buf_free(&b);
}

static void ignores_transparency(void **state)
{
    static const uint8_t clear[] = { 255, 0, 0, 0, 0, 255, 0, 128 };
    mm_buf b = { 0 };
    mm_frame f;
    uint8_t *p;
    mm_err e = { 0 };
    put_png(&b, 2, 1, 4, clear);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ 0 }, &f, &p, &e), 1);
    assert_memory_equal(p, colors, 6);
    free(p);
    mm_buf_free(&b);
}

static void gives_gray_as_gray(void **state)
{
    static const uint8_t ramp[] = { 0, 1, 127, 128, 254, 255 };
    mm_buf b = { 0 };
    mm_frame f;
    uint8_t *p;
    mm_err e = { 0 };
    put_png(&b, 6, 1, 1, ramp);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ .form = MM_PIXELS_GRAY }, &f, &p, &e), 1);
    assert_memory_equal(p, ramp, sizeof ramp);
    free(p);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ 0 }, &f, &p, &e), 1);
    for (size_t i = 0; i < sizeof ramp * 3; i++)
        assert_int_equal(p[i], ramp[i / 3]);
    free(p);
    mm_buf_free(&b);
}

static void gives_the_pixels_of_a_bmp(void **state)
{
    mm_buf b = { 0 };
    mm_frame f;
    uint8_t *p;
    mm_err e = { 0 };
    mm_buf_put(&b, "BM", 2);
    le(&b, 54 + 16, 4);
    le(&b, 0, 4);
    le(&b, 54, 4);
    le(&b, 40, 4);
    le(&b, 2, 4);
    le(&b, 2, 4);
    le(&b, 1, 2);
    le(&b, 24, 2);
    for (int i = 0; i < 6; i++)
        le(&b, 0, 4);
    mm_buf_put(&b, "\1\2\3\4\5\6\0\0" "\7\10\11\12\13\14\0\0", 16);  /* the lower row first, blue first */
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ 0 }, &f, &p, &e), 1);
    assert_memory_equal(p, "\11\10\7\14\13\12\3\2\1\6\5\4", 12);
    free(p);
    mm_buf_free(&b);
}

static void scales_into_a_box(void **state)
{
    static uint8_t rows[40 * 20 * 3];
    memset(rows, 77, sizeof rows);
    mm_buf b = { 0 };
    mm_frame f;
    uint8_t *p;
    mm_err e = { 0 };
    put_png(&b, 40, 20, 3, rows);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ .max_side = 10 }, &f, &p, &e), 1);
    assert_int_equal(f.width, 10);
    assert_int_equal(f.height, 5);
    assert_int_equal(f.stored_width, 40);
    assert_int_equal(f.stored_height, 20);
    for (int i = 0; i < 10 * 5 * 3; i++)
        assert_int_equal(p[i], 77);
    free(p);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ .max_side = 41 }, &f, NULL, &e), 1);
    assert_int_equal(f.width, 40);
    mm_buf_free(&b);
}

static void refuses_a_bomb(void **state)
{
    mm_buf b = { 0 };
    mm_frame f;
    mm_err e = { 0 };
    put_png(&b, 50000, 50000, 3, NULL);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ 0 }, &f, NULL, &e), -1);
    assert_string_equal(e.text, "not decoded: 50000x50000 pixels are over the limit of 100000000");
    mm_buf_free(&b);
    put_png(&b, 3, 2, 3, colors);
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ .max_pixels = 5 }, &f, NULL, &e), -1);
    assert_string_equal(e.text, "not decoded: 3x2 pixels are over the limit of 5");
    assert_int_equal(first(mm_buf_view(&b), (mm_frame_opts){ .max_pixels = 6 }, &f, NULL, &e), 1);
    mm_buf_free(&b);
}

static void says_which_limit_ended_it(void **state)
{
    mm_buf b = { 0 };
    mm_frame f;
    mm_err e = { 0 };
    mm_frame_opts o = { .max_frames = 1 };
    put_png(&b, 3, 2, 3, colors);
    mm_frames *frames = mm_frames_open(mm_buf_view(&b), &o, &e);
    assert_int_equal(mm_frames_next(frames, &f, &e), 1);
    assert_null(mm_frames_limit(frames));
    assert_int_equal(mm_frames_next(frames, &f, &e), 0);
    assert_string_equal(mm_frames_limit(frames), "frames");
    assert_int_equal(mm_frames_seek(frames, 1, &e), -1);
    mm_frames_close(frames);
    mm_buf_free(&b);
}

static void bears_every_prefix_and_spoilt_byte(void **state)
{
    mm_buf b = { 0 };
    mm_frame f;
    put_png(&b, 3, 2, 3, colors);
    for (size_t n = 0; n < 2 * b.n; n++) {
        size_t length = n < b.n ? n : b.n;
        char *copy = malloc(length + 1);
        memcpy(copy, b.p, length);
        if (n >= b.n)
            copy[n - b.n] ^= 0x55;
        uint8_t *p = NULL;
        mm_err e = { 0 };
        int r = first((mm_str){ copy, length }, (mm_frame_opts){ .max_pixels = 1000000 }, &f, &p, &e);
        assert_true(r == 1 || e.code == MM_EBAD);
        free(p);
        free(copy);
    }
    mm_buf_free(&b);
}

/* A lossless WebP picture of one colour: five prefix codes of one symbol each (RFC 9649 section 3.7.2.1.1). */
static void put_vp8l(mm_buf *b, unsigned width, unsigned height, const uint8_t rgba[4])
{
    const unsigned symbols[] = { rgba[1], rgba[0], rgba[2], rgba[3], 0 };
    uint8_t bits[16] = { 0 };
    size_t n = 0;
#define PUT(v, count) for (unsigned i_ = 0; i_ < (count); i_++, n++) bits[n / 8] |= (uint8_t)(((v) >> i_ & 1) << n % 8)
    PUT(0x2fu, 8);
    PUT(width - 1, 14);
    PUT(height - 1, 14);
    PUT(1u, 1);
    PUT(0u, 6);  /* version, no transform, no cache, no meta codes */
    for (size_t i = 0; i < 5; i++) {
        PUT(5u, 3);  /* simple, one symbol, of eight bits */
        PUT(symbols[i], 8);
    }
#undef PUT
    mm_buf_put(b, bits, (n + 7) / 8);
}

/* A frame of 2x2 or of the whole 4x2. */
static void put_anmf(mm_buf *b, unsigned x, unsigned width, unsigned ms, unsigned flags, const uint8_t rgba[4])
{
    mm_buf body = { 0 }, picture = { 0 };
    put_vp8l(&picture, width, 2, rgba);
    le(&body, x / 2, 3);
    le(&body, 0, 3);
    le(&body, width - 1, 3);
    le(&body, 1, 3);
    le(&body, ms, 3);
    le(&body, flags, 1);
    riff(&body, "VP8L", mm_buf_view(&picture));
    riff(b, "ANMF", mm_buf_view(&body));
    mm_buf_free(&body);
    mm_buf_free(&picture);
}

/* Red all over; half blue over its right side, which then goes; green in place of its left side. */
static void put_animation(mm_buf *b)
{
    static const uint8_t red[] = { 255, 0, 0, 255 }, blue[] = { 0, 0, 255, 128 }, green[] = { 0, 255, 0, 255 };
    mm_buf body = { 0 };
    mm_buf_put(&body, "WEBP", 4);
    riff(&body, "VP8X", MM_STR("\x12\0\0\0\3\0\0\1\0\0"));
    riff(&body, "ANIM", MM_STR("\0\0\0\0\0\0"));
    put_anmf(&body, 0, 4, 100, 0, red);
    put_anmf(&body, 2, 2, 50, 1, blue);
    put_anmf(&body, 0, 2, 50, 2, green);
    riff(b, "RIFF", mm_buf_view(&body));
    mm_buf_free(&body);
}

static void draws_an_animated_webp_frame_over_frame(void **state)
{
    static const uint8_t expected[3][2][3] = {
        { { 255, 0, 0 }, { 255, 0, 0 } }, { { 255, 0, 0 }, { 127, 0, 128 } }, { { 0, 255, 0 }, { 0, 0, 0 } } };
    static const double times[] = { 0, 0.1, 0.15 };
    mm_buf b = { 0 };
    mm_err e = { 0 };
    mm_frame frame;
    put_animation(&b);
    mm_frames *f = mm_frames_open(mm_buf_view(&b), &(mm_frame_opts){ .form = MM_PIXELS_RGB }, &e);
    assert_non_null(f);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(mm_frames_next(f, &frame, &e), 1);
        assert_int_equal(frame.width, 4);
        assert_int_equal(frame.height, 2);
        assert_true(frame.time_s > times[i] - 1e-9 && frame.time_s < times[i] + 1e-9);
        for (int side = 0; side < 2; side++)
            assert_memory_equal(frame.pixels + 12 + side * 9, expected[i][side], 3);
    }
    assert_int_equal(mm_frames_next(f, &frame, &e), 0);
    mm_frames_close(f);
    mm_buf_free(&b);
}

static void bears_a_spoilt_animation(void **state)
{
    mm_buf b = { 0 };
    mm_frame frame;
    put_animation(&b);
    for (size_t at = 0; at < 2 * b.n; at++) {
        mm_err e = { 0 };
        size_t n = at < b.n ? at : b.n;
        char *copy = malloc(n + 1);
        memcpy(copy, b.p, n);
        if (at >= b.n)
            copy[at - b.n] ^= 0x55;
        mm_frames *f = mm_frames_open((mm_str){ copy, n }, &(mm_frame_opts){ .max_pixels = 1000, .max_frames = 9 }, &e);
        while (f && mm_frames_next(f, &frame, &e) == 1)
            ;
        mm_frames_close(f);
        free(copy);
    }
    mm_buf_free(&b);
}

/* ---- a film ----------------------------------------------------------------- */

enum { FILM_FRAMES = 9, FILM_GROUP = 3, FILM_HZ = 10, FILM_SIDE = 4 };

static void put_list(mm_buf *b, const char *type, mm_buf *body)
{
    mm_buf all = { 0 };
    mm_buf_put(&all, type, 4);
    mm_buf_str(&all, mm_buf_view(body));
    riff(b, "LIST", mm_buf_view(&all));
    mm_buf_free(&all);
    mm_buf_free(body);
}

/* An AVI of run lengths (Microsoft RLE) over a palette of grays, frame i of level 20 i; the index says that every third stands by itself. */
static void put_film(mm_buf *b)
{
    enum { BYTES = 4 * FILM_SIDE + 2 };
    mm_buf main = { 0 }, head = { 0 }, form = { 0 }, stream = { 0 }, movie = { 0 }, index = { 0 }, all = { 0 };
    const uint32_t avih[14] = { 1000000 / FILM_HZ, 0, 0, 0x10, FILM_FRAMES, 0, 1, BYTES, FILM_SIDE, FILM_SIDE };
    for (int i = 0; i < 14; i++)
        le(&main, avih[i], 4);
    LIT(&head, "vidsmrle");
    const uint32_t strh[12] = { 0, 0, 0, 1, FILM_HZ, 0, FILM_FRAMES, BYTES, 0xffffffff, 0, 0, FILM_SIDE << 16 | FILM_SIDE };
    for (int i = 0; i < 12; i++)
        le(&head, strh[i], 4);
    const uint32_t strf[10] = { 40, FILM_SIDE, FILM_SIDE, 8 << 16 | 1, 1, FILM_SIDE * FILM_SIDE, 0, 0, 256, 0 };
    for (int i = 0; i < 10; i++)
        le(&form, strf[i], 4);
    for (uint32_t i = 0; i < 256; i++)
        le(&form, i * 0x010101, 4);
    riff(&stream, "strh", mm_buf_view(&head));
    riff(&stream, "strf", mm_buf_view(&form));
    head.n = 0;
    riff(&head, "avih", mm_buf_view(&main));
    put_list(&head, "strl", &stream);
    for (uint32_t i = 0; i < FILM_FRAMES; i++) {
        mm_buf picture = { 0 };
        for (int y = 0; y < FILM_SIDE; y++)
            le(&picture, (uint64_t)FILM_SIDE | (20 * i) << 8, 4);
        LIT(&picture, "\0\1");
        LIT(&index, "00db");
        le(&index, i % FILM_GROUP ? 0 : 0x10, 4);
        le(&index, 4 + movie.n, 4);
        le(&index, BYTES, 4);
        riff(&movie, "00db", mm_buf_view(&picture));
        mm_buf_free(&picture);
    }
    LIT(&all, "AVI ");
    put_list(&all, "hdrl", &head);
    put_list(&all, "movi", &movie);
    riff(&all, "idx1", mm_buf_view(&index));
    riff(b, "RIFF", mm_buf_view(&all));
    mm_buf *bufs[] = { &main, &form, &index, &all };
    for (int i = 0; i < 4; i++)
        mm_buf_free(bufs[i]);
}

/* The next frame is number i of the film; i < 0: there is none. */
static void expect_frame(mm_frames *f, int i)
{
    mm_frame frame;
    mm_err e = { 0 };
    int r = mm_frames_next(f, &frame, &e);
    assert_int_equal(r, i >= 0);
    if (i < 0)
        return;
    assert_true(frame.time_s > (i - 0.01) / FILM_HZ && frame.time_s < (i + 0.01) / FILM_HZ);
    for (int p = 0; p < 3 * FILM_SIDE * FILM_SIDE; p++)
        assert_int_equal(frame.pixels[p], 20 * i);
}

static mm_frames *open_film(const mm_buf *b, bool keys_only)
{
    mm_err e = { 0 };
    mm_frames *f = mm_frames_open(mm_buf_view(b), &(mm_frame_opts){ .keys_only = keys_only }, &e);
    assert_non_null(f);
    return f;
}

static void gives_only_frames_that_stand_by_themselves(void **state)
{
    mm_buf b = { 0 };
    put_film(&b);
    mm_frames *all = open_film(&b, false), *keys = open_film(&b, true);
    for (int i = 0; i < FILM_FRAMES; i++)
        expect_frame(all, i);
    expect_frame(all, -1);
    for (int i = 0; i < FILM_FRAMES; i += FILM_GROUP)
        expect_frame(keys, i);
    expect_frame(keys, -1);
    mm_frames_close(all);
    mm_frames_close(keys);
    mm_buf_free(&b);
}

static void goes_on_at_the_key_frame_before_a_time(void **state)
{
    static const struct { double s; int frame; } jumps[] = {
        { 0.5, 3 }, { 0.3, 3 }, { 0.29, 0 }, { 0.6, 6 }, { 100, 6 }, { 0, 0 } };
    mm_buf b = { 0 };
    mm_err e = { 0 };
    put_film(&b);
    for (int keys = 0; keys < 2; keys++) {
        mm_frames *f = open_film(&b, keys);
        for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
            assert_int_equal(mm_frames_seek(f, jumps[i].s, &e), 0);
            int step = keys ? FILM_GROUP : 1;
            expect_frame(f, jumps[i].frame);
            expect_frame(f, jumps[i].frame + step < FILM_FRAMES ? jumps[i].frame + step : -1);
        }
        mm_frames_close(f);
    }
    mm_buf_free(&b);
    put_png(&b, 1, 1, 3, colors);
    mm_frames *still = open_film(&b, false);
    assert_int_equal(mm_frames_seek(still, 0, &e), -1);
    mm_frames_close(still);
    mm_buf_free(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_the_pixels_of_a_png),
        cmocka_unit_test(ignores_transparency),
        cmocka_unit_test(gives_gray_as_gray),
        cmocka_unit_test(gives_the_pixels_of_a_bmp),
        cmocka_unit_test(scales_into_a_box),
        cmocka_unit_test(refuses_a_bomb),
        cmocka_unit_test(says_which_limit_ended_it),
        cmocka_unit_test(bears_every_prefix_and_spoilt_byte),
        cmocka_unit_test(draws_an_animated_webp_frame_over_frame),
        cmocka_unit_test(bears_a_spoilt_animation),
        cmocka_unit_test(gives_only_frames_that_stand_by_themselves),
        cmocka_unit_test(goes_on_at_the_key_frame_before_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
