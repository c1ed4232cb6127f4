#!/bin/sh
# Findings between two scores are for people: redacted and queued until someone decides, one key a finding, on a terminal; the
# decisions are a plain file that later runs follow.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'
needs command -v python3 -- 'no python3'
needs 'mm-redact --version | grep -q libcrypto || mm-redact --policy /dev/null --version | grep -q crypto' -- 'built without crypto'

(umask 077; printf '0123456789abcdef\n' >key; printf 'another key, long enough\n' >key2)
cat >policy.yaml <<'EOF'
version: 1
redact:
  key: {file: key}
  review: {above: 0.3, below: 0.9}
EOF
cat >in.ndjson <<'EOF'
{"id":1,"text":"from joe@corp.example.com at 10.1.2.3","mm":{"id":"abc"}}
{"id":2,"n":2125550123,"list":[{"phone":"2125550123"},"at 10.1.2.3"],"10.1.2.4":true}
{"id":3,"note":"nothing here"}
EOF
run() { mm-redact -q --policy policy.yaml "$@"; }
decide() { keys=$1; shift; printf "$keys" | mm-redact "$@" >screen 2>err; }

ok 'until somebody decides, all is redacted, and said to be pending' '
    run --review queue in.ndjson >out
    ! grep -qE "joe@|10\.1\.2\.|2125550123" out || exit 1
    jq -c "[.mm.redact.findings[]? | [.entity, .score, .review]]" out >got
    cat >want <<END
[["EMAIL",0.95,null],["IP",0.7,"pending"]]
[["PHONE",0.3,"pending"],["PHONE",0.8,"pending"],["IP",0.7,"pending"],["IP",0.7,"pending"]]
[]
END
    sed "s/\([0-9]\)0\([],]\)/\1\2/g" got >got2; sed "s/\([0-9]\)0\([],]\)/\1\2/g" want | same - got2'
ok 'the queue shows each with its place, context and value, and is for its owner alone' '
    [ "$(stat -c %a queue)" = 600 ]
    jq -c "[.at, .id, .entity, .path, .field, .name, .score, .rule, .before, .value, .behind]" queue | sed "s/0\.\([1-9]\)0/0.\1/" >got
    cat >want <<END
["in.ndjson:1","abc","IP","text","text",null,0.7,"ipv4","from joe@corp.example.com at ","10.1.2.3",""]
["in.ndjson:2",null,"PHONE","n","n",null,0.3,"us","","2125550123",""]
["in.ndjson:2",null,"PHONE","list[0].phone","list.phone",null,0.8,"us","","2125550123",""]
["in.ndjson:2",null,"IP","list[1]","list",null,0.7,"ipv4","at ","10.1.2.3",""]
["in.ndjson:2",null,"IP","<IP>","",true,0.7,"ipv4","","10.1.2.4",""]
END
    same want got
    touch wide; chmod 644 wide; run --review wide in.ndjson >out; [ "$(stat -c %a wide)" = 600 ]'
# The key of one purpose, by openssl: HKDF-SHA-256 of what the key file holds.
ok 'the digest is HMAC-SHA-256 over entity, kind, field and value, under a key of its own: openssl says the same' '
    command -v openssl && command -v xxd
    derived=$(openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt "key:0123456789abcdef" -kdfopt "salt:mm-redact 1" -kdfopt "info:review" \
        -binary HKDF | xxd -p -c 64)
    printf "IP\0value\0text\00010.1.2.3" | openssl dgst -sha256 -mac HMAC -macopt hexkey:$derived | sed "s/.* //" | cut -c 1-32 >want
    jq -r .digest queue | head -1 | same want -'
