#!/bin/sh
# Alarms on series over time: in plain tables, in bills, the same for any number of workers.
. "${0%/*}/lib.sh"

# Three weeks of hours: dear by day, cheap by night; on the 18th of January something costs five times as much.
awk 'BEGIN { srand(3); print "timestamp,region,value"
    for (h = 0; h < 21 * 24; h++) { d = int(h / 24) + 1; t = sprintf("2024-01-%02d %02d:00:00", d, h % 24)
        x = (h % 24 >= 8 && h % 24 < 20 ? 40 : 10) + rand() * 2
        printf "%s,eu,%.3f\n%s,us,%.3f\n", t, (d == 18 && h % 24 >= 10 && h % 24 < 16) ? 5 * x : x, t, x / 2 } }' >costs.csv

ok 'an alarm where something happened, with what was expected' '
mm-cost anomalies --format json costs.csv >out
jq -c "select(.time >= \"2024-01-08\") | [.time[:13], .region, .alarm, .value > 150 and .expected < 50 and .high < 100]" out >got
head -1 got >first; echo "[\"2024-01-18T10\",\"eu\",true,true]" >expected; same expected first
jq -r .severity out | grep -v low >not-low
[ "$(jq -r "select(.region == \"us\" and .time >= \"2024-01-08\") | .time" out | wc -l)" = 0 ]'

ok 'as a table and as CSV' '
mm-cost anomalies costs.csv | grep "2024-01-18T10:00:00Z" >row
grep -Eq "^2024-01-18T10:00:00Z +[0-9.]+ +[0-9.]+ +[0-9.]+ to [0-9.]+ +(medium|high) +region=eu$" row
mm-cost anomalies --all --format csv costs.csv >out
head -1 out >got; echo "time,region,value,expected,score,alarm" >expected; same expected got
[ "$(wc -l <out)" = $((21 * 24 * 2 + 1)) ]'

ok 'series are told apart by the labels that are asked for' '
mm-cost anomalies --by region costs.csv >a; mm-cost anomalies costs.csv >b; same a b
grep ,eu, costs.csv | cut -d, -f1,3 | sed "1i timestamp,value" >eu.csv
mm-cost anomalies --all --format csv eu.csv >a; mm-cost anomalies --all --format csv costs.csv | grep -v ",us," | cut -d, -f1,3- >b; same a b'

ok 'the same for any number of workers, whatever the order of series in the file' '
mm-cost anomalies -j1 --all --format csv costs.csv >expected
for j in 2 4; do mm-cost anomalies -j$j --all --format csv costs.csv >out; same expected out; done
{ head -1 costs.csv; grep ,eu, costs.csv; grep ,us, costs.csv; } >sorted.csv
mm-cost anomalies --all --format csv sorted.csv | sort >a; sort expected >b; same b a'

ok 'a bill is added up by day or hour, and days without rows cost nothing' '
awk "BEGIN { print \"BilledCost,BillingCurrency,ChargePeriodStart,ServiceName\"
    for (d = 1; d <= 84; d++) { if (d == 70) continue; y = d <= 31 ? sprintf(\"2024-01-%02d\", d) : d <= 60 ? sprintf(\"2024-02-%02d\", d - 31) : sprintf(\"2024-03-%02d\", d - 60)
        for (k = 0; k < 3; k++) printf \"%d.%02d,USD,%sT0%d:00:00Z,disk\n\", (d == 80 ? 90 : 10) + d % 7, k, y, k } }" >bill.csv
mm-cost anomalies --by ServiceName --cost billed --all --format csv bill.csv >out
[ "$(wc -l <out)" = 85 ]
grep -q "^2024-03-10T00:00:00Z,disk,0," out
mm-cost anomalies --by ServiceName --cost billed --format json bill.csv | jq -e "select(.time[:10] == \"2024-03-20\" or .time[:10] == \"2024-03-10\") | .alarm"'

ok 'rows that can not be read are told and left out; other tables are refused' '
printf "time,value\n2024-01-01,1\nyesterday,2\n2024-02-30,3\n2024-01-04,NaN\n2024-01-05,5\n" >bad.csv
status 3 mm-cost anomalies --all --format csv bad.csv >out 2>err
cat >expected <<END
mm-cost: bad.csv: row 2: no time and number; the row is left out
mm-cost: bad.csv: row 3: no time and number; the row is left out
mm-cost: bad.csv: row 4: no time and number; the row is left out
END
grep "bad.csv" err >got; same expected got
[ "$(wc -l <out)" = 3 ]
printf "a,b\n1,2\n" >none.csv; status 3 mm-cost anomalies none.csv 2>err
grep -q "none.csv: neither a bill nor a table with a time (timestamp, time, date, ds) and a value (value, y)" err'

needs '[ -f "$SHARED/data/nab/windows.json" ] && command -v python3' -- 'no series of NAB beside the sources'

ok 'by the rules of NAB it scores at least 70, with one setting for all series' '
"$T"/../scripts/quality/nab "$SHARED/data/nab" >out; cat out
awk "/^standard:/ { exit !(\$2 >= 70) }" out'

finish
