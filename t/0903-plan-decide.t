#!/bin/sh
# Decisions: order of filters, pipes whole or cut, machines and shards under deadline and budget; each with its reason.
. "${0%/*}/lib.sh"
needs 'command -v jq' -- 'no jq'

cat >prices.yaml <<'END'
version: 1
currency: USD
types:
  - {type: small, region: here, cores: 2, memory_gib: 8, hour: {on-demand: 0.10, spot: 0.03}, interruptions: 0.05, start_s: 60}
  - {type: large, region: here, cores: 16, memory_gib: 64, hour: {on-demand: 0.90, spot: 0.30}, interruptions: 0.05, start_s: 60}
  - {type: far, region: there, cores: 16, memory_gib: 64, hour: {on-demand: 0.50}, start_s: 60}
END
# Stages of which a ledger tells: parse takes 10 s and dedup and count 2 s for 100 MB; cheap 1 s, and lets a tenth through.
line() { awk -v stage="$1" -v s="$2" -v keeps="$3" 'BEGIN { for (i = 1; i <= 12; i++) { b = i * 2e7; n = b / 1000; w = s * b / 1e8 + 0.05
    printf "{\"stage\":\"%s\",\"start\":\"2026-01-%02dT00:00:00Z\",\"end\":\"2026-01-%02dT00:00:%09.6fZ\",\"wall_s\":%.6f,\"cpu_s\":%.6f,\"peak_rss_bytes\":50000000,\"workers\":1,\"status\":0,\"records\":{\"in\":%d,\"out\":%d},\"bytes\":{\"in\":%d,\"out\":%d},\"machine\":{\"cores\":1,\"model\":\"m\"}}\n", stage, i, i, w, w, w, n, n * keeps, b, b * keeps } }'; }
{ line parse 10 1; line dedup 2 1; line count 2 1; line cheap 1 0.1; } >l.ndjson
mm-plan learn --state s.json l.ndjson >/dev/null
pipeline() { printf 'version: 1\nname: p\nprices: prices.yaml\ndata: {in: {path: /nowhere, bytes: 200GB, records: 200000000}, out: {path: out}}\nstages:\n%s\n' "$1"; }
plan() { mm-plan --state s.json --format json "$@"; }
chain='  parse: {command: parse, reads: in, resumable: true}
  cheap: {command: cheap, resumable: true, commutes: parse}
  count: {command: count, writes: out, resumable: true}'

ok 'cheap filters go first where stages commute, and only there' '
    pipeline "$chain" >p.yaml; plan p.yaml >out
    jq -e "[.jobs[0].stages[].name] == [\"cheap\", \"parse\", \"count\"]" out
    mm-plan explain --state s.json p.yaml >told
    grep -q "^order: cheap, parse, count: .* where the order described (parse, cheap, count) would take" told
    grep -A1 "^order" told | grep -q "next best: parse, cheap, count"
    pipeline "$(echo "$chain" | sed "s/, commutes: parse//")" >q.yaml
    plan q.yaml | jq -e "[.jobs[0].stages[].name] == [\"parse\", \"cheap\", \"count\"]"
'
ok 'a tighter deadline costs more, and one that can not be held is told by how much' '
    for d in 2h 15m 2m; do { cat p.yaml; echo "objective: {deadline: $d}"; } >d.yaml; plan d.yaml | jq -r "[(.cost | tonumber), .p_on_time, .time_s.mean] | @tsv"; done >costs
    cat costs; sort -nu costs | cmp - costs
    awk "{ if (\$2 < 0.95) exit 1 }" costs
    { cat p.yaml; echo "objective: {deadline: 1m}"; } >d.yaml; status 2 plan d.yaml 2>err; cat err
    grep -q "^mm-plan: d.yaml:9:12: the deadline of 60.0 s can not be held in 95 of 100 cases: the fastest plan takes .* too long; most of it is cheap+parse+count" err