ok 'keys decide, and each decision is in the file at once: sorted, a line each, without values' '
    rm -f decisions
    decide "ar" --decide queue --decisions decisions
    same /dev/null err || grep -q "2 decided, 3 of 5 left" err
    cut -f1,2,4 decisions >got
    { sed -n 1p decisions | cut -f1; printf "\"n\"\tPHONE\treject\n\"text\"\tIP\taccept\n"; } | same - got
    sed -n 1p decisions | grep -qE "^# mm-redact decisions 1, key [a-p]{8}$"
    ! grep -qE "10\.1|2125" decisions || exit 1'
ok 'the reviewer goes on where it stopped, passes over what is decided, and can leave things for later' '
    decide "sasq" --decide queue --decisions decisions
    grep -c "^[0-9]* of 5" screen | grep -qx 3
    grep -q "^3 of 5, 0 decided now" screen
    cut -f1,2,4 decisions | tail -n +2 >got
    printf "\"list\"\tIP\taccept\n\"n\"\tPHONE\treject\n\"text\"\tIP\taccept\n" | same - got'
ok 'u takes the last one back' '
    cp decisions d2; decide "ru" --decide queue --decisions d2; same decisions d2
    decide "rurraquq" --decide queue --decisions d2; cut -f1,4 d2 | tail -n +2 >got
    printf "\"\"\treject\n\"list\"\taccept\n\"list.phone\"\treject\n\"n\"\treject\n\"text\"\taccept\n" | same - got'
ok 'e says what it is, and where it begins and ends' '
    cp decisions d3; decide "e\nx\nephone\n-1 nonsense\neIP\n+1 -2\nq" --decide queue --decisions d3
    grep -q "list.phone.	PHONE	[0-9a-f]*	edit IP +1 -2" d3
    grep -q "Two numbers are needed" screen
    run --decisions d3 in.ndjson | jq -c ".list // empty" >got; echo "[{\"phone\":\"2<IP>23\"},\"at <IP>\"]" | same - got'
ok 'later runs follow: what was rejected stays, what was accepted is redacted, and only the rest is asked again' '
    run --decisions decisions --review queue2 in.ndjson >out
    jq -c "[.text, .n, .list]" out >got
    printf "%s\n" "[\"from <EMAIL> at <IP>\",null,null]" "[null,2125550123,[{\"phone\":\"<PHONE>\"},\"at <IP>\"]]" "[null,null,null]" | same - got
    jq -c .path queue2 >got; printf "%s\n" "\"list[0].phone\"" "\"<IP>\"" | same - got
    jq -r ".mm.redact.findings[]?.review // empty" out | sort | uniq -c | tr -s " " >got
    printf " 2 accepted\n 2 pending\n" | same - got'
ok 'a value that was rejected in one field is still found in another, and what is sure is redacted whatever was decided' '
    echo "{\"n\":2125550123,\"mail\":2125550123,\"text\":\"n, call 2125550123\"}" | run --decisions decisions - | jq -c "[.n, .mail, .text]" >got
    echo "[2125550123,\"<PHONE>\",\"n, call <PHONE>\"]" | same - got'
ok 'verification follows them too' '
    run --decisions decisions in.ndjson >clean.ndjson
    run --decisions decisions --verify clean.ndjson >got; [ ! -s got ]
    status 1 run --verify clean.ndjson >got; printf "clean.ndjson:2\tn\tPHONE\t0.30\n" | same - got'
ok 'an entity may have scores of its own, or none' '
    printf "version: 1\nredact:\n  key: {file: key}\n  review: {above: 0.3, below: 0.9}\n  entities:\n    IP: {review: false}\n    PHONE: {review: {above: 0.7, below: 0.85}}\n" >own.yaml
    mm-redact -q --policy own.yaml --review q in.ndjson >out; jq -c "[.entity, .path]" q >got; echo "[\"PHONE\",\"list[0].phone\"]" | same - got
    jq -c .n out >got; printf "null\n2125550123\nnull\n" | same - got'
