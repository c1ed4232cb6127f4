#!/bin/sh
# The output of mm-redact has the same bytes for any number of workers and any instruction set, and a second run
# finds nothing more.
. "${0%/*}/lib.sh"
needs command -v cc -- 'no compiler'
cc -O2 -o gen_rows "$T/../scripts/bench/gen_rows.c"
./gen_rows -s 4 -d 20 >rows
mm-redact -q -j1 rows >want

ok 'four workers' 'mm-redact -q -j4 rows >out; same want out'
for set in scalar avx2 avx512; do
    ok "the $set kernels" "MM_SIMD=$set mm-redact -q -j1 rows >out; same want out"
done
ok 'by mmr and back' 'mm-redact -q -b rows | mm-redact -q -F ndjson --entities email | sed "s/,{\"tool\":\"mm-redact 0.1.0\"}\]/]/" >out; same want out'
ok 'nothing is left: a second run finds nothing' '
    mm-redact --dry-run want 2>err
    echo "mm-redact: found in 0 records: nothing" >want.err
    same want.err err'
ok 'every dirty row of the generator is found, and no other' '
    ./gen_rows -s 4 -d 100 | mm-redact -q | grep -vc "\"mm\":{\"redact\"" >got || true
    echo 0 >zero; same zero got
    ./gen_rows -s 4 -d 0 >clean
    mm-redact -q clean | cmp - clean'
finish
