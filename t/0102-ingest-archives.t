# mm-ingest: members of archives of every kind, in archives too, and what bad ones do.
. "${0%/*}/lib.sh"
needs 'command -v zip && command -v 7z && command -v xorriso && command -v cpio && command -v lz4' -- 'zip, 7z, xorriso, cpio or lz4 is missing'

src='jq -r .mm.src'

mkdir -p d/deep
printf 'hello\n' >d/a.txt
head -c 90000 /dev/urandom >d/b.bin
head -c 700000 /dev/urandom >d/deep/c.bin
: >d/nothing
find d -type f | LC_ALL=C sort >names

zip -q d.zip -@ <names
zip -q -0 stored.zip -@ <names
7z a -bd -y d.7z d >/dev/null
cpio -o --quiet -H newc <names >d.cpio
cpio -o --quiet -H odc <names >odc.cpio
cpio -o --quiet -H bin <names >bin.cpio
xorriso -as mkisofs -quiet -R -o d.iso -graft-points d=d 2>/dev/null
ar rc d.ar d/a.txt d/b.bin
for z in gzip bzip2 xz zstd lz4; do
    tar cf - -T names | $z -c >d.tar.$z
done

# hashed PREFIX <NAMES: what is to be found, as "SOURCE HASH"
hashed() { while read -r n; do printf '%s!%s\t%s\n' "$1" "$n" "$(xxhsum -H2 "$n" | cut -d' ' -f1)"; done; }
found() { jq -r '[.mm.src, .mm.xxh3] | @tsv' "$@" | LC_ALL=C sort; }

for a in d.zip stored.zip d.7z d.cpio odc.cpio bin.cpio d.iso d.tar.gzip d.tar.bzip2 d.tar.xz d.tar.zstd d.tar.lz4; do
    ok "$a gives its members, whole" "
        mm-ingest $a >out; hashed $a <names >want; found out >got; same want got"
    ok "$a from a pipe likewise" "
        cat $a | mm-ingest >out; hashed - <names >want; found out >got; same want got"
done

ok 'ar has names without folders' '
    mm-ingest d.ar | $src >out; printf "%s\n" "d.ar!a.txt" "d.ar!b.bin" >want; same want out'

ok 'a member of a compressed archive has no place and carries its bytes' '
    mm-ingest d.tar.zstd | head -1 | jq -c ".mm | [.ref, .data, .size, .type]" >out
    echo "[null,\"aGVsbG8K\",6,\"text/plain\"]" >want; same want out'

ok 'a file that is only compressed keeps its name, compressed once or more often' '
    for z in gzip bzip2 xz zstd lz4; do
        $z -c d/b.bin >b.$z; mm-ingest b.$z | jq -r "[.mm.src, .mm.xxh3] | @tsv" >out
        printf "b.$z\t%s\n" $(xxhsum -H2 d/b.bin | cut -d" " -f1) >want; same want out || exit 1
    done
    gzip -c b.xz | zstd -c >b.many; mm-ingest b.many | jq -r .mm.xxh3 >out; xxhsum -H2 d/b.bin | cut -d" " -f1 >want
    same want out'

ok 'nothing, compressed, is a record' '
    : | gzip >nothing.gz; mm-ingest nothing.gz | jq -c "[.mm.src, .mm.size, .mm.data]" >out
    echo "[\"nothing.gz\",0,\"\"]" >want; same want out'

ok 'what begins with zeroes is not taken for an archive' '
    head -c 5000 /dev/zero >zeroes; gzip -c zeroes >zeroes.gz; mm-ingest zeroes.gz | jq .mm.size >out; echo 5000 >want; same want out'

mkdir n; cp d.zip d.7z d.tar.xz n/; gzip -c d/a.txt >n/a.gz
tar cf n.tar n; zip -q -r n.zip n; 7z a -bd -y n.7z n >/dev/null
ok 'archives in archives are opened, in a plain tar and in others' '
    for a in n.tar n.zip n.7z; do
        mm-ingest $a | found >got
        { for i in d.zip d.7z d.tar.xz; do hashed "$a!n/$i" <names; done
          printf "$a!n/a.gz\t%s\n" $(xxhsum -H2 d/a.txt | cut -d" " -f1); } | LC_ALL=C sort >want
        same want got || exit 1
        cat $a | mm-ingest | found | sed "s/^-/$a/" >got; same want got || exit 1
    done'

