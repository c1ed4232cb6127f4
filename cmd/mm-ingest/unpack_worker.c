/* unpack_worker.c - libarchive inside the confined worker. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/type.h"
#include "unpack_layer.h"

#define PIECE ((size_t)128 << 10)
#define HEAD ((size_t)64 << 10)
#define NAME_MAX_BYTES ((size_t)64 << 10)
/* An archive inside another that must be read from its end is held whole. */
#define HELD_MAX ((size_t)64 << 20)
/* Unpacked bytes that are never too many: the ratio is measured against so many packed ones at least. */
#define PACKED_MIN ((uint64_t)64 << 10)

static int send(work *w, char kind, size_t n)
{
    w->out[0] = kind;
    return mm_jail_send((mm_str){ w->out, n + 1 });
}

static int send_text(work *w, char kind, const uint64_t *size, const char *reason, mm_str a, mm_str b)
{
    mm_buf m = { 0 };
    mm_buf_byte(&m, kind);
    if (size)
        mm_buf_put(&m, size, sizeof *size);
    if (reason)
        mm_buf_put(&m, reason, strlen(reason) + (size != NULL));
    mm_buf_str(&m, a);
    mm_buf_str(&m, b);
    int rc = m.failed ? mm_fail(w->e, MM_EBAD, "out of memory")
           : m.n > NAME_MAX_BYTES ? mm_fail(w->e, MM_EBAD, "a member with a name of %zu bytes", m.n)
           : mm_jail_send(mm_buf_view(&m));
    mm_buf_free(&m);
    return rc;
}

/* A tar that was cut between two members looks whole to libarchive; but it does not end in zeroes. */
static void watch_tail(layer *l, const char *p, size_t n)
{
    size_t keep = n < sizeof l->tail ? n : sizeof l->tail;
    memmove(l->tail, l->tail + keep, sizeof l->tail - keep);
    memcpy(l->tail + sizeof l->tail - keep, p + n - keep, keep);
}

bool layer_is_tar(const layer *l)
{
    return (archive_format(l->a) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
}

static bool tar_without_end(const layer *l)
{
    static const char zeroes[sizeof l->tail];
    return layer_is_tar(l) && !l->w->args.part &&
           memcmp(l->tail, zeroes, sizeof zeroes) != 0;
}

/* What libarchive says is wrong; sometimes it says nothing. */
static const char *reason(const layer *l)
{
    const char *text = l->a ? archive_error_string(l->a) : NULL;
    return text ? text : "damaged or cut short";
}

/* ---- bytes of the outermost archive ---- */

static ssize_t fd_read(work *w, void *p, size_t n)
{
    uint64_t left = w->args.length - w->pos;
    if (n > left)
        n = (size_t)left;
    if (n == 0)
        return 0;
    ssize_t got;
    if (w->ahead.n) {
        got = (ssize_t)(n < w->ahead.n ? n : w->ahead.n);
        memcpy(p, w->ahead.p, (size_t)got);
        w->ahead.p += got;
        w->ahead.n -= (size_t)got;
    } else {
        do
            got = w->seekable ? pread(mm_jail_fd(), p, n, (off_t)(w->args.offset + w->pos)) : read(mm_jail_fd(), p, n);
        while (got < 0 && errno == EINTR);
    }
    if (got > 0) {
        w->pos += (uint64_t)got;
        w->packed += (uint64_t)got;
    }
    return got;
}

static la_ssize_t on_read_fd(struct archive *a, void *ctx, const void **out)
{
    layer *l = ctx;
    ssize_t got = fd_read(l->w, l->block, PIECE);
    if (got < 0)
        archive_set_error(a, errno, "cannot be read: %s", strerror(errno));
    else
        watch_tail(l, l->block, (size_t)got);
    *out = l->block;
    return got;
}

static la_int64_t on_seek_fd(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    work *w = ((layer *)ctx)->w;
    int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)w->pos : (int64_t)w->args.length;
    if (from + offset < 0)
        return ARCHIVE_FATAL;
    w->pos = (uint64_t)(from + offset);
    if (w->pos > w->args.length)
        w->pos = w->args.length;
    return (int64_t)w->pos;
}

static la_int64_t on_skip_fd(struct archive *a, void *ctx, la_int64_t n)
{
    work *w = ((layer *)ctx)->w;
    uint64_t left = w->args.length - w->pos;
    if ((uint64_t)n > left)
        n = (la_int64_t)left;
    w->pos += (uint64_t)n;
    return n;
}