ok 'records can be held back instead: dead letters, which come out when they were decided about' '
    sed "s/0.9}/0.9, hold: true}/" policy.yaml >hold.yaml
    status 2 mm-redact -q --policy hold.yaml in.ndjson >out 2>err; same /dev/null out; grep -q "give --dead-letter FILE" err
    status 3 mm-redact -q --policy hold.yaml --review q --dead-letter dead.ndjson in.ndjson >out 2>err
    [ "$(jq -c .id out)" = 3 ] && grep -q "in.ndjson:2: held for review: 4 findings" err
    same queue q
    decide "aaaaa" --decide q --decisions all
    mm-redact -q --policy hold.yaml --decisions all --dead-letter none dead.ndjson >out2; [ "$(jq -c .id out2)" = "$(printf "1\n2\n")" ]
    ! grep -E "joe@|2125550123" out2 || exit 1'
ok 'the same queue for any number of workers' '
    i=0; while [ $i -lt 500 ]; do cat in.ndjson; i=$((i + 1)); done >many.ndjson
    run -j1 --review one many.ndjson >out1; run -j4 --review four many.ndjson >out4
    same one four; same out1 out4; [ $(wc -l <one) = 2500 ]'

cat >drive.py <<'EOF'
import os, pty, signal, sys, termios, time
# Run a command on a terminal of its own, send keys, give back what it drew and whether the terminal is as it was.
def drive(keys, argv, kill=None):
    master, slave = pty.openpty()
    before = termios.tcgetattr(slave)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        for fd in (0, 1, 2): os.dup2(slave, fd)
        os.execvp(argv[0], argv)
    seen = b""
    for key in keys:
        while not seen.endswith(b"quit\r\n") and not seen.endswith(b": "):
            seen += os.read(master, 65536)
        raw = termios.tcgetattr(slave)[3] & termios.ICANON == 0
        os.write(master, key.encode())
        seen += b"|"
    while kill and not seen.endswith(b"quit\r\n"): seen += os.read(master, 65536)
    if kill: os.kill(pid, kill)
    _, status = os.waitpid(pid, 0)
    os.set_blocking(master, False)
    try:
        while True: seen += os.read(master, 65536)
    except (BlockingIOError, OSError): pass
    return seen, status, termios.tcgetattr(slave) == before
EOF
ok 'on a terminal keys count as they are pressed, the screen is drawn anew, the value stands in reverse' '
    cat >one.py <<END
from drive import drive
seen, status, same = drive(["a", "r", "q"], ["mm-redact", "--decide", "queue", "--decisions", "tty.decisions"])
assert status == 0 and same, (status, same)
assert seen.count(b"\x1b[H\x1b[2J") == 3 and b"\x1b[7m10.1.2.3\x1b[0m" in seen, seen
assert b"2 decided, 3 of 5 left" in seen, seen
END
    timeout 30 python3 one.py; [ $(wc -l <tty.decisions) = 3 ]'
ok 'the terminal is given back after a line was asked for, after Ctrl-C, and when a signal ends it' '
    cat >two.py <<END
import signal
from drive import drive
seen, status, same = drive(["e", "PHONE\n", "\n", "\x03"], ["mm-redact", "--decide", "queue", "--decisions", "two.decisions"])
assert status == 0 and same, (status, same, seen)
seen, status, same = drive(["a"], ["mm-redact", "--decide", "queue", "--decisions", "three.decisions"], signal.SIGTERM)
assert status == signal.SIGTERM and same, (status, same)
END
    timeout 30 python3 two.py
    grep -q "edit PHONE +0 +0" two.decisions && [ $(wc -l <three.decisions) = 2 ]'
ok 'a text can not disturb the terminal, nor turn what is read around' '
    printf "{\"t\":\"\\\\u001b]0;x\\\\u0007 \342\200\256 at 10.1.2.3\\\\nnext \\\\u009b31m caf\303\251\"}\n" >evil.ndjson
    run --review evil evil.ndjson >out
    decide "q" --decide evil --decisions none
    grep -q "^  .x1b\]0;x.x07 .xe2.x80.xae at \[\[10.1.2.3\]\] next .xc2.x9b31m caf" screen
    ! LC_ALL=C grep -q "$(printf "\033")" screen || exit 1'

