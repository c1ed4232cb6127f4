# Leakage: records of one split that are in another as well.
. "${0%/*}/lib.sh"
needs command -v jq -- 'jq makes the data and reads the report'

rows() { printf '{"s":"%s","id":%s}\n' train 1 train 2 train 2 train 3 train 4 test 2 test 5 test '"4"' val 9 val null; }
rows >rows
ok 'each split is held against each other: records, different ids, share with its interval' '
    mm-bias -q --split s --duplicate-id id --report report.json rows >out; same rows out
    jq -c ".leakage[] | [.split, .other, .by, .records, .shared, .ids]" report.json >got
    cat >want <<END
["test","train","id",3,2,2]
["test","val","id",3,0,0]
["train","test","id",5,3,2]
["train","val","id",5,0,0]
["val","test","id",1,0,0]
["val","train","id",1,0,0]
END
    same want got
    # Wilson by statsmodels, proportion_confint(3, 5, method="wilson"): 0.23072428127601302, 0.8823792257673521
    jq -e ".leakage[2].share | .value == 0.6 and (.low - 0.23072428127601302 | fabs) < 1e-12 and (.high - 0.8823792257673521 | fabs) < 1e-12" report.json
    jq -e ".warnings | index(\"1 of 10 records have no id by which they could be in two splits\")" report.json
    mm-bias -q --split s --duplicate-id id --report t.txt --report t.html rows >out
    grep -qE "^  train +test +id +5 +3 +0.6 \[0.2307, 0.8824\]$" t.txt
    grep -q "Records of a split that are in another" t.html'

words() { seq "$1" "$2" | tr "\n" " "; }
mkdir data; words 1 300 >data/train1.txt; words 1 300 >data/test1.txt; { words 1 290; words 1 9; } >data/test2.txt; words 5000 5300 >data/test3.txt; words 7000 7300 >data/train2.txt
ok 'copies are found by the hash of the payload, near ones by what mm-probe --dup told' '
    mm-ingest -q data | jq -c ".split = (.mm.src | if test(\"train\") then \"train\" else \"test\" end)" >plain
    mm-bias -q --split split --report plain.json plain >out
    jq -c ".leakage[] | [.by, .split, .records, .shared]" plain.json >got
    printf "%s\n" "[\"mm.probe.dup\",\"test\",3,0]" "[\"mm.probe.dup\",\"train\",2,0]" "[\"mm.xxh3\",\"test\",3,1]" "[\"mm.xxh3\",\"train\",2,1]" >want; same want got
    mm-probe -q --dup exact,text plain | mm-bias -q --split split --report near.json >out
    jq -c ".leakage[] | [.by, .split, .records, .shared]" near.json >got
    printf "%s\n" "[\"mm.probe.dup\",\"test\",3,2]" "[\"mm.probe.dup\",\"train\",2,1]" "[\"mm.xxh3\",\"test\",3,1]" "[\"mm.xxh3\",\"train\",2,1]" >want; same want got'

ok 'a policy stops the pipe' '
    printf "version: 1\nbias: {split: s, duplicate_id: id, leakage: 0}\n" >policy.yaml
    status 1 mm-bias -q --policy policy.yaml rows >out 2>err; same rows out
    grep "gate:" err >got
    printf "mm-bias: gate: %s by id; it must be at most 0\n" "0.6667 of test is in train too," "0.6 of train is in test too," >want; same want got
    grep -v "\"test\"" rows | mm-bias -q --policy policy.yaml >out
    printf "version: 1\nbias: {leakage: 0.1}\n" >policy.yaml
    status 2 mm-bias -q --policy policy.yaml --by s rows >out 2>err
    echo "mm-bias: the policy limits leakage; give --split, or split there" >want; same want err'

ok 'over a million ids are compared exactly, for any number of workers, in less than 64 MiB; nothing is left in TMPDIR' '
    awk "BEGIN { for (i = 0; i < 1200000; i++) printf \"{\\\"s\\\":\\\"%s\\\",\\\"i\\\":%d}\n\", i % 3 ? \"a\" : \"b\", i * 7 % 1000003 }" >many
    mkdir tmp
    for j in 1 2; do
        TMPDIR=$PWD/tmp /usr/bin/time -f %M -o rss mm-bias -q -j$j --split s --duplicate-id i --report $j.json many >out
        [ "${MM_BUILD##*asan*}" = "" ] || [ "$(cat rss)" -lt 65536 ]
    done
    same 1.json 2.json; [ -z "$(ls tmp)" ]
    # Numbers from i = 1000003 on come a second time, 1000003 = 1 mod 3 later: of 199997, those with a split that changed.
    awk "BEGIN { for (i = 0; i < 1200000; i++) { s = i % 3 ? 0 : 1; v = i * 7 % 1000003; n[s, v]++ }
        for (v = 0; v < 1000003; v++) if (n[0, v] && n[1, v]) { ids++; a += n[0, v]; b += n[1, v] } printf \"%d %d %d\n\", ids, a, b }" >want
    jq -r "\"\(.leakage[0].ids) \(.leakage[0].shared) \(.leakage[1].shared)\"" 1.json >got; same want got
    rm many out'

ok 'where the file for what does not fit can not be, the run fails and says what to do' '
    awk "BEGIN { for (i = 0; i < 1100000; i++) printf \"{\\\"s\\\":%d,\\\"i\\\":%d}\n\", i % 2, i }" >many
    status 4 env TMPDIR=$PWD/none mm-bias -q --split s --duplicate-id i --report r4.json many >out 2>err
    grep -q "^mm-bias: $PWD/none: cannot make a file for what does not fit in memory; set TMPDIR: " err
    [ ! -e r4.json ]; rm many out'

ok 'what can not be is refused' '
    try() { w=$1; shift; status 2 mm-bias -q "$@" --report r5.json rows >out 2>err; echo "mm-bias: $w" >want; same want err; [ ! -e r5.json ]; }
    try "--duplicate-id says what is the same in two splits; give --split" --by s --duplicate-id id
    try "--split t: no record has it; is it spelled so?" --split t --duplicate-id id
    try "--duplicate-id no: no record has it; is it spelled so?" --split s --duplicate-id no
    try "--split: no record has mm.id or mm.xxh3; say by --duplicate-id what is the same" --split s
    jq -nc "range(40) | {s: ., id: 1}" >many
    status 2 mm-bias -q --split s --duplicate-id id --report r5.json many >out 2>err
    echo "mm-bias: --split: s has more than 32 values" >want; same want err
    printf "{\"s\":[1],\"id\":1}\n{\"s\":1,\"id\":{}}\n{\"s\":1,\"id\":1}\n" >bad
    status 3 mm-bias -q --split s --duplicate-id id --report r6.json bad >out 2>err
    grep "^mm-bias: bad:" err >got; printf "mm-bias: bad:%s, no single value\n" "1: s is [1]" "2: id is {}" >want; same want got'
finish
