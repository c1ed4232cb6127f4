#!/bin/sh
# mm-redact finds what the policy describes: regular expressions, word lists, values always or never to be found.
. "${0%/*}/lib.sh"
needs mm-redact --version "|" grep -q " regex" -- 'this build has no pcre2'

reads() { mm-redact -q --policy policy.yaml in | jq -c '[del(.mm), (.mm.redact.findings // [] | .[] | [.entity, .rule, .score])]' >out; same want out; }

ok 'patterns: anchors hold at the ends of a value, \b and classes as PCRE has them, (?<value>) is what is replaced' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  patterns:
	    - {name: ticket, entity: TICKET, regex: "\\bTCK-\\d{6}\\b", score: 0.9}
	    - {name: whole, entity: WHOLE, regex: "^foo \\d+$"}
	    - {entity: PIN, regex: "pin is (?<value>\\d{4})", fold: true}
	    - {entity: CODE, regex: "(?<!x)k[a-c]{2}9"}
	  entities:
	    TICKET: {action: mask, keep_last: 2}
	EOF
    cat >in <<-"EOF"
	{"a":"see TCK-123456 and TCK-1234567"}
	{"a":"foo 12","b":["a foo 12","foo 12 b"],"c":"x\nfoo 12"}
	{"a":"The PIN is 1234, \"pin is 12\""}
	{"a":"kab9 xkab9 kad9"}
	{"a":"\ttab\tTCK-123456\t"}
	{"TCK-123456":["TCK-999999"]}
	EOF
    cat >want <<-"EOF"
	[{"a":"see ********56 and TCK-1234567"},["TICKET","ticket",0.9]]
	[{"a":"<WHOLE>","b":["a foo 12","foo 12 b"],"c":"x\nfoo 12"},["WHOLE","whole",0.8]]
	[{"a":"The PIN is <PIN>, \"pin is 12\""},["PIN","pattern",0.8]]
	[{"a":"<CODE> xkab9 kad9"},["CODE","pattern",0.8]]
	[{"a":"\ttab\t********56\t"},["TICKET","ticket",0.9]]
	[{"********56":["********99"]},["TICKET","ticket",0.9],["TICKET","ticket",0.9]]
	EOF
    reads'

ok 'patterns: classes of Unicode find letters of any script, and what is no letter where it is asked for' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  patterns:
	    - {entity: TOWN, regex: "(?<!\\p{L})\\p{Lu}[\\p{Ll}.-]+, XY"}
	    - {entity: BARE, regex: "\\([^\\p{L}\\p{N})]+\\)"}
	EOF
    cat >in <<-"EOF"
	{"a":"in Élan-ö, XY, élan, XY and Łódź, XY"}
	{"a":"(-+) (é) (٣)"}
	EOF
    cat >want <<-"EOF"
	[{"a":"in <TOWN>, élan, XY and <TOWN>"},["TOWN","pattern",0.8],["TOWN","pattern",0.8]]
	[{"a":"<BARE> (é) (٣)"},["BARE","pattern",0.8]]
	EOF
    reads'

ok 'words around and names of members raise and lower the score by what is said; check digits are asked for' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  patterns:
	    - {entity: MEMBER, regex: "\\b\\d{8}\\b", score: 0.3, context: [member, Mitglied], unless: [order no], by: 0.4}
	    - {entity: LOYALTY, regex: "\\bL\\d{4}\\b", check: luhn}
	    - {entity: LOYAL, regex: "\\bK \\d{4}\\b", check: luhn}
	EOF
    cat >in <<-"EOF"
	{"a":"member 12345678"}
	{"memberNo":"12345678","member_no":12345678,"no":12345678}
	{"a":"MITGLIED 12345678, order no. 12345678"}
	{"a":"nothing. Member. Then 12345678"}
	{"a":"L0000"}
	EOF
    cat >want <<-"EOF"
	[{"a":"member <MEMBER>"},["MEMBER","pattern",0.7]]
	[{"memberNo":"<MEMBER>","member_no":"<MEMBER>","no":12345678},["MEMBER","pattern",0.7],["MEMBER","pattern",0.7]]
	[{"a":"MITGLIED 12345678, order no. 12345678"}]
	[{"a":"nothing. Member. Then 12345678"}]
	[{"a":"L0000"}]
	EOF
    reads'

ok 'words of the policy raise and lower the scores of detectors too, and decide over overlaps' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  patterns: [{entity: HOST, regex: "\\d+\\.\\d+\\.\\d+\\.\\d+", score: 0.75}]
	  entities:
	    IP: {context: [peer], unless: [build], by: 0.3}
	    EMAIL: {threshold: 0.99, context: [private]}
	EOF
    cat >in <<-"EOF"
	{"a":"peer 192.0.2.1"}
	{"a":"at 192.0.2.1"}
	{"a":"build 192.0.2.1 of x@example.org"}
	{"private_mail":"x@example.org"}
	EOF
    cat >want <<-"EOF"
	[{"a":"peer <IP>"},["IP","ipv4",1]]
	[{"a":"at <HOST>"},["HOST","pattern",0.75]]
	[{"a":"build <HOST> of x@example.org"},["HOST","pattern",0.75]]
	[{"private_mail":"<EMAIL>"},["EMAIL","address",1]]
	EOF
    reads'

