# Members of a WebDataset shard that share a stem become one record, where that is told or asked for.
. "${0%/*}/lib.sh"

src='jq -r .mm.src'

mkdir -p s/n
printf '\377\330\377\340 a picture' >s/000.jpg
printf '{"label": "cat",\n "n": 1.50}' >s/000.json
printf 'a cat on a mat\n' >s/000.txt
printf '7\n' >s/000.cls
printf '\211PNG\r\n\032\n mask' >s/000.seg.png
printf 'RIFF\044\0\0\0WAVEfmt sound' >s/n/001.wav
printf 'ninety' >s/n/001.cls
printf '{"text":"own","mm":{"id":"0123456789abcdef0123456789abcdef","src":"old","redact":{"email":2},"via":[{"tool":"mm-redact 0.1.0"}]}}' >s/n/002.json
printf 'other\n' >s/n/002.txt
printf 'no json' >s/n/003.json
tar cf s.tar s/000.jpg s/000.json s/000.txt s/000.cls s/000.seg.png s/n/001.wav s/n/001.cls s/n/002.json s/n/002.txt s/n/003.json

# What the tests compare: all but hashes and what runs have in common.
shape() { jq -c 'del(.mm.via, .mm.id, .mm.xxh3, .mm.parts[]?.xxh3)' "$@"; }

cat >want.ref <<'END'
{"label":"cat","n":1.50,"text":"a cat on a mat\n","cls":7,"mm":{"src":"s.tar!s/000","type":"image/jpeg","modality":"image","size":14,"ref":{"path":"s.tar","offset":512,"length":14},"parts":[{"name":"seg.png","type":"image/png","size":13,"ref":{"path":"s.tar","offset":4608,"length":13}}]}}
{"cls":"ninety","mm":{"src":"s.tar!s/n/001","type":"audio/x-wav","modality":"audio","size":21,"ref":{"path":"s.tar","offset":5632,"length":21}}}
{"text":"own","mm":{"src":"s.tar!s/n/002","type":"text/plain","modality":"text","size":6,"ref":{"path":"s.tar","offset":8704,"length":6},"redact":{"email":2}}}
{"mm":{"src":"s.tar!s/n/003","type":"text/plain","modality":"text","size":7,"ref":{"path":"s.tar","offset":9728,"length":7}}}
END
ok 'json gives its members, txt and cls become text and cls, a medium is the payload, the rest are parts' '
    mm-ingest --webdataset s.tar >out; shape out >got
    jq -c . want.ref >want; same want got'
ok 'numbers of the json part keep their spelling, and a record is one line' '
    head -1 out | grep -q "^{\"label\": \"cat\",  \"n\": 1.50,\"text\":\"a cat on a mat.n\",\"cls\":7,\"mm\":{\"id\":"
    [ $(wc -l <out) = 4 ]'
ok 'refs of payload and parts are right' '
    jq -r ".mm, .mm.parts[]? | select(.ref) | [.ref.offset, .ref.length, .xxh3] | @tsv" out | while read -r o n h; do
        [ "$(tail -c +$((o + 1)) s.tar | head -c $n | xxhsum -H2 | cut -d" " -f1)" = $h ] || exit 1; done'
ok 'what the json part said under mm is kept where it does not speak of its place' '
    sed -n 3p out | jq -c "[.mm.id, .mm.via[].tool]" >got
    echo "[\"0123456789abcdef0123456789abcdef\",\"mm-redact 0.1.0\",\"$(sed -n 1p out | jq -r ".mm.via[0].tool")\"]" >want
    same want got'
ok 'without refs payload and parts are carried' '
    gzip -c s.tar >s.tar.gz
    for how in "--inline s.tar" s.tar.gz; do
        mm-ingest -W $how >out2 || exit 1
        head -1 out2 | jq -r .mm.data | base64 -d | cmp - s/000.jpg
        head -1 out2 | jq -r ".mm.parts[0].data" | base64 -d | cmp - s/000.seg.png
    done
    mm-ingest -W -b s.tar | mm-select -F ndjson true | head -1 | jq -r .mm.data | base64 -d | cmp - s/000.jpg
    mm-ingest -W - <s.tar | head -1 | jq -r .mm.data | base64 -d | cmp - s/000.jpg'
ok 'a shard is told by its first members: plain, from a pipe, compressed, in another archive' '
    mm-ingest -W s.tar | jq -c "del(.mm.id, .mm.src, .mm.ref, .mm.parts)" >want
    tar cf outer.tar s.tar; tar czf outer.tgz s.tar; zstd -qf s.tar; xz -kf s.tar
    for how in s.tar s.tar.gz s.tar.zst s.tar.xz outer.tar outer.tgz; do
        mm-ingest $how >out2 || exit 1
        jq -c "del(.mm.id, .mm.src, .mm.ref, .mm.parts, .mm.data)" out2 >got; same want got
    done
    $src out2 >got; printf "outer.tgz!s.tar!s/%s\n" 000 n/001 n/002 n/003 >want.src; same want.src got
    for f in s.tar s.tar.zst; do
        cat $f | mm-ingest | jq -c "del(.mm.id, .mm.src, .mm.data, .mm.parts)" >got; same want got
    done
    head -c 300000 /dev/urandom >p.jpg; printf "\377\330\377" | dd of=p.jpg conv=notrunc status=none; echo 4 >p.cls
    tar cf p.tar p.jpg p.cls
    echo "[4,300000]" >want
    mm-ingest p.tar | jq -c "[.cls, .mm.size]" >got; same want got
    mm-ingest - <p.tar | jq -c "[.cls, .mm.size]" >got; same want got
    cat p.tar | mm-ingest | jq -c "[.cls, .mm.size]" >got; same want got'
