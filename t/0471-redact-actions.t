#!/bin/sh
# Stand-ins: pseudonyms, format-preserving encryption, shifted and coarser values, synthetic ones.
. "${0%/*}/lib.sh"
needs built crypto -- 'this build leaves out crypto'
needs command -v jq -- 'no jq'
needs command -v python3 -- 'no python3'

umask 077
echo 0123456789abcdef0123456789abcdef >key
policy() { printf 'version: 1\nredact:\n  keys: {main: {file: key}}\n  names: false\n' >policy.yaml; sed 's/^/  /' >>policy.yaml; }
redact() { mm-redact -q --policy policy.yaml "$@" | jq -c 'del(.mm)'; }
refuses() {  # 'MESSAGE' <POLICY
    policy
    status 2 mm-redact -q --policy policy.yaml in >out 2>err
    same /dev/null out
    printf 'mm-redact: policy.yaml:%s\n' "$1" >want
    same want err
}
# Checked by somebody else's arithmetic.
cat >check.py <<'EOF'
def luhn(s):
    d = [int(c) for c in s if c.isdigit()]
    return sum(sum(divmod(2 * x, 10)) if i % 2 else x for i, x in enumerate(reversed(d))) % 10 == 0
def iban(s):
    s = s.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in s[4:] + s[:4])) % 97 == 1
EOF
echo '{}' >in

ok 'pseudonym: one person, one stand-in, however it is written' '
    policy <<-"EOF"
	entities: {PHONE: {action: pseudonym, country: "1"}, EMAIL: pseudonym, CARD: pseudonym}
	columns: {name: {action: pseudonym, as: name}, who: {action: pseudonym, as: name, subject: id}}
	EOF
    cat >rows <<-"EOF"
	{"id":1,"name":"Zoë  Kim","who":"a","e":"Joe@Example.org","c":"4111 1111 1111 1111","p":"+1 (415) 555-2671"}
	{"id":1,"name":" ZOË KIM","who":"b","e":"joe@example.org","c":"4111-1111-1111-1111","p":"(415) 555-2671"}
	{"id":2,"name":"zoe kim","who":"a","e":"jo@example.org","c":"5555 5555 5555 4444","p":"+44 20 7946 0958"}
	EOF
    redact rows >out
    jq -c "[.name,.who,.e,.c,.p]" out | sort -u | wc -l >got; echo 2 >want; same want got
    jq -s -c "[.[0].name != .[2].name, .[0].who != .[2].who, .[0].e != .[2].e, .[0].c != .[2].c, .[0].p != .[2].p]" out >got
    echo "[true,true,true,true,true]" >want; same want got
    jq -r "[.name,.who,.e,.c,.p] | join(\"|\")" out | grep -cxE "[A-Z][a-z]{4} [A-Z][a-z]{8}\|[A-Z][a-z]{4} [A-Z][a-z]{8}\|[a-z]{5}\.[a-z]{9}@example.org\|<CARD:[a-z]{5}-[a-z]{5}-[a-z]{5}>\|<PHONE:[a-z]{5}-[a-z]{5}-[a-z]{5}>" >got
    echo 3 >want; same want got'
ok 'pseudonyms are the same in another run, and others under another key' '
    redact rows | cmp - out
    mv key kept; echo ffffffffffffffffffffffffffffffff >key
    redact rows >other; mv kept key
    jq -r ".name,.e,.c" out >a; jq -r ".name,.e,.c" other >b
    ! grep -qxFf a b'