'
ok 'the fastest under a budget is within it, and more money is faster' '
    for b in 0.2 1; do { cat p.yaml; echo "objective: {goal: fastest, budget: $b}"; } >b.yaml; plan b.yaml >b$b.json
        jq -e "(.cost_high | tonumber) <= $b" b$b.json; done
    [ "$(jq -s ".[0].time_s.mean > .[1].time_s.mean" b0.2.json b1.json)" = true ]
    { cat p.yaml; echo "objective: {goal: fastest, budget: 0.01}"; } >b.yaml; status 2 plan b.yaml 2>err; cat err
    grep -q "b.yaml:9:12: the budget of 0.01 can not be held in 95 of 100 cases: the cheapest plan costs .* too much" err
'
ok 'what may not be killed is not put on machines that are taken back; tasks on these are no longer than their interval' '
    plan p.yaml | jq -e ".jobs[0].purchase == \"spot\" and .jobs[0].checkpoint_s > 0 and .jobs[0].time_s.mean / (.jobs[0].shards / .jobs[0].parallel) < 1.1 * .jobs[0].checkpoint_s"
    sed "s/, resumable: true//" p.yaml >k.yaml; plan k.yaml | jq -e ".jobs[0].purchase == \"on-demand\" and .jobs[0].checkpoint_s == 0"
    { cat k.yaml; echo "limits: {purchases: [spot]}"; } >s.yaml; status 2 plan s.yaml 2>err
    grep -q "limits: only spot machines may be had, which may be taken back, but cheap+parse+count is not resumable" err
'
ok 'data stays where its tier has to' '
    sed "s/records: 200000000/&, tier: restricted/" k.yaml >t.yaml; echo "limits: {residency: {restricted: [there]}}" >>t.yaml
    plan t.yaml | jq -e ".jobs[0] | .machine == \"far\" and .region == \"there\""
    sed "s/\[there\]/[moon]/" t.yaml >m.yaml; status 2 plan m.yaml 2>err
    grep -q "residency: data of tier restricted may not be handled in any region where a machine may be had" err
    { cat p.yaml; echo "limits: {machines: [huge*]}"; } >h.yaml; status 2 plan h.yaml 2>err; grep -q "limits: the price book has no machine huge\*" err
    { cat p.yaml; echo "limits: {regions: [moon]}"; } >h.yaml; status 2 plan h.yaml 2>err; grep -q "no such machine in region moon" err
'
ok 'a stage that sees all records is not split; others are cut off where that pays' '
    printf "version: 1\nname: p\nprices: prices.yaml\ndata: {in: {path: /nowhere, bytes: 200GB, records: 200000000}, out: {path: out}}\nstages:\n  parse: {command: parse, reads: in, resumable: true}\n  dedup: {command: dedup, writes: out, stateful: true, resumable: true}\nobjective: {goal: fastest}\n" >c.yaml
    plan c.yaml >out; jq -e "(.jobs | length) == 2 and .jobs[0].shards > 1 and .jobs[1].shards == 1 and .jobs[1].after == [0] and .jobs[0].writes == .jobs[1].reads" out
    mm-plan explain --state s.json c.yaml | grep -A1 "^pipes: cut where stages that see all records" | grep -q "next best: whole, for .* longer"
'
ok 'a stale price book is told, and may be used for its day' '
    sed "s/start_s: 60/&, until: 2026-02-01/" prices.yaml >old.yaml
    status 2 plan --prices old.yaml --at 2026-03-01 p.yaml 2>err; cat err
    grep -q "the price book is stale: it has no machine for 2026-03-01: the last price ended 2026-02-01; bring it up to date, or plan as of another day with --at" err
    plan --prices old.yaml --at 2026-01-15 p.yaml | jq -e ".cost | tonumber > 0"
    printf "version: 1\ncurrency: USD\nmachines: [{cpu_hour: 1}]\n" >none.yaml; status 2 plan --prices none.yaml p.yaml 2>err
    grep -q "no types of machines to plan with" err
'
ok 'the same plan each time' 'plan p.yaml >a; plan p.yaml >b; same a b'
finish
