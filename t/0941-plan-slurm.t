# A plan as arrays of jobs for Slurm, run by a Slurm of one node that is started here and stopped again.
. "${0%/*}/lib.sh"
PATH=$PATH:/usr/sbin
needs '[ "$(id -u)" = 0 ]' -- 'only root may start the daemons of Slurm here'
needs command -v munged '&&' command -v slurmctld '&&' command -v slurmd -- 'no slurm-wlm, munge: apt-get install slurm-wlm munge'
plan=$MM_BUILD/t/unit/mm-plan-target.t
in="in it's \$HOME #1"
mkdir -p "$in" bin state spool
for i in 1 2 3 4 5 6 7; do echo "text $i" >"$in/$i.txt"; done
find "$in" -type f -print0 | mm-ingest -i -0 -T - | mm-select --project mm.src 'mm.size > 0' | LC_ALL=C sort >want

# A filter that once, when a piece has been done, stops for ever.
real=$(command -v mm-select)
cat >bin/mm-select <<END
#!/bin/sh
if ls work/*/done/* >/dev/null 2>&1 && mkdir held 2>/dev/null; then echo "\${SLURM_ARRAY_JOB_ID}_\$SLURM_ARRAY_TASK_ID" >reached; cat never >/dev/null; fi
exec "$real" "\$@"
END
chmod +x bin/mm-select
PATH=$PWD/bin:$PATH
mkfifo reached never

port=$((20000 + $$ % 20000))
cat >slurm.conf <<END
ClusterName=mm
SlurmctldHost=$(hostname)(127.0.0.1)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$PWD/munge.sock
CredType=cred/munge
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
MailProg=/bin/true
JobAcctGatherType=jobacct_gather/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
StateSaveLocation=$PWD/state
SlurmdSpoolDir=$PWD/spool
SlurmctldPidFile=$PWD/slurmctld.pid
SlurmdPidFile=$PWD/slurmd.pid
ReturnToService=2
SchedulerParameters=sched_interval=1,batch_sched_delay=0,sched_min_interval=0
NodeName=$(hostname) NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=500 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$PWD/slurm.conf; export SLURM_CONF
head -c 1024 /dev/urandom >key; chmod 400 key
munged --foreground --force --key-file="$PWD/key" --socket="$PWD/munge.sock" --pid-file="$PWD/munged.pid" --seed-file="$PWD/seed" \
    --log-file="$PWD/munged.log" --num-threads=2 >munged.out 2>&1 & daemons=$!
slurmctld -D -c >slurmctld.log 2>&1 & daemons="$daemons $!"
slurmd -D -c >slurmd.log 2>&1 & daemons="$daemons $!"
stop() { squeue -h -o %A 2>/dev/null | xargs -r timeout 20 scancel; kill $daemons 2>/dev/null; }
trap stop EXIT
answers() { timeout 60 sh -c 'until sinfo -h -t idle | grep -q .; do sleep 0.2; done'; }
needs answers -- "Slurm does not start here: $(tail -n 1 slurmctld.log)"
waits() { timeout 60 sh -c "until squeue -h -t PENDING -j $1 | grep -q .; do sleep 0.2; done"; }
through() { timeout 120 sbatch --wait --dependency="$1:$2" --output=/dev/null --wrap true; }

"$plan" slurm >submit.sh
ok 'each job is submitted as an array, one behind the other' '
    bash submit.sh >ids
    sed "s/^[0-9]* //" ids >names
    printf "%s\n" example-j1-read-find example-j2-count >want.names
    same want.names names
    squeue -h -o "%F %E" | grep "afterok:$(sed "s/ .*//;q" ids)"'
ok 'a task that is taken off its machine is put back, and what was done before is kept' '
    task=$(timeout 60 cat reached)
    stat -c "%i %n" found/* >before
    [ -s before ]
    scontrol requeue "$task"
    waits "$task"
    scontrol update JobId="$task" StartTime=now+5    # and not in two minutes; at once, its credential would still be revoked
    through afterany "$(sed -n "2s/ .*//p" ids)"
    stat -c "%i %n" found/* | grep -Fxf before >after
    same before after'
ok 'the whole result is that of the job without a plan' 'same want sum/00000; ! grep -h "failed with" work/log/*'
ok 'submitted again, nothing is done a second time' '
    cp work/ledger.ndjson ledger
    bash submit.sh >ids
    through afterok "$(sed -n "2s/ .*//p" ids)"
    same ledger work/ledger.ndjson'
ok 'where a task fails, what is behind it does not run' '
    rm -rf work found sum
    printf "#!/bin/sh\nexit 4\n" >bin/mm-select
    bash submit.sh >ids
    through afterany "$(sed -n "1s/ .*//p" ids)"
    grep -q "failed with" work/log/example-j1-read-find.0.txt
    through afterany "$(sed -n "2s/ .*//p" ids)"
    [ ! -e sum ]'
stop; wait $daemons 2>/dev/null; trap - EXIT
finish