ok 'to the depth that is asked for' '
    tar cf 1.tar d/a.txt; tar cf 2.tar 1.tar; tar cf 3.tar 2.tar; tar cf 4.tar 3.tar
    mm-ingest 4.tar | jq -r "[.mm.src, .mm.modality] | @tsv" >out
    printf "4.tar!3.tar!2.tar!1.tar\tarchive\n" >want; same want out
    mm-ingest --max-depth 4 4.tar | jq -r "[.mm.src, .mm.modality] | @tsv" >out
    printf "4.tar!3.tar!2.tar!1.tar!d/a.txt\ttext\n" >want; same want out
    mm-ingest --max-depth 1 4.tar | $src >out; echo "4.tar!3.tar" >want; same want out
    mm-ingest --max-depth 0 4.tar d.zip | jq -r "[.mm.src, .mm.type, .mm.ref.path] | @tsv" >out
    printf "%s\t%s\t%s\n" 4.tar application/x-tar 4.tar d.zip application/zip d.zip >want; same want out
    mm-ingest --max-depth 1 d.tar.xz | $src | wc -l | grep -qx 4'

ok 'globs choose members; archives in archives are opened all the same' '
    mm-ingest --include "*.txt" n.zip | $src | LC_ALL=C sort >out
    printf "n.zip!n/%s!d/a.txt\n" d.7z d.tar.xz d.zip >want; same want out'

ok 'a document that is a zip inside is a document' '
    mkdir -p o/word "o/_rels"; echo "<a/>" >"o/[Content_Types].xml"; echo "<w/>" >o/word/document.xml
    (cd o && zip -q -X ../o.docx "[Content_Types].xml" word/document.xml)
    mm-ingest o.docx | jq -r "[.mm.src, .mm.modality] | @tsv" >out; printf "o.docx\tdocument\n" >want; same want out'

ok 'links in archives are counted' '
    ln -s a.txt d/s; tar czf l.tgz d/s d/a.txt; rm d/s
    mm-ingest l.tgz 2>&1 >/dev/null >out | grep -qx "mm-ingest: left out: 1 links or devices in archives"'

ok 'names are text where the archive says so, and spelled where they are not' '
    python3 - <<PY
import io, tarfile, zipfile
with zipfile.ZipFile("u.zip", "w") as z:
    for n in ("Grüße/日本.txt", "../up", "/root", "new\nline"):
        z.writestr(n, "x")
PY
    mm-ingest u.zip | $src >out
    printf "u.zip!%s\n" "Grüße/日本.txt" ../up /root new%0Aline >want; same want out
    7z a -bd u.7z d/a.txt >/dev/null; mv d/a.txt "d/ü.txt"; 7z a -bd u.7z "d/ü.txt" >/dev/null; mv "d/ü.txt" d/a.txt
    mm-ingest u.7z | $src >out; printf "u.7z!%s\n" d/a.txt "d/ü.txt" | LC_ALL=C sort >want; LC_ALL=C sort out >got; same want got'

ok 'encrypted members are bad records, each with its name' '
    zip -q -P secret e.zip d/a.txt d/b.bin; zip -q e.zip d/nothing
    status 3 mm-ingest e.zip >out 2>err; $src out >got; echo "e.zip!d/nothing" >want; same want got
    sed 3q err | head -2 >got; printf "mm-ingest: e.zip!%s: encrypted; decrypt it first\n" d/a.txt d/b.bin >want; same want got
    7z a -bd -psecret e.7z d/a.txt >/dev/null; status 3 mm-ingest e.7z 2>err
    head -1 err >got; echo "mm-ingest: e.7z!d/a.txt: encrypted; decrypt it first" >want; same want got
    7z a -bd -psecret -mhe=on h.7z d/a.txt >/dev/null; status 3 mm-ingest h.7z 2>err; grep -qi "^mm-ingest: h.7z: .*encrypted" err'

