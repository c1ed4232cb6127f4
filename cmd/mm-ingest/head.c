/* head.c - headers of new records. */
#define XXH_STATIC_LINKING_ONLY  /* the size of a state */
#include "head.h"

#include <string.h>

XXH128_hash_t head_hash(mm_str bytes)
{
    return XXH3_128bits(bytes.p, bytes.n);
}

void head_hex(XXH128_hash_t hash, char out[33])
{
    static const char digits[] = "0123456789abcdef";
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, hash);
    for (size_t i = 0; i < sizeof c.digest; i++) {
        out[2 * i] = digits[c.digest[i] >> 4];
        out[2 * i + 1] = digits[c.digest[i] & 15];
    }
    out[32] = 0;
}

static bool control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

void head_spell(mm_buf *out, mm_str name)
{
    size_t good = mm_simd()->utf8_check(name.p, name.n);
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (i == good) {
            mm_buf_printf(out, "%%%02X", c);
            good = i + 1 + mm_simd()->utf8_check(name.p + i + 1, name.n - i - 1);
        } else if (control(c)) {
            mm_buf_printf(out, "%%%02X", c);
        } else {
            mm_buf_byte(out, name.p[i]);
        }
    }
}

/* Append v in decimal. */
static size_t put_decimal(char *to, uint64_t v)
{
    char digits[20];
    size_t n = 0;
    do
        digits[n++] = (char)('0' + v % 10);
    while (v /= 10);
    for (size_t i = 0; i < n; i++)
        to[i] = digits[n - 1 - i];
    return n;
}

void head_id(const head_facts *f, char out[33])
{
    char tail[64], whole[512];
    size_t n = 0;
    XXH128_canonical_t content;
    XXH128_canonicalFromHash(&content, f->hash);
    if (f->row) {
        tail[n++] = '#';
        n += put_decimal(tail + n, f->row);
    }
    tail[n++] = 0;
    memcpy(tail + n, &content, sizeof content);
    n += sizeof content;
    /* Hashing in one piece is much faster, and gives the same. */
    if (f->src.n + n <= sizeof whole) {
        memcpy(whole, f->src.p, f->src.n);
        memcpy(whole + f->src.n, tail, n);
        head_hex(XXH3_128bits(whole, f->src.n + n), out);
        return;
    }
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, f->src.p, f->src.n);
    XXH3_128bits_update(&state, tail, n);
    head_hex(XXH3_128bits_digest(&state), out);
}

static void put_text(mm_buf *out, const char *key, const char *value)
{
    if (!value)
        return;
    mm_buf_str(out, mm_str_of(key));
    mm_buf_str(out, mm_str_of(value));
    mm_buf_byte(out, '"');
}

static void put_json(mm_buf *out, const char *key, mm_str value)
{
    if (!value.n)
        return;
    mm_buf_str(out, mm_str_of(key));
    mm_buf_str(out, value);
}

void head_member(mm_buf *out, const head_facts *f, mm_str via)
{
    char hex[33];
    head_id(f, hex);
    mm_buf_str(out, MM_STR("\"mm\":{\"id\":\""));
    mm_buf_str(out, f->id.n ? f->id : (mm_str){ hex, 32 });
    mm_buf_byte(out, '"');
    mm_buf_str(out, MM_STR(",\"src\":"));
    mm_json_put(out, f->src);
    if (f->row) {
        out->n -= !out->failed;  /* the quote */
        mm_buf_byte(out, '#');
        mm_buf_u64(out, f->row);
        mm_buf_byte(out, '"');
    }
    put_text(out, ",\"type\":\"", f->type);
    put_text(out, ",\"modality\":\"", f->modality);
    put_text(out, ",\"charset\":\"", f->charset);
    if (f->sized) {
        head_hex(f->xxh3, hex);
        mm_buf_str(out, MM_STR(",\"size\":"));
        mm_buf_u64(out, f->size);
        put_text(out, ",\"xxh3\":\"", hex);
    }
    put_json(out, ",\"ref\":", f->ref);
    put_json(out, ",\"parts\":", f->parts);
    mm_buf_str(out, f->more);
    mm_buf_str(out, MM_STR(",\"via\":["));
    mm_buf_str(out, f->via);
    if (f->via.n)
        mm_buf_byte(out, ',');
    mm_buf_str(out, via);
    mm_buf_str(out, MM_STR("]}"));
}
