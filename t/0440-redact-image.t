#!/bin/sh
# mm-redact takes what pictures say about people out of them, and leaves the pictures.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v exiftool -- 'no exiftool'
needs command -v convert -- 'no ImageMagick'
needs command -v jq -- 'no jq'

# Records that refer to the given files.
records() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
# Each record's payload into out/SRC.
unpack() {
    mkdir -p out
    jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' | while read -r src data; do
        printf %s "$data" | base64 -d >"out/$src"
    done
}
pixels() { identify -quiet -format '%m %w %h %# ' "$1"; }
tell() { exiftool -q -q -overwrite_original -Orientation#=6 -GPSLatitude=48.1 -GPSLatitudeRef=N -GPSLongitude=11.5 \
    -GPSLongitudeRef=E -Make=SECRET-1 -Model=SECRET-2 -SerialNumber=SECRET-3 -OwnerName=SECRET-4 \
    -DateTimeOriginal='2020:01:02 03:04:05' -UserComment=SECRET-5 -XMP-dc:Creator=SECRET-6 -IPTC:Keywords=SECRET-7 \
    -Comment=SECRET-8 "$1"; }

convert -size 64x48 -seed 1 plasma:red-blue -density 300 start.png
for f in a.jpg a.png a.gif a.webp a.tiff; do convert start.png "$f"; tell "$f"; done
convert start.png -interlace Plane progressive.jpg; tell progressive.jpg
convert start.png -colorspace CMYK cmyk.jpg; tell cmyk.jpg
convert start.png -define webp:lossless=true lossless.webp; tell lossless.webp
for c in LZW JPEG Zip RLE; do convert start.png -compress $c "$c.tiff"; tell "$c.tiff"; done
convert start.png \( start.png -flip \) -compress LZW pages.tiff; tell pages.tiff
convert -delay 5 start.png \( start.png -flip \) -loop 0 -set comment SECRET-9 moving.gif
pictures=$(ls *.jpg *.gif *.webp *.tiff a.png)
records $pictures >in.ndjson

ok 'every picture passes' 'mm-redact -q <in.ndjson >out.ndjson && [ $(wc -l <out.ndjson) = $(wc -l <in.ndjson) ]'
unpack <out.ndjson
for f in $pictures; do
    ok "$f: the secrets were in it and are gone" "grep -q SECRET $f && ! grep -q SECRET out/$f || exit 1"
    ok "$f: the pixels are the same" "[ \"\$(pixels $f)\" = \"\$(pixels out/$f)\" ]"
done
ok 'exiftool finds nothing about people' '
    exiftool -q -q -s -G1 -GPS:all -Make -Model -SerialNumber -OwnerName -DateTimeOriginal -CreateDate -UserComment \
        -Comment -MakerNotes:all -XMP:all -IPTC:all -Software -ThumbnailImage out/* >found || true
    ! [ -s found ] || { cat found; exit 1; }'
ok 'it still knows how to turn those that EXIF turned' '
    for f in $(ls *.jpg *.webp *.tiff a.png); do
        [ "$(exiftool -n -s3 -Orientation $f)" = "$(exiftool -n -s3 -Orientation out/$f)" ] || { echo $f; exit 1; }
    done'
ok 'and the density' 'for f in a.jpg a.png a.tiff; do
        [ "$(identify -format %x,%y $f)" = "$(identify -format %x,%y out/$f)" ] || { echo $f; exit 1; }
    done'
ok 'what was done is written down, and only that' '
    jq -c "select(.mm.src == \"a.jpg\") | .mm.redact.media" out.ndjson >got
    echo "[{\"where\":\"payload\",\"type\":\"image/jpeg\",\"removed\":[\"exif\",\"gps\",\"xmp\",\"iptc\",\"comment\",\"application\"]}]" |
        same - got
    ! grep -q SECRET out.ndjson || exit 1'
ok 'size and hash are those of the new bytes, the ref is gone' '
    for f in $pictures; do
        jq -r "select(.mm.src == \"$f\") | .mm | [.size, .xxh3, .ref] | map(tostring) | join(\" \")" out.ndjson >got
        echo "$(wc -c <out/$f) $(xxhsum -q -H2 out/$f | cut -c1-32) null" | same - got || exit 1
    done'
ok 'what comes out goes through again unchanged' '
    mm-redact -q <out.ndjson >again.ndjson
    jq -c "del(.mm.via)" out.ndjson >one; jq -c "del(.mm.via)" again.ndjson >two; same one two'
ok 'a picture that says nothing keeps its ref, and its record its bytes' '
    records start.png >one; convert start.png -strip -define png:exclude-chunks=date,tIME start.png
    mm-redact -q one >two; same one two'

ok 'the same through mmr' '
    mm-redact -q -b in.ndjson >out.mmr; mm-select -q -F ndjson true out.mmr >got.ndjson
    ! grep -q SECRET out.mmr || exit 1
    jq -S -c . out.ndjson >one; jq -S -c . got.ndjson >two; same one two'
ok 'the same for any number of workers' '
    mm-redact -q -j1 in.ndjson >one; mm-redact -q -j4 in.ndjson >two; same one two'

ok 'an archive and a film behind the image are cut off' '
    cat a.jpg >poly.jpg; printf "PK\003\004SECRET archive" >>poly.jpg
    records poly.jpg | mm-redact -q | unpack
    ! grep -q SECRET out/poly.jpg || exit 1
    cmp out/poly.jpg out/a.jpg'
ok 'colour profiles stay' '
    icc=$(find /usr/share -name "*.icc" -size +1k 2>/dev/null | head -1); [ -n "$icc" ] || exit 0
    convert start.png -profile "$icc" profile.jpg; tell profile.jpg
    records profile.jpg | mm-redact -q | unpack
    exiftool -b -ICC_Profile profile.jpg >one; exiftool -b -ICC_Profile out/profile.jpg >two
    [ -s one ] && cmp one two'
ok 'facts that mm-probe took of what is gone, go' '
    echo "{\"mm\":{\"ref\":{\"path\":\"a.jpg\"},\"probe\":{\"image\":{\"width\":64,\"camera_make\":\"SECRET-1\",\"has_gps\":true}}}}" |
        mm-redact -q | jq -c .mm.probe >got
    echo "{\"image\":{\"width\":64}}" | same - got'

needs 'identify -list format | grep -q "HEIC.*rw"' -- 'ImageMagick writes no HEIC'
for f in b.heic b.avif; do
    convert start.png -quality 60 "$f"; tell "$f"; grep -q SECRET "$f" || continue
    records "$f" | mm-redact -q | unpack
    ok "$f: the secrets are gone, pixels and length stay" "
        ! grep -q SECRET out/$f || exit 1
        [ \"\$(pixels $f)\" = \"\$(pixels out/$f)\" ] && [ \$(wc -c <$f) = \$(wc -c <out/$f) ]
        [ -z \"\$(exiftool -q -q -s -Make -GPS:all -XMP:all out/$f)\" ]"
done
finish
