#!/bin/sh
# --ledger, --metrics, --trace and --lineage of a real run: complete, true, and as their readers want them.
. "${0%/*}/lib.sh"
needs command -v mm-select -- 'mm-select is not built'
needs command -v python3 -- 'no python3'

printf '%s\n' '{"n":1}' '{"n":2}' 'no record' '{"n":3}' >in.ndjson
TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; export TRACEPARENT
printf 'version: 1\n' >policy.yaml
size() { wc -c <"$1" | tr -d ' '; }

ok 'a run accounts for itself in four files' '
    status 3 mm-select -q -j 2 --policy policy.yaml --ledger ledger --metrics metrics --trace trace --lineage lineage \
        -o out.ndjson "n < 3" in.ndjson 2>err
    [ $(wc -l <out.ndjson) = 2 ]
    [ $(wc -l <ledger) = 1 ] && [ $(wc -l <trace) = 1 ] && [ $(wc -l <lineage) = 2 ]
'
cat >ledger.py <<'P'
import json, re, sys, datetime, os
u = json.loads(open("ledger").read())
assert list(u) == ["tool", "version", "stage", "run", "trace", "policy", "start", "end", "wall_s", "cpu_s",
    "peak_rss_bytes", "workers", "status", "records", "bytes", "inputs", "outputs", "machine"], list(u)
assert u["tool"] == u["stage"] == "mm-select"
assert u["records"] == {"in": 4, "out": 2, "dropped": 1, "bad": 1}, u["records"]
assert u["bytes"] == {"in": os.path.getsize("in.ndjson"), "out": os.path.getsize("out.ndjson")}, u["bytes"]
assert u["status"] == 3 and u["workers"] == 2
assert u["inputs"] == ["in.ndjson"] and u["outputs"] == ["out.ndjson"]
assert u["trace"] == "0af7651916cd43dd8448eb211c80319c"
assert u["policy"] == "3f18986996fc3493afb5903bff28179a"
assert re.fullmatch("[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}", u["run"]), u["run"]
ns = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z")
assert ns.fullmatch(u["start"]) and ns.fullmatch(u["end"]) and u["start"] <= u["end"]
now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
assert u["end"][:19] <= now
assert 0 < u["wall_s"] and 0 < u["cpu_s"] and u["peak_rss_bytes"] > 1 << 19
assert u["machine"]["cores"] >= 1 and u["machine"]["model"]
P
ok 'the ledger line has the members of mm-ledger(5), and they are true' 'python3 ledger.py'

# The grammar of the text exposition format 0.0.4, line by line.
cat >metrics.py <<'P'
import re
label = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*"'
sample = re.compile(r'([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(%s(?:,%s)*),?\})? (\S+)$' % (label, label))
text = open("metrics").read()
assert text.endswith("\n")
typed, helped, seen, family, value = {}, set(), set(), None, {}
for line in text.split("\n")[:-1]:
    m = re.fullmatch(r"# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)", line)
    if m and m[1] == "HELP":
        assert m[2] not in helped, line
        helped.add(m[2])
    elif m:
        assert m[2] not in typed and m[3] in ("counter", "gauge"), line
        typed[m[2]] = m[3]
        family = m[2]
    else:
        m = sample.fullmatch(line)
        assert m and m[1] == family, line           # a family stands together
        assert (m[1], m[2]) not in seen, line       # no sample twice
        seen.add((m[1], m[2]))
        value[m[1], m[2]] = float(m[3])
        assert typed[m[1]] != "counter" or (m[1].endswith("_total") and float(m[3]) >= 0), line
assert helped == set(typed)
got = {o: value["mm_records_total", 'tool="mm-select",stage="mm-select",outcome="%s"' % o]
       for o in ("in", "out", "dropped", "bad")}
assert got == {"in": 4, "out": 2, "dropped": 1, "bad": 1}, got
assert value["mm_exit_status", 'tool="mm-select",stage="mm-select"'] == 3
P
ok 'the metrics parse by the rules of the format, and agree' 'python3 metrics.py'
ok 'promtool finds nothing to say' '
    ! command -v promtool || promtool check metrics <metrics
'

cat >trace.py <<'P'
import json, re
ledger, t = json.loads(open("ledger").read()), json.loads(open("trace").read())
assert list(t) == ["resourceSpans"] and len(t["resourceSpans"]) == 1
r = t["resourceSpans"][0]
def attributes(list):
    out = {}
    for a in list:
        (kind, v), = a["value"].items()
        assert kind in ("stringValue", "intValue") and type(v) is str, a
        assert a["key"] not in out
        out[a["key"]] = int(v) if kind == "intValue" else v
    return out
