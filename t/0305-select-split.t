# --split writes a file for each value: safe names, few open files, all files or none.
. "${0%/*}/lib.sh"

# Files below a folder with their content, in one text.
shown() { (cd "$1" && find . -type f | sort | while read -r f; do echo "== $f"; cat "$f"; done); }

cat >rows.ndjson <<'END'
{"lang":"en","n":1}
{"lang":"de","n":2}
{"lang":"en", "n":3}
{"n":4}
{"lang":null,"n":5}
END

ok 'each record goes to the file of its value, in order, as it came in' '
    mm-select --split lang -o "out/{}.ndjson" rows.ndjson >got && same /dev/null got
    cat >want <<END
== ./%none.ndjson
{"n":4}
== ./de.ndjson
{"lang":"de","n":2}
== ./en.ndjson
{"lang":"en","n":1}
{"lang":"en", "n":3}
== ./null.ndjson
{"lang":null,"n":5}
END
    shown out >got && same want got'
ok 'the expression, the head and the projection come first' '
    mm-select --split lang -o "few/{}" --head 2 -p n "exists(lang)" rows.ndjson
    printf "%s\n" "== ./de" "{\"n\":2}" "== ./en" "{\"n\":1}" >want
    shown few >got && same want got'
ok '{} may name folders, and stand several times' '
    mm-select --split lang -o "deep/{}/x/{}.ndjson" "n < 3" rows.ndjson
    (cd deep && find . -type f | sort) >got
    printf "%s\n" ./de/x/de.ndjson ./en/x/en.ndjson >want && same want got'

cat >hostile.ndjson <<'END'
{"v":"../../escape"}
{"v":".."}
{"v":"."}
{"v":".hidden"}
{"v":"/etc/passwd"}
{"v":"-rf"}
{"v":"a b"}
{"v":" a "}
{"v":"new\nline"}
{"v":"nul\u0000"}
{"v":"\u001b[31m"}
{"v":"$(id);`id`|*?<>&\"'"}
{"v":"100%"}
{"v":"100%25"}
{"v":"%none"}
{"v":""}
{"v":"Größe"}
{"v":"日本"}
{"v":"\u202egpj.exe"}
{"v":"\u0085"}
{"v":"\ufeffx"}
{"v":"back\\slash"}
END
ok 'no value leads elsewhere, hides, or disturbs a terminal; different ones have different names' '
    mkdir box && cd box
    mm-select --split v -o "in/{}" ../hostile.ndjson
    cd ..
    (cd box && find . -mindepth 1 | LC_ALL=C sort) >got
    [ "$(grep -c "^./in/" got)" = 22 ]
    printf "%s\n" ./in/%1B%5B31m ./in/%20a%20 ./in/%24%28id%29%3B%60id%60%7C%2A%3F%3C%3E%26%22%27 ./in/%25none ./in/%2Drf ./in/%2E \
        ./in/%2E%2E ./in/%2E.%2F..%2Fescape ./in/%2Ehidden ./in/%2Fetc%2Fpasswd ./in/%C2%85 ./in/%E2%80%AEgpj.exe ./in/%EF%BB%BFx \
        ./in/%empty ./in/100%25 ./in/100%2525 "./in/Größe" "./in/a b" ./in/back%5Cslash ./in/new%0Aline ./in/nul%00 \
        "./in/日本" ./in >sorted
    LC_ALL=C sort sorted >want && same want got
    [ ! -e escape ]'
ok 'long values are cut, and still told apart' '
    long=$(printf "x%.0s" $(seq 1 5000))
    printf "%s\n" "{\"v\":\"$long\"}" "{\"v\":\"${long}y\"}" | mm-select --split v -o "long/{}"
    ls long >got
    [ "$(wc -l <got)" = 2 ]
    [ "$(awk "length > 140" got)" = "" ]'

# Many values, interleaved.
seq 1 6000 | awk '{ printf "{\"v\":%d,\"n\":%d}\n", $1 * 7 % 300, $1 }' >many.ndjson
ok 'more values than files that may be open' '
    (ulimit -n 40; mm-select -j2 --split v -o "many/{}.ndjson" many.ndjson)
    [ "$(ls many | wc -l)" = 300 ]
    cat many/*.ndjson | sort >got; sort many.ndjson >want; same want got
    grep "\"v\":21," many.ndjson >want && same want many/21.ndjson'
ok 'likewise as mmr and in zstd, which readers take as one' '
    mm-select -b --split v -o "mmr/{}.mmr" many.ndjson
    mm-select -F ndjson mmr/21.mmr >got && same want got
    mm-select -F ndjson mmr/*.mmr | sort >got; sort many.ndjson >all; same all got
    mm-select -Z --split v -o "zst/{}" "v < 20" many.ndjson
    zstd -dc <zst/7 >got; grep "\"v\":7," many.ndjson >want7; same want7 got
    mm-select zst/7 >got && same want7 got'
ok 'any number of workers writes the same files' '
    for jobs in 1 4; do
        mm-select -j$jobs -b --split v -o "j$jobs/{}" many.ndjson
    done
    diff -r j1 j4'
ok 'with a sample of N too' '
    mm-select --sample 50 --split v -o "sample/{}" many.ndjson
    mm-select --sample 50 many.ndjson | sort >want
    cat sample/* | sort >got && same want got'

ok 'too many values leave no file, and what stood there' '
    mkdir old && echo old >old/1
    status 2 mm-select -q --split n -o "old/{}" --max-values 1000 many.ndjson 2>err
    echo "mm-select: --split meets more than 1000 values; split by another field, or raise --max-values" >want && same want err
    echo old >want && same want old/1
    ls -A old >got && echo 1 >want && same want got'
ok 'a bad record is left out and told; --on-error fail leaves no file' '
    { cat rows.ndjson; echo "{\"lang\":}"; } >bad.ndjson
    status 3 mm-select -q --split lang -o "bad/{}" bad.ndjson 2>err
    echo "mm-select: bad.ndjson:6: a value is expected at byte 8" >want && same want err
    [ "$(cat bad/* | wc -l)" = 5 ]
    status 3 mm-select -q --on-error fail --split lang -o "fail/{}" bad.ndjson 2>err
    [ -z "$(ls -A fail)" ]'
ok 'a folder that can not be made is told' '
    echo >file
    status 4 mm-select -q --split lang -o "file/{}/x" rows.ndjson 2>err
    echo "mm-select: file/en: cannot make this folder: Not a directory" >want && same want err'
ok 'a full disk is told by the name of the file' '
    [ ! -e /dev/full ] || { echo "{\"v\":\"full\"}" | status 4 mm-select -q --split v -o "/dev/{}" 2>err
        echo "mm-select: /dev/full: cannot write: No space left on device" >want && same want err; }'
ok 'bytes and records are in the ledger' '
    mm-select --split lang -o "out/{}.ndjson" --ledger ledger rows.ndjson
    jq -c "[.records.out, .bytes.out, .outputs]" ledger >got
    echo "[5,$(cat out/* | wc -c),[\"out/{}.ndjson\"]]" >want && same want got'
finish
