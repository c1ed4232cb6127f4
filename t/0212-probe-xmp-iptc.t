# What XMP and IPTC say, property by property: equal to exiftool on real photos and on files it wrote, told only when asked for.
. "${0%/*}/lib.sh"

# A GIF of one pixel with this XMP packet.
gif() {
    printf 'GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377\41\377\13XMP DataXMP'; cat
    printf '\1'; i=255; while [ $i -ge 0 ]; do printf "\\$(printf %o $i)"; i=$((i - 1)); done
    printf '\0\54\0\0\0\0\1\0\1\0\0\2\2\104\1\0\73'
}
one() { printf '{"mm":{"ref":{"path":"%s"}}}\n' "$1" | mm-probe -q --only image.meta | jq -c .mm.probe.image.xmp; }
open='<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:pdc="http://purl.org/dc/elements/1.1/" xmlns:e="http://ns.adobe.com/exif/1.0/" xmlns:own="urn:own">'
close='</rdf:RDF></x:xmpmeta>'

cat >forms.xmp <<END
<?xpacket begin="" id="x"?>$open
<rdf:Description rdf:about="" own:short='a &lt;b&gt; &#xe4;' e:FNumber="28/10" e:GPSLatitude="33,30.0S">
 <pdc:title><rdf:Alt><rdf:li xml:lang="x-default">Sea</rdf:li><rdf:li xml:lang="de">Meer</rdf:li></rdf:Alt></pdc:title>
 <pdc:subject><rdf:Bag><rdf:li>one</rdf:li><rdf:li><![CDATA[<two>]]></rdf:li></rdf:Bag></pdc:subject>
 <e:Flash rdf:parseType="Resource"><e:Fired>True</e:Fired><e:Mode>2</e:Mode></e:Flash>
 <e:GPSLongitude>151,15,0E</e:GPSLongitude>
 <own:by own:name="A" own:age="7"/><own:see rdf:resource="urn:x"/><own:empty/>
</rdf:Description>
<rdf:Description><own:short>twice</own:short><own:list><rdf:Seq><rdf:li rdf:parseType="Resource"><own:n>1</own:n></rdf:li></rdf:Seq></own:list>
 <own:price><rdf:Description><rdf:value>5</rdf:value><own:unit>EUR</own:unit></rdf:Description></own:price></rdf:Description>
$close<?xpacket end="w"?>
END
ok 'every form of RDF becomes objects, arrays, texts, numbers and booleans; the usual prefix stands for a namespace' '
    gif <forms.xmp >forms.gif; one forms.gif >out
    echo "{\"own:short\":\"a <b> ä\",\"exif:FNumber\":2.8,\"exif:GPSLatitude\":\"33,30.0S\",\"dc:title\":{\"x-default\":\"Sea\",\"de\":\"Meer\"},\"dc:subject\":[\"one\",\"<two>\"],\"exif:Flash\":{\"exif:Fired\":true,\"exif:Mode\":2},\"exif:GPSLongitude\":\"151,15,0E\",\"own:by\":{\"own:name\":\"A\",\"own:age\":\"7\"},\"own:see\":\"urn:x\",\"own:empty\":\"\",\"own:list\":[{\"own:n\":\"1\"}],\"own:price\":\"5\",\"latitude_deg\":-33.5,\"longitude_deg\":151.25}" >expected
    same expected out'

ok 'what was whole stays when the rest is damaged; entities of a document type are never followed' '
    printf "%s<rdf:Description own:a=\"1\"><own:b>2</own:b><own:c>&nix;</own:c></rdf:Description>%s" "$open" "$close" | gif >bad.gif
    printf "<!DOCTYPE x [<!ENTITY nix \"boom\">]>%s<rdf:Description own:a=\"1\"/>%s" "$open" "$close" | gif >dtd.gif
    { printf %s "$open<rdf:Description own:a=\"1\"><own:deep>"; for i in $(seq 100); do printf "<rdf:Bag><rdf:li>"; done; } | gif >deep.gif
    { one bad.gif; one dtd.gif; one deep.gif; } >out
    printf "%s\n" "{\"own:a\":\"1\",\"own:b\":\"2\"}" null "{\"own:a\":\"1\"}" >expected
    same expected out'

ok 'cut anywhere it tells what is left' '
    size=$(wc -c <forms.gif)
    for n in $(seq 0 11 $size); do printf "{\"mm\":{\"ref\":{\"path\":\"forms.gif\",\"length\":%d}}}\n" $n; done >cut.ndjson
    mm-probe -q --only image.meta cut.ndjson >out
    [ "$(wc -l <out)" = "$(wc -l <cut.ndjson)" ]
    jq -e -s "[.[] | .mm.probe.image.xmp.\"dc:title\" // empty] | length > 20" out'

