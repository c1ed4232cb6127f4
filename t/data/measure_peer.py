"""Means, differences and medians of numbers by group by scipy, as in t/0615-bias-measure.t."""
import numpy as np
from scipy import stats

rows = [("abc"[i % 3], (i * 37 % 101) / 7 + i % 3) for i in range(400) if i % 10 != 4]
v = {g: np.array([x for h, x in rows if h == g]) for g in "abc"}
total, ref = sum(x.sum() for x in v.values()), v["a"]
p = [stats.ttest_ind(v[g], ref, equal_var=False).pvalue for g in "bc"]
adjusted = stats.false_discovery_control(p)
r = lambda *x: [int(round(float(k) * 1e9)) for k in x]
for g in "abc":
    m = v[g].mean()
    low, high = stats.t.interval(0.95, len(v[g]) - 1, m, stats.sem(v[g]))
    print(g, len(v[g]), r(m, low, high, v[g].std(ddof=1), np.sort(v[g])[(len(v[g]) - 1) // 2], v[g].sum() / total))
for i, g in enumerate("bc"):
    t = stats.ttest_ind(v[g], ref, equal_var=False)
    c = t.confidence_interval(0.95)
    print(g, r(v[g].mean() - ref.mean(), c.low, c.high, t.pvalue, adjusted[i]))
