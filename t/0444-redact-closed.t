#!/bin/sh
# mm-redact fails closed: whatever goes wrong with a payload, no byte of it that was not looked at goes on. Every
# payload here has SECRET in its metadata; mmr output holds payloads as they are, so that grep finds it there.
. "${0%/*}/lib.sh"
needs command -v ffmpeg -- 'no ffmpeg'
needs command -v exiftool -- 'no exiftool'
needs command -v convert -- 'no ImageMagick'
needs command -v jq -- 'no jq'

record() { printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$1" "$1"; }
clean() { ! grep -a -q -e SECRET "$1" || { echo "SECRET in $1"; exit 1; }; }
reason() { jq -r .mm.dead.reason "$1"; }

convert -size 40x30 plasma: start.png
for f in a.jpg a.png a.webp a.gif a.tiff a.heic a.avif; do
    convert start.png $f && exiftool -q -q -overwrite_original -Artist=SECRET -XMP-dc:Creator=SECRET -IPTC:Keywords=SECRET \
        -Comment=SECRET $f || rm -f $f
done
tone='-f lavfi -i sine=sample_rate=8000:duration=0.5'
bars='-f lavfi -i testsrc=size=32x24:rate=10:duration=0.5'
said='-metadata title=SECRET -metadata artist=SECRET -metadata comment=SECRET'
for f in a.wav a.flac a.mp3 a.m4a; do ffmpeg -nostdin -v quiet -y $tone $said $f; done
ffmpeg -nostdin -v quiet -y $tone -c:a libvorbis $said a.ogg; ffmpeg -nostdin -v quiet -y $tone -c:a libopus $said a.opus
for f in v.mp4 v.mov v.mkv v.avi; do ffmpeg -nostdin -v quiet -y $bars $tone -c:v mpeg4 -c:a aac $said $f; done
ffmpeg -nostdin -v quiet -y $bars $tone -c:v libvpx -c:a libvorbis $said v.webm
media=$(ls a.* v.*)

ok 'the secret is in every sample' 'for f in $media; do grep -a -q SECRET $f || { echo $f; exit 1; }; done'
ok 'samples cut at many lengths: each passes without the secret or is a dead letter' '
    for f in $media; do
        size=$(wc -c <$f); n=1
        while [ $n -lt $size ]; do
            printf "{\"mm\":{\"src\":\"%s %d\",\"data\":\"%s\"}}\n" $f $n "$(head -c $n $f | base64 -w0)"
            n=$((n + 1 + size / 13))
        done
    done >in.ndjson
    printf "version: 1\nredact:\n  media:\n    opaque: refuse\n" >policy.yaml
    status 3 mm-redact -q -b --policy policy.yaml --dead-letter dead.mmr in.ndjson >out.mmr 2>errors
    clean out.mmr
    in=$(wc -l <in.ndjson) out=$(mm-select --count true out.mmr) dead=$(mm-select -F ndjson true dead.mmr 2>&1 | wc -l)
    [ $in -gt 200 ] && [ $((out + dead)) = $in ] && [ $dead -gt 100 ] || { echo "$in $out $dead"; exit 1; }'
ok 'samples with spoilt bytes: likewise' '
    for f in a.png a.mp3 a.ogg a.opus a.flac v.mkv v.webm; do
        size=$(wc -c <$f); n=4
        while [ $n -lt $size ]; do
            { head -c $n $f; printf "\\252"; tail -c +$((n + 2)) $f; } >spoilt
            printf "{\"mm\":{\"src\":\"%s %d\",\"data\":\"%s\"}}\n" $f $n "$(base64 -w0 spoilt)"
            n=$((n + 1 + size / 11))
        done
    done >in.ndjson
    mm-redact -q -b --dead-letter dead.mmr in.ndjson >out.mmr 2>errors || [ $? = 3 ]
    clean out.mmr
    in=$(wc -l <in.ndjson) out=$(mm-select --count true out.mmr) dead=$(mm-select -F ndjson true dead.mmr 2>&1 | wc -l)
    [ $((out + dead)) = $in ] || { echo "$in $out $dead"; exit 1; }'

ok 'a file that vanished, is shorter, or is another' '
    cp a.jpg b.jpg; cp a.jpg c.jpg; hash=$(xxhsum -q -H2 a.jpg | cut -c1-32)
    head -c 200 a.jpg >b.jpg; printf X | dd of=c.jpg bs=1 seek=30 conv=notrunc 2>/dev/null
    for f in gone b c; do
        printf "{\"mm\":{\"size\":%d,\"xxh3\":\"%s\",\"ref\":{\"path\":\"%s.jpg\",\"offset\":0,\"length\":%d}}}\n" $(wc -c <a.jpg) \
            $hash $f $(wc -c <a.jpg)
    done >in.ndjson; record /etc/hostname >>in.ndjson
    status 3 mm-redact -q -b --dead-letter dead.ndjson in.ndjson >out.mmr 2>errors
    [ $(mm-select --count true out.mmr) = 0 ]; clean out.mmr
    cat >want <<END
payload: payload file gone.jpg: No such file or directory
payload: payload file b.jpg has 200 bytes, the ref wants $(wc -c <a.jpg) from 0 on; has it changed?
payload: the payload is not the one the header speaks of: its xxh3 is $(xxhsum -q -H2 c.jpg | cut -c1-32), not $hash
payload: payload file /etc/hostname lies outside the folders a ref may lead to; allow it with --root
END
    reason dead.ndjson >got; same want got'
ok 'mm.data that is no base64, a size that is not so' '
    echo "{\"mm\":{\"data\":\"U0VDUkVU!\"}}" >in.ndjson; echo "{\"mm\":{\"size\":3,\"data\":\"U0VDUkVU\"}}" >>in.ndjson
    echo "{\"mm\":{\"ref\":\"a.jpg\"}}" >>in.ndjson; echo "{\"mm\":{\"parts\":{\"ref\":1}}}" >>in.ndjson
    echo "{\"mm\":{\"parts\":[1]}}" >>in.ndjson
    status 3 mm-redact -q --dead-letter dead.ndjson in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    cat >want <<END
payload: mm.data is no base64 from its byte 8 on
payload: mm.data holds 6 bytes, mm.size says 3
payload: mm.ref is not an object
mm.parts is not an array
mm.parts[0] is not an object
END
    reason dead.ndjson >got; same want got'
ok_with media 'a call over its time' '
    printf "version: 1\nredact:\n  media:\n    time_limit: 1ms\n" >policy.yaml
    ffmpeg -nostdin -v quiet -y -f lavfi -i sine=sample_rate=48000:duration=300 $said long.wav; record long.wav >in.ndjson
    status 3 mm-redact -q -b --policy policy.yaml --dead-letter dead.ndjson in.ndjson >out.mmr 2>errors; clean out.mmr
    reason dead.ndjson | grep -q "the decoder ran over its"'
ok_with media 'a call over its memory' '
    printf "version: 1\nredact:\n  media:\n    memory_limit: 4M\n" >policy.yaml
    status 3 mm-redact -q -b --policy policy.yaml --dead-letter dead.ndjson in.ndjson >out.mmr 2>errors; clean out.mmr
    [ $(wc -l <dead.ndjson) = 1 ]'
ok 'a full disk' '
    record a.jpg >in.ndjson; status 4 mm-redact -q -b in.ndjson >/dev/full 2>errors; grep -q "cannot write" errors'
ok 'dead letters hold the record as it came' '
    record gone.jpg >in.ndjson; status 3 mm-redact -q --dead-letter dead.ndjson in.ndjson >out.ndjson 2>errors
    jq -c .record dead.ndjson >got; same in.ndjson got'

# A run that waits for its next record, and the process that works for it.
begin() {
    rm -f in out dead.ndjson; mkfifo in out
    mm-redact -q -j1 "$@" --dead-letter dead.ndjson in >out 2>errors & tool=$!
    exec 4<out; exec 3>in
    record a.jpg >&3; read -r first <&4
    server=$(cat /proc/$tool/task/$tool/children); server=${server% }
    worker=$(cat /proc/$server/task/$server/children); worker=${worker% }
}
end() { exec 3>&-; cat <&4 >rest; exec 4<&-; got=0; wait $tool || got=$?; }
needs '[ -r /proc/self/task/$$/children ]' -- 'the kernel does not tell children'

ok 'a worker killed during its call: the record goes through a fresh one' '
    begin; kill -STOP $worker; record a.png >&3; kill -KILL $worker; end
    [ $got = 0 ] && [ $(jq -r .mm.src rest) = a.png ]
    jq -r .mm.data rest | base64 -d >a; clean a'
ok 'no worker to be had: the record is a dead letter' '
    begin; kill -STOP $worker; kill -KILL $server; kill -KILL $worker; record a.png >&3; record a.gif >&3; end
    [ $got = 3 ] && ! [ -s rest ] && [ $(wc -l <dead.ndjson) = 2 ] || { echo $got; cat rest errors; exit 1; }
    jq -c .record dead.ndjson >records; { record a.png; record a.gif; } | same - records'
ok 'a worker that hangs: the record is a dead letter, the next one passes' '
    printf "version: 1\nredact:\n  media:\n    time_limit: 500ms\n" >policy.yaml
    begin --policy policy.yaml; kill -STOP $worker; record a.png >&3; record a.gif >&3; end
    [ $got = 3 ] && [ $(jq -r .mm.src rest) = a.gif ] || { echo $got; cat rest errors; exit 1; }
    reason dead.ndjson | grep "the decoder ran over its"
    jq -c .record dead.ndjson >records; record a.png | same - records'
finish