/* ---- bytes of an archive in an archive ---- */

/* Count what was unpacked and hold it against the limits. */
static int account(work *w, uint64_t n)
{
    w->unpacked += n;
    uint64_t packed = w->packed < w->args.length ? w->packed : w->args.length;
    if (packed < PACKED_MIN)
        packed = PACKED_MIN;
    if (w->unpacked > w->args.limits.bytes)
        return mm_fail(w->e, MM_EBAD, "unpacks to more than %llu bytes; raise --max-unpacked if that is right",
                       (unsigned long long)w->args.limits.bytes);
    if (w->unpacked / packed >= w->args.limits.ratio)
        return mm_fail(w->e, MM_EBAD, "unpacks to more than %llu times its size; raise --max-ratio if that is right",
                       (unsigned long long)w->args.limits.ratio);
    return 0;
}

/* Content of the current member, as it comes. */
static ssize_t read_data(layer *l, void *p, size_t n)
{
    if (l->kept.n == 0)
        return l->kept_whole ? 0 : archive_read_data(l->a, p, n);
    n = n < l->kept.n ? n : l->kept.n;
    memcpy(p, l->kept.p, n);
    l->kept = (mm_str){ l->kept.p + n, l->kept.n - n };
    return (ssize_t)n;
}

/* Content of the current member of l: the bytes that were looked at first. */
static ssize_t member_read(layer *l, void *p, size_t n)
{
    if (l->head_due) {
        l->head_due = false;
        if (l->head_n) {
            memcpy(p, l->head, l->head_n);
            return (ssize_t)l->head_n;
        }
    }
    ssize_t got = read_data(l, p, n);
    if (got > 0 && account(l->w, (uint64_t)got) < 0)
        return -2;
    return got;
}

static la_ssize_t on_read_member(struct archive *a, void *ctx, const void **out)
{
    layer *l = ctx;
    ssize_t got = member_read(l->outer, l->block, PIECE);
    if (got < 0)
        archive_set_error(a, EIO, "%s", got == -2 ? l->w->e->text : reason(l->outer));
    else
        watch_tail(l, l->block, (size_t)got);
    *out = l->block;
    return got < 0 ? ARCHIVE_FATAL : got;
}

/* Packed bytes of a layer that is no archive. */
static la_ssize_t on_read_gzip(struct archive *a, void *ctx, const void **out)
{
    layer *l = ctx;
    const char *why = NULL;
    bool end = false;
    ssize_t n;
    *out = l->block;
    while ((n = mm_gunzip_read(l->gunzip, l->block, PIECE, &end, &why)) == 0 && !end) {
        ssize_t got = l->outer ? member_read(l->outer, l->gzipped, PIECE) : fd_read(l->w, l->gzipped, PIECE);
        if (got < 0) {
            archive_set_error(a, EIO, "%s", got == -2 ? l->w->e->text : l->outer ? reason(l->outer) : strerror(errno));
            return ARCHIVE_FATAL;
        }
        mm_gunzip_feed(l->gunzip, l->gzipped, (size_t)got);
    }
    if (n < 0)
        archive_set_error(a, EIO, "damaged gzip data: %s", why);
    return n < 0 ? ARCHIVE_FATAL : n;
}

static la_ssize_t on_read_held(struct archive *a, void *ctx, const void **out)
{
    layer *l = ctx;
    size_t left = l->held.n - l->held_at;
    *out = l->held.p + l->held_at;
    l->held_at = l->held.n;
    return (la_ssize_t)left;
}

static la_int64_t on_seek_held(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    layer *l = ctx;
    int64_t from = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (int64_t)l->held_at : (int64_t)l->held.n;
    if (from + offset < 0 || (uint64_t)(from + offset) > l->held.n)
        return ARCHIVE_FATAL;
    l->held_at = (size_t)(from + offset);
    return from + offset;
}

/* ---- opening ---- */

static bool needs_end(const char *mime)
{
    return strcmp(mime, "application/x-7z-compressed") == 0 || strcmp(mime, "application/zip") == 0 ||
           strcmp(mime, "application/x-iso9660-image") == 0;
}

