#include "rule.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A parameter: where it goes and how it is read. */
typedef struct parameter {
    const char *name;
    unsigned takes;
    enum { TEXT, WHOLE, WORD, KEY, KIND, PATH, EDGES } type;
    size_t at;                    /* in action_args */
    int64_t least, most;          /* WHOLE */
    const char *const *words;     /* WORD */
} parameter;

static const char *const checks[] = { "luhn", "mod97", "none", NULL };
static const char *const orders[] = { "dmy", "mdy", NULL };
static const char *const spans[] = { "year", "month", "decade", "zip3", NULL };

#define AT(member) offsetof(action_args, member)
static const parameter parameters[] = {
    { "keep_first", TAKES_KEEP, WHOLE, AT(keep_first), 0, 1000000, NULL },
    { "keep_last", TAKES_KEEP, WHOLE, AT(keep_last), 0, 1000000, NULL },
    { "with", TAKES_WITH, TEXT, AT(with), 0, 0, NULL },
    { "leave", TAKES_LEAVE, TEXT, AT(leave), 0, 0, NULL },
    { "key", TAKES_KEY, KEY, AT(key), 0, 0, NULL },
    { "as", TAKES_AS, KIND, AT(as), 0, 0, NULL },
    { "alphabet", TAKES_ALPHABET, TEXT, AT(alphabet), 0, 0, NULL },
    { "check", TAKES_ALPHABET, WORD, AT(check), 0, 0, checks },
    { "country", TAKES_COUNTRY, TEXT, AT(country), 0, 0, NULL },
    { "subject", TAKES_SUBJECT, PATH, AT(subject), 0, 0, NULL },
    { "days", TAKES_DAYS, WHOLE, AT(days), 1, 36500, NULL },
    { "order", TAKES_ORDER, WORD, AT(order), 0, 0, orders },
    { "to", TAKES_COARSE, WORD, AT(to), 0, 0, spans },
    { "bands", TAKES_COARSE, EDGES, AT(edge), 0, 0, NULL },
    { "prefix", TAKES_COARSE, WHOLE, AT(prefix), 0, 1000, NULL },
    { "decimals", TAKES_COARSE, WHOLE, AT(decimals), 0, 15, NULL },
    { "ipv4", TAKES_COARSE, WHOLE, AT(ipv4), 0, 31, NULL },
    { "ipv6", TAKES_COARSE, WHOLE, AT(ipv6), 0, 127, NULL },
};
enum { PARAMETERS = sizeof parameters / sizeof *parameters };

int rule_action(const mm_doc *d, const mm_node *n, const action **out, mm_err *e)
{
    const char *name = NULL;
    if (!n)
        return 0;
    if (mm_node_string(d, n, &name, e) < 0)
        return -1;
    const action *a = action_named(mm_str_of(name));
    if (a) {
        *out = a;
        return 0;
    }
    mm_buf all = { 0 };
    for (a = actions; a->name; a++)
        mm_buf_printf(&all, "%s%s", a == actions ? "" : a[1].name ? ", " : " and ", a->name);
    mm_node_fail(d, n, e, "no action is called '%s'; there are %.*s", name, (int)all.n, all.p ? all.p : "");
    mm_buf_free(&all);
    return -1;
}

int rule_threshold(const mm_doc *d, const mm_node *n, int *out, mm_err *e)
{
    double v = *out / 100.0;
    if (mm_node_double(d, n, &v, e) < 0)
        return -1;
    if (!(v >= 0 && v <= 1))
        return mm_node_fail(d, n, e, "threshold must be from 0 to 1");
    *out = (int)(v * 100 + 0.5);
    return 0;
}

static int read_score(const mm_doc *d, const mm_node *n, int *out, mm_err *e)
{
    double v = *out / 100.0;
    if (mm_node_double(d, n, &v, e) < 0)
        return -1;
    if (!(v >= 0 && v <= 1))
        return mm_node_fail(d, n, e, "a score must be from 0 to 1");
    *out = (int)(v * 100 + 0.5);
    return 0;
}

int rule_review(const mm_doc *d, const mm_node *n, rule *r, bool *hold, mm_err *e)
{
    static const char *const known[] = { "above", "below", "hold", NULL }, *const of_entity[] = { "above", "below", NULL };
    bool on = true;
    if (!n)
        return 0;
    if (n->kind == MM_NODE_SCALAR) {
        if (mm_node_bool(d, n, &on, e) < 0)
            return -1;
        r->above = r->below = 0;
        return on ? mm_node_fail(d, n, e, "review must be {above: SCORE, below: SCORE}, or false") : 0;
    }
    if (mm_node_keys(d, n, hold ? known : of_entity, e) < 0 || read_score(d, mm_node_get(n, "above"), &r->above, e) < 0 ||
        read_score(d, mm_node_get(n, "below"), &r->below, e) < 0 ||
        (hold && mm_node_bool(d, mm_node_get(n, "hold"), hold, e) < 0))
        return -1;
    return r->above < r->below ? 0 : mm_node_fail(d, n, e, "review needs `above` and a higher `below`");
}

/* ---- parameters ---- */

static int read_word(const mm_doc *d, const mm_node *n, const parameter *p, const char **out, mm_err *e)
{
    const char *word = NULL;
    if (mm_node_string(d, n, &word, e) < 0)
        return -1;
    mm_buf all = { 0 };
    for (const char *const *w = p->words; *w; w++) {
        if (strcmp(*w, word) == 0) {
            *out = *w;
            mm_buf_free(&all);
            return 0;
        }
        mm_buf_printf(&all, "%s%s", all.n ? ", " : "", *w);
    }
    mm_node_fail(d, n, e, "%s must be one of %.*s, not '%s'", p->name, (int)all.n, all.p ? all.p : "", word);
    mm_buf_free(&all);
    return -1;
}

