# Model drift: predictions, and how right they are, in each group against a baseline sketch.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'

many() { yes "$2" | head -n "$1"; }
group() { many $2 "{\"g\":\"$1\",\"y\":1,\"p\":1}"; many $3 "{\"g\":\"$1\",\"y\":0,\"p\":1}"; many $4 "{\"g\":\"$1\",\"y\":1,\"p\":0}"; many $5 "{\"g\":\"$1\",\"y\":0,\"p\":0}"; }
{ group a 40 10 10 40; group b 30 20 10 40; } >before
{ group a 42 8 11 39; group b 15 35 25 25; } >after
asked='--by g --label y --prediction p'
mm-bias sketch -q $asked before -o before.sk
mm-bias sketch -q $asked after -o after.sk
round='[.group, .rate, ([.difference, .low, .high, .p, .p_adjusted] | map(. * 1e9 | round))] | flatten | map(tostring) | join(" ")'

ok 'differences, intervals and tests of all rates are those of statsmodels and scipy' '
    mm-bias diff --json before.sk after.sk | jq -r "select(.rate) | $round" | sed "s/^null/None/" >got
    # t/data/shift_peer.py
    cat >want <<END
None selection_rate 0 -97070403 97070403 1000000000 1000000000
None base_rate 15000000 -81920059 111523171 763346127 1000000000
None true_positive_rate -164874552 -290273006 -31286747 15537004 46611013
None false_positive_rate 129141886 3430224 249662716 44115228 113439158
None positive_predictive_value -130000000 -257055691 3319614 56211564 126476019
None accuracy -145000000 -233278613 -53427864 1921869 11531213
a selection_rate 0 -136002754 136002754 1000000000 1000000000
a base_rate 30000000 -106671154 165103043 671233932 1000000000
a true_positive_rate -7547170 -161832239 149465796 924299971 1000000000
a false_positive_rate -29787234 -183456664 127936239 706071127 1000000000
a positive_predictive_value 40000000 -112734252 191222106 602659938 1000000000
a accuracy 10000000 -100212423 119983933 858352417 1000000000
b selection_rate 0 -136002754 136002754 1000000000 1000000000
b base_rate 0 -133460181 133460181 1000000000 1000000000
b true_positive_rate -375000000 -546230163 -158181665 723233 6509094
b false_positive_rate 250000000 71702651 407181980 5992862 21574304
b positive_predictive_value -300000000 -465010470 -105057752 2568832 11559742
b accuracy -300000000 -421562393 -162921786 20079 361416
END
    same want got'

ok 'a filter with --baseline reports the same, in each form' '
    mm-bias -q $asked --baseline before.sk --report r.json --report r.txt --report r.html after >out; same after out
    jq -r ".rate_drift[] | $round" r.json | sed "s/^null/None/" >got; same want got
    jq -c ".rate_drift[-1] | [.by, .group, .rate, .records_before, .records_after, .before, .after]" r.json >got
    echo "[\"g\",\"b\",\"accuracy\",100,100,0.7,0.4]" >want2; same want2 got
    grep -qE "^g +b +accuracy +0.7 +0.4 +-0.3 +-0.4216 +-0.1629 " r.txt
    grep -q "Drift of rates from the baseline" r.html'

ok 'nothing changed: no difference; a group that is new or gone has no rate on one side, and is told' '
    mm-bias diff --json before.sk before.sk | jq -e "select(.rate) | .difference == 0 and .p == 1" >out
    { group a 40 10 10 40; group c 3 2 1 4; } | mm-bias sketch -q $asked - -o c.sk
    mm-bias diff --json before.sk c.sk | jq -c "select(.rate == \"accuracy\" and .group) | [.group, .before, .after, .difference]" >got
    printf "%s\n" "[\"a\",0.8,0.8,0]" "[\"b\",0.7,null,null]" "[\"c\",null,0.7,null]" >want; same want got'

ok 'without labels only what is predicted is held beside it; without predictions nothing but labels; sketches without both: none' '
    for o in "--prediction p" "--label y" ""; do
        mm-bias sketch -q --by g $o before -o 1.sk
        mm-bias diff --json 1.sk 1.sk | jq -r "select(.rate) | .rate" | sort -u
    done >got
    printf "selection_rate\nbase_rate\n" >want; same want got'

ok 'a limit of the policy ends with 1 and says which rate of which group' '
    printf "version: 1\nbias: {drift: {rate: 0.26}}\n" >policy.yaml
    status 1 mm-bias diff --policy policy.yaml before.sk after.sk >out 2>err
    grep gate: err >got
    cat >want <<END
mm-bias: gate: true_positive_rate of g b went from 0.75 to 0.375; it must change by at most 0.26
mm-bias: gate: positive_predictive_value of g b went from 0.6 to 0.3; it must change by at most 0.26
mm-bias: gate: accuracy of g b went from 0.7 to 0.4; it must change by at most 0.26
END
    same want got
    status 1 mm-bias -q --policy policy.yaml $asked --baseline before.sk --report r.json after >out 2>err
    grep gate: err >got; same want got
    status 0 mm-bias diff --policy policy.yaml before.sk before.sk >out'
finish
