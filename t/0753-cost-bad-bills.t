#!/bin/sh
# Bills that are not as they should be: each row that can not be read is refused with row and column, never summed wrong.
. "${0%/*}/lib.sh"
q="'"

ok 'credits, refunds and corrections are amounts below nothing, and count as such' '
cat >credit.csv <<END
BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargeClass
100.00,0,USD,Purchase,
0,40.5,USD,Usage,
-30.25,-30.25,USD,Credit,
-0.000000000000000001,0,USD,Usage,Correction
-0,-0.0,USD,Adjustment,
END
mm-cost --by ChargeCategory --format json credit.csv >out
cat >expected <<END
{"currency":"USD","groups":[
{"ChargeCategory":"Purchase","BilledCost":"100.00","EffectiveCost":"0.00","rows":1},
{"ChargeCategory":"Adjustment","BilledCost":"0.00","EffectiveCost":"0.00","rows":1},
{"ChargeCategory":"Usage","BilledCost":"-0.000000000000000001","EffectiveCost":"40.50","rows":2},
{"ChargeCategory":"Credit","BilledCost":"-30.25","EffectiveCost":"-30.25","rows":1}],
"total":{"BilledCost":"69.749999999999999999","EffectiveCost":"10.25","rows":5},"refused_rows":0}
END
same expected out'

ok 'amounts as people write them are refused, not guessed' '
{ echo "BilledCost,BillingCurrency"; for v in "\"1,234.50\"" "\"1.234,50\"" "\$5" "5 USD" "(5.00)" "1e400" "0x10" "NaN" "Infinity" " 5" "5-" "+-5" "1e" "." "\"\"" "--1" "1_000" "170141183460469231732"; do echo "$v,USD"; done; echo "7,USD"; echo "+7.5,USD"; echo "7E-1,USD"; } >odd.csv
status 3 mm-cost --cost billed --format json odd.csv >out 2>err
jq -c "[.total.BilledCost,.total.rows,.refused_rows]" out >got; echo "[\"15.20\",3,18]" >expected; same expected got
sed -n 1p err >first; echo "mm-cost: odd.csv: row 1: BilledCost: ${q}1,234.50${q} is no number; the row is not counted" >expected; same expected first'

ok 'columns that are missing or have other names' '
refused() { printf "$1\n" >c.csv; shift; status 3 mm-cost "$@" c.csv 2>err >out; [ ! -s out ]; cat err; }
refused "EffectiveCost,BillingCurrency\n1,USD"; grep -qx "mm-cost: c.csv: no column BilledCost, and it reads as FOCUS; --cost chooses others" err
refused "billedcost,BillingCurrency\n1,USD"; grep -q "^mm-cost: c.csv: no bill: among its columns are none of FOCUS (BilledCost)" err
refused "BilledCost,Currency\n1,USD" --cost billed; grep -qx "mm-cost: c.csv: no column BillingCurrency: amounts of an unknown currency are not added up" err
refused "BilledCost,BillingCurrency\n1,USD" --cost billed --by Team; grep -q "no column ${q}Team${q}, and no column Tags where a tag could be so called" err
refused "BilledCost,BillingCurrency\n1,USD" --cost billed --by day; grep -q "no column ${q}day${q}" err
refused "BilledCost,BillingCurrency,BilledCost\n1,USD,2" --cost billed; grep -qx "mm-cost: c.csv: the columns 1 and 3 are both called ${q}BilledCost${q}; which of them counts can not be told" err
refused "BilledCost,BillingCurrency,s,s\n1,USD,a,b" --cost billed --by s; grep -q "the columns 3 and 4 are both called ${q}s${q}" err
printf "BilledCost,BillingCurrency,x,x\n1,USD,a,b\n" >c.csv; mm-cost --cost billed c.csv'

ok 'days that are none' '
printf "BilledCost,BillingCurrency,ChargePeriodStart\n1,USD,2024-01-01T00:00:00Z\n2,USD,01/02/2024\n3,USD,\n4,USD,NULL\n5,USD,2024-1-3\n" >days.csv
status 3 mm-cost --cost billed --by day --format json days.csv >out 2>err
jq -c "[.total.BilledCost,.refused_rows]" out >got; echo "[\"1.00\",4]" >expected; same expected got
head -1 err >got; echo "mm-cost: days.csv: row 2: ChargePeriodStart: ${q}01/02/2024${q} is no time such as 2024-09-18T22:00:00Z; the row is not counted" >expected; same expected got'

ok 'quotes, delimiters and line ends within fields' '
printf "BilledCost,BillingCurrency,\"Service\nName\",Tags\r\n1,USD,\"a\r\n\"\"b\"\",c\",\"{\"\"team\"\": \"\"x\\\\ny\"\"}\"\r\n2,USD,plain,\r\n" >quotes.csv
mm-cost --cost billed --by "Service
Name,team" --format json quotes.csv | jq -c ".groups[]" >out
printf "%s\n" "{\"Service\\nName\":\"plain\",\"team\":null,\"BilledCost\":\"2.00\",\"rows\":1}" "{\"Service\\nName\":\"a\\r\\n\\\"b\\\",c\",\"team\":\"x\\ny\",\"BilledCost\":\"1.00\",\"rows\":1}" >expected; same expected out'

ok 'files that were cut short, at any place' '
{ echo "BilledCost,BillingCurrency,ServiceName"; for i in $(seq 400); do echo "$i,USD,\"s $i\""; done; } >whole.csv
gzip -k whole.csv; zstd -q whole.csv
for f in whole.csv.gz whole.csv.zst; do for n in 5 20 100 $(($(wc -c <$f) - 1)); do head -c $n $f >cut.${f##*.}; status 3 mm-cost --cost billed cut.${f##*.} >out 2>err; [ ! -s out ]; grep -q "^mm-cost: cut.${f##*.}: " err; done; done
head -c $(($(wc -c <whole.csv) - 3)) whole.csv >cut.csv; status 3 mm-cost --cost billed cut.csv >out 2>err; [ ! -s out ]
echo "mm-cost: cut.csv: row 400: a quote is not closed to the end of the file" >expected; same expected err'

ok 'sums that do not fit are refused' '
{ echo "BilledCost,BillingCurrency"; echo "170141183460469231731,USD"; echo "170141183460469231731,USD"; } >large.csv
status 3 mm-cost --cost billed large.csv >out 2>err; [ ! -s out ]; echo "mm-cost: large.csv: a sum does not fit into 128 bits" >expected; same expected err'

finish
