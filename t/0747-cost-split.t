#!/bin/sh
# Costs that groups share are split among them: evenly, by weights, by usage, and what is left adds up to the last digit.
. "${0%/*}/lib.sh"

cat >bill.csv <<'END'
BilledCost,ListCost,BillingCurrency,ChargePeriodStart,ServiceName,Tags
10,20,USD,2026-01-01T00:00:00Z,Compute,"{""team"":""blue""}"
20,20,USD,2026-01-01T00:00:00Z,Compute,"{""team"":""red""}"
5,5,USD,2026-01-01T00:00:00Z,Compute,
1,1,USD,2026-01-01T00:00:00Z,Support,
7,7,USD,2026-01-01T00:00:00Z,Compute,"{""team"":""platform""}"
-0.01,0,USD,2026-02-01T00:00:00Z,Compute,"{""team"":""platform""}"
3,3,USD,2026-02-01T00:00:00Z,Compute,"{""team"":""blue""}"
END
cat >p.yaml <<END
version: 1
cost:
  split:
    - {name: support, where: {ServiceName: Supp*}, by: usage}
    - {name: platform, where: {team: platform}, by: weighted, weights: {blue: 2, red: 1}}
END

ok 'by usage and by weights; what has no team stays in sight' '
cat >expected <<END
team          BilledCost      of it shared   share        rows
red                22.94              2.94   49.9%           1
blue               18.05              5.05   39.3%           2
(none)              5.00              0.00   10.9%           1
total              45.99              7.99  100.0%           7

The groups add up to the 7 rows read, to the last digit; amounts in USD.
Split: support: 1.00 of 1 row, by usage among 2 groups.
Split: platform: 6.99 of 2 rows, weighted among 2 groups.
END
mm-cost --policy p.yaml --by team --cost billed bill.csv >out; same expected out'

ok 'a third of a cent to the last digit, and each kind of cost by its own' '
cat >expected <<END
team,BilledCost,SharedBilledCost,ListCost,SharedListCost,BillingCurrency,rows
red,22.936060606060606061,2.936060606060606061,22.798449612403100775,2.798449612403100775,USD,1
blue,18.053939393939393939,5.053939393939393939,28.201550387596899225,5.201550387596899225,USD,2
,5.00,0.00,5.00,0.00,USD,1
END
mm-cost --policy p.yaml --by team --cost billed,list --format csv bill.csv >out; cat out
python3 - <<END
import csv
from decimal import Decimal as D
got = {r["team"]: r for r in csv.DictReader(open("out"))}
assert sum(D(r["BilledCost"]) for r in got.values()) == D("45.99") and sum(D(r["ListCost"]) for r in got.values()) == D("56")
unit = D(1).scaleb(-18)
for team, own, w in ("blue", 13, 2), ("red", 20, 1):
    exact = D(own) / 33 + D("6.99") * w / 3
    assert abs(D(got[team]["SharedBilledCost"]) - exact) < 2 * unit, team
for team, own, w in ("blue", 23, 2), ("red", 20, 1):
    assert abs(D(got[team]["SharedListCost"]) - (D(own) / 43 + D(7) * w / 3)) < 2 * unit, team
END'

ok 'costs are not moved from month to month' '
cat >expected <<END
{"currency":"USD","groups":[
{"team":"red","month":"2026-01","SharedBilledCost":"3.00","BilledCost":"23.00","rows":1},
{"team":"blue","month":"2026-01","SharedBilledCost":"5.00","BilledCost":"15.00","rows":1},
{"team":null,"month":"2026-01","SharedBilledCost":"0.00","BilledCost":"5.00","rows":1},
{"team":"blue","month":"2026-02","SharedBilledCost":"-0.01","BilledCost":"2.99","rows":1}],
"total":{"BilledCost":"45.99","rows":7},"refused_rows":0}
END
mm-cost --policy p.yaml --by team,month --cost billed --format json bill.csv >out; same expected out'

