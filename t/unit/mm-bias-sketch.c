/* Sketches of mm-bias: their errors against the truth, merging, and their form as bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sketch_file.h"

#define N(a) (sizeof(a) / sizeof *(a))

static uint64_t state_of_random = 1;
static uint64_t bits(void)
{
    uint64_t z = state_of_random += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}
static double uniform(void) { return (double)(bits() >> 11) * 0x1p-53; }

/* ---- quantiles ---- */

/* The largest error of a rank, of values 0 to n - 1 in some order. */
static double worst_rank(const kll *s, size_t n)
{
    kll_cdf c;
    double worst = 0;
    assert_true(kll_cdf_init(&c, s));
    for (size_t i = 0; i < 1000; i++) {
        double x = floor((double)n * (double)i / 1000);
        worst = fmax(worst, fabs(kll_cdf_rank(&c, x) - (x + 1) / (double)n));
    }
    kll_cdf_clear(&c);
    return worst;
}

static void shuffle(double *v, size_t n)
{
    for (size_t i = n; i-- > 1;) {
        size_t k = bits() % (i + 1);
        double t = v[i];
        v[i] = v[k];
        v[k] = t;
    }
}

static double *ordered(size_t n)
{
    double *v = malloc(n * sizeof *v);
    for (size_t i = 0; i < n; i++)
        v[i] = (double)i;
    return v;
}

/* 99 of 100 streams: short and long, sorted and shuffled, whole and merged from parts. */
static void ranks_are_within_their_error(void **state)
{
    static const struct { size_t n; bool shuffled; size_t parts; unsigned runs; } cases[] = {
        { 1000, true, 1, 300 }, { 20000, true, 1, 300 }, { 20000, false, 1, 300 }, { 300000, true, 1, 60 }, { 300000, false, 1, 60 },
        { 60000, true, 16, 100 }, { 300000, false, 7, 60 } };
    for (size_t i = 0; i < N(cases); i++) {
        unsigned wrong = 0;
        double *v = ordered(cases[i].n);
        for (unsigned r = 0; r < cases[i].runs; r++) {
            kll all, part;
            kll_init(&all, bits());
            if (cases[i].shuffled)
                shuffle(v, cases[i].n);
            size_t each = cases[i].n / cases[i].parts + 1;
            for (size_t k = 0; k < cases[i].n; k += each) {
                kll_init(&part, bits());
                for (size_t j = k; j < cases[i].n && j < k + each; j++)
                    assert_true(kll_add(&part, v[j]));
                assert_true(kll_settle(&part));
                assert_true(kll_merge(&all, &part));
                kll_clear(&part);
            }
            assert_int_equal(all.n, cases[i].n);
            assert_true(all.min == 0 && all.max == (double)cases[i].n - 1);
            wrong += worst_rank(&all, cases[i].n) > KLL_RANK_ERROR;
            kll_clear(&all);
        }
        free(v);
        if (wrong > cases[i].runs / 100 + 1)
            fail_msg("case %zu: %u of %u beyond the bound", i, wrong, cases[i].runs);
    }
}

static void short_streams_are_exact(void **state)
{
    kll s;
    kll_cdf c;
    kll_init(&s, 3);
    for (int i = 0; i < 256; i++)
        assert_true(kll_add(&s, (double)(i * 7 % 256)));
    assert_true(kll_settle(&s) && kll_cdf_init(&c, &s));
    for (int i = 0; i < 256; i++)
        assert_true(kll_cdf_rank(&c, i) == (i + 1) / 256.0);
    assert_true(kll_cdf_quantile(&c, 0.5) == 127);
    assert_true(kll_cdf_quantile(&c, 0) == 0 && kll_cdf_quantile(&c, 1) == 255);
    kll_cdf_clear(&c);
    kll_clear(&s);
}

static void memory_stays_small(void **state)
{
    kll s;
    uint32_t n = 0;
    kll_init(&s, 4);
    for (int i = 0; i < 5000000; i++)
        kll_add(&s, uniform());
    for (uint32_t h = 0; h < s.levels; h++)
        n += s.level[h].room;
    assert_true(n * sizeof(double) < 20000);
    kll_clear(&s);
}

/* ---- distinct, frequent, counted ---- */

static void distinct_values_are_within_their_error(void **state)
{
    static const size_t sizes[] = { 0, 1, 10, 1000, 5000, 20000, 300000 };
    for (size_t i = 0; i < N(sizes); i++) {
        double squares = 0, n = (double)sizes[i];
        for (int r = 0; r < 30; r++) {
            static hll s, other;
            memset(&s, 0, sizeof s);
            memset(&other, 0, sizeof other);
            for (size_t k = 0; k < sizes[i]; k++)
                hll_add(k % 3 ? &s : &other, bits());
            hll_merge(&s, &other);
            double d = hll_estimate(&s) - n;
            squares += n > 0 ? d * d / (n * n) : d * d;
        }
        assert_true(sqrt(squares / 30) < 1.5 * HLL_STANDARD_ERROR);
    }
}

