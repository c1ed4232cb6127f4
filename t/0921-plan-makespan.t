#!/bin/sh
# What the simulator says a batch takes, against worker processes of this machine.
. "${0%/*}/lib.sh"

needs '[ "$(nproc)" -ge 2 ]' -- 'fewer than two processors'
needs '[ -r /proc/stat ]' -- 'no /proc/stat to tell whether the machine is busy'

awk 'BEGIN { for (i = 0; i < 30000; i++) printf "{\"text\":\"On %d March %d Anna Miller of 12 Hill Street wrote to anna%d@example.com and called 030 1234%04d about order %d.\",\"mm\":{\"id\":\"r%d\"}}\n", i % 28 + 1, 1990 + i % 30, i, i % 10000, i * 7, i }' >shard.ndjson

# Hundredths of a second that all processors worked so far, and that what this shell ran did.
all_cpu() { awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 }' /proc/stat; }
our_cpu() { awk '{ print $16 + $17 }' "/proc/$$/stat"; }
now() { date +%s%N; }

# Before all others, where that may be asked for.
first=; chrt -r 1 true 2>/dev/null && first='chrt -r 1'

# batch SHARDS WORKERS: so many of them, so many at a time.
batch() { yes shard.ndjson | head -n "$1" | $first xargs -P "$2" -I{} sh -c 'mm-redact -q -j1 {} >/dev/null'; }

# One shard is timed, over four; then 21 of them are done by two workers. What others take of the machine meanwhile tells
# whether that is worth anything.
rm -f measured
for attempt in 1 2 3; do
    [ -s measured ] && break
    start=$(now); batch 4 1; one=$(now); all=$(all_cpu) ours=$(our_cpu); batch 21 2; end=$(now)
    awk -v all="$(($(all_cpu) - all))" -v ours="$(($(our_cpu) - ours))" -v one=$(((one - start) / 4)) -v batch=$((end - one)) -v cores="$(nproc)" 'BEGIN { others = (all - ours) / 100 / (batch / 1e9 * cores)
            printf "# one %.3f s, batch %.3f s; others used %.0f%% of the machine\n", one / 1e9, batch / 1e9, 100 * others
            if (others < 0.15) printf "%.6f %.6f\n", one / 1e9, batch / 1e9 }' >said
    grep '^#' said; grep -v '^#' said >measured
done
needs '[ -s measured ]' -- 'the machine is busy with other work'

ok 'the makespan of a batch that two workers do is predicted within 15%' '
read one batch <measured
printf "time,shards\n2026-01-01 00:00:00,21\n2026-01-01 00:00:01,0\n" >load.csv
mm-plan simulate --step 1 --service fixed --rate "$(awk -v s=$one "BEGIN { print 1 / s }")" --first-workers 2 --min-workers 2 --max-workers 2 \
    --limit 10m --policies static --format json load.csv >out
jq -c "[.policies[0].makespan_s, $batch]" out
jq -e ".policies[0].makespan_s / $batch | . > 0.85 and . < 1.15" out'

finish
