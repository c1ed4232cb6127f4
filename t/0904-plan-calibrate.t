#!/bin/sh
# Stages of which nothing is known are measured on samples, within a time limit, and nothing is left behind.
. "${0%/*}/lib.sh"
needs 'command -v jq && command -v bash' -- 'no jq or bash'
mkdir in temp && awk 'BEGIN { for (i = 0; i < 60000; i++) print "{\"n\":" i ",\"text\":\"some words to be read\"}" }' >in/rows.ndjson
for i in 1 2 3 4 5 6 7 8; do head -c 300000 in/rows.ndjson >in/$i.ndjson; done
cat >p.yaml <<'END'
version: 1
name: small
data: {rows: {path: in}, shards: {path: out}}
stages:
  ingest: {command: "mm-ingest {in}", reads: rows}
  halve: {command: "awk 'NR % 2'"}
  store: {command: "mm-store {out}", writes: shards}
END
TMPDIR=$PWD/temp; export TMPDIR

ok 'each stage is measured, learnt, and written to the ledger' '
    mm-plan calibrate --cores 1 --limit 20s --state s.json --ledger l.ndjson p.yaml >out 2>err; cat out err
    for s in ingest halve store; do grep -q "^$s  *[0-9]" out; done
    jq -es "map(select(.stage == \"halve\")) | length >= 2 and all(.records.out == ((.records.in + 1) / 2 | floor))" l.ndjson
    jq -es "map(select(.stage == \"ingest\")) | (map(.bytes.in) | . == sort) and all(.shares.row == 1)" l.ndjson
'
ok 'it writes nothing where the pipeline does, and leaves nothing behind' '
    [ ! -e out ] || [ -f out ]; [ -z "$(ls temp)" ]; [ ! -e work ]
'
ok 'what was measured is planned with' '
    mm-plan explain --cores 1 --state s.json p.yaml >told; ! grep "nothing was learnt" told || exit 1
    mm-plan --cores 1 --state s.json --format json p.yaml | jq -e ".jobs[0].stages[2].records < 0.6 * .jobs[0].stages[1].records"
'
ok 'the ledger teaches another state the same stages' '
    mm-plan learn --state again.json l.ndjson >out2 2>err2 || [ $? = 3 ]
    for s in ingest halve store; do grep -q "^$s  *[0-9]" out2; done
'
ok 'time that is too short, commands that fail, nothing to measure on' '
    sed "s/awk .NR % 2./sleep 20/" p.yaml >slow.yaml; status 0 mm-plan calibrate --cores 1 --limit 1s --state slow.json slow.yaml >out
    grep -q "^ingest" out; ! grep "^halve" out || exit 1; [ -z "$(ls temp)" ]
    sed "s/mm-ingest {in}/sleep 20/" p.yaml >slower.yaml; status 2 mm-plan calibrate --cores 1 --limit 1s --state no.json slower.yaml 2>err
    grep -q "no stage was done with .* in the time allowed; raise --limit" err; [ ! -e no.json ]
    sed "s/awk .NR % 2./false/" p.yaml >bad.yaml; status 3 mm-plan calibrate --cores 1 --state no.json bad.yaml 2>err
    grep -q "stage halve failed on a sample (status 1): false" err; [ -z "$(ls temp)" ]
    mkdir empty; sed "s/path: in/path: empty, bytes: 3/" p.yaml >none.yaml; status 2 mm-plan calibrate --state no.json none.yaml 2>err
    grep -q "there is nothing to measure on" err
'
finish
