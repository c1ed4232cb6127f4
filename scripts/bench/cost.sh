#!/bin/sh
# cost - bills and series of costs.
#
# cost-focus        groups of a 2 GB bill in FOCUS columns on one core, beside DuckDB, which sums the same columns as decimals
# cost-focus-all    the same on all cores, beside DuckDB on all
# cost-memory       the most memory that took, in MiB; peer: what it may be
# cost-anomalies    alarms on 10,000 hourly series of 90 days, on all cores; peer: ten times what wc -l takes on the file
. "${0%/*}/lib.sh"

venv=$bench/duckdb
[ -d "$venv" ] || {
    python3 -m venv "$venv.part" && mv "$venv.part" "$venv"
    "$venv/bin/python" -m pip install -q duckdb >/dev/null 2>&1 || { echo 'bench cost: no duckdb by pip' >&2; exit 0; }
}

# 5000 rows of 44 columns, over and over.
bill=$bench/focus.csv
make_bill() {
    awk 'BEGIN { srand(11)
        split("Compute Storage Networking Databases Analytics", category, " ")
        printf "AvailabilityZone,BilledCost,BillingAccountId,BillingAccountName,BillingCurrency,BillingPeriodEnd,BillingPeriodStart,ChargeCategory,ChargeClass,ChargeDescription,ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountId,CommitmentDiscountName,CommitmentDiscountStatus,CommitmentDiscountType,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingQuantity,PricingUnit,ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,SkuId,SkuPriceId,SubAccountId,SubAccountName,Tags\n"
        for (i = 0; i < 5000; i++) {
            c = category[int(rand() * 5) + 1]; cost = sprintf("%.11f", rand() * 0.01); d = int(rand() * 28) + 1
            printf "NULL,%s,\"1234567890123\",\"Example\",\"USD\",\"2024-10-01 00:00:00\",\"2024-09-01 00:00:00\",\"Usage\",NULL,\"$0.0%d per unit of %s, in this region, first tier\",\"Usage-Based\",\"2024-09-%02d 23:00:00\",\"2024-09-%02d 22:00:00\",NULL,NULL,NULL,NULL,%d.000000000000000,\"Requests\",%s,0.00000000000,%s,\"Example Cloud, Inc.\",%s,\"0.0000004\",\"Standard\",2.00000000000,\"Requests\",\"Example\",\"Example Cloud, Inc.\",\"region-%d\",\"Region %d\",\"arn:example:%s:%09d:instance/%08x\",NULL,NULL,\"%s\",\"%s Service %d\",\"SKU%06d\",\"SKU%06d.JRTCKXETXF\",\"%011d\",\"Team %d\",\"{\"\"application\"\": \"\"app%d\"\", \"\"environment\"\": \"\"prod\"\"}\"\n",
                cost, i % 10, c, d, d, i, cost, cost, cost, i % 7, i % 7, c, i, i * 7919, c, c, i % 8, i % 900, i % 900, i % 40, i % 40, i % 25 } }' >"$1.rows"
    { head -n 1 "$1.rows"; tail -n +2 "$1.rows" >"$1.body"; i=0; while [ $i -lt 700 ]; do cat "$1.body"; i=$((i + 1)); done; } >"$1.part"
    rm -f "$1.rows" "$1.body"; mv "$1.part" "$1"
}
[ -s "$bill" ] || make_bill "$bill"
cat "$bill" >/dev/null
gb=$(wc -c <"$bill" | awk '{ print $1 / 1e9 }')

cat >"$bench/peer_duckdb.py" <<'END'
import sys, duckdb
c = duckdb.connect()
c.execute(f"SET threads={sys.argv[2]}")
for row in c.execute(f"SELECT ServiceName, sum(BilledCost::DECIMAL(38,18)), sum(EffectiveCost::DECIMAL(38,18)), count(*) "
                     f"FROM read_csv('{sys.argv[1]}', header=true, all_varchar=true) GROUP BY 1 ORDER BY 2 DESC, 1").fetchall():
    print(row[0], row[1].normalize(), row[2].normalize(), row[3])
END
mm-cost --by ServiceName --format json "$bill" | jq -r '.groups[] | "\(.ServiceName) \(.BilledCost) \(.EffectiveCost) \(.rows)"' >"$bench/ours.sum"
"$venv/bin/python" "$bench/peer_duckdb.py" "$bill" 2 >"$bench/peer.sum"
cmp -s "$bench/ours.sum" "$bench/peer.sum" || { echo 'bench cost: the sums differ' >&2; exit 1; }
duel cost-focus GB/s 1.5 "$gb" "mm-cost -j1 -q --by ServiceName $bill" "$venv/bin/python $bench/peer_duckdb.py $bill 1"

wide() {
    start=$(date +%s%N); sh -c "$1" >/dev/null
    echo $(($(date +%s%N) - start)) | awk '{ printf "%.6f\n", $1 / 1e9 }'
}
: >"$bench/ours.s"; : >"$bench/peer.s"
for turn in 1 2 3; do
    wide "mm-cost -q --by ServiceName $bill" >>"$bench/ours.s"
    wide "$venv/bin/python $bench/peer_duckdb.py $bill $(nproc)" >>"$bench/peer.s"
done
line cost-focus-all GB/s 1.5 "$gb" "$(median 3 <"$bench/ours.s")" "$(median 3 <"$bench/peer.s")"
/usr/bin/time -f %M -o "$bench/memory" mm-cost -q --by ServiceName "$bill" >/dev/null
awk '{ printf "bench cost-memory ours=%.1f peer=64 unit=MiB ratio=%.2f bar=1\n", $1 / 1024, 64 * 1024 / $1 }' "$bench/memory"

series=$bench/series.csv
program gen_series
[ -s "$series" ] || { "$bench/gen_series" >"$series.part" && mv "$series.part" "$series"; }
cat "$series" >/dev/null
: >"$bench/ours.s"; : >"$bench/peer.s"
for turn in 1 2 3; do
    wide "mm-cost anomalies -q $series" >>"$bench/ours.s"
    wide "wc -l $series" | awk '{ print $1 * 10 }' >>"$bench/peer.s"
done
line cost-anomalies Mnumber/s 1 21.6 "$(median 3 <"$bench/ours.s")" "$(median 3 <"$bench/peer.s")"
