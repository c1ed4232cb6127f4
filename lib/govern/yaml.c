/* yaml.c - from libyaml's events to a tree that knows its places.
 *
 * Hostile documents are bounded: bytes, nesting, and how much aliases may stand for. Nodes live
 * in one arena; a node that several aliases name exists once.
 */
#include "govern/policy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

enum {
    MAX_BYTES = 16 << 20,
    MAX_DEPTH = 64,
    MAX_NODES = 1000000,
    MAX_ALIASED = 100000,  /* nodes that all aliases together stand for */
    MAX_ANCHORS = 10000,
    MAX_MERGED = 1000,     /* pairs that one << brings in */
};

struct mm_doc {
    mm_arena *arena;
    const char *name;
    const mm_node *root;
    char digest[33];
};

typedef struct anchor {
    mm_str name;
    mm_node *node;  /* NULL while what it names is being read */
} anchor;

typedef struct loader {
    mm_doc *doc;
    mm_str text;
    yaml_parser_t parser;
    mm_node **stack;  /* the children of all open lists and maps */
    size_t n, room;
    anchor *anchors;
    size_t nanchors, anchors_room;
    size_t nodes, aliased;  /* so far */
    mm_err *e;
} loader;

static int out_of_memory(mm_err *e)
{
    return mm_fail(e, MM_ESYS, "reading a document: out of memory");
}

static int fail_mark(loader *l, yaml_mark_t at, const char *what)
{
    return mm_fail(l->e, MM_EUSAGE, "%s:%zu:%zu: %s", l->doc->name, at.line + 1, at.column + 1, what);
}

/* ---- events ---- */

/* Where a byte stands; columns count characters. */
static yaml_mark_t mark_of_byte(mm_str text, size_t at)
{
    yaml_mark_t m = { 0 };
    for (size_t i = 0; i < at && i < text.n; i++) {
        if (text.p[i] == '\n') {
            m.line++;
            m.column = 0;
        } else if (((unsigned char)text.p[i] & 0xc0) != 0x80) {
            m.column++;
        }
    }
    return m;
}

static int fail_parser(loader *l)
{
    const yaml_parser_t *p = &l->parser;
    char what[200];
    if (p->error == YAML_MEMORY_ERROR)
        return out_of_memory(l->e);
    if (p->error == YAML_READER_ERROR) {
        snprintf(what, sizeof what, "%s", p->problem);
        return fail_mark(l, mark_of_byte(l->text, p->problem_offset), what);
    }
    /* A context such as "while parsing a block mapping" helps where it began on another line. */
    if (p->context && p->context_mark.line < p->problem_mark.line)
        snprintf(what, sizeof what, "%s (%s that began on line %zu)", p->problem, p->context, p->context_mark.line + 1);
    else
        snprintf(what, sizeof what, "%s", p->problem);
    return fail_mark(l, p->problem_mark, what);
}

static int next_event(loader *l, yaml_event_t *ev)
{
    return yaml_parser_parse(&l->parser, ev) ? 0 : fail_parser(l);
}

/* ---- nodes ---- */

static bool grow(void **array, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return true;
    size_t more = *room * 2 + 64;
    void *bigger = realloc(*array, more * size);
    if (!bigger)
        return false;
    *array = bigger;
    *room = more;
    return true;
}

static int push(loader *l, mm_node *node)
{
    if (!grow((void **)&l->stack, l->n, &l->room, sizeof *l->stack))
        return out_of_memory(l->e);
    l->stack[l->n++] = node;
    return 0;
}

static mm_node *node_new(loader *l, yaml_mark_t at, int kind)
{
    if (l->nodes++ == MAX_NODES) {
        fail_mark(l, at, "there are more than 1000000 values");
        return NULL;
    }
    mm_node *node = mm_arena_alloc(l->doc->arena, sizeof *node);
    if (!node) {
        out_of_memory(l->e);
        return NULL;
    }
    *node = (mm_node){ .kind = kind, .line = (unsigned)at.line + 1, .column = (unsigned)at.column + 1, .whole = 1 };
    return node;
}

/* !!str makes a scalar a string; the other tags of YAML 1.1's JSON schema say nothing that the
 * reader of the node does not ask for anyway. */
