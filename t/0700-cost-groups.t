#!/bin/sh
# Bills are added up by group, exactly, and what does not add up is refused with its place.
. "${0%/*}/lib.sh"

cat >bill.csv <<'END'
BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,Tags
0.10,0.1,USD,2024-09-01T00:00:00Z,Storage,"{""team"": ""blue""}"
0.20,0.2,USD,2024-09-01 13:00:00,Storage,"{""team"": ""red""}"
1e-18,0,USD,2024-10-01T00:00:00Z,"Compute, large",NULL
1234.5,1000,USD,2024-10-02T00:00:00Z,"Compute, large","{""team"": ""red"", ""env"": null}"
-4.5,-4.5,USD,2024-10-02T00:00:00Z,"The ""best"" effort",
END

ok 'groups by a column, the dearest first, with their exact total' '
cat >expected <<END
ServiceName              BilledCost     EffectiveCost   share        rows
Compute, large             1,234.50          1,000.00  100.3%           2
Storage                        0.30              0.30    0.0%           2
The "best" effort             -4.50             -4.50   -0.4%           1
total                      1,230.30            995.80  100.0%           5

The groups add up to the 5 rows read, to the last digit; amounts in USD.
END
mm-cost --by ServiceName bill.csv >out; same expected out'

ok 'JSON has every digit, as strings, and null where there is no label' '
cat >expected <<END
{"currency":"USD","groups":[
{"team":"red","month":"2024-10","BilledCost":"1234.50","rows":1},
{"team":"red","month":"2024-09","BilledCost":"0.20","rows":1},
{"team":"blue","month":"2024-09","BilledCost":"0.10","rows":1},
{"team":null,"month":"2024-10","BilledCost":"-4.499999999999999999","rows":2}],
"total":{"BilledCost":"1230.300000000000000001","rows":5},"refused_rows":0}
END
mm-cost --by team,month --cost billed --format json bill.csv >out; same expected out
jq -e ".total.rows == 5" out'

ok 'CSV for other programs, quoted where it must be' '
cat >expected <<END
ServiceName,BilledCost,BillingCurrency,rows
"Compute, large",1234.500000000000000001,USD,2
Storage,0.30,USD,2
"The ""best"" effort",-4.50,USD,1
END
mm-cost --by ServiceName --cost billed --format csv bill.csv >out; same expected out'

ok 'one page with charts, that any reader of XML takes' '
mm-cost --by ServiceName,team --format html bill.csv >page.html
python3 - <<END
import xml.dom.minidom
d = xml.dom.minidom.parse("page.html")
text = lambda n: "".join(c.data if c.nodeType == c.TEXT_NODE else text(c) for c in n.childNodes)
rows = [[text(c) for c in r.childNodes if c.nodeType == c.ELEMENT_NODE] for r in d.getElementsByTagName("tr")]
assert rows[0] == ["ServiceName", "team", "BilledCost", "EffectiveCost", "Rows"], rows
assert rows[1] == ["Compute, large", "red", "1,234.50", "1,000.00", "1"], rows
assert rows[-1] == ["total", "", "1,230.30", "995.80", "5"], rows
assert d.getElementsByTagName("svg") and "script" not in open("page.html").read()
END
status 2 mm-cost anomalies --format html bill.csv'

ok 'all but the dearest in one line' '
cat >expected <<END
day               BilledCost   share        rows
2024-10-02          1,230.00  100.0%           2
(others)                0.30    0.0%           3
total               1,230.30  100.0%           5

The groups add up to the 5 rows read, to the last digit; amounts in USD.
END
mm-cost --by day --top 1 --cost billed bill.csv >out; same expected out'

ok 'gzip, zstd, standard input, a byte order mark, CRLF, semicolons: the same' '
mm-cost --by ServiceName bill.csv >expected
gzip -k bill.csv; zstd -q bill.csv
for f in bill.csv.gz bill.csv.zst; do mm-cost --by ServiceName $f >out; same expected out; done
mm-cost --by ServiceName <bill.csv >out; same expected out
{ printf "\357\273\277"; sed "s/$/\r/" bill.csv; } | mm-cost --by ServiceName - >out; same expected out
printf "BilledCost;EffectiveCost;BillingCurrency;ServiceName\r\n\r\n1;2;EUR;a,b\r\n" | mm-cost --by ServiceName --format csv >out
printf "ServiceName,BilledCost,EffectiveCost,BillingCurrency,rows\n\"a,b\",1.00,2.00,EUR,1\n" >expected; same expected out'

ok 'the same bytes for any number of workers, over many blocks' '
awk "BEGIN { srand(7); print \"BilledCost,BillingCurrency,ServiceName,Note\"
    for (i = 0; i < 60000; i++) printf \"%.9f,USD,s%d,\\\"a note, with \\\"\\\"quotes\\\"\\\"\nand lines %d\\\"\n\", rand(), i % 97, i }" >many.csv
mm-cost -j1 --by ServiceName --cost billed --format csv many.csv >expected
for j in 2 3 5; do mm-cost -j$j --by ServiceName --cost billed --format csv many.csv >out; same expected out; done
grep -c , expected >n; [ "$(cat n)" = 98 ]'

ok 'rows that can not be read are told by number and column, and not counted' '
cat >bad.csv <<END
BilledCost,BillingCurrency,ServiceName
1,USD,a
1.5x,USD,a
,USD,a
2,,a
0.1234567890123456789,USD,a
3,USD
4,USD,a,b
5,USD,a
END
status 3 mm-cost --cost billed --by ServiceName bad.csv >out 2>err'

