# A stage may be several commands of the shell: its task is done when all of them went well.
. "${0%/*}/lib.sh"
mkdir in
for i in 1 2 3; do echo "{\"n\":$i}" >in/$i.ndjson; done
pipeline() {  # COMMAND
    printf 'version: 1\nname: p\ndata: {in: {path: in}, out: {path: out}}\nstages:\n  one: {command: "%s", reads: in, writes: out, resumable: true}\nobjective: {goal: cheapest}\n' "$1" >p.yaml
    rm -rf work out
    mm-plan -q -t make p.yaml >plan.mk && make -s -f plan.mk >log 2>&1
}

ok 'a pipe in a stage that is alone in its job' '
    pipeline "cat {in} | mm-select -q '\''n >= 2'\'' >{out}" || { cat log; exit 1; }
    cat out/* >got; printf "{\"n\":2}\n{\"n\":3}\n" | same - got'
ok 'what fails before the last of a pipe fails the task, which leaves nothing behind' '
    ! pipeline "{ cat {in}; exit 7; } | cat >{out}"
    grep -q "failed with 7" log
    [ -z "$(ls out 2>/dev/null)" ]'
ok 'it is measured like others' '
    pipeline "cat {in} | cat >{out}"
    mm-plan calibrate -q --state s.json --limit 5s p.yaml >out.txt
    grep -q "^one " out.txt'
finish
