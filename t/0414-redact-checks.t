#!/bin/sh
# mm-redact weighs tokens and addresses by the checksums their issuers publish.
. "${0%/*}/lib.sh"

scores() { mm-redact -q in | jq -c "[.a, (.mm.redact.findings // [] | .[] | [.entity, .rule, .score])]" >out; same want out; }

ok 'the addresses of EIP-55, one with a letter in the wrong case, one in one case' '
    cat >in <<-"EOF"
	{"a":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}
	{"a":"0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"}
	{"a":"0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB"}
	{"a":"0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"}
	{"a":"0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"}
	{"a":"0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"}
	EOF
    { for i in 1 2 3 4; do echo "[\"<CRYPTO_WALLET>\",[\"CRYPTO_WALLET\",\"eip-55\",1]]"; done
      echo "[\"<CRYPTO_WALLET>\",[\"CRYPTO_WALLET\",\"ethereum\",0.55]]"
      echo "[\"<CRYPTO_WALLET>\",[\"CRYPTO_WALLET\",\"ethereum\",0.75]]"; } >want
    scores'

ok 'a token of GitHub by its CRC-32' '
    half=zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ   # in two parts, lest scanners take this file for a leak
    printf "%s\n" "{\"a\":\"ghp_${half}0mLq17\"}" "{\"a\":\"ghp_${half}0mLq18\"}" "{\"a\":\"npm_${half}0mLq17\"}" >in
    cat >want <<-"EOF"
	["<SECRET>",["SECRET","github-token",1]]
	["<SECRET>",["SECRET","github-token",0.85]]
	["<SECRET>",["SECRET","npm-token",1]]
	EOF
    scores'

ok 'a CNPJ with letters: the example of Receita Federal, with and without separators' '
    cat >in <<-"EOF"
	{"a":"CNPJ 12.ABC.345/01DE-35"}
	{"a":"cnpj 12ABC34501DE35"}
	{"a":"12.ABC.345/01DE-36"}
	EOF
    cat >want <<-"EOF"
	["CNPJ <BR_CNPJ>",["BR_CNPJ","mod11",1]]
	["cnpj <BR_CNPJ>",["BR_CNPJ","mod11-letters",1]]
	["12.ABC.345/01DE-36"]
	EOF
    scores'

ok 'the issuers of tokens that are told are forty or more' '
    sed -n "/^static const format formats/,/^};/p" "$T/../cmd/mm-redact/detect_secret.c" | grep -o "{ \"[a-z0-9-]*\"" | sort -u | wc -l >n
    [ "$(cat n)" -ge 40 ]'
finish
