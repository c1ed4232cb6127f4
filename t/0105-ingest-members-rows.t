# mm-ingest: tables in archives, however the archive comes and whatever is wrong with it.
. "${0%/*}/lib.sh"

mkdir r
printf 'name,age\nAnn,3\nBob,4\n' >r/t.csv
printf '{"a":1}\n{"a":2.50}\n' >r/l.ndjson
printf 'plain bytes\000\001' >r/z.bin
seq 200000 | sed 's/.*/{"n":&}/' >r/long.ndjson
find r -type f | LC_ALL=C sort >names
tar cf r.tar -T names; tar czf r.tgz -T names; zip -q r.zip -@ <names
gzip -c r/t.csv >t.csv.gz

# What one archive gives, with PREFIX in place of its name
rows() { jq -c '[.name, .age, .a, .n, .mm.src, .mm.modality]' "$@"; }

mkdir plain; (cd plain && cp -r ../r . && mm-ingest r/l.ndjson r/long.ndjson r/t.csv r/z.bin) | rows >want
ok 'rows of members are those of the files, each with its source' '
    for a in r.tar r.tgz r.zip; do
        mm-ingest $a | rows | sed "s/\"$a!r/\"r/" >got; cmp want got || exit 1
        mm-ingest - <$a | rows | sed "s/\"-!r/\"r/" >got; cmp want got || exit 1
        cat $a | mm-ingest -j3 | rows | sed "s/\"-!r/\"r/" >got; cmp want got || exit 1
    done'
ok 'a table that is only compressed keeps its name' '
    mm-ingest t.csv.gz | jq -c "[.name, .mm.src]" >got
    printf "%s\n" "[\"Ann\",\"t.csv.gz#1\"]" "[\"Bob\",\"t.csv.gz#2\"]" >want2; same want2 got'
ok 'rows before a cut are given out, and it is told where it was' '
    head -c 1500000 r.tar >cut.tar; status 3 mm-ingest cut.tar >out 2>err
    rows=$(grep -c "long.ndjson#" out); [ $rows -gt 50000 ]
    sed -n "s/.*\"src\":\"cut.tar!r.long.ndjson#\([0-9]*\)\".*/\1/p" out >got; seq $rows >want2; same want2 got
    grep "^mm-ingest: cut.tar!r/long.ndjson: cut short inside the archive" err
    [ $(wc -l <err) = 2 ]'
ok 'in a compressed archive too' '
    head -c $(($(wc -c <r.tgz) / 2)) r.tgz >cut.tgz; status 3 mm-ingest cut.tgz >out 2>err
    rows=$(grep -c "long.ndjson#" out); [ $rows -gt 100 ]
    sed -n "s/.*\"src\":\"cut.tgz!r.long.ndjson#\([0-9]*\)\".*/\1/p" out >got; seq $rows >want2; same want2 got
    grep "^mm-ingest: cut.tgz" err'
ok 'a bad row is bad alone, and named by its member' '
    printf "name,age\nAnn,3\n\"open,4\n" >r/bad.csv; tar cf bad.tar r/bad.csv r/t.csv
    status 3 mm-ingest bad.tar >out 2>err; jq -r .mm.src out >got
    printf "bad.tar!r/%s\n" "bad.csv#1" "t.csv#1" "t.csv#2" >want2; same want2 got
    grep -q "^mm-ingest: bad.tar!r/bad.csv:3: " err; grep "^mm-ingest: 4 in, 3 out, 0 dropped, 1 bad;" err'
ok 'doubles among rows and payloads are dropped, and the schema speaks of rows alone' '
    mm-ingest --dedup exact --schema-out s.json r.tar r.zip | wc -l >got; wc -l <want >want2; same want2 got
    jq -e .properties.age s.json'
finish
