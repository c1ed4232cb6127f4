# A plan as what changes a topic of Kafka, which only grows, and as machines for Terraform.
. "${0%/*}/lib.sh"
plan=$MM_BUILD/t/unit/mm-plan-target.t
"$plan" kafka >topic.sh
"$plan" terraform >main.tf.json

# What stands for Kafka's own commands: a topic is a file with its partitions and its time.
mkdir bin
cat >bin/kafka-topics.sh <<'END'
#!/bin/sh
echo "kafka-topics.sh $*" >>calls
shift 2
case $1 in
--list) ls topics ;;
--create) echo "$5 ${7#retention.ms=}" >"topics/$3" ;;
--describe) read -r n kept <"topics/$3"; printf 'Topic: %s\tTopicId: fLG\tPartitionCount: %s\tReplicationFactor: 3\tConfigs: \n\tTopic: %s\tPartition: 0\tLeader: 1\n' "$3" "$n" "$3" ;;
--alter) read -r n kept <"topics/$3"; echo "$5 $kept" >"topics/$3" ;;
esac
END
cat >bin/kafka-configs.sh <<'END'
#!/bin/sh
echo "kafka-configs.sh $*" >>calls
shift 2
case $1 in
--describe) read -r n kept <"topics/$6"; printf 'All configs for topic %s are:\n  delete.retention.ms=5 sensitive=false\n  retention.ms=%s sensitive=false synonyms={}\n' "$6" "$kept" ;;
--alter) read -r n kept <"topics/$5"; echo "$n ${7#retention.ms=}" >"topics/$5" ;;
esac
END
chmod +x bin/*; PATH=$PWD/bin:$PATH; mkdir topics
topic() { bash topic.sh >out && cat topics/example; }
ok 'a topic that is not there is made' 'echo 1 1 >topics/examples; [ "$(topic)" = "6 86400000" ]'
ok 'done, nothing is changed' 'rm calls; [ "$(topic)" = "6 86400000" ]; ! grep -e --alter -e --create calls'
ok 'it grows' 'echo 2 1000 >topics/example; [ "$(topic)" = "6 86400000" ]'
ok 'and never gets less' '
    echo 9 -1 >topics/example; rm calls; [ "$(topic)" = "9 -1" ]; ! grep -e --alter calls || exit 1
    echo "example: has 9 partitions; 6 would do, but none is taken away" | diff - out
    echo 9 90000000 >topics/example; [ "$(topic)" = "9 90000000" ]'
ok 'where Kafka does not answer, nothing is done' '
    printf "#!/bin/sh\nexit 1\n" >bin/kafka-topics.sh; rm -f calls
    ! bash topic.sh || exit 1; [ ! -e calls ]'

ok 'machines by provider, as many as are there at once, with no template in what was named' '
    jq -c ".resource | to_entries[] | .key as \$k | .value[] | [\$k, .provider, .count, .instance_type // .machine_type, .instance_market_options.market_type]" main.tf.json >machines
    same - machines <<END
["aws_instance","aws.us-east-1",2,"c7g.2xlarge # \"big\"","spot"]
["google_compute_instance","google.us-central1",1,"n2-standard-8 \$\${x}",null]
END'
ok 'each region has its provider, and what is not known of it is a variable' '
    jq -c "[.provider[][].region], (.variable | keys)" main.tf.json >regions
    same - regions <<END
["us-east-1","us-central1"]
["image_us_central1","image_us_east_1","network_us_central1","network_us_east_1","zone_us_central1"]
END'
ok 'a plan for this machine has none' '
    printf "version: 1\nname: x\ndata: {in: {path: in}, out: {path: out}}\nstages:\n  a: {command: cat, reads: in, writes: out}\n" >x.yaml
    mkdir in; seq 100 >in/x
    status 2 mm-plan --cores 1 -t terraform x.yaml 2>err; cat err
    grep -q "this plan runs on this machine" err
    status 2 mm-plan --cores 1 -t keda x.yaml 2>err; cat err
    grep -q "for streams" err'

cat >stream.awk <<'END'
BEGIN {
    print "timestamp,requests"
    for (i = 0; i < 14 * 96; i++)
        printf "2026-11-%02d %02d:%02d:00,%d\n", 1 + i / 96, i / 4 % 24, i % 4 * 15, 900000 * (1.2 + sin(6.283185307 * i / 96))
}
END
ok 'from the history of a stream: workers ahead of time, and a partition at least for each' '
    awk -f stream.awk >load.csv
    printf "version: 1\nname: s\ndata: {in: {path: in, bytes: 1TB, records: 1000000}, out: {path: out}}\nstages:\n  a: {command: mm-probe, reads: in, writes: out}\nobjective: {goal: latency, latency: 60s}\narrivals: {file: load.csv, column: requests}\n" >s.yaml
    mm-plan --cores 2 -t keda --start 06:30 --topic s.t s.yaml >s.keda
    mm-plan --cores 2 -t kafka --topic s.t s.yaml >s.kafka
    most=$(sed -n "s/^  maxReplicaCount: //p" s.keda); [ "$most" -gt 1 ]
    [ "$(grep -c "desiredReplicas: \"$most\"" s.keda)" -ge 1 ]
    [ "$(sed -n "s/^partitions=//p" s.kafka)" -ge "$most" ]
    grep -Fx "pattern='\''s\\.t'\''" s.kafka'
ok 'a topic and a time of day that are none' '
    status 2 mm-plan -t kafka --topic "a b" s.yaml
    status 2 mm-plan -t keda --start 25:00 s.yaml'

needs command -v terraform -- 'no terraform'
ok 'terraform reads it, and every variable that is used is declared' '
    terraform providers >providers 2>&1
    grep -q "hashicorp/aws\] >= 5.0" providers && grep -q "hashicorp/google\] >= 5.0" providers
    grep -o "var\.[a-z0-9_]*" main.tf.json | sed s/var.// | sort -u >used
    jq -r ".variable | keys[]" main.tf.json >declared
    same declared used'
finish
