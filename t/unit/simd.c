/* simd.c - every set of kernels this processor can run, against the scalar twin. Prints TAP and
 * needs nothing but lib/simd, so that it can be cross-compiled and emulated.
 *
 * Input stands against a page that can not be touched, once before and once behind it: a read
 * outside [p, p + n) ends the test. An argument N tries one input in N, for slow machines. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mm.h"

enum { ROOM = 8192 };

static const mm_kernels *ours, *truth;
static char *low, *high;  /* ROOM bytes each: behind a forbidden page, and before one */
static unsigned failures;
static unsigned thin = 1;
static uint64_t seed = 88172645463325252u;

static uint64_t any(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void map_pages(void)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), room = (ROOM + page - 1) / page * page;
    char *p = mmap(NULL, 2 * room + 3 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        exit(1);
    mprotect(p, page, PROT_NONE);
    mprotect(p + page + room, page, PROT_NONE);
    mprotect(p + 2 * page + 2 * room, page, PROT_NONE);
    low = p + page;
    high = p + page + room - ROOM;
}

static void differ(const char *kernel, const char *p, size_t n)
{
    if (failures++ > 5)
        return;
    printf("# %s of %s differs on %zu bytes:", kernel, ours->name, n);
    for (size_t i = 0; i < n && i < 300; i++)
        printf(" %02x", (unsigned char)p[i]);
    printf("\n");
}

/* ---- one kernel on one input ---- */

static void one_json_index(const char *p, size_t n)
{
    static uint32_t a[ROOM + 64], b[ROOM + 64];
    mm_json_state sa = { 0 }, sb = { 0 };
    size_t cut = n ? any() % (n + 1) : 0, from[3] = { 0, cut, n };
    for (int half = 0; half < 2; half++) {
        size_t len = from[half + 1] - from[half];
        size_t na = ours->json_index(p + from[half], len, a, &sa), nb = truth->json_index(p + from[half], len, b, &sb);
        if (na != nb || memcmp(a, b, na * sizeof *a) != 0 || sa.in_string != sb.in_string ||
            sa.odd_escape != sb.odd_escape || sa.scalar != sb.scalar) {
            differ("json_index", p, n);
            return;
        }
    }
}

static void one_json_plain(const char *p, size_t n)
{
    if (ours->json_plain(p, n) != truth->json_plain(p, n))
        differ("json_plain", p, n);
}

/* Kernels that begin at a bracket get one. */
static void one_json_skip(const char *p, size_t n)
{
    if (n == 0 || (p[0] != '{' && p[0] != '['))
        return;
    if (ours->json_skip(p, n) != truth->json_skip(p, n))
        differ("json_skip", p, n);
}

static void one_json_members(const char *p, size_t n)
{
    static char long_key[100];
    memset(long_key, 'k', sizeof long_key);
    const mm_str keys[] = { MM_STR("a"), MM_STR("lang"), MM_STR(""), MM_STR("aa"), { long_key, 62 }, { long_key, 63 },
                            { long_key, 64 }, { long_key, 100 }, MM_STR("b\xc3\xa9") };
    enum { N = sizeof keys / sizeof keys[0] };
    size_t a[N], b[N];
    if (n == 0 || p[0] != '{')
        return;
    for (size_t first = 0; first < N; first++)
        for (size_t count = 1; count <= N - first; count += 3) {
            ptrdiff_t ra = ours->json_members(p, n, keys + first, count, a);
            ptrdiff_t rb = truth->json_members(p, n, keys + first, count, b);
            if (ra != rb || memcmp(a, b, count * sizeof *a) != 0)
                differ("json_members", p, n);
        }
}

static void one_utf8_check(const char *p, size_t n)
{
    if (ours->utf8_check(p, n) != truth->utf8_check(p, n))
        differ("utf8_check", p, n);
}

static void one_rgb_luma(const char *p, size_t n)
{
    static uint8_t a[ROOM], b[ROOM];
    a[n / 3] = 99;
    ours->rgb_luma((const uint8_t *)p, n / 3, a);
    truth->rgb_luma((const uint8_t *)p, n / 3, b);
    if (memcmp(a, b, n / 3) != 0 || a[n / 3] != 99)
        differ("rgb_luma", p, n);
}

static void one_luma_sums(const char *p, size_t n)
{
    mm_luma_sums a = { 1, 2, 3, 4, 5 }, b = a;
    ours->luma_sums((const uint8_t *)p, n, &a);
    truth->luma_sums((const uint8_t *)p, n, &b);
    if (memcmp(&a, &b, sizeof a) != 0)
        differ("luma_sums", p, n);
}