/* Texts "0", "1", ... of which i comes with a chance that falls as 1 / (i + 1). */
static mm_str zipf(char room[16], size_t n)
{
    double u = uniform() * log((double)n + 1);
    return (mm_str){ room, (size_t)sprintf(room, "%zu", (size_t)(exp(u) - 1)) };
}

static void frequent_texts_keep_their_bounds(void **state)
{
    enum { DIFFERENT = 50000, SEEN = 200000, PARTS = 5 };
    static uint32_t truth[DIFFERENT + 1];
    static top part[PARTS], ab, ba;
    static cms count;
    char room[16];
    memset(truth, 0, sizeof truth);
    memset(&count, 0, sizeof count);
    memset(part, 0, sizeof part);
    for (int i = 0; i < SEEN; i++) {
        mm_str t = zipf(room, DIFFERENT);
        uint64_t h = text_hash(t);
        truth[strtoul(room, NULL, 10)]++;
        top_add(&part[i % PARTS], t, h, 1);
        cms_add(&count, h);
    }
    memset(&ab, 0, sizeof ab);
    memset(&ba, 0, sizeof ba);
    for (int i = 0; i < PARTS; i++) {
        top_merge(&ab, &part[i]);
        top_merge(&ba, &part[PARTS - 1 - i]);
    }
    const top *each[] = { &part[0], &ab, &ba };
    for (size_t i = 1; i < N(each); i++) {
        assert_int_equal(each[i]->n, SEEN);
        for (uint32_t k = 0; k < each[i]->size; k++) {
            const top_entry *e = &each[i]->entry[k];
            char text[TOP_BYTES + 1] = { 0 };
            memcpy(text, e->text, e->n);
            uint64_t true_count = truth[strtoul(text, NULL, 10)];
            assert_true(e->count >= true_count);
            assert_true(e->count - e->error <= true_count);
            assert_true(e->error <= SEEN / TOP_M + PARTS);
        }
        for (int v = 0; v < DIFFERENT; v++)
            if (truth[v] > SEEN / TOP_M + PARTS) {
                mm_str t = { room, (size_t)sprintf(room, "%d", v) };
                assert_non_null(top_find(each[i], t, text_hash(t)));
            }
    }
    unsigned beyond = 0;
    for (int v = 0; v < DIFFERENT; v++) {
        mm_str t = { room, (size_t)sprintf(room, "%d", v) };
        uint64_t n = cms_count(&count, text_hash(t));
        assert_true(n >= truth[v]);
        beyond += (double)(n - truth[v]) > M_E * SEEN / CMS_WIDTH;
    }
    assert_true(beyond < DIFFERENT * exp(-CMS_ROWS));
}

static void few_texts_are_counted_exactly(void **state)
{
    static top a, b;
    char room[16];
    memset(&a, 0, sizeof a);
    memset(&b, 0, sizeof b);
    for (int i = 0; i < 10000; i++) {
        mm_str t = { room, (size_t)sprintf(room, "%d", i * i % 97) };
        top_add(i % 3 ? &a : &b, t, text_hash(t), 1);
    }
    top_merge(&a, &b);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < a.size; i++) {
        assert_int_equal(a.entry[i].error, 0);
        sum += a.entry[i].count;
    }
    assert_int_equal(a.size, 49);
    assert_int_equal(sum, 10000);
}

/* ---- moments ---- */

static void moments_are_those_of_the_definition(void **state)
{
    enum { MANY = 5000 };
    static double x[MANY];
    moments all = { .n = 0 }, half = { .n = 0 }, other = { .n = 0 };
    double mean = 0, m[5] = { 0 };
    for (int i = 0; i < MANY; i++) {
        x[i] = 1e6 + exp(3 * uniform());
        mean += x[i] / MANY;
    }
    for (int i = 0; i < MANY; i++)
        for (int k = 2; k <= 4; k++)
            m[k] += pow(x[i] - mean, k);
    for (int i = 0; i < MANY; i += 50)
        moments_add(&all, x + i, 50);
    moments_add(&half, x, 1234);
    moments_add(&other, x + 1234, MANY - 1234);
    moments swapped = other;
    moments_merge(&swapped, &half);
    moments_merge(&half, &other);
    assert_memory_equal(&swapped, &half, sizeof half);
    const moments *each[] = { &all, &half };
    for (size_t i = 0; i < N(each); i++) {
        assert_int_equal(each[i]->n, MANY);
        assert_true(fabs(each[i]->mean / mean - 1) < 1e-12);
        assert_true(fabs(each[i]->m2 / m[2] - 1) < 1e-8);
        assert_true(fabs(each[i]->m3 / m[3] - 1) < 1e-8);
        assert_true(fabs(each[i]->m4 / m[4] - 1) < 1e-8);
    }
}

