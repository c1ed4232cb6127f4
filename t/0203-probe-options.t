# One table of facts feeds --list, --only, mm.probe and the man page, which names every option and fact.
. "${0%/*}/lib.sh"
man=$T/../man/mm-probe.1

ok '--list --json has a line a fact, each with name, type, unit, needs, default and what' '
    mm-probe --list --json >list
    jq -e -s "length > 40 and all(.[]; (keys_unsorted == [\"name\",\"type\",\"unit\",\"needs\",\"default\",\"what\"]) and
        (.type | IN(\"integer\",\"number\",\"string\",\"boolean\",\"array\",\"object\")) and
        (.needs | IN(\"header\",\"text\",\"whole payload\",\"pixels\",\"PCM\")))" list
    jq -r .name list | sort | uniq -d >twice; [ ! -s twice ]'

ok '--list shows the same facts to people' '
    mm-probe --list | sed 1d | sed "/^$/,\$d" | cut -d" " -f1 >out
    jq -r .name list >expected; same expected out'

ok 'the man page has each of them, with its type, unit, need and default' '
    sed -n "s/^\.It Cm \([a-z_0-9.]*\) Pq \(.*\)/\1 \2/p" $man >out
    jq -r "\"\(.name) \(.type)\(if .unit != \"\" then \" , \" + .unit else \"\" end) , needs the \(.needs)\(if .default == \"no\" then \" , on demand\" else \"\" end)\"" list >expected
    same expected out'

ok 'the man page has every option of --help' '
    mm-probe --help | grep -oE "^ +(-[a-zA-Z], )?--[a-z-]+" | grep -oE "[a-z][a-z-]+$" >options
    [ "$(wc -l <options)" -gt 15 ]
    while read -r o; do grep -qE "(Fl|,) -$o( |$)" $man || { echo "no --$o"; exit 1; }; done <options'

ok 'the languages of --list are those of the man page' '
    mm-probe --list | sed -n "s/^Languages: //p" | tr " " "\n" >expected
    sed -n "/^\.Bd -filled/,/^\.Ed/p" $man | grep -v "^\." | tr " " "\n" >out
    [ "$(wc -l <expected)" -gt 60 ]
    same expected out'

ok_with ocr 'asked for one fact, each is told alone, and together as much as at once' '
    printf "{\"text\":\"the words of the text\"}\n" >in.ndjson
    mm-probe -q --only "$(jq -r .name list | grep -vx dup | paste -sd,)" in.ndjson |
        jq -r ".mm.probe | paths(type != \"object\") | select(all(.[]; type == \"string\")) | join(\".\")" | sort >expected
    grep -q text.words expected
    jq -r .name list | grep -vx dup | while read -r f; do mm-probe -q --only $f in.ndjson |
        jq -r ".mm.probe | paths(type != \"object\") | select(all(.[]; type == \"string\")) | join(\".\")" >one
        [ ! -s one ] || [ "$(cat one)" = $f ] || { cat one; exit 1; }; cat one; done | sort >out
    same expected out'

ok 'an unknown name is an error that names the nearest' '
    status 2 mm-probe --only image.widht </dev/null 2>err
    echo "mm-probe: --only: no fact or family is called '\''image.widht'\''; do you mean '\''image.width'\''?" >expected
    same expected err
    status 2 mm-probe --only text.words,quark </dev/null 2>err
    echo "mm-probe: --only: no fact or family is called '\''quark'\''; --list shows them all" >expected
    same expected err'

ok 'a path that is none is an error' '
    status 2 mm-probe --field "a[" </dev/null 2>err
    grep -F "mm-probe: --field a[: " err'

ok 'the policy says what to look for, unless the command line does' '
    printf "version: 1\nprobe:\n  only: [text.words, text.field]\n  field: b\n" >policy.yaml
    echo "{\"a\":\"one two\",\"b\":\"three\"}" >in.ndjson
    mm-probe -q --policy policy.yaml in.ndjson | jq -c .mm.probe >out
    mm-probe -q --policy policy.yaml --field a --only text.words in.ndjson | jq -c .mm.probe >>out
    printf "%s\n" "{\"text\":{\"field\":\"b\",\"words\":1}}" "{\"text\":{\"words\":2}}" >expected
    same expected out
    printf "version: 1\nprobe:\n  onyl: [text]\n" >wrong.yaml
    status 2 mm-probe -q --policy wrong.yaml in.ndjson 2>err
    grep "^mm-probe: wrong.yaml:3:3: " err
    printf "version: 1\nprobe:\n  only: text\n" >wrong.yaml
    status 2 mm-probe -q --policy wrong.yaml in.ndjson 2>err
    echo "mm-probe: wrong.yaml:3:9: only must be a list of facts and families" >expected; same expected err'

ok 'every option that says what to look for has a key in the policy, and the command line goes first' '
    cat >policy.yaml <<END
version: 1
probe:
  max_audio: 30m
  max_video: 5m
  max_pixels: 1000
  ocr: no
  ocr_languages: eng
  cascade: none.xml
  transcript_from: nowhere
  dup: {kinds: [exact, text], drop: no, jaccard: 0.9, shingle: word:3, bands: 20x4, hamming: 12, match: 0.9, memory: 64M}
  rows: {by: k, time: t, outlier: 4, gap: 3, memory: 8M, schema: schema.json}
END
    echo "{\"required\":[\"t\"]}" >schema.json
    printf "%s\n" "{\"k\":1,\"t\":5}" "{\"k\":1,\"t\":5}" "{\"k\":1}" >in.ndjson
    mm-probe -q --only row.time_repeated --policy policy.yaml in.ndjson | jq -c .mm.probe >out
    mm-probe -q --only row.schema_failed,row.time_repeated --dup text --by t --policy policy.yaml in.ndjson | jq -c .mm.probe >>out
    cat >expected <<\END
{}
{"dup":{"of":1,"how":"exact","score":1},"row":{"time_repeated":true}}
{}
{}
{"row":{"time_repeated":true}}
{"row":{"schema_failed":["the member t is required and missing"]}}
END
    same expected out
    wrong() { printf "version: 1\nprobe:\n  %s\n" "$1" >wrong.yaml; status 2 mm-probe -q --policy wrong.yaml in.ndjson 2>>err; }
    : >err; wrong "max_pixels: 0"; wrong "max_audio: long"; wrong "dup: {memory: much}"; wrong "dup: {kind: exact}"; wrong "rows: {gap: 0.5}"
    wrong "dup: [exact]"; wrong "dup: {kinds: [exat]}"
    cat >expected <<END
mm-probe: wrong.yaml:3:15: max_pixels must be from 1 to 9223372036854775807
mm-probe: wrong.yaml:3:14: max_audio must be a duration such as 10m
mm-probe: wrong.yaml:3:17: memory must be a size such as 1G
END
    head -n 3 err >three; same expected three
    grep -F "kind" err; grep -F "gap 0.5: give a number above 1" err; grep -F "none of exact, text, image, audio, all" err'

ok '--features says what is in the build' '
    mm-probe --features | cut -d" " -f1 >out
    printf "media\njail\ncharset\nloudness\nfingerprint\nocr\nbarcode\npaint\nasr\nsimd\n" >expected; same expected out'

ok 'completions know the options' '
    for s in bash zsh fish; do mm-probe --completion $s | grep -q only; done'

ok 'the examples of the man page that need no other tool run' '
    printf "{\"message\":\"Wo ist das Paket?\"}\n{\"message\":\"Where is the parcel, and who has it?\"}\n" >log.ndjson
    mm-probe -q --only text.language --field message log.ndjson | jq -r ".mm.probe.text.language" | sort | uniq -c | tr -s " " >out
    printf " 1 de\n 1 en\n" >expected; same expected out'

ok '--table shows people what is there, aligned, with what is amiss' '
    printf "GIF89a\3\0\2\0\200\0\0ABCDEF,\0\0\0\0\3\0\2\0\0\2\1L\0;" >a.gif
    printf "\377\330\377\340\0\20JFIF" >stub.jpg
    printf "Was ist das, und wer hat es?\n" >notiz.txt
    { for f in a.gif stub.jpg notiz.txt; do printf "{\"mm\":{\"src\":\"%s\",\"ref\":{\"path\":\"%s\"}}}\n" $f $f; done
      printf "{\"text\":\"the end\"}\n{\"mm\":{\"src\":\"\\u001b[31mred\"}}\n"; } >in.ndjson
    mm-probe -q --table in.ndjson >out
    cat >expected <<END
name         type        size  holds
a.gif        image/gif     34  3x2 gif
stub.jpg     image/jpeg    10  ! jpeg header is damaged: JPEG data ends before the image data
notiz.txt    text/plain    29  de 7 words
in.ndjson:4                    en 2 words
?[31mred
END
    same expected out
    mm-probe -q --table --only image.width,text.words,text.language in.ndjson >out
    cat >expected <<END
name         image.width  text.language  text.words
a.gif                  3
stub.jpg                                             ! jpeg header is damaged: JPEG data ends before the image data
notiz.txt                 de                      7
in.ndjson:4               en                      2
?[31mred
END
    same expected out'

ok 'a table longer than what is looked at for widths has all its rows, in order' '
    i=0; while [ $i -lt 2500 ]; do echo "{\"text\":\"w $i\"}"; i=$((i + 1)); done >in.ndjson
    mm-probe -q -j4 --table --only text.words in.ndjson >out
    [ "$(wc -l <out)" = 2501 ]
    sed 1d out | cut -d" " -f1 | sed "s/.*://" >rows; seq 2500 >expected; same expected rows
    mm-probe -q --table in.ndjson | head -n1 >out'

needs command -v mandoc -- 'mandoc checks the man page'
ok 'the man page is clean' '
    mandoc -T lint $man | grep -v -e "referenced manual" -e "operating system" -e "mandoc.db" >lint || true
    [ ! -s lint ] || { cat lint; exit 1; }'

finish
