/* mm-probe-dup.c - the parts that find duplicates, against brute force and against what theory says. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dup_audio.h"
#include "dup_image.h"
#include "dup_index.h"
#include "dup_table.h"
#include "minhash.h"
#include "shingle.h"

static uint64_t state = 88172645463325252u;

static uint64_t any(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state * UINT64_C(0x2545f4914f6cdd1d);
}

static dup_store store(uint64_t limit)
{
    return (dup_store){ .dir = ".", .limit = limit };
}

/* ---- shingles --------------------------------------------------------------- */

typedef struct list {
    uint32_t x[4096];
    size_t n;
} list;

static void take(void *ctx, const uint32_t *x, size_t n)
{
    list *l = ctx;
    memcpy(l->x + l->n, x, n * sizeof *x);
    l->n += n;
}

static list shingles_cut(const char *how, const char *text, size_t cut)
{
    list l = { .n = 0 };
    static shingler s;
    shingling h;
    mm_err e = { 0 };
    size_t n = strlen(text);
    assert_int_equal(shingling_parse(mm_str_of(how), &h, &e), 0);
    shingle_begin(&s, &h, (shingle_sink){ take, &l });
    shingle_piece(&s, (mm_str){ text, cut < n ? cut : n });
    if (cut < n)
        shingle_piece(&s, (mm_str){ text + cut, n - cut });
    shingle_end(&s);
    return l;
}

static list shingles(const char *how, const char *text)
{
    return shingles_cut(how, text, SIZE_MAX);
}

static void assert_same_shingles(const char *how, const char *a, const char *b)
{
    list x = shingles(how, a), y = shingles(how, b);
    assert_int_equal(x.n, y.n);
    assert_memory_equal(x.x, y.x, x.n * sizeof *x.x);
}

/* What the head of shingle.h says, computed plainly. */
static uint64_t plain_item(const char *word)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; *word; word++)
        h = (h ^ (unsigned char)*word) * UINT64_C(0x100000001b3);
    return h;
}

static uint32_t plain_shingle(const char *const *words, unsigned n)
{
    uint64_t h = 0;
    for (unsigned i = 0; i < n; i++)
        h = h * UINT64_C(0x9e3779b97f4a7c15) + plain_item(words[i]);
    h ^= h >> 33;
    h *= UINT64_C(0xff51afd7ed558ccd);
    h ^= h >> 33;
    h *= UINT64_C(0xc4ceb9fe1a85ec53);
    h ^= h >> 33;
    return (uint32_t)(h >> 32);
}

static void shingles_are_those_the_header_describes(void **unused)
{
    static const char *const words[] = { "the", "cat", "sat", "on", "the", "mat" };
    list l = shingles("word:3", "The cat, SAT on -- the mat!");
    assert_int_equal(l.n, 4);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(l.x[i], plain_shingle(words + i, 3));
    l = shingles("word:9", "The cat");
    assert_int_equal(l.n, 1);
    assert_int_equal(l.x[0], plain_shingle(words, 2));
    assert_int_equal(shingles("word:3", " ... !").n, 0);
    static const char *const letters[] = { "a", " ", "b", "c" };
    l = shingles("char:3", "--A  bc-");
    assert_int_equal(l.n, 2);
    assert_int_equal(l.x[0], plain_shingle(letters, 3));
    assert_int_equal(l.x[1], plain_shingle(letters + 1, 3));
}

static void case_and_punctuation_do_not_count(void **unused)
{
    assert_same_shingles("word:2", "Ärger über ÖL", "ärger   «über»… öl");
    assert_same_shingles("word:2", "ΑΘΗΝΑ Москва", "αθηνα, МОСКВА.");
    assert_same_shingles("char:4", "so\xc2\xad" "ft hy\xe2\x80\x8b" "phen", "soft hyphen");
}

static void scripts_without_blanks_give_words_of_one_character(void **unused)
{
    assert_int_equal(shingles("word:2", "東京は日本の首都です").n, 9);
    assert_same_shingles("word:2", "東京は、日本", "東京は 日本");
    assert_int_equal(shingles("word:2", "한국어 텍스트").n, 1);
}

static void cuts_between_pieces_do_not_count(void **unused)
{
    const char *text = "The quick brown fox jumps over the lazy dog";
    for (size_t cut = 0; cut <= strlen(text); cut++)
        for (int i = 0; i < 2; i++) {
            list a = shingles(i ? "word:3" : "char:5", text), b = shingles_cut(i ? "word:3" : "char:5", text, cut);
            assert_int_equal(a.n, b.n);
            assert_memory_equal(a.x, b.x, a.n * sizeof *a.x);
        }
}

