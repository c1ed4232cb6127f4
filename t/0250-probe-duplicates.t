# mm-probe finds the duplicates of earlier records and names the first of their kind.
. "${0%/*}/lib.sh"

dups() { mm-probe --only dup "$@" | jq -c .mm.probe.dup; }

cat >rows.ndjson <<'END'
{"text":"The parcel came late, the box was open, and nobody at the desk could tell me where the rest of it is.","mm":{"id":"first"}}
{"text":"The parcel came late; the box was open and nobody at the desk could tell me where the rest of it is!","mm":{"id":"second"}}
{"text":"The parcel came late; the box was open and nobody at the desk could tell me where the rest of it is!"}
{"text":"Something else altogether, and said once."}
{"text":"Something else altogether, and said once.","mm":{"id":"fifth"}}
END

cat >expected <<'END'
{"text":"The parcel came late, the box was open, and nobody at the desk could tell me where the rest of it is.","mm":{"id":"first","probe":{},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"The parcel came late; the box was open and nobody at the desk could tell me where the rest of it is!","mm":{"id":"second","probe":{"dup":{"of":"first","how":"minhash","score":1}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"The parcel came late; the box was open and nobody at the desk could tell me where the rest of it is!","mm":{"probe":{"dup":{"of":"first","how":"minhash","score":1}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"Something else altogether, and said once.","mm":{"probe":{},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"Something else altogether, and said once.","mm":{"id":"fifth","probe":{"dup":{"of":4,"how":"exact","score":1}},"via":[{"tool":"mm-probe 0.1.0"}]}}
END
ok 'a duplicate names its original: by id, or by number where that has none' '
    mm-probe --only dup --dup exact,text rows.ndjson >out
    same expected out
'

cat >expected.exact <<'END'
null
null
{"of":"second","how":"exact","score":1}
null
{"of":4,"how":"exact","score":1}
END
ok 'with exact alone the second is an original' '
    dups --dup exact rows.ndjson >out
    same expected.exact out
'

ok '--dup-drop leaves duplicates out, as dropped by rule' '
    mm-probe --only dup --dup all --dup-drop --ledger ledger rows.ndjson >out
    sed -n "1p;4p" expected >kept
    same kept out
    [ "$(jq -r "[.records.in, .records.out, .records.dropped, .records.bad] | @csv" ledger)" = 5,2,3,0 ]
'

ok 'it does not depend on how many work, nor on the kernels' '
    for i in 1 2 3 4 5 6 7 8 9 10; do jq -c --argjson i $i ".text += \" ${i}\"" rows.ndjson; done >many.ndjson
    mm-probe -j1 --dup all many.ndjson >one
    mm-probe -j4 --dup all many.ndjson >four
    same one four
    MM_SIMD=scalar mm-probe --dup all many.ndjson >out; same one out
    MM_SIMD=avx2 mm-probe --dup all many.ndjson >out; same one out
    grep -c "\"dup\"" one | grep -q "^[1-9]"
'

ok 'what an earlier run said of duplicates goes' '
    dups --dup exact,text expected >out
    dups --dup exact,text rows.ndjson | same - out
    tail -n 1 expected | dups --dup exact >out
    [ "$(cat out)" = null ]
'

mkdir in; printf 'same\n' >in/a.txt; printf 'same\n' >in/b.txt; printf 'not the same\n' >in/c.txt
printf 'same\0' >in/d.bin; printf 'same\0' >in/e.bin
cat >expected.files <<'END'
in/a.txt null
in/b.txt {"of":"in/a.txt","how":"exact","score":1}
in/c.txt null
in/d.bin null
in/e.bin {"of":"in/d.bin","how":"exact","score":1}
END
ok 'payloads are the same when their content is, with mm.xxh3 and without' '
    for change in . "del(.mm.xxh3)"; do
        mm-ingest in | jq -c "$change | .mm.id = .mm.src" | mm-probe --only dup --dup exact | jq -r "\"\(.mm.src) \(.mm.probe.dup | tojson)\"" >out
        same expected.files out
    done
'
ok 'a text file and a row that hold the same text are the same' '
    (mm-ingest in/a.txt; printf "%s\n" "{\"text\":\"same\\n\"}") | dups --dup exact | tail -n 1 >out
    grep -q "\"how\":\"exact\"" out
'

cat >table.ndjson <<'END'
{"city":"Bonn","n":1}
{"city":"Bonn","n":2}
{"city":"Bonn","n":1}
{"mm":{"id":"empty"}}
{"mm":{"id":"empty, too"}}
END
cat >expected.table <<'END'
null
null
{"of":1,"how":"exact","score":1}
null
null
END
ok 'rows without a text are compared whole, and never by their longest string' '
    dups --dup all table.ndjson >out
    same expected.table out
'
ok 'unless --field names it' '
    dups --dup text --field city table.ndjson | tail -n +2 | head -n 2 >out
    printf "%s\n%s\n" "{\"of\":1,\"how\":\"minhash\",\"score\":1}" "{\"of\":1,\"how\":\"minhash\",\"score\":1}" | same - out
'

ok 'bad records are no originals' '
    printf "%s\n" "{\"text\":\"x y\"" "{\"text\":\"x y\"}" "{\"text\":\"x y\"}" >bad.ndjson
    status 3 mm-probe --only dup --dup exact bad.ndjson >out
    [ "$(tail -n 1 out | jq -c .mm.probe.dup)" = "{\"of\":2,\"how\":\"exact\",\"score\":1}" ]
'

# Hashes of pictures and sounds that an earlier run left.
zeros=$(printf '%064d' 0)
cat >hashes.ndjson <<END
{"mm":{"id":"p1","probe":{"image":{"pdq":"$zeros"}}}}
{"mm":{"id":"p2","probe":{"image":{"pdq":"7fffffff${zeros#????????}"}}}}
{"mm":{"id":"p3","probe":{"image":{"pdq":"ffffffff${zeros#????????}"}}}}
{"mm":{"id":"p4","probe":{"image":{"pdq":"ffffff7f${zeros#????????}"}}}}
END
cat >expected.hashes <<'END'
null
{"of":"p1","how":"phash","score":0.8789}
null
{"of":"p3","how":"phash","score":0.9961}
END
ok 'pictures whose hashes differ in no more than 31 bits are near; the nearest original is named' '
    dups --dup image hashes.ndjson >out
    same expected.hashes out
    dups --dup image --dup-hamming 30 hashes.ndjson | head -n 2 | tail -n 1 >out
    [ "$(cat out)" = null ]
'

ok 'a picture with too little in it to tell it by is not compared' '
    for q in 49 50; do jq -c ".mm.probe.image.pdq_quality = $q" hashes.ndjson | dups --dup image | jq -s "map(select(.)) | length"; done >out
    printf "0\n2\n" | same - out
'

ok 'in a table for people they have a column, or stand behind what the record holds' '
    printf "%s\n" "{\"text\":\"a\",\"mm\":{\"id\":\"one\"}}" "{\"text\":\"a\"}" "{\"text\":\"b\"}" >three
    mm-probe -q --dup exact --only text.chars,dup --table three >out
    mm-probe -q --dup exact --table three >>out
    mm-probe -q --dup exact --dup-drop --only text.chars --table three >>out
    cat >expected <<\END
name     dup                                   text.chars
three:1                                                 1
three:2  {"of":"one","how":"exact","score":1}           1
three:3                                                 1
name     type  size  holds
three:1              und 1 words
three:2              und 1 words dup={"of":"one","how":"exact","score":1}
three:3              und 1 words
name     dup  text.chars
three:1                1
three:3                1
END
    same expected out
'

ok 'wrong options are told with what they take' '
    for o in "--dup exact,txt" "--dup-drop" "--dup text --dup-bands 8" "--dup text --dup-bands 100x100" "--dup text --dup-shingle word:0" \
        "--dup text --dup-jaccard 1.5" "--dup audio --dup-match 0" "--only dup"; do
        status 2 mm-probe $o rows.ndjson >>out.wrong 2>>wrong
    done
    cat >expected.wrong <<END
mm-probe: --dup: "txt" is none of exact, text, image, audio, all
mm-probe: --dup-drop needs --dup, which says what duplicates to look for
mm-probe: --dup-bands 8: give BANDSxROWS, such as 14x8, together at most 1024 hashes
mm-probe: --dup-bands 100x100: give BANDSxROWS, such as 14x8, together at most 1024 hashes
mm-probe: --dup-shingle word:0: give word:N or char:N, N from 1 to 64
mm-probe: --dup-jaccard 1.5: give a share above 0 and up to 1
mm-probe: --dup-match 0: give a share above 0 and up to 1
mm-probe: --only dup needs --dup, which says what duplicates to look for
END
    tr "\"" "'\''" <expected.wrong >expected.quoted
    same expected.quoted wrong
    [ ! -s out.wrong ]
'
finish
