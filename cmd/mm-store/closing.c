/* closing.c - what makes a shard last. */
#include "closing.h"

#include "digest.h"

#include <stdlib.h>
#include <string.h>

/* Hash, commit, journal. A shard that is not in the journal counts for nothing and is made again. */
static int close_shard(st_closing *c, mm_err *e)
{
    st_digest d;
    int rc = st_digest_file(c->fd, c->shown, c->sha256, &d, e);
    if (rc == 0 && d.bytes != c->written)
        rc = mm_fail(e, MM_ESYS, "%s: %llu bytes were written, and %llu are there", c->shown,
                     (unsigned long long)c->written, (unsigned long long)d.bytes);
    if (rc < 0) {
        st_part_drop(c->folder, c->fd, c->name);
        return -1;
    }
    const st_entry x = {
        .name = mm_str_of(c->name), .records = c->records, .bytes = d.bytes, .xxh3 = mm_str_of(d.xxh3),
        .sha256 = mm_str_of(d.sha256), .first = mm_str_of(c->first), .last = mm_str_of(c->last),
        .input = mm_str_of(c->input), .left_out = c->left_out, .n_left_out = c->n_left_out,
    };
    if (st_part_commit(c->folder, c->fd, c->name, e) < 0 || st_journal_add(c->journal, c->folder, &x, e) < 0)
        return -1;
    return st_manifest_add(c->manifest, &x, e);
}

static void *thread_main(void *arg)
{
    st_closing *c = arg;
    c->failed = close_shard(c, &c->why);
    return NULL;
}

int st_closing_wait(st_closing *c, mm_err *e)
{
    if (c->running)
        pthread_join(c->thread, NULL);
    c->running = false;
    free(c->left_out);
    c->left_out = NULL;
    c->n_left_out = 0;
    if (!c->failed)
        return 0;
    *e = c->why;
    return -1;
}

static void take_over(st_closing *c, st_shard *s)
{
    XXH128_canonical_t h;
    XXH128_canonicalFromHash(&h, XXH3_128bits_digest(s->input));
    for (size_t i = 0; i < sizeof h.digest; i++) {
        c->input[2 * i] = "0123456789abcdef"[h.digest[i] >> 4];
        c->input[2 * i + 1] = "0123456789abcdef"[h.digest[i] & 15];
    }
    memcpy(c->name, s->name, sizeof c->name);
    memcpy(c->shown, s->shown, sizeof c->shown);
    memcpy(c->first, s->first, sizeof c->first);
    memcpy(c->last, s->last, sizeof c->last);
    c->records = s->records;
    c->written = s->writer ? mm_writer_bytes(s->writer) : s->sink.bytes;
    c->sha256 = s->settings->sha256;
    c->left_out = s->left_out;
    c->n_left_out = s->n_left_out;
    s->left_out = NULL;
    s->n_left_out = s->left_out_room = 0;
    st_shard_rest(s);
    c->fd = s->fd;
    s->fd = -1;
}

int st_closing_take(st_closing *c, st_shard *s, mm_err *e)
{
    if (st_closing_wait(c, e) < 0)
        return -1;
    take_over(c, s);
    c->running = c->threads && pthread_create(&c->thread, NULL, thread_main, c) == 0;
    if (c->running)
        return 0;
    thread_main(c);
    return st_closing_wait(c, e);
}
