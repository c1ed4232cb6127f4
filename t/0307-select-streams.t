# mm-select reads and writes both encodings, plain and in zstd; it is quiet when its reader goes, keeps what is bad,
# and its memory does not grow with the stream.
. "${0%/*}/lib.sh"

seq 1 3000 | awk '{ printf "{\"n\":%d,\"lang\":\"%s\",\"mm\":{\"id\":\"%032x\",\"data\":\"YWJj\"}}\n", $1, $1 % 3 ? "en" : "de", $1 }' >rows.ndjson
grep '"de"' rows.ndjson >german.ndjson

ok 'the output has the form of the input unless told otherwise' '
    mm-select -b true rows.ndjson >rows.mmr
    mm-select "lang == \"de\"" rows.mmr >got.mmr
    [ "$(head -c 4 got.mmr | tail -c 3)" = MMR ]
    mm-select -F ndjson got.mmr >got
    jq -cS . got >a; jq -cS . german.ndjson >b; same b a
    mm-select -F mmr "lang == \"de\"" rows.ndjson >via.mmr && cmp got.mmr via.mmr'
ok 'zstd is seen on the way in, and made on the way out' '
    zstd -q rows.ndjson -o rows.zst
    mm-select "lang == \"de\"" rows.zst >got && same german.ndjson got
    mm-select -Z "lang == \"de\"" <rows.zst >got.zst
    zstd -dc got.zst >got && same german.ndjson got
    mm-select -Z9 -b "lang == \"de\"" -o got.mmr.zst rows.ndjson
    zstd -dc got.mmr.zst >got.mmr && mm-select -b "lang == \"de\"" rows.ndjson >want.mmr && cmp want.mmr got.mmr'
ok 'a stream of mmr that was cut is known to be cut' '
    head -c 5000 rows.mmr >cut.mmr
    status 3 mm-select -q -F ndjson true cut.mmr >got 2>err
    grep -q "^mm-select: cut.mmr: " err
    [ -s got ]'

printf '%s\n' '{"n":1,"lang":"de"}' '{"n":2' '{"lang":tru}' '["de"]' '{"n":3,"lang":"de"}' >bad.ndjson
printf '{"n":\0}\n{"n":"\377"}\n' >>bad.ndjson
ok 'bad records are told, kept whole, and can be mended and fed again' '
    status 3 mm-select -q --dead-letter dead.ndjson "lang == \"de\"" bad.ndjson >got 2>err
    sed -n "1p;5p" bad.ndjson >want && same want got
    printf "mm-select: bad.ndjson:%s\n" "2: not a JSON object" "3: a value is expected at byte 8" "4: not a JSON object" \
        "6: NUL byte at byte 5" "7: invalid UTF-8 at byte 6" >want
    sed "s/3: .* at byte/3: a value is expected at byte/" err >got && same want got
    mm-select -q -F ndjson -c true dead.ndjson >got 2>/dev/null || true
    [ "$(wc -l <dead.ndjson)" = 5 ]'
ok '--on-error fail stops at the first' '
    status 3 mm-select -q -j4 --on-error fail "lang == \"de\"" bad.ndjson >got 2>err
    echo "mm-select: bad.ndjson:2: not a JSON object" >want && same want err
    sed -n 1p bad.ndjson >want && same want got'
ok '--strict looks where the expression does not' '
    printf "%s\n" "{\"a\":1,\"b\":01}" "{\"a\":1}" >loose.ndjson
    mm-select "a == 1" loose.ndjson >got && same loose.ndjson got
    status 3 mm-select -q --strict "a == 1" loose.ndjson >got 2>err
    sed -n 2p loose.ndjson >want && same want got
    grep -q "^mm-select: loose.ndjson:1: .* at byte 1[123]$" err'
ok_with regex 'a pattern that would run for ever makes a record bad, not the run slow' '
    { printf "{\"a\":\""; head -c 20000 /dev/zero | tr "\0" a; printf "b\"}\n{\"a\":\"aa\"}\n"; } >evil.ndjson
    status 3 timeout 20 mm-select -q "a =~ \"^(a+)+\$\"" evil.ndjson >got 2>err
    echo "{\"a\":\"aa\"}" >want && same want got
    echo "mm-select: evil.ndjson:1: a regular expression takes too many steps on this record; write it more narrowly" >want && same want err'

ok 'a reader that goes away ends it quietly' '
    for jobs in 1 3; do
        { yes "{\"a\":1}" | mm-select -j$jobs true 2>err || echo $? >code; } | head -n 1 >got
        same /dev/null err
        echo 141 >want && same want code
    done'
ok 'a full disk is no success' '
    [ ! -e /dev/full ] || { status 4 mm-select -q true rows.ndjson >/dev/full 2>err
        echo "mm-select: standard output: cannot write: No space left on device" >want && same want err; }'
ok 'two signals at once, as timeout(1) sends them, end it cleanly' '
    mkfifo pipe
    for jobs in 1 3; do
        mm-select -q -j$jobs -o out.ndjson true ./pipe 2>err & pid=$!
        exec 4>pipe
        cat german.ndjson >&4
        kill -TERM $pid; kill -HUP $pid 2>/dev/null || true
        code=0; wait $pid || code=$?
        exec 4>&-
        [ $code = 143 ] || [ $code = 129 ]
        same /dev/null err
        ls | grep "^out.ndjson" >left || true
        same /dev/null left
    done'
ok 'an input that is not there is told, and the others are read' '
    status 3 mm-select -q -e "lang == \"de\"" gone.ndjson rows.ndjson >got 2>err
    same german.ndjson got
    echo "mm-select: gone.ndjson: No such file or directory" >want && same want err'

needs command -v /usr/bin/time -- 'GNU time measures here'
case $MM_BUILD in *asan*) needs false -- 'the sanitizers need memory of their own' ;; esac
peak() { /usr/bin/time -f %M -o kb mm-select -q "$@" >/dev/null; [ "$(tail -n 1 kb)" -lt "$limit" ] || { cat kb; exit 1; }; }
flood() { yes "$(sed -n 1,40p rows.ndjson)" | head -n 3600000; }
ok 'memory stays below 64 MiB with one worker, and 16 more for each of several' '
    limit=65536
    flood | peak -j1 "lang == \"en\" and len(mm.data) > 2"
    flood | peak -j1 -p n "lang == \"en\""
    limit=98304
    flood | peak -j2 "lang == \"en\" and len(mm.data) > 2"'
ok 'also when it is split over many files' '
    limit=65536
    seq 1 400000 | awk "{ printf \"{\\\"v\\\":%d,\\\"t\\\":\\\"%0300d\\\"}\n\", \$1 * 7 % 500, \$1 }" | peak -j1 --split v -o "parts/{}"
    [ "$(ls parts | wc -l)" = 500 ]
    rm -rf parts'
finish
