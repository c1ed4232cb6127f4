# mm-ingest: operands, folders and lists of names become records, in an order that is the same everywhere.
. "${0%/*}/lib.sh"

src='jq -r .mm.src'

mkdir -p data/sub data/a
printf 'one\n' >data/one.txt
printf 'two\n' >data/sub/two.txt
printf 'three\n' >data/a/three.txt
printf 'dash\n' >data/a-b
printf '\211PNG\r\n\032\n' >data/p.png
printf 'x' >data/.hidden
ln -s one.txt data/link

cat >whole <<'E1'
{"mm":{"id":"%ID%","src":"data/one.txt","type":"text/plain","modality":"text","size":4,"xxh3":"%XXH%","ref":{"path":"data/one.txt","offset":0,"length":4},"via":[{"tool":"mm-ingest %V%"}]}}
E1
ok 'a file becomes a record: type, size, hash, and a ref to its bytes' '
    version=$(mm-ingest --version | sed -n "1s,.* ,,p")
    hash=$(xxhsum -H2 data/one.txt | cut -d" " -f1)
    mm-ingest data/one.txt >out
    id=$(jq -r .mm.id out)
    sed "s/%ID%/$id/; s/%XXH%/$hash/; s/%V%/$version/" whole >want
    same want out'

ok 'the id is the hash of source, NUL and content hash' '
    { printf "data/one.txt\0"; xxhsum -H2 data/one.txt | cut -d" " -f1 | perl -ne "chomp; print pack q(H*), \$_"; } >made
    xxhsum -H2 made | cut -d" " -f1 >want
    mm-ingest data/one.txt | jq -r .mm.id >out; same want out'

ok 'a folder is walked in the order of its paths, without links and hidden names, which are counted' '
    mm-ingest data 2>err | $src >out
    find data -type f ! -name ".*" | LC_ALL=C sort >want; same want out
    echo "mm-ingest: left out: 1 hidden (--hidden takes them), 1 symbolic links (--follow takes them)" >want
    same want err'

ok 'hidden names and links are taken where that is asked for' '
    mm-ingest --hidden --follow data 2>err | $src >out
    find data ! -type d | LC_ALL=C sort >want; same want out
    [ ! -s err ]'

ok 'a ref names the file behind a link' '
    mm-ingest data/link | jq -c "[.mm.src, .mm.ref.path]" >out
    echo "[\"data/link\",\"data/one.txt\"]" >want; same want out'

ok 'a link to a folder above is told and not walked' '
    mkdir loop; ln -s .. loop/up; printf y >loop/y
    status 3 mm-ingest --follow loop >out 2>err
    grep -qx "mm-ingest: loop/up/loop: leads back to a folder above it" err
    $src out | grep -c "^loop/up/loop/" | grep -qx 0'
rm -rf loop

ok 'operands keep their order and may be written in several ways' '
    mm-ingest ./data/one.txt data/a/ .//data/sub | $src >out
    printf "%s\n" data/one.txt data/a/three.txt data/sub/two.txt >want; same want out'

ok 'the working folder is walked without its dot' '
    (cd data && mm-ingest . 2>/dev/null | $src | head -2) >out
    printf "%s\n" a-b a/three.txt >want; same want out'

ok 'globs choose by name, or by path where they hold a slash' '
    mm-ingest -q --include "*.txt" data | $src >out
    printf "%s\n" data/a/three.txt data/one.txt data/sub/two.txt >want; same want out
    mm-ingest -q --include "sub/*" --include "*.png" data | $src >out
    printf "%s\n" data/p.png data/sub/two.txt >want; same want out
    mm-ingest -q --exclude a --exclude "*.png" data | $src >out
    printf "%s\n" data/a-b data/one.txt data/sub/two.txt >want; same want out'

ok 'operands themselves are not chosen by globs' '
    mm-ingest --include "*.png" data/one.txt | $src >out; echo data/one.txt >want; same want out'

ok 'a list of names comes from a file or from standard input, by lines or by NUL' '
    printf "data/one.txt\n\ndata/sub\n" >list
    printf "%s\n" data/one.txt data/sub/two.txt >want
    mm-ingest -T list | $src >out; same want out
    mm-ingest --files-from - <list | $src >out; same want out
    find data/one.txt data/sub -type f -print0 | mm-ingest -0 -T - | $src >out; same want out'

ok 'a name may hold any byte but NUL; what is no text is spelled' '
    odd=$(printf "data/new\nline\377"); printf z >"$odd"
    mm-ingest "$odd" | jq -c "[.mm.src, .mm.ref, .mm.data]" >out
    echo "[\"data/new%0Aline%FF\",null,\"eg==\"]" >want; same want out
    rm "$odd"'

ok 'a name in UTF-8 with a newline can be named by a ref' '
    odd=$(printf "data/new\nlin\303\251"); printf z >"$odd"
    mm-ingest "$odd" | jq -c "[.mm.src, .mm.ref]" >out
    printf "%s\n" "[\"data/new%0Aliné\",{\"path\":\"data/new\\nliné\",\"offset\":0,\"length\":1}]" >want; same want out
    rm "$odd"'

ok 'a file outside the working folder is named from the root' '
    mkdir -p in; printf w >outside.bin
    (cd in && mm-ingest ../outside.bin) | jq -r ".mm.src, .mm.ref.path" >out
    printf "%s\n" ../outside.bin "$(pwd -P)/outside.bin" >want; same want out'

