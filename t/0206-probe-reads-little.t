# Facts of headers read little of a file, and load nothing they do not need.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'

printf 'GIF89a\5\0\3\0\0\0\0\73' >a.gif
printf '{"mm":{"ref":{"path":"a.gif"}}}\n{"text":"some words"}\n' >in.ndjson

ok 'no decoding library is loaded for the headers of images and for texts, and for sound it is there' '
    [ -s "$MM_BUILD/lazy.def" ] || exit 0  # a build that links them as others are
    LD_DEBUG=files LD_DEBUG_OUTPUT=loaded mm-probe -q --only image,text in.ndjson >out
    jq -c ".mm.probe.image.width" out | head -1 >got; echo 5 >expected; same expected got
    cat loaded.* >all; grep -c libc.so all >/dev/null
    ! grep -e libavformat -e libtesseract all || exit 1
    { printf "RIFF\044\0\0\0WAVEfmt \20\0\0\0\1\0\1\0\100\37\0\0\100\37\0\0\1\0\10\0data\0\0\0\0"; } >a.wav
    printf "{\"mm\":{\"ref\":{\"path\":\"a.wav\"}}}\n" | mm-probe -q --only audio.rate_hz | jq .mm.probe.audio.rate_hz >got
    echo 8000 >expected; same expected got'

# What of a file is in the page cache after a run that began without it.
cold() { sync "$1"; dd if="$1" iflag=nocache count=0 2>dd.log; }
cached() { fincore -b -n -o RES "$1" | awk '{ s += $1 } END { print s + 0 }'; }
head -c 3000000 /dev/urandom >probe.bin; cold probe.bin
needs command -v fincore '&&' '[ "$(cached probe.bin)" = 0 ]' '&&' 'cat probe.bin >/dev/null' '&&' '[ "$(cached probe.bin)" -ge 3000000 ]' -- 'needs fincore and a file system whose cache can be dropped'
needs command -v convert '&&' command -v exiftool -- 'needs ImageMagick and exiftool'

ok 'of photos no more than 64 KiB is read, on average' '
    convert -size 1200x900 plasma: -quality 92 one.jpg
    exiftool -q -overwrite_original -Make=Acme -GPSLatitude=50 -GPSLatitudeRef=N -XMP:Rating=3 -IPTC:City=Rome one.jpg
    convert one.jpg one.png; convert one.jpg one.webp; convert one.jpg one.tif; convert -resize 50% one.jpg one.gif; convert one.jpg one.bmp
    cp one.jpg "$trash/photo.jpg"
    [ ! -d "$SHARED/data/photos" ] || { cp -r "$SHARED/data/photos" photos; chmod -R u+w photos; }
    find . -name "*.jpg" -o -name "*.png" -o -name "*.webp" -o -name "*.tif*" -o -name "*.gif" -o -name "*.bmp" -o -name "*.hei?" | sort >names
    while read -r f; do cold "$f"; done <names
    jq -Rc "{mm:{ref:{path:.}}}" names | mm-probe -q --only image >out
    while read -r f; do cached "$f"; done <names | awk "{ s += \$1 } END { print s / NR; exit s / NR > 65536 }"
    [ "$(wc -l <out)" = "$(wc -l <names)" ]'

needs command -v ffmpeg -- 'needs FFmpeg'

ok 'of long sounds and films only some MB are read' '
    ffmpeg -v error -f lavfi -i anoisesrc=d=200:c=white -ac 2 -ar 44100 long.wav
    ffmpeg -v error -i long.wav -c:a flac long.flac
    ffmpeg -v error -f lavfi -i color=gray:s=64x64:r=25:d=200 -i long.wav -c:v mpeg4 -c:a pcm_s16le long.mov
    ffmpeg -v error -i long.mov -c copy long.mkv
    for f in long.*; do
        [ "$(stat -c %s $f)" -gt 15000000 ]; cold $f
        printf "{\"mm\":{\"ref\":{\"path\":\"$f\"}}}\n" | mm-probe -q --only audio,video | jq -e ".mm.probe.audio.duration_s > 199"
        echo $f $(cached $f); [ "$(cached $f)" -lt 8000000 ]
    done'

finish