static void one_color_sums(const char *p, size_t n)
{
    mm_color_sums a = { 1, -2, 3, 4, 5 }, b = a;
    ours->color_sums((const uint8_t *)p, n / 3, &a);
    truth->color_sums((const uint8_t *)p, n / 3, &b);
    if (memcmp(&a, &b, sizeof a) != 0)
        differ("color_sums", p, n);
}

static void one_newlines(const char *p, size_t n)
{
    static uint32_t a[ROOM], b[ROOM];
    size_t rooms[] = { ROOM, any() % 20 };
    for (int i = 0; i < 2; i++) {
        size_t na = ours->newlines(p, n, a, rooms[i]), nb = truth->newlines(p, n, b, rooms[i]);
        if (na != nb || memcmp(a, b, na * sizeof *a) != 0)
            differ("newlines", p, n);
    }
}

static void one_csv_marks(const char *p, size_t n)
{
    static uint32_t a[ROOM + 64], b[ROOM + 64];
    const char delimiters[] = { ',', ';', '\t', '|', ':', 0, '"' };
    char d = delimiters[any() % sizeof delimiters];
    size_t na = ours->csv_marks(p, n, d, a), nb = truth->csv_marks(p, n, d, b);
    if (na != nb || memcmp(a, b, na * sizeof *a) != 0)
        differ("csv_marks", p, n);
}

/* In two pieces, so that the quotes are carried. */
static void one_csv_ends(const char *p, size_t n)
{
    static uint32_t a[ROOM + 64], b[ROOM + 64];
    const char delimiters[] = { ',', ';', '\t', '|', ':', 0 };
    char d = delimiters[any() % sizeof delimiters];
    size_t cut = n ? any() % n : 0;
    uint64_t ia = 0, ib = 0;
    for (int k = 0; k < 2; k++) {
        const char *q = k ? p + cut : p;
        size_t len = k ? n - cut : cut;
        size_t na = ours->csv_ends(q, len, d, &ia, a), nb = truth->csv_ends(q, len, d, &ib, b);
        if (na != nb || ia != ib || memcmp(a, b, na * sizeof *a) != 0)
            differ("csv_ends", p, n);
    }
}

static bool same_hints(const mm_pii_group *a, const mm_pii_group *b, size_t blocks)
{
    for (size_t i = 0; i < (blocks + 7) / 8 * 8; i++) {
        const mm_pii_group *x = &a[i / 8], *y = &b[i / 8];
        uint64_t kinds = 0;
        if (x->kinds[i % 8] != y->kinds[i % 8] || (i >= blocks && x->kinds[i % 8]))
            return false;
        for (int k = 0; x->kinds[i % 8] && k < MM_PII_KINDS; k++) {
            if (x->hint[k][i % 8] != y->hint[k][i % 8])
                return false;
            kinds |= (uint64_t)(x->hint[k][i % 8] != 0) << k;
        }
        if (kinds != x->kinds[i % 8])
            return false;
    }
    return true;
}

static void one_pii_hints(const char *p, size_t n)
{
    static mm_pii_group a[ROOM / 512], b[ROOM / 512];
    size_t pieces[] = { n, n < 64 ? n : 64 };
    for (int k = 0; k < 2; k++) {
        mm_pii_state sa = { 0 }, sb = { 0 };
        uint64_t qa[ROOM / 64], qb[ROOM / 64], ma[ROOM / 64], mb[ROOM / 64];
        for (size_t i = 0; i < n; i += pieces[k]) {
            size_t len = n - i < pieces[k] ? n - i : pieces[k];
            uint64_t ka = ours->pii_hints(p + i, len, &sa, a, qa, ma), kb = truth->pii_hints(p + i, len, &sb, b, qb, mb);
            if (ka != kb || memcmp(qa, qb, (len + 63) / 64 * sizeof *qa) != 0 || memcmp(ma, mb, (len + 63) / 64 * sizeof *ma) != 0 || memcmp(&sa, &sb, sizeof sa) != 0 ||
                !same_hints(a, b, (len + 63) / 64))
                differ("pii_hints", p, n);
        }
    }
}

