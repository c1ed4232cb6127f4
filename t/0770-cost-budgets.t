#!/bin/sh
# A policy holds what was spent against budgets and rules: a line for each that is broken, and exit status 1.
. "${0%/*}/lib.sh"

# 20 days of a September: blue spends 10.01 a day, red 4, and a little bears no team.
awk 'BEGIN { print "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName,ResourceType,Tags"
    for (d = 1; d <= 20; d++) {
        printf "10.01,USD,2024-09-%02dT03:00:00Z,Compute,m7i.xlarge,\"{\"\"team\"\":\"\"blue\"\"}\"\n", d
        printf "4,USD,2024-09-%02dT09:00:00Z,Storage,bucket,\"{\"\"team\"\":\"\"red\"\"}\"\n", d }
    print "0.5,USD,2024-08-31T00:00:00Z,Compute,p5.48xlarge,"
    print "0.25,USD,2024-09-03T00:00:00Z,Compute,p5.48xlarge,NULL" }' >bill.csv
q="'"
cat >policy.yaml <<END
version: 1
cost:
  currency: USD
  budgets:
    - {name: blue, where: {team: blue}, spent: 200.19, forecast: 300, burn: 1.2}
    - {name: red, where: {team: red}, spent: 120, forecast: 120, burn: 1}
    - {name: stores, where: {ServiceName: "Stor*", team: [red, green]}, spent: 79.99}
    - {name: all, spent: 280.45}
  require: [team]
  allow: {ResourceType: ["m7i.*", bucket]}
END

ok 'every limit that is passed is told, to the last digit, and no other' '
cat >expected <<END
mm-cost: gate: budget blue: 2024-09: spent 200.20 USD, over 200.19 USD
mm-cost: gate: budget blue: 2024-09: burns at 1.5, over 1.2: 200.20 USD spent when 67% of the month is gone
mm-cost: gate: budget blue: 2024-09: will be 300.30 at its end (80% between 300.30 and 300.30), over 300.00 USD
mm-cost: gate: budget stores: 2024-09: spent 80.00 USD, over 79.99 USD
mm-cost: gate: 2 rows without team: 0.75 USD
mm-cost: gate: 2 rows with ResourceType ${q}p5.48xlarge${q}, which is not allowed: 0.75 USD
END
status 1 mm-cost --policy policy.yaml --by ServiceName --cost billed --format csv bill.csv >out 2>err; same expected err
printf "ServiceName,BilledCost,BillingCurrency,rows\nCompute,200.95,USD,22\nStorage,80.00,USD,20\n" >expected; same expected out'

ok 'what is told of the groups is the same with rules and without' '
for by in ServiceName team,day ResourceType,team,month; do
    mm-cost --by $by --cost billed --format json bill.csv >expected
    status 1 mm-cost --policy policy.yaml --by $by --cost billed --format json bill.csv >out; same expected out
done
mm-cost --cost billed --format json bill.csv >expected; status 1 mm-cost --policy policy.yaml --cost billed --format json bill.csv >out
same expected out'

ok 'within all limits there is no word and status 0' '
cat >wide.yaml <<END
version: 1
cost:
  budgets:
    - {name: blue, where: {team: blue}, spent: 400, forecast: 300.31, burn: 1}
    - {name: nobody, where: {team: black}, spent: 0}
    - {name: months, spent: 281}
  allow: {ResourceType: "*"}
END
status 0 mm-cost --policy wide.yaml --by team --cost billed bill.csv >out 2>err; same /dev/null err'

line() { printf '{"tool":"%s",%s"start":"2026-11-24T08:00:00Z","wall_s":1,"cpu_s":%s,"peak_rss_bytes":0,"machine":{"cores":4,"model":"%s"}}\n' "$@"; }
{ line a '"stage":"x",' 3600 "AMD EPYC"; line b "" 7200 "AMD EPYC"; line c '"stage":"y",' 1800 "Old Box"; } >ledger.ndjson

