/* manifest.c - what mm-store knows of the shards in a folder. */
#include "manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

int st_manifest_init(st_manifest *m, mm_err *e)
{
    *m = (st_manifest){ .arena = mm_arena_new() };
    return m->arena ? 0 : mm_fail(e, MM_ESYS, "out of memory");
}

void st_manifest_free(st_manifest *m)
{
    mm_buf_free(&m->settings);
    free(m->entry);
    mm_arena_free(m->arena);
    *m = (st_manifest){ 0 };
}

int st_manifest_add(st_manifest *m, const st_entry *x, mm_err *e)
{
    if (m->n == m->room) {
        size_t room = m->room ? 2 * m->room : 64;
        st_entry *more = realloc(m->entry, room * sizeof *more);
        if (!more)
            return mm_fail(e, MM_ESYS, "out of memory");
        m->entry = more;
        m->room = room;
    }
    st_entry *to = &m->entry[m->n++];
    const mm_str *from = &x->name;
    *to = *x;
    mm_str *const text[] = { &to->name, &to->xxh3, &to->sha256, &to->first, &to->last, &to->input };
    for (size_t i = 0; i < sizeof text / sizeof *text; i++)
        *text[i] = mm_arena_copy(m->arena, *text[i]);
    to->left_out = mm_arena_alloc(m->arena, (x->n_left_out + 1) * sizeof *to->left_out);
    if (!to->left_out || !to->input.p || !from)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (x->n_left_out)
        memcpy(to->left_out, x->left_out, x->n_left_out * sizeof *to->left_out);
    return 0;
}

/* ---- writing ---------------------------------------------------------------- */

static void put_settings(mm_buf *b, const st_settings *s)
{
    static const char *const formats[] = { "wds", "mmr", "ndjson" };
    mm_buf_printf(b, "{\"tool\":\"mm-store " MM_VERSION "\",\"format\":\"%s\",\"zstd\":%d,\"shard_size\":%lld,"
                  "\"shard_records\":%lld,\"prefix\":", formats[s->format], s->zstd, (long long)s->shard_size,
                  (long long)s->shard_records);
    mm_json_put(b, mm_str_of(s->prefix));
    mm_buf_printf(b, ",\"inline\":%s,\"sha256\":%s,\"mtime\":%lld,\"policy\":", s->inlined ? "true" : "false",
                  s->sha256 ? "true" : "false", (long long)s->mtime);
    if (s->policy)
        mm_json_put(b, mm_str_of(s->policy));
    else
        mm_buf_str(b, MM_STR("null"));
    mm_buf_byte(b, '}');
}

static void put_member(mm_buf *b, const char *name, mm_str value)
{
    mm_buf_printf(b, ",\"%s\":", name);
    mm_json_put(b, value);
}

static void put_entry(mm_buf *b, const st_entry *x)
{
    mm_buf_str(b, MM_STR("{\"name\":"));
    mm_json_put(b, x->name);
    mm_buf_printf(b, ",\"records\":%llu,\"bytes\":%llu", (unsigned long long)x->records,
                  (unsigned long long)x->bytes);
    put_member(b, "xxh3", x->xxh3);
    if (x->sha256.n)
        put_member(b, "sha256", x->sha256);
    put_member(b, "first", x->first);
    put_member(b, "last", x->last);
    put_member(b, "input", x->input);
    for (size_t i = 0; i < x->n_left_out; i++) {
        mm_buf_str(b, i ? MM_STR(",") : MM_STR(",\"left_out\":["));
        mm_buf_u64(b, x->left_out[i]);
    }
    mm_buf_str(b, x->n_left_out ? MM_STR("]}") : MM_STR("}"));
}

static int send(int fd, mm_buf *b, const st_folder *f, const char *name, mm_err *e)
{
    int rc = b->failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
    if (rc == 0 && mm_write_all(fd, mm_buf_view(b)) < 0)
        rc = mm_fail_errno(e, "%s/%s: cannot write", f->path, name);
    mm_buf_free(b);
    return rc;
}

int st_manifest_begin(st_manifest *m, const st_settings *s, mm_err *e)
{
    m->settings.n = 0;
    put_settings(&m->settings, s);
    return m->settings.failed ? mm_fail(e, MM_ESYS, "out of memory") : 0;
}

/* Write b to NAME, complete or not at all. */
static int write_whole(mm_buf *b, const st_folder *f, const char *name, mm_err *e)
{
    int fd = st_part_open(f, name, e);
    if (fd < 0) {
        mm_buf_free(b);
        return -1;
    }
    if (send(fd, b, f, name, e) == 0)
        return st_part_commit(f, fd, name, e);
    st_part_drop(f, fd, name);
    return -1;
}

