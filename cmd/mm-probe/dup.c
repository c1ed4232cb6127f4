/* dup.c - duplicates found among the records of a run. */
#include "dup.h"

static const fact facts[] = {
    { "dup", "object", "", NEED_WHOLE, true,
      "of a duplicate, by --dup: of, the original's mm.id, or its number in the run when it has none; how: exact, minhash, "
      "phash, chromaprint; score, 0 to 1" },
};

/* What is told needs the records before: dup_meet finds it. */
static int probe(subject *s, answer *a, mm_err *e)
{
    return 0;
}

const prober dup_prober = { "dup", ON_PAYLOAD | ON_ROW, facts, 1, probe };

int dup_meet(dup_index *x, const dup_keys *k, uint64_t number, answer *a, mm_err *e)
{
    dup_found found;
    mm_buf json = { 0 };
    int is = dup_index_meet(x, k, number, &found, e);
    if (is <= 0)
        return is;
    dup_found_put(&found, &json);
    if (json.failed)
        is = mm_fail(e, MM_ESYS, "out of memory");
    else
        tell_raw(a, 0, mm_buf_view(&json));
    mm_buf_free(&json);
    return is;
}
