# mm-bias passes records on as they are, and counts them by groups: values, ranges, intersections, unknown and missing.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'

cat >rows <<'END'
{"sex":"f","age":17,"yes":1,"said":true}
{"sex":"f","age":18,"yes":1,"said":true}
{"sex":"f","age":"29.5","yes":"0","said":"true"}
{"sex":"m","age":30,"yes":0,"said":false}
{"sex":"m","age":65,"yes":true,"said":0}
{"sex":"m","age":99,"yes":0,"said":0.0}
{"sex":null,"age":40,"yes":0,"said":1}
{"sex":"","yes":1,"said":1}
{"age":null,"yes":0,"said":0}
END
groups() { jq -c ".attributes[$1].groups[] | [.group, .count]" report.json; }

ok 'records pass as they came in, as NDJSON and as mmr' '
    mm-bias -q --by sex --report report.json rows >out
    same rows out
    mm-select -b true rows >rows.mmr
    mm-bias -q --by sex --report report.json rows.mmr >out.mmr
    same rows.mmr out.mmr'

ok 'values are groups; what is null or empty is unknown, what is not there is missing' '
    groups 0 >got
    cat >want <<END
[{"sex":"f"},3]
[{"sex":"m"},3]
[{"sex":"(unknown)"},2]
[{"sex":"(missing)"},1]
END
    same want got'

ok 'numbers are cut into ranges, also in quotes; fields given together have their intersection' '
    mm-bias -q --by sex,age:18,30,65 --report report.json rows >out
    groups 1 >got
    cat >want <<END
[{"age":"<18"},1]
[{"age":"[18,30)"},2]
[{"age":"[30,65)"},2]
[{"age":">=65"},2]
[{"age":"(unknown)"},1]
[{"age":"(missing)"},1]
END
    same want got
    jq -c "[.attributes[].by]" report.json >got
    echo "[[\"sex\"],[\"age\"],[\"sex\",\"age\"]]" >want; same want got
    groups 2 | grep -c . >got; echo 7 >want; same want got'

ok 'fields given apart have none, and the same twice counts once' '
    mm-bias -q --by sex --by age:18 --by sex --report report.json rows >out
    jq -c "[.attributes[].by]" report.json >got
    echo "[[\"sex\"],[\"age\"]]" >want; same want got'

ok 'a fact of mm-probe makes groups like any other member' '
    printf "%s\n" "{\"text\":\"This is one of the texts that we wrote down for them.\"}" "{\"text\":\"Das ist einer der Texte, die wir für sie geschrieben haben.\"}" |
        mm-probe -q --only text.language | mm-bias -q --by mm.probe.text.language --report report.json >out
    groups 0 | sort >got
    printf "%s\n" "[{\"mm.probe.text.language\":\"de\"},1]" "[{\"mm.probe.text.language\":\"en\"},1]" >want; same want got'

ok 'label and prediction are fields or expressions; without one a record is counted and left out' '
    mm-bias -q --by sex --label yes --prediction said --report report.json rows >out
    jq -c ".overall | [.true_positives, .false_positives, .true_negatives, .false_negatives]" report.json >got
    mm-bias -q --by sex --label "yes in (1, true, \"1\")" --prediction "said in (1, true, \"true\") " --report report.json rows >out
    jq -c ".overall | [.true_positives, .false_positives, .true_negatives, .false_negatives]" report.json >>got
    printf "%s\n" "[3,2,3,1]" "[3,2,3,1]" >want; same want got
    mm-bias -q --by sex --label "age >= 18" --report report.json rows >out
    jq -c "[.records, .labelled, .warnings[0]]" report.json >got
    echo "[9,6,\"3 of 9 records have no label and are left out of what needs one\"]" >want; same want got'

ok 'the table for people, whole' '
    mm-bias --by sex --label yes --prediction said --bootstrap 0 --report - rows >got
    cat >want <<END
9 records; intervals of 95 %; * reference, ! too small to say

By sex
  group                              count                 share        selection_rate             base_rate    true_positive_rate   false_positive_rate  positive_predictive_value              accuracy
* f                                      3  0.333 [0.121, 0.646]  1.000 [0.439, 1.000]  0.667 [0.208, 0.939]  1.000 [0.342, 1.000]  1.000 [0.207, 1.000]       0.667 [0.208, 0.939]  0.667 [0.208, 0.939]
! m                                      3  0.333 [0.121, 0.646]  0.000 [0.000, 0.561]  0.333 [0.061, 0.792]  0.000 [0.000, 0.793]  0.000 [0.000, 0.658]                          -  0.667 [0.208, 0.939]
! (unknown)                              2  0.222 [0.063, 0.547]  1.000 [0.342, 1.000]  0.500 [0.095, 0.905]  1.000 [0.207, 1.000]  1.000 [0.207, 1.000]       0.500 [0.095, 0.905]  0.500 [0.095, 0.905]
! (missing)                              1  0.111 [0.020, 0.435]  0.000 [0.000, 0.793]  0.000 [0.000, 0.793]                     -  0.000 [0.000, 0.793]                          -  1.000 [0.207, 1.000]
END
    head -n 8 got >top
    same want top
    grep -q "^  equalized_odds_difference  *1\$" got
    grep -q "^Warning: sex: true_positive_rate is undefined for (missing), nothing to divide by; between groups it counts as 0\$" got'

ok 'without a report the table goes to standard error, but not with -q' '
    mm-bias --by sex --bootstrap 0 rows >out 2>err
    same rows out; grep -q "^By sex" err
    mm-bias -q --by sex rows >out 2>err
    same /dev/null err'

