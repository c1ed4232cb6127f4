/* row_plan.c - the options on rows. */
#include "row_plan.h"

#include "row.h"

int row_plan_init(row_plan *p, const row_opts *o, asking *q, mm_err *e)
{
    *p = (row_plan){ .time = o->time ? mm_str_of(o->time) : (mm_str){ 0 }, .columns = o->columns, .outlier = o->outlier,
                     .gap = o->gap, .memory = (uint64_t)o->memory };
    if ((o->schema || o->by || o->time || o->columns) && !prober_asked(&row_prober, q))
        asking_add(q, row_prober.family);
    p->asked = prober_asked(&row_prober, q) || prober_asked(&row_each_prober, q);
    if (!(o->outlier > 0))
        return mm_fail(e, MM_EUSAGE, "--outlier %g: give a number above 0", o->outlier);
    if (!(o->gap > 1))
        return mm_fail(e, MM_EUSAGE, "--gap %g: give a number above 1", o->gap);
    if (o->by && !(p->by = mm_path_new(mm_str_of(o->by), e)))
        return mm_fail_at(e, "--by %s", o->by);
    if (o->schema && !(p->schema = mm_schema_open(o->schema, e)))
        return mm_fail_at(e, "--schema");
    return 0;
}

void row_plan_clear(row_plan *p)
{
    mm_path_free(p->by);
    mm_schema_free(p->schema);
}