/* ---- MinHash ---------------------------------------------------------------- */

/* Two sets of `size` numbers of which `common` are in both. */
static void two_sets(const minhash *m, size_t size, size_t common, uint32_t *la, uint32_t *lb)
{
    minhash_begin(m, la);
    minhash_begin(m, lb);
    for (size_t i = 0; i < size; i++) {
        uint32_t x = (uint32_t)(any() >> 32), y = i < common ? x : (uint32_t)(any() >> 32);
        minhash_add(m, &x, 1, la);
        minhash_add(m, &y, 1, lb);
    }
}

enum { TRIALS = 2000, SIZE = 120 };

/* Over many pairs of sets the mean of the estimates is the similarity, and they scatter as a binomial does: both
 * within four standard errors. */
static void the_estimate_is_unbiased_within_its_error(void **unused)
{
    static minhash m;
    static const size_t commons[] = { 0, 24, 60, 96, 114, 120 };
    minhash_init(&m, 14, 8);
    for (size_t c = 0; c < sizeof commons / sizeof *commons; c++) {
        double s = (double)commons[c] / (2 * SIZE - commons[c]), sum = 0, squares = 0, d = 1.0 / 256;
        double p = s + (1 - s) * d, error = sqrt(p * (1 - p) / m.k) / (1 - d);  /* 8 bits agree by chance, too */
        for (int t = 0; t < TRIALS; t++) {
            uint32_t a[112], b[112];
            uint8_t sa[112], sb[112];
            two_sets(&m, SIZE, commons[c], a, b);
            minhash_small(&m, a, sa);
            minhash_small(&m, b, sb);
            double est = minhash_estimate(&m, sa, sb);
            sum += est;
            squares += (est - s) * (est - s);
        }
        print_message("s=%.3f mean=%.4f deviation=%.4f expected=%.4f\n", s, sum / TRIALS, sqrt(squares / TRIALS), error);
        if (s > 0)  /* near 0 the estimate is cut off */
            assert_true(fabs(sum / TRIALS - s) <= 4 * error / sqrt(TRIALS) + 1e-12);
        assert_true(sqrt(squares / TRIALS) <= error * (1 + 4 / sqrt(2.0 * TRIALS)) + 1e-12);
    }
}

/* The share of pairs that meet in a band is 1 - (1 - s^rows)^bands, within four standard errors. */
static void bands_meet_as_the_s_curve_says(void **unused)
{
    static minhash m;
    static const size_t commons[] = { 40, 60, 80, 90, 100, 110, 117 };
    minhash_init(&m, 14, 8);
    for (size_t c = 0; c < sizeof commons / sizeof *commons; c++) {
        double s = (double)commons[c] / (2 * SIZE - commons[c]), p = 1 - pow(1 - pow(s, m.rows), m.bands);
        unsigned met = 0;
        for (int t = 0; t < TRIALS; t++) {
            uint32_t a[112], b[112], ta[14], tb[14];
            bool same = false;
            two_sets(&m, SIZE, commons[c], a, b);
            minhash_bands(&m, a, ta);
            minhash_bands(&m, b, tb);
            for (unsigned i = 0; i < m.bands; i++)
                same |= ta[i] == tb[i];
            met += same;
        }
        print_message("s=%.3f met=%.4f expected=%.4f\n", s, (double)met / TRIALS, p);
        assert_true(fabs((double)met / TRIALS - p) <= 4 * sqrt(p * (1 - p) / TRIALS) + 1e-9);
    }
}

static void every_set_of_kernels_gives_the_same(void **unused)
{
    static minhash m;
    static const char *const names[] = { "avx2", "avx512", "neon" };
    static uint32_t x[5000], a[MINHASH_MAX], b[MINHASH_MAX];
    for (size_t i = 0; i < 5000; i++)
        x[i] = (uint32_t)any();
    minhash_init(&m, 25, 5);
    for (size_t i = 0; i < 3; i++) {
        const mm_kernels *k = mm_simd_named(names[i]);
        if (!k)
            continue;
        minhash_begin(&m, a);
        minhash_begin(&m, b);
        k->least_hashes(x, 5000, m.a, m.b, a, m.room);
        mm_simd_named("scalar")->least_hashes(x, 5000, m.a, m.b, b, m.room);
        assert_memory_equal(a, b, m.room * sizeof *a);
    }
}

