#!/bin/sh
# The AVX-512 kernels, with their instructions emulated by SIMDe where the processor has
# none, agree with the scalar ones.
. "${0%/*}/lib.sh"
: "${CC:=cc}"
src=$T/..
needs test "$(uname -m)" = x86_64 -- 'not an x86-64 processor'
needs test -e /usr/include/simde/x86/avx512.h -- 'no libsimde-dev'
needs grep -q avx2 /proc/cpuinfo -- 'no AVX2'

ok 'lib/simd builds with emulated AVX-512' '
    $CC -std=gnu11 -O2 -D_GNU_SOURCE -DMM_SIMDE -I"$src/t/simde" -I"$src/lib" \
        -mavx2 -mbmi -mbmi2 -mlzcnt -mpopcnt -mpclmul -o simd-test "$src"/lib/simd/scalar.c "$src"/lib/simd/dispatch.c \
        "$src"/lib/simd/avx2.c "$src"/lib/simd/avx512.c "$src"/t/unit/simd.c
'
ok 'every AVX-512 kernel agrees with its scalar twin' '
    ./simd-test 4 >out
    ! grep "^not ok" out || exit 1
    sed -n "/^typedef struct mm_kernels/,/^} mm_kernels/p" "$src/lib/mm.h" | grep -c "(\*" >want
    grep -c "^ok .*avx512 .* is as the scalar one" out >got
    same want got
'
finish
