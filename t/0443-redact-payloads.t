#!/bin/sh
# What mm-redact does with payloads of every kind: told by their bytes, parts as well, by policy.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v exiftool -- 'no exiftool'
needs command -v convert -- 'no ImageMagick'
needs command -v jq -- 'no jq'

convert -size 16x16 plasma: a.jpg
exiftool -q -overwrite_original -Artist=SECRET-1 -Orientation#=6 -Comment=SECRET-2 a.jpg
record() { printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$1" "$1"; }
bad() { echo "mm-redact: one:1: $1" >want; shift; status 3 mm-redact -q "$@" one >got 2>errors; ! [ -s got ] && same want errors; }

ok 'the header does not decide what a payload is' '
    echo "{\"mm\":{\"type\":\"text/plain\",\"modality\":\"text\",\"ref\":{\"path\":\"a.jpg\"}}}" >one
    mm-redact -q one | jq -r .mm.data | base64 -d >got.jpg
    ! grep -q SECRET got.jpg || exit 1
    [ "$(identify -format %# a.jpg)" = "$(identify -format %# got.jpg)" ]'
ok 'however the name of the member is escaped' '
    echo "{\"\\u006dm\":{\"\\u0072ef\":{\"pat\\u0068\":\"a.jpg\"}}}" >one
    mm-redact -q one >got; ! grep -q a.jpg got || exit 1
    jq -r .mm.data got | base64 -d >got.jpg; ! grep -q SECRET got.jpg || exit 1'
ok 'a payload in base64, and one in mmr' '
    printf "{\"mm\":{\"data\":\"%s\"}}\n" $(base64 -w0 a.jpg) >one
    mm-redact -q one | jq -r .mm.data | base64 -d | cmp - got.jpg
    mm-select -q -b true one >one.mmr; grep -a -q SECRET one.mmr
    mm-redact -q one.mmr | mm-select -q -F ndjson true | jq -r .mm.data | base64 -d | cmp - got.jpg'
ok 'of two payloads in one record the one that counts is redacted and the other is gone' '
    printf "{\"mm\":{\"data\":\"%s\",\"ref\":{\"path\":\"a.jpg\"}}}\n" $(base64 -w0 a.jpg) >one
    mm-redact -q one >got; ! grep -q a.jpg got || exit 1
    jq -r .mm.data got | base64 -d | cmp - got.jpg'
ok 'a text is redacted as text' '
    printf "write to anna@example.org\n" >t.txt; record t.txt >one
    mm-redact -q one | jq -r .mm.data | base64 -d >got
    echo "write to <EMAIL>" | same - got'
ok 'a text with nothing in it keeps its ref' '
    printf "nothing here\n" >t.txt; record t.txt >one; mm-redact -q one >got; same one got'

ok 'the parts of a record: picture, text, label' '
    printf "anna@example.org" >p.txt; printf 7 >p.cls
    part() { printf "{\"name\":\"%s\",\"size\":%d,\"ref\":{\"path\":\"%s\"}}" "$1" "$(wc -c <"$2")" "$2"; }
    printf "{\"a\":1,\"mm\":{\"src\":\"x\",\"parts\":[%s,%s,%s],\"z\":2}}\n" "$(part cls p.cls)" "$(part jpg a.jpg)" \
        "$(part txt p.txt)" >one
    mm-redact -q one >got
    jq -c "[.a, .mm.z, (.mm.parts | map(.name)), .mm.parts[0].ref.path, .mm.parts[1].ref, .mm.parts[2].ref]" got >told
    echo "[1,2,[\"cls\",\"jpg\",\"txt\"],\"p.cls\",null,null]" | same - told
    jq -r .mm.parts[1].data got | base64 -d | cmp - got.jpg
    jq -r .mm.parts[2].data got | base64 -d >told; printf "<EMAIL>" | same - told
    jq -r ".mm.parts[1] | .xxh3 + \" \" + (.size | tostring)" got >told
    echo "$(xxhsum -q -H2 got.jpg | cut -c1-32) $(wc -c <got.jpg)" | same - told
    jq -c .mm.redact.media got >told
    echo "[{\"where\":\"parts[1]\",\"type\":\"image/jpeg\",\"removed\":[\"exif\",\"comment\"]}]" | same - told'
ok 'a part that can not be judged spoils its record' '
    head -c 300 a.jpg >cut.jpg
    echo "{\"mm\":{\"parts\":[{\"name\":\"jpg\",\"ref\":{\"path\":\"cut.jpg\"}}]}}" >one
    status 3 mm-redact -q one >got 2>errors; ! [ -s got ] && grep -q "one:1: parts\[0\] (image/jpeg): JPEG" errors'

ok 'archives, documents and unknown bytes are refused' '
    echo SECRET >s; tar cf a.tar s; record a.tar >one
    bad "a.tar: payload (application/x-tar): an archive can not be looked into; redact.media.opaque: pass in the policy lets it pass"
    printf "%%PDF-1.4\n" >a.pdf; record a.pdf >one
    bad "a.pdf: payload (application/pdf): a document can not be looked into; redact.media.opaque: pass in the policy lets it pass"
    printf "\001\002\003\004\005\006" >a.bin; record a.bin >one
    bad "a.bin: payload (application/octet-stream): it can not be looked into; redact.media.opaque: pass in the policy lets it pass"'
ok 'unless the policy lets them pass' '
    printf "version: 1\nredact:\n  media:\n    opaque: pass\n" >policy.yaml
    for f in a.tar a.pdf a.bin; do record $f; done >one
    mm-redact -q --policy policy.yaml one >got; same one got'
ok 'pictures of kinds that can not be stripped are refused all the same' '
    printf "8BPS\000\001" >a.psd; record a.psd >one
    bad "a.psd: payload (image/vnd.adobe.photoshop): metadata of this kind can not be taken out" --policy policy.yaml'
ok 'text in UTF-16 is refused, not passed unseen' '
    printf "\377\376a\000n\000n\000a\000@\000b\000.\000d\000e\000" >u.txt; record u.txt >one
    status 3 mm-redact -q one >got 2>errors; ! [ -s got ] && grep -q "text in UTF-16" errors'

ok 'the policy says what of a picture stays' '
    printf "version: 1\nredact:\n  media:\n    keep: []\n" >policy.yaml; record a.jpg >one
    mm-redact -q --policy policy.yaml one | jq -r .mm.data | base64 -d >bare.jpg
    [ -z "$(exiftool -s3 -Orientation bare.jpg)" ] && [ "$(exiftool -n -s3 -Orientation got.jpg)" = 6 ]'
ok 'or that metadata stays' '
    printf "version: 1\nredact:\n  media:\n    strip: false\n" >policy.yaml; record a.jpg >one
    mm-redact -q --policy policy.yaml one >got; same one got'
for wrong in 'opaque: maybe' 'keep: [all]' 'keep: color' 'time_limit: soon' 'memory_limit: -1' 'stripp: true'; do
    ok "a policy with $wrong is refused before any record is read" "
        printf 'version: 1\nredact:\n  media:\n    $wrong\n' >policy.yaml
        status 2 mm-redact -q --policy policy.yaml one >got 2>errors; ! [ -s got ] && grep -q '^mm-redact: policy.yaml:4:' errors"
done
finish
