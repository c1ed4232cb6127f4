/* action_pseudonym.c - the same person or value, the same stand-in, in all records and runs under one key. */
#include "action.h"
#include "standin.h"

#ifdef MM_HAVE_CRYPTO
int put_pseudonym(action_in *in, mm_buf *out)
{
    const action_args *a = in->args;
    unsigned char digest[32];
    mm_buf normal = { 0 };
    if (in->subject.p)   /* whoever it is, however the value is spelled */
        kind_normal(KIND_NAME, in->subject, NULL, &normal);
    else
        kind_normal(a->as, in->value, a->country, &normal);
    int got = normal.failed ? -1 : key_digest(a->key, KEY_PSEUDONYM, in->subject.p ? MM_STR("subject") : mm_str_of(in->entity),
                                              mm_buf_view(&normal), digest);
    bool failed = normal.failed;
    mm_buf_free(&normal);
    if (got < 0)
        return failed ? -1 : action_fails(in, "libcrypto failed");
    draw d = draw_of(digest);
    if (a->as == KIND_NAME || a->as == KIND_EMAIL) {
        standin_name(&d, a->as == KIND_EMAIL, out);
        if (a->as == KIND_EMAIL)
            mm_buf_str(out, MM_STR("@example.org"));
        return 0;
    }
    mm_buf_printf(out, "<%s:", in->entity);
    standin_code(&d, out);
    mm_buf_byte(out, '>');
    return 0;
}
#endif
