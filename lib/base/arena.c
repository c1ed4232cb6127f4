/* arena.c - many small allocations, freed at once. */
#include "mm.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 256 << 10, KEEP = 1 << 20, ALIGN = 16 };

/* Chunks form a list, the one being filled first. A request that would waste much of a
 * chunk gets one of its own, behind the first. */
typedef struct chunk {
    struct chunk *next;
    size_t used, size;
    _Alignas(ALIGN) char bytes[];
} chunk;

struct mm_arena {
    chunk *first;
};

mm_arena *mm_arena_new(void)
{
    return calloc(1, sizeof(mm_arena));
}

static void free_chunks(chunk *c)
{
    while (c) {
        chunk *next = c->next;
        free(c);
        c = next;
    }
}

void mm_arena_free(mm_arena *a)
{
    if (!a) return;
    free_chunks(a->first);
    free(a);
}

static chunk *chunk_new(size_t size)
{
    if (size > SIZE_MAX - sizeof(chunk)) return NULL;
    chunk *c = malloc(sizeof *c + size);
    if (c) *c = (chunk){ .size = size };
    return c;
}

/* A chunk that has room for size bytes, put where it belongs in the list. */
static chunk *chunk_for(mm_arena *a, size_t size)
{
    chunk *c = a->first;
    if (c && size <= c->size - c->used) return c;
    /* Chunks kept from the last round stand behind the first, empty. */
    chunk *kept = c ? c->next : NULL;
    if (kept && kept->used == 0 && size <= kept->size) {
        c->next = kept->next;
        kept->next = c;
        return a->first = kept;
    }
    bool alone = size > CHUNK / 4;
    chunk *fresh = chunk_new(alone ? size : CHUNK);
    if (!fresh) return NULL;
    chunk **link = alone && c ? &c->next : &a->first;
    fresh->next = *link;
    return *link = fresh;
}

void *mm_arena_alloc(mm_arena *a, size_t n)
{
    if (n > SIZE_MAX - ALIGN) return NULL;
    size_t size = (n + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    chunk *c = chunk_for(a, size);
    if (!c) return NULL;
    void *p = c->bytes + c->used;
    c->used += size;
    return p;
}

mm_str mm_arena_copy(mm_arena *a, mm_str s)
{
    char *p = mm_arena_alloc(a, s.n + 1);
    if (!p) return (mm_str){ NULL, 0 };
    if (s.n) memcpy(p, s.p, s.n);
    p[s.n] = '\0';
    return (mm_str){ p, s.n };
}

void mm_arena_reset(mm_arena *a)
{
    chunk **link = &a->first;
    for (size_t kept = 0; *link;) {
        chunk *c = *link;
        if (kept + c->size <= KEEP) {
            kept += c->size;
            c->used = 0;
            link = &c->next;
        } else {
            *link = c->next;
            free(c);
        }
    }
}
