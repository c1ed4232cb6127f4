# Sketches: made, merged, shown; their form; what is refused.
. "${0%/*}/lib.sh"
needs command -v jq zstd -- 'jq and zstd read the data'

ok 'a sketch has the bytes that mm-sketch.5 says, as those of the golden one' '
    mm-bias sketch --by x:0 --label y "$T/data/sketch.ndjson" >made
    zstd -qdc "$T/data/sketch.mmsketch.zst" >golden
    cmp golden made'
if command -v python3 >/dev/null; then ok 'a reader by the page alone finds what is in it' '
    python3 "$T/data/sketch_read.py" golden >read
    same "$T/data/sketch.read" read'; fi

jq -nc 'range(3000) | {n: (. * 7919 % 3001), w: ("w" + (. % 11 | tostring)), g: (if . % 3 == 0 then "a" else "b" end), y: (. % 2)}' >all
head -n 1000 all >part1; sed -n 1001,1200p all >part2; sed -n '1201,$p' all >part3

ok 'it is the same for any number of workers, and beside records that pass' '
    mm-bias sketch -j1 --by g --label y all -o 1.sk
    mm-bias sketch -j3 --by g --label y -o 3.sk <all
    cmp 1.sk 3.sk
    mm-bias -q --by g --label y --sketch 4.sk all >out
    same all out; cmp 1.sk 4.sk'
ok 'parts put together are the whole: counts and distinct values exactly, whichever comes first' '
    for i in 1 2 3; do mm-bias sketch --by g --label y part$i -o part$i.sk; done
    mm-bias merge part1.sk part2.sk part3.sk -o m1.sk
    mm-bias merge part3.sk part2.sk part1.sk -o m2.sk
    mm-bias merge part1.sk part2.sk >12.sk; mm-bias merge 12.sk part3.sk >m3.sk
    mm-bias merge part2.sk part1.sk >21.sk; cmp 12.sk 21.sk
    for f in 1 m1 m2 m3; do mm-bias show --json $f.sk | jq -c "del(.quantiles, .lengths, .mean, .standard_deviation, .skewness, .kurtosis)" >$f.exact; done
    for f in m1 m2 m3; do same 1.exact $f.exact; done'
ok 'and quantiles and moments within their bounds' '
    for f in 1 m1 m3; do
        mm-bias show --json $f.sk | grep "^{\"field\":\"n\"" | jq -e " (.quantiles.q50 - 1500 | fabs) < 45 and (.quantiles.q05 - 150 | fabs) < 45 and .quantiles.min == 0
            and .quantiles.max == 3000 and (.mean - 1500.2 | fabs) < 1 and (.standard_deviation - 866.3 | fabs) < 1"
    done'
ok 'what is shown of texts' '
    mm-bias show --json 1.sk | jq -c "select(.field == \"w\") | [.string, .distinct, .top[0], (.top | length)]" >got
    echo "[3000,11,{\"value\":\"w0\",\"count\":273,\"error\":0},10]" >want; same want got
    mm-bias show 1.sk | sed -n "/^w\$/,/^\$/p" | head -n 3 >got
    printf "%s\n" w "    in 3,000; string 3,000; different about 11" "    bytes from 2 to 3, 5 % at most 2, 50 % at most 2, 95 % at most 3" >want; same want got'

ok 'what is no sketch, of another version, damaged, or cut short is refused in a line' '
    try() { w=$1; shift; status 3 mm-bias "$@" >out 2>err; echo "mm-bias: $w" >want; same want err; same /dev/null out; }
    try "all: no sketch; mm-bias sketch makes one" show all
    { printf "MMSKETCH\002\000\000\000"; tail -c +13 1.sk; } >v2.sk
    try "v2.sk: a sketch of version 2, where this program knows version 1" show v2.sk
    head -c 5000 1.sk >cut.sk
    try "cut.sk: the sketch is cut short" merge 1.sk cut.sk
    { head -c 5000 1.sk; printf "\377"; tail -c +5002 1.sk; } >hurt.sk
    try "hurt.sk: the sketch is damaged: its checksum is wrong" show hurt.sk
    cat 1.sk 1.sk >twice.sk
    try "standard input: there is something behind the sketch" show - <twice.sk'
ok 'sketches of different groups are not put together' '
    mm-bias sketch --by w part1 -o w.sk
    mm-bias sketch part1 -o none.sk
    for o in w none; do
        status 2 mm-bias merge 1.sk $o.sk >out 2>err
        echo "mm-bias: $o.sk does not go with 1.sk: it counts other groups, or another label or prediction; mm-bias show tells which" >want
        same want err; same /dev/null out
    done'
ok 'a malformed record is left out whole' '
    printf "{\"n\":1}\n{\"n\":2,\"m\":}\n{\"n\":3}\n" >in
    status 3 mm-bias sketch -q in -o bad.sk 2>err
    grep -q "^mm-bias: in:2: .* at byte 11$" err
    mm-bias show --json bad.sk | jq -c "[.records // empty, .field // empty, .number // empty]" >got
    printf "%s\n" "[2]" "[\"n\",2]" >want; same want got'
ok 'commands that lack something say so' '
    status 2 mm-bias merge >out 2>err; echo "mm-bias: merge takes the sketches to put together" >want; same want err
    status 2 mm-bias show 1.sk 3.sk >out 2>err; echo "mm-bias: show takes one sketch" >want; same want err'
finish
