#!/bin/sh
# Tokens: values that an authorised reader turns back, and nobody else; keys, and who may read them.
. "${0%/*}/lib.sh"
needs built crypto -- 'this build leaves out crypto'
needs command -v jq -- 'no jq'

umask 077
echo 0123456789abcdef0123456789abcdef >one
echo fedcba9876543210fedcba9876543210 >two
policy() { printf 'version: 1\nredact:\n' >policy.yaml; sed 's/^/  /' >>policy.yaml; }
redact() { mm-redact -q --policy policy.yaml "$@"; }
refuses() {  # 'MESSAGE' <POLICY
    policy
    status 2 mm-redact -q --policy policy.yaml in >out 2>err
    same /dev/null out
    printf 'mm-redact: policy.yaml:%s\n' "$1" >want
    same want err
}
cat >in <<'EOF'
{"a":"mail joe@example.org, not \u003ckim@example.org\u003e \ud83d\ude00","name":"Zo\u00eb \"Z\" Kim","n":{"joe@example.org":1}}
{"a":"nothing here"}
{"a":"joe@example.org","name":"Zoë \"Z\" Kim","text":"<b>"}
EOF
printf 'action: token\nkeys: {main: {file: one}}\ncolumns: {name: {action: token, entity: PERSON}}\n' | policy
redact in >sealed

ok 'no value is left, equal values have equal tokens, and what stands around keeps its spelling' '
    ! grep -E "example.org|Kim" sealed || exit 1
    t=$(jq -r "select(.text).a" sealed) p=$(jq -r "select(.text).name" sealed)
    k=$(sed -n "1s/.*u003c\(<mmt1[^>]*>\).*/\1/p" sealed)
    printf "%s\n" "{\"a\":\"mail $t, not \u003c$k\u003e \ud83d\ude00\",\"name\":\"$p\",\"n\":{\"$t\":1}}" >want
    sed -n "1s/,\"mm\":.*/}/p" sealed >got
    same want got'
ok 'a token is letters behind entity and key, and a second pass takes it for nothing else' '
    jq -r "select(.text).a" sealed | grep -qxE "<mmt1:EMAIL:[a-p]{8}:[a-p]{62}>"
    printf "version: 1\nredact: {threshold: 0}\n" >all.yaml
    mm-redact --dry-run --policy all.yaml sealed 2>err
    echo "mm-redact: found in 0 records: nothing" >want
    same want err'
ok '--reveal turns all of it back, and says so' '
    mm-redact --policy policy.yaml --reveal sealed >back 2>err
    jq -c "del(.mm)" in >want && jq -c "del(.mm)" back >got && same want got
    jq -c "[.mm.redact.revealed, (.mm.via | length)]" back >got
    printf "%s\n" "[5,2]" "[null,0]" "[2,2]" >want
    same want got'
ok 'another key gives other tokens; of several keys each token finds its own' '
    printf "action: token\nkeys: {new: {file: two}, old: {file: one}}\nkey: new\ncolumns: {name: {action: token, entity: PERSON}}\n" | policy
    redact in >other
    ! grep -qF "$(jq -r "select(.text).a" sealed)" other || exit 1
    cat sealed other | redact --reveal | jq -c "del(.mm)" >got
    cat in in | jq -c . >want
    same want got'
ok 'with the wrong key nothing is revealed' '
    printf "keys: {new: {file: two}}\n" | policy
    status 3 redact --reveal sealed >out 2>err
    echo "{\"a\":\"nothing here\"}" >want
    same want out
    printf "mm-redact: sealed:%s: a token under a key that is not there\n" 1 3 >want
    head -n 2 err | cmp - want'
ok 'a token that was changed, cut, or moved to another entity makes a bad record, whole' '
    printf "keys: {main: {file: one}}\n" | policy
    t=$(jq -r "select(.text).a" sealed)
    last=$(printf %s "$t" | sed "s/.*\(.\)>$/\1/"); [ $last = a ] && by=b || by=a
    {   printf "{\"good\":\"%s\",\"bad\":\"%s\"}\n" "$t" "$(printf %s "$t" | sed "s/.>$/$by>/")"
        printf "{\"bad\":\"%s\"}\n" "$(printf %s "$t" | sed "s/EMAIL/PHONE/")" "$(printf %s "$t" | sed "s/..>$/>/")"
        printf "{\"bad\":\"%s\"}\n" "$(printf %s "$t" | sed "s/.>$/>/")" "$(printf %s "$t" | sed "s/>$//")" "<mmt1:EMAIL:x>"
        printf "{\"good\":\"x%sy\"}\n" "$t"
    } >tampered
    status 3 redact --reveal --dead-letter dead tampered >out 2>err
    jq -c "del(.mm)" out >got; echo "{\"good\":\"xjoe@example.orgy\"}" >want; same want got
    for n in 1 2 3; do echo "mm-redact: tampered:$n: a token that was changed, or is not of this key"; done >want
    for n in 4 5 6; do echo "mm-redact: tampered:$n: a token that is cut or misspelt"; done >>want
    head -n 6 err | cmp - want
    ! grep -q joe dead'
