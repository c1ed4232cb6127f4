/* kernels.c - the vector kernels beside their scalar twins, in turn, on data that stays in the
 * second level cache. One line a kernel, as for every bench; the bar is the ratio below which
 * a kernel is not worth its code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mm.h"

enum { SIZE = 128 << 10, ROW = 700, ROUNDS = 9 };

static char text[SIZE], digits[SIZE * 2], out[SIZE * 2];
static uint32_t positions[SIZE + 64];
static mm_pii_group groups[SIZE / 512];
static volatile size_t sink;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- data ---- */

/* Rows of ROW bytes: text, some numbers, a nested object, and the language last. */
static void fill_rows(void)
{
    for (size_t i = 0; i + ROW <= SIZE; i += ROW) {
        char row[ROW + 64];
        int n = snprintf(row, sizeof row, "{\"id\":%zu,\"name\":\"item %zu\",\"score\":0.25,\"tags\":[\"a\",\"b\"],"
                         "\"geo\":{\"lat\":1.5,\"lon\":2.5},\"text\":\"", 100000 + i, i);
        for (; n < ROW - 15; n++)
            row[n] = n % 7 ? 'x' : ' ';
        memcpy(row + n, "\",\"lang\":\"en\"}\n", 15);
        memcpy(text + i, row, ROW);
    }
}

static void fill_dense(void)
{
    static const char unit[] = "\xe6\x97\xa5\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    for (size_t i = 0; i < SIZE; i += 12)
        memcpy(text + i, unit, SIZE - i < 12 ? SIZE - i : 12);
    memset(text + SIZE - SIZE % 12, ' ', SIZE % 12);
}

/* ---- one pass of each ---- */

static void json_index(const mm_kernels *k)
{
    mm_json_state st = { 0 };
    sink += k->json_index(text, SIZE, positions, &st);
}

static void json_members(const mm_kernels *k)
{
    mm_str key = MM_STR("lang");
    for (size_t i = 0; i + ROW <= SIZE; i += ROW) {
        size_t at;
        k->json_members(text + i, ROW - 1, &key, 1, &at);
        sink += at;
    }
}

static void json_skip(const mm_kernels *k)
{
    for (size_t i = 0; i + ROW <= SIZE; i += ROW)
        sink += k->json_skip(text + i, ROW - 1);
}

static void utf8_check(const mm_kernels *k)
{
    sink += k->utf8_check(text, SIZE);
}

static void newlines(const mm_kernels *k)
{
    sink += k->newlines(text, SIZE, positions, SIZE);
}

static void csv_marks(const mm_kernels *k)
{
    sink += k->csv_marks(text, SIZE, ',', positions);
}

static void csv_ends(const mm_kernels *k)
{
    uint64_t inside = 0;
    sink += k->csv_ends(text, SIZE, ',', &inside, positions);
}

static void pii_hints(const mm_kernels *k)
{
    mm_pii_state st = { 0 };
    sink += k->pii_hints(text, SIZE, &st, groups, NULL, NULL);
}

static void base64_encode(const mm_kernels *k)
{
    sink += k->base64_encode(text, SIZE / 4 * 3, out);
}

static void base64_decode(const mm_kernels *k)
{
    sink += (size_t)k->base64_decode(digits, SIZE, out);
}

/* The best of several rounds, GB/s of input. */
static double speed(void (*pass)(const mm_kernels *), const mm_kernels *k, int passes)
{
    double start = now();
    for (int i = 0; i < passes; i++)
        pass(k);
    return (double)SIZE * passes / (now() - start) * 1e-9;
}

int main(void)
{
    static const struct {
        const char *name;
        void (*pass)(const mm_kernels *);
        void (*fill)(void);
        double bar;
    } benches[] = {
        { "json_index", json_index, fill_rows, 4 },    { "json_members", json_members, fill_rows, 8 },
        { "json_skip", json_skip, fill_rows, 8 },      { "utf8_ascii", utf8_check, fill_rows, 8 },
        { "utf8_dense", utf8_check, fill_dense, 8 },   { "newlines", newlines, fill_rows, 8 },
        { "csv_marks", csv_marks, fill_rows, 4 },
        { "csv_ends", csv_ends, fill_rows, 4 },
        { "pii_hints", pii_hints, fill_rows, 8 },  { "base64_encode", base64_encode, fill_rows, 4 },
        { "base64_decode", base64_decode, fill_rows, 8 },
    };
    const mm_kernels *ours = mm_simd(), *scalar = mm_simd_named("scalar");
    for (size_t i = 0; i < sizeof benches / sizeof benches[0]; i++) {
        double a = 0, b = 0;
        benches[i].fill();
        scalar->base64_encode(text, SIZE / 4 * 3, digits);
        for (int round = 0; round < ROUNDS; round++) {
            double v = speed(benches[i].pass, ours, 100), w = speed(benches[i].pass, scalar, 4);
            a = v > a ? v : a;
            b = w > b ? w : b;
        }
        printf("bench kernel-%s ours=%.2f peer=%.2f unit=GB/s ratio=%.1f bar=%.1f\n", benches[i].name, a, b, a / b,
               benches[i].bar);
        fflush(stdout);
    }
    return 0;
}
