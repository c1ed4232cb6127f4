/* faces.c - a window of fixed size over ever smaller copies of the picture, and what agrees taken together. Steps,
 * scales, normalisation and grouping are those of OpenCV's detectMultiScale, so that its cascades mean the same. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "media/cascade.h"
#include "media/look.h"

enum { LONGEST = 1024, MAX_HITS = 65536 };

/* One copy: its luma, and sums of luma and of squares over all above and left of each place. */
typedef struct layer {
    double scale;
    int width, height, stride;  /* stride of the sums: width + 1 */
    uint8_t *luma;
    uint32_t *sum;
    uint64_t *squares;
    int32_t (*corner)[MM_HAAR_RECTS][4];  /* of each feature, relative to the window */
} layer;

typedef struct hits {
    mm_face *at;
    size_t n, room;
} hits;

/* ---- layers ----------------------------------------------------------------- */

/* Bilinear, centres of pixels on centres, weights in 1/2048. */
static void resize(const uint8_t *from, int width, int height, layer *l)
{
    double step_x = (double)width / l->width, step_y = (double)height / l->height;
    for (int y = 0; y < l->height; y++) {
        double v = (y + 0.5) * step_y - 0.5;
        int y0 = (int)floor(v), wy = (int)lround((v - y0) * 2048);
        const uint8_t *above = from + (size_t)(y0 < 0 ? 0 : y0) * (size_t)width;
        const uint8_t *below = from + (size_t)(y0 + 1 < height ? y0 + 1 : height - 1) * (size_t)width;
        for (int x = 0; x < l->width; x++) {
            double u = (x + 0.5) * step_x - 0.5;
            int x0 = (int)floor(u), wx = (int)lround((u - x0) * 2048), x1 = x0 + 1 < width ? x0 + 1 : width - 1;
            x0 = x0 < 0 ? 0 : x0;
            int64_t top = above[x0] * (2048 - wx) + above[x1] * wx, bottom = below[x0] * (2048 - wx) + below[x1] * wx;
            l->luma[(size_t)y * (size_t)l->width + (size_t)x] = (uint8_t)((top * (2048 - wy) + bottom * wy + (1 << 21)) >> 22);
        }
    }
}

static void add_up(layer *l)
{
    size_t stride = (size_t)l->stride;
    memset(l->sum, 0, stride * sizeof *l->sum);
    memset(l->squares, 0, stride * sizeof *l->squares);
    for (int y = 0; y < l->height; y++) {
        const uint8_t *row = l->luma + (size_t)y * (size_t)l->width;
        uint32_t *sum = l->sum + (size_t)(y + 1) * stride, across = 0;
        uint64_t *squares = l->squares + (size_t)(y + 1) * stride, squares_across = 0;
        sum[0] = 0;
        squares[0] = 0;
        for (int x = 0; x < l->width; x++) {
            across += row[x];
            squares_across += (uint64_t)row[x] * row[x];
            sum[x + 1] = sum[x + 1 - l->stride] + across;
            squares[x + 1] = squares[x + 1 - l->stride] + squares_across;
        }
    }
}

static void place_features(const mm_cascade *c, layer *l)
{
    for (size_t i = 0; i < c->n_features; i++)
        for (int k = 0; k < MM_HAAR_RECTS; k++) {
            int at = c->feature[i].rect[k].y * l->stride + c->feature[i].rect[k].x;
            int right = c->feature[i].rect[k].width, down = c->feature[i].rect[k].height * l->stride;
            int32_t corner[4] = { at, at + right, at + down, at + right + down };
            memcpy(l->corner[i][k], corner, sizeof corner);
        }
}

/* ---- one window ------------------------------------------------------------- */

static inline float value_of(const mm_haar *h, const int32_t corner[MM_HAAR_RECTS][4], const uint32_t *at)
{
    float v = 0;
    for (int k = 0; k < MM_HAAR_RECTS && h->weight[k] != 0; k++)
        v += h->weight[k] * (float)(int32_t)(at[corner[k][3]] - at[corner[k][2]] - at[corner[k][1]] + at[corner[k][0]]);
    return v;
}