/* Hold the member of l whole if its format wants that: 1, 0 when it is read as it comes, -1. */
static int hold_member(layer *l, mm_buf *out)
{
    char *p;
    ssize_t got = 0;
    while ((p = mm_buf_room(out, PIECE)) && out->n <= HELD_MAX && (got = member_read(l, p, PIECE)) > 0)
        out->n += (size_t)got;
    if (out->n > HELD_MAX)
        return mm_fail(l->w->e, MM_EBAD, "an archive of more than 64 MiB inside an archive; unpack it first");
    if (out->failed || got < 0)
        return got == -2 ? -1 : mm_fail(l->w->e, MM_EBAD, "%s", got < 0 ? archive_error_string(l->a) : "out of memory");
    return 1;
}

static bool compressed(const char *mime)
{
    static const char *const types[] = { "application/gzip", "application/x-xz", "application/zstd",
                                         "application/x-bzip2", "application/x-lz4" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(mime, types[i]) == 0)
            return true;
    return false;
}

/* Formats and compression are kept apart: what libarchive takes for a tar may be zeroes, and what was only
 * compressed is told by our own means once it is not any more. */
static struct archive *new_archive(bool packed)
{
    struct archive *a = archive_read_new();
    if (!a)
        return NULL;
    if (packed) {
        archive_read_support_filter_bzip2(a);
        archive_read_support_filter_xz(a);
        archive_read_support_filter_zstd(a);
        archive_read_support_filter_lz4(a);
        archive_read_support_format_raw(a);
        archive_read_support_format_empty(a);
        return a;
    }
    archive_read_support_format_tar(a);
    archive_read_support_format_zip(a);
    archive_read_support_format_7zip(a);
    archive_read_support_format_cpio(a);
    archive_read_support_format_iso9660(a);
    archive_read_support_format_ar(a);
    archive_read_support_format_rar(a);
    archive_read_support_format_rar5(a);
    return a;
}

static int open_layer(layer *l)
{
    if (!(l->a = new_archive(l->packed)) || !(l->block = malloc(PIECE)) || !(l->head = malloc(HEAD)))
        return mm_fail(l->w->e, MM_EBAD, "out of memory");
    if (l->gzip && (!(l->gunzip = mm_gunzip_new()) || !(l->gzipped = malloc(PIECE))))
        return mm_fail(l->w->e, MM_EBAD, "out of memory");
    archive_read_set_callback_data(l->a, l);
    if (l->gzip) {
        archive_read_set_read_callback(l->a, on_read_gzip);
    } else if (l->held.p) {
        archive_read_set_read_callback(l->a, on_read_held);
        archive_read_set_seek_callback(l->a, on_seek_held);
    } else if (l->outer) {
        archive_read_set_read_callback(l->a, on_read_member);
    } else {
        archive_read_set_read_callback(l->a, on_read_fd);
        if (l->w->seekable) {
            archive_read_set_seek_callback(l->a, on_seek_fd);
            archive_read_set_skip_callback(l->a, on_skip_fd);
        }
    }
    if (archive_read_open1(l->a) < ARCHIVE_WARN)
        return mm_fail(l->w->e, MM_EBAD, "%s", reason(l));
    return 0;
}

static void close_layer(layer *l)
{
    if (l->a)
        archive_read_free(l->a);
    mm_gunzip_free(l->gunzip);
    free(l->gzipped);
    free(l->block);
    free(l->head);
    mm_buf_free(&l->path);
}

/* ---- members ---- */

static int run_layer(layer *l);

/* Look at the first bytes of the member: 0, or -1 when there are none to be had. */
static int look(layer *l)
{
    l->head_n = 0;
    l->head_due = true;
    while (l->head_n < HEAD) {
        ssize_t got = read_data(l, l->head + l->head_n, HEAD - l->head_n);
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        l->head_n += (size_t)got;
        if (account(l->w, (uint64_t)got) < 0)
            return -2;
    }
    return 0;
}

/* An archive may end before the stream it was compressed in; the stream's check sum stands at its end. */
static int prove_rest(layer *l)
{
    ssize_t got;
    while ((got = member_read(l, l->w->out, PIECE)) > 0)
        ;
    return got == 0 ? 0 : got == -2 ? -1 : mm_fail(l->w->e, MM_EBAD, "%s", reason(l));
}

