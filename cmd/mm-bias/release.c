/* release.c - the budget, and noise on counts. */
#include "release.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* ---- what is asked ---- */

static int parse(const char *text, const char *option, double unit, double most, int64_t *out, mm_err *e)
{
    double x;
    if (mm_json_double(mm_str_of(text), &x) < 0 || !(x > 0) || !(x <= most) || llround(x * unit) < 1)
        return mm_fail(e, MM_EUSAGE, "%s must be above 0 and at most %g, not %s", option, most, text);
    *out = llround(x * unit);
    return 0;
}

static bool domain_is_known(const question *q)
{
    for (size_t d = 0; d < q->by.n_dims; d++)
        if (!q->by.dim[d].n_cuts)
            return false;
    return !q->stratum.path || q->stratum.n_cuts;
}

int release_check(release_opts *o, const question *q, mm_err *e)
{
    o->spend = (spend){ 0 };
    o->gaussian = o->noise && strcmp(o->noise, "gaussian") == 0;
    if (!o->epsilon && (o->delta || o->budget || o->noise))
        return mm_fail(e, MM_EUSAGE, "--delta, --noise and --budget go with --epsilon");
    if (!o->epsilon)
        return 0;
    if (parse(o->epsilon, "--epsilon", EPSILON_UNIT, 100, &o->spend.epsilon, e) < 0
        || (o->delta && parse(o->delta, "--delta", DELTA_UNIT, 0.5, &o->spend.delta, e) < 0))
        return -1;
    if (o->spend.epsilon < 1000000000)
        return mm_fail(e, MM_EUSAGE, "--epsilon must be at least 0.001");
    if (!q->by.n_sets)
        return mm_fail(e, MM_EUSAGE, "--epsilon releases counts of groups; give --by");
    if (q->score.path)
        return mm_fail(e, MM_EUSAGE, "sums of scores are not released; leave out --score with --epsilon");
    if (o->gaussian && !o->spend.delta)
        return mm_fail(e, MM_EUSAGE, "Gaussian noise needs a --delta");
    if (!o->spend.delta && !domain_is_known(q))
        return mm_fail(e, MM_EUSAGE, "which values there are would be told too: give a --delta, or cut all fields into ranges");
    return 0;
}

/* ---- the budget ---- */

static int64_t member(mm_str line, const char *name, double unit)
{
    mm_path *p = mm_path_new(mm_str_of(name), NULL);
    mm_value v;
    double x = -1;
    if (p && mm_json_find(line, p, &v) == 1 && v.type == MM_JSON_NUMBER)
        mm_json_double(v.raw, &x);
    mm_path_free(p);
    return x >= 0 && x < 1e6 ? llround(x * unit) : -1;
}

static int read_file(int fd, const char *name, mm_buf *b, mm_err *e)
{
    for (ssize_t n = 1; n > 0; b->n += n > 0 ? (size_t)n : 0) {
        char *to = mm_buf_room(b, 4096);
        n = to ? read(fd, to, 4096) : -1;
        if (n < 0)
            return mm_fail_errno(e, "%s: cannot read", name);
    }
    return 0;
}

/* What is left of the first line after those that follow. */
static int sum_up(const char *name, mm_str text, spend *left, mm_err *e)
{
    for (size_t line = 1; text.n; line++) {
        const char *end = memchr(text.p, '\n', text.n);
        mm_str one = { text.p, end ? (size_t)(end - text.p) : text.n };
        int64_t epsilon = member(one, "epsilon", EPSILON_UNIT), delta = member(one, "delta", DELTA_UNIT);
        if (epsilon < 0 || delta < 0 || mm_json_check(one, 0, NULL, NULL) < 0)
            return mm_fail(e, MM_EUSAGE, "%s:%zu: a budget has lines of {\"epsilon\":E,\"delta\":D}, first what may be spent", name, line);
        left->epsilon += line == 1 ? epsilon : -epsilon;
        left->delta += line == 1 ? delta : -delta;
        text.p += one.n + (end != NULL);
        text.n -= one.n + (end != NULL);
    }
    return 0;
}