/* Output at the end of its room must not be overrun either. */
static void one_base64_encode(const char *p, size_t n)
{
    static char b[ROOM * 2];
    if (n > ROOM / 2)
        return;
    size_t nb = truth->base64_encode(p, n, b);
    char *a = malloc(nb + 1);
    a[nb] = '!';
    size_t na = ours->base64_encode(p, n, a);
    if (na != nb || memcmp(a, b, na) != 0 || a[nb] != '!')
        differ("base64_encode", p, n);
    free(a);
}

static void one_base64_decode(const char *p, size_t n)
{
    static char b[ROOM];
    size_t room = n / 4 * 3;
    char *a = malloc(room + 1);
    a[room] = '!';
    ptrdiff_t na = ours->base64_decode(p, n, a), nb = truth->base64_decode(p, n, b);
    if (na != nb || (na > 0 && memcmp(a, b, (size_t)na) != 0) || a[room] != '!')
        differ("base64_decode", p, n);
    free(a);
}

/* The input as numbers, from where they may stand on any byte; functions and what is least so far follow from it. */
static void one_least_hashes(const char *p, size_t n)
{
    enum { K = 112 };
    static uint32_t x[ROOM / 4], a[K], b[K], la[K], lb[K];
    size_t k = 16 * (1 + any() % (K / 16));
    memcpy(x, p, n / 4 * 4);
    for (size_t j = 0; j < k; j++) {
        a[j] = (uint32_t)any() | 1;
        b[j] = (uint32_t)any();
        la[j] = lb[j] = any() % 2 ? UINT32_MAX : (uint32_t)any();
    }
    ours->least_hashes(x, n / 4, a, b, la, k);
    truth->least_hashes(x, n / 4, a, b, lb, k);
    if (memcmp(la, lb, k * sizeof *la) != 0)
        differ("least_hashes", p, n);
}

typedef void (*pcm_kernel)(const void *in, size_t n, float *out, mm_pcm_level *l);

static void one_pcm(const char *name, pcm_kernel mine, pcm_kernel theirs, const char *p, size_t bytes, size_t size)
{
    static float a[ROOM], b[ROOM];
    mm_pcm_level la = { 0 }, lb = { 0 };
    size_t n = bytes / size;
    a[n] = 7;
    mine(p, n, a, &la);
    theirs(p, n, b, &lb);
    if (memcmp(a, b, n * sizeof *a) != 0 || a[n] != 7 || memcmp(&la, &lb, sizeof la) != 0)
        differ(name, p, bytes);
}

static void one_pcm_s16(const char *p, size_t n)
{
    one_pcm("pcm_s16", ours->pcm_s16, truth->pcm_s16, p, n, 2);
}

static void one_pcm_s32(const char *p, size_t n)
{
    one_pcm("pcm_s32", ours->pcm_s32, truth->pcm_s32, p, n, 4);
}

static void one_pcm_f32(const char *p, size_t n)
{
    one_pcm("pcm_f32", ours->pcm_f32, truth->pcm_f32, p, n, 4);
}

static const struct {
    const char *name;
    void (*one)(const char *p, size_t n);
} kernels[] = {
    { "json_index", one_json_index }, { "json_plain", one_json_plain }, { "json_skip", one_json_skip },
    { "json_members", one_json_members }, { "utf8_check", one_utf8_check }, { "newlines", one_newlines },
    { "csv_marks", one_csv_marks }, { "csv_ends", one_csv_ends },
    { "pii_hints", one_pii_hints }, { "base64_encode", one_base64_encode },
    { "base64_decode", one_base64_decode }, { "least_hashes", one_least_hashes },
    { "rgb_luma", one_rgb_luma }, { "luma_sums", one_luma_sums }, { "color_sums", one_color_sums },
    { "pcm_s16", one_pcm_s16 }, { "pcm_s32", one_pcm_s32 }, { "pcm_f32", one_pcm_f32 },
};

typedef void (*check)(const char *p, size_t n);

static void behind_edge(check one, const char *p, size_t n)
{
    if (thin > 1 && any() % thin)
        return;
    memcpy(low, p, n);
    one(low, n);
}

/* The same bytes with nothing readable before, and with nothing readable behind. */
static void at_both_edges(check one, const char *p, size_t n)
{
    if (thin > 1 && any() % thin)
        return;
    memcpy(low, p, n);
    one(low, n);
    memcpy(high + ROOM - n, p, n);
    one(high + ROOM - n, n);
}

/* ---- inputs ---- */

static size_t random_of(const char *alphabet, size_t letters, char *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = letters ? alphabet[any() % letters] : (char)any();
    return n;
}

