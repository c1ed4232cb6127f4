/* lang.c - weighing words and letters. */
#include "lang.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

enum { WORD_SLOTS = 8192, LETTERS_FROM = 0xb7, LETTERS_TO = 0x700, VIET_FROM = 0x1e00, VIET_TO = 0x1f00, DEVA_LLA = 0x933 };

struct lang_model {
    size_t n;
    unsigned longest;                               /* letters of the longest word */
    uint64_t of_script[SCRIPTS];                    /* bit i: lang_list[i] is written so */
    struct { uint64_t hash, langs; } word[WORD_SLOTS];  /* open addressing; hash 0: free */
    uint64_t letter[LETTERS_TO - LETTERS_FROM];     /* languages that list the letter; 0: says nothing */
    uint64_t viet[VIET_TO - VIET_FROM];
};

/* Scripts that one language of the world's larger ones writes, or nearly so. */
static const struct { char script[5], tag[4]; } alone[] = {
    { "Grek", "el" }, { "Hebr", "he" }, { "Armn", "hy" }, { "Geor", "ka" }, { "Thai", "th" }, { "Laoo", "lo" },
    { "Khmr", "km" }, { "Mymr", "my" }, { "Ethi", "am" }, { "Beng", "bn" }, { "Guru", "pa" }, { "Gujr", "gu" },
    { "Orya", "or" }, { "Taml", "ta" }, { "Telu", "te" }, { "Knda", "kn" }, { "Mlym", "ml" }, { "Sinh", "si" },
    { "Tibt", "bo" }, { "Thaa", "dv" }, { "Jpan", "ja" }, { "Kore", "ko" }, { "Hani", "zh" },
};

/* Lower case, for the letters of the lists. */
static uint32_t lower(uint32_t c)
{
    if (c < 0x80)
        return c >= 'A' && c <= 'Z' ? c + 32 : c;
    if ((c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x410 && c <= 0x42f))
        return c + 32;
    if (c >= 0x400 && c <= 0x40f)
        return c + 80;
    if (c == 0x130)
        return 'i';
    if (c == 0x18f)
        return 0x259;
    if ((c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e))
        return c + (c & 1);
    bool pairs = (c >= 0x100 && c <= 0x177) || c == 0x1a0 || (c >= 0x200 && c <= 0x233) || (c >= 0x460 && c <= 0x4bf) ||
                 (c >= 0x4d0 && c <= 0x52f) || (c >= 0x1e00 && c <= 0x1eff);
    if (c == 0x1af)
        return 0x1b0;
    return pairs ? c | 1 : c;
}

static uint64_t mix(uint64_t hash, uint32_t c)
{
    return (hash ^ c) * 0x100000001b3u;
}

enum { PRIME_SHIFT = 51 };
#define HASH_START 0xcbf29ce484222325u

static size_t slot_of(const lang_model *m, uint64_t hash)
{
    size_t i = (hash * 0x9e3779b97f4a7c15u) >> PRIME_SHIFT;
    while (m->word[i].hash && m->word[i].hash != hash)
        i = (i + 1) % WORD_SLOTS;
    return i;
}

static uint64_t *letter_of(lang_model *m, uint32_t c)
{
    if (c >= LETTERS_FROM && c < LETTERS_TO)
        return &m->letter[c - LETTERS_FROM];
    if (c >= VIET_FROM && c < VIET_TO)
        return &m->viet[c - VIET_FROM];
    return NULL;
}

static void add_words(lang_model *m, const char *words, uint64_t bit)
{
    const unsigned char *p = (const unsigned char *)words, *end = p + strlen(words);
    while (p < end) {
        uint64_t hash = HASH_START;
        unsigned letters = 0;
        for (unsigned n; p < end && *p != ' '; p += n, letters++)
            hash = mix(hash, mm_utf8_at(p, end, &n));
        m->longest = letters > m->longest ? letters : m->longest;
        p += p < end;
        size_t i = slot_of(m, hash);
        m->word[i].hash = hash;
        m->word[i].langs |= bit;
    }
}

static void add_letters(lang_model *m, const char *letters, uint64_t bit)
{
    const unsigned char *p = (const unsigned char *)letters, *end = p + strlen(letters);
    for (unsigned n; p < end; p += n) {
        uint64_t *langs = letter_of(m, mm_utf8_at(p, end, &n));
        if (langs)
            *langs |= bit;
    }
}

lang_model *lang_model_new(mm_err *e)
{
    lang_model *m = calloc(1, sizeof *m);
    if (!m) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    for (; lang_list[m->n].tag[0]; m->n++) {
        uint64_t bit = (uint64_t)1 << m->n;
        m->of_script[lang_list[m->n].script] |= bit;
        add_words(m, lang_list[m->n].words, bit);
        add_letters(m, lang_list[m->n].letters, bit);
    }
    return m;
}

