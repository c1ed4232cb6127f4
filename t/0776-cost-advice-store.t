#!/bin/sh
# Advice on what is kept and what stands idle: tiers by access, compression levels, brokers, partitions.
. "${0%/*}/lib.sh"

cat >book.yaml <<END
version: 1
currency: USD
machines: [{cpu_hour: 0.05}]
types:
  - {type: kafka.large, region: any, cores: 8, memory_gib: 32, hour: {on-demand: 0.5}}
  - {type: tiny, region: any, cores: 2, memory_gib: 4, hour: {on-demand: 0.1}}
storage:
  - {tier: HOT, gib_month: 0.02}
  - {tier: COOL, gib_month: 0.01, gib_read: 0.01}
  - {tier: COLD, gib_month: 0.001, gib_read: 0.05, gib_written: 0.02}
END
gib=1073741824

ok 'tiers by what reading and keeping cost, the days when nothing was read taken for how often it will be' '
{ echo name,bytes,accessed,tier
  echo new,$((100 * gib)),2026-10-31,HOT
  echo a,$((10 * gib)),2026-09-21T10:00:00Z,HOT     # 40 days: at once a month 0.02 is least
  echo b,$((20 * gib)),2026-07-13,HOT               # 110 days: 0.0138 in COOL
  echo c,$((40 * gib)),2026-04-04,HOT               # 210 days: 0.0094 in COLD
  echo d,$((80 * gib)),2024-01-01,HOT               # 1034 days: 0.0052 in COLD
  echo e,$((80 * gib)),2024-01-01,COLD; } | sed "s/  *#.*//" >inventory.csv
mm-cost advice --book book.yaml --format json inventory.csv >out; cat out
python3 - <<END
import json
a = json.load(open("out"))["advice"]
month = 730 / 24
at = lambda days, tier: {"HOT": 0.02, "COOL": 0.01 + 0.01 * month / days, "COLD": 0.001 + 0.05 * month / days}[tier]
want = {("COOL", 90): 20 * (0.02 - at(90, "COOL")), ("COLD", 180): 40 * (0.02 - at(180, "COLD")) + 80 * (0.02 - at(365, "COLD"))}
got = {(x["set"]["tier"], x["set"]["days"]): float(x["saving"]) for x in a}
assert got.keys() == want.keys() and all(abs(got[k] - want[k]) < 1e-6 for k in want), (got, want)
assert all(x["kind"] == "tier" and x["per"] == "month" and x["set"]["from"] == "HOT" for x in a)
cold, = [x for x in a if x["set"]["tier"] == "COLD"]
rule = json.loads(cold["do"].split(chr(39))[1])
assert rule["Rules"][0]["Transitions"] == [{"Days": 180, "StorageClass": "COLD"}], rule
END
for j in 1 3; do mm-cost advice -j$j --book book.yaml --format json inventory.csv >again; same out again; done'

ok 'the level whose processor time and months of storage cost least' '
printf "level,bytes_in,bytes_out,cpu_s\n1,1000000000,500000000,2\n3,1000000000,450000000,3\n9,1000000000,400000000,20\n19,1000000000,380000000,2000\n" >levels.csv
mm-cost advice --book book.yaml --months 24 --format json levels.csv >out; cat out
python3 - <<END
import json
a, = json.load(open("out"))["advice"]
tib = 2**40
cost = lambda size, cpu: tib * cpu / 1e9 * 0.05 / 3600 + 1024 * size / 1e9 * 0.02 * 24
levels = {1: cost(5e8, 2), 3: cost(4.5e8, 3), 9: cost(4e8, 20), 19: cost(3.8e8, 2000)}
assert a["set"]["zstd"] == min(levels, key=levels.get) == 9 and a["do"] == "-Z 9" and a["per"] == "TiB"
assert abs(float(a["saving"]) - (levels[3] - levels[9])) < 1e-5
END
mm-cost advice --book book.yaml --months 0.01 --format json levels.csv | jq -e ".advice[0].set.zstd == 1"'

