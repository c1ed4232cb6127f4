# The webdataset package of Python reads what mm-store writes as what its own writer writes.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'python3 is not here'
peer=$MM_BUILD/webdataset
if ! python3 -c 'import webdataset' 2>/dev/null; then
    PYTHONPATH=$peer; export PYTHONPATH
    [ -d "$peer/webdataset" ] || timeout 60 python3 -m pip install -q --target "$peer.part" webdataset >/dev/null 2>&1 &&
        { [ -d "$peer/webdataset" ] || mv "$peer.part" "$peer"; }
fi
needs python3 -c "'import webdataset'" -- 'the webdataset package can not be had'
PYTHONDONTWRITEBYTECODE=1; export PYTHONDONTWRITEBYTECODE

cat >make.py <<'END'
import base64, hashlib, json, webdataset
with open("in", "w") as rows, webdataset.TarWriter("peer.tar", user="", group="", mtime=0, mode=0o644) as peer:
    for i in range(50):
        key, data = hashlib.md5(b"%d" % i).hexdigest(), b"bytes %d" % i * i
        head = {"label": i % 3, "mm": {"id": key, "type": "image/jpeg", "size": len(data)}}
        text = json.dumps(head, separators=(",", ":"))
        row = json.loads(text)
        row["mm"]["data"] = base64.b64encode(data).decode()
        row["mm"]["parts"] = [{"name": "seg.png", "data": base64.b64encode(b"part").decode()}]
        text = text[:-2] + ',"parts":[{"name":"seg.png"}]}}'
        rows.write(json.dumps(row, separators=(",", ":")) + "\n")
        peer.write({"__key__": key, "json": text.encode(), "jpg": data, "seg.png": b"part"})
END
cat >show.py <<'END'
import hashlib, sys, webdataset
for s in webdataset.WebDataset(sys.argv[1:], shardshuffle=False, empty_check=False):
    print(s["__key__"], sorted((k, hashlib.md5(v).hexdigest()) for k, v in s.items() if not k.startswith("__")))
END

ok 'samples are those of a tar that webdataset wrote, key by key and byte by byte' '
    python3 make.py
    mm-store one in
    python3 show.py peer.tar >want
    python3 show.py one/shard-000000.tar >got
    [ $(wc -l <want) = 50 ]
    same want got'

ok 'over several shards, and in order' '
    mm-store -n 7 many in
    python3 show.py many/*.tar >got
    same want got'

ok 'its decoders know the endings' '
    echo "{\"mm\":{\"id\":\"a\",\"type\":\"application/json\",\"data\":\"eyJrIjoxfQ==\"}}" | mm-store dec
    python3 -c "
import webdataset
for s in webdataset.WebDataset(\"dec/shard-000000.tar\", shardshuffle=False).decode():
    print(s[\"data.json\"], s[\"json\"][\"mm\"][\"type\"])" >got
    echo "{'"'k'"': 1} application/json" >want
    same want got'

finish
