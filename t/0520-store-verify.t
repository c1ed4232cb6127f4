# mm-store --verify finds what differs from the manifest; --list shows the manifest.
. "${0%/*}/lib.sh"
needs command -v zstd '&&' command -v python3 -- 'zstd and python3 spoil the shards here'

for i in $(seq 0 29); do echo "{\"i\":$i,\"mm\":{\"id\":\"r$i\",\"type\":\"text/plain\",\"data\":\"aGVsbG8=\"}}"; done >in
mm-store -q -n 10 wds in
mm-store -q -n 10 -b mmr in
mm-store -q -n 10 -F ndjson -Z lines in

ok 'sound folders: a line that says so, none with -q, exit 0' '
    mm-store --verify wds 2>got
    echo "mm-store: wds: 3 shards, 30 records, $(cat wds/*.tar | wc -c) bytes: all is as the manifest says" >want
    same want got
    for d in wds mmr lines; do mm-store --verify -q $d; mm-store --verify -q -j1 $d; done >got 2>&1
    : >want; same want got'

ok 'missing, truncated, corrupt, extra: a line a problem, exit 3' '
    cp -r wds bad
    rm bad/shard-000000.tar
    truncate -s -512 bad/shard-000001.tar
    printf X | dd of=bad/shard-000002.tar bs=1 seek=600 conv=notrunc 2>dd
    cp wds/shard-000000.tar bad/shard-000003.tar
    status 3 mm-store --verify bad 2>got
    size=$(wc -c <wds/shard-000001.tar)
    cat >want <<END
mm-store: bad/shard-000000.tar: missing; store again to have it made anew
mm-store: bad/shard-000001.tar: truncated: $((size - 512)) bytes, and the manifest says $size; store again to have it made anew
mm-store: bad/shard-000002.tar: corrupt: its xxh3 is $(xxhsum -H2 <bad/shard-000002.tar | cut -d" " -f1), and the manifest says $(xxhsum -H2 <wds/shard-000002.tar | cut -d" " -f1); remove it and store again
mm-store: bad/shard-000003.tar: extra: the manifest does not speak of it
mm-store: bad: 4 problems in 3 shards
END
    same want got'

ok 'and what it says to do mends it' '
    rm bad/shard-000002.tar bad/shard-000003.tar
    mm-store -q -n 10 bad in
    diff -r wds bad'

ok 'any flipped byte of any shard is found' '
    for f in wds/shard-000002.tar mmr/shard-000002.mmr lines/shard-000002.ndjson.zst; do
        d=${f%/*}; n=$(wc -c <$f); i=0
        while [ $i -lt $n ]; do
            rm -rf flip; cp -r $d flip
            python3 -c "
import sys
f = open(\"flip/${f#*/}\", \"r+b\"); f.seek($i); c = f.read(1)[0]; f.seek($i); f.write(bytes([c ^ 4]))"
            status 3 mm-store --verify -q flip
            i=$((i + 1 + n / 20))
        done
    done'

ok 'counts are taken from the shards, not from what the manifest says' '
    for d in wds mmr lines; do
        rm -rf lie; cp -r $d lie
        sed "s/\"records\":10/\"records\":11/; s/\"records\":30/\"records\":33/" $d/manifest.json >lie/manifest.json
        status 3 mm-store --verify -q lie
    done 2>got
    for f in tar mmr ndjson.zst; do for i in 0 1 2; do
        echo "mm-store: lie/shard-00000$i.$f: it holds 10 records, and the manifest counts 11"
    done; done >want
    same want got'

ok 'a manifest that is none, or whose sums are off' '
    cp -r wds m
    echo "{}" >m/manifest.json; status 3 mm-store --verify m 2>got
    sed "s/\"records\":30/\"records\":31/" wds/manifest.json >m/manifest.json; status 3 mm-store --verify m 2>>got
    sed "s/shard-000001/..\\/x/" wds/manifest.json >m/manifest.json; status 3 mm-store --verify m 2>>got
    head -c 100 wds/manifest.json >m/manifest.json; status 3 mm-store --verify m 2>got.cut
    cat >want <<END
mm-store: m/manifest.json: this is no manifest of mm-store
mm-store: m/manifest.json: its sums are not those of its shards
mm-store: m/manifest.json: entry 2 is not one that mm-store writes
END
    same want got
    grep -q "^mm-store: m/manifest.json:2:" got.cut'

ok 'a folder that nothing was stored in, one that is not finished, none at all' '
    mkdir empty; status 3 mm-store --verify empty 2>got
    cp -r wds part; (echo "{\"settings\":{}}"; sed -n "5p" wds/manifest.json | sed "s/,$//; s/^ *//") >part/.mm-store.journal
    rm part/manifest.json
    status 3 mm-store --verify part 2>>got
    status 2 mm-store --verify nowhere 2>>got
    cat >want <<END
mm-store: empty: no manifest.json: nothing was stored here
mm-store: part: not finished: there is no manifest.json yet, and complete shards: 1; store again to go on
mm-store: nowhere: cannot open the folder: No such file or directory
END
    same want got'

ok '--list is a table for people' '
    mm-store --list wds >got
    sum() { xxhsum -H2 <$1 | cut -d" " -f1; }
    cat >want <<END
SHARD               RECORDS           BYTES  XXH3                              FIRST
shard-000000.tar         10           31744  $(sum wds/shard-000000.tar)  r0
shard-000001.tar         10           31744  $(sum wds/shard-000001.tar)  r10
shard-000002.tar         10           31744  $(sum wds/shard-000002.tar)  r20
total                    30           95232  complete
END
    sed "s/31744/$(wc -c <wds/shard-000000.tar)/; s/95232/$(cat wds/*.tar | wc -c)/" want >want2
    same want2 got'

finish
