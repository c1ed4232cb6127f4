#include "deep.h"

#include <stdlib.h>

#include "normal.h"

enum { LAYERS = 4 };   /* escapes within escapes that are followed */

struct deep {
    custom_scan *custom;   /* NULL: the policy finds nothing of its own */
    normal copy[LAYERS];
    mm_buf decoded[LAYERS];
};

deep *deep_new(const custom *c)
{
    deep *d = calloc(1, sizeof *d);
    if (!d || !c)
        return d;
    d->custom = custom_scan_new(c);
    if (d->custom)
        return d;
    free(d);
    return NULL;
}

void deep_free(deep *d)
{
    for (size_t i = 0; d && i < LAYERS; i++) {
        normal_free(&d->copy[i]);
        mm_buf_free(&d->decoded[i]);
    }
    custom_scan_free(d ? d->custom : NULL);
    free(d);
}

bool deep_spares(deep *d, mm_str value)
{
    return d->custom && custom_spares(d->custom, value);
}

static void look(deep *d, const subject *s, const detector_set *on, findings *out, size_t layer);

/* The texts in base64 that stand in this one. */
static void look_into_base64(deep *d, const subject *s, const detector_set *on, findings *out, size_t layer)
{
    mm_str text = { s->p, s->n }, run;
    for (size_t at = 0; normal_base64(text, &at, &run);) {
        mm_buf *b = &d->decoded[layer];
        normal_decode(run, b);
        out->failed |= b->failed;
        subject inner = { .p = b->p, .n = b->n, .key = s->key, .name = s->name };
        size_t first = out->n;
        look(d, &inner, on, out, layer + 1);
        for (size_t i = first; i < out->n; i++) {
            out->v[i].from = (size_t)(run.p - text.p);
            out->v[i].to = out->v[i].from + run.n;
        }
    }
}

static void look(deep *d, const subject *s, const detector_set *on, findings *out, size_t layer)
{
    out->on = on;
    unsigned hidden = detect(s, on, out);
    if (d->custom)
        custom_find(d->custom, s, out);
    if (layer == LAYERS || s->number)
        return;
    normal *n = &d->copy[layer];
    if (!(hidden & HIDDEN_STRANGE) || !normal_make(n, (mm_str){ s->p, s->n })) {
        out->failed |= hidden & HIDDEN_STRANGE && n->failed;
        if (hidden & HIDDEN_BASE64)
            look_into_base64(d, s, on, out, layer);
        return;
    }
    subject plain = { .p = n->text.p, .n = n->text.n, .key = s->key, .name = s->name };
    size_t first = out->n;
    look(d, &plain, on, out, layer + 1);
    for (size_t i = first; i < out->n; i++) {
        out->v[i].to = n->to[out->v[i].to - 1];
        out->v[i].from = n->from[out->v[i].from];
    }
}

void detect_deep(deep *d, const subject *s, const detector_set *on, findings *out)
{
    look(d, s, on, out, 0);
}
