# Texts: which descriptors come with which identity terms; languages; lists of words.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq makes the data and reads the report'

printf 'women: she, her, a woman\nhe\n' >terms
printf 'nurse: nurse, nurses\n# a remark\ndoctor\nqueen\n' >descriptors
many() { yes "$2" | head -n "$1"; }
{ many 30 '{"g":"a","text":"She, a Nurse. nurse!"}'; many 9 '{"g":"a","text":"her doctor"}'; many 1 '{"g":"a","text":"a\nwoman: DOCTOR"}'
  many 40 '{"g":"a","text":"HE is a doctor"}'; many 5 '{"g":"b","text":"he nurses"}'; many 15 '{"g":"b","text":"it works; sheep, anurse"}'; } >rows

ok 'PMI, its interval and its test are those of their definitions and of scipy, for any number of workers' '
    mm-bias -q -j1 --by g --terms terms --descriptors descriptors --report report.json rows >out; same rows out
    mm-bias -q -j3 --by g --terms terms --descriptors descriptors --report 3.json rows >out; same report.json 3.json
    jq -c ".terms[] | select(.together > 0) | [.term, .descriptor, .texts, .with_term, .with_descriptor, .together, .expected], (.pmi | [.value, .low, .high] | map(. * 1e9 | round)),
        (.pmi | [.p, .p_adjusted] | map(. * 1e17 | round))" report.json >got
    # t/data/terms_peer.py
    cat >want <<END
["women","nurse",100,40,35,30,14]
[1099535674,781895138,1417176209]
[752211,1504422]
["women","doctor",100,40,50,10,20]
[-1000000000,-1663138091,-336861909]
[4455709060406,4455709060406]
["he","doctor",100,45,50,40,22.5]
[830074999,571948847,1088201150]
[198883,795532]
["he","nurse",100,45,35,5,15.75]
[-1655351829,-2734142104,-576561553]
[588906842107,785209122809]
END
    same want got'

ok 'words are found whole, in any case and over line ends; a pair that is never there has no PMI' '
    jq -c ".terms[] | select(.descriptor == \"queen\") | [.term, .with_descriptor, .together, .pmi]" report.json >got
    printf "%s\n" "[\"women\",0,0,{\"value\":null,\"undefined\":true}]" "[\"he\",0,0,{\"value\":null,\"undefined\":true}]" >want; same want got
    { cat rows; printf "{\"g\":\"a\",\"text\":\"the queen\"}\n"; } | mm-bias -q --by g --terms terms --descriptors descriptors --report q.json >out
    jq -e ".terms[] | select(.descriptor == \"queen\" and .term == \"he\") | .pmi | .undefined and .low == null and .high > 0 and .p > 0.1" q.json'

ok 'people get tables' '
    mm-bias -q --by g --terms terms --descriptors descriptors --report t.txt --report t.html rows >out
    grep -qE "^  women +nurse +30 +14.0 +1.1 \[0.7819, 1.417\] +1.5e-11$" t.txt
    grep -q "How much more often they are in one text than by chance" t.html'

ok '95 % intervals hold the true PMI in 92 to 98 % of 200 descriptors' '
    awk "BEGIN { for (d = 0; d < 200; d++) print \"d\" d }" >d200; echo term >one
    awk "BEGIN { srand(11); for (i = 0; i < 2500; i++) { t = rand() < 0.3; s = t ? \"term\" : \"other\";
        for (d = 0; d < 200; d++) if (rand() < (t ? 0.3 : 0.15)) s = s \" d\" d; printf \"{\\\"g\\\":1,\\\"text\\\":\\\"%s\\\"}\n\", s } }" >drawn
    mm-bias -q --by g --terms one --descriptors d200 --bootstrap 0 --report drawn.json drawn >out
    jq -e "[.terms[].pmi | .low <= 0.621488376 and .high >= 0.621488376] | (map(select(.)) | length) / length | . >= 0.92 and . <= 0.98" drawn.json'

ok 'the text may be in another field, in a payload, or missing; anything else is a bad record' '
    printf "{\"g\":1,\"a\":{\"b\":\"she\"}}\n{\"g\":1,\"a\":{\"b\":null}}\n{\"g\":1}\n{\"g\":1,\"a\":{\"b\":7}}\n" >in
    status 3 mm-bias -q --by g --terms terms --descriptors descriptors --text a.b --report r.json in >out 2>err
    grep "^mm-bias: in:" err >got; echo "mm-bias: in:4: a.b is 7, no text" >want; same want got
    [ "$(jq -c "[.records, .terms[0].texts, .terms[0].with_term]" r.json)" = "[3,1,1]" ]
    echo "she is a nurse" >file.txt
    mm-ingest -q file.txt >payload
    mm-bias -q --by mm.modality --terms terms --descriptors descriptors --report r.json payload >out
    [ "$(jq -c "[.terms[0].texts, .terms[0].together]" r.json)" = "[1,1]" ]'

ok 'languages and dialects are groups as any fact is' '
    jq -nc "(\"The cat sat on the mat and the dog was in the garden with all of them.\", \"Der Hund und die Katze sind in dem Garten, und das ist auch nicht anders zu machen.\", \"They went to the house on the hill and it was not what they had thought.\") | {text: ., mm: {modality: \"text\"}}" |
        mm-probe -q --only text.language | mm-bias -q --by mm.probe.text.language --report r.json >out
    jq -c ".attributes[0].groups[] | [.group[], .count]" r.json >got
    printf "%s\n" "[\"de\",1]" "[\"en\",2]" >want; same want got'

ok 'a list of words: the share of records that hold one, by group, with interval and test' '
    echo nurse >listed
    jq -c ".mm = {modality: \"text\"}" rows | mm-probe -q --bad-words listed --only text.bad_words |
        mm-bias -q --by g --prediction "mm.probe.text.bad_words > 0" --report r.json >out
    jq -c ".attributes[0].groups[] | [.group.g, .count, .selection_rate.value, (.selection_rate.low != null)]" r.json >got
    printf "%s\n" "[\"a\",80,0.375,true]" "[\"b\",20,0,true]" >want; same want got'

ok 'what can not be is refused' '
    try() { w=$1; shift; status 2 mm-bias -q --by g "$@" rows >out 2>err; echo "mm-bias: $w" >want; same want err; }
    try "--terms and --descriptors go together: give both" --terms terms
    try "--text says where --terms are looked for; give --terms and --descriptors" --text t
    try "--terms: none: No such file or directory" --terms none --descriptors descriptors
    printf "# nothing\n" >empty
    try "--descriptors: empty: there is no word in it" --terms terms --descriptors empty
    printf "a: x, y\nb: Y\n" >twice
    try "--terms: twice:2: Y is there twice, under two names" --terms twice --descriptors descriptors
    try "--terms: no record has a text in body; say where it is by --text" --terms terms --descriptors descriptors --text body --report r2.json
    [ ! -e r2.json ]'
finish
