#!/bin/sh
# mm-redact mutes words that hold personal data, by the transcripts of mm-probe, and leaves all else of a sound as it is.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v ffmpeg -- 'no ffmpeg'
needs command -v jq -- 'no jq'
needs command -v python3 -- 'no python3'

# refs FILE...: records of files; heard: with their transcripts, which lie in t/
refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
heard() { refs "$@" | mm-probe -q --only transcript --transcript-from t; }
words() { echo "{\"words\":[$(printf '{"word":"%s","start":%s,"end":%s},' "$@" | sed 's/,$//')]}"; }
policy() { printf 'version: 1\nredact:\n  audio: {%s}\n' "$1" >p.yaml; }
redact() { mm-redact -q --policy p.yaml --dead-letter dead.ndjson "$@"; }
unpack() {
    mkdir -p out
    jq -r 'select(.mm.data) | .mm.src + " " + .mm.data' "$1" | while read -r src data; do printf %s "$data" | base64 -d >"out/$src"; done
}
make() { ffmpeg -nostdin -v error -y "$@"; }
# compare BEFORE AFTER MODE FROM TO...: what ffmpeg decodes of both, as floats. exact: all samples outside of the spans and their fades of
# 5 ms are the same, and those within a fade are the sample times a raised cosine, to a step of 16 bits; silent: the middle of each span
# is 60 dB below full scale, and the rest is about as loud as it was.
cat >compare.py <<'END'
import array, math, subprocess, sys
before, after, mode = sys.argv[1:4]
numbers = [float(v) for v in sys.argv[4:]]
spans = list(zip(numbers[::2], numbers[1::2]))
def read(f, channels=2, rate=16000):
    raw = subprocess.run(['ffmpeg', '-v', 'error', '-i', f, '-map', '0:a:0', '-ac', '1', '-ar', str(rate), '-f', 'f32le', '-'], stdout=subprocess.PIPE).stdout
    a = array.array('f'); a.frombytes(raw); return a
rate = 16000
a, b = read(before), read(after)
fade = 0.005
if mode == 'exact':
    assert len(a) == len(b), (len(a), len(b))
    for i in range(len(a)):
        t = i / rate
        out = min([max(f - t, t - u) for f, u in spans] or [1])
        if out <= 0:
            assert b[i] == 0, ('not silent', t, b[i])
        elif out >= fade:
            assert a[i] == b[i], ('changed', t, a[i], b[i])
        else:
            want = a[i] * (0.5 - 0.5 * math.cos(math.pi * out / fade))
            assert abs(b[i] - want) <= 1.01 / 65536 * 2, ('no fade', t, want, b[i])
else:
    assert abs(len(a) - len(b)) < 0.1 * rate, (len(a), len(b))
    level = lambda s, f, u: math.sqrt(sum(v * v for v in s[int(f * rate):int(u * rate)]) / max(1, int(u * rate) - int(f * rate)))
    for f, u in spans:
        assert level(b, f + 0.03, u - 0.03) < 0.001, (f, u, level(b, f + 0.03, u - 0.03))
    edges = [0.03] + [v for s in spans for v in s] + [len(a) / rate - 0.1]
    for f, u in zip(edges[::2], edges[1::2]):
        if u - f > 0.2:
            x, y = level(a, f + 0.05, u - 0.05), level(b, f + 0.05, u - 0.05)
            assert abs(x - y) < 0.1 * x + 0.001, (f, u, x, y)
END
compare() { python3 compare.py "$@"; }

hum='-f lavfi -i aevalsrc=0.3*sin(1700*t)+0.2*sin(911*t):s=16000:d=4'
make $hum a.wav; make $hum a.flac; make $hum -c:a pcm_s24le b.wav; make $hum -c:a libmp3lame -b:a 96k a.mp3
make $hum -c:a aac a.m4a; make $hum -c:a libopus a.opus; make $hum -c:a libvorbis a.ogg
bars='-f lavfi -i testsrc=size=64x48:rate=10:duration=4'
make $bars $hum -c:v mpeg4 -c:a aac v.mp4; make $bars $hum -c:v mpeg4 -c:a flac v.mkv; make $bars $hum -c:v libvpx -c:a libvorbis v.webm
make $bars $hum -c:v mpeg4 -c:a pcm_s16le v.avi
all=$(ls a.* b.* v.*)
mkdir t
for f in a b v; do
    words call 0.5 0.9 me 0.9 1.0 at 1.0 1.2 555-1234 1.5 2.0 or 2.2 2.4 write 2.4 2.7 to 2.7 2.9 ann@example.com 3.0 3.3 >t/$f.json
