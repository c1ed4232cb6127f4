# mm-probe tells what is odd about a row, beside the rows of its series before it: what is missing, out of range or far off, time stamps
# that go back, repeat or leave a gap, types that change, and where a JSON Schema does not hold.
. "${0%/*}/lib.sh"

facts() { jq -c '.mm.probe.row // empty'; }

cat >log.csv <<'END'
time,sensor,temp
2024-05-01T10:00:00Z,a,20.1
2024-05-01T10:00:10Z,a,20.3
2024-05-01T10:00:20Z,a,20.2
2024-05-01T10:00:30Z,a,
2024-05-01T10:00:40Z,a,20.4
2024-05-01T10:00:50Z,a,20.3
2024-05-01T10:01:00Z,a,20.1
2024-05-01T10:01:10Z,a,20.2
2024-05-01T10:01:20Z,a,20.2
2024-05-01T10:01:30Z,a,20.3
2024-05-01T10:02:30Z,a,20.4
2024-05-01T10:02:20Z,a,20.2
2024-05-01T10:02:20Z,a,20.1
2024-05-01T10:02:30Z,a,off
END
ok 'what is odd stands in the row that is odd, and nowhere else' '
    mm-ingest -q log.csv | mm-probe -q --only row >out
    jq -c "select(.mm.probe.row) | [.mm.src, .mm.probe.row]" out >told
    cat >expected <<END
["log.csv#4",{"missing":["temp"]}]
["log.csv#11",{"gap_s":60}]
["log.csv#12",{"time_back_s":10}]
["log.csv#13",{"time_repeated":true}]
["log.csv#14",{"drift":[{"column":"temp","was":"number","is":"string"}]}]
END
    same expected told
    [ "$(grep -c "\"probe\":{}" out)" = 9 ]'

ok 'series are told apart by --by, else by file' '
    awk "BEGIN { for (i = 0; i < 40; i++) for (s = 0; s < 3; s++)
             printf \"{\\\"ts\\\":%d,\\\"meta\\\":{\\\"id\\\":%d},\\\"v\\\":%s}\n\", 1700000000 + 60 * i, s, s * 100 + i % 5 }" >three.ndjson
    mm-probe -q --only row --by meta.id three.ndjson | facts >told
    [ ! -s told ]
    mm-probe -q --only row three.ndjson | facts | grep -c time_repeated >told
    echo 80 >expected; same expected told'

ok 'a column that most rows had, and one that no row had' '
    for i in 1 2 3 4 5 6 7 8 9 10 11; do echo "{\"a\":$i,\"b\":1}"; done >usual
    { cat usual; echo "{\"a\":12}"; echo "{\"a\":13,\"b\":2,\"c\":[1]}"; } | mm-probe -q --only row | facts >told
    cat >expected <<END
{"missing":["b"]}
{"drift":[{"column":"c","was":"absent","is":"array"}]}
END
    same expected told'

ok 'words that mean nothing is there are missing; names of columns are paths' '
    printf "%s\n" "{\"a\":\"\",\"b\":{\"c\":null,\"d e\":\"N/A\"},\"f\":\" \",\"g\":\"na\",\"h\":0}" |
        mm-probe -q --only row.missing,row.types,row.columns | facts |
        jq -cS ".types[] |= \"\(.column) \(.type)\"" >told
    cat >expected <<\END
{"columns":6,"missing":["a","b.c","b.\"d e\"","f"],"types":["a string","b.c null","b.\"d e\" string","f string","g string","h integer"]}
END
    same expected told'

# Ten rows a second apart, and one ten seconds later; @ in the row stands for two digits.
seconds() { for i in 11 12 13 14 15 16 17 18 19 20 30; do printf '%s\n' "$1" | sed "s/@/$i/"; done; }
ok 'times are dates, or numbers in columns named so, in the unit of the name or by their size; --time names another' '
    for row in "{\"ts\":17000000@}" "{\"timestamp\":17000000@123}" "{\"t_us\":@000000.5}" "{\"Epoch\":17000000@000000001}" \
        "{\"when\":\"2024/02/29 12:00:@.5\"}" "{\"when\":\"2024-02-29T12:00:@+01:30\"}"; do
        seconds "$row" | mm-probe -q --only row.gap_s | facts
    done >told
    yes "{\"gap_s\":10}" | head -n 6 >expected; same expected told
    seconds "{\"time\":0,\"x\":{\"at\":@}}" >two
    mm-probe -q --only row.gap_s,row.time_repeated two | facts | uniq -c | tr -s " " >told
    mm-probe -q --only row.gap_s,row.time_repeated --time x.at two | facts | uniq -c | tr -s " " >>told
    printf " 10 {\"time_repeated\":true}\n 1 {\"gap_s\":10}\n" >expected; same expected told'