ok 'tokens in a text payload are opened, and its size and hash set anew' '
    mkdir -p files && echo "write to joe@example.org today" >files/note.txt
    printf "action: token\nkeys: {main: {file: one}}\n" | policy
    mm-ingest -q -b files | redact >sealed.mmr
    redact --reveal -F ndjson sealed.mmr >back
    jq -r .mm.data back | base64 -d | cmp - files/note.txt
    jq -r .mm.xxh3 back >got && xxhsum -q -H2 files/note.txt | cut -d" " -f1 >want && same want got'
ok 'the same bytes for any number of workers, both ways' '
    for i in 1 2 3 4 5 6 7 8 9; do cat in; done >many
    redact -j1 many >a && redact -j4 many | cmp - a
    redact --reveal -j1 a >b && redact --reveal -j4 a | cmp - b'
ok '--reveal without a key says what to do' '
    status 2 mm-redact --reveal sealed >out 2>err
    echo "mm-redact: --reveal needs a key; give a policy with \`redact: {keys: {NAME: {file: FILE}}}\`" >want
    same want err && same /dev/null out'
ok 'keys that are missing, short, open to others or there twice are told before a record is read' '
    echo short >short; cp one open; chmod 644 open; cp one copy
    echo "keys: {main: {file: nowhere}}" | refuses "3:16: the key file nowhere can not be opened: No such file or directory"
    echo "keys: {main: {fd: 77}}" | refuses "3:16: the key in that descriptor can not be read: Bad file descriptor"
    echo "keys: {main: {file: short}}" | refuses "3:16: the key in short is too short: it needs 16 bytes or more"
    echo "keys: {main: {file: open}}" | refuses "3:16: the key file open is open to others (mode 0644); chmod 600 it"
    echo "keys: {main: {file: one, fd: 3}}" | refuses "3:16: key takes a file or an fd, one of them"
    echo "keys: {a: {file: one}, b: {file: copy}}" | refuses "3:29: this key is the same as key '"'a'"'"
    printf "keys: {a: {file: one}}\nkey: b\n" | refuses "4:8: no key is called '"'b'"'; name it in \`keys\`"
    printf "keys: {a: {file: one}, b: {file: two}}\nentities: {EMAIL: token}\n" |
        refuses "4:21: action token needs a key; name one of \`keys\` as its \`key\`, or as \`key\` of redact"'
ok 'a parameter is an error where its action does not take it, and so is a template that can not be' '
    echo "entities: {EMAIL: {action: replace, keep_last: 4}}" | refuses "3:50: action replace takes no keep_last"
    echo "entities: {EMAIL: {action: mask, keep_last: -1}}" | refuses "3:47: keep_last must not be negative"
    echo "entities: {EMAIL: {action: replace, with: \"{name}\"}}" |
        refuses "3:21: action replace on EMAIL: \`with\` may hold {entity} and {length}; a brace is written twice"
    echo "columns: {a: {action: mask, entity: joe}}" | refuses "3:39: entity must be capitals, digits and _, as in CUSTOMER_ID"
    echo "columns: {a..b: mask}" | refuses "3:13: '"'a..b'"' is no field: a name is missing"'
ok 'columns: whole values of any type, however nested, and nothing is looked for in them' '
    policy <<-"EOF"
	columns:
	  id: {action: mask, keep_last: 2, leave: "-"}
	  u.flag: {action: replace, with: "{{{entity} of {length}}}"}
	  u.gone: drop
	EOF
    echo "{\"id\":\"12-345\",\"u\":[{\"flag\":true,\"gone\":1},{\"flag\":null,\"gone\":null}],\"x\":{\"id\":7}}" | redact | jq -c "del(.mm.via)" >got
    echo "{\"id\":\"**-*45\",\"u\":[{\"flag\":\"{FIELD of 4}\"},{\"flag\":null,\"gone\":null}],\"x\":{\"id\":7},\"mm\":{\"redact\":{\"findings\":[{\"entity\":\"FIELD\",\"field\":\"id\",\"span\":[0,6],\"chars\":[0,6],\"score\":1.00,\"rule\":\"policy\",\"action\":\"mask\"},{\"entity\":\"FIELD\",\"field\":\"u[0].flag\",\"span\":[0,4],\"chars\":[0,4],\"score\":1.00,\"rule\":\"policy\",\"action\":\"replace\"},{\"entity\":\"FIELD\",\"field\":\"u[0].gone\",\"span\":[0,1],\"chars\":[0,1],\"score\":1.00,\"rule\":\"policy\",\"action\":\"drop\"}]}}}" | jq -c . >want
    same want got'
finish
