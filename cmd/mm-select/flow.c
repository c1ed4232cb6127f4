/* flow.c - what happens in record order: the head, the sample of N, counting, and the way to the outputs. */
#include <stdio.h>

#include "plan.h"

static mm_verdict in_order(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    select_tool *t = tool;
    if (t->held)
        return reservoir_show(t->held, r, a);
    if (t->head == 0) {
        *stop = true;
        return MM_DROP;
    }
    *stop = ++t->taken == t->head;
    return MM_KEEP;
}

/* Give the record the number of its value. */
static int route_by_value(select_tool *t, mm_rec *r, mm_err *e)
{
    mm_str name = ((const note *)r->extra)->name;
    ptrdiff_t index = values_index(&t->values, name, e);
    if (index < 0 || (t->outputs && outputs_add(t->outputs, (size_t)index, name, e) < 0))
        return -1;
    r->route = (int)index;
    return 0;
}

static int write_parts(void *tool, const mm_batch *b, mm_err *e)
{
    select_tool *t = tool;
    for (size_t i = 0; i < b->n; i++) {
        mm_rec *r = &b->rec[i];
        if (r->verdict != MM_KEEP)
            continue;
        if (t->s.split && route_by_value(t, r, e) < 0)
            return -1;
        t->values.count[r->route]++;
    }
    return t->outputs ? outputs_write(t->outputs, b, e) : 0;
}

static int write_nothing(void *tool, const mm_batch *b, mm_err *e) { return 0; }

static int last(void *tool, mm_batch *b, mm_err *e)
{
    select_tool *t = tool;
    int got = t->held ? reservoir_give(t->held, b, e) : 0;
    if (got || !t->outputs)
        return got;
    int failed = outputs_finish(t->outputs, e);
    t->app.totals.bytes_out = outputs_bytes(t->outputs);
    return failed;
}

mm_stage flow_stage(select_tool *t)
{
    return (mm_stage){
        .open = choose_open, .close = choose_close, .work = choose,
        .order = t->held || t->head >= 0 ? in_order : NULL,
        .write = t->s.split || t->s.routes ? write_parts : t->count ? write_nothing : NULL,
        .last = last, .tool = t,
    };
}

int flow_print_counts(select_tool *t)
{
    mm_buf text = { 0 };
    mm_err e = { 0 };
    if (t->s.split || t->s.routes) {
        values_show(&t->values, t->s.split != NULL, &text);
    } else {
        mm_buf_u64(&text, t->app.totals.out);
        mm_buf_byte(&text, '\n');
    }
    if (text.failed)
        mm_fail(&e, MM_ESYS, "out of memory");
    else if (fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0)
        mm_fail_errno(&e, "standard output: cannot write");
    mm_buf_free(&text);
    return e.code ? mm_app_fail(&t->app, &e) : MM_OK;
}
