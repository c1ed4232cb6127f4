# A plan as objects for Kubernetes: Argo's Workflow, indexed Jobs, CronJobs, and KEDA's ScaledObject hold to their schemas, and
# the scripts in them do the work.
. "${0%/*}/lib.sh"
plan=$MM_BUILD/t/unit/mm-plan-target.t
needs python3 -c '"import yaml, jsonschema"' -- 'no python3 with yaml and jsonschema'
in="in it's \$HOME #1"
for t in argo k8s keda; do "$plan" $t >$t.yaml; done
"$plan" k8s '0 3 * * *' >cron.yaml
cat >objects.py <<'END'
import json, sys, yaml
# Of each object: kind, name, and what is asked for.
for o in yaml.safe_load_all(open(sys.argv[1])):
    print(o["kind"], o["metadata"]["name"], *sorted(o.get("data", {})))
END
cat >scripts.py <<'END'
import os, sys, yaml
os.makedirs(sys.argv[2])
for o in yaml.safe_load_all(open(sys.argv[1])):
    for name, text in o.get("data", {}).items():
        open(os.path.join(sys.argv[2], name), "w", newline="").write(text)
END
ok 'what objects there are' '
    for t in argo k8s cron keda; do python3 objects.py $t.yaml; done >objects
    same - objects <<END
ConfigMap example-tasks j1-read-find.sh j2-count.sh
Workflow example-01234567
ConfigMap example-tasks j1-read-find.sh j2-count.sh j2-count.wait.sh
Job example-j1-read-find
Job example-j2-count
ConfigMap example-tasks j1-read-find.sh j2-count.sh j2-count.wait.sh
CronJob example-j1-read-find
CronJob example-j2-count
ScaledObject example
END'
cat >workflow.py <<'END'
import yaml
_, w = yaml.safe_load_all(open("argo.yaml"))
t = {x["name"]: x for x in w["spec"]["templates"]}
for x in t["main"]["dag"]["tasks"]: print(x["name"], "after", x.get("depends", "nothing"))
x = t["j1-read-find"]; print(x["parallelism"], "of", x["steps"][0][0]["withSequence"]["count"], "by", x["steps"][0][0]["template"])
x = t["j1-read-find-task"]; print(x["nodeSelector"], x["retryStrategy"]["limit"], x["container"]["resources"]["requests"])
END
ok 'the Workflow fans out, in order, with retries, on the machines that were chosen' '
    python3 workflow.py >workflow
    same - workflow <<END
