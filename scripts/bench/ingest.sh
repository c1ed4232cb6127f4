#!/bin/sh
# ingest - a 1 GiB tar of small files to mmr, beside tar and a hash over the same bytes: what
# getting at the content and knowing it again costs at least.
. "${0%/*}/lib.sh"

# Sound files of 10,000 bytes: a header that tells their type, then noise.
make_tar() {
    python3 - "$1" <<'PY'
import io, random, struct, sys, tarfile
noise = random.Random(1)
size = 10000
head = b"RIFF" + struct.pack("<I", size - 8) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
head += b"data" + struct.pack("<I", size - 44)
with tarfile.open(sys.argv[1], "w", format=tarfile.USTAR_FORMAT) as tar:
    for i in range((1 << 30) // size):
        member = tarfile.TarInfo("clips/%03d/%06d.wav" % (i // 1000, i))
        member.size = size
        tar.addfile(member, io.BytesIO(head + noise.randbytes(size - 44)))
PY
}

tar=$bench/ingest.tar
[ -s "$tar" ] || { make_tar "$tar.part" && mv "$tar.part" "$tar"; }
cat "$tar" >/dev/null
gb=$(wc -c <"$tar" | awk '{ print $1 / 1e9 }')
duel ingest GB/s 0.5 "$gb" "mm-ingest -b -j1 -q $tar" "tar -xO <$tar | xxhsum -H2"
