# How far two data sets are from each other, by their sketches.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq makes and reads the data'

sketch() { mm-bias sketch -q "$@"; }
one() { mm-bias diff --json "$1" "$2" | jq -c "select(.field == \"$3\" and .of == \"$4\")"; }
round() { jq -c "[.ks, .wasserstein, .psi, .js] | map(values * 1e9 | round)"; }

jq -nc 'range(200) | {x: (. * 37 % 101 / 7)}' | sketch >x.sk
jq -nc 'range(180) | {x: (. * 53 % 103 / 6 + 1)}' | sketch >y.sk
ok 'KS, Wasserstein and Jensen-Shannon of numbers are those of scipy, PSI by its definition' '
    one x.sk y.sk x numbers | round >got
    # t/data/drift_peer.py
    echo "[216666667,2206269841,339925018,40132188]" >want
    same want got'

{ yes '{"t":"a"}' | head -n 50; yes '{"t":"b"}' | head -n 30; yes '{"t":"c"}' | head -n 20; } | sketch >t1.sk
{ yes '{"t":"a"}' | head -n 10; yes '{"t":"b"}' | head -n 20; yes '{"t":"c"}' | head -n 20; yes '{"t":"d"}' | head -n 30; } | sketch >t2.sk
ok 'of texts, PSI and Jensen-Shannon over their values, new ones too' '
    one t1.sk t2.sk t values | round >got
    echo "[3625377359,192727528]" >want
    same want got'

ok 'nothing is far from itself' '
    mm-bias diff --json t1.sk t1.sk | jq -c "[.psi, .js]" | sort -u >got
    echo "[0,0]" >want; same want got'

ok 'fields that come, go, or change their type are seen' '
    printf "{\"a\":1,\"b\":\"x\"}\n{\"a\":2,\"b\":\"y\"}\n" | sketch >1.sk
    printf "{\"a\":\"1\",\"c\":true}\n{\"a\":2}\n" | sketch >2.sk
    mm-bias diff --json 1.sk 2.sk | jq -c "select(.of == \"types\") | [.field, .js > 0.2]" >got
    printf "%s\n" "[\"a\",true]" "[\"b\",true]" "[\"c\",true]" >want; same want got'

ok 'long texts are compared by their lengths' '
    jq -nc "range(400) | {s: (([range(. % 50 + 10)] | map(tostring) | join(\" \")) + \" \" + (. | tostring))}" >texts
    sketch texts >1.sk
    jq -c ".s += .s" texts | sketch >2.sk
    mm-bias diff --json 1.sk 2.sk | jq -r "select(.field == \"s\") | .of" | tr "\n" " " >got
    printf "types lengths " >want; same want got'

ok 'groups, labels and predictions of a model are compared too' '
    printf "{\"g\":\"%s\",\"y\":%s}\n" a 0 a 1 b 0 b 1 | sketch --by g --prediction y >1.sk
    printf "{\"g\":\"%s\",\"y\":%s}\n" a 1 a 1 a 0 c 1 | sketch --by g --prediction y >2.sk
    mm-bias diff --json 1.sk 2.sk | jq -c "select(.of == \"groups\" or .of == \"prediction\") | [.field, .of, (.js * 1e6 | round)]" >got
    printf "%s\n" "[\"g\",\"groups\",272515]" "[\"y\",\"prediction\",33822]" >want; same want got'

ok 'large samples are within the bounds of the sketches' '
    awk "BEGIN { srand(4); for (i = 0; i < 60000; i++) printf \"{\\\"x\\\":%.6f}\n\", rand() }" | sketch >1.sk
    awk "BEGIN { srand(5); for (i = 0; i < 60000; i++) printf \"{\\\"x\\\":%.6f}\n\", rand() + 0.1 }" | sketch >2.sk
    one 1.sk 2.sk x numbers | jq -e "(.ks - 0.1 | fabs) < 0.03 and (.wasserstein - 0.1 | fabs) < 0.015"'

ok 'the table for people has the farthest first' '
    mm-bias diff t1.sk t2.sk >got
    [ "$(sed -n "2s/ .*//p" got)" = t ]'

ok 'limits of the policy end with 1 and say which' '
    printf "version: 1\nbias: {drift: {psi: 0.2}}\n" >policy.yaml
    status 1 mm-bias diff --policy policy.yaml t1.sk t2.sk >out 2>err
    grep -q "^mm-bias: gate: psi of the values of t is .*; it must be at most 0.2$" err
    status 0 mm-bias diff --policy policy.yaml t1.sk t1.sk >out
    status 2 mm-bias diff t1.sk 2>err
    echo "mm-bias: diff takes two sketches: the baseline, and the one to hold against it" >want; same want err'

ok 'a baseline gives targets of representation, and drift in the report' '
    printf "{\"g\":\"%s\",\"x\":%s}\n" a 1 a 2 b 3 b 4 | sketch --by g >base.sk
    printf "{\"g\":\"%s\",\"x\":%s}\n" a 1 a 2 a 3 c 4 >now
    mm-bias -q --by g --baseline base.sk --report report.json --report report.html --report report.txt now >out
    same now out
    jq -c "[.attributes[0].representation.total_variation.value, [.attributes[0].groups[] | [.group.g, .count, .target]]]" report.json >got
    echo "[0.5,[[\"a\",3,0.5],[\"c\",1,0],[\"b\",0,0.5]]]" >want; same want got
    jq -c ".drift[] | [.field, .of, .ks]" report.json >got
    printf "%s\n" "[\"g\",\"groups\",null]" "[\"g\",\"types\",null]" "[\"g\",\"values\",null]" "[\"x\",\"types\",null]" "[\"x\",\"numbers\",0]" >want; same want got
    grep -q "Drift from the baseline" report.html; grep -q "^Drift from the baseline" report.txt
    printf "version: 1\nbias: {drift: {psi: 0.2}}\n" >policy.yaml
    status 1 mm-bias -q --policy policy.yaml --by g --baseline base.sk --report report.json now >out 2>err
    grep -q "^mm-bias: gate: psi of the groups of g is " err
    status 3 mm-bias -q --by g --baseline now --report r.json now >out 2>err
    echo "mm-bias: --baseline: now: no sketch; mm-bias sketch makes one" >want; same want err'
finish
