#!/bin/sh
# The ready policies: found by name, each over records that hold what it must remove, with what it must leave.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'
needs 'mm-redact --version | grep -q regex' -- 'built without regex'

# gone POLICY VALUES <RECORDS: none of the values (one a line, in a file) is left, no record is bad, and --verify finds nothing.
gone() {
    mm-redact -q --policy "$1" >out
    jq -c "del(.mm)" out >rest
    while read -r value; do ! grep -F -e "$value" rest || { echo "left: $value"; return 1; }; done <"$2"
    mm-redact -q --policy "$1" --verify out >left || { cat left; return 1; }
}

ok 'they are listed, and found by name by every tool' '
    mm-redact --policy list >got
    grep -q "^ccpa  *CCPA/CPRA: " got && grep -q "^gdpr  *GDPR: " got && grep -q "^hipaa-safe-harbor  *HIPAA Safe Harbor: " got && [ $(wc -l <got) = 3 ]
    echo "{\"a\":1}" >in.ndjson
    for tool in mm-redact mm-probe mm-store; do mm-select --policy gdpr true in.ndjson >out; $tool --policy list | same got -; done
    mm-select --policy hipaa-safe-harbor true in.ndjson | same in.ndjson -'
ok 'a file of that name comes first, and a name that is none is told with those there are' '
    printf "version: 1\nredact: {action: drop}\n" >gdpr
    echo "{\"a\":\"joe@corp.example.com\",\"b\":1}" | mm-redact -q --policy gdpr | jq -c "del(.mm)" >got; echo "{\"b\":1}" | same - got; rm gdpr
    status 2 mm-redact --policy hippa in.ndjson >out 2>err
    echo "mm-redact: --policy hippa: no such file, and no ready policy is called so; there are ccpa, gdpr and hipaa-safe-harbor" | same - err
    touch list; status 2 mm-redact --policy list in.ndjson >out 2>err; grep -q "list:1:1: " err; rm list'

ok 'HIPAA (A) names: under members, behind titles and labels' '
    printf "%s\n" "Public" "Gonzalez" "Quentin" "Neil" "Petra" >values
    echo "{\"name\":\"Joe Public\",\"who\":{\"last_name\":\"Petra\"},\"note\":\"Patient: Maria Gonzalez, seen by Dr. John Quentin Smith; Mr. O'\''Neil called\"}" | gone hipaa-safe-harbor values
    echo "{\"name\":\"<PERSON>\",\"who\":{\"last_name\":\"<PERSON>\"},\"note\":\"Patient: <PERSON>, seen by Dr. <PERSON>; Mr. <PERSON> called\"}" | same - rest'
ok 'HIPAA (B) places below a state: streets, cities, ZIP codes to three digits, 000 in the 17 small areas' '
    printf "%s\n" "Elm Grove" "Box 55" "Francisco" "94110" "1234" "Boston" "02139" "37.7749" >values
    echo "{\"note\":\"at 1234 Elm Grove Street, Apt 5; from San Francisco, CA 94110-1234, or P.O. Box 55\",\"city\":\"Boston\",\"zip\":\"02139\",\"at\":\"37.77493, -122.41942\"}" |
        gone hipaa-safe-harbor values
    jq -c "[.note, .city, .zip, .at]" rest >got; echo "[\"at <ADDRESS>; from <CITY>, CA 941, or <ADDRESS>\",\"<ADDRESS>\",\"021\",\"<COORDINATES>\"]" | same - got
    for z in 036 059 063 102 203 556 692 790 821 823 830 831 878 879 884 890 893; do printf "{\"zip\":\"%s01\"}\n{\"note\":\"zip code %s99\"}\n" $z $z; done >zips
    : >values; gone hipaa-safe-harbor values <zips; sort rest | uniq -c | tr -s " " >got
    printf " 17 {\"note\":\"zip code 000\"}\n 17 {\"zip\":\"000\"}\n" | same - got
    echo "{\"zip\":2139}" | mm-redact -q --policy hipaa-safe-harbor | jq -c .zip >got; echo "\"021\"" | same - got'