void lang_model_free(lang_model *m)
{
    free(m);
}

/* ---- weighing --------------------------------------------------------------- */

/* Set bits; without an instruction for them the compiler would call a function. */
static unsigned bits_of(uint64_t v)
{
    v -= v >> 1 & UINT64_C(0x5555555555555555);
    v = (v & UINT64_C(0x3333333333333333)) + (v >> 2 & UINT64_C(0x3333333333333333));
    return (unsigned)(((v + (v >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f)) * UINT64_C(0x0101010101010101) >> 56);
}

static void count_for(double *score, uint64_t langs, double weight)
{
    unsigned n = bits_of(langs);
    for (double each = weight / n; langs; langs &= langs - 1)
        score[__builtin_ctzll(langs)] += each;
}

/* A letter some languages list speaks for these and against all others of its script: names and
 * loan words bring single ones, so it weighs half a word. */
static void weigh_letter(const lang_model *m, uint64_t among, uint32_t c, double *score)
{
    uint64_t *langs = letter_of((lang_model *)(uintptr_t)m, c);
    uint64_t its = langs ? *langs & among : 0;
    if (!its)
        return;
    count_for(score, its, 0.5);
    for (uint64_t others = among & ~its; others; others &= others - 1)
        score[__builtin_ctzll(others)] -= 0.5;
}

/* One-letter words are spelled alike in many languages and stand in lists and names: they weigh less. */
static void weigh_word(const lang_model *m, uint64_t among, uint64_t hash, unsigned letters, double *score)
{
    uint64_t langs = letters > m->longest ? 0 : m->word[slot_of(m, hash)].langs & among;
    if (langs)
        count_for(score, langs, letters == 1 ? 0.3 : 1);
}

static void weigh(const lang_model *m, mm_str text, uint64_t among, double *score)
{
    const unsigned char *p = (const unsigned char *)text.p, *end = p + text.n;
    uint64_t hash = HASH_START;
    unsigned letters = 0;
    for (unsigned n; p <= end; p += n) {
        n = 1;
        uint32_t c = p == end ? ' ' : *p < 0x80 ? *p : mm_utf8_at(p, end, &n);
        if (c < 0x80 && (c | 0x20) - 'a' < 26u) {
            hash = mix(hash, c | 0x20);
            letters++;
        } else if (c >= 0x80 && script_of(c) != SCRIPT_NONE) {
            hash = mix(hash, c = lower(c));
            letters++;
            weigh_letter(m, among, c, score);
        } else if (letters) {
            weigh_word(m, among, hash, letters, score);
            hash = HASH_START;
            letters = 0;
        }
    }
}

static lang_guess verdict(const lang_model *m, const double *score)
{
    size_t best = 0, second = 1;
    for (size_t i = 1; i < m->n; i++) {
        if (score[i] > score[best]) {
            second = best;
            best = i;
        } else if (second == best || score[i] > score[second]) {
            second = i;
        }
    }
    double runner_up = score[second] > 0 ? score[second] : 0;
    if (score[best] < 0.5 || score[best] <= runner_up)
        return (lang_guess){ "und", 0 };
    double share = score[best] / (score[best] + runner_up);
    return (lang_guess){ lang_list[best].tag, (double)(int)(share * 1000 + 0.5) / 1000 };
}

lang_guess lang_of(const lang_model *m, mm_str text, const char *written)
{
    double score[LANG_MAX] = { 0 };
    uint64_t among = 0;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        if (strcmp(alone[i].script, written) == 0)
            return (lang_guess){ alone[i].tag, 1 };
    for (int s = 1; s < SCRIPTS; s++)
        if (strcmp(script_name((enum script)s), written) == 0)
            among = m->of_script[s];
    if (!among)
        return (lang_guess){ "und", 0 };
    text.n = text.n < LANG_SAMPLE ? text.n : LANG_SAMPLE;
    weigh(m, text, among, score);
    return verdict(m, score);
}

static int by_tag(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void lang_list_put(mm_buf *out)
{
    const char *tag[LANG_MAX + sizeof alone / sizeof *alone];
    size_t n = 0;
    for (; lang_list[n].tag[0]; n++)
        tag[n] = lang_list[n].tag;
    for (size_t i = 0; i < sizeof alone / sizeof *alone; i++)
        tag[n++] = alone[i].tag;
    qsort(tag, n, sizeof *tag, by_tag);
    for (size_t i = 0; i < n; i++)
        mm_buf_printf(out, "%s%s", i ? " " : "", tag[i]);
}