static void every_length(check one)
{
    static const char *const alphabets[] = {
        "\"\\", "{}[]\"", "{}[]:,\"\\ \n\t\ra1", "\"a:{}\\u", "\"lang\": ,{}", "ab\n", "\xe2\x82\xac\xf0\x9f\x98\x80z",
        "ABCZabcz0189+/", "ABCZabcz0189+/=", "@:.- \t/_\\09azAZ\x80\xff", "012-. /(", "a1:", "a1-.", "AB12 9,", "\"mm:\"1.", "\\nu\"", "12=+)@\xc2\xb0", "\x1a\x0c\x2c\x3a\x01\x00 ", "\xff\x7f\x80\x81\x01\x3f\xfe", NULL,
    };
    char text[301];
    for (size_t n = 0; n <= 300; n++)
        for (size_t a = 0; a < sizeof alphabets / sizeof alphabets[0]; a++)
            for (int first = 0; first < 3; first++) {
                random_of(alphabets[a], alphabets[a] ? strlen(alphabets[a]) : 0, text, n);
                if (n && first)
                    text[0] = first == 1 ? '{' : '[';
                at_both_edges(one, text, n);
            }
}

/* Well-formed pieces in random order, some damaged: most of it passes the first hurdle. */
static void likely_json(check one)
{
    static const char *const pieces[] = {
        "\"a\":", "\"lang\" : ", "\"\":", "\"aa\"\t:", "\"a\"", "\"l\\u0061ng\":", "\"\\u00e9\"", "\"x\\\"y\"", "\"\\\\\"",
        "{", "}", "[", "]", ",", " ", "12.5", "true", "\"{[\"", "\"}]\"", "\"\\\\\\\"lang\\\":\"", "\"b\xc3\xa9\":1,",
        "\"some longer text that goes on over a block border, and then further still, to its end\"", "\\", "\"", "\n",
        "\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\":",
        "\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\":",
        "\"kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk\":",
    };
    char text[1200];
    for (int round = 0; round < 3000; round++) {
        size_t n = 0, want = 1 + any() % 900;
        text[n++] = '{';
        while (n < want) {
            const char *piece = pieces[any() % (sizeof pieces / sizeof pieces[0])];
            memcpy(text + n, piece, strlen(piece));
            n += strlen(piece);
        }
        at_both_edges(one, text, n);
    }
}

/* Runs of backslashes of every length so that they end at every place around a border. */
static void backslash_runs(check one)
{
    char text[400];
    for (size_t at = 50; at < 70; at++)
        for (size_t run = 0; run < 140; run++) {
            memset(text, 'x', sizeof text);
            memcpy(text, "{\"a\":\"", 6);
            memset(text + at, '\\', run);
            memcpy(text + at + run, "\"u\",\"lang\":1}", 13);
            at_both_edges(one, text, at + run + 13);
        }
}

/* Every pair of bytes, and every third byte behind the pairs that begin a sequence, within
 * a block and over its border. */
static void byte_sequences(check one)
{
    static const size_t places[] = { 0, 30, 31, 61, 62, 63, 64 };
    char text[130];
    for (size_t place = 0; place < sizeof places / sizeof places[0]; place++) {
        char *s = text + places[place];
        memset(text, '.', sizeof text);
        for (int ab = 0; ab < 65536; ab++) {
            s[0] = (char)(ab >> 8);
            s[1] = (char)ab;
            behind_edge(one, text, sizeof text);
        }
        for (int abc = 0xe00000 + (place % 2) * 16; abc < 0x1000000; abc += 7 + place) {
            s[0] = (char)(abc >> 16);
            s[1] = (char)(abc >> 8);
            s[2] = (char)abc;
            behind_edge(one, text, sizeof text);
        }
    }
}

