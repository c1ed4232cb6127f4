"""Reads a sketch by man/mm-sketch.5 alone, and prints it as JSON lines; shares no code with the tools."""
import json
import struct
import sys

data = open(sys.argv[1], "rb").read()
assert data[:8] == b"MMSKETCH"
at = 8


def get(form):
    global at
    v = struct.unpack_from("<" + form, data, at)
    at += struct.calcsize("<" + form)
    return v if len(v) > 1 else v[0]


def text():
    global at
    n = get("I")
    if n == 0xffffffff:
        return None
    at += n
    return data[at - n:at].decode()


def i128():
    low, high = get("Qq")
    return (high << 64) + low


def kll():
    n, _, least, greatest, levels = get("QQddI")
    values = [(get("d"), 1 << h) for h in range(levels) for _ in range(get("I"))]
    assert sum(w for _, w in values) == n
    return {"n": n, "least": least, "greatest": greatest, "values": sorted(values)} if n else None


version, length = get("IQ")
assert version == 1 and length == len(data) - 20 - 16
records, left_out, epsilon, delta = get("QQdd")
dims = [text() for _ in range(get("I"))]
has_dims = get("B")
print(json.dumps({"records": records, "left_out": left_out, "epsilon": epsilon, "delta": delta, "by": dims, "has": has_dims, "label": text(), "prediction": text()}))
if get("B"):
    values = [["(missing)", "(unknown)"] + [text() for _ in range(get("I"))] for _ in dims]
    for _ in range(get("I")):
        key = [v[get("I")] for v in values]
        print(json.dumps({"kind": key, "records": get("9Q"), "scores": [[get("Q"), i128(), i128()] for _ in range(3)]}))
for _ in range(get("I")):
    f = {"field": text(), "types": get("7Q"), "not_finite": get("Q"), "long": get("Q"), "moments": get("Q4d"), "numbers": kll(), "lengths": kll()}
    has = get("B")
    if has & 1:
        f["registers"] = sum(r > 0 for r in data[at:at + 4096])
        at += 4096
    if has & 2:
        f["texts"] = get("Q")
        f["frequent"] = [[*get("QQ"), text()] for _ in range(get("I"))]
    if has & 4:
        f["rows"] = [sum(get("1024Q")) for _ in range(4)]
    print(json.dumps(f))
assert at == len(data) - 16
