#include "action.h"

#include <string.h>

/* The template: {entity} and {length} stand for what they say, {{ and }} for one brace. */
static const char *check_replacement(const action_args *a, const char *entity)
{
    (void)entity;
    for (const char *p = a->with ? a->with : ""; *p; p++) {
        if ((p[0] == '{' && p[1] == '{') || (p[0] == '}' && p[1] == '}'))
            p++;
        else if (strncmp(p, "{entity}", 8) == 0 || strncmp(p, "{length}", 8) == 0)
            p += 7;
        else if (*p == '{' || *p == '}')
            return "`with` may hold {entity} and {length}; a brace is written twice";
    }
    return NULL;
}

static bool begins_character(char c)
{
    return ((unsigned char)c & 0xc0) != 0x80;
}

static int64_t characters(mm_str s)
{
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++)
        n += begins_character(s.p[i]);
    return n;
}

static int put_replacement(action_in *in, mm_buf *out)
{
    for (const char *p = in->args->with ? in->args->with : "<{entity}>"; *p; p++) {
        if (*p == '{' && p[1] == 'e') {
            mm_buf_str(out, mm_str_of(in->entity));
            p += 7;
        } else if (*p == '{' && p[1] == 'l') {
            mm_buf_u64(out, (uint64_t)characters(in->value));
            p += 7;
        } else {
            mm_buf_byte(out, *p);
            p += *p == '{' || *p == '}';
        }
    }
    return 0;
}

/* Every character becomes one mark, but for the first and last that stay and those of `leave`. Never all of them stay:
 * then none do. */
static int put_mask(action_in *in, mm_buf *out)
{
    const char *leave = in->args->leave ? in->args->leave : "";
    int64_t n = characters(in->value), i = 0, first = in->args->keep_first, last = in->args->keep_last;
    if (first >= n || last >= n - first)
        first = last = 0;
    mm_str mark = mm_str_of(in->args->with ? in->args->with : "*");
    for (size_t k = 0; k < in->value.n; k++) {
        char c = in->value.p[k];
        bool begins = begins_character(c);
        i += begins;
        if (i <= first || i > n - last || (c > 0 && strchr(leave, c)))
            mm_buf_byte(out, c);
        else if (begins)
            mm_buf_str(out, mark);
    }
    return 0;
}

static const char *check_mask(const action_args *a, const char *entity)
{
    (void)entity;
    for (const char *p = a->leave ? a->leave : ""; *p; p++)
        if ((unsigned char)*p >= 0x80 || (*p >= '0' && *p <= '9') || ((*p | 0x20) >= 'a' && (*p | 0x20) <= 'z'))
            return "`leave` takes separators of ASCII, no letters or digits";
    return NULL;
}

#ifdef MM_HAVE_CRYPTO
/* <ENTITY:16 hex digits>: equal values give equal stand-ins. */
static int put_hash(action_in *in, mm_buf *out)
{
    unsigned char mac[32];
    if (key_digest(in->args->key, KEY_HASH, mm_str_of(in->entity), in->value, mac) < 0)
        return action_fails(in, "libcrypto failed");
    mm_buf_printf(out, "<%s:", in->entity);
    for (unsigned i = 0; i < 8; i++)
        mm_buf_printf(out, "%02x", mac[i]);
    mm_buf_byte(out, '>');
    return 0;
}
#endif

const action actions[] = {
    { "replace", ACT_VALUE, TAKES_WITH, false, put_replacement, check_replacement,
      "the entity's name in angle brackets, or the template `with`" },
    { "mask", ACT_VALUE, TAKES_KEEP | TAKES_WITH | TAKES_LEAVE, false, put_mask, check_mask,
      "a mark for every character, but keep_first and keep_last" },
#ifdef MM_HAVE_CRYPTO
    { "hash", ACT_VALUE, TAKES_KEY, false, put_hash, NULL, "entity and 16 hex digits of HMAC-SHA-256 under a key" },
    { "token", ACT_VALUE, TAKES_KEY, false, put_token, NULL, "an encrypted token that --reveal turns back" },
    { "fpe", ACT_VALUE, TAKES_KEY | TAKES_AS | TAKES_ALPHABET | TAKES_KEEP, true, put_fpe, check_fpe,
      "other digits or letters in the same places, by FF1" },
    { "pseudonym", ACT_VALUE, TAKES_KEY | TAKES_AS | TAKES_COUNTRY | TAKES_SUBJECT, false, put_pseudonym, NULL,
      "a stand-in that is the same for the same value, however spelled, or for the same subject" },
    { "shift", ACT_VALUE, TAKES_KEY | TAKES_AS | TAKES_SUBJECT | TAKES_DAYS | TAKES_ORDER, true, put_shift, check_shift,
      "another date, moved alike for all of a subject" },
#endif
    { "generalize", ACT_VALUE, TAKES_AS | TAKES_COARSE | TAKES_ORDER, true, put_generalize, check_generalize,
      "less exact: bands, years, prefixes, fewer decimals, networks" },
#ifdef MM_HAVE_CRYPTO
    { "synthetic", ACT_VALUE, TAKES_KEY | TAKES_AS | TAKES_COUNTRY | TAKES_ORDER, true, put_synthetic, check_synthetic,
      "a value of the same shape that is nobody's" },
#endif
    { "drop", ACT_FIELD, 0, false, NULL, NULL, "the whole field, with its key" },
    { "drop-record", ACT_RECORD, 0, false, NULL, NULL, "the whole record" },
    { NULL, ACT_VALUE, 0, false, NULL, NULL, NULL },
};

const action *action_named(mm_str name)
{
    for (const action *a = actions; a->name; a++)
        if (strlen(a->name) == name.n && memcmp(a->name, name.p, name.n) == 0)
            return a;
    return NULL;
}
