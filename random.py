import json, random, statistics
r = random.Random(7)
rows, window, low, high, times, now = [], [], None, None, [], 0
for i in range(3000):
    v = round(r.gauss(50, 4) if r.random() > .01 else r.gauss(50, 60), 2)
    step = r.choice([1, 1, 1, 1.25, .75]) if r.random() > .01 else r.uniform(1, 6)
    now += round(step, 3)
    rows.append({"t": round(now, 3), "v": v})
with open("random.ndjson", "w") as f:
    for row in rows:
        f.write(json.dumps(row, separators=(",", ":")) + "\n")
# The definitions of the manual, spelled out.
def spread(values):
    m = statistics.median(values)
    return m, 1.4826 * statistics.median([abs(x - m) for x in values])
with open("expected", "w") as f:
    for i, row in enumerate(rows):
        told, before = {}, [x["v"] for x in rows[:i]]
        if len(before) >= 30 and not min(before) <= row["v"] <= max(before):
            told["outside_range"] = ["v"]
        if len(before) >= 16:
            m, d = spread(before[-64:])
            if d > 0 and abs(row["v"] - m) / d > 5:
                told["outliers"] = [{"column": "v", "median": float("%.12g" % m), "score": round(abs(row["v"] - m) / d, 2)}]
        if i:
            step = round(row["t"] - rows[i - 1]["t"], 3)
            if len(times) >= 8:
                m, d = spread(times[-64:])
                if step > 1.5 * m and step > m + 5 * d:
                    told["gap_s"] = step
            times.append(step)
        if told:
            f.write(json.dumps([i, told]) + "\n")