ok 'HIPAA (B) cities whose names begin with or hold letters beyond ASCII' '
    printf "%s\n" "Élan" "lan Ville" "Cañon" >values
    echo "{\"note\":\"from Élan Ville, TX to Cañon City, CO\"}" | gone hipaa-safe-harbor values
    jq -r .note rest >got; echo "from <CITY>, TX to <CITY>, CO" | same - got'
ok 'HIPAA (C) dates but for the year, and ages over 89' '
    printf "%s\n" "March" "03/07" "-05-06" "10:11" "02-03" "1928" "May" "5/12" "June" "93" "95" "97" "104" "20210506" "2021-05" >values
    echo "{\"age\":97,\"dob\":\"1928-02-03\",\"note\":\"A 93-year-old man, aged 95, his wife age 88 and mother 104 y.o.\",\"seen\":\"March 3, 2019, 03/07/2019, 2021-05-06T10:11:12Z, 12 May 2020, 3/4/2018 14:05\",\"more\":\"seen May 12 and on 5/12, since June 2018; visit 20210506; 2021-05 \"}" |
        gone hipaa-safe-harbor values
    jq -c . rest >got
    echo "{\"age\":\"90+\",\"dob\":\"<BIRTH_DATE>\",\"note\":\"A 90+-year-old man, aged 90+, his wife age 88 and mother 90+ y.o.\",\"seen\":\"2019, 2019, 2021, 2020, 2018\",\"more\":\"seen <DATE_PART> and on <DATE_PART>, since <DATE_PART> 2018; visit 2021; <DATE_PART> \"}" | same - got'
ok 'HIPAA (D) to (G) telephone, fax, mail, social security' '
    printf "%s\n" "555" "joe" "8726" >values
    echo "{\"note\":\"tel (212) 555-0123, fax +1 212 555 0199, joe@corp.example.com, SSN 536-22-8726\"}" | gone hipaa-safe-harbor values
    echo "{\"note\":\"tel <PHONE>, fax <PHONE>, <EMAIL>, SSN <US_SSN>\"}" | same - rest'
ok 'HIPAA (H) to (K) records, plans, accounts, licences' '
    printf "%s\n" "00123456" "XQZ1" "998877" "123456" "4TE5" "1111" >values
    echo "{\"mrn\":\"A1\",\"note\":\"MRN 00123456, member ID: XQZ123456789, Medicare 1EG4-TE5-MK73, account no. 998877-66, card 4111 1111 1111 1111, license number RN 123456\"}" |
        gone hipaa-safe-harbor values
    echo "{\"mrn\":\"<IDENTIFIER>\",\"note\":\"MRN <MEDICAL_RECORD>, member ID: <HEALTH_PLAN>, Medicare <US_MBI>, account no. <ACCOUNT>, card <CARD>, license number <LICENSE>\"}" | same - rest'
ok 'HIPAA (L), (M) vehicles and devices' '
    printf "%s\n" "7ABC123" "2633A0" "445566" "008123" "490154" >values
    echo "{\"note\":\"plate: 7ABC123, VIN 1HGCM82633A004352; serial number: PM-4455667, UDI (01)00812345678905(17)230101(21)ABC123, IMEI 490154203237518\"}" |
        gone hipaa-safe-harbor values
    echo "{\"note\":\"plate: <PLATE>, VIN <VIN>; serial number: <DEVICE>, UDI <DEVICE>, IMEI <IMEI>\"}" | same - rest'
ok 'HIPAA (N), (O), (R) addresses of sites and machines, other identifiers' '
    printf "%s\n" "joe" "clinic" "10.20" "e89b" "jdoe" >values
    echo "{\"username\":\"jdoe\",\"note\":\"https://example.com/p/joe?x=1 or www.clinic.example, from 10.20.30.40, id 123e4567-e89b-12d3-a456-426614174000\"}" |
        gone hipaa-safe-harbor values
    echo "{\"username\":\"<IDENTIFIER>\",\"note\":\"<WEB_ADDRESS> or <WEB_ADDRESS>, from <IP>, id <UUID>\"}" | same - rest'
