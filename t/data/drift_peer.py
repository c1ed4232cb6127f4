"""Distances of two small samples by scipy and by their definitions, as in t/0611-bias-drift.t."""
import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

x = np.array([(i * 37 % 101) / 7 for i in range(200)])
y = np.array([(i * 53 % 103) / 6 + 1 for i in range(180)])
edges = np.unique([np.sort(x)[int(np.ceil(q * 200)) - 1] for q in np.arange(1, 10) / 10])
share = lambda v: np.diff([0] + [(v <= e).mean() for e in edges] + [1])
p, q = share(x), share(y)
p1, q1 = np.maximum(p, 1e-4), np.maximum(q, 1e-4)
print(stats.ks_2samp(x, y).statistic, stats.wasserstein_distance(x, y), ((q1 - p1) * np.log(q1 / p1)).sum(), jensenshannon(p, q) ** 2)
a, b = np.array([50, 30, 20, 0.0]) / 100, np.array([10, 20, 20, 30.0]) / 80
a1, b1 = np.maximum(a, 1e-4), np.maximum(b, 1e-4)
print(((b1 - a1) * np.log(b1 / a1)).sum(), jensenshannon(a, b) ** 2)