ok 'fpe keeps separators, check digits, numbers, and what it is told to keep' '
    policy <<-"EOF"
	action: fpe
	entities: {CARD: {action: fpe, keep_first: 6, keep_last: 4}}
	columns: {acct: {action: fpe}, code: {action: fpe, alphabet: ALNUM, keep_last: 1}}
	EOF
    cat >rows <<-"EOF"
	{"c":"4111 1111 1111 1111","i":"FR14 2004 1010 0505 0001 3M02 606","p":"+1 (415) 555-2671","m":"00:1b:44:11:3a:b7","e":"Joe.Kim@example.org","acct":123456,"code":"AB-12C"}
	{"c":4012888888881881,"i":"DE89370400440532013000","p":"+44 20 7946 0958","m":"00-1b-44-11-3a-b7","e":"joe.kim@example.org","acct":100000,"code":"ZZ-99Z"}
	EOF
    redact rows >out
    python3 - <<-"EOF"
	import json, re
	from check import luhn, iban
	shape = lambda s: re.sub("[a-z]", "a", re.sub("[A-Z]", "A", re.sub("[0-9]", "0", s)))
	a, b = [list(map(json.loads, open(f))) for f in ("rows", "out")]
	for x, y in zip(a, b):
	    c, d = str(x["c"]), str(y["c"])
	    assert luhn(d) and d != c and d[:7].replace(" ", "")[:6] == c[:7].replace(" ", "")[:6] and d[-4:] == c[-4:] and shape(c) == shape(d)
	    assert type(x["c"]) == type(y["c"]) and type(y["acct"]) == int and 100000 <= y["acct"] < 1000000 and y["acct"] != x["acct"]
	    assert iban(y["i"]) and shape(y["i"]) == shape(x["i"]) and y["i"] != x["i"] and y["i"][:2] == x["i"][:2]
	    assert shape(y["p"]) == shape(x["p"]) and y["p"] != x["p"]
	    assert re.fullmatch("[0-9a-f]{2}([:-][0-9a-f]{2}){5}", y["m"]) and y["m"][2] == x["m"][2]
	    assert re.fullmatch("[a-z0-9]{3}[.][a-z0-9]{3}@[a-z0-9]{7}[.]org", y["e"])
	    assert re.fullmatch("[A-Z0-9]{2}-[A-Z0-9]{2}" + x["code"][-1], y["code"])
	assert b[0]["e"] == b[1]["e"] and b[0]["m"].replace(":", "-") == b[1]["m"]
	EOF'
ok 'fpe gives every value another one' '
    policy <<-"EOF"
	columns: {acct: {action: fpe}}
	EOF
    seq 100000 109999 | sed "s/.*/{\"acct\":&}/" | redact | jq .acct >got
    sort -u got | wc -l >n; echo 10000 >want; same want n
    awk "length != 6" got >bad; same /dev/null bad'
ok 'fpe does not work on less than a million values, or on letters it does not know: bad records, nothing goes out' '
    printf "%s\n" "{\"acct\":\"12-345\"}" "{\"acct\":\"12345x\"}" "{\"acct\":\"éèê123456\"}" >rows
    status 3 mm-redact --policy policy.yaml rows >out 2>err
    same /dev/null out
    sed -n 1,3p err >got
    printf "mm-redact: rows:%s\n" "1: acct: a value too short or too long for fpe, which needs a million of its kind" \
        "2: acct: a character that the alphabet of fpe lacks" "3: acct: a character that the alphabet of fpe lacks" >want
    same want got'
ok 'shift moves all dates of a subject alike, keeps their form, and no date stays' '
    policy <<-"EOF"
	subject: id
	columns: {t: {action: shift, as: date, days: 30}, u: {action: shift, as: date, days: 30}}
	entities: {BIRTH_DATE: {action: shift, days: 30}}
	EOF
    for id in 1 2 3 4 5 6 7 8; do
        printf "{\"id\":%s,\"t\":\"1990-06-12T10:00:00Z\",\"u\":\"%s\",\"dob\":\"12.06.1990\"}\n" $id "June 12th, 1990" $id "6/12/90" $id "12 juin 1990" \
            $id "1990年6月12日"; done >rows
    redact rows >out
    python3 - <<-"EOF"
	import json, re, datetime as D
	months = "january february march april may june july august september october november december".split()
	mois = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
	seen = {}
	for k, r in enumerate(map(json.loads, open("out"))):
	    t = D.date.fromisoformat(r["t"][:10]); assert r["t"][10:] == "T10:00:00Z"
	    by = (t - D.date(1990, 6, 12)).days
	    assert by and abs(by) <= 30 and seen.setdefault(r["id"], by) == by
	    assert r["dob"] == t.strftime("%d.%m.%Y")
	    th = "th" if 10 < t.day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(t.day % 10, "th")
	    assert r["u"] == [f"{months[t.month-1].title()} {t.day}{th}, {t.year}", f"{t.month}/{t.day}/90",
	                      f"{t.day} {mois[t.month-1]} {t.year}", f"{t.year}年{t.month}月{t.day}日"][k % 4], r
	assert len(set(seen.values())) > 3
	EOF'
ok 'shift: no subject, no date: bad records' '
    printf "%s\n" "{\"t\":\"1990-05-12\"}" "{\"id\":1,\"t\":\"soon\"}" "{\"id\":null,\"t\":\"1990-05-12\"}" >rows
    status 3 mm-redact --policy policy.yaml rows >out 2>err
    same /dev/null out
    sed -n 1,3p err >got
    printf "mm-redact: rows:%s\n" "1: t: no text or number stands at the path \`subject\` of the policy" "2: t: no whole date that can be shifted" \
        "3: t: no text or number stands at the path \`subject\` of the policy" >want
    same want got'
