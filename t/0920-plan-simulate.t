#!/bin/sh
# Ways to scale workers, set side by side under one load.
. "${0%/*}/lib.sh"

# 600 units in the first minute, and none after.
printf 'timestamp,requests\n2026-01-05 00:00:00,600\n2026-01-05 00:01:00,0\n2026-01-05 00:02:00,0\n2026-01-05 00:03:00,0\n' >burst.csv
one='--rate 5 --price 6 --limit 20 --first-workers 1 --min-workers 1 --max-workers 1'

ok 'a burst that one worker serves is as reckoned by hand' '
# 5 a second: done after two minutes; the unit that came at x s is begun at 2 x, late beyond 20 s.
mm-plan simulate --policies static $one --format json burst.csv >out; cat out
jq -c ".policies[0] | [.policy, .arrived, .late, .late_share, .max_wait_s, .mean_wait_s, .makespan_s, .worker_hours, .peak_workers]" out >got
echo "[\"static\",600,400,0.666666666667,60,30,120,0.0833333333333,1]" >expected; same expected got
jq -e ".policies[0].cost == 0.5 and .policies[0].of_hpa == null and .conditions.max_workers == 1" out'

ok 'a table for people' '
mm-plan simulate --policies static,clairvoyant $one burst.csv >out
cat >expected <<END
burst.csv: 4 steps of 60.0 s, 2.5 units a second in the mean and 10 at most; a worker does 5, starts in 60.0 s and costs 6 an hour; work is late after 20.0 s, of which 1.0% may be

policy       cost  of optimum  of static   late  mean wait  longest  worker-hours  scalings
static       0.50      100.0%     100.0%  66.7%     30.0 s   60.0 s           0.1         0
clairvoyant  0.50      100.0%     100.0%  66.7%     30.0 s   60.0 s           0.1         0
END
same expected out'

ok 'CSV, a line each' '
mm-plan simulate --policies static $one --format csv burst.csv | cut -d, -f1-3,7-9 >out
printf "trace,policy,cost,late,late_share,mean_wait_s\nburst.csv,static,0.5,400,0.666666666667,30\n" >expected
cat out; same expected out'

ok 'a page that is well-formed, with the workers over time' '
mm-plan simulate --generate diurnal --length 2d --policies static,hpa,ds2 --format html >out.html
python3 -c "import xml.etree.ElementTree as E; E.parse(\"out.html\")"; grep -q "Workers over time" out.html; grep -q ">hpa<" out.html'

ok 'the same seed gives the same, for any number of workers; another seed does not' '
for kind in diurnal bursty trending steady; do
    mm-plan simulate -j1 --generate $kind --length 1d --format json >a; mm-plan simulate -j3 --generate $kind --length 1d --format json >b
    same a b
    mm-plan simulate --generate $kind --length 1d --seed 2 --format json >b; ! cmp -s a b || exit 1
done'

ok 'nothing that keeps the lateness asked for is cheaper than the optimum' '
for kind in diurnal bursty trending; do
    mm-plan simulate --generate $kind --length 2d --limit 2m --startup 3m --scale-price 0.001 --format json >out
    jq -e "(.policies[] | select(.policy == \"clairvoyant\")) as \$o | \$o.late_share <= 0.01 and \$o.of_static < 0.75
        and all(.policies[]; .late_share > 0.01 or .cost >= \$o.cost * 0.9999)" out
done'

ok 'rows are added up to steps, or spread over them' '
awk "BEGIN { print \"time,n\"; for (i = 0; i < 600; i++) printf \"%d,%d\n\", 1700000000 + i, i % 60 }" >seconds.csv
mm-plan simulate --policies static --step 1m --format json seconds.csv | jq -c ".trace | [.steps, .step_s, .mean_rate, .peak_rate]" >got
mm-plan simulate --policies static --step 30s --format json burst.csv | jq -c ".trace | [.steps, .step_s, .mean_rate, .peak_rate]" >>got
printf "[10,60,29.5,29.5]\n[8,30,2.5,10]\n" >expected; same expected got'

ok 'what is past is known and not simulated' '
mm-plan simulate --generate diurnal --length 2d --past 1d --policies hpa --format json | jq -c ".trace | [.steps, .past_steps]" >got
echo "[1440,1440]" >expected; same expected got'

ok 'workers that are lost cost lateness, and are counted' '
mm-plan simulate --generate steady --length 2d --policies static,hpa --interruptions 0.5 --failures 0.1 --format json >out
jq -e "all(.policies[]; .lost > 100) and .policies[0].late_share <= 0.01 and .policies[0].peak_workers > 10" out'

ok 'jobs at random wait where a flow would not' '
mm-plan simulate --generate steady --mean 1 --rate 0.11 --length 4h --policies static --format json >flow
mm-plan simulate --generate steady --mean 1 --rate 0.11 --length 4h --policies static --service exponential --limit 5 --format json >jobs
jq -e --slurpfile j jobs "\$j[0].policies[0].mean_wait_s > 0.1 and \$j[0].policies[0].peak_workers > .policies[0].peak_workers" flow'

