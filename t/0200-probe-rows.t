# mm-probe tells what the text of a row is: its field, language, script and counts; it leaves the rest of the row alone.
. "${0%/*}/lib.sh"

cat >rows.ndjson <<'END'
{"text":"The cat sat on the mat,\nand it was warm.\n","n":1.50}
{"id":7,"note":"ok","message":"Das ist nicht der Hund, den wir gesehen haben"}
{"text":"Привет, как у вас дела? Это было очень хорошо.","mm":{"id":"7","via":[{"tool":"mm-ingest 0.1.0"}]}}
{"text":"東京は日本の首都です"}
{"text":""}
{"n":3}
END

cat >expected <<'END'
{"text":"The cat sat on the mat,\nand it was warm.\n","n":1.50,"mm":{"probe":{"modality":"row","text":{"field":"text","language":"en","language_score":0.947,"script":"Latn","lines":2,"words":10,"chars":41}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"id":7,"note":"ok","message":"Das ist nicht der Hund, den wir gesehen haben","mm":{"probe":{"modality":"row","text":{"field":"message","language":"de","language_score":0.882,"script":"Latn","lines":1,"words":9,"chars":45}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"Привет, как у вас дела? Это было очень хорошо.","mm":{"id":"7","via":[{"tool":"mm-ingest 0.1.0"},{"tool":"mm-probe 0.1.0"}],"probe":{"modality":"row","text":{"field":"text","language":"ru","language_score":0.825,"script":"Cyrl","lines":1,"words":9,"chars":46}}}}
{"text":"東京は日本の首都です","mm":{"probe":{"modality":"row","text":{"field":"text","language":"ja","language_score":1,"script":"Jpan","lines":1,"words":1,"chars":10}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"","mm":{"probe":{"modality":"row","text":{"field":"text","language":"und","lines":0,"words":0,"chars":0}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"n":3,"mm":{"probe":{"modality":"row"},"via":[{"tool":"mm-probe 0.1.0"}]}}
END
ok 'text comes from the member text, else from the longest string' '
    mm-probe -q rows.ndjson >out
    same expected out'

ok 'any number of workers gives the same bytes' '
    for i in 1 2 3 4 5 6 7 8 9; do cat rows.ndjson; done >many.ndjson
    mm-probe -q -j1 many.ndjson >one; mm-probe -q -j4 many.ndjson >four
    cmp one four'

ok '--field names another member, by path, and takes no other' '
    echo "{\"text\":\"a b c\",\"o\":{\"s\":[\"un deux\"]}}" | mm-probe -q --only text.words,text.field --field "o.s[0]" >out
    echo "{\"text\":\"a b c\"}" | mm-probe -q --only text.words --field other >>out
    cat >expected <<END
{"text":"a b c","o":{"s":["un deux"]},"mm":{"probe":{"text":{"field":"o.s[0]","words":2}},"via":[{"tool":"mm-probe 0.1.0"}]}}
{"text":"a b c","mm":{"probe":{},"via":[{"tool":"mm-probe 0.1.0"}]}}
END
    same expected out'

ok 'facts found before stay unless they are asked again; what is not so any more goes' '
    echo "{\"text\":\"a b\",\"mm\":{\"probe\":{\"text\":{\"words\":9,\"lines\":9,\"script\":\"Cyrl\"},\"x\":1,\"warnings\":[\"old\"]}}}" |
        mm-probe -q --only text.words,text.language_score >out
    cat >expected <<END
{"text":"a b","mm":{"probe":{"text":{"words":2,"lines":9,"script":"Cyrl"},"x":1},"via":[{"tool":"mm-probe 0.1.0"}]}}
END
    same expected out'

ok 'a key is told as it reads, not as it is spelled' '
    echo "{\"a\\u0062 \\\"c\":\"some words\"}" | mm-probe -q --only text.field | jq -r .mm.probe.text.field >out
    echo "ab \"c" >expected; same expected out'

ok 'words, lines and characters are those of wc' '
    printf "one  two\tthree\n\nfour\302\240five \342\200\203six\n" >plain
    jq -Rs "{text:.}" -c <plain | mm-probe -q --only text.lines,text.words,text.chars |
        jq -r ".mm.probe.text | \"\(.lines) \(.words) \(.chars)\"" >out
    LC_ALL=C.UTF-8 wc -lwm <plain | tr -s " " | sed "s/^ //" >expected
    same expected out'

ok 'so they are at the borders of the blocks that are counted at once' '
    python3 - <<\END
import json, random
r = random.Random(4)
with open("texts", "w") as f, open("expected", "w") as e:
    for i in range(3000):
        letters = "ab \n\t\r." + ("\u00e9\u00a0\u3000\u4e2d\U0001f600" if i % 3 else "")
        t = "".join(r.choice(letters if r.random() < .3 else "xyz ") for _ in range(r.randrange(1, 90 if i % 50 else 9000)))
        f.write(json.dumps({"text": t}) + "\n")
        e.write("%d %d %d\n" % (t.count("\n") + (t[-1] != "\n"), len(t.split()), len(t)))
END
    mm-probe -q --only text.lines,text.words,text.chars texts | jq -r ".mm.probe.text | \"\(.lines) \(.words) \(.chars)\"" >out
    same expected out'

ok 'a malformed row is a bad record, named by place, and kept as a dead letter' '
    printf "{\"text\":\"a\"}\n{\"text\":}\n" >bad.ndjson
    status 3 mm-probe --only text.words --dead-letter dead.ndjson bad.ndjson >out 2>err
    cat >expected <<END
{"text":"a","mm":{"probe":{"text":{"words":1}},"via":[{"tool":"mm-probe 0.1.0"}]}}
END
    same expected out
    grep -F "mm-probe: bad.ndjson:2: a value is expected at byte 8" err
    grep -F "2 in, 1 out, 0 dropped, 1 bad" err
    jq -r .raw_base64 dead.ndjson | base64 -d >letter
    printf "%s" "{\"text\":}" >expected; same expected letter'

ok 'mm and mm.probe must be objects' '
    printf "%s\n" "{\"mm\":1}" "{\"mm\":{\"probe\":[]}}" | status 3 mm-probe -q >out 2>err
    printf "mm-probe: standard input:1: mm is no object\nmm-probe: standard input:2: mm.probe is no object\n" >expected
    same expected err
    [ ! -s out ]'

finish
