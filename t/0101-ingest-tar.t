# mm-ingest: members of a plain tar become records, with refs to where their bytes lie.
. "${0%/*}/lib.sh"

src='jq -r .mm.src'

# at FILE: the bytes that each record's ref names, hashed, beside what the record says of them
at() {
    jq -r '[.mm.ref.path, .mm.ref.offset, .mm.ref.length, .mm.xxh3] | @tsv' "$1" | while read -r path offset length hash; do
        got=$(tail -c +$((offset + 1)) "$path" | head -c "$length" | xxhsum -H2 | cut -d' ' -f1)
        [ "$got" = "$hash" ] || { echo "$path $offset $length: $got, not $hash"; return 1; }
    done
}

mkdir -p d/deep
printf 'hello\n' >d/a.txt
head -c 70000 /dev/urandom >d/deep/middle.bin
head -c 300000 /dev/urandom >d/large.bin
: >d/nothing
long=d/$(printf '%0120d' 7)/$(printf '%0130d' 8).txt; mkdir -p "${long%/*}"; printf 'long name\n' >"$long"
find d -type f | LC_ALL=C sort >names

hashes() { while read -r n; do xxhsum -H2 "$n" | cut -d' ' -f1; done <names; }
hashes >hashes

for format in v7 ustar gnu posix; do
    list=names
    case $format in v7|ustar) grep -v 0007 names >short; list=short ;; esac
    tar --format=$format -cf $format.tar -T $list
done

