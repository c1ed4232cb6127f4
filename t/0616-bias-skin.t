# Skin tone as a group: the angle and the step of the Monk scale that mm-probe tells of the largest face.
. "${0%/*}/lib.sh"
needs built media -- 'this build does not decode pictures'
needs command -v convert '&&' command -v jq -- 'ImageMagick makes the pictures, jq reads'

# A cascade to which every window with some contrast is a face; faces are patches of the ColorChecker, crossed by lines.
cat >any.xml <<'END'
<?xml version="1.0"?><opencv_storage><cascade type_id="opencv-cascade-classifier"><featureType>HAAR</featureType><height>20</height><width>20</width>
<stages><_><stageThreshold>-1</stageThreshold><weakClassifiers><_><internalNodes>0 -1 0 0.1</internalNodes><leafValues>0 1</leafValues></_></weakClassifiers></_></stages>
<features><_><rects><_>2 2 10 10 -1.</_><_>2 2 10 5 2.</_></rects></_></features></cascade></opencv_storage>
END
face() { convert -size 10x10 "xc:rgb($2)" -fill black -draw 'line 0,5 9,5' -write mpr:tile +delete -size 100x100 tile:mpr:tile -depth 8 "PNG24:$1.png"; }
face dark 115,82,68; face light 194,150,130; face gray 128,128,128
refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s.png"}}}\n' "$f" "$f"; done; }
probe() { mm-probe -q --cascade any.xml --only image.skin_ita,image.skin_monk,image.skin_lab; }

ok 'patches of skin have the published angle, within 3 degrees, and a step; gray pictures have none' '
    refs dark light gray | probe >out
    jq -c "[.mm.src, (.mm.probe.image | (.skin_ita // 999 | (if . == 999 then null else ((. + 40.5 | fabs) < 3 or (. - 41.4 | fabs) < 3) end)), .skin_monk)]" out >got
    printf "%s\n" "[\"dark\",true,8]" "[\"light\",true,5]" "[\"gray\",null,null]" >want; same want got
    # CIELAB of (194, 150, 130): colour-science 0.4.7, sRGB_to_XYZ and XYZ_to_Lab under D65
    jq -c "select(.mm.src == \"light\") | .mm.probe.image.skin_lab | map(. * 10 | round)" out >got
    echo "[657,137,169]" >want; same want got'

ok 'representation by it, cut where Chardon cuts; luminance by group; the report states the limits' '
    refs dark dark light gray | mm-probe -q --cascade any.xml --only image.skin_ita,image.skin_monk,image.luma_mean,image.contrast |
        mm-bias -q --by mm.probe.image.skin_ita:-30,10,28,41,55 --by mm.probe.image.skin_monk --measure mm.probe.image.luma_mean,mm.probe.image.contrast --report report.json >out
    jq -c ".attributes[] | [.groups[] | [(.group[]), .count]]" report.json >got
    cat >want <<END
[["<-30",2],["[41,55)",1],["(missing)",1]]
[["5",1],["8",2],["(missing)",1]]
END
    same want got
    jq -c "[.measures[] | select(.field == \"mm.probe.image.luma_mean\" and .group) | [.group[], .records]]" report.json >got
    echo "[[\"<-30\",2],[\"[41,55)\",1],[\"(missing)\",1],[\"5\",1],[\"8\",2],[\"(missing)\",1]]" >want; same want got
    jq -e "[.warnings[] | select(contains(\"skin_ita: of pixels, not of people\"))] | length == 1" report.json'
finish
