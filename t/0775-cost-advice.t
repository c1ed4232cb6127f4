#!/bin/sh
# Advice on what would cost less: what it saves, what may go wrong, and what does it.
. "${0%/*}/lib.sh"

cat >book.yaml <<END
version: 1
currency: USD
machines: [{cpu_hour: 0.05, gib_hour: 0.005}]
types:
  - {type: large, region: any, cores: 16, memory_gib: 64, hour: {on-demand: 0.8, spot: 0.32, committed: 0.48}, interruptions: 0.1}
  - {type: small, region: any, cores: 4, memory_gib: 16, hour: {on-demand: 0.2, spot: 0.08}, interruptions: 0.1}
END
# tool stage start wall cpu memory workers in out dropped
line() { printf '{"tool":"%s","stage":"%s","start":"%s","wall_s":%s,"cpu_s":%s,"peak_rss_bytes":%s,"workers":%s,"records":{"in":%s,"out":%s,"dropped":%s,"bad":0},"machine":{"cores":16,"model":"x"}}\n' "$@"; }

ok 'the level to commit to is the best there is, by trying all' '
cat >bill.py <<END
import random, json
random.seed(4)
h = lambda i: "2024-09-%02dT%02d:00:00Z" % (1 + i // 24, i % 24)
use = [round(random.choice([2, 3, 5]) + random.random() * 8 * (8 <= i % 24 < 18), 4) for i in range(20 * 24)]
use[7] = use[100] = 0
with open("bill.csv", "w") as f:
    print("EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,PricingCategory,ChargeCategory", file=f)
    for i, u in enumerate(use):
        if u:
            print(u / 2, "USD", h(i), "Compute", "Standard", "Usage", sep=",", file=f)
            print(u / 2, "USD", h(i), "Compute", "Standard", "Usage", sep=",", file=f)
        print(99, "USD", h(i), "Compute", "Committed", "Usage", sep=",", file=f)
    print(99, "USD", h(0), "Compute", "Standard", "Tax", sep=",", file=f)
saved = lambda c: sum(min(u, c) for u in use) / len(use) - 0.6 * c
best = max(use, key=saved)
json.dump({"level": best, "saving": 730 * saved(best)}, open("want.json", "w"))
END
python3 bill.py
mm-cost advice --committed 0.6 --format json bill.csv >out; cat out want.json
python3 - <<END
import json
want, got = json.load(open("want.json")), json.load(open("out"))
a, = got["advice"]
assert a["kind"] == "commitment" and a["per"] == "month" and a["set"]["of"] == "Compute"
assert abs(float(a["set"]["level_hour"]) - want["level"]) < 1e-6 and abs(float(a["saving"]) - want["saving"]) < 1e-5
END
mm-cost advice bill.csv >out 2>err; echo "nothing to advise" >expected; same expected out
grep -q "no advice on commitment: --committed tells" err'

ok 'a smaller machine, fewer workers, spot' '
{ line mm-ingest mm-ingest 2026-11-24T08:00:00Z 3600 600 1073741824 16 1000 1000 0
  line mm-probe mm-probe 2026-11-24T08:00:01Z 3599 7200 2147483648 16 1000 1000 0; } >ledger.ndjson
mm-cost advice --book book.yaml --format json ledger.ndjson >out; cat out
python3 - <<END
import json, math
a = {(x["kind"], x["set"].get("stage")): x for x in json.load(open("out"))["advice"]}
m = a["machine", None]
assert m["set"]["machine"] == "small" and m["saving"] == "0.600000" and abs(m["set"]["cores"] - 7800 / 3600 * 1.25) < 1e-3, m
assert a["workers", "mm-ingest"]["set"]["workers"] == 1 and a["workers", "mm-ingest"]["saving"] is None
assert a["workers", "mm-probe"]["set"]["workers"] == 3
# a spot run of an hour, interrupted 0.1 times an hour: more often than in 5 of 100
t, cost = 3599 / 3600, 7200 / 3600 * 0.05 + 2 * 3599 / 3600 * 0.005
chance = 1 - math.exp(-0.1 * t); share = 0.05 / chance
s = a["spot", "mm-probe"]
assert abs(s["set"]["share"] - share) < 1e-4, (s, share)
assert abs(float(s["saving"]) - cost * share * (1 - 0.4 * math.expm1(0.1 * t) / (0.1 * t))) < 1e-6, s
END
mm-cost advice --book book.yaml --interrupted 1 --format json ledger.ndjson | jq -e ".advice[] | select(.kind == \"spot\") | .set.share == 1"
mm-cost advice --book book.yaml --purchase spot --format json ledger.ndjson >out 2>err || :; ! grep spot out'

ok 'a stage that leaves records out goes before those that need not see them' '
{ line mm-ingest mm-ingest 2026-11-24T08:00:00Z 10 1 0 1 1000 1000 0
  line mm-probe probe 2026-11-24T08:00:00Z 10 3600 0 1 1000 1000 0
  line mm-redact redact 2026-11-24T08:00:00Z 10 1800 0 1 1000 1000 0
  line mm-select select 2026-11-24T08:00:00Z 10 1 0 1 1000 250 750
  line mm-store store 2026-11-24T08:00:00Z 10 1 0 1 250 250 0; } >order.ndjson
mm-cost advice --book book.yaml --format json order.ndjson >out; cat out
jq -e ".advice[] | select(.kind == \"order\") | .set.stage == \"select\" and .set.before == \"probe\" and .saving == \"0.056250\"" out'

ok 'runs that cost more to begin than to do are made larger' '
for i in 1 2 3 4 5 6 7 8 9 10; do line mm-probe probe 2026-11-24T08:0$((i - 1)):00Z 10 $((36 + i)) 0 1 $((i * 10)) $((i * 10)) 0; done >runs.ndjson
mm-cost advice --book book.yaml --format json runs.ndjson >out; cat out
# 36 s a run and 0.1 s a record: 6840 records a run for a twentieth, so that one run of all 550 is best
jq -e ".advice[] | select(.kind == \"batch\") | .set.stage == \"probe\" and .set.batch == 550 and .saving == \"0.004500\"" out'

ok 'in words' '
mm-cost advice --book book.yaml ledger.ndjson >out; cat out
head -3 out >got
cat >expected <<END
machine: saves USD 0.60 on what was read: small in place of large: at most 2.2 of 16 cores and 3 GiB were used at once, and 25% more are left free
    risk: cores are an average over a run: a stage that uses more for a while takes longer
    do:   set machine: small for the pipeline, or resources.requests {cpu: "2.7", memory: 3840Mi} in Kubernetes
END
same expected got'

ok 'what can not be read is told' '
status 2 mm-cost advice ledger.ndjson 2>err; grep -q "priced by a price book" err
status 2 mm-cost advice --committed 1.5 bill.csv; status 2 mm-cost advice --format csv bill.csv
printf "a,b\n1,2\n" >odd.csv; status 3 mm-cost advice odd.csv 2>err; cat err'

finish
