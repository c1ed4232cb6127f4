# A run of mm-store is accounted for, and a signal ends it with what is complete kept.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the accounts here'

seq 30 | sed 's/.*/{"i":&}/' >in

ok 'ledger and lineage name the folder, and count what was written' '
    mm-store -q -n 10 d in --ledger ledger --lineage lineage
    jq -c "[.tool, .records, .bytes, .outputs, .status]" ledger >got
    echo "[\"mm-store\",{\"in\":30,\"out\":30,\"dropped\":0,\"bad\":0},{\"in\":$(wc -c <in),\"out\":$(cat d/*.tar | wc -c)},[\"d\"],0]" >want
    same want got
    jq -r "select(.eventType == \"COMPLETE\").outputs[].name" lineage >got
    echo "$PWD/d" >want
    same want got'

ok 'SIGTERM keeps complete shards, and a run again goes on behind them' '
    mkfifo pipe
    mm-store -j1 -n 10 e <pipe 2>err & pid=$!
    exec 7>pipe
    cat in >&7
    until [ -e e/shard-000001.tar ]; do :; done
    kill -TERM $pid
    status 143 wait $pid
    exec 7>&-
    tail -n 1 err >got
    echo "mm-store: e: complete so far: 2 shards; run the same again to go on" >want
    same want got
    ls -A e >got; printf "%s\n" .mm-store.journal shard-000000.tar shard-000001.tar >want; same want got
    mm-store -q -n 10 e in
    diff -r d e'

finish
