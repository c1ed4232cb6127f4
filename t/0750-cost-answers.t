#!/bin/sh
# Answers of Prometheus and allocations of OpenCost are read as they come from their APIs, told by themselves.
. "${0%/*}/lib.sh"
q="'"

cat >matrix.json <<'END'
{"status":"success","data":{"resultType":"matrix","result":[
 {"metric":{"__name__":"cost","team":"blue","odd":"a \"]}{[ b"},"values":[[1767225600,"1.5"],[1767229200.5,"2.25"]]},
 {"metric":{"__name__":"cost","team":"red"},"values":[[1767225600,"0.1"],[1767229200,"1.2345678901234567e-3"]]},
 {"metric":{},"values":[[1767225600,"4"]]}]}}
END
cat >vector.json <<'END'
{"status":"success","data":{"resultType":"vector","result":[{"metric":{"namespace":"prod"},"value":[1767225600.781,"12.5"]},{"metric":{"namespace":"test"},"value":[1767225600.781,"-2"]}]}}
END
cat >opencost.json <<'END'
{"code":200,"data":[
 {"cluster-one/web":{"name":"cluster-one/web","properties":{"cluster":"cluster-one","namespace":"web","pod":"web-1","labels":{"team":"blue","app":"x"}},
   "window":{"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z"},"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z","minutes":1440,
   "cpuCoreHours":24,"cpuCost":0.75,"ramCost":0.125,"totalCost":0.87500000000000000019,"totalEfficiency":0.5},
  "__idle__":{"name":"__idle__","properties":{"cluster":"cluster-one"},"start":"2026-01-01T00:00:00Z","end":"2026-01-02T00:00:00Z","cpuCoreHours":8,"totalCost":1e-7}},
 {"cluster-one/web":{"name":"cluster-one/web","properties":{"cluster":"cluster-one","namespace":"web","labels":{"team":"blue"}},"start":"2026-01-02T00:00:00Z","totalCost":2}}]}
END

ok 'a matrix: each number is an amount at its time, with the labels of its series' '
cat >expected <<END
{"currency":"USD","groups":[
{"team":null,"hour":"2026-01-01T00","BilledCost":"4.00","rows":1},
{"team":"blue","hour":"2026-01-01T01","BilledCost":"2.25","rows":1},
{"team":"blue","hour":"2026-01-01T00","BilledCost":"1.50","rows":1},
{"team":"red","hour":"2026-01-01T00","BilledCost":"0.10","rows":1},
{"team":"red","hour":"2026-01-01T01","BilledCost":"0.001234567890123457","rows":1}],
"total":{"BilledCost":"7.851234567890123457","rows":5},"refused_rows":0}
END
mm-cost --currency USD --by team,hour --cost billed --format json matrix.json >out; same expected out'

ok 'a vector, packed, beside a bill' '
gzip -k vector.json; printf "BilledCost,BillingCurrency,namespace\n1,USD,prod\n" >bill.csv
mm-cost --currency USD --by namespace --cost billed --format csv vector.json.gz bill.csv >out
printf "namespace,BilledCost,BillingCurrency,rows\nprod,13.50,USD,2\ntest,-2.00,USD,1\n" >expected; same expected out'

ok 'allocations of OpenCost, by their properties and labels; what is idle stays in sight' '
mm-cost --currency EUR --by namespace,team,day --cost billed --format csv opencost.json >out
cat >expected <<END
namespace,team,day,BilledCost,BillingCurrency,rows
web,blue,2026-01-02,2.00,EUR,1
web,blue,2026-01-01,0.875,EUR,1
,,2026-01-01,0.0000001,EUR,1
END
same expected out
mm-cost --currency EUR --by name --cost billed --per cpuCoreHours --format csv opencost.json >out
printf "name,BilledCost,quantity,UnitBilledCost,BillingCurrency,rows\ncluster-one/web,2.875,24,0.119791666666666667,EUR,2\n__idle__,0.0000001,8,0.0000000125,EUR,1\n" >expected; same expected out'

