#!/bin/sh
# mm-redact takes personal data out of the strings, numbers and names of NDJSON rows, and says what it did.
. "${0%/*}/lib.sh"

found() {  # ENTITY FIELD FROM TO CHAR-FROM CHAR-TO SCORE RULE [MORE]
    printf '{"entity":"%s","field":"%s",%s"span":[%s,%s],"chars":[%s,%s],"score":%s,"rule":"%s","action":"%s"}' \
        "$1" "$2" "${9-}" "$3" "$4" "$5" "$6" "$7" "$8" "${action-replace}"
}
via='"via":[{"tool":"mm-redact 0.1.0"}]'

ok 'each kind is replaced by its name, with a line on what was found and no value' '
    cat >in <<-"EOF"
	{"id":1,"msg":"Write to joe.bloggs@example.org, or call +49 170 1234567."}
	{"id":2,"msg":"card 4111 1111 1111 1111"}
	EOF
    mm-redact -q in >out
    {
        echo "{\"id\":1,\"msg\":\"Write to <EMAIL>, or call <PHONE>.\",\"mm\":{\"redact\":{\"findings\":[$(
            found EMAIL msg 9 31 9 31 0.95 address),$(
            found PHONE msg 41 56 41 56 0.85 international)]},$via}}"
        echo "{\"id\":2,\"msg\":\"card <CARD>\",\"mm\":{\"redact\":{\"findings\":[$(
            found CARD msg 5 24 5 24 1.00 visa)]},$via}}"
    } >want
    same want out'

ok 'a row with nothing in it goes out as it came in, odd spelling and all' '
    printf "%s\r\n" "{ \"b\" : 1.50e0, \"b\":2,  \"text\":\"order ORD-2019-123456, version 1.2.3, 2019-01-02T03:04:05Z, 12.50 EUR\"} " >in
    mm-redact -q in >out
    same in out'

ok 'escapes are seen through, and what stands around them stays' '
    cat >in <<-"EOF"
	{"msg":"\u00e9 \"joe\u0040example.org\" \/ x\n"}
	EOF
    mm-redact -q in >out
    printf "%s\n" "{\"msg\":\"\\u00e9 \\\"<EMAIL>\\\" \\/ x\\n\",\"mm\":{\"redact\":{\"findings\":[$(
        found EMAIL msg 4 19 3 18 0.95 address)]},$via}}" >want
    same want out'

ok 'keys guide: numbers under ssn, lat, lon and dates under dob' '
    cat >in <<-"EOF"
	{"ssn":536228726,"lat":48.8584,"lon":2.2945,"dob":"1990-05-12","n":536228726}
	EOF
    mm-redact -q in | jq -c "del(.mm)" >out
    echo "{\"ssn\":\"<US_SSN>\",\"lat\":\"<COORDINATES>\",\"lon\":\"<COORDINATES>\",\"dob\":\"<BIRTH_DATE>\",\"n\":536228726}" >want
    same want out'

ok 'names of members are looked at too, and paths say the new name' '
    echo "{\"a\":{\"joe@example.org\":[1,{\"x\":\"kim@example.org\"}]}}" >in
    mm-redact -q in >out
    echo "{\"a\":{\"<EMAIL>\":[1,{\"x\":\"<EMAIL>\"}]},\"mm\":{\"redact\":{\"findings\":[$(
        found EMAIL "a.<EMAIL>" 0 15 0 15 0.95 address "\"name\":true,"),$(
        found EMAIL "a.<EMAIL>[1].x" 0 15 0 15 0.95 address)]},$via}}" >want
    same want out'

ok 'a name that --entities does not know is told with the one it may have been meant to be' '
    status 2 mm-redact -e email,emial </dev/null 2>err
    echo "mm-redact: --entities: no entity is called '"'emial'"'; did you mean email?" >want
    same want err
'
ok '--field looks only there and below; --entities only for these' '
    echo "{\"a\":{\"b\":\"joe@example.org 10.1.2.3\"},\"c\":\"joe@example.org\"}" >in
    mm-redact -q --field a --entities email in | jq -c "del(.mm)" >out
    echo "{\"a\":{\"b\":\"<EMAIL> 10.1.2.3\"},\"c\":\"joe@example.org\"}" >want
    same want out'

ok '--field takes paths as findings spell them, and refuses what is none' '
    echo "{\"x\":[{\"t\":\"joe@example.org\",\"u\":\"joe@example.org\"}],\"a.b\":\"joe@example.org\"}" >in
    echo "{\"x\":[{\"t\":\"<EMAIL>\",\"u\":\"joe@example.org\"}],\"a.b\":\"<EMAIL>\"}" >want
    for t in "x[0].t" "x[].t" "x[*].t" x.t; do
        mm-redact -q -f "$t" -f "\"a.b\"" in | jq -c "del(.mm)" >out; same want out
    done
    for bad in a..b a. .a "" "a[" "a[x]" "a[0]b" "\"a"; do
        status 2 mm-redact --field "$bad" in >out 2>err; same /dev/null out
        grep -q "^mm-redact: --field: .* is no field: " err
    done
    echo "{version: 1, redact: {fields: {exclude: [\"x[0].t\"]}}}" >policy.yaml
    status 2 mm-redact --policy policy.yaml in 2>err
    grep -q "^mm-redact: policy.yaml:1:42: .x\[0\].t. is no field: one element" err'

ok 'broken JSON and half surrogates never go out: they are dead letters, and the rest goes on' '
    cat >in <<-"EOF"
	{"a":"joe@example.org \ud800"}
	{"a":joe}
	{"a":"fine"}
	EOF
    status 3 mm-redact -q --dead-letter dead in >out 2>err
    echo "{\"a\":\"fine\"}" >want
    same want out
    cat >want.err <<-"EOF"
	mm-redact: in:1: half a surrogate pair at byte 22
	mm-redact: in:2: a value is expected at byte 5
	EOF
    same want.err err
    [ "$(wc -l <dead)" = 2 ]'

ok 'a record that passed other stages is stamped, though nothing was found' '
    echo "{\"a\":1,\"mm\":{\"id\":\"x\",\"via\":[{\"tool\":\"t\"}]}}" >in
    mm-redact -q in >out
    echo "{\"a\":1,\"mm\":{\"id\":\"x\",\"via\":[{\"tool\":\"t\"},{\"tool\":\"mm-redact 0.1.0\"}]}}" >want
    same want out'

ok '--dry-run writes nothing and counts' '
    echo "{\"a\":\"joe@example.org, kim@example.org\"}" | mm-redact --dry-run >out 2>err
    [ ! -s out ] && grep -qx "mm-redact: found in 1 record: 2 EMAIL" err'
finish
