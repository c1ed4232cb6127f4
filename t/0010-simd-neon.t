#!/bin/sh
# The NEON kernels, cross-compiled and run under an emulator, agree with the scalar ones.
. "${0%/*}/lib.sh"
cross=aarch64-linux-gnu-gcc
needs command -v $cross -- 'no aarch64 cross compiler'
needs command -v qemu-aarch64 -- 'no qemu-user'
src=$T/..

ok 'lib/simd builds for aarch64 without a warning' '
    $cross -std=gnu11 -O2 -Wall -Wextra -Werror -D_GNU_SOURCE -I"$src/lib" -static -o simd-test \
        "$src"/lib/simd/scalar.c "$src"/lib/simd/dispatch.c "$src"/lib/simd/neon.c "$src"/t/unit/simd.c
'
ok 'every NEON kernel agrees with its scalar twin' '
    qemu-aarch64 ./simd-test 10 >out
    ! grep "^not ok" out || exit 1
    sed -n "/^typedef struct mm_kernels/,/^} mm_kernels/p" "$src/lib/mm.h" | grep -c "(\*" >want
    grep -c "^ok .*neon .* is as the scalar one" out >got
    same want got
'
finish
