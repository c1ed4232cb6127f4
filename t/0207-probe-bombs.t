# Beginnings of files of every format, and small files that stand for huge media: facts or a reason, within limits a user sets.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v convert '&&' command -v ffmpeg '&&' command -v python3 -- 'ImageMagick, FFmpeg and Python make the samples'

ref() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }

# 50,000 x 50,000 pixels of one bit, and 100 hours of silence in frames of 65,535 samples at 8 kHz.
cat >bombs.py <<'END'
import struct, zlib
def chunk(t, b): return struct.pack('>I', len(b)) + t + b + struct.pack('>I', zlib.crc32(t + b))
def png(name, side, depth, kind, bytes_a_row, level):
    z = zlib.compressobj(level); row = bytes(1 + bytes_a_row); data = b''.join(z.compress(row) for _ in range(side)) + z.flush()
    open(name, 'wb').write(b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', side, side, depth, kind, 0, 0, 0)) + chunk(b'IDAT', data) + chunk(b'IEND', b''))
png('bomb.png', 50000, 1, 0, 6250, 9)
png('large.png', 16000, 8, 2, 48000, 1)
def table(poly, bits):
    t = []
    for i in range(256):
        c = i << (bits - 8)
        for _ in range(8): c = ((c << 1) ^ poly if c >> (bits - 1) else c << 1) & ((1 << bits) - 1)
        t.append(c)
    return t
T8, T16 = table(7, 8), table(0x8005, 16)
def crc8(b):
    c = 0
    for x in b: c = T8[c ^ x]
    return c
def crc16(b):
    c = 0
    for x in b: c = (c << 8 & 0xffff) ^ T16[c >> 8 ^ x]
    return c
total, block = 100 * 3600 * 8000, 65535
info = struct.pack('>HH', block, block) + bytes(6) + struct.pack('>Q', 8000 << 44 | 0 << 41 | 15 << 36 | total) + bytes(16)
with open('bomb.flac', 'wb') as f:
    f.write(b'fLaC\x80' + struct.pack('>I', len(info))[1:] + info)
    for n in range(-(-total // block)):
        size = min(block, total - n * block)
        head = b'\xff\xf8\x74\x08' + chr(n).encode('utf-8', 'surrogatepass') + struct.pack('>H', size - 1)
        frame = head + bytes([crc8(head)]) + b'\0\0\0'
        f.write(frame + struct.pack('>H', crc16(frame)))
END
python3 bombs.py
convert -size 20x10 xc:red after.png
ref bomb.png bomb.flac after.png >in.ndjson

ok 'headers say how large they are, in no time' '
    [ "$(cat bomb.png bomb.flac | wc -c)" -lt 2000000 ]; [ "$(wc -c <large.png)" -lt 9000000 ]
    mm-probe -q --only image.size,audio.duration_s in.ndjson | jq -c "[.mm.probe.image.size, .mm.probe.audio.duration_s]" >out
    printf "%s\n" "[\"50000x50000\",null]" "[null,360000]" "[\"20x10\",null]" >expected; same expected out'

ok 'pixels stop at --max-pixels, sound at --max-audio, and what follows is not affected' '
    mm-probe -q --only image.luma_mean,image.colors,audio.silence_share,audio.decoded_s --max-audio 1m in.ndjson |
        jq -c "[.mm.probe.image.luma_mean, .mm.probe.audio.silence_share, .mm.probe.audio.decoded_s, (.mm.probe.warnings // [] | .[0])]" >out
    cat >expected <<END
[null,null,null,"not decoded: 50000x50000 pixels are over the limit of 100000000"]
[null,1,60,"WARN"]
[77,null,null,null]
END
    sed "2s/\"[^\"]*\"]$/\"WARN\"]/" out | diff expected -
    sed -n 2p out | grep -q 60
    ref after.png | mm-probe -q --max-pixels 199 --only image.luma_mean | jq -c .mm.probe >out
    echo "{\"warnings\":[\"not decoded: 20x10 pixels are over the limit of 199\"]}" >expected; same expected out'

ok 'whoever lifts the limit meets that of the decoder or of memory: a reason, and the next is well' '
    ref bomb.png large.png after.png >lifted.ndjson
    mm-probe -q --max-pixels 3000000000 --only image.luma_mean lifted.ndjson >out 2>err || [ $? = 3 ]
    cat out err >all
    grep "bomb.png.*not decoded: 50000x50000 pixels are more than FFmpeg takes" all
    # Under the address sanitizer memory is not limited.
    nm "$MM_BUILD/bin/mm-probe" 2>/dev/null | grep -q __asan_init || grep -e "large.png.*memory" -e "large.png.*time" all
    [ "$(jq -c "select(.mm.src == \"after.png\") | .mm.probe.image.luma_mean" out)" = 77 ]'

ok 'beginnings of each format give facts of every kind, or a reason, and never a crash' '
    convert -size 64x48 plasma:red-blue -quality 90 a.jpg
    for x in png gif tiff webp bmp; do convert a.jpg a.$x; done
    convert a.jpg a.heic 2>log || rm -f a.heic; convert a.jpg a.avif 2>log || rm -f a.avif
    convert -delay 10 a.jpg -negate a.jpg many.gif; convert -delay 10 a.jpg -negate a.jpg many.webp
    ffmpeg -v error -f lavfi -i testsrc2=s=64x48:r=5:d=1 -f apng many.png
    ffmpeg -v error -f lavfi -i sine=440:duration=1 a.wav
    for x in flac mp3 ogg opus m4a aac aiff au; do ffmpeg -v error -i a.wav a.$x; done
    for x in mp4 mov mkv avi webm ts flv mpg; do ffmpeg -v error -f lavfi -i testsrc=size=64x48:rate=25:duration=1 -i a.wav $([ $x != flv ] || echo -ar 44100) -shortest a.$x; done
    : >cut.ndjson
    for f in a.* many.*; do
        size=$(wc -c <$f)
        for k in 1 5 12 30 60 120 250; do
            [ $k -ge 120 ] && l=$((size * (k - 110) / 150)) || l=$k
            [ $l -ge $size ] || printf "{\"f\":\"%s\",\"mm\":{\"ref\":{\"path\":\"%s\",\"length\":%d}}}\n" $f $f $l
        done
    done >cut.ndjson
    [ "$(wc -l <cut.ndjson)" -gt 180 ]
    mm-probe -q --only basic,image,image.meta,image.pdq,image.luma_mean,audio,audio.rms_dbfs,video,video.scenes,text cut.ndjson >out 2>err
    [ ! -s err ] || { cat err; exit 1; }
    jq -c "select(.mm.probe.warnings == null and .mm.probe.image == null and .mm.probe.audio == null and .mm.probe.video == null
        and (.mm.probe.modality as \$m | [\"image\",\"audio\",\"video\"] | index(\$m))) | .mm" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }
    [ "$(wc -l <cut.ndjson)" = "$(wc -l <out)" ]'

ok 'sounds and films that are something else as well are told as such, and names that do not fit' '
    echo text >note.txt; python3 -c "import zipfile; zipfile.ZipFile(\"n.zip\", \"w\").write(\"note.txt\")"
    cat a.mp4 n.zip >zip.mp4; cat a.wav n.zip >zip.wav; cp a.mp3 wrong.flac; cp a.png wrong.jpg
    { head -c 12 a.wav; printf "JUNK\16\0\0\0%%PDF-1.4 texts"; tail -c +13 a.wav; } >pdf.wav
    ref a.mp4 a.wav zip.mp4 zip.wav pdf.wav wrong.flac wrong.jpg | mm-probe -q --only audio.codec,image.format | jq -c "[.mm.src, .mm.probe.warnings]" >out
    cat >expected <<END
["a.mp4",null]
["a.wav",null]
["zip.mp4",["it is a zip archive as well"]]
["zip.wav",["it is a zip archive as well"]]
["pdf.wav",["it is a PDF document as well"]]
["wrong.flac",["the name ends in .flac, the content is audio/mpeg"]]
["wrong.jpg",["the name ends in .jpg, the content is image/png"]]
END
    same expected out'

finish
