#!/bin/sh
# Bad input of every kind, to the real tools: one clear message, the right exit status, nothing lost.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'
for t in mm-select mm-probe mm-redact mm-store mm-ingest; do needs "command -v $t" -- "$t is not built"; done

# fails STATUS 'MESSAGE' COMMAND...: it exits so, and says just this; standard output goes to `out`.
fails() {
    want_status=$1; printf '%s\n' "$2" >want.err; shift 2
    rm -f ledger
    got_status=0; "$@" -q --ledger ledger >out 2>err || got_status=$?
    [ "$got_status" = "$want_status" ] || { echo "exit $got_status: $*"; cat err; return 1; }
    same want.err err
}
# The last run's ledger says these counts (in out dropped bad), which add up.
counts() {
    jq -r '.records | "\(.in) \(.out) \(.dropped) \(.bad)", (.in == .out + .dropped + .bad)' ledger >got
    printf '%s\ntrue\n' "$1" >want && same want got
}
# Run a case for each filter, as $filter with what must stand before its options.
each_filter() { for f in mm-select mm-probe mm-redact; do filter=$f; [ $f != mm-select ] || filter='mm-select true'; "$@"; done; }

seq 50 | sed 's/.*/{"n":&,"text":"record &"}/' >good.ndjson
mm-select -b true good.ndjson >good.mmr
mm-select -Z true good.ndjson >good.ndjson.zst
spoil() { cp "$1" "$2" && printf '%s' "$4" | dd of="$2" bs=1 seek="$3" conv=notrunc status=none; }

# ---- lines ----

line_case() {
    fails 3 "${filter%% *}: in.ndjson:2: $1" $filter --dead-letter dead.ndjson in.ndjson
    counts '3 2 0 1'
    [ "$(wc -l <out)" = 2 ]
    jq -r .mm.dead.position dead.ndjson >got && echo 2 >want && same want got
}
ok 'invalid UTF-8' '
    printf "{\"a\":1}\n{\"a\":\"x\377\"}\n{\"a\":3}\n" >in.ndjson
    each_filter line_case "invalid UTF-8 at byte 7"
'
ok 'a NUL byte' '
    printf "{\"a\":1}\n{\"a\":\"x\0\"}\n{\"a\":3}\n" >in.ndjson
    each_filter line_case "NUL byte at byte 7"
'
ok 'a line that is no object' '
    printf "{\"a\":1}\n[2]\n{\"a\":3}\n" >in.ndjson
    each_filter line_case "not a JSON object"
'
ok 'a line over the limit' '
    { echo "{\"a\":1}"; head -c 100000 /dev/zero | tr "\0" x; echo; echo "{\"a\":3}"; } >in.ndjson
    over() {
        fails 3 "${filter%% *}: in.ndjson:2: line is over the limit of 10000 bytes; raise --max-record" \
            $filter --max-record 10000 --dead-letter dead.ndjson in.ndjson
        counts "3 2 0 1"
        jq .mm.dead.cut dead.ndjson >got && echo 90000 >want && same want got
    }
    each_filter over
'
ok 'a lone surrogate, to a tool that looks into all of a record' '
    printf "%s\n" "{\"a\":1}" "{\"a\":\"\\ud800\"}" "{\"a\":3}" >in.ndjson
    fails 3 "mm-select: in.ndjson:2: half a surrogate pair at byte 6" mm-select --strict --dead-letter dead.ndjson true in.ndjson
    counts "3 2 0 1"
'
ok 'a nesting bomb stops nobody' '
    { echo "{\"a\":1}"; printf "{\"a\":"; head -c 1000000 /dev/zero | tr "\0" "["; echo "}"; echo "{\"a\":3}"; } >in.ndjson
    bomb() {
        rm -f ledger
        status 3 $filter -q --ledger ledger --dead-letter dead.ndjson in.ndjson >out 2>err
        [ $(wc -l <err) = 1 ] && grep -q "^${filter%% *}: in.ndjson:2: " err
        counts "3 2 0 1"
    }
    filter=mm-redact bomb
    filter="mm-select --strict true" bomb
    status 3 mm-select -q "a[0][0] == 1" in.ndjson >out 2>err
