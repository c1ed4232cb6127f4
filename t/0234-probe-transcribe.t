# mm-probe --transcribe writes down what is spoken, by pocketsphinx; mm-redact mutes by it. The speech is made by espeak-ng.
. "${0%/*}/lib.sh"
needs command -v espeak-ng -- 'no espeak-ng'
needs command -v ffmpeg -- 'no ffmpeg'
needs command -v jq -- 'no jq'
ok 'a build without pocketsphinx says so' '
    mm-probe --features | grep -q "^asr *yes" || { status 2 mm-probe --transcribe /dev/null 2>errors; grep -q "leaves out" errors; }'
needs mm-probe --features '|' grep -q "'^asr *yes'" -- 'built without pocketsphinx'
needs '[ -r /usr/share/pocketsphinx/model/en-us/en-us.lm.bin ]' -- 'no pocketsphinx-en-us'

refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
hear() { refs "$@" | mm-probe -q --transcribe --only transcript; }
espeak-ng -v en-us+klatt2 -s 150 -g 4 -w speech.wav 'my phone number is four three two, one six four seven. please call me'
ffmpeg -nostdin -v error -y -i speech.wav -ar 48000 -ac 2 speech.flac
ffmpeg -nostdin -v error -y -f lavfi -i testsrc=size=64x48:rate=5 -i speech.wav -shortest -c:v mpeg4 -c:a pcm_s16le film.mkv
ffmpeg -nostdin -v error -y -f lavfi -i anullsrc=r=8000:cl=mono -t 1 silent.wav
ffmpeg -nostdin -v error -y -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -c:v mpeg4 mute.mp4

hear speech.wav >one.ndjson
ok 'words are written down as they are spoken' '
    jq -r .mm.probe.audio.transcript.text one.ndjson | tee text
    grep -q "^my phone number is four three two one .*four seven please call me$" text'
ok 'with times that rise, in the sound, and confidences' '
    jq -e ".mm.probe.audio.transcript | .by == \"pocketsphinx\" and .times == \"word\" and
        (.words | length > 10 and all(.[0] < .[1] and .[1] < 6 and .[3] >= 0 and .[3] <= 1)) and
        ([.words[][0]] as \$t | \$t == (\$t | sort)) and ([.words[][2]] | join(\" \")) == .text" one.ndjson
    jq -e ".mm.probe.audio.speech_rate_wps > 1 and .mm.probe.audio.speech_rate_wps < 8" one.ndjson'
ok 'the same for any number of workers, and whatever was heard before' '
    refs speech.wav speech.wav silent.wav speech.wav | mm-probe -q -j1 --transcribe --only transcript >a
    refs speech.wav speech.wav silent.wav speech.wav | mm-probe -q -j3 --transcribe --only transcript >b; same a b
    { head -n1 a; head -n1 a; } >want; sed -n "2p;4p" a | same want -; head -n1 a | same one.ndjson -'
ok 'the sound of a film too, at any rate; of silence there are no words; a film without sound is told' '
    hear speech.flac film.mkv silent.wav mute.mp4 >all.ndjson
    jq -s -e "map(select(.mm.src | test(\"speech|film\")) | .mm.probe.audio.transcript.text | test(\"phone number\")) == [true, true]" all.ndjson
    jq -c "select(.mm.src == \"silent.wav\") | .mm.probe.audio.transcript.words" all.ndjson >got; echo "[]" | same - got
    jq -r "select(.mm.src == \"mute.mp4\") | .mm.probe.warnings[]" all.ndjson >got
    echo "transcript: not decoded: there is no sound in it" | same - got'
ok 'a transcript that ends at --max-audio says so' '
    refs speech.wav | mm-probe -q --transcribe --only transcript --max-audio 2s | jq -c ".mm.probe.audio.transcript | .heard_s, (.words | all(.[1] <= 2.05))" >got
    printf "2\ntrue\n" | same - got'
ok 'a transcript that is there is taken, and the policy can ask' '
    mkdir t; echo "{\"words\":[{\"word\":\"written\",\"start\":0,\"end\":1}]}" >t/speech.json
    printf "version: 1\nprobe: {only: [transcript], transcribe: true, transcript_from: t}\n" >p.yaml
    refs speech.wav silent.wav | mm-probe -q --policy p.yaml | jq -c ".mm.probe.audio.transcript | .by, .text" >got
    printf "\"whisper\"\n\"written\"\n\"pocketsphinx\"\n\"\"\n" | same - got'
ok 'models that are not there are told, and where they are looked for' '
    mkdir empty; status 2 mm-probe --transcribe --transcribe-models empty /dev/null 2>errors
    echo "mm-probe: --transcribe: no acoustic model (a folder with mdef) in empty; give a folder of models of pocketsphinx with --transcribe-models" | same - errors
    refs speech.wav | mm-probe -q --transcribe --transcribe-models /usr/share/pocketsphinx/model/en-us --only transcript >got; same one.ndjson got'

needs command -v python3 -- 'no python3'
ok 'the whole way: spoken, ingested, transcribed, redacted: the number is not heard, all else is the same' '
    printf "version: 1\nredact:\n  audio: {words: silence}\n" >p.yaml
    mkdir in; cp speech.wav speech.flac in/
    mm-ingest -b in/ | mm-probe --transcribe --only transcript | mm-redact -q --policy p.yaml >out.mmr
    mm-select -F ndjson true out.mmr >out.ndjson
    jq -r .mm.probe.audio.transcript.text out.ndjson | tee text; [ $(grep -c "my phone number is <PHONE>.*call me" text) = 2 ]
    ! grep -q "four three" out.ndjson || exit 1
    for f in wav flac; do
        jq -r "select(.mm.src | endswith(\".$f\")) | .mm.data" out.ndjson | base64 -d >out.$f
        jq -r "select(.mm.src | endswith(\".$f\")) | .mm.redact.media[0].muted[] | \"\(.[0]) \(.[1])\"" out.ndjson >spans
        ffmpeg -nostdin -v error -y -i speech.$f -f s16le before; ffmpeg -nostdin -v error -y -i out.$f -f s16le after
        rate=$(ffprobe -v error -show_entries stream=sample_rate -of csv=p=0 speech.$f) channels=$(ffprobe -v error -show_entries stream=channels -of csv=p=0 speech.$f)
        python3 - $rate $channels $(cat spans) <<END
import array, math, sys
rate, channels = int(sys.argv[1]), int(sys.argv[2])
t = [float(v) for v in sys.argv[3:]]
spans = list(zip(t[::2], t[1::2]))
a, b = array.array("h", open("before", "rb").read()), array.array("h", open("after", "rb").read())
assert len(a) == len(b) and spans and sum(u - f for f, u in spans) > 1, (len(a), len(b), spans)
for i in range(len(a)):
    at = i // channels / rate
    out = min(max(f - at, at - u) for f, u in spans)
    if out <= 0:
        assert b[i] == 0, at
    elif out >= 0.005:
        assert b[i] == a[i], at
    else:
        assert abs(b[i] - a[i] * (0.5 - 0.5 * math.cos(math.pi * out / 0.005))) <= 1, at
END
    done'
ok 'what is left of the sound says no number' '
    hear out.wav | jq -r .mm.probe.audio.transcript.text >text; cat text
    ! grep -q "four three\|three two" text || exit 1; grep -q "call me" text'
finish
