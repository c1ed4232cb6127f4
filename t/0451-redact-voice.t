#!/bin/sh
# mm-redact gives voices other formants: the McAdams transformation, held against one written in numpy from the paper.
. "${0%/*}/lib.sh"
needs built media -- 'this build leaves out media'
needs command -v ffmpeg -- 'no ffmpeg'
needs command -v espeak-ng -- 'no espeak-ng'
needs command -v jq -- 'no jq'
PYTHON=python3; $PYTHON -c 'import numpy' 2>/dev/null || PYTHON=/usr/bin/python3
needs $PYTHON -c '"import numpy"' -- 'no numpy'

refs() { for f; do printf '{"mm":{"src":"%s","ref":{"path":"%s"}},"who":"%s"}\n' "$f" "$f" "${WHO-}"; done; }
policy() { printf 'version: 1\nredact:\n  keys: {main: {file: key}}\n  audio: {%s}\n' "$1" >p.yaml; }
voice() { refs "$1" | mm-redact -q --policy p.yaml >out.ndjson; jq -r .mm.data out.ndjson | base64 -d >"$2"; }
printf 'a key of thirty-two bytes or so..' >key; chmod 600 key

espeak-ng -w spoken.wav 'The quick brown fox jumps over the lazy dog, and then it sleeps in the warm sun until the evening.'
ffmpeg -nostdin -v error -y -i spoken.wav -ar 16000 a.wav
ffmpeg -nostdin -v error -y -i spoken.wav -ar 48000 -ac 2 -c:a pcm_f32le wide.wav

# Baseline B2 at 16 kHz (Patino et al. 2021), scaled to the peak there was: Burg's recursion, numpy's eigenvalues for the poles.
cat >mcadams.py <<'END'
import sys, wave
import numpy as np
def read(f):
    w = wave.open(f)
    return np.frombuffer(w.readframes(w.getnframes()), dtype='<i2').astype(float) / 32768
def burg(x, order):
    a, f, b = np.array([1.0]), x.copy(), x.copy()
    for _ in range(order):
        f, b = f[1:], b[:-1]
        k = -2 * np.dot(b, f) / (np.dot(f, f) + np.dot(b, b))
        a = np.append(a, 0) + k * np.append(a, 0)[::-1]
        f, b = f + k * b, b + k * f
    return a
def shifted(a, alpha):
    poles = np.roots(a)
    out = []
    for p in poles:
        if abs(p.imag) < 1e-9:
            out.append(p.real)
        elif p.imag > 0:
            q = abs(p) * np.exp(1j * min(np.angle(p) ** alpha, np.pi))
            out += [q, np.conj(q)]
    return np.real(np.poly(out))
def anonymise(x, alpha, rate=16000):
    n, hop = int(0.02 * rate), int(0.01 * rate)
    w = np.hanning(n)
    w = np.sqrt(w / (w.sum() / hop))
    y = np.zeros(len(x) + n)
    for at in range(0, len(x) - n, hop):
        frame = x[at:at + n] * w
        if np.dot(frame, frame) < 1e-12:
            continue
        a = burg(frame, 20)
        b = shifted(a, alpha)
        e = np.convolve(frame, a)[:n]
        z = np.zeros(n)
        for i in range(n):
            k = min(i, 20)
            z[i] = e[i] - np.dot(b[1:k + 1], z[i - k:i][::-1])
        y[at:at + n] += z * w
    return y[:len(x)]
x, got, alpha = read(sys.argv[1]), read(sys.argv[2]), float(sys.argv[3])
assert len(x) == len(got), (len(x), len(got))
want = anonymise(x, alpha)
want *= np.abs(x).max() / np.abs(want).max()
inner = slice(320, len(x) - 640)
differ = np.abs(want[inner] - got[inner])
print('largest difference', differ.max())
assert differ.max() <= 1e-4
assert np.sqrt(np.mean((got - x) ** 2)) > 0.1 * np.sqrt(np.mean(x ** 2)) and abs(np.abs(got).max() - np.abs(x).max()) < 1e-4
END

for alpha in 0.8 0.6 1.2; do
    ok "alpha $alpha: the samples are those of numpy, to 1e-4 of full scale" "
        policy 'voice: {alpha: $alpha}'; voice a.wav got.wav; $PYTHON mcadams.py a.wav got.wav $alpha"
