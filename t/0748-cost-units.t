#!/bin/sh
# What a thousand images, an hour of audio, a million tokens, a GiB kept cost: costs divided by a column, a member, or a table.
. "${0%/*}/lib.sh"
q="'"

cat >bill.csv <<'END'
BilledCost,BillingCurrency,ChargePeriodStart,ServiceName,ConsumedQuantity,Tags
10,USD,2026-01-01T00:00:00Z,Compute,4,"{""team"":""blue""}"
20,USD,2026-01-01T00:00:00Z,Compute,2.5,"{""team"":""red""}"
3,USD,2026-02-01T00:00:00Z,Storage,,"{""team"":""blue""}"
END
cat >usage.csv <<'END'
team,images,audio_hours,tokens,kept_bytes
blue,3000,2,4000000,1073741824
red,1,0.5,0,10737418240
green,5,0,1,0
END

ok 'a thousand images, by a table of what there was' '
cat >expected <<END
team         BilledCost            images          per unit   share        rows
red               20.00                 1         20,000.00   60.6%           1
blue              13.00             3,000              4.33   39.4%           2
green              0.00                 5              0.00    0.0%           0
total             33.00             3,006             10.98  100.0%           3

The groups add up to the 3 rows read, to the last digit; amounts in USD.
A unit is 1,000 of images.
END
mm-cost --by team --cost billed --per images/1000 --usage usage.csv bill.csv >out; same expected out'

ok 'an hour of audio, a million tokens, a GiB kept' '
unit() { mm-cost --by team --cost billed --format json --usage usage.csv --per "$1" bill.csv | jq -c "[.units,(.groups[]|select(.team==\"blue\")|.quantity,.UnitBilledCost)]"; }
{ unit audio_hours; unit tokens/1000000; unit kept_bytes/1073741824; } >out
cat >expected <<END
["1","2","6.50"]
["1000000","4000000","3.25"]
["1073741824","1073741824","13.00"]
END
same expected out'

ok 'a column of the bill; nothing is divided by nothing' '
mm-cost --by ServiceName --cost billed --format csv --per ConsumedQuantity bill.csv >out
printf "ServiceName,BilledCost,quantity,UnitBilledCost,BillingCurrency,rows\nCompute,30.00,6.5,4.615384615384615385,USD,2\nStorage,3.00,0,,USD,1\n" >expected; same expected out'

ok 'a member of a ledger: records and bytes' '
printf "version: 1\ncurrency: USD\nmachines: [{cpu_hour: 3600}]\n" >book.yaml
for n in 100 300; do printf "{\"stage\":\"s%s\",\"start\":\"2026-01-01T00:00:00Z\",\"wall_s\":1,\"cpu_s\":%s,\"peak_rss_bytes\":0,\"records\":{\"in\":%s}}\n" $n $n 200; done >l.ndjson
mm-cost --book book.yaml --by stage --cost billed --per records.in/1000 --format csv l.ndjson >out
printf "stage,BilledCost,quantity,UnitBilledCost,BillingCurrency,rows\ns300,300.00,200,1500.00,USD,1\ns100,100.00,200,500.00,USD,1\n" >expected; same expected out'

ok 'together with costs that are split, by month' '
printf "version: 1\ncost:\n  split: [{name: s, where: {ServiceName: Storage}, by: even}]\n" >p.yaml
printf "team,n\nblue,2\nred,4\n" >n.csv
mm-cost --policy p.yaml --by team --cost billed --per n --usage n.csv --format csv bill.csv >out
printf "team,BilledCost,SharedBilledCost,quantity,UnitBilledCost,BillingCurrency,rows\nred,21.50,1.50,4,5.375,USD,1\nblue,11.50,1.50,2,5.75,USD,1\n" >expected; same expected out'

ok 'what can not be divided is refused with its place' '
status 2 mm-cost --per images/x bill.csv 2>err; grep -q "^mm-cost: --per: ${q}x${q} is no number above 0" err
status 2 mm-cost --usage usage.csv bill.csv 2>err; grep -q "^mm-cost: --usage: --per NAME says which" err
status 3 mm-cost --cost billed --per images bill.csv 2>err; grep -q "^mm-cost: bill.csv: no column ${q}images${q}, which --per names; --usage FILE" err
status 3 mm-cost --cost billed --per images --usage usage.csv --by ServiceName bill.csv 2>err; grep -qx "mm-cost: usage.csv: no column ${q}ServiceName${q}, which --by names" err
printf "team,images\nblue,1\nred,many\n" >bad.csv
status 3 mm-cost --cost billed --per images --usage bad.csv --by team bill.csv 2>err; grep -qx "mm-cost: bad.csv: row 2: images: no number" err
sed "s/2.5/2,5/" bill.csv | sed "3s/2,5/\"2,5\"/" >comma.csv
status 3 mm-cost --cost billed --per ConsumedQuantity comma.csv 2>err; grep -q "comma.csv: row 2: ConsumedQuantity: ${q}2,5${q} is no number; the row is not counted" err'

finish
