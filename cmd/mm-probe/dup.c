/* dup.c - duplicates found among the records of a run. */
#include "dup.h"

#include "answer.h"

static const fact facts[] = {
    { "dup", "object", "", NEED_WHOLE, true,
      "of a duplicate, by --dup: of, the original's mm.id, or its number in the run when it has none; how: exact, minhash, "
      "phash, chromaprint; score, 0 to 1" },
};

/* What is told needs the records before: dup_marker_meet finds it. */
static int probe(subject *s, answer *a, mm_err *e)
{
    return 0;
}

const prober dup_prober = { "dup", ON_PAYLOAD | ON_ROW, facts, 1, probe };

size_t dup_fact(void)
{
    return prober_base(&dup_prober);
}

int dup_marker_init(dup_marker *m, const dup_plan *p, mm_err *e)
{
    *m = (dup_marker){ .plan = p };
    if (!p->kinds)
        return 0;
    m->path = mm_path_new(MM_STR("mm.probe.dup"), e);
    m->index = dup_index_new(p, e);
    m->edits = mm_edits_new();
    if (m->path && m->index && m->edits)
        return 0;
    return mm_fail(e, MM_ESYS, "out of memory");
}

void dup_marker_clear(dup_marker *m)
{
    dup_index_free(m->index);
    mm_edits_free(m->edits);
    mm_path_free(m->path);
    mm_buf_free(&m->json);
    mm_buf_free(&m->head);
}

static int mark(dup_marker *m, mm_rec *r, const dup_found *found, mm_arena *a, mm_err *e)
{
    m->json.n = m->head.n = 0;
    dup_found_put(found, &m->json);
    mm_edits_begin(m->edits, r->head);
    if (mm_edits_set(m->edits, m->path, mm_buf_view(&m->json), e) < 0)
        return -1;
    mm_edits_apply(m->edits, &m->head);
    mm_str head = m->json.failed || m->head.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&m->head));
    if (!head.p)
        return mm_fail(e, MM_ESYS, "out of memory");
    mm_rec_set_head(r, head);
    return 0;
}

mm_verdict dup_marker_meet(dup_marker *m, mm_rec *r, mm_arena *a, bool *stop)
{
    dup_found found;
    mm_err e = { 0 };
    int is = dup_index_meet(m->index, r->extra, r->number, &found, &e);
    if (is > 0 && m->plan->drop)
        return MM_DROP;
    if (is > 0 && mark(m, r, &found, a, &e) < 0)
        is = -1;
    if (is >= 0)
        return MM_KEEP;
    if (e.code == MM_EBAD)
        return mm_rec_bad(r, a, "%s", e.text);
    *stop = true;
    m->failed = e;
    return mm_rec_bad(r, a, "not compared with the records before: %s", e.text);
}
