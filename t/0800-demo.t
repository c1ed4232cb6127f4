#!/bin/sh
# The main job, as `make demo` shows it: from a folder of everything to shards without personal data.
. "${0%/*}/lib.sh"
src=$T/..
for t in mm-ingest mm-probe mm-redact mm-store mm-select; do needs "command -v $t" -- "$t is not built"; done
needs 'for t in jq ffmpeg espeak-ng exiftool zstd; do command -v $t || exit 1; done' -- 'scripts/setup all was not run'
needs 'command -v convert || command -v magick' -- 'no ImageMagick'
MM_BUILD=$(cd "$MM_BUILD" && pwd); export MM_BUILD
shards() { cat "$1"/shards/*.tar; }
headers() { for s in "$1"/shards/*.tar; do tar -xOf "$s" --wildcards '*.json' | jq -c 'select(.mm)'; done; }

ok 'samples are the same each time, and made over only by themselves' '
    "$src/scripts/samples" in >log 2>&1
    (cd in && find . -type f -exec md5sum {} + | sort -k 2) >first
    "$src/scripts/samples" in >log 2>&1
    (cd in && find . -type f -exec md5sum {} + | sort -k 2) >second
    same first second
    [ $(wc -l <first) -ge 14 ]
    mkdir mine && echo x >mine/file
    status 2 "$src/scripts/samples" mine 2>err
    [ -f mine/file ]
'
ok_with media 'the demo runs on its sample and ends with a summary' '
    OUT=$PWD/out "$src/scripts/demo" >summary 2>err || { cat summary err; exit 1; }
    for t in "^Records" "^By modality" "^Taken out of" "^Refused: " "^Taken out of pictures" "^Before and after: .*ndjson" "^Before and after: .*jpg" "^  - GPSPosition " "^Written" "^The shards are whole" \
             "^The next run, planned from this ledger" "^  ingest+probe+redact+store  " "^  expected [0-9.]* s .*, took [0-9.]* s, [0-9]*% "; do
        grep -q "$t" summary || { echo "no $t"; cat summary; exit 1; }
    done
    for t in mm-ingest mm-probe mm-redact mm-store; do grep -q "^  $t  *[0-9]" summary; done
    for m in row image audio video text; do grep -q " $m\$" summary || { echo "no $m"; cat summary; exit 1; }; done
    ! grep "^  + GPSPosition" summary || exit 1
    sed -n "s/^ .*  \(\/.*\)/\1/p" summary >paths
    [ -s paths ]
    for p in $(cat paths); do [ -s "$p" ] || { echo "no $p"; exit 1; }; done
'
ok 'the stages hand each other every record' '
    jq -es "length == 4 and all(.[].records; .in == .out + .dropped + .bad)" out/ledger.ndjson
    for pair in "mm-ingest mm-probe" "mm-probe mm-redact" "mm-redact mm-store"; do
        set -- $pair
        jq -es --arg a $1 --arg b $2 "(.[] | select(.tool == \$a) | .records.out) == (.[] | select(.tool == \$b) | .records.in)" out/ledger.ndjson
    done
    jq -s "map(.records.bad) | add" out/ledger.ndjson >want
    cat out/refused/*.ndjson | wc -l >got
    same want got
'
ok 'the run that it planned from its ledger makes the same records' '
    (cat out/next/shards/*/*.tar || cat out/next/shards/*.tar) >next.tar 2>/dev/null
    tar -xOf next.tar --ignore-zeros --wildcards "*.json" | jq -c "select(.mm) | [.mm.modality, .mm.size]" | sort >got
    headers out | jq -c "[.mm.modality, .mm.size]" | sort >want
    same want got
    jq -es "map(.stage) | unique == [\"ingest\", \"probe\", \"redact\", \"store\"]" out/next/work/ledger.ndjson
'
ok 'no personal data is left in rows and texts' '
    shards out >all
    for p in "@example\.com" "4111 1111 1111 1111" "4111111111111111" "DE89 3704" "536-90-4399" "203\.0\.113\.42" "2001:db8::42" "00:1B:44" \
             "hunter2" "415 555 0132" "AKIAIOSFODNN7EXAMPLE" "s3cret-pass" "7946 0"; do
        ! grep -a -c "$p" all || { echo "left: $p"; exit 1; }
    done
    headers out >h
    for e in EMAIL PHONE CARD IBAN US_SSN IP MAC URL_CREDENTIALS SECRET COORDINATES BIRTH_DATE; do
        jq -r ".mm.redact.findings[]?.entity" h | grep -q "^$e" || { echo "none of $e"; exit 1; }
    done
'
ok 'what is no personal data stays' '
    grep -aq "one size too small" all
    grep -aq "\"ticket\":1008" all
    headers out | jq -es "map(select(.ticket)) | length >= 91"
'
ok_with media 'pictures lost their metadata, and no pixel' '
    mkdir -p pictures && for s in out/shards/*.tar; do tar -C pictures -xf "$s" --wildcards "*.jpg" "*.png"; done
    exiftool -q -q -s -GPSPosition -Artist -Make -Creator -By-line -SerialNumber -UserComment -City pictures >left
    same /dev/null left
    pixels() { for f in "$@"; do convert "$f" -depth 8 rgb:- | md5sum; done | sort; }
    mkdir more && zstd -dc in/more.tar.zst | tar -C more -xf -
    pixels pictures/*.jpg pictures/*.png >got
    pixels in/photos/*.jpg in/photos/*.png more/more/photos/*.jpg >want
    same want got
    exiftool -q -q -s -s -s -Orientation -n pictures | grep -qx 6
'
ok_with media 'sound and film lost theirs' '
    mkdir -p av && for s in out/shards/*.tar; do tar -C av -xf "$s" --wildcards "*.flac" "*.mp4" "*.wav"; done
    [ $(ls av | wc -l) = 4 ]
    ! grep -ra "Nwosu\|Kitchen camera\|+59.3346" av || exit 1
'
ok 'every record says who touched it, and what it is' '
    headers out | jq -es "all(.[].mm; .id and .src and .modality and ([.via[].tool | split(\" \")[0]] == [\"mm-ingest\", \"mm-probe\", \"mm-redact\"]))"
'
ok 'run again, it writes the same shards' '
    md5sum out/shards/*.tar >first
    OUT=$PWD/out "$src/scripts/demo" >log 2>&1
    md5sum out/shards/*.tar >second
    same first second
'
ok_with media 'it takes a folder of the user, with blanks in its name, and only reads it' '
    mkdir "my files" && cp in/photos/harbour.jpg "my files/a photo.jpg" && printf "mail me: a.b@example.org\n" >"my files/note.txt"
    find "my files" -type f -exec md5sum {} + >first
    OUT="$PWD/out of mine" "$src/scripts/demo" "my files" >summary 2>err || { cat summary err; exit 1; }
    find "my files" -type f -exec md5sum {} + >second
    same first second
    [ "$(headers "out of mine" | wc -l)" = 2 ]
    ! shards "out of mine" | grep -a "a.b@example.org" || exit 1
'
ok 'it writes over nothing that it did not make' '
    status 2 env OUT="$PWD/mine" "$src/scripts/demo" "my files" >log 2>err
    [ -f mine/file ]
    status 2 env OUT="$PWD/my files/out" "$src/scripts/demo" "my files" >log 2>err
    status 2 "$src/scripts/demo" nowhere >log 2>err
'
ok 'a stage that fails fails the demo' '
    mkdir -p fake/bin && for b in "$MM_BUILD"/bin/*; do ln -s "$b" fake/bin/; done
    rm fake/bin/mm-redact && printf "#!/bin/sh\ncat >/dev/null\nexit 4\n" >fake/bin/mm-redact && chmod +x fake/bin/mm-redact
    status 4 env MM_BUILD="$PWD/fake" OUT="$PWD/out-failed" "$src/scripts/demo" "my files" >log 2>err
    grep -q "^demo: a stage failed; .*: 0 0 4 " err
'
finish
