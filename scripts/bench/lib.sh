# lib.sh - what the measures share; sourced by them.
#
#   program NAME [CC-ARGUMENTS]   build scripts/bench/NAME.c (or .cc); its path is $bench/NAME
#   rows FILE [GEN-ARGUMENTS]     make FILE by gen_rows unless it is there; read it once into the page cache
#   duel NAME UNIT BAR AMOUNT OURS PEER
#                                 run both commands in turn five times on one core, print the line;
#                                 AMOUNT divided by seconds is the figure; medians are compared
#   line NAME UNIT BAR AMOUNT OURS PEER
#                                 print the line for times that were taken otherwise, in seconds

set -eu
LC_ALL=C; export LC_ALL
here=$(cd "${0%/*}" && pwd)
MM_BUILD=${MM_BUILD:-$here/../../build}
bench=$MM_BUILD/bench
PATH=$MM_BUILD/bin:$PATH; export PATH
mkdir -p "$bench"

program() {
    name=$1; shift
    for src in "$here/$name.c" "$here/$name.cc"; do
        [ -f "$src" ] || continue
        [ "$bench/$name" -nt "$src" ] && return 0
        case $src in *.cc) c=${CXX:-c++} ;; *) c=${CC:-cc} ;; esac
        $c -O3 -march=native -I"$here/../../lib" -o "$bench/$name" "$src" "$@"
    done
}

rows() {
    file=$1; shift
    program gen_rows
    [ -s "$file" ] || { "$bench/gen_rows" "$@" >"$file.part" && mv "$file.part" "$file"; }
    cat "$file" >/dev/null
}

seconds() {
    start=$(date +%s%N)
    taskset -c 0 sh -c "$1" >/dev/null
    echo $(($(date +%s%N) - start)) | awk '{ printf "%.6f\n", $1 / 1e9 }'
}

median() { sort -n | sed -n "$((($1 + 1) / 2))p"; }

line() {
    awk -v name="$1" -v unit="$2" -v bar="$3" -v amount="$4" -v ours="$5" -v peer="$6" 'BEGIN {
        printf "bench %s ours=%.3f peer=%.3f unit=%s ratio=%.2f bar=%s\n",
            name, amount / ours, amount / peer, unit, peer / ours, bar }'
}

duel() {
    : >"$bench/ours.s"; : >"$bench/peer.s"
    for turn in 1 2 3 4 5; do
        seconds "$5" >>"$bench/ours.s"
        seconds "$6" >>"$bench/peer.s"
    done
    line "$1" "$2" "$3" "$4" "$(median 5 <"$bench/ours.s")" "$(median 5 <"$bench/peer.s")"
}