for format in v7 ustar gnu posix; do
    ok "every member of a $format tar is a record, and its ref is right" "
        mm-ingest $format.tar >out
        tar tf $format.tar | sed 's/^/$format.tar!/' >want; \$src out >got; same want got
        at out
        jq -r .mm.xxh3 out >got; { tar tf $format.tar | while read -r n; do xxhsum -H2 \"\$n\" | cut -d' ' -f1; done; } >want
        same want got"
done

ok 'the whole record of a member' '
    mm-ingest posix.tar | head -1 | jq -c "del(.mm.id, .mm.via)" >out
    offset=$(mm-ingest posix.tar | head -1 | jq .mm.ref.offset)
    first=$(head -1 names); hash=$(xxhsum -H2 "$first" | cut -d" " -f1)
    echo "{\"mm\":{\"src\":\"posix.tar!$first\",\"type\":\"text/plain\",\"modality\":\"text\",\"size\":10,\"xxh3\":\"$hash\",\"ref\":{\"path\":\"posix.tar\",\"offset\":$offset,\"length\":10}}}" >want
    same want out'

ok 'through a pipe the payloads come along, and are the same' '
    cat posix.tar | mm-ingest | jq -r .mm.xxh3 >got; same hashes got
    cat posix.tar | mm-ingest | jq -r .mm.data | base64 -d >got
    xargs cat <names >want; cmp want got
    mm-ingest - <posix.tar | jq -r .mm.xxh3 >got; same hashes got'

ok 'in mmr likewise' '
    mm-ingest -b posix.tar >out.mmr; mm-select -F ndjson true out.mmr | jq -r .mm.xxh3 >got; same hashes got
    mm-select -F ndjson true out.mmr | jq -r .mm.data | base64 -d >got; xargs cat <names >want; cmp want got'

ok 'numbers too long for octal digits are read' '
    python3 - <<PY
import io, tarfile
with tarfile.open("big.tar", "w", format=tarfile.GNU_FORMAT) as t:
    i = tarfile.TarInfo("x"); i.size = 3; i.uid = 1 << 40; i.mtime = -5
    t.addfile(i, io.BytesIO(b"abc"))
PY
    mm-ingest big.tar | jq -r "[.mm.src, .mm.size] | @tsv" >out; printf "big.tar!x\t3\n" >want; same want out'

ok 'a pax size wins over the header, and a global header is passed over' '
    python3 - <<PY
import io, tarfile
with tarfile.open("pax.tar", "w", format=tarfile.PAX_FORMAT, pax_headers={"comment": "all"}) as t:
    for name in ("ü/ß", "b"):
        i = tarfile.TarInfo(name); i.size = 4
        t.addfile(i, io.BytesIO(b"data"))
b = bytearray(open("pax.tar", "rb").read())
PY
    mm-ingest pax.tar | $src >out; printf "%s\n" "pax.tar!ü/ß" "pax.tar!b" >want; same want out'

ok 'links, folders and devices are no records, and are counted' '
    mkdir l; printf x >l/x; ln -s x l/s; ln l/x l/h; mkfifo l/f; tar cf l.tar l
    mm-ingest l.tar 2>err | $src >out; [ $(wc -l <out) = 1 ]
    grep -qx "mm-ingest: left out: 3 links or devices in archives" err'

ok 'names with .., newlines and roots are spelled and never opened' '
    python3 - <<PY
import io, tarfile
with tarfile.open("names.tar", "w") as t:
    for name in ("../../etc/passwd", "/etc/passwd", "new\nline", "tab\there", "~/x", "-rf"):
        i = tarfile.TarInfo(name); i.size = 3
        t.addfile(i, io.BytesIO(b"own"))
PY
    mm-ingest names.tar | jq -r "[.mm.src, .mm.size, .mm.ref.path] | @tsv" >out
    printf "names.tar!%s\t3\tnames.tar\n" ../../etc/passwd /etc/passwd new%0Aline tab%09here "~/x" -rf >want; same want out'

ok 'globs choose members' '
    mm-ingest -q --include "*.bin" posix.tar | $src >out
    printf "posix.tar!d/%s\n" deep/middle.bin large.bin >want; same want out
    mm-ingest -q --exclude "d/deep/*" --exclude "*.txt" posix.tar | $src >out
    printf "posix.tar!d/%s\n" large.bin nothing >want; same want out'

ok 'archives behind each other are read as one' '
    tar cf one.tar d/a.txt; tar cf two.tar d/nothing; cat one.tar two.tar >both.tar
    mm-ingest both.tar | $src >out; printf "both.tar!%s\n" d/a.txt d/nothing >want; same want out'

for format in gnu posix; do
    ok "holes of a sparse member ($format) are filled" "
        rm -f hole; truncate -s 1M hole; printf middle | dd of=hole bs=1 seek=400000 conv=notrunc status=none
        tar -S --format=$format -cf s.tar d/a.txt hole d/large.bin
        mm-ingest s.tar | jq -r '[.mm.src, .mm.xxh3] | @tsv' >out
        for n in d/a.txt hole d/large.bin; do printf 's.tar!%s\t%s\n' \$n \$(xxhsum -H2 \$n | cut -d' ' -f1); done >want
        same want out"
done
ok 'from a pipe they cannot be, and the member is a bad record' '
    cat s.tar | status 3 mm-ingest >out 2>err; $src out >got; printf "%s\n" "-!d/a.txt" "-!d/large.bin" >want; same want got
    grep -q "^mm-ingest: -!hole: a sparse file; give the archive as a file" err'

ok 'a member over the limit is a bad record where it has no place' '
    status 3 mm-ingest -b --max-record 64K - <posix.tar >out.mmr 2>err
    grep -q "^mm-ingest: -!d/large.bin: a payload of 300000 bytes does not fit into a record of 65536;" err
    mm-ingest -b --max-record 64K posix.tar | mm-select -F ndjson true | jq -r ".mm.ref.length // 0" >out
    printf "%s\n" 0 0 70000 300000 0 >want; same want out'

# cut N: what is said of an archive of which only N bytes are there
cut_at() { head -c "$1" ustar.tar >cut.tar; status 3 mm-ingest cut.tar >out 2>err; }

ok 'cut short anywhere, all members before that are there, and it is said' '
    size=$(wc -c <ustar.tar)
    for n in 512 600 1024 1100 1536 40000 80000 150000 300000 365000; do
        cut_at $n || { echo "at $n"; exit 1; }
        grep -q "^mm-ingest: cut.tar: \(cut short\|damaged\)" err || { echo "at $n"; cat err; exit 1; }
        at out
        [ $(grep -c . err) = 2 ] || { cat err; exit 1; }
    done'

ok 'cut behind a member it lacks its end, and that is said too' '
    cut_at $((512 + 512)); $src out >got; head -1 names | sed "s/^/cut.tar!/" >want
    tar tf ustar.tar | head -1 | sed "s/^/cut.tar!/" >want; same want got
    head -1 err >got
    echo "mm-ingest: cut.tar: cut short after 1024 bytes: the tar archive has no end" >want; same want got'

ok 'a damaged header is told once, and members behind it are found' '
    tar cf m.tar d/a.txt d/deep/middle.bin d/nothing d/large.bin
    cp m.tar bad.tar; printf "garbage" | dd of=bad.tar bs=1 seek=1024 conv=notrunc status=none
    status 3 mm-ingest bad.tar >out 2>err
    $src out >got; printf "bad.tar!%s\n" d/a.txt d/nothing d/large.bin >want; same want got; at out
    head -1 err >got; echo "mm-ingest: bad.tar: damaged at byte 1024: no tar header" >want; same want got
    [ $(wc -l <err) = 2 ]'

ok 'a file that shrinks under it is told' '
    head -c 400000 /dev/zero >t; tar cf shrink.tar t d/a.txt; head -c 300000 shrink.tar >cut.tar
    status 3 mm-ingest cut.tar >out 2>err
    head -1 err >got; grep -q "^mm-ingest: cut.tar: cut short inside t" got'

ok 'workers change nothing' '
    for j in 1 2 5; do mm-ingest -j$j posix.tar gnu.tar d >out$j; done; same out1 out2; same out1 out5'

finish
