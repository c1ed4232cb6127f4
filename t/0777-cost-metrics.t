#!/bin/sh
# What groups cost, as metrics that Prometheus reads.
. "${0%/*}/lib.sh"

cat >bill.csv <<'END'
BilledCost,EffectiveCost,BillingCurrency,ServiceName,Tags
1.5,1,USD,"A ""b""","{""team.x"":""blue""}"
0.000000000000000001,2,USD,Storage,
2,2,USD,"A ""b""","{""team.x"":""blue""}"
END

ok 'a gauge of every cost of every group, exact, and of its rows' '
mm-cost --by ServiceName,team.x --metrics out.prom bill.csv >table
grep mm_cost out.prom >out
cat >expected <<END
# HELP mm_cost_amount What a group cost.
# TYPE mm_cost_amount gauge
mm_cost_amount{tool="mm-cost",stage="mm-cost",by_ServiceName="A \\"b\\"",by_team_x="blue",cost="BilledCost",currency="USD"} 3.50
mm_cost_amount{tool="mm-cost",stage="mm-cost",by_ServiceName="Storage",by_team_x="",cost="BilledCost",currency="USD"} 0.000000000000000001
mm_cost_amount{tool="mm-cost",stage="mm-cost",by_ServiceName="A \\"b\\"",by_team_x="blue",cost="EffectiveCost",currency="USD"} 3.00
mm_cost_amount{tool="mm-cost",stage="mm-cost",by_ServiceName="Storage",by_team_x="",cost="EffectiveCost",currency="USD"} 2.00
# HELP mm_cost_rows Rows of a group.
# TYPE mm_cost_rows gauge
mm_cost_rows{tool="mm-cost",stage="mm-cost",by_ServiceName="A \\"b\\"",by_team_x="blue"} 2
mm_cost_rows{tool="mm-cost",stage="mm-cost",by_ServiceName="Storage",by_team_x=""} 1
END
same expected out'

ok 'only the dearest with --top, and one of each without --by' '
mm-cost --by ServiceName --top 1 --cost billed --metrics out.prom bill.csv >table; [ $(grep -c "^mm_cost_amount" out.prom) = 1 ]
mm-cost --cost billed --metrics out.prom bill.csv >table
grep -qx "mm_cost_amount{tool=\"mm-cost\",stage=\"mm-cost\",cost=\"BilledCost\",currency=\"USD\"} 3.500000000000000001" out.prom'

ok 'a parser of the format takes it' '
mm-cost --by ServiceName,team.x --metrics out.prom bill.csv >table
python3 -c "import prometheus_client" 2>/dev/null || exit 0
python3 - <<END
from prometheus_client.parser import text_string_to_metric_families as read
m = {f.name: f for f in read(open("out.prom").read())}
assert m["mm_cost_amount"].type == "gauge" and len(m["mm_cost_amount"].samples) == 4
END'

finish
