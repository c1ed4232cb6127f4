# plan-git.sh - for the scripts on plans in Git: a git without the user's settings, a declared plan, ledger lines.
GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$PWD SOURCE_DATE_EPOCH=1700000000
GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=C GIT_COMMITTER_EMAIL=c@example.org
GIT_AUTHOR_DATE='@1700000000 +0000' GIT_COMMITTER_DATE='@1700000000 +0000'
export GIT_CONFIG_GLOBAL GIT_CONFIG_NOSYSTEM GIT_CEILING_DIRECTORIES SOURCE_DATE_EPOCH GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL
export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL GIT_AUTHOR_DATE GIT_COMMITTER_DATE

# All that a proposal must leave alone: every ref but its own, the index, the working tree.
state() {
    (cd "$1" || exit; git for-each-ref | grep -v refs/heads/mm-plan/ || true; git status --porcelain; [ ! -f .git/index ] || cksum <.git/index
    find . -path ./.git -prune -o -type f -print | sort | xargs -r -d '\n' cksum)
}
fresh() { rm -rf "$1"; git init -q -b main "$1"; echo hello >"$1/readme"; git -C "$1" add .; git -C "$1" commit -qm first; }

# The digest of what declare_plan writes as policy.yaml.
POLICY=3f18986996fc3493afb5903bff28179a

# plan [PROCESSORS [COST]]: a job "read" of one task for 100 s, then "probe+store" of two tasks for 200 s; 1000 and 1000 kB come in.
plan() {
    cat <<P
{"version": 1, "pipeline": "demo", "digest": "00000000000000000000000000000001", "goal": "cheapest", "confidence": 0.95, "deadline_s": 3600,
 "time_s": {"mean": 300, "low": 250, "high": 400}, "p_on_time": 0.99, "currency": "EUR", "cost": "${2-3.00}", "cost_high": "4.00",
 "jobs": [
  {"name": "read", "stages": [
    {"name": "read", "command": "mm-ingest --policy policy.yaml {in}", "records": 1000, "bytes": 1000000,
     "cpu_s": {"mean": 100, "low": 80, "high": 120}, "peak_bytes": {"mean": 50e6, "low": 10e6, "high": 100e6}}],
   "after": [], "reads": "in", "writes": "mid", "shards": 1, "parallel": 1, "cores": ${1-2}, "memory_bytes": 120e6, "machine": "m2", "region": "here",
   "purchase": "spot", "hour_price": 36, "interruptions": 0, "checkpoint_s": 0, "resumable": true, "start_s": 0,
   "time_s": {"mean": 100, "low": 80, "high": 120}, "cost": "1.00"},
  {"name": "probe+store", "stages": [
    {"name": "probe", "command": "mm-probe", "records": 1000, "bytes": 1000000,
     "cpu_s": {"mean": 100, "low": 80, "high": 120}, "peak_bytes": {"mean": 50e6, "low": 10e6, "high": 100e6}},
    {"name": "store", "command": "mm-store {out}", "records": 1000, "bytes": 1000000,
     "cpu_s": {"mean": 100, "low": 80, "high": 120}, "peak_bytes": {"mean": 50e6, "low": 10e6, "high": 100e6}}],
   "after": [0], "reads": "mid", "writes": "out", "shards": 2, "parallel": 2, "cores": ${1-2}, "memory_bytes": 240e6, "machine": "m2", "region": "here",
   "purchase": "spot", "hour_price": 36, "interruptions": 0, "checkpoint_s": 0, "resumable": true, "start_s": 100,
   "time_s": {"mean": 200, "low": 160, "high": 240}, "cost": "2.00"}],
 "partitions": 0, "step_s": 0, "steps": [], "reasons": []}
P
}
# declare DIR AT [PROCESSORS [COST]]: commit that plan, and a policy, at a time.
declare_plan() {
    dir=$1 at=$2; shift 2; mkdir -p "$dir/plans/demo"; plan "$@" >"$dir/plans/demo/plan.json"; [ -e "$dir/policy.yaml" ] || echo 'version: 1' >"$dir/policy.yaml"
    git -C "$dir" add . && GIT_COMMITTER_DATE="@$at +0000" git -C "$dir" commit -qm "plan at $at"
}
# line STAGE START SECONDS CPU [MEMBER=VALUE...]: a ledger line of a stage that read 500 kB; read: all of it.
line() {
    stage=$1 start=$2 wall=$3 cpu=$4; shift 4
    jq -cn --arg stage "$stage" --argjson start "$start" --argjson wall "$wall" --argjson cpu "$cpu" --arg policy "$POLICY" --args '
        def time: todate | sub("Z$"; ".000000000Z");
        {tool: ("mm-" + $stage), stage: $stage, run: "r\($stage)\($start)", start: ($start | time), end: ($start + $wall | time),
         wall_s: $wall, cpu_s: $cpu, peak_rss_bytes: 50000000, workers: 2, status: 0,
         records: {in: 500, out: 500, dropped: 0, bad: 0}, bytes: {in: 500000, out: 500000}}
        | if $stage == "read" then .policy = $policy | .records.in = 1000 | .bytes.in = 1000000 else . end
        | reduce ($ARGS.positional[] | split("=")) as [$k, $v] (.; setpath($k | split("."); $v | fromjson))' "$@"
}
# good START: the lines of a run as it is declared.
good() {
    line read "$1" 100 100; line probe $(($1 + 100)) 200 50; line store $(($1 + 100)) 200 50; line probe $(($1 + 101)) 199 50; line store $(($1 + 101)) 199 50
}
