# --routes sends each record to the first route of a table that takes it.
. "${0%/*}/lib.sh"

cat >rows.ndjson <<'END'
{"lang":"de","text":"eins"}
{"lang":"en","text":"a long enough text"}
{"lang":"de","text":"zwei und drei und vier"}
{"text":"ok"}
END
cat >routes.yaml <<'END'
# which rows go to whom
short:  len(text) < 5
german: lang == "de"
quoted: '"x" in tags'
END

ok 'the first that is true takes it; what none takes is dropped; every route has its file' '
    mm-select --routes routes.yaml -o "out/{}.ndjson" --ledger ledger rows.ndjson
    printf "%s\n" "{\"lang\":\"de\",\"text\":\"eins\"}" "{\"text\":\"ok\"}" >want && same want out/short.ndjson
    sed -n 3p rows.ndjson >want && same want out/german.ndjson
    same /dev/null out/quoted.ndjson
    ls out >got && printf "%s\n" german.ndjson quoted.ndjson short.ndjson >want && same want got
    jq -c .records ledger >got && echo "{\"in\":4,\"out\":3,\"dropped\":1,\"bad\":0}" >want && same want got'
ok 'a last route that is always true takes what is left' '
    { cat routes.yaml; echo "rest: true"; } >all.yaml
    mm-select --routes all.yaml -o "all/{}" rows.ndjson
    sed -n 2p rows.ndjson >want && same want all/rest'
ok 'JSON is a table too' '
    echo "{\"short\": \"len(text) < 5\", \"rest\": \"true\"}" >routes.json
    printf "2\tshort\n2\trest\n" >want
    mm-select --count --routes routes.json rows.ndjson >got && same want got'
ok 'an empty mmr is a whole stream' '
    mm-select -b --routes routes.yaml -o "mmr/{}" rows.ndjson
    mm-select -F ndjson mmr/quoted >got && same /dev/null got'
ok '--count has a line for each route, in the order of the table' '
    printf "2\tshort\n1\tgerman\n0\tquoted\n" >want
    mm-select -c --routes routes.yaml rows.ndjson >got && same want got
    printf "1\tshort\n1\tgerman\n0\tquoted\n" >want
    mm-select -c --routes routes.yaml "exists(lang)" rows.ndjson >got && same want got'
ok 'what is wrong with an expression is told by place, with a caret' '
    printf "a: true\nb: lang = 1\n" >bad.yaml
    printf "%s\n" "mm-select: bad.yaml:2:4: route b: expression, column 6: = does not compare; use ==" "  lang = 1" "       ^" >want
    status 2 mm-select --routes bad.yaml -o "x/{}" gone 2>err
    same want err && [ ! -e x ]'
ok 'so is what is no table' '
    echo "[1]" >bad.yaml
    echo "mm-select: bad.yaml: a routing table has lines such as '\''german: lang == \"de\"'\''" >want
    status 2 mm-select --routes bad.yaml -c gone 2>err && same want err
    printf "a:\n  b: true\n" >bad.yaml
    status 2 mm-select --routes bad.yaml -c gone 2>err
    grep -q "^mm-select: bad.yaml:2:3: the route a takes an expression" err
    status 2 mm-select --routes none.yaml -c gone 2>err
    grep -q "none.yaml" err'
finish
