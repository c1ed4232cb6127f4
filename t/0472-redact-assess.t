#!/bin/sh
# How well records hide in their crowd, by our count and by other people's; small classes taken away.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'no python3'

cat >generate.py <<'EOF'
import json, random
random.seed(7)
with open("rows", "w") as f:
    for i in range(3000):
        a = random.choice(range(20, 70, 10))
        r = {"age": f"{a}-{a + 9}", "at": {"zip": random.choice(["941", "100", "606", 303])}, "sex": random.choice("FM") if random.random() < .98 else "X",
             "disease": random.choice(["flu"] * 5 + ["cold"] * 3 + ["asthma", "gout"]),
             "pay": random.choice([1000, 1500, 2000, 2500, 4000.5, 8000]) + (a if random.random() < .3 else 0)}
        if random.random() < .01: del r["sex"]
        f.write(json.dumps(r) + "\n")
EOF
python3 generate.py
# The definitions, word for word and slow.
cat >define.py <<'EOF'
import json, math, sys
from collections import Counter, defaultdict
def assess(rows):
    cls = defaultdict(list)
    for r in rows: cls[json.dumps([r["age"], r["at"]["zip"], r.get("sex")])].append(r)
    sizes = Counter(map(len, cls.values()))
    out = {"records": len(rows), "quasi": ["age", "at.zip", "sex"], "classes": len(cls), "k": min(sizes, default=0),
           "below": {str(k): sum(len(c) for c in cls.values() if len(c) < k) for k in (2, 3, 5, 10, 20, 100)},
           "sizes": sorted(map(list, sizes.items())), "sensitive": []}
    for s in ("disease", "pay"):
        every = Counter(r[s] for r in rows)
        values, t, ent, l = sorted(every), 0, math.inf, math.inf
        ordered = all(isinstance(v, (int, float)) for v in values)
        for c in cls.values():
            here = Counter(r[s] for r in c)
            p = [here[v] / len(c) for v in values]; q = [every[v] / len(rows) for v in values]
            l = min(l, len(here)); ent = min(ent, -sum(x * math.log(x) for x in p if x))
            if ordered:
                cum = d = 0
                for x, y in zip(p, q): cum += x - y; d += abs(cum)
                d /= max(1, len(values) - 1)
            else: d = sum(abs(x - y) for x, y in zip(p, q)) / 2
            t = max(t, d)
        out["sensitive"].append({"field": s, "values": len(values), "l": l, "entropy_l": round(math.exp(ent), 6), "distance": "ordered" if ordered else "equal", "t": round(t, 6)})
    return out, cls
rows = list(map(json.loads, open("rows")))
EOF
quasi="--quasi age,at.zip,sex"

ok 'k, l and t are what the definitions say' '
    mm-redact -q --assess $quasi --sensitive disease,pay rows >got.json
    python3 -c "