ok 'nobody is told who does not ask for it' '
    printf "{\"mm\":{\"ref\":{\"path\":\"forms.gif\"}}}\n" | tee forms.ndjson | mm-probe -q >all; mm-probe -q --only image forms.ndjson >>all
    [ "$(grep -c "\"has_xmp\":true" all)" = 2 ]
    ! grep -e "\"xmp\":" -e Sea -e 151 all || exit 1'

needs command -v exiftool '&&' command -v convert -- 'needs exiftool and ImageMagick'

# Our name for what exiftool calls otherwise. It strips prefixes within structures, begins names with a capital, and
# puts each language of a text into a tag of its own.
cat >agree.jq <<'END'
def families: {Iptc4xmpCore:"iptcCore", Iptc4xmpExt:"iptcExt", MicrosoftPhoto:"microsoft"};
def names: {ImageLength:"ImageHeight", PixelXDimension:"ExifImageWidth", PixelYDimension:"ExifImageHeight",
    ISOSpeedRatings:"ISO", ExposureBiasValue:"ExposureCompensation", FocalLengthIn35mmFilm:"FocalLengthIn35mmFormat",
    ICCProfile:"ICCProfileName", Regions:"RegionInfo", Temperature:"ColorTemperature", Rating:"RatingPercent"};
