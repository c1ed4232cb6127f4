#!/bin/sh
# A stream is planned from the history of what came in: workers over the day behind it, partitions, a machine.
. "${0%/*}/lib.sh"
needs 'command -v jq' -- 'no jq'
awk 'BEGIN { print "timestamp,value"; for (i = 0; i < 4032; i++) printf "2026-01-%02dT%02d:%02d:00Z,%d\n", int(i / 288) + 1, int(i % 288 / 12), i % 12 * 5,
    6e7 * (1 + 0.8 * sin(i * 6.2832 / 288)) + 3e6 * sin(i * 7) }' >load.csv
cat >prices.yaml <<'END'
version: 1
currency: USD
types:
  - {type: small, region: here, cores: 2, memory_gib: 8, hour: {on-demand: 0.10, spot: 0.03}, interruptions: 0.05, start_s: 60}
  - {type: large, region: here, cores: 16, memory_gib: 64, hour: {on-demand: 0.90}, start_s: 60}
END
cat >p.yaml <<'END'
version: 1
name: clicks
prices: prices.yaml
stages:
  probe: {command: mm-probe}
  redact: {command: mm-redact}
objective: {latency: 30s}
arrivals: {file: load.csv, column: value}
END

ok 'workers follow the day, and cost less than the peak all day' '
    mm-plan --format json p.yaml >plan.json
    jq -e ".goal == \"latency\" and .step_s == 900 and (.steps | length) == 96 and .partitions >= ([.steps[].workers] | max)" plan.json
    jq -e "[.steps[].workers] | max > 3 * min" plan.json
    jq -e "(.cost | tonumber) as \$c | ([.steps[].workers] | max * 24 * 0.1) > 1.2 * \$c and ([.steps[].workers] | add / 4 * 0.1 - \$c | fabs) < 0.001" plan.json
    jq -e ".jobs | length == 1 and .[0].machine == \"small\" and .[0].purchase == \"on-demand\"" plan.json
'
ok 'it is told, explained, and goes to KEDA' '
    mm-plan p.yaml >out; grep -q "^ *from  workers" out; grep -q "^partitions: " out
    mm-plan explain p.yaml >told; grep -q "^machine: small in here, on-demand: a worker does" told; grep -A1 "^workers: " told | grep -q "next best: .* all day, .* USD more"
    mm-plan -t keda p.yaml | grep -q "kind: ScaledObject"
'
ok 'a stream without its history, and one that the limits are too tight for' '
    sed "/^arrivals/d" p.yaml >none.yaml; status 2 mm-plan none.yaml 2>err; grep -q "goal latency is one of streams: arrivals, the history of what came in, is missing" err
    { cat p.yaml; echo "limits: {workers: 2}"; } >tight.yaml; status 2 mm-plan tight.yaml 2>err; cat err; grep -q "at most 2 workers are allowed, and .* are needed" err
'
finish
