# What EXIF says, tag by tag: equal to exiftool on real photos, told only when asked for.
. "${0%/*}/lib.sh"

# A TIFF of one directory: Make "Mm", DateTime, a GPS directory 33 30' 0" S, 151 15' 0" E, and a maker's note.
le() { printf "\\$(printf %o $(($1 & 255)))\\$(printf %o $(($1 >> 8 & 255)))"; }
entry() { le $1; le $2; le $3; le 0; le $4; le ${5-0}; }
{ printf 'II*\0'; le 8; le 0
  le 4; entry 271 2 3 $((0x6d4d)); entry 306 2 20 62; entry 37500 7 300 200; entry 34853 4 1 82; le 0; le 0
  printf '2024:02:29 23:59:58\0'
  le 4; entry 1 2 2 83; entry 2 5 3 136; entry 3 2 2 69; entry 4 5 3 160; le 0; le 0
  for n in 33 30 0 151 15 0; do le $n; le 0; le 1; le 0; done
  head -c 316 /dev/zero; } >turn.tif
printf '{"mm":{"ref":{"path":"turn.tif"}}}\n' >turn.ndjson

ok 'tags have their names, times and places their form, and a maker note only its length' '
    mm-probe -q --only image.exif turn.ndjson | jq -c .mm.probe.image.exif >out
    echo "{\"Make\":\"Mm\",\"DateTime\":\"2024-02-29T23:59:58\",\"MakerNote\":{\"bytes\":300},\"GPSLatitudeRef\":\"S\",\"GPSLatitude\":[33,30,0],\"GPSLongitudeRef\":\"E\",\"GPSLongitude\":[151,15,0],\"latitude_deg\":-33.5,\"longitude_deg\":151.25}" >expected
    same expected out'

ok 'nobody is told who does not ask for it' '
    mm-probe -q turn.ndjson >all; mm-probe -q --only image turn.ndjson >>all
    [ "$(grep -c "\"camera_make\":\"Mm\"" all)" = 2 ]
    ! grep -e "\"exif\":" -e 2024 -e 151 all || exit 1
    mm-probe -q --only image.meta turn.ndjson | grep -c "\"exif\":{\"Make\"" >out; echo 1 >expected; same expected out'

ok 'cut anywhere it tells what is left, or why not' '
    for n in $(seq 0 7 500); do printf "{\"mm\":{\"ref\":{\"path\":\"turn.tif\",\"length\":%d}}}\n" $n; done >cut.ndjson
    mm-probe -q --only image.meta cut.ndjson >out
    [ "$(wc -l <out)" = 72 ]
    jq -s -e "[.[] | .mm.probe.image.exif.Make // empty] | length > 30 and all(. == \"Mm\")" out'

photos=$SHARED/data/photos
needs "[ -d $photos ]" '&&' command -v exiftool -- 'needs the photos in ../shared and exiftool'

cp -r "$photos" photos; chmod -R u+w photos
find photos -type f ! -name README ! -name SOURCE | sort >names
jq -Rc '{mm:{src:.,ref:{path:.}}}' names >in.ndjson

# Our name for what exiftool calls otherwise, and how its value becomes the one that is stored: it turns APEX into
# seconds and f-numbers, and degrees into one number.
cat >agree.jq <<'END2'
def names: {NewSubfileType:"SubfileType", ImageLength:"ImageHeight", DateTime:"ModifyDate", PhotographicSensitivity:"ISO",
    DateTimeDigitized:"CreateDate", ExposureBiasValue:"ExposureCompensation", PixelXDimension:"ExifImageWidth",
    PixelYDimension:"ExifImageHeight", FocalLengthIn35mmFilm:"FocalLengthIn35mmFormat", LensSpecification:"LensInfo",
    InteroperabilityIndex:"InteropIndex",
    InteroperabilityVersion:"InteropVersion", RelatedImageLength:"RelatedImageHeight"};
def near($a; $theirs): ($theirs | tonumber) as $b | ($a - $b | fabs) <= 1e-6 * ([($a | fabs), ($b | fabs), 1e-12] | max);
def numbers($v): if ($v | type) == "array" then $v elif ($v | type) == "number" then [$v]
    else [$v | tostring | splits(" +") | select(. != "") | tonumber? // .] end;
def text: tostring | sub("[ \t\r\n]+$"; "");
def clock: text | gsub("[T:-]"; " ") | rtrimstr("Z");
def agree($tag; $ours; $theirs):
    if $tag == "ShutterSpeedValue" then near(pow(2; -$ours); $theirs)
    elif $tag == "ApertureValue" or $tag == "MaxApertureValue" then near(pow(2; $ours / 2); $theirs)
    elif $tag == "GPSLatitude" or $tag == "GPSLongitude" then near($ours[0] + $ours[1] / 60 + $ours[2] / 3600; $theirs)
    elif ($ours | type) == "string" then ($ours | text) == ($theirs | text) or ($ours | clock) == ($theirs | clock)
    else numbers($ours) as $a | numbers($theirs) as $b | ($a | length) == ($b | length) and
        all(range($a | length); . as $i | if ($b[$i] | type) == "number" then near($a[$i]; $b[$i]) else $a[$i] == $b[$i] end)
    end;
INDEX($peer[0][]; .SourceFile) as $theirs | .mm.src as $src | .mm.probe.image.exif // {} | to_entries[] |
    .key as $k | .value as $v | (names[$k] // $k) as $name |
    ($theirs[$src] | .["IFD0:" + $name] // .["ExifIFD:" + $name] // .["GPS:" + $name] // .["InteropIFD:" + $name]) as $t |
    select($t != null and ($v | type) != "object") | [agree($k; $v; $t), $src, $k, $v, $t]
END2

ok 'every tag that exiftool tells too has its value, on every photo' '
    exiftool -q -q -n -j -G1 -r photos >peer.json
    mm-probe -q --only image.exif in.ndjson >ours.ndjson
    jq -c --slurpfile peer peer.json -f agree.jq ours.ndjson >compared
    grep -v "^\[true" compared >differ || true
    [ "$(wc -l <compared)" -gt 1000 ]
    [ ! -s differ ] || { cat differ; exit 1; }'

ok 'positions are those of exiftool, sign and all' '
    jq -r ".[] | select(.\"GPS:GPSLatitudeRef\" and .\"GPS:GPSLatitude\") | [.SourceFile, (.\"GPS:GPSLatitude\" * (if .\"GPS:GPSLatitudeRef\" == \"S\" then -1 else 1 end)),
        (.\"GPS:GPSLongitude\" * (if .\"GPS:GPSLongitudeRef\" == \"W\" then -1 else 1 end))] | \"\(.[0]) \(.[1] * 1e6 | round) \(.[2] * 1e6 | round)\"" peer.json | sort >expected
    jq -r "select(.mm.probe.image.exif.latitude_deg) | \"\(.mm.src) \(.mm.probe.image.exif | .latitude_deg * 1e6 | round) \(.mm.probe.image.exif | .longitude_deg * 1e6 | round)\"" ours.ndjson | sort >out
    [ "$(wc -l <expected)" -ge 9 ]
    same expected out'

finish
