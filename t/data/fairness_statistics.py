"""Intervals, tests and distances by scipy and statsmodels, as the initialisers in t/unit/mm-bias-statistics.c."""
import numpy as np
from scipy import special, stats
from scipy.spatial.distance import jensenshannon
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

f = lambda *v: ", ".join("INFINITY" if np.isinf(x) else repr(float(x)) for x in v)
print("wilson")
for k, n in (0, 1), (1, 1), (3, 10), (10, 10), (0, 25), (854, 2454), (2174, 3696), (7, 100000):
    print("    { %s }," % f(k, n, *proportion_confint(k, n, 0.05, "wilson")))
print("newcombe")
for a in (854, 2454, 2174, 3696), (56, 70, 48, 80), (9, 10, 3, 10), (0, 10, 0, 20), (10, 10, 0, 10), (5, 5, 2, 29):
    print("    { %s }," % f(*a, *confint_proportions_2indep(*a, method="newcomb", compare="diff")))
print("two shares")
for a in (854, 2454, 2174, 3696), (56, 70, 48, 80), (9, 10, 3, 10), (5, 5, 2, 29), (500, 1000, 510, 1000):
    print("    { %s }," % f(*a, proportions_ztest([a[0], a[2]], [a[1], a[3]])[1]))
print("chi-square")
for x, df in (0.5, 1), (3.84, 1), (20, 3), (5, 5), (100, 80), (1000, 5), (1e-3, 2), (250, 300), (40, 1):
    print("    { %s }," % f(x, df, stats.chi2.sf(x, df)))
print("normal quantile")
for p in 0.5, 0.9, 0.95, 0.975, 0.995, 0.0001, 1e-9, 0.3:
    print("    { %s }," % f(p, stats.norm.ppf(p)))
print("benjamini-hochberg")
p = [0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.04, 1e-8]
print("    p: { %s }," % f(*p))
print("    q: { %s }," % f(*multipletests(p, method="fdr_bh")[1]))
print("shares of 50, 30, 15, 5 against 0.4, 0.3, 0.2, 0.1")
o, q = np.array([50, 30, 15, 5.0]), np.array([0.4, 0.3, 0.2, 0.1])
s = o / o.sum()
print("    total variation, JS, KL, Hellinger, chi-square and p, G and p, effective:", f(
    abs(s - q).sum() / 2, jensenshannon(s, q) ** 2, stats.entropy(s, q), np.sqrt(((np.sqrt(s) - np.sqrt(q)) ** 2).sum() / 2),
    *stats.chisquare(o, q * 100), *stats.power_divergence(o, q * 100, lambda_="log-likelihood"), np.exp(stats.entropy(s))))