def capital: (.[:1] | ascii_upcase) + .[1:];
def near($a; $b): ($a - $b | fabs) <= 1e-6 * ([($a | fabs), ($b | fabs), 1e-12] | max);
def clock: tostring | gsub("[T:-]"; " ") | sub("[ \t\r\n]+$"; "") | ascii_downcase;
def short: sub("^.*:"; "") | capital;
def agree($tag; $a; $b):
    if ($tag == "ShutterSpeedValue") then near(pow(2; -$a); $b | tonumber)
    elif ($tag | test("ApertureValue")) then near(pow(2; $a / 2); $b | tonumber)
    elif ($a | type) == "object" and ($a | has("x-default")) then agree($tag; $a["x-default"]; $b)
    elif ($a | type) == "object" and ($b | type) == "object" then
        [$a | to_entries[] | (.key | short) as $k | (names[$k] // $k) as $n | .value as $v | $b[$n] // $b[$k] | select(. != null) | agree($k; $v; .)] | all
    elif ($a | type) == "array" and ($b | type) == "array" then ($a | length) == ($b | length) and all(range($a | length); . as $i | agree($tag; $a[$i]; $b[$i]))
    elif ($a | type) == "array" then ($a | length) == 1 and agree($tag; $a[0]; $b) or ($a | map(tostring) | join(" ")) == ($b | tostring)
    elif ($a | type) == "number" and ($b | type) == "number" then near($a; $b)
    else ($a | clock) == ($b | clock) or near($a | tonumber? // 1e99; $b | tonumber? // -1e99) end;
INDEX($peer[0][]; .SourceFile) as $theirs | .mm.src as $src | .mm.probe.image | (.xmp // {} | to_entries[] |
    (.key | split(":")) as $k | select($k | length == 2) | ($k[1] | capital) as $n |
    ["XMP-" + (families[$k[0]] // $k[0]) + ":", $n, .key, .value]), (.iptc // {} | to_entries[] | ["IPTC:", .key, .key, .value]) |
    select(.[1] | test("^GPSL") | not) |
    . as [$family, $n, $k, $v] | ($theirs[$src] | .[$family + $n] // .[$family + (names[$n] // $n)]) as $t |
    if $t == null then ["unknown", $src, $k, $v] else [agree($n; $v; $t), $src, $k, $v, $t] end
END
compare() {
    exiftool -q -q -n -j -G1 -struct -XMP:all -IPTC:all -r "$1" >peer.json
    mm-probe -q --only image.meta in.ndjson >ours.ndjson
    jq -c --slurpfile peer peer.json -f agree.jq ours.ndjson >compared
    grep '^\[false' compared >differ || true
    [ ! -s differ ] || { cat differ; return 1; }
}

mkdir -p made
cat >args <<'END'
-XMP-dc:Title=Sea & <sun> "quoted"
-XMP-dc:Title-de=Meer und Säure
-XMP-dc:Creator=Ann
-XMP-dc:Creator=Bob
-XMP-dc:Subject=one
-XMP-dc:Subject=two, three
-XMP-dc:Description=日本語 text
-XMP-xmp:Rating=4
-XMP-xmp:CreateDate=2020:01:02 03:04:05+01:00
-XMP-xmpRights:Marked=true
-XMP-exif:FNumber=2.8
-XMP-exif:ExposureTime=1/125
-XMP-exif:ISO=200
-XMP-exif:FlashFired=true
-XMP-exif:FlashMode=2
-XMP-exif:GPSLatitude=-33.5
-XMP-exif:GPSLongitude=151.25
-XMP-tiff:BitsPerSample=8
-XMP-tiff:BitsPerSample=8
-XMP-photoshop:Headline=Head
-XMP-photoshop:Urgency=3
-XMP-iptcCore:CreatorCity=Köln
-XMP-iptcCore:CreatorWorkEmail=a@example.com
-XMP-iptcExt:PersonInImage=Carl
-XMP-mwg-rs:RegionInfo={AppliedToDimensions={W=10,H=20,Unit=pixel},RegionList=[{Area={X=0.5,Y=0.25,W=0.1,H=0.2,Unit=normalized},Name=Dora,Type=Face}]}
-XMP-xmpMM:HistoryAction=saved
-XMP-xmpMM:HistoryWhen=2021:01:01 00:00:00Z
-XMP-crs:Exposure2012=+0.25
END
cat >iptc.args <<'END'
-codedcharacterset=utf8
-IPTC:ObjectName=Name
-IPTC:Keywords=one
-IPTC:Keywords=zwei ü
-IPTC:By-line=Ann
-IPTC:City=Köln
-IPTC:Urgency=3
-IPTC:DateCreated=2020:01:02
-IPTC:TimeCreated=03:04:05+01:00
-IPTC:Caption-Abstract=A long text
-IPTC:CopyrightNotice=(c)
-IPTC:EnvelopeNumber=12
-IPTC:DateSent=2020:01:02
-IPTC:Country-PrimaryLocationName=Deutschland
END

ok 'what exiftool wrote into each format is what it reads there, XMP and IPTC' '
    for f in jpg png tif webp gif; do
        convert -size 16x8 xc:teal made/a.$f
        exiftool -q -q -overwrite_original -@ args made/a.$f
        case $f in jpg | tif | png) exiftool -q -q -m -overwrite_original -@ iptc.args made/a.$f ;; esac
    done
    for f in made/*; do jq -nc --arg f $f "{mm:{src:\$f,ref:{path:\$f}}}"; done >in.ndjson
    compare made
    ! grep "^\[.unknown" compared || exit 1
    for f in jpg png tif; do [ "$(grep -c "true,.made/a.$f" compared)" = 33 ]; done
    for f in webp gif; do [ "$(grep -c "true,.made/a.$f" compared)" = 19 ]; done
    jq -c ".mm.probe.image | [(.xmp | .latitude_deg, .longitude_deg, .\"dc:title\".de, .\"xmpRights:Marked\"), (.iptc | .Keywords, .DateCreated, .TimeCreated)]" ours.ndjson | sort | uniq -c >out
    x="[-33.5,151.25,\"Meer und Säure\",true"
    printf "      3 %s\n" "$x,[\"one\",\"zwei ü\"],\"2020-01-02\",\"03:04:05+01:00\"]" >expected
    printf "      2 %s\n" "$x,null,null,null]" >>expected
    same expected out'

ok 'XMP that JPEG divides among segments comes together again' '
    convert -size 16x8 xc:teal big.jpg
    for i in $(seq 9000); do echo "-XMP-dc:Subject=keyword number $i"; done >many
    exiftool -q -q -overwrite_original -@ many big.jpg
    grep -a -c "xmp/extension" big.jpg >/dev/null
    one big.jpg | jq -c ".\"dc:subject\" | [length, .[0], .[8999]]" >out
    echo "[9000,\"keyword number 1\",\"keyword number 9000\"]" >expected; same expected out'

photos=$SHARED/data/photos
needs "[ -d $photos ]" -- 'needs the photos in ../shared'
cp -r "$photos" photos; chmod -R u+w photos
find photos -type f ! -name README ! -name SOURCE | sort >names
jq -Rc '{mm:{src:.,ref:{path:.}}}' names >in.ndjson

ok 'every property that exiftool tells too has its value, on every photo' '
    compare photos
    [ "$(grep -c "^\[true" compared)" -gt 250 ]
    [ "$(grep -c "^\[.unknown" compared)" -lt 40 ]'

finish
