/* forecast.h - how a series will go on, with intervals: exponential smoothing, chosen by an information criterion.
 *
 * Models are those of additive error of Hyndman, Koehler, Ord and Snyder 2008, "Forecasting with Exponential Smoothing":
 * no trend, a trend or a damped one, with and without season, of the numbers or (where all are above 0) of their logarithms.
 * The least corrected Akaike criterion is taken. Where half of the numbers or more are 0 and none is below, demand is intermittent and the method is TSB (Teunter, Syntetos and Babai 2011).
 * Intervals come from the errors that the chosen model made at each distance over the past. */
#ifndef MM_SERIES_FORECAST_H
#define MM_SERIES_FORECAST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct mm_forecast mm_forecast;

typedef struct mm_forecast_model {
    const char *name;    /* "simple", "trend", "damped trend", with ", season" and ", log"; "TSB"; "mean" where there are few numbers */
    size_t season;       /* numbers a season; 0: none */
    double alpha, beta, gamma, phi;   /* smoothing of level, trend, season; damping */
    double aicc;
} mm_forecast_model;

/** Fit y[0..n), equally far apart, the latest last; NaN is a missing number. Each of `season` is tried as the length of a season
 *  where at least two of it are there. Distances up to `horizon` may be asked for. NULL when memory ran out or no number is there. */
mm_forecast *mm_forecast_new(const double *y, size_t n, const size_t *season, size_t n_seasons, size_t horizon);
void mm_forecast_free(mm_forecast *f);
mm_forecast_model mm_forecast_chosen(const mm_forecast *f);

/** What is expected `ahead` numbers after the last (from 1), and the interval that holds the share `share` (0.8) of the cases. */
typedef struct mm_forecast_value {
    double expected, low, high;
} mm_forecast_value;
mm_forecast_value mm_forecast_at(const mm_forecast *f, size_t ahead, double share);
/** The same for the sum of the numbers 1 to `ahead`: what a month will come to. */
mm_forecast_value mm_forecast_sum(const mm_forecast *f, size_t ahead, double share);

#endif
