/* flow.c - how much comes into each stage. */
#include "flow.h"

#include <glob.h>
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* ---- sizes from files ---- */

static const struct {
    const char *ending;
    int modality;
} endings[] = {
    { "txt", TEXT }, { "md", TEXT }, { "html", TEXT }, { "htm", TEXT }, { "xml", TEXT }, { "pdf", TEXT }, { "log", TEXT },
    { "jpg", IMAGE }, { "jpeg", IMAGE }, { "png", IMAGE }, { "gif", IMAGE }, { "webp", IMAGE }, { "tif", IMAGE }, { "tiff", IMAGE },
    { "bmp", IMAGE }, { "heic", IMAGE }, { "heif", IMAGE }, { "avif", IMAGE }, { "dcm", IMAGE },
    { "wav", AUDIO }, { "flac", AUDIO }, { "mp3", AUDIO }, { "ogg", AUDIO }, { "opus", AUDIO }, { "m4a", AUDIO }, { "aac", AUDIO },
    { "mp4", VIDEO }, { "mkv", VIDEO }, { "webm", VIDEO }, { "mov", VIDEO }, { "avi", VIDEO }, { "mpg", VIDEO }, { "mpeg", VIDEO },
    { "csv", ROW }, { "tsv", ROW }, { "json", ROW }, { "ndjson", ROW }, { "jsonl", ROW }, { "parquet", ROW },
};

int flow_modality(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot + 1, endings[i].ending) == 0)
            return endings[i].modality;
    return -1;
}

enum { DEEPEST = 64 };

/* Add what lies at path, folders with all in them but what begins with a dot. */
static int measure(const char *path, int depth, flow_size *size, mm_err *e)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return errno == ENOENT ? 0 : mm_fail_errno(e, "%s: cannot look", path);
    if (S_ISREG(st.st_mode)) {
        int modality = flow_modality(path);
        size->files++;
        size->bytes += (double)st.st_size;
        if (modality >= 0)
            size->of[modality] += (double)st.st_size;
        return 0;
    }
    DIR *d = S_ISDIR(st.st_mode) && depth < DEEPEST ? opendir(path) : NULL;
    if (!d)
        return S_ISDIR(st.st_mode) ? mm_fail_errno(e, "%s: cannot open", path) : 0;
    mm_buf name = { 0 };
    int rc = 0;
    for (struct dirent *f; rc == 0 && (f = readdir(d));) {
        if (f->d_name[0] == '.')
            continue;
        name.n = 0;
        mm_buf_printf(&name, "%s/%s", path, f->d_name);
        mm_buf_byte(&name, 0);
        rc = name.failed ? mm_fail(e, MM_ESYS, "out of memory") : measure(name.p, depth + 1, size, e);
    }
    mm_buf_free(&name);
    closedir(d);
    return rc;
}

int flow_files(const char *path, flow_size *size, mm_err *e)
{
    glob_t g;
    int rc = 0;
    *size = (flow_size){ 0 };
    if (glob(path, GLOB_NOSORT, NULL, &g) != 0)
        return 0;
    for (size_t i = 0; rc == 0 && i < g.gl_pathc; i++)
        rc = measure(g.gl_pathv[i], 0, size, e);
    globfree(&g);
    return rc;
}

int flow_measure(pipeline *p, mm_err *e)
{
    for (size_t i = 0; i < p->n_data; i++) {
        dataset *d = &p->data[i];
        flow_size size;
        if (!d->path || d->writer != NONE)
            continue;
        if (flow_files(d->path, &size, e) < 0)
            return -1;
        d->files = size.files;
        if (!isnan(d->bytes) || !size.files)
            continue;
        d->bytes = size.bytes;
        for (int k = 0; k < N_MODALITIES; k++)
            d->share[k] = size.bytes > 0 ? size.of[k] / size.bytes : 0;
    }
    return 0;
}

/* ---- through the stages ---- */

static bool any_share(const double *share)
{
    double sum = 0;
    for (int i = 0; i < N_MODALITIES; i++)
        sum += share[i];
    return sum > 0;
}

const char *flow_model(const plan_stage *s, const models *m)
{
    static const char *const tools[] = { "mm-ingest", "mm-probe", "mm-redact", "mm-select", "mm-bias", "mm-cost", "mm-store" };
    size_t n = strcspn(s->command, " \t\n");
    for (size_t i = 0; !models_lines(m, s->name) && i < sizeof tools / sizeof *tools; i++)
        if (strlen(tools[i]) == n && memcmp(tools[i], s->command, n) == 0 && models_lines(m, tools[i]))
            return tools[i];
    return s->name;
}

/* What a stage lets through: as declared, else as learnt, else all. */
load flow_through(const plan_stage *s, const models *m, const load *in)
{
    load out = *in;
    double records, bytes;
    models_keeps(m, flow_model(s, m), &records, &bytes);
    if (!isnan(s->keeps))
        records = bytes = s->keeps;
    out.records *= isnan(records) ? 1 : records;
    out.bytes *= isnan(bytes) ? 1 : bytes;
    return out;
}

/* Of a stream the size is not known: a million records stand for it, so that what one takes can be told. */
static load of_stream(const plan_stage *s, const models *m)
{
    double density = models_density(m, flow_model(s, m)), records = 1e6;
    return (load){ .records = records, .bytes = isnan(density) || density <= 0 ? records * 1000 : records / density };
}

static int begins_with(const pipeline *p, const models *m, size_t stage, load *in, mm_err *e)
{
    const plan_stage *s = &p->stage[stage];
    const dataset *d = &p->data[s->reads];
    if (isnan(d->bytes) && p->arrivals.file) {
        *in = of_stream(s, m);
        memcpy(in->share, d->share, sizeof in->share);
        return 0;
    }
    if (isnan(d->bytes))
        return mm_node_fail(p->doc, d->node, e, "the size of %s is not known: declare its bytes, or let its path name files that are there", d->name);
    double density = models_density(m, flow_model(s, m));
    *in = (load){ .bytes = d->bytes, .records = d->records };
    memcpy(in->share, d->share, sizeof in->share);
    if (isnan(in->records))
        in->records = isnan(density) ? (double)d->files : d->bytes * density;
    return 0;
}

int flow_make(const pipeline *p, const models *m, load *into, mm_err *e)
{
    for (size_t i = 0; i < p->n_stages; i++) {
        const plan_stage *s = &p->stage[i];
        const dataset *d = s->reads == NONE ? NULL : &p->data[s->reads];
        size_t from = d ? d->writer : s->from;
        if (from != NONE)
            into[i] = flow_through(&p->stage[from], m, &into[from]);
        else if (!d)
            into[i] = p->arrivals.file ? of_stream(s, m) : (load){ 0 };
        else if (begins_with(p, m, i, &into[i], e) < 0)
            return -1;
        if (d && from != NONE && !isnan(d->bytes))
            into[i].bytes = d->bytes;
        if (d && from != NONE && !isnan(d->records))
            into[i].records = d->records;
        if (d && any_share(d->share))
            memcpy(into[i].share, d->share, sizeof d->share);
    }
    return 0;
}