ok 'generalize' '
    policy <<-"EOF"
	action: generalize
	columns:
	  age: {action: generalize, bands: 10}
	  old: {action: generalize, bands: [18, 30, 65]}
	  x: {action: generalize, bands: 0.5}
	  zip: {action: generalize, prefix: 3}
	  when: {action: generalize, to: month}
	  lat: {action: generalize, decimals: 2}
	EOF
    cat >rows <<-"EOF"
	{"age":34,"old":17,"x":1.7,"zip":94110,"when":"May 12, 1990","lat":52.520008,"dob":"12.5.1990","ip":"203.0.114.9 and 2001:db8:1:2::3","at":"52.520008, 13.404954"}
	{"age":"40","old":18,"x":-0.1,"zip":"SW1A 1AA","when":"1990-05-12T10:00","lat":-0.001,"dob":"born in May 1, 1989","e":"joe@example.org"}
	{"age":-5,"old":65.5,"zip":"é1é2","when":"1987","lat":"N 52.5","gps":"52° 31′ 12″ N 13° 24′ 18″ E"}
	EOF
    redact rows >got
    cat >want <<-"EOF"
	{"age":"30-39","old":"<18","x":"1.5..2","zip":"941**","when":"1990-05","lat":52.52,"dob":"1990","ip":"203.0.114.0/24 and 2001:db8:1::/48","at":"52.5, 13.4"}
	{"age":"40-49","old":"18-29","x":"-0.5..0","zip":"SW1* ***","when":"1990-05","lat":-0.00,"dob":"born in 1989","e":"<EMAIL>"}
	{"age":"-10..-1","old":"65+","zip":"é1é*","when":"1987","lat":"N 52.5","gps":"52°N 13°E"}
	EOF
    jq -c . want >want.c; same want.c got'
ok 'synthetic: the same shape, right check digits, ranges that are nobody'"'"'s; and no detector minds them' '
    policy <<-"EOF"
	action: synthetic
	columns: {name: {action: synthetic, as: name}}
	EOF
    cat >rows <<-"EOF"
	{"c":"4111 1111 1111 1111","n":378282246310005,"i":"DE89 3704 0044 0532 0130 00","j":"FR1420041010050500013M02606","p":"+1 (415) 555-2671","q":"+44 20 7946 0958","r":"+49 30 901820","t":"+33 6 12 34 56 78","u":"+39 06 6982","ip":"10.1.2.3","v":"fe80::1ff:fe23:4567:890a","m":"00:1B:44:11:3A:B7","s":"536-22-8726","dob":"12 May 1990","at":"52.520008, 13.404954","e":"joe@kim.org","name":"Zoë Kim"}
	EOF
    mm-redact -q --policy policy.yaml rows >out
    python3 - <<-"EOF"
	import json, re
	from check import luhn, iban
	r = json.load(open("out"))
	for key, shape in {"c": r"9999 \d{4} \d{4} \d{4}", "i": r"DE\d\d 0\d{3} \d{4} \d{4} \d{4} \d\d", "j": r"ZZ\d{19}[A-Z]\d{5}",
	        "p": r"\+1 \(\d{3}\) 555-01\d\d", "q": r"\+44 77 0090 0\d{3}", "r": r"\+493023125\d{3}", "t": r"\+33 1 99 00 \d\d \d\d",
	        "ip": r"(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+", "v": r"2001:db8:[0-9a-f:]+", "m": r"[0-9A-F]6(:[0-9A-F]{2}){5}", "s": r"666-\d\d-\d{4}",
	        "dob": r"\d{1,2} [A-Z][a-z]+ 18\d\d", "at": r"-4[5-9]\.\d{3}, -12[0-4]\.\d{3}", "e": r"[a-z]+\.[a-z]+@example\.(com|org)", "name": r"[A-Z][a-z]+ [A-Z][a-z]+"}.items():
	    assert re.fullmatch(shape, r[key]), (key, r[key])
	assert luhn(r["c"]) and luhn(str(r["n"])) and len(str(r["n"])) == 15 and str(r["n"]).startswith("9999")
	assert iban(r["i"]) and iban(r["j"])
	assert {f["action"] for f in r["mm"]["redact"]["findings"]} == {"synthetic"}
	EOF'
