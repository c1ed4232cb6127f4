"""PMI, its interval and the test of independence for the texts of t/0617-bias-terms.t, by their definitions and scipy."""
import math
from scipy import stats

texts = [l.split() for l in ["she nurse"] * 30 + ["she doctor"] * 10 + ["he doctor"] * 40 + ["he nurse"] * 5 + ["it works"] * 15]
n, z = len(texts), stats.norm.ppf(0.975)
p = []
for t in ("she", "he"):
    for d in ("nurse", "doctor"):
        a = [t in x for x in texts], [d in x for x in texts]
        nt, nd, both = sum(a[0]), sum(a[1]), sum(u and v for u, v in zip(*a))
        part = [n / both * (u and v) - n / nt * u - n / nd * v for u, v in zip(*a)]
        half = z * stats.tstd(part) * math.sqrt((n - 1) / n) / math.sqrt(n) / math.log(2)
        pmi = math.log2(both * n / (nt * nd))
        chi = stats.chi2_contingency([[both, nt - both], [nd - both, n - nt - nd + both]], correction=False)
        p.append(chi.pvalue)
        print(t, d, both, round(nt * nd / n, 6), [round(1e9 * x) for x in (pmi, pmi - half, pmi + half)], "%.6g" % chi.pvalue)
print(["%.6g" % x for x in stats.false_discovery_control(p)])
