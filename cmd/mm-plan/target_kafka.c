/* target_kafka.c - the topic of a stream as commands of Kafka: partitions and the time that records are kept only grow. */
#include <math.h>
#include <string.h>

#include "target_private.h"
#include "task.h"

/* Records are kept for twice the time that is planned, and a day at least. */
enum { KEEP_TIMES = 2, KEEP_S = 86400 };

/* As a pattern that only the name itself matches: what is asked of a topic takes one. */
static void put_topic(mm_buf *b, const char *topic)
{
    mm_buf text = { 0 };
    for (const char *s = topic; *s; s++)
        mm_buf_printf(&text, "%s%c", *s == '.' ? "\\" : "", *s);
    quote_shell(b, mm_buf_view(&text));
    b->failed |= text.failed;
    mm_buf_free(&text);
}

void target_kafka(mm_buf *b, const plan *p, const target_opts *o)
{
    const char *topic = o->topic ? o->topic : p->pipeline;
    mm_buf_str(b, MM_STR("#!/bin/bash\n"
                         "# Made by mm-plan: `bash` this file brings a topic of Kafka to what is planned. It never takes partitions away, nor\n"
                         "# shortens how long records are kept. KAFKA_CONFIG names a file for --command-config.\n"
                         "set -eu -o pipefail\nbrokers="));
    quote_shell(b, mm_str_of(o->brokers));
    mm_buf_str(b, MM_STR("\ntopic="));
    quote_shell(b, mm_str_of(topic));
    mm_buf_str(b, MM_STR("\npattern="));
    put_topic(b, topic);
    mm_buf_printf(b, "\npartitions=%zu\nkeep_ms=%.0f\n", p->partitions, 1000 * fmax(KEEP_S, ceil(KEEP_TIMES * p->step_s * (double)p->n_steps)));
    mm_buf_str(b, MM_STR(
        "at=(--bootstrap-server \"$brokers\" ${KAFKA_CONFIG:+--command-config \"$KAFKA_CONFIG\"})\n"
        "topics=$(kafka-topics.sh \"${at[@]}\" --list)\n"
        "if ! grep -qxF -e \"$topic\" <<<\"$topics\"; then\n"
        "    kafka-topics.sh \"${at[@]}\" --create --topic \"$topic\" --partitions \"$partitions\" --config retention.ms=\"$keep_ms\"\n"
        "    exit\n"
        "fi\n"
        "now=$(kafka-topics.sh \"${at[@]}\" --describe --topic \"$pattern\" | sed -n 's/.*PartitionCount: *\\([0-9][0-9]*\\).*/\\1/p')\n"
        "kept=$(kafka-configs.sh \"${at[@]}\" --describe --all --entity-type topics --entity-name \"$topic\" | sed -n 's/^ *retention\\.ms=\\(-*[0-9][0-9]*\\).*/\\1/p')\n"
        "[ -n \"$now\" ] && [ -n \"$kept\" ] || { echo \"$topic: its partitions or retention.ms are not told\" >&2; exit 3; }\n"
        "if [ \"$now\" -lt \"$partitions\" ]; then\n"
        "    kafka-topics.sh \"${at[@]}\" --alter --topic \"$pattern\" --partitions \"$partitions\"\n"
        "elif [ \"$now\" -gt \"$partitions\" ]; then\n"
        "    echo \"$topic: has $now partitions; $partitions would do, but none is taken away\"\n"
        "fi\n"
        "if [ \"$kept\" -ge 0 ] && [ \"$kept\" -lt \"$keep_ms\" ]; then    # -1: for ever\n"
        "    kafka-configs.sh \"${at[@]}\" --alter --entity-type topics --entity-name \"$topic\" --add-config retention.ms=\"$keep_ms\"\n"
        "fi\n"));
}
