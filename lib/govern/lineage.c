/* lineage.c - OpenLineage run events (spec 2-0-2): one START, then COMPLETE, FAIL or ABORT,
 * each a line. Datasets are named as OpenLineage's naming rules say: a file by its absolute path in
 * namespace "file", anything with a scheme by its authority. Standard input and output are no
 * datasets: the neighbour in the pipe is a run of its own. */
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "govern/emit.h"
#include "govern/usage.h"

#define SPEC "https://openlineage.io/spec/"

/* A facet's common members; the caller adds its own and closes the brace. */
static void open_facet(mm_buf *b, const mm_usage *u, const char *name, const char *schema)
{
    mm_buf_printf(b, "\"%s\":{\"_producer\":\"urn:mmtools:%s:%s\",\"_schemaURL\":\"" SPEC "%s\"", name, u->tool,
                  u->version, schema);
}

static void put_run(mm_buf *b, const mm_usage *u, mm_run_event event)
{
    const char *id = u->run;
    mm_buf_printf(b, ",\"run\":{\"runId\":\"%.8s-%.4s-%.4s-%.4s-%.12s\",\"facets\":{", id, id + 8, id + 12,
                  id + 16, id + 20);
    open_facet(b, u, "processing_engine",
               "facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet");
    mm_emit_member(b, "version", u->version);
    mm_emit_member(b, "name", "mmtools");
    mm_buf_byte(b, '}');
    if (event == MM_RUN_FAIL) {
        mm_buf_byte(b, ',');
        open_facet(b, u, "errorMessage", "facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet");
        mm_buf_printf(b, ",\"message\":\"exit status %d\",\"programmingLanguage\":\"C\"}", u->status);
    }
    mm_buf_str(b, MM_STR("}}"));
}

static void put_job(mm_buf *b, const mm_usage *u)
{
    mm_buf_str(b, MM_STR(",\"job\":{\"namespace\":\"mmtools\""));
    mm_emit_member(b, "name", u->stage ? u->stage : u->tool);
    mm_buf_str(b, MM_STR(",\"facets\":{"));
    open_facet(b, u, "jobType", "facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet");
    mm_buf_str(b, MM_STR(",\"processingType\":\"BATCH\",\"integration\":\"MMTOOLS\",\"jobType\":\"COMMAND\"}}}"));
}

/* {"namespace":...,"name":... without the closing brace. */
static void put_dataset(mm_buf *b, const char *name)
{
    const char *scheme = strstr(name, "://");
    const char *path = scheme ? strchr(scheme + 3, '/') : NULL;
    mm_buf_str(b, MM_STR("{\"namespace\":"));
    if (path) {
        mm_json_put(b, (mm_str){ name, (size_t)(path - name) });
        mm_emit_member(b, "name", path + 1);
        return;
    }
    char whole[2 * PATH_MAX], here[PATH_MAX];
    const char *tail = strncmp(name, "./", 2) == 0 ? name + 2 : name;
    if (*name == '/' || !getcwd(here, sizeof(here)))
        snprintf(whole, sizeof(whole), "%s", name);
    else
        snprintf(whole, sizeof(whole), "%s/%s", here[1] ? here : "", tail);
    mm_buf_str(b, MM_STR("\"file\""));
    mm_emit_member(b, "name", whole);
}

/* What is known of all inputs (outputs) together is said where there is just one. */
typedef struct side {
    const char *key, *facets, *facet, *schema;
    const char *const *name;
    size_t n;
    uint64_t rows, bytes;
} side;

static void put_side(mm_buf *b, const mm_usage *u, const side *s, bool counted)
{
    size_t put = 0;
    mm_buf_printf(b, ",\"%s\":[", s->key);
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->name[i], "-") == 0)
            continue;
        if (put++ > 0)
            mm_buf_byte(b, ',');
        put_dataset(b, s->name[i]);
        if (counted && s->n == 1) {
            mm_buf_printf(b, ",\"%s\":{", s->facets);
            open_facet(b, u, s->facet, s->schema);
            mm_buf_printf(b, ",\"rowCount\":%llu,\"size\":%llu}}", (unsigned long long)s->rows,
                          (unsigned long long)s->bytes);
        }
        mm_buf_byte(b, '}');
    }
    mm_buf_byte(b, ']');
}

static void put_event(mm_buf *b, const mm_usage *u, mm_run_event event)
{
    static const char *const type[] = { "START", "COMPLETE", "FAIL", "ABORT" };
    const side in = { "inputs", "inputFacets", "inputStatistics",
                      "facets/1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet",
                      u->inputs, u->n_inputs, u->in, u->bytes_in };
    const side out = { "outputs", "outputFacets", "outputStatistics",
                       "facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/"
                       "OutputStatisticsOutputDatasetFacet",
                       u->outputs, u->n_outputs, u->out, u->bytes_out };
    mm_buf_printf(b, "{\"eventType\":\"%s\",\"eventTime\":", type[event]);
    mm_emit_time(b, event == MM_RUN_START ? u->start_ns : u->end_ns);
    mm_buf_printf(b, ",\"producer\":\"urn:mmtools:%s:%s\"", u->tool, u->version);
    mm_buf_str(b, MM_STR(",\"schemaURL\":\"" SPEC "2-0-2/OpenLineage.json#/$defs/RunEvent\""));
    put_run(b, u, event);
    put_job(b, u);
    put_side(b, u, &in, event != MM_RUN_START);
    put_side(b, u, &out, event != MM_RUN_START);
    mm_buf_str(b, MM_STR("}\n"));
}

int mm_lineage_write(const char *file, const mm_usage *u, mm_run_event event, mm_err *e)
{
    mm_buf b = { 0 };
    put_event(&b, u, event);
    int result = mm_emit_append(file, &b, e);
    mm_buf_free(&b);
    return result;
}