/* 1 over the standard deviation of the window without its rim, times its area; 0 when it is flat. */
static float normalizer(const mm_cascade *c, const layer *l, size_t at)
{
    size_t stride = (size_t)l->stride, from = at + stride + 1, right = (size_t)c->width - 2;
    size_t down = ((size_t)c->height - 2) * stride;
    double area = (double)((c->width - 2) * (c->height - 2));
    const uint32_t *s = l->sum + from;
    const uint64_t *q = l->squares + from;
    double sum = (double)(uint32_t)(s[right + down] - s[down] - s[right] + s[0]);
    double squares = (double)(q[right + down] - q[down] - q[right] + q[0]);
    double spread = area * squares - sum * sum;
    if (!(spread > 0))
        return 0;
    double factor = 1 / sqrt(spread);
    return area * factor < 0.1 ? (float)factor : 0;
}

static float walk(const mm_cascade *c, const layer *l, const mm_cascade_tree *t, const uint32_t *at, float norm)
{
    int i = 0;
    do {
        const mm_cascade_node *n = &c->node[t->node + i];
        float v = value_of(&c->feature[n->feature], (const int32_t (*)[4])l->corner[n->feature], at) * norm;
        i = v < n->threshold ? n->left : n->right;
    } while (i > 0);
    return c->leaf[t->leaf - i];
}

/* The stage that turns it down, or -1 when none does. */
static int judge(const mm_cascade *c, const layer *l, size_t at, float norm)
{
    for (size_t s = 0; s < c->n_stages; s++) {
        const mm_cascade_stage *stage = &c->stage[s];
        float sum = 0;
        for (size_t t = 0; t < stage->n; t++)
            sum += walk(c, l, &c->tree[stage->first + t], l->sum + at, norm);
        if (sum < stage->threshold)
            return (int)s;
    }
    return -1;
}

static int add_hit(hits *h, mm_face f)
{
    if (h->n == h->room) {
        size_t room = h->room ? 2 * h->room : 256;
        mm_face *at = realloc(h->at, room * sizeof *at);
        if (!at)
            return -1;
        h->at = at;
        h->room = room;
    }
    h->at[h->n++] = f;
    return 0;
}

/* Where the first stage turns a window down the next one is passed over too. */
static int search(const mm_cascade *c, const layer *l, hits *h)
{
    int step = l->scale >= 2 ? 1 : 2;
    int width = (int)lrint(c->width * l->scale), height = (int)lrint(c->height * l->scale);
    for (int y = 0; y < l->height - c->height; y += step)
        for (int x = 0; x < l->width - c->width; x += step) {
            size_t at = (size_t)y * (size_t)l->stride + (size_t)x;
            float norm = normalizer(c, l, at);
            if (norm == 0)
                continue;
            int stage = judge(c, l, at, norm);
            if (stage == 0)
                x += step;
            mm_face f = { (int32_t)lrint(x * l->scale), (int32_t)lrint(y * l->scale), width, height, 1 };
            if (stage < 0 && h->n < MAX_HITS && add_hit(h, f) < 0)
                return -1;
        }
    return 0;
}

/* ---- grouping --------------------------------------------------------------- */

#define LIKENESS 0.2

static bool alike(const mm_face *a, const mm_face *b)
{
    int width = a->width < b->width ? a->width : b->width, height = a->height < b->height ? a->height : b->height;
    double delta = LIKENESS * (width + height) * 0.5;
    return abs(a->x - b->x) <= delta && abs(a->y - b->y) <= delta && abs(a->x + a->width - b->x - b->width) <= delta &&
           abs(a->y + a->height - b->y - b->height) <= delta;
}

