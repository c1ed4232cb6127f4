#include "plan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char plan_default_text[] =
    "# What mm-redact does without --policy; see mm-policy(5).\n"
    "version: 1\n"
    "redact:\n"
    "  action: replace       # by <ENTITY>\n"
    "  threshold: 0.5        # findings below this score are left alone\n"
    "  names: true           # member names are looked at too\n";

static const char *const section_keys[] = { "action", "threshold", "names", "fields", "entities", "key", "media", NULL };
static const char *const rule_keys[] = { "action", "threshold", "keep_first", "keep_last", "with", NULL };

/* ---- rules ---- */

static int read_action(const mm_doc *d, const mm_node *n, const action **out, mm_err *e)
{
    const char *name = NULL;
    if (!n)
        return 0;
    if (mm_node_string(d, n, &name, e) < 0)
        return -1;
    const action *a = action_named(mm_str_of(name));
    if (!a)
        return mm_node_fail(d, n, e, "no action is called '%s'; there are replace, mask, hash, drop and drop-record", name);
    *out = a;
    return 0;
}

static int read_threshold(const mm_doc *d, const mm_node *n, int *out, mm_err *e)
{
    double v = *out / 100.0;
    if (mm_node_double(d, n, &v, e) < 0)
        return -1;
    if (!(v >= 0 && v <= 1))
        return mm_node_fail(d, n, e, "threshold must be from 0 to 1");
    *out = (int)(v * 100 + 0.5);
    return 0;
}

static int read_keep(const mm_doc *d, const mm_node *n, const char *name, int64_t *out, mm_err *e)
{
    if (mm_node_int(d, n, out, e) < 0)
        return -1;
    return *out >= 0 ? 0 : mm_node_fail(d, n, e, "%s must not be negative", name);
}

/* An entity's entry: a map, an action's name, or false for "leave it alone". */
static int read_rule(const mm_doc *d, const mm_node *n, rule *r, bool *on, mm_err *e)
{
    bool yes = true;
    if (n->kind == MM_NODE_SCALAR) {
        if (!n->quoted && (mm_str_eq(n->text, MM_STR("false")) || mm_str_eq(n->text, MM_STR("true")))) {
            int got = mm_node_bool(d, n, &yes, e);
            *on = yes;
            return got;
        }
        return read_action(d, n, &r->do_, e);
    }
    if (mm_node_keys(d, n, rule_keys, e) < 0 || read_action(d, mm_node_get(n, "action"), &r->do_, e) < 0 ||
        read_threshold(d, mm_node_get(n, "threshold"), &r->threshold, e) < 0 ||
        read_keep(d, mm_node_get(n, "keep_first"), "keep_first", &r->args.keep_first, e) < 0 ||
        read_keep(d, mm_node_get(n, "keep_last"), "keep_last", &r->args.keep_last, e) < 0)
        return -1;
    return mm_node_string(d, mm_node_get(n, "with"), &r->args.with, e);
}

static int read_entities(plan *p, const mm_doc *d, const mm_node *n, mm_err *e)
{
    if (n && n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "entities must be a map from entity to rule");
    for (size_t i = 0; n && i < n->n; i++) {
        const detector *det = detector_named(n->key[i]->text);
        if (!det)
            return mm_node_fail(d, n->key[i], e, "no entity is called '%s'; mm-redact --list shows them", n->key[i]->text.p);
        size_t at = detector_index(det);
        bool on = true;
        if (read_rule(d, n->item[i], &p->rule[at], &on, e) < 0)
            return -1;
        if (!on)
            p->on &= ~((uint32_t)1 << at);
        if (p->rule[at].do_->keyed && !p->key_len)
            return mm_node_fail(d, n->item[i], e, "action %s needs a key; give `key: {file: FILE}` in redact",
                                p->rule[at].do_->name);
    }
    return 0;
}

/* ---- key ---- */

static int take_key(plan *p, int fd, const mm_doc *d, const mm_node *n, const char *name, mm_err *e)
{
    ssize_t got = 0;
    while (p->key_len < sizeof p->key &&
           ((got = read(fd, p->key + p->key_len, sizeof p->key - p->key_len)) > 0 || (got < 0 && errno == EINTR)))
        p->key_len += got > 0 ? (size_t)got : 0;
    while (p->key_len && (p->key[p->key_len - 1] == '\n' || p->key[p->key_len - 1] == '\r'))
        p->key_len--;
    if (got < 0)
        return mm_node_fail(d, n, e, "the key in %s can not be read: %s", name, strerror(errno));
    return p->key_len >= 16 ? 0 : mm_node_fail(d, n, e, "the key in %s is too short: it needs 16 bytes or more", name);
}

static int read_key(plan *p, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const keys[] = { "file", "fd", NULL };
    const char *file = NULL;
    int64_t number = -1;
    if (!n)
        return 0;
    if (mm_node_keys(d, n, keys, e) < 0 || mm_node_string(d, mm_node_get(n, "file"), &file, e) < 0 ||
        mm_node_int(d, mm_node_get(n, "fd"), &number, e) < 0)
        return -1;
    if ((file != NULL) == (number >= 0))
        return mm_node_fail(d, n, e, "key takes a file or an fd, one of them");
    if (!file)
        return take_key(p, (int)number, d, n, "that descriptor", e);
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return mm_node_fail(d, n, e, "the key file %s can not be opened: %s", file, strerror(errno));
    int got = take_key(p, fd, d, n, file, e);
    close(fd);
    return got;
}

