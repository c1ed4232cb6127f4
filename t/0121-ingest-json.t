# mm-ingest: JSON arrays, JSON texts one after the other, and NDJSON become records.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'

strip='sed s/,*"mm":{"id":"[0-9a-f]*","src":"[^"]*","modality":"row","via":\[[^]]*\]}//'

ok 'members of NDJSON rows stay byte for byte' '
    printf "%s\n" "{\"n\":1.0e0, \"k\":\"\\u0041\",\"n\":2}" "" "{}" >in.ndjson
    mm-ingest in.ndjson | $strip >out
    printf "%s\n" "{\"n\":1.0e0, \"k\":\"\\u0041\",\"n\":2}" "{}" >want
    same want out
    mm-ingest in.ndjson | jq -r .mm.src >out
    printf "%s\n" "in.ndjson#1" "in.ndjson#2" >want
    same want out'

ok 'an array may be of any size and print; what is no object is wrapped' '
    python3 -c "
import json
print(json.dumps([{\"i\": i, \"deep\": {\"x\": [i, None]}} for i in range(20000)] + [5, \"a]\", [1]], indent=2))" >in.json
    mm-ingest in.json | jq -c "del(.mm)" >out
    jq -c ".[] | if type == \"object\" then . else {value: .} end" in.json >want
    same want out'

ok 'rows that carry mm keep it and get what is missing; whole ones pass as they are' '
    mm-ingest in.ndjson >once
    mm-ingest once >twice
    same once twice
    echo "{\"a\":1,\"mm\":{\"id\":\"00112233445566778899aabbccddeeff\",\"x\":[]}}" | mm-ingest --format ndjson - | jq -c "[.mm.id,.mm.src,.mm.modality,.mm.x,(.mm.via|length)]" >out
    echo "[\"00112233445566778899aabbccddeeff\",\"-#1\",\"row\",[],1]" >want
    same want out'

ok 'every line is checked strictly, and a bad one costs itself alone' '
    printf "%s\n" "{\"a\":1}" "{\"a\":01}" "{\"b\":\"\\ud800\"}" "{\"c\":" >bad.ndjson
    printf "{\"d\":\"\377\"}\n{\"e\":2}\n" >>bad.ndjson
    status 3 mm-ingest bad.ndjson >out 2>err
    [ "$(wc -l <out)" = 2 ]
    cat >want <<E
mm-ingest: bad.ndjson:2: row 2: a number begins with a zero at byte 5
mm-ingest: bad.ndjson:3: row 3: half a surrogate pair at byte 6
mm-ingest: bad.ndjson:4: row 4: the text ends where a value is expected at byte 5
mm-ingest: bad.ndjson:5: invalid UTF-8 at byte 6
E
    grep "bad.ndjson:" err >got
    same want got
    grep -q " 6 in, 2 out, 0 dropped, 4 bad" err'

ok 'nesting without end is a bad record' '
    python3 -c "print(\"[\" * 200000)" >bomb.json
    status 3 mm-ingest bomb.json >out 2>err
    [ ! -s out ]
    grep -q "bomb.json:1: row 1: nested too deeply at byte 1024" err'

ok 'an array that breaks off gives its elements and is told' '
    printf "[{\"a\":1},\n{\"a\":2}," >cut.json
    status 3 mm-ingest cut.json >out 2>err
    [ "$(wc -l <out)" = 2 ]
    grep -q "cut.json:2: the array is not closed: the input is cut short" err'

ok 'text by lines and by paragraphs' '
    printf "one\r\ntwo\r\n\r\n\r\nthree \"x\"\n" >notes.txt
    mm-ingest --split line notes.txt | jq -c "[.text,.mm.modality,.mm.src]" >out
    printf "%s\n" "[\"one\",\"text\",\"notes.txt#1\"]" "[\"two\",\"text\",\"notes.txt#2\"]" "[\"three \\\"x\\\"\",\"text\",\"notes.txt#3\"]" >want
    same want out
    mm-ingest --split paragraph notes.txt | jq -c .text >out
    printf "%s\n" "\"one\\ntwo\"" "\"three \\\"x\\\"\"" >want
    same want out'

finish
