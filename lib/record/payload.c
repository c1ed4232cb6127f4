/* payload.c - the payload of a record: its own, decoded from mm.data, or behind mm.ref. */
#include "record/payload.h"

#include "record/member.h"
#include "record/roots.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A member that must be a count of bytes. */
static int take_u64(mm_value v, const char *name, uint64_t *out, mm_err *e)
{
    int64_t n;
    if (v.type != MM_JSON_NUMBER || mm_json_int(v.raw, &n) < 0 || n < 0)
        return mm_fail(e, MM_EBAD, "%s is not a count of bytes", name);
    *out = (uint64_t)n;
    return 0;
}

static int take_hash(const mm_member *m, char out[33], mm_err *e)
{
    out[0] = '\0';
    if (!m->xxh3.raw.p)
        return 0;
    mm_str raw = m->xxh3.raw;
    if (m->xxh3.type != MM_JSON_STRING || raw.n != 34)
        return mm_fail(e, MM_EBAD, "mm.xxh3 is not a string of 32 hex digits");
    memcpy(out, raw.p + 1, 32);
    out[32] = '\0';
    return 0;
}

static int check_hash(const void *p, size_t n, const char *want, mm_err *e)
{
    char got[33];
    if (!*want)
        return 0;
    mm_hash_hex(p, n, got);
    if (strcmp(got, want) == 0)
        return 0;
    return mm_fail(e, MM_EBAD, "the payload is not the one the header speaks of: its xxh3 is %s, not %s", got,
                   want);
}

/* What mm.ref says, with the path copied out. `whole` when it gives no length. */
typedef struct ref {
    mm_buf path;
    uint64_t offset, length;
    bool whole;
} ref;

static int take_path(mm_value v, mm_buf *out, mm_err *e)
{
    mm_buf scratch = { 0 };
    if (v.type != MM_JSON_STRING)
        return mm_fail(e, MM_EBAD, "mm.ref.path is not a string");
    mm_str text = mm_json_text(v.raw, &scratch);
    bool sound = text.n > 0 && !memchr(text.p, 0, text.n);
    mm_buf_str(out, text);
    mm_buf_byte(out, '\0');
    mm_buf_free(&scratch);
    if (out->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return sound ? 0 : mm_fail(e, MM_EBAD, "mm.ref.path is no path");
}

static int take_ref(mm_value v, ref *out, mm_err *e)
{
    static const char *const names[] = { "path", "offset", "length" };
    mm_value found[3];
    *out = (ref){ 0 };
    if (v.type != MM_JSON_OBJECT)
        return mm_fail(e, MM_EBAD, "mm.ref is not an object");
    if (mm_members_find(v, names, found, 3) < 0 || !found[0].raw.p)
        return mm_fail(e, MM_EBAD, "mm.ref has no path");
    out->whole = !found[2].raw.p;
    if (take_path(found[0], &out->path, e) < 0)
        return -1;
    if (found[1].raw.p && take_u64(found[1], "mm.ref.offset", &out->offset, e) < 0)
        return -1;
    return out->whole ? 0 : take_u64(found[2], "mm.ref.length", &out->length, e);
}

/* Find the ref's range in the open file and compare it with what the header says. */
static int settle_range(ref *want, uint64_t file_size, const mm_member *m, mm_err *e)
{
    uint64_t size = 0;
    if (want->whole && want->offset <= file_size)
        want->length = file_size - want->offset;
    if (want->offset > file_size || want->length > file_size - want->offset)
        return mm_fail(e, MM_EBAD,
                       "payload file %s has %llu bytes, the ref wants %llu from %llu on; has it changed?",
                       want->path.p, (unsigned long long)file_size, (unsigned long long)want->length,
                       (unsigned long long)want->offset);
    if (!m->size.raw.p)
        return 0;
    if (take_u64(m->size, "mm.size", &size, e) < 0)
        return -1;
    if (size != want->length)
        return mm_fail(e, MM_EBAD, "payload file %s gives %llu bytes, mm.size says %llu; has it changed?",
                       want->path.p, (unsigned long long)want->length, (unsigned long long)size);
    return 0;
}

static int open_ref(const mm_member *m, const mm_roots *roots, mm_extent *out, mm_err *e)
{
    ref want;
    struct stat st;
    int fd = -1;
    int ok = take_ref(m->ref, &want, e);
    if (ok == 0)
        ok = take_hash(m, out->xxh3, e);
    if (ok == 0)
        ok = fd = mm_roots_open(roots, want.path.p, e);
    if (ok >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)))
        ok = mm_fail(e, MM_EBAD, "payload file %s is no regular file", want.path.p);
    if (ok >= 0)
        ok = settle_range(&want, (uint64_t)st.st_size, m, e);
    if (ok < 0 && fd >= 0)
        close(fd);
    mm_buf_free(&want.path);
    if (ok < 0)
        return -1;
    out->fd = fd;
    out->offset = want.offset;
    out->length = want.length;
    return 1;
}

int mm_ref_open(const mm_rec *r, const mm_roots *roots, mm_extent *out, mm_err *e)
{
    mm_member m;
    if (mm_member_find(r->head, &m, e) < 0)
        return -1;
    if (!m.ref.raw.p)
        return 0;
    if (!roots)
        return mm_fail(e, MM_EBAD, "the payload lies in a file, and no folder is allowed");
    return open_ref(&m, roots, out, e);
}

static int read_extent(const mm_extent *x, mm_arena *a, mm_str *out, mm_err *e)
{
    if (x->length > MM_PAYLOAD_MAX)
        return mm_fail(e, MM_EBAD, "the payload has %llu bytes, over the limit of %d MiB for one that is held; "
                       "cut it up, or leave it out before this stage",
                       (unsigned long long)x->length, (int)(MM_PAYLOAD_MAX >> 20));
    char *p = mm_arena_alloc(a, x->length + 1);
    if (!p)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (uint64_t at = 0; at < x->length;) {
        ssize_t got = pread(x->fd, p + at, x->length - at, (off_t)(x->offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return mm_fail(e, MM_EBAD, "the payload file was cut short while it was read");
        at += (uint64_t)got;
    }
    *out = (mm_str){ p, x->length };
    return check_hash(p, x->length, x->xxh3, e);
}

static int decode_data(const mm_member *m, mm_arena *a, mm_str *out, mm_err *e)
{
    char want[33];
    uint64_t size = 0;
    if (mm_data_decode(m->data, a, out, e) < 0 || take_hash(m, want, e) < 0)
        return -1;
    if (m->size.raw.p && take_u64(m->size, "mm.size", &size, e) < 0)
        return -1;
    if (m->size.raw.p && size != out->n)
        return mm_fail(e, MM_EBAD, "mm.data holds %zu bytes, mm.size says %llu", out->n,
                       (unsigned long long)size);
    return check_hash(out->p, out->n, want, e);
}

int mm_payload(const mm_rec *r, const mm_roots *roots, mm_arena *a, mm_str *out, mm_err *e)
{
    mm_member m;
    mm_extent x;
    if (r->payload.p) {
        *out = r->payload;
        return 1;
    }
    if (r->changed & MM_CHANGED_PAYLOAD)
        return 0;
    if (mm_member_find(r->head, &m, e) < 0)
        return -1;
    if (m.data.raw.p)
        return decode_data(&m, a, out, e) < 0 ? -1 : 1;
    int has = mm_ref_open(r, roots, &x, e);
    if (has <= 0)
        return has;
    int ok = read_extent(&x, a, out, e);
    close(x.fd);
    return ok < 0 ? -1 : 1;
}
