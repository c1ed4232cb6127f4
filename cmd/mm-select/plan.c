/* plan.c - what the options say, checked and compiled before any record is read. */
#include "plan.h"

#include <string.h>
#include <unistd.h>

#include "names.h"

/* Values that --split tells apart where --max-values does not say: files are dear, counts are not. */
#define MOST_FILES 1000
#define MOST_COUNTS 100000

static int expression_error(select_tool *t, mm_str text, size_t at, mm_err *e)
{
    mm_buf shown = { 0 };
    int status = mm_app_fail(&t->app, e);
    mm_expr_caret(text, at, &shown);
    mm_app_show(&t->app, mm_buf_view(&shown));
    mm_buf_free(&shown);
    return status;
}

/* Is this word a file, and not an expression? Only where it can be both is the user asked. */
static bool is_file(const char *word, mm_err *e)
{
    if (strcmp(word, "-") != 0 && access(word, F_OK) != 0)
        return false;
    if (word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")] == '\0')
        mm_fail(e, MM_EUSAGE, "'%s' may be an expression or the file of that name; write -e %s for the one, ./%s for the other",
                word, word, word);
    return true;
}

/* The expression, by -e or as the first operand; 0 or an exit status. */
static int compile_expression(select_tool *t)
{
    mm_app *a = &t->app;
    mm_err e = { 0 };
    size_t at = 0;
    if (!t->expression && a->operands.n && !is_file(a->operands.v[0], &e)) {
        t->expression = a->operands.v[0];
        memmove(a->operands.v, a->operands.v + 1, --a->operands.n * sizeof *a->operands.v);
    }
    if (e.code)
        return mm_app_fail(a, &e);
    if (!t->expression)
        return 0;
    t->s.expr = mm_expr_new(mm_str_of(t->expression), &at, &e);
    return t->s.expr ? 0 : e.code != MM_EUSAGE ? mm_app_fail(a, &e) : expression_error(t, mm_str_of(t->expression), at, &e);
}

static int check_together(const select_tool *t, mm_err *e)
{
    bool parts = t->split || t->routes;
    if (t->split && t->routes)
        return mm_fail(e, MM_EUSAGE, "--split and --routes both say where records go; give one of them");
    if (t->s.sample.count && t->head >= 0)
        return mm_fail(e, MM_EUSAGE, "--sample %s is a number of records already; leave out --head", t->sample);
    if (t->by && !t->sample)
        return mm_fail(e, MM_EUSAGE, "--by says what --sample goes by; give --sample too");
    if (t->s.invert && !t->s.expr)
        return mm_fail(e, MM_EUSAGE, "-v turns an expression round; give one");
    if (parts && !t->count && !t->app.output)
        return mm_fail(e, MM_EUSAGE, "--%s writes several files; name them by -o 'out/{}.ndjson' or the like",
                       t->split ? "split" : "routes");
    return 0;
}

static int compile_paths(select_tool *t, mm_err *e)
{
    if (t->by && !(t->s.sample.by = mm_path_new(mm_str_of(t->by), e)))
        return mm_fail_at(e, "--by");
    if (t->split && !(t->s.split = mm_path_new(mm_str_of(t->split), e)))
        return mm_fail_at(e, "--split");
    return t->project && !(t->s.project = project_new(t->project, e)) ? -1 : 0;
}

/* Routes are known before any record: each has its file, and its line when they are counted. */
static int prepare_routes(select_tool *t, mm_err *e)
{
    for (size_t i = 0; t->s.routes && i < routes_count(t->s.routes); i++) {
        mm_buf name = { 0 };
        mm_str text = routes_name(t->s.routes, i);
        put_name(&name, &text);
        ptrdiff_t at = values_index(&t->values, mm_buf_view(&name), e);
        int failed = at < 0 || (t->outputs && outputs_add(t->outputs, (size_t)at, mm_buf_view(&name), e) < 0);
        mm_buf_free(&name);
        if (failed)
            return -1;
    }
    return 0;
}

static int prepare_outputs(select_tool *t, mm_err *e)
{
    mm_app *a = &t->app;
    size_t most = t->routes ? SIZE_MAX : t->most ? (size_t)t->most : t->count ? MOST_COUNTS : MOST_FILES;
    if (!t->split && !t->routes)
        return 0;
    if (values_init(&t->values, most, e) < 0)
        return -1;
    mm_form form = a->mmr ? MM_FORM_MMR : a->form ? MM_FORM_NDJSON : MM_FORM_AUTO;
    if (!t->count && !(t->outputs = outputs_new(a->output, form, mm_app_zstd(a), e)))
        return -1;
    a->output_taken = !t->count;
    return prepare_routes(t, e);
}

int plan_compile(select_tool *t)
{
    mm_err e = { 0 };
    mm_buf shown = { 0 };
    int status = compile_expression(t);
    if (status)
        return status;
    if ((t->sample && sample_parse(&t->s.sample, t->sample, &e) < 0) || check_together(t, &e) < 0 || compile_paths(t, &e) < 0
        || (t->routes && !(t->s.routes = routes_load(t->routes, &shown, &e))) || prepare_outputs(t, &e) < 0) {
        status = mm_app_fail(&t->app, &e);
        mm_app_show(&t->app, mm_buf_view(&shown));
    }
    mm_buf_free(&shown);
    if (!status && t->s.sample.count && !(t->held = reservoir_new(t->s.sample.count))) {
        mm_fail(&e, MM_ESYS, "out of memory");
        status = mm_app_fail(&t->app, &e);
    }
    return status;
}

void plan_free(select_tool *t)
{
    mm_expr_free(t->s.expr);
    mm_path_free(t->s.sample.by);
    mm_path_free(t->s.split);
    project_free(t->s.project);
    routes_free(t->s.routes);
    reservoir_free(t->held);
    outputs_free(t->outputs);
    values_free(&t->values);
}
