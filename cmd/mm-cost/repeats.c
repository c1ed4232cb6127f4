#include "repeats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PARTS = 256, CHUNK = 4096 };

typedef struct seen {
    uint64_t hash, row;
} seen;

struct repeats {
    struct part {
        seen *v;            /* room for CHUNK where `chunks`, else as many as were needed */
        size_t n, room;
        uint64_t *chunk;    /* places in the file of what was put away, in order */
        size_t chunks;
    } part[PARTS];
    FILE *away;             /* NULL: all is in memory */
    uint64_t placed;        /* chunks in it */
};

repeats *repeats_new(void)
{
    return calloc(1, sizeof(repeats));
}

void repeats_free(repeats *r)
{
    if (!r)
        return;
    for (int i = 0; i < PARTS; i++) {
        free(r->part[i].v);
        free(r->part[i].chunk);
    }
    if (r->away)
        fclose(r->away);
    free(r);
}

static int put_away(repeats *r, struct part *p, mm_err *e)
{
    if (!r->away && !(r->away = tmpfile()))
        return mm_fail(e, MM_ESYS, "cannot make a temporary file: %s", strerror(errno));
    uint64_t *more = realloc(p->chunk, (p->chunks + 1) * sizeof *more);
    if (!more)
        return mm_fail(e, MM_ESYS, "out of memory");
    p->chunk = more;
    p->chunk[p->chunks++] = r->placed++;
    if (fwrite(p->v, sizeof *p->v, CHUNK, r->away) != CHUNK)
        return mm_fail(e, MM_ESYS, "cannot write a temporary file: %s", strerror(errno));
    p->n = 0;
    return 0;
}

static int make_room(repeats *r, struct part *p, mm_err *e)
{
    if (p->room == CHUNK)
        return put_away(r, p, e);
    size_t room = p->room ? p->room * 4 : 16;
    seen *more = realloc(p->v, room * sizeof *more);
    if (!more)
        return mm_fail(e, MM_ESYS, "out of memory");
    p->v = more;
    p->room = room;
    return 0;
}

int repeats_add(repeats *r, const uint64_t *hash, size_t n, uint64_t before, mm_err *e)
{
    for (size_t i = 0; i < n; i++) {
        struct part *p = &r->part[hash[i] >> 56];
        if (p->n == p->room && make_room(r, p, e) < 0)
            return -1;
        p->v[p->n++] = (seen){ hash[i], before + i + 1 };
    }
    return 0;
}

/* Keep the pairs whose second row comes first. */
static void note(repeated *out, uint64_t first, uint64_t again)
{
    size_t at = out->n;
    out->rows++;
    while (at && out->pair[at - 1].again > again)
        at--;
    if (at == REPEATS_TOLD)
        return;
    out->n += out->n < REPEATS_TOLD;
    memmove(&out->pair[at + 1], &out->pair[at], (out->n - 1 - at) * sizeof *out->pair);
    out->pair[at].first = first;
    out->pair[at].again = again;
}

/* Add to a table of `room` places, a power of two, where row 0 is an empty place. */
static void look(seen *table, size_t room, const seen *v, size_t n, repeated *out)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = v[i].hash & (room - 1);
        while (table[at].row && table[at].hash != v[i].hash)
            at = (at + 1) & (room - 1);
        if (table[at].row)
            note(out, table[at].row, v[i].row);
        else
            table[at] = v[i];
    }
}

int repeats_end(repeats *r, repeated *out, mm_err *e)
{
    *out = (repeated){ 0 };
    seen *table = NULL, *chunk = malloc(CHUNK * sizeof *chunk);
    size_t had = 0;
    int rc = chunk ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    for (int i = 0; i < PARTS && rc == 0; i++) {
        const struct part *p = &r->part[i];
        size_t room = 16;
        while (room < 2 * (p->chunks * CHUNK + p->n))
            room *= 2;
        if (room > had) {
            free(table);
            table = malloc(room * sizeof *table);
            had = table ? room : 0;
        }
        if (!table) {
            rc = mm_fail(e, MM_ESYS, "out of memory");
            break;
        }
        memset(table, 0, room * sizeof *table);
        for (size_t c = 0; c < p->chunks && rc == 0; c++) {
            if (fseeko(r->away, (off_t)(p->chunk[c] * CHUNK * sizeof *chunk), SEEK_SET) != 0 ||
                fread(chunk, sizeof *chunk, CHUNK, r->away) != CHUNK)
                rc = mm_fail(e, MM_ESYS, "cannot read a temporary file: %s", strerror(errno));
            else
                look(table, room, chunk, CHUNK, out);
        }
        if (rc == 0)
            look(table, room, p->v, p->n, out);
    }
    free(table);
    free(chunk);
    return rc;
}