done
ok 'alpha 1 changes nothing but rounding' '
    policy "voice: {alpha: 1}"; voice a.wav got.wav
    $PYTHON -c "
import wave, array
r = lambda f: (lambda w: array.array(\"h\", w.readframes(w.getnframes())))(wave.open(f))
a, b = r(\"a.wav\"), r(\"got.wav\")
worst = max(abs(x - y) for x, y in zip(a, b)); print(worst)
assert worst <= 0.004 * 32768"'
ok 'pitch and length stay, formants move' '
    policy "voice: anonymize"; voice a.wav got.wav
    for f in a.wav got.wav; do refs $f | mm-probe -q --only audio.duration_s,audio.f0_median_hz | jq .mm.probe.audio; done | jq -s -e "
        .[0].duration_s == .[1].duration_s and (.[0].f0_median_hz - .[1].f0_median_hz | fabs) < 12"
    cmp -s a.wav got.wav && exit 1; true'
ok 'the same movement at another rate: stereo of 48 kHz, mixed and resampled, is near the one of 16 kHz' '
    policy "voice: {alpha: 0.8}"; voice a.wav got.wav; voice wide.wav got48.wav
    ffprobe -v error -show_entries stream=codec_name,sample_rate,channels -of csv=p=0 got48.wav >form; echo pcm_f32le,48000,2 | same - form
    ffmpeg -nostdin -v error -y -i got48.wav -ar 16000 -ac 1 down.wav; ffmpeg -nostdin -v error -y -i wide.wav -ar 16000 -ac 1 plain.wav
    $PYTHON - <<END
import wave, numpy as np
def spectrum(f):
    w = wave.open(f); x = np.frombuffer(w.readframes(w.getnframes()), dtype="<i2") / 32768
    frames = np.lib.stride_tricks.sliding_window_view(x, 512)[::256] * np.hanning(512)
    p = np.abs(np.fft.rfft(frames)) ** 2
    s = np.convolve(np.log10(p.mean(axis=0) + 1e-12), np.ones(9) / 9, "same")[8:128]   # 250 Hz to 4 kHz
    return s - s.mean()
moved, other, plain = spectrum("got.wav"), spectrum("down.wav"), spectrum("plain.wav")
near, far = np.abs(moved - other).mean(), np.abs(plain - other).mean()
print(near, far)
assert near < 0.6 * far
END'
ok 'in lossy codecs too' '
    ffmpeg -nostdin -v error -y -i a.wav -c:a libopus a.opus; policy "voice: anonymize"; voice a.opus got.opus
    ffprobe -v error -show_entries stream=codec_name -of csv=p=0 got.opus >form; echo opus | same - form
    jq -c ".mm.redact.media[0] | .voice, .removed" out.ndjson | head -n1 >got; echo "\"mcadams\"" | same - got'
ok 'drawn by key: the same for one subject, another for another, and told nowhere' '
    policy "voice: {alpha: [0.5, 0.9], subject: who}"
    WHO=ann; voice a.wav ann1.wav; voice a.wav ann2.wav; WHO=ben; voice a.wav ben.wav
    cmp ann1.wav ann2.wav; ! cmp -s ann1.wav ben.wav || exit 1; ! grep -q alpha out.ndjson'
ok 'a record that does not say whose voice it is, is refused' '
    printf "{\"mm\":{\"ref\":{\"path\":\"a.wav\"}}}\n" >in.ndjson
    status 3 mm-redact -q --policy p.yaml in.ndjson >out.ndjson 2>errors; ! [ -s out.ndjson ] || exit 1
    grep -q "whose voice it is, at the path redact.audio.voice.subject" errors'
ok 'words that are muted are muted in the other voice, too' '
    policy "voice: anonymize, padding: 0s"; refs a.wav |
        jq -c ".mm.probe.audio.transcript = {\"words\":[[1,1.5,\"ann@example.com\"]]}" | mm-redact -q --policy p.yaml >out.ndjson
    jq -r .mm.data out.ndjson | base64 -d >got.wav
    $PYTHON -c "
import wave, array
w = wave.open(\"got.wav\"); a = array.array(\"h\", w.readframes(w.getnframes()))
assert not any(a[16000:24001]) and any(a[15000:15900]) and any(a[24100:25000])"'
finish
