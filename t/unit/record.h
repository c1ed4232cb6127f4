/* record.h - what the unit tests of lib/record share: inputs and outputs as memory files, and a
 * printed form of what a reader gave. */
#ifndef MM_T_RECORD_H
#define MM_T_RECORD_H

#include "mm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

/* A file in memory; its name can be opened while fd is. */
typedef struct memory_file {
    int fd;
    char name[32];
} memory_file;

static inline memory_file file_of(mm_str content)
{
    memory_file f = { .fd = memfd_create("t", MFD_CLOEXEC) };
    assert_true(f.fd >= 0);
    for (size_t at = 0; at < content.n;) {
        ssize_t n = write(f.fd, content.p + at, content.n - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    snprintf(f.name, sizeof f.name, "/proc/self/fd/%d", f.fd);
    return f;
}

/* The whole content of fd, owned by the caller. */
static inline mm_buf content_of(int fd)
{
    mm_buf b = { 0 };
    for (;;) {
        char *to = mm_buf_room(&b, 65536);
        ssize_t n = pread(fd, to, 65536, (off_t)b.n);
        assert_true(n >= 0);
        if (n == 0)
            return b;
        b.n += (size_t)n;
    }
}

static inline void show_record(mm_buf *out, const mm_rec *r)
{
    mm_buf_printf(out, "%llu: ", (unsigned long long)r->position);
    if (r->verdict == MM_BAD) {
        mm_buf_printf(out, "BAD %s", r->reason);
        if (r->bad_byte >= 0)
            mm_buf_printf(out, " @%lld", (long long)r->bad_byte);
        if (r->cut)
            mm_buf_printf(out, " cut %llu", (unsigned long long)r->cut);
        mm_buf_printf(out, " ");
    }
    mm_buf_str(out, r->verdict == MM_BAD ? r->raw : r->head);
    if (r->payload.p) {
        mm_buf_printf(out, " + ");
        mm_buf_str(out, r->payload);
    }
    mm_buf_byte(out, '\n');
}

/* Everything a reader over one input gives, errors included (the input's name as FILE). */
static inline mm_buf show_all(mm_str content, const mm_read_opts *o)
{
    memory_file f = file_of(content);
    const char *names[] = { f.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, o, &e);
    mm_batch *b = mm_batch_new();
    mm_buf out = { 0 };
    int got;
    while ((got = mm_reader_next(r, b, &e)) != 0) {
        for (size_t i = 0; i < (got > 0 ? b->n : 0); i++)
            show_record(&out, &b->rec[i]);
        if (got < 0) {
            assert_int_equal(e.code, MM_EBAD);
            assert_memory_equal(e.text, f.name, strlen(f.name));
            mm_buf_printf(&out, "FILE%s\n", e.text + strlen(f.name));
        }
    }
    mm_batch_free(b);
    mm_reader_close(r);
    close(f.fd);
    return out;
}

/* How many records a reader keeps of some bytes, and whether it says that something is wrong. */
static inline size_t kept(mm_str content, const mm_read_opts *o, bool *told)
{
    memory_file f = file_of(content);
    const char *names[] = { f.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, o, &e);
    mm_batch *b = mm_batch_new();
    size_t n = 0;
    int got;
    *told = false;
    while ((got = mm_reader_next(r, b, &e)) != 0) {
        *told |= got < 0;
        for (size_t i = 0; i < (got > 0 ? b->n : 0); i++) {
            n += b->rec[i].verdict == MM_KEEP;
            *told |= b->rec[i].verdict == MM_BAD;
        }
    }
    mm_batch_free(b);
    mm_reader_close(r);
    close(f.fd);
    return n;
}

static inline bool holds(const mm_buf *b, const char *text)
{
    return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

static inline void assert_shows(mm_str content, const mm_read_opts *o, const char *want)
{
    mm_buf got = show_all(content, o);
    mm_buf_byte(&got, 0);
    assert_string_equal(got.p, want);
    mm_buf_free(&got);
}

/* Read content and write it through a writer with these options; the caller owns the result. */
static inline mm_buf through(mm_str content, const mm_read_opts *ro, const mm_write_opts *wo)
{
    memory_file in = file_of(content), out = file_of((mm_str){ NULL, 0 });
    const char *names[] = { in.name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, ro, &e);
    mm_writer *w = mm_writer_open(out.fd, "out", wo, &e);
    mm_batch *b = mm_batch_new();
    int got;
    while ((got = mm_reader_next(r, b, &e)) > 0)
        assert_int_equal(mm_writer_batch(w, b, -1, &e), 0);
    assert_int_equal(got, 0);
    assert_int_equal(mm_writer_end(w, &e), 0);
    mm_writer_free(w);
    mm_batch_free(b);
    mm_reader_close(r);
    mm_buf bytes = content_of(out.fd);
    assert_int_equal(bytes.n, lseek(out.fd, 0, SEEK_END));
    close(in.fd);
    close(out.fd);
    return bytes;
}

static inline void assert_bytes(mm_str got, mm_str want)
{
    assert_int_equal(got.n, want.n);
    if (want.n)
        assert_memory_equal(got.p, want.p, want.n);
}

#endif