ok 'measured on the spot' '
awk "BEGIN { srand(3); for (i = 0; i < 40000; i++) printf \"{\\\"n\\\":%d,\\\"text\\\":\\\"word%d word%d\\\"}\n\", i, rand() * 99, rand() * 999 }" >sample.ndjson
mm-cost advice --book book.yaml --months 10000 --measure sample.ndjson --format json >out; cat out
jq -e ".advice | length == 1 and .[0].kind == \"compression\" and .[0].set.zstd > 3 and (.[0].saving | tonumber) > 0" out'

ok 'brokers that carry nothing, priced by their machines' '
cat >brokers.json <<END
{"status":"success","data":{"resultType":"matrix","result":[
{"metric":{"__name__":"kafka_server_brokertopicmetrics_bytesin_total","instance":"b1","instance_type":"kafka.large"},"values":[[1,"100"],[2,"900"]]},
{"metric":{"__name__":"kafka_server_brokertopicmetrics_bytesin_total","instance":"b2","instance_type":"kafka.large"},"values":[[1,"5000"],[2,"5700"]]},
{"metric":{"__name__":"kafka_server_brokertopicmetrics_bytesin_total","instance":"b3","instance_type":"kafka.large"},"values":[[1,"99999"],[2,"100000"]]}]}}
END
mm-cost advice --book book.yaml --format json brokers.json >out; cat out
jq -e ".advice | length == 1 and .[0].kind == \"idle\" and .[0].set.broker == \"b3\" and .[0].saving == \"365.000000\"" out
sed "s/,.instance_type.:.kafka.large.//" brokers.json | mm-cost advice --book book.yaml --format json >out
jq -e ".advice[0] | .saving == \"73.000000\" and (.about | test(\"cheapest machine of the book, tiny\"))" out'

ok 'partitions that carry nothing' '
cat >parts.json <<END
{ "status" : "success", "data": {"resultType":"vector","result":[
{"metric":{"topic":"a","partition":"0"},"value":[1,"10"]},
{"metric":{"topic":"a","partition":"1"},"value":[1,"0"]},
{"metric":{"topic":"a","partition":"2"},"value":[1,"0"]},
{"metric":{"topic":"b","partition":"0"},"value":[1,"3"]},
{"metric":{"topic":"c","partition":"0"},"value":[1,"0"]}]}}
END
mm-cost advice parts.json >out
cat >expected <<END
idle: topic a: 2 of 3 partitions carried nothing
    risk: partitions are never fewer in a topic: a new one takes its place, and keys fall to other partitions
    do:   kafka-topics.sh --create --topic a.new --partitions 1, and let producers and readers move there
idle: topic c: 1 of 1 partitions carried nothing
    risk: partitions are never fewer in a topic: a new one takes its place, and keys fall to other partitions
    do:   kafka-topics.sh --delete --topic c, once nobody needs it
END
same expected out'

ok 'bad rows, failed queries, and prices that are missing are told' '
q="'"'"'"
printf "bytes,accessed,tier\n1,2026-01-01,HOT\nx,2026-01-01,HOT\n1,never,HOT\n5,2026-01-01,LOST\n" >bad.csv
status 3 mm-cost advice --book book.yaml bad.csv >out 2>err
cat >expected <<END
mm-cost: bad.csv: row 2: no number of bytes; the row is not counted
mm-cost: bad.csv: row 3: no time such as 2024-09-18T22:00:00Z; the row is not counted
mm-cost: the price book has no price of tier LOST
END
same expected err
echo "{\"status\":\"error\",\"errorType\":\"bad_data\"}" >failed.json; status 3 mm-cost advice failed.json 2>err
grep -qx "mm-cost: failed.json: an answer of Prometheus without data.result: its query failed" err
status 2 mm-cost advice bad.csv 2>err; status 2 mm-cost advice levels.csv 2>err
printf "{\"status\":\"success\",\"data\":{\"result\":[{\"metric\":{\"x\":\"y\"},\"value\":[1,\"2\"]}]}}" >odd.json; status 3 mm-cost advice odd.json 2>err
grep -q "series 1: no number, or neither a broker" err'

finish
