/* av.c - one look into an audio or video container. */
#include "av.h"

#include "ask.h"

int av_facts(subject *s, answer *a, const mm_av_facts **f, mm_err *e)
{
    mm_str bytes;
    *f = &s->av;
    int r = ask_worker_once(s, a, &s->av_state, MM_MEDIA_AV_FACTS, (mm_str){ 0 }, &bytes, e);
    if (r != 1)
        return r == 2 ? 1 : r;
    if (mm_av_facts_take(bytes, &s->av, e) < 0)
        return -1;
    warn_all(a, &s->av.warnings);
    return 1;
}
