# Pictures and sounds that were changed as copies are: mm-probe finds them again, and tells others apart.
. "${0%/*}/lib.sh"
needs command -v convert -- 'no ImageMagick'
needs command -v ffmpeg -- 'no ffmpeg'

dups() { mm-probe --only dup,"$@" | jq -r '"\(.mm.src) \(if .mm.probe.dup then "\(.mm.probe.dup.of) \(.mm.probe.dup.how)" else "-" end)"'; }
by_name() { mm-ingest "$@" | jq -c '.mm.id = .mm.src'; }
check() { mm-probe --list | grep -q "^$1 "; }

if check image.pdq; then
    mkdir p
    convert -seed 1 -size 800x600 plasma:fractal p/a.png
    convert -seed 2 -size 800x600 plasma:fractal p/b.png
    convert p/a.png -quality 40 p/c.jpg
    convert p/b.png -resize 50% -quality 85 p/d.jpg
    convert p/a.png -modulate 110,90 p/e.png
    convert -seed 3 -size 800x600 plasma:fractal p/f.png
    cat >expected <<END
p/a.png -
p/b.png -
p/c.jpg p/a.png phash
p/d.jpg p/b.png phash
p/e.png p/a.png phash
p/f.png -
END
    ok_with media 'pictures of another quality, size or brightness are near' '
        by_name p | dups image.width --dup exact,image >out
        same expected out
    '
    ok_with media 'hashes found before are taken: no payload is needed' '
        by_name p | mm-probe --only image.pdq,image.pdq_quality | jq -c "del(.mm.ref, .mm.xxh3)" | dups modality --dup image >out
        same expected out
    '
fi

if check audio.fingerprint; then
    mkdir s
    tune() { ffmpeg -v error -f lavfi -i "aevalsrc='0.3*sin(2*PI*t*(220+40*floor(mod(t*$1,7))))+0.2*sin(2*PI*t*(330+55*floor(mod(t*$2,5))))':d=$3:s=44100" -bitexact "$4"; }
    tune 3 2 20 s/a.wav
    tune 5 7 20 s/b.wav
    ffmpeg -v error -i s/a.wav -b:a 64k -bitexact s/c.mp3
    ffmpeg -v error -ss 1 -i s/b.wav -af volume=0.4 -bitexact s/d.flac
    tune 2 9 20 s/e.wav
    cat >expected.sounds <<END
s/a.wav -
s/b.wav -
s/c.mp3 s/a.wav chromaprint
s/d.flac s/b.wav chromaprint
s/e.wav -
END
    ok_with media 'sounds of another codec, level or start are near' '
        by_name s | dups audio.codec --dup exact,audio >out
        same expected.sounds out
    '
fi
[ "$count" -gt 0 ] || needs false -- 'neither perceptual hashes nor fingerprints in this build'
finish
