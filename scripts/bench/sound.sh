#!/bin/sh
# sound - seconds of sound that are analysed in a second on one core: ten minutes of made stereo at 44,100 Hz.
#
# sound-loudness   loudness and true peak, beside the ebur128 filter of ffmpeg
# sound-print      fingerprints, beside fpcalc; both look at two minutes
# sound-level      levels, clipping, silence, beside the astats filter of ffmpeg
# sound-all        all facts of --only sound, beside decoding by ffmpeg
. "${0%/*}/lib.sh"

file=$bench/sound.flac
[ -s "$file" ] || ffmpeg -v error -y -f lavfi -i "aevalsrc=0.2*(sin(2*PI*220*t)+sin(2*PI*277.2*t))*(0.6+0.4*exp(-4*mod(t\,0.5)))+0.01*random(0)|0.3*sin(2*PI*440*t)*(0.6+0.4*exp(-3*mod(t\,0.7))):s=44100:d=600" \
    -c:a flac "$file"
cd "$bench"
echo '{"mm":{"ref":{"path":"sound.flac"}}}' >sound.ndjson
cat sound.flac >/dev/null
ours() { echo "mm-probe -q -j1 --only $1 sound.ndjson"; }
ff='ffmpeg -v error -threads 1 -filter_threads 1 -i sound.flac'
duel sound-loudness s/s 1 600 "$(ours audio.loudness_lufs,audio.true_peak_dbtp)" "$ff -af ebur128=peak=true -f null -"
! command -v fpcalc >/dev/null || duel sound-print s/s 1 120 "$(ours audio.fingerprint)" "fpcalc sound.flac"
duel sound-level s/s 1 600 "$(ours audio.rms_dbfs,audio.clipped_share,audio.silence_share)" "$ff -af astats -f null -"
duel sound-all s/s - 600 "$(ours sound)" "$ff -f null -"
