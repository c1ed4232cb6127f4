#!/bin/sh
# A pipeline is described in YAML; what is wrong in it is told with its place, and a plan comes out of what is right.
. "${0%/*}/lib.sh"
mkdir in && seq 100000 >in/a.txt
cp "$T/../scripts/examples/demo.pipeline.yaml" .

refused() { status 2 mm-plan --cores 2 bad.yaml 2>err; echo "mm-plan: $1" >expected; same expected err; }
stages() { printf 'version: 1\nname: x\ndata:\n  in: {path: in}\n  out: {path: out}\nstages:\n%s\n' "$1" >bad.yaml; }

ok 'the example is planned, as a table and as JSON' '
    mm-plan --cores 2 demo.pipeline.yaml >out
    grep -q "^ingest+probe+redact+store .* local " out
    mm-plan --cores 2 --format json demo.pipeline.yaml >plan.json
    jq -e ".version == 1 and .pipeline == \"demo\" and (.jobs | length) == 1 and .jobs[0].reads == \"in\" and .jobs[0].writes == \"out/shards\"
        and ([.jobs[0].stages[].name] == [\"ingest\", \"probe\", \"redact\", \"store\"])" plan.json
    mm-plan --cores 2 --format json demo.pipeline.yaml | cmp - plan.json
'
ok 'unknown stages and data sets are told with the nearest name' '
    stages "  probe: {command: mm-probe, reads: inn}"
    refused "bad.yaml:7:37: there is no data set inn; did you mean in?"
    stages "  probe: {command: mm-probe, reads: in}
  store: {command: mm-store, after: prob}"
    refused "bad.yaml:8:37: there is no stage prob; did you mean probe?"
    stages "  probe: {command: mm-probe, reads: in, comutes: probe}"
    refused "bad.yaml:7:41: unknown key \"comutes\"; did you mean commutes?"
'
ok 'a cycle is told as the names around it' '
    stages "  a: {command: a, reads: in}
  b: {command: b, reads: in, after: d}
  c: {command: c, after: b, writes: out}
  d: {command: d, reads: out}"
    status 2 mm-plan bad.yaml 2>err; cat err
    grep -q "bad.yaml:8:6: stages go round in a circle: b after d after c after b\$" err
'
ok 'pipes that can not be' '
    stages "  a: {command: a, reads: in}
  b: {command: b}
  c: {command: c, after: a}"
    refused "bad.yaml:9:6: stages b and c both read the output of a; let it write a data set that both read"
    stages "  a: {command: a, reads: in, writes: out}
  b: {command: b}"
    refused "bad.yaml:8:6: stage b reads no data set, but the output of a goes to out; write \"reads: out\""
    stages "  a: {command: a, reads: in, writes: out}
  b: {command: b, reads: in, writes: out}"
    refused "bad.yaml:8:6: stages a and b both write out"
    sed "s/{path: out}/{}/" bad.yaml >bad2.yaml; stages "  a: {command: a, reads: out}"; sed -i "s/{path: out}/{}/" bad.yaml
    refused "bad.yaml:7:6: stage a reads out, which no stage writes and which has no path"
'
ok 'values that can not be' '
    stages "  a: {command: a, reads: in, memory: lots}"
    refused "bad.yaml:7:38: a size such as 40MB is expected"
    stages "  a: {command: a, reads: in}
objective: {deadline: soon}"
    refused "bad.yaml:8:23: a time such as 90s, 15m or 2h is expected"
    stages "  a: {command: a, reads: in}
objective: {confidence: 95}"
    refused "bad.yaml:8:25: confidence: a share of the cases from 0.5 to less than 1 is expected"
    stages "  a: {reads: in}"
    refused "bad.yaml:7:3: stage a has no command"
    stages "  A: {command: a, reads: in}"
    refused "bad.yaml:7:3: \"A\" is no name: a lower-case letter, then at most 62 of these, digits and dashes"
    stages "  a: {command: a, reads: in}
limits: {purchases: [rent]}"
    refused "bad.yaml:8:21: '"'rent'"' is none of on-demand, spot, reserved, committed"
'
ok 'data of unknown size is told' '
    stages "  a: {command: a, reads: in}"; sed -i "s/{path: in}/{path: nowhere}/" bad.yaml
    refused "bad.yaml:4:7: the size of in is not known: declare its bytes, or let its path name files that are there"
'
finish
