#!/bin/sh
# A plan is proposed as one commit on a branch of its own; nothing of a working tree, an index or another branch moves.
. "${0%/*}/lib.sh"
needs command -v git -- 'git is not installed'
. "$T/plan-git.sh"
mkdir in && seq 100000 >in/a.txt
cat >p.yaml <<'Y'
version: 1
name: demo
data:
  files: {path: in}
  shards: {path: out}
stages:
  ingest: {command: "mm-ingest -b {in}", reads: files}
  store: {command: "mm-store {out}", writes: shards}
objective: {goal: cheapest, deadline: 1h}
Y

propose() { dir=$1; shift; mm-plan propose --repo "$dir" --cores 2 "$@" p.yaml; }
refused() { text=$1; shift; state r >before; status 2 propose r "$@" >out 2>err; echo "mm-plan: $text" >expected; same expected err; test ! -s out; state r >after; same before after; }

ok 'one commit on a branch, with the plan and definitions beside it' '
    fresh r; state r >before
    propose r -t make >out 2>err
    echo "mm-plan: proposed on the branch mm-plan/demo; look at it by git show, and merge it or delete it" >expected; same expected err
    echo "mm-plan/demo $(git -C r rev-parse mm-plan/demo)" >expected; same expected out
    state r >after; same before after
    printf "%s\n" plans/demo/Makefile plans/demo/plan.json >expected
    git -C r diff --name-only main mm-plan/demo >got; same expected got
    test "$(git -C r rev-list --count main..mm-plan/demo)" = 1
    mm-plan --cores 2 --format json p.yaml | cmp - "$(git -C r show mm-plan/demo:plans/demo/plan.json >got; echo got)"
    git -C r fsck --strict
'
ok 'its message tells cost, risk, reasons and evidence' '
    git -C r log -1 --format=%B mm-plan/demo | sed -E "/^Why/,/^\$/d; s/[0-9.]+ (ms|s)\>/TIME/g; s/[0-9a-f]{32,40}/ID/" >got
    cat >expected <<E
Plan demo: TIME

Expected:
  cost  not known, as no price book was given
  time  TIME (TIME to TIME)

Risk:
  Limits hold in 95 of 100 cases.
  The deadline of 60 min TIME is missed in fewer than 0.1 of 100 cases.

Evidence:
  ingest: no ledger lines; a wide guess
  store: no ledger lines; a wide guess
  plan ID

Proposed-tree: ID

E
    same expected got
'
ok 'the same again makes no second commit, and none where it is declared' '
    tip=$(git -C r rev-parse mm-plan/demo)
    propose r -t make >out 2>err
    echo "mm-plan/demo $tip" | cmp - out; grep -q "holds this already" err
    echo $tip >tip; git -C r merge -q mm-plan/demo
    propose r -t make >out 2>err; test ! -s out
    echo "mm-plan: HEAD declares this already; there is nothing to propose" >expected; same expected err
'
ok 'equal input gives the same commit on another day and machine' '
    fresh r2; propose r2 -t make 2>err; test "$(git -C r2 rev-parse mm-plan/demo)" = "$(cat tip)"
'
ok 'another plan stands on what is declared and says what changes; definitions that are there are written anew' '
    mm-plan propose --repo r --cores 3 p.yaml 2>err
    test "$(git -C r rev-parse mm-plan/demo^)" = "$(git -C r rev-parse main)"
    git -C r log -1 --format=%B mm-plan/demo | sed -n "/^What changes/,/^\$/p" | grep -q "ingest+store: processors of a task 2 -> 3"
    git -C r show mm-plan/demo:plans/demo/Makefile >got; grep -q -- "-j" got
    git -C r log -1 --format=%B mm-plan/demo | grep -q "declared: "
    test "$(git -C r rev-list --count main..mm-plan/demo)" = 1
'
ok 'a proposal that nobody took yet gives way to the next' '
    mm-plan propose --repo r --cores 4 p.yaml 2>err
    test "$(git -C r rev-list --count main..mm-plan/demo)" = 1
    test "$(git -C r rev-parse mm-plan/demo^)" = "$(git -C r rev-parse main)"
    test "$(git -C r reflog show mm-plan/demo | wc -l)" = 3
