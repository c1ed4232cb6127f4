/* pipeline_links.c - pipes and data sets between stages, cycles, and an order that may be run. */
#include "pipeline_links.h"

#include <stdlib.h>
#include <string.h>

#include "base/near.h"

int links_unknown(const pipeline *p, const mm_node *n, mm_str name, const char *what, mm_err *e)
{
    bool stages = strcmp(what, "stage") == 0;
    size_t count = stages ? p->n_stages : p->n_data, best = mm_near_limit(name.n);
    const char *nearest = NULL;
    mm_buf all = { 0 };
    for (size_t i = 0; i < count; i++) {
        const char *known = stages ? p->stage[i].name : p->data[i].name;
        size_t far = name.n < 256 ? mm_distance(name, mm_str_of(known)) : best;
        if (far < best) {
            best = far;
            nearest = known;
        }
        mm_buf_printf(&all, "%s%s", i ? ", " : "", known);
    }
    mm_buf_byte(&all, 0);
    if (nearest)
        mm_node_fail(p->doc, n, e, "there is no %s %.80s; did you mean %s?", what, name.p, nearest);
    else
        mm_node_fail(p->doc, n, e, "there is no %s %.80s; there %s %s", what, name.p, count == 1 ? "is" : "are",
                     all.failed || !count ? "none" : all.p);
    mm_buf_free(&all);
    return -1;
}

/* ---- lists of stages ---- */

/* Add to a rising list without duplicates; room was made for all stages. */
static void add(size_t *list, size_t *n, size_t v)
{
    size_t at = 0;
    while (at < *n && list[at] < v)
        at++;
    if (at < *n && list[at] == v)
        return;
    memmove(list + at + 1, list + at, (*n - at) * sizeof *list);
    list[at] = v;
    ++*n;
}

static int read_stages(const pipeline *p, const mm_node *n, size_t *list, size_t *count, mm_err *e)
{
    size_t items = !n ? 0 : n->kind == MM_NODE_LIST ? n->n : 1;
    for (size_t i = 0; i < items; i++) {
        const mm_node *item = n->kind == MM_NODE_LIST ? n->item[i] : n;
        const char *name = NULL;
        if (mm_node_string(p->doc, item, &name, e) < 0)
            return -1;
        size_t s = pipeline_stage(p, mm_str_of(name));
        if (s == NONE)
            return links_unknown(p, item, mm_str_of(name), "stage", e);
        add(list, count, s);
    }
    return 0;
}

static int make_lists(pipeline *p, mm_err *e)
{
    size_t *room = mm_arena_alloc(p->arena, 2 * p->n_stages * p->n_stages * sizeof *room);
    if (!room)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < p->n_stages; i++) {
        p->stage[i].after = room + 2 * i * p->n_stages;
        p->stage[i].commutes = room + (2 * i + 1) * p->n_stages;
    }
    for (size_t i = 0; i < p->n_stages; i++) {
        plan_stage *s = &p->stage[i];
        if (read_stages(p, mm_node_get(s->node, "after"), s->after, &s->n_after, e) < 0 ||
            read_stages(p, mm_node_get(s->node, "commutes"), s->commutes, &s->n_commutes, e) < 0)
            return -1;
    }
    for (size_t i = 0; i < p->n_stages; i++)
        for (size_t k = 0; k < p->stage[i].n_commutes; k++) {
            plan_stage *other = &p->stage[p->stage[i].commutes[k]];
            add(other->commutes, &other->n_commutes, i);
        }
    return 0;
}

/* ---- pipes and data sets ---- */

/* A stage that reads no data set reads what the stage that it is after writes; where none is named, the one before it in the
 * document. The first of the document makes its records itself. */
static int join_pipe(pipeline *p, size_t i, mm_err *e)
{
    plan_stage *s = &p->stage[i];
    if (s->reads != NONE)
        return 0;
    if (s->n_after == 0 && i > 0)
        add(s->after, &s->n_after, i - 1);
    if (s->n_after == 0)
        return 0;
    if (s->n_after > 1)
        return mm_node_fail(p->doc, s->node, e, "stage %s reads no data set, and is after %zu stages: whose output does it read? Name a data set", s->name, s->n_after);
    plan_stage *from = &p->stage[s->after[0]];
    if (from->writes != NONE)
        return mm_node_fail(p->doc, s->node, e, "stage %s reads no data set, but the output of %s goes to %s; write \"reads: %s\"", s->name, from->name,
                            p->data[from->writes].name, p->data[from->writes].name);
    if (from->to != NONE && from->to != i)
        return mm_node_fail(p->doc, s->node, e, "stages %s and %s both read the output of %s; let it write a data set that both read",
                            p->stage[from->to].name, s->name, from->name);
    s->from = s->after[0];
    from->to = i;
    return 0;
}