/* ---- the table -------------------------------------------------------------- */

/* Few tags, crowded at the end of the table, so that runs go over its end. */
static uint32_t crowded_tag(void)
{
    uint64_t r = any();
    return r % 3 ? 0xffffffffu - (uint32_t)(r >> 8) % 300 * 1000 : (uint32_t)(r >> 32);
}

static void table_against_a_list(uint64_t limit)
{
    enum { N = 20000 };
    static uint32_t tag[N];
    dup_store s = store(limit);
    dup_table t = { .region.fd = -1 };
    mm_err e = { 0 };
    for (uint32_t i = 0; i < N; i++) {
        tag[i] = crowded_tag();
        assert_int_equal(dup_table_add(&s, &t, tag[i], i, &e), 0);
    }
    assert_int_equal(s.spilled > 0, limit < N * sizeof(dup_slot));
    for (uint32_t i = 0; i < N; i += 37) {
        dup_walk w = dup_table_find(&t, tag[i]);
        uint32_t got, k = 0;
        while (dup_table_next(&w, &got)) {
            while (k < got)
                assert_true(tag[k++] != tag[i]);
            assert_int_equal(tag[k++], tag[i]);
        }
        for (; k < N; k++)
            assert_true(tag[k] != tag[i]);
    }
    dup_table_free(&s, &t);
    assert_int_equal(s.held + s.spilled, 0);
}

static void a_table_finds_all_under_a_tag_in_order(void **unused)
{
    table_against_a_list(1 << 30);
    table_against_a_list(0);
}

static void a_tag_is_not_filed_too_often(void **unused)
{
    dup_store s = store(1 << 30);
    dup_table t = { .region.fd = -1 };
    mm_err e = { 0 };
    uint32_t got, n = 0;
    for (uint32_t i = 0; i < 5000; i++)
        dup_table_add(&s, &t, 0xabcdef01, i, &e);
    for (dup_walk w = dup_table_find(&t, 0xabcdef01); dup_table_next(&w, &got); n++)
        assert_int_equal(got, n);
    assert_int_equal(n, DUP_TABLE_DEEP);
    dup_table_free(&s, &t);
}

static void a_folder_that_is_not_there_is_named(void **unused)
{
    dup_store s = { .dir = "/nowhere/at/all", .limit = 0 };
    dup_region r = { .fd = -1 };
    mm_err e = { 0 };
    assert_int_equal(dup_region_put(&s, &r, "x", 1, &e), -1);
    assert_string_equal(e.text, "--dup-dir /nowhere/at/all: cannot make a file: No such file or directory");
}

/* ---- pictures --------------------------------------------------------------- */

static unsigned hamming(const dup_image_key *a, const dup_image_key *b)
{
    unsigned n = 0;
    for (unsigned i = 0; i < IMAGE_PIECES_MAX; i++)
        n += (unsigned)__builtin_popcount(a->piece[i] ^ b->piece[i]);
    return n;
}

static dup_image_key any_hash(unsigned bits)
{
    dup_image_key k = { { 0 } };
    for (unsigned i = 0; i < bits / 16; i++)
        k.piece[i] = (uint16_t)any();
    return k;
}

static void flip(dup_image_key *k, unsigned bits, unsigned n)
{
    while (n--) {
        unsigned at = (unsigned)(any() % bits);
        k->piece[at / 16] ^= (uint16_t)(1u << at % 16);
    }
}

/* Hashes around a few centres, so that many lie at and about the limit. */
static void pictures_against_brute_force(unsigned bits, unsigned limit)
{
    enum { N = 800, ASKED = 400 };
    static dup_image_key known[N];
    dup_image_key centre[8];
    dup_store s = store(1 << 30);
    dup_image d;
    mm_err e = { 0 };
    unsigned found = 0;
    dup_image_init(&d, bits, limit);
    for (unsigned i = 0; i < 8; i++)
        centre[i] = any_hash(bits);
    for (uint32_t i = 0; i < N; i++) {
        known[i] = centre[i % 8];
        flip(&known[i], bits, (unsigned)(any() % (limit + 8)));
        assert_int_equal(dup_image_add(&s, &d, &known[i], i, &e), 0);
    }
    for (unsigned q = 0; q < ASKED; q++) {
        dup_image_key k = q % 9 ? centre[q % 8] : any_hash(bits);
        flip(&k, bits, (unsigned)(any() % (limit + 8)));
        uint32_t best = N;
        for (uint32_t i = 0; i < N; i++)
            if (hamming(&k, &known[i]) <= limit && (best == N || hamming(&k, &known[i]) < hamming(&k, &known[best])))
                best = i;
        dup_match m = dup_image_find(&d, &k);
        assert_int_equal(m.found, best < N);
        found += m.found;
        if (m.found) {
            assert_int_equal(m.original, best);
            assert_true(fabs(m.score - (1 - (double)hamming(&k, &known[best]) / bits)) < 1e-12);
        }
    }
    assert_true(found > ASKED / 20 && found < ASKED);
    dup_image_free(&s, &d);
}