ok 'what cannot be read is a bad record; the rest goes on, and it can be kept' '
    status 3 mm-ingest data/nothing data/one.txt --dead-letter dead >out 2>err
    $src out >got; echo data/one.txt >want; same want got
    grep -qx "mm-ingest: data/nothing: cannot be read: No such file or directory" err
    grep "^mm-ingest: 2 in, 1 out, 0 dropped, 1 bad;" err
    jq -c "[.mm.dead.source, .mm.dead.reason, .record]" dead >got
    echo "[\"data/nothing\",\"cannot be read: No such file or directory\",{\"mm\":{\"src\":\"data/nothing\"}}]" >want
    same want got'

ok 'on-error fail ends there' '
    status 3 mm-ingest --on-error fail data/nothing data/one.txt >out 2>err; [ ! -s out ]'

ok 'standard input holds data, however it comes' '
    printf "data" | mm-ingest | jq -c "[.mm.src, .mm.size, .mm.data]" >out
    echo "[\"-\",4,\"ZGF0YQ==\"]" >want; same want out
    mm-ingest - <data/one.txt | jq -c "[.mm.src, .mm.size, .mm.ref]" >out
    echo "[\"-\",4,null]" >want; same want out'

ok 'an empty file is a record too, empty standard input is none' '
    : >empty; mm-ingest empty | jq -c "[.mm.type, .mm.size, .mm.ref.length]" >out
    echo "[\"application/x-empty\",0,0]" >want; same want out
    mm-ingest </dev/null >out; same /dev/null out; : | mm-ingest >out; same /dev/null out'

ok 'shards are disjoint and complete' '
    mkdir many; for i in $(seq 100); do echo $i >many/$i; done
    for i in 1 2 3 4 5 6 7; do mm-ingest --shard $i/7 many one data 2>/dev/null; done | $src | sort >out || true
    mm-ingest many one data 2>/dev/null | $src | sort >want || true
    same want out; [ $(wc -l <want) = 105 ]'

ok 'a shard is named from 1 to N' '
    for s in 0/3 4/3 x 1/ 1/2/3; do status 2 mm-ingest --shard $s many 2>err || exit 1; done
    grep -qx "mm-ingest: --shard takes I/N, I from 1 to N, as in 3/8; not .1/2/3." err'

ok 'repeated content is dropped, in whatever form it comes, and counted' '
    mkdir dup; echo same >dup/a; echo same >dup/b; echo other >dup/c; tar cf dup/d.tar dup/a
    mm-ingest --dedup exact dup >out 2>/dev/null; $src out >got; printf "%s\n" dup/a dup/c >want; same want got
    mm-ingest --dedup exact dup nothing 2>&1 >/dev/null | grep -q "^mm-ingest: 5 in, 2 out, 2 dropped, 1 bad;"'

ok 'output is the same for any number of workers' '
    for j in 1 2 7; do mm-ingest -q -j$j many dup data >out$j || exit 1; done
    same out1 out2; same out1 out7'

ok 'payloads travel with the records where that is asked for' '
    mm-ingest --inline data/one.txt | jq -c "[.mm.ref, .mm.data]" >out; echo "[null,\"b25lCg==\"]" >want; same want out
    mm-ingest -b data/one.txt data/p.png >out.mmr
    mm-select -F ndjson true out.mmr | jq -r ".mm.data" | base64 -d >got
    cat data/one.txt data/p.png >want; same want got'

ok 'a payload over the limit goes by ref where it can, and is told where it cannot' '
    head -c 100000 /dev/zero >big
    mm-ingest -b --max-record 64K big >out.mmr
    mm-select -F ndjson true out.mmr | jq -c "[.mm.size, .mm.ref.path]" >out
    echo "[100000,\"big\"]" >want; same want out
    status 3 mm-ingest --max-record 64K - <big >out 2>err; [ ! -s out ]
    grep -q "^mm-ingest: -: longer than a record may be" err'

ok 'a payload that does not fit the block is hashed as a whole' '
    head -c 3000001 /dev/urandom >large
    mm-ingest large | jq -r .mm.xxh3 >out; xxhsum -H2 large | cut -d" " -f1 >want; same want out'

ok 'a long text goes by ref where it is plain already; where it would change it is told' '
    seq 40000 >plain; { seq 20000; printf "grün\n"; seq 20000; } >umlaut; sed "s/\$/\r/" plain >crlf
    status 3 mm-ingest --max-record 64K --split file plain umlaut crlf >out 2>err
    jq -r "[.mm.src, .mm.xxh3] | @tsv" out >got
    for n in plain umlaut; do printf "%s\t%s\n" $n $(xxhsum -H2 $n | cut -d" " -f1); done >want; same want got
    grep -q "^mm-ingest: crlf: a text of .* bytes that would have to be converted is over the limit" err'

ok 'standard input is read once' '
    status 2 mm-ingest -T - - </dev/null 2>err
    echo "mm-ingest: standard input can be read once only: as a list of names or as data" >want; same want err'

ok 'records are no input' '
    mm-ingest -b data/one.txt >r.mmr; status 3 mm-ingest r.mmr 2>err
    grep -qx "mm-ingest: r.mmr: holds records already (mmr); give it to the tool that is next" err'

ok 'a file that is not regular is told or left out' '
    mkfifo data/fifo; mm-ingest data 2>&1 >/dev/null | grep -q "1 devices, pipes or sockets"
    (printf "through a pipe" >data/fifo &); mm-ingest data/fifo | jq -r .mm.size >out; echo 14 >want; same want out'

finish
