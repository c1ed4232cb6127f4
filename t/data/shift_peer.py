"""Rates before and after by group, as in t/0619-bias-shift.t: statsmodels for intervals and tests, scipy for the adjustment."""
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

# true positives, false positives, false negatives, true negatives
before = {"a": (40, 10, 10, 40), "b": (30, 20, 10, 40)}
after = {"a": (42, 8, 11, 39), "b": (15, 35, 25, 25)}
add = lambda *x: tuple(map(sum, zip(*x)))
rates = {
    "selection_rate": lambda t, f, m, n: (t + f, t + f + m + n), "base_rate": lambda t, f, m, n: (t + m, t + f + m + n),
    "true_positive_rate": lambda t, f, m, n: (t, t + m), "false_positive_rate": lambda t, f, m, n: (f, f + n),
    "positive_predictive_value": lambda t, f, m, n: (t, t + f), "accuracy": lambda t, f, m, n: (t + n, t + f + m + n)}
rows = []
for g in (None, "a", "b"):
    b, a = (add(*before.values()), add(*after.values())) if g is None else (before[g], after[g])
    for name, rate in rates.items():
        (k1, n1), (k2, n2) = rate(*b), rate(*a)
        low, high = confint_proportions_2indep(k2, n2, k1, n1, method="newcomb", compare="diff")
        rows.append((g, name, k2 / n2 - k1 / n1, low, high, proportions_ztest([k2, k1], [n2, n1])[1]))
adjusted = stats.false_discovery_control([r[-1] for r in rows])
for r, q in zip(rows, adjusted):
    print(r[0], r[1], *[round(float(x) * 1e9) for x in r[2:] + (q,)])
