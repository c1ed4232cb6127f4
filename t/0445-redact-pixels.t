#!/bin/sh
# What pictures show of people: faces, codes and words that hold personal data can not be seen afterwards, by the eyes of
# others (OpenCV, zbarimg, tesseract), and everything else is as it was.
. "${0%/*}/lib.sh"
needs command -v convert '&&' command -v compare '&&' command -v jq -- 'ImageMagick makes the samples'
needs [ -r /usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml ] -- 'no cascade of OpenCV (opencv-data)'
needs built ocr '&&' built barcode '&&' built paint -- 'this build leaves tesseract, libzbar or what writes images out'
needs tesseract --list-langs '|' grep -qx eng -- 'the English model of tesseract is not installed'
needs /usr/bin/python3 -c "'import cv2'" -- 'no OpenCV for Python'
needs command -v qrencode '&&' command -v zbarimg -- 'no qrencode or zbarimg'
font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
needs test -r $font -- 'the DejaVu fonts write the pages'

records() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
unpack() {
    mkdir -p out
    jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' | while read -r src data; do printf %s "$data" | base64 -d >"out/$src"; done
}
policy() { printf 'version: 1\nredact: {image: {%s}}\n' "$1" >policy.yaml; }
page() { convert -font $font -pointsize 28 -fill black "$@"; }
cat >faces.py <<'END'
import cv2, sys
for name in ("alt2", "default"):
    c = cv2.CascadeClassifier("/usr/share/opencv4/haarcascades/haarcascade_frontalface_%s.xml" % name)
    for f in sys.argv[1:]:
        for b in c.detectMultiScale(cv2.imread(f, 0), 1.1, 3):
            print(f, name, *b)
END
faces() { /usr/bin/python3 faces.py "$@"; }
# No pixel differs but in the box X Y WIDTH HEIGHT.
elsewhere() {
    one=$1 two=$2; shift 2
    convert "$one" "$two" -alpha on -depth 16 -compose difference -composite -alpha off -fill black \
        -draw "rectangle $1,$2 $(($1 + $3 - 1)),$(($2 + $4 - 1))" -format '%[fx:maxima]\n' info: >differs
    echo 0 | same - differs
}

convert -size 200x200 xc:'#7a8a90' \
    -fill '#3a2a20' -draw 'ellipse 100,85 62,75 0,360' -fill '#d8a888' -draw 'ellipse 100,105 52,68 0,360' \
    -fill '#4a3020' -draw 'polyline 62,80 70,75 88,79 88,83 70,80 62,84' \
    -draw 'polyline 138,80 130,75 112,79 112,83 130,80 138,84' \
    -fill '#b98a6c' -draw 'ellipse 77,95 14,9 0,360' -draw 'ellipse 123,95 14,9 0,360' \
    -fill white -draw 'ellipse 77,95 10,5 0,360' -draw 'ellipse 123,95 10,5 0,360' \
    -fill '#201008' -draw 'circle 77,95 77,90' -draw 'circle 123,95 123,90' \
    -fill '#b98a6c' -draw 'polyline 96,100 92,122 100,126 108,122 104,100' \
    -fill '#703028' -draw 'ellipse 100,143 20,6 0,360' -blur 0x1.5 PNG24:one.png
convert -size 500x400 -seed 7 plasma:tan-gray \( one.png \) -geometry +160+96 -composite -depth 8 -strip PNG24:face.png
convert face.png -depth 16 -strip -define png:bit-depth=16 face16.png
convert face.png -colorspace Gray -strip gray.png
convert face.png -quality 92 -sampling-factor 2x2 face.jpg
convert face.png -quality 92 -sampling-factor 1x1 -interlace Plane prog.jpg
convert face.png face.bmp
convert face.png -define webp:lossless=true face.webp
convert face.png -compress LZW face.tiff
convert face.png -quality 80 lossy.webp
convert face.png face.gif
convert face.png -colors 200 -strip PNG8:palette.png
faces="face.png face16.png gray.png face.jpg prog.jpg face.bmp face.webp face.tiff lossy.webp face.gif palette.png"

