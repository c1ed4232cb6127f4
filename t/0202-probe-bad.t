# What mm-probe does with payloads that can not be had, and with media that is damaged.
. "${0%/*}/lib.sh"
needs command -v convert '&&' command -v ffmpeg -- 'ImageMagick and ffmpeg make the samples'

convert -size 64x48 plasma:fractal -quality 90 photo.jpg
echo 'some text' >note.txt
mkdir elsewhere inside; cp photo.jpg elsewhere

ok 'a ref that leads to nothing, outside, or to other bytes is a bad record' '
    cat >in.ndjson <<END
{"mm":{"ref":{"path":"gone.jpg"}}}
{"mm":{"ref":{"path":"../elsewhere/photo.jpg"}}}
{"mm":{"ref":{"path":"../note.txt"}, "size":9}}
{"mm":{"xxh3":"00000000000000000000000000000000","ref":{"path":"../note.txt"}}}
{"mm":{"ref":{"path":"../note.txt"}}}
{"mm":{"data":"!"}}
END
    sed "s|../note|$PWD/note|" in.ndjson >inside/in.ndjson
    cp note.txt inside; sed -i "3,5s|$PWD/||" inside/in.ndjson
    cd inside
    status 3 mm-probe --only text.words in.ndjson --dead-letter dead.ndjson >out 2>err
    cat >expected <<END
mm-probe: in.ndjson:1: payload file gone.jpg: No such file or directory
mm-probe: in.ndjson:2: payload file ../elsewhere/photo.jpg lies outside the folders a ref may lead to; allow it with --root
mm-probe: in.ndjson:3: payload file note.txt gives 10 bytes, mm.size says 9; has it changed?
mm-probe: in.ndjson:4: the payload is not the one the header speaks of: its xxh3 is $(xxhsum -H2 <note.txt | cut -d" " -f1), not 00000000000000000000000000000000
mm-probe: in.ndjson:6: mm.data is no base64 from its byte 0 on
END
    grep -v " in, " err | same expected -
    grep -F "6 in, 1 out, 0 dropped, 5 bad" err
    jq -c .record dead.ndjson >letters; sed 5d in.ndjson | jq -c . >expected; same expected letters'

ok '--root lets it in' '
    cd inside
    sed -n 2p in.ndjson | sed "s|\.\./elsewhere|$PWD/../elsewhere|" >/dev/null
    printf "{\"mm\":{\"ref\":{\"path\":\"photo.jpg\"}}}\n" | mm-probe -q --root ../elsewhere --only image.size | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"64x48\"}}" >expected; same expected out'

ok 'a wrong hash is not looked for when headers are enough, and found when asked' '
    printf "{\"mm\":{\"xxh3\":\"0123456789abcdef0123456789abcdef\",\"ref\":{\"path\":\"photo.jpg\"}}}\n" >in.ndjson
    mm-probe -q --only image.width in.ndjson | jq -c .mm.probe.image >out
    echo "{\"width\":64}" >expected; same expected out
    status 3 mm-probe -q --only xxh3 in.ndjson >out 2>err
    grep -F "in.ndjson:1: the payload is not the one the header speaks of" err; [ ! -s out ]'

ok 'a damaged photo gives what can be had, and a warning' '
    head -c 1500 photo.jpg >cut.jpg; printf "\377\330\377\340\0\20JFIF" >stub.jpg
    for f in cut stub; do printf "{\"mm\":{\"ref\":{\"path\":\"%s.jpg\"}}}\n" $f; done |
        mm-probe -q --only type,image.size | jq -c .mm.probe >out
    cat >expected <<END
{"type":"image/jpeg","image":{"size":"64x48"},"warnings":["JPEG data ends before EOI"]}
{"type":"image/jpeg","warnings":["jpeg header is damaged: JPEG data ends before the image data"]}
END
    same expected out'

ok 'sampled beginnings of each format give facts or a reason, never a crash' '
    convert photo.jpg a.png; convert photo.jpg a.gif; convert photo.jpg a.tiff; convert photo.jpg a.webp; convert photo.jpg a.bmp; cp photo.jpg a.jpg
    ffmpeg -v error -f lavfi -i sine=440:duration=1 a.wav
    for x in flac mp3 ogg m4a; do ffmpeg -v error -i a.wav a.$x; done
    for x in mp4 mkv avi webm; do
        ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=10:duration=1 -i a.wav -shortest a.$x
    done
    n=0; : >in.ndjson
    for f in a.*; do
        size=$(wc -c <$f)
        for k in 1 2 3 5 9 17 33 65 97; do
            l=$((size * k / 100)); [ $k -ge 33 ] || l=$((k * 13)); [ $l -lt $size ] || continue
            printf "{\"f\":\"%s\",\"mm\":{\"ref\":{\"path\":\"%s\",\"length\":%d}}}\n" $f $f $l >>in.ndjson
        done
    done
    mm-probe -q in.ndjson >out 2>err
    [ ! -s err ]
    jq -c "select(.mm.probe.warnings == null and .mm.probe.image == null and .mm.probe.audio == null and .mm.probe.video == null
        and (.mm.probe.modality as \$m | [\"image\",\"audio\",\"video\"] | index(\$m))) | .mm" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }
    [ "$(wc -l <in.ndjson)" = "$(wc -l <out)" ]'

finish
