#!/bin/sh
# mm-redact knows national numbers: by proof wherever they stand, by the words beside them, and by the keys above them.
. "${0%/*}/lib.sh"

values() { sed 's/,"mm":.*/}/'; }

ok 'a number that proves itself goes wherever it stands' '
    cat >in <<-"EOF"
	{"t":"ABN 51 824 753 556, DNI 12345678Z, and 529.982.247-25 for Ana"}
	{"t":"IBAN none, NIN AB 12 34 56 C; VIN 1M8GDM9AXKP042788"}
	EOF
    cat >want <<-"EOF"
	{"t":"ABN <AU_ABN>, DNI <ES_NIF>, and <BR_CPF> for Ana"}
	{"t":"IBAN none, NIN <UK_NINO>; VIN <VIN>"}
	EOF
    mm-redact -q in | values >out
    same want out'

ok 'plain digits go by the key they stand under, as a number too' '
    cat >in <<-"EOF"
	{"tfn":876543210,"passportNumber":"912803456","bsn":"111222333","amount":876543210,"total":"912803456"}
	EOF
    cat >want <<-"EOF"
	{"tfn":"<AU_TFN>","passportNumber":"<US_PASSPORT>","bsn":"<NL_BSN>","amount":876543210,"total":"912803456"}
	EOF
    mm-redact -q in | values >out
    same want out'

ok 'a whole string goes by its check digit, but not under keys of what machines give out' '
    printf "%s\n" "{\"text\":\"4010232137\"}" "{\"id\":\"4010232137\"}" "{\"order\":\"4010232137\"}" "{\"text\":\"4010232138\"}" >in
    printf "%s\n" "{\"text\":\"<UK_NHS>\"}" "{\"id\":\"4010232137\"}" "{\"order\":\"4010232137\"}" "{\"text\":\"4010232138\"}" >want
    mm-redact -q in | values >out
    same want out'

ok 'escapes beside a number hide nothing' '
    printf "%s\n" "{\"t\":\"a\\nAB12 CDE\"}" "{\"t\":\"151\\/815\\/08156\"}" "{\"t\":\"born 12\\/05\\/1990\"}" >in
    printf "%s\n" "{\"t\":\"a\\n<UK_VEHICLE_REGISTRATION>\"}" "{\"t\":\"<DE_TAX_NUMBER>\"}" "{\"t\":\"born <BIRTH_DATE>\"}" >want
    mm-redact -q in | values >out
    same want out'

ok 'an entity can be asked for alone, and switched off' '
    echo "{\"t\":\"12345678Z and AB123456C\"}" >in
    mm-redact -q -e es-nif in | values >out
    echo "{\"t\":\"<ES_NIF> and AB123456C\"}" | diff - out
    printf "version: 1\nredact:\n  entities:\n    ES_NIF: false\n" >p.yaml
    mm-redact -q --policy p.yaml in | values >out
    echo "{\"t\":\"12345678Z and <UK_NINO>\"}" | diff - out'

ok 'the page names every entity that is listed' '
    mm-redact --list | while read -r name entity about; do
        grep -qxF ".It Cm $name Ta $entity Ta $about" "$T/../man/mm-redact.1" || { echo "$name"; exit 1; }
    done'

finish
