#!/bin/sh
# Ledgers are followed while they are written, and what runs is seen while it runs.
. "${0%/*}/lib.sh"

line() { printf '{"tool":"%s","stage":"%s","start":"2026-11-24T08:00:00Z","wall_s":1,"cpu_s":%s,"peak_rss_bytes":0,"machine":{"model":"x"}}\n' "$@"; }
printf 'version: 1\ncurrency: EUR\nmachines: [{cpu_hour: 0.1}]\n' >book.yaml
until_there() { for i in $(seq 100); do grep -q "$1" "$2" 2>/dev/null && return 0; sleep 0.1; done; echo "no $1 in $2"; return 1; }

ok 'a ledger that is not there yet, grows by half lines, and is told each time' '
rm -f grow.ndjson
timeout 60 mm-cost --watch --interval 0.1 --times 3 --book book.yaml --by stage --cost billed --format json grow.ndjson >out & pid=$!
until_there refused_rows out; cp out first
{ line a a 3600; line b b 360 | head -c 40; } >grow.ndjson
until_there "\"a\"" out; cp out second
{ line b b 360 | tail -c +41; line a a 3600; } >>grow.ndjson
wait $pid
mm-cost --book book.yaml --by stage --cost billed --format json grow.ndjson >last
cat first >expected; line a a 3600 | mm-cost --book book.yaml --by stage --cost billed --format json >>expected; cat last >>expected
same expected out
jq -s -c ".[2].total.BilledCost" out | grep -qx "\"0.21\""'

ok 'a signal ends it, and a reader that goes away' '
line a a 3600 >one.ndjson
mm-cost --watch --interval 0.1 --book book.yaml --by stage one.ndjson >out & pid=$!
until_there total out; kill -TERM $pid; got=0; wait $pid || got=$?; [ $got = 143 ]
(timeout 20 mm-cost top --interval 0.1 --book book.yaml one.ndjson; echo $? >code) | head -n 1 >out
[ "$(cat code)" != 124 ]'

ok 'lines that can not be priced are told once, and counted' '
{ line a a 3600; echo "{}"; } >bad.ndjson
status 3 mm-cost --watch --times 1 --book book.yaml --by stage --format json bad.ndjson >out 2>err
grep -qx "mm-cost: bad.ndjson:2: no start; the line is not counted" err; jq -e ".refused_rows == 1" out'

ok 'a ledger that becomes shorter is no ledger' '
{ line a a 3600; line b b 1; } >cut.ndjson
timeout 60 mm-cost --watch --interval 0.1 --book book.yaml cut.ndjson >out 2>err & pid=$!
until_there total out; line a a 3600 >cut.ndjson; got=0; wait $pid || got=$?; [ $got = 3 ]
grep -q "^mm-cost: cut.ndjson: became shorter" err'

ok 'top counts what runs now' '
mkfifo wait; mm-select true wait >/dev/null & pid=$!
exec 9>wait
line elsewhere elsewhere 3600 >own.ndjson
mm-cost top --times 1 --book book.yaml --cost billed --format json own.ndjson >out; cat out
exec 9>&-; wait $pid
jq -e "[.groups[] | select(.stage == \"mm-select\")] | length == 1" out
jq -e ".groups[] | select(.stage == \"elsewhere\") | .BilledCost == \"0.10\"" out
jq -e ".total.rows == ([.groups[].rows] | add)" out
mm-cost top --times 2 --interval 0.1 --book book.yaml --cost billed own.ndjson >twice; [ $(grep -c "^total" twice) = 2 ]
! grep "$(printf "\033")" twice'

ok 'a terminal is drawn over' '
cat >terminal.py <<END
import os, pty, sys
out = bytearray()
def read(fd):
    data = os.read(fd, 4096)
    out.extend(data)
    return data
pty.spawn(["mm-cost", "top", "--times", "2", "--interval", "0.1", "--book", "book.yaml", "--by", "stage", "own.ndjson"], read)
assert out.count(b"\x1b[2J") == 1 and out.count(b"\x1b[H") == 2 and out.count(b"\x1b[J") == 2 and b"elsewhere" in out, out
END
python3 terminal.py </dev/null'

ok 'what does not go together is refused' '
status 2 mm-cost --watch --book book.yaml; status 2 mm-cost top 2>err; grep -q "price book" err
status 2 mm-cost --watch --interval 0 --book book.yaml own.ndjson
printf "version: 1\ncost: {require: [stage]}\n" >policy.yaml; status 2 mm-cost --watch --policy policy.yaml --book book.yaml own.ndjson'

finish