j1-read-find after nothing
j2-count after j1-read-find
2 of 3 by j1-read-find-task
{'\''node.kubernetes.io/instance-type'\'': '\''c7g.2xlarge # "big"'\'', '\''topology.kubernetes.io/region'\'': '\''us-east-1'\'', '\''karpenter.sh/capacity-type'\'': '\''spot'\''} 5 {'\''cpu'\'': '\''1'\'', '\''memory'\'': '\''67108864'\''}
END'
ok 'the ScaledObject follows the plan, ahead of time and by what lies unread' '
    python3 -c "import json, yaml; print(json.dumps(yaml.safe_load(open(\"keda.yaml\"))[\"spec\"], indent=1))" >keda
    same - keda <<END
{
 "scaleTargetRef": {
  "name": "example"
 },
 "minReplicaCount": 1,
 "maxReplicaCount": 4,
 "pollingInterval": 30,
 "cooldownPeriod": 3600,
 "triggers": [
  {
   "type": "kafka",
   "metadata": {
    "bootstrapServers": "localhost:9092",
    "topic": "example",
    "consumerGroup": "example",
    "lagThreshold": "1525"
   }
  },
  {
   "type": "cron",
   "metadata": {
    "timezone": "UTC",
    "start": "30 0 * * *",
    "end": "30 2 * * *",
    "desiredReplicas": "4"
   }
  },
  {
   "type": "cron",
   "metadata": {
    "timezone": "UTC",
    "start": "30 2 * * *",
    "end": "30 3 * * *",
    "desiredReplicas": "2"
   }
  }
 ]
}
END'

mkdir -p "$in"
for i in 1 2 3 4 5 6 7; do echo "text $i" >"$in/$i.txt"; done
find "$in" -type f -print0 | mm-ingest -i -0 -T - | mm-select --project mm.src 'mm.size > 0' | LC_ALL=C sort >want
ok 'the scripts of the Workflow do the whole job' '
    python3 scripts.py argo.yaml argo
    for shard in 2 0 1; do shard=$shard bash argo/j1-read-find.sh; done
    shard=0 bash argo/j2-count.sh
    same want sum/00000; rm -r work found sum'
ok 'those of the Jobs wait for each other' '
    python3 scripts.py k8s.yaml k8s
    (bash k8s/j2-count.wait.sh && shard=0 bash k8s/j2-count.sh) & behind=$!
    for shard in 2 0 1; do shard=$shard bash k8s/j1-read-find.sh; done
    wait $behind
    same want sum/00000; rm -r work found sum'
ok 'those of the CronJobs do it anew in each run' '
    python3 scripts.py cron.yaml cron
    run() { for shard in 2 0 1; do MM_RUN=example-j1-read-find-$1 shard=$shard bash cron/j1-read-find.sh; done
            MM_RUN=example-j2-count-$1 shard=0 bash cron/j2-count.sh; }
    run 28480000; same want sum/00000
    rm "$in/7.txt"; run 28480000; same want sum/00000
    run 28481440; grep -v "/7.txt" want >less; same less sum/00000
    [ "$(ls found | wc -l)" = 6 ]'

needs '[ -d "$SHARED/schemas/argo" ]' -- 'no ../shared/schemas'
cat >valid.py <<'END'
import json, sys, jsonschema, yaml
s = sys.argv[1]
argo = json.load(open(s + "/argo/schema.json"))
kind = lambda name: {**argo, "oneOf": [{"$ref": "#/definitions/" + name}]}
_, w = yaml.safe_load_all(open("argo.yaml"))
jsonschema.validate(w, kind("io.argoproj.workflow.v1alpha1.Workflow"))
crd = yaml.safe_load(open(s + "/keda/keda.sh_scaledobjects.yaml"))
jsonschema.validate(yaml.safe_load(open("keda.yaml")), crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
# A member that is not known is no error there, so look for them.
def known(v, t, at=""):
    while "$ref" in t: t = argo["definitions"][t["$ref"].rsplit("/", 1)[1]]
    if isinstance(v, dict) and "properties" in t:
        for k in v:
            assert k in t["properties"], at + "/" + k
            known(v[k], t["properties"][k], at + "/" + k)
    if isinstance(v, list) and "items" in t:
        for x in v: known(x, t["items"], at)
known(w, {"$ref": "/io.argoproj.workflow.v1alpha1.Workflow"})
known(yaml.safe_load(open("keda.yaml")), crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"])
try:
    w["spec"]["templates"] = 1
    jsonschema.validate(w, kind("io.argoproj.workflow.v1alpha1.Workflow"))
    sys.exit("anything is valid")
except jsonschema.ValidationError: pass
END
ok 'the Workflow and the ScaledObject are valid by the public schemas, with no member that is not known' 'python3 valid.py "$SHARED/schemas"'

python=$MM_BUILD/py/kubernetes/bin/python
[ -x "$python" ] || { mkdir -p "$MM_BUILD/py"; python3 -m venv "$MM_BUILD/py/kubernetes" && timeout 300 "$MM_BUILD/py/kubernetes/bin/pip" install -q kubernetes-validate==1.37.0; } >/dev/null 2>&1
needs "$python" -c "'import kubernetes_validate'" -- 'kubernetes-validate can not be installed by pip'
cat >strict.py <<'END'
import kubernetes_validate as k, sys, yaml
for f in "k8s.yaml", "cron.yaml":
    for o in yaml.safe_load_all(open(f)): k.validate(o, "1.30", strict=True)
_, o = [o for o in yaml.safe_load_all(open("k8s.yaml"))][:2]
o["spec"]["completion"] = 3
try: k.validate(o, "1.30", strict=True); sys.exit("anything is valid")
except k.ValidationError: pass
END
ok 'Jobs, CronJobs and ConfigMaps are valid by the schemas of Kubernetes, strictly' '"$python" strict.py'
finish