/* Good sequences of each length, cut off at the end of the text and at each border. */
static void truncated_sequences(check one)
{
    static const char *const good[] = { "\xc3\xa9", "\xe2\x82\xac", "\xed\x9f\xbf", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf" };
    char text[200];
    for (size_t g = 0; g < sizeof good / sizeof good[0]; g++)
        for (size_t at = 0; at < 140; at++)
            for (size_t keep = 1; keep <= strlen(good[g]); keep++) {
                memset(text, 'x', sizeof text);
                memcpy(text + at, good[g], keep);
                at_both_edges(one, text, at + keep);
                at_both_edges(one, text, 200);
                /* dense text before it */
                for (size_t i = 0; i + 3 <= at; i += 3)
                    memcpy(text + i, "\xe6\x97\xa5", 3);
                at_both_edges(one, text, at + keep);
            }
}

/* One bad byte at each place of good digits. */
static void damaged_base64(check one)
{
    char bytes[240], text[321];
    random_of(NULL, 0, bytes, sizeof bytes);
    for (size_t n = 200; n <= 240; n += 20) {
        size_t len = truth->base64_encode(bytes, n, text);
        at_both_edges(one, text, len);
        for (size_t i = 0; i < len; i++) {
            char good = text[i];
            for (int c = 0; c < 256; c += i % 7 ? 13 : 1) {
                text[i] = (char)c;
                at_both_edges(one, text, len);
            }
            text[i] = good;
        }
    }
}

static void long_random(check one)
{
    char text[ROOM];
    for (int round = 0; round < 40; round++) {
        random_of(round % 2 ? NULL : "ab\n\" ", round % 2 ? 0 : 5, text, ROOM);
        at_both_edges(one, text, any() % ROOM);
    }
}

/* All white, all black, and the extremes of the opponent colours, long enough for sums to be taken over. */
static void extreme_pixels(check one)
{
    static const char *const pixels[] = { "\0\0\0", "\377\377\377", "\377\0\0", "\0\377\0", "\0\0\377", "\377\377\0" };
    char text[ROOM];
    for (size_t k = 0; k < sizeof pixels / sizeof pixels[0]; k++) {
        for (size_t i = 0; i + 3 <= ROOM; i += 3)
            memcpy(text + i, pixels[k], 3);
        at_both_edges(one, text, ROOM - ROOM % 3);
        at_both_edges(one, text, 3000);
    }
}

static const struct {
    const char *name;
    void (*feed)(check one);
} inputs[] = {
    { "every length to 300", every_length }, { "likely JSON", likely_json }, { "runs of backslashes", backslash_runs },
    { "all pairs and many triples of bytes", byte_sequences }, { "truncated sequences", truncated_sequences },
    { "damaged base64", damaged_base64 }, { "long random text", long_random }, { "extreme pixels", extreme_pixels },
};

/* Sums over more pixels than fit the lanes of a register, each as large as can be. */
static bool sums_go_on(void)
{
    enum { MANY = 3 * 1400000 };
    static const char *const pixels[] = { "\377\377\377", "\377\0\0", "\0\377\0", "\0\0\377", "\377\377\0" };
    static uint8_t p[MANY];
    bool same = true;
    for (size_t k = 0; k < sizeof pixels / sizeof pixels[0]; k++) {
        mm_luma_sums la = { 0 }, lb = { 0 };
        mm_color_sums ca = { 0 }, cb = { 0 };
        for (size_t i = 0; i < MANY; i += 3)
            memcpy(p + i, pixels[k], 3);
        ours->luma_sums(p, MANY, &la);
        truth->luma_sums(p, MANY, &lb);
        ours->color_sums(p, MANY / 3, &ca);
        truth->color_sums(p, MANY / 3, &cb);
        same = same && memcmp(&la, &lb, sizeof la) == 0 && memcmp(&ca, &cb, sizeof ca) == 0;
    }
    return same;
}

int main(int argc, char **argv)
{
    static const char *const names[] = { "avx2", "avx512", "neon" };
    enum { KERNELS = sizeof kernels / sizeof kernels[0], INPUTS = sizeof inputs / sizeof inputs[0] };
    unsigned test = 0, bad = 0;
    if (argc > 1)
        thin = (unsigned)atoi(argv[1]);
    map_pages();
    truth = mm_simd_named("scalar");
    for (size_t s = 0; s < sizeof names / sizeof names[0]; s++) {
        ours = mm_simd_named(names[s]);
        for (size_t k = 0; k < KERNELS && ours; k++) {
            failures = 0;
            for (size_t i = 0; i < INPUTS; i++) {
                unsigned before = failures;
                inputs[i].feed(kernels[k].one);
                if (failures != before)
                    printf("# above: %s\n", inputs[i].name);
            }
            printf("%sok %u - %s %s is as the scalar one\n", failures ? "not " : "", ++test, ours->name, kernels[k].name);
            bad += failures != 0;
        }
        if (ours) {
            bool same = sums_go_on();
            printf("%sok %u - %s sums do not overflow\n", same ? "" : "not ", ++test, ours->name);
            bad += !same;
        } else
            printf("ok %u - %s # SKIP not on this processor or in this build\n", ++test, names[s]);
    }
    printf("1..%u\n", test);
    return bad != 0;
}
