# mm-probe --only film: tracks and packets are those of ffprobe; scenes, black and frozen parts those of ffmpeg's filters.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v ffmpeg '&&' command -v ffprobe '&&' ffmpeg -v error -encoders '|' grep -q libx264 -- 'ffmpeg with x264 makes the samples'

make() { ffmpeg -v error -y "$@"; }
refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}}}\n' "$f" "$f"; done; }
facts() { names=$1; shift; refs "$@" | mm-probe -q --only "$names" | jq -c .mm.probe; }
# What a filter writes into the metadata of frames, the values of one key: peer FILE FILTER KEY
peer() { ffmpeg -v error -i "$1" -an -vf "$2,metadata=print:file=-" -f null - | sed -n "s/^$3=//p"; }

make -f lavfi -i testsrc2=s=320x240:r=25:d=3 -f lavfi -i color=black:s=320x240:r=25:d=3 -f lavfi -i color=white:s=320x240:r=25:d=1 \
    -f lavfi -i mandelbrot=s=320x240:r=25 -f lavfi -i sine=d=13 -filter_complex \
    '[3]trim=duration=3[m];[m][0]concat=n=2,tpad=stop=100:stop_mode=clone[t];[t][1][2]concat=n=3[v]' \
    -map '[v]' -map 4 -c:v libx264 -g 50 -c:a aac -metadata:s:a:0 language=deu film.mp4
for x in mkv mov ts; do make -i film.mp4 -map 0 -c copy film.$x; done
make -i film.mp4 -t 4 -c:v mpeg4 -c:a mp3 film.avi
make -f lavfi -i testsrc2=s=64x48:r=30:d=4 -vf 'select=not(mod(n\,7)*mod(n\,5))' -fps_mode vfr -c:v libx264 uneven.mkv
make -f lavfi -i testsrc2=s=64x48:r=30000/1001:d=4 -c:v libx264 ntsc.mkv
printf '1\n00:00:00,000 --> 00:00:01,000\nwords\n' >words.srt
make -i film.mp4 -i words.srt -t 2 -map 0 -map 0:a -map 1 -c:v copy -c:a copy -metadata:s:a:1 language=eng \
    -disposition:a:1 comment+dub -metadata:s:s:0 language=fra -disposition:s:0 forced many.mkv
films='film.mp4 film.mkv film.mov film.ts film.avi uneven.mkv ntsc.mkv'

ok 'the tracks are those that ffprobe shows' '
    for f in $films many.mkv; do
        ffprobe -v error -of json -show_streams $f | jq -c "[.streams[] | {index, kind: .codec_type, codec: .codec_name}
            + (if .tags.language then {language: .tags.language} else {} end)
            + {disposition: [.disposition | to_entries[] | select(.value == 1).key]}]"
    done >expected
    facts video.tracks $films many.mkv | jq -c .video.tracks >out
    grep -q "\"disposition\":\\[\"dub\",\"comment\"\\]" out
    same expected out'

