# What mm-bias does not take, and what it says: nothing is averaged away in silence.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'

printf '{"g":"%s","y":%s,"p":%s}\n' a 1 0.5 b 0 0.1 >rows
said() { same want err; }

ok 'a label that is neither 0 nor 1 is a bad record, kept whole when asked' '
    printf "{\"g\":\"a\",\"y\":2}\n{\"g\":\"a\",\"y\":\"NaN\"}\n{\"g\":\"b\",\"y\":[1]}\n{\"g\":\"b\",\"y\":1}\n" >in
    status 3 mm-bias -q --by g --label y --report r.json --dead-letter dead.ndjson in >out 2>err
    cat >want <<END
mm-bias: in:1: y is 2, neither 0 nor 1; say what counts as 1 by an expression
mm-bias: in:2: y is "NaN", neither 0 nor 1; say what counts as 1 by an expression
mm-bias: in:3: y is [1], neither 0 nor 1; say what counts as 1 by an expression
END
    grep "^mm-bias: in:" err >told
    same want told
    [ "$(wc -l <out)" = 1 ] && [ "$(wc -l <dead.ndjson)" = 3 ]
    [ "$(jq .records r.json)" = 1 ]'

ok 'NaN and infinities as texts, and numbers without sense, are no scores and no numbers to cut' '
    for v in \"NaN\" \"Infinity\" \"-inf\" \"x\" 1e300 true "{}"; do
        printf "{\"g\":\"a\",\"y\":1,\"p\":0.5}\n{\"g\":\"a\",\"y\":1,\"p\":%s}\n" "$v" >in
        status 3 mm-bias -q --by g --label y --score p --report r.json in >out 2>err
        grep -q "^mm-bias: in:2: p is .*, no " err
    done
    printf "{\"p\":1}\n{\"p\":\"NaN\"}\n" >in
    status 3 mm-bias -q --by p:3 --report r.json in >out 2>err
    grep -qxF "mm-bias: in:2: p is \"NaN\", no finite number" err'

ok 'an array or object is no group' '
    printf "{\"g\":\"a\"}\n{\"g\":[\"a\"]}\n" >in
    status 3 mm-bias -q --by g --report r.json in >out 2>err
    grep -qxF "mm-bias: in:2: g is [\"a\"], no value to group by" err'

ok 'a field that no record has stops the run before a report, and -o leaves no file' '
    status 2 mm-bias -q --by grp --report r2.json -o out2 rows 2>err
    echo "mm-bias: no record has grp; is it spelled so?" >want; said
    [ ! -e r2.json ] && [ ! -e out2 ]
    status 2 mm-bias -q --by g --label yy --report r2.json rows >out 2>err
    echo "mm-bias: --label yy: no record has it; is it spelled so?" >want; said'

ok 'more values than can be told apart stop it, for any number of workers' '
    jq -nc "range(5000) | {g: ., h: (. % 7)}" >many
    for j in 1 3; do
        status 2 mm-bias -q -j$j --by h,g --report r2.json many >out 2>err
        echo "mm-bias: g has more than 1000 values; cut numbers, as in g:10,20, or raise --max-groups" >want; said
        [ ! -e r2.json ]
    done
    mm-bias -q --by h,g --max-groups 5000 --bootstrap 2 --report r2.json many >out
    [ "$(jq ".attributes[1].groups | length" r2.json)" = 5000 ]; rm r2.json'

ok 'a group without labels or predictions is told, and left out between groups' '
    printf "{\"g\":\"%s\",\"y\":%s,\"p\":%s}\n" a 1 1 a 0 1 b 1 0 b 0 0 c null null c null null >in
    mm-bias -q --by g --label y --prediction p --report r.json in >out
    jq -r ".warnings[]" r.json >told
    grep -qxF "g: 1 group without a record that has label and prediction, left out between groups: c" told
    grep -qxF "2 of 6 records have no label and are left out of what needs one" told
    grep -qxF "2 of 6 records have no prediction and are left out of what needs one" told
    jq -c "[.attributes[0].groups[2] | .group.g, .count, .accuracy.undefined, .accuracy.low]" r.json >got
    echo "[\"c\",2,true,null]" >want; same want got
    [ "$(jq -c .attributes[0].between_groups.demographic_parity_difference.value r.json)" = 1 ]'

ok 'where an expression meets NaN as a text it says nothing, which is counted and told' '
    printf "{\"g\":\"a\",\"p\":7}\n{\"g\":\"a\",\"p\":\"NaN\"}\n{\"g\":\"b\",\"p\":\"Infinity\"}\n{\"g\":\"b\",\"p\":1}\n" >in
    mm-bias -q --by g --prediction "p >= 5" --report r.json in >out
    jq -c "[.records, .predicted, .overall.selection_rate.value]" r.json >got
    echo "[4,2,0.5]" >want; same want got
    jq -e ".warnings | index(\"2 of 4 records have no prediction and are left out of what needs one\")" r.json
    printf "{\"g\":\"a\",\"p\":NaN}\n{\"g\":\"a\",\"p\":1}\n" >in
    status 3 mm-bias -q --by g --prediction "p >= 5" --report r.json in >out 2>err
    grep -q "^mm-bias: in:1: " err; [ "$(jq .records r.json)" = 1 ]'

ok 'a reference that has no records' '
    status 2 mm-bias -q --by g --reference g=z --report r2.json rows >out 2>err
    echo "mm-bias: no record is in the reference group g=z" >want; said'

ok 'options that make no sense, each in a line' '
    try() { w=$1; shift; status 2 mm-bias "$@" rows >out 2>err; echo "mm-bias: $w" >want; said; }
    try "--by is missing: which fields make groups, as in --by race,sex"
    try "--by a,a: a stands there twice" --by a,a
    try "--by p:3,2: the cuts of p must rise" --by p:3,2
    try "--by p:x: '\''x'\'' is no number to cut p at" --by p:x
    try "--score: '\''p'\'' has no cuts; write them as p:10,20" --by g --score p,2
    try "--reference takes FIELD=VALUE, as in race=Caucasian, not '\''g'\''" --by g --reference g
    try "--reference h=1: nothing is counted by h" --by g --reference h=1
    try "--report r.pdf: end its name in .html, .json or .txt, or write - for a table" --by g --report r.pdf
    try "--confidence must be between 0 and 1, as in 0.95" --by g --confidence 95'

ok 'a wrong expression is shown with a caret' '
    status 2 mm-bias --by g --label "p >= " rows >out 2>err
    head -n 1 err | grep -q "^mm-bias: --label: expression, column "
    [ "$(wc -l <err)" = 3 ]'

ok 'malformed JSON is a bad record with its place' '
    printf "{\"g\":\"a\"}\n{\"g\":}\n" >in
    status 3 mm-bias -q --by g --report r.json in >out 2>err
    grep -q "^mm-bias: in:2: .* at byte 5$" err'

ok 'no records: no groups, and no error' '
    mm-bias -q --by g --label y --report r.json </dev/null >out
    [ "$(jq -c "[.records, (.attributes[0].groups | length)]" r.json)" = "[0,0]" ]
    mm-bias -q --by g --label y --report - </dev/null >out
    mm-bias -q --by g --label y --report r.html </dev/null >out'

finish
