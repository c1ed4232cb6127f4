#!/bin/sh
# What a month will come to, with intervals, and how far that is to be trusted.
. "${0%/*}/lib.sh"

# A week's rhythm, the same every week, from the first of January to the 18th of March.
days() { awk -v last="$1" 'BEGIN { print "BilledCost,BillingCurrency,ChargePeriodStart,ServiceName"
    for (d = 1; d <= last; d++) { y = d <= 31 ? sprintf("2024-01-%02d", d) : d <= 60 ? sprintf("2024-02-%02d", d - 31) : sprintf("2024-03-%02d", d - 60)
        printf "%d.00,USD,%sT03:00:00Z,disk\n", 10 + 3 * (d % 7), y } }'; }
days 78 >bill.csv

ok 'the end of a month whose days repeat is told exactly' '
days 91 | grep ",2024-03-" | awk -F, "{ s += \$1 } END { print s }" >expected
mm-cost forecast --by ServiceName --cost billed --format json bill.csv >out
jq -e ".ServiceName == \"disk\" and .season == 7 and .month_end == \"2024-04-01\" and (.next | length) == 13" out
jq ".month.expected | round" out >got; same expected got
jq -e ".month.spent == ([range(61; 79) | 10 + 3 * (. % 7)] | add)" out
jq -e ".next[0].time == \"2024-03-19T00:00:00Z\" and .next[0].low <= .next[0].expected and .next[0].expected <= .next[0].high" out'

ok 'so many spans ahead, as CSV' '
mm-cost forecast --by ServiceName --cost billed --ahead 3 --format csv bill.csv | cut -d, -f1-3 | sed "s/\.[0-9]*$//" >out
cat >expected <<END
series,time,expected
ServiceName=disk,2024-03-19T00:00:00Z,16
ServiceName=disk,2024-03-20T00:00:00Z,19
ServiceName=disk,2024-03-21T00:00:00Z,22
END
same expected out'

ok 'a table for people, with how well it would have gone' '
awk -F, "BEGIN { OFS = FS } NR > 1 { \$1 += (NR * 7919 % 11) / 10 } { print }" bill.csv >restless.csv
mm-cost forecast --by ServiceName --cost billed --backtest restless.csv >out; cat out
[ "$(wc -l <out)" = 2 ]; grep -Eq "simple, season  \(MASE [0-9.]+, seasonal naive [0-9.]+; [0-9]+% lay within\)  ServiceName=disk$" out'

ok 'demand that is nothing on most days' '
awk "BEGIN { print \"date,value\"; for (d = 1; d <= 28; d++) printf \"2024-02-%02d,%d\n\", d, d % 5 == 0 ? 50 : 0 }" >rare.csv
mm-cost forecast --format json rare.csv | jq -e ".model == \"TSB\" and .next[0].expected > 5 and .next[0].expected < 15"'

ok 'the same for any number of workers; numbers out of order are told' '
mm-cost forecast -j1 --by ServiceName --cost billed --format json bill.csv >a; mm-cost forecast -j3 --by ServiceName --cost billed --format json bill.csv >b; same a b
printf "time,value\n2024-01-02,1\n2024-01-01,2\n2024-01-03,3\n" >back.csv
status 3 mm-cost forecast back.csv >out 2>err
grep -qx "mm-cost: 1 number left out: no later than the one before in the series" err
status 2 mm-cost forecast --share 2 back.csv 2>err; grep -q "share takes a number between 0 and 1" err'

needs '[ -f "$SHARED/data/nab/windows.json" ]' -- 'no series of NAB beside the sources'

ok 'on real series, by the hour: better than seasonal naive, and 80% intervals hold 75 to 85%' '
for f in "$SHARED"/data/nab/*/*.csv; do
    # Means of an hour of numbers that are five minutes apart; others as they are.
    awk -F, "NR == 1 { print; next } { h = substr(\$1, 1, 13); if (h != last && n) { printf \"%s:00:00,%.9g\n\", last, s / n; s = n = 0 } last = h; s += \$2; n++ }
        END { printf \"%s:00:00,%.9g\n\", last, s / n }" "$f" >hourly.csv
    mm-cost forecast --ahead 24 --backtest --format json hourly.csv
done >out
jq -c "select(.backtest) | [.model, .backtest.mase, .backtest.seasonal_naive_mase, .backtest.coverage]" out
jq -s "map(.backtest | select(.)) | { mase: (map(.mase) | add / length), naive: (map(.seasonal_naive_mase) | add / length), coverage: (map(.coverage) | add / length), n: length }" out >sum
cat sum; jq -e ".n > 20 and .mase < .naive and .coverage > 0.75 and .coverage < 0.85" sum'

finish