done
policy 'words: silence'

ok 'words become silence, with 100 ms around them and fades of 5 ms; all other samples are the same' '
    heard a.wav a.flac b.wav v.mkv | redact >out.ndjson; unpack out.ndjson
    for f in a.wav a.flac b.wav v.mkv; do compare $f out/$f exact 1.4 2.1 2.9 3.4; done'
ok 'the transcript says no more than the sound' '
    jq -c "select(.mm.src == \"a.wav\") | .mm.probe.audio.transcript" out.ndjson >got
    echo "{\"text\":\"call me at <PHONE> or write to <EMAIL>\",\"by\":\"whisper\",\"times\":\"word\",\"words\":[[0.5,0.9,\"call\"],[0.9,1,\"me\"],[1,1.2,\"at\"],[1.5,2,\"<PHONE>\"],[2.2,2.4,\"or\"],[2.4,2.7,\"write\"],[2.7,2.9,\"to\"],[3,3.3,\"<EMAIL>\"]]}" |
        same - got'
ok 'what was done is written down, and no value' '
    jq -c "select(.mm.src == \"a.flac\") | .mm.redact.media[0].muted, .mm.redact.findings" out.ndjson >got
    cat >want <<END
[[1.4,2.1],[2.9,3.4]]
[{"entity":"PHONE","field":"mm.probe.audio.transcript.text","span":[11,19],"chars":[11,19],"score":0.55,"rule":"local","action":"replace"},{"entity":"EMAIL","field":"mm.probe.audio.transcript.text","span":[32,47],"chars":[32,47],"score":0.95,"rule":"address","action":"replace"}]
END
    same want got'
ok 'in lossy codecs and in films too, whose pictures are copied' '
    heard $all | redact >out.ndjson; unpack out.ndjson
    for f in $all; do compare $f out/$f silent 1.4 2.1 2.9 3.4 || { echo $f; exit 1; }; done
    for f in v.*; do
        for g in $f out/$f; do ffmpeg -nostdin -v error -i $g -map 0:v -c copy -f framehash -hash md5 - | sed -n "s/^[0-9].*, *//p" >$(dirname $g)/pictures; done
        same pictures out/pictures
    done'
ok 'the same container, codec and length' '
    for f in $all; do
        for g in $f out/$f; do ffprobe -v error -show_entries stream=codec_name,sample_rate,channels -of csv=p=0 $g >$(dirname $g)/form; done
        same form out/form
    done'
ok 'a second run changes nothing, and --verify finds nothing' '
    redact out.ndjson >again.ndjson; jq -c "del(.mm.via)" out.ndjson >one; jq -c "del(.mm.via)" again.ndjson >two; same one two
    mm-redact -q --verify out.ndjson >left; ! [ -s left ]'
ok 'the same for any number of workers' '
    heard $all >in.ndjson; redact -j1 in.ndjson >one; redact -j4 in.ndjson >two; same one two'

ok 'a tone in their place' '
    policy "words: tone, padding: 0s"; heard a.wav | redact >out.ndjson; unpack out.ndjson
    python3 - <<END
import array, math, wave
w = wave.open("out/a.wav"); a = array.array("h", w.readframes(w.getnframes()))
part = a[int(1.5 * 16000):int(2.0 * 16000)]
want = [0.1 * 32768 * math.sin(2 * math.pi * 1000 * (i + 24000) / 16000) for i in range(len(part))]
assert max(abs(x - y) for x, y in zip(part, want)) <= 1
END'
ok 'left alone where the policy says so, but not in the transcript' '
    policy "words: leave"; heard a.wav | redact >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact
    jq -r .mm.probe.audio.transcript.text out.ndjson >got; echo "call me at <PHONE> or write to <EMAIL>" | same - got'
ok 'without a policy words are muted where there is a transcript, and a sound without one passes' '
    heard a.wav | mm-redact -q >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact 1.4 2.1 2.9 3.4
    refs a.wav | mm-redact -q >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact'

