#include "token.h"

#include <string.h>

#include "action.h"
#include "crypt.h"

#ifdef MM_HAVE_CRYPTO
static void put_letters(const unsigned char *p, size_t n, mm_buf *out)
{
    char *to = mm_buf_room(out, 2 * n);
    if (!to)
        return;
    for (size_t i = 0; i < n; i++) {
        to[2 * i] = (char)('a' + (p[i] >> 4));
        to[2 * i + 1] = (char)('a' + (p[i] & 15));
    }
    out->n += 2 * n;
}

int token_seal(const redact_key *k, mm_str entity, mm_str value, mm_buf *out)
{
    size_t begin = out->n;
    mm_buf sealed = { 0 };
    mm_buf_printf(out, TOKEN_START "%.*s:%s:", (int)entity.n, entity.p, k->id);
    char *room = mm_buf_room(&sealed, SIV_TAG + value.n);
    int got = room && !out->failed ? 0 : -1;
    if (got == 0) {
        mm_str ad = { out->p + begin, out->n - begin };
        got = siv_seal(key_bytes(k, KEY_TOKEN), &ad, 1, value, (unsigned char *)room);
    }
    if (got == 0)
        put_letters((unsigned char *)room, SIV_TAG + value.n, out);
    mm_buf_byte(out, '>');
    mm_buf_free(&sealed);
    return got;
}

int put_token(action_in *in, mm_buf *out)
{
    return token_seal(in->args->key, mm_str_of(in->entity), in->value, out) == 0 ? 0 : action_fails(in, "libcrypto failed");
}

/* Where the run of bytes between two limits, and _ or digits where asked, ends. */
static size_t run(mm_str s, size_t i, char from, char to, bool more)
{
    while (i < s.n && ((s.p[i] >= from && s.p[i] <= to) || (more && (s.p[i] == '_' || (s.p[i] >= '0' && s.p[i] <= '9')))))
        i++;
    return i;
}

static const redact_key *key_with_id(const keyring *keys, const char *id)
{
    for (size_t i = 0; i < keys->n; i++)
        if (memcmp(keys->key[i].id, id, KEY_ID) == 0)
            return &keys->key[i];
    return NULL;
}

int token_open(const keyring *keys, mm_str s, size_t *used, mm_buf *out, const char **why)
{
    size_t entity = sizeof TOKEN_START - 1, id = run(s, entity, 'A', 'Z', true) + 1, body = run(s, id, 'a', 'p', false) + 1;
    size_t end = run(s, body, 'a', 'p', false);
    *why = "a token that is cut or misspelt";
    if (id <= entity + 1 || body - id != KEY_ID + 1 || end >= s.n || s.p[end] != '>' || s.p[id - 1] != ':' || s.p[body - 1] != ':' ||
        (end - body) % 2 || (end - body) / 2 <= SIV_TAG)
        return -1;
    const redact_key *k = key_with_id(keys, s.p + id);
    *why = "a token under a key that is not there";
    if (!k)
        return -1;
    mm_buf sealed = { 0 };
    size_t n = (end - body) / 2;
    char *raw = mm_buf_room(&sealed, n), *text = raw ? mm_buf_room(out, n) : NULL;
    for (size_t i = 0; raw && i < n; i++)
        raw[i] = (char)((s.p[body + 2 * i] - 'a') << 4 | (s.p[body + 2 * i + 1] - 'a'));
    mm_str ad = { s.p, body };
    int got = text ? siv_open(key_bytes(k, KEY_TOKEN), &ad, 1, (mm_str){ raw, n }, (unsigned char *)text) : -1;
    *why = text ? "a token that was changed, or is not of this key" : NULL;
    if (got == 0)
        out->n += n - SIV_TAG;
    *used = end + 1;
    mm_buf_free(&sealed);
    return got;
}
#else
int token_open(const keyring *keys, mm_str s, size_t *used, mm_buf *out, const char **why)
{
    (void)keys, (void)s, (void)used, (void)out;
    *why = "a token, and this build is without libcrypto";
    return -1;
}
#endif
