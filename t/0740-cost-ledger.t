#!/bin/sh
# What stages used is priced by a book, to the last digit; books that can not be are refused with their place.
. "${0%/*}/lib.sh"

book=$T/../scripts/examples/prices.yaml
q="'"
line() { printf '{"tool":"%s","stage":"%s","start":"%sT08:00:00.5Z","wall_s":%s,"cpu_s":%s,"peak_rss_bytes":%s,"machine":{"cores":4,"model":"Some Processor"}}\n' "$@"; }
{ line mm-probe probe 2026-11-24 10.000000000 7200.000000001 1073741824; line mm-probe probe 2026-11-25 3600 0 536870912
  line mm-redact redact 2026-11-25 0.5 1.25 1; } >ledger.ndjson

ok 'the starter book is as it should be' '
mm-cost price --check "$book" >out; sed "s|.*/||" out >got; echo "prices.yaml: 15 prices and 6 types of machines in USD" >expected; same expected got'

ok 'processor time and memory at what an hour of them costs' '
cat >exact.py <<END
from decimal import Decimal, getcontext, ROUND_HALF_EVEN
getcontext().prec = 60
unit = Decimal(1).scaleb(-18)
r = lambda v: v.quantize(unit, ROUND_HALF_EVEN)
def cost(wall, cpu, memory):
    wall, cpu, memory, c, g = map(Decimal, (wall, cpu, memory, "0.04048", "0.004445"))
    return r(r(cpu * c) / 3600) + r(r(r(r(memory / 2**30) * wall) * g) / 3600)
a, b, c = cost("10", "7200.000000001", "1073741824"), cost("3600", "0", "536870912"), cost("0.5", "1.25", "1")
print(a + b, c, a + b + c)
END
python3 exact.py >sums; read -r probe redact total <sums
cat >expected <<END
{"currency":"USD","groups":[
{"stage":"probe","BilledCost":"$probe","rows":2},
{"stage":"redact","BilledCost":"$redact","rows":1}],
"total":{"BilledCost":"$total","rows":3},"refused_rows":0}
END
mm-cost --book "$book" --by stage --cost billed --format json ledger.ndjson >out; same expected out'

ok 'by day and machine, in another region' '
mm-cost --book "$book" --region us-central1 --by day,machine.model --cost billed --format csv ledger.ndjson | cut -d, -f1,2,4,5 >out
printf "day,machine.model,BillingCurrency,rows\n2026-11-24,Some Processor,USD,1\n2026-11-25,Some Processor,USD,2\n" >expected; same expected out'

ok 'a real pipeline: the stages add up to the whole' '
awk "BEGIN { for (i = 0; i < 20000; i++) printf \"{\\\"n\\\":%d,\\\"text\\\":\\\"some words\\\"}\n\", i }" >rows.ndjson
mm-ingest -q --ledger real.ndjson rows.ndjson | mm-select -q --ledger real.ndjson "n < 10000" | mm-store -q --ledger real.ndjson shards/
mm-cost --book "$book" --by tool --cost billed --format json real.ndjson >out; cat out
python3 - <<END
import json
from decimal import Decimal
d = json.load(open("out"))
assert [g["tool"] for g in sorted(d["groups"], key=lambda g: g["tool"])] == ["mm-ingest", "mm-select", "mm-store"]
assert sum(Decimal(g["BilledCost"]) for g in d["groups"]) == Decimal(d["total"]["BilledCost"]) > 0
END'

ok 'prices hold from a day to a day' '
cat >dated.yaml <<END
version: 1
currency: EUR
machines:
  - {machine: "Some*", cpu_hour: 1, until: 2026-11-25}
  - {machine: "Some*", cpu_hour: 2, from: 2026-11-25}
END
line t s 2026-11-24 1 3600 0 >two.ndjson; line t s 2026-11-25 1 3600 0 >>two.ndjson
mm-cost --book dated.yaml --by day --cost billed --format csv two.ndjson >out
printf "day,BilledCost,BillingCurrency,rows\n2026-11-25,2.00,EUR,1\n2026-11-24,1.00,EUR,1\n" >expected; same expected out'

ok 'books that are refused, each with its place' '
book() { printf "version: 1\ncurrency: USD\nmachines:\n%s\n" "$1" >bad.yaml; status 2 mm-cost price --check bad.yaml 2>err; cat err >&2; }
book "  - {cpu_hour: 1, from: 2026-01-01}
  - {cpu_hour: 2, until: 2026-02-01}"
grep -qx "mm-cost: bad.yaml:5:5: holds on some of the same days as the price of line 4" err
book "  - {cpu_hour: 1x}"; grep -qx "mm-cost: bad.yaml:4:16: ${q}1x${q} is no number" err
book "  - {cpu_hour: 1, from: 2026-13-01}"; grep -q "bad.yaml:4:25: ${q}2026-13-01${q} is no day such as 2026-01-31" err
book "  - {cpu_hours: 1}"; grep -q "bad.yaml:4:6: .*cpu_hour" err
book "  - {cpu_hour: 1, purchase: rent}"; grep -q "is none of on-demand, spot, reserved, committed" err
book "  - {gib_hour: 1}"; grep -q "cpu_hour is missing" err'

ok 'ledgers that can not be priced' '
status 2 mm-cost --by tool ledger.ndjson 2>err
echo "mm-cost: ledger.ndjson: a ledger is priced by a price book; name one with --book" >expected; same expected err
{ echo "{\"tool\":\"x\"}"; echo "{"; line t s 2020-01-01 1 1 1; } >odd.ndjson
sed "s/from: 2026-11-25/from: 2026-11-26/" dated.yaml >gap.yaml; line t s 2026-11-25 1 1 1 >>odd.ndjson
status 3 mm-cost --book gap.yaml --cost billed --format csv odd.ndjson >out 2>err
cat >expected <<END
mm-cost: odd.ndjson:1: no start; the line is not counted
mm-cost: odd.ndjson:2: no JSON object; the line is not counted
mm-cost: odd.ndjson:4: the price book has no price for that machine, region, purchase and day; the line is not counted
END
same expected err; [ "$(tail -1 out | cut -d, -f2,3)" = EUR,1 ]'

finish
