/* fact.c - the list of probers, and which facts are asked. */
#include "fact.h"

#include <string.h>

#include "base/near.h"

extern const prober basic_prober, image_prober, audio_prober, sound_prober, video_prober, text_prober, quality_prober, dup_prober;
extern const prober image_look_prober, image_faces_prober, transcript_prober, ocr_prober, film_prober, image_meta_prober;
extern const prober row_prober, row_each_prober;

const prober *const probers[] = {
    &basic_prober, &image_prober, &image_look_prober, &image_faces_prober, &ocr_prober, &image_meta_prober,
    &audio_prober, &sound_prober, &transcript_prober, &video_prober, &film_prober,
    &text_prober, &quality_prober,
    &row_prober, &row_each_prober,
    &dup_prober,
    NULL,
};

const fact *fact_at(size_t number)
{
    for (const prober *const *p = probers; *p; number -= (*p)->n, p++)
        if (number < (*p)->n)
            return &(*p)->facts[number];
    return NULL;
}

size_t prober_base(const prober *wanted)
{
    size_t base = 0;
    for (const prober *const *p = probers; *p && *p != wanted; p++)
        base += (*p)->n;
    return base;
}

bool prober_asked(const prober *p, const asking *q)
{
    size_t base = prober_base(p);
    for (size_t i = 0; i < p->n; i++)
        if (q->fact[base + i])
            return true;
    return false;
}

mm_str fact_family(const fact *f)
{
    const char *dot = strchr(f->name, '.');
    return (mm_str){ f->name, dot ? (size_t)(dot - f->name) : 0 };
}

const char *fact_need_name(fact_need need)
{
    static const char *const names[] = { "header", "text", "whole payload", "pixels", "PCM" };
    return names[need];
}

/* ---- --only ----------------------------------------------------------------- */

static const prober *prober_of(size_t number)
{
    const prober *const *p = probers;
    for (; number >= (*p)->n; p++)
        number -= (*p)->n;
    return *p;
}

static bool ask_for(asking *q, mm_str name)
{
    bool known = false;
    for (size_t i = 0; i < q->n; i++) {
        bool itself = mm_str_eq(name, mm_str_of(fact_at(i)->name));
        if (!itself && !mm_str_eq(name, mm_str_of(prober_of(i)->family)))
            continue;
        q->fact[i] = q->by_name[i] = known = true;
    }
    return known;
}

static int unknown(mm_str name, size_t n, mm_err *e)
{
    const char *nearest = "";
    size_t least = 4;
    for (size_t i = 0; i < 2 * n; i++) {
        const char *known = i < n ? fact_at(i)->name : prober_of(i - n)->family;
        size_t d = mm_distance(name, mm_str_of(known));
        if (d < least) {
            least = d;
            nearest = known;
        }
    }
    if (*nearest)
        return mm_fail(e, MM_EUSAGE, "--only: no fact or family is called '%.*s'; do you mean '%s'?", (int)name.n,
                       name.p, nearest);
    return mm_fail(e, MM_EUSAGE, "--only: no fact or family is called '%.*s'; --list shows them all", (int)name.n,
                   name.p);
}

static int ask_for_all(asking *q, const char *list, mm_err *e)
{
    for (const char *p = list;; p++) {
        size_t n = strcspn(p, ",");
        if (n && !ask_for(q, (mm_str){ p, n }))
            return unknown((mm_str){ p, n }, q->n, e);
        p += n;
        if (!*p)
            return 0;
    }
}

/* Facts without a family first, then each family where its first fact stands. */
static void put_in_order(asking *q)
{
    bool done[MAX_FACTS] = { false };
    size_t n = 0;
    for (size_t i = 0; i < q->n; i++)
        if (!fact_family(fact_at(i)).n) {
            q->order[n++] = (uint16_t)i;
            done[i] = true;
        }
    for (size_t i = 0; i < q->n; i++)
        for (size_t k = i; k < q->n; k++) {
            bool kin = mm_str_eq(fact_family(fact_at(k)), fact_family(fact_at(i)));
            if (done[k] || (k > i && (!kin || !done[i])))
                continue;
            q->order[n++] = (uint16_t)k;
            done[k] = true;
        }
}

int asking_new(asking *q, const char *const *only, size_t n, mm_err *e)
{
    *q = (asking){ .n = 0 };
    while (fact_at(q->n))
        q->n++;
    if (q->n > MAX_FACTS)
        return mm_fail(e, MM_ESYS, "internal error: more facts than MAX_FACTS");
    put_in_order(q);
    for (size_t i = 0; n == 0 && i < q->n; i++)
        q->fact[i] = !fact_at(i)->on_demand;
    for (size_t i = 0; i < n; i++)
        if (ask_for_all(q, only[i], e) < 0)
            return -1;
    return 0;
}

void asking_add(asking *q, const char *name)
{
    ask_for(q, mm_str_of(name));
}
