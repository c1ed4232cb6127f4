#!/bin/sh
# Gates that were tripped, alarms and advice turn into proposed changes of a policy and a plan; comments of a policy stay.
. "${0%/*}/lib.sh"
needs command -v git '&&' command -v jq -- 'git or jq is not installed'
. "$T/plan-git.sh"
fresh r
cat >r/policy.yaml <<'Y'
# The policy of this house.
version: 1
redact:
  action: replace   # not mask: it is shorter
bias:
  by: race
  gates:
    - {metric: demographic_parity_difference, by: race, max: 0.1}   # agreed in March
Y
git -C r add . && git -C r commit -qm policy
heal() { mm-plan heal --repo r "$@"; }
proposes() { state r >before; heal "$@" >out 2>err; state r >after; same before after; }
differs() { git -C r diff -U0 main "$1" -- policy.yaml | sed -n '/^@@/,$p' | sed 's/^@@.*/@@/' >got; same expected got; }

ok 'a gate of mm-bias: the shares that resampling is to bring about' '
    { echo race,y,p; for i in 1 2 3 4 5 6 7 8 9 10; do printf "%s\n" a,1,1 a,0,1 "\"b: c\",0,0"; done; } >rows.csv
    mm-ingest rows.csv >rows.ndjson; status 1 mm-bias --policy r/policy.yaml --prediction p --label y --report bias.json rows.ndjson >none 2>none
    proposes bias.json
    cat >expected <<E
@@
+  targets:
+    race: {a: 0.5, "b: c": 0.5}
E
    differs mm-plan/heal-policy
    git -C r log -1 --format=%B mm-plan/heal-policy | sed "s/^Proposed-tree: [0-9a-f]*/Proposed-tree: ID/" >got
    cat >expected <<E
Heal policy: 1 of 1 trouble answered

What went wrong:
  mm-bias: race: between_groups.demographic_parity_difference is 1 [1,
  1]; it must be at most 0.1. Proposed: bias.targets.race: equal shares
  of its 2 values, which mm-bias --resample brings about.

Proposed-tree: ID

E
    same expected got
    git -C r show mm-plan/heal-policy:policy.yaml >new.yaml; mm-bias --policy new.yaml --prediction p --label y --resample rows.ndjson >even.ndjson 2>none || true
    jq -r .race even.ndjson | sort | uniq -c | sed "s/^ *//" >got; printf "10 a\n10 b: c\n" >expected; same expected got
'
ok 'a place that mm-redact --verify still finds: the whole field falls under a rule' '
    printf "%s\n" "{\"note\":\"write to joe.miller@example.com\",\"mm\":{}}" "{\"to\":{\"mails\":[\"ann.smith@example.com\"]},\"mm\":{}}" >rows.ndjson
    status 1 mm-redact --verify rows.ndjson >left.tsv 2>none; cat left.tsv
    proposes left.tsv
    cat >expected <<E
@@
+  columns:
+    note: {action: replace, entity: EMAIL}
+    to.mails: {action: replace, entity: EMAIL}
E
    differs mm-plan/heal-policy
    git -C r show mm-plan/heal-policy:policy.yaml >new.yaml; mm-redact --policy new.yaml rows.ndjson 2>none | jq -c "[.note, .to]" >got
    printf "%s\n" "[\"<EMAIL>\",null]" "[null,{\"mails\":[\"<EMAIL>\"]}]" >expected; same expected got
'
ok 'an alarm of mm-cost: a budget for the series, once' '
    for day in 28 29; do echo "{\"time\":\"2024-01-${day}T00:00:00Z\",\"ServiceName\":\"Compute\",\"RegionId\":\"eu: 1\",\"value\":900,\"expected\":10.5,\"low\":8,\"high\":13,\"score\":9.000,\"alarm\":true,\"severity\":\"high\"}"; done >alarms
    echo "{\"time\":\"2024-01-30T00:00:00Z\",\"ServiceName\":\"Compute\",\"value\":9,\"expected\":10.5,\"score\":0.1,\"alarm\":false}" >>alarms
    proposes alarms
    cat >expected <<E
@@
+cost:
+  budgets:
+    - {name: "watch Compute eu: 1", where: {ServiceName: Compute, RegionId: "eu: 1"}, spent: 410}
E
    differs mm-plan/heal-policy
    git -C r show mm-plan/heal-policy:policy.yaml >new.yaml
    printf "ChargePeriodStart,BilledCost,EffectiveCost,BillingCurrency,ServiceName,RegionId\n2024-01-02T00:00:00Z,500,500,USD,Compute,eu: 1\n" >bill.csv
    status 1 mm-cost --policy new.yaml --by ServiceName bill.csv >none 2>err; cat err; grep -q "watch Compute eu: 1" err
'
ok 'advice of mm-cost: how the plan buys, and what it can not follow is told' '
    fresh r; declare_plan r 1700000000
    cat >advice.json <<E
{"version":1,"currency":"EUR","advice":[
{"kind":"machine","saving":"1.250000","per":"month","about":"m1 does","risk":"none","do":"x","set":{"machine":"m1","cores":1}},
{"kind":"workers","saving":"0.5","per":"month","about":"3 threads are enough","risk":"takes longer","do":"x","set":{"stage":"store","workers":3}},
{"kind":"idle","saving":null,"per":"month","about":"nobody reads out/old","risk":"","do":"rm","set":{}}]}
E
    state r >before; status 1 heal advice.json >out 2>err; state r >after; same before after
    printf "%s\n" "mm-plan: mm-cost advice: nobody reads out/old; no change is known to answer this" \
        "mm-plan: proposed on the branch mm-plan/heal-demo; look at it by git show, and merge it or delete it" >expected; same expected err
    git -C r show mm-plan/heal-demo:plans/demo/plan.json | jq -c "[.jobs[] | [.machine, .cores]]" >got; echo "[[\"m1\",2],[\"m1\",3]]" | cmp - got
    test "$(git -C r diff --name-only main mm-plan/heal-demo)" = plans/demo/plan.json
'
ok 'reports and ledgers in one proposal' '
    good 1700000100 | sed "\$s/\"status\":0/\"status\":137/" >ledger
    proposes ledger alarms
    printf "%s\n" plans/demo/plan.json policy.yaml >expected; git -C r diff --name-only main mm-plan/heal-demo >got; same expected got
    git -C r log -1 --format=%s mm-plan/heal-demo | grep -q "^Heal demo: 3 of 3 troubles answered"
'
ok 'a policy that is not clean, that can not be changed by itself, that is not there; reports that are none' '
    echo "# mine" >>r/policy.yaml; state r >before; status 2 heal alarms 2>err; state r >after; same before after
    echo "mm-plan: r: policy.yaml was changed and is not committed; commit it, stash it or take it back, then propose again" >expected; same expected err
    printf "version: 1\ncost: &x\n  budgets: []\nplan: *x\n" >r/policy.yaml; git -C r commit -qam alias; status 2 heal alarms 2>err
    echo "mm-plan: policy.yaml: no way was found to change cost.budgets without touching more; change it by hand" >expected; same expected err
    fresh q; status 2 mm-plan heal --repo q --edit some/policy.yaml alarms 2>err
    echo "mm-plan: q: HEAD has no some/policy.yaml, which reports could change; name the policy by --edit" >expected; same expected err
    echo "{\"what\":1}" >odd; status 3 heal odd 2>err; echo "mm-plan: odd:1: neither a line of a ledger nor a report that is known" >expected; same expected err
'
finish