static int join_data(pipeline *p, mm_err *e)
{
    for (size_t i = 0; i < p->n_stages; i++) {
        plan_stage *s = &p->stage[i];
        if (s->writes == NONE)
            continue;
        dataset *d = &p->data[s->writes];
        if (d->writer != NONE)
            return mm_node_fail(p->doc, s->node, e, "stages %s and %s both write %s", p->stage[d->writer].name, s->name, d->name);
        d->writer = i;
    }
    for (size_t i = 0; i < p->n_stages; i++) {
        plan_stage *s = &p->stage[i];
        if (s->reads == NONE)
            continue;
        const dataset *d = &p->data[s->reads];
        if (d->writer != NONE)
            add(s->after, &s->n_after, d->writer);
        else if (!d->path)
            return mm_node_fail(p->doc, s->node, e, "stage %s reads %s, which no stage writes and which has no path", s->name, d->name);
    }
    return 0;
}

/* ---- order ---- */

/* Walk back from a stage that never got its turn: some stage is met twice, and what lies between is a cycle. */
static int tell_cycle(const pipeline *p, const bool *done, mm_err *e)
{
    size_t at = 0, *seen = calloc(p->n_stages, sizeof *seen), *way = calloc(p->n_stages + 1, sizeof *way), n = 0;
    if (!seen || !way) {
        free(seen);
        free(way);
        return mm_fail(e, MM_ESYS, "out of memory");
    }
    while (done[at])
        at++;
    while (!seen[at]) {
        seen[at] = n + 1;
        way[n++] = at;
        size_t k = 0;
        while (done[p->stage[at].after[k]])
            k++;
        at = p->stage[at].after[k];
    }
    mm_buf b = { 0 };
    for (size_t i = seen[at] - 1; i < n; i++)
        mm_buf_printf(&b, "%s after ", p->stage[way[i]].name);
    mm_buf_printf(&b, "%s", p->stage[at].name);
    mm_buf_byte(&b, 0);
    mm_node_fail(p->doc, p->stage[at].node, e, "stages go round in a circle: %s", b.failed ? p->stage[at].name : b.p);
    mm_buf_free(&b);
    free(seen);
    free(way);
    return -1;
}

static void renumber(size_t *list, size_t n, const size_t *place)
{
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        size_t v = place[list[i]], at = k++;
        for (; at > 0 && list[at - 1] > v; at--)
            list[at] = list[at - 1];
        list[at] = v;
    }
}

/* Put the stages at their places, and everything that names one. */
static int rearrange(pipeline *p, const size_t *place, mm_err *e)
{
    plan_stage *sorted = mm_arena_alloc(p->arena, p->n_stages * sizeof *sorted);
    if (!sorted)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < p->n_stages; i++) {
        plan_stage *s = &p->stage[i];
        renumber(s->after, s->n_after, place);
        renumber(s->commutes, s->n_commutes, place);
        s->from = s->from == NONE ? NONE : place[s->from];
        s->to = s->to == NONE ? NONE : place[s->to];
        sorted[place[i]] = *s;
    }
    for (size_t i = 0; i < p->n_data; i++)
        p->data[i].writer = p->data[i].writer == NONE ? NONE : place[p->data[i].writer];
    p->stage = sorted;
    return 0;
}

static bool ready(const plan_stage *s, const bool *done)
{
    for (size_t k = 0; k < s->n_after; k++)
        if (!done[s->after[k]])
            return false;
    return true;
}

int links_make(pipeline *p, mm_err *e)
{
    if (make_lists(p, e) < 0)
        return -1;
    for (size_t i = 0; i < p->n_stages; i++)
        if (join_pipe(p, i, e) < 0)
            return -1;
    if (join_data(p, e) < 0)
        return -1;
    bool *done = calloc(p->n_stages, sizeof *done);
    size_t *place = calloc(p->n_stages, sizeof *place), n = 0;
    int rc = done && place ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    while (rc == 0 && n < p->n_stages) {
        size_t i = 0;
        while (i < p->n_stages && (done[i] || !ready(&p->stage[i], done)))
            i++;
        if (i == p->n_stages) {
            rc = tell_cycle(p, done, e);
            break;
        }
        done[i] = true;
        place[i] = n++;
    }
    if (rc == 0)
        rc = rearrange(p, place, e);
    free(done);
    free(place);
    return rc;
}
