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