/* A number is the width of all bands; a list holds the rising numbers where they begin. */
static int read_edges(const mm_doc *d, const mm_node *n, action_args *a, mm_err *e)
{
    a->widths = n->kind == MM_NODE_SCALAR;
    size_t count = a->widths ? 1 : n->n;
    if (n->kind == MM_NODE_MAP || count == 0)
        return mm_node_fail(d, n, e, "bands must be a width or a list of rising numbers");
    free(a->edge);
    a->edge = calloc(count, sizeof *a->edge);
    if (!a->edge)
        return mm_fail(e, MM_ESYS, "out of memory");
    a->n_edges = count;
    for (size_t i = 0; i < count; i++) {
        const mm_node *item = a->widths ? n : n->item[i];
        if (mm_node_double(d, item, &a->edge[i], e) < 0)
            return -1;
        if (!isfinite(a->edge[i]) || (a->widths && a->edge[i] <= 0) || (i > 0 && a->edge[i] <= a->edge[i - 1]))
            return mm_node_fail(d, item, e, a->widths ? "a width must be above 0" : "bands must rise");
    }
    return 0;
}

static int read_parameter(const mm_doc *d, const mm_node *n, const parameter *p, const keyring *keys, rule *r, mm_err *e)
{
    void *at = (char *)&r->args + p->at;
    const char *text = NULL;
    int64_t *whole = at;
    switch (p->type) {
    case TEXT:
        return mm_node_string(d, n, at, e);
    case WORD:
        return read_word(d, n, p, at, e);
    case EDGES:
        return read_edges(d, n, &r->args, e);
    case WHOLE:
        if (mm_node_int(d, n, whole, e) < 0)
            return -1;
        if (*whole < p->least && p->least == 0)
            return mm_node_fail(d, n, e, "%s must not be negative", p->name);
        return *whole >= p->least && *whole <= p->most
                   ? 0
                   : mm_node_fail(d, n, e, "%s must be from %lld to %lld", p->name, (long long)p->least, (long long)p->most);
    case KEY:
        if (mm_node_string(d, n, &text, e) < 0)
            return -1;
        r->args.key = keyring_named(keys, mm_str_of(text));
        return r->args.key ? 0 : mm_node_fail(d, n, e, "no key is called '%s'; name it in `keys`", text);
    case KIND:
        if (mm_node_string(d, n, &text, e) < 0)
            return -1;
        r->args.as = kind_named(mm_str_of(text));
        return r->args.as ? 0 : mm_node_fail(d, n, e, "nothing is known of '%s'; `as` takes code, name, email, phone, card, "
                                             "iban, ssn, ip, mac, date, place and number", text);
    case PATH:
        if (mm_node_string(d, n, &text, e) < 0)
            return -1;
        if (r->own_subject)
            mm_path_free(r->args.subject);
        r->own_subject = true;
        r->args.subject = mm_path_new(mm_str_of(text), e);
        return r->args.subject ? 0 : mm_node_fail(d, n, e, "subject: %s is no path", text);
    }
    return 0;
}

/* ---- the whole ---- */

static int read_map(const mm_doc *d, const mm_node *n, const keyring *keys, rule *r, mm_err *e)
{
    const char *known[PARAMETERS + 8] = { "action", "threshold", "entity", "review", "context", "unless", "by" };
    for (size_t i = 0; i < PARAMETERS; i++)
        known[i + 7] = parameters[i].name;
    if (mm_node_keys(d, n, known, e) < 0 || rule_action(d, mm_node_get(n, "action"), &r->do_, e) < 0 ||
        rule_threshold(d, mm_node_get(n, "threshold"), &r->threshold, e) < 0 ||
        rule_review(d, mm_node_get(n, "review"), r, NULL, e) < 0)
        return -1;
    for (size_t i = 0; i < PARAMETERS; i++) {
        const parameter *p = &parameters[i];
        const mm_node *given = mm_node_get(n, p->name);
        if (!given)
            continue;
        if (!(r->do_->takes & p->takes))
            return mm_node_fail(d, given, e, "action %s takes no %s", r->do_->name, p->name);
        if (read_parameter(d, given, p, keys, r, e) < 0)
            return -1;
    }
    return 0;
}

int rule_read(const mm_doc *d, const mm_node *n, const keyring *keys, rule *r, mm_err *e)
{
    if ((n->kind == MM_NODE_SCALAR ? rule_action(d, n, &r->do_, e) : read_map(d, n, keys, r, e)) < 0)
        return -1;
    if ((r->do_->takes & TAKES_KEY) && !r->args.key)
        return mm_node_fail(d, n, e, keys->n ? "action %s needs a key; name one of `keys` as its `key`, or as `key` of redact"
                                             : "action %s needs a key; give `key: {file: FILE}` in redact", r->do_->name);
    if (!r->args.as)
        r->args.as = kind_of_entity(r->entity);
    const char *wrong = r->do_->check ? r->do_->check(&r->args, r->entity) : NULL;
    return wrong ? mm_node_fail(d, n, e, "action %s on %s: %s", r->do_->name, r->entity, wrong) : 0;
}

void rule_free(rule *r)
{
    if (r->own_subject)
        mm_path_free(r->args.subject);
    free(r->args.edge);
}
