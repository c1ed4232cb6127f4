#!/bin/sh
# minhash - signatures of texts for finding near duplicates: 14 bands of 8 rows over runs of five words.
#
# minhash          mm-probe --dup text from file to /dev/null: reading, shingles, signatures, bands, index, writing; beside
#                  the signature step of datatrove (shingles and signatures, nothing else), from pip in an environment
#                  under build/bench; where it can not be installed, what it does again in numpy: then "minhash-stand-in"
# minhash-numpy    beside datatrove's signatures alone, of shingles that are there
# minhash-scalar   ours without vector kernels; peer: ours with
. "${0%/*}/lib.sh"

venv=$bench/datatrove
[ -d "$venv" ] || {
    python3 -m venv "$venv.part" && mv "$venv.part" "$venv"
    "$venv/bin/python" -m pip install -q datatrove spacy nltk tokenizers 'xxhash<4' regex >/dev/null 2>&1 ||
        "$venv/bin/python" -m pip install -q numpy
}

rows "$bench/probe.ndjson" -s 256
mb=$(jq -rj .text "$bench/probe.ndjson" | wc -c | awk '{ print $1 / 1e6 }')
# TEXT-BYTES SECONDS SECONDS-OF-SIGNATURES
set -- $(taskset -c 0 "$venv/bin/python" "$here/peer_minhash.py" "$bench/probe.ndjson" 10)
name=minhash; [ "$1" = datatrove ] || name=minhash-stand-in
ours=$(for turn in 1 2 3; do seconds "mm-probe -q -j1 --only dup --dup text --dup-memory 8G $bench/probe.ndjson"; done | median 3)
scalar=$(seconds "MM_SIMD=scalar mm-probe -q -j1 --only dup --dup text --dup-memory 8G $bench/probe.ndjson")
scaled() { echo "$1 $2" | awk -v mb="$mb" '{ print $2 * mb * 1e6 / $1 }'; }
line $name MB/s 10 "$mb" "$ours" "$(scaled "$2" "$3")"
line minhash-numpy MB/s - "$mb" "$ours" "$(scaled "$2" "$4")"
line minhash-scalar MB/s - "$mb" "$scalar" "$ours"
