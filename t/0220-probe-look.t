# What pixels tell: the statistics are those of OpenCV and numpy, the perceptual hash is that of PDQ, faces are
# those of OpenCV; what is over a limit is not decoded but warned of.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v convert -- 'ImageMagick makes the samples'
python=/usr/bin/python3
photos=$SHARED/data/photos

refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
look() { mm-probe -q --only "$1" | jq -c .mm.probe; }

convert -size 300x220 xc:white blank.png
convert -size 300x220 -seed 3 plasma: -depth 8 PNG24:plasma.png
convert -size 100x100 xc:black xc:white +append -depth 8 PNG24:half.png
convert -size 100x50 'xc:#ff0000' 'xc:#0000ff' 'xc:#0000ff' 'xc:#00ff00' -append -depth 8 PNG24:bands.png
convert -size 640x400 xc:white -fill '#2050a0' -draw 'rectangle 0,0 639,40' -fill black -draw 'rectangle 20,100 200,104' \
    -draw 'rectangle 20,120 260,124' -draw 'circle 500,300 500,330' -depth 8 PNG24:window.png

ok 'half black, half white: known by heart' '
    refs half.png | look image.look >out
    jq -c ".image | [.luma_mean, .contrast, .shadows, .highlights, .colorfulness, .entropy, .is_blank, .is_screenshot]" out >got
    echo "[127.5,0.5,0.5,0.5,0,1,false,false]" >expected; same expected got
    jq -c .image.colors out >got
    echo "[{\"rgb\":\"#000000\",\"share\":0.5},{\"rgb\":\"#ffffff\",\"share\":0.5}]" >expected; same expected got'

ok 'dominant colours come with their shares, the most frequent first' '
    refs bands.png | look image.colors >out
    echo "{\"image\":{\"colors\":[{\"rgb\":\"#0000ff\",\"share\":0.5},{\"rgb\":\"#00ff00\",\"share\":0.25},{\"rgb\":\"#ff0000\",\"share\":0.25}]}}" >expected
    same expected out'

ok 'blank pages and what a computer drew are told from photos' '
    refs blank.png window.png plasma.png | look image.is_blank,image.is_screenshot >out
    cat >expected <<END
{"image":{"is_blank":true,"is_screenshot":false}}
{"image":{"is_blank":false,"is_screenshot":true}}
{"image":{"is_blank":false,"is_screenshot":false}}
END
    same expected out'

ok 'nothing is decoded for facts of the header' '
    refs plasma.png | mm-probe -q --max-pixels 1 | jq -c "[.mm.probe.warnings, .mm.probe.image.luma_mean]" >out
    echo "[null,null]" >expected; same expected out'

ok 'a picture over the limit is warned of' '
    refs plasma.png | mm-probe -q --max-pixels 65999 --only image.size,image.luma_mean,image.faces | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"300x220\"},\"warnings\":[\"not decoded: 300x220 pixels are over the limit of 65999\"]}" >expected
    same expected out
    status 2 mm-probe --max-pixels 0 </dev/null'

ok 'a bomb of 50,000 by 50,000 takes neither time nor memory' '
    { head -c 16 half.png; printf "\0\0\303\120\0\0\303\120\10\2\0\0\0\0\0\0\0"; tail -c +34 half.png; } >bomb.png
    refs bomb.png | timeout 10 mm-probe -q --only image.size,image.look | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"50000x50000\"},\"warnings\":[\"not decoded: 50000x50000 pixels are over the limit of 100000000\"]}" >expected
    same expected out'

for x in png gif bmp tiff webp jpg; do
    convert plasma.png -quality 100 -define webp:lossless=true -sampling-factor 1x1 all.$x
done

ok 'every format gives the same picture' '
    refs all.png all.bmp all.tiff all.webp all.jpg all.gif | look image.luma_mean,image.pdq_quality >out
    jq -e -s "length == 6 and (map(.image.luma_mean) | (max - min) < 0.5) and all(.[]; .image.pdq_quality > 50)" out'

ok 'a cut picture gives pixels or a reason, whatever the format' '
    for x in png gif bmp tiff webp jpg; do
        size=$(wc -c <all.$x)
        for k in 1 5 20 50 80 97; do printf "{\"mm\":{\"ref\":{\"path\":\"all.%s\",\"length\":%d}}}\n" $x $((size * k / 100)); done
    done >cut.ndjson
    timeout 60 mm-probe -q --only type,image.look,image.faces cut.ndjson >out
    [ "$(wc -l <out)" = 36 ]
    jq -c "select(.mm.probe.image.luma_mean == null and .mm.probe.warnings == null and (.mm.probe.type | startswith(\"image\"))) | .mm" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }'

ok 'without a cascade faces are not told, and why' '
    refs plasma.png | mm-probe -q --cascade none.xml --only image.faces,image.size | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"300x220\"},\"warnings\":[\"faces not looked for: no cascade file none.xml (Debian: opencv-data)\"]}" >expected
    same expected out
    echo "<xml/>" >odd.xml
    refs plasma.png | mm-probe -q --cascade odd.xml --only image.faces | jq -r ".mm.probe.warnings[0]" >out
    echo "faces not looked for: no cascade that can be used: not an OpenCV cascade of Haar features" >expected; same expected out'