ok 'frames and key frames are the packets that ffprobe shows' '
    for f in $films; do
        ffprobe -v error -select_streams v:0 -show_packets -show_entries packet=pts_time,dts_time,flags -of json $f | jq -c "
            def ms: if . == null then . else . * 1000 | round end;
            [.packets[] | select(.flags[:1] == \"K\") | .pts_time // .dts_time | tonumber] as \$k |
            [range(1; \$k | length) as \$i | \$k[\$i] - \$k[\$i - 1]] as \$gaps |
            [(.packets | length), (\$k | length), (if \$gaps == [] then null else (\$gaps | add / length) end | ms), (\$gaps | max | ms)]"
    done >expected
    facts video.frames,video.key_frames,video.key_frame_interval_s,video.key_frame_interval_max_s $films | jq -c "
        def ms: if . == null then . else . * 1000 | round end;
        .video | [.frames, .key_frames, (.key_frame_interval_s | ms), (.key_frame_interval_max_s | ms)]" >out
    grep -qF "[350,8,1857,2000]" out
    same expected out'

ok 'a varying frame rate is told from one that is only rounded to milliseconds' '
    facts video.variable_frame_rate $films | jq -r .video.variable_frame_rate | paste -sd" " >out
    echo "false false false false false true false" >expected; same expected out'

ok 'scenes, black and frozen parts are those of scdet, blackdetect and freezedetect' '
    for f in film.mp4 film.mov film.ts; do
        { echo 0; peer $f scdet lavfi.scd.time; } | jq -cs .
        peer $f blackdetect "lavfi.black_[a-z]*" | jq -cs "[_nwise(2)]"
        peer $f freezedetect "lavfi.freezedetect.freeze_\(start\|end\)" | jq -cs "[_nwise(2)]"
    done >expected
    facts video.scenes,video.black,video.frozen film.mp4 film.mov film.ts | jq -c ".video | .scenes, .black, .frozen" >out
    [ "$(sed -n "1,3p" out | paste -sd" ")" = "[0,3,10,13] [[10,13]] [[7,9],[10,13]]" ]
    same expected out'

ok 'shares are of the time that was seen' '
    facts video.black_share,video.frozen_share,video.seen_s film.mp4 >out
    echo "{\"video\":{\"black_share\":0.2149,\"frozen_share\":0.3582,\"seen_s\":13.96}}" >expected; same expected out'

ok 'black and frozen parts that last to the end are told to the last frame' '
    make -f lavfi -i color=black:s=64x48:r=10:d=3 -c:v libx264 dark.mp4
    facts video.scenes,video.black,video.frozen,video.black_share,video.frozen_share,video.seen_s dark.mp4 >out
    echo "{\"video\":{\"scenes\":[0],\"black\":[[0,2.9]],\"black_share\":1,\"frozen\":[[0,2.9]],\"frozen_share\":1,\"seen_s\":2.9}}" >expected
    same expected out'

ok 'the first frame of each scene is looked at as a picture is' '
    facts video.scene_frames film.mp4 | jq -c ".video.scene_frames[] | {pdq, pdq_quality}" | head -2 >out
    for t in 0 3; do
        make -ss $t -i film.mp4 -frames:v 1 frame$t.png
        facts image.pdq,image.pdq_quality frame$t.png | jq -c .image
    done >pictures
    jq -r .pdq out >ours; jq -r .pdq pictures >theirs
    paste -d" " ours theirs | while read -r a b; do
        i=1 bits=0
        while [ $i -le 64 ]; do
            x=$((0x$(echo $a | cut -c$i) ^ 0x$(echo $b | cut -c$i)))
            bits=$((bits + (x & 1) + (x >> 1 & 1) + (x >> 2 & 1) + (x >> 3 & 1))); i=$((i + 1))
        done
        [ $bits -le 10 ] || { echo "$bits bits differ"; exit 1; }
    done
    facts video.scene_frames film.mp4 | jq -c "[.video.scene_frames[] | .t, (keys_unsorted | join(\" \"))]" >out
    echo "[0,\"t pdq pdq_quality luma_mean sharpness\",3,\"t pdq pdq_quality luma_mean sharpness\",10,\"t pdq pdq_quality luma_mean sharpness\",13,\"t pdq pdq_quality luma_mean sharpness\"]" >expected
    same expected out'

ok 'a limit on time ends the look, and is told' '
    refs film.mp4 | mm-probe -q --max-video 5s --only video.scenes,video.seen_s | jq -c .mm.probe >out
    echo "{\"video\":{\"scenes\":[0,3],\"seen_s\":5},\"warnings\":[\"only the first 5 s of the pictures were looked at\"]}" >expected
    same expected out'

ok 'nothing of it is told unless it is asked, and each alone is what it is among others' '
    refs film.mp4 | mm-probe -q | jq -e ".mm.probe.video | has(\"width\") and (has(\"tracks\") or has(\"scenes\") or has(\"frames\") | not)"
    facts film film.mp4 | jq -c ".video | to_entries[]" >expected
    [ "$(wc -l <expected)" = 13 ]
    for f in $(jq -r .key expected); do facts video.$f film.mp4 | jq -c ".video | to_entries[]"; done >out
    same expected out'

ok 'its sound is probed as sound' '
    facts audio.kind,audio.loudness_lufs film.mp4 | jq -e "(.audio | has(\"kind\") and has(\"loudness_lufs\"))"'

ok 'beginnings of each format give facts or a reason' '
    : >in.ndjson
    for f in $films many.mkv; do
        size=$(wc -c <$f)
        for k in 40 200 1000 5000 20000 60000 $((size / 2)) $((size * 3 / 4)) $((size - 7)); do
            [ $k -lt $size ] && printf "{\"f\":\"%s\",\"mm\":{\"ref\":{\"path\":\"%s\",\"length\":%d}}}\n" $f $f $k >>in.ndjson
        done
    done
    mm-probe -q --only type,modality,film in.ndjson >out 2>err
    [ ! -s err ]
    jq -c "select(.mm.probe.video == null and .mm.probe.warnings == null and .mm.probe.modality == \"video\")" out >silent
    [ ! -s silent ] || { cat silent; exit 1; }
    [ "$(wc -l <in.ndjson)" = "$(wc -l <out)" ]'

finish
