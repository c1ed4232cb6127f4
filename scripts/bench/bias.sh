#!/bin/sh
# bias - all fairness figures with bootstrap intervals over 10 million rows of a CSV, beside Fairlearn's MetricFrame
# without intervals; sketches of 40 numeric fields.
#
# bias           from the CSV on disk to the report, the pipeline's two programs on one core, as the peer
# bias-sketch    a sketch of 40 numeric fields of NDJSON, beside half a GB/s
# bias-memory    most memory of mm-bias in the first, beside 64 MiB
. "${0%/*}/lib.sh"

rows=${ROWS:-10000000}
csv=$bench/bias-$rows.csv
[ -s "$csv" ] || { awk -v n="$rows" 'BEGIN { srand(7); split("north south west", g, " "); print "id,group,label,prediction"
    for (i = 0; i < n; i++) { k = int(3 * rand()); y = rand() < 0.3 + 0.1 * k
        printf "%d,%s,%d,%d\n", i, g[k + 1], y, rand() < (y ? 0.7 : 0.2 + 0.05 * k) } }' >"$csv.part" && mv "$csv.part" "$csv"; }
cat "$csv" >/dev/null
venv=$MM_BUILD/py/fairness
[ -x "$venv/bin/python" ] || { mkdir -p "$MM_BUILD/py"; python3 -m venv "$venv" && "$venv/bin/pip" install -q fairlearn==0.15.0 aif360==0.6.1; }
ours="mm-ingest -q -j1 $csv | mm-bias -q -j1 --by group --label label --prediction prediction --report $bench/bias.json"
: >"$bench/ours.s"
for turn in 1 2 3; do seconds "$ours" >>"$bench/ours.s"; done
line bias Mrows/s 20 "$(awk -v n="$rows" 'BEGIN { print n / 1e6 }')" "$(median 3 <"$bench/ours.s")" \
    "$(seconds "$venv/bin/python $here/peer_fairlearn.py $csv")"

wide=$bench/bias-wide.ndjson
[ -s "$wide" ] || { awk 'BEGIN { srand(3); for (r = 0; r < 20000; r++) { printf "{"
    for (i = 0; i < 40; i++) printf "%s\"f%d\":%.6f", i ? "," : "", i, 1000 * rand() - 500
    print "}" } }' >"$wide.part"; for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do cat "$wide.part"; done >"$wide"; rm "$wide.part"; }
cat "$wide" >/dev/null
gb=$(wc -c <"$wide" | awk '{ print $1 / 1e9 }')
: >"$bench/ours.s"
for turn in 1 2 3 4 5; do seconds "mm-bias sketch -q -j1 $wide" >>"$bench/ours.s"; done
line bias-sketch GB/s 1 "$gb" "$(median 5 <"$bench/ours.s")" "$(awk -v gb="$gb" 'BEGIN { print gb / 0.5 }')"

most=$(head -n 2000000 "$csv" | mm-ingest -q -j1 --format csv | { command time -f %M mm-bias -q -j1 --by group --label label --prediction prediction \
    --report "$bench/bias.json" >/dev/null; } 2>&1 | tail -n 1)
awk -v kb="$most" 'BEGIN { printf "bench bias-memory ours=%.1f peer=64 unit=MiB ratio=%.2f bar=1\n", kb / 1024, 64 * 1024 / kb }'
