/* plan_put.c - a plan as JSON: members in a fixed order, a line for each small thing, so that versions compare well. */
#include <math.h>

#include "plan.h"

/* "key":  at the depth of the plan (1) or of a member of it. */
static void key(mm_buf *b, int depth, const char *name)
{
    mm_buf_printf(b, "%*s\"%s\": ", 2 * depth, "", name);
}

static void end(mm_buf *b)
{
    mm_buf_str(b, MM_STR(",\n"));
}

/* The last member of an object has no comma. */
static void last(mm_buf *b)
{
    b->n -= b->n >= 2 && !b->failed ? 2 : 0;
    mm_buf_byte(b, '\n');
}

static void text(mm_buf *b, int depth, const char *name, const char *v)
{
    key(b, depth, name);
    if (v)
        mm_json_put(b, mm_str_of(v));
    else
        mm_buf_str(b, MM_STR("null"));
    end(b);
}

static void number(mm_buf *b, int depth, const char *name, double v)
{
    key(b, depth, name);
    mm_json_put_double(b, v);
    end(b);
}

static void count(mm_buf *b, int depth, const char *name, size_t v)
{
    key(b, depth, name);
    mm_buf_u64(b, v);
    end(b);
}

static void amount(mm_buf *b, int depth, const char *name, mm_money v)
{
    key(b, depth, name);
    mm_buf_byte(b, '"');
    mm_money_put(b, v, 2);
    mm_buf_byte(b, '"');
    end(b);
}

static void flag(mm_buf *b, int depth, const char *name, bool v)
{
    key(b, depth, name);
    mm_buf_str(b, v ? MM_STR("true") : MM_STR("false"));
    end(b);
}

static void interval(mm_buf *b, int depth, const char *name, const guess *g)
{
    key(b, depth, name);
    mm_buf_str(b, MM_STR("{\"mean\": "));
    mm_json_put_double(b, g->mean);
    mm_buf_str(b, MM_STR(", \"low\": "));
    mm_json_put_double(b, g->low);
    mm_buf_str(b, MM_STR(", \"high\": "));
    mm_json_put_double(b, g->high);
    mm_buf_byte(b, '}');
    end(b);
}

static void put_stage(mm_buf *b, const job_stage *s)
{
    mm_buf_str(b, MM_STR("        {\n"));
    text(b, 5, "name", s->name);
    text(b, 5, "command", s->command);
    number(b, 5, "records", s->records);
    number(b, 5, "bytes", s->bytes);
    interval(b, 5, "cpu_s", &s->cpu_s);
    interval(b, 5, "peak_bytes", &s->peak_bytes);
    last(b);
    mm_buf_str(b, MM_STR("        },\n"));
}

static void put_job(mm_buf *b, const job *j)
{
    mm_buf_str(b, MM_STR("    {\n"));
    text(b, 3, "name", j->name);
    mm_buf_str(b, MM_STR("      \"stages\": [\n"));
    for (size_t i = 0; i < j->n_stages; i++)
        put_stage(b, &j->stage[i]);
    last(b);
    mm_buf_str(b, MM_STR("      ],\n"));
    key(b, 3, "after");
    mm_buf_byte(b, '[');
    for (size_t i = 0; i < j->n_after; i++)
        mm_buf_printf(b, "%s%zu", i ? ", " : "", j->after[i]);
    mm_buf_str(b, MM_STR("],\n"));
    text(b, 3, "reads", j->reads);
    text(b, 3, "writes", j->writes);
    count(b, 3, "shards", j->shards);
    count(b, 3, "parallel", j->parallel);
    count(b, 3, "cores", j->cores);
    number(b, 3, "memory_bytes", j->memory_bytes);
    text(b, 3, "machine", j->machine);
    text(b, 3, "region", j->region);
    text(b, 3, "purchase", j->purchase);
    number(b, 3, "hour_price", j->hour_price);
    number(b, 3, "interruptions", j->interruptions);
    number(b, 3, "checkpoint_s", j->checkpoint_s);
    flag(b, 3, "resumable", j->resumable);
    number(b, 3, "start_s", j->start_s);
    interval(b, 3, "time_s", &j->time_s);
    amount(b, 3, "cost", j->cost);
    last(b);
    mm_buf_str(b, MM_STR("    },\n"));
}

/* Close a list that may be empty, every item of which ended in a comma. */
static void end_list(mm_buf *b, size_t n)
{
    if (n)
        last(b);
    mm_buf_str(b, MM_STR("  ],\n"));
}

void plan_put(mm_buf *b, const plan *p)
{
    static const char *const goals[] = { [CHEAPEST] = "cheapest", [FASTEST] = "fastest", [LATENCY] = "latency" };
    mm_buf_str(b, MM_STR("{\n"));
    count(b, 1, "version", 1);
    text(b, 1, "pipeline", p->pipeline);
    text(b, 1, "digest", p->digest);
    text(b, 1, "goal", goals[p->goal]);
    number(b, 1, "confidence", p->confidence);
    number(b, 1, "deadline_s", p->deadline_s);
    interval(b, 1, "time_s", &p->time_s);
    number(b, 1, "p_on_time", p->p_on_time);
    text(b, 1, "currency", p->currency);
    amount(b, 1, "cost", p->cost);
    amount(b, 1, "cost_high", p->cost_high);
    mm_buf_str(b, MM_STR("  \"jobs\": [\n"));
    for (size_t i = 0; i < p->n_jobs; i++)
        put_job(b, &p->jobs[i]);
    end_list(b, p->n_jobs);
    count(b, 1, "partitions", p->partitions);
    number(b, 1, "step_s", p->step_s);
    mm_buf_str(b, MM_STR("  \"steps\": [\n"));
    for (size_t i = 0; i < p->n_steps; i++) {
        const plan_step *s = &p->step[i];
        mm_buf_str(b, MM_STR("    {\"at_s\": "));
        mm_json_put_double(b, s->at_s);
        mm_buf_printf(b, ", \"workers\": %zu, ", s->workers);
        interval(b, 0, "arrivals", &s->arrivals);
        b->n -= b->failed ? 0 : 2;
        mm_buf_str(b, MM_STR("},\n"));
    }
    end_list(b, p->n_steps);
    mm_buf_str(b, MM_STR("  \"reasons\": [\n"));
    for (size_t i = 0; i < p->n_reasons; i++) {
        mm_buf_str(b, MM_STR("    {\n"));
        text(b, 3, "about", p->reasons[i].about);
        text(b, 3, "text", p->reasons[i].text);
        text(b, 3, "next", p->reasons[i].next);
        last(b);
        mm_buf_str(b, MM_STR("    },\n"));
    }
    end_list(b, p->n_reasons);
    last(b);
    mm_buf_str(b, MM_STR("}\n"));
}
