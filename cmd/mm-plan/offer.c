/* offer.c - machines by price book and limits. */
#include "offer.h"

#include <fnmatch.h>
#include <math.h>
#include <string.h>

#include "price/when.h"

static bool in(const char *const *list, const char *v)
{
    for (; *list; list++)
        if (strcmp(*list, v) == 0)
            return true;
    return false;
}

static bool matches(const char *const *patterns, const char *v)
{
    for (; *patterns; patterns++)
        if (fnmatch(*patterns, v, 0) == 0)
            return true;
    return false;
}

bool offer_resides(const pipeline *p, const offer *o, const char *const *tier, size_t n)
{
    if (strcmp(o->machine, "local") == 0)
        return true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < p->n_residency; k++)
            if (tier[i] && strcmp(tier[i], p->residency[k].tier) == 0 && !in(p->residency[k].regions, o->region))
                return false;
    return true;
}

/* How many were left after each thing that leaves some out. */
typedef struct sieve {
    size_t valid, named, placed, bought;
    int64_t last;   /* when the latest price ended */
} sieve;

static void names_of(mm_buf *b, const char *const *list)
{
    for (size_t i = 0; list && list[i]; i++)
        mm_buf_printf(b, "%s%s", i ? ", " : "", list[i]);
    mm_buf_byte(b, 0);
}

static int none_left(const pipeline *p, const sieve *s, size_t all, int64_t now, mm_err *e)
{
    mm_buf b = { 0 };
    const mm_node *limits = mm_node_get(mm_doc_root(p->doc), "limits");
    int rc;
    if (!all)
        rc = mm_fail(e, MM_EUSAGE, "the price book has no types of machines to plan with: add a list `types`; see mm-cost(1), PRICE BOOKS");
    else if (!s->valid) {
        mm_when_put(&b, now, true);
        mm_buf_str(&b, s->last > INT64_MIN ? MM_STR(": the last price ended ") : MM_STR(": no price had begun"));
        if (s->last > INT64_MIN)
            mm_when_put(&b, s->last, true);
        mm_buf_byte(&b, 0);
        rc = mm_fail(e, MM_EUSAGE, "the price book is stale: it has no machine for %s; bring it up to date, or plan as of another day with --at", b.p ? b.p : "");
    } else if (!s->named) {
        names_of(&b, p->machines);
        rc = mm_node_fail(p->doc, limits, e, "limits: the price book has no machine %s", b.p ? b.p : "");
    } else if (!s->placed) {
        names_of(&b, p->regions);
        rc = mm_node_fail(p->doc, limits, e, "limits: the price book has no such machine in region %s", b.p ? b.p : "");
    } else {
        names_of(&b, p->purchases);
        rc = mm_node_fail(p->doc, limits, e, "limits: no such machine is sold %s", b.p ? b.p : "");
    }
    mm_buf_free(&b);
    return rc;
}

/* One type in one region, in the ways it is sold. */
static void add(offers *o, const pipeline *p, const mm_machine *m, const char *region, sieve *s)
{
    for (int k = 0; k < MM_PURCHASES; k++) {
        if (m->hour[k] < 0 || (p->purchases && !in(p->purchases, mm_purchase_name[k])))
            continue;
        s->bought++;
        o->v[o->n++] = (offer){ m->of.name, region, mm_purchase_name[k], fmax(1, floor(m->cores)), m->memory_gib * 1073741824.0, m->hour[k],
                                mm_money_near(m->hour[k]), k == MM_SPOT ? m->interruptions : 0, m->start_s };
    }
}

/* Regions that an allowed machine of any region can stand in: those of limits, else those that residency names, else "any". */
static size_t regions_of(const pipeline *p, const mm_machine *m, const char **out, size_t most)
{
    size_t n = 0;
    if (strcmp(m->of.region, "any") != 0) {
        if (!p->regions || in(p->regions, m->of.region))
            out[n++] = m->of.region;
        return n;
    }
    for (size_t i = 0; p->regions && p->regions[i] && n < most; i++)
        out[n++] = p->regions[i];
    for (size_t k = 0; !p->regions && k < p->n_residency; k++)
        for (size_t i = 0; p->residency[k].regions[i] && n < most; i++)
            out[n++] = p->residency[k].regions[i];
    if (!n)
        out[n++] = "any";
    return n;
}

enum { MOST_REGIONS = 16 };

int offers_make(offers *o, const pipeline *p, const mm_book *book, size_t cores, int64_t now, mm_arena *a, mm_err *e)
{
    size_t all = 0;
    const mm_machine *m = book ? mm_book_machines(book, &all) : NULL;
    sieve s = { .last = INT64_MIN };
    *o = (offers){ mm_arena_alloc(a, (book ? all * MM_PURCHASES * MOST_REGIONS + 1 : 1) * sizeof(offer)), 0 };
    if (!o->v)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!book) {
        o->v[o->n++] = (offer){ .machine = "local", .region = "any", .purchase = "on-demand", .cores = (double)cores };
        return 0;
    }
    for (size_t i = 0; i < all; i++) {
        const char *region[MOST_REGIONS];
        if (now < m[i].of.from || now >= m[i].of.until) {
            s.last = now >= m[i].of.until && m[i].of.until > s.last ? m[i].of.until : s.last;
            continue;
        }
        s.valid++;
        if (p->machines && !matches(p->machines, m[i].of.name))
            continue;
        s.named++;
        size_t n = regions_of(p, &m[i], region, MOST_REGIONS);
        s.placed += n;
        for (size_t k = 0; k < n; k++)
            add(o, p, &m[i], region[k], &s);
    }
    return o->n ? 0 : none_left(p, &s, all, now, e);
}