ok 'where nobody shares a cost it stays in sight' '
sed "s/blue: 2, red: 1/green: 1/" p.yaml >green.yaml
mm-cost --policy green.yaml --by team --cost billed bill.csv >out
grep -qx "(none)             11.99              6.99   26.1%           1" out
grep -qx "Not split: platform: 6.99 of 2 rows, as no group has all labels and a weight; it stays without them." out'

ok 'evenly; without --by nothing moves; the page says how' '
printf "version: 1\ncost:\n  split: [{name: all, where: {team: [platform, red]}, by: even}]\n" >even.yaml
mm-cost --policy even.yaml --by team --cost billed --format csv bill.csv >out
printf "team,BilledCost,SharedBilledCost,BillingCurrency,rows\nblue,39.99,26.99,USD,2\n,6.00,0.00,USD,2\n" >expected; same expected out
mm-cost --policy p.yaml --cost billed --format json bill.csv | jq -r .total.BilledCost >out; echo 45.99 >expected; same expected out
mm-cost --policy even.yaml --by team --cost billed --format html bill.csv >page.html; grep -q "Split: all: 26.99 of 3 rows, even among 1 group" page.html'

ok 'ledgers, by members' '
printf "version: 1\ncurrency: USD\nmachines: [{cpu_hour: 3600}]\n" >book.yaml
for s in a b shared; do printf "{\"stage\":\"%s\",\"start\":\"2026-01-01T00:00:00Z\",\"wall_s\":1,\"cpu_s\":1,\"peak_rss_bytes\":0}\n" $s; done >l.ndjson
printf "version: 1\ncost:\n  split: [{name: s, where: {stage: shared}, by: even}]\n" >s.yaml
mm-cost --policy s.yaml --book book.yaml --by stage --cost billed --format csv l.ndjson >out
printf "stage,BilledCost,SharedBilledCost,BillingCurrency,rows\na,1.50,0.50,USD,1\nb,1.50,0.50,USD,1\n" >expected; same expected out'

q="'"
ok 'rules that are refused, each with its place' '
refused() { printf "version: 1\ncost:\n  split:\n    - %s\n" "$1" >bad.yaml; status 2 mm-cost --policy bad.yaml --by team bill.csv 2>err; echo "mm-cost: bad.yaml:$2" >expected; same expected err; }
refused "{where: {a: b}, by: even}" "4:7: name is missing"
refused "{name: x, by: even}" "4:7: where is missing"
refused "{name: x, where: {a: b}, by: chance}" "4:36: ${q}chance${q} is none of even, usage, weighted"
refused "{name: x, where: {a: b}, by: weighted}" "4:7: weights is missing"
refused "{name: x, where: {a: b}, by: even, weights: {a: 1}}" "4:51: weights go with by: weighted"
refused "{name: x, where: {a: b}, by: weighted, weights: {a: -1}}" "4:59: a weight is a number not below 0"'

needs '[ -f "$SHARED/data/focus/focus-1.0-sample.csv" ] && python3 -c ""' -- 'no FOCUS sample beside the sources'

ok 'a real FOCUS export is allocated in full' '
printf "version: 1\ncost:\n  split: [{name: tax, where: {ChargeCategory: [Tax, Credit]}, by: even}, {name: s3, where: {ServiceCategory: Storage}, by: usage}]\n" >focus.yaml
mm-cost --policy focus.yaml --by SubAccountId,day --cost billed,effective --format json "$SHARED/data/focus/focus-1.0-sample.csv" >out
mm-cost --cost billed,effective --format json "$SHARED/data/focus/focus-1.0-sample.csv" >whole
python3 - <<END
import json
from decimal import Decimal as D, getcontext
getcontext().prec = 60
d, whole = json.load(open("out")), json.load(open("whole"))
for k in "BilledCost", "EffectiveCost":
    assert sum(D(g[k]) for g in d["groups"]) == D(d["total"][k]) == D(whole["total"][k])
assert any(D(g["SharedBilledCost"]) for g in d["groups"])
END'

finish
