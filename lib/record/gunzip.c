/* gunzip.c - gzip data over zlib, which proves length and CRC of each member. */
#include "record/gunzip.h"

#include <stdlib.h>
#include <zlib.h>

struct mm_gunzip {
    z_stream z;
    bool between;  /* behind a member: another may follow */
    bool last;     /* nothing more will be fed */
    bool end;
};

mm_gunzip *mm_gunzip_new(void)
{
    enum { GZIP = 16 };  /* added to the window's bits: a gzip header is wanted */
    mm_gunzip *g = calloc(1, sizeof *g);
    if (g && inflateInit2(&g->z, MAX_WBITS + GZIP) != Z_OK) {
        free(g);
        g = NULL;
    }
    return g;
}

void mm_gunzip_free(mm_gunzip *g)
{
    if (!g)
        return;
    inflateEnd(&g->z);
    free(g);
}

void mm_gunzip_feed(mm_gunzip *g, const char *p, size_t n)
{
    g->z.next_in = (Bytef *)(uintptr_t)p;
    g->z.avail_in = (uInt)n;
    g->last = n == 0;
}

/* Behind a member: begin the next, if there is one. */
static void begin_next(mm_gunzip *g)
{
    enum { MAGIC = 0x1f };
    g->end = *g->z.next_in != MAGIC;
    g->between = false;
    inflateReset(&g->z);
}

ptrdiff_t mm_gunzip_read(mm_gunzip *g, char *out, size_t room, bool *end, const char **why)
{
    z_stream *z = &g->z;
    z->next_out = (Bytef *)out;
    z->avail_out = (uInt)room;
    while (z->avail_out && !g->end) {
        if (g->between && !z->avail_in)
            break;
        if (g->between)
            begin_next(g);
        int r = g->end ? Z_BUF_ERROR : inflate(z, Z_NO_FLUSH);
        if (r == Z_BUF_ERROR)
            break;
        g->between = r == Z_STREAM_END;
        if (r != Z_OK && r != Z_STREAM_END) {
            *why = r == Z_MEM_ERROR ? "out of memory" : z->msg ? z->msg : "bad header";
            return -1;
        }
    }
    ptrdiff_t n = (ptrdiff_t)(room - z->avail_out);
    if (n == 0 && g->last && !g->end && !g->between) {
        *why = "cut short";
        return -1;
    }
    *end = g->end || (g->last && g->between);
    return n;
}
