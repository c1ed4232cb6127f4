# kernels.sh - each vector kernel beside its scalar twin.
. "${0%/*}/lib.sh"
rm -f "$bench/kernels"  # it links the library of this build
program kernels "$MM_BUILD/libmm.a" -D_GNU_SOURCE
taskset -c 0 "$bench/kernels"
