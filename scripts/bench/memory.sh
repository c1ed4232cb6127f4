#!/bin/sh
# memory - peak resident memory of each filter on a long stream from a pipe, at -j1 and -j2.
#
# The figures are MiB; `peer` is what may be used: 64, and 16 more a worker when there are several. The
# stream is 10 GiB, or MEMORY_MIB.
. "${0%/*}/lib.sh"

program gen_rows
mib=${MEMORY_MIB:-10240}
store=$bench/memory-store

peak() {
    workers=$1; shift
    allowed=64; [ "$workers" = 1 ] || allowed=$((64 + 16 * workers))
    tool=$1; shift
    command -v "$tool" >/dev/null || { echo "bench memory: no $tool in this build" >&2; return 0; }
    "$bench/gen_rows" -s "$mib" -d 5 |
        /usr/bin/time -f %M -o "$bench/memory.kb" "$tool" -q "-j$workers" "$@" >/dev/null
    tail -n 1 "$bench/memory.kb" | awk -v name="memory-${tool#mm-}-j$workers" -v allowed="$allowed" '{
        printf "bench %s ours=%.1f peer=%d unit=MiB ratio=%.2f bar=1\n", name, $1 / 1024, allowed, allowed * 1024 / $1 }'
}

for j in 1 2; do
    peak $j mm-select 'lang == "en" and len(text) > 300'
    peak $j mm-ingest -
    peak $j mm-probe
    peak $j mm-redact
    rm -rf "$store"
    peak $j mm-store "$store"
    rm -rf "$store"
done
