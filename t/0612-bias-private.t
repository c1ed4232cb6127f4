# Counts that may leave the house: noise under a budget, small cells suppressed, sites that only send sketches.
. "${0%/*}/lib.sh"
needs command -v jq python3 -- 'jq and python3 read what is released'

awk 'BEGIN { for (i = 0; i < 6000; i++) printf "{\"g\":\"%s\",\"age\":%d,\"y\":%d}\n", i % 3 ? "a" : "b", i * 7 % 90, i % 2 }' >rows
kinds() { python3 "$T/data/sketch_read.py" "$1" | sed -n '/^{"kind"/p' | jq -c '[.kind, .records]'; }
of() { jq -c ".attributes[0].groups[] | [.group.g, .count]" "$1"; }

ok 'what is released is near, and not the same twice' '
    mm-bias sketch --by g --label y --epsilon 1 --delta 1e-6 rows -o 1.sk
    # Four counts with noise of this size are the same once in ten million times.
    for i in 2 3; do mm-bias sketch --by g --label y --epsilon 0.05 --delta 1e-6 rows -o $i.sk; done
    ! cmp -s 2.sk 3.sk || exit 1
    kinds 1.sk | jq -e "[.[1][]] | add | . > 1900 and . < 4100"
    mm-bias show --json 1.sk | head -n 1 | jq -e ".epsilon == 1 and .delta == 1e-6 and .fields == 0"'
ok 'a report can be released too: its counts are noisy, and it says so' '
    mm-bias -q --by g --label y --epsilon 0.1 --delta 1e-6 --report 1.json rows >out
    same rows out
    mm-bias -q --by g --label y --epsilon 0.1 --delta 1e-6 --report 2.json rows >out
    ! same 1.json 2.json || exit 1
    jq -e ".epsilon == 0.1 and (.warnings | map(test(\"noise\")) | any)" 1.json
    of 1.json | jq -e ".[1] > 1500 and .[1] < 4500"'
ok 'noise has the size it should: the mean square over 120 releases' '
    i=0; while [ $i -lt 120 ]; do mm-bias sketch -j1 --by age:30,60 --epsilon 0.5 rows -o n.sk; kinds n.sk; i=$((i + 1)); done >all
    # 2002 of the records are in [30,60); the variance of discrete Laplace is 2 e^-a / (1 - e^-a)^2
    jq -s -e "map(select(.[0] == [\"[30,60)\"]) | .[1][8] - 2002) | (map(. * .) | add / length) as \$v
        | (-0.5 | exp) as \$q | (2 * \$q / ((1 - \$q) * (1 - \$q))) as \$want | \$v > 0.45 * \$want and \$v < 1.9 * \$want and ((add / length) | fabs) < 1.2" all'
ok 'where fields are cut, empty cells get noise too, so that nothing tells which are empty' '
    head -n 1 rows >one
    i=0; while [ $i -lt 30 ]; do mm-bias sketch -j1 --by age:30,60 --epsilon 0.2 one -o n.sk; kinds n.sk; i=$((i + 1)); done | jq -c ".[0][0]" | sort | uniq -c | awk "{ print \$2 }" >seen
    [ "$(wc -l <seen)" = 5 ]'
ok 'where they are not, a value of one record is not told' '
    { cat rows; echo "{\"g\":\"rare\",\"y\":1}"; } >more
    i=0; while [ $i -lt 50 ]; do mm-bias sketch -j1 --by g --epsilon 1 --delta 1e-9 more -o n.sk; kinds n.sk; i=$((i + 1)); done >all
    ! grep -q rare all || exit 1'
ok 'Gaussian noise' '
    mm-bias sketch --by g --label y --epsilon 1 --delta 1e-6 --noise gaussian rows -o g.sk
    kinds g.sk | jq -e "[.[1][]] | add | . > 1900 and . < 4100"'

