/* metric.c - all figures. Names and definitions are those of Fairlearn (between groups: over all groups) and of
 * AIF360 (against a reference: the others less, or by, the reference); sources of the others stand with them.
 *
 * A rate without anything to divide by is undefined. Both take it for 0, and so it counts between groups and
 * against the reference here; but it is marked, findings.c warns of it, and no test is made of it. */
#include "metric.h"

#include <math.h>
#include <string.h>

const char *const scope_names[SCOPES] = { "groups", "versus_reference", "between_groups", "against_reference", "representation",
                                          "overall" };
const char *const interval_names[] = { "wilson", "newcombe", "bootstrap", "normal", "none" };

/* ---- rates ---- */

static double exact(const sample *s, size_t g, int r) { return s->rate[g * RATES + (size_t)r]; }
static double rate(const sample *s, size_t g, int r)
{
    double x = exact(s, g, r);
    return isnan(x) ? 0 : x;
}
static size_t all_of(const sample *s) { return s->f->n_groups; }
static size_t others(const sample *s) { return s->f->n_groups + 1; }
static size_t reference(const sample *s) { return (size_t)s->f->reference; }

static double group_rate(const metric *m, const sample *s, size_t g) { return exact(s, g, m->a); }


static double f1_score(const metric *m, const sample *s, size_t g)
{
    const double *n = s->group[g].n;
    double tp = n[OUTCOMES + 1], fp = n[1], fn = n[OUTCOMES];
    return 2 * tp + fp + fn > 0 ? 2 * tp / (2 * tp + fp + fn) : NAN;
}

/* ---- between groups ---- */

typedef struct range { double low, high; size_t n; } range;

static void widen(range *r, double x)
{
    r->low = r->n == 0 || x < r->low ? x : r->low;
    r->high = r->n == 0 || x > r->high ? x : r->high;
    r->n++;
}

/* Of the groups that have records with label and prediction. */
static range range_of_rate(const sample *s, int r)
{
    range of = { .n = 0 };
    for (size_t g = 0; g < s->f->n_groups; g++)
        if (rate_takes_part(&s->group[g], (rate_id)r))
            widen(&of, rate(s, g, r));
    return of;
}

static double spread(range r) { return r.n ? r.high - r.low : NAN; }
static double quotient(range r) { return r.n && r.high > 0 ? r.low / r.high : NAN; }

static double difference(const metric *m, const sample *s, size_t g) { return spread(range_of_rate(s, m->a)); }
static double ratio(const metric *m, const sample *s, size_t g) { return quotient(range_of_rate(s, m->a)); }
static double least(const metric *m, const sample *s, size_t g)
{
    range r = range_of_rate(s, m->a);
    return r.n ? r.low : NAN;
}
static double most(const metric *m, const sample *s, size_t g)
{
    range r = range_of_rate(s, m->a);
    return r.n ? r.high : NAN;
}

static double worst_difference(const metric *m, const sample *s, size_t g)
{
    return fmax(spread(range_of_rate(s, m->a)), spread(range_of_rate(s, m->b)));
}

static double worst_ratio(const metric *m, const sample *s, size_t g)
{
    double a = quotient(range_of_rate(s, m->a)), b = quotient(range_of_rate(s, m->b));
    return isnan(a) || isnan(b) ? NAN : fmin(a, b);
}

static double least_of(const sample *s, double (*value)(const metric *, const sample *, size_t), const metric *m)
{
    range r = { .n = 0 };
    for (size_t g = 0; g < s->f->n_groups; g++)
        if (rate_takes_part(&s->group[g], ACCURACY)) {
            double x = value(m, s, g);
            widen(&r, isnan(x) ? 0 : x);
        }
    return r.n ? r.low : NAN;
}

static double least_f1(const metric *m, const sample *s, size_t g) { return least_of(s, f1_score, m); }

/* As scikit-learn does, the mean is over the classes that occur. */
static double balanced(const metric *m, const sample *s, size_t g)
{
    double a = exact(s, g, TRUE_POSITIVE_RATE), b = exact(s, g, TRUE_NEGATIVE_RATE);
    return isnan(a) ? b : isnan(b) ? a : (a + b) / 2;
}
static double least_balanced(const metric *m, const sample *s, size_t g) { return least_of(s, balanced, m); }

