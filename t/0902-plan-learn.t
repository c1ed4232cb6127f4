#!/bin/sh
# What stages take is learnt from ledgers; each line is predicted before it is learnt, and that error is told.
. "${0%/*}/lib.sh"
needs 'command -v jq' -- 'no jq'

# stage, seconds since midnight, wall, cpu, records, bytes, status
line() { printf '{"stage":"%s","start":"2026-11-24T08:%02d:%02d.000000000Z","end":"2026-11-24T08:%02d:%02d.%s000000000Z","wall_s":%s,"cpu_s":%s,"peak_rss_bytes":20000000,"workers":1,"status":%s,"records":{"in":%s,"out":%s,"dropped":0,"bad":0},"bytes":{"in":%s,"out":%s},"machine":{"cores":2,"model":"m"}}\n' \
    "$1" $(($2 / 60)) $(($2 % 60)) $((($2 + ${3%.*}) / 60)) $((($2 + ${3%.*}) % 60)) "${3#*.}" "$3" "$4" "$7" "$5" $(($5 / 2)) "$6" "$6"; }

ok 'lines that can not be learnt from are told and left out' '
    { line good 0 2.0 1.5 1000 100000 0; echo "{"; echo "{\"tool\":\"x\"}"; line idle 10 1.0 0.1 0 0 0; line failed 20 1.0 0.1 10 10 4
      line jumped 30 1.0 0.1 10 10 0 | sed "s/08:00:31.0/09:00:31.0/"; line back 40 1.0 0.1 10 10 0 | sed "s/08:00:41.0/07:00:41.0/"
      line negative 45 1.0 0.1 10 -10 0; line good 50 4.0 3.0 2000 200000 3; } >odd.ndjson
    status 3 mm-plan learn --state odd.json odd.ndjson >out 2>err
    cat >expected <<END
mm-plan: odd.ndjson:2: no JSON object; the line is left out
mm-plan: odd.ndjson:3: not a line of a ledger: stage, start, end, wall_s, cpu_s, records and bytes are expected; the line is left out
mm-plan: odd.ndjson:4: there was no work; the line is left out
mm-plan: odd.ndjson:5: the run did not end well; the line is left out
mm-plan: odd.ndjson:6: start and end are not wall_s apart: the clock was set meanwhile; the line is left out
mm-plan: odd.ndjson:7: it ends before it starts: the clock was set meanwhile; the line is left out
mm-plan: odd.ndjson:8: a number that no run has; the line is left out
END
    same expected err
    grep -q "^good  *2 " out; ! grep -q "idle\|failed\|jumped\|back\|negative" out || exit 1
'
ok 'learnt at once or line by line, the state is the same, and it is small' '
    for i in 1 2 3 4 5 6 7 8 9; do line a $((i * 20)) $i.0 $i.0 $((i * 1000)) $((i * 100000)) 0; done >l.ndjson
    mm-plan learn --state whole.json l.ndjson >out
    split -l 1 l.ndjson part.; for f in part.*; do mm-plan learn --state pieces.json $f >out2; done
    same whole.json pieces.json; same out out2
    [ $(wc -c <whole.json) -lt 10000 ]
'
ok 'a stage that changes widens its margin, and is learnt anew' '
    for i in 1 2 3 4 5 6 7 8 9 8 7 6 5 4 3 2; do line a $((i * 20)) $i.0 $i.0 $((i * 1000)) $((i * 100000)) 0; done >before.ndjson
    sed "s/\"cpu_s\":\([0-9]\)\.0/\"cpu_s\":\1\1.0/" before.ndjson >after.ndjson   # eleven times as slow
    mm-plan learn --state drift.json --format json before.ndjson | jq -e ".stages[0].cpu_s | .drifts == 0 and .margin == 1 and .median_error < 0.05"
    head -n 4 after.ndjson >few.ndjson
    mm-plan learn --state drift.json --format json few.ndjson | jq -e ".stages[0].cpu_s | .drifts >= 1 and .margin > 1"
    for n in 1 2 3; do mm-plan learn --state drift.json --format json after.ndjson >out; done; cat out
    jq -e ".stages[0].cpu_s | .margin < 1.3 and .median_error < 0.05" out
'
ok 'a state that is none is refused with its place' '
    echo "{}" >no.json; status 2 mm-plan learn --state no.json l.ndjson 2>err
    grep -q "^mm-plan: no.json:1:1: this is no state of mm-plan" err; [ "$(cat no.json)" = "{}" ]
    sed "s/models\": 1/models\": 9/" whole.json >new.json; status 2 mm-plan learn --state new.json l.ndjson 2>err
    grep -q "version 9 of the state is not known; learn it anew" err
    status 2 mm-plan learn l.ndjson 2>err
'
make_rows() { awk -v seed=$1 -v n=$2 'BEGIN { srand(seed); for (i = 0; i < n; i++) printf "{\"ticket\":%d,\"message\":\"%s Call +1 415 555 %04d or write to user%d@example.com, please. %s\",\"priority\":%d}\n",
    i, substr("My card was charged twice and nobody answers the phone in the shop.", 1, 20 + int(rand() * 40)), int(rand() * 10000), i,
    (i % 3 ? "" : "The parcel never came; tracking says delivered to somebody else."), i % 3 + 1 }'; }
ok 'real runs of our tools: half of the predictions are within 10%' '
    i=0
    for n in 12000 40000 20000 60000 16000 30000 50000 12000 33000 15000 70000 10000 48000 20000 55000 14000 65000 28000 17000 45000 36000 13000 52000 18000 44000; do
        i=$((i + 1)); make_rows $i $n >rows
        mm-ingest -q -j1 --ledger real.ndjson rows >a; mm-probe -q -j1 --ledger real.ndjson a >b
        mm-redact -q -j1 --ledger real.ndjson b >c; mm-select -q -j1 --ledger real.ndjson "priority == 1" c >d
    done
    rm -f rows a b c d
    mm-plan learn --state real.json real.ndjson; mm-plan learn --state real2.json --format json real.ndjson >out
    jq -e ".stages | length == 4 and all(.lines == 25)" out
    jq -e "[.stages[].cpu_s.median_error] | sort | (.[1] + .[2]) / 2 < 0.1" out
'
finish
