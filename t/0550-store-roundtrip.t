# What mm-store wrote, mm-ingest and every other tool read back: the same ids, facts and payloads.
. "${0%/*}/lib.sh"
needs command -v mm-ingest '&&' command -v mm-select '&&' command -v jq -- 'mm-ingest, mm-select and jq are used here'

mkdir src
for i in 1 2 3 4 5; do
    printf '\211PNG\r\n\032\n picture %d' $i >src/$i.png
    printf 'RIFF\044\0\0\0WAVEfmt sound %d' $i >src/$i.wav
done
facts() { jq -c '[.mm.id, .mm.type, .mm.modality, .mm.size, .mm.xxh3]' "$@" | sort; }
mm-ingest -q -b src >in.mmr
mm-select -q -F ndjson true in.mmr >in.ndjson
facts in.ndjson >want

ok 'WebDataset shards through mm-ingest --webdataset' '
    mm-store -q -n 4 wds in.mmr
    mm-ingest -q --webdataset wds/*.tar >back
    [ $(wc -l <want) = 10 ]
    facts back >got
    same want got'

ok 'a shard of mm-store is known as one: records come back as they were, rows and texts among them' '
    { mm-select -q -F ndjson true in.mmr | head -3; echo "{\"a\":1.0,\"b\":\"no mm\"}"; } >mixed
    printf "caf\351\n\n" >latin.txt; printf "id,n\n1,2\n" >t.csv; gzip -c src/1.png >x.gz
    { mm-ingest -q -i --charset ISO-8859-1 latin.txt; mm-ingest -q t.csv; mm-ingest -q --max-depth 0 -i x.gz; mm-ingest -q --charset ISO-8859-1 --split line latin.txt; } >>mixed
    tac mixed >turned
    for o in "" -Z; do
        for f in mixed turned; do
            rm -rf m; mm-store -q $o m $f || exit 1
            mm-ingest -q -i m/shard* | jq -cS "del(.mm.via)" >got
            jq -cS "select(.mm) | del(.mm.via)" $f >want
            jq -cS "select(.b == null)" got | same want -
            cat m/shard* | mm-ingest -q | jq -cS "select(.b == null) | del(.mm.via)" | same want -
        done
    done
    jq -c "select(.b) | del(.mm)" got >got2; echo "{\"a\":1.0,\"b\":\"no mm\"}" | jq -c . >want; same want got2'

ok 'stored again they are the same payloads' '
    mm-store -q -n 4 again back
    for f in wds/*.tar; do tar -xf $f; done
    cat *.png *.wav | xxhsum -H2 >sum1; rm -f *.png *.wav *.json
    for f in again/*.tar; do tar -xf $f; done
    cat *.png *.wav | xxhsum -H2 >sum2
    same sum1 sum2'

ok 'mmr and NDJSON shards, plain and in zstd, straight into a filter' '
    for o in -b "-b -Z" "-F ndjson" "-F ndjson -Z"; do
        rm -rf d; mm-store -q -n 3 $o d in.mmr
        mm-select -q -F ndjson true d/shard-* >back
        same in.ndjson back
    done'

finish