ok 'OpenCV sees the face in each of them' '
    for f in $faces; do case $f in *.gif) convert $f gif.png; f=gif.png; esac; faces $f | grep -q alt2 || { echo $f; exit 1; }; done'
for how in pixelate blur box; do
    ok "$how: and in none of them afterwards" "
        policy 'faces: $how'; rm -rf out
        records \$faces | mm-redact -q --policy policy.yaml >$how.ndjson; unpack <$how.ndjson
        [ \$(ls out | wc -l) = 11 ] && convert out/face.gif out/gif.png && rm out/face.gif
        faces out/* >got; ! [ -s got ] || { cat got; exit 1; }
        mv out $how; convert face.gif gif.png"
done
ok 'what was done is written down, with the box and not more' '
    head -n1 pixelate.ndjson | jq -c .mm.redact >got
    echo "{\"media\":[{\"where\":\"payload\",\"type\":\"image/png\",\"removed\":[]}],\"findings\":[{\"entity\":\"FACE\",\"field\":\"payload\",\"box\":[168,112,187,187],\"score\":0.93,\"rule\":\"cascade\",\"action\":\"pixelate\"}]}" | same - got'
ok 'all other pixels are the same, in depth and form too' '
    for f in face.png face16.png gray.png face.bmp face.webp face.tiff lossy.webp palette.png; do
        elsewhere $f pixelate/$f $(jq -r "select(.mm.src == \"$f\") | .mm.redact.findings[0].box | join(\" \")" pixelate.ndjson) || { echo $f; exit 1; }
        [ "$(identify -format "%m %z %w %h %[type]" $f)" = "$(identify -format "%m %z %w %h %[type]" pixelate/$f)" ] ||
            [ $f = lossy.webp ] || { identify $f pixelate/$f; exit 1; }
    done'
cat >jpeg.py <<'END'
# Blocks of 16 by 16 pixels that differ, all of them, and those that do not touch the box and its rim of upsampled colour.
import cv2, sys
a, b = cv2.imread(sys.argv[1]), cv2.imread(sys.argv[2])
x, y, w, h = map(int, sys.argv[3:7])
n = out = 0
for r in range(0, a.shape[0], 16):
    for c in range(0, a.shape[1], 16):
        if (a[r:r+16, c:c+16] != b[r:r+16, c:c+16]).any():
            n += 1
            out += c >= x + w + 16 or c + 16 <= x - 16 or r >= y + h + 16 or r + 16 <= y - 16
print(n > 20, out)
END
ok 'a JPEG keeps every block that the box does not touch, bit for bit' '
    for f in face.jpg prog.jpg; do
        /usr/bin/python3 jpeg.py $f pixelate/$f $(jq -r "select(.mm.src == \"$f\") | .mm.redact.findings[0].box | join(\" \")" pixelate.ndjson) >got
        echo "True 0" | same - got
    done'
ok 'a few values a channel are all that is left in the box' '
    for f in face.png face.jpg; do
        convert pixelate/$f -crop 128x128+192+140 +repage -format "%k\n" info: >colors
        [ $(cat colors) -le 25 ] || [ $f = face.jpg ]
    done
    convert box/face.png -crop 177x177+172+117 +repage -format "%k %[fx:mean]\n" info: >got; echo "1 0" | same - got'
ok 'palettes are boxed, and it is said' '
    for f in face.gif palette.png; do
        [ "$(jq -r "select(.mm.src == \"$f\") | .mm.redact.findings[0].action" pixelate.ndjson)" = box ] || exit 1
    done'

for turn in 3 6 8; do
    convert face.png -rotate $(case $turn in 3) echo 180;; 6) echo -90;; 8) echo 90;; esac) -quality 95 turned$turn.jpg
    exiftool -q -q -overwrite_original -n -Orientation=$turn turned$turn.jpg
done
ok 'a picture is looked at the way EXIF turns it' '
    records turned3.jpg turned6.jpg turned8.jpg | mm-redact -q >out.ndjson; unpack <out.ndjson
    for t in 3 6 8; do
        convert out/turned$t.jpg -auto-orient upright.png; faces upright.png >got; ! [ -s got ] || exit 1
        convert turned$t.jpg -auto-orient upright.png; faces upright.png | grep -q . || exit 1
    done'

page -size 640x240 xc:white -annotate +20+60 'Contact jane.doe@example.com' -annotate +20+120 'or call +44 20 7946 0958 soon,' \
    -annotate +20+180 'but not on the red carpet.' -strip PNG24:text.png
convert text.png -quality 90 text.jpg
convert text.png -transparent white -channel RGB -evaluate set 0 +channel clear.png
page -size 640x120 xc:white -annotate +20+60 'Nothing at all' -strip first.tiff
convert first.tiff text.png -alpha off -compress Group4 pages.tiff
ok 'words that hold personal data are boxed, those around stay' '
    records text.png text.jpg clear.png pages.tiff | mm-redact -q >out.ndjson; unpack <out.ndjson
    convert out/clear.png -background white -alpha remove clear-out.png
    for f in out/text.png out/text.jpg clear-out.png out/pages.tiff; do
        tesseract $f - 2>/dev/null >read
        ! grep -q -e jane -e example -e 7946 -e 0958 read || { cat read; exit 1; }
        grep -q "red carpet" read || { cat $f read; exit 1; }
    done
    grep -q -e "Nothing at all" read'
ok 'each finding has its entity, score and box; the value is nowhere' '
    head -n1 out.ndjson | jq -r ".mm.redact.findings[] | [.entity, .field, .rule, .action] | join(\" \")" >got
    printf "EMAIL payload address box\nPHONE payload international box\n" | same - got
    jq -c ".mm.redact.findings[] | .page" out.ndjson | tail -n2 | sort -u >got; echo 1 | same - got
    ! grep -q -e jane -e 7946 out.ndjson || exit 1'
ok 'entities that the policy leaves alone stay readable' '
    printf "version: 1\nredact: {entities: {EMAIL: false}}\n" >policy.yaml
    records text.png | mm-redact -q --policy policy.yaml | unpack; tesseract out/text.png - 2>/dev/null >read
    grep -q jane.doe@example.com read && ! grep -q 7946 read || exit 1'

qrencode -o qr.png -s 5 'https://example.org/jane'
convert -size 500x300 xc:white qr.png -geometry +120+40 -composite -strip PNG24:code.png
convert code.png -negate negative.png
ok 'codes can not be read' '
    zbarimg -q code.png | grep -q jane
    records code.png negative.png | mm-redact -q >out.ndjson; unpack <out.ndjson
    for f in code negative; do status 4 zbarimg -q out/$f.png >/dev/null; done
    jq -r ".mm.redact.findings[] | [.entity, .rule, .action] | join(\" \")" out.ndjson >got
    printf "BARCODE qr-code box\nBARCODE qr-code box\n" | same - got'

ok '--verify looks at pictures too' '
    records face.png code.png text.png >in.ndjson; mm-redact -q in.ndjson >out.ndjson
    status 0 mm-redact -q --verify out.ndjson
    status 1 mm-redact -q --verify in.ndjson >got
    sed "s/[0-9.]*$//" got >lines
    printf "in.ndjson:1\tpayload [168,112,187,187]\tFACE\t\nin.ndjson:2\tpayload [122,42,162,162]\tBARCODE\t\n" >want
    head -n2 lines | same want - && [ $(wc -l <lines) = 4 ] && ! grep -q jane lines || exit 1'
ok 'what comes out goes through again unchanged' '
    mm-redact -q out.ndjson >again.ndjson
    jq -c "del(.mm.via)" out.ndjson >one; jq -c "del(.mm.via)" again.ndjson >two; same one two'
ok 'the same for any number of workers' '
    records $faces text.png code.png >in.ndjson; mm-redact -q -j1 in.ndjson >one; mm-redact -q -j4 in.ndjson >two; same one two'
ok 'a thumbnail goes with the face, even where metadata stay' '
    cp face.jpg thumb.jpg; convert face.jpg -resize 160 t.jpg; exiftool -q -q -overwrite_original "-ThumbnailImage<=t.jpg" thumb.jpg
    printf "version: 1\nredact: {media: {strip: false}}\n" >policy.yaml
    [ -n "$(exiftool -s3 -ThumbnailLength thumb.jpg)" ]
    records thumb.jpg | mm-redact -q --policy policy.yaml | unpack; [ -z "$(exiftool -s3 -ThumbnailLength out/thumb.jpg)" ]'
ok 'keep lets all pass unseen' '
    printf "version: 1\nredact: {image: keep}\n" >policy.yaml
    records face.png code.png text.png >in.ndjson; mm-redact -q --policy policy.yaml in.ndjson | same in.ndjson -'

ok 'what mm-probe found is painted over as well, and what it read goes' '
    printf "{\"mm\":{\"ref\":{\"path\":\"first.tiff\"},\"probe\":{\"image\":{\"width\":640,\"faces\":1,\"face_boxes\":[[300,10,60,60]],\"pdq\":\"ff\"}}}}\n" >in.ndjson
    mm-redact -q in.ndjson >out.ndjson; jq -c "[.mm.redact.findings[0].rule, .mm.redact.findings[0].box, .mm.probe]" out.ndjson >got
    echo "[\"probe\",[291,1,78,78],{\"image\":{\"width\":640}}]" | same - got
    records text.png | mm-probe -q --ocr >in.ndjson; mm-redact -q in.ndjson >out.ndjson
    jq -c ".mm.probe.image.ocr" out.ndjson >got; echo null | same - got; ! grep -q -e jane -e 7946 out.ndjson || exit 1'

convert face.png \( face.png -flop \) -loop 0 moving.gif
convert -delay 5 face.png \( face.png -flop \) APNG:moving.apng 2>/dev/null || cp face.png moving.apng
ok 'an animated GIF is boxed in every frame' '
    records moving.gif | mm-redact -q | unpack; convert out/moving.gif -coalesce frame%d.png
    [ -f frame1.png ]; faces frame0.png frame1.png >got; ! [ -s got ] || { cat got; exit 1; }'

ok 'fails closed: damaged, too large, of a kind that can not be painted on, no model' '
    head -c 20000 face.png >cut.png; convert face.png face.heic 2>/dev/null || cp cut.png face.heic
    { head -c 16 face.png; printf "\0\0\303\120\0\0\303\120\10\2\0\0\0\0\0\0\0"; tail -c +34 face.png; } >bomb.png
    records cut.png face.heic bomb.png >in.ndjson
    status 3 mm-redact -q --dead-letter dead.ndjson in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    jq -c .record dead.ndjson | same in.ndjson -
    records text.png >in.ndjson
    (export TESSDATA_PREFIX=/nowhere; status 3 mm-redact -q in.ndjson >out.ndjson 2>errors); ! [ -s out.ndjson ] || exit 1
    grep -q "tesseract could not be started" errors
    printf "{\"a\":1}\n" >rows.ndjson; TESSDATA_PREFIX=/nowhere mm-redact -q rows.ndjson | same rows.ndjson -'
ok 'a policy that asks for what is not there ends before any record' '
    printf "version: 1\nredact:\n  image:\n    text: smear\n" >policy.yaml
    status 2 mm-redact --policy policy.yaml </dev/null 2>got
    echo "mm-redact: policy.yaml:4:11: what is done in pictures is blur, pixelate, box or keep, not '"'smear'"'" | same - got
    printf "version: 1\nredact:\n  image:\n    languages: eng+xyz\n" >policy.yaml
    status 2 mm-redact --policy policy.yaml </dev/null 2>got; grep -q "redact.image: tesseract has no model .xyz." got'

photos=$SHARED/data/photos/jpg
needs [ -d $photos ] -- 'no photos in ../shared'
ok 'photos: OpenCV finds none of the faces it found before' '
    mkdir photos; for f in Konica_Minolta_DiMAGE_Z3 Reconyx_HC500_Hyperfire; do cp $photos/$f.jpg photos; done
    (cd photos; records *.jpg | mm-redact -q | unpack)
    /usr/bin/python3 faces.py photos/*.jpg | grep alt2 >before; [ $(wc -l <before) -ge 2 ]
    /usr/bin/python3 faces.py photos/out/*.jpg | grep alt2 >after || true; ! [ -s after ] || { cat after; exit 1; }'
finish
