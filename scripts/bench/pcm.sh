# pcm.sh - sound to float with its level, beside reading the memory it lies in.
. "${0%/*}/lib.sh"
rm -f "$bench/pcm"  # it links the library of this build
program pcm "$MM_BUILD/libmm.a" -D_GNU_SOURCE
taskset -c 0 "$bench/pcm"
