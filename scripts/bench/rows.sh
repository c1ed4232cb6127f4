#!/bin/sh
# rows - mm-ingest over rows of CSV and NDJSON, beside readers that a user would write instead.
#
# rows-csv       a table to records, beside csv.DictReader and json.dumps of Python over a twentieth of it
# rows-ndjson    rows of NDJSON checked strictly and given an id, beside jq -c over a twentieth of them
# rows-schema    the same held against a schema, beside the same without one
. "${0%/*}/lib.sh"

csv=$bench/rows.csv
make_csv() {
    python3 - <<'PY'
import random
r = random.Random(1)
words = "the quick brown fox jumps over lazy dogs and runs away from home again".split()
lines = []
for i in range(20000):
    note = " ".join(r.choice(words) for _ in range(r.randrange(3, 25)))
    if r.random() < .3:
        note = '"' + note.replace(" ", ", ", 1) + '"'
    lines.append("%d,%s,u%d@example.org,%.2f,%s,2024-01-%02d,%s\n"
                 % (i, r.choice(words), i, r.random() * 1000, r.choice(["true", "false"]), r.randrange(1, 29), note))
print("id,name,mail,amount,open,day,note")
block = "".join(lines)
for _ in range(150):
    print(block, end="")
PY
}
gigabytes() { wc -c <"$1" | awk '{ print $1 / 1e9 }'; }
# A peer is timed over the first lines; its time is scaled to the whole.
scaled() { # NAME WHOLE PART OURS PEER
    duel "$1" GB/s 1 "$(gigabytes "$2")" "$4" "$5" | awk -v whole="$(wc -c <"$2")" -v part="$(wc -c <"$3")" '{
        split($4, p, "="); split($3, o, "=")
        peer = p[2] * part / whole
        printf "%s %s %s peer=%.3f %s ratio=%.2f %s\n", $1, $2, $3, peer, $5, o[2] / peer, $7 }'
}

[ -s "$csv" ] || { make_csv >"$csv.part" && mv "$csv.part" "$csv"; }
head -n 150000 "$csv" >"$bench/rows-part.csv"
cat "$csv" >/dev/null
cat >"$bench/peer_rows.py" <<'PY'
import csv, json, sys
with open(sys.argv[1], newline="") as f:
    for row in csv.DictReader(f):
        sys.stdout.write(json.dumps(row) + "\n")
PY
scaled rows-csv "$csv" "$bench/rows-part.csv" "mm-ingest -q -j1 $csv" "python3 $bench/peer_rows.py $bench/rows-part.csv"

rows "$bench/select.ndjson" -s 300
head -n 20000 "$bench/select.ndjson" >"$bench/rows-part.ndjson"
scaled rows-ndjson "$bench/select.ndjson" "$bench/rows-part.ndjson" "mm-ingest -q -j1 $bench/select.ndjson" \
    "jq -c . $bench/rows-part.ndjson"
mm-ingest -q -j1 --schema-out "$bench/rows.schema" "$csv" >/dev/null
duel rows-schema GB/s 0.5 "$(gigabytes "$csv")" "mm-ingest -q -j1 --schema $bench/rows.schema $csv" "mm-ingest -q -j1 $csv"
