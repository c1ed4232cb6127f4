# mm-probe tells what the headers of pictures, sound and video say, whether the bytes lie in a file, in the header or in mmr.
. "${0%/*}/lib.sh"
needs command -v convert '&&' command -v exiftool '&&' command -v ffmpeg -- 'ImageMagick, exiftool and ffmpeg make the samples'

convert -size 64x48 gradient:red-blue -quality 90 photo.jpg
exiftool -q -overwrite_original -Make=Acme -Model='Snap 2' -Orientation#=6 -DateTimeOriginal='2020:01:02 03:04:05' \
    -GPSLatitude=50.1 -GPSLatitudeRef=N -GPSLongitude=8.7 -GPSLongitudeRef=E photo.jpg
convert -size 20x10 xc:none -depth 8 PNG32:clear.png
ffmpeg -v error -f lavfi -i sine=440:duration=2 -ar 16000 -ac 2 tone.wav
ffmpeg -v error -f lavfi -i testsrc=size=128x72:rate=25:duration=1 -f lavfi -i sine=440:duration=1 \
    -c:v mpeg4 -c:a aac -ar 44100 -bitexact film.mp4
printf 'Guten Tag, das ist ein Text und er ist nicht sehr lang.\n' >brief.txt

refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }

ok 'a photo: size, turning, camera, whether place and time are told' '
    refs photo.jpg | mm-probe -q --only type,image | jq -c .mm.probe >out
    cat >expected <<END
{"type":"image/jpeg","image":{"width":64,"height":48,"size":"64x48","display_width":48,"display_height":64,"format":"jpeg","orientation":6,"bit_depth":8,"channels":3,"color_space":"ycbcr","frames":1,"camera_make":"Acme","camera_model":"Snap 2","has_gps":true,"has_datetime":true,"has_alpha":false,"has_exif":true,"has_xmp":false,"has_iptc":false,"has_icc":false}}
END
    same expected out'

ok 'a picture without EXIF' '
    refs clear.png | mm-probe -q --only image.size,image.format,image.has_alpha,image.has_exif,image.camera_make | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"20x10\",\"format\":\"png\",\"has_alpha\":true,\"has_exif\":false}}" >expected
    same expected out'

ok 'the orientation stands in for EXIF where only XMP has it' '
    convert photo.jpg -strip bare.jpg; cp bare.jpg turned.jpg
    exiftool -q -overwrite_original -XMP-tiff:Orientation#=8 turned.jpg
    exiftool -q -XMP-tiff:Orientation#=8 -IFD0:Orientation#=3 -o both.jpg bare.jpg
    refs bare.jpg turned.jpg both.jpg | mm-probe -q --only image.orientation | jq -c .mm.probe >out
    printf "{}\n{\"image\":{\"orientation\":8}}\n{\"image\":{\"orientation\":3}}\n" >expected
    same expected out'

ok_with media 'sound' '
    refs tone.wav | mm-probe -q --only type,modality,audio | jq -c .mm.probe >out
    cat >expected <<END
{"type":"audio/x-wav","modality":"audio","audio":{"container":"wav","codec":"pcm_s16le","rate_hz":16000,"channels":2,"bits":16,"bit_rate_bps":512000,"duration_s":2,"has_tags":false,"has_picture":false}}
END
    same expected out'

ok_with media 'video, with its sound track' '
    refs film.mp4 | mm-probe -q --only type,audio.codec,audio.rate_hz,audio.channels,video |
        jq -c "del(.mm.probe.video.bit_rate_bps) | .mm.probe" >out
    cat >expected <<END
{"type":"video/mp4","audio":{"codec":"aac","rate_hz":44100,"channels":1},"video":{"container":"mp4","codec":"mpeg4","audio_codec":"aac","width":128,"height":72,"display_width":128,"display_height":72,"rotation":0,"frame_rate":25,"duration_s":1,"pixel_format":"yuv420p","streams":2,"has_gps":false,"has_datetime":false,"has_tags":false}}
END
    same expected out'

ok_with media 'durations, rates and sizes are those of ffprobe' '
    for f in tone.wav film.mp4; do
        ffprobe -v error -of json -show_entries format=duration:stream=codec_type,codec_name,sample_rate,bit_rate,width,height $f |
            jq -c "[(.format.duration|tonumber), (.streams|map(select(.codec_type==\"audio\"))[0]|.codec_name, (.sample_rate|tonumber), (.bit_rate|tonumber)),
                (.streams|map(select(.codec_type==\"video\"))[]|.codec_name, .width, .height)]"
    done >expected
    refs tone.wav film.mp4 | mm-probe -q | jq -c ".mm.probe | [(.video.duration_s // .audio.duration_s), .audio.codec, .audio.rate_hz,
        .audio.bit_rate_bps, (.video // empty | .codec, .width, .height)]" >out
    same expected out'

ok 'text in a file' '
    refs brief.txt | mm-probe -q | jq -c .mm.probe >out
    cat >expected <<END
{"type":"text/plain","modality":"text","size":56,"xxh3":"$(xxhsum -H2 <brief.txt | cut -d" " -f1)","text":{"encoding":"ascii","language":"de","language_score":0.867,"script":"Latn","lines":1,"words":12,"chars":56}}
END
    same expected out'

ok 'the facts are the same by ref, by base64 in the header, and as an mmr payload' '
    for f in photo.jpg clear.png tone.wav film.mp4 brief.txt; do
        printf "{\"mm\":{\"src\":\"%s\",\"data\":\"%s\"}}\n" $f "$(base64 -w0 $f)"
    done >inline.ndjson
    refs photo.jpg clear.png tone.wav film.mp4 brief.txt | mm-probe -q | jq -c .mm.probe >expected
    mm-probe -q inline.ndjson | jq -c .mm.probe >out; same expected out
    mm-probe -q --only type -b inline.ndjson | mm-probe -q -F ndjson | jq -c .mm.probe >out; same expected out'

ok 'in mmr the payload goes through as it came' '
    mm-probe -q -b inline.ndjson | mm-probe -q -F ndjson --only type | jq -r .mm.data >out
    jq -r .mm.data inline.ndjson >expected
    same expected out'

ok 'a caption beside a picture is probed as text' '
    printf "{\"text\":\"a red and blue picture of the sky\",\"mm\":{\"ref\":{\"path\":\"photo.jpg\"}}}\n" |
        mm-probe -q --only image.size,text.words,text.field | jq -c .mm.probe >out
    echo "{\"image\":{\"size\":\"64x48\"},\"text\":{\"field\":\"text\",\"words\":8}}" >expected
    same expected out'

ok 'an extension that says another type than the content is told' '
    cp photo.jpg wrong.png; cp clear.png right.PNG
    refs wrong.png right.PNG "a.tar!x/photo.gif" | sed "3s/\"path\":\"[^\"]*\"/\"path\":\"photo.jpg\"/" |
        mm-probe -q --only type | jq -c .mm.probe >out
    cat >expected <<END
{"type":"image/jpeg","warnings":["the name ends in .png, the content is image/jpeg"]}
{"type":"image/png"}
{"type":"image/jpeg","warnings":["the name ends in .gif, the content is image/jpeg"]}
END
    same expected out'

finish