'
ok 'dead letters are fed again once they are mended' '
    printf "{\"a\":1}\n{\"a\":\"x\377\"}\n{\"a\":3}\n" >in.ndjson
    status 3 mm-select -q --dead-letter dead.ndjson true in.ndjson >out 2>err
    status 3 mm-select -q true dead.ndjson >out 2>err
    same /dev/null out
    jq -c "{mm: {dead: .mm.dead}, record: {a: \"mended\"}}" dead.ndjson >mended.ndjson
    mm-select -q true mended.ndjson >out
    echo "{\"a\":\"mended\"}" >want
    same want out
'

# ---- mmr and zstd ----

ok 'an mmr stream cut short: what came before is used, and the cut is known' '
    head -c 3000 good.mmr >cut.mmr
    cut_case() {
        fails 3 "${filter%% *}: cut.mmr: cut short after record 46 (no end frame); records behind it are lost" $filter -F ndjson cut.mmr
        counts "46 46 0 0"
        [ $(wc -l <out) = 46 ]
    }
    each_filter cut_case
'
ok 'wherever an mmr stream is cut, it is seen, and counts add up' '
    for n in 1 15 16 17 40 80 200 1001 2222 3671 3672 3700 3735; do
        head -c $n good.mmr >cut.mmr
        rm -f ledger
        status 3 mm-select -q --ledger ledger --dead-letter dead.ndjson -F ndjson true cut.mmr >out 2>err || { echo "cut at $n"; exit 1; }
        grep -q "^mm-select: cut.mmr" err
        jq -e ".records | .in == .out + .dropped + .bad" ledger
        [ $(wc -l <out) = $(jq .records.out ledger) ]
    done
'
ok 'a damaged mmr record: that one is bad, the others go on' '
    spoil good.mmr flip.mmr 1000 X
    flip_case() {
        fails 3 "${filter%% *}: flip.mmr:16: damaged record frame: its hash does not match" $filter -F ndjson --dead-letter dead.ndjson flip.mmr
        counts "50 49 0 1"
        jq -r .mm.dead.form dead.ndjson >got && echo mmr >want && same want got
    }
    each_filter flip_case
'
ok 'zstd cut short, and corrupt' '
    head -c 150 good.ndjson.zst >cut.zst
    cut_zstd() {
        rm -f ledger
        status 3 $filter -q --ledger ledger cut.zst >out 2>err
        grep -q "^${filter%% *}: cut.zst: cut short: the zstd data ends inside a frame, at byte 150$" err
        [ $(wc -l <err) = 1 ]
        jq -e ".records | .in == .out + .dropped + .bad" ledger
    }
    each_filter cut_zstd
    spoil good.ndjson.zst flip.zst 100 XXXX
    flip_zstd() {
        status 3 $filter -q flip.zst >out 2>err
        grep -q "^${filter%% *}: flip.zst: corrupt zstd data near byte " err && [ $(wc -l <err) = 1 ]
    }
    each_filter flip_zstd
'
ok 'a stage that loses its writer knows it when the form is mmr' '
    mm-select -b true good.ndjson | head -c 2000 | { status 3 mm-redact -q >/dev/null 2>err; }
    grep -q "^mm-redact: standard input: cut short after record [0-9]* (no end frame)" err
'

ok 'in a pipe a message says what the record was made of, unless the place says it' '
    mkdir piped && printf "one\n" >piped/a.txt && printf "two\n" >piped/b.txt
    mm-ingest piped >refs && rm piped/b.txt
    gone="payload: payload file piped/b.txt: No such file or directory"
    fails 3 "mm-redact: standard input:2: piped/b.txt: $gone" mm-redact <refs
    fails 3 "mm-redact: refs:2: piped/b.txt: $gone" mm-redact refs
    MM_LOG=json mm-redact -q <refs 2>err >out || [ $? = 3 ]
    jq -r "[.level, .source, .position, .src, .message] | @tsv" err >got
    printf "error\tstandard input\t2\tpiped/b.txt\t%s\n" "$gone" >want
    same want got
    long=$(printf "%0300d" 0)
    printf "{\"mm\":{\"src\":\"%s.jpg\",\"ref\":{\"path\":\"nothing\",\"offset\":0,\"length\":1}}}\n" "$long" >in
    end=$(printf "%0156d" 0)
    fails 3 "mm-redact: standard input:1: ...$end.jpg: payload: payload file nothing: No such file or directory" mm-redact <in
    printf "{\"mm\":{\"src\":\"in#1\",\"ref\":{\"path\":\"nothing\",\"offset\":0,\"length\":1}}}\n" >in
    fails 3 "mm-redact: in:1: payload: payload file nothing: No such file or directory" mm-redact in
