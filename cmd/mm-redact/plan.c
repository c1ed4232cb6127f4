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

/* One name of a pattern, in quotes or not, with what stands behind it of an element: its text goes to out. */
static int take_name(mm_str *rest, bool exclude, mm_buf *out, mm_err *e)
{
    size_t i = 0;
    if (*rest->p == '"') {
        mm_buf text = { 0 };
        for (i = 1; i < rest->n && rest->p[i] != '"'; i++)
            i += rest->p[i] == '\\';
        if (i >= rest->n)
            return mm_fail(e, MM_EUSAGE, "a quote is not closed");
        i++;
        mm_buf_str(out, mm_json_text((mm_str){ rest->p, i }, &text));
        mm_buf_free(&text);
    } else {
        while (i < rest->n && rest->p[i] != '.' && rest->p[i] != '[')
            i++;
        mm_buf_put(out, rest->p, i);
    }
    if (i == 0)
        return mm_fail(e, MM_EUSAGE, "a name is missing");
    while (i < rest->n && rest->p[i] == '[') {
        size_t from = ++i;
        while (i < rest->n && ((rest->p[i] >= '0' && rest->p[i] <= '9') || rest->p[i] == '*'))
            i++;
        if (i == rest->n || rest->p[i] != ']')
            return mm_fail(e, MM_EUSAGE, "[ wants a number and ]");
        if (exclude && i > from && rest->p[from] != '*')
            return mm_fail(e, MM_EUSAGE, "one element of an array can not be left out; without its number all are");
        i++;
    }
    *rest = (mm_str){ rest->p + i, rest->n - i };
    return 0;
}

/* A pattern as plan_wants takes it: names joined by dots. Elements of an array are not told apart, so that where one
 * is asked for all are looked at. */
static int compile(plan *p, mm_str text, bool exclude, mm_str *out, mm_err *e)
{
    mm_buf b = { 0 };
    mm_str rest = text;
    int rc = rest.n ? 0 : mm_fail(e, MM_EUSAGE, "a name is missing");
    while (rc == 0 && (rc = take_name(&rest, exclude, &b, e)) == 0 && rest.n) {
        if (*rest.p != '.')
            rc = mm_fail(e, MM_EUSAGE, "a dot is missing");
        else if (rest.n == 1)
            rc = mm_fail(e, MM_EUSAGE, "a name is missing");
        mm_buf_byte(&b, '.');
        rest = (mm_str){ rest.p + 1, rest.n - 1 };
    }
    if (rc == 0 && !p->texts)
        p->texts = mm_arena_new();
    if (rc == 0) {
        *out = p->texts && !b.failed ? mm_arena_copy(p->texts, mm_buf_view(&b)) : (mm_str){ 0 };
        rc = out->p ? 0 : mm_fail(e, MM_ESYS, "out of memory");
    }
    mm_buf_free(&b);
    return rc;
}

static int read_patterns(plan *p, const mm_doc *d, const mm_node *n, bool exclude, mm_err *e)
{
    mm_str **out = exclude ? &p->exclude : &p->include;
    size_t *count = exclude ? &p->n_exclude : &p->n_include;
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
        mm_err why = { 0 };
        if (compile(p, mm_str_of(text), exclude, &(*out)[(*count)++], &why) < 0)
            return mm_node_fail(d, n->item[i], e, "'%s' is no field: %s", text, why.text);
    }
    return 0;
}

static int read_fields(plan *p, const mm_doc *d, const mm_node *n, mm_err *e)
{
    static const char *const keys[] = { "include", "exclude", NULL };
    if (!n)
        return 0;
    if (mm_node_keys(d, n, keys, e) < 0 ||
        read_patterns(p, d, mm_node_get(n, "include"), false, e) < 0)
        return -1;
    return read_patterns(p, d, mm_node_get(n, "exclude"), true, e);
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
        if (compile(p, mm_str_of(o->fields->v[i]), false, &p->include[i], e) < 0)
            return mm_fail_at(e, "--field: '%s' is no field", o->fields->v[i]);
    return 0;
}

void plan_free(plan *p)
{
    free(p->include);
    free(p->exclude);
    mm_arena_free(p->texts);
    explicit_bzero(p->key, sizeof p->key);
}