ok 'HIPAA (P), (Q) biometrics go, and pictures, sound and films do not pass' '
    printf "%s\n" "a1b2c3" >values
    echo "{\"fingerprint\":\"a1b2c3\",\"x\":1}" | gone hipaa-safe-harbor values; echo "{\"x\":1}" | same - rest
    printf "GIF89a\001\000\001\000\200\000\000\000\000\000\377\377\377,\000\000\000\000\001\000\001\000\000\002\002D\001\000;" | base64 -w0 >gif
    printf "{\"mm\":{\"src\":\"a.gif\",\"data\":\"%s\"}}\n" "$(cat gif)" | status 3 mm-redact -q --policy hipaa-safe-harbor >out 2>err
    same /dev/null out; grep -q "the policy refuses payloads that are image" err'
ok 'HIPAA leaves what tells nobody apart' '
    : >values
    echo "{\"state\":\"CA\",\"year\":2019,\"age\":88,\"dose_mg\":250,\"note\":\"BP 120/80, 2 tablets for 14 days, in 2019 at age 67; 5/10 pain, room temperature\",\"code\":\"E11.9\"}" >in
    gone hipaa-safe-harbor values <in; same in rest'

ok 'GDPR: names, numbers, online identifiers, places; special categories are dropped' '
    printf "%s\n" "Erika" "Muster" "Allee" "10969" "4407" "2001:db8" "550e84" "jan@" "Lutheran" "union" "flu" "52.520" "86095742719" >values
    echo "{\"name\":\"Erika Muster\",\"home\":{\"street\":\"Allee 1\",\"postcode\":\"10969\"},\"religion\":\"Lutheran\",\"health\":{\"now\":\"flu\"},\"trade_union\":true,\"user_agent\":\"X\",\"note\":\"jan@corp.example.com, +44 7700 900123, IBAN DE89 3704 0044 0532 0130 00, Steuer-ID 86095742719 from 2001:db8::1, 550e8400-e29b-41d4-a716-446655440000\",\"at\":\"52.52001, 13.40495\",\"dob\":\"12.5.1984\"}" |
        gone gdpr values
    echo "{\"name\":\"<PERSON>\",\"home\":{\"street\":\"<ADDRESS>\",\"postcode\":\"<ADDRESS>\"},\"health\":{},\"user_agent\":\"<ONLINE_IDENTIFIER>\",\"note\":\"<EMAIL>, <PHONE>, IBAN <IBAN>, Steuer-ID <DE_TAX_ID> from <IP>, <UUID>\",\"at\":\"52.5, 13.4\",\"dob\":\"1980s\"}" | same - rest'
ok 'CCPA: identifiers, sensitive information, precise geolocation' '
    printf "%s\n" "Joe" "Elm" "94110" "8726" "1234567" "secret1" "Aleut" "37.774" "GA1.2" "/cart" >values
    echo "{\"name\":\"Joe P\",\"address\":\"1 Elm St\",\"zip\":\"94110\",\"password\":\"secret1\",\"race\":\"Aleut\",\"at\":\"37.77493, -122.41942\",\"note\":\"SSN 536-22-8726, passport 123456789, GA1.2.123456789.1600000000, https://shop.example/cart?u=1, driver license A1234567\",\"bought\":\"tea\"}" |
        gone ccpa values
    jq -c "[.name, .address, .zip, .password, .race, .at, .bought]" rest >got
    echo "[\"<PERSON>\",\"<ADDRESS>\",\"941\",null,null,\"37.8, -122.4\",\"tea\"]" | same - got'
ok 'each says of every paragraph what covers it and what does not' '
    f=$MM_BUILD/share/mmtools/policies
    for x in A B C D E F G H I J K L M N O P Q R; do grep -q "^#     ($x) " $f/hipaa-safe-harbor.yaml || { echo "($x)"; exit 1; }; done
    for x in A B C D E F G H; do grep -q "(v)(1)($x)" $f/ccpa.yaml || { echo "($x)"; exit 1; }; done
    for p in "$f"/*.yaml; do head -20 "$p" | grep -q gaps || { echo "$p"; exit 1; }; done'
finish
