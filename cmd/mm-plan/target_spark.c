/* target_spark.c - a plan as a job for spark-submit, in Python: each task is a partition, handed to the tools. */
#include <math.h>

#include "target_private.h"
#include "task.h"

static void put_job(mm_buf *b, const plan *p, size_t j, const target_opts *o)
{
    char name[SLUG_ROOM];
    mm_buf text = { 0 };
    job_slug(name, p, j);
    task_put(&text, p, j, o);
    mm_buf_printf(b, "    {\"name\": \"%s\", \"shards\": %zu, \"after\": [", name, p->jobs[j].shards);
    for (size_t i = 0; i < p->jobs[j].n_after; i++)
        mm_buf_printf(b, "%s%zu", i ? ", " : "", p->jobs[j].after[i]);
    mm_buf_str(b, MM_STR("], \"task\": (\n"));
    for (mm_str rest = mm_buf_view(&text); rest.n;) {   /* a line of the text a line */
        size_t n = 0;
        while (n < rest.n && rest.p[n++] != '\n')
            ;
        mm_buf_str(b, MM_STR("        "));
        quote_json(b, (mm_str){ rest.p, n });
        mm_buf_byte(b, '\n');
        rest = (mm_str){ rest.p + n, rest.n - n };
    }
    mm_buf_str(b, MM_STR("    )},\n"));
    b->failed |= text.failed;
    mm_buf_free(&text);
}

/* What to ask a cluster for; what spark-submit is told goes before. */
static void put_settings(mm_buf *b, const plan *p)
{
    size_t cores = 1, parallel = 1;
    double memory = 0;
    for (size_t j = 0; j < p->n_jobs; j++) {
        const job *it = &p->jobs[j];
        cores = it->cores > cores ? it->cores : cores;
        parallel = it->parallel > parallel ? it->parallel : parallel;
        memory = fmax(memory, it->memory_bytes);
    }
    mm_buf_printf(b, "SETTINGS = {\n    \"spark.executor.instances\": \"%zu\", \"spark.executor.cores\": \"%zu\", \"spark.task.cpus\": \"%zu\",\n"
                     "    \"spark.cores.max\": \"%zu\", \"spark.executor.memoryOverhead\": \"%.0fm\",\n}\n", parallel, cores, cores, parallel * cores,
                  fmax(384, ceil(memory / (1 << 20))));
}

void target_spark(mm_buf *b, const plan *p, const target_opts *o)
{
    char name[SLUG_ROOM];
    slug(name, "", p->pipeline);
    mm_buf_printf(b, "#!/usr/bin/env python3\n"
                     "# Made by mm-plan from the pipeline %s: spark-submit runs it, from a folder that all executors share and have the tools in.\n"
                     "# Submitted again, it goes on where it was.\n"
                     "import os\nimport subprocess\nfrom concurrent.futures import ThreadPoolExecutor\n\n"
                     "from pyspark import SparkConf, SparkContext\n\nNAME = \"%s\"\n", name, name);
    put_settings(b, p);
    mm_buf_str(b, MM_STR("JOBS = [\n"));
    for (size_t j = 0; j < p->n_jobs; j++)
        put_job(b, p, j, o);
    mm_buf_str(b, MM_STR(
        "]\n\n\n"
        "def pipe(sc, job, before):\n"
        "    for other in before:\n"
        "        other.result()\n"
        "    folder, task = os.getcwd(), job[\"task\"]\n\n"
        "    def run(shard):\n"
        "        done = subprocess.run([\"bash\", \"-c\", task], cwd=folder, env={**os.environ, \"shard\": str(shard)},\n"
        "                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)\n"
        "        if done.returncode != 0:\n"
        "            raise RuntimeError(done.stderr.decode(errors=\"replace\")[-4000:])\n\n"
        "    sc.parallelize(range(job[\"shards\"]), job[\"shards\"]).foreach(run)\n"
        "    print(f'{job[\"name\"]}: done', flush=True)\n\n\n"
        "def main():\n"
        "    conf = SparkConf().setAppName(NAME)\n"
        "    if not conf.get(\"spark.master\", \"local\").startswith(\"local\"):\n"
        "        for key, value in SETTINGS.items():\n"
        "            conf.setIfMissing(key, value)\n"
        "    sc = SparkContext(conf=conf)\n"
        "    started = []\n"
        "    with ThreadPoolExecutor(len(JOBS)) as pool:\n"
        "        for job in JOBS:\n"
        "            started.append(pool.submit(pipe, sc, job, [started[i] for i in job[\"after\"]]))\n"
        "    for job in started:\n"
        "        job.result()\n"
        "    sc.stop()\n\n\n"
        "if __name__ == \"__main__\":\n"
        "    main()\n"));
}