ok 'the currency of the book, when none is named' '
printf "version: 1\ncurrency: CHF\nmachines: [{cpu_hour: 1}]\n" >book.yaml
mm-cost --book book.yaml --cost billed --format json vector.json | jq -r .currency >out; echo CHF >expected; same expected out
status 2 mm-cost vector.json 2>err; echo "mm-cost: vector.json: it does not say the currency of its amounts; name it with --currency" >expected; same expected err'

ok 'series of both are looked at for alarms' '
mm-cost anomalies --all --format csv matrix.json | cut -d, -f1-3 >out; head -3 out
[ "$(wc -l <out)" = 6 ]
mm-cost anomalies --by namespace --all --format csv opencost.json | cut -d, -f1-3 >out
printf "time,namespace,value\n2026-01-01T00:00:00Z,,1e-7\n2026-01-01T00:00:00Z,web,0.875\n2026-01-02T00:00:00Z,web,2\n" >expected; sort out >a; sort expected >b; same b a'

ok 'what is no amount is told by its element, and not counted' '
printf "%s" "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{},\"value\":[1,\"NaN\"]},{\"metric\":{},\"value\":[1,\"2\"]},{\"metric\":{},\"value\":[1]}]}}" >nan.json
status 3 mm-cost --currency USD --cost billed --format json nan.json >out 2>err; jq -c "[.total.BilledCost,.refused_rows]" out >got; echo "[\"2.00\",2]" >expected; same expected got
cat >expected <<END
mm-cost: nan.json: element 1: value: ${q}NaN${q} is no number; it is not counted
mm-cost: nan.json: element 3: value: ${q}${q} is no pair of a time and a number in quotes; it is not counted
END
same expected err
sed "s/\"totalCost\":2/\"total\":2/" opencost.json >no.json
status 3 mm-cost --currency USD --cost billed no.json 2>err >out; grep -qx "mm-cost: no.json: element 3: totalCost: ${q}${q} is not there; it is not counted" err'

ok 'errors, and files that were cut short' '
echo "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}" >e.json
status 3 mm-cost --currency USD e.json 2>err; echo "mm-cost: e.json: the answer is an error: \"parse error\"" >expected; same expected err
for n in 30 100 200 300; do head -c $n opencost.json >cut.json; status 3 mm-cost --currency USD cut.json 2>err; grep -q "cut.json: behind element [0-9]*: no whole JSON" err; done
sed "s/\"namespace\":\"web\",\"pod\"/\"namespace\":web,\"pod\"/" opencost.json >bad.json
status 3 mm-cost --currency USD bad.json 2>err; grep -q "bad.json: element 1: byte [0-9]*: " err
sed "s/0.5},/0.5}/" opencost.json >comma.json
status 3 mm-cost --currency USD comma.json 2>err; grep -q "comma.json: before element 2: " err'

case $MM_BUILD in *asan*) needs false -- 'the sanitizers need memory of their own' ;; esac

ok 'however long it is, one element is held' '
awk "BEGIN { printf \"{\\\"code\\\":200,\\\"data\\\":[{\"; for (i = 0; i < 200000; i++) printf \"%s\\\"n%d\\\":{\\\"name\\\":\\\"n%d\\\",\\\"properties\\\":{\\\"namespace\\\":\\\"s%d\\\"},\\\"start\\\":\\\"2026-01-01T00:00:00Z\\\",\\\"totalCost\\\":0.25}\", i ? \",\" : \"\", i, i, i % 7; print \"}]}\" }" >long.json
(ulimit -v 400000; mm-cost -j1 --currency USD --by namespace --cost billed --format json long.json | jq -c "[.total.BilledCost,.total.rows]") >out; echo "[\"50000.00\",200000]" >expected; same expected out'

finish