ok 'entities that the policy finds by its own means can be asked about and chosen' '
    printf "version: 1\nredact:\n  key: {file: key}\n  review: {above: 0.3, below: 0.9}\n  patterns:\n    - {entity: PART, regex: \"K-[0-9]{4}\", score: 0.6}\n" >own.yaml
    echo "{\"t\":\"part K-1234 at 10.1.2.3\"}" >own.ndjson
    mm-redact -q --policy own.yaml --review own own.ndjson >out; [ "$(jq -r .entity own)" = "$(printf "PART\nIP")" ]
    decide "aepart\n\nq" --policy own.yaml --decide own --decisions own.decisions
    mm-redact -q --policy own.yaml --decisions own.decisions own.ndjson | jq -c .t >got; echo "\"part <PART> at <PART>\"" | same - got
    decide "q" --decide own --decisions own.decisions; grep -q "0 decided, 0 of 2 left" err || [ ! -s screen ]
    status 2 run --decisions own.decisions in.ndjson >out 2>err; grep -q "no entity is called .PART." err'
ok 'what can not be: no key, another key, no such file, lines that are none' '
    printf "version: 1\nredact:\n  review: {above: 0.3, below: 0.9}\n" >nokey.yaml
    status 2 mm-redact -q --policy nokey.yaml --review q in.ndjson >out 2>err; same /dev/null out; grep -q -- "--review needs a key" err
    mm-redact -q --policy nokey.yaml in.ndjson >out; ! grep -q 2125550123 out || exit 1
    sed "s/file: key/file: key2/" policy.yaml >other.yaml
    status 2 mm-redact -q --policy other.yaml --decisions decisions in.ndjson >out 2>err; same /dev/null out; grep -q "another key" err
    mm-redact -q --policy other.yaml --review q3 in.ndjson >out
    cp decisions d4; printf a | status 2 mm-redact -q --decide q3 --decisions d4 >screen 2>err; grep -q "q3 was made under another key" err; same decisions d4
    status 2 run --decisions missing in.ndjson >out 2>err; same /dev/null out; grep -q "missing: No such file" err
    { cat decisions; sed -n "2s/accept/reject/p" decisions; } >two
    status 2 run --decisions two in.ndjson >out 2>err; same /dev/null out; grep -q "two:5: decided otherwise in a line before; keep one of them" err
    echo "so what" >two; status 2 run --decisions two in.ndjson >out 2>err; grep -q "two:1: no decision" err
    status 2 mm-redact -q --decide queue 2>err; grep -q -- "--decide needs --decisions FILE" err
    status 2 mm-redact -q --decide in.ndjson --decisions d 2>err </dev/null; grep -q "in.ndjson:1: no line of a review queue" err'
ok 'policies that make no sense' '
    for r in "{above: 0.9, below: 0.3}" "{above: 2, below: 3}" "{hold: true}" true "{abov: 1}"; do
        printf "version: 1\nredact:\n  key: {file: key}\n  review: %s\n" "$r" >p.yaml
        status 2 mm-redact -q --policy p.yaml in.ndjson >out 2>err; same /dev/null out; grep -q "p.yaml:4:" err
    done'
ok 'a queue that can not be written: nothing goes out when it can not be opened, nothing unredacted when its disk is full' '
    status 4 run --review /nowhere/q in.ndjson >out 2>err; same /dev/null out
    status 4 run --review /dev/full in.ndjson >out 2>err; grep -q "/dev/full: cannot write" err
    status 4 run --review /dev/full many.ndjson -o file 2>err; [ ! -e file ]
    ! grep -E "joe@|10\.1\.2|2125550123" out || exit 1'
finish
