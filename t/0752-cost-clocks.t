#!/bin/sh
# Clock changes and gaps: no hour is counted twice or lost, and none of them is an alarm.
. "${0%/*}/lib.sh"

needs 'command -v python3' -- 'no python3'

python3 - <<'END'
import datetime as d, zoneinfo, random
z = zoneinfo.ZoneInfo("Europe/Berlin")
for name, start in ("autumn", d.datetime(2024, 9, 28, tzinfo=d.timezone.utc)), ("spring", d.datetime(2024, 3, 1, tzinfo=d.timezone.utc)):
    random.seed(5)
    with open(name + "-utc.csv", "w") as u, open(name + "-local.csv", "w") as l, open(name + "-bill-utc.csv", "w") as bu, open(name + "-bill-local.csv", "w") as bl, open(name + "-wall.csv", "w") as w:
        for f in u, l, w: f.write("time,value\n")
        for f in bu, bl: f.write("BilledCost,BillingCurrency,ChargePeriodStart\n")
        for h in range(60 * 24):
            t = start + d.timedelta(hours=h)
            x = "%.3f" % ((40 if 8 <= t.hour < 20 else 10) + random.random())
            u.write(t.strftime("%Y-%m-%d %H:%M:%S") + f",{x}\n"); l.write(t.astimezone(z).isoformat() + f",{x}\n")
            y = "%.3f" % ((40 if 8 <= t.astimezone(z).hour < 20 else 10) + random.random())
            w.write(t.astimezone(z).strftime("%Y-%m-%d %H:%M:%S") + f",{y}\n")
            bu.write(f"{x},USD," + t.strftime("%Y-%m-%dT%H:%M:%SZ") + "\n"); bl.write(f"{x},USD," + t.astimezone(z).isoformat() + "\n")
END

ok 'local times with an offset are the same series, on either side of a clock change' '
for s in autumn spring; do
    mm-cost anomalies --all --format csv $s-utc.csv >a; mm-cost anomalies --all --format csv $s-local.csv >b; same a b
    [ "$(wc -l <a)" = 1441 ]
done'

ok 'and the same bill by hour and by day: no hour twice, none lost' '
for s in autumn spring; do
    for every in hour day month; do
        mm-cost --by $every --cost billed --format csv $s-bill-utc.csv | sed "s/ \([0-9][0-9],\)/T\1/" | sort >a; mm-cost --by $every --cost billed --format csv $s-bill-local.csv | sort >b; same a b
    done
    [ "$(mm-cost --by hour --cost billed --format json $s-bill-local.csv | jq ".groups | map(.rows) | max")" = 1 ]
    mm-cost anomalies --every hour --cost billed --all --format csv $s-bill-utc.csv >a; mm-cost anomalies --every hour --cost billed --all --format csv $s-bill-local.csv >b; same a b
done'

ok 'times on the wall, with an hour twice or missing, are no alarm and no error' '
mm-cost anomalies --all --format csv autumn-wall.csv >out; [ "$(wc -l <out)" = 1441 ]; [ "$(grep -c "^2024-10-27.*,1\$" out)" = 0 ]
[ "$(grep -c "^2024-10-27T02" out)" = 2 ]
mm-cost anomalies --all --format csv spring-wall.csv >out; [ "$(wc -l <out)" = 1441 ]; [ "$(grep -c "^2024-03-31.*,1\$" out)" = 0 ]
[ "$(grep -c "^2024-03-31T02" out)" = 0 ]'

ok 'a gap in a table is no alarm; in a bill nothing was spent' '
grep -v "2024-10-1[0-9]" autumn-utc.csv >gap.csv
mm-cost anomalies gap.csv >out; [ "$(grep -c "2024-10-20" out)" = 0 ]
grep -v "2024-11-1[01]" autumn-bill-utc.csv >gap.csv
mm-cost anomalies --every hour --cost billed --all --format csv gap.csv >out; [ "$(wc -l <out)" = 1441 ]
[ "$(grep -c "^2024-11-1[01]T..:00:00Z,0," out)" = 48 ]
mm-cost anomalies --every hour --cost billed --format csv gap.csv | grep -q "^2024-11-10T00"'

finish