/* ---- against the reference ---- */

static double less_reference(const metric *m, const sample *s, size_t g) { return exact(s, g, m->a) - exact(s, reference(s), m->a); }

static double others_by(const metric *m, const sample *s, size_t g)
{
    double of = rate(s, reference(s), m->a);
    return of > 0 ? rate(s, others(s), m->a) / of : NAN;
}

static double gap(const sample *s, int r)
{
     return rate(s, others(s), r) - rate(s, reference(s), r);
}
static double others_less(const metric *m, const sample *s, size_t g) { return gap(s, m->a); }
static double mean_gap(const metric *m, const sample *s, size_t g) { return (gap(s, m->a) + gap(s, m->b)) / 2; }
static double mean_abs_gap(const metric *m, const sample *s, size_t g) { return (fabs(gap(s, m->a)) + fabs(gap(s, m->b))) / 2; }
static double worst_gap(const metric *m, const sample *s, size_t g)
{
    double a = fabs(gap(s, m->a)), b = fabs(gap(s, m->b));
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

/* ---- inequality of benefits: b = prediction - label + 1 for each record ---- */

typedef struct benefits { double n, mean; } benefits;

static benefits benefits_of(const sums *s)
{
    double fp = s->n[1], fn = s->n[OUTCOMES], n = s->n[0] + fp + fn + s->n[OUTCOMES + 1];
    return (benefits){ n, (n + fp - fn) / n };
}

/* The terms of the indexes for n records of benefit b, where all have the mean benefit mu. */
static double theil_term(double n, double b, double mu) { return b > 0 ? n * (b / mu) * log(b / mu) : 0; }
static double entropy_term(double n, double b, double mu) { return n * ((b / mu) * (b / mu) - 1) / 2; }

static double inequality(const sums *s, double (*term)(double, double, double))
{
    benefits b = benefits_of(s);
    double fp = s->n[1], fn = s->n[OUTCOMES];
    return b.n > 0 ? (term(fn, 0, b.mean) + term(b.n - fp - fn, 1, b.mean) + term(fp, 2, b.mean)) / b.n : NAN;
}

static double theil(const metric *m, const sample *s, size_t g) { return inequality(&s->group[g], theil_term); }
static double entropy(const metric *m, const sample *s, size_t g) { return inequality(&s->group[g], entropy_term); }
static double variation(const metric *m, const sample *s, size_t g) { return sqrt(2 * entropy(m, s, g)); }

/* The same when each record has the mean benefit of its group. */
static double inequality_between(const sums *group, size_t n, double (*term)(double, double, double))
{
    double records = 0, sum = 0, total = 0;
    for (size_t g = 0; g < n; g++) {
        benefits b = benefits_of(&group[g]);
        records += b.n;
        sum += b.n > 0 ? b.n * b.mean : 0;
    }
    for (size_t g = 0; g < n; g++) {
        benefits b = benefits_of(&group[g]);
        total += b.n > 0 ? term(b.n, b.mean, sum / records) : 0;
    }
    return records > 0 ? total / records : NAN;
}

static double between_all(const sample *s, double (*term)(double, double, double))
{
    return inequality_between(s->group, s->f->n_groups, term);
}

static double between_two(const sample *s, double (*term)(double, double, double))
{
    const sums group[] = { s->group[others(s)], s->group[reference(s)] };
    return inequality_between(group, 2, term);
}

static double theil_all(const metric *m, const sample *s, size_t g) { return between_all(s, theil_term); }
static double entropy_all(const metric *m, const sample *s, size_t g) { return between_all(s, entropy_term); }
static double variation_all(const metric *m, const sample *s, size_t g) { return sqrt(2 * fmax(0, entropy_all(m, s, g))); }
static double theil_two(const metric *m, const sample *s, size_t g) { return between_two(s, theil_term); }
static double entropy_two(const metric *m, const sample *s, size_t g) { return between_two(s, entropy_term); }
static double variation_two(const metric *m, const sample *s, size_t g) { return sqrt(2 * fmax(0, entropy_two(m, s, g))); }

/* Differential fairness: the largest difference of log shares of an outcome, shares smoothed by half a record of
 * each outcome. */
static double differential(const sample *s, rate_id r)
{
    range one = { .n = 0 }, zero = { .n = 0 };
    for (size_t g = 0; g < s->f->n_groups; g++) {
        double k, n;
        rate_of(&s->group[g], r, &k, &n);
        if (!rate_takes_part(&s->group[g], r))
            continue;
        widen(&one, (k + 0.5) / (n + 1));
        widen(&zero, 1 - (k + 0.5) / (n + 1));
    }
    return one.n > 1 ? fmax(log(one.high) - log(one.low), log(zero.high) - log(zero.low)) : NAN;
}

static double differential_fairness(const metric *m, const sample *s, size_t g) { return differential(s, BASE_RATE); }
static double amplification(const metric *m, const sample *s, size_t g)
{
    return differential(s, SELECTION_RATE) - differential(s, BASE_RATE);
}

/* ---- scores ---- */

/* Mean score of the records with label a. */
static double mean_score(const metric *m, const sample *s, size_t g)
{
    const sums *u = &s->group[g];
    return u->scored[m->a] > 0 ? u->score[m->a] / u->scored[m->a] : NAN;
}

static double score_spread(const metric *m, const sample *s, size_t g)
{
    range r = { .n = 0 };
    for (size_t i = 0; i < s->f->n_groups; i++)
        if (s->group[i].scored[m->a] > 0)
            widen(&r, mean_score(m, s, i));
    return spread(r);
}

static double worst_score_gap(const metric *m, const sample *s, size_t g)
{
    const metric positive = { .a = OUTCOME_1 }, negative = { .a = OUTCOME_0 };
    double a = fabs(mean_score(&positive, s, others(s)) - mean_score(&positive, s, reference(s)));
    double b = fabs(mean_score(&negative, s, others(s)) - mean_score(&negative, s, reference(s)));
    return isnan(a) || isnan(b) ? NAN : fmax(a, b);
}

/* Over bins of scores, by their records: the largest share of label 1 of a group less the smallest. */
static double calibration(const metric *m, const sample *s, size_t unused)
{
    const frame *f = s->f;
    double sum = 0, all = 0;
    for (size_t b = 0; b < f->n_bins; b++) {
        range r = { .n = 0 };
        double records = 0;
        for (size_t g = 0; g < f->n_groups; g++) {
            const double *bin = s->bin[g * f->n_bins + b];
            double n = bin[0] + bin[1];
            if (n > 0)
                widen(&r, bin[1] / n);
            records += n;
        }
        sum += records > 0 ? records * spread(r) : 0;
        all += records;
    }
    return all > 0 ? sum / all : NAN;
}

static double calibration_error(const metric *m, const sample *s, size_t g)
{
    const frame *f = s->f;
    double sum = 0, all = 0;
    size_t from = g < f->n_groups ? g : 0, to = g < f->n_groups ? g + 1 : f->n_groups;
    for (size_t b = 0; b < f->n_bins; b++) {
        double bin[3] = { 0 };
        for (size_t i = from; i < to; i++)
            for (int k = 0; k < 3; k++)
                bin[k] += s->bin[i * f->n_bins + b][k];
        sum += fabs(bin[2] - bin[1]);
        all += bin[0] + bin[1];
    }
    return all > 0 ? sum / all : NAN;
}

/* ---- demographic disparity ---- */

/* The group's share of those with prediction 0 less its share of those with 1; NAN when there are none of either. */
static double disparity(double rejected, double all_rejected, double accepted, double all_accepted)
{
    return all_rejected > 0 && all_accepted > 0 ? rejected / all_rejected - accepted / all_accepted : NAN;
}

static double predicted(const sums *s, int p) { return s->n[p] + s->n[OUTCOMES + p] + s->n[2 * OUTCOMES + p]; }

static double demographic_disparity(const metric *m, const sample *s, size_t g)
{
    const sums *u = &s->group[g], *all = &s->group[all_of(s)];
    return g < s->f->n_groups ? disparity(predicted(u, 0), predicted(all, 0), predicted(u, 1), predicted(all, 1)) : NAN;
}

static double conditional_disparity(const metric *m, const sample *s, size_t g)
{
    const frame *f = s->f;
    double sum = 0, records = 0;
    for (size_t k = 0; g < f->n_groups && k < f->n_strata; k++) {
        double all[2] = { 0 };
        for (size_t i = 0; i < f->n_groups; i++)
            for (int p = 0; p < 2; p++)
                all[p] += s->stratum[k * f->n_groups + i][p];
        const double *own = s->stratum[k * f->n_groups + g];
        double d = disparity(own[0], all[0], own[1], all[1]);
        sum += isnan(d) ? 0 : (all[0] + all[1]) * d;
        records += all[0] + all[1];
    }
    return records > 0 ? sum / records : NAN;
}

/* ---- representation ---- */

static double share(const sample *s, size_t g)
{
    double all = sums_all(&s->group[all_of(s)]);
    return all > 0 ? sums_all(&s->group[g]) / all : NAN;
}

static double share_of(const metric *m, const sample *s, size_t g) { return share(s, g); }

static double effective_groups(const metric *m, const sample *s, size_t unused)
{
    double h = 0;
    for (size_t g = 0; g < s->f->n_groups; g++) {
        double p = share(s, g);
        h -= p > 0 ? p * log(p) : 0;
    }
    return exp(h);
}

static double imbalance(const metric *m, const sample *s, size_t unused)
{
    range r = { .n = 0 };
    for (size_t g = 0; g < s->f->n_groups; g++)
        widen(&r, sums_all(&s->group[g]));
    return r.n && r.low > 0 ? r.high / r.low : NAN;
}

/* Sums over the groups of a term in the share p and the target q. */
static double over_targets(const sample *s, double (*term)(double p, double q))
{
    double sum = 0;
    for (size_t g = 0; g < s->f->n_groups; g++)
        sum += term(share(s, g), s->f->target[g]);
    return sum;
}

static double variation_term(double p, double q) { return fabs(p - q) / 2; }
static double kl_term(double p, double q) { return p > 0 ? p * log(p / q) : 0; }
static double js_term(double p, double q) { return (kl_term(p, (p + q) / 2) + kl_term(q, (p + q) / 2)) / 2; }
static double hellinger_term(double p, double q) { return (sqrt(p) - sqrt(q)) * (sqrt(p) - sqrt(q)) / 2; }
static double chi_term(double p, double q) { return p == q ? 0 : (p - q) * (p - q) / q; }

static double total_variation(const metric *m, const sample *s, size_t g) { return over_targets(s, variation_term); }
static double kullback_leibler(const metric *m, const sample *s, size_t g) { return over_targets(s, kl_term); }
static double jensen_shannon(const metric *m, const sample *s, size_t g) { return over_targets(s, js_term); }
static double hellinger(const metric *m, const sample *s, size_t g) { return sqrt(over_targets(s, hellinger_term)); }
static double chi_square(const metric *m, const sample *s, size_t g)
{
    return sums_all(&s->group[all_of(s)]) * over_targets(s, chi_term);
}
static double g_test(const metric *m, const sample *s, size_t g)
{
    return 2 * sums_all(&s->group[all_of(s)]) * over_targets(s, kl_term);
}

/* ---- the list ---- */

#define L NEED_LABEL
#define P NEED_PREDICTION
#define RATE(name, needs, id, what) { name, SCOPE_GROUP, needs, BY_WILSON, NAN, group_rate, id, 0, what }
#define VERSUS(name, needs, id, what) { name, SCOPE_VERSUS, needs, BY_NEWCOMBE, 0, less_reference, id, 0, what }
#define DIFF(name, needs, id, what) { name, SCOPE_BETWEEN, needs, BY_BOOTSTRAP, 0, difference, id, 0, what }
#define RATIO(name, needs, id, what) { name, SCOPE_BETWEEN, needs, BY_BOOTSTRAP, 1, ratio, id, 0, what }
#define OTHERS(name, needs, id, what) { name, SCOPE_REFERENCE, needs, BY_NEWCOMBE, 0, others_less, id, 0, what }
#define BY(name, needs, id, what) { name, SCOPE_REFERENCE, needs, BY_BOOTSTRAP, 1, others_by, id, 0, what }

const metric metrics[] = {
    RATE("selection_rate", P, SELECTION_RATE, "share predicted 1"),
    RATE("base_rate", L, BASE_RATE, "share labelled 1"),
    RATE("true_positive_rate", L | P, TRUE_POSITIVE_RATE, "of those labelled 1, the share predicted 1; recall"),
    RATE("false_positive_rate", L | P, FALSE_POSITIVE_RATE, "of those labelled 0, the share predicted 1"),
    RATE("true_negative_rate", L | P, TRUE_NEGATIVE_RATE, "of those labelled 0, the share predicted 0"),
    RATE("false_negative_rate", L | P, FALSE_NEGATIVE_RATE, "of those labelled 1, the share predicted 0"),
    RATE("positive_predictive_value", L | P, PRECISION, "of those predicted 1, the share labelled 1; precision"),
    RATE("false_discovery_rate", L | P, FALSE_DISCOVERY_RATE, "of those predicted 1, the share labelled 0"),
    RATE("negative_predictive_value", L | P, NEGATIVE_PREDICTIVE_VALUE, "of those predicted 0, the share labelled 0"),
    RATE("false_omission_rate", L | P, FALSE_OMISSION_RATE, "of those predicted 0, the share labelled 1"),
    RATE("accuracy", L | P, ACCURACY, "share of predictions that are the label"),
    RATE("error_rate", L | P, ERROR_RATE, "share of predictions that are not the label"),
    { "balanced_accuracy", SCOPE_GROUP, L | P, BY_BOOTSTRAP, NAN, balanced, 0, 0,
      "mean of true_positive_rate and true_negative_rate" },
    { "f1_score", SCOPE_GROUP, L | P, BY_BOOTSTRAP, NAN, f1_score, 0, 0, "harmonic mean of precision and recall" },
    { "generalized_true_positive_rate", SCOPE_GROUP, L | NEED_SCORE, BY_MEAN, NAN, mean_score, OUTCOME_1, 0,
      "mean score of those labelled 1: the balance for the positive class" },
    { "generalized_false_positive_rate", SCOPE_GROUP, L | NEED_SCORE, BY_MEAN, NAN, mean_score, OUTCOME_0, 0,
      "mean score of those labelled 0: the balance for the negative class" },
    { "expected_calibration_error", SCOPE_GROUP, L | NEED_SCORE | NEED_PROBABILITY, BY_BOOTSTRAP, 0, calibration_error, 0, 0,
      "over bins of scores, by their records: how far the mean score is from the share labelled 1; when all scores are in [0,1]" },
    { "demographic_disparity", SCOPE_GROUP, P, BY_BOOTSTRAP, 0, demographic_disparity, 0, 0,
      "the group's share of those predicted 0 less its share of those predicted 1" },
    { "conditional_demographic_disparity", SCOPE_GROUP, P | NEED_STRATUM, BY_BOOTSTRAP, 0, conditional_disparity, 0, 0,
      "mean of demographic_disparity over the strata, by their records (Wachter, Mittelstadt, Russell 2021)" },

    VERSUS("statistical_parity_difference", P, SELECTION_RATE, "selection_rate less that of the reference"),
    VERSUS("base_rate_difference", L, BASE_RATE, "base_rate less that of the reference"),
    VERSUS("equal_opportunity_difference", L | P, TRUE_POSITIVE_RATE, "true_positive_rate less that of the reference"),
    VERSUS("false_positive_rate_difference", L | P, FALSE_POSITIVE_RATE, "false_positive_rate less that of the reference"),
    VERSUS("predictive_parity_difference", L | P, PRECISION, "positive_predictive_value less that of the reference"),
    VERSUS("false_omission_rate_difference", L | P, FALSE_OMISSION_RATE, "false_omission_rate less that of the reference"),
    VERSUS("accuracy_difference", L | P, ACCURACY, "accuracy less that of the reference"),

    DIFF("demographic_parity_difference", P, SELECTION_RATE, "largest selection_rate of a group less the smallest"),
    RATIO("demographic_parity_ratio", P, SELECTION_RATE,
          "smallest selection_rate of a group by the largest; the four-fifths rule asks for 0.8"),
    DIFF("equal_opportunity_difference", L | P, TRUE_POSITIVE_RATE, "largest true_positive_rate of a group less the smallest"),
    RATIO("equal_opportunity_ratio", L | P, TRUE_POSITIVE_RATE, "smallest true_positive_rate of a group by the largest"),
    { "equalized_odds_difference", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, 0, worst_difference, TRUE_POSITIVE_RATE, FALSE_POSITIVE_RATE,
      "the larger of the differences of true_positive_rate and false_positive_rate" },
    { "equalized_odds_ratio", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, 1, worst_ratio, TRUE_POSITIVE_RATE, FALSE_POSITIVE_RATE,
      "the smaller of the ratios of true_positive_rate and false_positive_rate" },
    DIFF("predictive_parity_difference", L | P, PRECISION, "largest positive_predictive_value of a group less the smallest"),
    RATIO("predictive_parity_ratio", L | P, PRECISION, "smallest positive_predictive_value of a group by the largest"),
    DIFF("false_positive_rate_difference", L | P, FALSE_POSITIVE_RATE, "largest false_positive_rate of a group less the smallest"),
    RATIO("false_positive_rate_ratio", L | P, FALSE_POSITIVE_RATE, "smallest false_positive_rate of a group by the largest"),
    DIFF("true_negative_rate_difference", L | P, TRUE_NEGATIVE_RATE, "largest true_negative_rate of a group less the smallest"),
    RATIO("true_negative_rate_ratio", L | P, TRUE_NEGATIVE_RATE, "smallest true_negative_rate of a group by the largest"),
    DIFF("false_negative_rate_difference", L | P, FALSE_NEGATIVE_RATE, "largest false_negative_rate of a group less the smallest"),
    RATIO("false_negative_rate_ratio", L | P, FALSE_NEGATIVE_RATE, "smallest false_negative_rate of a group by the largest"),
    DIFF("false_discovery_rate_difference", L | P, FALSE_DISCOVERY_RATE, "largest false_discovery_rate of a group less the smallest"),
    RATIO("false_discovery_rate_ratio", L | P, FALSE_DISCOVERY_RATE, "smallest false_discovery_rate of a group by the largest"),
    DIFF("false_omission_rate_difference", L | P, FALSE_OMISSION_RATE, "largest false_omission_rate of a group less the smallest"),
    RATIO("false_omission_rate_ratio", L | P, FALSE_OMISSION_RATE, "smallest false_omission_rate of a group by the largest"),
    DIFF("base_rate_difference", L, BASE_RATE, "largest base_rate of a group less the smallest"),
    DIFF("accuracy_score_difference", L | P, ACCURACY, "largest accuracy of a group less the smallest"),
    RATIO("accuracy_score_ratio", L | P, ACCURACY, "smallest accuracy of a group by the largest"),
    { "accuracy_score_group_min", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, least, ACCURACY, 0, "smallest accuracy of a group" },
    DIFF("zero_one_loss_difference", L | P, ERROR_RATE, "largest error_rate of a group less the smallest"),
    RATIO("zero_one_loss_ratio", L | P, ERROR_RATE, "smallest error_rate of a group by the largest"),
    { "zero_one_loss_group_max", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, most, ERROR_RATE, 0, "largest error_rate of a group" },
    { "balanced_accuracy_score_group_min", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, least_balanced, 0, 0,
      "smallest balanced_accuracy of a group" },
    { "precision_score_group_min", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, least, PRECISION, 0,
      "smallest positive_predictive_value of a group" },
    { "recall_score_group_min", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, least, TRUE_POSITIVE_RATE, 0,
      "smallest true_positive_rate of a group" },
    { "f1_score_group_min", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, least_f1, 0, 0, "smallest f1_score of a group" },
    { "balance_for_positive_class_difference", SCOPE_BETWEEN, L | NEED_SCORE, BY_BOOTSTRAP, 0, score_spread, OUTCOME_1, 0,
      "largest mean score of those labelled 1 of a group less the smallest (Kleinberg, Mullainathan, Raghavan 2016)" },
    { "balance_for_negative_class_difference", SCOPE_BETWEEN, L | NEED_SCORE, BY_BOOTSTRAP, 0, score_spread, OUTCOME_0, 0,
      "largest mean score of those labelled 0 of a group less the smallest" },
    { "calibration_difference", SCOPE_BETWEEN, L | NEED_SCORE, BY_BOOTSTRAP, 0, calibration, 0, 0,
      "over bins of scores, by their records: the largest share labelled 1 of a group less the smallest" },
    { "between_all_groups_theil_index", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, 0, theil_all, 0, 0,
      "theil_index when each record has the mean benefit of its group" },
    { "between_all_groups_generalized_entropy_index", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, 0, entropy_all, 0, 0,
      "generalized_entropy_index likewise" },
    { "between_all_groups_coefficient_of_variation", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, 0, variation_all, 0, 0,
      "coefficient_of_variation likewise" },
    { "smoothed_empirical_differential_fairness", SCOPE_BETWEEN, L, BY_BOOTSTRAP, 0, differential_fairness, 0, 0,
      "largest difference between two groups of the log share of a label, shares smoothed by half a record (Foulds and others 2020)" },
    { "differential_fairness_bias_amplification", SCOPE_BETWEEN, L | P, BY_BOOTSTRAP, NAN, amplification, 0, 0,
      "the same of predictions less that of labels" },

    OTHERS("statistical_parity_difference", P, SELECTION_RATE, "selection_rate of the others less that of the reference"),
    BY("disparate_impact", P, SELECTION_RATE, "selection_rate of the others by that of the reference; the four-fifths rule asks for 0.8"),
    OTHERS("base_rate_difference", L, BASE_RATE, "base_rate of the others less that of the reference"),
    BY("base_rate_ratio", L, BASE_RATE, "base_rate of the others by that of the reference"),
    OTHERS("equal_opportunity_difference", L | P, TRUE_POSITIVE_RATE, "true_positive_rate of the others less that of the reference"),
    OTHERS("false_positive_rate_difference", L | P, FALSE_POSITIVE_RATE, "false_positive_rate of the others less that of the reference"),
    BY("false_positive_rate_ratio", L | P, FALSE_POSITIVE_RATE, "false_positive_rate of the others by that of the reference"),
    OTHERS("false_negative_rate_difference", L | P, FALSE_NEGATIVE_RATE, "false_negative_rate of the others less that of the reference"),
    BY("false_negative_rate_ratio", L | P, FALSE_NEGATIVE_RATE, "false_negative_rate of the others by that of the reference"),
    OTHERS("false_discovery_rate_difference", L | P, FALSE_DISCOVERY_RATE, "false_discovery_rate of the others less that of the reference"),
    BY("false_discovery_rate_ratio", L | P, FALSE_DISCOVERY_RATE, "false_discovery_rate of the others by that of the reference"),
    OTHERS("false_omission_rate_difference", L | P, FALSE_OMISSION_RATE, "false_omission_rate of the others less that of the reference"),
    BY("false_omission_rate_ratio", L | P, FALSE_OMISSION_RATE, "false_omission_rate of the others by that of the reference"),
    OTHERS("error_rate_difference", L | P, ERROR_RATE, "error_rate of the others less that of the reference"),
    BY("error_rate_ratio", L | P, ERROR_RATE, "error_rate of the others by that of the reference"),
    { "average_odds_difference", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, mean_gap, FALSE_POSITIVE_RATE, TRUE_POSITIVE_RATE,
      "mean of the differences of false_positive_rate and true_positive_rate" },
    { "average_abs_odds_difference", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, mean_abs_gap, FALSE_POSITIVE_RATE, TRUE_POSITIVE_RATE,
      "mean of the same without their signs" },
    { "average_predictive_value_difference", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, mean_gap, PRECISION, FALSE_OMISSION_RATE,
      "mean of the differences of positive_predictive_value and false_omission_rate" },
    { "equalized_odds_difference", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, worst_gap, FALSE_POSITIVE_RATE, TRUE_POSITIVE_RATE,
      "the larger of the differences of false_positive_rate and true_positive_rate, without sign" },
    { "generalized_equalized_odds_difference", SCOPE_REFERENCE, L | NEED_SCORE, BY_BOOTSTRAP, 0, worst_score_gap, 0, 0,
      "the same of generalized_false_positive_rate and generalized_true_positive_rate" },
    { "between_group_theil_index", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, theil_two, 0, 0,
      "theil_index when each record has the mean benefit of the reference, or of the others" },
    { "between_group_generalized_entropy_index", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, entropy_two, 0, 0,
      "generalized_entropy_index likewise" },
    { "between_group_coefficient_of_variation", SCOPE_REFERENCE, L | P, BY_BOOTSTRAP, 0, variation_two, 0, 0,
      "coefficient_of_variation likewise" },

    { "share", SCOPE_GROUP, 0, BY_WILSON, NAN, share_of, 0, 0, "share of all records" },
    { "effective_number_of_groups", SCOPE_REPRESENTATION, 0, BY_BOOTSTRAP, NAN, effective_groups, 0, 0,
      "exp of the entropy of the shares: how many groups of the same size would be as diverse" },
    { "imbalance_ratio", SCOPE_REPRESENTATION, 0, BY_BOOTSTRAP, 1, imbalance, 0, 0, "largest group by the smallest" },
    { "total_variation", SCOPE_REPRESENTATION, NEED_TARGET, BY_BOOTSTRAP, 0, total_variation, 0, 0,
      "half the sum of the differences of share and target, without sign" },
    { "jensen_shannon_divergence", SCOPE_REPRESENTATION, NEED_TARGET, BY_BOOTSTRAP, 0, jensen_shannon, 0, 0,
      "of shares and targets, in nats" },
    { "kullback_leibler_divergence", SCOPE_REPRESENTATION, NEED_TARGET, BY_BOOTSTRAP, 0, kullback_leibler, 0, 0,
      "of the shares from the targets, in nats" },
    { "hellinger_distance", SCOPE_REPRESENTATION, NEED_TARGET, BY_BOOTSTRAP, 0, hellinger, 0, 0, "of shares and targets" },
    { "chi_square", SCOPE_REPRESENTATION, NEED_TARGET, BY_NOTHING, NAN, chi_square, 0, 0,
      "Pearson's statistic of counts and targets, with its p" },
    { "g_test", SCOPE_REPRESENTATION, NEED_TARGET, BY_NOTHING, NAN, g_test, 0, 0,
      "likelihood ratio statistic of counts and targets, with its p" },

    { "theil_index", SCOPE_OVERALL, L | P, BY_BOOTSTRAP, 0, theil, 0, 0,
      "inequality of the benefits prediction - label + 1 (Speicher and others 2018)" },
    { "generalized_entropy_index", SCOPE_OVERALL, L | P, BY_BOOTSTRAP, 0, entropy, 0, 0, "the same, with alpha = 2" },
    { "coefficient_of_variation", SCOPE_OVERALL, L | P, BY_BOOTSTRAP, 0, variation, 0, 0,
      "the square root of twice generalized_entropy_index" },
};
const size_t n_metrics = sizeof metrics / sizeof *metrics;

unsigned metric_given(const frame *f)
{
    const question *q = f->q;
    return (q->label.text ? NEED_LABEL : 0) | (q->prediction.text ? NEED_PREDICTION : 0) | (q->score.path ? NEED_SCORE : 0)
         | (f->probability ? NEED_PROBABILITY : 0) | (q->stratum.path ? NEED_STRATUM : 0) | (f->target ? NEED_TARGET : 0);
}
