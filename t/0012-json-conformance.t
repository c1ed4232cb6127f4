#!/bin/sh
# mm_json_check and the cases we hold it to agree with other people's parsers.
. "${0%/*}/lib.sh"
check=$MM_BUILD/t/unit/json-conformance.t
needs test -x "$check" -- 'the unit tests are not built'
needs command -v python3 -- 'no python3'

cat >oracle.py <<'P'
import json, random, sys

def no_constants(name):
    raise ValueError(name)

def accepts(raw):
    "RFC 8259 as python sees it, made strict where python is not."
    try:
        value = json.loads(raw.decode("utf-8"), parse_constant=no_constants)
        json.dumps(value, ensure_ascii=False).encode("utf-8")  # no half surrogates
        return True
    except (ValueError, RecursionError):
        return False

def mutated(rng):
    seeds = [b'{"a":[1,-2.5e3,"x\\n\\u00e9"],"b":{"c":null,"d":true},"e":"\xc3\xa9\xf0\x9f\x98\x80"}',
             b'[[],{},"\\\\",0.1,{"k":[false,{"z":"\\ud83d\\ude00"}]}]', b' {"text" : "a \\"b\\" c" , "n" : 10 }\r']
    odd = b'{}[]:,"\\/ \t\n\r\x00\x1f+-.eE0123456789truefalsnu\x80\xc3\xa9\xed\xa0\xf4'
    raw = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(raw))
        how = rng.randrange(4)
        if how == 0: raw[at] = rng.choice(odd)
        elif how == 1: raw.insert(at, rng.choice(odd))
        elif how == 2: del raw[at]
        else: raw[at:at] = raw[rng.randrange(len(raw)):][:rng.randint(1, 8)]
    return bytes(raw)

if sys.argv[1] == "judge":
    for line in sys.stdin:
        print(int(accepts(bytes.fromhex(line.strip()))))
else:
    rng = random.Random(7)
    for _ in range(20000):
        print(mutated(rng).hex())
P

ok 'python agrees with every case that must be accepted or refused' '
    "$check" cases | grep "^[yn]" >cases
    sed "s/^. //" cases | python3 oracle.py judge >verdicts
    sed "s/^y.*/1/; s/^n.*/0/" cases >expected
    test "$(wc -l <cases)" -gt 300
    paste verdicts expected cases | awk "\$1 != \$2" >differ
    same /dev/null differ
'
ok 'python agrees on 20000 damaged texts' '
    python3 oracle.py mutate >texts
    python3 oracle.py judge <texts >expected
    "$check" check <texts >got
    paste got expected texts | awk "\$1 != \$2" >differ
    same /dev/null differ
    test "$(grep -c 1 got)" -gt 1000
'
ok 'jq reads all that must be accepted' '
    command -v jq >/dev/null || exit 0
    grep ^y cases | python3 -c "import sys
for n, line in enumerate(sys.stdin):
    open(\"y%03d.json\" % n, \"wb\").write(bytes.fromhex(line[2:].strip()))"
    for f in y*.json; do jq . "$f" >/dev/null 2>&1 || echo "$f"; done >differ
    same /dev/null differ
    test -s y000.json
'
finish
