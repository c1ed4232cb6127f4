/* outputs.c - a file for each value. */
#include "outputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/file.h"

/* Files open at a time. An open one takes up to 140 kB of memory, and some MB when it is compressed. */
#define OPEN_PLAIN 64
#define OPEN_ZSTD 8

typedef struct output {
    char *path;
    mm_outfile file;
    mm_writer *writer;  /* NULL: not open */
    uint64_t used;      /* when it was last written to, by batches */
} output;

struct outputs {
    const char *pattern;
    mm_write_opts opts;
    output *v;
    size_t n, room, open, most_open;
    uint64_t batches, bytes;
};

outputs *outputs_new(const char *pattern, mm_form form, int zstd, mm_err *e)
{
    struct rlimit files;
    outputs *o = strstr(pattern, "{}") ? calloc(1, sizeof *o) : NULL;
    if (!o) {
        mm_fail(e, MM_EUSAGE, "-o '%s' has no {} to tell the outputs apart; write -o 'out/{}.ndjson' or the like", pattern);
        return NULL;
    }
    *o = (outputs){ .pattern = pattern, .opts = { .form = form, .zstd = zstd }, .most_open = zstd ? OPEN_ZSTD : OPEN_PLAIN };
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < 2 * o->most_open)
        o->most_open = files.rlim_cur > 4 ? files.rlim_cur / 2 : 2;
    return o;
}

void outputs_free(outputs *o)
{
    if (!o)
        return;
    for (size_t i = 0; i < o->n; i++) {
        mm_writer_free(o->v[i].writer);
        mm_outfile_discard(&o->v[i].file);
        free(o->v[i].path);
    }
    free(o->v);
    free(o);
}

/* The pattern with the name in place of each {}; owned, NULL when memory ran out. */
static char *fill_in(const char *pattern, mm_str name)
{
    mm_buf b = { 0 };
    for (const char *at; (at = strstr(pattern, "{}")); pattern = at + 2) {
        mm_buf_put(&b, pattern, (size_t)(at - pattern));
        mm_buf_str(&b, name);
    }
    mm_buf_str(&b, mm_str_of(pattern));
    mm_buf_byte(&b, '\0');
    if (b.failed)
        mm_buf_free(&b);
    return b.p;
}

int outputs_add(outputs *o, size_t index, mm_str name, mm_err *e)
{
    if (index < o->n)
        return 0;
    if (o->n == o->room) {
        size_t room = o->room ? 2 * o->room : 16;
        output *v = reallocarray(o->v, room, sizeof *v);
        if (!v)
            return mm_fail(e, MM_ESYS, "out of memory");
        o->v = v;
        o->room = room;
    }
    char *path = fill_in(o->pattern, name);
    if (!path)
        return mm_fail(e, MM_ESYS, "out of memory");
    o->v[o->n++] = (output){ .path = path, .file.fd = -1 };
    return 0;
}

static int make_folders(const output *f, mm_err *e)
{
    for (char *slash = strchr(f->path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int failed = mkdir(f->path, 0777) != 0 && errno != EEXIST ? mm_fail_errno(e, "%s: cannot make this folder", f->path) : 0;
        *slash = '/';
        if (failed)
            return -1;
    }
    return 0;
}

/* Complete what the writer has begun, and let go of it. */
static int end_writer(outputs *o, output *f, mm_err *e)
{
    int failed = mm_writer_end(f->writer, e);
    o->bytes += mm_writer_bytes(f->writer);
    mm_writer_free(f->writer);
    f->writer = NULL;
    o->open--;
    return failed;
}

/* Close the file that was not written to for the longest time; one that is no plain file stays open. */
static int close_one(outputs *o, mm_err *e)
{
    output *oldest = NULL;
    for (size_t i = 0; i < o->n; i++) {
        output *f = &o->v[i];
        if (f->writer && f->file.temp && (!oldest || f->used < oldest->used))
            oldest = f;
    }
    if (!oldest)
        return 0;
    return end_writer(o, oldest, e) < 0 || mm_outfile_pause(&oldest->file, e) < 0 ? -1 : 0;
}

static int open_one(outputs *o, output *f, mm_err *e)
{
    if (o->open >= o->most_open && close_one(o, e) < 0)
        return -1;
    int failed = f->file.temp ? mm_outfile_resume(&f->file, e)
               : make_folders(f, e) < 0 ? -1 : mm_outfile_open(&f->file, f->path, e);
    if (failed)
        return -1;
    f->writer = mm_writer_open(f->file.fd, f->path, &o->opts, e);
    o->open += f->writer != NULL;
    return f->writer ? 0 : -1;
}

int outputs_write(outputs *o, const mm_batch *b, mm_err *e)
{
    o->batches++;
    for (size_t i = 0; i < b->n; i++) {
        const mm_rec *r = &b->rec[i];
        output *f = r->verdict == MM_KEEP ? &o->v[r->route] : NULL;
        if (!f || f->used == o->batches)
            continue;
        if (o->opts.form == MM_FORM_AUTO)
            o->opts.form = r->raw_form;
        f->used = o->batches;
        if ((!f->writer && open_one(o, f, e) < 0) || mm_writer_batch(f->writer, b, r->route, e) < 0)
            return -1;
    }
    return 0;
}

int outputs_finish(outputs *o, mm_err *e)
{
    for (size_t i = 0; i < o->n; i++) {
        output *f = &o->v[i];
        int failed = !f->writer && f->file.temp ? mm_outfile_resume(&f->file, e)
                   : !f->writer && open_one(o, f, e) < 0 ? -1 : end_writer(o, f, e);
        if (failed || mm_outfile_commit(&f->file, e) < 0)
            return -1;
    }
    return 0;
}

uint64_t outputs_bytes(const outputs *o) { return o->bytes; }
