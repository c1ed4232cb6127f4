/* ask.c - calls of workers, and what their refusals come to. */
#include "ask.h"

int ask_worker(subject *s, answer *a, const char *op, mm_str args, mm_str *out, mm_err *e)
{
    int r = subject_call(s, op, args, out, e);
    if (r > 0)
        warn(a, "%s", e->text);
    return r < 0 ? -1 : !r;
}

int ask_worker_once(subject *s, answer *a, ask_state *state, const char *op, mm_str args, mm_str *out, mm_err *e)
{
    if (*state != ASK_NOT_YET)
        return *state == ASK_ANSWERED ? 2 : 0;
    *state = ASK_REFUSED;
    int r = ask_worker(s, a, op, args, out, e);
    if (r == 1)
        *state = ASK_ANSWERED;
    return r;
}

void warn_all(answer *a, const mm_media_warnings *w)
{
    for (uint32_t i = 0; i < w->n; i++)
        warn(a, "%s", w->text[i]);
}
