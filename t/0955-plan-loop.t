#!/bin/sh
# The whole loop on a real repository: a plan is proposed, merged and run as a Makefile; its ledger is held against it, learnt from,
# and the next proposal rests on that.
. "${0%/*}/lib.sh"
needs command -v git '&&' command -v make '&&' command -v jq '&&' command -v xxhsum -- 'git, make, jq or xxhsum is not installed'
. "$T/plan-git.sh"
git init -q -b main r && cd r || exit 1
mkdir in && for i in 1 2 3 4; do seq 20000 >in/$i.txt; done
printf 'in/\nout/\nwork/\nledger.ndjson\nmodels.json\n' >.gitignore
cat >pipeline.yaml <<'Y'
version: 1
name: loop
data:
  files: {path: in}
  shards: {path: out}
stages:
  ingest: {command: "mm-ingest -b {in}", reads: files, resumable: true}
  redact: {command: "mm-redact --policy policy.yaml", resumable: true}
  store: {command: "mm-store {out}", writes: shards, resumable: true}
objective: {goal: cheapest, deadline: 1h}
Y
echo 'version: 1' >policy.yaml
git add . && git commit -qm pipeline

ok 'proposed, merged and run' '
    mm-plan propose --cores 2 -t make pipeline.yaml >../out 2>../err
    git merge -q mm-plan/loop && make -sf plans/loop/Makefile >../made 2>&1
    test "$(jq -r .stage work/ledger.ndjson | sort | tr "\n" " ")" = "ingest redact store "
'
# What tasks took is of this machine and this hour, and no matter here.
drift() { mm-plan drift work/ledger.ndjson 2>../err | grep -v ": time: \|: processor: \|: changed: \|: stuck: " >../got || true; }
ok 'what ran is what is declared' '
    drift; cat ../err ../got; test ! -s ../got
    test -z "$(git status --porcelain)"
'
ok 'under another policy it is not' '
    echo "# stricter" >>policy.yaml; git commit -qam policy
    drift
    echo "redact: policy: ran under policy $(printf "version: 1\n" | xxhsum -H2 - | cut -c 1-8); $(xxhsum -H2 policy.yaml | cut -c 1-8) is declared" >../expected
    same ../expected ../got
'
ok 'learnt from, the next proposal says what it rests on, and leaves what was not committed alone' '
    mm-plan learn --state models.json work/ledger.ndjson >../out 2>&1; cat ../out; echo x >scratch
    mm-plan propose --cores 2 --state models.json pipeline.yaml >../out 2>../err; cat ../err
    git log -1 --format=%B mm-plan/loop | grep -q "^  redact: 1 ledger line"
    test "$(cat scratch)" = x; test "$(git status --porcelain)" = "?? scratch"
    test "$(git rev-list --count main..mm-plan/loop)" = 1; git fsck --strict
'
finish
