/* target_slurm.c - a plan as a script that submits job arrays to Slurm (sbatch(1)). */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "target_private.h"
#include "task.h"

/* The index of an array has to be below MaxArraySize, which is 1001 where nobody set it. */
enum { MOST_INDEXES = 1000 };
/* A limit of time is there to end what hangs, so it lies far above what is expected. */
enum { TIME_MARGIN = 4, LEAST_MINUTES = 10 };

/* A word that ends a here-document: no line of the text is the same. */
static void end_word(char out[32], mm_str text)
{
    for (unsigned i = 0;; i++) {
        size_t n = (size_t)snprintf(out, 32, "\nEND_OF_TASK_%u", i) - 1;
        const char *at = memmem(text.p, text.n, out, n + 1);
        if (!at) {
            memmove(out, out + 1, n + 1);
            return;
        }
    }
}

static void put_options(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    char name[SLUG_ROOM], whole[SLUG_ROOM];
    size_t indexes = it->shards < MOST_INDEXES ? it->shards : MOST_INDEXES;
    double minutes = ceil(TIME_MARGIN * task_seconds(p, j) / 60 * ceil((double)it->shards / (double)indexes));
    job_slug(name, p, j);
    slug(whole, "", p->pipeline);
    mm_buf_printf(b, "submit %s-%s --array=0-%zu%%%zu --ntasks=1 --cpus-per-task=%zu", whole, name, indexes - 1,
                  it->parallel ? it->parallel : 1, it->cores ? it->cores : 1);
    if (it->memory_bytes > 0)
        mm_buf_printf(b, " --mem=%.0fM", ceil(it->memory_bytes / (1 << 20)));
    mm_buf_printf(b, " --time=%.0f", minutes > LEAST_MINUTES ? minutes : LEAST_MINUTES);
    mm_buf_str(b, mm_str_of(it->resumable ? " --requeue --open-mode=append" : " --no-requeue"));
    mm_buf_str(b, MM_STR(" \\\n    --output="));
    mm_buf_str(b, mm_str_of(o->work));
    mm_buf_printf(b, "/log/%%x.%%a.txt --comment=");
    quote_shell(b, mm_str_of(it->machine));
    for (size_t i = 0; i < it->n_after; i++)
        mm_buf_printf(b, "%s$j%zu", i ? ":" : " --kill-on-invalid-dep=yes --dependency=afterok:", it->after[i] + 1);
}

static void put_job(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    const job *it = &p->jobs[j];
    char end[32];
    mm_buf text = { 0 };
    mm_buf_str(&text, MM_STR("#!/bin/bash\n"));
    if (it->shards > MOST_INDEXES)
        mm_buf_printf(&text, "for ((shard = SLURM_ARRAY_TASK_ID; shard < %zu; shard += %d)); do (\n", it->shards, MOST_INDEXES);
    else
        mm_buf_str(&text, MM_STR("shard=$SLURM_ARRAY_TASK_ID\n"));
    task_put(&text, p, j, o);
    if (it->shards > MOST_INDEXES)
        mm_buf_str(&text, MM_STR(") || exit\ndone\n"));
    end_word(end, mm_buf_view(&text));
    mm_buf_byte(b, '\n');
    put_options(b, p, j, o);
    mm_buf_printf(b, " <<'%s'\n", end);
    mm_buf_str(b, mm_buf_view(&text));
    mm_buf_printf(b, "%s\nj%zu=$id\n", end, j + 1);
    b->failed |= text.failed;
    mm_buf_free(&text);
}

void target_slurm(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[SLUG_ROOM];
    slug(name, "", p->pipeline);
    mm_buf_printf(b, "#!/bin/bash\n"
                     "# Made by mm-plan from the pipeline %s. `bash` this file submits it to Slurm, an array a job, from the folder that all\n"
                     "# nodes share, and tells the ids. Submitted again, it goes on where it was. SBATCH_PARTITION, SBATCH_CONSTRAINT and\n"
                     "# the like say what is special here (sbatch(1)).\n"
                     "set -eu\n"
                     "mkdir -p %s/log\n"
                     "submit() {\n"
                     "    id=$(sbatch --parsable --job-name=\"$@\")\n"
                     "    id=${id%%%%;*}\n"
                     "    echo \"$id $1\"\n"
                     "}\n", name, o->work);
    for (size_t j = 0; j < p->n_jobs; j++)
        put_job(b, p, j, o);
}