'

# ---- files ----

ok 'one input that is not there does not keep the others' '
    each_file() {
        fails 3 "${filter%% *}: nowhere.ndjson: No such file or directory" $filter nowhere.ndjson good.ndjson
        counts "50 50 0 0"
    }
    each_filter each_file
'
ok 'mm-ingest likewise' '
    mkdir some && echo hello >some/a.txt
    fails 3 "mm-ingest: nowhere: cannot be read: No such file or directory" mm-ingest nowhere some
    counts "2 1 0 1"
'
ok 'an output that can not be made ends the run before it begins' '
    fails_output() {
        status 4 $filter -q -o nowhere/out good.ndjson >out 2>err
        echo "${filter%% *}: nowhere/out: cannot write: No such file or directory" >want
        same want err && same /dev/null out
    }
    each_filter fails_output
'
ok 'a full device: status 4 and one message' '
    full() {
        status 4 $filter -q good.ndjson >/dev/full 2>err
        echo "${filter%% *}: standard output: cannot write: No space left on device" >want
        same want err
    }
    [ ! -e /dev/full ] || each_filter full
'
ok 'a reader that goes away ends a pipeline quietly' '
    seq 200000 | sed "s/.*/{\"n\":&}/" >many.ndjson
    for f in "mm-select true" mm-probe mm-redact; do
        { got=0; $f many.ndjson 2>err || got=$?; echo $got >code; } | head -n 1 >/dev/null
        same /dev/null err
        [ "$(cat code)" = 141 ] || { echo "$f: $(cat code)"; exit 1; }
    done
'
# ---- archives and media ----

needs 'for t in python3 zip gzip zstd xz bzip2; do command -v $t || exit 1; done' -- 'scripts/setup all was not run'
mkdir d && for i in 1 2 3; do seq "${i}000" "${i}900" >d/f$i.txt; done
tar --sort=name -b 1 -cf a.tar d && gzip -k a.tar && zstd -q a.tar && xz -k a.tar && bzip2 -k a.tar && zip -qrX a.zip d
# ingest FILE: what goes on beyond it is whole; err has a line for each thing that is wrong; counts add up.
ingest() {
    rm -f ledger dead.ndjson
    status 3 mm-ingest -q -i --ledger ledger --dead-letter dead.ndjson "$@" >out 2>err
    [ -s err ] && ! grep -v "^mm-ingest: $1[!:]" err || { cat err; return 1; }
    jq -e '.records | .in == .out + .dropped + .bad' ledger
    jq .records.out ledger >got && wc -l <out >want && same want got
    jq .records.bad ledger >got && cat dead.ndjson 2>/dev/null | wc -l >want && same want got
    # A record that went on has the bytes of the file it was made of.
    jq -r '"\(.mm.xxh3)  \(.mm.src | sub("^[^!]*!"; ""))"' out >sums
    [ ! -s sums ] || xxhsum -q -c sums
}
ok 'archives cut short, wherever' '
    for f in a.tar a.tar.gz a.tar.zst a.tar.xz a.tar.bz2 a.zip; do
        size=$(wc -c <$f)
        for part in 1 3 5 9; do
            head -c $((size * part / 10)) $f >cut-$f
            ingest cut-$f || { echo "$f, $part tenths"; exit 1; }
            [ $(wc -l <err) -le 2 ]
        done
    done
    head -c 4000 a.tar >cut.tar
    ingest cut.tar
    echo "mm-ingest: cut.tar: cut short inside d/f1.txt, after 4000 bytes of the archive" >want
    same want err
'
ok 'corrupt archives: no record with other bytes than the file had goes on' '
    for f in a.tar.zst a.tar.xz a.tar.bz2 a.zip; do
        spoil $f flip-$f $(($(wc -c <$f) / 2)) XXXXXXXX
        ingest flip-$f || { echo "$f"; exit 1; }
    done
