#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char plan_default_text[] =
    "# What mm-redact does without --policy; see mm-policy(5).\n"
    "version: 1\n"
    "redact:\n"
    "  action: replace       # by <ENTITY>\n"
    "  threshold: 0.5        # findings below this score are left alone\n"
    "  names: true           # member names are looked at too\n"
    "  image:                # in pictures: blur, pixelate, box or keep\n"
    "    faces: pixelate\n"
    "    text: box           # words that hold a finding\n"
    "    codes: box          # bar codes and QR codes\n";

/* What a tier or a use may say too. */
#define OVER_KEYS "action", "threshold", "names", "fields", "entities", "columns", "media", "audio", "video", "image", "review"
static const char *const section_keys[] = { OVER_KEYS, "key", "keys", "subject", "tiers", "tier", "uses",
                                            "patterns", "dictionaries", "allow", "deny", NULL };
static const char *const tier_keys[] = { OVER_KEYS, "when", "uses", NULL };
static const char *const use_keys[] = { OVER_KEYS, NULL };

/* The section and what lies over it, in that order. */
enum { LAYERS = 4 };
typedef struct layers {
    const mm_node *v[LAYERS];
    size_t n;
} layers;

/* ---- rules ---- */

/* A rule with another action begins afresh: parameters of the one before mean nothing to it. */
static void start_over(const mm_node *n, const rule *all, rule *r)
{
    if (n->kind == MM_NODE_MAP && !mm_node_get(n, "action"))
        return;
    rule before = *r;
    *r = *all;
    r->entity = before.entity;
    r->threshold = before.threshold;
    r->above = before.above;
    r->below = before.below;
    r->args.as = kind_of_entity(before.entity);
    rule_free(&before);
}

/* An entity's entry: a rule, or false for "leave it alone". */
static int read_rule(const plan *p, const mm_doc *d, const mm_node *n, const rule *all, rule *r, bool *on, mm_err *e)
{
    bool yes = true;
    if (n->kind == MM_NODE_SCALAR && !n->quoted &&
        (mm_str_eq(n->text, MM_STR("false")) || mm_str_eq(n->text, MM_STR("true")))) {
        int got = mm_node_bool(d, n, &yes, e);
        *on = yes;
        return got;
    }
    start_over(n, all, r);
    return rule_read(d, n, p->keys, r, e);
}

/* In the policy at n, or in --entities. */
static int unknown_entity(const mm_doc *d, const mm_node *n, mm_str name, mm_err *e)
{
    const char *near = detector_near(name);
    char hint[80] = "mm-redact --list shows them";
    if (near)
        snprintf(hint, sizeof hint, "did you mean %s?", near);
    if (d)
        return mm_node_fail(d, n, e, "no entity is called '%.*s'; %s", (int)name.n, name.p, hint);
    return mm_fail(e, MM_EUSAGE, "--entities: no entity is called '%.*s'; %s", (int)name.n, name.p, hint);
}