q="'"
ok 'their messages, whole' '
cat >expected <<END
mm-cost: bad.csv: row 2: BilledCost: ${q}1.5x${q} is no number; the row is not counted
mm-cost: bad.csv: row 3: BilledCost: null, which FOCUS does not allow; the row is not counted
mm-cost: bad.csv: row 4: BillingCurrency: no currency; the row is not counted
mm-cost: bad.csv: row 5: BilledCost: ${q}0.1234567890123456789${q} is more than 18 decimals; the row is not counted
mm-cost: bad.csv: row 6: fewer fields than columns; the row is not counted
mm-cost: bad.csv: row 7: more fields than columns; the row is not counted
END
same expected err
grep -qx "Not counted: 6 rows that could not be read." out'

ok 'several currencies do not add up, unless they are kept apart' '
printf "BilledCost,BillingCurrency\n1,USD\n2,EUR\n" >mixed.csv
status 3 mm-cost --cost billed mixed.csv 2>err
printf "mm-cost: mixed.csv: row 2 or near: EUR after USD: amounts of several currencies do not add up; --by BillingCurrency keeps them apart\n" >expected
same expected err
mm-cost --cost billed --by BillingCurrency mixed.csv --format csv >out
printf "BillingCurrency,BilledCost,rows\nEUR,2.00,1\nUSD,1.00,1\n" >expected; same expected out'

ok 'files that are no bill, cut short, or not there' '
printf "a,b\n1,2\n" >none.csv; status 3 mm-cost none.csv 2>err; grep -q "none.csv: no bill" err
: >empty.csv; status 3 mm-cost empty.csv 2>err; grep -q "empty.csv: no line with the names of columns" err
printf "BilledCost,BillingCurrency\n1,USD\n2,\"USD\n3,USD\n" >open.csv
status 3 mm-cost --cost billed open.csv 2>err; grep -q "open.csv: row 2: a quote is not closed" err
head -c 100 bill.csv.gz >cut.csv.gz; status 3 mm-cost cut.csv.gz 2>err; grep -q "cut.csv.gz: " err
status 3 mm-cost not-there.csv 2>err; grep -q "not-there.csv" err
status 3 mm-cost --cost contracted bill.csv 2>err; grep -q "no column ContractedCost, and it reads as FOCUS; --cost chooses others" err
status 2 mm-cost --cost paid bill.csv 2>err; grep -q "is none of billed, effective, list, contracted" err'

ok 'exports of the clouds are read by their own names' '
printf "line_item_unblended_cost,line_item_currency_code,line_item_product_code,line_item_usage_account_id,resource_tags\n0.5,USD,AmazonS3,1,\"{\"\"team\"\":\"\"red\"\"}\"\n" >cur.csv
mm-cost --by ServiceName,SubAccountId,team --cost billed --format csv cur.csv >out
printf "ServiceName,SubAccountId,team,BilledCost,BillingCurrency,rows\nAmazonS3,1,red,0.50,USD,1\n" >expected; same expected out
printf "costInBillingCurrency,billingCurrency,meterCategory,date\n2,EUR,Storage,2024-01-02\n" >azure.csv
mm-cost --by ServiceName,month --cost billed --format csv azure.csv >out
printf "ServiceName,month,BilledCost,BillingCurrency,rows\nStorage,2024-01,2.00,EUR,1\n" >expected; same expected out
printf "cost,currency,usage_start_time,service.description\n3.25,USD,2024-01-02 03:00:00 UTC,Compute Engine\n" >gcp.csv
mm-cost --by ServiceName,hour --cost billed --format csv gcp.csv >out
printf "ServiceName,hour,BilledCost,BillingCurrency,rows\nCompute Engine,2024-01-02 03,3.25,USD,1\n" >expected; same expected out'

needs '[ -f "$SHARED/data/focus/focus-1.0-sample.csv" ] && python3 -c ""' -- 'no FOCUS sample beside the sources'

ok 'a real FOCUS export adds up as decimal arithmetic of Python has it' '
python3 - "$SHARED/data/focus/focus-1.0-sample.csv" >expected <<END
import csv, decimal, sys, collections
decimal.getcontext().prec = 60
sums = collections.defaultdict(lambda: [decimal.Decimal(0), decimal.Decimal(0), 0])
for row in csv.DictReader(open(sys.argv[1])):
    s = sums[row["ServiceName"], row["RegionId"]]
    s[0] += decimal.Decimal(row["BilledCost"]); s[1] += decimal.Decimal(row["EffectiveCost"]); s[2] += 1
for (service, region), s in sorted(sums.items()):
    print(service, region, s[0].normalize() + 0, s[1].normalize() + 0, s[2])
END
mm-cost --by ServiceName,RegionId --format json "$SHARED/data/focus/focus-1.0-sample.csv" >out
python3 - >got <<END
import decimal, json
d = json.load(open("out"))
for g in sorted(d["groups"], key=lambda g: (g["ServiceName"] or "", g["RegionId"] or "NULL")):
    print(g["ServiceName"] or "NULL", g["RegionId"] or "NULL", decimal.Decimal(g["BilledCost"]).normalize() + 0, decimal.Decimal(g["EffectiveCost"]).normalize() + 0, g["rows"])
END
sort expected >e; sort got >g; same e g'

finish