'
ok 'gzip proves itself only at its end: a byte changed anywhere is told' '
    size=$(wc -c <a.tar.gz)
    for at in 40 $((size / 4)) $((size / 2)) $((size * 3 / 4)) $((size - 12)) $((size - 8)) $((size - 4)) $((size - 1)); do
        spoil a.tar.gz flip.tar.gz $at "$(printf "\\005")"
        status 3 mm-ingest -q flip.tar.gz >out 2>err || { echo "at $at"; exit 1; }
        tail -n 1 err | grep -q "^mm-ingest: flip.tar.gz: .*damaged gzip data: " || { echo "at $at"; cat err; exit 1; }
    done
    gzip <d/f1.txt >one.gz && gzip <d/f2.txt >>one.gz && head -c 512 /dev/zero >>one.gz
    mm-ingest -q -i one.gz | jq -r .mm.data | base64 -d >got && cat d/f1.txt d/f2.txt >want && same want got
    gzip -c one.gz >two.gz
    mm-ingest -q -i two.gz | jq -r .mm.data | base64 -d >got && same want got
    spoil one.gz bad.gz 20 XX && gzip -c bad.gz >bad2.gz
    status 3 mm-ingest -q bad2.gz >out 2>err
'
ok 'a broken archive does not keep the others' '
    head -c 2000 a.tar.gz >cut.tar.gz
    status 3 mm-ingest -q cut.tar.gz a.zip >out 2>err
    [ $(wc -l <err) = 1 ] && [ $(grep -c "\"src\":\"a.zip!d/f[123].txt\"" out) = 3 ]
'
ok 'bombs: too much, too many, too deep' '
    yes | head -c 100000000 >yes && zip -q bomb.zip yes && gzip yes
    for b in bomb.zip yes.gz; do
        ingest $b
        grep -q ": unpacks to more than 300 times its size; raise --max-ratio if that is right$" err
        [ $(wc -l <err) = 1 ] && same /dev/null out
    done
    python3 -c "
