# Any number by group: loudness, brightness, time on screen.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq makes the data and reads the report'

jq -nc 'range(400) | {g: (["a","b","c"][. % 3]), v: (if . % 10 == 4 then null else . * 37 % 101 / 7 + . % 3 end)}' >rows
ok 'means, their differences and tests are those of scipy, for any number of workers' '
    mm-bias -q -j1 --by g --measure v --report report.json rows >out; same rows out
    mm-bias -q -j4 --by g --measure v --report 4.json rows >out; same report.json 4.json
    jq -c ".measures[] | select(.group) | [.group.g, .records, .missing]
        + ([.mean.value, .mean.low, .mean.high, .standard_deviation, .median.value, .share_of_sum.value] | map(. * 1e9 | round)),
        (select(.mean_difference) | [.mean_difference | .value, .low, .high, .p, .p_adjusted] | map(. * 1e9 | round))" report.json >got
    # t/data/measure_peer.py
    cat >want <<END
["a",121,13,6767414404,5995897730,7538931078,4286354406,6428571429,274823800]
["b",119,14,8301320528,7509800771,9092840285,4360239439,8857142857,331543367]
[1533906124,434226982,2633585267,6458096,6458096]
["c",120,13,9773809524,9078347306,10469271742,3847486170,9714285714,393632833]
[3006395120,1972920496,4039869744,30,61]
END
    same want got'

ok 'numbers in quotes are numbers; fields and intersections each have their part; reports for people too' '
    jq -c ".v |= (if . == null then \"\" else tostring end) | .h = (.g == \"a\")" rows >texts
    mm-bias -q --by g,h --measure v,v --report texts.json --report page.html --report table.txt texts >out
    jq -c "[.measures[] | select(.group == {g: \"b\"}) | .mean.value]" texts.json >got
    jq -c "[.measures[] | select(.group.g == \"b\") | .mean.value] | . + ." report.json >want; same want got
    [ "$(jq -c "[.measures[] | select(.group.g == \"a\" and .group.h == \"true\")] | length" texts.json)" = 2 ]
    grep -q "share of the sum" page.html
    grep -q "^  c  *120 .*9.774 \[9.078, 10.47\]" table.txt'

ok 'of 600 groups of about 50, 95 % intervals of mean, median and share hold the truth in 92 to 98 %' '
    awk "BEGIN { srand(7); for (i = 0; i < 30000; i++) printf \"{\\\"g\\\":%d,\\\"x\\\":%.9f}\n\", rand() * 600, -log(1 - rand()) }" >drawn
    mm-bias -q --by g --measure x --bootstrap 0 --report drawn.json drawn >out
    for what in "mean 1" "median 0.6931471805599453" "share_of_sum 0.0016666666666666668"; do
        set -- $what
        jq -e "[.measures[] | select(.group) | .$1 | .low <= $2 and .high >= $2] | (map(select(.)) | length) / length | . >= 0.92 and . <= 0.98" drawn.json
    done'

ok 'a median of more than a sketch holds is within its stated error, and its interval says so' '
    awk "BEGIN { srand(8); for (i = 0; i < 60000; i++) printf \"{\\\"g\\\":%d,\\\"x\\\":%.9f}\n\", i % 2, rand() }" >many
    mm-bias -q --by g --measure x --report many.json many >out
    jq -e ".measures[] | .median | (.value - 0.5 | fabs) < 0.025 and .low < 0.5 and .high > 0.5 and .high - .low > 0.028" many.json'

ok 'time on screen: shares of seconds beside shares of records' '
    printf "{\"who\":\"%s\",\"seconds\":%s}\n" f 10 f 20 m 100 m 60 m 10 >film
    mm-bias -q --by who --measure seconds --report film.json film >out
    jq -c ".attributes[0].groups[] | [.group.who, .share.value]" film.json >got
    jq -c ".measures[] | select(.group) | [.group.who, .sum, .share_of_sum.value]" film.json >>got
    printf "%s\n" "[\"f\",0.4]" "[\"m\",0.6]" "[\"f\",30,0.15]" "[\"m\",170,0.85]" >want; same want got'

ok 'what is no finite number is a bad record; no share of sums with negative numbers; no interval of one record' '
    printf "{\"g\":\"%s\",\"v\":%s}\n" a 1 a \"NaN\" a \"Infinity\" a true b 1e999 b "[1]" b -2 >bad
    status 3 mm-bias -q --by g --measure v --report bad.json bad >out 2>err
    grep "^mm-bias: bad:" err >got
    printf "mm-bias: bad:%s: v is %s, no finite number\n" 2 "\"NaN\"" 3 "\"Infinity\"" 4 true 5 1e999 6 "[1]" >want; same want got
    jq -c ".records, (.measures[] | select(.group) | [.records, .small, .mean, .share_of_sum])" bad.json >got
    printf "%s\n" 2 "[1,true,{\"value\":1},{\"value\":null,\"undefined\":true}]" "[1,true,{\"value\":-2},{\"value\":null,\"undefined\":true}]" >want; same want got'

ok 'what can not be is refused' '
    try() { w=$1; shift; status 2 mm-bias -q --by g "$@" rows >out 2>err; echo "mm-bias: $w" >want; same want err; }
    try "--measure w: no record has it; is it spelled so?" --measure v,w --report r.json
    try "--proxies, --annotators, --measure, --terms and --split say more than may be released; leave them out with --epsilon" --measure v --epsilon 1
    jq -nc "range(5000) | {g: ., v: 1}" >many
    status 2 mm-bias -q --by g --max-groups 5000 --measure v --report r.json many >out 2>err
    echo "mm-bias: --measure: more than 4096 kinds of records by fields; group by fewer fields or wider cuts" >want; same want err
    [ ! -e r.json ]'
finish