cat >random.py <<'END'
import json, random, statistics
r = random.Random(7)
rows, times, now = [], [], 0
for i in range(3000):
    v = round(r.gauss(50, 4) if r.random() > .01 else r.gauss(50, 60), 2)
    now += r.choice([1, 1, 1, 1.25, .75]) if r.random() > .01 else round(r.uniform(1, 6), 3)
    rows.append({"t": round(now, 3), "v": v})
with open("random.ndjson", "w") as f:
    for row in rows:
        f.write(json.dumps(row) + "\n")
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
                told["outliers"] = [m, abs(row["v"] - m) / d]
        if i:
            step = row["t"] - rows[i - 1]["t"]
            if len(times) >= 8:
                m, d = spread(times[-64:])
                if step > 1.5 * m and step > m + 5 * d:
                    told["gap_s"] = step
            times.append(step)
        f.write(json.dumps(told) + "\n")
END
ok 'outliers, ranges and gaps are those of their definitions' '
    python3 random.py
    mm-probe -q --only row random.ndjson | jq -c ".mm.probe.row // {}" >told
    python3 - <<\END
import json, math
a, b = ([json.loads(l) for l in open(n)] for n in ("expected", "told"))
assert len(a) == len(b) and sum(map(bool, a)) > 50
for x, y in zip(a, b):
    assert sorted(x) == sorted(y), (x, y)
    assert x.get("outside_range") == y.get("outside_range"), (x, y)
    assert math.isclose(x.get("gap_s", 0), y.get("gap_s", 0), abs_tol=1e-6), (x, y)
    if "outliers" in x:
        o = y["outliers"][0]
        assert math.isclose(x["outliers"][0], o["median"]) and abs(x["outliers"][1] - o["score"]) < .0051, (x, y)
END'

ok 'the report on columns is that of Python, and quantiles are near' '
    python3 - <<\END
import json, random
r = random.Random(5)
with open("wide.ndjson", "w") as f:
    for i in range(50000):
        row = {"at": "2024-01-%02dT00:00:00+02:00" % (i % 28 + 1), "x": r.gauss(0, 1), "n": r.randrange(5000)}
        if i % 7 == 0: row["n"] = None
        if i % 5 == 0: row["word"] = r.choice(["ja", "nein", "n\u00e9e"])
        f.write(json.dumps(row) + "\n")
END
    mm-probe -q --columns report.json wide.ndjson >out
    python3 - <<\END
import json, math, statistics
rows = [json.loads(l) for l in open("wide.ndjson")]
c = {x["column"]: x for x in json.load(open("report.json"))["columns"]}
assert list(c) == ["at", "x", "n", "word"], list(c)
x = [r["x"] for r in rows]
assert c["x"]["type"] == "number" and c["x"]["values"] == 50000 and c["x"]["missing"] == c["x"]["absent"] == 0
assert c["x"]["min"] == float("%.12g" % min(x)) and c["x"]["max"] == float("%.12g" % max(x))
assert math.isclose(c["x"]["mean"], math.fsum(x) / len(x), rel_tol=1e-9), c["x"]
assert math.isclose(c["x"]["sd"], statistics.stdev(x), rel_tol=1e-9), c["x"]
for share, v in c["x"]["quantiles"].items():
    assert abs(sum(y <= v for y in x) / len(x) - float(share)) < .006, (share, v)
n = [r["n"] for r in rows if r["n"] is not None]
assert c["n"]["type"] == "integer" and c["n"]["values"] == len(n) and c["n"]["missing"] == 50000 - len(n)
assert abs(c["n"]["distinct"] / len(set(n)) - 1) < .05, c["n"]["distinct"]
word = c["word"]
assert word["absent"] == 40000 and word["distinct"] == 3 and word["min_length"] == 2 and word["max_length"] == 4, word
assert c["at"]["type"] == "date-time" and c["at"]["earliest"] == "2023-12-31T22:00:00Z" and c["at"]["distinct"] == 28
END'

ok 'facts and report are the same for any number of workers' '
    mm-probe -q -j1 --only row --columns one.json wide.ndjson >one
    mm-probe -q -j4 --only row --columns four.json wide.ndjson >four
    cmp one four; cmp one.json four.json'