ok 'the section'"'"'s action: what it can not work on is replaced; what it can never work on is an error' '
    echo "action: synthetic" | policy
    echo "{\"k\":\"AKIAIOSFODNN7EXAMPLE\",\"u\":\"https://joe:secret9@example.org\"}" | redact >got
    jq -r .k got | grep -qx "<SECRET>"
    echo "action: shift" | refuses "5:11: action shift: it needs a \`subject\`: the field that says whose the dates are"
    echo "entities: {SECRET: synthetic}" |
        refuses "5:22: action synthetic on SECRET: no range of such values is nobody'"'"'s; say \`as\` what they are, or use pseudonym"
    echo "columns: {a: generalize}" | refuses "5:16: action generalize on FIELD: say how: by bands, prefix, decimals or to, or \`as: date, place or ip\`"
    echo "columns: {a: {action: generalize, bands: [1, 1]}}" | refuses "5:48: bands must rise"
    echo "columns: {a: {action: generalize, bands: 10, prefix: 2}}" | refuses "5:16: action generalize on FIELD: one of bands, prefix, decimals and to says how"
    echo "columns: {a: {action: generalize, to: week}}" | refuses "5:41: to must be one of year, month, decade, zip3, not '"'week'"'"
    echo "columns: {a: {action: fpe, alphabet: aa}}" |
        refuses "5:16: action fpe on FIELD: an alphabet is digits, hex, lower, upper, alnum, ALNUM, Alnum, or ASCII characters, each once"
    echo "entities: {IP: fpe}" | refuses "5:18: action fpe on IP: addresses, dates and places have no digits that are all free; use generalize, shift or token"
    echo "columns: {a: {action: pseudonym, as: bird}}" |
        refuses "5:40: nothing is known of '"'bird'"'; \`as\` takes code, name, email, phone, card, iban, ssn, ip, mac, date, place and number"
    echo "columns: {a: {action: shift, as: date, subject: id, days: 0}}" | refuses "5:61: days must be from 1 to 36500"'
ok 'the example of mm-policy(5) holds' '
    sed -n "/^\.Bd -literal -offset indent/,/^\.Ed/p" "$T/../man/mm-policy.5" | sed "/^\.E\?[BE]d/d" | sed -n "/threshold: 0.6/,/contact:/p" >body
    (echo "version: 1"; echo "redact:"; cat body) >example.yaml
    cp key redact.key
    echo "{\"meta\":{\"build\":\"joe@example.org\"},\"e\":\"joe@example.org\",\"c\":\"4111 1111 1111 1111\",\"ip\":\"10.1.2.3\",\"p\":\"+1 (415) 555-2671\",\"dob\":\"12 May 1990\",\"customer\":{\"no\":7,\"name\":\"Zoë\",\"age\":34,\"zip\":\"94110\"},\"account\":\"12345678\",\"visits\":[\"2020-01-01\",\"2020-01-31\"],\"contact\":\"+1 (415) 555-2671\"}" |
        mm-redact -q --policy example.yaml >out
    python3 - <<-"EOF"
	import json, re, datetime as D
	r = json.load(open("out"))
	a, b = map(D.date.fromisoformat, r["visits"])
	assert (b - a).days == 30 and 1 <= abs((a - D.date(2020, 1, 1)).days) <= 30
	c = r["customer"]
	assert re.fullmatch("<mmt1:CUSTOMER:[a-p]{8}:[a-p]{34}>", c["no"]) and re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+", c["name"])
	assert (c["age"], c["zip"], r["c"], r["ip"], r["dob"], r["p"]) == ("30-44", "941**", "***************1111", "10.1.2.3", "1990s", "[PHONE]")
	assert re.fullmatch(r"\d{6}78", r["account"]) and re.fullmatch(r"\+1 \(\d{3}\) 555-01\d\d", r["contact"])
	assert re.fullmatch("<EMAIL:[0-9a-f]{16}>", r["e"]) and r["meta"]["build"] == "joe@example.org"
	EOF'
ok 'the same bytes for any number of workers' '
    printf "action: synthetic\nentities: {EMAIL: pseudonym, CARD: fpe, BIRTH_DATE: generalize}\n" | policy
    for i in 1 2 3 4 5 6 7 8 9; do echo "{\"e\":\"joe$i@example.org\",\"c\":\"4111111111111111\",\"p\":\"+49 30 90182$i\",\"dob\":\"199$i-01-02\"}"; done >some
    for i in 1 2 3 4 5 6 7 8 9; do cat some some some some; done >many
    mm-redact -q -j1 --policy policy.yaml many >a; mm-redact -q -j4 --policy policy.yaml many | cmp - a
    ! grep -q "<EMAIL>" a'
finish