static int take_tag(loader *l, const yaml_event_t *ev, const yaml_char_t *tag, mm_node *node)
{
    static const char prefix[] = "tag:yaml.org,2002:", known[] = " str int float bool null map seq ";
    const char *t = (const char *)tag;
    if (!t || strcmp(t, "!") == 0)
        return 0;
    if (strncmp(t, prefix, sizeof prefix - 1) == 0) {
        char word[16];
        snprintf(word, sizeof word, " %.12s ", t + sizeof prefix - 1);
        node->quoted |= strcmp(word, " str ") == 0;
        if (!strchr(t + sizeof prefix - 1, ' ') && strstr(known, word))
            return 0;
    }
    char what[120];
    snprintf(what, sizeof what, "the tag %.80s is not known; leave it out", t);
    return fail_mark(l, ev->start_mark, what);
}

static anchor *find_anchor(loader *l, const yaml_char_t *name)
{
    mm_str want = mm_str_of((const char *)name);
    for (size_t i = l->nanchors; i > 0; i--)
        if (mm_str_eq(l->anchors[i - 1].name, want))
            return &l->anchors[i - 1];
    return NULL;
}

/* Remember that an anchor's node has begun; *which receives its place, or -1 without an anchor. */
static int begin_anchor(loader *l, const yaml_event_t *ev, const yaml_char_t *name, ptrdiff_t *which)
{
    *which = -1;
    if (!name)
        return 0;
    if (l->nanchors == MAX_ANCHORS)
        return fail_mark(l, ev->start_mark, "there are more than 10000 anchors");
    mm_str copy = mm_arena_copy(l->doc->arena, mm_str_of((const char *)name));
    if (!copy.p || !grow((void **)&l->anchors, l->nanchors, &l->anchors_room, sizeof *l->anchors))
        return out_of_memory(l->e);
    *which = (ptrdiff_t)l->nanchors;
    l->anchors[l->nanchors++] = (anchor){ copy, NULL };
    return 0;
}

static int take_alias(loader *l, const yaml_event_t *ev)
{
    const anchor *a = find_anchor(l, ev->data.alias.anchor);
    char what[160];
    if (!a || !a->node) {
        snprintf(what, sizeof what, a ? "*%.80s stands inside what it names" : "*%.80s names no anchor before it",
                 (const char *)ev->data.alias.anchor);
        return fail_mark(l, ev->start_mark, what);
    }
    l->aliased += a->node->whole;
    if (l->aliased > MAX_ALIASED)
        return fail_mark(l, ev->start_mark, "the aliases so far stand for more than 100000 values; write less or plainer");
    return push(l, a->node);
}

static int take_scalar(loader *l, const yaml_event_t *ev)
{
    mm_node *node = node_new(l, ev->start_mark, MM_NODE_SCALAR);
    ptrdiff_t which;
    if (!node || begin_anchor(l, ev, ev->data.scalar.anchor, &which) != 0)
        return -1;
    node->text = mm_arena_copy(l->doc->arena, (mm_str){ (char *)ev->data.scalar.value, ev->data.scalar.length });
    if (!node->text.p)
        return out_of_memory(l->e);
    node->quoted = ev->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (take_tag(l, ev, ev->data.scalar.tag, node) != 0)
        return -1;
    if (which >= 0)
        l->anchors[which].node = node;
    return push(l, node);
}

/* ---- maps ---- */

static int by_key(const void *a, const void *b)
{
    const mm_node *x = *(mm_node *const *)a, *y = *(mm_node *const *)b;
    int order = mm_str_cmp(x->text, y->text);
    if (order == 0)
        order = x->line != y->line ? (x->line < y->line ? -1 : 1) : (x->column > y->column) - (x->column < y->column);
    return order;
}

