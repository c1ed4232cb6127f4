# Near duplicates among texts whose similarity is known: what mm-probe finds is held against the exact Jaccard similarity
# of the sets of five words in a row, computed in Python.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'no python3'

cat >make.py <<'END'
# 500 texts of 300 words, then a variant of each in which some words are others: few for some, many for others.
import json, random
r = random.Random(7)
word = lambda: "".join(r.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(2, 9)))
texts = [[word() for _ in range(300)] for _ in range(500)]
for i, t in enumerate(texts):
    print(json.dumps({"text": " ".join(t), "mm": {"id": "t%d" % i}}))
for i, t in enumerate(texts):
    t = list(t)
    for k in r.sample(range(300), i % 25):
        t[k] = word()
    print(json.dumps({"text": " ".join(t).upper(), "mm": {"id": "v%d" % i}}))
END
cat >judge.py <<'END'
import json, sys, math
sets, rows = {}, [json.loads(l) for l in open(sys.argv[1])]
for x in rows:
    w = x["text"].lower().split()
    sets[x["mm"]["id"]] = {tuple(w[i:i + 5]) for i in range(len(w) - 4)}
jaccard = lambda a, b: len(sets[a] & sets[b]) / len(sets[a] | sets[b])
found = {x["mm"]["id"]: x["mm"]["probe"]["dup"] for x in rows if "dup" in x["mm"]["probe"]}
pairs = [(jaccard("t%d" % i, "v%d" % i), found.get("v%d" % i)) for i in range(500)]
recall = lambda low, high: [sum(1 for s, d in pairs if low <= s < high and d), sum(1 for s, d in pairs if low <= s < high)]
true = sum(1 for v, d in found.items() if jaccard(v, d["of"]) >= 0.8)
error = [d["score"] - jaccard(v, d["of"]) for v, d in found.items()]
sigma = [e / math.sqrt(max(s * (1 - s), 1e-3) / 112) for e, s in zip(error, (jaccard(v, d["of"]) for v, d in found.items()))]
print("recall from 0.9:", recall(0.9, 1.1), "0.8 to 0.9:", recall(0.8, 0.9), "below 0.7:", recall(0, 0.7))
print("precision:", true, "of", len(found), "mean error:", sum(error) / len(error), "worst error in sigmas:", max(map(abs, sigma)))
ok = lambda pair, low, high: low * pair[1] <= pair[0] <= high * pair[1]
assert all(v[0] == "v" and d["of"] == "t" + v[1:] and d["how"] == "minhash" for v, d in found.items())
assert all(r[1] > 60 for r in (recall(0.9, 1.1), recall(0.8, 0.9), recall(0, 0.7)))
assert ok(recall(0.9, 1.1), 0.98, 1)   # 0.9996 meet in a band; the estimate is 2.6 standard errors above the threshold
assert ok(recall(0.8, 0.9), 0.70, 1)   # at 0.8 half of the estimates are below it
assert ok(recall(0, 0.7), 0, 0.01)
assert true >= 0.92 * len(found)
assert all(jaccard(v, d["of"]) >= 0.68 for v, d in found.items())   # three standard errors
assert abs(sum(error) / len(error)) < 0.01 and max(map(abs, sigma)) < 4
END
ok 'texts are made' 'python3 make.py >texts.ndjson'
ok 'recall, precision and scores are what theory says of 14 bands of 8' '
    mm-probe --only dup --dup exact,text texts.ndjson >found
    python3 judge.py found
'
ok 'all sets of kernels find the same' '
    for set in scalar avx2 avx512; do
        MM_SIMD=$set mm-probe --only dup --dup exact,text texts.ndjson >out
        cmp found out
    done
'
ok 'more bands of fewer rows find what is less alike' '
    mm-probe --only dup --dup text --dup-bands 40x4 --dup-jaccard 0.5 texts.ndjson >wide
    [ "$(grep -c "\"dup\"" wide)" -gt "$(grep -c "\"dup\"" found)" ]
'
ok 'characters can be compared in place of words' '
    printf "%s\n" "{\"text\":\"abcdefghijklmnopqrstuvwxyz\"}" "{\"text\":\"Xabcdefghijklmnopqrstuvwxyz\"}" |
        mm-probe --only dup --dup text --dup-shingle char:3 | tail -n 1 | jq -c .mm.probe.dup >out
    jq -e ".of == 1 and .score > 0.85 and .score < 1" out
'
finish
