# mm-ingest: files that vanish, grow or change under it, and ends in the middle.
. "${0%/*}/lib.sh"

src='jq -r .mm.src'

# while_held FILES COMMANDS: run mm-ingest over FILES; once it has looked at all of them, and before it has read the
# long ones, run COMMANDS. A FIFO behind them makes sure of the order: it is opened when they were looked at.
while_held() {
    rm -f gate; mkfifo gate
    mm-ingest -j1 $1 gate >out 2>err & pid=$!
    exec 3>gate
    eval "$2"
    printf gate >&3; exec 3>&-
    got=0; wait $pid || got=$?
}
fresh() { head -c 500000 /dev/urandom >long; printf 'hello\n' >short; tar cf long.tar long short; }

ok 'a file that vanishes is a bad record' '
    fresh; while_held "long short" "rm long"
    [ $got = 3 ]; $src out >names; printf "%s\n" short gate >want; same want names
    head -1 err >told; echo "mm-ingest: long: the file vanished: No such file or directory" >want; same want told
    grep "^mm-ingest: 3 in, 2 out, 0 dropped, 1 bad;" err'
ok 'so is one that grows, shrinks, or gets other bytes' '
    for change in "printf more >>long" "truncate -s 1000 long" "printf x | dd of=long bs=1 seek=5 conv=notrunc status=none" \
        "mv short long"; do
        fresh; while_held "long short" "$change"
        [ $got = 3 ]; $src out >names; printf "%s\n" short gate >want; same want names
        head -1 err >told; echo "mm-ingest: long: the file changed while it was read" >want; same want told
    done'
ok 'members of a tar that changes likewise' '
    fresh; while_held long.tar "printf x | dd of=long.tar bs=1 seek=5000 conv=notrunc status=none"
    [ $got = 3 ]; $src out >names; printf "%s\n" "long.tar!short" gate >want; same want names
    grep "^mm-ingest: long.tar!long: the file changed while it was read" err'
ok 'an interrupt while it waits ends it, without a bad record, and by that signal' '
    rm -f gate; mkfifo gate
    mm-ingest -j1 - <gate >out 2>err & pid=$!
    exec 3>gate; printf "some bytes" >&3
    until grep -q "SigCgt:.*[4567cdef]...$" /proc/$pid/status; do :; done
    kill -TERM $pid; got=0; wait $pid || got=$?; exec 3>&-
    [ $got = 143 ]; [ ! -s out ]
    sed "s/;.*;/;/" err >told; echo "mm-ingest: 0 in, 0 out, 0 dropped, 0 bad; interrupted" >want; same want told'
ok 'a reader that goes away ends it quietly' '
    mkdir many; for i in $(seq 3000); do echo $i >many/$i; done
    { mm-ingest many; echo $? >status; } 2>err | head -1 | jq .mm.size >size; [ ! -s err ]'
finish
