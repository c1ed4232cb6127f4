/* tar.c - a tar into a sink, by libarchive: ustar headers, and pax ones where a size does not fit. */
#include "tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>

struct st_tar {
    struct archive *a;
    struct archive_entry *entry;
    mm_sink *sink;
    bool stays;     /* what libarchive passes on lies in the caller's memory */
    bool dropped;   /* what it still passes on goes nowhere */
    mm_err why;     /* of a write that failed */
};

/* libarchive gives headers and padding from memory of its own, and file bytes as they were given to it. It is never
 * told of a failure: an archive that failed leaks what its last filter holds. */
static la_ssize_t pass_on(struct archive *a, void *ctx, const void *p, size_t n)
{
    st_tar *t = ctx;
    if (!t->dropped && mm_sink_put(t->sink, (mm_str){ p, n }, t->stays, &t->why) < 0)
        t->dropped = true;
    return (la_ssize_t)n;
}

static int failed(st_tar *t, mm_err *e)
{
    if (t->why.code) {
        *e = t->why;
        return -1;
    }
    return mm_fail(e, MM_ESYS, "%s: %s", t->sink->name, archive_error_string(t->a));
}

st_tar *st_tar_new(mm_sink *s, int64_t mtime, mm_err *e)
{
    st_tar *t = calloc(1, sizeof *t);
    if (t) {
        t->sink = s;
        t->a = archive_write_new();
        t->entry = archive_entry_new();
    }
    if (!t || !t->a || !t->entry) {
        st_tar_free(t);
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    archive_write_set_format_pax_restricted(t->a);
    archive_write_set_bytes_per_block(t->a, 0);
    archive_write_set_bytes_in_last_block(t->a, 1);
    archive_entry_set_filetype(t->entry, AE_IFREG);
    archive_entry_set_perm(t->entry, 0644);
    archive_entry_set_mtime(t->entry, mtime, 0);
    archive_entry_set_uname(t->entry, "mm-store");  /* by which mm-ingest knows a shard */
    if (archive_write_open(t->a, t, NULL, pass_on, NULL) == ARCHIVE_OK)
        return t;
    failed(t, e);
    st_tar_free(t);
    return NULL;
}

void st_tar_free(st_tar *t)
{
    if (!t)
        return;
    archive_entry_free(t->entry);
    t->dropped = true;  /* what was not ended stays as it is */
    archive_write_free(t->a);
    free(t);
}

int st_tar_file(st_tar *t, const char *name, uint64_t size, mm_err *e)
{
    t->stays = false;
    archive_entry_set_pathname(t->entry, name);
    archive_entry_set_size(t->entry, (la_int64_t)size);
    bool done = archive_write_header(t->a, t->entry) == ARCHIVE_OK;
    return done && !t->dropped ? 0 : failed(t, e);
}

int st_tar_bytes(st_tar *t, mm_str bytes, bool stays, mm_err *e)
{
    t->stays = stays;
    bool done = bytes.n == 0 || archive_write_data(t->a, bytes.p, bytes.n) == (la_ssize_t)bytes.n;
    t->stays = false;
    return done && !t->dropped ? 0 : failed(t, e);
}

int st_tar_end(st_tar *t, mm_err *e)
{
    bool done = archive_write_close(t->a) == ARCHIVE_OK;
    return done && !t->dropped ? 0 : failed(t, e);
}

uint64_t st_tar_room(uint64_t size)
{
    enum { BLOCK = 512, PAX = 3 * BLOCK };
    uint64_t pax = size >> 33 ? PAX : 0;  /* 11 octal digits */
    return pax + BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
}
