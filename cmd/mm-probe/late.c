/* late.c - duplicates, and rows beside the rows before. */
#include "late.h"

#include "dup.h"
#include "gallery.h"
#include "row.h"

bool late_needed(const probe_tool *t)
{
    return t->dup.kinds || t->rows.asked || t->gallery;
}

int late_init(late *l, const probe_tool *t, mm_err *e)
{
    *l = (late){ .tool = t, .edits = mm_edits_new() };
    if (!l->edits)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (t->dup.kinds && !(l->dup = dup_index_new(&t->dup, e)))
        return -1;
    return t->rows.asked && !(l->rows = row_stream_new(&t->rows, e)) ? -1 : 0;
}

void late_clear(late *l)
{
    dup_index_free(l->dup);
    row_stream_free(l->rows);
    answer_free(&l->found);
    mm_edits_free(l->edits);
    mm_buf_free(&l->head);
}

/* The facts of a prober that were found, into the header. */
static int set_facts(late *l, const prober *p, size_t *set, mm_err *e)
{
    size_t base = prober_base(p);
    for (size_t i = base; i < base + p->n; i++) {
        mm_str v = answer_value(&l->found, i);
        if (!v.n)
            continue;
        if (mm_edits_set(l->edits, l->tool->fact[i], v, e) < 0)
            return -1;
        ++*set;
    }
    return 0;
}

static int write_back(late *l, mm_rec *r, mm_arena *a, mm_err *e)
{
    size_t set = 0;
    mm_edits_begin(l->edits, r->head);
    if (set_facts(l, &dup_prober, &set, e) < 0 || set_facts(l, &row_prober, &set, e) < 0)
        return -1;
    if (!set)
        return 0;
    l->head.n = 0;
    mm_edits_apply(l->edits, &l->head);
    mm_str head = l->found.raw.failed || l->head.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&l->head));
    if (!head.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_rec_set_head(r, head);
    return 0;
}

/* 1: left out. */
static int meet(late *l, mm_rec *r, mm_arena *a, mm_err *e)
{
    const late_look *look = r->extra;
    answer_begin(&l->found, &l->tool->asked);
    l->found.base = prober_base(&dup_prober);
    int is = l->dup ? dup_meet(l->dup, look->keys, r->number, &l->found, e) : 0;
    if (is < 0)
        return -1;
    if (is > 0 && l->tool->dup.drop)
        return 1;
    l->found.base = prober_base(&row_prober);
    if (l->rows && look->row && row_stream_meet(l->rows, look->row, &l->found, e) < 0)
        return -1;
    if (look->card && gallery_add(l->tool->gallery, look->card, e) < 0)
        return -1;
    return l->tool->table ? table_add(l->tool->table, look->line, &l->found, a, e) : write_back(l, r, a, e);
}

mm_verdict late_meet(late *l, mm_rec *r, mm_arena *a, bool *stop)
{
    mm_err e = { 0 };
    int is = meet(l, r, a, &e);
    if (is >= 0)
        return is ? MM_DROP : MM_KEEP;
    if (e.code == MM_EBAD)
        return mm_rec_bad(r, a, "%s", e.text);
    *stop = true;
    l->failed = e;
    return mm_rec_bad(r, a, "not compared with the records before: %s", e.text);
}