static void the_hamming_index_misses_nothing(void **unused)
{
    static const unsigned limits[] = { 0, 1, 7, 15, 16, 20, 31, 33, 48 };
    for (unsigned i = 0; i < sizeof limits / sizeof *limits; i++)
        pictures_against_brute_force(256, limits[i]);
    pictures_against_brute_force(64, 3);
    pictures_against_brute_force(64, 7);
    pictures_against_brute_force(64, 10);
}

static void hashes_are_read_from_hex(void **unused)
{
    dup_image_key k;
    assert_int_equal(dup_image_read(MM_STR("0123456789abcdef"), &k), 64);
    assert_int_equal(k.piece[0], 0x0123);
    assert_int_equal(k.piece[3], 0xcdef);
    assert_int_equal(k.piece[4], 0);
    assert_int_equal(dup_image_read(MM_STR("0123456789ABCDEF"), &k), 0);
    assert_int_equal(dup_image_read(MM_STR("0123"), &k), 0);
}

/* ---- sounds ----------------------------------------------------------------- */

static void any_print(uint32_t *v, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        v[i] = (uint32_t)(any() >> 32);
}

/* Wrong bits come in some values, and leave others as they are. */
static void disturb(uint32_t *v, uint32_t n, unsigned percent)
{
    for (uint32_t i = 0; i < n; i++)
        for (unsigned b = 0; i % 3 && b < 32; b++)
            v[i] ^= (uint32_t)(any() % 100 < percent) << b;
}

static void sounds_are_compared_at_their_offset(void **unused)
{
    uint32_t a[400], b[400];
    any_print(a, 400);
    dup_audio_key x = { a, 400 }, y = { b, 380 };
    memcpy(b, a + 20, 380 * sizeof *b);
    assert_true(dup_audio_score(&x, &y) == 1);
    assert_true(dup_audio_score(&y, &x) == 1);
    disturb(b, 380, 9);
    double s = dup_audio_score(&x, &y);
    assert_true(s > 0.92 && s < 0.96 && s == dup_audio_score(&y, &x));
    any_print(b, 380);
    s = dup_audio_score(&x, &y);
    assert_true(s == -1 || (s > 0.45 && s < 0.55));
    memcpy(b, a, 100 * sizeof *b);
    y.n = 100;
    assert_true(dup_audio_score(&x, &y) == -1);
}

static void silence_is_like_silence(void **unused)
{
    static uint32_t a[AUDIO_MOST], b[AUDIO_MOST];
    for (size_t i = 0; i < AUDIO_MOST; i++)
        a[i] = b[i] = 627964279;
    dup_audio_key x = { a, AUDIO_MOST }, y = { b, AUDIO_MOST };
    assert_true(dup_audio_score(&x, &y) == 1);
}

static void the_index_of_sounds_finds_what_was_disturbed(void **unused)
{
    enum { N = 200, LONG = 300 };
    static uint32_t v[N][LONG];
    dup_store s = store(1 << 30);
    dup_audio d;
    mm_err e = { 0 };
    dup_audio_init(&d, 0.85);
    for (uint32_t i = 0; i < N; i++) {
        any_print(v[i], LONG);
        assert_int_equal(dup_audio_add(&s, &d, &(dup_audio_key){ v[i], LONG }, 1000 + i, &e), 0);
    }
    for (uint32_t i = 0; i < N; i++) {
        dup_match m = { 0 };
        disturb(v[i], LONG, 12);
        assert_int_equal(dup_audio_find(&d, &(dup_audio_key){ v[i] + 10, LONG - 10 }, &m, &e), 0);
        assert_true(m.found && m.original == 1000 + i && m.score > 0.9);
        m = (dup_match){ 0 };
        any_print(v[i], LONG);
        assert_int_equal(dup_audio_find(&d, &(dup_audio_key){ v[i], LONG }, &m, &e), 0);
        assert_false(m.found);
    }
    dup_audio_free(&s, &d);
}

