#!/bin/sh
# mm-redact finds values that are spelled so that a machine would not see them: look-alikes, unseen characters, escapes,
# base64, other encodings; spans are those of the text as it stood.
. "${0%/*}/lib.sh"

echo '[.a, (.mm.redact.findings[]? | [.entity, .span, .chars] | tojson)] | join(" ")' >redact.jq
reads() {  # what becomes of each line of `in`, and where it was
    mm-redact -q in | jq -r -f redact.jq >out
    same want out
}

ok 'letters, digits and signs of full width, and digits of other scripts' '
    cat >in <<-"EOF"
	{"a":"ｊｏｅ＠ｅｘａｍｐｌｅ．ｏｒｇ!"}
	{"a":"card ４１１１ １１１１ １１１１ １１１１"}
	{"a":"phone +٤٩ ١٧٠ ١٢٣٤٥٦٧"}
	{"a":"card ४१११-११११-११११-११११"}
	EOF
    cat >want <<-"EOF"
	<EMAIL>! ["EMAIL",[0,45],[0,15]]
	card <CARD> ["CARD",[5,56],[5,24]]
	phone <PHONE> ["PHONE",[6,33],[6,21]]
	card <CARD> ["CARD",[5,56],[5,24]]
	EOF
    reads'

ok 'Cyrillic and Greek letters that look like Latin ones' '
    cat >in <<-"EOF"
	{"a":"IBAN DЕ89 3704 0044 0532 0130 00"}
	{"a":"AB 12 34 56 С, NINO ΑB123456C"}
	EOF
    cat >want <<-"EOF"
	IBAN <IBAN> ["IBAN",[5,33],[5,32]]
	AB 12 34 56 С, NINO <UK_NINO> ["UK_NINO",[21,31],[20,29]]
	EOF
    reads'

ok 'characters that are not seen, soft hyphens, combining marks, blanks and dashes of all kinds' '
    printf "%s\n" "{\"a\":\"4111\\u200b1111\\u00ad1111\\u20601111\"}" "{\"a\":\"ssn 536–22–8726\"}" \
        "{\"a\":\"ssn 536‑22−8726\"}" "{\"a\":\"DE89\\u00a03704\\u20090044\\u202f0532\\u30000130 00\"}" \
        "{\"a\":\"j\\u0301oe@example.org\"}" "{\"a\":\"joe\\ufeff@\\u200dexample.org\"}" >in
    cat >want <<-"EOF"
	<CARD> ["CARD",[0,24],[0,19]]
	ssn <US_SSN> ["US_SSN",[4,19],[4,15]]
	ssn <US_SSN> ["US_SSN",[4,19],[4,15]]
	<IBAN> ["IBAN",[0,34],[0,27]]
	<EMAIL> ["EMAIL",[0,17],[0,16]]
	<EMAIL> ["EMAIL",[0,21],[0,17]]
	EOF
    reads'

ok 'escapes of URLs, HTML and mail, and one in another' '
    cat >in <<-"EOF"
	{"a":"at joe%40example.org."}
	{"a":"at joe%2540example.org."}
	{"a":"at joe&#64;example&period;org."}
	{"a":"at joe&amp;#x40;example.org."}
	{"a":"at joe@exam=\nple.org."}
	{"a":"ssn 536&ndash;22%2D8726"}
	EOF
    cat >want <<-"EOF"
	at <EMAIL>. ["EMAIL",[3,20],[3,20]]
	at <EMAIL>. ["EMAIL",[3,22],[3,22]]
	at <EMAIL>. ["EMAIL",[3,29],[3,29]]
	at <EMAIL>. ["EMAIL",[3,27],[3,27]]
	at <EMAIL>. ["EMAIL",[3,20],[3,20]]
	ssn <US_SSN> ["US_SSN",[4,23],[4,23]]
	EOF
    reads'

ok 'base64, also in an escape and around one, goes as a whole' '
    cat >in <<-"EOF"
	{"a":"x am9lQGV4YW1wbGUub3Jn y"}
	{"a":"x=am9lJTQwZXhhbXBsZS5vcmc%3D&y"}
	{"a":"eyJ1c2VyIjoiam9lQGV4YW1wbGUub3JnIn0="}
	EOF
    cat >want <<-"EOF"
	x <EMAIL> y ["EMAIL",[2,22],[2,22]]
	x=<EMAIL>&y ["EMAIL",[2,28],[2,28]]
	<EMAIL> ["EMAIL",[0,36],[0,36]]
	EOF
    reads'

ok 'names of members are seen through likewise' '
    echo "{\"joe%40example.org\":1}" | mm-redact -q | jq -c "del(.mm)" >out
    echo "{\"<EMAIL>\":1}" >want
    same want out'

ok 'texts that only look as if, stay' '
    cat >in <<-"EOF"
	{"a":"50% off & more, a=b; Straße, 日本語、Привет мир, naïve — café"}
	{"a":"internationalization getUserAccountInformation d41d8cd98f00b204e9800998ecf8427e"}
	{"a":"Zwölf&nbsp;Boxkämpfer 100%25 x=3D y"}
	{"a":"aGVsbG8gd29ybGQsIHRoaXMgaXMgZmluZQ=="}
	EOF
    mm-redact -q in >out
    same in out'

ok 'a text that is no UTF-8 is scanned byte by byte, and what surrounds a finding stays' '
    printf "M\374ller, joe@example.org, \251 2020\n" >latin1.txt
    echo "{\"mm\":{\"modality\":\"text\",\"data\":\"$(base64 -w0 latin1.txt)\"}}" | mm-redact -q >out
    jq -r .mm.data out | base64 -d >got
    printf "M\374ller, <EMAIL>, \251 2020\n" >want
    same want got'
finish