static int open_inner(layer *l, const char *mime, mm_str name)
{
    bool packed = compressed(mime);
    layer inner = { .w = l->w, .outer = l, .packed = packed, .gzip = strcmp(mime, "application/gzip") == 0,
                    .depth = l->depth + (packed || !l->packed) };
    mm_buf whole = { 0 };
    mm_buf_str(&inner.path, mm_buf_view(&l->path));
    mm_buf_str(&inner.path, name);
    if (name.n)
        mm_buf_byte(&inner.path, '!');
    int rc = needs_end(mime) ? hold_member(l, &whole) : 0;
    if (rc == 1)
        inner.held = mm_buf_view(&whole);
    if (rc >= 0)
        rc = open_layer(&inner);
    if (rc == 0)
        rc = run_layer(&inner);
    close_layer(&inner);
    mm_buf_free(&whole);
    return rc == 0 && l->packed ? prove_rest(l) : rc;
}

static int damaged(layer *l)
{
    return send_text(l->w, UNPACK_DAMAGED, NULL, NULL, mm_str_of(reason(l)), (mm_str){ 0 });
}

/* Send the content of the member: 0, 1 when it was damaged but the archive goes on, -1. */
static int send_content(layer *l)
{
    work *w = l->w;
    ssize_t got;
    while ((got = member_read(l, w->out + 1, PIECE)) > 0)
        if (send(w, UNPACK_DATA, (size_t)got) < 0)
            return -1;
    if (got == 0)
        return send(w, UNPACK_END, 0);
    if (got == -2)
        return -1;
    if (got == ARCHIVE_FATAL)
        return mm_fail(w->e, MM_EBAD, "%s", reason(l));
    return damaged(l);
}

static mm_str member_name(layer *l, struct archive_entry *entry)
{
    /* A file that was only compressed has no name of its own. */
    if (l->packed)
        return (mm_str){ 0 };
    const char *name = archive_entry_pathname(entry);
    if (!name)
        name = archive_entry_pathname_utf8(entry);
    return mm_str_of(name ? name : "");
}

static int refuse(layer *l, mm_str name, uint64_t size, const char *why)
{
    return send_text(l->w, UNPACK_REFUSED, &size, why, mm_buf_view(&l->path), name);
}

/* Tell the caller when a shard begins and ends. */
static int tell_shard(layer *l)
{
    work *w = l->w;
    if (w->told_shard == l->shard)
        return 0;
    w->told_shard = l->shard;
    return send(w, l->shard ? UNPACK_SHARD : UNPACK_NO_SHARD, 0);
}

int layer_file(layer *l, mm_str name, uint64_t size, mm_str content, bool whole)
{
    work *w = l->w;
    l->kept = content;
    l->kept_whole = whole;
    int got = look(l);
    if (got == -2 || tell_shard(l) < 0)
        return -1;
    const char *mime = got == 0 ? mm_type_of(NULL, (mm_str){ l->head, l->head_n }, size).mime : NULL;
    unsigned depth = l->depth - (l->packed && mime && !compressed(mime));
    if (mime && !l->shard && depth < w->args.limits.depth && unpack_opens(mime))
        return open_inner(l, mime, name);
    mm_str path = mm_buf_view(&l->path);
    if (name.n == 0 && path.n)
        path.n--;  /* its '!' */
    if (send_text(w, UNPACK_MEMBER, &size, NULL, path, name) < 0)
        return -1;
    return got == 0 ? send_content(l) : damaged(l);
}

int layer_entry(layer *l, struct archive_entry *entry)
{
    work *w = l->w;
    if (++w->members > w->args.limits.members)
        return mm_fail(w->e, MM_EBAD, "holds more than %llu members; raise --max-members if that is right",
                       (unsigned long long)w->args.limits.members);
    mode_t type = archive_entry_filetype(entry);
    if (type == AE_IFDIR)
        return 0;
    /* Some formats say nothing of the type of a plain file. */
    if ((type != AE_IFREG && type != 0) || archive_entry_hardlink(entry))
        return send(w, UNPACK_SKIPPED, 0);
    mm_str name = member_name(l, entry);
    uint64_t size = archive_entry_size_is_set(entry) ? (uint64_t)archive_entry_size(entry) : UINT64_MAX;
    if (archive_entry_is_data_encrypted(entry) || archive_entry_is_metadata_encrypted(entry))
        return tell_shard(l) < 0 ? -1 : refuse(l, name, size, "encrypted; decrypt it first");
    return layer_file(l, name, size, (mm_str){ 0 }, false);
}

/* libarchive gives no entry for a compressed file of nothing. */
static int empty_stream(layer *l)
{
    mm_str path = mm_buf_view(&l->path);
    const uint64_t size = 0;
    path.n -= path.n != 0;  /* its '!' */
    return send_text(l->w, UNPACK_MEMBER, &size, NULL, path, (mm_str){ 0 }) < 0 ? -1 : send(l->w, UNPACK_END, 0);
}

