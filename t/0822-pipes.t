#!/bin/sh
# Whole pipelines: their spans join, their messages are JSON where that is asked for, kills in the middle leave no half-written
# target, and dead letters fed again give the records back, through every tool.
. "${0%/*}/lib.sh"
needs command -v jq '&&' command -v python3 -- 'jq and python3 are used here'
for t in mm-select mm-probe mm-redact mm-store mm-ingest; do needs "command -v $t" -- "$t is not built"; done

mkdir files; i=0
while [ $i -lt 300 ]; do echo "letter $i to joe$i@corp.example.com" >files/$i.txt; i=$((i + 1)); done
# TOOL:OPERAND
filters='mm-select:true mm-probe: mm-redact:'

ok 'one TRACEPARENT makes one trace: a span a stage, each with an id of its own, all below the caller' '
    TRACEPARENT=00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01; export TRACEPARENT
    rm -rf shards trace
    mm-ingest -q --trace trace files | mm-probe -q --trace trace | mm-redact -q --trace trace | mm-select -q --trace trace true | mm-store -q --trace trace shards
    jq -r ".resourceSpans[].scopeSpans[].spans[] | [.traceId, .parentSpanId, .spanId] | @tsv" trace >spans
    [ $(wc -l <spans) = 5 ] && [ $(cut -f3 spans | sort -u | wc -l) = 5 ]
    cut -f1,2 spans | sort -u >got; printf "0af7651916cd43dd8448eb211c80319c\tb7ad6b7169203331\n" | same - got
    jq -r ".resourceSpans[].resource.attributes[] | select(.key == \"service.name\") | .value.stringValue" trace | sort >got
    printf "%s\n" mm-ingest mm-probe mm-redact mm-select mm-store | same - got'

says_json() {  # STATUS COMMAND...: it ends so, and each line on standard error is a JSON object with level, tool and message
    want=$1; shift; got=0
    MM_LOG=json "$@" >out 2>err </dev/null || got=$?
    [ $got = $want ] || { echo "exit $got: $*"; cat err; return 1; }
    [ -s err ] && jq -e -s --arg tool "$1" "length > 0 and all(.[]; .tool == \$tool and (.message | length > 0) and (.level | IN(\"info\", \"warning\", \"error\")))" err >/dev/null ||
        { echo "$*:"; cat err; return 1; }
}
ok 'MM_LOG=json on every message of every tool: usage, policy, bad records, bad inputs, files that can not be written, summaries' '
    printf "{\"a\":1}\n{\"a\":\n" >in.ndjson; printf "version: 2\n" >bad.yaml
    for t in $filters "mm-store:shards2"; do
        tool=${t%%:*}; arg=${t#*:}
        says_json 2 $tool --no-such-option
        says_json 2 $tool --policy bad.yaml $arg in.ndjson
        says_json 2 $tool --policy nowhere $arg in.ndjson
        says_json 3 $tool $arg in.ndjson
        says_json 3 $tool $arg missing.ndjson
        says_json 4 $tool --metrics /nowhere/m $arg in.ndjson
        rm -rf shards2
    done
    says_json 2 mm-ingest --no-such-option; says_json 2 mm-ingest --policy bad.yaml files; says_json 3 mm-ingest missing
    says_json 4 mm-ingest --ledger /nowhere/l files
    says_json 2 mm-select "a =="; says_json 2 mm-redact --verify --reveal in.ndjson; says_json 2 mm-redact --entities nothing in.ndjson
    says_json 0 mm-redact --dry-run /dev/null'
ok_with crypto 'and of a reviewer that quits' '
    (umask 077; echo 0123456789abcdef >key); printf "version: 1\nredact:\n  key: {file: key}\n  review: {above: 0.3, below: 0.9}\n" >p.yaml
    echo "{\"t\":\"at 10.1.2.3\"}" | mm-redact -q --policy p.yaml --review q >out
    says_json 0 mm-redact --decide q --decisions d; says_json 2 mm-redact --decide q'

ok 'a dead letter fed again is the record it holds, through every filter, as NDJSON and as mmr' '
    printf "%s\n" "{\"id\":1,\"mm\":{\"src\":\"x.txt\",\"ref\":{\"path\":\"x.txt\"}}}" >in.ndjson
    for t in $filters; do for form in ndjson mmr; do
        tool=${t%%:*}; arg=${t#*:}; rm -f x.txt
        case $tool in mm-select) tool2="mm-redact" ;; *) tool2="$tool $arg" ;; esac
        got=0; $tool2 -q --dead-letter dead.$form in.ndjson >out 2>err || got=$?
        case $tool2 in mm-redact*) [ $got = 3 ] && [ ! -s out ] ;; esac
        [ $got = 3 ] || continue
        echo hello >x.txt
        $tool -q -F ndjson $arg dead.$form >again; $tool -q -F ndjson $arg in.ndjson >straight
        same straight again
    done; done'
ok 'what was no record stays one that is bad, byte for byte, however often it is fed' '
    printf "not json \001\377\n{\"a\":\"\377\"}\n" >broken.ndjson
    for t in $filters; do
        tool=${t%%:*}; arg=${t#*:}
        status 3 $tool -q $arg --dead-letter one broken.ndjson >out 2>err
        status 3 $tool -q $arg --dead-letter two one >out 2>err
        jq -r ".raw_base64 // empty" one >a; jq -r ".raw_base64 // empty" two >b; [ -s a ] && same a b
        jq -r .raw_base64 two | base64 -d >back; head -c -1 broken.ndjson | tr -d "\n" >want; tr -d "\n" <back | same want -
    done'
ok 'a store takes back what it could not read before' '
    printf "%s\n" "{\"id\":1,\"mm\":{\"id\":\"a\",\"type\":\"text/plain\",\"ref\":{\"path\":\"y.txt\"}}}" >in.ndjson
    rm -rf s1 s2 y.txt; status 3 mm-store -q --dead-letter dead s1 in.ndjson 2>err
    echo hello >y.txt; mm-store -q s2 dead; mm-store -q s3 in.ndjson
    diff -r s2 s3 >diff || { grep -v "policy\|run" diff; cat diff; exit 1; }'

for victim in 1 2 3 4; do for signal in KILL TERM; do
    ok "stage $victim of a pipeline dies of SIG$signal: no target is half there, and another run makes it whole" "
        rm -rf shards out.ndjson pipe *.pid; mkfifo pipe
        sh -c 'echo \$\$ >1.pid; exec mm-ingest -q pipe --split line' 2>err |
            sh -c 'echo \$\$ >2.pid; exec mm-probe -q' 2>err |
            sh -c 'echo \$\$ >3.pid; exec mm-redact -q' 2>err |
            sh -c 'echo \$\$ >4.pid; exec mm-select -q true -o out.ndjson' 2>err & job=\$!
        exec 3>pipe; cat files/1?.txt >&3
        while [ ! -s 1.pid ] || [ ! -s 2.pid ] || [ ! -s 3.pid ] || [ ! -s 4.pid ]; do :; done
        kill -$signal \$(cat $victim.pid); exec 3>&-; wait \$job || :
        if [ $victim = 4 ]; then [ ! -e out.ndjson ]; fi
        [ ! -e out.ndjson ] || jq -c .text out.ndjson >lines
        ! grep -h -E 'joe[0-9]+@' out.ndjson out.ndjson.*~ 2>/dev/null || exit 1
        cat files/1?.txt | mm-ingest -q --split line - | mm-probe -q | mm-redact -q | mm-select -q true -o out.ndjson; [ \$(wc -l <out.ndjson) = 10 ]"
done; done
finish
