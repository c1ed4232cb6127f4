# Text in images: what tesseract reads, confined, with a box for each word.
. "${0%/*}/lib.sh"
needs built ocr -- 'this build has no tesseract'
needs command -v tesseract '&&' command -v convert '&&' command -v jq -- 'tesseract and ImageMagick are the peers'
needs tesseract --list-langs '|' grep -qx eng -- 'the English model of tesseract is not installed'

font=/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf
needs test -r $font -- 'the DejaVu fonts write the pages'
page() { file=$1; shift; convert -font $font "$@" "$file"; }
page a.png -size 900x300 xc:white -fill black -pointsize 36 -annotate +40+80 'Invoice number 12-345' \
    -annotate +40+160 'Please pay 99.50 within 14 days.' -annotate +40+240 'Thank you, the Team'
page b.png -size 700x500 xc:'#eeeedd' -fill '#223344' -pointsize 24 -annotate +30+60 'Dear Jane, the train leaves at noon.' \
    -annotate +30+100 'Bring the red box to platform 9.' -annotate +30+300 'Far below stands another paragraph.'
page blank.png -size 200x100 xc:white
convert a.png -quality 95 c.jpg
refs() { for f; do printf '{"mm":{"ref":{"path":"%s"}}}\n' "$f"; done; }

ok 'the text is the tesseract command'\''s, and so are the words and their boxes' '
    for f in a.png b.png c.jpg; do tesseract $f - 2>/dev/null | tr -d "\f" | jq -Rsc .; done >expected
    refs a.png b.png c.jpg | mm-probe -q --ocr >out.ndjson
    jq -c .mm.probe.image.ocr.text out.ndjson >out
    grep -q Invoice expected; same expected out
    for f in a.png b.png; do tesseract $f - tsv 2>/dev/null |
        awk -F"\t" "\$1 == 5 { print \$7, \$8, \$9, \$10, \$12 }"; done >expected
    head -n2 out.ndjson | jq -r ".mm.probe.image.ocr.words[] | \"\(.[0]) \(.[1]) \(.[2]) \(.[3]) \(.[4])\"" >out
    [ "$(wc -l <expected)" -gt 20 ]; same expected out
    # How sure it is depends in its last digits on how colours become gray.
    tesseract a.png - tsv 2>/dev/null | awk -F"\t" "\$1 == 5 { print \$11 }" >sure
    head -n1 out.ndjson | jq ".mm.probe.image.ocr.words[][5]" | paste -d" " - sure >both
    awk "{ d = \$1 - \$2; if (NF != 2 || d * d > 1) { print; bad = 1 } } END { exit bad || NR < 10 }" both'

ok 'a blank page has no text and no words, and what was read before does not matter' '
    refs blank.png a.png blank.png a.png | mm-probe -q -j1 --only image.ocr | jq -c .mm.probe.image.ocr >out
    [ "$(sort -u out | wc -l)" = 2 ]
    [ "$(head -n1 out)" = "{\"text\":\"\",\"words\":[]}" ]
    refs blank.png a.png blank.png a.png | mm-probe -q -j4 --only image.ocr | jq -c .mm.probe.image.ocr >four
    same out four'

ok 'a page over --max-pixels is warned of and not read' '
    refs a.png b.png | mm-probe -q --ocr --max-pixels 300000 | jq -c "[.mm.probe.image.ocr != null, .mm.probe.warnings // []]" >out
    refs b.png | mm-probe -q --only image.pdq --max-pixels 300000 | jq -c "[false, .mm.probe.warnings]" >expected
    grep -q pixels expected
    sed -i "1i[true,[]]" expected; same expected out'

ok 'who asks for image facts does not wait for it' '
    refs a.png | mm-probe -q --only image | jq -e ".mm.probe.image.ocr == null and .mm.probe.image.width == 900"
    refs a.png | mm-probe -q | jq -e ".mm.probe.image.ocr == null"'

ok 'what can not be decoded is told, and costs nothing else' '
    head -c 200 a.png >cut.png
    refs cut.png a.png | mm-probe -q --only image.ocr >out
    jq -se ".[0].mm.probe.warnings | length == 1" out; jq -se ".[1].mm.probe.image.ocr.words | length > 5" out'

ok 'a language without a model is an error that says what to install' '
    refs a.png | status 2 mm-probe -q --ocr --ocr-languages eng+xyz 2>err
    grep "^mm-probe: --ocr-languages: tesseract has no model .xyz. (.*xyz.traineddata); install its package, such as tesseract-ocr-xyz" err
    printf "{\"n\":1}\n" | mm-probe -q --ocr-languages xyz --only text'

finish
