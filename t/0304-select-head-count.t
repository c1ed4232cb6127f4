# --head stops early, also where more input is long in coming; --count prints a number and no records.
. "${0%/*}/lib.sh"

seq 1 5000 | sed 's/.*/{"n":&,"m":"&"}/' >rows.ndjson

ok 'the first N that match come out, for any number of workers' '
    sed -n "2~2p" rows.ndjson | head -n 7 >want
    for jobs in 1 2 4; do
        mm-select -j$jobs --head 7 "n % 2 == 0" rows.ndjson >got && same want got
    done
    mm-select -n 9999 rows.ndjson >got && same rows.ndjson got
    mm-select -n 0 rows.ndjson >got && same /dev/null got'
ok 'an endless input ends there' '
    for jobs in 1 4; do
        yes "{\"a\":1}" | timeout 20 mm-select -j$jobs --head 3 >got
        printf "{\"a\":1}\n{\"a\":1}\n{\"a\":1}\n" >want && same want got
    done'
ok 'an input that waits does not hold it up' '
    mkfifo pipe
    for jobs in 1 4; do
        timeout 20 mm-select -j$jobs --head 1 ./pipe >got &
        exec 3>pipe
        echo "{\"a\":1}" >&3
        wait $!
        exec 3>&-
        echo "{\"a\":1}" >want && same want got
    done'
ok 'mmr and zstd that end early are whole' '
    mm-select --head 10 -b rows.ndjson | mm-select -F ndjson >got
    head -n 10 rows.ndjson >want && same want got
    mm-select --head 10 -Z rows.ndjson | zstd -dc >got && same want got'
ok 'the accounts hold what was read up to there' '
    mm-select -j4 --head 7 --ledger ledger "n % 2 == 0" rows.ndjson >got
    jq -c ".records" ledger >got && echo "{\"in\":14,\"out\":7,\"dropped\":7,\"bad\":0}" >want && same want got'

ok '--count prints only the number' '
    echo 2500 >want && mm-select --count "n % 2 == 0" rows.ndjson >got && same want got
    echo 0 >want && mm-select -c "n < 0" rows.ndjson >got && same want got
    echo 0 >want && mm-select -c </dev/null >got && same want got
    echo 5 >want && mm-select -c --head 5 rows.ndjson >got && same want got'
ok 'with --split it counts each value, the most frequent first' '
    printf "%s\n" "{\"l\":\"de\"}" "{\"l\":\"en\"}" "{\"l\":\"fr\"}" "{\"l\":\"en\"}" "{}" "{\"l\":3}" "{\"l\":\"3\"}" "{\"l\":[1]}" \
        "{\"l\":null}" "{\"l\":\"\"}" "{\"l\":\"a\\tb\\n\"}" "{\"l\":\"United Kingdom\"}" >values.ndjson
    printf "%s\t%s\n" 2 %none 2 3 2 en 1 %empty 1 "United Kingdom" 1 a%09b%0A 1 de 1 fr 1 null >want
    mm-select -c --split l values.ndjson >got && same want got'
ok 'more values than are allowed fail rather than fill the memory' '
    echo "mm-select: --split meets more than 100 values; split by another field, or raise --max-values" >want
    status 2 mm-select -q -c --split n --max-values 100 rows.ndjson >out 2>err
    same want err && same /dev/null out
    mm-select -c --split n rows.ndjson | wc -l >got && echo 5000 >want && same want got'
ok 'what is bad is told, and the rest counted' '
    { cat rows.ndjson; echo "no record"; } >bad.ndjson
    echo 5000 >want
    status 3 mm-select -q -c bad.ndjson >got 2>err
    same want got
    echo "mm-select: bad.ndjson:5001: not a JSON object" >want && same want err'
ok 'a number that can not be printed is no success' '
    [ ! -e /dev/full ] || status 4 mm-select -q -c rows.ndjson >/dev/full'
finish
