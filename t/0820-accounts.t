# Records in = out + dropped + bad, for random mixes of good and bad records, through every filter, in every
# encoding and on any number of workers; and the dead letters are the bad ones.
. "${0%/*}/lib.sh"
needs command -v python3 '&&' command -v jq '&&' command -v zstd -- 'python3, jq and zstd are used here'

cat >gen.py <<'END'
import json, random, sys
draw = random.Random(int(sys.argv[1]))
def good(i):
    row = {"i": i, "text": "mail bob%d@example.org now" % i if draw.random() < .2 else "plain é text"}
    if draw.random() < .4:
        row["mm"] = {"id": "%032x" % draw.getrandbits(128), "type": "text/plain", "data": "aGVsbG8="}
    return json.dumps(row, ensure_ascii=draw.random() < .5).encode()
bad = [b'{"a":"\xff"}', b'not json', b'{"a":"\0"}', b'[1]', b'{"a":1', b'{"mm":{"ref":{"path":"gone"}}}', b'{"a":1,}']
share = draw.choice([0, .05, .5, 1])
for i in range(draw.randrange(1, 1500)):
    sys.stdout.buffer.write((draw.choice(bad) if draw.random() < share else good(i)) + b"\n")
END

# runs TOOL...: over this seed's input in each encoding, with -j1 and -j3
runs() {
    for input in in.ndjson in.ndjson.zst in.mmr in.mmr.zst; do for j in 1 3; do
        rm -rf ledger dead shards; got=0
        "$@" -q -j$j --ledger ledger --dead-letter dead $input >out 2>err || got=$?
        n=$(wc -l <in.ndjson); case $input in *.mmr*) n=$(wc -l <kept) ;; esac
        jq -e --argjson n $n --argjson dead $(wc -l <dead) --argjson got $got ".records |
            .in == \$n and .in == .out + .dropped + .bad and .bad == \$dead and (\$got == 3) == (.bad > 0)" ledger ||
            { cat ledger; tail -n 3 err; echo "exit $got: $* -j$j $input: $n records, $(wc -l <dead) dead"; return 1; }
    done; done
}

for seed in 1 2 3 4; do
    python3 gen.py $seed >in.ndjson
    mm-select -q true in.ndjson >kept 2>err
    mm-select -q -b true kept >in.mmr 2>err
    for f in in.ndjson in.mmr; do zstd -qf $f; done
    for tool in 'mm-select i>100' mm-redact mm-probe "mm-store --overwrite shards" "mm-store -b --overwrite shards"; do
        command -v ${tool%% *} >/dev/null || continue
        ok "seed $seed: $tool" "runs $(echo "$tool" | sed 's/>/\\>/')"
    done
done

finish
