#!/bin/sh
# What changed between two bills, ledgers, plans or reports, as a comment for a pull request; exact.
. "${0%/*}/lib.sh"

bill() { echo BilledCost,EffectiveCost,BillingCurrency,ServiceName,Tags; cat; }
bill >old.csv <<'END'
100.1,1,USD,Compute,"{""team"":""blue""}"
0.000000000000000001,1,USD,Storage,"{""team"":""blue""}"
5,1,USD,Queue,
7,1,USD,"Odd | *name*",
END
bill >new.csv <<'END'
90.05,1,USD,Compute,"{""team"":""blue""}"
20,1,USD,Compute,"{""team"":""red""}"
0.000000000000000003,1,USD,Storage,"{""team"":""blue""}"
7,1,USD,"Odd | *name*",
3.5,1,USD,GPU,
END

ok 'Markdown: what changed most first, to the last digit' '
cat >expected <<END
### BilledCost: 112.100000000000000001 → 120.550000000000000003 USD (+8.450000000000000002, +7.5%)

| ServiceName | before | after | change | |
| :-- | --: | --: | --: | --: |
| Compute | 100.10 | 110.05 | +9.95 | +9.9% |
| Queue | 5.00 |  | -5.00 | gone |
| GPU |  | 3.50 | +3.50 | new |
| Storage | 0.000000000000000001 | 0.000000000000000003 | +0.000000000000000002 | +200.0% |
| (others) | 7.00 | 7.00 | 0.00 | +0.0% |
| **total** | 112.100000000000000001 | 120.550000000000000003 | +8.450000000000000002 | +7.5% |

1 of 5 costs the same as before.
END
mm-cost --diff --by ServiceName old.csv new.csv >out; same expected out
printf "BilledCost,BillingCurrency,s\n1,USD,\"a|b *c*\"\n" >a.csv; printf "BilledCost,BillingCurrency,s\n2,USD,\"a|b *c*\"\n" >b.csv
mm-cost --diff --cost billed --by s a.csv b.csv >out; grep -qxF "| a\|b \*c\* | 1.00 | 2.00 | +1.00 | +100.0% |" out'

ok 'several names, the rest in one line, and without a name only the total' '
cat >expected <<END
### BilledCost: 112.100000000000000001 → 120.550000000000000003 USD (+8.450000000000000002, +7.5%)

| ServiceName | team | before | after | change | |
| :-- | :-- | --: | --: | --: | --: |
| Compute | red |  | 20.00 | +20.00 | new |
| Compute | blue | 100.10 | 90.05 | -10.05 | -10.0% |
| (others) |  | 12.000000000000000001 | 10.500000000000000003 | -1.499999999999999998 | -12.5% |
| **total** |  | 112.100000000000000001 | 120.550000000000000003 | +8.450000000000000002 | +7.5% |

1 of 6 costs the same as before.
END
mm-cost --diff --by ServiceName,team --top 2 old.csv new.csv >out; same expected out
mm-cost --diff old.csv new.csv >out; [ $(grep -c "^|" out) = 3 ]'

ok 'JSON adds up' '
mm-cost --diff --by ServiceName --format json old.csv new.csv >out
python3 - <<END
import json
from decimal import Decimal
d = json.load(open("out"))
assert d["cost"] == "BilledCost" and d["currency"] == "USD"
g = d["groups"] + [d["others"], ]
for k in ("before", "after", "change"):
    assert sum(Decimal(x[k] or 0) for x in g) == Decimal(d["total"][k]), k
assert Decimal(d["total"]["after"]) - Decimal(d["total"]["before"]) == Decimal(d["total"]["change"])
END'

ok 'a report of mm-cost stands for the bill it was made from' '
mm-cost --diff --by ServiceName old.csv new.csv >expected
mm-cost --by ServiceName --format json old.csv >old.json
mm-cost --diff --by ServiceName old.json new.csv >out; same expected out
mm-cost --by ServiceName --format json new.csv >new.json
mm-cost --diff old.json new.json >out; same expected out
mm-cost --by ServiceName --format json --top 1 new.csv >top.json; mm-cost --diff old.json top.json >out; grep -q "^| (others) |  | 10.50" out
grep -q "^| \*\*total\*\* | 112.100000000000000001 | 120.550000000000000003 |" out'

ok 'two plans: by job, or by stage' '
cat >a.json <<END
{
  "version": 1, "currency": "USD", "cost": "3.50",
  "jobs": [
    {"name": "probe", "cost": "1.25"},
    {"name": "redact", "cost": "2.00"}
  ]
}
END
sed "s/2.00/4.00/; s/3.50/5.50/" a.json >b.json
cat >expected <<END
### BilledCost: 3.50 → 5.50 USD (+2.00, +57.1%)

| job | before | after | change | |
| :-- | --: | --: | --: | --: |
| redact | 2.00 | 4.00 | +2.00 | +100.0% |
| (others) | 1.50 | 1.50 | 0.00 | +0.0% |
| **total** | 3.50 | 5.50 | +2.00 | +57.1% |

2 of 3 cost the same as before.
END
mm-cost --diff a.json b.json >out; same expected out
echo "{\"currency\":\"USD\",\"stages\":[{\"name\":\"a\",\"cost\":1.5}]}" >c.json
mm-cost --diff c.json c.json >out; grep -q "1.50 → 1.50" out
cat b.json | mm-cost --diff a.json - >out; same expected out'

ok 'two ledgers, priced by a book' '
line() { printf "{\"tool\":\"%s\",\"start\":\"2026-11-24T08:00:00Z\",\"wall_s\":1,\"cpu_s\":%s,\"peak_rss_bytes\":0,\"machine\":{\"model\":\"x\"}}\n" "$@"; }
printf "version: 1\ncurrency: EUR\nmachines: [{cpu_hour: 0.1}]\n" >book.yaml
line a 3600 >one.ndjson; { line a 7200; line b 36; } >two.ndjson
mm-cost --diff --book book.yaml --by tool one.ndjson two.ndjson | grep "^| [ab]" >out
printf "| a | 0.10 | 0.20 | +0.10 | +100.0%% |\n| b |  | 0.001 | +0.001 | new |\n" >expected; same expected out'

ok 'what can not be compared is refused' '
q="'"'"'"
status 2 mm-cost --diff old.csv 2>err; grep -qx "mm-cost: --diff takes two files: the old and the new" err
sed s/USD/EUR/ new.csv >euro.csv; status 3 mm-cost --diff old.csv euro.csv 2>err
status 2 mm-cost --diff --by ServiceName a.json new.csv 2>err
grep -qx "mm-cost: a.json: what costs there is told apart by ${q}job${q}, which is not what the other file or --by has" err
status 2 mm-cost --diff a.json old.json 2>err; cat err >&2; grep -q "told apart by ${q}job${q} and the other by ${q}ServiceName${q}" err
echo "{\"currency\":\"USD\",\"stages\":[{\"name\":\"a\",\"cost\":\"x\"}]}" >x.json; status 3 mm-cost --diff x.json x.json 2>err
grep -qx "mm-cost: x.json: cost: ${q}x${q} is no number" err
status 2 mm-cost --diff --format csv old.csv new.csv'

finish
