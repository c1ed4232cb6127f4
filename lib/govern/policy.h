/* policy.h - one document that governs all tools (mm-policy.5), and the YAML reader
 * under it that remembers where each thing stood.
 *
 * Depends on lib/json, lib/base, the hash of lib/record, and libyaml. A document is read once and is immutable after.
 */
#ifndef MM_GOVERN_POLICY_H
#define MM_GOVERN_POLICY_H

#include "mm.h"

/** A node of a YAML or JSON document. What an alias names is one node with several holders; the
 *  whole stays small however it is walked. */
typedef struct mm_node {
    enum { MM_NODE_SCALAR, MM_NODE_LIST, MM_NODE_MAP } kind;
    unsigned line, column;      /* from 1 */
    mm_str text;                /* scalar: its text; NUL-terminated */
    bool quoted;                /* scalar: written in quotes, so a string whatever it looks like */
    size_t n;                   /* list: items; map: pairs */
    struct mm_node **item;      /* list: n nodes; map: n values */
    struct mm_node **key;       /* map: n keys, scalars */
    const struct mm_node *parent;  /* the first holder; NULL: the root, and keys */
    size_t whole;               /* private: nodes from here down, aliases followed */
} mm_node;

typedef struct mm_doc mm_doc;
/** Parse a YAML 1.1 or JSON file (one document, at most 16 MiB, a million values, 64 deep; anchors and merge keys (<<) are
 *  followed, duplicate keys and unknown tags refused). Errors are MM_EUSAGE and read
 *  "FILE:LINE:COLUMN: what". Name and text are copied. */
mm_doc *mm_doc_load(const char *file, mm_err *e);
mm_doc *mm_doc_parse(mm_str text, const char *name, mm_err *e);
void mm_doc_free(mm_doc *d);
const mm_node *mm_doc_root(const mm_doc *d);
const char *mm_doc_name(const mm_doc *d);
/** XXH3-128 of the document's bytes, as hex. */
const char *mm_doc_digest(const mm_doc *d);

/** Value of `key` in a map node, or NULL (also when n is NULL or no map). */
const mm_node *mm_node_get(const mm_node *n, const char *key);
/** Typed reads: 0, or -1 with "FILE:LINE:COLUMN: PATH must be ..., not ...". An absent node (NULL)
 *  leaves *out alone and gives 0. A string is any scalar but the empty plain one, as it is written
 *  (`no` and 1.10 stay "no" and "1.10"), borrowed from the document; the others take plain scalars
 *  alone: true, yes, on and their opposites; decimal integers; JSON numbers. */
int mm_node_string(const mm_doc *d, const mm_node *n, const char **out, mm_err *e);
int mm_node_bool(const mm_doc *d, const mm_node *n, bool *out, mm_err *e);
int mm_node_int(const mm_doc *d, const mm_node *n, int64_t *out, mm_err *e);
int mm_node_double(const mm_doc *d, const mm_node *n, double *out, mm_err *e);
/** Fail at this node: "FILE:LINE:COLUMN: ..."; returns -1, MM_EUSAGE. */
int mm_node_fail(const mm_doc *d, const mm_node *n, mm_err *e, const char *fmt, ...) MM_PRINTF(4, 5);
/** Every key of map n must be in the NULL-closed list: -1 names the key, its place, and the nearest
 *  known one (or all). An absent or empty node has no keys; anything else but a map fails. */
int mm_node_keys(const mm_doc *d, const mm_node *n, const char *const *known, mm_err *e);

typedef struct mm_policy mm_policy;
/** Load and check a policy: version 1, and top-level sections known to some tool, each a map or
 *  empty. What stands in a section is checked by the tool that reads it. */
mm_policy *mm_policy_load(const char *file, mm_err *e);
/** The same from text: a built-in policy. */
mm_policy *mm_policy_parse(mm_str text, const char *name, mm_err *e);
void mm_policy_free(mm_policy *p);
const mm_doc *mm_policy_doc(const mm_policy *p);
/** The section of a tool ("redact"), or NULL when absent or empty. */
const mm_node *mm_policy_section(const mm_policy *p, const char *name);
/** XXH3-128 of the policy's bytes, as hex. */
const char *mm_policy_digest(const mm_policy *p);

#endif
