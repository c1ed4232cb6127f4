# The index of duplicates goes to files past a limit: nothing else changes, and nothing is left behind.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'no python3'

python3 - >rows.ndjson <<'END'
import json, random
r = random.Random(3)
words = ["w%d" % i for i in range(5000)]
old = []
for i in range(20000):
    kind = r.random()
    if old and kind < 0.1:
        text = r.choice(old)
    elif old and kind < 0.3:
        t = r.choice(old).split()
        t[r.randrange(len(t))] = r.choice(words)
        text = " ".join(t)
    else:
        text = " ".join(r.choice(words) for _ in range(60))
    old.append(text)
    mm = {"id": "id%d" % i}
    if i % 3 == 0:
        mm["probe"] = {"image": {"pdq": "%064x" % (r.getrandbits(256) if i % 2 else r.getrandbits(20))}}
    print(json.dumps({"text": text, "mm": mm}))
END
mkdir dir

ok 'without a limit that matters' '
    mm-probe --only dup --dup all rows.ndjson >whole
    for how in exact minhash phash; do [ "$(grep -c "\"how\":\"$how\"" whole)" -gt 100 ]; done
'
ok 'with files from the start, or from some point on: the same bytes' '
    for limit in 0 100K 4M; do
        mm-probe --only dup --dup all --dup-memory $limit --dup-dir dir rows.ndjson >out
        cmp whole out
    done
    mm-probe -j1 --only dup --dup all --dup-memory 0 --dup-dir dir rows.ndjson | cmp whole -
    [ -z "$(ls -A dir)" ]
'
ok 'the files are really there while it runs, and without a name' '
    mkfifo pipe
    mm-probe --only dup --dup all --dup-memory 0 --dup-dir dir <pipe >out & pid=$!
    exec 3>pipe
    cat rows.ndjson >&3
    tries=0
    while ! ls -l /proc/$pid/fd | grep -q "trash/$name/dir/.*(deleted)"; do
        tries=$((tries + 1)); [ $tries -lt 100000 ]
    done
    [ -z "$(ls -A dir)" ]
    kill -KILL $pid
    exec 3>&-
    wait $pid || true
    [ -z "$(ls -A dir)" ]
'
ok 'a signal ends it and leaves nothing behind, either' '
    mm-probe --only dup --dup all --dup-memory 0 --dup-dir dir <pipe >out & pid=$!
    exec 3>pipe
    cat rows.ndjson >&3
    kill -TERM $pid
    exec 3>&-
    status 143 wait $pid
    [ -z "$(ls -A dir)" ]
'
ok 'a folder that is not there stops the run at the first record that needs it' '
    status 4 mm-probe --only dup --dup exact --dup-memory 0 --dup-dir nowhere rows.ndjson >out 2>err
    grep "^mm-probe: --dup-dir nowhere: cannot make a file: No such file or directory$" err
    [ ! -s out ]
'
ok 'so does one that is full' '
    (ulimit -f 100; trap "" XFSZ; status 4 mm-probe --only dup --dup all --dup-memory 0 --dup-dir dir rows.ndjson 2>err | cat >out)
    grep "^mm-probe: --dup-dir dir: no room for an index of [0-9]* bytes: File too large$" err
'
ok 'memory is bounded by --dup-memory, and an original takes what the manual says' '
    awk "BEGIN { srand(1); for (i = 0; i < 30000; i++) { t = \"\"; for (k = 0; k < 8; k++) t = t \" w\" int(rand() * 100000);
        printf \"{\\\"text\\\":\\\"%s\\\",\\\"mm\\\":{\\\"id\\\":\\\"%032d\\\"}}\n\", t, i } }" >many.ndjson
    # Memory that is no file, in KB, when all records are through and none has left.
    anonymous() {
        mm-probe -q -j1 --only dup --dup text --dup-memory $1 --dup-dir dir <pipe >out & pid=$!
        exec 3>pipe
        cat many.ndjson >&3
        tries=0
        while [ "$(wc -l <out)" -lt 29000 ]; do tries=$((tries + 1)); [ $tries -lt 20000 ] || exit 1; done
        awk "/^RssAnon/ { print \$2 }" /proc/$pid/status
        exec 3>&-
        wait $pid
    }
    whole=$(anonymous 1G) little=$(anonymous 1M)
    # 8 + 34 bytes, 266 to 415 for the text, and half as much again while it grows.
    each=$(((whole - little + 1024) * 1024 / 30000))
    echo "$whole KB and $little KB: $each bytes each"
    [ $each -ge 290 ] && [ $each -le 700 ]'

finish