static int read_entities(plan *p, const rule *all, const mm_doc *d, const mm_node *n, mm_err *e)
{
    if (n && n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "entities must be a map from entity to rule");
    for (size_t i = 0; n && i < n->n; i++) {
        const detector *det = detector_named(n->key[i]->text);
        if (!det)
            return unknown_entity(d, n->key[i], n->key[i]->text, e);
        size_t at = detector_index(det);
        bool on = true;
        if (read_rule(p, d, n->item[i], all, &p->rule[at], &on, e) < 0 ||
            custom_context_read(d, n->item[i], &p->context[at], e) < 0)
            return -1;
        if (on)
            detector_add(&p->on, det);
        else
            detector_remove(&p->on, det);
    }
    return 0;
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

/* The pattern names the field or one it lies in; * stands for any one name, ** at its begin for any names or none. */
static bool covers(mm_str pattern, mm_str path)
{
    if (mm_str_starts(pattern, MM_STR("**."))) {
        mm_str rest = { pattern.p + 3, pattern.n - 3 };
        for (; path.n; next_name(&path))
            if (covers(rest, path))
                return true;
        return false;
    }
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

const rule *plan_column(const plan *p, mm_str path)
{
    for (size_t i = 0; i < p->n_columns; i++)
        if (covers(p->column[i].pattern, path))
            return &p->column[i].rule;
    return NULL;
}

bool plan_wants_all(const plan *p)
{
    return p->n_include == 0 && p->n_exclude == 0;
}

/* ---- columns ---- */

/* The name its values are reported under: capitals, digits and _, so that it can stand in a token. */
static int read_entity_name(const mm_doc *d, const mm_node *n, const char **out, mm_err *e)
{
    if (mm_node_string(d, n, out, e) < 0)
        return -1;
    for (const char *p = *out; *p; p++)
        if (!is_upper(*p) && *p != '_' && (!is_digit(*p) || p == *out))
            return mm_node_fail(d, n, e, "entity must be capitals, digits and _, as in CUSTOMER_ID");
    return 0;
}

static int read_columns(plan *p, const rule *all, const mm_doc *d, const mm_node *n, mm_err *e)
{
    if (n && n->kind != MM_NODE_MAP)
        return mm_node_fail(d, n, e, "columns must be a map from field to rule");
    column *more = n ? realloc(p->column, (p->n_columns + n->n + 1) * sizeof *p->column) : p->column;
    if (n && !more)
        return mm_fail(e, MM_ESYS, "out of memory");
    p->column = more;
    for (size_t i = 0; n && i < n->n; i++) {
        column *c = &p->column[p->n_columns++];
        mm_err why = { 0 };
        *c = (column){ .rule = *all };
        c->rule.entity = "FIELD";
        if (compile(p, n->key[i]->text, true, &c->pattern, &why) < 0)
            return mm_node_fail(d, n->key[i], e, "'%s' is no field: %s", n->key[i]->text.p, why.text);
        if (read_entity_name(d, mm_node_get(n->item[i], "entity"), &c->rule.entity, e) < 0 ||
            rule_read(d, n->item[i], p->keys, &c->rule, e) < 0)
            return -1;
    }
    return 0;
}

/* ---- the whole ---- */

/* Findings of entities the policy says nothing of. What the section's action can not work on is replaced; NULL, or why it
 * can work on nothing. */
static const char *set_defaults(plan *p, const rule *all)
{
    const char *wrong = NULL;
    bool some = false;
    for (const detector *det = detectors; det->name; det++) {
        rule *r = &p->rule[detector_index(det)];
        *r = *all;
        r->entity = det->entity;
        r->args.as = kind_of_entity(det->entity);
        const char *why = r->do_->check ? r->do_->check(&r->args, r->entity) : NULL;
        wrong = wrong ? wrong : why;
        some |= !why;
        if (why)
            r->do_ = &actions[0];
        detector_add(&p->on, det);
    }
    return some ? NULL : wrong;
}

int plan_check_over(const mm_doc *d, const mm_node *n, bool of_tier, mm_err *e)
{
    return mm_node_keys(d, n, of_tier ? tier_keys : use_keys, e);
}

/* The value of a key in the last layer that has it. */
static const mm_node *last_of(const layers *l, const char *key)
{
    const mm_node *found = NULL;
    for (size_t i = 0; i < l->n; i++) {
        const mm_node *n = mm_node_get(l->v[i], key);
        found = n ? n : found;
    }
    return found;
}

static int read_keys(plan *p, const mm_doc *d, const mm_node *n, keyring *shared, rule *all, mm_err *e)
{
    p->shares_keys = shared != NULL;
    p->keys = shared ? shared : calloc(1, sizeof *p->keys);
    if (!p->keys)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!shared && keyring_read(p->keys, d, mm_node_get(n, "keys"), mm_node_get(n, "key"), e) < 0)
        return -1;
    all->args.key = p->keys->standard;
    return 0;
}

/* What holds for findings of which no entity's rule says more. */
static int read_general(plan *p, const mm_doc *d, const layers *l, rule *all, mm_err *e)
{
    const char *owner = NULL;
    const mm_node *about = mm_node_get(l->v[0], "subject");
    if (mm_node_string(d, about, &owner, e) < 0 || rule_threshold(d, last_of(l, "threshold"), &all->threshold, e) < 0 ||
        rule_review(d, last_of(l, "review"), all, &p->hold, e) < 0)
        return -1;
    if (owner) {
        all->args.subject = p->subject = mm_path_new(mm_str_of(owner), e);
        if (!p->subject)
            return mm_node_fail(d, about, e, "%s is no path", owner);
    }
    const mm_node *what = last_of(l, "action");
    if (rule_action(d, what, &all->do_, e) < 0)
        return -1;
    if ((all->do_->takes & TAKES_KEY) && !all->args.key)
        return mm_node_fail(d, what, e, "action %s needs a key; give `key: {file: FILE}` in redact", all->do_->name);
    const char *wrong = set_defaults(p, all);
    return wrong ? mm_node_fail(d, what, e, "action %s: %s", all->do_->name, wrong) : 0;
}

/* Of columns the first that fits holds, so those of the last layer come first. */
static int read_layers(plan *p, const mm_doc *d, const layers *l, const rule *all, mm_err *e)
{
    if (mm_node_bool(d, last_of(l, "names"), &p->names, e) < 0 || read_fields(p, d, last_of(l, "fields"), e) < 0)
        return -1;
    for (size_t i = 0; i < l->n; i++)
        if (read_entities(p, all, d, mm_node_get(l->v[i], "entities"), e) < 0 ||
            media_policy_read(d, mm_node_get(l->v[i], "media"), &p->media, e) < 0 ||
            sound_policy_read(d, mm_node_get(l->v[i], "audio"), mm_node_get(l->v[i], "video"), p->keys, all->args.key, &p->sound, e) < 0 ||
            pixels_policy_read(d, mm_node_get(l->v[i], "image"), &p->image, e) < 0 ||
            pixels_policy_read_film(d, mm_node_get(l->v[i], "video"), &p->film, e) < 0)
            return -1;
    pixels_policy_settle(&p->film, &p->image);
    for (const detector *det = detectors; det->name; det++)
        p->reviews |= p->rule[detector_index(det)].above < p->rule[detector_index(det)].below;
    for (size_t i = l->n; i > 0; i--)
        if (read_columns(p, all, d, mm_node_get(l->v[i - 1], "columns"), e) < 0)
            return -1;
    return 0;
}

static int read_section(plan *p, const mm_policy *policy, const plan_options *o, mm_err *e)
{
    const mm_doc *d = mm_policy_doc(policy);
    const mm_node *n = mm_policy_section(policy, "redact");
    rule all = { .do_ = &actions[0], .threshold = 50, .args = ACTION_ARGS, .entity = "FIELD" };
    layers l = { { n }, 1 };
    for (size_t i = 0; i < sizeof o->over / sizeof *o->over; i++)
        if (o->over[i])
            l.v[l.n++] = o->over[i];
    if (n && mm_node_keys(d, n, section_keys, e) < 0)
        return -1;
    if (read_keys(p, d, n, o->keys, &all, e) < 0)
        return -1;
    p->custom = o->custom;
    if ((!p->shares_keys && custom_read(&p->custom, d, n, e) < 0) || read_general(p, d, &l, &all, e) < 0)
        return -1;
    return read_layers(p, d, &l, &all, e);
}

/* --entities email,phone: only these, of those the policy leaves on. */
static int narrow(plan *p, const char *list, mm_err *e)
{
    detector_set chosen = { 0 };
    for (mm_str rest = mm_str_of(list); rest.n;) {
        const char *comma = memchr(rest.p, ',', rest.n);
        mm_str name = { rest.p, comma ? (size_t)(comma - rest.p) : rest.n };
        const detector *det = detector_named(name);
        if (!det)
            return unknown_entity(NULL, NULL, name, e);
        detector_add(&chosen, det);
        size_t used = name.n + (comma != NULL);
        rest = (mm_str){ rest.p + used, rest.n - used };
    }
    for (size_t i = 0; i < sizeof chosen.bits / sizeof *chosen.bits; i++)
        p->on.bits[i] &= chosen.bits[i];
    return 0;
}

int plan_new(plan *p, const mm_policy *policy, const plan_options *o, mm_err *e)
{
    *p = (plan){ .names = true, .media = media_policy_default(), .sound = sound_policy_default(),
                 .image = pixels_policy_default(), .film = pixels_policy_film() };
    if (read_section(p, policy, o, e) < 0 || (o->entities && narrow(p, o->entities, e) < 0))
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
    for (size_t i = 0; i < DETECTORS_MAX; i++) {
        rule_free(&p->rule[i]);
        custom_context_free(&p->context[i]);
    }
    for (size_t i = 0; i < p->n_columns; i++)
        rule_free(&p->column[i].rule);
    free(p->column);
    mm_path_free(p->subject);
    sound_policy_free(&p->sound);
    if (!p->keys || p->shares_keys)
        return;
    custom_free(p->custom);
    keyring_free(p->keys);
    free(p->keys);
}
