#!/bin/sh
# The last plan that is known to have run as it was declared comes back as a proposal; history goes on.
. "${0%/*}/lib.sh"
needs command -v git '&&' command -v jq -- 'git or jq is not installed'
. "$T/plan-git.sh"
fresh r
declare_plan r 1700000000 2 3.00; good 1700001000 >ledger
declare_plan r 1700100000 4 2.50; good 1700101000 | sed 's/"workers":2/"workers":4/; $s/"status":0/"status":137/' >>ledger
declare_plan r 1700200000 1 2.00; good 1700201000 >>ledger
rollback() { mm-plan rollback --repo r "$@"; }
short() { git -C r rev-parse "$1" | cut -c 1-7; }

ok 'the last version with a clean run, and why the later ones are not' '
    state r >before; rollback ledger >out 2>err; state r >after; same before after
    echo "mm-plan/rollback-demo $(git -C r rev-parse mm-plan/rollback-demo)" >expected; same expected out
    echo "mm-plan: proposed on the branch mm-plan/rollback-demo; look at it by git show, and merge it or delete it" >expected; same expected err
    test "$(git -C r rev-parse mm-plan/rollback-demo^)" = "$(git -C r rev-parse main)"
    test "$(git -C r rev-parse mm-plan/rollback-demo:plans)" = "$(git -C r rev-parse main~2:plans)"
    git -C r log -1 --format=%B mm-plan/rollback-demo | sed "s/^Proposed-tree: [0-9a-f]*/Proposed-tree: ID/" >got
    cat >expected <<E
Roll demo back to the plan of $(short main~2) of 2023-11-14

Expected:
  cost  3.00 EUR, at most 4.00; declared: 2.00 EUR, at most 4.00 (+50%)
  time  5 min 00 s (4 min 10 s to 6 min 40 s); declared: 5 min 00 s (4
        min 10 s to 6 min 40 s)

What changes:
  read: processors of a task 1 -> 2
  probe+store: processors of a task 1 -> 2

Evidence:
  $(short main) of 2023-11-17: read: workers: processors of a task: 2; 1
  planned; and 2 more
  $(short main~1) of 2023-11-16: store: failed: 1 of 2 tasks failed, the last
  with status 137
  $(short main~2) of 2023-11-14: ran as declared in 5 ledger lines

Proposed-tree: ID

E
    same expected got
'
ok 'the same again makes no second commit' '
    tip=$(git -C r rev-parse mm-plan/rollback-demo); rollback ledger >out 2>err
    test "$(git -C r rev-parse mm-plan/rollback-demo)" = $tip; grep -q "holds this already" err
'
ok 'without ledgers the one before' '
    rollback --branch back >out 2>err
    test "$(git -C r rev-parse back:plans)" = "$(git -C r rev-parse main~1:plans)"
    git -C r log -1 --format=%B back | grep -q "no ledgers were given; this is the plan before"
'
ok 'nothing where the declared one ran well, or where none is known to' '
    good 1700201000 | sed "s/\"workers\":2/\"workers\":1/" >well; rollback well >out 2>err; test ! -s out
    echo "mm-plan: plans/demo/plan.json at HEAD ran as it is declared; there is nothing to roll back" >expected; same expected err
    sed 1,5d ledger >bad; state r >before; status 2 rollback bad 2>err; state r >after; same before after
    echo "mm-plan: r: none of the 3 versions of plans/demo/plan.json is known to have run as declared; without ledgers the one before is proposed" >expected
    same expected err
    fresh one; declare_plan one 1700000000; status 2 mm-plan rollback --repo one 2>err
    echo "mm-plan: one: of the 1 version of plans/demo/plan.json none is an earlier one" >expected; same expected err
    fresh none; status 2 mm-plan rollback --repo none 2>err
    echo "mm-plan: none: HEAD declares no plan; name one that it has declared by --plan" >expected; same expected err
'
ok 'a plan that can not be read any more is rolled back too, and one that was deleted' '
    echo broken >r/plans/demo/plan.json; git -C r commit -qam broken
    rollback ledger 2>err; cat err; test "$(git -C r rev-parse mm-plan/rollback-demo:plans)" = "$(git -C r rev-parse main~3:plans)"
    git -C r rm -qr plans; git -C r commit -qm gone
    rollback --plan demo --branch again ledger 2>err; test "$(git -C r rev-parse again:plans)" = "$(git -C r rev-parse main~4:plans)"
'
ok 'plans that came in by merges count from the merge on' '
    fresh r; declare_plan r 1700000000; git -C r checkout -qb side; declare_plan r 1700050000 4; git -C r checkout -q main
    GIT_COMMITTER_DATE="@1700100000 +0000" git -C r merge -q --no-ff -m merge side
    good 1700060000 >ledger; good 1700101000 >>ledger   # the first ran after the second plan was written, and before it was declared
    rollback ledger 2>err; test "$(git -C r rev-parse mm-plan/rollback-demo:plans)" = "$(git -C r rev-parse main^1:plans)"
'
ok 'changes of the plan that are not committed are in the way' '
    git -C r branch -qD mm-plan/rollback-demo; echo " " >>r/plans/demo/plan.json; state r >before; status 2 rollback ledger 2>err; state r >after; same before after
    echo "mm-plan: r: plans/demo/plan.json was changed and is not committed; commit it, stash it or take it back, then propose again" >expected; same expected err
'
finish