ok 'the reference is the largest known group, or the one that is named' '
    mm-bias -q --by sex,age:30 --label yes --report report.json rows >out
    jq -c "[.attributes[] | .reference, .reference_given]" report.json >got
    mm-bias -q --by sex,age:30 --label yes --reference sex=m --reference "age=>=30" --report report.json rows >out
    jq -c "[.attributes[] | .reference, .reference_given]" report.json >>got
    cat >want <<END
[{"sex":"f"},false,{"age":">=30"},false,{"sex":"f","age":"<30"},false]
[{"sex":"m"},true,{"age":">=30"},true,{"sex":"m","age":">=30"},true]
END
    same want got'

ok 'scores: balance, calibration in bins, and the error of probabilities' '
    printf "{\"g\":\"%s\",\"y\":%s,\"p\":%s}\n" a 1 0.8 a 0 0.4 b 1 0.85 b 1 0.6 b 0 0.1 >scored
    mm-bias -q --by g --label y --score p:0.5 --report report.json scored >out
    jq -c ".attributes[0].groups[] | [.generalized_true_positive_rate.value, .generalized_false_positive_rate.value,
        (.expected_calibration_error.value * 1e12 | round / 1e12), [.calibration[] | [.bin, .count, .mean_score, .base_rate]]]" report.json >got
    cat >want <<END
[0.8,0.4,0.3,[["<0.5",1,0.4,0],[">=0.5",1,0.8,1]]]
[0.725,0.1,0.216666666667,[["<0.5",1,0.1,0],[">=0.5",2,0.725,1]]]
END
    same want got'

ok 'conditional demographic disparity is the mean over strata, by their records' '
    # By stratum x: a has 1 of 2 rejected and 1 of 1 accepted; by y: 1 of 1 rejected and 0 of 2 accepted.
    printf "{\"g\":\"%s\",\"d\":\"%s\",\"y\":%s}\n" a x 0 b x 0 a x 1 a y 0 b y 1 b y 1 >rows.d
    mm-bias -q --by g --prediction y --stratify d --report report.json rows.d >out
    jq -c "[.attributes[0].groups[] | .demographic_disparity.value, .conditional_demographic_disparity.value | . * 1e12 | round / 1e12]" report.json >got
    # over all: a has 2 of 3 rejected, 1 of 3 accepted; strata of 3 and 3 records: ((1/2 - 1) + (1 - 0)) / 2
    echo "[0.333333333333,0.25,-0.333333333333,-0.25]" >want; same want got'

ok 'targets: distances are those of scipy, and a group that is wished for and not there is shown' '
    cat >policy.yaml <<END
version: 1
bias:
  by: [g]
  targets:
    g: {a: 0.4, b: 0.3, c: 0.2, d: 0.1}
END
    for g in a:50 b:30 c:15 d:5; do yes "{\"g\":\"${g%:*}\"}" | head -n "${g#*:}"; done >shares
    mm-bias -q --policy policy.yaml --report report.json shares >out
    jq -c ".attributes[0].representation | [.total_variation, .jensen_shannon_divergence, .kullback_leibler_divergence, .hellinger_distance,
        .chi_square, .g_test, .effective_number_of_groups, .imbalance_ratio] | [.[] | .value, .p // empty] | map(. * 1e12 | round)" report.json >got
    echo "[0.1,0.008822835978472656,0.03376210576134028,0.0941841049461085,6.25,0.10006083311939494,6.752421152268098,0.080221901070337,3.1334042802620585,10]" |
        jq -c "map(. * 1e12 | round)" >want
    same want got
    grep -v "\"d\"" shares | mm-bias -q --policy policy.yaml --report report.json >out
    jq -c ".attributes[0].groups[3] | [.group.g, .count, .target, .small]" report.json >got
    echo "[\"d\",0,0.1,true]" >want; same want got'

ok 'intervals of the bootstrap hold what they should: 95 of 100 for the difference of two groups' '
    # 200 streams from known shares; the share of intervals that hold the true ratio of rates is near 0.95.
    command -v python3
    cat >streams.py <<END
import json, random, subprocess
rnd, hold = random.Random(5), 0
for i in range(200):
    rows = "".join(json.dumps({"g": g, "y": int(rnd.random() < p)}) + "\n" for g, p in (("a", .5), ("b", .35)) for _ in range(400))
    subprocess.run(["mm-bias", "-q", "-j1", "--by", "g", "--prediction", "y", "--bootstrap", "300", "--reference", "g=a",
                    "--report", "r.json"], input=rows.encode(), stdout=subprocess.DEVNULL, check=True)
    f = json.load(open("r.json"))["attributes"][0]["against_reference"]["disparate_impact"]
    hold += f["low"] <= .35 / .5 <= f["high"]
print(hold)
END
    held=$(python3 streams.py)
    [ "$held" -ge 180 ] && [ "$held" -le 199 ] || { echo "$held of 200"; exit 1; }'

ok 'the seed changes the bootstrap and nothing else' '
    mm-bias -q --by g --prediction y --report a.json rows.d >out
    mm-bias -q --by g --prediction y --report b.json --seed 0 rows.d >out
    same a.json b.json
    mm-bias -q --by g --prediction y --report b.json --seed 1 rows.d >out
    ! cmp -s a.json b.json || exit 1
    for f in a b; do jq -c "[.. | .value? // empty]" $f.json >$f; done; same a b'

finish