res = attributes(r["resource"]["attributes"])
assert res["service.name"] == "mm-select" and res["service.instance.id"] == ledger["run"]
(scope,) = r["scopeSpans"]
(s,) = scope["spans"]
assert s["traceId"] == "0af7651916cd43dd8448eb211c80319c" and s["parentSpanId"] == "b7ad6b7169203331"
assert s["spanId"] == ledger["run"][:16] and s["flags"] == 1 and s["kind"] == 1
assert int(s["startTimeUnixNano"]) < int(s["endTimeUnixNano"])
assert s["status"]["code"] == 2
a = attributes(s["attributes"])
assert [a["mm.records." + k] for k in ("in", "out", "dropped", "bad")] == [4, 2, 1, 1]
assert a["process.exit.code"] == 3
P
ok 'the span is joined to its caller, and is OTLP in JSON' 'python3 trace.py'

ok 'a second stage appends to ledger, trace and lineage, and replaces metrics' '
    unset TRACEPARENT
    mm-select -q --ledger ledger --metrics metrics --trace trace --lineage lineage "n < 9" <out.ndjson >/dev/null
    [ $(wc -l <ledger) = 2 ] && [ $(wc -l <trace) = 2 ] && [ $(wc -l <lineage) = 4 ]
    grep -q "^mm_exit_status{.*} 0$" metrics
    grep -q "^mm_records_total{.*outcome=\"in\"} 2$" metrics
'
ok 'many stages that end at once lose no line' '
    for i in 1 2 3 4 5 6 7 8 9 10 11 12; do mm-select -q --ledger many "n < 9" <out.ndjson >/dev/null & done
    wait
    [ $(wc -l <many) = 12 ]
    [ $(jq -r .run many | sort -u | wc -l) = 12 ]
'
ok 'files that can not be written are told, all of them, before anything is read' '
    status 4 mm-select -q --ledger nowhere/ledger "n < 9" out.ndjson >out 2>err
    same /dev/null out
    [ $(cat err | wc -l) = 1 ] && grep -q "^mm-select: nowhere/ledger: " err
    status 4 mm-select -q --ledger nowhere/l --metrics nowhere/m --trace nowhere/t --lineage nowhere/r "n < 9" out.ndjson >out 2>err
    same /dev/null out; sed "s/: No.*//" err >got; printf "mm-select: nowhere/%s\n" l m t r | same - got
'

needs 'python3 -W ignore -c "import jsonschema"' -- 'no jsonschema for python3'
needs '[ -d "$SHARED/schemas/openlineage" ]' -- 'no ../shared/schemas'
cat >lineage.py <<'P'
import glob, json, sys, warnings
warnings.simplefilter("ignore")
import jsonschema
home = sys.argv[1]
core = json.load(open(home + "/OpenLineage.json"))
facets = {s["$id"]: s for s in map(lambda f: json.load(open(f)), glob.glob(home + "/facets/*.json"))}
store = {core["$id"]: core, **facets}
def check(schema, thing):
    jsonschema.Draft202012Validator(schema, resolver=jsonschema.RefResolver(schema.get("$id", ""), schema, store),
        format_checker=jsonschema.FormatChecker()).validate(thing)
checked = 0
events = [json.loads(l) for l in open("lineage")]
for e in events:
    check({"$ref": core["$id"] + "#/$defs/RunEvent"}, e)
    every = [e["run"].get("facets", {}), e["job"].get("facets", {})]
    for d in e["inputs"] + e["outputs"]:
        every += [d.get(k, {}) for k in ("facets", "inputFacets", "outputFacets")]
    for name, f in [p for fs in every for p in fs.items()]:
        assert f["_schemaURL"].split("#")[0] in facets, f["_schemaURL"]
        check({"$ref": f["_schemaURL"]}, f)
        checked += 1
assert [e["eventType"] for e in events] == ["START", "COMPLETE"] * 2
assert events[0]["run"]["runId"] == events[1]["run"]["runId"] != events[2]["run"]["runId"]
ledger = [json.loads(l) for l in open("ledger")]
assert [u["run"] for u in ledger] == [e["run"]["runId"].replace("-", "") for e in events[1::2]]
i, o = events[1]["inputs"], events[1]["outputs"]
assert i[0]["name"].endswith("/in.ndjson") and i[0]["inputFacets"]["inputStatistics"]["rowCount"] == 4
assert o[0]["name"].endswith("/out.ndjson") and o[0]["outputFacets"]["outputStatistics"]["rowCount"] == 2
assert events[2]["inputs"] == events[2]["outputs"] == []
assert checked >= 8, checked
P
ok 'lineage events are valid by OpenLineage 2-0-2 and the schemas of their facets' '
    python3 lineage.py "$SHARED/schemas/openlineage"
'
finish
