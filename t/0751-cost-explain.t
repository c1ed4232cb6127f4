#!/bin/sh
# With an alarm on a bill: which service, region or team made the number what it is.
. "${0%/*}/lib.sh"

# Four teams, two services, two regions; on the 76th day the disks of one team in eu cost nine times as much.
awk 'BEGIN { print "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName,Region,Tags"
    for (d = 0; d < 84; d++) { y = d < 31 ? sprintf("2024-01-%02d", d + 1) : d < 60 ? sprintf("2024-02-%02d", d - 30) : sprintf("2024-03-%02d", d - 59)
        for (k = 0; k < 4; k++) printf "%d.%02d,USD,%sT00:00:00Z,%s,%s,\"%s\"\n", (d == 75 && k == 1 ? 90 : 10) + d % 7, k, y, k % 2 ? "disk" : "cpu", k < 2 ? "eu" : "us", k ? "{\"\"team\"\":\"\"t" k "\"\"}" : "NULL" } }' >bill.csv

ok 'the labels behind a jump, the largest share first' '
mm-cost anomalies --cost billed --explain ServiceName,Region,team bill.csv >out
cat >expected <<END
                               +84   95% of the change  ServiceName=disk
                               +84   95% of the change  Region=eu
                               +82   93% of the change  team=t1
END
grep "of the change" out >got; same expected got; [ "$(wc -l <out)" = 5 ]'

ok 'within the series that are asked for' '
mm-cost anomalies --cost billed --by Region --explain ServiceName,team --format json bill.csv >out
jq -c "[.time[:10],.Region,.because]" out >got
echo "[\"2024-03-16\",\"eu\",[{\"label\":\"ServiceName\",\"value\":\"disk\",\"more\":82,\"share\":0.976},{\"label\":\"team\",\"value\":\"t1\",\"more\":82,\"share\":0.976}]]" >expected; same expected got'

ok 'alarms and numbers are those without it' '
mm-cost anomalies --all --cost billed --by Region --format csv bill.csv >a; mm-cost anomalies --all --cost billed --by Region --explain ServiceName,team --format csv bill.csv >b; same a b
for j in 1 3; do mm-cost anomalies -j$j --cost billed --by Region --explain ServiceName,team --format json bill.csv >b; same out b; done'

ok 'rows without the label, and what falls, are told as well' '
sed "s/^98.01\(.*\),\"{.*/98.01\1,NULL/; s/^9[0-9].01\(.*2024-03-16.*\),\"{.*/94.01\1,NULL/" bill.csv >none.csv
mm-cost anomalies --cost billed --explain team --format json none.csv | jq -c ".because[0]|[.label,.value]" >out; echo "[\"team\",null]" >expected; same expected out
awk "BEGIN { print \"BilledCost,BillingCurrency,ChargePeriodStart,s\"; for (d = 0; d < 90; d++) for (k = 0; k < 2; k++) if (d != 80 || k) printf \"%d,USD,%s,s%d\n\", 100 + d % 7, strftime(\"%Y-%m-%d\", 1704067200 + 86400 * d, 1), k }" >falls.csv
mm-cost anomalies --cost billed --explain s --format json falls.csv | jq -c ".because|map([.value,.more<0])" | head -1 >out; echo "[[\"s0\",true]]" >expected; same expected out'

ok 'tables of numbers have no rows to look at' '
printf "time,value\n2024-01-01,1\n" >t.csv
status 2 mm-cost anomalies --explain s t.csv 2>err; echo "mm-cost: t.csv: --explain looks at rows of bills, and this is a table of numbers" >expected; same expected err'

finish