ok 'a ledger is replayed: each run brings its processor time when it begins' '
line() { printf "{\"tool\":\"mm-probe\",\"stage\":\"probe\",\"start\":\"2026-01-05T%s:00Z\",\"end\":\"2026-01-05T%s:10Z\",\"wall_s\":10,\"cpu_s\":%s,\"workers\":2,\"status\":0,\"records\":{\"in\":5,\"out\":5},\"bytes\":{\"in\":9,\"out\":9},\"machine\":{\"cores\":64}}\n" "$1" "$1" "$2"; }
{ line 10:00 90; line 10:03 30; line 10:03 60; } >ledger.ndjson
mm-plan simulate --policies static --limit 1m --format json ledger.ndjson >out; cat out
jq -c "[.trace.steps, .conditions.rate, .policies[0].arrived, .policies[0].peak_workers]" out >got
echo "[4,1,180,1]" >expected; same expected got
line 10:04 0 >>ledger.ndjson
mm-plan simulate --policies static --format json ledger.ndjson 2>err | jq -e ".policies[0].arrived == 180"
echo "mm-plan: ledger.ndjson:4: it took no time; the line is left out" >expected; same expected err
line 10:04 0 >none.ndjson; status 3 mm-plan simulate none.ndjson 2>err; tail -n 1 err | grep -qx "mm-plan: none.ndjson: no run that can be replayed"'

bad() { status "$1" mm-plan simulate --policies static "$3" >out 2>err; printf 'mm-plan: %s\n' "$2" >expected; same expected err; [ ! -s out ]; }

ok 'a clock that goes back or stands still, a gap: told with the row' '
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01,1\n2026-01-01 00:00,1\n" >back.csv
bad 3 "back.csv: row 3: the clock goes back; sort the rows by time, or give each time once" back.csv
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01,1\n2026-01-01 00:01,1\n" >still.csv
bad 3 "still.csv: row 3: the clock stands still; sort the rows by time, or give each time once" still.csv
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01,2\n2026-01-01 00:02,1\n2026-01-01 00:42,1\n" >gap.csv
bad 3 "gap.csv: row 4: 39 rows are missing before it, by the clock; --gap says how many may be" gap.csv
mm-plan simulate --policies static --gap 39 --format json gap.csv | jq -e ".trace.steps == 43 and .policies[0].arrived == 44"'

ok 'what is no number or no time, or below 0; too few rows; other columns' '
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01,-4\n" >f.csv
bad 3 "f.csv: row 2: -4 is below 0; what comes in can not be" f.csv
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01,many\n" >f.csv
bad 3 "f.csv: row 2: '"'many'"' is no number" f.csv
printf "time,n\n2026-01-01 00:00,1\nyesterday,1\n" >f.csv
bad 3 "f.csv: row 2: '"'yesterday'"' is no time" f.csv
printf "time,n\n2026-01-01 00:00,1\n2026-01-01 00:01\n" >f.csv
bad 3 "f.csv: row 2: 1 fields instead of 2" f.csv
printf "time,n\n" >f.csv
bad 3 "f.csv: no rows; a trace has two or more" f.csv
printf "time,n\n2026-01-01 00:00,1\n" >f.csv
bad 3 "f.csv: only one row; a trace has two or more" f.csv
printf "when,n\n2026-01-01 00:00,1\n" >f.csv
bad 3 "f.csv: no column '"'timestamp'"'; --time names the column with the times" f.csv
printf "time,n\n2026-01-01 00:00,0\n2026-01-01 00:01,0\n" >f.csv
bad 3 "f.csv: nothing comes in, so there is nothing to plan" f.csv
status 3 mm-plan simulate --column m burst.csv 2>err; grep -qx "mm-plan: burst.csv: no column '"'m'"'; --column names the one with what came in" err'

ok 'wrong options are told' '
status 2 mm-plan simulate 2>err; grep -q "takes one FILE" err
status 2 mm-plan simulate --generate diurnal burst.csv 2>err; grep -q "takes one FILE" err
status 2 mm-plan simulate --policies static,best burst.csv 2>err; grep -q "no policy .best.; there are static, hpa, ds2" err
status 2 mm-plan simulate --limit soon burst.csv 2>err; grep -q "limit takes seconds or a duration such as 90s, 5m or 7d, not .soon." err
status 2 mm-plan simulate --limit 9999d burst.csv 2>err; grep -q "limit 9999d is more than a million steps" err
status 2 mm-plan simulate --late 2 burst.csv 2>err; grep -q "late takes a share" err
status 2 mm-plan simulate --min-workers 3 --max-workers 2 burst.csv 2>err; grep -q "min-workers 3 is more than --max-workers 2" err
status 2 mm-plan simulate --rate -1 burst.csv 2>err; grep -q "rate takes a number of at least 0" err
status 2 mm-plan simulate --past 1h burst.csv 2>err; grep -q "past 1h is as long as the trace" err
status 2 mm-plan simulate --rate 1e-9 burst.csv 2>err; grep -q "workers would be busy at the peak" err'

needs '[ -f "$SHARED/data/load/llm-code-per-second.csv" ]' -- 'no traces beside the sources'

ok 'real loads: what the optimum keeps, and how far the others are from it' '
for f in "$SHARED"/data/load/llm-code-per-second.csv "$SHARED"/data/nab/realAWSCloudwatch/rds_cpu_utilization_e47b3b.csv; do
    mm-plan simulate --policies static,hpa,ds2,clairvoyant --format json "$f" >out
    jq -c ".policies[] | [.policy, .cost, .of_clairvoyant, .late_share]" out
    jq -e ".policies[3].late_share <= 0.01 and .policies[0].late_share <= 0.01 and .policies[3].of_static < 0.7" out
done'

finish
