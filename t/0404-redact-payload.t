#!/bin/sh
# Text payloads are redacted like strings, wherever they lie; what says where and how long follows.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'
needs command -v xxhsum -- 'no xxhsum'
printf 'Dear joe@example.org,\ncall +49 170 1234567.\n' >letter.txt
printf 'Dear <EMAIL>,\ncall <PHONE>.\n' >want.txt

redacted() {  # the record in `out` carries want.txt, and says so
    jq -r .mm.data out | base64 -d >got.txt
    same want.txt got.txt
    jq -r '"\(.mm.size) \(.mm.xxh3) \(.mm.ref)"' out >got
    echo "$(wc -c <want.txt) $(xxhsum -H2 want.txt | cut -d ' ' -f 1) null" >want
    same want got
    jq -c '.mm.redact.findings | map([.entity, .field, .span])' out >got
    echo '[["EMAIL","payload",[5,20]],["PHONE","payload",[27,42]]]' >want
    same want got
}
ok 'behind a ref' '
    echo "{\"mm\":{\"modality\":\"text\",\"type\":\"text/plain\",\"ref\":{\"path\":\"letter.txt\"}}}" >in
    mm-redact -q in >out; redacted'
ok 'in base64' '
    echo "{\"mm\":{\"modality\":\"text\",\"type\":\"text/plain\",\"data\":\"$(base64 -w 0 letter.txt)\"}}" >in
    mm-redact -q in >out; redacted'
ok 'in mmr' '
    mm-redact -q -b in | mm-redact -q -F ndjson >out; redacted'
ok 'a payload with nothing in it stays as it is, and so does its record' '
    echo "{\"a\":1,\"mm\":{\"modality\":\"text\",\"data\":\"$(printf clean | base64)\"}}" >in
    mm-redact -q in >out; same in out'
ok 'a payload of invalid UTF-8 is looked at all the same' '
    echo "{\"mm\":{\"modality\":\"text\",\"data\":\"$(printf "joe@example.org \377" | base64)\"}}" >in
    mm-redact -q in | jq -r .mm.data | base64 -d >out
    printf "<EMAIL> \377" >want
    same want out'
ok 'a ref whose path holds personal data never goes out' '
    printf clean >joe@example.org.txt
    echo "{\"mm\":{\"modality\":\"text\",\"ref\":{\"path\":\"joe@example.org.txt\"}}}" >in
    status 3 mm-redact -q in >out 2>err
    same /dev/null out
    echo "mm-redact: in:1: the path of its ref holds personal data; ingest it with --inline" >want
    same want err'
finish
