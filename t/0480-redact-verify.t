#!/bin/sh
# What an earlier run of mm-redact left is found by --verify, and what it wrote itself is not.
. "${0%/*}/lib.sh"

printf 'correct horse battery staple 0123456789' >key
chmod 600 key
cat >policy.yaml <<'EOF'
version: 1
redact:
  keys: {k: {file: key}}
  entities:
    email: {action: pseudonym, key: k}
    phone: {action: synthetic, key: k}
    card: {action: fpe, key: k}
    ip: {action: mask, keep_last: 2}
    iban: {action: token, key: k}
EOF
cat >in.ndjson <<'EOF'
{"id":1,"text":"from joe@corp.example.com, to ann@corp.example.com: call +1 202 555 0143"}
{"id":2,"note":"card 4111 1111 1111 1111 of joe@corp.example.com at 10.20.30.40","iban":"DE89370400440532013000"}
{"id":3,"note":"nothing here"}
EOF

ok 'raw records are not clean: a line a place, never the value, and exit 1' '
    status 1 mm-redact -q --verify in.ndjson >got
    cut -f1-3 got >places
    printf "%s\n" "in.ndjson:1	text	EMAIL" "in.ndjson:1	text	EMAIL" "in.ndjson:1	text	PHONE" "in.ndjson:2	note	CARD" \
        "in.ndjson:2	note	EMAIL" "in.ndjson:2	note	IP" "in.ndjson:2	iban	IBAN" >want
    same want places
    ! grep -qE "joe|ann|4111|0143|DE89" got || exit 1'
ok 'what was redacted is clean, with placeholders' '
    mm-redact -q in.ndjson >clean.ndjson
    mm-redact --verify clean.ndjson >got 2>err
    [ ! -s got ] && [ ! -s err ]'
ok_with crypto 'and with pseudonyms, synthetic values, ciphers, masks and tokens' '
    mm-redact -q --policy policy.yaml in.ndjson >coded.ndjson
    ! grep -qE "joe|4111 1111 1111 1111|DE89" coded.ndjson || exit 1
    mm-redact -q --policy policy.yaml --verify coded.ndjson >got
    [ ! -s got ]'
ok_with crypto 'stand-ins count without the findings that tell of them' '
    sed "s/\"findings\"/\"other\"/" coded.ndjson >bare.ndjson
    status 1 mm-redact -q --policy policy.yaml --verify bare.ndjson >got
    grep -q "^bare.ndjson:1	text	EMAIL	" got'
ok_with crypto 'a value put into a redacted field counts' '
    sed "1s/: call/ and eve@corp.example.com: call/" coded.ndjson >more.ndjson
    status 1 mm-redact -q --policy policy.yaml --verify more.ndjson >got
    grep -q "^more.ndjson:1	text	EMAIL	" got'
ok 'a value in another field counts, and in a name, which is told as it would read' '
    sed "3s/{/{\"x\":\"a@corp.example.com\",\"b@corp.example.com\":1,/" clean.ndjson >other.ndjson
    status 1 mm-redact -q --verify other.ndjson >got
    printf "%s\n" "other.ndjson:3	x	EMAIL	0.95" "other.ndjson:3	<EMAIL> (name)	EMAIL	0.95" >want
    same want got'
ok 'what is not over the threshold of the policy, or not asked for, does not count' '
    printf "%s\n" "{\"t\":\"at 10.20.30.40\"}" >one.ndjson
    status 1 mm-redact -q --verify one.ndjson >got
    mm-redact -q --verify -e phone one.ndjson >got; [ ! -s got ]
    printf "version: 1\nredact: {entities: {ip: {threshold: 1.0}}}\n" >high.yaml
    mm-redact -q --policy high.yaml --verify one.ndjson >got; [ ! -s got ]'
ok 'a text payload is read too' '
    printf "%s\n" "write to joe@corp.example.com" >a.txt
    mm-ingest -q --inline a.txt >a.ndjson || mm-ingest -q a.txt >a.ndjson
    status 1 mm-redact -q --verify a.ndjson >got
    grep -q "payload	EMAIL	" got
    mm-redact -q a.ndjson >b.ndjson && mm-redact -q --verify b.ndjson'
ok_with crypto 'many stand-ins in one text are told apart in one pass' '
    { printf "{\"t\":\""; i=0; while [ $i -lt 20000 ]; do printf "u%d@corp.example.com " $i; i=$((i + 1)); done; printf "\"}\n"; } >long.ndjson
    mm-redact -q --policy policy.yaml long.ndjson >short.ndjson
    timeout 20 mm-redact -q --policy policy.yaml --verify short.ndjson >got; [ ! -s got ]'
ok 'a bad record is not clean' 'printf "{\"a\":\n" | status 3 mm-redact -q --verify 2>err'
ok 'the same lines for any number of workers' '
    i=0; while [ $i -lt 300 ]; do cat in.ndjson; i=$((i + 1)); done >many.ndjson
    status 1 mm-redact -q -j1 --verify many.ndjson >one
    status 1 mm-redact -q -j4 --verify many.ndjson >four
    [ $(wc -l <one) = 2100 ] && same one four'
if command -v exiftool >/dev/null && command -v convert >/dev/null; then
    ok_with media 'metadata left in a picture counts, by its kind' '
        convert -size 8x8 xc:red a.jpg
        exiftool -q -overwrite_original -GPSLatitude=48.1 -GPSLatitudeRef=N -Comment=Joe a.jpg
        printf "%s\n" "{\"mm\":{\"src\":\"a.jpg\",\"ref\":{\"path\":\"a.jpg\"}}}" >p.ndjson
        status 1 mm-redact -q --verify p.ndjson >got
        printf "p.ndjson:1	payload	METADATA	exif,gps,comment\n" >want; same want got
        mm-redact -q p.ndjson >q.ndjson && mm-redact -q --verify q.ndjson'
fi
finish