ok 'dictionaries: whole words and phrases, in any case or as written, in a list or a file of lines' '
    printf "%s\n" "# staff" "Zoë Müller" "von der Leyen" "" "Ωmega Ζorba" "Анна Петрова" >staff
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  dictionaries:
	    - {name: staff, entity: EMPLOYEE, file: staff}
	    - {entity: CODENAME, words: [Nessie, Blue Moon], fold: false, score: 0.95}
	EOF
    cat >in <<-"EOF"
	{"a":"ZOË  MÜLLER, zoë müllers, “Von der Leyen”; АННА ПЕТРОВА"}
	{"a":"Nessie nessie Nessies Blue-Moon blue moon"}
	EOF
    cat >want <<-"EOF"
	[{"a":"<EMPLOYEE>, zoë müllers, “<EMPLOYEE>”; <EMPLOYEE>"},["EMPLOYEE","staff",0.8],["EMPLOYEE","staff",0.8],["EMPLOYEE","staff",0.8]]
	[{"a":"<CODENAME> nessie Nessies <CODENAME> blue moon"},["CODENAME","dictionary",0.95],["CODENAME","dictionary",0.95]]
	EOF
    reads'

ok 'values that are allowed stay, those denied go, whatever finds them' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  allow: {values: [info@example.org, 192.0.2.1], patterns: [".*@noreply\\.example\\.org"]}
	  deny: {values: [Project Nessie], patterns: ["secret-\\w+"]}
	EOF
    cat >in <<-"EOF"
	{"a":"INFO@example.org, x@noreply.example.org.uk, x@noreply.example.org, y@example.org, 192.0.2.1, 192.0.2.11"}
	{"a":"project nessie has the secret-sauce"}
	EOF
    cat >want <<-"EOF"
	[{"a":"INFO@example.org, <EMAIL>, x@noreply.example.org, <EMAIL>, 192.0.2.1, <IP>"},["EMAIL","address",0.95],["EMAIL","address",0.95],["IP","ipv4",0.7]]
	[{"a":"<DENIED> has the <DENIED>"},["DENIED","deny",1],["DENIED","deny",1]]
	EOF
    reads'

ok 'an entity of its own may be one that is known, is asked for by --entities, and counts under its name' '
    cat >policy.yaml <<-"EOF"
	version: 1
	redact:
	  patterns: [{entity: EMAIL, regex: "\\w+ at \\w+ dot org"}, {entity: TICKET, regex: "TCK\\d+"}]
	EOF
    echo "{\"a\":\"joe at example dot org TCK12\"}" >in
    mm-redact -q -e TICKET --policy policy.yaml in | jq -r .a >out
    mm-redact -n --policy policy.yaml in 2>err
    echo "joe at example dot org <TICKET>" >want
    same want out
    echo "mm-redact: found in 1 record: 1 EMAIL, 1 TICKET" >want
    same want err'

wrong() {  # REST-OF-SECTION MESSAGE
    printf 'version: 1\nredact:\n  %s\n' "$1" >policy.yaml
    status 2 mm-redact --policy policy.yaml </dev/null 2>err
    echo "mm-redact: policy.yaml:$2" >want
    same want err
}

ok 'a pattern that is wrong is told with its place' '
    wrong "patterns: [{regex: \"a(b\"}]" "3:22: '"'a(b'"' is no pattern: missing closing parenthesis at its byte 4"
    wrong "patterns: [{regex: \"x*\"}]" "3:22: '"'x*'"' is no pattern: it matches an empty text"
    printf "ok\n\n# no\n[a-\n" >list
    wrong "patterns: [{file: list}]" "3:21: list:4: '"'[a-'"' is no pattern: missing terminating ] for character class at its byte 4"
    wrong "patterns: [{file: none}]" "3:21: none can not be opened: No such file or directory"
    wrong "patterns: [{entity: x, regex: a}]" "3:23: entity must be capitals, digits and _, as in CUSTOMER_ID"
    wrong "patterns: [{regex: a, check: crc}]" "3:32: check must be luhn, mod97, verhoeff, mod11-10 or gtin, not '"'crc'"'"
    wrong "dictionaries: [{entity: X}]" "3:18: a dictionary needs words, or a file of them"'

ok 'a pattern that takes too long on a record makes it a bad one' '
    printf "version: 1\nredact:\n  patterns: [{regex: \"(?:a+)+(?=c)b\"}]\n" >policy.yaml
    { echo "{\"a\":\"fine\"}"; printf "{\"a\":\"%s\"}\n" "$(printf "%060d" 0 | tr 0 a)b"; } >in
    status 3 mm-redact -q --policy policy.yaml in >out 2>err
    echo "{\"a\":\"fine\"}" >want
    same want out
    echo "mm-redact: in:2: a: a pattern of the policy takes too many steps on it" >want
    same want err'

ok 'ten thousand patterns and a hundred thousand words' '
    awk "BEGIN { for (i = 0; i < 10000; i++) printf \"key%05d[a-f0-9]{6}\\n\", i }" >patterns
    awk "BEGIN { for (i = 0; i < 100000; i++) printf \"wort%06d\\n\", i }" >words
    printf "version: 1\nredact:\n  patterns: [{entity: K, file: patterns}]\n  dictionaries: [{entity: W, file: words}]\n" >policy.yaml
    echo "{\"a\":\"key04711abcdef key10000abcdef Wort099999 wort100000\"}" | mm-redact -q --policy policy.yaml | jq -r .a >out
    echo "<K> key10000abcdef <W> wort100000" >want
    same want out'
finish
