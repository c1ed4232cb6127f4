/* layer.c - situations, arms, and the file they are kept in. */
#include "layer.h"

#include <string.h>

#include "govern/policy.h"

const char *const arm_name[ARMS] = { "alone", "ease none", "ease whole", "hold short", "hold long", "dare", "care" };
const control arm_control[ARMS] = {
    { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 0.5, .hold = 1 },
    { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 0, .hold = 1 },
    { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 1, .hold = 1 },
    { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 0.5, .hold = 0.5 },
    { .safety = 0, .aim = 0.1, .reserve = 0.12, .ease = 0.5, .hold = 2 },
    { .safety = -2, .aim = 0.1, .reserve = 0.06, .ease = 0.5, .hold = 1 },
    { .safety = 2, .aim = 0.1, .reserve = 0.2, .ease = 0.5, .hold = 1 },
};

static const char *const starts[] = { "in time", "late" };
static const char *const rough[] = { "smooth", "uneven", "rough" };
static const char *const many[] = { "few", "some", "many" };

size_t layer_situation(const controller *k, const sim_conditions *c)
{
    double size = controller_size(k), roughness = controller_roughness(k);
    bool late = c->limit_s < ((double)c->startup + 1) * controller_step_s(k);
    return (late ? 9u : 0u) + 3 * ((roughness > 0.1) + (roughness > 0.3)) + (size >= 4) + (size >= 20);
}

const char *layer_situation_name(size_t s, mm_buf *b)
{
    b->n = 0;
    mm_buf_printf(b, "%s, %s, %s", starts[s / 9], rough[s / 3 % 3], many[s % 3]);
    mm_buf_byte(b, '\0');
    return b->failed ? "" : b->p;
}

double layer_loss(double cost, double late, const sim_conditions *c)
{
    return cost + 10 * late * c->price / (3600 * c->rate);
}

void layer_put(mm_buf *b, const layer *l)
{
    mm_buf name = { 0 };
    mm_buf_str(b, MM_STR("# Which setting of the stream controller serves best, learned in its simulator. A situation is whether workers start in time\n"
                         "# for new work, how rough arrivals are, and how many workers these keep busy (few: below 4, many: 20 or more).\n"
                         "# alone: the controller as it is. ease: work may wait by plan for none or all of the limit, not half. hold: idle workers are\n"
                         "# kept for a shorter or longer time. dare, care: less or more is spent on being in time.\n"));
    mm_buf_printf(b, "version: 1\nseed: %lld\nruns: %lld\nsituations:\n", (long long)l->seed, (long long)l->runs);
    for (size_t s = 0; s < SITUATIONS; s++)
        mm_buf_printf(b, "  \"%s\": {arm: %s, gain: %.4f, tries: %lld}\n", layer_situation_name(s, &name), arm_name[l->arm[s]], l->gain[s],
                      (long long)l->tries[s]);
    mm_buf_free(&name);
}

static int read_situation(layer *l, const mm_doc *d, const mm_node *n, size_t s, mm_err *e)
{
    const char *arm = NULL;
    if (mm_node_keys(d, n, (const char *const[]){ "arm", "gain", "tries", NULL }, e) < 0 ||
        mm_node_string(d, mm_node_get(n, "arm"), &arm, e) < 0 || mm_node_double(d, mm_node_get(n, "gain"), &l->gain[s], e) < 0 ||
        mm_node_int(d, mm_node_get(n, "tries"), &l->tries[s], e) < 0)
        return -1;
    for (size_t i = 0; arm && i < ARMS; i++)
        if (strcmp(arm, arm_name[i]) == 0) {
            l->arm[s] = i;
            return 0;
        }
    return !n || !arm ? 0 : mm_node_fail(d, n, e, "there is no setting '%s'", arm);
}

int layer_load(layer *l, const char *file, mm_err *e)
{
    *l = (layer){ 0 };
    mm_doc *d = mm_doc_load(file, e);
    if (!d)
        return -1;
    const mm_node *root = mm_doc_root(d), *of = mm_node_get(root, "situations");
    int64_t version = 0;
    mm_buf name = { 0 };
    int rc = mm_node_int(d, mm_node_get(root, "version"), &version, e);
    if (rc == 0 && (version != 1 || !of))
        rc = mm_node_fail(d, root, e, "this is no layer of version 1 that mm-plan train wrote");
    if (rc == 0 && (mm_node_int(d, mm_node_get(root, "seed"), &l->seed, e) < 0 || mm_node_int(d, mm_node_get(root, "runs"), &l->runs, e) < 0))
        rc = -1;
    for (size_t s = 0; rc == 0 && s < SITUATIONS; s++)
        rc = read_situation(l, d, mm_node_get(of, layer_situation_name(s, &name)), s, e);
    mm_buf_free(&name);
    mm_doc_free(d);
    return rc;
}