ok 'numbers and addresses are found as they are spoken' '
    words my 0 0.2 phone 0.2 0.4 is 0.4 0.5 five 0.6 0.7 double 0.7 0.8 five 0.8 0.9 one 0.9 1.0 twenty 1.0 1.1 three 1.1 1.2 four 1.2 1.3 \
        mail 1.8 2 ann 2 2.2 dot 2.2 2.3 lee 2.3 2.4 at 2.4 2.5 example 2.5 2.8 dot 2.8 2.9 com 2.9 3 please 3.5 3.7 >t/a.json
    policy "words: silence, padding: 50ms"; heard a.wav | redact >out.ndjson; unpack out.ndjson
    compare a.wav out/a.wav exact 0.55 1.35 1.95 3.05
    jq -r .mm.probe.audio.transcript.text out.ndjson >got; echo "my phone is <PHONE> mail <EMAIL> please" | same - got'
ok 'names are found where a recogniser writes no capitals' '
    words please 0 0.3 call 0.3 0.6 john 0.8 1.1 smith 1.1 1.5 and 1.8 1.9 have 1.9 2.1 a 2.1 2.2 good 2.2 2.5 day 2.5 2.8 >t/a.json
    policy "words: silence, padding: 0s"; heard a.wav | redact >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact 0.8 1.5
    jq -r .mm.probe.audio.transcript.text out.ndjson >got; echo "please call <PERSON> and have a good day" | same - got'
ok 'where only cues have times, the whole cue is muted' '
    rm t/a.json; printf "WEBVTT\n\n00:01.000 --> 00:02.000\nmy phone\n\n00:02.500 --> 00:03.000\nis 555-1234 you know\n" >t/a.vtt
    policy "words: silence, padding: 0s"; heard a.wav | redact >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact 2.5 3.0'

ok 'without a transcript: a dead letter where the policy wants words muted' '
    policy "words: silence"; refs a.wav >in.ndjson; status 3 redact in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    jq -c .record dead.ndjson | same in.ndjson -
    jq -r .mm.dead.reason dead.ndjson >got
    echo "payload (audio/x-wav): there is no transcript, and the policy wants words muted; mm-probe --transcribe or --transcript-from makes one, or say redact.audio.without_transcript" | same - got'
ok 'or what the policy says: pass, drop, silence, another voice' '
    policy "words: silence, without_transcript: pass"; refs a.wav | redact >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact
    policy "without_transcript: drop"; refs a.wav v.mp4 | redact >out.ndjson; ! [ -s out.ndjson ] || exit 1
    policy "without_transcript: silence"; refs a.wav v.mp4 | redact >out.ndjson; unpack out.ndjson
    compare a.wav out/a.wav exact 0 4; compare v.mp4 out/v.mp4 silent 0 4
    policy "without_transcript: anonymize"; refs a.wav | redact >out.ndjson
    jq -c ".mm.redact.media[0].voice" out.ndjson >got; echo "\"mcadams\"" | same - got'
ok 'a film without sound needs none, a part of a record does' '
    make -f lavfi -i testsrc=size=64x48:rate=10:duration=1 -c:v mpeg4 mute.mp4
    policy "words: silence"; refs mute.mp4 | redact >out.ndjson; [ $(wc -l <out.ndjson) = 1 ]
    printf "{\"mm\":{\"parts\":[{\"ref\":{\"path\":\"a.wav\"}}]}}\n" >in.ndjson; status 3 redact in.ndjson >out.ndjson 2>errors
    ! [ -s out.ndjson ] && grep -q "parts.0. (audio/x-wav): there is no transcript" errors'
ok 'a transcript that ends before the sound: what follows is as without one' '
    words call 0.5 0.9 555-1234 1.5 2.0 >t/a.json; rm t/a.vtt; heard a.wav | jq -c ".mm.probe.audio.transcript.heard_s = 2.5" >in.ndjson
    policy "words: silence"; status 3 redact in.ndjson >out.ndjson 2>errors; grep -q "its transcript ends at 2.5 s" errors
    policy "words: silence, without_transcript: silence"; redact in.ndjson >out.ndjson; unpack out.ndjson
    compare a.wav out/a.wav exact 1.4 2.1 2.5 4
    policy "words: silence, without_transcript: pass"; redact in.ndjson >out.ndjson; unpack out.ndjson; compare a.wav out/a.wav exact 1.4 2.1'

