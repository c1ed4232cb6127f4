#!/bin/sh
# mm-redact takes what files of sound and video say about people out of them, and copies the rest.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v ffmpeg -- 'no ffmpeg'
needs command -v jq -- 'no jq'

records() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
unpack() {
    mkdir -p out
    jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' | while read -r src data; do
        printf %s "$data" | base64 -d >"out/$src"
    done
}
# Hashes of what the decoders give for the sound and the picture, cover pictures aside.
decoded() {
    ffmpeg -nostdin -v quiet -i "$1" -vn -map 0:a:0 -f framehash -hash md5 - | sed -n 's/^[0-9].*, *//p'
    ffmpeg -nostdin -v quiet -i "$1" -an -map 0:V:0 -f framehash -hash md5 - | sed -n 's/^[0-9].*, *//p'
}
said='-metadata title=SECRET-1 -metadata artist=SECRET-2 -metadata comment=SECRET-3 -metadata copyright=SECRET-4
      -metadata location=+48.1370+011.5750/ -metadata creation_time=2020-01-02T03:04:05Z'
tone='-f lavfi -i sine=sample_rate=16000:duration=1'
bars='-f lavfi -i testsrc=size=64x48:rate=25:duration=1'
make_media() { out=$1; shift; ffmpeg -nostdin -v error -y "$@" $said "$out" || rm -f "$out"; }

printf '1\n00:00:00,000 --> 00:00:01,000\nSECRET-SUBTITLE\n' >s.srt
printf ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=500\ntitle=SECRET-CHAPTER\n' >chapters
ffmpeg -nostdin -v error -y $bars -frames:v 1 cover.jpg
for f in a.wav a.flac a.mp3; do make_media $f $tone; done
make_media a.ogg $tone -c:a libvorbis; make_media a.opus $tone -c:a libopus; make_media a.m4a $tone -c:a aac
make_media cover.mp3 $tone -i cover.jpg -map 0 -map 1 -c:v copy
for f in v.mp4 v.mov v.mkv v.avi; do make_media $f $bars $tone -c:v mpeg4 -c:a aac; done
make_media h264.mp4 $bars $tone -c:v libx264 -c:a aac; make_media v.webm $bars $tone -c:v libvpx -c:a libvorbis
make_media text.mkv $bars $tone -i s.srt -i chapters -map 0 -map 1 -map 2 -map_metadata 3 -c:v mpeg4 -c:a aac -c:s srt \
    -attach s.srt -metadata:s:t mimetype=text/plain -metadata:s:t filename=SECRET-NAME
make_media text.mp4 $bars $tone -i s.srt -i chapters -map 0 -map 1 -map 2 -map_metadata 3 -c:v mpeg4 -c:a aac -c:s mov_text
media=$(ls a.* v.* h264.* text.* cover.mp3)

# Tags where FFmpeg writes none: behind the sound, between its frames, and other files behind both.
id3v1() { printf 'TAGSECRET-ID3V1'; head -c 113 /dev/zero; }
ape() { printf '\012\0\0\0\0\0\0\0Artist\0SECRET-APE'
    printf 'APETAGEX\320\007\0\0\071\0\0\0\001\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0'; }
for f in a.mp3 a.flac; do { cat $f; id3v1; } >id3v1-$f; { cat $f; ape; } >ape-$f; { cat $f; ape; id3v1; } >both-$f; done
{ cat a.mp3; printf 'LYRICSBEGINSECRET-LYRICS'; printf 'LYRICS200'; id3v1; } >lyrics.mp3
{ cat a.mp3; printf 'PK\003\004SECRET-ARCHIVE%.0s' 1 2 3 4 5 6 7 8 9; } >archive.mp3
for f in a.wav a.ogg a.m4a v.mp4 v.mkv v.avi; do { cat $f; printf 'SECRET-BEHIND%.0s' 1 2 3 4 5 6 7 8 9; } >behind-$f; done
tagged=$(ls id3v1-* ape-* both-* lyrics.mp3 archive.mp3 behind-*)

printf 'version: 1\nredact:\n  video: {subtitles: drop}\n' >drop.yaml
records $media $tagged >in.ndjson
ok 'all of it passes' 'mm-redact -q --policy drop.yaml <in.ndjson >out.ndjson && [ $(wc -l <out.ndjson) = $(wc -l <in.ndjson) ]'
unpack <out.ndjson
for f in $media $tagged; do
    ok "$f: the secrets were in it and are gone" "
        grep -q -e SECRET -e 2020-01-02 $f && ! grep -q -e SECRET -e 2020-01-02 out/$f || exit 1"
    ok "$f: what is decoded is the same" "
        decoded $f >one; decoded out/$f >two; [ -s one ] && same one two"
done
ok 'nothing is left but sound and picture' '
    for f in text.mkv text.mp4 cover.mp3; do
        [ -f $f ] || continue
        ffprobe -v error -show_entries stream=codec_type -of csv=p=0 out/$f | sort >got
        ffprobe -v error -show_chapters out/$f >>got
        [ $f = cover.mp3 ] && echo audio >want || printf "audio\nvideo\n" >want
        same want got
    done'
ok 'what was done is written down' '
    jq -c "select(.mm.src == \"text.mkv\") | .mm.redact.media[0].removed" out.ndjson >got
    echo "[\"gps\",\"comment\",\"time\",\"tags\",\"chapters\",\"subtitles\",\"data\"]" | same - got
    jq -c "select(.mm.src == \"cover.mp3\") | .mm.redact.media[0].removed | index(\"picture\") != null" out.ndjson >got
    echo true | same - got'
ok 'what comes out goes through again unchanged' '
    mm-redact -q --policy drop.yaml <out.ndjson >again.ndjson
    jq -c "del(.mm.via)" out.ndjson >one; jq -c "del(.mm.via)" again.ndjson >two; same one two'
ok 'the same for any number of workers' '
    mm-redact -q -j1 in.ndjson >one; mm-redact -q -j4 in.ndjson >two; same one two'
ok 'a video that is turned for display stays so' '
    ffmpeg -nostdin -v error -y -i v.mp4 -c copy -metadata:s:v rotate=90 turned.mp4
    records turned.mp4 | mm-redact -q | unpack
    for f in turned.mp4 out/turned.mp4; do
        ffprobe -v error -select_streams v -show_entries stream_side_data=rotation $f | grep rotation
    done >got
    [ $(wc -l <got) = 2 ] && [ $(sort -u got | wc -l) = 1 ]'

ok 'something unknown behind FLAC is refused, as no frame ends there' '
    { cat a.flac; printf "SECRET%.0s" 1 2 3 4 5 6 7 8 9; } >more.flac
    records more.flac >one; status 3 mm-redact -q one >got 2>errors; ! [ -s got ] || exit 1
    echo "mm-redact: one:1: more.flac: payload (audio/flac): a FLAC frame is damaged, or something else is appended to it" |
        same - errors'
ok 'a container that can not be written is refused' '
    ffmpeg -nostdin -v error -y '"$tone"' -c:a aac -f adts a.aac
    records a.aac >one; status 3 mm-redact -q one >got 2>errors; ! [ -s got ] || exit 1
    echo "mm-redact: one:1: a.aac: payload (audio/x-hx-aac-adts): metadata of a aac container can not be stripped" |
        same - errors'
finish
