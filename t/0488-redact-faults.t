#!/bin/sh
# mm-redact fails closed, whatever fails: at each of its writes the disk is full, or the process is killed; keys, queues, reports
# that are not there; patterns that never end; memory that runs out; signals. Nothing unredacted reaches any output, and no
# file stands half written under its name.
. "${0%/*}/lib.sh"
needs built crypto -- 'this build leaves out crypto'
needs command -v jq -- 'no jq'
needs command -v cc -- 'no compiler'
needs '! nm "$MM_BUILD/bin/mm-redact" 2>/dev/null | grep -q __asan_init' -- 'asan does not go with preloaded libraries'
cc -shared -fPIC -o fault.so "$T/data/fault.c" -ldl

(umask 077; printf '0123456789abcdef\n' >key)
cat >policy.yaml <<'EOF'
version: 1
redact:
  key: {file: key}
  review: {above: 0.6, below: 0.9}
  entities: {CARD: token, US_SSN: drop-record}
EOF
i=0
while [ $i -lt 600 ]; do
    echo "{\"i\":$i,\"text\":\"mail sekret$i@corp.example.com now, card 4111 1111 1111 1111, near 10.20.30.$((i % 250)), and some more words to fill it\"}"
    [ $((i % 50)) != 7 ] || printf '%s\n' '{"a":"sekret, cut' "{\"ssn\":\"536-22-8726 of sekret$i@corp.example.com\"}"
    i=$((i + 1))
done >in.ndjson
# No value in what is for others: dead letters hold records as they came, the queue shows values.
sealed() { ! grep -a -E -l "sekret|4111|10\.20\.30|8726" "$@" 2>/dev/null || { echo "a value in an output"; exit 1; }; }
run() { mm-redact -q -j1 --policy policy.yaml --review queue --report r.json --report r.html --metrics m --dead-letter dead.ndjson "$@" in.ndjson; }
clear() { rm -f out file queue r.json r.html m dead.ndjson *~; }

FAULT_COUNT=$PWD/calls LD_PRELOAD=$PWD/fault.so run -o file 2>err || :
calls=$(sort -n calls | tail -1)
cp file whole; cp queue whole.queue; jq . r.json >whole.report
ok 'there is something to strike at, and a whole run is as it should be' '
    [ $calls -gt 8 ]; sealed file r.json r.html m
    [ $(wc -l <file) = 600 ] && [ $(wc -l <queue) = 600 ] && [ $(wc -l <dead.ndjson) = 12 ]'
ok 'a full disk at each write: exit 4, the output is not there, nothing tells a value' '
    n=1; while [ $n -le $calls ]; do
        clear; got=0; FAULT=full FAULT_AT=$n LD_PRELOAD=$PWD/fault.so run -o file 2>err || got=$?
        [ $got = 4 ] || [ $got = 3 ] || { echo "exit $got at $n"; cat err; exit 1; }
        sealed file r.json r.html m err
        [ ! -e file ] || same file whole
        [ ! -e queue ] || same queue whole.queue
        [ ! -e r.json ] || jq . r.json | same whole.report -
        n=$((n + 1))
    done'
