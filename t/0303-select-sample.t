# --sample takes a part of the records: the same part every time.
. "${0%/*}/lib.sh"

seq 1 20000 | sed 's/.*/{"n":&}/' >rows.ndjson
seq 1 20000 | awk '{ printf "{\"n\":%d,\"user\":%d,\"mm\":{\"id\":\"%032x\"}}\n", $1, $1 % 100, $1 * 7919 }' >ids.ndjson

within() { awk -v lo="$1" -v hi="$2" -v n="$(wc -l <"$3")" 'BEGIN { if (n < lo || n > hi) { print n " lines"; exit 1 } }'; }

ok 'a rate takes about that part, in the order of the input' '
    mm-select --sample 10% rows.ndjson >tenth && within 1850 2150 tenth
    mm-select --sample 0.1 rows.ndjson >got && same tenth got
    sort -t: -k2 -n tenth >sorted && same sorted tenth
    mm-select --sample 0% rows.ndjson >got && same /dev/null got
    mm-select --sample 100% rows.ndjson >got && same rows.ndjson got'
ok 'any number of workers takes the same records' '
    for jobs in 1 2 5; do
        mm-select -j$jobs --sample 10% rows.ndjson >got && same tenth got
    done'
ok 'another seed takes others' '
    mm-select --sample 10% --seed 1 rows.ndjson >other && within 1850 2150 other
    sort other >a; sort tenth >b; comm -12 a b >both && within 130 270 both'
ok 'a larger rate takes the same and more' '
    mm-select --sample 20% rows.ndjson | sort >a
    sort tenth >b; comm -13 a b >lost && same /dev/null lost'
ok 'equal rows without an id are drawn one by one' '
    yes "{\"x\":1}" | head -n 10000 >equal.ndjson
    mm-select --sample 10% equal.ndjson >got && within 850 1150 got'
ok 'with mm.id a record has its fate wherever it stands' '
    mm-select --sample 5% ids.ndjson | sort >want && within 850 1150 want
    tac ids.ndjson | mm-select --sample 5% | sort >got && same want got
    { sed -n "1~2p" ids.ndjson | mm-select --sample 5%; sed -n "2~2p" ids.ndjson | mm-select --sample 5%; } | sort >got
    same want got'
ok '--by keeps records of one value together' '
    mm-select --sample 30% --by user ids.ndjson >got
    mm-select --count --split user <got >users
    cut -f 1 users | sort -u >want && echo 200 >expected && same expected want
    within 15 45 users'
ok 'N takes exactly N, any workers the same, in the order of the input' '
    mm-select --sample 500 rows.ndjson >want
    [ "$(wc -l <want)" = 500 ]
    sort -t: -k2 -n want >sorted && same sorted want
    mm-select -j1 --sample 500 rows.ndjson >got && same want got
    mm-select -j4 --sample 500 rows.ndjson >got && same want got
    mm-select --sample 500 --seed 4 rows.ndjson >got && ! cmp -s want got || exit 1'
ok 'a larger N holds the smaller, and more than there are is all' '
    mm-select --sample 900 rows.ndjson | sort >a; mm-select --sample 500 rows.ndjson | sort >b
    comm -13 a b >lost && same /dev/null lost
    mm-select --sample 30000 rows.ndjson >got && same rows.ndjson got'
ok 'every record has the same chance' '
    for seed in $(seq 1 40); do mm-select --sample 500 --seed $seed rows.ndjson; done >all
    jq -r "if .n <= 10000 then \"first\" else \"second\" end" all | sort | uniq -c | awk "{ print \$1 }" >halves
    awk "{ if (\$1 < 9700 || \$1 > 10300) exit 1 }" halves'
ok 'the sample is drawn from what the expression takes, and projected and counted' '
    mm-select "n > 19990" --sample 3 --count rows.ndjson >got && echo 3 >want && same want got
    mm-select "n > 19990" --sample 3 -p x rows.ndjson >got && printf "{}\n{}\n{}\n" >want && same want got
    mm-select "n < 0" --sample 3 rows.ndjson >got && same /dev/null got'
ok 'payloads are in the sample' '
    printf "%s\n" "{\"a\":1,\"mm\":{\"data\":\"YWJj\"}}" "{\"a\":2}" >two.ndjson
    mm-select -b two.ndjson >two.mmr
    mm-select --sample 2 two.mmr >got && same two.mmr got
    mm-select --sample 2 -F ndjson two.mmr >got && mm-select -F ndjson two.mmr >want && same want got'
ok 'the accounts add up' '
    mm-select --sample 500 --ledger ledger rows.ndjson >got
    jq -c "[.records.in, .records.out]" ledger >got && echo "[20000,500]" >want && same want got'
finish
