/* record.c - any bytes as an input of records, in whatever form they claim to be. What a reader
 * keeps is written as mmr and must be kept again; batch sizes must not matter to lines. The first two
 * bytes choose sizes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mm.h"

static void same(bool yes)
{
    if (!yes)
        abort();
}

static int file_of(const uint8_t *p, size_t n)
{
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    same(fd >= 0 && write(fd, p, n) == (ssize_t)n);
    return fd;
}

/* Read all of fd into w when it is not NULL; returns how many records were kept. `nested` is set when
 * some of them speak of dead letters, and so may be read as others. */
static uint64_t read_all(int fd, const mm_read_opts *o, mm_writer *w, bool *nested)
{
    char name[32];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    const char *names[] = { name };
    mm_err e = { 0 };
    mm_reader *r = mm_reader_open(names, 1, o, &e);
    mm_batch *b = mm_batch_new();
    uint64_t kept = 0;
    int got;
    while ((got = mm_reader_next(r, b, &e)) != 0) {
        same(got > 0 || e.code == MM_EBAD);
        for (size_t i = 0; got > 0 && i < b->n; i++) {
            mm_str payload;
            kept += b->rec[i].verdict == MM_KEEP;
            *nested |= memmem(b->rec[i].head.p, b->rec[i].head.n, "dead", 4) != NULL;
            mm_payload(&b->rec[i], NULL, b->arena, &payload, &e);
            if (w && b->rec[i].verdict == MM_BAD)
                mm_writer_dead(w, &b->rec[i], "fuzz", &e);
        }
        same(got < 0 || !w || mm_writer_batch(w, b, -1, &e) == 0);
    }
    mm_reader_seek(r, kept / 2, &e);
    mm_batch_free(b);
    mm_reader_close(r);
    return kept;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    mm_read_opts small = { .batch = data[0] + 1u, .max_record = 1024u * (data[1] + 1u) }, large = small;
    large.batch = 1 << 20;
    mm_write_opts o = { .form = data[0] & 1 ? MM_FORM_MMR : MM_FORM_NDJSON, .zstd = data[1] & 1, .seekable = true };
    int in = file_of(data + 2, size - 2), out = memfd_create("fuzz", MFD_CLOEXEC);
    bool nested = false, lines = size > 2 && data[2] != 0x8e && data[2] != 0x28 && (data[2] & 0xf0) != 0x50;
    mm_err e = { 0 };
    mm_writer *w = mm_writer_open(out, "out", &o, &e);
    uint64_t kept = read_all(in, &small, w, &nested);
    same(mm_writer_end(w, &e) == 0);
    same(!lines || read_all(in, &large, NULL, &nested) == kept);
    same(nested || read_all(out, &large, NULL, &nested) >= kept);
    mm_writer_free(w);
    close(in);
    close(out);
    return 0;
}
