#!/bin/sh
# mm-plan routes: outcomes of routes become a table that mm-select obeys.
. "${0%/*}/lib.sh"

# Gold is served best by "large" whatever it costs, and so is what is long; the rest by "small". 1200 outcomes, noise of a fixed pattern.
awk 'BEGIN {
    for (i = 0; i < 1200; i++) {
        tier = i % 3 == 0 ? "gold" : "free"; length_ = (i * 37) % 1000; route = int(i / 3) % 2 ? "large" : "small"
        good = tier == "gold" || length_ >= 750 ? (route == "large") : (route == "small")
        printf "{\"mm\":{\"tier\":\"%s\"},\"length\":%d,\"route\":\"%s\",\"reward\":%.3f}\n", tier, length_, route, 0.3 + 0.4 * good + ((i * 7919) % 100 - 50) / 250
    }
}' >outcomes.ndjson

ok 'the table says for each cell which route is best, and by what chance' '
    mm-plan routes --by mm.tier outcomes.ndjson >routes.yaml
    cat >want <<"Y"
# Routes learned from 1200 outcomes, for mm-select --routes. Numbers are mean rewards expected, and outcomes seen.
# mm.tier == "free": small is best by a chance of 100%; large 0.39 (400), small 0.605 (400)
# mm.tier == "gold": large is best by a chance of 100%; large 0.6959 (200), small 0.3001 (200)
# all else: small is best by a chance of 78%; large 0.4927 (600), small 0.5027 (600)
"large": |
    mm.tier == "gold"
"small": true
Y
    same want routes.yaml'

ok 'a number of many values is cut in ranges' '
    mm-plan routes --by mm.tier --by length outcomes.ndjson >fine.yaml
    grep -v "^#" fine.yaml >rules
    cat >want <<"Y"
"large": |
    mm.tier == "free" and length >= 749
    or mm.tier == "gold" and length < 251
    or mm.tier == "gold" and length >= 251 and length < 498
    or mm.tier == "gold" and length >= 498 and length < 749
    or mm.tier == "gold" and length >= 749
"small": true
Y
    same want rules'

ok 'mm-select obeys it' '
    mm-select -q --routes fine.yaml --count outcomes.ndjson >counts
    awk -F "[:,}]" "{ n[/gold/ || \$6 >= 749 ? \"large\" : \"small\"]++ } END { printf \"%d\\tlarge\\n%d\\tsmall\\n\", n[\"large\"], n[\"small\"] }" outcomes.ndjson >want
    same want counts
    mm-select -q --routes fine.yaml -o "{}.ndjson" outcomes.ndjson
    [ "$(grep -c gold large.ndjson)" = 400 ]
    ! grep -q gold small.ndjson || exit 1'

ok 'a cost is better low' '
    sed "s/\"reward\":/\"price\":/" outcomes.ndjson | mm-plan routes --by mm.tier --cost price >cost.yaml
    grep -v "^#" cost.yaml >rules
    printf "\"small\": |\n    mm.tier == \"gold\"\n\"large\": true\n" >want
    same want rules'

# Two routes that hardly differ, seen twelve times each.
awk 'BEGIN { for (i = 0; i < 48; i++)
    printf "{\"mm\":{\"tier\":\"%s\"},\"h\":\"%x0\",\"route\":\"%s\",\"reward\":%.2f}\n", i % 4 < 2 ? "gold" : "free", i % 16, i % 2 ? "left" : "right", (i * 31) % 17 / 17 }' >few.ndjson

ok 'where it is not settled, --explore shares records out by the chances' '
    mm-plan routes --by mm.tier --explore h few.ndjson >explore.yaml
    mm-select -q --routes explore.yaml --count few.ndjson >counts
    [ "$(wc -l <counts)" = 2 ]
    grep -q "starts_with(h, " explore.yaml'

ok 'the same seed gives the same table' '
    mm-plan routes --seed 7 --by mm.tier --explore h few.ndjson >a
    mm-plan routes --seed 7 --by mm.tier --explore h few.ndjson >b
    same a b'

ok 'outcomes that say nothing are told and left out; none at all is an error' '
    { head -100 outcomes.ndjson; echo "{\"route\":\"large\"}"; echo "{\"reward\":1}"; } >some.ndjson
    status 3 mm-plan routes --by mm.tier some.ndjson >out 2>err
    grep -q "learned from 100 outcomes" out
    grep -q "some.ndjson:101: it tells no reward; the outcome is left out" err
    grep -q "some.ndjson:102: it names no route; the outcome is left out" err
    echo "{}" >none.ndjson
    status 3 mm-plan routes --by mm.tier none.ndjson 2>err
    grep -q "there is no outcome to learn from: each has a field route and a number reward" err
    status 2 mm-plan routes none.ndjson 2>err
    grep -q -e "--by FIELD" err'

finish
