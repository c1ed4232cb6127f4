#!/bin/sh
# mm-redact tells numbers and codes from what only begins, ends or reads like them.
. "${0%/*}/lib.sh"

reads() { mm-redact -q in | jq -c 'del(.mm)' >out; same want out; }

ok 'twelve digits of sixteen in fours are no card; a card beside other numbers is one' '
    cat >in <<-"EOF"
	{"a":"1234 5678 9012 3456","b":"order 1234 5678 9012 3456 shipped"}
	{"a":"card 4111 1111 1111 1111 of 2021"}
	EOF
    cat >want <<-"EOF"
	{"a":"1234 5678 9012 3456","b":"order 1234 5678 9012 3456 shipped"}
	{"a":"card <CARD> of 2021"}
	EOF
    reads'

ok 'a number that an order leads to is no telephone for a word of telephones behind it' '
    cat >in <<-"EOF"
	{"a":"Order 0301234567; phone us","b":"Order 030 1234567 (shipped). Telefon kaputt"}
	{"a":"Order by phone: 030 1234567","b":"030 1234567 is my phone for the order"}
	EOF
    cat >want <<-"EOF"
	{"a":"Order 0301234567; phone us","b":"Order 030 1234567 (shipped). Telefon kaputt"}
	{"a":"Order by phone: <PHONE>","b":"<PHONE> is my phone for the order"}
	EOF
    reads'

ok 'positions have signs, blanks and few decimals where the key says what they are' '
    cat >in <<-"EOF"
	{"a":"48.8584, +2.2945 and 48.8584,+2.2945","location":"48.85, +2.29"}
	{"a":"48.85, +2.29","location":"48.85, 2.29"}
	EOF
    cat >want <<-"EOF"
	{"a":"<COORDINATES> and <COORDINATES>","location":"<COORDINATES>"}
	{"a":"48.85, +2.29","location":"<COORDINATES>"}
	EOF
    reads'

ok 'codes of banks without digits, and postcodes beside their words, are found; other capitals and fives stay' '
    cat >in <<-"EOF"
	{"bic":"DEUTDEFF","a":"SWIFT: DEUTDEFFXXX","b":"DEUTDEFF"}
	{"plz":"10115","a":"Postleitzahl 10115 Berlin"}
	{"plz":10115,"n":10115,"a":"line\nPLZ 10115"}
	{"b":"10115","a":"10115 rows"}
	EOF
    cat >want <<-"EOF"
	{"bic":"<SWIFT_BIC>","a":"SWIFT: <SWIFT_BIC>","b":"DEUTDEFF"}
	{"plz":"<DE_POSTCODE>","a":"Postleitzahl <DE_POSTCODE> Berlin"}
	{"plz":"<DE_POSTCODE>","n":10115,"a":"line\nPLZ <DE_POSTCODE>"}
	{"b":"10115","a":"10115 rows"}
	EOF
    reads'

ok 'groups of digits in columns that a tab divides are no one number' '
    cat >in <<-"EOF"
	{"a":"212\t555\t0123"}
	EOF
    cp in want
    mm-redact -q in >out
    same want out'
finish
