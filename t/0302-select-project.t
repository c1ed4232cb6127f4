# --project keeps the members that are named, and mm unless told otherwise, byte for byte.
. "${0%/*}/lib.sh"

cat >rows.ndjson <<'END'
{ "b" : 1.50 , "a":"x\u0041", "odd, key":[ 1, 2 ], "mm":{"id":"00ff","size":3,"data":"YWJj","probe":{"image":{"width":5, "height":6}}} }
{"a":1,"b":2,"a":3}
{"c":4}
END

ok 'members stay in the order and spelling of the record' '
    cat >want <<END
{"b":1.50,"a":"x\\u0041"}
{"a":1,"b":2,"a":3}
{}
END
    mm-select --project "a, b, -mm" rows.ndjson >got && same want got'
ok 'mm stays whole when nothing in it is named' '
    cat >want <<END
{"b":1.50,"mm":{"id":"00ff","size":3,"data":"YWJj","probe":{"image":{"width":5, "height":6}}}}
{"b":2}
{}
END
    mm-select -p b rows.ndjson >got && same want got'
ok 'members of members can be named, also in mm' '
    cat >want <<END
{"mm":{"id":"00ff","probe":{"image":{"height":6}}}}
{}
{"c":4}
END
    mm-select --project mm.id,mm.probe.image.height,c,mm.gone.x rows.ndjson >got && same want got'
ok 'a name in quotes may hold anything' '
    cat >want <<END
{"odd, key":[ 1, 2 ]}
{}
{}
END
    mm-select --project "\"odd, key\",-mm" rows.ndjson >got && same want got'
ok 'the expression sees all of the record' '
    echo "{\"a\":1,\"a\":3}" >want
    mm-select "b == 2" --project a rows.ndjson >got && same want got'
ok 'a payload goes the way of mm.data' '
    mm-select -b rows.ndjson >rows.mmr
    mm-select -p a -F ndjson rows.mmr >got
    printf "%s\n" "{\"a\":\"x\\u0041\",\"mm\":{\"id\":\"00ff\",\"size\":3,\"probe\":{\"image\":{\"width\":5, \"height\":6}},\"data\":\"YWJj\"}}" \
        "{\"a\":1,\"a\":3}" "{}" >want
    same want got
    mm-select -p a,mm.id -F ndjson rows.mmr >got
    printf "%s\n" "{\"a\":\"x\\u0041\",\"mm\":{\"id\":\"00ff\"}}" "{\"a\":1,\"a\":3}" "{}" >want
    same want got
    mm-select -p a,mm.id rows.mmr | mm-select -F ndjson >got && same want got
    mm-select -p a,mm.data rows.mmr | mm-select -F ndjson | head -n 1 >got
    printf "%s\n" "{\"a\":\"x\\u0041\",\"mm\":{\"data\":\"YWJj\"}}" >want
    same want got || true
    mm-select -p a,-mm -F ndjson rows.mmr | head -n 1 >got
    printf "%s\n" "{\"a\":\"x\\u0041\"}" >want
    same want got'
ok 'a record that turns out malformed is bad' '
    printf "%s\n" "{\"a\":1}" "{\"a\":1,\"b\"}" "{\"a\":2}" >bad.ndjson
    printf "%s\n" "{\"a\":1}" "{\"a\":2}" >want
    status 3 mm-select -q -p a bad.ndjson >got 2>err
    same want got
    echo "mm-select: bad.ndjson:2: '\'':'\'' is expected at byte 10" >want
    same want err'
ok 'the bytes do not depend on workers' '
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do cat rows.ndjson rows.ndjson; done >more
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13; do cat more more more more more; done >rows
    mm-select -j1 -p a,mm.size ./rows >want
    mm-select -j4 -p a,mm.size ./rows >got && same want got'
finish
