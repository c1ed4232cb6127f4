# lib.sh - the harness of the TAP scripts; see t/README. A script says what it tests,
# sources this, states behaviours with `ok`, and closes with `finish`.
#
#   ok 'what holds' 'commands'     runs in the trash folder; passes when each of the commands does (in the
#                                  middle write "! cmd || exit 1": the shell lets a bare "! cmd" pass)
#   same EXPECTED ACTUAL           whole files compared; the difference is shown
#   status N COMMAND...            passes when the command exits with N
#   needs CONDITION... -- 'why'    the rest of the script skips unless the condition holds
#   built FEATURE                  holds when the programs have what WITHOUT can leave out: media, crypto, ocr ...
#   ok_with FEATURE 'what holds' 'commands'   as ok, skipped where that is left out
#
# Run one alone with `sh t/0100-name.t`; -v shows each command, and a failed script leaves its trash folder.

LC_ALL=C; TZ=UTC0; export LC_ALL TZ
unset SOURCE_DATE_EPOCH MM_LOG MM_SIMD MM_STAGE TRACEPARENT
T=$(cd "${0%/*}" && pwd)
MM_BUILD=${MM_BUILD:-$T/../build}
SHARED=$T/../../shared
PATH=$MM_BUILD/bin:$PATH; export PATH
name=${0##*/}; name=${name%.t}
trash=$MM_BUILD/t/trash/$name
rm -rf "$trash"; mkdir -p "$trash"; cd "$trash" || exit 1
verbose=; [ "${1-}" = -v ] && verbose=1
count=0 failed=0

ok() {
    count=$((count + 1))
    [ -n "$verbose" ] && printf '# %s\n' "$2"
    # Not in a condition: there the shell would ignore -e, and only the last command would count.
    (set -e; eval "$2") >"$trash.log" 2>&1
    if [ $? = 0 ]; then
        echo "ok $count - $1"
    else
        echo "not ok $count - $1"; failed=$((failed + 1))
        { echo "# $name: not ok $count - $1"; sed 's/^/#   /' "$trash.log"; printf '%s\n' "$2" | sed 's/^/#   | /'; } >&2
    fi
    [ -n "$verbose" ] && sed 's/^/#   /' "$trash.log"
    return 0
}

same() { diff -u "$1" "$2"; }

status() {
    want=$1; shift
    got=0; "$@" || got=$?
    [ "$got" = "$want" ] || { echo "exit $got, not $want: $*"; return 1; }
}

needs() {
    cond=; while [ "$1" != -- ]; do cond="$cond $1"; shift; done
    eval "$cond" >/dev/null 2>&1 && return 0
    if [ "$count" = 0 ]; then echo "1..0 # SKIP $2"; else echo "1..$count"; echo "# the rest is skipped: $2"; fi
    rm -rf "$trash" "$trash.log"; exit 0
}

built() {
    mm-probe --version | sed 1d | grep -qwe "$1" || mm-probe --features | grep -q "^$1 *yes"
}

ok_with() {
    built "$1" && { shift; ok "$@"; return; }
    count=$((count + 1))
    echo "ok $count # SKIP this build leaves out $1"
}

finish() {
    echo "1..$count"
    cd / && [ "$failed" = 0 ] && rm -rf "$trash" "$trash.log"
    [ "$failed" = 0 ]
    exit
}
