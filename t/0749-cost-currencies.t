#!/bin/sh
# Amounts of several currencies add up by the rates of their days, or not at all.
. "${0%/*}/lib.sh"
q="'"

cat >bill.csv <<'END'
BilledCost,BillingCurrency,ChargePeriodStart,ServiceName
10,USD,2026-01-31T23:00:00Z,a
10,EUR,2026-01-31T23:00:00Z,a
10,EUR,2026-02-01T00:00:00+00:00,a
0.333333333333333333,CHF,2026-02-01T00:00:00Z,b
-1,EUR,2026-02-03T00:00:00Z,b
END
cat >book.yaml <<'END'
version: 1
currency: USD
rates:
  - {currency: EUR, rate: 1.1, from: 2026-01-01, until: 2026-02-01, source: a bank}
  - {currency: EUR, rate: 1.2, from: 2026-02-01, until: 2026-03-01, source: a bank}
  - {currency: CHF, rate: 1.07}
END

ok 'each row by the rate of its day' '
cat >expected <<END
ServiceName        BilledCost   share        rows
a                       33.00  102.6%           3
b                       -0.84   -2.6%           2
total                   32.16  100.0%           5

The groups add up to the 5 rows read, to the last digit; amounts in USD.
Converted to USD: 4 rows, by rates of their days.
END
mm-cost --book book.yaml --by ServiceName --cost billed bill.csv >out; same expected out
mm-cost --book book.yaml --by ServiceName --cost billed --format json bill.csv >out
cat >expected <<END
{"currency":"USD","groups":[
{"ServiceName":"a","BilledCost":"33.00","rows":3},
{"ServiceName":"b","BilledCost":"-0.843333333333333334","rows":2}],
"total":{"BilledCost":"32.156666666666666666","rows":5},"refused_rows":0,"converted_rows":4}
END
same expected out'

ok 'the same for any number of workers' '
{ cat bill.csv; for i in $(seq 3000); do tail -n +2 bill.csv; done; } >many.csv
mm-cost -j1 --book book.yaml --by day --cost billed many.csv 2>/dev/null >expected; mm-cost -j3 --book book.yaml --by day --cost billed many.csv 2>/dev/null >out; same expected out'

ok 'a row without a rate of its day is refused with row and column' '
{ cat bill.csv; echo "5,EUR,2026-03-01T00:00:00Z,a"; echo "5,JPY,2026-01-01T00:00:00Z,a"; echo "5,EUR,soon,a"; } >late.csv
status 3 mm-cost --book book.yaml --cost billed --format json late.csv >out 2>err
jq -c "[.total.BilledCost,.refused_rows]" out >got; echo "[\"32.156666666666666666\",3]" >expected; same expected got
for r in "6 EUR" "7 JPY" "8 EUR"; do echo "mm-cost: late.csv: row ${r% *}: BillingCurrency: ${q}${r#* }${q} is a currency that the price book has no rate of on the day of ChargePeriodStart; the row is not counted"; done >expected
same expected err'

ok 'without rates, and where currencies are kept apart, nothing is converted' '
status 3 mm-cost --cost billed bill.csv 2>err; grep -q "EUR after USD: amounts of several currencies do not add up" err
mm-cost --book book.yaml --by BillingCurrency --cost billed --format csv bill.csv >out
printf "BillingCurrency,BilledCost,rows\nEUR,19.00,3\nUSD,10.00,1\nCHF,0.333333333333333333,1\n" >expected; same expected out'

ok 'a bill without days can not be converted' '
printf "BilledCost,BillingCurrency\n1,EUR\n1,USD\n" >none.csv
status 3 mm-cost --book book.yaml --cost billed --format json none.csv 2>err | jq -r .total.BilledCost >out; echo 1.00 >expected; same expected out'

finish
