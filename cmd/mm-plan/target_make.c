/* target_make.c - a plan as a Makefile for GNU make, which runs it on this machine. */
#include <string.h>

#include "app/app.h"
#include "target_private.h"
#include "task.h"

/* A text that make hands on as it is: in a recipe, each line of it behind a tab. */
static void put_recipe(mm_buf *b, mm_str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (i == 0 || s.p[i - 1] == '\n')
            mm_buf_byte(b, '\t');
        if (s.p[i] == '$')
            mm_buf_byte(b, '$');
        mm_buf_byte(b, s.p[i]);
    }
}

/* The most tasks that are to run at once: of jobs that may run side by side, by the times that are expected. */
static size_t most_at_once(const plan *p)
{
    size_t most = 1;
    for (size_t i = 0; i < p->n_jobs; i++) {
        size_t sum = 0;
        for (size_t k = 0; k < p->n_jobs; k++)
            if (p->jobs[k].start_s <= p->jobs[i].start_s && p->jobs[i].start_s < p->jobs[k].start_s + p->jobs[k].time_s.mean)
                sum += p->jobs[k].parallel;
        if (sum < p->jobs[i].parallel)
            sum = p->jobs[i].parallel;
        most = sum > most ? sum : most;
    }
    return most;
}

static void put_state(mm_buf *b, const plan *p, size_t j)
{
    mm_buf_str(b, MM_STR("$(work)/"));
    job_state(b, p, j);
}

static void put_job(mm_buf *b, const plan *p, size_t j, size_t jobs, const target_opts *o)
{
    const job *it = &p->jobs[j];
    char name[SLUG_ROOM];
    mm_buf text = { 0 };
    job_slug(name, p, j);
    mm_buf_printf(b, "\n# %s: %zu task%s, %zu at once\n%s := ", name, it->shards, mm_plural(it->shards), it->parallel, name);
    put_state(b, p, j);
    mm_buf_printf(b, "/done/\n%s_tasks := $(shell seq -f '$(%s)%%05.0f' 0 %zu)\n%s: $(%s_tasks)\n", name, name, it->shards - 1, name,
                  name);
    if (it->parallel < jobs)   /* task k waits for task k - parallel */
        for (size_t k = it->parallel; k < it->shards; k++)
            mm_buf_printf(b, "$(%s)%05zu: | $(%s)%05zu\n", name, k, name, k - it->parallel);
    mm_buf_printf(b, "$(%s_tasks): $(%s)%%:", name, name);
    for (size_t i = 0; i < it->n_after; i++) {
        char before[SLUG_ROOM];
        job_slug(before, p, it->after[i]);
        mm_buf_printf(b, "%s %s", i ? "" : " |", before);
    }
    mm_buf_str(b, MM_STR("\n\t@shard=$$((10#$*))\n"));
    task_put(&text, p, j, o);
    put_recipe(b, mm_buf_view(&text));
    b->failed |= text.failed;
    mm_buf_free(&text);
}

static void put_names(mm_buf *b, const plan *p)
{
    for (size_t j = 0; j < p->n_jobs; j++) {
        char name[SLUG_ROOM];
        job_slug(name, p, j);
        mm_buf_printf(b, " %s", name);
    }
}

static void put_states(mm_buf *b, const plan *p, const char *suffix)
{
    for (size_t j = 0; j < p->n_jobs; j++) {
        mm_buf_byte(b, ' ');
        put_state(b, p, j);
        mm_buf_str(b, mm_str_of(suffix));
    }
}

void target_make(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[SLUG_ROOM];
    size_t jobs = most_at_once(p);
    slug(name, "", p->pipeline);
    mm_buf_printf(b, "# Made by mm-plan from the pipeline %s. `make -f` this file runs it here, %zu task%s at once; after an\n"
                     "# interruption the same goes on where it was. With `again` it forgets what was done.\n"
                     "SHELL := /usr/bin/env\n"
                     ".SHELLFLAGS := bash -c\n"
                     ".ONESHELL:\n"
                     ".SUFFIXES:\n"
                     "MAKEFLAGS += --no-builtin-rules -j%zu\n"
                     "work := %s\n"
                     ".PHONY: all again", name, jobs, mm_plural(jobs), jobs, o->work);
    put_names(b, p);
    mm_buf_str(b, MM_STR("\nall:"));
    put_names(b, p);
    mm_buf_str(b, MM_STR("\n\t@find"));
    put_states(b, p, "/refused");
    mm_buf_str(b, MM_STR(" -type f -size +0c -printf 'records refused: %p\\n'\nagain:\n\trm -rf"));
    put_states(b, p, "");
    mm_buf_byte(b, '\n');
    for (size_t j = 0; j < p->n_jobs; j++)
        put_job(b, p, j, jobs, o);
}
