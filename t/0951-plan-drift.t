#!/bin/sh
# Ledgers of what ran are held against the plan that HEAD declares; what is otherwise is told, a line each, with exit status 1.
. "${0%/*}/lib.sh"
needs command -v git '&&' command -v jq -- 'git or jq is not installed'
. "$T/plan-git.sh"
fresh 'my repo'; declare_plan 'my repo' 1700000000

drift() { mm-plan drift --repo 'my repo' "$@"; }
told() { status 1 drift ledger >got; printf '%s\n' "$@" >expected; same expected got; }

ok 'a run as it is declared' '
    good 1700000100 >ledger; drift ledger >out 2>err; test ! -s out
    echo "mm-plan: no drift in 5 ledger lines from plans/demo/plan.json at $(git -C "my repo" rev-parse --short HEAD)" >expected; same expected err
    cat ledger | mm-plan drift --repo "my repo/plans" --plan demo -q - >out 2>err; test ! -s out; test ! -s err
'
ok 'of several runs the last counts' '
    { good 1700000100; line read 1700009000 100 100 workers=7; good 1700010000; } >ledger; drift ledger
'
ok 'workers, processor time and memory other than planned' '
    { line read 1700000100 100 150 workers=4; good 1700000100 | tail -n 3; line store 1700000201 199 20 peak_rss_bytes=150000000; } >ledger
    good 1700000100 | sed -n "2,3p" >>ledger
    told "read: workers: processors of a task: 4; 2 planned" "read: processor: used 2 min 30 s; 80.0 s to 2 min 00 s planned" \
         "store: processor: used 70.0 s; 80.0 s to 2 min 00 s planned" "store: memory: a task used 150 MB; 10.0 MB to 100 MB planned"
'
ok 'stages that are missing, and those that nobody planned' '
    good 1700000100 | grep -v "\"store\"" >ledger; line extra 1700000300 1 1 >>ledger
    told "store: missing: did not run" "extra: unknown: ran, and is not in the plan"
    good 1700000100 | sed "\$d" >ledger
    told "store: missing: 1 of 2 tasks ran"
'
ok 'tasks that failed' '
    good 1700000100 | sed "\$s/\"status\":0/\"status\":137/" >ledger
    told "store: failed: 1 of 2 tasks failed, the last with status 137"
    good 1700000100 | sed "\$s/\"status\":0/\"status\":3/" >ledger; drift ledger
'
ok 'a run under another policy, or none' '
    good 1700000100 | sed "s/$POLICY/0123456789abcdef0123456789abcdef/" >ledger
    told "read: policy: ran under policy 01234567; $(echo $POLICY | cut -c 1-8) is declared"
    good 1700000100 | jq -c "del(.policy)" >ledger
    told "read: policy: ran without a policy; $(echo $POLICY | cut -c 1-8) is declared"
'
ok 'longer and dearer' '
    { line read 1700000100 300 100; good 1700000300 | tail -n 4; } >ledger
    told "read: time: took 5 min 00 s; 80.0 s to 2 min 00 s planned" "plan: time: took 8 min 20 s; 4 min 10 s to 6 min 40 s planned" \
         "plan: cost: cost about 5; at most 4 planned"
'
ok 'other data: no work says nothing of what work takes' '
    good 1700000100 | jq -c ".bytes.in *= 2" >ledger
    told "read: volume: read 2.0 MB; 800 kB to 1.2 MB planned" "probe: volume: read 2.0 MB; 800 kB to 1.2 MB planned" \
         "store: volume: read 2.0 MB; 800 kB to 1.2 MB planned"
    good 1700000100 | jq -c ".bytes.in = 0 | .records.in = 0 | .cpu_s = 0 | .wall_s = 0 | .end = .start" >ledger
    told "read: volume: read 0 B; 800 kB to 1.2 MB planned" "probe: volume: read 0 B; 800 kB to 1.2 MB planned" \
         "store: volume: read 0 B; 800 kB to 1.2 MB planned"
'
ok 'for programs' '
    good 1700000100 | sed "1s/\"workers\":2/\"workers\":1/" >ledger
    status 1 drift --format json ledger >got
    echo "{\"kind\":\"workers\",\"stage\":\"read\",\"ran\":1,\"low\":2,\"high\":2,\"text\":\"processors of a task: 1; 2 planned\"}" >expected; same expected got
'
ok 'a clock that was set is told, and times of several tasks are left out' '
    good 1700000100 | jq -c "if .run == \"rstore1700000201\" then .start = \"2022-01-01T00:00:00Z\" | .end = \"2022-01-01T00:03:19Z\" else . end" >ledger
    drift ledger 2>err
    grep -q "mm-plan: ledger:5 ends before the line above it: the clock was set, or ledgers were joined; times of several tasks are not compared" err
'
ok 'a damaged ledger' '
    { good 1700000100; echo "{\"tool\":"; } >ledger; status 3 drift ledger 2>err
    grep -q "^mm-plan: ledger:6: .* at byte .*; cut the line away or repair it\$" err
    echo "{\"wall_s\":1}" >ledger; status 3 drift ledger 2>err
    echo "mm-plan: ledger:1: a line of a ledger needs tool, start, end, wall_s, cpu_s, peak_rss_bytes, workers and status" >expected; same expected err
    echo "what is this" >ledger; status 3 drift ledger 2>err
    echo "mm-plan: ledger:1: neither JSON, nor a line of metrics (NAME{LABELS} VALUE), nor one of mm-redact --verify" >expected; same expected err
    status 3 drift nowhere 2>err; grep -q "nowhere" err
'
ok 'no plan, several plans, a plan that is none' '
    good 1700000100 >ledger; fresh r
    status 2 mm-plan drift --repo r ledger 2>err
    echo "mm-plan: r: HEAD declares no plan (plans/NAME/plan.json); propose one first, and merge it" >expected; same expected err
    mkdir -p r/plans/a r/plans/b; echo "{\"version\": 2}" >r/plans/a/plan.json; plan >r/plans/b/plan.json; git -C r add .; git -C r commit -qm plans
    status 2 mm-plan drift --repo r ledger 2>err
    echo "mm-plan: r: several plans are declared (a b); choose one by --plan NAME" >expected; same expected err
    status 2 mm-plan drift --repo r --plan a ledger 2>err; cat err
    grep -q "^mm-plan: r: $(git -C r rev-parse HEAD | cut -c 1-7):plans/a/plan.json:1:" err
    status 2 mm-plan drift --repo r --plan c ledger 2>err
    echo "mm-plan: r: HEAD has no plans/c/plan.json; propose a plan first, and merge it" >expected; same expected err
    status 2 mm-plan drift --repo r 2>err; echo "mm-plan: name the ledgers of what ran" >expected; same expected err
'
finish
