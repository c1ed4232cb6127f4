# mm-ingest: rows of CSV and TSV become records whose members are the columns.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'

own='jq -c del(.mm)'

cat >tickets.csv <<'E1'
id,customer,amount,open,zip,note
1,Ann,12.50,true,01234,"said ""no"",
twice"
2,Bob,,FALSE,+49 30,
E1
version=$(mm-ingest --version | sed -n '1s,.* ,,p')
cat >want <<E1
{"id":1,"customer":"Ann","amount":12.50,"open":true,"zip":"01234","note":"said \"no\",\ntwice","mm":{"id":"ID","src":"tickets.csv#1","modality":"row","via":[{"tool":"mm-ingest $version"}]}}
{"id":2,"customer":"Bob","amount":null,"open":false,"zip":"+49 30","note":null,"mm":{"id":"ID","src":"tickets.csv#2","modality":"row","via":[{"tool":"mm-ingest $version"}]}}
E1
ok 'a row becomes a record, numbers spelled as they were' '
    mm-ingest tickets.csv | sed "s/\"id\":\"[0-9a-f]\{32\}\"/\"id\":\"ID\"/" >out
    same want out'

ok 'the same bytes for any number of workers, from a pipe and from a file' '
    python3 -c "
import random
r = random.Random(5)
print(\"a,b,c\")
for i in range(60000): print(\"%d,%s,%s\" % (i, \"x\" * r.randrange(40), \"\\\"q,\\n%d\\\"\" % i if i % 7 == 0 else r.random()))" >big.csv
    mm-ingest -j1 big.csv >one
    mm-ingest -j3 big.csv >three
    same one three
    [ "$(wc -l <one)" = 60000 ]
    jq -r .mm.id one | sort | uniq -d >twice
    [ ! -s twice ]'

printf 'a,b\n1,2\n3\n4,"x"y\n5,6\n7,"open\n' >bad.csv
ok 'bad rows are told with line, row and column, kept as dead letters, and the rest goes on' '
    status 3 mm-ingest --dead-letter dead bad.csv >out 2>err
    $own out >got
    printf "%s\n" "{\"a\":1,\"b\":2}" "{\"a\":5,\"b\":6}" >want
    same want got
    cat >want <<E
mm-ingest: bad.csv:3: row 2, column 2 (b): missing, 1 field where the header has 2
mm-ingest: bad.csv:4: row 3, column 2 (b): text follows a closing quote; quotes inside a quoted field are doubled
mm-ingest: bad.csv:6: row 5, column 2 (b): a quote is not closed
E
    grep bad.csv: err >got
    same want got
    grep -q " 5 in, 2 out, 0 dropped, 3 bad" err
    for b in $(jq -r .raw_base64 dead); do echo "$b" | base64 -d; echo; done >got
    printf "%s\n" 3 "4,\"x\"y" "7,\"open" >want
    same want got'

ok 'what is on standard input is told by its content' '
    printf "a;b;c\n1;2,5;x\n4;5;y\n" | mm-ingest - | $own >out
    printf "%s\n" "{\"a\":1,\"b\":\"2,5\",\"c\":\"x\"}" "{\"a\":4,\"b\":5,\"c\":\"y\"}" >want
    same want out'

ok 'header, delimiter and types as they are asked for' '
    printf "1:x\n" | mm-ingest --format csv --header no --delimiter : --types column_1=string - | $own >out
    echo "{\"column_1\":\"1\",\"column_2\":\"x\"}" >want
    same want out
    printf "n\nx\n" | status 3 mm-ingest --format csv --types n=number - 2>err
    grep -q "row 1, column 1 (n): no number; --types says it is one" err
    status 2 mm-ingest --types n=real tickets.csv 2>err
    grep -q "string, number, boolean or auto is expected" err'

ok 'other encodings become UTF-8, and mm.charset says from which' '
    printf "name,town\nJos\351,K\366ln\nZo\353,Li\350ge\nRen\351,Malm\366\n" >latin.csv
    mm-ingest --charset latin1 latin.csv | jq -c "[.name,.town,.mm.charset]" | head -n 1 >out
    echo "[\"José\",\"Köln\",\"ISO-8859-1\"]" >want
    same want out
    iconv -f latin1 -t UTF-8 latin.csv | sed "1d; s/.*,//" >want
    iconv -f latin1 -t UTF-16 latin.csv >wide.csv
    mm-ingest wide.csv | jq -r .town >out
    same want out'

cat >compare.py <<'E1'
import csv, io, json, random, subprocess, sys
rnd = random.Random(11)
def ours(text, d):
    p = subprocess.run(["mm-ingest", "-q", "-j1", "--format", "csv", "--header", "no", "--strings", "--delimiter", d, "-"],
                       input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    rows = []
    for line in p.stdout.decode().splitlines():
        row = json.loads(line)
        del row["mm"]
        rows.append(list(row.values()))
    return rows, p.stderr.decode().count("\n")
def line_ends(s):
    return s.replace("\r\n", "\n").replace("\r", "\n")
for turn in range(60):
    d = rnd.choice(",;\t|")
    if turn % 2:
        quoting = rnd.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
        chars = 'ab1.,;|\t"\n\\ é日' + ("\r" if quoting == csv.QUOTE_ALL else "")
        k = rnd.randint(2, 5)
        out = io.StringIO(newline="")
        w = csv.writer(out, delimiter=d, quoting=quoting, lineterminator=rnd.choice(["\n", "\r\n"]))
        for _ in range(rnd.randint(1, 60)):
            w.writerow(["".join(rnd.choice(chars) for _ in range(rnd.choice([0, 1, 2, 9, 70, 300]))) for _ in range(k)])
        text = out.getvalue()
    else:
        text = "".join(rnd.choice(["a", "b", '"', d, "\n", "\r\n", '""', "1", '"x"', '"y' + d + 'z"']) for _ in range(rnd.randint(1, 200)))
    try:
        want = [r for r in csv.reader(io.StringIO(text, newline=""), delimiter=d, strict=True) if r]
    except csv.Error:
        assert ours(text, d)[1] > 0, text
        continue
    k = len(want[0]) if want else 0
    sound = [[line_ends(f) for f in r] for r in want if len(r) == k]
    rows, bad = ours(text, d)
    assert rows == sound, (text, sound, rows)
    assert bad == len(want) - len(sound), (text, bad)
E1
ok 'rows are those that the csv module of Python reads, on what its writer writes and on rubble' 'python3 compare.py'

needs 'mm-ingest --version | grep charset' -- 'this build guesses no encodings'
cat >utf8.csv <<'E1'
n,text
1,"Le cœur déçu mais l’âme plutôt naïve, Louÿs rêva de crapaüter en canoë au delà des îles, près du mälström où brûlent les novæ."
E1
ok 'an encoding that is not named is guessed, by a confined worker' '
    iconv -f UTF-8 -t CP1252 utf8.csv >guess.csv
    mm-ingest guess.csv | jq -r ".text,.mm.charset" >out
    { sed -n "2s/^1,//p" utf8.csv | tr -d \"; echo WINDOWS-1252; } >want
    same want out'

finish