/* ---- whole sketches ---- */

static void fill(sketch *s, int records, int kind)
{
    static const char *const words[] = { "red", "green", "blue", "a rather long text that is over the sixty-four bytes that are kept of one" };
    gather *g = gather_new(s);
    mm_err e = { 0 };
    char line[400];
    for (int i = 0; i < records; i++) {
        int n = sprintf(line, "{\"x\":%.9g,\"colour\":\"%s\",\"mm\":{\"id\":\"%d\",\"probe\":{\"text\":{\"words\":%d}}},\"odd.key\":%s}",
                        uniform() * 1000 - 500 * kind, words[bits() % 4], i, (int)(bits() % 50), i % 3 ? "true" : "null");
        assert_int_equal(gather_record(g, (mm_str){ line, (size_t)n }, &e), 0);
    }
    gather_free(g);
    assert_true(sketch_settle(s));
}

static mm_buf encoded(const sketch *s)
{
    mm_buf b = { 0 };
    sketch_encode(s, &b);
    assert_false(b.failed);
    return b;
}

static sketch copied(const sketch *s)
{
    mm_buf b = encoded(s);
    sketch c = { 0 };
    mm_err e = { 0 };
    assert_int_equal(sketch_decode(mm_buf_view(&b), &c, &e), 0);
    mm_buf_free(&b);
    return c;
}

static void assert_same_bytes(const sketch *a, const sketch *b)
{
    mm_buf x = encoded(a), y = encoded(b);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.p, y.p, x.n);
    mm_buf_free(&x);
    mm_buf_free(&y);
}

static void a_sketch_survives_its_file(void **state)
{
    sketch s = { 0 };
    fill(&s, 30000, 0);
    sketch back = copied(&s);
    assert_same_bytes(&s, &back);
    assert_int_equal(back.records, 30000);
    assert_int_equal(back.n_fields, 4);
    assert_non_null(sketch_find(&back, MM_STR("\"odd.key\"")));
    assert_non_null(sketch_find(&back, MM_STR("mm.probe.text.words")));
    assert_null(sketch_find(&back, MM_STR("mm.id")));
    sketch_clear(&s);
    sketch_clear(&back);
}

static sketch merged(const sketch *a, const sketch *b)
{
    sketch s = copied(a), o = copied(b);
    mm_err e = { 0 };
    assert_int_equal(sketch_merge(&s, &o, &e), 0);
    sketch_clear(&o);
    return s;
}

static void merging_is_commutative_to_the_byte(void **state)
{
    static const int sizes[][2] = { { 0, 10 }, { 10, 300 }, { 5000, 70 }, { 90000, 60000 } };
    for (size_t i = 0; i < N(sizes); i++) {
        sketch a = { 0 }, b = { 0 };
        fill(&a, sizes[i][0], 0);
        fill(&b, sizes[i][1], 1);
        sketch ab = merged(&a, &b), ba = merged(&b, &a);
        assert_same_bytes(&ab, &ba);
        sketch_clear(&a);
        sketch_clear(&b);
        sketch_clear(&ab);
        sketch_clear(&ba);
    }
}