ok 'a transcript that is none, or whose text says more than its words, is refused' '
    policy "words: silence"
    for t in 1 {} "{\"words\":1}" "{\"words\":[[1,2]]}" "{\"words\":[[2,1,\"x\"]]}" "{\"words\":[[0,1,\"x\",\"Ann\"]]}" "{\"words\":[[0,1,\"x\"]],\"heard_s\":\"y\"}" \
             "{\"text\":\"x 555-1234\",\"words\":[[0,1,\"x\"]]}"; do
        refs a.wav | jq -c ".mm.probe.audio.transcript = $t"
    done >in.ndjson
    status 3 redact in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1; [ $(wc -l <dead.ndjson) = 8 ]
    grep -c "mm.probe.audio.transcript" errors >got; echo 8 | same - got'
ok 'a second transcript beneath the first is looked at too' '
    printf "{\"mm\":{\"probe\":{\"audio\":{\"transcript\":{\"words\":[[0,1,\"x\"]],\"text\":\"x\",\"text\":\"call 555-1234\"}}}}}\n" | mm-redact -q >out.ndjson
    ! grep 555-1234 out.ndjson || exit 1'
ok 'damage, an unknown container, too little time or memory: dead letters' '
    make $hum -c:a aac -f adts c.aac; { head -c 9000 a.flac; printf XXXX; tail -c +9005 a.flac; } >d.flac
    make -f lavfi -i sine=sample_rate=48000:duration=300 e.wav
    for f in c d e; do words call 0.5 0.9 555-1234 1.5 2.0 >t/$f.json; done
    policy "words: silence"; heard c.aac d.flac >in.ndjson; status 3 redact in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    [ $(wc -l <dead.ndjson) = 2 ] && grep "c.aac" errors | grep -q "aac container" && grep "d.flac" errors | grep -q "FLAC frame is damaged"
    heard e.wav >in.ndjson
    for limit in "time_limit: 1ms" "memory_limit: 4M"; do
        printf "version: 1\nredact:\n  media: {$limit}\n" >p.yaml; status 3 redact in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
        [ $(wc -l <dead.ndjson) = 1 ]
    done'

printf '1\n00:00:00,500 --> 00:00:01,000\nWrite to <i>ann@example.com</i>.\n\n2\n00:00:01,000 --> 00:00:01,900\nGood day.\n' >s.srt
make $bars -i s.srt -map 0 -map 1 -c:v mpeg4 -c:s srt s.mkv; make $bars -i s.srt -map 0 -map 1 -c:v mpeg4 -c:s mov_text s.mp4
ok 'subtitles are texts: what they hold is replaced, and they stay' '
    refs s.mkv s.mp4 | mm-redact -q >out.ndjson; unpack out.ndjson
    for f in s.mkv s.mp4; do
        grep -q ann@ $f && ! grep -q ann@ out/$f && grep -q "<EMAIL>" out/$f && grep -q "Good day." out/$f || exit 1
        ffprobe -v error -select_streams s -show_entries packet=pts_time,duration_time -of csv=p=0 $f >want
        ffprobe -v error -select_streams s -show_entries packet=pts_time,duration_time -of csv=p=0 out/$f >got; same want got
    done
    jq -c ".mm.redact.findings[0].field, .mm.redact.media[0].subtitles" out.ndjson | sort -u >got
    printf "\"payload.subtitles[0]\"\n2\n" | sort | same - got'
ok 'or they are dropped' '
    printf "version: 1\nredact:\n  video: {subtitles: drop}\n" >p.yaml; refs s.mkv | redact >out.ndjson; unpack out.ndjson
    ffprobe -v error -show_entries stream=codec_type -of csv=p=0 out/s.mkv >got; echo video | same - got'

ok 'they are dropped also where metadata stays' '
    printf "version: 1\nredact:\n  media: {strip: false}\n  video: {subtitles: drop}\n" >p.yaml; refs s.mkv | redact >out.ndjson; unpack out.ndjson
    ffprobe -v error -show_entries stream=codec_type -of csv=p=0 out/s.mkv >got; echo video | same - got'

