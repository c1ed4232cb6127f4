#!/bin/sh
# The fuzz targets hold on their start inputs and some thousand inputs made from them.
. "${0%/*}/lib.sh"
src=$T/..
needs command -v clang -- 'no clang'
needs 'echo "int LLVMFuzzerTestOneInput(const char *p, unsigned long n) { return 0; }" >probe.c &&
    clang -fsanitize=fuzzer,address probe.c -o probe' -- 'clang has no fuzzer runtime'

ok 'the targets build' 'env -u MAKEFLAGS make -s -C "$src" fuzz-build'
for target in "$src"/t/fuzz/*.c; do
    name=$(basename "$target" .c)
    ok "$name: no crash, no difference" "
        mkdir -p corpus-$name start-$name
        if [ -d '$src/t/fuzz/corpus/$name' ]; then cp '$src/t/fuzz/corpus/$name'/* start-$name; fi
        '$src/build/fuzz/t/fuzz/$name' -runs=20000 -max_total_time=5 -max_len=1000 -seed=1 corpus-$name start-$name
    "
done
finish
