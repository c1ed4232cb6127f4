#!/bin/sh
# Real photos from many cameras: nothing about people is left, the pictures are the same, damage is refused.
. "${0%/*}/lib.sh"
photos=$SHARED/data/photos
needs '[ -d "$photos" ]' -- 'no photos in ../shared'
needs command -v exiftool -- 'no exiftool'
needs command -v identify -- 'no ImageMagick'
needs command -v jq -- 'no jq'

mkdir in out
find "$photos" -name '*.jpg' -o -name '*.tiff' -o -name '*.heif' | sort | while read -r path; do
    name=$(printf %s "${path#"$photos"/}" | tr -c 'A-Za-z0-9.\n' _)
    cp "$path" "in/$name"
    printf '{"mm":{"src":"%s","ref":{"path":"in/%s"}}}\n' "$name" "$name"
done >in.ndjson
printf 'version: 1\nredact: {image: keep}\n' >policy.yaml   # what they show is another test's
status 3 mm-redact -q --policy policy.yaml --dead-letter dead.ndjson in.ndjson >out.ndjson 2>errors
jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' out.ndjson | while read -r src data; do
    printf %s "$data" | base64 -d >"out/$src"
done
jq -r 'select(.mm.ref) | .mm.src' out.ndjson | while read -r src; do cp "in/$src" out; done
turning() { n=$(exiftool -q -n -s3 -IFD0:Orientation "$1"); echo "${n:-1}"; }

ok 'every photo passes or is a dead letter' '
    [ $(ls in | wc -l) -gt 50 ] && [ $(ls in | wc -l) = $(($(ls out | wc -l) + $(wc -l <dead.ndjson))) ]'
ok 'the damaged one is the dead letter, with the reason' '
    jq -r ".record.mm.src + \": \" + .mm.dead.reason" dead.ndjson >got
    echo "jpg_corrupted.jpg: payload (image/jpeg): JPEG marker 9f at byte 212992 is not known" | same - got'
ok 'exiftool found a lot before' '
    [ $(exiftool -q -q -s3 -Make in | wc -l) -gt 20 ] && [ $(exiftool -q -q -s3 -GPSLatitude in | wc -l) -gt 8 ]'
ok 'and finds no position, maker, serial number, owner, time or thumbnail after' '
    exiftool -q -q -s -G1 -r -GPS:all -Make -Model -LensModel -SerialNumber -InternalSerialNumber -BodySerialNumber \
        -OwnerName -Artist -Copyright -DateTimeOriginal -CreateDate -ModifyDate -IFD0:Software -MakerNotes:all -XMP:all -IPTC:all \
        -Photoshop:all -ExifIFD:all -IFD1:all -Comment -ImageDescription out >found || true
    ! [ -s found ] || { cat found; exit 1; }'
ok 'the pixels are the same' '
    for f in out/*; do
        [ "$(identify -quiet -format "%w %h %# " in/${f#out/})" = "$(identify -quiet -format "%w %h %# " $f)" ] || { echo $f; exit 1; }
    done'
ok 'and so is the way they are turned' '
    for f in out/*.jpg; do [ "$(turning in/${f#out/})" = "$(turning $f)" ] || { echo $f; exit 1; }; done'
ok 'colour profiles stay' '
    exiftool -q -q -s3 -r -ICC_Profile:ProfileDescription in | sort >one
    exiftool -q -q -s3 -r -ICC_Profile:ProfileDescription out | sort >two
    [ -s one ] && same one two'
ok 'no maker of a camera is named in any byte' '
    LC_ALL=C grep -l -a -i -e "canon" -e "fujifilm" -e "olympus" -e "panasonic" -e "samsung" -e "pentax" out/*.jpg >found || true
    ! [ -s found ] || { cat found; exit 1; }'
finish
