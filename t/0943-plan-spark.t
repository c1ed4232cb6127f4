# A plan as a job for Spark, run by a real one: on two threads, and on a cluster of two workers.
. "${0%/*}/lib.sh"
plan=$MM_BUILD/t/unit/mm-plan-target.t
"$plan" spark >spark.py
needs command -v java '&&' command -v python3 -- 'no Java or no python3'
spark=$MM_BUILD/py/spark/bin
[ -x "$spark/spark-submit" ] || { mkdir -p "$MM_BUILD/py"; python3 -m venv "$MM_BUILD/py/spark" && timeout 540 "$spark/pip" install -q pyspark==3.5.4; } >/dev/null 2>&1
needs '[ -x "$spark/spark-submit" ]' -- 'pyspark can not be installed by pip'
submit() { PYSPARK_PYTHON="$spark/python" SPARK_LOCAL_IP=127.0.0.1 timeout 200 "$spark/spark-submit" --conf spark.ui.enabled=false "$@" spark.py; }

in="in it's \$HOME #1"
mkdir -p "$in" bin
for i in 1 2 3 4 5 6 7; do echo "text $i" >"$in/$i.txt"; done
find "$in" -type f -print0 | mm-ingest -i -0 -T - | mm-select --project mm.src 'mm.size > 0' | LC_ALL=C sort >want

ok 'it does the whole job on two threads, one job behind the other' '
    submit --master "local[2]" >out 2>log
    printf "%s\n" "j1-read-find: done" "j2-count: done" >want.out
    same want.out out
    same want sum/00000'
ok 'submitted again, nothing is done a second time' '
    cp work/ledger.ndjson ledger
    submit --master "local[2]" >out 2>log
    same ledger work/ledger.ndjson'

# A filter that fails once.
real=$(command -v mm-select)
cat >bin/mm-select <<END
#!/bin/sh
mkdir "$PWD/failed" 2>/dev/null && exit 4
exec "$real" "\$@"
END
chmod +x bin/mm-select
PATH=$PWD/bin:$PATH
ok 'on a cluster of two workers, a task that fails is tried again' '
    rm -r work found sum
    submit --master "local-cluster[2,1,1024]" >out 2>log
    grep -q "task 00000\|task 00001\|task 00002" log
    [ -d failed ]
    same want.out out
    same want sum/00000'
ok 'a task that always fails ends it' '
    rm -r work found sum
    printf "#!/bin/sh\nexit 4\n" >bin/mm-select
    ! submit --master "local[2]" >out 2>log || exit 1
    [ ! -s out ] && [ ! -e sum ]
    grep -q "failed with" log'
finish
