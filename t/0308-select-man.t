# The examples of the man page and of --help do what they say.
. "${0%/*}/lib.sh"
needs command -v python3 -- 'python3 finds the examples'

cat >rows.ndjson <<'END'
{"lang":"en","user":1,"label":"x","text":"short","mm":{"size":5,"probe":{"image":{"width":800}}}}
{"lang":"de","user":2,"label":"y","text":"kurz"}
END
cp rows.ndjson large.in
mkdir photos
cat >routes.yaml <<'END'
short:   len(text) < 100
german:  lang == "de"
flagged: '"pii" in tags'
rest:    true
END
cat >examples.py <<'END'
import re, sys
page, help = open(sys.argv[1]).read(), open(sys.argv[2]).read()
lines = re.findall(r"^\.Dl (mm-.*)", page.replace(r"\(dq", '"'), re.M)
lines += re.findall(r"^  (mm-.*)", help[help.index("\nExamples:"):], re.M)
for line in lines:
    print(line)
END

ok 'each example of the page and of --help runs' '
    mm-select --help >help
    python3 examples.py "$T/../man/mm-select.1" help >examples
    [ "$(wc -l <examples)" -ge 12 ]
    cp rows.ndjson photos.mmr
    grep -v "^mm-ingest" examples | while read -r line; do
        sh -ec "$line" >said 2>err || { echo "$line"; cat err; exit 1; }
        same /dev/null err
    done
    [ -s out/en.ndjson ]'
ok 'the table of the page is a routing table' '
    sed -n "/^# which rows go to whom/,/^\.Ed/p" "$T/../man/mm-select.1" | grep -v "^\.Ed" | sed 1d >table
    same routes.yaml table'
ok 'every function and unit of the page is one' '
    for f in "len(text)" "lower(text)" "upper(text)" "number(text)"; do mm-select -c "$f == lang" rows.ndjson; done
    for f in starts_with ends_with contains; do mm-select -c "$f(text, lang)" rows.ndjson; done
    for u in B kB KB MB GB TB k K M G T KiB MiB GiB TiB ns us ms s m min h d Hz kHz MHz; do mm-select -c "user < 1$u" rows.ndjson; done'
finish
