# Gates of a policy: with and without regard to intervals, exit 1, and which it was.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq reads the report'

{ for i in 1 2 3 4 5 6; do echo '{"g":"a","y":1}'; done; for i in 1 2 3 4; do echo '{"g":"a","y":0}'; done
  for i in 1 2 3; do echo '{"g":"b","y":1}'; done; for i in 1 2 3 4 5 6 7; do echo '{"g":"b","y":0}'; done; } >rows
policy() {
    printf 'version: 1\nbias:\n  by: g\n  prediction: y\n  gates:\n' >policy.yaml
    for g in "$@"; do echo "    - $g" >>policy.yaml; done
}
run() { mm-bias -q --policy policy.yaml --report report.json rows; }

ok 'a figure beyond its limit ends with 1, says which, and stands in the report; records go on' '
    policy "{metric: demographic_parity_difference, max: 0.2}" "{metric: demographic_parity_ratio, min: 0.4}"
    status 1 run >out 2>err
    same rows out
    [ "$(wc -l <err)" = 1 ]
    grep -q "^mm-bias: gate: g: between_groups.demographic_parity_difference is 0.3 \[.*\]; it must be at most 0.2$" err
    [ "$(jq -c "[.gates[].tripped]" report.json)" = "[true,false]" ]'

ok 'sure: only when the whole interval is beyond; possible: when any of it is' '
    policy "{metric: demographic_parity_difference, max: 0.2, when: sure}"
    status 0 run >out
    policy "{metric: demographic_parity_difference, max: 0.5, when: possible}"
    status 1 run >out 2>err
    grep -q "(part of its interval is beyond)$" err
    policy "{metric: demographic_parity_difference, max: -0.1, when: sure}"
    status 1 run >out 2>err
    grep -q "(its whole interval is beyond)$" err'

ok 'a figure of each group, or of one' '
    policy "{metric: selection_rate, min: 0.5}"
    status 1 run >out 2>err
    [ "$(jq -c "[.gates[].tripped]" report.json)" = "[false,true]" ]
    grep -q "^mm-bias: gate: g: b: groups.selection_rate is 0.3 " err
    policy "{metric: groups.selection_rate, group: a, min: 0.5}"
    status 0 run >out'

ok 'what is undefined trips its gate' '
    policy "{metric: true_positive_rate, min: 0}"
    sed -i "s/prediction: y/prediction: y\n  label: \"y > 5\"/" policy.yaml
    status 1 run >out 2>err
    grep -q "groups.true_positive_rate is undefined; it must be at least 0$" err'

ok 'gates that ask for nothing, or for what is not there, are refused with their place' '
    try() { policy "$2"; status 2 run >out 2>err; echo "mm-bias: $1" >want; same want err; }
    try "policy.yaml:6:7: a gate needs a max or a min" "{metric: selection_rate}"
    try "policy.yaml:6:16: there is no figure parity; mm-bias --list shows all" "{metric: parity, max: 1}"
    try "policy.yaml:6:16: statistical_parity_difference may be versus_reference.statistical_parity_difference or against_reference.statistical_parity_difference; write which" "{metric: statistical_parity_difference, max: 1}"
    try "policy.yaml:6:44: nothing is counted by h" "{metric: selection_rate, max: 1, by: h}"
    try "the gate in line 6 of the policy asks for groups.accuracy, which this run does not have" "{metric: groups.accuracy, min: 1}"
    try "the gate in line 6 of the policy asks for groups.selection_rate of z, which this run does not have" "{metric: selection_rate, group: z, min: 1}"
    try "policy.yaml:6:46: when must be value, sure or possible, not now" "{metric: selection_rate, max: 1, when: now}"'

ok 'options go before the policy' '
    policy "{metric: selection_rate, min: 0}"
    mm-bias -q --policy policy.yaml --by "g,y" --confidence 0.5 --report report.json rows >out
    [ "$(jq -c "[.attributes[].by, .confidence]" report.json)" = "[[\"g\"],[\"y\"],[\"g\",\"y\"],0.5]" ]'

ok 'targets that are no shares are refused' '
    policy "{metric: selection_rate, min: 0.2}"
    printf "  targets: {g: {a: 0.4, b: 0.4}}\n" >>policy.yaml
    status 2 run >out 2>err
    echo "mm-bias: policy.yaml:7:16: the targets of g sum to 0.8, not to 1" >want; same want err'

finish
