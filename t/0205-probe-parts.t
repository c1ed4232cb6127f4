# Records of several payloads, as WebDataset shards give: each part is told of in its own member probe.
. "${0%/*}/lib.sh"

gif() { printf "GIF89a\\$(printf %o $1)\\0\\3\\0\\0\\0\\0\\73"; }
mkdir s
gif 5 >s/0.gif; gif 7 >s/0.mask.gif; printf 'a cat\n' >s/0.note.md; echo 3 >s/0.cls
tar cf s.tar s/0.gif s/0.cls s/0.mask.gif s/0.note.md
mm-ingest -q -W s.tar >refs.ndjson
gzip -kf s.tar; mm-ingest -q -W s.tar.gz >data.ndjson

ok 'payload and parts have facts, behind refs and carried alike, and all else stays' '
    for f in refs data; do
        mm-probe -q --only image.width,modality,text.words $f.ndjson >out
        jq -c "[.mm.probe, .mm.parts[].probe]" out >got
        echo "[{\"modality\":\"image\",\"image\":{\"width\":5}},{\"modality\":\"image\",\"image\":{\"width\":7}},{\"modality\":\"text\",\"text\":{\"words\":2}}]" >expected
        same expected got
        jq -c "del(.mm.via, .mm.probe, .mm.parts[].probe)" out >got; jq -c "del(.mm.via)" $f.ndjson >expected; same expected got
    done'

ok 'what was found before stays where it is not asked again' '
    mm-probe -q --only image.width refs.ndjson | mm-probe -q --only image.height | jq -c "[.mm.probe.image, .mm.parts[0].probe.image]" >out
    echo "[{\"width\":5,\"height\":3},{\"width\":7,\"height\":3}]" >expected; same expected out'

ok 'the name of a part that its content contradicts is a warning of the part' '
    mkdir w; gif 5 >w/0.gif; cp s/0.note.md w/0.mask.png
    tar cf w.tar w/0.gif w/0.mask.png; mm-ingest -q -W w.tar | mm-probe -q --only modality | jq -c "[.mm.probe.warnings, .mm.parts[0].probe.warnings]" >out
    echo "[null,[\"the name ends in .png, the content is text/plain\"]]" >expected; same expected out'

ok 'a part that is not what the header says makes the record bad, with its name' '
    jq -c ".mm.parts[0].size = 99" refs.ndjson >bad.ndjson; status 3 mm-probe bad.ndjson 2>err
    grep -F "bad.ndjson:1: s.tar!s/0: part mask.gif: " err
    jq -c ".mm.parts[1].xxh3 = (\"0\" * 32)" refs.ndjson >bad.ndjson; status 3 mm-probe -q --only text bad.ndjson 2>err
    grep -F "bad.ndjson:1: s.tar!s/0: part note.md: the payload is not the one the header speaks of" err
    jq -c ".mm.parts = 7" refs.ndjson | mm-probe -q --only modality | jq -c .mm.parts >out; echo 7 >expected; same expected out'

finish
