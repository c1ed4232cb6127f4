#!/bin/sh
# plan - planning and simulating.
#
# plan-decide      200 stages, every second in a pipe with the one before it, on 50 types of machines, under a deadline; peer: the 1 s
#                  that it may take
# plan-sim-NAME    a week of minutes under one policy; peer: the 0.2 s that it may take
. "${0%/*}/lib.sh"

mkdir -p "$bench/plan"
awk 'BEGIN { print "version: 1\ncurrency: USD\ntypes:"
    for (i = 0; i < 50; i++) { c = 2 ^ (1 + i % 6)
        printf "  - {type: m%d, region: r, cores: %d, memory_gib: %d, hour: {on-demand: %.4f, spot: %.4f}, interruptions: 0.01, start_s: 60}\n", i, c, c * 4, c * (0.04 + i * 0.0003), c * (0.015 + i * 0.0001) } }' >"$bench/plan/prices.yaml"
awk 'BEGIN { print "version: 1\nname: large\nprices: prices.yaml\ndata:\n  d0: {path: /nowhere, bytes: 500GB, records: 10000000}"
    for (i = 2; i < 200; i += 2) printf "  d%d: {}\n", i
    print "stages:"
    for (i = 0; i < 200; i += 2) printf "  s%d: {command: a, reads: d%d, resumable: true}\n  s%d: {command: b%s, resumable: true, keeps: 0.99}\n", i, i, i + 1, i < 198 ? ", writes: d" (i + 2) : ""
    print "objective: {goal: cheapest, deadline: 700h}" }' >"$bench/plan/large.yaml"
: >"$bench/ours.s"
for turn in 1 2 3 4 5; do
    seconds "mm-plan $bench/plan/large.yaml" >>"$bench/ours.s"
done
line plan-decide stage/s 1 200 "$(median 5 <"$bench/ours.s")" 1

for policy in static hpa ds2 plan; do
    mm-plan simulate --generate steady --length 1h --policies $policy >/dev/null 2>&1 || continue
    : >"$bench/ours.s"
    for turn in 1 2 3 4 5; do
        seconds "mm-plan simulate --generate diurnal --length 7d --step 60 --policies $policy" >>"$bench/ours.s"
    done
    line "plan-sim-$policy" Mstep/s 1 0.01008 "$(median 5 <"$bench/ours.s")" 0.2
done
