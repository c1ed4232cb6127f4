# What was found, acted on: weights that make label and group independent, and samples of wished shares.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the records'
csv=$SHARED/data/fairness/compas-two-years.csv

if [ -f "$csv" ]; then mm-ingest -q "$csv" >compas
ok 'weights are those of AIF360'\''s Reweighing' '
    mm-bias -q --by sex --label two_year_recid --reweigh weight compas >out
    jq -c "[.sex, .two_year_recid, (.weight * 1e12 | round)]" out | sort -u >got
    # Reweighing(unprivileged_groups=[{"sex": 0}], privileged_groups=[{"sex": 1}]) of aif360 0.6.1, times 1e12
    printf "%s\n" "[\"Female\",0,854337951197]" "[\"Female\",1,1262367184290]" "[\"Male\",0,1042615413495]" "[\"Male\",1,952539463212]" >want
    same want got
    jq -c "del(.weight)" out >rest; jq -c . compas >same; same same rest'
fi

{ for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo "{\"g\":\"a\",\"y\":$((i % 3 == 0)),\"i\":$i}"; done
  for i in 21 22 23 24 25 26; do echo "{\"g\":\"b\",\"y\":$((i % 2)),\"i\":$i}"; done; } >rows

ok 'the weighted rates of the groups are the same, and weights sum to the records' '
    mm-bias -q --by g --label y --reweigh m.w rows >out
    jq -s -c "group_by(.g) | map((map(.y * .m.w) | add) / (map(.m.w) | add) * 1e9 | round)" out >got
    echo "[388888889,388888889]" >want; same want got
    [ "$(jq -s "map(.m.w) | add * 1e9 | round" out)" = 18000000000 ]'
ok 'a record without label weighs 1; what stood in the field is replaced' '
    { cat rows; echo "{\"g\":\"a\",\"w\":\"old\"}"; } >more
    mm-bias -q --by g --label y --reweigh w more | tail -n 1 >got
    echo "{\"g\":\"a\",\"w\":1}" >want; same want got'
ok 'a sample has equal shares, or those of the targets, and keeps order and bytes' '
    mm-bias -q --by g --resample rows >out
    [ "$(grep -c "\"a\"" out)" = 6 ] && [ "$(grep -c "\"b\"" out)" = 6 ]
    grep -Fxf out rows >in_order; same in_order out
    printf "version: 1\nbias: {by: g, targets: {g: {a: 0.25, b: 0.75}}}\n" >policy.yaml
    mm-bias -q --policy policy.yaml --resample rows >out
    [ "$(grep -c "\"a\"" out)" = 2 ] && [ "$(grep -c "\"b\"" out)" = 6 ]'
ok 'the same seed draws the same sample for any number of workers, another draws another' '
    mm-bias -q -j1 --by g --resample rows >1
    mm-bias -q -j4 --by g --resample <rows >4
    same 1 4
    mm-bias -q --by g --resample --seed 5 rows >5
    ! cmp -s 1 5 || exit 1'
ok 'every record has the same chance: over 400 seeds each of 12 is taken about 200 times' '
    for s in $(seq 400); do mm-bias -q -j1 --bootstrap 0 --by g --resample --seed $s rows; done | grep "\"a\"" | jq .i | sort | uniq -c | awk "{ print \$1 }" >times
    [ "$(wc -l <times)" = 12 ]
    awk "{ if (\$1 < 160 || \$1 > 240) { print; bad = 1 } } END { exit bad }" times'
ok 'what goes out, and what is dropped, is accounted for' '
    mm-bias -q --by g --resample --ledger ledger rows >out
    [ "$(jq -c "[.in, .out, .dropped, .bad] // [.records.in, .records.out, .records.dropped, .records.bad]" ledger | head -n 1)" = "[18,12,6,0]" ] || cat ledger'
ok 'a pipe can not be read twice, and says so' '
    cat rows | status 2 mm-bias -q --by g --resample 2>err >out
    echo "mm-bias: standard input: --resample reads its input twice, and this is no plain file; write it to one first" >want; same want err
    status 2 mm-bias -q --by g --reweigh w rows 2>err >out
    echo "mm-bias: --reweigh weighs by group and label; give --label" >want; same want err
    printf "version: 1\nbias: {by: g, targets: {g: {a: 0.25, c: 0.75}}}\n" >policy.yaml
    status 2 mm-bias -q --policy policy.yaml --resample rows >out 2>err
    echo "mm-bias: --resample: no record is in the group c, which has a target" >want; same want err'
finish
