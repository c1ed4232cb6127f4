#!/bin/sh
# lib/json answers the same whichever kernels it stands on.
. "${0%/*}/lib.sh"
needs test -x "$MM_BUILD/t/unit/json.t" -- 'the unit tests are not built'

for set in scalar avx2 avx512 no-such-set; do
    ok "the JSON tests pass with MM_SIMD=$set" "
        MM_SIMD=$set '$MM_BUILD/t/unit/json.t'
        MM_SIMD=$set '$MM_BUILD/t/unit/json-conformance.t'
    "
done
finish
