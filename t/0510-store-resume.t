# mm-store is killed at every step it takes, and goes on; it refuses to go on with another input.
. "${0%/*}/lib.sh"
needs command -v cc '&&' command -v python3 -- 'a library that kills is built here'

for i in $(seq 0 39); do
    echo "{\"i\":$i,\"mm\":{\"id\":\"r$i\",\"type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}"
done >in
cc -shared -fPIC -o fault.so "$T/data/fault.c" -ldl
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0; export ASAN_OPTIONS

# strike N COMMAND...: run it so that it dies at its Nth step
strike() {
    at=$1; shift
    FAULT_AT=$at LD_PRELOAD=$PWD/fault.so "$@" 2>err
}

# killed_everywhere OPTIONS...: at each step until a run gets through, then again; the folder is that of a quiet run
killed_everywhere() {
    rm -rf quiet
    mm-store -q "$@" quiet in
    n=1
    while :; do
        rm -rf dir
        strike $n mm-store -q "$@" dir in && break
        [ ! -e dir/manifest.json ] || mm-store -q --verify dir
        mm-store -q "$@" dir in
        diff -r quiet dir
        [ "$(ls -A dir)" = "$(ls -A quiet)" ]
        n=$((n + 1))
    done
    echo $n >steps
    diff -r quiet dir
}

ok 'killed at any step and run again, the folder is that of a run that was not' '
    killed_everywhere -j1 -n 15
    [ $(cat steps) -gt 20 ]'
ok_with crypto 'so it is with threads, zstd and checksums' '
    killed_everywhere -j3 -Z --sha256 -n 15
    [ $(cat steps) -gt 20 ]'
ok 'so it is with mmr and NDJSON' '
    killed_everywhere -j1 -b -n 20
    killed_everywhere -j1 -F ndjson -n 20'

ok 'killed again and again, it still gets there' '
    rm -rf dir; n=1 runs=0
    until strike $((n % 17 + 9)) mm-store -q -j1 -n 5 dir in; do n=$((n + 1)) runs=$((runs + 1)); [ $runs -lt 200 ]; done
    mm-store -q -j1 -n 5 quiet5 in
    diff -r quiet5 dir
    [ $runs -gt 1 ]'

