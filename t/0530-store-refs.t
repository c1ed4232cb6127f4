# mm-store reads payloads behind refs: proved before they are stored, bad ones left out, long ones streamed.
. "${0%/*}/lib.sh"
needs command -v xxhsum '&&' command -v cc '&&' command -v jq -- 'xxhsum, cc and jq are used here'

sum() { xxhsum -H2 <"$1" | cut -d' ' -f1; }
# ref ID FILE [HASH]: a record that refers to a whole file
ref() { echo "{\"mm\":{\"id\":\"$1\",\"type\":\"application/octet-stream\",\"src\":\"$2\",\"xxh3\":\"${3:-$(sum $2)}\",\"ref\":{\"path\":\"$2\"}}}"; }
printf one >a.bin; printf two >b.bin; printf three >c.bin; : >empty.bin

ok 'a ref that is gone, has another hash or leads away is a bad record; the rest goes on' '
    printf gone >gone.bin
    (ref a a.bin; ref b gone.bin; ref c c.bin 00000000000000000000000000000000; ref d empty.bin; ref e /etc/passwd 1; ref f b.bin) >in
    sed -i "s/\"xxh3\":\"1\",//" in
    rm gone.bin
    status 3 mm-store -j1 --dead-letter dead out in 2>got
    cat >want <<END
mm-store: in:2: gone.bin: payload file gone.bin: No such file or directory
mm-store: in:3: c.bin: the payload is not the one the header speaks of: its xxh3 is $(sum c.bin), not 00000000000000000000000000000000
mm-store: in:5: /etc/passwd: payload file /etc/passwd lies outside the folders a ref may lead to; allow it with --root
END
    sed "\$d" got >told; same want told
    tail -n 1 got | sed "s/;.*//" >last; echo "mm-store: 6 in, 3 out, 0 dropped, 3 bad" >want; same want last
    tar -tf out/shard-000000.tar >got
    printf "%s\n" a.bin a.json d.bin d.json f.bin f.json >want
    same want got
    jq -c .record dead >got
    sed -n "2p; 3p; 5p" in >want; same want got
    jq -c ".shards[].left_out" out/manifest.json >got; echo "[2,3,5]" >want; same want got'

ok 'a run again leaves the same ones out, and asks nothing of files that are stored' '
    rm a.bin b.bin
    status 3 mm-store -q --dead-letter dead2 out in
    same dead dead2
    printf one >a.bin; printf two >b.bin'

ok 'it refuses when one that was left out can be read now' '
    printf gone >gone.bin
    status 2 mm-store -q out in 2>got
    echo "mm-store: in:2: its payload could not be read when this folder was begun, and now it can; start anew with --overwrite" >want
    same want got
    rm gone.bin'

cc -shared -fPIC -o fault.so "$T/data/fault.c" -ldl
ok 'killed at any step with bad records among them, it ends as an unkilled run' '
    ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0; export ASAN_OPTIONS
    status 3 mm-store -q -j1 -n 1 quiet in
    n=1
    while :; do
        rm -rf dir; got=0
        FAULT_AT=$n LD_PRELOAD=$PWD/fault.so mm-store -q -j1 -n 1 dir in || got=$?
        [ $got != 3 ] || break
        status 3 mm-store -q -j1 -n 1 dir in
        diff -r quiet dir
        n=$((n + 1))
    done
    diff -r quiet dir
    [ $n -gt 20 ]'

ok 'roots allow what lies elsewhere' '
    mkdir -p far near; printf far >far/x.bin; printf far >x.bin; ref x x.bin >in2; rm x.bin
    (cd near && status 3 mm-store -q s ../in2)
    (cd near && mm-store -q --root ../far t ../in2 && [ "$(tar -xOf t/shard-000000.tar x.bin)" = far ])'

ok 'a long file is streamed: whole, in each way of storing it, in little memory' '
    head -c 30000000 /dev/urandom >long.bin; ref long long.bin >in3
    mm-store -q w in3; tar -xOf w/shard-000000.tar long.bin | cmp - long.bin
    mm-store -q -Z wz in3; zstd -qdc wz/shard-000000.tar.zst | tar -xO long.bin | cmp - long.bin
    mm-store -q -b m in3; mm-store -q -F ndjson --inline n in3
    for f in m/shard-000000.mmr n/shard-000000.ndjson; do
        mm-store -q --overwrite w2 $f; tar -xOf w2/shard-000000.tar long.bin | cmp - long.bin
    done
    mm-store --verify -q w && mm-store --verify -q wz'

ok 'a long file with a wrong hash leaves no trace in the shard' '
    (ref a a.bin; ref long long.bin 11111111111111111111111111111111; ref b b.bin) >in4
    status 3 mm-store -q w4 in4 2>err
    tar -tf w4/shard-000000.tar >got; printf "%s\n" a.bin a.json b.bin b.json >want; same want got
    (ref a a.bin; ref b b.bin) | mm-store -q w5; cmp w4/shard-000000.tar w5/shard-000000.tar'

ok 'a payload that does not fit into a record is told to go into a tar' '
    status 3 mm-store -q --max-record 1M -b m5 in3 2>got
    echo "mm-store: in3:1: long.bin: the payload has 30000000 bytes, over the limit of a record; raise --max-record, or store with --format wds" >want
    same want got'

ok 'headers that are no JSON, and parts that are none, are bad records' '
    cat >in6 <<END
{"a":1,}
{"mm":{"id":"k","parts":[7]}}
{"mm":{"id":"k","data":"!!!"}}
{"mm":{"id":"k","parts":[{"name":"x","ref":{"path":"gone"}}]}}
{"ok":true}
END
    status 3 mm-store -q w6 in6 2>got
    cat >want <<END
mm-store: in6:1: the header is malformed JSON: a key is expected at byte 7
mm-store: in6:2: mm.parts[0] is not a part
mm-store: in6:3: mm.data is no base64 from its byte 0 on
mm-store: in6:4: mm.parts[0]: payload file gone: No such file or directory
END
    same want got
    tar -tf w6/shard-000000.tar >got; echo 000000000.json >want; same want got'

finish