ok 'a bomb is stopped at the ratio, the size and the count that are allowed' '
    head -c 100000000 /dev/zero | gzip -9 >b.gz
    status 3 mm-ingest b.gz >out 2>err; [ ! -s out ]
    head -1 err >got; echo "mm-ingest: b.gz: unpacks to more than 300 times its size; raise --max-ratio if that is right" >want
    same want got
    head -c 40000000 /dev/zero >z; zip -q -9 z.zip z; rm z; zip -q zz.zip z.zip
    status 3 mm-ingest --max-record 1G zz.zip 2>err; grep -q "^mm-ingest: zz.zip.*: unpacks to more than 300 times its size" err
    mm-ingest --max-ratio 2000 z.zip | jq .mm.size >out; echo 40000000 >want; same want out
    status 3 mm-ingest --max-unpacked 500K d.zip 2>err; grep -q "unpacks to more than 512000 bytes; raise --max-unpacked" err
    mkdir m; for i in $(seq 200); do : >m/$i; done; zip -q -r m.zip m
    status 3 mm-ingest --max-members 150 m.zip >out 2>err; [ $(wc -l <out) -lt 150 ]
    head -1 err >got; echo "mm-ingest: m.zip: holds more than 150 members; raise --max-members if that is right" >want; same want got'

# Of an archive that is cut: it must be said, each message once, and no member may be wrong.
cut_all() {
    size=$(wc -c <"$1"); hashed cut <names | LC_ALL=C sort >right
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        head -c $((size * i / 16)) "$1" >cut
        status 3 timeout 20 mm-ingest cut >out 2>err || { echo "$1 at $i/16"; return 1; }
        found out >got; [ -z "$(LC_ALL=C comm -23 got right)" ] || { echo "$1 at $i/16: a wrong member"; cat got; return 1; }
        grep -q "^mm-ingest: cut.*: ." err || return 1
        grep "(null)" err && return 1
        tail -1 err | grep -q "^mm-ingest: .* in, .* out, 0 dropped, " || return 1
    done
}
for a in d.zip d.7z d.cpio odc.cpio d.tar.gzip d.tar.bzip2 d.tar.xz d.tar.zstd d.tar.lz4; do
    ok "$a cut short anywhere is told, and nothing wrong comes out" "cut_all $a"
done

# Of an archive with a byte changed: an end, and no member that is wrong without a word.
spoil_all() {
    size=$(wc -c <"$1"); hashed bad <names | LC_ALL=C sort >right
    for i in 0 1 2 3 4 5 6 7 8 9 10 11; do
        cp "$1" bad; printf '\377\000\125' | dd of=bad bs=1 seek=$((size * i / 12 + 40)) conv=notrunc status=none
        got=0; timeout 20 mm-ingest bad >out 2>err || got=$?
        case $got in 0|3) ;; *) echo "$1 spoilt at $i/12: exit $got"; return 1 ;; esac
        [ $got = 3 ] && { grep -q "^mm-ingest: bad" err || return 1; }
        jq -e . out >/dev/null || [ ! -s out ] || return 1
    done
}
for a in d.zip d.7z d.cpio d.iso d.tar.gzip d.tar.bzip2 d.tar.xz d.tar.zstd d.tar.lz4; do
    ok "$a spoilt anywhere ends well" "spoil_all $a"
done

ok 'a damaged archive in a tar does not touch what follows' '
    head -c 50000 d.zip >x.zip; tar cf t.tar d/a.txt x.zip d/nothing
    status 3 mm-ingest t.tar >out 2>err; grep -c "d/a.txt\|d/nothing" out | grep -qx "[23]"
    tail -1 out | $src >got; echo "t.tar!d/nothing" >want; same want got; grep -q "^mm-ingest: t.tar!x.zip" err
    cat t.tar | status 3 mm-ingest >out 2>err; tail -1 out | $src >got; echo "-!d/nothing" >want; same want got'

ok 'workers change nothing' '
    for j in 1 2 5; do mm-ingest -j$j n.tar n.zip d.7z d.tar.xz >out$j; done; same out1 out2; same out1 out5'

finish
