/* opt.c - parsing a command line by option tables. */
#include "base/near.h"
#include "base/opt.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool takes_value(const mm_option *o)
{
    return o->kind != MM_OPT_FLAG && o->kind != MM_OPT_OPTIONAL;
}

static bool is_option(const mm_option *o)
{
    return o->kind != MM_OPT_HEADING;
}

/* ---- values ----------------------------------------------------------------- */

static int list_add(mm_list *l, const char *value, mm_err *e)
{
    const char **v = realloc(l->v, (l->n + 1) * sizeof(*v));
    if (!v)
        return mm_fail(e, MM_ESYS, "out of memory");
    l->v = v;
    v[l->n++] = value;
    return 0;
}

static int wants(const mm_option *o, const char *what, const char *got, mm_err *e)
{
    return mm_fail(e, MM_EUSAGE, "--%s takes %s, not '%s'", o->name, what, got);
}

static int set_int(const mm_option *o, const char *value, mm_err *e)
{
    char *end;
    errno = 0;
    long long n = strtoll(value, &end, 10);
    bool bad = errno || end == value || *end || *value == ' ';
    if (!bad && (o->min == o->max || (n >= o->min && n <= o->max))) {
        *(int64_t *)o->into = n;
        return 0;
    }
    if (o->min == o->max)
        return wants(o, "a whole number", value, e);
    if (o->max == INT64_MAX)
        return mm_fail(e, MM_EUSAGE, "--%s takes a whole number of at least %lld, not '%s'", o->name,
                       (long long)o->min, value);
    return mm_fail(e, MM_EUSAGE, "--%s takes a whole number from %lld to %lld, not '%s'", o->name,
                   (long long)o->min, (long long)o->max, value);
}

static int set_double(const mm_option *o, const char *value, mm_err *e)
{
    char *end;
    double v = strtod(value, &end);
    if (end == value || *end)
        return wants(o, "a number", value, e);
    *(double *)o->into = v;
    return 0;
}

static int set_choice(const mm_option *o, const char *value, mm_err *e)
{
    size_t n = strlen(value);
    for (const char *c = o->arg; *c;) {
        size_t len = strcspn(c, "|");
        if (len == n && memcmp(c, value, n) == 0) {
            *(const char **)o->into = value;
            return 0;
        }
        c += len + (c[len] == '|');
    }
    return mm_fail(e, MM_EUSAGE, "--%s takes one of %s, not '%s'", o->name, o->arg, value);
}

static int set(const mm_option *o, const char *value, mm_err *e)
{
    switch (o->kind) {
    case MM_OPT_FLAG: *(bool *)o->into = true; return 0;
    case MM_OPT_OPTIONAL: *(const char **)o->into = value ? value : ""; return 0;
    case MM_OPT_STRING: *(const char **)o->into = value; return 0;
    case MM_OPT_LIST: return list_add(o->into, value, e);
    case MM_OPT_INT: return set_int(o, value, e);
    case MM_OPT_DOUBLE: return set_double(o, value, e);
    case MM_OPT_CHOICE: return set_choice(o, value, e);
    case MM_OPT_SIZE:
        return mm_parse_size(mm_str_of(value), o->into) == 0 ? 0
             : wants(o, "a size such as 4096, 64K, 10MB or 1GiB", value, e);
    case MM_OPT_DURATION:
        return mm_parse_duration(mm_str_of(value), o->into) == 0 ? 0
             : wants(o, "a duration such as 250ms, 30s, 5m or 2h", value, e);
    case MM_OPT_HEADING: break;
    }
    return 0;
}

/* ---- names ------------------------------------------------------------------ */

static int unknown_name(const mm_option *const *tables, const char *name, size_t n, mm_err *e)
{
    const mm_option *nearest = NULL;
    size_t best = mm_near_limit(n);
    for (; *tables; tables++)
        for (const mm_option *o = *tables; o->name; o++) {
            size_t d = is_option(o) ? mm_distance((mm_str){ name, n }, mm_str_of(o->name)) : best;
            if (d < best) {
                best = d;
                nearest = o;
            }
        }
    if (nearest)
        return mm_fail(e, MM_EUSAGE, "unknown option --%.*s; did you mean --%s?", (int)n, name,
                       nearest->name);
    return mm_fail(e, MM_EUSAGE, "unknown option --%.*s; --help lists them", (int)n, name);
}

/* The option of that name, or the only one that begins so. */
static const mm_option *by_name(const mm_option *const *tables, const char *name, size_t n, mm_err *e)
{
    const mm_option *found = NULL, *second = NULL;
    for (const mm_option *const *t = tables; *t; t++)
        for (const mm_option *o = *t; o->name; o++) {
            if (!is_option(o) || strncmp(o->name, name, n) != 0)
                continue;
            if (o->name[n] == '\0')
                return o;
            if (found)
                second = o;
            else
                found = o;
        }
    if (second) {
        mm_fail(e, MM_EUSAGE, "--%.*s is ambiguous: --%s or --%s", (int)n, name, found->name, second->name);
        return NULL;
    }
    if (!found)
        unknown_name(tables, name, n, e);
    return found;
}

static const mm_option *by_letter(const mm_option *const *tables, char letter, mm_err *e)
{
    for (; *tables; tables++)
        for (const mm_option *o = *tables; o->name; o++)
            if (is_option(o) && o->letter == letter)
                return o;
    mm_fail(e, MM_EUSAGE, "unknown option -%c; --help lists them", letter);
    return NULL;
}

/* ---- the command line ------------------------------------------------------- */

static int parse_long(const mm_option *const *tables, char **argv, int *at, mm_err *e)
{
    const char *name = argv[*at] + 2, *equals = strchr(name, '=');
    size_t n = equals ? (size_t)(equals - name) : strlen(name);
    const mm_option *o = by_name(tables, name, n, e);
    if (!o)
        return -1;
    const char *value = equals ? equals + 1 : NULL;
    if (o->kind == MM_OPT_FLAG && value)
        return mm_fail(e, MM_EUSAGE, "--%s takes no value", o->name);
    if (takes_value(o) && !value && !(value = argv[++*at]))
        return mm_fail(e, MM_EUSAGE, "--%s needs a value: %s", o->name, o->arg);
    return set(o, value, e);
}

static int parse_letters(const mm_option *const *tables, char **argv, int *at, mm_err *e)
{
    for (const char *c = argv[*at] + 1; *c; c++) {
        const mm_option *o = by_letter(tables, *c, e);
        if (!o)
            return -1;
        if (o->kind == MM_OPT_FLAG) {
            set(o, NULL, e);
            continue;
        }
        const char *value = c[1] ? c + 1 : NULL;
        if (takes_value(o) && !value && !(value = argv[++*at]))
            return mm_fail(e, MM_EUSAGE, "-%c (--%s) needs a value: %s", *c, o->name, o->arg);
        return set(o, value, e);
    }
    return 0;
}

int mm_opt_parse(const mm_option *const *tables, int argc, char **argv, mm_list *operands, mm_err *e)
{
    bool options = true;
    for (int at = 1; at < argc; at++) {
        const char *a = argv[at];
        int status;
        if (options && strcmp(a, "--") == 0) {
            options = false;
            continue;
        }
        if (options && a[0] == '-' && a[1] == '-')
            status = parse_long(tables, argv, &at, e);
        else if (options && a[0] == '-' && a[1])
            status = parse_letters(tables, argv, &at, e);
        else
            status = list_add(operands, a, e);
        if (status < 0)
            return -1;
    }
    return 0;
}
