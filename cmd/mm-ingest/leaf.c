/* leaf.c - from the bytes of a file or member to a record. */
#define XXH_STATIC_LINKING_ONLY  /* the size of a state */
#include "leaf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "charset/charset.h"

#define BLOCK ((size_t)256 << 10)

struct leaf_state {
    const leaf_opts *o;
    mm_typer *typer;
    mm_buf head, ref;
    char *block;   /* for what is not held; made when first needed */
};

leaf_state *leaf_state_new(const leaf_opts *o, mm_err *e)
{
    leaf_state *s = calloc(1, sizeof *s);
    if (s)
        s->o = o;
    if (!s || !(s->typer = mm_typer_new())) {
        mm_fail(e, MM_ESYS, "out of memory");
        leaf_state_free(s);
        return NULL;
    }
    return s;
}

void leaf_state_free(leaf_state *s)
{
    if (!s)
        return;
    mm_typer_free(s->typer);
    mm_buf_free(&s->head);
    mm_buf_free(&s->ref);
    free(s->block);
    free(s);
}

mm_buf *leaf_scratch(leaf_state *s)
{
    s->head.n = 0;
    s->head.failed = false;
    return &s->head;
}

/* Room is left for the header. */
size_t leaf_carry_max(const leaf_opts *o)
{
    size_t head = o->max_record > ((size_t)64 << 10) ? (size_t)4 << 10 : 0, n = o->max_record - head;
    return o->base64 ? n / 4 * 3 : n;
}

static int no_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "out of memory");
}

/* ---- reading ---- */

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

static int check_unchanged(int fd, const leaf *l, mm_err *e)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || !same_file(&st, &l->place.st))
        return mm_fail(e, MM_EBAD, "the file changed while it was read");
    return 0;
}

