#!/bin/sh
# Anybody's FOCUS export, held against the rules of the specification.
. "${0%/*}/lib.sh"

q="'"
names=BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargePeriodEnd,ChargePeriodStart,ContractedCost,EffectiveCost,InvoiceIssuerName,ListCost,PricingQuantity,PricingUnit,ProviderName,PublisherName,ServiceCategory,ServiceName,Tags,x_note
row='1.5,1,A,USD,2024-10-01T00:00:00Z,2024-09-01T00:00:00Z,Usage,,text,2024-09-02T00:00:00Z,2024-09-01T00:00:00Z,1.5,1.5,I,1.5,1,GB,P,Q,Storage,S,"{""a"": ""b""}",mine'

ok 'an export that keeps the rules' '
printf "%s\n" "$names" "$row" "$row" >good.csv
echo "good.csv: 2 rows keep the rules of FOCUS" >expected
mm-cost validate good.csv >out; same expected out'

ok 'what breaks a rule: where first, and how often' '
{ echo "$names"; echo "$row"
  echo "$row" | sed "s/^1.5/1,5e/;s/Usage/Usages/;s/USD/Usd/"
  echo "$row" | sed "s/^1.5/x/;s/Usage/Usages/;s/{.*}/[1]/"
  echo "$row" | sed "s/2024-10-01T00:00:00Z/2024-09-01T00:00:00Z/;s/,GB,/,,/"
  echo "$row" | sed "s/2024-09-02T00:00:00Z/2024-09-31/;s/,S,/,NULL,/;s/2024-09-01T00:00:00Z,Usage/2024-09-01 00:00:00,Usage/"; } >bad.csv
status 3 mm-cost validate bad.csv >out; cat out
cat >expected <<END
bad.csv: row 3: BilledCost: ${q}x${q} is no number
bad.csv: row 2: more fields than columns
bad.csv: row 5: BillingPeriodStart: ${q}2024-09-01 00:00:00${q} is not written as 2024-09-18T22:00:00Z
bad.csv: row 4: BillingPeriodStart: ${q}2024-09-01T00:00:00Z${q} is not before the end of its period
bad.csv: row 3: ChargeCategory: ${q}Usages${q} is none of the values that FOCUS allows
bad.csv: row 5: ChargePeriodEnd: ${q}2024-09-31${q} is no time
bad.csv: row 4: PricingQuantity: ${q}1${q} is there, and PricingUnit is null
bad.csv: row 5: ServiceName: null, where FOCUS wants a value
bad.csv: row 3: Tags: ${q}[1]${q} is no JSON object of keys and plain values
END
same expected out'

ok 'columns that are missing, and that are no part of FOCUS' '
printf "BilledCost,Cost_Center\n1,a\n" >few.csv
status 3 mm-cost validate few.csv >out
grep -qx "few.csv: BillingCurrency: the column is missing" out
grep -qx "few.csv: Cost_Center: no column of FOCUS 1.0 to 1.2; columns of one${q}s own begin with x_" out
[ "$(grep -c "the column is missing" out)" = 20 ]'

ok 'the same for any number of workers' '
{ echo "$names"; i=0; while [ $i -lt 4000 ]; do echo "$row"; i=$((i + 1)); done; echo "$row" | sed "s/Usage/Use/"; } >many.csv
status 3 mm-cost validate -j1 many.csv >a; status 3 mm-cost validate -j3 many.csv >b; same a b
printf "many.csv: row 4001: ChargeCategory: ${q}Use${q} is none of the values that FOCUS allows\n" >expected; same expected a'

needs '[ -f "$SHARED/data/focus/focus-1.0-sample.csv" ]' -- 'no FOCUS sample beside the sources'

ok 'a real sample: all of its columns are known but one, and its rows are judged' '
cp "$SHARED/data/focus/focus-1.0-sample.csv" sample.csv
status 3 mm-cost validate sample.csv >out; cat out
grep -q "missing" out && exit 1
[ "$(grep -c "no column of FOCUS" out)" = 1 ]
grep -qx "sample.csv: row 926: ContractedCost: null, where FOCUS wants a value; so in 7 rows" out
grep -qx "sample.csv: row 926: ChargeFrequency: ${q}Usage-based${q} is none of the values that FOCUS allows; so in 7 rows" out'

finish
