#!/bin/sh
# redact - mm-redact with all text detectors over NDJSON of which 5% of the rows hold personal data, beside six
# equivalent patterns in hyperscan, called line by line (it only counts).
#
# redact        rows of which 5% are dirty
# redact-clean  rows without personal data
# redact-text   the same words as one plain text that mm-ingest made a payload of
# redact-all    rows of which 5% are dirty, on all processors, beside one
# redact-patterns   1000 regular expressions of a policy, and nothing else, over rows of which 5% are dirty, beside hyperscan's scan
#               of the same lines for the same expressions, without what becomes of a match; compiling is in neither
# redact-presidio   rows of which 5% are dirty, beside Presidio's pattern recognisers on the text of the first 4000 of them (no
#               JSON, no language model), from pip in an environment under build/bench; left out where it can not be installed
. "${0%/*}/lib.sh"

program peer_hyperscan $(pkg-config --cflags --libs libhs)
rows "$bench/redact.ndjson" -s 300 -d 5
rows "$bench/redact-clean.ndjson" -s 300 -d 0
gigabytes() { wc -c <"$1" | awk '{ print $1 / 1e9 }'; }
for name in redact redact-clean; do
    file=$bench/$name.ndjson
    duel "$name" GB/s 1.6 "$(gigabytes "$file")" "mm-redact -j1 -q $file" "$bench/peer_hyperscan $file"
done

text=$bench/redact.txt
if [ ! -s "$text" ]; then
    head -c 33554432 "$bench/redact-clean.ndjson" | sed -n 's/.*"text":"\([^"\\]*\).*/\1/p' >"$text"
    for i in 1 2 3; do cat "$text"; done >"$text.part" && mv "$text.part" "$text"   # start-up must not tell
    mm-ingest -q -b --inline "$text" >"$bench/redact-text.mmr"
fi
duel redact-text GB/s 1.6 "$(gigabytes "$text")" "mm-redact -j1 -q $bench/redact-text.mmr" "$bench/peer_hyperscan $text"

# All processors beside one: not pinned, so timed here.
elapsed() {
    for turn in 1 2 3 4 5; do
        start=$(date +%s%N)
        mm-redact "$1" -q "$bench/redact.ndjson" >/dev/null
        echo $(($(date +%s%N) - start)) | awk '{ printf "%.6f\n", $1 / 1e9 }'
    done | median 5
}
line redact-all GB/s 1.5 "$(gigabytes "$bench/redact.ndjson")" "$(elapsed -j"$(nproc)")" "$(elapsed -j1)"

program peer_patterns $(pkg-config --cflags --libs libhs)
awk -f "$here/gen_patterns.awk" >"$bench/patterns.txt"
echo '{ "version": 1, "redact": { "patterns": [ { "entity": "CUSTOM", "file": "'"$bench/patterns.txt"'" } ] } }' >"$bench/patterns.json"
echo '{}' >"$bench/one.ndjson"
processor() {  # seconds of user and system
    for turn in 1 2 3 4 5; do
        taskset -c 0 sh -c "$1 >/dev/null; times" | awk -F'[ms ]+' 'END { print $1 * 60 + $2 + $3 * 60 + $4 }'
    done | median 5
}
matching="mm-redact -j1 -q --policy $bench/patterns.json --entities CUSTOM"
$matching "$bench/one.ndjson" >/dev/null || { echo 'bench redact-patterns: mm-redact failed' >&2; exit 1; }
start=$(processor "$matching $bench/one.ndjson")
all=$(processor "$matching $bench/redact.ndjson")
peer=$(for turn in 1 2 3 4 5; do taskset -c 0 "$bench/peer_patterns" "$bench/patterns.txt" "$bench/redact.ndjson" | cut -d' ' -f2; done | median 5)
line redact-patterns GB/s 0.8 "$(gigabytes "$bench/redact.ndjson")" "$(echo "$all $start" | awk '{ print $1 - $2 }')" "$peer"

presidio=$bench/presidio/bin/python
[ -x "$presidio" ] || {
    python3 -m venv "$bench/presidio" && "$presidio" -m pip install -q presidio-analyzer
} >/dev/null 2>&1 || :
if set -- $(taskset -c 0 "$presidio" "$here/peer_presidio.py" "$bench/redact.ndjson" 4000 2>/dev/null) && [ $# = 3 ]; then
    ours=$(processor "mm-redact -j1 -q $bench/redact.ndjson")
    peer=$(wc -c <"$bench/redact.ndjson" | awk -v s="$1" -v n="$2" '{ print s / n * $1 }')
    line redact-presidio GB/s 300 "$(gigabytes "$bench/redact.ndjson")" "$ours" "$peer"
else
    echo "redact-presidio: presidio-analyzer can not be had" >&2
fi
