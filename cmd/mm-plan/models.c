/* models.c - a regression a stage and quantity, watched for drift. */
#include "models.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models_private.h"
#include "student.h"

const char *const quantity_name[N_QUANTITIES] = { "cpu_s", "wall_s", "peak_bytes" };

/* Units of the features: 100 MB, 10,000 records. Seconds of time, 100 MB of memory. Before the first line a stage is taken to start in
 * 20 ms and do 100 MB and 10,000 records a second; off by a factor of tens in what a byte and a record take. */
static const double bytes_unit = 1e8, records_unit = 1e4;
static const regress_prior priors[N_QUANTITIES] = {
    [CPU] = { { 0.02, 1, 1 }, { 0.3, 20, 20, 0.05, 0.05, 20, 20, 20, 20, 20 }, 0.1 },
    [WALL] = { { 0.02, 1, 1 }, { 0.3, 20, 20, 0.05, 0.05, 20, 20, 20, 20, 20 }, 0.1 },
    [MEMORY] = { { 0.3, 0, 0, 0.1 }, { 1, 1, 1, 0.3, 0.3, 1, 1, 1, 1, 1 }, 0.05 },
};

static void features(quantity q, const load *l, double *x)
{
    double cores = l->cores >= 1 ? l->cores : 1, by = q == WALL ? cores : 1;
    x[0] = 1;
    x[1] = l->bytes / bytes_unit / by;
    x[2] = l->records / records_unit / by;
    x[3] = cores;
    x[4] = log(cores);
    for (int i = 0; i < N_MODALITIES; i++)
        x[5 + i] = x[1] * l->share[i];
}

static double unit(quantity q)
{
    return q == MEMORY ? bytes_unit : 1;
}

/* ---- what is there ---- */

models *models_new(mm_err *e)
{
    models *m = calloc(1, sizeof *m);
    if (m && (m->names = mm_arena_new()))
        return m;
    free(m);
    mm_fail(e, MM_ESYS, "out of memory");
    return NULL;
}

void models_free(models *m)
{
    if (!m)
        return;
    free(m->stage);
    free(m->machine);
    mm_arena_free(m->names);
    free(m);
}

static stage_model *find(const models *m, const char *stage)
{
    for (size_t i = 0; m && i < m->n; i++)
        if (strcmp(m->stage[i].name, stage) == 0)
            return &m->stage[i];
    return NULL;
}

stage_model *models_stage(models *m, const char *name, mm_err *e)
{
    stage_model *s = find(m, name);
    if (s)
        return s;
    s = realloc(m->stage, (m->n + 1) * sizeof *s);
    const char *copy = mm_arena_copy(m->names, mm_str_of(name)).p;
    m->stage = s ? s : m->stage;
    if (!s || !copy) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    s += m->n++;
    *s = (stage_model){ .name = copy };
    for (int q = 0; q < N_QUANTITIES; q++) {
        regress_begin(&s->of[q].fit, &priors[q]);
        s->of[q].widened = 1;
    }
    return s;
}

machine_model *models_machine(models *m, const char *name, mm_err *e)
{
    for (size_t i = 0; i < m->machines; i++)
        if (strcmp(m->machine[i].name, name) == 0)
            return &m->machine[i];
    machine_model *v = realloc(m->machine, (m->machines + 1) * sizeof *v);
    const char *copy = mm_arena_copy(m->names, mm_str_of(name)).p;
    m->machine = v ? v : m->machine;
    if (!v || !copy) {
        mm_fail(e, MM_ESYS, "out of memory");
        return NULL;
    }
    v += m->machines++;
    *v = (machine_model){ .name = copy };
    return v;
}

/* How much longer a machine takes than the first that was met. A machine is believed to be like it, give or take 30%, each line
 * telling it to 10%. */
static double slowness(const machine_model *v)
{
    return v ? exp(v->logs / (v->lines + 0.1)) : 1;
}

static const machine_model *machine_of(const models *m, const char *name)
{
    for (size_t i = 1; name && i < m->machines; i++)
        if (strcmp(m->machine[i].name, name) == 0)
            return &m->machine[i];
    return NULL;
}

/* ---- telling ---- */

static estimate predict(const stage_model *s, quantity q, const load *l)
{
    double x[FEATURES];
    features(q, l, x);
    regress_y y = regress_predict(&s->of[q].fit, x);
    return (estimate){ y.mean * unit(q), y.scale * s->of[q].widened * unit(q), y.df };
}

estimate models_predict(const models *m, const char *stage, quantity q, const load *l)
{
    const stage_model *s = find(m, stage);
    if (s && q == WALL && s->of[WALL].fit.lines == 0) {
        estimate cpu = models_predict(m, stage, CPU, l);
        double cores = l->cores >= 1 ? l->cores : 1;
        return (estimate){ cpu.mean / cores, cpu.scale / cores, cpu.df };
    }
    if (!s || s->of[q].fit.lines == 0) {
        double x[FEATURES], mean = 0;
        features(q, l, x);
        for (int i = 0; i < FEATURES; i++)
            mean += priors[q].weight[i] * x[i];
        return (estimate){ mean * unit(q), mean * unit(q), 3 };
    }
    estimate y = predict(s, q, l);
    double by = q == MEMORY ? 1 : slowness(machine_of(m, l->machine));
    return (estimate){ y.mean * by, y.scale * by, y.df };
}

