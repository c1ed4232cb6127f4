#!/bin/sh
# mm-redact finds names of persons, addresses of houses and organisations by lists and by what stands beside them.
. "${0%/*}/lib.sh"

reads() { mm-redact -q in | jq -r .a >out; same want out; }

ok 'behind titles, greetings, "my name is", and at the end of letters' '
    cat >in <<-"EOF"
	{"a":"Mr. Smith met Dr. Angela Weiss, Frau Müller-Lüdenscheidt, Mme Dupont and Signora Rossi."}
	{"a":"Hello, my name is Kofi Annan. Mein Name ist Jörg Überall, je m'"'appelle"' Zoé Martin, me llamo Pilar Ruiz."}
	{"a":"Dear Anna, Hallo Jürgen, Querida Beatriz!"}
	{"a":"See you.\nBest regards,\nJohn Q. Public"}
	{"a":"Mit freundlichen Grüßen\nHans-Peter Schmidt\nVertrieb"}
	EOF
    cat >want <<-"EOF"
	Mr. <PERSON> met Dr. <PERSON>, Frau <PERSON>, Mme <PERSON> and Signora <PERSON>.
	Hello, my name is <PERSON>. Mein Name ist <PERSON>, je mappelle <PERSON>, me llamo <PERSON>.
	Dear <PERSON>, Hallo <PERSON>, Querida <PERSON>!
	EOF
    printf "%s\n" "See you." "Best regards," "<PERSON>" "Mit freundlichen Grüßen" "<PERSON>" "Vertrieb" >>want
    sed -i "s/m.appelle/m'"'\\''"'appelle/" in
    sed -i "s/je mappelle/je m'"'\\''"'appelle/" want
    reads'

ok 'given and family names of many countries, with initials, particles and two family names' '
    cat >in <<-"EOF"
	{"a":"John Smith, Mary Ann O’Brien, Ludwig van Beethoven, Gabriel García Márquez, Maria da Silva, Jan de Vries"}
	{"a":"Katarzyna Kowalska; Lars Andersson; Hiroshi Tanaka; Rahul Sharma; Mehmet Yılmaz; Olena Shevchenko; Nowak, Andrzej"}
	EOF
    cat >want <<-"EOF"
	<PERSON>, <PERSON>, <PERSON>, <PERSON>, <PERSON>, <PERSON>
	<PERSON>; <PERSON>; <PERSON>; <PERSON>; <PERSON>; <PERSON>; <PERSON>
	EOF
    reads'

ok 'addresses in the orders of several languages, with postcode and place' '
    cat >in <<-"EOF"
	{"a":"lives at 12 Main Street, Springfield, IL 62704 now, before at 221B Baker Street"}
	{"a":"Hauptstraße 12, 10115 Berlin und Berliner Str. 5a; Keizersgracht 123, 1017 AB Amsterdam"}
	{"a":"12 rue de la Paix, 75001 Paris; 5 bis avenue Victor Hugo"}
	{"a":"Calle Mayor 12, 28013 Madrid; Viale Giuseppe Verdi 10; ul. Marszałkowska 12/3; Rua Augusta, 123; Storgatan 5"}
	EOF
    cat >want <<-"EOF"
	lives at <ADDRESS> now, before at <ADDRESS>
	<ADDRESS> und <ADDRESS>; <ADDRESS>
	<ADDRESS>; <ADDRESS>
	<ADDRESS>; <ADDRESS>; <ADDRESS>; <ADDRESS>; <ADDRESS>
	EOF
    reads'

ok 'organisations by their legal form' '
    cat >in <<-"EOF"
	{"a":"Acme GmbH, Foo Bar Ltd., Procter & Gamble Co., the Example Corporation, Dom Sp. z o.o., Rossi S.p.A."}
	EOF
    cat >want <<-"EOF"
	<ORGANIZATION>, <ORGANIZATION>, <ORGANIZATION>, the <ORGANIZATION>, <ORGANIZATION>, <ORGANIZATION>
	EOF
    reads'

ok 'members called so; those that may be called so when the value looks like it' '
    cat >in <<-"EOF"
	{"first_name":"anna","lastName":"Xyz","name":"Anna Schmidt","address":"12 Hill Rise","city":"Berlin"}
	{"name":"member_19071","author":"unknown","names":["Peter Müller","Tea"],"address":"joe at home","file_name":"a.png"}
	{"vorname":["Uwe","Ute"],"shipping_address":{"street":"Somewhere 1"},"surname":17}
	EOF
    mm-redact -q in | jq -c "del(.mm)" >out
    cat >want <<-"EOF"
	{"first_name":"<PERSON>","lastName":"<PERSON>","name":"<PERSON>","address":"<ADDRESS>","city":"Berlin"}
	{"name":"member_19071","author":"unknown","names":["<PERSON>","Tea"],"address":"joe at home","file_name":"a.png"}
	{"vorname":["<PERSON>","<PERSON>"],"shipping_address":{"street":"<ADDRESS>"},"surname":17}
	EOF
    same want out'

ok 'what only looks like a name stays' '
    cat >in <<-"EOF"
	{"a":"The Paris Hilton hotel in San Jose; April Showers; Virginia Beach; Will you go? Dear Customer, dear Team."}
	{"a":"Dr. Oetker Straße took 12 Main threads; 3 Street lights; Order 5 Park; version 3 Drive; In May 2020 Johnson said"}
	{"a":"St. John Street, Victoria Station, Mark Twain Award, Jordan River, 5 KG, Las Vegas NV 89109"}
	EOF
    mm-redact -q in >out
    same in out'

ok 'weaker findings are there for who lowers the threshold' '
    printf "version: 1\nredact:\n  threshold: 0.4\n" >policy.yaml
    echo "{\"a\":\"Anna Xyzzy of Volvo AB\",\"city\":\"Berlin\"}" | mm-redact -q --policy policy.yaml | jq -c "del(.mm)" >out
    echo "{\"a\":\"<PERSON> of <ORGANIZATION>\",\"city\":\"<ADDRESS>\"}" >want
    same want out'
finish