ok 'a budget is spent across runs, and refuses to be overspent before anything is read or written' '
    echo "{\"epsilon\":1,\"delta\":1e-5}" >budget
    for i in 1 2 3; do mm-bias sketch --by g --epsilon 0.3 --delta 1e-6 --budget budget rows -o b$i.sk; done
    status 2 mm-bias sketch --by g --epsilon 0.3 --delta 1e-6 --budget budget rows -o b4.sk 2>err
    echo "mm-bias: budget: the budget would be overspent: epsilon 0.1 and delta 7e-06 are left, 0.3 and 1e-6 are asked for" >want; same want err
    [ ! -e b4.sk ]
    mm-bias -q --by g --epsilon 0.1 --delta 1e-6 --budget budget --report b.json rows >out
    status 2 mm-bias -q --by g --epsilon 0.001 --delta 1e-6 --budget budget rows 2>err >out
    same /dev/null out
    [ "$(wc -l <budget)" = 5 ]'
ok 'many at once can not overspend it' '
    echo "{\"epsilon\":1,\"delta\":1}" >budget
    for i in 1 2 3 4 5 6; do mm-bias sketch -j1 --by g --epsilon 0.25 --delta 1e-6 --budget budget rows -o p$i.sk 2>/dev/null & done; wait
    [ "$(ls p?.sk | wc -l)" = 4 ] && [ "$(wc -l <budget)" = 5 ]'
ok 'small cells are suppressed, with noise and without' '
    { head -n 20 rows; for i in 1 2 3; do echo "{\"g\":\"c\",\"y\":1}"; done; } >few
    mm-bias -q --by g --suppress 5 --report s.json few >out
    of s.json >got
    printf "%s\n" "[\"a\",13]" "[\"b\",7]" >want; same want got
    jq -e ".suppress == 5" s.json
    jq -e ".warnings | map(test(\"under 5 records\")) | any" s.json'
ok 'what can not be released is refused' '
    try() { w=$1; shift; status 2 mm-bias sketch "$@" rows -o no.sk 2>err; echo "mm-bias: $w" >want; same want err; }
    try "--epsilon releases counts of groups; give --by" --epsilon 1
    try "which values there are would be told too: give a --delta, or cut all fields into ranges" --by g --epsilon 1
    try "--epsilon must be above 0 and at most 100, not 0" --by g --epsilon 0
    try "--epsilon must be above 0 and at most 100, not x" --by g --epsilon x
    try "--delta must be above 0 and at most 0.5, not 2" --by g --epsilon 1 --delta 2
    try "--delta, --noise and --budget go with --epsilon" --by g --delta 1e-6
    try "Gaussian noise needs a --delta" --by age:10 --epsilon 1 --noise gaussian
    try "sums of scores are not released; leave out --score with --epsilon" --by g --epsilon 1 --delta 1e-6 --score age
    try "none: no budget; begin one by a line {\"epsilon\":E,\"delta\":D} of what may be spent" --by g --epsilon 1 --delta 1e-6 --budget none
    echo "epsilon 1" >odd
    try "odd:1: a budget has lines of {\"epsilon\":E,\"delta\":D}, first what may be spent" --by g --epsilon 1 --delta 1e-6 --budget odd'

ok 'three sites: each sends its sketch alone, and together they tell of the whole' '
    for s in 1 2 3; do
        sed -n "$((s * 2000 - 1999)),$((s * 2000))p" rows >site$s
        echo "{\"epsilon\":1,\"delta\":1e-5}" >site$s.budget
        mm-bias sketch --by g --label y --epsilon 1 --delta 1e-6 --budget site$s.budget site$s -o site$s.sk
    done
    mm-bias merge site1.sk site2.sk site3.sk -o whole.sk
    mm-bias show --json whole.sk | head -n 1 | jq -e ".epsilon == 1 and (.records - 6000 | fabs) < 200"
    kinds whole.sk | jq -s -e "map([.[0][0], (.[1] | add)]) | .[0][0] == \"a\" and (.[0][1] - 4000 | fabs) < 120 and (.[1][1] - 2000 | fabs) < 120"
    mm-bias report -q whole.sk --report whole.json
    jq -e ".attributes[0].groups[0].base_rate.value - 0.5 | fabs < 0.03" whole.json'
finish
