#!/bin/sh
# store - 256 MiB of 10 kB sound files into WebDataset shards on disk, beside tar and beside the TarWriter of
# the webdataset package (left out where python3 has none) over the same files; each brings its output to
# the disk.
#
# store-wds     payloads and headers from mmr, against tar -cf of the files and headers
# store-python  the same against webdataset.TarWriter
# store-rows    rows of NDJSON to NDJSON shards, against cat
. "${0%/*}/lib.sh"

files=$bench/store-files
if [ ! -d "$files" ]; then
    rm -rf "$files.part"; mkdir -p "$files.part"
    python3 - "$files.part" <<'PY'
import random, struct, sys
noise, size = random.Random(1), 10000
head = b"RIFF" + struct.pack("<I", size - 8) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
head += b"data" + struct.pack("<I", size - 44)
for i in range((256 << 20) // size):
    with open("%s/%06d.wav" % (sys.argv[1], i), "wb") as f:
        f.write(head + noise.randbytes(size - 44))
    with open("%s/%06d.json" % (sys.argv[1], i), "w") as f:
        f.write('{"mm":{"id":"%032x","src":"%06d.wav","type":"audio/x-wav","modality":"audio","size":%d}}' % (i, i, size))
PY
    mv "$files.part" "$files"
fi
[ -s "$bench/store.mmr" ] || mm-ingest -b -j1 -q --include '*.wav' "$files" >"$bench/store.mmr"
cat "$bench/store.mmr" >/dev/null
find "$files" -type f -exec cat {} + >/dev/null
gb=$(find "$files" -name '*.wav' -exec cat {} + | wc -c | awk '{ print $1 / 1e9 }')
out=$bench/store-out
ours="rm -rf $out; mm-store -q -j1 -s 0 -n 0 $out $bench/store.mmr"
duel store-wds GB/s 1 "$gb" "$ours" "tar -C $files -cf $out.tar --sort=name . && sync $out.tar"

cat >"$bench/peer_tarwriter.py" <<'PY'
import os, sys, webdataset
folder, out = sys.argv[1:]
with webdataset.TarWriter(out) as tar:
    for name in sorted(os.listdir(folder)):
        if name.endswith(".wav"):
            key = name[:-4]
            tar.write({"__key__": key, "wav": open(folder + "/" + name, "rb").read(),
                       "json": open(folder + "/" + key + ".json", "rb").read()})
PY
[ ! -d "$MM_BUILD/webdataset" ] || { PYTHONPATH=$MM_BUILD/webdataset; export PYTHONPATH; }
if python3 -c 'import webdataset' 2>/dev/null; then
    duel store-python GB/s 1 "$gb" "$ours" "python3 $bench/peer_tarwriter.py $files $out.tar && sync $out.tar"
else
    echo 'bench store: no webdataset package; python3 -m pip install webdataset' >&2
fi

rows "$bench/store.ndjson" -s 256
gb=$(wc -c <"$bench/store.ndjson" | awk '{ print $1 / 1e9 }')
duel store-rows GB/s 0.5 "$gb" "rm -rf $out; mm-store -q -j1 -F ndjson -s 0 -n 0 $out $bench/store.ndjson" \
    "cat $bench/store.ndjson >$out.tar && sync $out.tar"
rm -rf "$out" "$out.tar"