int st_journal_start(const st_manifest *m, const st_folder *f, mm_err *e)
{
    mm_buf b = { 0 };
    mm_buf_printf(&b, "{\"settings\":");
    mm_buf_str(&b, mm_buf_view(&m->settings));
    mm_buf_str(&b, MM_STR("}\n"));
    for (size_t i = 0; i < m->n; i++) {
        put_entry(&b, &m->entry[i]);
        mm_buf_byte(&b, '\n');
    }
    if (write_whole(&b, f, ST_JOURNAL, e) < 0)
        return -1;
    int fd = openat(f->fd, ST_JOURNAL, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    return fd >= 0 ? fd : mm_fail_errno(e, "%s/" ST_JOURNAL ": cannot write", f->path);
}

int st_journal_add(int fd, const st_folder *f, const st_entry *x, mm_err *e)
{
    mm_buf b = { 0 };
    put_entry(&b, x);
    mm_buf_byte(&b, '\n');
    if (send(fd, &b, f, ST_JOURNAL, e) < 0)
        return -1;
    return fdatasync(fd) == 0 ? 0 : mm_fail_errno(e, "%s/" ST_JOURNAL ": cannot write", f->path);
}

int st_manifest_write(const st_manifest *m, bool complete, const st_folder *f, mm_err *e)
{
    uint64_t records = 0, bytes = 0;
    for (size_t i = 0; i < m->n; i++) {
        records += m->entry[i].records;
        bytes += m->entry[i].bytes;
    }
    mm_buf b = { 0 };
    mm_buf_str(&b, MM_STR("{\"manifest\":1,\n \"settings\":"));
    mm_buf_str(&b, mm_buf_view(&m->settings));
    mm_buf_printf(&b, ",\n \"complete\":%s,\"records\":%llu,\"bytes\":%llu,\n \"shards\":[",
                  complete ? "true" : "false", (unsigned long long)records, (unsigned long long)bytes);
    for (size_t i = 0; i < m->n; i++) {
        mm_buf_str(&b, i ? MM_STR(",\n  ") : MM_STR("\n  "));
        put_entry(&b, &m->entry[i]);
    }
    mm_buf_str(&b, MM_STR("]}\n"));
    return write_whole(&b, f, ST_MANIFEST, e);
}

/* ---- reading ---------------------------------------------------------------- */

static bool take_text(const json_t *o, const char *name, bool needed, mm_str *out)
{
    const json_t *v = json_object_get(o, name);
    if (!v)
        return !needed;
    *out = (mm_str){ json_string_value(v), json_string_length(v) };
    return json_is_string(v);
}

static bool take_count(const json_t *o, const char *name, uint64_t *out)
{
    const json_t *v = json_object_get(o, name);
    *out = (uint64_t)json_integer_value(v);
    return json_is_integer(v) && json_integer_value(v) >= 0;
}

static bool take_left_out(const json_t *o, st_entry *x)
{
    const json_t *list = json_object_get(o, "left_out");
    if (list && !json_is_array(list))
        return false;
    x->left_out = calloc(json_array_size(list) + 1, sizeof *x->left_out);
    for (size_t i = 0; x->left_out && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_integer(v) || json_integer_value(v) < 0)
            return false;
        x->left_out[x->n_left_out++] = (uint64_t)json_integer_value(v);
    }
    return x->left_out;
}

/* A name that stays in the folder. */
static bool plain_name(mm_str name)
{
    return name.n > 0 && name.p[0] != '.' && !memchr(name.p, '/', name.n) && !memchr(name.p, 0, name.n);
}

static int take_entry(st_manifest *m, const json_t *o, const char *file, mm_err *e)
{
    st_entry x = { 0 };
    bool sound = take_text(o, "name", true, &x.name) && plain_name(x.name) && take_count(o, "records", &x.records)
        && take_count(o, "bytes", &x.bytes) && take_text(o, "xxh3", true, &x.xxh3)
        && take_text(o, "sha256", false, &x.sha256) && take_text(o, "first", true, &x.first)
        && take_text(o, "last", true, &x.last) && take_text(o, "input", true, &x.input) && take_left_out(o, &x);
    int rc = sound ? st_manifest_add(m, &x, e)
                   : mm_fail(e, MM_EBAD, "%s: entry %zu is not one that mm-store writes", file, m->n + 1);
    free(x.left_out);
    return rc;
}

static int take_settings(st_manifest *m, const json_t *o, const char *file, mm_err *e)
{
    char *text = json_is_object(o) ? json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
    if (!text)
        return mm_fail(e, MM_EBAD, "%s: it has no settings", file);
    m->settings.n = 0;
    mm_buf_str(&m->settings, mm_str_of(text));
    free(text);
    return 0;
}

