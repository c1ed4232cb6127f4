#!/bin/sh
# The stream controller beside the optimum, a fixed number and Kubernetes' rule; the layer learned over it.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'no python3'
needs command -v jq -- 'no jq'

ok 'on generated traces it is near the optimum, never later than the rule of Kubernetes, and cheaper than all' '
    "$T/../scripts/quality/plan" --generated 2 --length 2d --json >out
    cat out
    jq -e ".traces == 6 and .mpc_median <= 1.05 and .mpc_worst <= 1.15 and .mpc_of_static_median <= 0.7 and
           .mpc_of_hpa_worst <= 1.02 and .later_than_hpa == 0" out'

ok 'a layer is learned from a seed, the same each time, and says what it learned' '
    mm-plan train --seed 3 --runs 100 >a.yaml
    mm-plan train --seed 3 --runs 100 >b.yaml
    same a.yaml b.yaml
    [ "$(grep -c "arm: " a.yaml)" = 18 ]
    grep -q "^version: 1" a.yaml'

ok 'with it work costs no more and is not later than allowed' '
    mm-plan simulate -q --generate diurnal --past 1d --policies mpc,learned --layer a.yaml --format json >out
    jq -e "(.policies | map({(.policy): .}) | add) as \$p | \$p.learned.cost <= 1.001 * \$p.mpc.cost and \$p.learned.late_share <= 0.01" out'

ok 'without one it is the controller alone' '
    mm-plan simulate -q --generate diurnal --length 2d --policies mpc,learned --format json >out
    jq -e ".policies[0].cost == .policies[1].cost" out'

ok 'a file that is no layer is refused' '
    echo "version: 9" >no.yaml
    status 2 mm-plan simulate --generate diurnal --length 1d --policies learned --layer no.yaml 2>err
    grep -q "no.yaml:1:1: this is no layer of version 1 that mm-plan train wrote" err'

finish