ok 'a ledger: machines that may be used, and stages that must be named' '
printf "version: 1\ncurrency: EUR\nmachines: [{cpu_hour: 0.1}]\n" >book.yaml
printf "version: 1\ncost: {currency: EUR, require: [stage], allow: {machine.model: \"*EPYC*\"}, budgets: [{name: x, where: {stage: x}, spent: 0.0999}]}\n" >rules.yaml
status 1 mm-cost --policy rules.yaml --book book.yaml --by tool --cost billed ledger.ndjson >out 2>err
cat >expected <<END
mm-cost: gate: budget x: 2026-11: spent 0.10 EUR, over 0.0999 EUR
mm-cost: gate: 1 row without stage: 0.20 EUR
mm-cost: gate: 1 row with machine.model ${q}Old Box${q}, which is not allowed: 0.05 EUR
END
same expected err'

ok 'what a unit costs, of what is read' '
line() { printf "{\"tool\":\"%s\",\"start\":\"2026-11-24T08:00:00Z\",\"wall_s\":1,\"cpu_s\":%s,\"peak_rss_bytes\":0,\"records\":{\"in\":%s},\"machine\":{\"model\":\"x\"}}\n" "$@"; }
{ line a 36000 4000; line a 36000 1000; line b 3600 50; line c 3600 0; } >units.ndjson
cat >unit.yaml <<END
version: 1
cost:
  per: records.in/1000
  budgets:
    - {name: a, where: {tool: a}, unit: 0.4}
    - {name: b, where: {tool: b}, unit: 1.99}
    - {name: c, where: {tool: c}, unit: 9}
    - {name: none, where: {tool: d}, unit: 0}
END
status 1 mm-cost --policy unit.yaml --book book.yaml --by tool --cost billed --format json units.ndjson >out 2>err
cat >expected <<END
mm-cost: gate: budget b: 1000 records.in cost 2.00 EUR, over 1.99 EUR
mm-cost: gate: budget c: 1000 records.in cost what can not be told, for there is none, over 9.00 EUR
END
same expected err
mm-cost --book book.yaml --per records.in/1000 --by tool --cost billed --format json units.ndjson >expected; same expected out
sed -i /per:/d unit.yaml; status 2 mm-cost --policy unit.yaml --book book.yaml units.ndjson 2>err; grep -q "unit wants --per" err
status 1 mm-cost --policy unit.yaml --book book.yaml --per records.in units.ndjson >out 2>err; grep -q "budget c: records.in cost what" err; [ $(wc -l <err) = 1 ]'

ok 'rules that are wrong are told with their place, before anything is read' '
bad() { printf "version: 1\ncost:\n  %s\n" "$1" >bad.yaml; status 2 mm-cost --policy bad.yaml nowhere.csv 2>err; cat err >&2; grep -q "bad.yaml:3:$2" err; }
bad "budgets: [{name: a, spent: 1x}]" "30: .1x. is no number"
bad "budgets: [{spent: 1}]" "13: a budget needs a name"
bad "budgets: [{name: a}]" "13: a budget needs spent, forecast or unit"
bad "budgets: [{name: a, forecast: 1, burn: 2}]" "42: burn must be above 0, and needs spent above 0"
bad "budget: []" "3: .*budgets"
bad "allow: [a]" "10: a map from names to patterns must stand here"
bad "require: team" "12: a list of names must stand here"
bad "allow: {a: {b: c}}" "14: a pattern or a list"'

ok 'amounts of another currency, and of several, are not held against limits' '
sed "s/USD$/EUR/" policy.yaml >euro.yaml; status 3 mm-cost --policy euro.yaml --cost billed bill.csv 2>err
grep -qx "mm-cost: the policy speaks of EUR, and amounts are in USD" err
status 2 mm-cost --policy policy.yaml --by BillingCurrency --cost billed bill.csv 2>err; grep -q "one currency" err'

finish
