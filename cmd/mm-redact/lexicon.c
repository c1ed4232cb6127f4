#include "lexicon.h"

#include <stdlib.h>
#include <string.h>

#include "detect.h"

enum { GAP = 3 };   /* bytes between two words of a phrase */

typedef struct entry {
    uint32_t text, n;     /* in l->bytes */
    uint32_t hash;        /* of its first word, folded */
    uint32_t next;        /* with the same first word, shorter or equal; 0: none, else index + 1 */
    uint32_t value;
    bool fold;
} entry;

struct lexicon {
    mm_buf bytes;
    entry *v;
    size_t n, room;
    uint32_t *slot;       /* index + 1 of the first entry of a word */
    size_t slots;         /* a power of two */
    uint64_t lengths[256];/* of first words that begin with a folded byte; bit 63: that or longer */
};

lexicon *lexicon_new(void)
{
    return calloc(1, sizeof(lexicon));
}

void lexicon_free(lexicon *l)
{
    if (!l)
        return;
    mm_buf_free(&l->bytes);
    free(l->v);
    free(l->slot);
    free(l);
}

size_t lexicon_count(const lexicon *l)
{
    return l->n;
}

/* ---- folding ---- */

/* The small letter of a capital of two bytes; the same when it is none. */
static uint32_t fold_two(uint32_t c)
{
    if (c >= 0xc0 && c <= 0xde && c != 0xd7)
        return c + 0x20;
    if (c >= 0x100 && c <= 0x17f) {
        bool odd = (c >= 0x139 && c <= 0x148) || (c >= 0x179 && c <= 0x17e);
        if (c == 0x130 || c == 0x131 || c == 0x138 || c == 0x149 || c == 0x178 || c == 0x17f)
            return c;
        return (c & 1) == odd ? c + 1 : c;
    }
    if (c >= 0x391 && c <= 0x3ab)
        return c + 0x20;
    if (c == 0x386)
        return 0x3ac;
    if (c >= 0x388 && c <= 0x38a)
        return c + 37;
    if (c >= 0x410 && c <= 0x42f)
        return c + 0x20;
    if (c >= 0x400 && c <= 0x40f)
        return c + 0x50;
    if (c >= 0x460 && c <= 0x481)
        return c | 1;
    if (c >= 0x48a && c <= 0x4bf)
        return c | 1;
    return c >= 0x531 && c <= 0x556 ? c + 0x30 : c;
}

/* Bytes of the letter or digit at i; 0 when something else stands there. Of other scripts all is taken for letters but
 * general punctuation, that of ideographs, and what has two bytes and is below U+00C0. */
static inline size_t letter_at(mm_str t, size_t i)
{
    unsigned char c = (unsigned char)t.p[i];
    if (c < 0x80)
        return is_letter((char)c) || is_digit((char)c);
    size_t n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    if (c < 0xc3 || n > t.n - i)
        return c < 0xc0;   /* in the middle of a character: bytes that are no UTF-8 */
    unsigned char next = (unsigned char)t.p[i + 1];
    return (c == 0xe2 && next < 0x82) || (c == 0xe3 && next == 0x80) ? 0 : n;
}

/* Bytes to pass over where no letter stands. */
static inline size_t other_at(mm_str t, size_t i)
{
    unsigned char c = (unsigned char)t.p[i];
    size_t n = c < 0xc0 ? 1 : c < 0xe0 ? 2 : 3;
    return n > t.n - i ? t.n - i : n;
}

/* The bytes of the letter at i, of n bytes, folded. */
static inline void fold_letter(mm_str t, size_t i, size_t n, unsigned char out[4])
{
    unsigned char c = (unsigned char)t.p[i];
    memcpy(out, t.p + i, n);
    if (n == 1)
        out[0] = c >= 'A' && c <= 'Z' ? c | 0x20 : c;
    if (n != 2 || c > 0xd5)
        return;
    uint32_t f = fold_two((c & 0x1fu) << 6 | ((unsigned char)t.p[i + 1] & 0x3f));
    out[0] = (unsigned char)(0xc0 | f >> 6);
    out[1] = (unsigned char)(0x80 | (f & 0x3f));
}

/* The word at i: its end, and the hash of its folded bytes; *first receives the first of these. */
static inline size_t word_at(mm_str t, size_t i, uint32_t *hash, unsigned char *first)
{
    uint32_t h = 2166136261u;
    unsigned char f[4] = { 0 };
    size_t start = i;
    for (size_t n; i < t.n && (n = letter_at(t, i)) > 0; i += n) {
        fold_letter(t, i, n, f);
        if (i == start)
            *first = f[0];
        for (size_t k = 0; k < n; k++)
            h = (h ^ f[k]) * 16777619u;
    }
    *hash = h ^ h >> 15;
    return i;
}

/* Without what stands before its first word and behind its last. */
static mm_str trim(mm_str t)
{
    size_t i = 0, end = 0;
    while (i < t.n && !letter_at(t, i))
        i += other_at(t, i);
    for (size_t k = i, n; k < t.n; k += n ? n : other_at(t, k)) {
        n = letter_at(t, k);
        end = n ? k + n : end;
    }
    return end > i ? (mm_str){ t.p + i, end - i } : (mm_str){ t.p, 0 };
}

