/* cascade.c - reading a cascade from OpenCV's XML, as far as its elements matter: they come in a fixed order, so
 * the text is walked from tag to tag. */
#include "media/cascade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* OpenCV lowers every threshold of a stage by this, so that sums at the border pass. */
#define STAGE_MARGIN 1e-5f

static int bad(mm_err *e, const char *what)
{
    return mm_fail(e, MM_EBAD, "no cascade that can be used: %s", what);
}

/* Numbers up to the next tag: how many of them, at most room. */
static size_t numbers(const char *p, double *v, size_t room)
{
    size_t n = 0;
    char *end;
    for (; n < room; n++, p = end) {
        v[n] = strtod(p, &end);
        if (end == p)
            break;
    }
    return n;
}

/* ---- trees ------------------------------------------------------------------ */

enum { TREE_NODES = 32 };

static int add_tree(mm_cascade *c, const double *v, size_t n, mm_err *e)
{
    size_t nodes = n / 4;
    if (!c->n_stages || !nodes || n % 4 || c->n_nodes + nodes > MM_CASCADE_NODES)
        return bad(e, "nodes of a tree");
    c->tree[c->n_trees++] = (mm_cascade_tree){ (uint16_t)c->n_nodes, (uint16_t)c->n_leaves };
    c->stage[c->n_stages - 1].n++;
    for (size_t i = 0; i < nodes; i++, v += 4) {
        bool on = (v[0] <= 0 || v[0] > (double)i) && (v[1] <= 0 || v[1] > (double)i);
        double most = (double)nodes, least = -(double)nodes;
        if (!on || !(v[0] < most && v[1] < most && v[0] >= least && v[1] >= least && v[2] >= 0 && v[2] < MM_CASCADE_FEATURES))
            return bad(e, "a node leads nowhere");
        c->node[c->n_nodes++] = (mm_cascade_node){ (int16_t)v[0], (int16_t)v[1], (uint16_t)v[2], (float)v[3] };
    }
    return 0;
}

/* A tree of n nodes has n + 1 leaves. */
static int add_leaves(mm_cascade *c, const double *v, size_t n, mm_err *e)
{
    if (!c->n_trees || c->n_leaves + n > MM_CASCADE_NODES || n != c->n_nodes - c->tree[c->n_trees - 1].node + 1)
        return bad(e, "leaves of a tree");
    for (size_t i = 0; i < n; i++)
        c->leaf[c->n_leaves++] = (float)v[i];
    return 0;
}

static int add_stage(mm_cascade *c, double threshold, mm_err *e)
{
    if (c->n_stages == MM_CASCADE_STAGES)
        return bad(e, "too many stages");
    c->stage[c->n_stages++] = (mm_cascade_stage){ (uint16_t)c->n_trees, 0, (float)threshold - STAGE_MARGIN };
    return 0;
}

/* ---- features --------------------------------------------------------------- */

static int add_feature(mm_cascade *c, const char *p, const char *end, mm_err *e)
{
    if (c->n_features == MM_CASCADE_FEATURES)
        return bad(e, "too many features");
    mm_haar *h = &c->feature[c->n_features++];
    for (int i = 0; i < MM_HAAR_RECTS; i++) {
        double v[5];
        p = memmem(p, (size_t)(end - p), "<_>", 3);
        if (!p)
            return i > 0 ? 0 : bad(e, "a feature without rectangles");
        p += 3;
        bool inside = numbers(p, v, 5) == 5 && v[0] >= 0 && v[1] >= 0 && v[2] > 0 && v[3] > 0 &&
                      v[0] + v[2] <= c->width && v[1] + v[3] <= c->height;
        if (!inside)
            return bad(e, "a rectangle outside the window");
        h->rect[i].x = (uint8_t)v[0];
        h->rect[i].y = (uint8_t)v[1];
        h->rect[i].width = (uint8_t)v[2];
        h->rect[i].height = (uint8_t)v[3];
        h->weight[i] = (float)v[4];
    }
    return 0;
}

