# mm-store writes WebDataset, mmr and NDJSON shards: what is in them, and where one ends.
. "${0%/*}/lib.sh"
needs command -v python3 '&&' command -v jq '&&' command -v xxhsum -- 'python3, jq and xxhsum read the shards here'

# Five records: a picture in mm.data, one behind a ref, a JSON payload, a row without mm, and one made of parts.
printf 'JPEGJPEG' >a.jpg
printf 'xxPNGyy' >b.bin
printf '{"k":1}' >c.json
cat >in.ndjson <<'END'
{"n":1.0,"mm":{"id":"aa01","src":"a.jpg","type":"image/jpeg","size":8,"data":"SlBFR0pQRUc="},"n":2}
{"mm":{"id":"aa02","src":"b.png","type":"image/png","size":3,"ref":{"path":"b.bin","offset":2,"length":3}}}
{"mm":{"id":"aa03","src":"c.json","type":"application/json","size":7,"ref":{"path":"c.json"}}}
{"text":"no mm here","label":"cat"}
{"mm":{"id":"aa05","src":"s.tar!x","type":"text/plain","size":2,"data":"aGk=","parts":[{"name":"seg.png","size":3,"ref":{"path":"b.bin","offset":2,"length":3}},{"name":"note é","size":1,"data":"eA=="}]}}
END

ok 'the default is WebDataset: KEY.json, payload and parts beside each other in one tar' '
    mm-store one in.ndjson
    TZ=UTC tar -tvf one/shard-000000.tar >got
    cat >want <<END
-rw-r--r-- mm-store/0        8 1970-01-01 00:00 aa01.jpg
-rw-r--r-- mm-store/0       77 1970-01-01 00:00 aa01.json
-rw-r--r-- mm-store/0       62 1970-01-01 00:00 aa02.json
-rw-r--r-- mm-store/0        3 1970-01-01 00:00 aa02.png
-rw-r--r-- mm-store/0        7 1970-01-01 00:00 aa03.data.json
-rw-r--r-- mm-store/0       70 1970-01-01 00:00 aa03.json
-rw-r--r-- mm-store/0       35 1970-01-01 00:00 000000003.json
-rw-r--r-- mm-store/0      131 1970-01-01 00:00 aa05.json
-rw-r--r-- mm-store/0        1 1970-01-01 00:00 aa05.note___
-rw-r--r-- mm-store/0        3 1970-01-01 00:00 aa05.seg.png
-rw-r--r-- mm-store/0        2 1970-01-01 00:00 aa05.txt
END
    same want got'

ok 'headers lose what says where the payload lay, and nothing else' '
    for f in aa01 aa02 aa03 000000003 aa05; do tar -xOf one/shard-000000.tar $f.json; echo; done >got
    cat >want <<END
{"n":1.0,"mm":{"id":"aa01","src":"a.jpg","type":"image/jpeg","size":8},"n":2}
{"mm":{"id":"aa02","src":"b.png","type":"image/png","size":3}}
{"mm":{"id":"aa03","src":"c.json","type":"application/json","size":7}}
{"text":"no mm here","label":"cat"}
{"mm":{"id":"aa05","src":"s.tar!x","type":"text/plain","size":2,"parts":[{"name":"seg.png","size":3},{"name":"note é","size":1}]}}
END
    same want got
    for f in aa01.jpg aa02.png aa03.data.json aa05.seg.png aa05.note___ aa05.txt; do tar -xOf one/shard-000000.tar $f; echo; done >got
    printf "%s\n" JPEGJPEG PNG "{\"k\":1}" PNG x hi >want
    same want got'

ok 'python reads the same members' '
    python3 -c "
