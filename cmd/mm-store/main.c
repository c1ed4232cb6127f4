/* mm-store - records into shards, with a manifest. Options and wiring. */
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "store.h"

static const char synopsis[] =
    "mm-store [options] DIR [FILE...]\n"
    "mm-store --verify [-q] DIR\n"
    "mm-store --list DIR";

static const char examples[] =
    "  mm-ingest -b photos/ | mm-store shards/\n"
    "      WebDataset shards of at most 1 GiB: shards/shard-000000.tar and so on\n"
    "  mm-store -F mmr -Z --shard-records 10000 shards/ clean.mmr\n"
    "      binary shards in zstd, of 10000 records each\n"
    "  mm-store --verify shards/ && rsync -a shards/ backup:\n"
    "      copy them only when they are as the manifest says\n";

/* The first operand is the folder; what is left names the inputs. */
static const char *take_folder(mm_app *app, mm_err *e)
{
    mm_list *o = &app->operands;
    if (o->n == 0) {
        mm_fail(e, MM_EUSAGE, "no folder given; mm-store DIR [FILE...] stores records in DIR, --help explains");
        return NULL;
    }
    const char *dir = o->v[0];
    memmove(o->v, o->v + 1, --o->n * sizeof *o->v);
    if (!strncmp(dir, "kafka://", 8) || !strncmp(dir, "nats://", 7)) {
        mm_fail(e, MM_EUSAGE, "%s: this build writes to folders only, not to Kafka or NATS; give a folder, or send records "
                "there by a client of theirs (mm-select true FILE | kcat -P -t TOPIC)", dir);
        return NULL;
    }
    return dir;
}

static int check(const st_settings *s, mm_err *e)
{
    size_t n = strlen(s->prefix);
    for (size_t i = 0; i < n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", s->prefix[i]))
            n = 0;
    if (n == 0 || n > 100)
        return mm_fail(e, MM_EUSAGE, "--prefix takes 1 to 100 letters, digits, _ and -");
    if (s->shard_size < 0 || (s->shard_size > 0 && s->shard_size < 4096))
        return mm_fail(e, MM_EUSAGE, "--shard-size takes 0 (no limit) or at least 4K");
    if (s->inlined && s->format != ST_NDJSON)
        return mm_fail(e, MM_EUSAGE, "--inline is for -F ndjson; wds and mmr hold payloads anyway");
    if (s->sha256 && !st_digest_has_sha256())
        return mm_fail(e, MM_EUSAGE, "--sha256: this build has no libcrypto");
    return 0;
}

static st_format format_of(const char *name, bool mmr)
{
    return mmr || (name && !strcmp(name, "mmr")) ? ST_MMR : name && !strcmp(name, "ndjson") ? ST_NDJSON : ST_WDS;
}

static int64_t epoch(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    char *rest = NULL;
    long long at = text && *text ? strtoll(text, &rest, 10) : 0;
    return rest && !*rest && at > 0 ? at : 0;
}

static int store(mm_app *app, const st_settings *s, const char *dir, bool overwrite)
{
    st_store run;
    mm_err e = { 0 };
    int status = MM_ESYS;
    if (st_store_open(&run, app, s, dir, overwrite, &e) < 0) {
        status = mm_app_fail(app, &e);
    } else {
        mm_stage stage = st_store_stage(&run);
        app->output = dir;
        status = mm_app_run(app, &stage);
        if (app->totals.interrupted)
            st_store_interrupted(&run);
    }
    st_store_close(&run);
    return status;
}

int main(int argc, char **argv)
{
    mm_app app;
    st_settings s = { .shard_size = 1 << 30, .shard_records = 100000, .prefix = "shard", .mtime = epoch() };
    const char *format = NULL;
    bool mmr = false, overwrite = false, verify = false, list = false;
    const mm_option options[] = {
        { "Shards", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "format", 'F', MM_OPT_CHOICE, &format, "wds|mmr|ndjson",
          "wds: WebDataset, a tar with KEY.json and the payload beside it (the default); mmr: binary records; ndjson: "
          "lines." },
        { "mmr", 'b', MM_OPT_FLAG, &mmr, NULL, "The same as -F mmr." },
        { "zstd", 'Z', MM_OPT_OPTIONAL, &app.zstd, "N", "Compress the shards by zstd, at level N from 1 to 19 (3)." },
        { "inline", 0, MM_OPT_FLAG, &s.inlined, NULL,
          "With -F ndjson: put payloads that lie in files into the lines, as base64." },
        { "shard-size", 's', MM_OPT_SIZE, &s.shard_size, "SIZE",
          "Most bytes in a shard, before compression; only one record alone may be longer. 1G when not given, 0 for no "
          "limit." },
        { "shard-records", 'n', MM_OPT_INT, &s.shard_records, "N",
          "Most records in a shard. 100000 when not given, 0 for no limit.", 0, INT64_MAX },
        { "prefix", 0, MM_OPT_STRING, &s.prefix, "NAME", "Shards are called NAME-000000.tar and so on; shard when not given." },
        { "sha256", 0, MM_OPT_FLAG, &s.sha256, NULL, "Give SHA-256 sums in the manifest, beside XXH3." },
        { "overwrite", 0, MM_OPT_FLAG, &overwrite, NULL,
          "Remove the shards and the manifest that are there, and start anew. Without it a run goes on where one before "
          "it ended." },
        { "Other uses", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "verify", 0, MM_OPT_FLAG, &verify, NULL,
          "Hold the folder against its manifest: names, sizes, checksums, counts. A line a problem, and exit status 3." },
        { "list", 0, MM_OPT_FLAG, &list, NULL, "Print the manifest as a table." },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-store", .summary = "store records in shards, with a manifest", .synopsis = synopsis,
        .examples = examples, .options = options, .flags = MM_TOOL_NO_OUTPUT,
    };
    int status = mm_app_start(&app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    mm_err e = { 0 };
    const char *dir = take_folder(&app, &e);
    s.format = format_of(format, mmr);
    s.zstd = !app.zstd ? 0 : *app.zstd ? atoi(app.zstd) : 3;
    s.policy = app.policy ? mm_policy_digest(app.policy) : NULL;
    if (s.format != ST_WDS)
        s.mtime = 0;
    if (!dir || check(&s, &e) < 0)
        status = mm_app_fail(&app, &e);
    else if (verify)
        status = st_verify(&app, dir);
    else if (list)
        status = st_list(&app, dir);
    else
        status = store(&app, &s, dir, overwrite);
    mm_app_end(&app);
    return status;
}
