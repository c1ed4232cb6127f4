/* member.c - one walk over the `mm` member. */
#include "record/member.h"

#include <string.h>

bool mm_key_is(mm_str key, const char *name)
{
    if (!memchr(key.p, '\\', key.n))
        return mm_str_eq(key, mm_str_of(name));
    mm_buf scratch = { 0 };
    mm_str text = mm_json_text((mm_str){ key.p - 1, key.n + 2 }, &scratch);
    bool same = mm_str_eq(text, mm_str_of(name));
    mm_buf_free(&scratch);
    return same;
}

int mm_members_find(mm_value object, const char *const *names, mm_value *found, int n)
{
    for (int i = 0; i < n; i++)
        found[i] = (mm_value){ 0 };
    if (object.type != MM_JSON_OBJECT)
        return 0;
    if (object.raw.n == 0 || *object.raw.p != '{')
        return -1;
    mm_json_iter it = mm_json_each(object);
    int r, left = n;
    while (left > 0 && (r = mm_json_next(&it)) != 0) {
        if (r < 0)
            return -1;
        for (int i = 0; i < n; i++)
            if (!found[i].raw.p && mm_key_is(it.key, names[i])) {
                found[i] = it.value;
                left--;
            }
    }
    return 0;
}

mm_value mm_member_value(mm_value object, const char *name)
{
    mm_value v;
    return mm_members_find(object, &name, &v, 1) == 0 ? v : (mm_value){ 0 };
}

int mm_member_find(mm_str head, mm_member *m, mm_err *e)
{
    static const char *const mm[] = { "mm" }, *const names[] = { "data", "ref", "size", "xxh3" };
    mm_value member, found[4] = { 0 };
    bool sound = mm_members_find((mm_value){ head, MM_JSON_OBJECT }, mm, &member, 1) == 0;
    if (sound && member.raw.p && member.type == MM_JSON_OBJECT)
        sound = mm_members_find(member, names, found, 4) == 0;
    *m = (mm_member){ found[0], found[1], found[2], found[3] };
    return sound ? 0 : mm_fail(e, MM_EBAD, "the header is malformed JSON");
}

int mm_data_decode(mm_value data, mm_arena *a, mm_str *out, mm_err *e)
{
    if (data.type != MM_JSON_STRING)
        return mm_fail(e, MM_EBAD, "mm.data is not a string");
    mm_buf scratch = { 0 };
    mm_str text = mm_json_text(data.raw, &scratch);
    char *p = mm_arena_alloc(a, text.n / 4 * 3 + 1);
    ptrdiff_t n = p && !scratch.failed ? mm_simd()->base64_decode(text.p, text.n, p) : 0;
    bool failed = !p || scratch.failed;
    mm_buf_free(&scratch);
    if (failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (n < 0)
        return mm_fail(e, MM_EBAD, "mm.data is no base64 from its byte %td on", -1 - n);
    *out = (mm_str){ p, (size_t)n };
    return 0;
}