ok 'what only looks a little like one is none: other stems, no payload, no tar, one kind' '
    mkdir -p o; cp s/000.jpg o/a.jpg; cp s/000.txt o/b.txt; cp s/000.json o/c.json; cp s/000.json o/README.json; echo hi >o/README.txt
    tar -C o -cf o1.tar a.jpg b.txt c.json; tar -C o -cf o2.tar README.json README.txt; tar -C o -cf o3.tar a.jpg
    (cd s; zip -q ../o4.zip 000.jpg 000.txt); gzip -kf o1.tar o2.tar
    for f in o1.tar o1.tar.gz; do
        mm-ingest $f | $src >got; printf "$f!%s\n" a.jpg b.txt "c.json#1" >want; same want got
        cat $f | mm-ingest | $src >got; printf -- "-!%s\n" a.jpg b.txt "c.json#1" >want; same want got
    done
    for f in o2.tar o2.tar.gz; do mm-ingest $f | $src >got; printf "$f!%s\n" "README.json#1" README.txt >want; same want got; done
    mm-ingest o3.tar o4.zip | $src >got; printf "%s\n" o3.tar!a.jpg o4.zip!000.jpg o4.zip!000.txt >want; same want got'
ok 'behind a shard in an archive, what is none is read as ever' '
    cp o1.tar z.tar; tar cf mixed.tar s.tar z.tar s/000.jpg; gzip -kf mixed.tar
    for f in mixed.tar mixed.tar.gz; do
        mm-ingest $f | $src >got
        printf "$f!%s\n" s.tar!s/000 s.tar!s/n/001 s.tar!s/n/002 s.tar!s/n/003 z.tar!a.jpg z.tar!b.txt z.tar!c.json#1 s/000.jpg >want
        same want got
    done'
ok '--webdataset=no: each member is a record of its own; other words are refused' '
    mm-ingest -q --webdataset=no --include "*.jpg" --include "*.wav" s.tar | $src >out2
    printf "s.tar!s/%s\n" 000.jpg n/001.wav >want; same want out2
    mm-ingest -q --webdataset=no s.tar.gz | $src | head -2 >out2; printf "s.tar.gz!s/%s\n" 000.jpg "000.json#1" >want; same want out2
    status 2 mm-ingest --webdataset=maybe s.tar 2>err
    echo "mm-ingest: --webdataset takes one of auto|yes|no, not '"'maybe'"'" >want; same want err'
ok 'a shard that is cut short says so, and what came before is there' '
    head -c 9000 s.tar >cut.tar; gzip -kf cut.tar
    for f in cut.tar cut.tar.gz; do
        status 3 mm-ingest $f >out2 2>err
        [ $(wc -l <out2) = 3 ] || [ $(wc -l <out2) = 2 ]; grep -q "cut short\|Truncated" err
    done'
ok 'a part that comes again begins another record' '
    tar --hard-dereference -cf twice.tar s/000.jpg s/000.txt s/000.jpg; mm-ingest -W twice.tar | shape | jq -c "[.mm.src, .text]" >got
    printf "%s\n" "[\"twice.tar!s/000\",\"a cat on a mat\\n\"]" "[\"twice.tar!s/000\",null]" >want; same want got'
ok 'a part that cannot be had makes the record bad, and its name is told' '
    head -c 200000 /dev/zero >s/big.jpg; printf x >s/big.cls; tar cf big.tar s/big.cls s/big.jpg s/000.jpg
    status 3 mm-ingest -W --max-record 64K --inline - <big.tar >out2 2>err
    $src out2 >got; echo "-!s/000" >want; same want got
    grep -q "^mm-ingest: -!s/big: part jpg: a payload of 200000 bytes" err; grep -q "^mm-ingest: 2 in, 1 out, 0 dropped, 1 bad;" err
    zip -q e.zip s/big.cls; zip -q -P x e.zip s/big.jpg; status 3 mm-ingest -W e.zip 2>err
    head -1 err >got; echo "mm-ingest: e.zip!s/big: part jpg: encrypted; decrypt it first" >want; same want got'
ok 'many groups over many batches' '
    python3 - <<PY
import io, tarfile, random
r = random.Random(3)
with tarfile.open("many.tar", "w") as t:
    for i in range(3000):
        for part, size in (("jpg", r.choice((10, 5000, 200000 if i % 500 == 0 else 700))), ("cls", 0)):
            b = b"\xff\xd8\xff" + r.randbytes(size) if part == "jpg" else b"%d" % i
            m = tarfile.TarInfo("%06d.%s" % (i, part)); m.size = len(b)
            t.addfile(m, io.BytesIO(b))
PY
    mm-ingest -W many.tar | jq -r "[.mm.src, .cls] | @tsv" >got
    seq 0 2999 | awk "{ printf \"many.tar!%06d\t%d\n\", \$1, \$1 }" >want; same want got
    mm-ingest -W -j5 many.tar >o5; mm-ingest -W -j1 many.tar >o1; same o1 o5'
finish
