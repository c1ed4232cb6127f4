# mm-probe --only sound: loudness and peaks are those of ffmpeg, fingerprints those of fpcalc, the rest what made samples are known for.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v ffmpeg -- 'ffmpeg makes the samples'
needs built loudness -- 'built without libebur128'

refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
facts() { names=$1; shift; refs "$@" | mm-probe -q --only "$names"; }
make() { ffmpeg -v error -y "$@"; }
# fact FILE NAME LEAST MOST
within() {
    v=$(facts "audio.$2" "$1" | jq -r ".mm.probe.audio.$2")
    awk -v v="$v" -v a="$3" -v b="$4" 'BEGIN { exit !(v != "null" && v >= a && v <= b) }' || { echo "$1: $2 is $v, not $3 to $4"; return 1; }
}

make -f lavfi -i "aevalsrc='0.2*(sin(2*PI*220*t)+sin(2*PI*277.2*t))*(0.6+0.4*exp(-4*mod(t,0.5)))|0.3*sin(2*PI*3000*t)*(0.6+0.4*exp(-3*mod(t,0.7)))':s=44100:d=8" music.wav
for x in mp3 ogg m4a flac; do make -i music.wav music.$x; done
make -i music.wav -c:a libopus music.opus
make -i music.wav -ar 8000 -ac 1 narrow.wav
make -i music.wav -ar 96000 -c:a pcm_f32le wide.wav
make -i music.wav -af volume=14dB -c:a pcm_s24le loud.wav
make -f lavfi -i "aevalsrc=0.3*sin(2764*t)|0.1*sin(2073*t)|0.2*sin(1885*t)|0.5*sin(251*t)|0.2*sin(3141*t)|0.25*sin(3770*t):c=5.1:s=48000:d=6" surround.flac

ok 'loudness is within 0.1 LU of the ebur128 filter of ffmpeg, true peak within 0.3 dB' '
    for f in music.* narrow.wav wide.wav loud.wav surround.flac; do
        ffmpeg -hide_banner -nostats -i $f -filter_complex ebur128=peak=true -f null - 2>&1 |
            awk "/^ *I:/ && \$2 != \"-70.0\" { i = \$2 } /^ *Peak:/ && \$2 != \"-inf\" { p = \$2 } END { print i, p }" >peer
        facts audio.loudness_lufs,audio.true_peak_dbtp $f | jq -r ".mm.probe.audio | \"\(.loudness_lufs) \(.true_peak_dbtp)\"" >ours
        paste -d" " ours peer | awk -v f=$f "{ i = \$1 - \$3; p = \$2 - \$4; print f, \$0
            exit !(NF == 4 && i <= 0.1001 && i >= -0.1001 && p <= 0.3 && p >= -0.3) }"
    done'

ok 'the sound track of a film is analysed as sound' '
    make -f lavfi -i testsrc=size=64x48:rate=5:duration=8 -i music.wav -c:v mpeg4 -c:a flac -strict -2 film.mkv
    facts audio.loudness_lufs,audio.peak_dbfs film.mkv | jq -c .mm.probe.audio >out
    facts audio.loudness_lufs,audio.peak_dbfs music.wav | jq -c .mm.probe.audio >expected
    same expected out'

ok 'levels of a square wave with an offset are known exactly' '
    make -f lavfi -i "aevalsrc=if(lt(mod(n\,80)\,40)\,0.75\,-0.25):s=8000:d=2" -c:a pcm_f32le square.wav
    facts audio.peak_dbfs,audio.rms_dbfs,audio.dc_offset,audio.clipped_share,audio.clip_runs,audio.silence_share,audio.decoded_s square.wav |
        jq -c .mm.probe.audio >out
    echo "{\"peak_dbfs\":-2.5,\"rms_dbfs\":-5.05,\"dc_offset\":0.25,\"clipped_share\":0,\"clip_runs\":0,\"silence_share\":0,\"decoded_s\":2}" >expected
    same expected out'

ok 'clipping is counted: a sine that is cut for a third of its time' '
    make -f lavfi -i "aevalsrc=min(1\,max(-1\,1.1547*sin(2*PI*100*t))):s=48000:d=1" -c:a pcm_s16le cut.wav
    within cut.wav clipped_share 0.32 0.35
    within cut.wav clip_runs 200 200
    within music.wav clip_runs 0 0'

ok 'silence is a share of the time' '
    make -f lavfi -i "aevalsrc=if(lt(t\,3)\,0\,0.1*sin(2000*t)):s=16000:d=4" half.wav
    within half.wav silence_share 0.74 0.76
    make -f lavfi -i anullsrc=r=16000:cl=mono -t 2 silent.wav
    facts audio.silence_share,audio.kind,audio.loudness_lufs,audio.snr_db silent.wav | jq -c .mm.probe.audio >out
    echo "{\"loudness_lufs\":null,\"silence_share\":1,\"kind\":\"silence\"}" | jq -c "del(.loudness_lufs)" >expected; same expected out'

ok 'the pitch of tones is told within half a percent' '
    for hz in 80 125 220 440; do
        make -f lavfi -i "aevalsrc=0.2*sin(2*PI*$hz*t)+0.1*sin(4*PI*$hz*t)+0.05*sin(6*PI*$hz*t):s=22050:d=2" tone.wav
        within tone.wav f0_median_hz $(awk -v f=$hz "BEGIN { print f * 0.995, f * 1.005 }")
        within tone.wav voiced_share 0.99 1
    done'

