#!/bin/sh
# What a policy can ask of mm-redact: actions, thresholds, fields, a key; and what it must not say.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'

policy() { printf 'version: 1\nredact:\n' >policy.yaml; sed 's/^/  /' >>policy.yaml; }
redact() { mm-redact -q --policy policy.yaml in | jq -c 'del(.mm)' >out; }
refuses() {  # 'MESSAGE' <POLICY
    policy
    status 2 mm-redact -q --policy policy.yaml in >out 2>err
    same /dev/null out
    printf 'mm-redact: policy.yaml:%s\n' "$1" >want
    same want err
}
actions() { sed -n '/^Actions/,/^\.El/s/^\.It Cm //p' "$T/../man/mm-policy.5" | sed -e ':a' -e 'N' -e '$!ba' -e 's/\n/, /g' -e 's/\(.*\), /\1 and /'; }
echo '{"a":"joe@example.org","card":"4111 1111 1111 1111","c":["10.1.2.3","x"],"d":{"ssn":536228726}}' >in

ok_with ocr 'the built-in policy is a policy, and asking for it changes nothing but the digest' '
    mm-redact --show-policy >policy.yaml
    mm-redact -q --policy policy.yaml in | jq -c "del(.mm.via[].policy)" >out
    mm-redact -q in | jq -c . >want
    same want out'
ok 'mask leaves what it is told to leave' '
    policy <<-"EOF"
	action: mask
	entities:
	  CARD: {action: mask, keep_last: 4, with: "#"}
	  IP: {action: mask, keep_first: 3}
	EOF
    redact
    echo "{\"a\":\"***************\",\"card\":\"###############1111\",\"c\":[\"10.*****\",\"x\"],\"d\":{\"ssn\":\"*********\"}}" >want
    same want out'
# The key of one purpose, by openssl: HKDF-SHA-256 of what the key file holds.
derived() { openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt "key:$1" -kdfopt "salt:mm-redact 1" -kdfopt "info:$2" -binary HKDF |
    xxd -p -c 64; }
mac() { openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(derived 0123456789abcdef hash)" | sed "s/.* //" | cut -c 1-16; }
ok_with crypto 'hash is HMAC-SHA-256 under a key of its own, derived: openssl says the same' '
    needs command -v openssl -- "no openssl"
    (umask 077; printf "0123456789abcdef\n" >key)
    policy <<-"EOF"
	key: {file: key}
	entities: {EMAIL: hash, CARD: false, IP: false, US_SSN: false}
	EOF
    redact
    echo "{\"a\":\"<EMAIL:$(printf "EMAIL\0joe@example.org" | mac)>\",\"card\":\"4111 1111 1111 1111\",\"c\":[\"10.1.2.3\",\"x\"],\"d\":{\"ssn\":536228726}}" >want
    same want out'
ok_with crypto 'the key may come by a descriptor' '
    policy <<-"EOF"
	key: {fd: 7}
	entities: {EMAIL: hash}
	EOF
    mm-redact -q --policy policy.yaml in 7<key | jq -r .a >got
    printf "<EMAIL:%s>\n" "$(printf "EMAIL\0joe@example.org" | mac)" >want
    same want got'
ok 'drop takes fields with their commas, in objects and arrays, whichever they are' '
    policy <<-"EOF"
	action: drop
	EOF
    for row in "{\"a\":\"joe@example.org\",\"b\":1}" "{\"b\":1,\"a\":\"joe@example.org\"}" "{\"a\":\"joe@example.org\"}" \
        "{\"b\":[\"joe@example.org\",\"kim@example.org\",1,\"pat@example.org\"]}" "{\"b\":[\"joe@example.org\"]}" \
        "{\"a\":\"joe@example.org\",\"b\":\"joe@example.org\",\"c\":2,\"d\":\"joe@example.org\"}"; do echo "$row"; done >rows
    mm-redact -q --policy policy.yaml rows | jq -c "del(.mm)" >out
    cat >want <<-"EOF"
	{"b":1}
	{"b":1}
	{}
	{"b":[1]}
	{"b":[]}
	{"c":2}
	EOF
    same want out'
ok 'drop-record drops, and the counts add up' '
    policy <<-"EOF"
	entities: {CARD: drop-record}
	EOF
    echo "{\"a\":1}" | cat in - | mm-redact --ledger ledger --policy policy.yaml >out 2>err
    echo "{\"a\":1}" >want
    same want out
    same /dev/null err
    jq -c "[.records | .in, .out, .dropped, .bad]" ledger >got
    echo "[2,1,1,0]" >want
    same want got'
ok 'a threshold leaves alone what is less sure' '
    policy <<-"EOF"
	entities: {IP: {threshold: 0.9}}
	EOF
    redact
    jq -r ".c[0]" out >got && echo 10.1.2.3 >want && same want got'
ok 'fields: only these, and not those' '
    policy <<-"EOF"
	fields: {include: [a, d, c], exclude: ["*.ssn"]}
	EOF
    redact
    echo "{\"a\":\"<EMAIL>\",\"card\":\"4111 1111 1111 1111\",\"c\":[\"<IP>\",\"x\"],\"d\":{\"ssn\":536228726}}" >want
    same want out'
ok_with crypto 'what is not known is an error with its place' '
    echo "entities: {EMAL: mask}" | refuses "3:14: no entity is called '"'EMAL'"'; did you mean EMAIL?"
    echo "entities: {XYLOPHONES: mask}" | refuses "3:14: no entity is called '"'XYLOPHONES'"'; mm-redact --list shows them"
    echo "action: burn" | refuses "3:11: no action is called '"'burn'"'; there are $(actions)"
    echo "entities: {EMAIL: hash}" | refuses "3:21: action hash needs a key; give \`key: {file: FILE}\` in redact"
    echo "threshold: 2" | refuses "3:14: threshold must be from 0 to 1"
    echo "key: {file: nowhere}" | refuses "3:8: the key file nowhere can not be opened: No such file or directory"'
ok 'an unknown key names the nearest' '
    echo "treshold: 0.5" | policy
    status 2 mm-redact --policy policy.yaml in >out 2>err
    grep -q "^mm-redact: policy.yaml:3:3: unknown key \"treshold\".*threshold" err'
ok '--list is what the man page says' '
    mm-redact --list | while read -r name entity about; do
        grep -qxF ".It Cm $name Ta $entity Ta $about" "$T/../man/mm-redact.1" || { echo "$name"; exit 1; }
    done'
finish
