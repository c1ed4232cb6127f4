#include "action.h"

#include <string.h>

#ifdef MM_HAVE_CRYPTO
#include <openssl/evp.h>
#include <openssl/hmac.h>
#endif

static void put_replacement(const action_in *in, mm_buf *out)
{
    if (in->args->with) {
        mm_buf_str(out, mm_str_of(in->args->with));
        return;
    }
    mm_buf_byte(out, '<');
    mm_buf_str(out, mm_str_of(in->entity));
    mm_buf_byte(out, '>');
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

/* Every character becomes one mark, but for the first and last that stay. Never all of them stay: then none do. */
static void put_mask(const action_in *in, mm_buf *out)
{
    int64_t n = 0, i = 0, first = in->args->keep_first, last = in->args->keep_last;
    for (size_t k = 0; k < in->value.n; k++)
        n += begins_character(in->value.p[k]);
    if (first + last >= n)
        first = last = 0;
    mm_str mark = mm_str_of(in->args->with ? in->args->with : "*");
    for (size_t k = 0; k < in->value.n; k++) {
        bool begins = begins_character(in->value.p[k]);
        i += begins;
        if (i <= first || i > n - last)
            mm_buf_byte(out, in->value.p[k]);
        else if (begins)
            mm_buf_str(out, mark);
    }
}

#ifdef MM_HAVE_CRYPTO
/* <ENTITY:16 hex digits> of HMAC-SHA-256 (RFC 2104) over the value: equal values give equal stand-ins. */
static void put_hash(const action_in *in, mm_buf *out)
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!HMAC(EVP_sha256(), in->key, (int)in->key_len, (const unsigned char *)in->value.p, in->value.n, mac, &len)) {
        out->failed = true;
        return;
    }
    mm_buf_printf(out, "<%s:", in->entity);
    for (unsigned i = 0; i < 8; i++)
        mm_buf_printf(out, "%02x", mac[i]);
    mm_buf_byte(out, '>');
}
#endif

const action actions[] = {
    { "replace", ACT_VALUE, false, put_replacement, "the entity's name in angle brackets, or the text of `with`" },
    { "mask", ACT_VALUE, false, put_mask, "a mark for every character, but keep_first and keep_last" },
#ifdef MM_HAVE_CRYPTO
    { "hash", ACT_VALUE, true, put_hash, "entity and 16 hex digits of HMAC-SHA-256 under the policy's key" },
#endif
    { "drop", ACT_FIELD, false, NULL, "the whole field, with its key" },
    { "drop-record", ACT_RECORD, false, NULL, "the whole record" },
    { NULL, ACT_VALUE, false, NULL, NULL },
};

const action *action_named(mm_str name)
{
    for (const action *a = actions; a->name; a++)
        if (strlen(a->name) == name.n && memcmp(a->name, name.p, name.n) == 0)
            return a;
    return NULL;
}