ok 'what a policy can not mean is told with its place' '
    for p in "words: hush" "without_transcript: x" "padding: -1s" "voice: {alpha: 9}" "voice: {alpha: [0.5, 0.9]}" "tone: yes"; do
        policy "$p"; status 2 redact /dev/null 2>>errors2
    done
    cat >want <<END
mm-redact: p.yaml:3:18: words must be one of silence, tone, leave, not '\''hush'\''
mm-redact: p.yaml:3:31: without_transcript must be one of pass, drop, dead-letter, silence, anonymize, not '\''x'\''
mm-redact: p.yaml:3:20: padding must be a duration such as 100ms, up to 1m
mm-redact: p.yaml:3:26: alpha must be from 0.3 to 2; 0.5 to 0.9 is usual
mm-redact: p.yaml:3:18: a voice whose alpha is drawn needs a key, and a path as its \`subject\`
END
    head -n5 errors2 | same want -; tail -n1 errors2 | grep "p.yaml:3:11: .*tone"'

# A run that waits for its next record, and the process that works for it.
begin() {
    rm -f fin fout; mkfifo fin fout
    mm-redact -q -j1 --policy p.yaml --dead-letter dead.ndjson fin >fout 2>errors & tool=$!
    exec 4<fout; exec 3>fin
    heard a.wav >&3; read -r first <&4
    server=$(cat /proc/$tool/task/$tool/children); server=${server% }
    worker=$(cat /proc/$server/task/$server/children); worker=${worker% }
}
end() { exec 3>&-; cat <&4 >rest; exec 4<&-; got=0; wait $tool || got=$?; }
needs '[ -r /proc/self/task/$$/children ]' -- 'the kernel does not tell children'
words call 0.5 0.9 555-1234 1.5 2.0 >t/a.json
ok 'a worker killed while it mutes: the record goes through a fresh one' '
    policy "words: silence"; begin; kill -STOP $worker; heard a.flac >&3; kill -KILL $worker; end
    [ $got = 0 ]; unpack rest; compare a.flac out/a.flac exact 1.4 2.1'
ok 'a worker that hangs, or none to be had: dead letters, and no sound that was not muted' '
    printf "version: 1\nredact:\n  audio: {words: silence}\n  media: {time_limit: 900ms}\n" >p.yaml
    begin; kill -STOP $worker; heard a.flac >&3; end; [ $got = 3 ] && ! [ -s rest ] && [ $(wc -l <dead.ndjson) = 1 ]
    begin; kill -STOP $worker; kill -KILL $server; kill -KILL $worker; heard a.flac >&3; end
    [ $got = 3 ] && ! [ -s rest ] && [ $(wc -l <dead.ndjson) = 1 ]'
ok 'a full disk' '
    policy "words: silence"; heard a.wav >in.ndjson; status 4 mm-redact -q --policy p.yaml in.ndjson >/dev/full 2>errors'

needs command -v qrencode -- 'no qrencode'
needs qrencode -o qr.png -s 4 https://example.org/ann '&&' refs qr.png '|' mm-redact -q '|' grep -q CODE -- 'no bar codes in this build'
make -f lavfi -i color=white:size=320x240:rate=5:duration=4 -i qr.png $hum -i s.srt -filter_complex '[0][1]overlay=40:40' -map 2:a -map 3:s -c:v mpeg4 -q:v 2 -c:a flac -c:s srt q.mkv
ok 'a film that shows, says and has written what it must not: all of it goes in one run' '
    cp t/a.json t/q.json; printf "version: 1\nredact:\n  audio: {words: silence}\n  video: {faces: keep, text: keep, codes: box}\n" >p.yaml
    heard q.mkv | redact >out.ndjson; unpack out.ndjson; compare q.mkv out/q.mkv exact 1.4 2.1
    grep -q "<EMAIL>" out/q.mkv && ! grep -q ann@ out/q.mkv || exit 1
    jq -c "[.mm.redact.findings[].entity] | sort | unique" out.ndjson | tee got; grep -q PHONE got; grep -q EMAIL got
    make -i q.mkv -frames:v 1 before.png; make -i out/q.mkv -frames:v 1 after.png; ! cmp -s before.png after.png || exit 1
    if command -v zbarimg >/dev/null; then zbarimg -q before.png; ! zbarimg -q after.png || exit 1; fi'
finish
