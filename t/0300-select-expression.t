# mm-select writes the records for which an expression is true, as they came in.
. "${0%/*}/lib.sh"

cat >rows.ndjson <<'END'
{"lang":"en", "n":1.50, "text":"one\u0020two", "tags":["a","b"], "mm":{"size":48044}}
{"lang":"de","n":7,"text":"drei","n":8}
  {"n":12,"lang":"en","text":"Straße"}
{"lang":null,"n":"7"}
{"l\u0061ng":"fr","n":-3,"o":{"p":[{"q":true}]}}
{}
END

# takes EXPRESSION LINE...: exactly these lines come out, byte for byte
takes() {
    expression=$1; shift
    : >want; for l in "$@"; do sed -n "${l}p" rows.ndjson >>want; done
    mm-select "$expression" rows.ndjson >got && same want got
}

ok 'a field is compared with a text, a number, a truth or null' '
    takes "lang == \"en\"" 1 3
    takes "lang != \"en\"" 2 4 5
    takes "n > 7" 3
    takes "n >= 7" 2 3
    takes "n == 1.5" 1
    takes "o.p[0].q == true" 5
    takes "o.p[0].q" 5
    takes "lang == null" 4'
ok 'of duplicate members the first counts, and a key may be spelled with escapes' '
    takes "n == 7" 2
    takes "n == 8"
    takes "lang == \"fr\"" 5
    takes "text == \"one two\"" 1'
ok 'a record without the field does not match, whether it is asked for or against' '
    takes "text == \"drei\"" 2
    takes "not text == \"drei\"" 1 3
    takes "text != \"drei\"" 1 3'
ok 'a value of another type has no order, and is not equal' '
    takes "n < 5" 1 5
    takes "n == \"7\"" 4
    takes "n != \"7\"" 1 2 3 5'
ok 'and, or, not and parentheses' '
    takes "lang == \"en\" and n > 5" 3
    takes "lang == \"de\" or n > 10" 2 3
    takes "not (lang == \"en\" or lang == \"de\")" 4 5
    takes "lang == \"de\" || lang == \"en\" && n > 10" 2 3
    takes "!(n > 0)" 5'
ok 'in looks into a list, and into an array of the record' '
    takes "lang in (\"de\", \"fr\")" 2 5
    takes "lang not in (\"de\", \"fr\")" 1 3 4
    takes "\"b\" in tags" 1'
ok_with regex 'like matches a glob, =~ a regular expression' '
    takes "lang like \"e?\"" 1 3
    takes "lang like \"[!ef]*\"" 2
    takes "text like \"*e*\"" 1 2 3
    takes "text =~ \"^[a-z]+ei\$\"" 2
    takes "text not matches \"o\"" 2 3'
ok 'exists tells what is there, null or not' '
    takes "exists(lang)" 1 2 3 4 5
    takes "not exists(mm.size)" 2 3 4 5 6'
ok 'arithmetic, functions and units' '
    takes "n * 2 + 1 == 4" 1
    takes "len(text) == 6" 3
    takes "mm.size > 46K and mm.size < 10MB" 1
    takes "n % 4 == 0" 3
    takes "number(n) == 7" 2 4
    takes "n <= 12000ms and n > 8s" 3'
ok 'true takes every record, and so does no expression' '
    mm-select true rows.ndjson >got && same rows.ndjson got
    mm-select rows.ndjson >got && same rows.ndjson got
    mm-select <rows.ndjson >got && same rows.ndjson got'
ok 'nothing that matches is no error' '
    status 0 mm-select "lang == \"xx\"" rows.ndjson >got
    same /dev/null got'
ok '-v takes exactly the others' '
    sed -n "2p;4p;5p;6p" rows.ndjson >want
    mm-select -v "lang == \"en\"" rows.ndjson >got && same want got'
ok 'standard input and several files are read in turn' '
    { sed -n 1p rows.ndjson; sed -n 1p rows.ndjson; sed -n 3p rows.ndjson; } >want
    head -n 2 rows.ndjson | mm-select "lang == \"en\"" - rows.ndjson >got && same want got'

cat >gen.py <<'END'
import json, random
random.seed(3)
words = ["en", "de", "fr", "", "é", "a\"b", "\\", "\n", "日本", "en "]
def value(d):
    k = random.randrange(9 if d < 3 else 7)
    if k < 3: return random.choice(words)
    if k < 5: return random.randrange(-20, 20)
    if k == 5: return random.random() * 100
    if k == 6: return random.choice([None, True, False])
    if k == 7: return [value(d + 1) for _ in range(random.randrange(4))]
    return {w: value(d + 1) for w in random.sample(["lang", "n", "x", "o", "é"], random.randrange(5))}
for i in range(4000):
    row = {w: value(0) for w in random.sample(["lang", "n", "x", "o", "pad"], random.randrange(6))}
    if random.random() < .3: row["pad"] = "{\"lang\":\"en\"}" * random.randrange(40)
    print(json.dumps(row, ensure_ascii=random.random() < .5))
END
needs command -v jq '&&' command -v python3 -- 'jq and python3 check on other rows here'
python3 gen.py >many.ndjson

cat >questions <<'END'
lang == "en"	.lang == "en"
lang == "a\"b"	.lang == "a\"b"
lang == '\'	.lang == "\\"
lang in ("日本", "\n")	.lang == "日本" or .lang == "\n"
n == 7	.n == 7
exists(n) and n != 7	has("n") and .n != 7
n > 3.5	(.n | type) == "number" and .n > 3.5
x + n < 10	(.x | type) == "number" and (.n | type) == "number" and .x + .n < 10
x in ("de", "fr")	.x == "de" or .x == "fr"
"en" in x	(.x | type) == "array" and any(.x[]; . == "en")
o.x == true	(.o | type) == "object" and .o.x == true
x[1] == "en"	(.x | type) == "array" and .x[1] == "en"
o.x == null	(.o | type) == "object" and (.o | has("x")) and .o.x == null
lang =~ "^[de]"	(.lang | type) == "string" and (.lang | test("^[de]"))
lang =~ '^.{2}$'	(.lang | type) == "string" and (.lang | test("^.{2}$"))
starts_with(lang, "e")	(.lang | type) == "string" and (.lang | startswith("e"))
len(lang) == 2	.lang | (type == "string" or type == "array" or type == "object") and length == 2
lower(lang) < "e"	(.lang | type) == "string" and (.lang | ascii_downcase) < "e"
END
ok_with regex 'jq takes the same rows where both mean the same' '
    while IFS="	" read -r ours theirs; do
        mm-select -e "$ours" many.ndjson >got
        jq -c "select($theirs)" many.ndjson >want
        jq -c . got >got.jq && same want got.jq
        [ -s got ] || { echo "none: $ours"; exit 1; }
    done <questions'

ok 'every set of kernels and any number of workers gives the same bytes' '
    expression="(lang == \"en\" or len(x) > 1 or o.n > 3) and not (pad like \"*x\")"
    mm-select -j1 "$expression" many.ndjson >want
    [ -s want ]
    for simd in scalar avx2 avx512; do
        MM_SIMD=$simd mm-select -j1 "$expression" many.ndjson >got && same want got
    done
    for jobs in 2 4 9; do
        mm-select -j$jobs "$expression" many.ndjson >got && same want got
    done'
finish
