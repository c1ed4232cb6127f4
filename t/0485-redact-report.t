#!/bin/sh
# What a run of mm-redact tells of itself: reports in JSON and HTML, metrics; without any value, for any number of workers.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'
needs command -v python3 -- 'no python3'

cat >policy.yaml <<'EOF'
version: 1
redact:
  entities: {US_SSN: drop-record, CARD: {action: mask, keep_last: 4}}
  tiers:
    web: {when: mm.src like "web*"}
    rest:
EOF
cat >in.ndjson <<'EOF'
{"text":"from joe@corp.example.com, to ann.smith@corp.example.com: call +1 202 555 0143","mm":{"src":"web.tar!a/b.txt","modality":"text"}}
{"note":"card 4111 1111 1111 1111 of joe@corp.example.com","mm":{"src":"t.csv#2","modality":"row"}}
{"bob@corp.example.com":"ssn 536-22-8726","mm":{"src":"t.csv#3","modality":"row"}}
{"note":"nothing here","mm":{"src":"joe@corp.example.com.csv#1"}}
{"a":
EOF
cat >want.json <<'EOF'
{"tool":"mm-redact VERSION",
"policy":"DIGEST",
"records":{"in":5,"out":3,"dropped":1,"bad":1,"with_findings":4},
"findings":8,"under_review":0,
"by_entity":{"CARD":1,"EMAIL":5,"PHONE":1,"US_SSN":1},
"by_action":{"drop-record":1,"mask":1,"replace":6},
"by_tier":{"rest":5,"web":3},
"by_modality":{"row":5,"text":3},
"metadata":{},
"table":[
  {"tier":"rest","entity":"CARD","action":"mask","modality":"row","findings":1},
  {"tier":"rest","entity":"EMAIL","action":"replace","modality":"row","findings":3},
  {"tier":"rest","entity":"US_SSN","action":"drop-record","modality":"row","findings":1},
  {"tier":"web","entity":"EMAIL","action":"replace","modality":"text","findings":2},
  {"tier":"web","entity":"PHONE","action":"replace","modality":"text","findings":1}],
"sources":[
  {"source":"(a name that holds personal data)","records":1,"findings":1,"entity":{"EMAIL":1}},
  {"source":"in.ndjson","records":1,"findings":0,"entity":{}},
  {"source":"t.csv","records":2,"findings":4,"entity":{"CARD":1,"EMAIL":2,"US_SSN":1}},
  {"source":"web.tar","records":1,"findings":3,"entity":{"EMAIL":2,"PHONE":1}}],
"other_sources":{"records":0,"findings":0},
"examples":[
  {"entity":"EMAIL","at":"in.ndjson:1","field":"text","rule":"address","action":"replace","value":"••••••••","score":0.95},
  {"entity":"EMAIL","at":"in.ndjson:1","field":"text","rule":"address","action":"replace","value":"••••••••","score":0.95},
  {"entity":"PHONE","at":"in.ndjson:1","field":"text","rule":"international","action":"replace","value":"••••••••","score":0.85},
  {"entity":"CARD","at":"in.ndjson:2","field":"note","rule":"visa","action":"mask","value":"••••••••","score":1.00},
  {"entity":"EMAIL","at":"in.ndjson:2","field":"note","rule":"address","action":"replace","value":"••••••••","score":0.95},
  {"entity":"US_SSN","at":"in.ndjson:3","field":"<EMAIL>","rule":"dashes","action":"drop-record","value":"••••••••","score":1.00}]}
EOF
redact() { status 3 mm-redact -q --policy policy.yaml "$@" in.ndjson >out 2>err; }

ok 'the report as JSON: counts by entity, action, tier, modality and source, records by what became of them, examples' '
    redact --report r.json
    sed "s/mm-redact [0-9.]*/mm-redact VERSION/; s/\"policy\":\"[0-9a-f]*\"/\"policy\":\"DIGEST\"/" r.json >got
    same want.json got
    jq -e .policy r.json >/dev/null
    [ "$(jq -r .policy r.json)" = "$(xxhsum -q -H2 policy.yaml | cut -c1-32)" ]'
ok 'no value is in a report or in metrics, nor a name that holds one' '
    redact --report r.json --report r.html --metrics m
    ! grep -E "joe|ann|bob|0143|1111|8726" r.json r.html m || exit 1'
ok 'a value of another length gives the same report' '
    printf "%s\n" "{\"a\":\"x@b.example.com and joe@b.example.com\"}" >one; printf "%s\n" "{\"a\":\"a.much.longer.one@b.example.com and joe@b.example.com\"}" >two
    mm-redact -q --report 1.json - <one >out; mm-redact -q --report 2.json - <two >out
    same 1.json 2.json'
ok 'the same for any number of workers' '
    i=0; while [ $i -lt 400 ]; do cat in.ndjson; i=$((i + 1)); done | grep . >many.ndjson
    status 3 mm-redact -q -j1 --policy policy.yaml --report 1.json --report 1.html many.ndjson >out 2>err
    status 3 mm-redact -q -j4 --policy policy.yaml --report 4.json --report 4.html many.ndjson >out 2>err
    same 1.json 4.json; same 1.html 4.html; [ $(jq .findings 1.json) = 3200 ]'
cat >look.py <<'EOF'
import re, sys, xml.etree.ElementTree as E
text = open(sys.argv[1], encoding="utf-8").read()
root = E.fromstring(text)                      # well-formed
tags = [e.tag.split("}")[1] for e in root.iter()]
assert not {"script", "link", "img", "iframe", "object"} & set(tags)
assert not re.search(r'(src|href)=|url\(|@import', text), "it fetches something"
for e in root.iter():
    tag = e.tag.split("}")[1]
    if tag == "svg": assert e.get("aria-hidden") == "true" or (e.get("role") == "img" and len(e.get("aria-label")) > 10)
    if tag == "th": assert e.get("scope") in ("row", "col")
    if tag == "table": assert e[0].tag.endswith("caption")
assert root.get("lang") == "en" and tags.count("h1") == 1 and "main" in tags and "@media print" in text
print(" ".join(x.strip() for x in root.itertext() if x.strip() and "{" not in x))
EOF
ok 'the report as HTML: one file that needs no other, each chart told in words, tables with heads' '
    redact --report r.html
    python3 look.py r.html >words
    grep -q "Records in 5 Out 3 Dropped by rule 1 Bad, kept back 1 Records with findings 4 Findings 8" words
    grep -q "EMAIL replace row rest 3" words
    grep -q "aria-label=\"Findings by entity: EMAIL 5; CARD 1; PHONE 1; US_SSN 1\"" r.html'
ok 'sources are bounded: the first thousand by name, the others together' '
    i=0; while [ $i -lt 1300 ]; do printf "{\"a\":\"joe@b.example.com\",\"mm\":{\"src\":\"f%d.txt\"}}\n" $i; i=$((i + 1)); done >many.ndjson
    mm-redact -q --report r.json many.ndjson >out
    [ "$(jq -c "[(.sources | length), ([.sources[].findings] | add), .other_sources.records, .other_sources.findings]" r.json)" = "[1000,1000,300,300]" ]'
ok 'a dry run gives the report too' '
    status 3 mm-redact -q -n --policy policy.yaml --report n.json in.ndjson >out 2>err; [ ! -s out ]
    jq -c .by_entity n.json >got; jq -c .by_entity r.json >/dev/null; echo "{\"CARD\":1,\"EMAIL\":5,\"PHONE\":1,\"US_SSN\":1}" | same - got'
ok 'records in are out, dropped or bad, in the report as in the ledger' '
    redact --report r.json --ledger led
    [ "$(jq -c .records led)" = "$(jq -c ".records | del(.with_findings)" r.json)" ]'
ok 'a report that can not be written ends the run before anything is read' '
    status 4 mm-redact -q --report /nowhere/r.json in.ndjson >out 2>err; same /dev/null out
    grep -q "mm-redact: /nowhere/r.json: cannot write" err'
ok 'one that can not be written at the end: exit 4, and what was written of records holds no value' '
    status 4 mm-redact -q --report /dev/full.json in.ndjson >out 2>err || { ln -sf /dev/full full.json; status 4 mm-redact -q --report full.json in.ndjson >out 2>err; }
    ln -sf /dev/full full.json; status 4 mm-redact -q --report full.json in.ndjson >out 2>err
    grep -q "full.json: cannot write: No space left on device" err
    ! grep -E "joe@|ann|1111" out || exit 1'
ok 'options that make no sense' '
    status 2 mm-redact -q --report r.txt in.ndjson >out 2>err; same /dev/null out
    echo "mm-redact: --report r.txt: name a file that ends in .json or .html" | same - err
    status 2 mm-redact -q --verify --report r.json in.ndjson >out 2>err
    echo "mm-redact: --report does not go with --verify" | same - err'
ok 'metrics: findings by entity and action' '
    redact --metrics m
    grep ^mm_redact m >got
    t="{tool=\"mm-redact\",stage=\"mm-redact\""
    cat >want <<END
mm_redact_findings_total$t,entity="CARD",action="mask"} 1
mm_redact_findings_total$t,entity="EMAIL",action="replace"} 5
mm_redact_findings_total$t,entity="PHONE",action="replace"} 1
mm_redact_findings_total$t,entity="US_SSN",action="drop-record"} 1
mm_redact_records_with_findings_total$t} 4
mm_redact_findings_under_review_total$t} 0
END
    same want got
    [ $(grep -c "^# TYPE mm_redact_findings_total counter" m) = 1 ]'
if command -v exiftool >/dev/null && command -v convert >/dev/null; then
    ok_with media 'metadata that payloads lost is counted by its kind' '
        convert -size 8x8 xc:red a.jpg
        exiftool -q -overwrite_original -GPSLatitude=48.1 -GPSLatitudeRef=N -Comment=Joe a.jpg
        printf "%s\n" "{\"mm\":{\"src\":\"a.jpg\",\"modality\":\"image\",\"ref\":{\"path\":\"a.jpg\"}}}" >p.ndjson
        mm-redact -q --report r.json p.ndjson >out
        [ "$(jq -c .metadata r.json)" = "{\"comment\":1,\"exif\":1,\"gps\":1}" ]'
fi
finish
