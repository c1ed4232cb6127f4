/* shard_look.c - a look at the first members of a tar that is not compressed, for shard_tell.h. */
#include "private.h"
#include "shard_tell.h"

/* Of a pipe so much is held at most while it is looked at; and headers that are read before it is given up. */
#define PIPE_MAX ((uint64_t)16 << 20)
#define HEADERS_MAX 100

typedef struct look {
    ingest *g;
    tar tar;
    shard_tell tell;
    uint64_t at;     /* behind where the input stands */
    mm_buf content;  /* of an extension */
} look;

static bool peek(look *l, void *p, size_t n)
{
    mm_err e = { 0 };  /* what can not be read now is told when it is read */
    bool far = !l->g->in.regular && l->at + n > PIPE_MAX;
    return !far && input_peek(&l->g->in, l->at, p, n, &e) == (ssize_t)n;
}

static bool extend(look *l, uint64_t size)
{
    mm_err e = { 0 };
    l->content.n = 0;
    char *p = mm_buf_room(&l->content, (size_t)size + 1);
    return p && peek(l, p, (size_t)size) && tar_extend(&l->tar, (mm_str){ p, (size_t)size }, &e) == 0;
}

/* The next header and what it says. */
static shard_answer next(look *l)
{
    char block[TAR_BLOCK];
    tar_member m;
    mm_err e = { 0 };
    if (!peek(l, block, sizeof block))
        return SHARD_NO;
    tar_kind kind = tar_head(&l->tar, block, &m, &e);
    l->at += TAR_BLOCK;
    if (kind == TAR_ZERO || kind == TAR_BAD || kind == TAR_SPARSE || (kind == TAR_EXTENSION && !extend(l, m.size)))
        return SHARD_NO;
    l->at += m.size + (-m.size & (TAR_BLOCK - 1));
    if (kind != TAR_FILE || !walk_wanted(&l->g->o->walk, m.name.p))
        return SHARD_UNKNOWN;
    return shard_tell_member(&l->tell, m.name, m.owner);
}

bool is_shard(ingest *g)
{
    look l = { .g = g };
    shard_answer answer = SHARD_UNKNOWN;
    for (int i = 0; i < HEADERS_MAX && answer == SHARD_UNKNOWN; i++)
        answer = next(&l);
    tar_free(&l.tar);
    shard_tell_free(&l.tell);
    mm_buf_free(&l.content);
    return answer == SHARD_YES;
}