/* ---- fields ---- */

static int read_patterns(const mm_doc *d, const mm_node *n, mm_str **out, size_t *count, mm_err *e)
{
    if (!n)
        return 0;
    if (n->kind != MM_NODE_LIST)
        return mm_node_fail(d, n, e, "must be a list of fields");
    *out = calloc(n->n + 1, sizeof **out);
    if (!*out)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < n->n; i++) {
        const char *text = NULL;
        if (mm_node_string(d, n->item[i], &text, e) < 0)
            return -1;
        (*out)[(*count)++] = mm_str_of(text);
    }
    return 0;
}

static int read_fields(plan *p, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const keys[] = { "include", "exclude", NULL };
    if (!n)
        return 0;
    if (mm_node_keys(d, n, keys, e) < 0 ||
        read_patterns(d, mm_node_get(n, "include"), &p->include, &p->n_include, e) < 0)
        return -1;
    return read_patterns(d, mm_node_get(n, "exclude"), &p->exclude, &p->n_exclude, e);
}

/* The next name of a dotted path; *rest moves behind its dot. */
static mm_str next_name(mm_str *rest)
{
    const char *dot = memchr(rest->p, '.', rest->n);
    mm_str name = { rest->p, dot ? (size_t)(dot - rest->p) : rest->n };
    size_t used = name.n + (dot != NULL);
    *rest = (mm_str){ rest->p + used, rest->n - used };
    return name;
}

/* The pattern names the field or one it lies in; * stands for any one name. */
static bool covers(mm_str pattern, mm_str path)
{
    while (pattern.n) {
        if (!path.n)
            return false;
        mm_str want = next_name(&pattern), name = next_name(&path);
        if (!mm_str_eq(want, name) && !mm_str_eq(want, MM_STR("*")))
            return false;
    }
    return true;
}

bool plan_wants(const plan *p, mm_str path)
{
    bool wanted = p->n_include == 0;
    for (size_t i = 0; i < p->n_include && !wanted; i++)
        wanted = covers(p->include[i], path);
    for (size_t i = 0; i < p->n_exclude && wanted; i++)
        wanted = !covers(p->exclude[i], path);
    return wanted;
}

bool plan_wants_all(const plan *p)
{
    return p->n_include == 0 && p->n_exclude == 0;
}

/* ---- the whole ---- */

static int read_section(plan *p, const mm_policy *policy, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(policy);
    const mm_node *n = mm_policy_section(policy, "redact");
    rule all = { .do_ = &actions[0], .threshold = 50 };
    if (n && (mm_node_keys(d, n, section_keys, e) < 0 || read_key(p, d, mm_node_get(n, "key"), e) < 0 ||
              read_action(d, mm_node_get(n, "action"), &all.do_, e) < 0 ||
              read_threshold(d, mm_node_get(n, "threshold"), &all.threshold, e) < 0))
        return -1;
    if (all.do_->keyed && !p->key_len)
        return mm_node_fail(d, mm_node_get(n, "action"), e, "action %s needs a key; give `key: {file: FILE}` in redact",
                            all.do_->name);
    for (const detector *det = detectors; det->name; det++) {
        p->rule[detector_index(det)] = all;
        p->on |= (uint32_t)1 << detector_index(det);
    }
    if (!n)
        return 0;
    if (mm_node_bool(d, mm_node_get(n, "names"), &p->names, e) < 0 || read_fields(p, d, mm_node_get(n, "fields"), e) < 0 ||
        read_entities(p, d, mm_node_get(n, "entities"), e) < 0)
        return -1;
    return media_policy_read(d, mm_node_get(n, "media"), &p->media, e);
}

/* --entities email,phone: only these, of those the policy leaves on. */
static int narrow(plan *p, const char *list, mm_err *e)
{
    uint32_t chosen = 0;
    for (mm_str rest = mm_str_of(list); rest.n;) {
        const char *comma = memchr(rest.p, ',', rest.n);
        mm_str name = { rest.p, comma ? (size_t)(comma - rest.p) : rest.n };
        const detector *det = detector_named(name);
        if (!det)
            return mm_fail(e, MM_EUSAGE, "--entities: no entity is called '%.*s'; --list shows them", (int)name.n, name.p);
        chosen |= (uint32_t)1 << detector_index(det);
        size_t used = name.n + (comma != NULL);
        rest = (mm_str){ rest.p + used, rest.n - used };
    }
    p->on &= chosen;
    return 0;
}

int plan_new(plan *p, const mm_policy *policy, const plan_options *o, mm_err *e)
{
    *p = (plan){ .names = true, .media = media_policy_default() };
    if (read_section(p, policy, e) < 0 || (o->entities && narrow(p, o->entities, e) < 0))
        return -1;
    if (o->fields->n == 0)
        return 0;
    free(p->include);
    p->n_include = o->fields->n;
    p->include = calloc(p->n_include, sizeof *p->include);
    if (!p->include)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < p->n_include; i++)
        p->include[i] = mm_str_of(o->fields->v[i]);
    return 0;
}

void plan_free(plan *p)
{
    free(p->include);
    free(p->exclude);
    explicit_bzero(p->key, sizeof p->key);
}
