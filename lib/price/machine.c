#include "price/entry.h"

#include <math.h>
#include <stdlib.h>

static int read_hours(const mm_doc *d, const mm_node *n, mm_machine *m, mm_err *e)
{
    if (n->kind != MM_NODE_MAP || n->n == 0)
        return mm_node_fail(d, n, e, "hour: a map of on-demand, spot, reserved or committed and the price of an hour is expected");
    static const char *const known[] = { "on-demand", "spot", "reserved", "committed", NULL };
    if (mm_node_keys(d, n, known, e) < 0)
        return -1;
    for (int i = 0; i < MM_PURCHASES; i++) {
        m->hour[i] = -1;
        if (mm_entry_amount(d, mm_node_get(n, mm_purchase_name[i]), &m->hour[i], e) < 0)
            return -1;
    }
    return 0;
}

/* A number not below 0; above it, and there, where `needed`. */
static int read_number(const mm_doc *d, const mm_node *map, const char *key, bool needed, double *out, mm_err *e)
{
    const mm_node *n = mm_node_get(map, key);
    if (!n && needed)
        return mm_node_fail(d, map, e, "%s is missing", key);
    if (mm_node_double(d, n, out, e) < 0)
        return -1;
    if (n && (!isfinite(*out) || *out < 0 || (needed && *out == 0)))
        return mm_node_fail(d, n, e, "%s must be a number %s 0", key, needed ? "above" : "not below");
    return 0;
}

static int read_machine(const mm_doc *d, const mm_node *n, mm_machine *m, mm_err *e)
{
    static const char *const keys[] = { "type", "region", "cores", "memory_gib", "gpu", "gpus", "hour", "interruptions", "start_s", "from",
                                        "until", "source", NULL };
    *m = (mm_machine){ 0 };
    int64_t gpus = 0;
    if (n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "a type is a map of type, cores, memory_gib, hour and so on");
    if (mm_node_keys(d, n, keys, e) < 0 || mm_entry_read(d, n, "type", true, &m->of, e) < 0 ||
        read_number(d, n, "cores", true, &m->cores, e) < 0 || read_number(d, n, "memory_gib", true, &m->memory_gib, e) < 0 ||
        read_number(d, n, "interruptions", false, &m->interruptions, e) < 0 || read_number(d, n, "start_s", false, &m->start_s, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "gpu"), &m->gpu, e) < 0 || mm_node_int(d, mm_node_get(n, "gpus"), &gpus, e) < 0)
        return -1;
    if (gpus < 0 || gpus > 1024 || (mm_node_get(n, "gpus") && !m->gpu))
        return mm_node_fail(d, mm_node_get(n, "gpus"), e, m->gpu ? "gpus must be from 0 to 1024" : "gpus without gpu, the model");
    m->gpus = m->gpu ? (mm_node_get(n, "gpus") ? (unsigned)gpus : 1) : 0;
    if (!mm_node_get(n, "hour"))
        return mm_node_fail(d, n, e, "hour is missing");
    return read_hours(d, mm_node_get(n, "hour"), m, e);
}

int mm_machines_read(const mm_doc *d, const mm_node *list, mm_machine **out, size_t *n, mm_err *e)
{
    if (!list)
        return 0;
    if (list->kind != MM_NODE_LIST)
        return mm_node_fail(d, list, e, "types: a list of types of machines is expected");
    mm_machine *m = *out = calloc(list->n + 1, sizeof *m);
    if (!m)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < list->n; i++, ++*n) {
        if (read_machine(d, list->item[i], &m[i], e) < 0)
            return -1;
        for (size_t k = 0; k < i; k++)
            if (mm_entry_meets(&m[k].of, &m[i].of))
                return mm_node_fail(d, list->item[i], e, "holds on some of the same days as the type of line %u", m[k].of.line);
    }
    return 0;
}