static size_t root_of(size_t *parent, size_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* The mean box of each class, and how many are in it, where its root stands. */
static size_t average(hits *h, size_t *parent, int least)
{
    typedef struct sums { int64_t x, y, width, height, n; } sums;
    sums *s = calloc(h->n + 1, sizeof *s);
    size_t n = 0;
    if (!s)
        return SIZE_MAX;
    for (size_t i = 0; i < h->n; i++) {
        sums *class = &s[root_of(parent, i)];
        class->x += h->at[i].x;
        class->y += h->at[i].y;
        class->width += h->at[i].width;
        class->height += h->at[i].height;
        class->n++;
    }
    for (size_t i = 0; i < h->n; i++) {
        double k = (double)s[i].n;
        if (s[i].n > least)
            h->at[n++] = (mm_face){ (int32_t)lrint((double)s[i].x / k), (int32_t)lrint((double)s[i].y / k),
                                    (int32_t)lrint((double)s[i].width / k), (int32_t)lrint((double)s[i].height / k),
                                    (int32_t)s[i].n };
    }
    free(s);
    return n;
}

/* Small ones within larger ones that more windows agree on are left out. */
static bool within(const mm_face *small, const mm_face *big)
{
    int dx = (int)lrint(big->width * LIKENESS), dy = (int)lrint(big->height * LIKENESS);
    int most = small->neighbours > 3 ? small->neighbours : 3;
    return small->x >= big->x - dx && small->y >= big->y - dy &&
           small->x + small->width <= big->x + big->width + dx && small->y + small->height <= big->y + big->height + dy &&
           (big->neighbours > most || small->neighbours < 3);
}

static int by_place(const void *a, const void *b)
{
    const mm_face *p = a, *q = b;
    return p->y != q->y ? (p->y > q->y) - (p->y < q->y) : (p->x > q->x) - (p->x < q->x);
}

static int group(hits *h, int neighbours, mm_face *out, int room)
{
    size_t *parent = malloc((h->n + 1) * sizeof *parent);
    if (!parent)
        return -1;
    for (size_t i = 0; i < h->n; i++) {
        parent[i] = i;
        for (size_t k = 0; k < i; k++)
            if (alike(&h->at[i], &h->at[k]))
                parent[root_of(parent, k)] = root_of(parent, i);
    }
    size_t n = average(h, parent, neighbours);
    free(parent);
    if (n == SIZE_MAX)
        return -1;
    int count = 0;
    for (size_t i = 0; i < n && count < room; i++) {
        bool inside = false;
        for (size_t k = 0; k < n && !inside; k++)
            inside = k != i && within(&h->at[i], &h->at[k]);
        if (!inside)
            out[count++] = h->at[i];
    }
    qsort(out, (size_t)count, sizeof *out, by_place);
    return count;
}

/* ---- all sizes -------------------------------------------------------------- */

static int search_all(const mm_cascade *c, const uint8_t *luma, int width, int height, const mm_faces_opts *o, hits *h)
{
    size_t most = (size_t)width * (size_t)height, sums = (size_t)(width + 1) * (size_t)(height + 1);
    layer l = { .luma = malloc(most), .sum = malloc(sums * sizeof *l.sum), .squares = malloc(sums * sizeof *l.squares),
                .corner = malloc(c->n_features * sizeof *l.corner) };
    int r = l.luma && l.sum && l.squares && l.corner ? 0 : -1;
    double growth = o->scale > 1.01 ? o->scale : 1.1;
    for (double scale = 1; r == 0; scale *= growth) {
        if (lrint(c->width * scale) > width || lrint(c->height * scale) > height)
            break;
        if (lrint(c->width * scale) < o->least)
            continue;
        l.scale = scale;
        l.width = (int)lrint(width / scale);
        l.height = (int)lrint(height / scale);
        l.stride = l.width + 1;
        resize(luma, width, height, &l);
        add_up(&l);
        place_features(c, &l);
        r = search(c, &l, h);
    }
    free(l.luma);
    free(l.sum);
    free(l.squares);
    free(l.corner);
    return r;
}

static int find(const mm_cascade *c, const uint8_t *luma, int width, int height, const mm_faces_opts *o, mm_face *out, int room)
{
    hits h = { 0 };
    int n = search_all(c, luma, width, height, o, &h);
    if (n == 0)
        n = group(&h, o->neighbours > 0 ? o->neighbours : 3, out, room);
    free(h.at);
    return n;
}

int mm_faces_find(const mm_cascade *c, const uint8_t *luma, int width, int height, const mm_faces_opts *o, mm_face *out,
                  int room)
{
    int longer = width > height ? width : height, most = o->longest > 0 ? o->longest : LONGEST;
    if (longer <= most)
        return find(c, luma, width, height, o, out, room);
    int w = (int)((int64_t)width * most / longer), h = (int)((int64_t)height * most / longer);
    if (w == 0 || h == 0)
        return 0;
    uint8_t *small = malloc((size_t)w * (size_t)h);
    if (!small)
        return -1;
    mm_plane_shrink(luma, width, height, small, w, h);
    mm_faces_opts scaled = *o;
    scaled.least = (int)((int64_t)o->least * w / width);
    int n = find(c, small, w, h, &scaled, out, room);
    free(small);
    for (int i = 0; i < n; i++) {
        out[i].x = (int32_t)((int64_t)out[i].x * width / w);
        out[i].y = (int32_t)((int64_t)out[i].y * height / h);
        out[i].width = (int32_t)((int64_t)out[i].width * width / w);
        out[i].height = (int32_t)((int64_t)out[i].height * height / h);
    }
    return n;
}
