#!/bin/sh
# The pipeline of `make demo`, priced from its ledger: what the stages cost is what all of it costs.
. "${0%/*}/lib.sh"
src=$T/..
for t in mm-ingest mm-probe mm-redact mm-store; do needs "command -v $t" -- "$t is not built"; done
needs 'for t in jq ffmpeg espeak-ng exiftool zstd; do command -v $t || exit 1; done' -- 'scripts/setup all was not run'
needs 'command -v convert || command -v magick' -- 'no ImageMagick'
MM_BUILD=$(cd "$MM_BUILD" && pwd); export MM_BUILD
book=$src/scripts/examples/prices.yaml

ok 'the stages of the demo add up to the whole, to the last digit' '
OUT=$PWD/out "$src/scripts/demo" >summary 2>err || { cat summary err; exit 1; }
mm-cost --book "$book" --by tool --cost billed --format json out/ledger.ndjson >costs
cat >check.py <<END
import json
from decimal import Decimal, getcontext, ROUND_HALF_EVEN
getcontext().prec = 60
unit = Decimal(1).scaleb(-18)
r = lambda v: v.quantize(unit, ROUND_HALF_EVEN)
def cost(l):
    gib = r(Decimal(l["peak_rss_bytes"]) / 2**30)
    return r(r(l["cpu_s"] * Decimal("0.04048")) / 3600) + r(r(r(gib * l["wall_s"]) * Decimal("0.004445")) / 3600)
lines = [json.loads(l, parse_float=Decimal) for l in open("out/ledger.ndjson")]
d = json.load(open("costs"))
stages = {g["tool"]: Decimal(g["BilledCost"]) for g in d["groups"]}
assert stages == {l["tool"]: cost(l) for l in lines}, stages
assert sorted(stages) == ["mm-ingest", "mm-probe", "mm-redact", "mm-store"]
assert sum(stages.values()) == Decimal(d["total"]["BilledCost"]) > 0
END
python3 check.py'

ok 'as rows of a bill they cost the same' '
mm-cost --book "$book" --focus-out own.csv out/ledger.ndjson >total
mm-cost validate own.csv
mm-cost --by tool --cost billed --format json own.csv >again; same costs again'

finish