/* Whatever is a count is the same in any order of merging; what is drawn is another draw of the same error. */
static void merging_is_associative(void **state)
{
    sketch a = { 0 }, b = { 0 }, c = { 0 };
    fill(&a, 20000, 0);
    fill(&b, 3000, 0);
    fill(&c, 50000, 0);
    sketch ab = merged(&a, &b), bc = merged(&b, &c), left = merged(&ab, &c), right = merged(&a, &bc);
    assert_int_equal(left.records, right.records);
    for (size_t i = 0; i < left.n_fields; i++) {
        const field_sketch *x = &left.field[i], *y = &right.field[i];
        assert_string_equal(x->name, y->name);
        assert_memory_equal(x->seen, y->seen, sizeof x->seen);
        assert_true((x->distinct != NULL) == (y->distinct != NULL));
        if (x->distinct)
            assert_memory_equal(x->distinct, y->distinct, sizeof *x->distinct);
        if (x->count)
            assert_memory_equal(x->count, y->count, sizeof *x->count);
        if (x->top)
            assert_int_equal(x->top->n, y->top->n);
        assert_int_equal(x->number.n, y->number.n);
        assert_true(x->number.min == y->number.min && x->number.max == y->number.max);
        assert_true(fabs(x->moments.mean - y->moments.mean) <= 1e-12 * fabs(x->moments.mean) + 1e-12);
        kll_cdf p, q;
        assert_true(kll_cdf_init(&p, &x->number) && kll_cdf_init(&q, &y->number));
        for (double v = -500; v < 500 && x->number.n; v += 7)
            assert_true(fabs(kll_cdf_rank(&p, v) - kll_cdf_rank(&q, v)) < 2 * KLL_RANK_ERROR);
        kll_cdf_clear(&p);
        kll_cdf_clear(&q);
    }
    sketch *const all[] = { &a, &b, &c, &ab, &bc, &left, &right };
    for (size_t i = 0; i < N(all); i++)
        sketch_clear(all[i]);
}

static void a_malformed_record_leaves_nothing(void **state)
{
    static const char *const bad[] = { "{\"x\":1,\"y\":}", "{\"x\":1", "{\"x\":01}", "{\"x\":1 \"y\":2}", "{\"x\":--1}", "{\"x\":1}x" };
    sketch s = { 0 };
    gather *g = gather_new(&s);
    mm_err e = { 0 };
    assert_int_equal(gather_record(g, MM_STR("{\"x\":1,\"y\":2}"), &e), 0);
    for (size_t i = 0; i < N(bad) - 1; i++)
        assert_int_equal(gather_record(g, mm_str_of(bad[i]), &e), -1);
    assert_int_equal(s.records, 1);
    assert_true(sketch_settle(&s));
    assert_int_equal(sketch_find(&s, MM_STR("x"))->moments.n, 1);
    gather_free(g);
    sketch_clear(&s);
}

/* The quick way of reading numbers and the exact one agree, to the bit. */
static void numbers_are_read_exactly(void **state)
{
    char line[200], number[64];
    for (int i = 0; i < 20000; i++) {
        sketch s = { 0 };
        gather *g = gather_new(&s);
        mm_err e = { 0 };
        static const char *const forms[] = { "%.0f", "%.1f", "%.6f", "%.7f", "%.8f", "%.17g", "%.3e" };
        sprintf(number, forms[bits() % N(forms)], (uniform() - 0.5) * pow(10, (double)(bits() % 12)));
        for (int k = 0; k < 2; k++) {
            int n = sprintf(line, "{\"a\":1,\"x\":%s%s}", number, bits() % 2 ? ",\"bbbbbbbbbbbbbbbbbbbbbbb\":2" : "");
            assert_int_equal(gather_record(g, (mm_str){ line, (size_t)n }, &e), 0);
        }
        assert_true(sketch_settle(&s));
        const field_sketch *f = sketch_find(&s, MM_STR("x"));
        assert_true(f->number.min == strtod(number, NULL) && f->number.max == f->number.min);
        gather_free(g);
        sketch_clear(&s);
    }
}

static void damaged_sketches_are_refused(void **state)
{
    sketch s = { 0 };
    fill(&s, 500, 0);
    mm_buf b = encoded(&s);
    for (size_t i = 0; i < b.n; i += i < 2000 ? 1 : 997) {
        sketch back = { 0 };
        mm_err e = { 0 };
        b.p[i] ^= 0x20;
        assert_int_equal(sketch_decode(mm_buf_view(&b), &back, &e), -1);
        assert_int_equal(e.code, MM_EBAD);
        sketch_clear(&back);
        b.p[i] ^= 0x20;
        assert_int_equal(sketch_decode((mm_str){ b.p, i }, &back, &e), -1);
        sketch_clear(&back);
    }
    mm_buf_free(&b);
    sketch_clear(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_are_within_their_error),
        cmocka_unit_test(short_streams_are_exact),
        cmocka_unit_test(memory_stays_small),
        cmocka_unit_test(distinct_values_are_within_their_error),
        cmocka_unit_test(frequent_texts_keep_their_bounds),
        cmocka_unit_test(few_texts_are_counted_exactly),
        cmocka_unit_test(moments_are_those_of_the_definition),
        cmocka_unit_test(a_sketch_survives_its_file),
        cmocka_unit_test(merging_is_commutative_to_the_byte),
        cmocka_unit_test(merging_is_associative),
        cmocka_unit_test(a_malformed_record_leaves_nothing),
        cmocka_unit_test(numbers_are_read_exactly),
        cmocka_unit_test(damaged_sketches_are_refused),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
