#!/bin/sh
# Personal data that stands between delimiters, as in lines of a table that nobody took apart.
. "${0%/*}/lib.sh"
needs command -v mm-redact -- 'mm-redact is not built'
fields='Ada~ada@example.com~+44 20 7946 0103~4111111111111111~2014-05-11~203.0.113.42~DE89370400440532013000~536-90-4399 (SSN)~plus'
want='Ada~<EMAIL>~<PHONE>~<CARD>~2014-05-11~<IP>~<IBAN>~<US_SSN> (SSN)~plus'
for d in , ';' '\t' ', ' '; '; do
    ok "between '$d'" "
        printf '{\"a\":\"%s\"}\n' \"\$(echo '$fields' | awk -v d='$d' '{ gsub(\"~\", d == \"\\t\" ? \"\\\\\\\\t\" : d) } 1')\" >in
        echo '$want' | awk -v d='$d' '{ gsub(\"~\", d) } 1' >want
        mm-redact -q in | jq -r .a >got
        same want got
    "
done
ok 'a number in thousands, or a list of short ones, is none' '
    printf "%s\n" "{\"a\":\"1,234,567,890,123,456 and 4,111,111,111,111,111\"}" "{\"a\":\"1,2,3,4,5\"}" >in
    mm-redact -q in | jq -r .a >got
    jq -r .a in >want
    same want got
'
finish
