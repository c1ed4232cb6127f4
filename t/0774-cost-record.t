#!/bin/sh
# What each record cost is written into it, and adds up to what the stages cost, to the last digit.
. "${0%/*}/lib.sh"

line() { printf '{"tool":"%s","stage":"%s","start":"2026-11-24T08:00:00Z","wall_s":1,"cpu_s":%s,"peak_rss_bytes":0,"records":{"in":9,"out":%s,"dropped":0,"bad":0},"machine":{"model":"x"}}\n' "$@"; }
printf 'version: 1\ncurrency: EUR\nmachines: [{cpu_hour: 0.36}]\n' >book.yaml
{ line mm-ingest in 1 7; line mm-probe look 10 7; } >ledger.ndjson
for i in 1 2 3 4 5 6 7; do printf '{"n":%d,"mm":{"id":"r%d","size":%d}}\n' $i $i $i; done >records.ndjson
add() { jq -r .mm.cost.amount "$@" | python3 -c 'import sys, decimal; print(sum(map(decimal.Decimal, sys.stdin.read().split())))'; }

ok 'equal parts of each stage, the leftover digits to the first records' '
mm-cost record --from ledger.ndjson --book book.yaml records.ndjson >out
python3 - <<END
import json
from decimal import Decimal, getcontext
getcontext().prec = 50
want = [0] * 7
for cost in (10**14, 10**15):
    for i in range(7):
        want[i] += cost // 7 + (i < cost % 7)
got = [json.loads(l)["mm"]["cost"] for l in open("out")]
assert [int(Decimal(c["amount"]) * 10**18) for c in got] == want, got
assert all(c["currency"] == "EUR" and c["basis"] == "in,look" for c in got)
END
[ $(add out) = 0.001100000000000000 ]
jq -c "del(.mm.cost)" out >left; same records.ndjson left'

ok 'in a pipe, as mmr and back, for any number of workers' '
mm-cost record --from ledger.ndjson --book book.yaml <records.ndjson | mm-select -b true | mm-cost record -F ndjson --from ledger.ndjson --book book.yaml >twice; same out twice
for j in 1 3; do mm-cost record -j$j --from ledger.ndjson --book book.yaml records.ndjson >got; same out got; done'

ok 'a stage that was run twice; records that did not come are told' '
{ line mm-ingest in 1 7; line mm-probe look 5 3; line mm-probe look 5 4; } >parts.ndjson
mm-cost record --from parts.ndjson --book book.yaml records.ndjson >got; same out got
head -n 2 records.ndjson | mm-cost record --from ledger.ndjson --book book.yaml >few 2>err
head -n 2 out >expected; same expected few
printf "mm-cost: %s of 0.0011 EUR fell to 2 records; the rest to records that did not come here\n" $(add few) >expected; same expected err'

ok 'what a stage cost that gave out nothing falls to no record' '
{ cat ledger.ndjson; line mm-redact failed 100 0; } >failed.ndjson
mm-cost record --from failed.ndjson --book book.yaml records.ndjson >got 2>err; same out got
echo "mm-cost: 0.0011 of 0.0111 EUR fell to 7 records; the rest to records that did not come here" >expected; same expected err'

ok 'more records than a stage gave out are refused, or all is shared among as many as are named' '
{ cat records.ndjson; cat records.ndjson; } >many.ndjson
status 3 mm-cost record --from ledger.ndjson --book book.yaml --dead-letter dead.ndjson many.ndjson >got 2>err; same out got
[ $(wc -l <dead.ndjson) = 7 ]
grep -q "stage in gave out 7 records by its ledger, and this is one more" err
mm-cost record --from ledger.ndjson --book book.yaml --among 14 many.ndjson >got; [ $(add got) = 0.001100000000000000 ]'

ok 'a ledger that can not be priced or shared out changes no record' '
status 2 mm-cost record --from ledger.ndjson records.ndjson 2>err; grep -qx "mm-cost: record takes --from LEDGER and --book BOOK" err
echo "{\"tool\":\"x\"}" >>parts.ndjson; status 3 mm-cost record --from parts.ndjson --book book.yaml records.ndjson >got 2>err
same /dev/null got; grep -q "can not be priced" err
line a b 1 7 | sed s/out/done/ >odd.ndjson; status 3 mm-cost record --from odd.ndjson --book book.yaml records.ndjson 2>err
grep -qx "mm-cost: odd.ndjson: a line without records.out, stage or tool: its cost can not be shared out" err'

ok 'a real pipeline: what the records cost is what its stages cost' '
awk "BEGIN { for (i = 0; i < 2000; i++) printf \"{\\\"n\\\":%d,\\\"text\\\":\\\"some words\\\"}\n\", i }" >rows.ndjson
book=$T/../scripts/examples/prices.yaml
mm-ingest -q --ledger real.ndjson rows.ndjson | mm-probe -q --ledger real.ndjson >probed.ndjson
mm-cost record --from real.ndjson --book "$book" probed.ndjson >priced.ndjson 2>err; same /dev/null err
mm-cost --book "$book" --cost billed --format json real.ndjson | jq -r .total.BilledCost >want
python3 -c "import sys, decimal; print(decimal.Decimal(open(\"want\").read()) == decimal.Decimal(sys.argv[1]))" $(add priced.ndjson) >same; [ "$(cat same)" = True ]'

ok 'its own help, with the options of a filter' '
mm-cost record --help >help; grep -q -- "--dead-letter" help; grep -q -- "--from" help; head -1 help | grep -q "^usage: mm-cost record"'

finish
