#!/bin/sh
# select - mm-select 'lang == "en"' over NDJSON, beside simdjson and jq.
#
# select            whole processes: read the file, find the field, write the matches (simdjson only counts them)
# select-in-memory  the same run of ours beside simdjson's fastest pass over rows that lie in memory already
# select-on-demand  likewise, beside simdjson's on-demand front end, which checks less than parse_many
# select-jq         beside jq, which reads a slice of the rows
. "${0%/*}/lib.sh"

program peer_simdjson -lsimdjson
rows "$bench/select.ndjson" -s 300
file=$bench/select.ndjson
bytes() { wc -c <"$1" | awk '{ print $1 / 1e9 }'; }
gb=$(bytes "$file")
ours="mm-select -j1 -q 'lang == \"en\"' $file"

[ "$(sh -c "$ours --count")" = "$("$bench/peer_simdjson" "$file")" ] || { echo 'bench select: the counts differ' >&2; exit 1; }
duel select GB/s 1 "$gb" "$ours" "$bench/peer_simdjson $file"

# One pass of the peer is timed inside it: opening and reading the file is left out for the peer alone.
memory_duel() {
    : >"$bench/ours.s"; : >"$bench/peer.s"
    for turn in 1 2 3 4 5; do
        seconds "$ours" >>"$bench/ours.s"
        taskset -c 0 "$bench/peer_simdjson" -p "$2" "$file" >>"$bench/peer.s"
    done
    line "$1" GB/s 1 "$gb" "$(median 5 <"$bench/ours.s")" "$(median 5 <"$bench/peer.s")"
}
memory_duel select-in-memory parse_many
memory_duel select-on-demand iterate_many

# jq needs many seconds for all of it, so it gets a slice, and its time is scaled.
small=$bench/select-small.ndjson
[ -s "$small" ] || head -n 35000 "$file" >"$small"
scale=$(awk -v a="$gb" -v b="$(bytes "$small")" 'BEGIN { print a / b }')
: >"$bench/ours.s"; : >"$bench/peer.s"
for turn in 1 2 3 4 5; do
    seconds "$ours" >>"$bench/ours.s"
    seconds "jq -c 'select(.lang == \"en\")' $small" | awk -v scale="$scale" '{ print $1 * scale }' >>"$bench/peer.s"
done
line select-jq GB/s 40 "$gb" "$(median 5 <"$bench/ours.s")" "$(median 5 <"$bench/peer.s")"