/* n bytes at offset, all of them. */
static int read_at(int fd, char *p, size_t n, uint64_t offset, mm_err *e)
{
    while (n) {
        ssize_t got = pread(fd, p, n, (off_t)offset);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            mm_fail_errno(e, "cannot be read");
            return e->code = MM_EBAD, -1;
        }
        if (got == 0)
            return mm_fail(e, MM_EBAD, "the file became shorter while it was read");
        p += got;
        offset += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

static int open_place(const leaf *l, mm_err *e)
{
    int fd = open(l->place.path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0)
        return fd;
    bool gone = errno == ENOENT;
    mm_fail_errno(e, gone ? "the file vanished" : "cannot be read");
    e->code = errno == EMFILE || errno == ENFILE || errno == ENOMEM ? MM_ESYS : MM_EBAD;
    return -1;
}

/* What a text is found to be while it runs by. */
typedef struct text_watch {
    bool plain;      /* UTF-8 with LF ends so far */
    char tail[4];    /* of a character that the blocks cut */
    size_t tail_n;
} text_watch;

static void watch_text(text_watch *w, mm_str block)
{
    char joined[8];
    size_t more = block.n < 4 ? block.n : 4;
    if (!w->plain || memchr(block.p, '\r', block.n)) {
        w->plain = false;
        return;
    }
    if (w->tail_n) {  /* the character that was cut must be whole with the next bytes */
        memcpy(joined, w->tail, w->tail_n);
        memcpy(joined + w->tail_n, block.p, more);
        size_t good = mm_simd()->utf8_check(joined, w->tail_n + more);
        if (good < w->tail_n + 1) {
            w->plain = false;
            return;
        }
        unsigned char lead = (unsigned char)w->tail[0];
        size_t skip = (lead >= 0xf0 ? 4u : lead >= 0xe0 ? 3u : 2u) - w->tail_n;
        block.p += skip;
        block.n -= skip;
        w->tail_n = 0;
    }
    size_t good = mm_simd()->utf8_check(block.p, block.n);
    if (block.n - good > 3) {
        w->plain = false;
        return;
    }
    w->tail_n = block.n - good;
    memcpy(w->tail, block.p + good, w->tail_n);
}

/* libmagic's answer is lost with its next one. */
static void type_by(leaf_state *s, leaf *l, mm_str head, mm_arena *a)
{
    if (l->type.mime && strcmp(l->type.mime, "application/octet-stream") != 0)
        return;
    l->type = mm_type_of(s->typer, head, l->size);
    mm_str kept = mm_arena_copy(a, mm_str_of(l->type.mime));
    l->type.mime = kept.p ? kept.p : "application/octet-stream";
}

/* Hash what is not held, block by block; a long text must be plain already. */
static int stream(leaf_state *s, int fd, leaf *l, mm_arena *a, mm_err *e)
{
    XXH3_state_t state;
    text_watch w = { .plain = true };
    if (!s->block && !(s->block = malloc(BLOCK)))
        return no_memory(e);
    XXH3_128bits_reset(&state);
    for (uint64_t at = 0; at < l->size;) {
        size_t n = l->size - at < BLOCK ? (size_t)(l->size - at) : BLOCK;
        if (read_at(fd, s->block, n, l->place.offset + at, e) < 0)
            return -1;
        mm_str block = { s->block, n };
        if (at == 0) {
            type_by(s, l, (mm_str){ block.p, n < LEAF_HEAD ? n : LEAF_HEAD }, a);
            w.plain = !mm_str_starts(block, MM_STR("\xef\xbb\xbf"));
        }
        if (strcmp(l->type.modality, "text") == 0)
            watch_text(&w, block);
        XXH3_128bits_update(&state, block.p, n);
        at += n;
    }
    l->x.content = XXH3_128bits_digest(&state);
    if (strcmp(l->type.modality, "text") == 0 && (!w.plain || w.tail_n || s->o->charset))
        return mm_fail(e, MM_EBAD, "a text of %llu bytes that would have to be converted is over the limit; split it, "
                       "or raise --max-record", (unsigned long long)l->size);
    return 0;
}

static int hold(int fd, leaf *l, mm_arena *a, mm_err *e)
{
    char *p = mm_arena_alloc(a, l->size ? (size_t)l->size : 1);
    if (!p)
        return no_memory(e);
    l->held = (mm_str){ p, (size_t)l->size };
    return read_at(fd, p, (size_t)l->size, l->place.offset, e);
}

/* ---- what is held ---- */

static int normalise(leaf_state *s, leaf *l, mm_arena *a, mm_err *e)
{
    const char *name = NULL;
    mm_str out;
    l->payload = l->held;
    type_by(s, l, (mm_str){ l->held.p, l->held.n < LEAF_HEAD ? l->held.n : LEAF_HEAD }, a);
    if (strcmp(l->type.modality, "text") != 0)
        return 0;
    int rc = mm_charset_whole(s->o->jail, s->o->charset, l->held, a, &out, &name, e);
    if (rc == 1) {
        l->payload = out;
        l->charset = name;
        l->changed = true;
        l->size = out.n;
    }
    return rc < 0 ? -1 : 0;
}

static bool too_long(const leaf_state *s, const leaf *l)
{
    return l->size > leaf_carry_max(s->o);
}

static int refuse_long(const leaf_state *s, const leaf *l, mm_err *e)
{
    return mm_fail(e, MM_EBAD, "a payload of %llu bytes does not fit into a record of %zu; raise --max-record, or unpack "
                   "it, so that it can go by ref", (unsigned long long)l->size, s->o->max_record);
}

static int read_place(leaf_state *s, leaf *l, mm_arena *a, mm_err *e)
{
    bool text = l->type.modality && strcmp(l->type.modality, "text") == 0;
    bool want = s->o->carry || !l->place.ref.n || text;
    if (want && too_long(s, l) && !l->place.ref.n)
        return refuse_long(s, l, e);
    int fd = open_place(l, e);
    if (fd < 0)
        return -1;
    int rc = check_unchanged(fd, l, e);
    if (rc == 0)
        rc = want && !too_long(s, l) ? hold(fd, l, a, e) : stream(s, fd, l, a, e);
    if (rc == 0)
        rc = check_unchanged(fd, l, e);
    close(fd);
    return rc;
}

int leaf_read(leaf_state *s, leaf *l, mm_arena *a, mm_err *e)
{
    if (!l->held.p && read_place(s, l, a, e) < 0)
        return -1;
    if (!l->held.p)
        return 0;
    if (normalise(s, l, a, e) < 0)
        return -1;
    l->x.content = head_hash(l->payload);
    bool by_ref = l->place.ref.n && !l->changed && (!s->o->carry || too_long(s, l));
    if (by_ref)
        l->payload = (mm_str){ 0 };
    else if (too_long(s, l))
        return refuse_long(s, l, e);
    return 0;
}

/* ---- headers ---- */

void leaf_put_ref(const leaf *l, mm_buf *out)
{
    if (l->payload.p)
        return;
    mm_buf_str(out, MM_STR("{\"path\":"));
    mm_buf_str(out, l->place.ref);
    mm_buf_str(out, MM_STR(",\"offset\":"));
    mm_buf_u64(out, l->place.offset);
    mm_buf_str(out, MM_STR(",\"length\":"));
    mm_buf_u64(out, l->size);
    mm_buf_byte(out, '}');
}

mm_str leaf_bare_head(mm_arena *a, mm_str src)
{
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("{\"mm\":{\"src\":"));
    mm_json_put(&b, src);
    mm_buf_str(&b, MM_STR("}}"));
    mm_str head = b.failed ? (mm_str){ 0 } : mm_arena_copy(a, mm_buf_view(&b));
    mm_buf_free(&b);
    return head.p ? head : MM_STR("{}");
}

mm_verdict leaf_work(leaf_state *s, mm_rec *r, mm_arena *a)
{
    leaf *l = r->extra;
    mm_err e = { 0 };
    if (leaf_read(s, l, a, &e) < 0) {
        r->head = leaf_bare_head(a, l->src);
        r->payload = l->held;
        return mm_rec_bad(r, a, "%s", e.text);
    }
    s->ref.n = 0;
    leaf_put_ref(l, &s->ref);
    head_facts f = { .src = l->src, .type = l->type.mime, .modality = l->type.modality, .charset = l->charset,
                     .sized = true, .size = l->size, .xxh3 = l->x.content, .hash = l->x.content,
                     .ref = mm_buf_view(&s->ref) };
    mm_buf *out = leaf_scratch(s);
    mm_buf_byte(out, '{');
    head_member(out, &f, s->o->via);
    mm_buf_byte(out, '}');
    mm_str head = mm_arena_copy(a, mm_buf_view(out));
    if (out->failed || s->ref.failed || !head.p)
        return mm_rec_bad(r, a, "out of memory");
    r->head = head;
    r->payload = l->payload;
    return MM_KEEP;
}
