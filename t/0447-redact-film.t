#!/bin/sh
# People in the pictures of films: a face that moves through one is covered from the first picture to the last, codes and
# words likewise, by the eyes of others; sound and all else stay.
. "${0%/*}/lib.sh"
needs command -v ffmpeg '&&' command -v convert '&&' command -v jq -- 'ffmpeg and ImageMagick make the films'
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
make_film() { ffmpeg -nostdin -v error -y "$@"; }

convert -size 200x200 xc:'#7a8a90' \
    -fill '#3a2a20' -draw 'ellipse 100,85 62,75 0,360' -fill '#d8a888' -draw 'ellipse 100,105 52,68 0,360' \
    -fill '#4a3020' -draw 'polyline 62,80 70,75 88,79 88,83 70,80 62,84' \
    -draw 'polyline 138,80 130,75 112,79 112,83 130,80 138,84' \
    -fill '#b98a6c' -draw 'ellipse 77,95 14,9 0,360' -draw 'ellipse 123,95 14,9 0,360' \
    -fill white -draw 'ellipse 77,95 10,5 0,360' -draw 'ellipse 123,95 10,5 0,360' \
    -fill '#201008' -draw 'circle 77,95 77,90' -draw 'circle 123,95 123,90' \
    -fill '#b98a6c' -draw 'polyline 96,100 92,122 100,126 108,122 104,100' \
    -fill '#703028' -draw 'ellipse 100,143 20,6 0,360' -blur 0x1.5 -resize 100x100 face.png
convert -size 480x270 gradient:'#8090a0-#506070' back.png
# The face comes in picture 8 and is gone behind picture 57; at second t it is at 20 + 110 t, 60 + 40 sin 2 t.
make_film -loop 1 -i back.png -loop 1 -i face.png -f lavfi -i sine=440:d=3 -filter_complex \
    "[0][1]overlay=x='20+110*t':y='60+40*sin(2*t)':enable='between(t,0.3,2.3)'" -t 3 -r 25 -c:v libx264 -pix_fmt yuv420p -c:a aac \
    face.mp4
cat >faces.py <<'END'
# Pictures of a film in which OpenCV sees a face where the face is.
import cv2, math, sys
n = 0
for name in ("alt2", "default"):
    c = cv2.CascadeClassifier("/usr/share/opencv4/haarcascades/haarcascade_frontalface_%s.xml" % name)
    film = cv2.VideoCapture(sys.argv[1])
    number = 0
    while True:
        ok, frame = film.read()
        if not ok:
            break
        t = number / 25
        number += 1
        for x, y, w, h in c.detectMultiScale(cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY), 1.1, 3):
            n += abs(x + w / 2 - 70 - 110 * t) < 50 and abs(y + h / 2 - 110 - 40 * math.sin(2 * t)) < 50
print(n, number)
END

ok 'a face is covered in all pictures it is in' '
    /usr/bin/python3 faces.py face.mp4 >got; [ $(cut -d" " -f1 got) -gt 80 ] || { cat got; exit 1; }
    records face.mp4 | mm-redact -q >out.ndjson; unpack <out.ndjson
    /usr/bin/python3 faces.py out/face.mp4 >got; echo "0 75" | same - got'
ok 'before, between and behind the pictures that were looked at too' '
    cat >differ.py <<"END"
import cv2, numpy
# The middle of the face is another in each picture that has it.
import math
a, b = cv2.VideoCapture("face.mp4"), cv2.VideoCapture("out/face.mp4")
for i in range(75):
    (_, p), (_, q) = a.read(), b.read()
    t = i / 25
    if 0.3 < t < 2.3:
        x, y = int(70 + 110 * t), int(110 + 40 * math.sin(2 * t))
        p, q = p[y - 20:y + 20, x - 20:x + 20].astype(int), q[y - 20:y + 20, x - 20:x + 20].astype(int)
        if abs(p - q).mean() < 4:
            print("picture", i, "shows it")
END
    /usr/bin/python3 differ.py >got; ! [ -s got ] || { cat got; exit 1; }'
ok 'it is one finding, with its times' '
    jq -c ".mm.redact.findings | map([.entity, .field, .rule, .action, (.from_s < 0.6), (.to_s > 2)])" out.ndjson >got
    echo "[[\"FACE\",\"payload\",\"cascade\",\"pixelate\",true,true]]" | same - got'
ok 'the sound is the same' '
    for f in face.mp4 out/face.mp4; do ffmpeg -nostdin -v error -i $f -map 0:a -c copy -f md5 -; done | uniq | wc -l >got
    echo 1 | same - got'
ok '--verify finds it before and not afterwards' '
    mm-redact -q --verify out.ndjson
    records face.mp4 >in.ndjson; status 1 mm-redact -q --verify in.ndjson >got; grep -q "payload.*FACE" got'

qrencode -o qr.png -s 4 'https://example.org/jane'
convert -size 480x270 xc:white -font $font -pointsize 22 -fill black -annotate +10+40 'Contact jane.doe@example.com' \
    -annotate +10+240 'All other words stay' qr.png -geometry +170+48 -composite page.png
make_film -loop 1 -i page.png -t 2 -r 10 -c:v libx264 -pix_fmt yuv420p page.mkv
ok 'codes and words are covered' '
    records page.mkv | mm-redact -q >out.ndjson; unpack <out.ndjson
    make_film -i page.mkv before%d.png; make_film -i out/page.mkv after%d.png
    zbarimg -q before9.png | grep -q jane; tesseract before9.png - 2>/dev/null | grep -q jane
    for n in 1 2 9 20; do
        status 4 zbarimg -q after$n.png >/dev/null
        tesseract after$n.png - 2>/dev/null >read; ! grep -q -e jane -e example read || exit 1; grep -q "other words" read
    done
    jq -r ".mm.redact.findings[] | [.entity, .action] | join(\" \")" out.ndjson | sort >got
    printf "BARCODE box\nEMAIL box\n" | same - got; ! grep -q jane out.ndjson || exit 1'

ok 'the policy says what becomes of each' '
    printf "version: 1\nredact: {video: {faces: box, codes: keep, text: keep, every: 100ms}}\n" >policy.yaml
    records face.mp4 page.mkv | mm-redact -q --policy policy.yaml >out.ndjson
    jq -c ".mm.redact.findings | map([.entity, .action])?" out.ndjson >got; echo "[[\"FACE\",\"box\"]]" | same - got
    printf "version: 1\nredact: {image: keep}\n" >policy.yaml
    records face.mp4 | mm-redact -q --policy policy.yaml | jq -c .mm.redact.findings >got; echo null | same - got'
make_film -loop 1 -i back.png -loop 1 -i page.png -map 0 -map 1 -t 1 -r 10 -c:v libx264 -pix_fmt yuv420p two.mkv
ok 'two tracks of pictures, of which one would not be watched, are refused' '
    records two.mkv >in.ndjson; status 3 mm-redact -q --dead-letter dead.ndjson in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    grep -q "2 tracks of pictures" errors; jq -c .record dead.ndjson | same in.ndjson -'
finish
