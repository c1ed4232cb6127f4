/* cascade.h - a cascade as compact arrays; private to lib/media. cascade.c reads it, faces.c runs it. */
#ifndef MM_MEDIA_CASCADE_H
#define MM_MEDIA_CASCADE_H

#include "media/faces.h"

enum { MM_HAAR_RECTS = 3, MM_CASCADE_FEATURES = 8192, MM_CASCADE_NODES = 32768, MM_CASCADE_STAGES = 64 };

/** Weighted sums of upright rectangles within the window; a weight of 0 is none. */
typedef struct mm_haar {
    struct { uint8_t x, y, width, height; } rect[MM_HAAR_RECTS];
    float weight[MM_HAAR_RECTS];
} mm_haar;

/** Where a feature is below its threshold the tree goes on to the left: above 0 to that node of it, else to leaf
 *  number -left. Nodes lead on only, never back. */
typedef struct mm_cascade_node {
    int16_t left, right;
    uint16_t feature;
    float threshold;
} mm_cascade_node;

typedef struct mm_cascade_tree {
    uint16_t node, leaf;  /* its first ones */
} mm_cascade_tree;

typedef struct mm_cascade_stage {
    uint16_t first, n;    /* trees */
    float threshold;
} mm_cascade_stage;

struct mm_cascade {
    int width, height;    /* of the window */
    size_t n_stages, n_trees, n_nodes, n_leaves, n_features;
    mm_cascade_stage stage[MM_CASCADE_STAGES];
    mm_cascade_tree tree[MM_CASCADE_NODES];
    mm_cascade_node node[MM_CASCADE_NODES];
    float leaf[MM_CASCADE_NODES];
    mm_haar feature[MM_CASCADE_FEATURES];
};

#endif
