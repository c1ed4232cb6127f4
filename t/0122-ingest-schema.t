# mm-ingest --schema-out and --schema: what rows hold, inferred and enforced.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'

cat >t.csv <<'E1'
id,mail,when,lang,score
1,a@b.org,2024-01-02,en,0.5
2,c@d.org,2024-02-03,de,
3,e@f.org,2024-03-04,en,-2
E1
cat >want.json <<'E1'
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "id": {
      "type": "integer",
      "minimum": 1,
      "maximum": 3
    },
    "mail": {
      "type": "string",
      "format": "email"
    },
    "when": {
      "type": "string",
      "format": "date"
    },
    "lang": {
      "type": "string"
    },
    "score": {
      "type": ["number", "null"],
      "minimum": -2,
      "maximum": 0.5
    }
  },
  "required": ["id", "mail", "when", "lang", "score"]
}
E1
ok 'types, ranges, formats and what is required are inferred' '
    mm-ingest --schema-out s.json t.csv >/dev/null
    same want.json s.json'

ok 'the schema does not depend on the number of workers, and all rows hold to it' '
    python3 -c "
import json, random
r = random.Random(2)
for i in range(40000):
    row = {\"i\": i, \"s\": r.choice([\"a\", \"b\", \"c\"]), \"f\": r.choice([r.random(), 3, None]), \"l\": [r.choice([1, \"x\", {\"k\": i}]) for _ in range(r.randrange(4))]}
    if r.random() < .1: del row[\"s\"]
    if r.random() < .01: row[\"extra%d\" % r.randrange(50)] = True
    print(json.dumps(row))" >rows.ndjson
    mm-ingest -j1 --schema-out one rows.ndjson >/dev/null
    mm-ingest -j3 --schema-out three rows.ndjson >/dev/null
    same one three
    mm-ingest --schema one rows.ndjson >out
    [ "$(wc -l <out)" = 40000 ]
    [ "$(jq -c .properties.s.enum one)" = "[\"a\",\"b\",\"c\"]" ]'

ok 'a row that does not hold is a bad record, with the pointer and the reason' '
    printf "id,mail,when,lang,score\n4,a@b.org,2024-01-02,en,0\n2,nobody,2024-01-02,en,0\n3,a@b.org,2024-13-02,en,x\n" >more.csv
    status 3 mm-ingest --schema s.json more.csv >out 2>err
    cat >want <<E
mm-ingest: more.csv:2: row 1 does not hold to the schema: /id: 4 is more than the maximum 3
mm-ingest: more.csv:3: row 2 does not hold to the schema: /mail: "nobody" is no email
mm-ingest: more.csv:4: row 3 does not hold to the schema: /when: "2024-13-02" is no date
E
    grep more.csv: err >got
    same want got'

ok 'a keyword that is not known is refused before any input is read' '
    echo "{\"properties\":{\"a\":{\"uniqueItems\":true}}}" >odd.json
    status 2 mm-ingest --schema odd.json t.csv >out 2>err
    [ ! -s out ]
    grep -q "odd.json: /properties/a/uniqueItems: this keyword is not known here" err'

needs python3 -c 'import\ jsonschema' -- 'no python3-jsonschema to compare with'
cat >compare.py <<'E1'
import json, random, subprocess, jsonschema
r = random.Random(7)
values = [0, 1, -1, 2.5, 3.0, 1e3, "", "a", "abc", "12", "é", None, True, False, [], [1], [1, "a"], {}, {"a": 1}, {"a": "x", "b": [2]}, {"a": {"a": 1}}]
def schema(depth=0):
    s = {}
    for _ in range(r.randint(1, 3)):
        k = r.choice(["type", "minimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern", "enum", "const", "items", "minItems",
                      "maxItems", "properties", "required", "additionalProperties", "anyOf", "oneOf", "allOf", "not", "minProperties", "$ref"])
        if depth > 2 and k in ("items", "properties", "additionalProperties", "anyOf", "oneOf", "allOf", "not"):
            continue
        sub = lambda: schema(depth + 1) if r.random() < .9 else r.random() < .7
        s[k] = {"type": lambda: r.choice(["integer", "number", "string", "array", "object", "null", "boolean", ["string", "null"], ["integer", "array", "object"]]),
                "minimum": lambda: r.choice([0, 1, 2.5]), "exclusiveMaximum": lambda: r.choice([1, 3, 100]), "multipleOf": lambda: r.choice([1, 0.5, 2]),
                "minLength": lambda: r.choice([0, 1, 2]), "maxLength": lambda: r.choice([0, 1, 2]), "pattern": lambda: r.choice(["^a", "[0-9]+", "b.$", "^$"]),
                "enum": lambda: r.sample(values, 4), "const": lambda: r.choice(values), "items": sub, "minItems": lambda: r.choice([0, 1, 2]),
                "maxItems": lambda: r.choice([0, 1]), "properties": lambda: {k: sub() for k in r.sample("abc", 2)}, "required": lambda: r.sample("abc", 1),
                "additionalProperties": sub, "anyOf": lambda: [sub(), sub()], "oneOf": lambda: [sub(), sub()], "allOf": lambda: [sub(), sub()], "not": sub,
                "minProperties": lambda: r.choice([0, 1, 2]), "$ref": lambda: "#/$defs/" + r.choice("pq")}[k]()
    return s
rows = [{"v": v} for v in values]
open("rows.ndjson", "w").write("".join(json.dumps(x) + "\n" for x in rows))
for turn in range(80):
    s = {"properties": {"v": schema()}, "$defs": {"p": {"type": ["integer", "string"]}, "q": {"minLength": 1, "items": {"type": "integer"}}}}
    open("s.json", "w").write(json.dumps(s))
    check = jsonschema.Draft202012Validator(s)
    want = [x for x in rows if check.is_valid(x)]
    p = subprocess.run(["mm-ingest", "-q", "-j1", "--schema", "s.json", "rows.ndjson"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert p.returncode in (0, 3), p.stderr
    got = [{"v": json.loads(l)["v"]} for l in p.stdout.decode().splitlines()]
    assert json.dumps(got) == json.dumps(want), (json.dumps(s), want, got)
s = json.load(open("want.json"))
jsonschema.Draft202012Validator.check_schema(s)
E1
ok_with regex 'rows hold where the jsonschema module of Python says so, over many schemas' 'python3 compare.py'

finish