static bool before(const mm_node *a, const mm_node *b)
{
    return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/* sorted: the keys by text, then place. Fails at the first key in the document that stood before. */
static int refuse_duplicates(loader *l, mm_node *const *sorted, size_t n)
{
    const mm_node *again = NULL, *first = NULL;
    for (size_t i = 1; i < n; i++)
        if (mm_str_eq(sorted[i]->text, sorted[i - 1]->text) && (!again || before(sorted[i], again))) {
            first = sorted[i - 1];
            again = sorted[i];
        }
    if (!again)
        return 0;
    return mm_node_fail(l->doc, again, l->e, "the key \"%.80s\" is there twice, first on line %u; keep one", again->text.p,
                        first->line);
}

static bool is_merge(const mm_node *key)
{
    return !key->quoted && mm_str_eq(key->text, MM_STR("<<"));
}

static bool has_key(mm_node *const *sorted, size_t n, const mm_node *key)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = mm_str_cmp(sorted[mid]->text, key->text);
        if (order == 0)
            return true;
        if (order < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

/* Push the pairs of `from` that are not among the sorted keys, nor pushed behind `mark` before. */
static int merge_one(loader *l, mm_node *const *sorted, size_t n, size_t mark, const mm_node *from)
{
    if (from->kind != MM_NODE_MAP)
        return mm_node_fail(l->doc, from, l->e, "<< takes a map or a list of maps");
    for (size_t i = 0; i < from->n; i++) {
        bool there = has_key(sorted, n, from->key[i]);
        for (size_t k = mark; k < l->n && !there; k += 2)
            there = mm_str_eq(l->stack[k]->text, from->key[i]->text);
        if (!there && l->n - mark == 2 * MAX_MERGED)
            return mm_node_fail(l->doc, from, l->e, "<< brings in more than 1000 keys");
        if (!there && (push(l, from->key[i]) != 0 || push(l, from->item[i]) != 0))
            return -1;
    }
    return 0;
}

/* The merge key of YAML 1.1: own keys win, then earlier maps. The pairs of the map stand on the stack
 * from `base`. */
static int merge(loader *l, mm_node *const *sorted, size_t n, size_t base)
{
    size_t mark = l->n;
    for (size_t i = base; i < mark; i += 2) {
        if (!is_merge(l->stack[i]))
            continue;
        const mm_node *from = l->stack[i + 1];
        size_t many = from->kind == MM_NODE_LIST ? from->n : 1;
        for (size_t k = 0; k < many; k++)
            if (merge_one(l, sorted, n, mark, from->kind == MM_NODE_LIST ? from->item[k] : from) != 0)
                return -1;
        memmove(&l->stack[i], &l->stack[i + 2], (l->n - i - 2) * sizeof *l->stack);
        l->n -= 2;
        break;  /* a second one would be a duplicate */
    }
    return 0;
}

static int settle_keys(loader *l, size_t base)
{
    size_t n = (l->n - base) / 2;
    mm_node **sorted = malloc((n + 1) * sizeof *sorted);
    if (!sorted)
        return out_of_memory(l->e);
    int r = 0;
    for (size_t i = 0; i < n && r == 0; i++) {
        sorted[i] = l->stack[base + 2 * i];
        if (sorted[i]->kind != MM_NODE_SCALAR)
            r = mm_node_fail(l->doc, sorted[i], l->e, "a key must be text, not a list or a map");
    }
    if (r == 0) {
        qsort(sorted, n, sizeof *sorted, by_key);
        r = refuse_duplicates(l, sorted, n);
    }
    if (r == 0)
        r = merge(l, sorted, n, base);
    free(sorted);
    return r;
}

/* ---- lists and maps ---- */

/* Take the children from `base` on off the stack into node. */
static int close_node(loader *l, mm_node *node, size_t base)
{
    size_t width = node->kind == MM_NODE_MAP ? 2 : 1;
    node->n = (l->n - base) / width;
    mm_node **room = mm_arena_alloc(l->doc->arena, node->n * width * sizeof *room + 1);
    if (!room)
        return out_of_memory(l->e);
    node->item = room;
    node->key = width == 2 ? room + node->n : NULL;
    for (size_t i = 0; i < node->n; i++) {
        mm_node *child = l->stack[base + width * i + width - 1];
        node->item[i] = child;
        node->whole += child->whole;
        if (!child->parent)
            child->parent = node;
        if (width == 2)
            node->key[i] = l->stack[base + width * i];
    }
    l->n = base;
    return 0;
}

static int take(loader *l, const yaml_event_t *ev, int depth);

static int take_children(loader *l, int depth)
{
    for (;;) {
        yaml_event_t ev;
        if (next_event(l, &ev) != 0)
            return -1;
        bool end = ev.type == YAML_SEQUENCE_END_EVENT || ev.type == YAML_MAPPING_END_EVENT;
        int r = end ? 0 : take(l, &ev, depth);
        yaml_event_delete(&ev);
        if (end || r != 0)
            return r;
    }
}

static int take_collection(loader *l, const yaml_event_t *ev, int depth)
{
    bool map = ev->type == YAML_MAPPING_START_EVENT;
    size_t base = l->n;
    ptrdiff_t which;
    if (depth == MAX_DEPTH)
        return fail_mark(l, ev->start_mark, "lists and maps are nested more than 64 deep");
    mm_node *node = node_new(l, ev->start_mark, map ? MM_NODE_MAP : MM_NODE_LIST);
    if (!node || take_tag(l, ev, map ? ev->data.mapping_start.tag : ev->data.sequence_start.tag, node) != 0 ||
        begin_anchor(l, ev, map ? ev->data.mapping_start.anchor : ev->data.sequence_start.anchor, &which) != 0 ||
        take_children(l, depth + 1) != 0 || (map && settle_keys(l, base) != 0) || close_node(l, node, base) != 0)
        return -1;
    if (which >= 0)
        l->anchors[which].node = node;
    return push(l, node);
}

static int take(loader *l, const yaml_event_t *ev, int depth)
{
    switch (ev->type) {
    case YAML_ALIAS_EVENT: return take_alias(l, ev);
    case YAML_SCALAR_EVENT: return take_scalar(l, ev);
    default: return take_collection(l, ev, depth);
    }
}

/* ---- documents ---- */

static int take_document(loader *l)
{
    for (bool done = false; !done;) {
        yaml_event_t ev;
        if (next_event(l, &ev) != 0)
            return -1;
        int r = 0;
        switch (ev.type) {
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT: break;
        case YAML_STREAM_END_EVENT: done = true; break;
        case YAML_DOCUMENT_START_EVENT:
            if (l->n > 0)
                r = fail_mark(l, ev.start_mark, "a second document begins here; only one is read");
            break;
        default: r = take(l, &ev, 0);
        }
        yaml_event_delete(&ev);
        if (r != 0)
            return -1;
    }
    if (l->n == 0)
        return mm_fail(l->e, MM_EUSAGE, "%s:1:1: the document is empty", l->doc->name);
    l->doc->root = l->stack[0];
    return 0;
}

mm_doc *mm_doc_parse(mm_str text, const char *name, mm_err *e)
{
    mm_doc *d = calloc(1, sizeof *d);
    if (!d || !(d->arena = mm_arena_new()) || !(d->name = mm_arena_copy(d->arena, mm_str_of(name)).p)) {
        mm_doc_free(d);
        out_of_memory(e);
        return NULL;
    }
    loader l = { .doc = d, .text = text, .e = e };
    int r = -1;
    if (text.n > MAX_BYTES)
        mm_fail(e, MM_EUSAGE, "%s: is longer than 16 MiB", name);
    else if (!yaml_parser_initialize(&l.parser))
        out_of_memory(e);
    else {
        yaml_parser_set_input_string(&l.parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
        r = take_document(&l);
        yaml_parser_delete(&l.parser);
    }
    free(l.stack);
    free(l.anchors);
    if (r == 0) {
        mm_hash_hex(text.p, text.n, d->digest);
        return d;
    }
    mm_doc_free(d);
    return NULL;
}

/* The whole of a file or pipe, up to one byte more than is allowed. */
static int read_whole(const char *file, mm_buf *out, mm_err *e)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC), r = 0;
    if (fd < 0) {
        mm_fail_errno(e, "%s: cannot read", file);
        if (e && errno != ENOMEM && errno != EMFILE && errno != ENFILE)
            e->code = MM_EUSAGE;
        return -1;
    }
    while (r == 0 && out->n <= MAX_BYTES) {
        char *room = mm_buf_room(out, 64 << 10);
        ssize_t n = room ? read(fd, room, 64 << 10) : 0;
        if (!room)
            r = out_of_memory(e);
        else if (n < 0 && errno != EINTR)
            r = mm_fail_errno(e, "%s: cannot read", file);
        else if (n == 0)
            break;
        else if (n > 0)
            out->n += (size_t)n;
    }
    close(fd);
    return r;
}

mm_doc *mm_doc_load(const char *file, mm_err *e)
{
    mm_buf text = { 0 };
    mm_doc *d = read_whole(file, &text, e) == 0 ? mm_doc_parse(mm_buf_view(&text), file, e) : NULL;
    mm_buf_free(&text);
    return d;
}

void mm_doc_free(mm_doc *d)
{
    if (!d)
        return;
    mm_arena_free(d->arena);
    free(d);
}

const mm_node *mm_doc_root(const mm_doc *d)
{
    return d->root;
}

const char *mm_doc_name(const mm_doc *d)
{
    return d->name;
}

const char *mm_doc_digest(const mm_doc *d)
{
    return d->digest;
}