cat >schema.json <<'END'
{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":0},"b":{"items":{"type":"string"}},
 "c":{"enum":["x","y",null]}},"additionalProperties":false}
END
ok 'every place at which the schema does not hold is told, and counted' '
    printf "%s\n" "{\"a\":1,\"c\":\"x\"}" "{\"a\":-1,\"b\":[\"u\",2,3],\"c\":\"z\"}" "{\"d\":1}" "{\"a\":2,\"mm\":{\"id\":\"7\"}}" >rows
    mm-probe -q --schema schema.json --columns report.json rows | facts >told
    cat >expected <<\END
{"schema_failed":["/a: -1 is less than the minimum 0","/b/1: 2 is of type integer, which is not allowed","/b/2: 3 is of type integer, which is not allowed","/c: \"z\" is none of the values allowed (enum)"]}
{"schema_failed":["/d: this member is not allowed (additionalProperties)","the member a is required and missing"]}
END
    same expected told
    jq -c .schema report.json >told
    echo "{\"failed\":2,\"at\":{\"/a\":1,\"/b/1\":1,\"/b/2\":1,\"/c\":1,\"/d\":1,\"/\":1}}" >expected
    same expected told'

ok 'the table for people, and one of rows with --table' '
    mm-ingest -q log.csv | mm-probe -q --columns report --only row --table >table
    cat >expected <<END
column  type       values  missing  distinct                   min                   max     mean        sd  median  outliers
time    date-time      14        0        12  2024-05-01T10:00:00Z  2024-05-01T10:02:30Z
sensor  string         14        0         1
temp    mixed          13        1         5                  20.1                  20.4  20.2333  0.107309    20.2         0

series   time  order  rows                 first                  last  interval_s  back  repeated  gaps
log.csv  time  mixed    14  2024-05-01T10:00:00Z  2024-05-01T10:02:30Z          10     1         1     1
END
    same expected report
    grep "^log.csv#11 * 60$" table'

ok 'memory for series is bounded: those not met for long are forgotten, and the report says so' '
    awk "BEGIN { for (i = 0; i < 30000; i++) printf \"{\\\"id\\\":%d,\\\"v\\\":%d}\n\", i, i }" >many.ndjson
    mm-probe -q --only row --by id --row-memory 1M --columns report.json many.ndjson >out
    jq -e ".series_forgotten > 25000 and .rows == 30000 and (.series | length) < 1500" report.json
    [ $(wc -l <out) = 30000 ]'

ok 'what makes no sense is refused' '
    status 2 mm-probe --outlier 0 rows 2>err; grep -F "outlier 0: give a number above 0" err
    status 2 mm-probe --gap 1 rows 2>err; grep -F "gap 1: give a number above 1" err
    status 2 mm-probe --by "a[" rows 2>err; grep -F "by a[" err
    status 2 mm-probe --schema nowhere.json rows 2>err; grep -F "nowhere.json" err
    status 4 mm-probe --columns /nowhere/x rows >out 2>err; grep -F "/nowhere/x" err'

needs python3 -c "'import jsonschema'" -- 'no python3-jsonschema'
ok 'python3-jsonschema finds the same rows and places' '
    python3 - <<\END
import json, random
r = random.Random(2)
with open("many", "w") as f:
    for i in range(500):
        row = {}
        if r.random() < .8: row["a"] = r.choice([1, 5, -3, 2.5, "1", None])
        if r.random() < .5: row["b"] = r.choice([[], ["u"], ["u", 1], "b", [None, "v"]])
        if r.random() < .5: row["c"] = r.choice(["x", "y", None, "z", 1])
        if r.random() < .1: row["d"] = 1
        f.write(json.dumps(row) + "\n")
END
    mm-probe -q --schema schema.json many |
        jq -c "[.mm.probe.row.schema_failed // [] | .[] | if startswith(\"/\") then split(\": \")[0] else \"\" end] | unique" >told
    python3 - >expected <<\END
import json, jsonschema
v = jsonschema.Draft202012Validator(json.load(open("schema.json")))
for line in open("many"):
    at = set()
    for e in v.iter_errors(json.loads(line)):
        at.add("".join("/%s" % p for p in e.absolute_path) + ("/d" if e.validator == "additionalProperties" else ""))
    print(json.dumps(sorted(at), separators=(",", ":")))
END
    same expected told'

finish