import tarfile
for m in tarfile.open(\"one/shard-000000.tar\"):
    assert (m.uid, m.gid, m.mode, m.mtime, m.uname, m.gname) == (0, 0, 0o644, 0, \"mm-store\", \"\"), m.name
    print(m.name, m.size)" >got
    tar -tvf one/shard-000000.tar | awk "{ print \$6, \$3 }" >want
    same want got'

ok_with crypto 'the manifest gives count, size and hash of each shard, as other tools measure them' '
    mm-store -n 2 --sha256 two in.ndjson
    ls two >got
    printf "%s\n" manifest.json shard-000000.tar shard-000001.tar shard-000002.tar >want
    same want got
    jq -r ".shards[] | [.name, .records, .first, .last] | @tsv" two/manifest.json >got
    printf "shard-000000.tar\t2\taa01\taa02\nshard-000001.tar\t2\taa03\t000000003\nshard-000002.tar\t1\taa05\taa05\n" >want
    same want got
    jq -r ".shards[] | \"\\(.bytes) \\(.xxh3) \\(.sha256)\"" two/manifest.json >got
    for f in two/*.tar; do
        echo "$(wc -c <$f) $(xxhsum -H2 <$f | cut -d" " -f1) $(sha256sum <$f | cut -d" " -f1)"
    done >want
    same want got
    jq -c "[.manifest, .complete, .records, .settings.format]" two/manifest.json >got
    echo "[1,true,5,\"wds\"]" >want
    same want got'

ok 'the whole manifest, byte for byte' '
    printf "{\"a\":1}\n" | mm-store -F ndjson whole
    cat >want <<END
{"manifest":1,
 "settings":{"tool":"mm-store $(mm-store --version | sed -n "1s/.* //p")","format":"ndjson","zstd":0,"shard_size":1073741824,"shard_records":100000,"prefix":"shard","inline":false,"sha256":false,"mtime":0,"policy":null},
 "complete":true,"records":1,"bytes":8,
 "shards":[
  {"name":"shard-000000.ndjson","records":1,"bytes":8,"xxh3":"$(xxhsum -H2 <whole/shard-000000.ndjson | cut -d" " -f1)","first":"000000000","last":"000000000","input":"$(printf "{\"a\":1}" | xxhsum -H2 | cut -d" " -f1 | xxd -r -p | xxhsum -H2 | cut -d" " -f1)"}]}
END
    same want whole/manifest.json'

ok 'mmr shards hold payloads and parts; they read back as the same records' '
    mm-store -b -n 3 mmr in.ndjson
    ls mmr >got; printf "%s\n" manifest.json shard-000000.mmr shard-000001.mmr >want; same want got
    mm-store -F ndjson back mmr/*.mmr
    cat >want <<END
{"n":1.0,"mm":{"id":"aa01","src":"a.jpg","type":"image/jpeg","size":8,"data":"SlBFR0pQRUc="},"n":2}
{"mm":{"id":"aa02","src":"b.png","type":"image/png","size":3,"data":"UE5H"}}
{"mm":{"id":"aa03","src":"c.json","type":"application/json","size":7,"data":"eyJrIjoxfQ=="}}
{"text":"no mm here","label":"cat"}
{"mm":{"id":"aa05","src":"s.tar!x","type":"text/plain","size":2,"parts":[{"name":"seg.png","size":3,"data":"UE5H"},{"name":"note é","size":1,"data":"eA=="}],"data":"aGk="}}
END
    same want back/shard-000000.ndjson'

ok 'NDJSON shards are the lines that came in' '
    mm-store -F ndjson -n 2 lines in.ndjson
    cat lines/shard-00000[012].ndjson >got
    same in.ndjson got'

ok 'with --inline they hold the payloads too' '
    mm-store -F ndjson --inline in in.ndjson
    sed -n "2,3p" in/shard-000000.ndjson >got
    sed -n "2,3p" back/shard-000000.ndjson >want
    same want got
    sed -n 5p in/shard-000000.ndjson | jq -c "[.mm.data, .mm.parts[].data]" >got
    echo "[\"aGk=\",\"UE5H\",\"eA==\"]" >want
    same want got'

ok_with crypto '-Z compresses each shard whole, and the content is the same' '
    mm-store -Z9 -n 2 z in.ndjson
    for i in 0 1 2; do zstd -qdc z/shard-00000$i.tar.zst | cmp - two/shard-00000$i.tar; done
    mm-store --verify -q z'

ok 'shards end before the size is passed, and a record alone may be longer' '
    for i in 1 2 3 4 5 6 7; do echo "{\"i\":$i}"; done >small
    printf "{\"x\":\"%5000s\"}\n" "" >long
    cat small long small | mm-store -s 4096 size
    for f in size/*.tar; do echo $(tar -tf $f | wc -l) $(($(wc -c <$f) > 4096)); done >got
    # 1024 for the end and 1024 a row: three rows fill 4096
    printf "%s\n" "3 0" "3 0" "1 0" "1 1" "3 0" "3 0" "1 0" >want
    same want got'

ok 'names and options: --prefix, SOURCE_DATE_EPOCH' '
    SOURCE_DATE_EPOCH=1700000000 mm-store --prefix train -n 4 named small
    TZ=UTC tar -tvf named/train-000001.tar >got
    cat >want <<END
-rw-r--r-- mm-store/0        7 2023-11-14 22:13 000000004.json
-rw-r--r-- mm-store/0        7 2023-11-14 22:13 000000005.json
-rw-r--r-- mm-store/0        7 2023-11-14 22:13 000000006.json
END
    same want got'

ok 'no sample hides another: a second record with an id gets its number behind it' '
    printf "%s\n" "{\"mm\":{\"id\":\"x\"}}" "{\"mm\":{\"id\":\"y\"}}" "{\"mm\":{\"id\":\"x\"}}" "{\"mm\":{\"id\":\"../x\"}}" |
        mm-store twice
    tar -tf twice/shard-000000.tar >got
    printf "%s\n" x.json y.json x-2.json 000000003.json >want
    same want got'

ok 'names of parts that would meet are told apart, and none leads out of the tar' '
    echo "{\"mm\":{\"id\":\"k\",\"type\":\"text/plain\",\"data\":\"aGk=\",\"parts\":[
        {\"name\":\"txt\",\"data\":\"eA==\"},{\"name\":\"json\",\"data\":\"eA==\"},{\"name\":\"/../a/b\",\"data\":\"eA==\"},
        {\"name\":\"\",\"data\":\"eA==\"},{\"data\":\"eA==\"}]}}" | tr -d "\\n" | mm-store meet
    tar -tf meet/shard-000000.tar >got
    printf "k.%s\n" _.._a_b json part part2.json part2.part part2.txt txt >want
    same want got'

ok 'equal bytes for any number of workers and any way the input arrives' '
    for i in $(seq 3000); do echo "{\"mm\":{\"id\":\"r$i\",\"type\":\"text/plain\",\"data\":\"aGVsbG8=\"},\"i\":$i}"; done >many
    for o in "" -Z -b "-b -Z" "-F ndjson -Z"; do
        rm -rf j1 j3 jp
        mm-store $o -j1 -s 200K j1 many
        mm-store $o -j3 -s 200K j3 many
        (head -n 1 many; sed 1d many) | mm-store $o -j2 -s 200K jp
        diff -r j1 j3
        diff -r j1 jp
    done'

ok 'no records give no shard and a manifest that says so' '
    mm-store none </dev/null
    ls none >got; echo manifest.json >want; same want got
    jq -c "[.complete, .records, .shards]" none/manifest.json >got
    echo "[true,0,[]]" >want; same want got
    mm-store --verify -q none'

ok 'Kafka and NATS are refused, not taken for folders' '
    status 2 mm-store kafka://broker/topic small 2>got
    echo "mm-store: kafka://broker/topic: this build writes to folders only, not to Kafka or NATS; give a folder, or send records there by a client of theirs (mm-select true FILE | kcat -P -t TOPIC)" >want
    same want got
    [ ! -e kafka: ]'

ok 'usage: no folder, a bad prefix, a tiny shard, --inline in vain' '
    status 2 mm-store 2>got
    status 2 mm-store --prefix a/b x small 2>>got
    status 2 mm-store -s 1 x small 2>>got
    status 2 mm-store --inline x small 2>>got
    cat >want <<END
mm-store: no folder given; mm-store DIR [FILE...] stores records in DIR, --help explains
mm-store: --prefix takes 1 to 100 letters, digits, _ and -
mm-store: --shard-size takes 0 (no limit) or at least 4K
mm-store: --inline is for -F ndjson; wds and mmr hold payloads anyway
END
    same want got
    [ ! -e x ]'

finish
