#!/bin/sh
# redact - mm-redact with all text detectors over NDJSON of which 5% of the rows hold personal data, beside six
# equivalent patterns in hyperscan, called line by line (it only counts).
#
# redact        rows of which 5% are dirty
# redact-clean  rows without personal data
. "${0%/*}/lib.sh"

program peer_hyperscan $(pkg-config --cflags --libs libhs)
rows "$bench/redact.ndjson" -s 300 -d 5
rows "$bench/redact-clean.ndjson" -s 300 -d 0
for name in redact redact-clean; do
    file=$bench/$name.ndjson
    gb=$(wc -c <"$file" | awk '{ print $1 / 1e9 }')
    duel "$name" GB/s 1.6 "$gb" "mm-redact -j1 -q $file" "$bench/peer_hyperscan $file"
done