static void fingerprints_are_read_as_fpcalc_prints_them(void **unused)
{
    static uint32_t v[AUDIO_MOST];
    /* Packed by libchromaprint 1.5.1, chromaprint_encode_fingerprint. The four are the values of its own tests. */
    static const uint32_t values[] = { 2675342405, 1097127993, 3185950873, 1539898300, 3415330359, 3415330359, 3415330359,
                                       3415330359, 0, 4294967295, 2147483648 };
    static const char packed[] = "AQAACxGZJIsSJcmwJOGkNYkCi-GXJEG0RckUMUuQiJGyRR4AJFGYLOESLUiSJEmSJEmSJEmSJEGSJEmSJEmSJEmSJAEA";
    assert_int_equal(dup_audio_read(mm_str_of(packed), v), 11);
    assert_memory_equal(v, values, sizeof values);
    assert_int_equal(dup_audio_read(MM_STR("AAAAAQE"), v), 1);
    assert_int_equal(v[0], 1);
    assert_int_equal(dup_audio_read(MM_STR("AAAAAUkA"), v), 1);
    assert_int_equal(v[0], 7);
    assert_int_equal(dup_audio_read(MM_STR("AAAAAQcA"), v), 1);
    assert_int_equal(v[0], 1 << 6);
    assert_int_equal(dup_audio_read(MM_STR("AAAAAQcC"), v), 1);
    assert_int_equal(v[0], 1 << 8);
    static const char *const bad[] = { "", "AAAA", "AAAAAQ", "AAAAAg+/", "AP___wAA", "!!!!", "AAAAAf____8" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(dup_audio_read(mm_str_of(bad[i]), v), 0);
}

/* ---- all of it -------------------------------------------------------------- */

static void an_original_is_named_by_id_or_number(void **unused)
{
    static dup_plan p;
    mm_err e = { 0 };
    dup_opts o = DUP_OPTS_DEFAULT;
    o.kinds = "exact";
    o.dir = ".";
    assert_int_equal(dup_plan_init(&p, &o, &e), 0);
    dup_index *x = dup_index_new(&p, &e);
    dup_keys named = { .has = DUP_EXACT, .exact = { 1, 2 }, .id = MM_STR("\"one\"") }, bare = { .has = DUP_EXACT, .exact = { 3, 2 } };
    dup_found f;
    mm_buf out = { 0 };
    assert_int_equal(dup_index_meet(x, &named, 0, &f, &e), 0);
    assert_int_equal(dup_index_meet(x, &bare, 41, &f, &e), 0);
    assert_int_equal(dup_index_meet(x, &named, 42, &f, &e), 1);
    dup_found_put(&f, &out);
    assert_int_equal(dup_index_meet(x, &bare, 43, &f, &e), 1);
    dup_found_put(&f, &out);
    mm_buf_byte(&out, '\0');
    assert_string_equal(out.p, "{\"of\":\"one\",\"how\":\"exact\",\"score\":1}{\"of\":42,\"how\":\"exact\",\"score\":1}");
    mm_buf_free(&out);
    dup_index_free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shingles_are_those_the_header_describes),
        cmocka_unit_test(case_and_punctuation_do_not_count),
        cmocka_unit_test(scripts_without_blanks_give_words_of_one_character),
        cmocka_unit_test(cuts_between_pieces_do_not_count),
        cmocka_unit_test(the_estimate_is_unbiased_within_its_error),
        cmocka_unit_test(bands_meet_as_the_s_curve_says),
        cmocka_unit_test(every_set_of_kernels_gives_the_same),
        cmocka_unit_test(a_table_finds_all_under_a_tag_in_order),
        cmocka_unit_test(a_tag_is_not_filed_too_often),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(the_hamming_index_misses_nothing),
        cmocka_unit_test(hashes_are_read_from_hex),
        cmocka_unit_test(sounds_are_compared_at_their_offset),
        cmocka_unit_test(silence_is_like_silence),
        cmocka_unit_test(the_index_of_sounds_finds_what_was_disturbed),
        cmocka_unit_test(fingerprints_are_read_as_fpcalc_prints_them),
        cmocka_unit_test(an_original_is_named_by_id_or_number),
    };
    cmocka_set_message_output(CM_OUTPUT_TAP);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
