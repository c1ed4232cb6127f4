# Colour profiles, animations and grids of tiles: equal to exiftool where it tells them too, and decoded where FFmpeg alone does not.
. "${0%/*}/lib.sh"
needs command -v exiftool '&&' command -v convert '&&' command -v ffmpeg '&&' command -v python3 -- 'needs exiftool, ImageMagick, FFmpeg and Python'
probe() { for f in "$@"; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done | mm-probe -q --only image; }

# A profile of version 2 and one of version 4, of their header and their name; German comes before English.
cat >profile.py <<'END'
import struct, sys
def profile(version, cls, space, tag):
    head = struct.pack('>I4sI4s4s4s12s4s', 0, b'none', version << 24, cls, space, b'XYZ ', bytes(12), b'acsp').ljust(128, b'\0')
    body = struct.pack('>I4sII', 1, b'desc', 144, len(tag)) + tag
    return struct.pack('>I', len(head + body)) + (head + body)[4:]
two = b'desc\0\0\0\0' + struct.pack('>I', 9) + b'Own wide\0' + bytes(80)
de, en = 'Eigenes'.encode('utf-16-be'), 'Own Gray \u2713'.encode('utf-16-be')
four = b'mluc\0\0\0\0' + struct.pack('>II', 2, 12) + struct.pack('>2s2sII', b'de', b'DE', len(de), 40) + \
    struct.pack('>2s2sII', b'en', b'US', len(en), 40 + len(de)) + de + en
open('two.icc', 'wb').write(profile(2, b'mntr', b'RGB ', two))
open('four.icc', 'wb').write(profile(4, b'scnr', b'GRAY', four))
END
python3 profile.py

ok 'colour profiles tell name, space and class in every format that holds one' '
    for f in jpg png tif webp; do
        convert -size 8x8 xc:red -strip two.$f; convert -size 8x8 xc:gray -strip -colorspace gray four.$f
        for v in two four; do exiftool -q -q -m -overwrite_original "-icc_profile<=$v.icc" $v.$f; done
    done
    convert -size 8x8 xc:red +profile "*" -profile two.icc two.gif
    probe two.* four.* | jq -r "select(.mm.src | endswith(\".icc\") | not) | .mm.src as \$s | .mm.probe.image | [\$s, .icc_description, .icc_space, .icc_class] | join(\"|\")" >out
    for f in gif jpg png tif webp; do echo "two.$f|Own wide|RGB|mntr"; done >expected
    for f in jpg png tif webp; do echo "four.$f|Own Gray ✓|GRAY|scnr"; done >>expected
    same expected out
    exiftool -q -q -n -r -p "\$FileName|\$ProfileDescription|\$ColorSpaceData|\$ProfileClass" two.jpg two.png two.tif two.webp | sed "s/ *|/|/g" >theirs
    grep "^two" expected | grep -v gif >some; same some theirs'

ok 'animations tell frames, time and turns, as exiftool does' '
    convert -delay 7 -size 16x8 xc:red xc:green -delay 30 xc:blue -loop 3 a.gif
    convert -delay 10 -size 16x8 xc:red xc:blue -loop 0 b.gif
    printf "GIF89a\1\0\1\0\200\0\0\0\0\0\377\377\377" >once.gif
    for i in 1 2; do printf "\41\371\4\0\31\0\0\0\54\0\0\0\0\1\0\1\0\0\2\2\104\1\0"; done >>once.gif; printf "\73" >>once.gif
    ffmpeg -v error -f lavfi -i testsrc2=size=16x16:rate=10:duration=0.5 -plays 4 -f apng a.png
    ffmpeg -v error -f lavfi -i testsrc2=size=64x48:rate=8:duration=0.5 -loop 7 -c:v libwebp_anim -lossless 1 a.webp
    convert -size 8x8 xc:red still.gif
    probe a.gif a.png a.webp b.gif once.gif still.gif | jq -c "[.mm.src, (.mm.probe.image | .frames, .duration_s, .loops)]" >out
    printf "%s\n" "[\"a.gif\",3,0.44,2]" "[\"a.png\",5,0.5,4]" "[\"a.webp\",4,0.5,7]" "[\"b.gif\",2,0.2,0]" "[\"once.gif\",2,0.5,1]" "[\"still.gif\",1,null,null]" >expected
    same expected out
    exiftool -q -q -m -n -j -FrameCount -AnimationFrames -Duration -AnimationIterations -AnimationPlays -AnimationLoopCount a.gif a.png a.webp |
        jq -c ".[] | [.SourceFile, .FrameCount // .AnimationFrames, .Duration, .AnimationIterations // .AnimationPlays // .AnimationLoopCount]" >theirs
    jq -c "select(.[0] == \"a.gif\" or .[0] == \"a.webp\" or .[0] == \"a.png\") | if .[0] == \"a.png\" then .[2] = null elif .[0] == \"a.webp\" then .[1] = null else . end" expected >ours
    same ours theirs'

ok 'the first frame of an animated WebP is decoded as ImageMagick does' '
    convert "a.webp[0]" first.png
    for f in a.webp first.png; do printf "{\"mm\":{\"ref\":{\"path\":\"%s\"}}}\n" $f; done | mm-probe -q --only image.look | jq -c .mm.probe >look
    sed -n 1p look >out; sed -n 2p look >expected; same expected out'