'
ok 'files of the plan that were changed and not committed are in the way; others are not' '
    echo x >>r/readme; echo y >r/new; git -C r add new
    state r >before; propose r >out 2>err; state r >after; same before after
    echo " " >>r/plans/demo/plan.json
    refused "r: plans/demo/plan.json was changed and is not committed; commit it, stash it or take it back, then propose again"
    git -C r checkout -q plans; echo z >"r/plans/demo/my notes"
    refused "r: plans/demo/my notes was changed and is not committed; commit it, stash it or take it back, then propose again"
'
ok 'a branch with commits of others is left alone, and so is one that is checked out' '
    fresh r; git -C r checkout -qb mm-plan/demo; echo 1 >r/mine; git -C r add .; git -C r commit -qm mine; git -C r checkout -q main
    refused "r: the branch mm-plan/demo holds 1 commit that mm-plan did not make ($(git -C r rev-parse --short mm-plan/demo)); merge or delete it, or name another by --branch"
    propose r --branch other 2>err; test "$(git -C r rev-list --count main..other)" = 1
    git -C r checkout -q other
    refused "r: the branch other is checked out in $PWD/r; switch to another there, or name another by --branch" --branch other -t make
    echo edited >>r/plans/demo/plan.json; git -C r commit -qa --amend --no-edit; git -C r checkout -q main
    refused "r: the branch other holds 1 commit that mm-plan did not make ($(git -C r rev-parse --short other)); merge or delete it, or name another by --branch" --branch other
    refused "--branch a..b: git takes no such name of a branch" --branch a..b
'
ok 'no repository, no such folder, a file where the plan should be' '
    mkdir -p plain; status 2 propose plain 2>err
    echo "mm-plan: plain: git rev-parse: not a git repository (or any of the parent directories): .git" >expected; same expected err
    status 4 propose nowhere 2>err; grep -q "nowhere" err
    fresh r; echo 1 >r/plans; git -C r add .; git -C r commit -qm plans
    refused "r: plans is no folder there"
'
ok 'a repository without commits, a bare one, and one with blanks in its name' '
    rm -rf r; git init -q -b main r; state r >before
    propose r 2>err; state r >after; same before after
    test "$(git -C r rev-list --count mm-plan/demo)" = 1
    git init -q --bare -b main b; git -C r2 push -q ../b main; propose b 2>err; test "$(git -C b rev-list --count main..mm-plan/demo)" = 1
    fresh "a  b \"c"; propose "a  b \"c" 2>err; test "$(git -C "a  b \"c" rev-list --count main..mm-plan/demo)" = 1
'
ok 'it is told who git can not say the author is' '
    fresh r; (unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
    export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.useConfigOnly GIT_CONFIG_VALUE_0=true; status 2 propose r >out 2>err); cat err
    grep -q "say who you are: git config user.name, git config user.email\$" err
    ! git -C r rev-parse -q --verify mm-plan/demo || exit 1
'
ok 'a hook may refuse it' '
    fresh r; printf "#!/bin/sh\ngrep -q mm-plan && { echo not today >&2; exit 1; }; exit 0\n" >r/.git/hooks/reference-transaction; chmod +x r/.git/hooks/reference-transaction
    state r >before; status 4 propose r >out 2>err; state r >after; same before after; cat err
    ! git -C r rev-parse -q --verify mm-plan/demo || exit 1
'
ok 'killed at any of its steps it leaves the repository as it was, or the proposal whole' '
    fresh r; state r >before; mkdir bin
    step=0
    while step=$((step + 1)); [ ! -e steps ] || [ "$(wc -l <steps)" -ge $((step - 1)) ]; do
        git -C r update-ref -d refs/heads/mm-plan/demo 2>none || true
        printf "#!/bin/sh\necho >>\"%s/steps\"; [ \$(wc -l <\"%s/steps\") -ne %s ] || kill -9 \$PPID\nexec \"%s\" \"\$@\"\n" "$PWD" "$PWD" $step "$(command -v git)" >bin/git
        chmod +x bin/git; rm -f steps
        (PATH=$PWD/bin:$PATH; propose r -t make >out 2>err) || true
        i=0; while [ -e r/.git/refs/heads/mm-plan/demo.lock ] && [ $i -lt 100000 ]; do i=$((i + 1)); done
        state r >after; same before after
        git -C r fsck --strict 2>&1 | grep -v "^dangling" >bad || true; test ! -s bad
        ! tip=$(git -C r rev-parse -q --verify mm-plan/demo) || test "$(git -C r ls-tree -r --name-only $tip | wc -l)" = 3
    done
    test $step -gt 15
    propose r -t make 2>err; test "$(git -C r rev-list --count main..mm-plan/demo)" = 1
'
finish
