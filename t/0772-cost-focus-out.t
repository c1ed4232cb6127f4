#!/bin/sh
# What the tools themselves cost becomes rows of FOCUS that hold against its rules and add up to the same.
. "${0%/*}/lib.sh"

book=$T/../scripts/examples/prices.yaml
line() { printf '{"tool":"%s","stage":"%s","run":"%032d","start":"%s","end":"%s","wall_s":%s,"cpu_s":%s,"peak_rss_bytes":%s,"machine":{"cores":4,"model":"Some, \\"odd\\" Processor"}}\n' "$@"; }
{ line mm-probe probe 1 2026-11-24T08:00:00.5Z 2026-11-24T08:00:11.25Z 10.750000000 7200.000000001 1073741824
  line mm-redact redact 2 2026-11-30T23:59:59.9Z 2026-12-01T00:00:00.1Z 0.2 1.25 1
  echo '{"tool":"x","start":"2026-12-01T00:00:00Z","wall_s":2.5,"cpu_s":3,"peak_rss_bytes":5}'
} >ledger.ndjson

ok 'rows that FOCUS allows' '
mm-cost --book "$book" --region us-east-1 --purchase on-demand --focus-out own.csv --by tool ledger.ndjson >out
status 0 mm-cost validate own.csv >found; echo "own.csv: 3 rows keep the rules of FOCUS" >expected; same expected found'

ok 'that say what ran, where, and when' '
python3 - <<END
import csv
r = list(csv.DictReader(open("own.csv")))
a, b, c = r
assert a["ChargePeriodStart"] == "2026-11-24T08:00:00Z" and a["ChargePeriodEnd"] == "2026-11-24T08:00:12Z", a
assert b["ChargePeriodStart"] == "2026-11-30T23:59:59Z" and b["ChargePeriodEnd"] == "2026-12-01T00:00:01Z", b
assert b["BillingPeriodStart"] == "2026-11-01T00:00:00Z" and b["BillingPeriodEnd"] == "2026-12-01T00:00:00Z"
assert c["ChargePeriodEnd"] == "2026-12-01T00:00:04Z" and c["ResourceId"] == "" and c["Tags"] == "{\"tool\":\"x\"}", c
assert a["ConsumedQuantity"] == "7200.000000001" and a["ConsumedUnit"] == "Seconds" and a["RegionId"] == "us-east-1"
assert a["ResourceType"] == "Some, \"odd\" Processor" and a["ResourceName"] == "probe" and a["ResourceId"] == "0" * 31 + "1"
assert a["PricingCategory"] == "Standard" and a["ServiceName"] == a["ProviderName"] == "mmtools"
END'

ok 'and add up to what the ledger cost, by every name' '
for by in tool stage day month tool,month; do
    mm-cost --book "$book" --region us-east-1 --by $by --format json ledger.ndjson >expected
    mm-cost --by $by --format json own.csv >out; same expected out
done
mm-cost --cost list,contracted --format json --book "$book" ledger.ndjson >expected; mm-cost --cost list,contracted --format json own.csv >out; same expected out'

ok 'beside a bill, in one sum' '
printf "BilledCost,EffectiveCost,BillingCurrency,ServiceName\n1,1,USD,Storage\n" >bill.csv
mm-cost --by ServiceName --cost billed --format csv bill.csv own.csv >out; cat out
grep -q "^Storage,1.00,USD,1" out && grep -q "^mmtools,.*,USD,3" out'

ok 'lines that are not counted are not written, and a run that fails leaves no file' '
{ cat ledger.ndjson; echo "{}"; } >bad.ndjson
status 3 mm-cost --book "$book" --focus-out two.csv --by tool bad.ndjson >out 2>err
mm-cost --book "$book" --focus-out three.csv ledger.ndjson >out; same three.csv two.csv
status 3 mm-cost --book "$book" --focus-out none.csv ledger.ndjson nowhere.csv >out 2>err
[ ! -e none.csv ]'

ok 'spot and committed machines are said' '
mm-cost --book "$book" --purchase spot --focus-out s.csv ledger.ndjson >out 2>err || :
printf "version: 1\ncurrency: EUR\nmachines: [{cpu_hour: 0.1, purchase: spot}]\n" >spot.yaml
mm-cost --book spot.yaml --purchase spot --focus-out s.csv ledger.ndjson >out
[ $(grep -c ",Dynamic," s.csv) = 3 ] && [ $(grep -c ",EUR," s.csv) = 3 ]'

finish