/* ---- building ---- */

static bool grow_slots(lexicon *l)
{
    size_t slots = l->slots ? l->slots * 2 : 256;
    uint32_t *slot = calloc(slots, sizeof *slot);
    if (!slot)
        return false;
    for (size_t i = 0; i < l->slots; i++) {
        if (!l->slot[i])
            continue;
        size_t k = l->v[l->slot[i] - 1].hash & (slots - 1);
        while (slot[k])
            k = (k + 1) & (slots - 1);
        slot[k] = l->slot[i];
    }
    free(l->slot);
    l->slot = slot;
    l->slots = slots;
    return true;
}

/* The slot of the entries whose first word has this hash; words of one hash share it. */
static uint32_t *slot_of(const lexicon *l, uint32_t hash)
{
    size_t k = hash & (l->slots - 1);
    while (l->slot[k] && l->v[l->slot[k] - 1].hash != hash)
        k = (k + 1) & (l->slots - 1);
    return &l->slot[k];
}

int lexicon_add(lexicon *l, mm_str phrase, bool fold, uint32_t value)
{
    uint32_t hash;
    unsigned char first = 0;
    phrase = trim(phrase);
    if (!phrase.n)
        return 0;
    if (l->n == l->room) {
        size_t room = l->room ? l->room * 2 : 64;
        entry *v = realloc(l->v, room * sizeof *v);
        if (!v)
            return -1;
        l->v = v;
        l->room = room;
    }
    if (l->n * 2 >= l->slots && !grow_slots(l))
        return -1;
    size_t word = word_at(phrase, 0, &hash, &first);
    l->lengths[first] |= UINT64_C(1) << (word < 63 ? word : 63);
    uint32_t text = (uint32_t)l->bytes.n;
    for (size_t i = 0, n; i < phrase.n; i += n) {
        unsigned char f[4];
        n = letter_at(phrase, i);
        if (fold && n)
            fold_letter(phrase, i, n, f);
        n = n ? n : other_at(phrase, i);
        mm_buf_put(&l->bytes, fold && letter_at(phrase, i) ? (char *)f : phrase.p + i, n);
    }
    l->v[l->n] = (entry){ text, (uint32_t)phrase.n, hash, 0, value, fold };
    uint32_t *at = slot_of(l, hash);
    while (*at && l->v[*at - 1].n >= phrase.n)
        at = &l->v[*at - 1].next;
    l->v[l->n].next = *at;
    *at = (uint32_t)++l->n;
    return l->bytes.failed ? -1 : 1;
}

/* ---- finding ---- */

/* Does the entry stand at i? Between its words anything may stand. Returns the end, or 0. */
static size_t stands(const lexicon *l, const entry *e, mm_str t, size_t i)
{
    mm_str want = { l->bytes.p + e->text, e->n };
    for (size_t k = 0, n; k < want.n;) {
        unsigned char f[4];
        if (i == t.n)
            return 0;
        n = letter_at(want, k);
        if (n) {
            if (letter_at(t, i) != n)
                return 0;
            memcpy(f, t.p + i, n);
            if (e->fold)
                fold_letter(t, i, n, f);
            if (memcmp(want.p + k, f, n) != 0)
                return 0;
            k += n;
            i += n;
            continue;
        }
        size_t gap = i;
        while (i < t.n && i - gap <= GAP && !letter_at(t, i) && t.p[i] != '\n')
            i += other_at(t, i);
        if (i == gap || i - gap > GAP)
            return 0;
        while (k < want.n && !letter_at(want, k))
            k += other_at(want, k);
    }
    return i == t.n || !letter_at(t, i) ? i : 0;
}

/* The longest phrase at i, where a word of this hash begins. */
static bool longest(const lexicon *l, mm_str t, size_t i, uint32_t hash, lexicon_hit *out)
{
    for (uint32_t k = *slot_of(l, hash); k; k = l->v[k - 1].next) {
        size_t to = stands(l, &l->v[k - 1], t, i);
        if (to) {
            *out = (lexicon_hit){ i, to, l->v[k - 1].value };
            return true;
        }
    }
    return false;
}

bool lexicon_next(const lexicon *l, mm_str t, size_t *at, lexicon_hit *out)
{
    size_t i = *at;
    uint32_t hash;
    unsigned char first = 0;
    while (l->n && i < t.n) {
        if (!letter_at(t, i)) {
            i += other_at(t, i);
            continue;
        }
        size_t end = word_at(t, i, &hash, &first), n = end - i < 63 ? end - i : 63;
        if (l->lengths[first] >> n & 1 && longest(l, t, i, hash, out)) {
            *at = end;
            return true;
        }
        i = end;
    }
    *at = t.n;
    return false;
}

bool lexicon_has(const lexicon *l, mm_str t)
{
    uint32_t hash;
    unsigned char first = 0;
    lexicon_hit hit;
    t = trim(t);
    if (!t.n || !l->n)
        return false;
    word_at(t, 0, &hash, &first);
    return longest(l, t, 0, hash, &hit) && hit.to == t.n;
}
