# Sound, pictures and film by group: what mm-probe hears and sees makes groups, and is measured in them.
. "${0%/*}/lib.sh"
needs built media -- 'this build does not decode sound and film'
needs command -v jq '&&' command -v python3 '&&' command -v convert -- 'jq reads, python3 and ImageMagick make the samples'

# Voices of 110 and 220 Hz: sawtooths, loud and soft four times a second as speech is; the second of each half as loud.
cat >voices.py <<'END'
import math, random, struct, wave
rnd = random.Random(1)
for name, hz, loud in (("low1", 110, .5), ("low2", 110, .25), ("high1", 220, .5), ("high2", 220, .25)):
    w = wave.open(name + ".wav", "wb")
    w.setnchannels(1); w.setsampwidth(2); w.setframerate(16000)
    x = [loud * (2 * (i * hz / 16000 % 1) - 1) * max(0, math.sin(2 * math.pi * 2 * i / 16000)) ** 2 + rnd.gauss(0, .003) for i in range(16000 * 4)]
    w.writeframes(struct.pack("<%dh" % len(x), *(int(32767 * max(-1, min(1, v))) for v in x)))
END
python3 voices.py
refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }

ok_with loudness 'voices by pitch: how loud and how clean' '
    refs low1.wav low2.wav high1.wav high2.wav | jq -c ".loud = (.mm.src | test(\"1\"))" | mm-probe -q --only audio.f0_median_hz,audio.loudness_lufs,audio.snr_db >probed
    mm-bias -q --by mm.probe.audio.f0_median_hz:165 --by loud --measure mm.probe.audio.loudness_lufs,mm.probe.audio.snr_db --report report.json probed >out
    same probed out
    jq -c ".attributes[0].groups[] | [.group[], .count]" report.json >got
    printf "%s\n" "[\"<165\",2]" "[\">=165\",2]" >want; same want got
    # Half the amplitude is 6.02 dB less.
    jq -e ".measures[] | select(.field == \"mm.probe.audio.loudness_lufs\" and .group.loud and .mean_difference) | .mean_difference.value | fabs - 6.02 | fabs < 0.05" report.json
    jq -e "[.measures[] | select(.field == \"mm.probe.audio.snr_db\") | .records] == [4, 2, 2, 2, 2]" report.json'

ok 'how fast people speak, by group, from transcripts' '
    printf "{\"who\":\"%s\",\"mm\":{\"probe\":{\"audio\":{\"speech_rate_wps\":%s}}}}\n" a 2 a 3 b 4 b null >rates
    mm-bias -q --by who --measure mm.probe.audio.speech_rate_wps --report report.json rates >out
    jq -c ".measures[] | select(.group) | [.group.who, .records, .missing, .mean.value]" report.json >got
    printf "%s\n" "[\"a\",2,0,2.5]" "[\"b\",1,1,4]" >want; same want got'

ok 'pictures by brightness, and contrast in them' '
    for v in 20 40 200 220; do convert -size 40x20 "xc:rgb($v,$v,$v)" "xc:rgb($((v + 20)),$((v + 20)),$((v + 20)))" -append -depth 8 PNG24:p$v.png; done
    refs p20.png p40.png p200.png p220.png | mm-probe -q --only image.luma_mean,image.contrast >probed
    mm-bias -q --by mm.probe.image.luma_mean:128 --measure mm.probe.image.luma_mean,mm.probe.image.contrast --report report.json probed >out
    jq -c ".measures[] | select(.group) | [.group[], .records, (.mean.value * 1e6 | round)]" report.json >got
    # 10 of 255 is the deviation of halves that differ by 20
    printf "%s\n" "[\"<128\",2,40000000]" "[\">=128\",2,220000000]" "[\"<128\",2,39216]" "[\">=128\",2,39216]" >want; same want got'

ok 'film: shares of seconds beside shares of films' '
    printf "{\"lead\":\"%s\",\"mm\":{\"probe\":{\"video\":{\"duration_s\":%s}}}}\n" f 60 f 30 f 30 m 360 >films
    mm-bias -q --by lead --measure mm.probe.video.duration_s --report report.json films >out
    jq -c ".attributes[0].groups[] | [.group.lead, .share.value]" report.json >got
    jq -c ".measures[] | select(.group) | [.group.lead, .share_of_sum.value, (.share_of_sum | .low < .value and .value < .high)]" report.json >>got
    printf "%s\n" "[\"f\",0.75]" "[\"m\",0.25]" "[\"f\",0.25,true]" "[\"m\",0.75,true]" >want; same want got'

ok 'the page has all of it, is well-formed, and needs nothing from elsewhere' '
    echo "she" >terms; echo "nurse" >descriptors
    for i in 1 2 3 4 5 6 7 8; do printf "{\"g\":\"%s\",\"s\":\"%s\",\"y\":%d,\"p\":%d,\"i\":%d,\"text\":\"<b>she</b> & nurse\",\"v\":%d,\"l1\":%d,\"l2\":%d}\n" \
        $([ $i -gt 4 ] && echo a || echo b) $([ $((i % 2)) = 0 ] && echo train || echo test) $((i % 2)) $((i % 3 == 0)) $((i % 5)) $i $((i % 2)) $((i % 3 == 0)); done >all
    mm-bias sketch -q --by g --label y --prediction p all -o base.sk
    mm-bias -q --by g --label y --prediction p --baseline base.sk --measure v --terms terms --descriptors descriptors --split s --duplicate-id i \
        --annotators l1,l2 --proxies --report all.html --report all.json --report all.txt all >out
    for h in "Measures" "Terms and descriptors" "Leakage" "Agreement of annotators" "Fields that go with the groups" "Drift from the baseline" "Drift of rates from the baseline"; do
        grep -q ">$h<" all.html || { echo "no $h"; exit 1; }
    done
    ! grep -Eiq "<script|<link|<img|url\(|src=|nan|inf[^o]" all.html || exit 1
    if command -v xmllint; then xmllint --noout all.html; fi
    jq -e "[.measures, .terms, .leakage, .agreement, .proxies, .drift, .rate_drift] | all(length > 0)" all.json
    grep -qi " nan\| inf " all.txt && exit 1; true'
finish
