/* unpack_look.c - is a tar that is unpacked a shard? Its first members are kept until that is known. */
#include <stdlib.h>
#include <string.h>

#include "shard_tell.h"
#include "unpack_layer.h"

#define KEPT_MAX 8
#define KEPT_BYTES ((size_t)16 << 20)
#define PIECE ((size_t)128 << 10)

typedef struct kept {
    mm_buf name, content;
    uint64_t size;
    bool whole;
} kept;

typedef struct look {
    kept kept[KEPT_MAX];
    size_t n, bytes;
    shard_tell tell;
} look;

/* Keep the member: all of it, or as much as may be. */
static bool keep(look *k, layer *l, mm_str name, uint64_t size)
{
    kept *m = &k->kept[k->n++];
    la_ssize_t got = 1;
    m->size = size;
    mm_buf_str(&m->name, name);
    while (got > 0 && k->bytes < KEPT_BYTES) {
        char *p = mm_buf_room(&m->content, PIECE);
        if (!p)
            break;
        got = archive_read_data(l->a, p, PIECE);
        m->content.n += got > 0 ? (size_t)got : 0;
        k->bytes += got > 0 ? (size_t)got : 0;
    }
    m->whole = got == 0;
    return m->whole && k->n < KEPT_MAX;
}

static bool is_file(struct archive_entry *entry)
{
    return archive_entry_filetype(entry) == AE_IFREG && !archive_entry_hardlink(entry) && archive_entry_pathname(entry) &&
           archive_entry_size_is_set(entry);
}

/* Read headers until it is known; *entry: the one that was not kept, or NULL. */
static int read_members(look *k, layer *l, struct archive_entry **entry)
{
    int got;
    shard_answer answer = SHARD_UNKNOWN;
    *entry = NULL;
    while (answer == SHARD_UNKNOWN) {
        struct archive_entry *next;
        got = archive_read_next_header(l->a, &next);
        if (got == ARCHIVE_RETRY)
            continue;
        if (got == ARCHIVE_EOF || got < ARCHIVE_WARN)
            return got == ARCHIVE_EOF ? got : ARCHIVE_FATAL;
        *entry = next;
        if (!layer_is_tar(l) || !is_file(next))
            return ARCHIVE_OK;  /* folders and links stand in no shard but before it */
        const char *owner = archive_entry_uname(next);
        answer = shard_tell_member(&k->tell, mm_str_of(archive_entry_pathname(next)), mm_str_of(owner ? owner : ""));
        l->shard = answer == SHARD_YES;
        if (answer != SHARD_UNKNOWN)
            break;
        *entry = NULL;
        if (!keep(k, l, mm_str_of(archive_entry_pathname(next)), (uint64_t)archive_entry_size(next)))
            break;
    }
    return ARCHIVE_OK;
}

int layer_look(layer *l)
{
    look *k = calloc(1, sizeof *k);
    struct archive_entry *entry;
    if (!k)
        return mm_fail(l->w->e, MM_EBAD, "out of memory"), LAYER_FAILED;
    int got, rc = 0;
    do
        got = read_members(k, l, &entry);
    while (got == ARCHIVE_OK && k->n == 0 && entry && !is_file(entry) && layer_is_tar(l) && (rc = layer_entry(l, entry)) == 0);
    for (size_t i = 0; i < k->n && rc == 0; i++) {
        const kept *m = &k->kept[i];
        rc = ++l->w->members > l->w->args.limits.members
           ? mm_fail(l->w->e, MM_EBAD, "holds more than %llu members; raise --max-members if that is right",
                     (unsigned long long)l->w->args.limits.members)
           : layer_file(l, mm_buf_view(&m->name), m->size, mm_buf_view(&m->content), m->whole);
    }
    if (rc == 0 && entry)
        rc = layer_entry(l, entry);
    for (size_t i = 0; i < k->n; i++) {
        mm_buf_free(&k->kept[i].name);
        mm_buf_free(&k->kept[i].content);
    }
    shard_tell_free(&k->tell);
    free(k);
    return rc < 0 ? LAYER_FAILED : got;
}
