# A plan as a page: well-formed, self-contained, drawn by a browser, and told in words for who can not see charts.
. "${0%/*}/lib.sh"
mkdir in; seq 1000 >in/a.txt; seq 2000 >in/b.txt
cat >p.yaml <<'END'
version: 1
name: p
data:
  files: {path: "in", bytes: 900GB, records: 9000000}
  between: {}
  sum: {path: "sum of <b>"}
stages:
  read: {command: "mm-ingest -i {in}", reads: files, writes: between, resumable: true}
  find: {command: "mm-select --project mm.src 'mm.size > 0' {in}", reads: between}
  sort: {command: sort, writes: sum, stateful: true}
objective: {goal: cheapest, deadline: 12h}
END
book=$T/../scripts/examples/prices.yaml
mm-plan --prices "$book" --format html p.yaml >p.html
mm-plan --prices "$book" --format json p.yaml >p.json
mm-plan --cores 2 --format html p.yaml >local.html
"$MM_BUILD/t/unit/mm-plan-target.t" view >stream.html

ok 'it is one file without script or anything from elsewhere' '
    ! grep -Eiq "<script|<link|<img|url\(|src=" p.html || exit 1
    [ "$(grep -c "role=\"img\"" p.html)" = 3 ]'
ok 'the Gantt chart tells each job in words, with its begin and the range of its end' '
    second=$(jq -r ".jobs[1] | .name" p.json | sed s/+/[+]/)
    grep -o "aria-label=\"Jobs from their start to their end[^\"]*\"" p.html >words; cat words
    grep -Eq "aria-label=\"Jobs from their start to their end, [a-z]*, with the range of the end: read [0-9.]+ [a-z0-9 ]+, from [0-9.]+ to [0-9.]+; $second [0-9.]+ [a-z0-9 ]+, begins at [0-9.]+, from [0-9.]+ to [0-9.]+\"" words'
ok 'cost so far ends at what the plan is expected to cost' '
    grep -o "aria-label=\"Cost so far[^\"]*\"" p.html >words; cat words
    cost=$(printf "%.4g" "$(jq -r .cost p.json)"); shown=$(sed "s/.*most //; s/\"//" words)
    [ "$(printf "%.3g" "$cost")" = "$(printf "%.3g" "$shown")" ]'
ok 'without prices there is no cost' '
    [ "$(grep -c "role=\"img\"" local.html)" = 2 ]; ! grep -q "Cost so far\|USD" local.html'
ok 'a stream is told by what comes in and by its workers' '
    grep -q "aria-label=\"What is expected to come in, a step" stream.html
    grep -q "aria-label=\"Workers" stream.html'
ok 'what stands in a description is text' '
    grep -q "why &lt;b&gt;" stream.html; ! grep -q "why <b>" stream.html'
ok 'the same plan gives the same page' 'mm-plan --prices "$book" --format html p.json | cmp - p.html'
ok 'it is well-formed' 'python3 -c "import sys, xml.dom.minidom as x; [x.parse(f) for f in sys.argv[1:]]" p.html local.html stream.html'

needs command -v chromium -- 'no chromium'
browser() { timeout 100 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$PWD/profile" "$@" 2>browser.log; }
ok 'a browser draws all of it' '
    browser --dump-dom "file://$PWD/p.html" >dom
    [ "$(grep -o "role=\"img\"" dom | wc -l)" = 3 ] && [ "$(grep -o "<table" dom | wc -l)" = 2 ]'
finish
