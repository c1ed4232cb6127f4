#!/bin/sh
# A policy that maps sensitivity of data and its intended use to rules: which records are of which tier, what is done for
# which use, and what is refused when a policy or a record names what is not there.
. "${0%/*}/lib.sh"
needs command -v jq -- 'no jq'

cat >policy.yaml <<'EOF'
version: 1
redact:
  entities:
    EMAIL: {action: mask, keep_last: 3}
    IP: false
  tier: meta.tier
  uses:
    training: {entities: {IP: replace}}
    sharing: {action: drop, names: false}
  tiers:
    restricted:
      when: mm.src like "hr/*" or level >= 3
      threshold: 0.3
      entities: {EMAIL: drop-record, PHONE: drop}
      uses:
        training: {entities: {EMAIL: replace}}
    public:
      when: mm.src like "web/*"
      entities: {EMAIL: false}
    internal:
EOF
cat >in.ndjson <<'EOF'
{"n":1,"t":"joe@corp.example.com","ip":"10.20.30.40","mm":{"src":"web/a"}}
{"n":2,"t":"joe@corp.example.com","ip":"10.20.30.40","mm":{"src":"hr/a"}}
{"n":3,"t":"joe@corp.example.com","ip":"10.20.30.40"}
{"n":4,"t":"joe@corp.example.com","ip":"10.20.30.40","meta":{"tier":"public"},"level":9}
{"n":5,"t":"none","p":"+1 202 555 0143","level":4}
EOF
redact() { mm-redact -q --policy policy.yaml "$@" in.ndjson | jq -c '[.n, .t, .ip, .p, .mm.redact.tier, .mm.redact.use]' >out; }

ok 'the first tier whose condition is true holds, a record that names its tier is of that, the last takes what is left' '
    redact --use training
    cat >want <<END
[1,"joe@corp.example.com","<IP>",null,"public","training"]
[2,"<EMAIL>","<IP>",null,"restricted","training"]
[3,"*****************com","<IP>",null,"internal","training"]
[4,"joe@corp.example.com","<IP>",null,"public","training"]
[5,"none",null,null,"restricted","training"]
END
    same want out'
ok 'another use, other rules: a tier wins over a use, its own use over both' '
    redact --use sharing
    cat >want <<END
[1,"joe@corp.example.com","10.20.30.40",null,null,null]
[3,"*****************com","10.20.30.40",null,"internal","sharing"]
[4,"joe@corp.example.com","10.20.30.40",null,null,null]
[5,"none",null,null,"restricted","sharing"]
END
    same want out'
ok 'what was dropped is counted as dropped' '
    mm-redact -q --policy policy.yaml --use sharing --ledger led in.ndjson >out
    jq -c "[.records[]]" led >got; echo "[5,4,1,0]" | same - got'
ok 'verification goes by the tier a record was given' '
    mm-redact -q --policy policy.yaml --use training in.ndjson >clean.ndjson
    mm-redact -q --policy policy.yaml --use training --verify clean.ndjson >got; [ ! -s got ]
    sed "4s/\"tier\":\"public\"/\"x\":1/g" clean.ndjson >other.ndjson
    status 1 mm-redact -q --policy policy.yaml --use training --verify other.ndjson >got
    cut -f1-3 got | grep -q "^other.ndjson:4	t	EMAIL"'
ok 'a tier that is not there: the record is bad' '
    printf "%s\n" "{\"meta\":{\"tier\":\"secret\"}}" "{\"meta\":{\"tier\":7}}" "{\"a\":}" >bad.ndjson
    status 3 mm-redact -q --policy policy.yaml --use training bad.ndjson >out 2>err
    same /dev/null out
    [ $(grep -c "it names a tier that the policy does not know" err) = 2 ] && grep -q "bad.ndjson:3: a value is expected at byte 5" err'
ok 'no tier that takes it: the record is bad' '
    printf "version: 1\nredact:\n  tiers:\n    one: {when: level == 1}\n    two: {when: level == 2}\n" >two.yaml
    printf "%s\n" "{\"level\":1}" "{\"level\":3}" >two.ndjson
    status 3 mm-redact -q --policy two.yaml two.ndjson >out 2>err
    [ "$(cat out)" = "{\"level\":1}" ] && grep -q "no tier of the policy takes it" err'

refuses() {  # MESSAGE [OPTION...] <POLICY
    message=$1; shift
    cat >p.yaml
    status 2 mm-redact -q --policy p.yaml "$@" in.ndjson >out 2>err
    same /dev/null out
    printf 'mm-redact: %s\n' "$message" >want; same want err
}
ok 'uses: one that is not known, none given, one given where there are none' '
    refuses "--use: the policy knows no use '\''sale'\''; there are training and sharing" --use sale <policy.yaml
    refuses "p.yaml:8:5: rules differ by use; say for which with --use: training and sharing" <policy.yaml
    printf "version: 1\n" | refuses "--use x: the policy tells no uses apart; leave it out, or give a policy with redact.uses" --use x
    printf "version: 1\nredact:\n  uses: {a: }\n  tiers: {t: {uses: {b: }}}\n" |
        refuses "p.yaml:4:22: the use '\''b'\'' is not one of redact.uses" --use a'
ok 'tiers: without condition before the last, with a wrong one, with unknown keys, with limits' '
    printf "version: 1\nredact:\n  tiers:\n    a: {action: drop}\n    b:\n" |
        refuses "p.yaml:4:8: tier a needs \`when\`: only the last one may take all that is left"
    printf "version: 1\nredact:\n  tiers:\n    a: {when: \"x ==\"}\n" >p; status 2 mm-redact --policy p in.ndjson 2>err
    grep -q "p:4:15: x ==: expression, column" err
    printf "version: 1\nredact:\n  tiers:\n    a: {keys: {}}\n" >p; status 2 mm-redact --policy p in.ndjson 2>err; grep -q "unknown key \"keys\"" err
    printf "version: 1\nredact:\n  tiers:\n    a: {media: {time_limit: 1s}}\n" |
        refuses "p.yaml:4:29: limits are the same for all tiers and uses; put them into redact.media"'
ok 'the same bytes for any number of workers' '
    i=0; while [ $i -lt 500 ]; do cat in.ndjson; i=$((i + 1)); done >many.ndjson
    mm-redact -q -j1 --policy policy.yaml --use training many.ndjson >one
    mm-redact -q -j4 --policy policy.yaml --use training many.ndjson >four; [ $(wc -l <one) = 2500 ] && same one four'
finish
