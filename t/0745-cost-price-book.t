#!/bin/sh
# A price book holds what machines, storage, requests, traffic, models and currencies cost; one that is not clear is refused.
. "${0%/*}/lib.sh"

cat >book.yaml <<END
version: 1
currency: EUR
machines: [{cpu_hour: 1}]
gpus: [{gpu: L4, second: 0.0001, purchase: spot}, {gpu: L4, second: 0.0003}]
storage: [{tier: hot, gib_month: 0.02}, {tier: cold, gib_month: 0.001, gib_read: 0.03, gib_written: 0.01}]
requests: [{kind: put, thousand: 0.005, region: eu-1}, {kind: put, thousand: 0.006, region: eu-2}]
egress: [{to: internet, gib: 0.09}]
models: [{model: "small-*", million_in: 0.1, million_out: 0.4}]
rates: [{currency: USD, rate: 0.9, until: 2026-01-01, source: here}, {currency: USD, rate: 0.95, from: 2026-01-01}]
types:
  - {type: large, region: eu-1, cores: 8, memory_gib: 32, hour: {on-demand: 0.4, spot: 0.1}, interruptions: 0.01, start_s: 40}
  - {type: large, region: eu-2, cores: 8, memory_gib: 32, gpu: L4, gpus: 2, hour: {on-demand: 0.5}, until: 2026-01-01}
  - {type: large, region: eu-2, cores: 8, memory_gib: 32, gpu: L4, gpus: 2, hour: {reserved: 0.45}, from: 2026-01-01}
END

ok 'prices of all kinds' '
echo "book.yaml: 11 prices and 3 types of machines in EUR" >expected; mm-cost price --check book.yaml >out; same expected out'

ok 'a ledger needs none but those of processors' '
printf "%s\n" "{\"stage\":\"a\",\"start\":\"2026-11-25T00:00:00Z\",\"wall_s\":1,\"cpu_s\":3600,\"peak_rss_bytes\":0}" >l.ndjson
mm-cost --book book.yaml --by stage --cost billed --format csv l.ndjson >out
printf "stage,BilledCost,BillingCurrency,rows\na,1.00,EUR,1\n" >expected; same expected out'

ok 'prices that hold on the same day are refused in every list' '
while IFS="|" read -r list entry; do
    printf "version: 1\ncurrency: USD\n%s:\n  - {%s, from: 2026-01-01}\n  - {%s, until: 2026-02-01}\n" "$list" "$entry" "$entry" >twice.yaml
    status 2 mm-cost price --check twice.yaml 2>err; cat err
    grep -q "^mm-cost: twice.yaml:5:5: holds on some of the same days as the [a-z]* of line 4$" err
    sed "s/from: 2026-01-01/from: 2026-02-01/" twice.yaml >once.yaml; mm-cost price --check once.yaml
done <<END
machines|machine: x, cpu_hour: 1
gpus|gpu: x, second: 1
storage|tier: x, gib_month: 1
requests|kind: x, thousand: 1
egress|to: x, gib: 1
models|model: x, million_in: 1
rates|currency: EUR, rate: 1
types|type: x, cores: 1, memory_gib: 1, hour: {spot: 1}
END'

ok 'what else is refused, each with its place' '
refused() { printf "version: 1\ncurrency: USD\n%s\n" "$1" >bad.yaml; status 2 mm-cost price --check bad.yaml 2>err; echo "mm-cost: bad.yaml:$2" >expected; same expected err; }
refused "storage: [{gib_month: 1}]" "3:11: tier is missing"
refused "storage: [{tier: hot}]" "3:11: gib_month is missing"
refused "egress: [{to: x, gib: -1}]" "3:23: a price below 0"
refused "rates: [{currency: USD, rate: 2}]" "3:9: USD is the currency of the book"
refused "rates: [{currency: EUR, rate: 0}]" "3:9: a rate of 0"
refused "models: {}" "3:9: models: a list of prices is expected"
refused "types: [{type: x, cores: 0, memory_gib: 1, hour: {spot: 1}}]" "3:26: cores must be a number above 0"
refused "types: [{type: x, cores: 1, memory_gib: 1}]" "3:9: hour is missing"
refused "types: [{type: x, cores: 1, memory_gib: 1, hour: 3}]" "3:50: hour: a map of on-demand, spot, reserved or committed and the price of an hour is expected"
refused "types: [{type: x, cores: 1, memory_gib: 1, gpus: 1, hour: {spot: 1}}]" "3:50: gpus without gpu, the model"
printf "version: 1\ncurrency: USD\n" >bad.yaml; status 2 mm-cost price --check bad.yaml 2>err; cat err
grep -q "bad.yaml:1:1: there is no price in it" err'

finish