estimate models_pipe(const models *m)
{
    if (!m || m->pipes == 0)
        return (estimate){ 1, 0.1, 3 };
    /* Mean and spread of the logarithm; the spread is believed to be a tenth before pipes were seen, worth two of them. */
    double mean = m->pipe_logs / m->pipes, squares = fmax(0, m->pipe_squares - m->pipes * mean * mean) + 2 * 0.01;
    double scale = sqrt(squares / (m->pipes + 1) * (1 + 1 / m->pipes));
    return (estimate){ exp(mean), exp(mean) * scale, m->pipes + 1 };
}

void models_keeps(const models *m, const char *stage, double *records, double *bytes)
{
    const stage_model *s = find(m, stage);
    *records = s && s->in_records > 0 ? s->out_records / s->in_records : NAN;
    *bytes = s && s->in_bytes > 0 ? s->out_bytes / s->in_bytes : NAN;
}

double models_density(const models *m, const char *stage)
{
    const stage_model *s = find(m, stage);
    return s && s->in_bytes > 0 ? s->in_records / s->in_bytes : NAN;
}

size_t models_lines(const models *m, const char *stage)
{
    const stage_model *s = find(m, stage);
    return s ? s->lines : 0;
}

guess estimate_guess(const estimate *x, double confidence)
{
    double t = student_quantile(0.5 + confidence / 2, x->df) * x->scale;
    return (guess){ x->mean, fmax(0, x->mean - t), x->mean + t };
}

/* ---- learning ---- */

/* Cumulative sums of the errors (Page 1954), in their own spread: each line may be half a spread off, and five in all. Then the
 * stage has changed: by as much as the lines say since the sum rose. The past counts a quarter, and the margin is wider until
 * lines are again where they were expected. */
static void watch(watched *w, double z, double log_ratio)
{
    enum { MOST = 4 };
    z = fmax(-4, fmin(4, z));
    w->above = fmax(0, w->above + z - 0.5);
    w->below = fmax(0, w->below - z - 0.5);
    w->up = w->above > 0 ? w->up + log_ratio : 0;
    w->rising = w->above > 0 ? w->rising + 1 : 0;
    w->down = w->below > 0 ? w->down + log_ratio : 0;
    w->falling = w->below > 0 ? w->falling + 1 : 0;
    if (w->above > 5 || w->below > 5) {
        double times = exp(w->above > 5 ? w->up / w->rising : w->down / w->falling);
        w->above = w->below = w->up = w->down = w->rising = w->falling = 0;
        w->drifts++;
        w->widened = fmin(MOST, w->widened * 1.5);
        regress_forget(&w->fit, times, 0.25);
    } else if (fabs(z) < 1.5)
        w->widened = 1 + (w->widened - 1) * 0.9;
}

static void learn(stage_model *s, quantity q, const load *l, double value)
{
    double x[FEATURES];
    watched *w = &s->of[q];
    estimate y = predict(s, q, l);
    features(q, l, x);
    if (w->fit.lines > 0) {
        double z = (value - y.mean) / y.scale;
        size_t at = w->told++ % ERRORS_KEPT;
        w->error[at] = fabs(y.mean / value - 1);
        w->outside[at] = fabs(z) > student_quantile(0.95, y.df);
        if (w->fit.lines >= 4)
            watch(w, z, log(value / y.mean));
    }
    regress_learn(&w->fit, x, value / unit(q), w->widened < 1.2);
}

int models_learn(models *m, const run_line *line, mm_err *e)
{
    stage_model *s = models_stage(m, line->stage, e);
    machine_model *v = s ? models_machine(m, line->in.machine ? line->in.machine : "", e) : NULL;
    if (!v)
        return -1;
    bool first = v == m->machine;
    if (!first && s->of[CPU].fit.lines >= 3 && line->value[CPU] > 0) {
        v->logs += log(line->value[CPU] / predict(s, CPU, &line->in).mean);
        v->lines++;
    }
    double by = first ? 1 : slowness(v);
    for (int q = 0; q < N_QUANTITIES; q++)
        if (line->value[q] > 0)
            learn(s, (quantity)q, &line->in, line->value[q] / (q == MEMORY ? 1 : by));
    s->lines++;
    s->in_records += line->in.records;
    s->in_bytes += line->in.bytes;
    s->out_records += line->out_records;
    s->out_bytes += line->out_bytes;
    return 0;
}

void models_learn_pipe(models *m, double busy_s, double span_s)
{
    if (!(busy_s > 0) || !(span_s > 0))
        return;
    double v = log(span_s / busy_s);
    m->pipes++;
    m->pipe_logs += v;
    m->pipe_squares += v * v;
}

/* ---- what it knows of itself ---- */

size_t models_count(const models *m)
{
    return m ? m->n : 0;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

model_report models_report(const models *m, size_t i, quantity q)
{
    const watched *w = &m->stage[i].of[q];
    size_t n = w->told < ERRORS_KEPT ? w->told : ERRORS_KEPT, outside = 0;
    double error[ERRORS_KEPT];
    memcpy(error, w->error, sizeof error);
    qsort(error, n, sizeof *error, by_size);
    for (size_t k = 0; k < n; k++)
        outside += w->outside[k];
    return (model_report){ .stage = m->stage[i].name, .lines = m->stage[i].lines,
                           .median_error = n ? 0.5 * (error[(n - 1) / 2] + error[n / 2]) : NAN,
                           .covered = n ? 1 - (double)outside / (double)n : NAN, .widened = w->widened, .drifts = w->drifts };
}