static int take_manifest(st_manifest *m, const json_t *o, const char *file, mm_err *e)
{
    const json_t *shards = json_object_get(o, "shards"), *complete = json_object_get(o, "complete");
    uint64_t version, records, bytes;
    if (!take_count(o, "manifest", &version) || !json_is_array(shards) || !json_is_boolean(complete)
        || !take_count(o, "records", &records) || !take_count(o, "bytes", &bytes))
        return mm_fail(e, MM_EBAD, "%s: this is no manifest of mm-store", file);
    if (version != 1)
        return mm_fail(e, MM_EBAD, "%s: manifest version %llu, and this mm-store knows version 1", file,
                       (unsigned long long)version);
    for (size_t i = 0; i < json_array_size(shards); i++) {
        if (take_entry(m, json_array_get(shards, i), file, e) < 0)
            return -1;
        records -= m->entry[i].records;
        bytes -= m->entry[i].bytes;
    }
    if (records || bytes)
        return mm_fail(e, MM_EBAD, "%s: its sums are not those of its shards", file);
    m->finished = true;
    m->complete = json_is_true(complete);
    return take_settings(m, json_object_get(o, "settings"), file, e);
}

/* The text of a file in the folder: 1, 0 when there is none, -1. */
static int read_file(const st_folder *f, const char *name, mm_buf *out, mm_err *e)
{
    int fd = openat(f->fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? 0 : mm_fail_errno(e, "%s/%s: cannot read", f->path, name);
    ssize_t n = 1;
    while (n > 0 || (n < 0 && errno == EINTR)) {
        char *to = mm_buf_room(out, 65536);
        n = to ? read(fd, to, 65536) : 0;
        out->n += n > 0 ? (size_t)n : 0;
    }
    if (n < 0)
        mm_fail_errno(e, "%s/%s: cannot read", f->path, name);
    close(fd);
    if (out->failed)
        return mm_fail(e, MM_ESYS, "out of memory");
    return n < 0 ? -1 : 1;
}

static int parse_manifest(st_manifest *m, mm_str text, const st_folder *f, mm_err *e)
{
    json_error_t why;
    json_t *o = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &why);
    char file[300];
    snprintf(file, sizeof file, "%s/" ST_MANIFEST, f->path);
    int rc = o ? take_manifest(m, o, file, e)
               : mm_fail(e, MM_EBAD, "%s:%d:%d: %s", file, why.line, why.column, why.text);
    json_decref(o);
    return rc < 0 ? -1 : 1;
}

/* Lines up to the last one that is whole. */
static int parse_journal(st_manifest *m, mm_str text, const st_folder *f, mm_err *e)
{
    char file[300];
    snprintf(file, sizeof file, "%s/" ST_JOURNAL, f->path);
    int rc = 0;
    for (const char *p = text.p, *end = text.p + text.n, *nl; rc == 0 && p < end; p = nl + 1) {
        if (!(nl = memchr(p, '\n', (size_t)(end - p))))
            break;
        json_t *o = json_loadb(p, (size_t)(nl - p), 0, NULL);
        if (!o)
            rc = mm_fail(e, MM_EBAD, "%s: damaged at byte %td; start anew with --overwrite", file, p - text.p);
        else if (p == text.p)
            rc = take_settings(m, json_object_get(o, "settings"), file, e);
        else
            rc = take_entry(m, o, file, e);
        json_decref(o);
    }
    return rc < 0 ? -1 : m->settings.n > 0;
}

int st_manifest_load(st_manifest *m, const st_folder *f, mm_err *e)
{
    mm_buf text = { 0 };
    int rc = read_file(f, ST_MANIFEST, &text, e);
    if (rc == 1) {
        rc = parse_manifest(m, mm_buf_view(&text), f, e);
    } else if (rc == 0) {
        rc = read_file(f, ST_JOURNAL, &text, e);
        if (rc == 1)
            rc = parse_journal(m, mm_buf_view(&text), f, e);
    }
    mm_buf_free(&text);
    return rc;
}

int st_manifest_agrees(const st_manifest *m, const st_settings *s, const char *path, mm_err *e)
{
    mm_buf text = { 0 };
    put_settings(&text, s);
    json_t *ours = json_loadb(text.p, text.n, 0, NULL), *theirs = json_loadb(m->settings.p, m->settings.n, 0, NULL);
    mm_buf_free(&text);
    int rc = ours && theirs ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    const char *name;
    json_t *v;
    if (rc == 0)
        json_object_foreach(ours, name, v) {
            if (json_equal(v, json_object_get(theirs, name)))
                continue;
            char *was = json_dumps(json_object_get(theirs, name), JSON_ENCODE_ANY), *is = json_dumps(v, JSON_ENCODE_ANY);
            rc = mm_fail(e, MM_EUSAGE, "%s was begun with %s %s, and this run has %s; run with the same options, choose "
                         "another folder, or start anew with --overwrite", path, name, was ? was : "absent", is ? is : "?");
            free(was);
            free(is);
            break;
        }
    json_decref(ours);
    json_decref(theirs);
    return rc;
}