ok 'nothing that is not whole ever stands under the name of a shard' '
    mm-store -q -j1 -n 15 whole in
    for n in $(seq 1 40); do
        rm -rf dir
        strike $n mm-store -q -j1 -n 15 dir in || :
        for f in dir/*.tar; do [ ! -e $f ] || cmp $f whole/${f#dir/}; done
    done'

ok 'what is kept is told, and not written again' '
    rm -rf dir; n=1
    until [ -e dir/shard-000001.tar ] && [ $(grep -c name dir/.mm-store.journal) = 2 ]; do
        rm -rf dir; strike $n mm-store -q -j1 -n 15 dir in || :; n=$((n + 1))
    done
    ls -i dir/*.tar >was
    mm-store -n 15 dir in 2>got
    echo "mm-store: dir: kept 2 complete shards of 30 records; going on behind" >want
    same want got
    ls -i dir/*.tar | sed 2q >is; same was is'

ok 'a complete folder stays as it is' '
    mm-store -q -n 15 done in
    ls -i --full-time done >was
    mm-store -n 15 done in 2>got
    echo "mm-store: done: complete, with 3 shards and 40 records; checking that the input is the same" >want
    same want got
    ls -i --full-time done >is; same was is'

ok 'another input is refused: changed, longer, shorter' '
    cp -r done before
    sed "s/\"i\":7,/\"i\":77,/" in >changed
    sed "s/r16/q16/" in | sed "16s/r15/q15/" >renamed
    (cat in; sed "s/r/s/" in) >longer
    head -n 35 in >shorter
    for f in changed renamed longer shorter; do status 2 mm-store -q -n 15 done $f; done 2>got
    cat >want <<END
mm-store: changed:15: done/shard-000000.tar was made from other records than those up to here: the input is not the one this folder was begun with; give the same, choose another folder, or start anew with --overwrite
mm-store: renamed:16: done/shard-000001.tar was made from other records than those up to here: the input is not the one this folder was begun with; give the same, choose another folder, or start anew with --overwrite
mm-store: longer:41: done is complete with 40 records, and the input has more; choose another folder, or start anew with --overwrite
mm-store: the input ended after 35 records, and done holds more: it is not the input this folder was begun with; give the same, choose another folder, or start anew with --overwrite
END
    same want got
    diff -r before done'

ok 'so are other options' '
    status 2 mm-store -q -n 10 done in 2>got
    echo "mm-store: done was begun with shard_records 15, and this run has 10; run with the same options, choose another folder, or start anew with --overwrite" >want
    same want got
    status 2 mm-store -q -n 15 -Z done in
    SOURCE_DATE_EPOCH=5 status 2 mm-store -q -n 15 done in
    diff -r before done'

ok '--overwrite starts anew, and leaves what is not its own' '
    echo mine >done/README
    mm-store -q -n 20 -b --overwrite done in
    ls done >got
    printf "%s\n" README manifest.json shard-000000.mmr shard-000001.mmr >want
    same want got
    mm-store -q --verify done'

ok 'killed while it overwrites, it never leaves a manifest that lies' '
    n=1
    while :; do
        rm -rf dir; cp -r before dir
        strike $n mm-store -q -j1 -n 20 -b --overwrite dir in && break
        [ ! -e dir/manifest.json ] || mm-store -q --verify dir
        mm-store -q -j1 -n 20 -b --overwrite dir in
        rm -f dir/README; mm-store -q --verify dir
        n=$((n + 1))
    done
    [ $n -gt 10 ]'

ok 'shards of an unknown origin are not mixed with ours' '
    mkdir strange; : >strange/shard-000007.tar
    status 2 mm-store -q strange in 2>got
    echo "mm-store: strange/shard-000007.tar is there, and no manifest speaks of it; choose another folder or --prefix, or remove it with --overwrite" >want
    same want got
    mm-store -q --prefix other strange in'

ok 'a shard that went missing is made anew' '
    mm-store -q -n 15 lost in; cp -r lost kept
    rm lost/shard-000001.tar
    mm-store -q -n 15 lost in
    diff -r kept lost'

ok 'two at a time: the second is refused' '
    mkdir -p busy; mkfifo pipe
    mm-store -q busy <pipe & first=$!
    exec 7>pipe
    python3 - <<END
import fcntl, os
fd = os.open("busy", os.O_RDONLY)
while True:  # until the first one holds the lock
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.flock(fd, fcntl.LOCK_UN)
    except BlockingIOError:
        break
END
    status 2 mm-store -q busy in 2>got
    cat in >&7; exec 7>&-
    wait $first
    echo "mm-store: busy: another mm-store is writing to this folder; wait for it, or choose another" >want
    same want got
    mm-store -q --verify busy'

ok 'input cut short is stored as far as it goes, is said to be incomplete, and can be gone on with' '
    mm-store -q -b -n 100 whole1 in
    head -c 2000 whole1/shard-000000.mmr >cut.mmr
    status 3 mm-store -n 4 inc cut.mmr 2>err
    grep -q "inc: the manifest says that input was missing; run again with all of it to go on" err
    status 3 mm-store -q --verify inc 2>got
    echo "mm-store: inc: incomplete: input was missing when it was stored; store again with all of it" >want
    same want got
    mm-store -q -n 4 inc whole1/shard-000000.mmr
    mm-store -q -n 4 all whole1/shard-000000.mmr
    diff -r all inc'

ok 'a full disk, at any step: exit 4, what to do, no half shard, and then it goes on' '
    mm-store -q -j1 -n 15 quiet15 in
    n=1
    while :; do
        rm -rf dir; got=0
        FAULT=full strike $n mm-store -q -j1 -n 15 dir in || got=$?
        [ $got != 0 ] || break
        [ $got = 4 ]
        grep -q "No space left on device" err
        for f in dir/*.tar; do [ ! -e $f ] || cmp $f quiet15/${f#dir/}; done
        mm-store -q -j1 -n 15 dir in
        diff -r quiet15 dir
        n=$((n + 1))
    done
    [ $n -gt 20 ]'

ok 'the message of a full disk says which shard, what stays, and what to do' '
    n=1
    until grep -q name dir/.mm-store.journal; do
        rm -rf dir; FAULT=full strike $n mm-store -q -j1 -n 15 dir in || :; n=$((n + 1))
    done
    FAULT=full strike $((n + 1)) mm-store -q -j1 -n 15 dir2 in || :
    echo "mm-store: dir2/shard-000001.tar: cannot write: No space left on device; 1 complete shard is kept in dir2: make room and run the same again to go on" >want
    same want err
    ls -A dir2 >got; printf "%s\n" .mm-store.journal shard-000000.tar >want; same want got'

finish