static int run_layer(layer *l)
{
    struct archive_entry *next;
    uint64_t before = l->w->members;
    int got = ARCHIVE_OK;
    l->shard = !l->packed && l->w->args.group == GROUP_ALWAYS;
    if (!l->packed && l->w->args.group == GROUP_AUTO && (got = layer_look(l)) == LAYER_FAILED)
        return -1;
    while (got != ARCHIVE_EOF && (got == ARCHIVE_FATAL || (got = archive_read_next_header(l->a, &next)) != ARCHIVE_EOF)) {
        if (got == ARCHIVE_RETRY)
            continue;
        if (got < ARCHIVE_WARN)
            return mm_fail(l->w->e, MM_EBAD, "%s", reason(l));
        if (layer_entry(l, next) < 0)
            return -1;
    }
    if (tar_without_end(l))
        return mm_fail(l->w->e, MM_EBAD, "cut short: the tar archive has no end");
    return l->packed && l->w->members == before ? empty_stream(l) : 0;
}

/* ---- the operation ---- */

/* From a pipe, formats that are read from their end are held whole. */
static int hold_pipe(layer *l, const char *mime, mm_buf *whole)
{
    work *w = l->w;
    char *p;
    ssize_t got = 0;
    if (w->seekable || !needs_end(mime) || strcmp(mime, "application/zip") == 0)
        return 0;
    while (whole->n <= HELD_MAX && (p = mm_buf_room(whole, PIECE)) && (got = fd_read(w, p, PIECE)) > 0)
        whole->n += (size_t)got;
    if (got < 0 || whole->failed || whole->n > HELD_MAX)
        return mm_fail(w->e, MM_EBAD, "an archive of this kind can only be read from a file: it is over 64 MiB, and "
                       "its directory is at its end");
    l->held = mm_buf_view(whole);
    return 0;
}

static const char *type_of_all(work *w)
{
    mm_str head = w->ahead;
    if (w->seekable) {
        size_t n = w->args.length < PIECE ? (size_t)w->args.length : PIECE;
        ssize_t got = pread(mm_jail_fd(), w->out, n, (off_t)w->args.offset);
        head = (mm_str){ w->out, got > 0 ? (size_t)got : 0 };
    }
    return mm_type_of(NULL, head, w->args.length).mime;
}

/* What follows in a pipe must stand at the end of the range that was given. */
static void drain(work *w)
{
    while (!w->seekable && w->args.length != UINT64_MAX && fd_read(w, w->out, PIECE) > 0)
        ;
}

static int run(mm_str args, mm_str in, mm_buf *out, mm_err *e)
{
    work w = { .e = e };
    struct stat st;
    if (args.n < sizeof w.args)
        return mm_fail(e, MM_EBAD, "no arguments");
    memcpy(&w.args, args.p, sizeof w.args);
    w.ahead = (mm_str){ args.p + sizeof w.args, args.n - sizeof w.args };
    w.seekable = fstat(mm_jail_fd(), &st) == 0 && S_ISREG(st.st_mode);
    if (w.seekable && w.args.length > (uint64_t)st.st_size - w.args.offset)
        w.args.length = (uint64_t)st.st_size - w.args.offset;
    w.out = malloc(PIECE + 1);
    layer l = { .w = &w, .depth = 1 };
    mm_buf whole = { 0 };
    const char *mime = w.out ? type_of_all(&w) : "";
    l.packed = compressed(mime);
    l.gzip = strcmp(mime, "application/gzip") == 0;
    int rc = w.out ? hold_pipe(&l, mime, &whole) : mm_fail(e, MM_EBAD, "out of memory");
    if (rc == 0)
        rc = open_layer(&l);
    if (rc == 0)
        rc = run_layer(&l);
    close_layer(&l);
    mm_buf_free(&whole);
    if (w.out)
        drain(&w);
    free(w.out);
    if (rc < 0 && !e->code)
        return mm_fail(e, MM_EBAD, "the reader went away");
    return rc;
}

/* Names become UTF-8 only where the locale is; and libraries load what they need. */
static void warm(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    for (int packed = 0; packed < 2; packed++) {
        struct archive *a = new_archive(packed);
        if (a)
            archive_read_free(a);
    }
    mm_type_of(NULL, MM_STR("warm"), 4);
}

const mm_jail_op unpack_ops[] = { { "unpack", run, warm }, { 0 } };