from define import *
want, _ = assess(rows)
got = json.load(open(\"got.json\"))
for x, y in zip(want[\"sensitive\"], got[\"sensitive\"]):
    for n in (\"entropy_l\", \"t\"):
        assert abs(x[n] - y[n]) < 2e-6, (x, y); y[n] = x[n]
assert got == want, (got, want)"'
ok 'the whole report of a small stream' '
    for row in "{\"q\":1,\"s\":3}" "{\"q\":1,\"s\":5}" "{\"s\":4}" "{\"q\":null,\"s\":4.0}" "{\"q\":\"1\",\"s\":11}"; do echo "$row"; done >few
    mm-redact --assess --quasi q --sensitive s few >got 2>err
    cat >want <<-"EOF"
	{"records":5,
	 "quasi":["q"],
	 "classes":3,
	 "k":1,
	 "below":{"2":1,"3":5,"5":5,"10":5,"20":5,"100":5},
	 "sizes":[[1,1],[2,2]],
	 "sensitive":[
	  {"field":"s","values":4,"l":1,"entropy_l":1,"distance":"ordered","t":0.533333}]}
	EOF
    same want got
    echo "mm-redact: 5 records in 3 classes, the smallest of 1" >want; same want err'
ok '--suppress-k leaves out the records of small classes and no other, unchanged and in order' '
    mm-redact -q --assess $quasi --suppress-k 10 --report report.json rows >kept
    python3 -c "
from define import *
_, cls = assess(rows)
small = {json.dumps(r) for c in cls.values() if len(c) < 10 for r in c}
lines = open(\"rows\").read().splitlines()
big = [l for l in lines if len(cls[json.dumps([(r := json.loads(l))[\"age\"], r[\"at\"][\"zip\"], r.get(\"sex\")])]) >= 10]
assert open(\"kept\").read().splitlines() == big
assert json.load(open(\"report.json\"))[\"suppressed\"] == {\"k\": 10, \"records\": len(lines) - len(big)} and len(big) < len(lines)"
    mm-redact -q --assess $quasi kept >again.json
    python3 -c "import json; assert json.load(open(\"again.json\"))[\"k\"] >= 10"'
ok 'standard input may be a file, and not a pipe' '
    mm-redact -q --assess $quasi --suppress-k 10 <rows | cmp - kept
    cat rows | status 2 mm-redact -q --assess $quasi --suppress-k 10 >out 2>err
    echo "mm-redact: standard input: --suppress-k reads its input twice, and this is no plain file; write it to one first" >want
    same want err && same /dev/null out'
ok 'the same bytes for any number of workers' '
    mm-redact -q -j1 --assess $quasi --sensitive disease,pay rows | cmp - got.json
    mm-redact -q -j4 --assess $quasi --sensitive disease,pay rows | cmp - got.json
    mm-redact -q -j1 --assess $quasi --suppress-k 10 rows | cmp - kept
    mm-redact -q -j4 --assess $quasi --suppress-k 10 rows | cmp - kept'
ok 'bad records are left out and told once; the accounts add up' '
    (head -n 50 rows; echo "{\"age\":"; tail -n +51 rows) >some
    status 3 mm-redact --ledger ledger --assess $quasi --suppress-k 10 some >out 2>err
    same kept out
    head -n 1 err >got; echo "mm-redact: some:51: the line ends within a value" >want
    grep -c "some:51:" err >n; echo 1 >one; same one n
    python3 -c "
import json
r = json.load(open(\"ledger\"))[\"records\"]
assert r[\"in\"] == 3001 == r[\"out\"] + r[\"dropped\"] + r[\"bad\"] and r[\"bad\"] == 1 and r[\"dropped\"] > 0, r"'
ok 'what does not go together is told' '
    try() { said=$1; shift; status 2 mm-redact "$@" rows >out 2>err; echo "mm-redact: $said" | cmp - err; same /dev/null out; }
    try "--assess needs --quasi FIELD,...: what others may know of a person, as in age,zip,sex" --assess
    try "--quasi, --sensitive and --suppress-k go with --assess" --quasi a
    try "--report: records go to standard output; name a file" --assess --quasi a --suppress-k 5 --report -
    ! mm-redact --assess --quasi a --suppress-k 1 rows 2>err || exit 1
    ! mm-redact --assess --quasi a,,b rows 2>err || exit 1
    grep -q "^mm-redact: --quasi: " err'
ok 'an empty stream has no classes' '
    mm-redact -q --assess --quasi a --sensitive b /dev/null | python3 -c "
import json, sys
r = json.load(sys.stdin); assert r[\"records\"] == r[\"classes\"] == r[\"k\"] == 0 and r[\"sensitive\"][0][\"t\"] == 0"'
needs "python3 -c \"import pycanon\"" -- 'no pycanon (pip install pycanon)'
ok 'pycanon says the same' '
    python3 -c "
import pandas, json
from pycanon import anonymity as A
d = pandas.DataFrame([{**r, \"zip\": str(r[\"at\"][\"zip\"]), \"sex\": r.get(\"sex\", \"none\")} for r in map(json.loads, open(\"rows\"))])
q, got = [\"age\", \"zip\", \"sex\"], json.load(open(\"got.json\"))
assert got[\"k\"] == A.k_anonymity(d, q)
for s in got[\"sensitive\"]:
    assert s[\"l\"] == A.l_diversity(d, q, [s[\"field\"]]) and abs(s[\"t\"] - A.t_closeness(d, q, [s[\"field\"]])) < 1e-6, s
    assert int(s[\"entropy_l\"] + 1e-9) == A.entropy_l_diversity(d, q, [s[\"field\"]])"'
finish
