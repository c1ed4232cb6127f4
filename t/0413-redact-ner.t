#!/bin/sh
# mm-redact asks a command of the user's for names, checks what it answers, and fails closed.
. "${0%/*}/lib.sh"

cat >model.py <<-"EOF"
	import json, re, sys
	mode = sys.argv[1] if len(sys.argv) > 1 else ""
	held = []
	for line in sys.stdin:
	    q = json.loads(line)
	    if mode == "die" and "die" in q["text"]: sys.exit(1)
	    if mode == "hang" and "hang" in q["text"]: import time; time.sleep(3600)
	    text = q["text"].encode() if mode == "bytes" else q["text"]
	    spans = [{"start": m.start(), "end": m.end(), "entity": "PERSON", "score": 0.9}
	             for m in re.finditer(rb"Zork\w*" if mode == "bytes" else r"Zork\w*|Gr\u00fcn", text)]
	    if "Blob" in q["text"]: spans.append({"start": 0, "end": 4, "entity": "GPE"})
	    if mode == "far" and "far" in q["text"]: spans.append({"start": 0, "end": 400, "entity": "PERSON"})
	    if mode == "cut" and "\u00fc" in q["text"]: spans.append({"start": 0, "end": 3, "entity": "PERSON"})
	    if mode == "mad" and "mad" in q["text"]: print("what?", flush=True); continue
	    answer = {"id": q["id"], "spans": spans}
	    if mode in ("bytes", "cut"): answer["unit"] = "bytes"
	    print(json.dumps(answer), flush=True)
EOF

ok 'what it finds is treated like all findings, in characters or in bytes, and known to be its' '
    cat >in <<-"EOF"
	{"a":"größer als Zorkmann, joe@example.org","b":["Grün","x"],"Zork":1,"n":17}
	{"a":"Blob"}
	EOF
    mm-redact -q --ner "python3 model.py" in | jq -c "[del(.mm), (.mm.redact.findings[] | [.entity, .span, .chars, .rule, .score])]" >out
    cat >want <<-"EOF"
	[{"a":"größer als <PERSON>, <EMAIL>","b":["<PERSON>","x"],"Zork":1,"n":17},["PERSON",[13,21],[11,19],"ner",0.9],["EMAIL",[23,38],[21,36],"address",0.95],["PERSON",[0,5],[0,4],"ner",0.9]]
	[{"a":"<NER>"},["NER",[0,4],[0,4],"ner",0.85]]
	EOF
    same want out
    mm-redact -q --ner "python3 model.py bytes" in | jq -c "[.a, .mm.redact.findings[0].span]" | head -1 >out
    echo "[\"größer als <PERSON>, <EMAIL>\",[13,21]]" >want
    same want out'

ok 'many records at once keep their order' '
    awk "BEGIN { for (i = 0; i < 400; i++) printf \"{\\\"i\\\":%d,\\\"a\\\":\\\"Zork%d and more\\\"}\\n\", i, i }" >in
    mm-redact -q -j 8 --ner "python3 model.py" in | jq -c "[.i, .a]" >out
    awk "BEGIN { for (i = 0; i < 400; i++) printf \"[%d,\\\"<PERSON> and more\\\"]\\n\", i }" >want
    same want out'

ok 'only the fields that are looked at are sent' '
    echo "{\"a\":\"Zork\",\"b\":\"Zork\"}" | mm-redact -q -f b --ner "tee asked | python3 model.py" | jq -c "[.a, .b]" >out
    echo "[\"Zork\",\"<PERSON>\"]" >want
    same want out
    grep -c text asked >out; echo 1 >want; same want out'

wrong() {  # MODE WORDS TEXT
    printf '{"a":"fine"}\n{"a":"%s"}\n{"a":"fine too"}\n' "$3" >in
    status 3 mm-redact -q -j1 --ner "python3 model.py $1" --ner-time 2s --dead-letter dead.ndjson in >out 2>err
    printf '{"a":"fine"}\n{"a":"fine too"}\n' >want
    same want out
    echo "mm-redact: in:2: $2" >want
    same want err
    grep -q "$3" dead.ndjson
}

ok 'an answer that is wrong or late makes a bad record, and so does the end of the command; the rest goes on' '
    wrong far "a: --ner gave a span that is not within the text, or cuts a character" "too far"
    wrong cut "a: --ner gave a span that is not within the text, or cuts a character" "grün"
    wrong mad "--ner gave an answer to nothing that was asked" "mad"
    wrong die "--ner ended" "die now"
    wrong hang "--ner took longer than --ner-time allows" "hang on"'

ok 'a command that does nothing lets nothing pass' '
    printf "{\"a\":\"one\"}\n{\"a\":\"two\"}\n{\"a\":\"three\"}\n{\"a\":\"four\"}\n{\"a\":\"five\"}\n" >in
    status 3 mm-redact -q -j1 --ner true in >out 2>err
    same /dev/null out
    grep -q "in:5: --ner ended" err'

ok 'the example of the man page is Python' '
    sed -n "/^import json, spacy/,/^\.Ed/p" "$T/../man/mm-redact.1" | sed "/^\.Ed/d; s/\\\\\\\\e/\\\\\\\\/g" >example.py
    [ $(wc -l <example.py) = 9 ] && python3 -m py_compile example.py'
finish
