/* random.c - bytes at any offset, through the seek table where there is one. */
#include "record/random.h"

#include "record/frame.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

/* zstd seekable format; see zstd_out.c. */
#define SKIPPABLE 8
#define FOOTER 9
#define SKIPPABLE_MAGIC 0x184D2A5Eu
#define FOOTER_MAGIC 0x8F92EAB1u
#define HAS_CHECKSUMS 0x80
/* A frame is decompressed as a whole; ours hold 1 MiB. */
#define FRAME_MAX ((uint64_t)64 << 20)

/* Where a frame begins, in the file and uncompressed; the last entry is the end. */
typedef struct entry {
    uint64_t place, offset;
} entry;

struct mm_random {
    int fd;
    uint64_t file_size;
    entry *v;          /* n + 1 entries; NULL for a plain file */
    size_t n;
    size_t held;       /* the frame in `plain`, n: none */
    mm_buf plain, packed;
};

static int read_at(int fd, uint64_t offset, void *p, size_t n, mm_err *e)
{
    for (size_t at = 0; at < n;) {
        ssize_t got = pread(fd, (char *)p + at, n - at, (off_t)(offset + at));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return mm_fail_errno(e, "reading");
        if (got == 0)
            return mm_fail(e, MM_EBAD, "the file ends before byte %llu", (unsigned long long)(offset + n));
        at += (size_t)got;
    }
    return 0;
}

static uint32_t get_u32(const char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

/* Sum the sizes in the table up to offsets. -1 when they can not be those of this file. */
static int take_entries(mm_random *r, const char *p, size_t stride, uint64_t table_at, mm_err *e)
{
    for (size_t i = 0; i < r->n; i++, p += stride) {
        r->v[i + 1].place = r->v[i].place + get_u32(p);
        r->v[i + 1].offset = r->v[i].offset + get_u32(p + 4);
    }
    r->held = r->n;
    return r->v[r->n].place == table_at ? 0 : mm_fail(e, MM_EBAD, "its seek table does not fit the file");
}

static int read_table(mm_random *r, mm_err *e)
{
    char foot[FOOTER];
    if (r->file_size < FOOTER + SKIPPABLE || read_at(r->fd, r->file_size - FOOTER, foot, FOOTER, e) < 0 ||
        get_u32(foot + 5) != FOOTER_MAGIC)
        return mm_fail(e, MM_EBAD,
                       "it has no seek table; only zstd files written as seekable can be read at random");
    uint64_t stride = (unsigned char)foot[4] & HAS_CHECKSUMS ? 12 : 8;
    uint64_t bytes = get_u32(foot) * stride + FOOTER + SKIPPABLE;
    if (bytes > r->file_size)
        return mm_fail(e, MM_EBAD, "its seek table does not fit the file");
    uint64_t at = r->file_size - bytes;
    r->n = get_u32(foot);
    r->v = calloc(r->n + 1, sizeof *r->v);
    char *table = malloc(bytes);
    int ok = r->v && table ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    if (ok == 0)
        ok = read_at(r->fd, at, table, bytes, e);
    if (ok == 0 && (get_u32(table) != SKIPPABLE_MAGIC || get_u32(table + 4) != bytes - SKIPPABLE))
        ok = mm_fail(e, MM_EBAD, "its seek table does not fit the file");
    if (ok == 0)
        ok = take_entries(r, table + SKIPPABLE, stride, at, e);
    free(table);
    return ok;
}

mm_random *mm_random_open(int fd, bool zstd, mm_err *e)
{
    struct stat st;
    if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
        mm_fail(e, MM_EBAD, "it is no regular file and can not be read at random");
        return NULL;
    }
    mm_random *r = calloc(1, sizeof *r);
    if (!r) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    r->fd = fd;
    r->file_size = (uint64_t)st.st_size;
    if (zstd && read_table(r, e) < 0) {
        mm_random_free(r);
        return NULL;
    }
    return r;
}

void mm_random_free(mm_random *r)
{
    if (!r)
        return;
    free(r->v);
    mm_buf_free(&r->plain);
    mm_buf_free(&r->packed);
    free(r);
}

uint64_t mm_random_size(const mm_random *r)
{
    return r->v ? r->v[r->n].offset : r->file_size;
}

/* The frame that holds the byte at offset, which is inside the content. */
static size_t frame_of(const mm_random *r, uint64_t offset)
{
    size_t low = 0, high = r->n;
    while (high - low > 1) {
        size_t mid = low + (high - low) / 2;
        if (r->v[mid].offset <= offset)
            low = mid;
        else
            high = mid;
    }
    return low;
}

/* Decompress frame i into r->plain. */
static int hold(mm_random *r, size_t i, mm_err *e)
{
    uint64_t packed = r->v[i + 1].place - r->v[i].place, plain = r->v[i + 1].offset - r->v[i].offset;
    if (r->held == i)
        return 0;
    if (plain > FRAME_MAX || packed > FRAME_MAX)
        return mm_fail(e, MM_EBAD, "its zstd frames are too long to be read at random");
    r->held = r->n;
    r->plain.n = r->packed.n = 0;
    char *to = mm_buf_room(&r->plain, plain), *from = mm_buf_room(&r->packed, packed);
    if (!to || !from)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (read_at(r->fd, r->v[i].place, from, packed, e) < 0)
        return -1;
    if (ZSTD_decompress(to, plain, from, packed) != plain)
        return mm_fail(e, MM_EBAD, "corrupt zstd frame at byte %llu", (unsigned long long)r->v[i].place);
    r->held = i;
    return 0;
}

int mm_random_read(mm_random *r, uint64_t offset, void *p, size_t n, mm_err *e)
{
    uint64_t size = mm_random_size(r);
    if (offset > size || n > size - offset)
        return mm_fail(e, MM_EBAD, "it ends before byte %llu", (unsigned long long)offset);
    if (!r->v)
        return read_at(r->fd, offset, p, n, e);
    for (char *to = p; n > 0;) {
        size_t i = frame_of(r, offset);
        if (hold(r, i, e) < 0)
            return -1;
        uint64_t skip = offset - r->v[i].offset, some = r->v[i + 1].offset - offset;
        if (some > n)
            some = n;
        memcpy(to, r->plain.p + skip, some);
        to += some;
        offset += some;
        n -= some;
    }
    return 0;
}

void mm_random_place(const mm_random *r, uint64_t offset, uint64_t *place, uint64_t *skip)
{
    size_t i = r->v ? frame_of(r, offset) : 0;
    *place = r->v ? r->v[i].place : offset;
    *skip = r->v ? offset - r->v[i].offset : 0;
}