static int read_features(mm_cascade *c, const char *p, mm_err *e)
{
    while ((p = strstr(p, "<rects>")) != NULL) {
        const char *end = strstr(p, "</rects>");
        if (!end || add_feature(c, p, end, e) < 0)
            return end ? -1 : bad(e, "a feature that does not end");
        p = end;
    }
    for (size_t i = 0; i < c->n_nodes; i++)
        if (c->node[i].feature >= c->n_features)
            return bad(e, "a node asks for a feature that is not there");
    return 0;
}

/* ---- all of it -------------------------------------------------------------- */

static double first_number(const char *text, const char *tag)
{
    double v = 0;
    const char *p = strstr(text, tag);
    return p && numbers(p + strlen(tag), &v, 1) == 1 ? v : 0;
}

static int read_stages(mm_cascade *c, const char *p, const char *end, mm_err *e)
{
    double v[4 * TREE_NODES + 1];
    while ((p = strchr(p, '<')) != NULL && p < end) {
        int r = 0;
        if (!strncmp(p, "<stageThreshold>", 16))
            r = numbers(p + 16, v, 1) == 1 ? add_stage(c, v[0], e) : bad(e, "a stage without a threshold");
        else if (!strncmp(p, "<internalNodes>", 15))
            r = add_tree(c, v, numbers(p + 15, v, sizeof v / sizeof *v), e);
        else if (!strncmp(p, "<leafValues>", 12))
            r = add_leaves(c, v, numbers(p + 12, v, sizeof v / sizeof *v), e);
        if (r < 0)
            return -1;
        p++;
    }
    if (!c->n_trees || c->n_leaves != c->n_nodes + c->n_trees)
        return bad(e, "trees without leaves");
    return 0;
}

static int read_cascade(mm_cascade *c, const char *text, mm_err *e)
{
    const char *features = strstr(text, "<features>");
    if (!strstr(text, "opencv-cascade-classifier") || !strstr(text, "<featureType>HAAR<") || !features)
        return bad(e, "not an OpenCV cascade of Haar features");
    if (strstr(text, "<tilted>1"))
        return bad(e, "tilted features");
    double width = first_number(text, "<width>"), height = first_number(text, "<height>");
    if (!(width >= 8 && width <= 200 && height >= 8 && height <= 200))
        return bad(e, "the size of its window");
    c->width = (int)width;
    c->height = (int)height;
    return read_stages(c, text, features, e) < 0 ? -1 : read_features(c, features, e);
}

mm_cascade *mm_cascade_parse(mm_str xml, mm_err *e)
{
    mm_cascade *c = calloc(1, sizeof *c);
    char *text = malloc(xml.n + 1);
    int r = -1;
    if (c && text) {
        memcpy(text, xml.p ? xml.p : "", xml.n);
        text[xml.n] = 0;
        r = read_cascade(c, text, e);
    } else {
        mm_fail(e, MM_ESYS, "out of memory");
    }
    free(text);
    if (r == 0)
        return c;
    free(c);
    return NULL;
}

void mm_cascade_free(mm_cascade *c)
{
    free(c);
}

/* ---- the one of this process ------------------------------------------------ */

static const char *cascade_file;
static mm_cascade *cascade;
static mm_err cascade_error;

void mm_faces_use(const char *file)
{
    cascade_file = file ? file : MM_CASCADE_FILE;
}

static void load(FILE *in)
{
    mm_buf text = { 0 };
    char piece[16384];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, in)) > 0 && text.n < 16u << 20)
        mm_buf_put(&text, piece, n);
    cascade = mm_cascade_parse(mm_buf_view(&text), &cascade_error);
    mm_buf_free(&text);
}

void mm_faces_warm(void)
{
    if (!cascade_file || cascade)
        return;
    FILE *in = fopen(cascade_file, "re");
    if (!in) {
        mm_fail(&cascade_error, MM_EBAD, "no cascade file %s (Debian: opencv-data)", cascade_file);
        return;
    }
    load(in);
    fclose(in);
}

const mm_cascade *mm_faces_cascade(const char **why)
{
    *why = cascade_error.text[0] ? cascade_error.text : "no cascade was loaded";
    return cascade;
}