# Four tiles of 64x64, side by side, of which 120x100 is shown.
cat >grid.py <<'END'
import struct, subprocess, sys
def box(t, *b): return struct.pack('>I4s', 8 + sum(map(len, b)), t) + b''.join(b)
def full(t, v, f, *b): return box(t, struct.pack('>I', v << 24 | f), *b)
def tile(color):
    subprocess.run(['ffmpeg', '-v', 'error', '-y', '-f', 'lavfi', '-i', 'color=%s:size=64x64:rate=1:duration=1' % color, '-pix_fmt', 'yuv420p',
                    '-c:v', 'libx265', '-x265-params', 'log-level=none', '-tag:v', 'hvc1', 'tile.mp4'], check=True)
    s = open('tile.mp4', 'rb').read()
    at = s.index(b'hvcC'); config = s[at - 4:at - 4 + struct.unpack('>I', s[at - 4:at])[0]]
    at = s.index(b'mdat'); return config, s[at + 4:at - 4 + struct.unpack('>I', s[at - 4:at])[0]]
tiles = [tile(c) for c in ('red', 'lime', 'blue', 'white')]
grid = struct.pack('>BBBBHH', 0, 0, 1, 1, 120, 100)
datas = [d for _, d in tiles] + [grid]
ids = [1, 2, 3, 4, 5]
iinf = full(b'iinf', 0, 0, struct.pack('>H', 5), *[full(b'infe', 2, 0, struct.pack('>HH4s', i, 0, b'grid' if i == 5 else b'hvc1'), b'\0') for i in ids])
ipco = box(b'ipco', tiles[0][0], full(b'ispe', 0, 0, struct.pack('>II', 64, 64)), full(b'ispe', 0, 0, struct.pack('>II', 120, 100)))
ipma = full(b'ipma', 0, 0, struct.pack('>I', 5), *[struct.pack('>HBBB', i, 2, 0x81, 2) for i in ids[:4]], struct.pack('>HBB', 5, 1, 3))
iref = full(b'iref', 0, 0, box(b'dimg', struct.pack('>HH4H', 5, 4, 1, 2, 3, 4)))
ftyp = box(b'ftyp', b'heic\0\0\0\0mif1heic')
def meta(at):
    places = b''
    for i, d in zip(ids, datas):
        places += struct.pack('>HHHII', i, 0, 1, at, len(d)); at += len(d)
    iloc = full(b'iloc', 0, 0, struct.pack('>HH', 0x4400, 5), places)
    return full(b'meta', 0, 0, full(b'hdlr', 0, 0, struct.pack('>I4s', 0, b'pict'), bytes(13)), full(b'pitm', 0, 0, struct.pack('>H', 5)),
                iinf, iref, box(b'iprp', ipco, ipma), iloc)
open('grid.heic', 'wb').write(ftyp + meta(len(ftyp + meta(0)) + 8) + box(b'mdat', *datas))
END
needs ffmpeg -v error -encoders '|' grep -q libx265 -- 'needs an FFmpeg that writes HEVC'

ok_with media 'a HEIC made of tiles tells size, tiles and depth, and is decoded as one picture' '
    python3 grid.py
    probe grid.heic | jq -c ".mm.probe.image | [.width, .height, .tile_columns, .tile_rows, .bit_depth, .channels]" >out
    echo "[120,100,2,2,8,3]" >expected; same expected out
    printf "{\"mm\":{\"ref\":{\"path\":\"grid.heic\"}}}\n" | mm-probe -q --only image.colors |
        jq -c "[.mm.probe.image.colors[:4][] | .rgb[1:2] + .rgb[3:4] + .rgb[5:6], (.share * 12000 / 200 | round)]" >out
    echo "[\"f00\",20,\"0f0\",18,\"00f\",11,\"fff\",10]" >expected; same expected out'

ok_with media 'cut or spoilt anywhere it is facts or a reason' '
    size=$(wc -c <grid.heic)
    for n in $(seq 1 97 $size); do printf "{\"mm\":{\"ref\":{\"path\":\"grid.heic\",\"length\":%d}}}\n" $n; done >cut.ndjson
    for n in $(seq 40 23 700); do cp grid.heic bad-$n.heic; printf "\377" | dd of=bad-$n.heic bs=1 seek=$n conv=notrunc 2>dd.log; printf "{\"mm\":{\"ref\":{\"path\":\"bad-%d.heic\"}}}\n" $n; done >>cut.ndjson
    mm-probe -q --only modality,image,image.colors cut.ndjson >out
    jq -c "select(.mm.probe.image == null and .mm.probe.warnings == null and .mm.probe.modality == \"image\")" out >silent
    [ ! -s silent ]
    [ "$(wc -l <out)" = "$(wc -l <cut.ndjson)" ]'

photos=$SHARED/data/photos
needs "[ -d $photos ]" -- 'needs the photos in ../shared'
cp -r "$photos" photos; chmod -R u+w photos

ok 'on photos the profiles are those of exiftool' '
    exiftool -q -q -n -json -r -ProfileDescription -ColorSpaceData -ProfileClass photos | jq -c ".[] | select(.ProfileDescription) | [.SourceFile, .ProfileDescription, (.ColorSpaceData | rtrimstr(\" \")), .ProfileClass]" | sort >expected
    probe $(find photos -type f ! -name README ! -name SOURCE) | jq -c "select(.mm.probe.image.icc_description) | [.mm.src, (.mm.probe.image | .icc_description, .icc_space, .icc_class)]" | sort >out
    [ "$(wc -l <expected)" -gt 15 ]
    same expected out'

ok_with media 'a photo as HEIC looks as ImageMagick shows it' '
    convert photos/heic/samplefilehub.heif h.png || exit 0
    for f in photos/heic/samplefilehub.heif h.png; do printf "{\"mm\":{\"ref\":{\"path\":\"%s\"}}}\n" $f; done | mm-probe -q --only image.look >look
    jq -s -e "map(.mm.probe.image) | (.[0].luma_mean - .[1].luma_mean | fabs) < 1 and (.[0].contrast - .[1].contrast | fabs) < 0.002 and (.[0].sharpness / .[1].sharpness - 1 | fabs) < 0.01" look'

finish
