/* action_shift.c - dates moved by days that are the same for all of a subject's, so that what lies between them stays. */
#include "action.h"
#include "dates.h"

#ifdef MM_HAVE_CRYPTO
const char *check_shift(const action_args *a, const char *entity)
{
    (void)entity;
    if (!a->subject)
        return "it needs a `subject`: the field that says whose the dates are";
    return a->as == KIND_DATE ? NULL : "it moves dates; say `as: date` where these are";
}

int put_shift(action_in *in, mm_buf *out)
{
    date was;
    unsigned char mac[32];
    if (!date_read(in->value, in->args->order, &was) || !was.d.len)
        return action_fails(in, "no whole date that can be shifted");
    if (key_digest(in->args->key, KEY_SHIFT, MM_STR("subject"), in->subject, mac) < 0)
        return action_fails(in, "libcrypto failed");
    uint64_t drawn = 0;
    for (int i = 0; i < 8; i++)
        drawn = drawn << 8 | mac[i];
    /* -days .. -1 and 1 .. days: no date stays. */
    int64_t by = (int64_t)(drawn % (2 * (uint64_t)in->args->days)) - in->args->days;
    by += by >= 0;
    int y, m, d;
    date_of_days(date_days(was.year, was.month, was.day) + by, &y, &m, &d);
    return date_write(in->value, &was, y, m, d, out) ? 0 : action_fails(in, "a date that leaves its century in two digits");
}
#endif