needs "$python" -c "'import cv2, numpy'" -- 'needs python3-opencv and python3-numpy'

[ ! -d "$photos" ] || { cp -r "$photos" photos; chmod -R u+w photos; }
find photos -type f 2>/dev/null | grep -v -e SOURCE -e README -e heif -e corrupted -e invalid | sort >names
{ refs blank.png half.png bands.png window.png plasma.png; while read -r f; do refs "$f"; done <names; } >in.ndjson

cat >compare.py <<'END'
import sys, json, numpy as np, cv2
bad = n = 0
for line in open(sys.argv[1]):
    r = json.loads(line)["mm"]
    i = r["probe"]["image"]
    bgr = cv2.imread(r["src"], cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if bgr is None:
        continue
    g = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
    blue, green, red = [x.astype(float) for x in cv2.split(bgr)]
    rg, yb = red - green, (red + green) / 2 - blue
    h = np.bincount(g.ravel(), minlength=256) / g.size
    h = h[h > 0]
    peer = {"luma_mean": g.mean(), "contrast": g.std() / 255, "sharpness": cv2.Laplacian(g, cv2.CV_64F).var(),
            "colorfulness": np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()),
            "entropy": -(h * np.log2(h)).sum(), "shadows": (g <= 2).mean(), "highlights": (g >= 253).mean()}
    # OpenCV rounds luma otherwise, and its JPEG decoder interpolates colour otherwise.
    relative = 0.02 if r["src"].endswith("png") else 0.06
    for k, v in peer.items():
        n += 1
        if abs(i[k] - v) > (0.5 if k == "luma_mean" else 0.004) + relative * abs(v):
            bad += 1
            print(r["src"], k, i[k], v)
print(n, "compared")
sys.exit(bad > 0 or n < 30)
END

ok 'statistics are those OpenCV and numpy compute' '
    mm-probe -q --only image.look in.ndjson >out
    $python compare.py out'

cat >faces.py <<'END'
import sys, json, cv2
c = cv2.CascadeClassifier(sys.argv[2])
def like(a, b):
    w = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    h = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return w > 0 and h > 0 and w * h / (a[2] * a[3] + b[2] * b[3] - w * h) >= 0.5
ours = theirs = same = 0
for line in open(sys.argv[1]):
    r = json.loads(line)["mm"]
    g = cv2.imread(r["src"], cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if g is None or max(g.shape) > 1024:
        continue
    peer = [list(map(int, x)) for x in c.detectMultiScale(cv2.cvtColor(g, cv2.COLOR_BGR2GRAY), 1.1, 3)]
    mine = r["probe"]["image"]["face_boxes"]
    ours, theirs = ours + len(mine), theirs + len(peer)
    same += sum(any(like(a, b) for b in peer) for a in mine)
print("ours", ours, "theirs", theirs, "same", same)
sys.exit(not (theirs > 0 and same >= 0.95 * max(ours, theirs)))
END
cascades=/usr/share/opencv4/haarcascades
needs "[ -f $cascades/haarcascade_frontalface_default.xml ]" '&&' "[ -s names ]" -- 'needs opencv-data and the photos in ../shared'
# In gray and without loss, so that both search the same pixels.
$python -c '
import sys, cv2
for i, name in enumerate(sys.stdin):
    g = cv2.imread(name.strip(), cv2.IMREAD_GRAYSCALE)
    for k in (1, 1.7) if max(g.shape) < 400 else ():
        cv2.imwrite("face%d-%g.png" % (i, k), cv2.resize(g, None, fx=k, fy=k, interpolation=cv2.INTER_CUBIC))' <names
refs face*.png >faces.ndjson

ok 'faces are those OpenCV finds, with trees and with stumps' '
    for c in alt2 default; do
        mm-probe -q --only image.faces --cascade $cascades/haarcascade_frontalface_$c.xml faces.ndjson >out
        $python faces.py out $cascades/haarcascade_frontalface_$c.xml
    done'

pdq=$MM_BUILD/venv/bin/python
needs "$pdq" -c "'import pdqhash, cv2'" -- 'needs python with pdqhash and opencv-python-headless in build/venv'

cat >pdq.py <<'END'
import sys, json, pdqhash, cv2
far = []
for line in open(sys.argv[1]):
    r = json.loads(line)["mm"]
    i = r["probe"]["image"]
    bgr = cv2.imread(r["src"], cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    if bgr is None or i["pdq_quality"] < 50:
        continue
    bits, quality = pdqhash.compute(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
    theirs = int("".join(map(str, bits)), 2)
    far.append((bin(theirs ^ int(i["pdq"], 16)).count("1"), quality - i["pdq_quality"], r["src"]))
far.sort(reverse=True)
print(len(far), far[:5])
sys.exit(not (len(far) > 10 and far[0][0] <= 31 and far[len(far) // 4][0] <= 16))
END

ok 'the hash is that of the published implementation, but for a few bits' '
    mm-probe -q --only image.pdq,image.pdq_quality in.ndjson >out
    $pdq pdq.py out'

finish
