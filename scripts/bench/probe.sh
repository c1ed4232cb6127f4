#!/bin/sh
# probe - header facts of a folder of 5,000 photos.
#
# probe-photos          mm-probe over the refs that mm-ingest gives, beside exiftool -json -r, once over the folder
# probe-photos-ffprobe  beside ffprobe in a loop, a process a file, over a slice, scaled
# probe-ingest          mm-ingest | mm-probe, which reads all of each file for its hash, beside exiftool
# probe-read            KiB of a file that come from the disk when its headers are read; peer: what it may be
# probe-text            all text facts of rows, beside wc, which counts lines, words and characters
# luma          statistics of luma, beside reading the same memory; color and rgb-luma likewise
. "${0%/*}/lib.sh"

# Links to eight files: what is measured is the work a file, with all of them in the page cache.
count=5000
photos=$bench/photos
make_photos() {
    rm -rf "$1"; mkdir -p "$1/base"
    for i in 0 1 2 3 4 5 6 7; do
        convert -seed $i -size 1600x1200 plasma: -attenuate 0.4 +noise Gaussian -quality 88 "$1/base/$i.jpg"
        exiftool -q -overwrite_original -Make=Acme "-Model=Snap $i" -Orientation#=$((i % 8 + 1)) -LensModel='50mm F1.8' \
            -DateTimeOriginal='2020:01:02 03:04:05' -ExposureTime=1/125 -FNumber=2.8 -ISO=200 -XMP:Rating=3 \
            -GPSLatitude=50.$i -GPSLatitudeRef=N -GPSLongitude=8.7 -GPSLongitudeRef=E "$1/base/$i.jpg"
    done
    i=0
    while [ $i -lt $count ]; do
        mkdir -p "$1/$((i / 500))"
        ln "$1/base/$((i % 8)).jpg" "$1/$((i / 500))/$i.jpg"
        i=$((i + 1))
    done
    rm -rf "$1/base"
}
[ -d "$photos" ] || { make_photos "$photos.part" && mv "$photos.part" "$photos"; }
cd "$bench"
find photos -name '*.jpg' | sort >photos.names
if command -v mm-ingest >/dev/null; then
    mm-ingest -q photos >photos.ndjson
else
    awk '{ printf "{\"mm\":{\"src\":\"%s\",\"xxh3\":\"%032d\",\"ref\":{\"path\":\"%s\"}}}\n", $0, 0, $0 }' photos.names >photos.ndjson
fi
xargs cat <photos.names >/dev/null

# exiftool needs half a minute, so each runs once.
once() {
    a=$(seconds "$3"); b=$(seconds "$4" 2>/dev/null)
    line "$1" files/s "$2" $count "$a" "$(echo "$b" | awk -v scale="${5:-1}" '{ print $1 * scale }')"
}
ours='mm-probe -q -j1 photos.ndjson'
once probe-photos 30 "$ours" 'exiftool -json -r photos'
slice=100
once probe-photos-ffprobe 100 "$ours" \
    "head -n $slice photos.names | while read -r f; do ffprobe -v error -of json -show_format -show_streams \$f; done" $((count / slice))
! command -v mm-ingest >/dev/null ||
    once probe-ingest 30 'mm-ingest -q -j1 photos | mm-probe -q -j1' 'exiftool -json -r photos'

# What of the files is in the page cache after a run that began without them.
cp photos/0/0.jpg cold.jpg; sync cold.jpg
dd if=cold.jpg iflag=nocache count=0 2>/dev/null
echo '{"mm":{"ref":{"path":"cold.jpg"}}}' | mm-probe -q --only image >/dev/null
fincore -b -n -o RES cold.jpg 2>/dev/null | awk '{
    printf "bench probe-read ours=%.1f peer=64 unit=KiB ratio=%.2f bar=1\n", $1 / 1024, 64 * 1024 / ($1 ? $1 : 1) }'

rows "$bench/probe.ndjson" -s 256
mb=$(wc -c <probe.ndjson | awk '{ print $1 / 1e6 }')
line probe-text MB/s - "$mb" "$(seconds 'mm-probe -q -j1 probe.ndjson')" "$(seconds 'LC_ALL=C.UTF-8 wc -lwm probe.ndjson')"

rm -f "$bench/luma"  # it links the library of this build
program luma "$MM_BUILD/libmm.a" -D_GNU_SOURCE
taskset -c 0 "$bench/luma"