ok 'noise has no pitch, and is neither speech nor music' '
    for color in white pink; do
        make -f lavfi -i "anoisesrc=c=$color:a=0.3:d=5:seed=1:r=16000" noise.wav
        within noise.wav voiced_share 0 0.01
        [ "$(facts audio.kind noise.wav | jq -r .mm.probe.audio.kind)" = other ]
    done'

ok 'a limit on time stops a long silent file, and is told' '
    make -f lavfi -i anullsrc=r=8000:cl=mono -t 36000 -c:a flac -compression_level 0 long.flac
    refs long.flac | timeout 60 mm-probe -q --max-audio 30s --only audio.silence_share,audio.decoded_s | jq -c .mm.probe >out
    cat >expected <<END
{"audio":{"silence_share":1,"decoded_s":30},"warnings":["only the first 30 s of the sound were decoded; see --max-audio"]}
END
    same expected out; rm long.flac'

ok 'what is asked alone is what it is among others, and headers need no decoding' '
    facts sound music.mp3 >all
    for f in loudness_lufs true_peak_dbtp rms_dbfs f0_median_hz aperiodicity; do
        facts audio.$f music.mp3 | jq -c ".mm.probe.audio.$f"; done >out
    jq -c ".mm.probe.audio | .loudness_lufs, .true_peak_dbtp, .rms_dbfs, .f0_median_hz, .aperiodicity" all >expected
    same expected out
    facts audio music.mp3 | jq -e ".mm.probe.audio | has(\"loudness_lufs\") | not"'

ok 'beginnings of each format give facts or a reason' '
    : >in.ndjson
    for f in music.*; do
        size=$(wc -c <$f)
        for k in 40 200 1000 5000 20000 $((size / 2)) $((size - 7)); do
            [ $k -lt $size ] && printf "{\"f\":\"%s\",\"mm\":{\"ref\":{\"path\":\"%s\",\"length\":%d}}}\n" $f $f $k >>in.ndjson
        done
    done
    mm-probe -q --only type,modality,sound in.ndjson >out 2>err
    [ ! -s err ]
    jq -c "select(.mm.probe.audio == null and .mm.probe.warnings == null and .mm.probe.modality == \"audio\")" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }
    [ "$(wc -l <in.ndjson)" = "$(wc -l <out)" ]'

needs command -v espeak-ng -- 'espeak-ng speaks'
say() { espeak-ng -w "$1" -v "$2" "$3" 2>/dev/null; }
say en.wav en 'Please tell me where the parcel is, because I have waited for it since last week, and nobody could say when it will come.'
say de.wav de 'Guten Tag, bitte sagen Sie mir, wohin das Paket gehen soll, damit wir es noch heute auf den Weg bringen.'
say fr.wav fr+f2 'Bonjour, le colis est parti ce matin. Nous voulons savoir si la facture est correcte.'

ok 'speech and music are told apart' '
    make -f lavfi -i "aevalsrc=0.4*exp(-6*mod(t\,0.25))*sin(2*PI*(220*pow(2\,floor(mod(t*4\,8))/12))*t)+0.1*sin(2*PI*110*t):s=22050:d=8" notes.wav
    facts audio.kind en.wav de.wav fr.wav music.wav music.ogg notes.wav | jq -r .mm.probe.audio.kind | paste -sd" " >out
    echo "speech speech speech music music music" >expected; same expected out'

ok 'a woman is told from a man by pitch' '
    within en.wav f0_median_hz 70 160
    within fr.wav f0_median_hz 160 300'

ok 'noise that is mixed in is estimated within 3 dB' '
    make -i en.wav -ar 8000 clean.wav
    power=$(facts audio.rms_dbfs clean.wav | jq .mm.probe.audio.rms_dbfs)
    for snr in 10 15 20; do
        a=$(awk -v p=$power -v s=$snr "BEGIN { print exp((p - s) / 20 * log(10)) * sqrt(3) }")
        make -i clean.wav -f lavfi -i "aevalsrc=(random(0)*2-1)*$a:s=8000" -filter_complex amix=inputs=2:duration=first:normalize=0 mix.wav
        within mix.wav snr_db $((snr - 3)) $((snr + 3))
    done
    within clean.wav snr_db 40 60'

needs command -v fpcalc '&&' built fingerprint -- 'no fpcalc or no libchromaprint'
ok 'fingerprints are those of fpcalc, of one, two and more channels' '
    for c in 3.0:3 quad:4 5.1:6; do
        tones=$(for k in 1 2 3 4 5 6; do [ $k -gt ${c#*:} ] || printf "|0.3*sin(2*PI*%d*t)*(0.6+0.4*exp(-3*mod(t\\,0.%d)))" $((150 * k)) $((k + 2)); done)
        ffmpeg -v error -y -f lavfi -i "aevalsrc=${tones#|}:s=44100:d=10:c=${c%:*}" many${c#*:}.wav
    done
    for f in music.* narrow.wav many*.wav; do
        fpcalc -plain $f 2>/dev/null || true
    done >expected
    for f in music.* narrow.wav many*.wav; do facts audio.fingerprint $f; done | jq -r .mm.probe.audio.fingerprint >out
    same expected out'

needs command -v aubiopitch -- 'no aubiopitch'
ok 'the pitch of voices is that of aubiopitch, in the median, within 5 %' '
    for f in en.wav fr.wav; do
        peer=$(aubiopitch -i $f -p yinfft -B 1024 -H 256 -s -40 2>/dev/null | awk "\$2 > 60 && \$2 < 500 { print \$2 }" | sort -n |
            awk "{ v[NR] = \$1 } END { print v[int((NR + 1) / 2)] }")
        within $f f0_median_hz $(awk -v f=$peer "BEGIN { print f * 0.95, f * 1.05 }")
    done'

finish
