#!/bin/sh
# A later export of a billing period takes the place of the earlier one, and says so; rows that are there twice are told.
. "${0%/*}/lib.sh"

# bill ACCOUNT MONTH FIRST LAST UNIT: a charge a line
bill() { awk -v a="$1" -v m="$2" -v from="$3" -v to="$4" -v unit="$5" 'BEGIN {
    print "BilledCost,BillingCurrency,BillingAccountId,BillingPeriodStart,ChargePeriodStart,ServiceName,ResourceId"
    for (i = from; i <= to; i++) printf "%d.%02d,USD,%s,%s-01T00:00:00Z,%s-%02dT00:00:00Z,s%d,r%d\n", unit, i % 100, a, m, m, i % 28 + 1, i % 3, i }'; }
total() { jq -r '"\(.total.BilledCost) \(.total.rows)"'; }
bill 1 2026-01 1 200 1 >early.csv; bill 1 2026-01 1 300 2 >late.csv; bill 1 2026-02 1 50 1 >feb.csv; bill 2 2026-01 1 50 1 >other.csv

ok 'a later export of the same account and period counts alone, and what is gone is said with rows and amount' '
mm-cost --by ServiceName --cost billed early.csv late.csv feb.csv other.csv >out 2>err
echo "mm-cost: late.csv: a later export of account 1, period from 2026-01-01: 200 rows of early.csv, 299.00 USD, no longer count" >expected
same expected err
mm-cost --by ServiceName --cost billed late.csv feb.csv other.csv >alone; { cat alone; echo "Not counted: 200 rows that later exports restate."; } >expected; same expected out'

ok 'the last named is the later one' '
mm-cost --cost billed --format json late.csv early.csv >out 2>err
mm-cost --cost billed --format json early.csv | total >expected; total <out >got; same expected got
[ "$(jq -r .restated.rows out)" = 300 ]; grep -q "early.csv: a later export .* 300 rows of late.csv" err'

ok 'the parts of one export add up, in any order, whatever the number of workers' '
bill 1 2026-01 1 100 1 >p1.csv; bill 1 2026-01 101 200 1 >p2.csv
mm-cost --by ServiceName --cost billed early.csv >expected
for j in 1 3; do mm-cost -j$j --by ServiceName --cost billed p2.csv p1.csv >out 2>err; same expected out; [ ! -s err ]; done'

ok 'an export in parts restates one in other parts' '
bill 1 2026-01 1 150 3 >q1.csv; bill 1 2026-01 151 200 3 >q2.csv
mm-cost --by ServiceName --cost billed p1.csv p2.csv q1.csv q2.csv >out 2>err
{ mm-cost --by ServiceName --cost billed q1.csv q2.csv; echo "Not counted: 200 rows that later exports restate."; } >expected; same expected out
echo "mm-cost: q1.csv: a later export of account 1, period from 2026-01-01: 200 rows of p1.csv and 1 more file, 299.00 USD, no longer count" >expected; same expected err'

ok 'one file of several accounts and months is restated where it is said again' '
{ cat early.csv; tail -n +2 feb.csv; tail -n +2 other.csv; } >all.csv
mm-cost --cost billed --format json all.csv late.csv 2>err | total >out
mm-cost --cost billed --format json late.csv feb.csv other.csv | total >expected; same expected out; grep -q "200 rows of all.csv, 299.00 USD" err'

ok 'neither a part nor a later export: refused, and the word of the user counts' '
bill 1 2026-01 160 400 1 >some.csv
status 3 mm-cost --cost billed early.csv some.csv 2>err
echo "mm-cost: some.csv: account 1, period from 2026-01-01: of 200 charges 41 stand in early.csv as well, too few for a later export and too many for another part of it; --again restate or --again add says which it is" >expected
same expected err
[ "$(mm-cost --again add --cost billed --format json early.csv some.csv | jq .total.rows)" = 441 ]
[ "$(mm-cost --again restate --cost billed --format json early.csv some.csv | jq .total.rows)" = 241 ]'

ok 'large exports are told apart by a sample of their charges' '
bill 1 2026-01 1 20000 1 >a.csv; bill 1 2026-01 1 30000 2 >b.csv; bill 1 2026-01 30001 60000 2 >c.csv
mm-cost --cost billed --format json a.csv b.csv c.csv 2>err | jq -c "[.total.rows,.restated.rows]" >out; echo "[60000,20000]" >expected; same expected out'

ok 'rows that are there twice are told, and counted' '
{ cat early.csv; sed -n 5p early.csv; sed -n 9p early.csv; sed -n 5p early.csv; sed -n 7p early.csv; } >twice.csv
mm-cost --cost billed --format json twice.csv 2>err | jq .total.rows >out; echo 204 >expected; same expected out
echo "mm-cost: twice.csv: rows are there twice, to the last byte: 4 (row 201 as 4, 202 as 8, 203 as 4, ...); all are counted, as bills without ids of rows may hold them; --repeated refuse takes no such file" >expected; same expected err
for j in 1 2 5; do mm-cost -j$j --cost billed --format json twice.csv 2>err >out; same expected err; done'

ok 'or refused: when that is asked for, and where rows have ids' '
status 3 mm-cost --repeated refuse --cost billed twice.csv 2>err
echo "mm-cost: twice.csv: rows are there twice, to the last byte: 4 (row 201 as 4, 202 as 8, 203 as 4, ...)" >expected; same expected err
printf "identity_line_item_id,line_item_unblended_cost,line_item_currency_code\na,1,USD\nb,1,USD\na,1,USD\n" >cur.csv
status 3 mm-cost --cost billed cur.csv 2>err
echo "mm-cost: cur.csv: rows are there twice, to the last byte: 1 (row 3 as 1), though each has an id of its own" >expected; same expected err
sed -i "\$d" cur.csv; mm-cost --cost billed cur.csv'

ok 'also among more rows than memory is used for' '
awk "BEGIN { print \"BilledCost,BillingCurrency,N\"; for (i = 0; i < 2500000; i++) print \"1,USD,\" i; print \"1,USD,7\"; print \"1,USD,2499999\" }" >many.csv
mm-cost --cost billed --format json many.csv 2>err >out; grep -q ": 2 (row 2500001 as 8, 2500002 as 2500000);" err; rm many.csv'

finish
