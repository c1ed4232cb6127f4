# --gallery: a contact sheet of the records as one HTML file, besides the records.
. "${0%/*}/lib.sh"
needs mm-probe --features '|' grep -q "media.*yes" '&&' command -v convert '&&' command -v ffmpeg '&&' command -v exiftool '&&' command -v python3 -- 'needs FFmpeg, ImageMagick, exiftool and Python'

convert -size 640x320 plasma:red-blue turned.jpg; exiftool -q -overwrite_original -Orientation#=6 turned.jpg
convert -size 100x50 xc:green 'a<script>"&.png'
ffmpeg -v error -f lavfi -i testsrc2=s=320x180:r=25:d=8 -f lavfi -i 'aevalsrc=sin(440*2*PI*t)*t/8:d=8' -c:v mpeg4 -g 25 film.mp4
ffmpeg -v error -i film.mp4 -t 2 sound.flac
head -c 700 turned.jpg >cut.jpg
for f in turned.jpg 'a<script>"&.png' film.mp4 sound.flac cut.jpg; do jq -nc --arg f "$f" '{mm:{src:$f,ref:{path:$f}}}'; done >in.ndjson
echo '{"text":"some words of a row"}' >>in.ndjson

cat >look.py <<'END'
import base64, re, sys, xml.dom.minidom
page = open(sys.argv[1]).read()
d = xml.dom.minidom.parseString(page)
assert not d.getElementsByTagName('script') and not d.getElementsByTagName('link') and not d.getElementsByTagName('iframe')
assert not re.search(r'(src|href)="(?!data:image/jpeg;base64,)', page)
n = 0
for f in d.getElementsByTagName('figure'):
    text = lambda e: ''.join(c.data for c in e.childNodes if c.nodeType == c.TEXT_NODE)
    images, waves = f.getElementsByTagName('img'), f.getElementsByTagName('svg')
    shown = []
    for i in images:
        n += 1
        open('shot-%d.jpg' % n, 'wb').write(base64.b64decode(i.getAttribute('src')[23:], validate=True))
        shown.append('%s %sx%s' % (i.getAttribute('alt'), i.getAttribute('width'), i.getAttribute('height')))
    shown += [w.getAttribute('aria-label') + ' ' + str(len(w.getElementsByTagName('path')[0].getAttribute('d').split('L')) > 50) for w in waves]
    facts = {text(t): text(v) for t, v in zip(f.getElementsByTagName('dt'), f.getElementsByTagName('dd'))}
    print(text(f.getElementsByTagName('figcaption')[0]), shown, facts.get('modality'), facts.get('image.width'), sep=' | ')
END

ok 'a card a record, in order: pictures as they are shown, key frames, waveforms, facts, each with its text' '
    mm-probe -q --gallery out.html in.ndjson >records
    python3 look.py out.html >out
    cat >expected <<END
turned.jpg | ['\''turned.jpg 120x240'\''] | image | 640 px
a<script>"&.png | ['\''a<script>"&.png 100x50'\''] | image | 100 px
film.mp4 | ['\''frame at 1 s of film.mp4 240x135'\'', '\''frame at 3 s of film.mp4 240x135'\'', '\''frame at 5 s of film.mp4 240x135'\'', '\''frame at 7 s of film.mp4 240x135'\'', '\''waveform of film.mp4 True'\''] | video | None
sound.flac | ['\''waveform of sound.flac True'\''] | audio | None
cut.jpg | [] | image | 640 px
in.ndjson:6 | [] | row | None
END
    same expected out
    grep -c "6 records. Made by mm-probe" out.html'

ok 'the small pictures are JPEG of that size, and the turned one is turned' '
    identify -format "%m %wx%h\n" shot-1.jpg shot-2.jpg shot-3.jpg >out
    printf "JPEG %s\n" 120x240 100x50 240x135 >expected; same expected out
    convert turned.jpg -auto-orient -resize 120x240! want.png
    compare -metric RMSE want.png shot-1.jpg null: 2>rmse || true
    sed "s/.*(\(.*\))/\1/" rmse | awk "{ exit !(\$1 < 0.05) }"'

ok 'the records are those of a run without it, and the page does not depend on the number of workers' '
    mm-probe -q in.ndjson >expected; same expected records
    for j in 1 4; do mm-probe -q -j$j --gallery out$j.html in.ndjson >out; cmp out.html out$j.html; done'

ok 'duplicates that are left out and bad records have no card' '
    { cat in.ndjson in.ndjson; echo "{\"mm\":{\"ref\":{\"path\":\"none.jpg\"}}}"; } >twice.ndjson
    status 3 mm-probe -q --dup exact --dup-drop --gallery twice.html twice.ndjson >out
    [ "$(grep -c "<figure" twice.html)" = 6 ]'

ok 'the file is there when all is well, and else what was there before' '
    echo before >kept.html
    echo "{\"mm\":{\"ref\":{\"path\":\"none.jpg\"}}}" | status 3 mm-probe -q --on-error fail --gallery kept.html >out
    [ "$(cat kept.html)" = before ]; ! ls kept.html.* 2>/dev/null || exit 1
    status 2 mm-probe -q --only nothing --gallery kept.html in.ndjson >out; [ "$(cat kept.html)" = before ]
    status 4 mm-probe -q --gallery nowhere/x.html in.ndjson >out'

ok 'an empty input gives an empty sheet' '
    mm-probe -q --gallery none.html </dev/null; python3 look.py none.html >out; [ ! -s out ]; grep -c "0 records" none.html'

needs command -v chromium -- 'needs chromium'

ok 'a browser shows it' '
    timeout 100 chromium --headless --no-sandbox --disable-gpu --user-data-dir="$PWD/profile" --screenshot="$PWD/seen.png" --window-size=1000,900 "file://$PWD/out.html" >log 2>&1
    echo "{\"mm\":{\"ref\":{\"path\":\"seen.png\"}}}" | mm-probe -q --only image.width,image.is_blank,image.colorfulness |
        jq -e ".mm.probe.image | .width == 1000 and .is_blank == false and .colorfulness > 15"'

finish
