# Text payloads of any length and encoding.
. "${0%/*}/lib.sh"
needs command -v iconv '&&' command -v jq -- 'iconv makes the samples'

refs() { for f; do printf '{"mm":{"ref":{"path":"%s"}}}\n' "$f"; done; }
facts() { mm-probe -q --only text.encoding,text.language,text.script,text.lines,text.words,text.chars | jq -c .mm.probe; }

i=0; while [ $i -lt 200 ]; do
    echo "Straße $i: über den Fluß führt eine schöne Brücke, und die Kinder spielen darauf."; i=$((i + 1))
done >utf8.txt

ok_with charset 'the counts are those of wc, and do not depend on the encoding' '
    iconv -f utf-8 -t utf-16le utf8.txt >le.txt
    { printf "\376\377"; iconv -f utf-8 -t utf-16be utf8.txt; } >be.txt
    iconv -f utf-8 -t iso-8859-1 utf8.txt >latin.txt
    set -- $(LC_ALL=C.UTF-8 wc -lwm <utf8.txt)
    for e in utf-8 utf-16le utf-16be iso-8859-1; do
        echo "{\"text\":{\"encoding\":\"$e\",\"language\":\"de\",\"script\":\"Latn\",\"lines\":$1,\"words\":$2,\"chars\":$3}}"
    done >expected
    refs utf8.txt le.txt be.txt latin.txt | facts >out
    same expected out'

ok 'a byte order mark is no character' '
    { printf "\357\273\277"; cat utf8.txt; } >mark.txt
    refs utf8.txt mark.txt | facts >out
    [ "$(sort -u out | wc -l)" = 1 ]'

ok 'pieces of a long text are cut within no line and no character' '
    i=0; while [ $i -lt 60 ]; do cat utf8.txt; i=$((i + 1)); done >long.txt
    tr -d "\n" <long.txt >line.txt
    [ "$(wc -c <long.txt)" -gt 900000 ]
    for f in long.txt line.txt; do
        set -- $(LC_ALL=C.UTF-8 wc -lwm <$f); lines=$1; [ $f = long.txt ] || lines=1
        echo "{\"text\":{\"encoding\":\"utf-8\",\"language\":\"de\",\"script\":\"Latn\",\"lines\":$lines,\"words\":$2,\"chars\":$3}}"
    done >expected
    refs long.txt line.txt | facts >out
    same expected out'

ok 'a long text is the same by ref and in memory, and its hash is looked at' '
    printf "{\"mm\":{\"data\":\"%s\"}}\n" "$(base64 -w0 long.txt)" | facts >out
    head -n1 expected >one; same one out
    printf "{\"mm\":{\"xxh3\":\"%s\",\"ref\":{\"path\":\"long.txt\"}}}\n" "$(xxhsum -H2 <long.txt | cut -d" " -f1)" | facts >out
    same one out
    printf "{\"mm\":{\"xxh3\":\"%032d\",\"ref\":{\"path\":\"long.txt\"}}}\n" 7 | status 3 mm-probe -q --only text.words >out 2>err
    grep "the payload is not the one the header speaks of" err'

ok 'the language is told from the start of a long text' '
    { head -c 40000 utf8.txt; cat utf8.txt; } >start.txt
    { cat start.txt; i=0; while [ $i -lt 9000 ]; do echo "and the rest of it is in English"; i=$((i + 1)); done; } >mixed.txt
    [ "$(wc -c <mixed.txt)" -gt 300000 ]
    refs mixed.txt | mm-probe -q --only text.language | jq -r .mm.probe.text.language >out
    echo de >expected; same expected out'

ok 'an empty file has no text facts, and bytes that are no text no family' '
    : >empty; head -c 3000 /dev/zero >zeros
    refs empty zeros | mm-probe -q --only type,size,text | jq -c .mm.probe >out
    printf "%s\n" "{\"type\":\"application/x-empty\",\"size\":0}" "{\"type\":\"application/octet-stream\",\"size\":3000}" >expected
    same expected out'

ok 'invalid UTF-8 behind a good start is counted as replacement characters' '
    { head -c 300000 long.txt | LC_ALL=C sed "\$s/.*/end/"; printf "\na\377b\n"; } >bad.txt
    refs bad.txt | mm-probe -q --only text.lines,text.chars,text.encoding | jq -c .mm.probe >out
    { sed "\$d" bad.txt; echo "a?b"; } >like.txt
    set -- $(LC_ALL=C.UTF-8 wc -lm <like.txt)
    echo "{\"text\":{\"encoding\":\"utf-8\",\"lines\":$1,\"chars\":$2},\"warnings\":[\"1 bytes of the text are no utf-8\"]}" >expected
    same expected out'

ok_with charset 'encodings are those that mm-ingest tells, and the text in them is what it was' '
    words="Die Straße führt über den Fluß, während große Bäume schön blühen. "
    printf "%s" "$words$words$words" >utf8
    for e in ISO-8859-1 UTF-16LE UTF-16BE; do iconv -f UTF-8 -t $e utf8 >$e.txt; done
    printf "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。" | iconv -f UTF-8 -t SHIFT_JIS >SJIS.txt
    for e in ISO-8859-1 UTF-16LE UTF-16BE SJIS; do
        mm-ingest -q $e.txt | jq -r ".mm.charset | ascii_downcase" >>expected.charset
        printf "{\"mm\":{\"ref\":{\"path\":\"$e.txt\"}}}\n"
    done | mm-probe -q --only text.encoding,text.chars,text.language >out
    jq -r .mm.probe.text.encoding out >told; same expected.charset told
    jq -r .mm.probe.text.chars out | uniq -c | tr -s " " >told
    printf " 3 198\n 1 33\n" >expected; same expected told
    jq -r .mm.probe.text.language out | uniq | paste -sd" " >told; echo "de ja" >expected; same expected told'

finish
