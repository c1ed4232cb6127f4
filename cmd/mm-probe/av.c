/* av.c - one look into an audio or video container. */
#include "av.h"

int av_facts(subject *s, answer *a, const mm_av_facts **f, mm_err *e)
{
    mm_str bytes;
    *f = &s->av;
    if (s->av_state != AV_UNREAD)
        return s->av_state == AV_READ;
    s->av_state = AV_FAILED;
    int r = subject_call(s, MM_MEDIA_AV_FACTS, (mm_str){ 0 }, &bytes, e);
    if (r < 0 || (r == 0 && mm_av_facts_take(bytes, &s->av, e) < 0))
        return -1;
    if (r > 0) {
        warn(a, "%s", e->text);
        return 0;
    }
    s->av_state = AV_READ;
    for (uint32_t i = 0; i < s->av.warnings.n; i++)
        warn(a, "%s", s->av.warnings.text[i]);
    return 1;
}
