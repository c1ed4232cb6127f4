# A plan as a Makefile: it runs here, may be killed at any time, and goes on where it was.
. "${0%/*}/lib.sh"
plan=$MM_BUILD/t/unit/mm-plan-target.t
in="in it's \$HOME #1"
mkdir -p "$in/sub dir" bin
for i in 1 2 3 4 5 6 7; do echo "text $i" >"$in/$i; touch bad \$(touch bad) #.txt"; done
echo eight >"$in/sub dir/
8.txt"; echo hidden >"$in/.hidden"; : >"$in/empty.txt"

# What is expected, without any plan.
find "$in" -type f ! -name '.*' -print0 | LC_ALL=C sort -z | mm-ingest -i -0 -T - | mm-select --project mm.src 'mm.size > 0' | LC_ALL=C sort >want
ok 'the job without a plan gives eight records' '[ "$(wc -l <want)" = 8 ]'

# A filter that stops for ever once a task is done, for as long as there is a file "hold".
real=$(command -v mm-select)
cat >bin/mm-select <<END
#!/bin/sh
if [ -e hold ] && ls work/*/done/* >/dev/null 2>&1; then echo >reached; cat never >/dev/null; fi
exec "$real" "\$@"
END
chmod +x bin/mm-select
PATH=$PWD/bin:$PATH
mkfifo reached never
"$plan" make >Makefile.plan

: >hold
ok 'it may be killed in the middle' '
    setsid make -f Makefile.plan >first.log 2>&1 & make=$!
    timeout 60 cat reached
    env kill -9 -- -$make
    wait $make || true
    for m in work/j1-*/done/*.*; do stat -c "%i %n" "found/${m##*/}"; done >before
    [ -s before ] && [ ! -e sum/00000 ]'
rm hold
ok 'and goes on: what was done is not done again' '
    LC_ALL=C make -f Makefile.plan >second.log 2>&1
    stat -c "%i %n" found/* | grep -Fxf before >after
    same before after
    ls -A found >parts
    printf "%s\n" 00000.000 00000.001 00001.000 00001.001 00002.000 00002.001 >want.parts
    same want.parts parts'
ok 'the whole result is that of the job without a plan' 'LC_ALL=C same want sum/00000'
ok 'done, nothing runs any more' '
    cp work/ledger.ndjson ledger
    make -f Makefile.plan >third.log 2>&1
    same ledger work/ledger.ndjson'
ok 'the ledger tells stages by their names in the pipeline' '
    jq -r .stage work/ledger.ndjson | sort | uniq >stages
    printf "%s\n" "it'\''s \$(find)" read >want.stages
    same want.stages stages'
ok 'no more tasks of a job run at once than planned, and no name was run' '
    "$plan" make | grep -c "^MAKEFLAGS += --no-builtin-rules -j2$"
    [ ! -e bad ]'
ok 'what was done can be forgotten' '
    make -f Makefile.plan again >again.log 2>&1
    make -f Makefile.plan >>again.log 2>&1
    same want sum/00000
    ! cmp -s ledger work/ledger.ndjson'

ok 'files of others are not touched: the job stops' '
    rm -r work found sum; mkdir found; echo mine >found/mine
    ! make -f Makefile.plan >others.log 2>&1 || exit 1
    grep -q "found holds files that no plan made; name another folder" others.log
    [ "$(ls -A found)" = mine ]; rm -r found work'
ok 'no input is an error that names it' '
    mv "$in" gone
    ! make -f Makefile.plan >gone.log 2>&1 || exit 1
    grep -Fq "in it'\''s \$HOME #1: no such files" gone.log
    [ -z "$(ls found)" ]; mv gone "$in"'
ok 'a stage that fails leaves nothing under its name' '
    rm -rf work found sum
    printf "#!/bin/sh\necho half; exit 4\n" >bin/mm-select
    ! make -f Makefile.plan >fail.log 2>&1 || exit 1
    grep -Eq "task 0000[01].000: failed with (0|141) 4" fail.log
    [ -z "$(ls found)" ] && [ ! -e sum ]'

PATH=${PATH#*:}
cat >p.yaml <<'END'
version: 1
name: p
data:
  files: {path: "in it's $HOME #1"}
  between: {}
  sum: {path: "sum of #1 $(touch bad)"}
stages:
  read: {command: "mm-ingest -i {in}", reads: files, writes: between}
  find: {command: "mm-select --project mm.src 'mm.size > 0' {in}", reads: between}
  sort: {command: sort, writes: sum, stateful: true}
objective: {goal: fastest}
END
ok 'from a description: what is made between stages is in the work folder, and a plan that was kept gives the same' '
    mm-plan --cores 2 -t make --work w p.yaml >Makefile.p
    mm-plan --cores 2 --format json p.yaml >p.json
    mm-plan -t make --work w p.json | cmp - Makefile.p
    make -f Makefile.p
    cat "sum of #1 \$(touch bad)"/* | LC_ALL=C sort >sum.p
    same want sum.p
    [ ! -e bad ] && [ -d "work/data/between" ]'
ok 'an engine that is not known, and a work folder that make could not name' '
    status 2 mm-plan -t maker p.json 2>err
    echo "mm-plan: maker: no such target; there are make|slurm|spark|argo|keda|k8s|kafka|terraform" >want.err
    same want.err err
    status 2 mm-plan -t make --work "a b" p.json'
finish
