#!/bin/sh
# plan - planning and simulating.
#
# plan-sim-NAME    a week of minutes under one policy; peer: the 0.2 s that it may take
. "${0%/*}/lib.sh"

for policy in static hpa ds2 plan; do
    mm-plan simulate --generate steady --length 1h --policies $policy >/dev/null 2>&1 || continue
    : >"$bench/ours.s"
    for turn in 1 2 3 4 5; do
        seconds "mm-plan simulate --generate diurnal --length 7d --step 60 --policies $policy" >>"$bench/ours.s"
    done
    line "plan-sim-$policy" Mstep/s 1 0.01008 "$(median 5 <"$bench/ours.s")" 0.2
done