import io, zipfile
z = zipfile.ZipFile(\"many.zip\", \"w\")
for i in range(2000): z.writestr(\"f%d\" % i, \"\")
z.close()
b = b\"deep\"
for i in range(6):
    f = io.BytesIO(); z = zipfile.ZipFile(f, \"w\"); z.writestr(\"in.zip\" if i else \"in.txt\", b); z.close(); b = f.getvalue()
open(\"nested.zip\", \"wb\").write(b)"
    rm -f ledger
    status 3 mm-ingest -q --max-members 100 --ledger ledger many.zip >out 2>err
    echo "mm-ingest: many.zip: holds more than 100 members; raise --max-members if that is right" >want
    same want err
    counts "100 100 0 0"
    mm-ingest -q nested.zip | jq -c "[.mm.src, .mm.type]" >got
    echo "[\"nested.zip!in.zip!in.zip!in.zip\",\"application/zip\"]" >want
    same want got
'
ok 'names that lead out, or break lines, lead nowhere and break nothing' '
    python3 -c "
import io, tarfile
t = tarfile.open(\"names.tar\", \"w\")
for n in [\"../../evil.txt\", \"/abs.txt\", \"new\\nline.txt\", \"a/../b.txt\"]:
    i = tarfile.TarInfo(n); i.size = 3; t.addfile(i, io.BytesIO(b\"hi\\n\"))
i = tarfile.TarInfo(\"link\"); i.type = tarfile.SYMTYPE; i.linkname = \"/etc/passwd\"; t.addfile(i)
i = tarfile.TarInfo(\"device\"); i.type = tarfile.CHRTYPE; t.addfile(i)"
    mm-ingest -b names.tar | mm-probe | mm-redact | mm-store -q named
    for s in named/*.tar; do tar -tf "$s"; done >list
    [ $(wc -l <list) = 8 ]
    ! grep "/\|\.\." list || exit 1
    mm-ingest -q names.tar | jq -r .mm.src >got
    printf "%s\n" "names.tar!../../evil.txt" "names.tar!/abs.txt" "names.tar!new%0Aline.txt" "names.tar!a/../b.txt" >want
    same want got
    [ ! -e ../../evil.txt ] && [ ! -e /abs.txt ]
'
ok 'a folder with pipes, sockets and dangling links in it ends' '
    mkdir odd && mkfifo odd/fifo && ln -s nowhere odd/dangling && ln -s . odd/loop && echo text >odd/a.txt
    timeout 20 mm-ingest odd >out 2>err
    jq -r .mm.src out >got && echo odd/a.txt >want && same want got
'
ok_with media 'pictures cut short or damaged: told or passed, never lost; and none goes on unredacted' '
    python3 -c "
import struct, zlib
def chunk(k, d): return struct.pack(\">I\", len(d)) + k + d + struct.pack(\">I\", zlib.crc32(k + d))
raw = b\"\".join(b\"\\0\" + bytes(96) for _ in range(32))
png = b\"\\x89PNG\\r\\n\\x1a\\n\" + chunk(b\"IHDR\", struct.pack(\">IIBBBBB\", 32, 32, 8, 2, 0, 0, 0)) + \\
    chunk(b\"tEXt\", b\"Author\\0SECRET-NAME\") + chunk(b\"IDAT\", zlib.compress(raw)) + chunk(b\"IEND\", b\"\")
exif = b\"Exif\\0\\0MM\\0*\\0\\0\\0\\x08\\0\\1\\x01\\x3b\\0\\2\\0\\0\\0\\x0c\\0\\0\\0\\x1a\\0\\0\\0\\0SECRET-NAME\\0\"
jpeg = b\"\\xff\\xd8\\xff\\xe1\" + struct.pack(\">H\", len(exif) + 2) + exif + b\"\\xff\\xc0\\0\\x0b\\x08\\0\\x10\\0\\x10\\1\\1\\x11\\0\\xff\\xda\\0\\x08\\1\\1\\0\\0\\x3f\\0\" + bytes(100) + b\"\\xff\\xd9\"
for n, b in (\"png\", png), (\"jpg\", jpeg):
    open(\"whole.\" + n, \"wb\").write(b)
    for i in range(1, 20): open(\"cut%02d.%s\" % (i, n), \"wb\").write(b[:len(b) * i // 20])
    for i in range(20): open(\"bad%02d.%s\" % (i, n), \"wb\").write(b[:12 + i * 3] + b\"\\xfe\" + b[13 + i * 3:])"
    mm-ingest -q -b whole.* cut*.png cut*.jpg bad*.png bad*.jpg >pictures.mmr
    rm -f ledger
    mm-probe -q --ledger ledger --dead-letter dead-probe.mmr pictures.mmr >probed.mmr 2>err || [ $? = 3 ]
    [ $(wc -l <err) = $(jq .records.bad ledger) ]
    mm-redact -q --ledger ledger --dead-letter dead-redact.mmr pictures.mmr >redacted.mmr 2>err || [ $? = 3 ]
    [ $(wc -l <err) -le 21 ]
    jq -es "length == 2 and all(.[].records; .in == 80 and .in == .out + .dropped + .bad)" ledger
    for f in probed redacted dead-redact; do
        n=$(case $f in dead-redact) jq -s ".[1].records.bad" ledger ;; probed) jq -s ".[0].records.out" ledger ;; *) jq -s ".[1].records.out" ledger ;; esac)
        [ "$(mm-select -q --count true $f.mmr)" = $n ] || { echo "$f: not $n"; exit 1; }
    done
    ! grep -aq SECRET-NAME redacted.mmr || { mm-select -F ndjson true redacted.mmr | grep -a U0VDUkVU | cut -c 1-500; exit 1; }
'
if [ -d "$SHARED/data/photos" ]; then
    ok 'real photos, some of them damaged' '
        rm -f ledger
        mm-ingest -q -b --ledger ledger "$SHARED/data/photos" >p.mmr || [ $? = 3 ]
        mm-probe -q --ledger ledger --dead-letter dead-p.mmr p.mmr >p2.mmr 2>err || [ $? = 3 ]
        mm-redact -q --ledger ledger --dead-letter dead-r.mmr p2.mmr >p3.mmr 2>err2 || [ $? = 3 ]
        jq -es "length == 3 and all(.[].records; .in == .out + .dropped + .bad and .in > 30)" ledger
        [ "$(mm-select -q --count true p3.mmr)" = "$(jq -s ".[2].records.out" ledger)" ]
    '
else
    ok 'real photos, some of them damaged # SKIP no ../shared/data/photos' :
fi

# ---- refs ----

ok 'a ref that leads to nothing, outside, or to other bytes' '
    printf "payload" >there.bin; printf "elsewhere" >other.bin
    x=$(printf "payload" | xxhsum -H2 | cut -d" " -f1)
    cat >refs.ndjson <<R
{"mm":{"id":"1","type":"text/plain","size":7,"xxh3":"$x","ref":{"path":"there.bin"}}}
{"mm":{"id":"2","type":"text/plain","size":7,"xxh3":"$x","ref":{"path":"vanished.bin"}}}
{"mm":{"id":"3","type":"text/plain","ref":{"path":"/etc/passwd"}}}
{"mm":{"id":"4","type":"text/plain","ref":{"path":"../../../../../etc/passwd"}}}
{"mm":{"id":"5","type":"text/plain","size":9,"xxh3":"$x","ref":{"path":"other.bin"}}}
{"mm":{"id":"6","type":"text/plain","data":"no base64!"}}
R
    for f in mm-probe mm-redact "mm-store shards"; do
        rm -f ledger
        status 3 $f -q --ledger ledger --dead-letter dead.ndjson refs.ndjson >out 2>err || exit 1
        [ $(wc -l <err) = 5 ] || { cat err; exit 1; }
        for n in 2 3 4 5 6; do grep -q "^${f%% *}: refs.ndjson:$n: " err || { cat err; exit 1; }; done
        ! grep -q "root:" out dead.ndjson || exit 1
        counts "6 1 0 5"
        [ $(wc -l <dead.ndjson) = 5 ]
    done
'

# ---- files that may not be read ----

as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid 65534 --clear-groups "$@"; else "$@"; fi; }
needs 'as_nobody test -r good.ndjson' -- 'no other user can look into the folder of the test'
ok 'a file without permission does not keep the others' '
    echo "{\"a\":1}" >locked.ndjson && chmod 000 locked.ndjson
    locked() {
        status 3 as_nobody $filter -q locked.ndjson good.ndjson >out 2>err
        echo "${filter%% *}: locked.ndjson: Permission denied" >want
        same want err
        [ $(wc -l <out) = 50 ]
    }
    each_filter locked
'
ok 'mm-ingest names each file and folder that it may not read, and takes the rest' '
    mkdir -p mixed/closed && echo a >mixed/a.txt && echo b >mixed/b.txt && echo c >mixed/closed/c.txt
    chmod 000 mixed/b.txt mixed/closed
    status 3 as_nobody mm-ingest -q mixed >out 2>err
    chmod 755 mixed/closed
    jq -r .mm.src out >got && echo mixed/a.txt >want && same want got
    [ $(wc -l <err) = 2 ]
    grep -q "^mm-ingest: mixed/b.txt: .*Permission denied" err
    grep -q "^mm-ingest: mixed/closed: .*Permission denied" err
'

# ---- a full disk ----

mkdir small
# Run commands where `small` is a file system of 64 KiB.
on_small() { unshare -rm sh -ec "mount -t tmpfs -o size=64k none small; $1"; }
needs 'on_small :' -- 'no small file system can be mounted here'
seq 20000 | sed 's/.*/{"n":&,"text":"record &"}/' >many.ndjson
ok 'an output that does not fit leaves nothing behind' '
    on_small "
        got=0; mm-select -q -o small/out true many.ndjson 2>err || got=\$?
        [ \$got = 4 ]
        [ -z \"\$(ls -A small)\" ]
    "
    echo "mm-select: small/out: cannot write: No space left on device" >want
    same want err
'
ok 'dead letters that do not fit stop the run: none may be lost' '
    sed "s/^{/[/" many.ndjson >bad.ndjson
    on_small "
        got=0; mm-redact -q --dead-letter small/dead bad.ndjson >out 2>err || got=\$?
        [ \$got = 4 ]
    "
    tail -n 1 err >got && echo "mm-redact: small/dead: cannot write: No space left on device" >want
    same want got
'
ok 'a ledger that does not fit is told, and has no half line' '
    on_small "
        mm-select -q --ledger small/ledger true good.ndjson >out
        head -c 70000 /dev/zero >small/filler 2>/dev/null || :
        got=0; for i in 1 2 3 4 5 6 7 8 9 10; do mm-select -q --ledger small/ledger true good.ndjson >out 2>err || got=\$?; done
        [ \$got = 4 ]
        jq -c .tool small/ledger >got
    "
    same good.ndjson out
    grep -q "^mm-select: small/ledger: .*No space left on device" err && [ $(wc -l <err) = 1 ]
    sort -u got >one && echo "\"mm-select\"" >want && same want one
'
ok 'shards that do not fit: status 4, and with more room the run goes on' '
    on_small "
        got=0; mm-store -q -n 300 small/shards many.ndjson 2>err || got=\$?
        [ \$got = 4 ]
        mount -o remount,size=100m small
        mm-store -q -n 300 small/shards many.ndjson
        mm-store -q --verify small/shards
        cat small/shards/*.tar | tar -xOf - -i --wildcards \"*.json\" | jq .n >got
    "
    seq 20000 >want
    same want got
    grep -q "^mm-store: .*No space left on device" err && [ $(wc -l <err) = 1 ]
'
finish
