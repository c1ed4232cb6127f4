# How far annotators agree, by group.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'

# Twelve records and four annotators, of whom some say nothing; g is a for the first, third and so on.
cat >rows <<'END'
{"g":"a","l1":1,"l2":1,"l4":1}
{"g":"b","l1":2,"l2":2,"l3":3,"l4":2}
{"g":"a","l1":3,"l2":3,"l3":3,"l4":3}
{"g":"b","l1":3,"l2":3,"l3":3,"l4":3}
{"g":"a","l1":2,"l2":2,"l3":2,"l4":2}
{"g":"b","l1":1,"l2":2,"l3":"3","l4":4}
{"g":"a","l1":4,"l2":4,"l3":4,"l4":4}
{"g":"b","l1":1,"l2":1,"l3":2,"l4":1}
{"g":"a","l1":2,"l2":2,"l3":2,"l4":2}
{"g":"b","l1":null,"l2":5,"l3":5,"l4":5}
{"g":"a","l3":1,"l4":1}
{"g":"b","l2":3}
END
ok 'alpha is that of the package krippendorff, for all and for each group' '
    mm-bias -q --by g --annotators l1,l2,l3,l4 --report report.json rows >out
    same rows out
    jq -c ".agreement[] | [.by, .group, .records, (.alpha * 1e12 | round)]" report.json >got
    # krippendorff.alpha(..., level_of_measurement="nominal"): 0.743421052631579, 1.0, 0.4744525547445255
    printf "%s\n" "[null,null,11,743421052632]" "[\"g\",\"a\",6,1000000000000]" "[\"g\",\"b\",5,474452554745]" >want
    same want got'
ok 'where all labels are one, it is undefined' '
    printf "{\"g\":\"a\",\"x\":1,\"y\":1}\n{\"g\":\"b\",\"x\":1,\"y\":1}\n" >one
    mm-bias -q --by g --annotators x,y --report report.json one >out
    [ "$(jq -c "[.agreement[].alpha]" report.json)" = "[null,null,null]" ]
    mm-bias -q --by g --annotators x,y --report - one | grep -q "undefined"'
ok 'of 300 groups of 100 records and three annotators, 95 % intervals hold the true alpha in 92 to 98 %' '
    # Half are labelled 1; an annotator errs one time in five: two differ 0.32 of the time, by chance 0.5, so alpha is 0.36.
    awk "BEGIN { srand(3); for (i = 0; i < 30000; i++) { y = rand() < 0.5; printf \"{\\\"g\\\":%d\", i % 300
        for (a = 1; a < 4; a++) printf \",\\\"l%d\\\":%d\", a, rand() < 0.2 ? 1 - y : y; print \"}\" } }" >drawn
    mm-bias -q --by g --annotators l1,l2,l3 --bootstrap 0 --report r.json drawn >out
    jq -e "[.agreement[] | select(.by) | .low <= 0.36 and .high >= 0.36] | (map(select(.)) | length) / length | . >= 0.92 and . <= 0.98" r.json
    jq -e ".agreement[0] | .low < 0.36 and .high > 0.36 and .high - .low < 0.03" r.json'
ok 'what can not be is refused' '
    status 2 mm-bias -q --by g --annotators x rows >out 2>err
    echo "mm-bias: --annotators takes the fields of two annotators at least, as in label_a,label_b" >want; same want err
    jq -nc "range(40) | {g: 1, x: ., y: .}" >many
    status 2 mm-bias -q --by g --annotators x,y --report r.json many >out 2>err
    echo "mm-bias: --annotators: more than 32 different labels" >want; same want err'
finish
