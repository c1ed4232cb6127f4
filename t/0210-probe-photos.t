# On real photos mm-probe tells what exiftool and identify tell, fact by fact; damaged ones give a reason.
# Where a file states no orientation identify shows that of a TIFF without one, top left, which is 1.
. "${0%/*}/lib.sh"
photos=$SHARED/data/photos
needs "[ -d $photos ]" '&&' command -v exiftool '&&' command -v identify -- 'needs the photos in ../shared, exiftool and identify'

cp -r "$photos" photos; chmod -R u+w photos
find photos -type f ! -name README ! -name SOURCE | sort >names
jq -Rc '{mm:{src:.,ref:{path:.}}}' names >in.ndjson

ok 'size, orientation, camera and presence of a position are those of exiftool' '
    exiftool -q -q -json -n -r -ImageWidth -ImageHeight -Orientation -Make -Model -GPSLatitude photos |
        jq -c ".[] | select(.ImageWidth) | [.SourceFile, .ImageWidth, .ImageHeight, .Orientation, .Make, .Model, (.GPSLatitude != null)]" |
        sort >expected
    mm-probe -q in.ndjson --only image |
        jq -c "[.mm.src, (.mm.probe.image | .width, .height, .orientation, .camera_make, .camera_model, .has_gps)]" | sort >out
    [ "$(wc -l <expected)" -gt 50 ]
    same expected out'

cat >turns <<'END'
s/TopLeft$/1/; s/TopRight$/2/; s/BottomRight$/3/; s/BottomLeft$/4/
s/LeftTop$/5/; s/RightTop$/6/; s/RightBottom$/7/; s/LeftBottom$/8/; s/ Undefined$/ 1/
END

ok 'size and orientation are those of identify, where it can read the file' '
    xargs -n1 identify -format "%d/%f %w %h %[orientation]\n" <names 2>/dev/null | sed -f turns | sort -u >expected
    mm-probe -q in.ndjson --only image |
        jq -r "\"\(.mm.src) \(.mm.probe.image | .width) \(.mm.probe.image.height) \(.mm.probe.image.orientation // 1)\"" |
        sort >all
    cut -d" " -f1 expected | while read -r f; do grep -F "$f " all; done >out
    [ "$(wc -l <expected)" -gt 50 ]
    same expected out'

ok 'every one gives facts, and cut in the middle facts or a reason' '
    while read -r f; do
        size=$(wc -c <"$f")
        for k in 10 40 70 95; do printf "{\"mm\":{\"ref\":{\"path\":\"%s\",\"length\":%d}}}\n" "$f" $((size * k / 100)); done
    done <names >cut.ndjson
    mm-probe -q cut.ndjson --only modality,image >out
    jq -c "select(.mm.probe.image == null and .mm.probe.warnings == null) | .mm" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }
    jq -s "map(select(.mm.probe.warnings)) | length" out >warned
    [ "$(cat warned)" -gt 100 ]'

finish