ok 'killed at each write: what is there under its name is whole, and nothing tells a value' '
    n=1; while [ $n -le $calls ]; do
        clear; FAULT_AT=$n LD_PRELOAD=$PWD/fault.so run -o file 2>err || :
        for f in file:whole queue:whole.queue; do [ ! -e ${f%:*} ] || same ${f%:*} ${f#*:}; done
        [ ! -e r.json ] || jq . r.json | same whole.report -
        [ ! -e queue ] || [ "$(stat -c %a queue)" = 600 ]
        for f in queue*~; do [ ! -e "$f" ] || [ "$(stat -c %a "$f")" = 600 ] || { ls -l "$f"; exit 1; }; done
        sealed file file.*~ r.json* r.html* m
        n=$((n + 1))
    done; clear'
ok 'the same on standard output' '
    n=1; while [ $n -le $calls ]; do
        clear; FAULT=full FAULT_AT=$n LD_PRELOAD=$PWD/fault.so run >out 2>err || :; sealed out err
        clear; FAULT_AT=$n LD_PRELOAD=$PWD/fault.so run >out 2>err || :; sealed out err
        n=$((n + 1))
    done; clear'

ok 'a key that is not there, is empty, is open to others, or is a folder: nothing is read' '
    for break in "rm key" ": >key" "chmod 644 key" "rm key; mkdir key"; do
        clear; rm -rf key; (umask 077; printf "0123456789abcdef\n" >key); eval "$break"
        status 2 run >out 2>err; same /dev/null out; grep -q "policy.yaml:3:" err; sealed err
    done; rm -rf key; (umask 077; printf "0123456789abcdef\n" >key)'
ok 'a file that can not be made: nothing is read' '
    for o in --review --report --dead-letter -o --metrics --ledger --trace --lineage; do
        f=/nowhere/x; [ $o != --report ] || f=/nowhere/x.html
        clear; status 4 mm-redact -q --policy policy.yaml $o $f in.ndjson >out 2>err; same /dev/null out; grep -q nowhere err
    done'
ok 'decisions that can not be read: nothing is read' '
    mkdir -p folder; for f in missing folder; do
        clear; got=0; run --decisions $f >out 2>err || got=$?; [ $got = 2 ] || [ $got = 4 ]; same /dev/null out
    done'
ok_with regex 'a pattern that never ends: the record is a dead letter, the next one passes' '
    printf "version: 1\nredact:\n  patterns: [{entity: SLOW, regex: \"(?:a|aa)+(?<=b)z\"}]\n" >slow.yaml
    { printf "{\"t\":\"sekret "; head -c 60 /dev/zero | tr "\0" a; printf "z\"}\n{\"t\":\"fine\"}\n"; } >slow.ndjson
    got=0; timeout 60 mm-redact -q --policy slow.yaml --dead-letter d slow.ndjson >out 2>err || got=$?
    [ $got = 3 ] || { echo "exit $got"; exit 1; }
    [ "$(cat out)" = "{\"t\":\"fine\"}" ] && [ $(wc -l <d) = 1 ]'
ok 'memory that runs out, at many sizes: exit 3 or 4 or by a signal, or all is well; never a value' '
    head -c 4000000 /dev/zero | tr "\0" x >pad; { cat in.ndjson; printf "{\"t\":\"sekret@corp.example.com %s\"}\n" "$(cat pad)"; } >big.ndjson
    for v in 60000 90000 120000 150000 180000 210000 240000 300000; do
        got=0; (ulimit -v $v; mm-redact -q -j2 --policy policy.yaml big.ndjson) >out 2>err || got=$?
        sealed out
        case $got in 0|3|4|127|13?) ;; *) echo "exit $got at $v"; cat err; exit 1 ;; esac
    done'
for signal in INT TERM HUP KILL; do
    ok "SIG$signal in the middle: nothing under the name, nothing half redacted on a pipe" "
        rm -f pipe file file.*~; mkfifo pipe
        mm-redact -q --policy policy.yaml --review queue -o file pipe 2>err & tool=\$!
        exec 3>pipe; cat in.ndjson >&3; kill -$signal \$tool; exec 3>&-; wait \$tool || :
        [ ! -e file ] && sealed file.*~
        mkfifo back
        mm-redact -q --policy policy.yaml pipe >back 2>err & tool=\$!
        cat back >out & reader=\$!
        exec 3>pipe; cat in.ndjson >&3; kill -$signal \$tool; exec 3>&-; wait \$tool || :; wait \$reader
        rm -f back; sealed out; head -c -1 out >/dev/null"
done
ok 'a reader that goes away: no value, a report only when all was written' '
    clear; run --report gone.json -o - 2>err | head -n 1 >out; sealed out
    [ ! -e gone.json ] || [ "$(jq -c .records gone.json)" = "$(jq -c .records whole.report)" ]'
finish