static int write_line(int fd, const release_opts *o, bool fresh_line, mm_err *e)
{
    mm_buf b = { 0 };
    mm_buf_printf(&b, "%s{\"epsilon\":", fresh_line ? "" : "\n");
    mm_json_put_double(&b, (double)o->spend.epsilon / EPSILON_UNIT);
    mm_buf_str(&b, MM_STR(",\"delta\":"));
    mm_json_put_double(&b, (double)o->spend.delta / DELTA_UNIT);
    mm_buf_str(&b, MM_STR("}\n"));
    bool ok = !b.failed && write(fd, b.p, b.n) == (ssize_t)b.n && fsync(fd) == 0;
    mm_buf_free(&b);
    return ok ? 0 : mm_fail_errno(e, "%s: cannot write", o->budget);
}

int release_spend(const release_opts *o, bool only_look, mm_err *e)
{
    spend left = { 0 };
    mm_buf text = { 0 };
    if (!o->budget)
        return 0;
    int fd = open(o->budget, O_RDWR | O_APPEND | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? mm_fail(e, MM_EUSAGE, "%s: no budget; begin one by a line {\"epsilon\":E,\"delta\":D} of what may be spent",
                                         o->budget) : mm_fail_errno(e, "%s: cannot open", o->budget);
    int failed = flock(fd, LOCK_EX) != 0 ? mm_fail_errno(e, "%s: cannot lock", o->budget) : read_file(fd, o->budget, &text, e);
    if (!failed && text.n == 0)
        failed = mm_fail(e, MM_EUSAGE, "%s: an empty budget; its first line says what may be spent", o->budget);
    if (!failed)
        failed = sum_up(o->budget, mm_buf_view(&text), &left, e);
    if (!failed && (o->spend.epsilon > left.epsilon || o->spend.delta > left.delta))
        failed = mm_fail(e, MM_EUSAGE, "%s: the budget would be overspent: epsilon %g and delta %g are left, %s and %s are asked for", o->budget,
                         (double)left.epsilon / EPSILON_UNIT, (double)left.delta / DELTA_UNIT, o->epsilon, o->delta ? o->delta : "0");
    if (!failed && !only_look)
        failed = write_line(fd, o, text.p[text.n - 1] == '\n', e);
    close(fd);
    mm_buf_free(&text);
    return failed;
}

/* ---- noise ---- */

typedef struct noise {
    bool gaussian, thresholded;
    uint64_t num, den;      /* Laplace: exp(-|x| num / den) */
    uint64_t variance;
    int64_t threshold;      /* counts below are not released */
    coins *random;
} noise;

/* epsilon = rho + 2 sqrt(rho ln(1 / delta)) for rho = 1 / (2 variance) (Bun, Steinke 2016); rounded up. */
static uint64_t variance_for(double epsilon, double delta)
{
    double l = log(1 / delta), root = sqrt(l + epsilon) - sqrt(l);
    return (uint64_t)ceil(1 / (2 * root * root) * (1 + 1e-9));
}

static noise noise_for(const release_opts *o, const question *q, coins *random)
{
    double epsilon = (double)o->spend.epsilon / EPSILON_UNIT, delta = (double)o->spend.delta / DELTA_UNIT;
    noise n = { .gaussian = o->gaussian, .thresholded = !domain_is_known(q), .random = random };
    if (!o->epsilon)
        return n;
    /* Of epsilon down to 10^-6 of its units, towards 0: more noise. */
    n.num = (uint64_t)o->spend.epsilon / 1000000;
    n.den = 1000000;
    double own = n.thresholded ? delta / 2 : delta;
    if (o->gaussian)
        n.variance = variance_for(epsilon, own);
    if (n.thresholded && o->gaussian)
        n.threshold = 1 + (int64_t)ceil(sqrt(2 * (double)n.variance * log(1 / own)));
    else if (n.thresholded)
        n.threshold = 1 + (int64_t)ceil(log(1 / delta) * (double)n.den / (double)n.num);
    return n;
}

static uint64_t noisy(const noise *n, uint64_t count)
{
    int64_t x = (int64_t)count + (n->gaussian ? draw_gaussian(n->random, n->variance) : draw_laplace(n->random, n->num, n->den));
    if (n->thresholded && (count == 0 || x < n->threshold))
        return 0;
    return x > 0 ? (uint64_t)x : 0;
}

/* ---- cells ---- */

static const dimension *dim_of(const question *q, size_t d)
{
    return d < q->by.n_dims ? &q->by.dim[d] : &q->stratum;
}

/* Every cell that can be, where that is known. */
static bool add_all_cells(const question *q, counts *c)
{
    uint32_t v[COUNTS_MOST_DIMS] = { 0 };
    size_t size[COUNTS_MOST_DIMS];
    mm_buf name = { 0 };
    bool ok = true;
    for (size_t d = 0; ok && d < c->n_dims; d++) {
        const dimension *dim = dim_of(q, d);
        size[d] = dim->n_cuts + 1 + VALUE_FIRST;
        for (size_t i = 0; ok && i <= dim->n_cuts; i++) {
            name.n = 0;
            dimension_bin_name(dim, i, &name);
            ok = counts_value(c, d, mm_buf_view(&name)) >= 0;
        }
    }
    for (size_t d = 0; ok && d < c->n_dims;) {
        ok = counts_cell(c, v) != NULL;
        for (d = 0; d < c->n_dims && ++v[d] == size[d]; d++)
            v[d] = 0;
    }
    mm_buf_free(&name);
    return ok;
}

/* Without --label there are no labels, which is no secret and needs no noise. */
static bool can_be(const question *q, int k)
{
    return (q->label.text || k / OUTCOMES == OUTCOME_NONE) && (q->prediction.text || k % OUTCOMES == OUTCOME_NONE);
}

int release_counts(const release_opts *o, const question *q, counts **c, coins *random, mm_err *e)
{
    counts *from = *c, *to = counts_new(from->n_dims, from->most_values, COUNTS_MOST_CELLS);
    bool ok = to != NULL;
    noise n = noise_for(o, q, random);
    if (ok && o->epsilon && !n.thresholded)
        ok = add_all_cells(q, from);
    for (size_t i = 0; ok && i < from->n_cells; i++) {
        cell x = { 0 };
        uint64_t all = 0;
        for (int k = 0; k < OUTCOMES * OUTCOMES; k++) {
            if (can_be(q, k))
                x.n[k] = o->epsilon ? noisy(&n, from->cell[i].n[k]) : from->cell[i].n[k];
            all += x.n[k];
        }
        for (int k = 0; !o->epsilon && k < OUTCOMES; k++) {
            x.scored[k] = from->cell[i].scored[k];
            x.sum[k] = from->cell[i].sum[k];
            x.squares[k] = from->cell[i].squares[k];
        }
        if (all == 0 || all < (uint64_t)o->suppress)
            continue;
        uint32_t values[COUNTS_MOST_DIMS] = { 0 };
        for (size_t d = 0; d < from->n_dims; d++) {
            uint32_t v = from->key[i * from->n_dims + d];
            values[d] = v < VALUE_FIRST ? v : (uint32_t)counts_value(to, d, from->value[d][v - VALUE_FIRST]);
        }
        cell *at = counts_cell(to, values);
        if ((ok = at != NULL))
            cell_add(at, &x);
    }
    if (!ok) {
        counts_free(to);
        return mm_fail(e, MM_ESYS, "out of memory, or too many kinds of records");
    }
    counts_free(from);
    *c = to;
    return 0;
}
