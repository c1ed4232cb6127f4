/* mm-probe - facts about records: what is in their payloads and texts, as mm.probe. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/app.h"
#include "decode.h"
#include "dup.h"
#include "media/faces.h"
#include "policy.h"
#include "probe.h"
#include "show.h"

extern const prober image_faces_prober;

static void *open_worker(void *tool, int worker, mm_err *e)
{
    return probe_worker_new(tool, e);
}

static void close_worker(void *state)
{
    probe_worker_free(state);
}

static mm_verdict work(void *tool, void *state, mm_rec *r, mm_arena *a)
{
    return probe_record(state, r, a);
}

static mm_verdict meet(void *tool, mm_rec *r, mm_arena *a, bool *stop)
{
    return dup_marker_meet(((probe_tool *)tool)->marker, r, a, stop);
}

static int after_last(void *tool, mm_batch *b, mm_err *e)
{
    *e = ((probe_tool *)tool)->marker->failed;
    return e->code ? -1 : 0;
}

static int write_rows(void *tool, const mm_batch *b, mm_err *e)
{
    return table_write(((probe_tool *)tool)->table, b, e);
}

#define SECOND_NS ((int64_t)1000000000)

typedef struct choices {
    int64_t max_audio_ns;
    const char *transcript_from;
    mm_list only;
    const char *field, *cascade, *ocr_languages;
    int64_t max_pixels;
    bool ocr, list, json, features, table;
    dup_opts dup;
} choices;

/* --list and --features answer and end. */
static int show(mm_app *app, const choices *c)
{
    mm_buf text = { 0 };
    mm_err e = { 0 };
    if (c->list)
        show_list(c->json, &text);
    else
        show_features(&text);
    int failed = text.failed || fwrite(text.p, 1, text.n, stdout) != text.n || fflush(stdout) != 0;
    if (failed)
        mm_fail_errno(&e, "standard output: cannot write");
    mm_buf_free(&text);
    return failed ? mm_app_fail(app, &e) : MM_OK;
}

static int run(mm_app *app, choices *c)
{
    probe_tool tool = { .via_entry = { 0 } };
    mm_err e = { 0 };
    mm_stage stage = { .open = open_worker, .close = close_worker, .work = work, .tool = &tool };
    int failed = policy_read(app->policy, &c->only, &c->field, &e);
    if (!failed)
        failed = probe_tool_init(&tool, c->only.v, c->only.n, c->field, &c->dup, &e);
    if (!failed && c->ocr)
        asking_add(&tool.asked, "image.ocr");
    /* Sound is analysed a hundred times faster than it plays, and slower where many share a machine. */
    mm_jail_limits limits = { .wall_ns = 20 * SECOND_NS + c->max_audio_ns / 15, .cpu_ns = 15 * SECOND_NS + c->max_audio_ns / 30 };
    tool.max_pixels = c->max_pixels;
    if (!failed && prober_asked(&image_faces_prober, &tool.asked))
        mm_faces_use(c->cascade);
    if (!failed && probe_tool_decodes(&tool))
        failed = decode_start(app, &tool.asked, &limits, c->ocr_languages, &e);
    if (!failed) {
        mm_app_via(app, &tool.via_entry);
        tool.roots = app->roots;
        tool.jail = app->jail;
        tool.transcript_from = c->transcript_from;
        tool.max_audio_s = (double)c->max_audio_ns / 1e9;
    }
    dup_marker marker = { .plan = NULL };
    if (!failed && tool.dup.kinds) {
        failed = c->table ? mm_fail(&e, MM_EUSAGE, "--dup marks records: it does not go with --table")
                          : dup_marker_init(&marker, &tool.dup, &e);
        tool.marker = &marker;
        stage.order = meet;
        stage.last = after_last;
    }
    table rows = { 0 };
    if (!failed && c->table) {
        failed = table_init(&rows, &tool.asked, c->only.n > 0, &e);
        tool.table = &rows;
        stage.write = write_rows;
    }
    int status = failed ? mm_app_fail(app, &e) : mm_app_run(app, &stage);
    if (!failed && table_end(&rows, &e) < 0 && errno != EPIPE)
        status = mm_app_fail(app, &e);
    table_clear(&rows);
    dup_marker_clear(&marker);
    probe_tool_clear(&tool);
    return status;
}

int main(int argc, char **argv)
{
    choices c = { .max_audio_ns = 600 * SECOND_NS, .dup = DUP_OPTS_DEFAULT };
    const mm_option options[] = {
        { "only", 0, MM_OPT_LIST, &c.only, "NAMES",
          "Find just these facts and families, separated by commas (image.width,text), and read no more than they need. "
          "--list shows the names." },
        { "field", 0, MM_OPT_STRING, &c.field, "PATH",
          "Probe the text in this member. When not given: the payload where that is text, else the member text, else, in a "
          "row, its longest string." },
        { "transcript-from", 0, MM_OPT_STRING, &c.transcript_from, "PATH",
          "Read transcripts (whisper JSON, WebVTT, SRT, CTM) for --only transcript: from this folder, this file, or, with {} for the "
          "name without its extension, these files." },
        { "max-audio", 0, MM_OPT_DURATION, &c.max_audio_ns, "TIME",
          "Decode no more than this of a sound track (10m)." },
        { "max-pixels", 0, MM_OPT_INT, &c.max_pixels, "N",
          "Decode no picture or frame with more pixels (default 100000000); it is warned of instead. Only for facts that need pixels.",
          .min = 1, .max = INT64_MAX },
        { "cascade", 0, MM_OPT_STRING, &c.cascade, "FILE",
          "Find faces with this cascade of OpenCV (default " MM_CASCADE_FILE ")." },
        { "table", 0, MM_OPT_FLAG, &c.table, NULL,
          "Print an aligned table for people in place of records: with --only a column a fact, else what matters most." },
        { "ocr", 0, MM_OPT_FLAG, &c.ocr, NULL, "Read the text in images too (image.ocr): about a second a page." },
        { "ocr-languages", 0, MM_OPT_STRING, &c.ocr_languages, "LANGS",
          "Languages of that text as tesseract names them: eng+deu. eng when not given." },
        { "dup", 0, MM_OPT_STRING, &c.dup.kinds, "KINDS",
          "Find duplicates of earlier records and name the first of their kind in mm.probe.dup. Of exact, text, image, audio, "
          "separated by commas, or all." },
        { "dup-drop", 0, MM_OPT_FLAG, &c.dup.drop, NULL, "Leave duplicates out." },
        { "dup-jaccard", 0, MM_OPT_DOUBLE, &c.dup.jaccard, "SHARE", "Texts this similar are duplicates: 0.8 when not given." },
        { "dup-shingle", 0, MM_OPT_STRING, &c.dup.shingle, "UNIT:N",
          "Compare texts by runs of N words (word:5, the default) or characters (char:9)." },
        { "dup-bands", 0, MM_OPT_STRING, &c.dup.bands, "BxR", "MinHash in B bands of R rows: 14x8 when not given." },
        { "dup-hamming", 0, MM_OPT_INT, &c.dup.hamming, "BITS",
          "Pictures whose hashes differ in no more bits are duplicates: 31 of 256 when not given.", 0, 64 },
        { "dup-match", 0, MM_OPT_DOUBLE, &c.dup.match, "SHARE",
          "Sounds whose fingerprints agree in this share of bits are duplicates: 0.85 when not given." },
        { "dup-memory", 0, MM_OPT_SIZE, &c.dup.memory, "SIZE",
          "Memory for the index of duplicates; what is more goes to files. 1G when not given." },
        { "dup-dir", 0, MM_OPT_STRING, &c.dup.dir, "DIR", "Where such files lie, without names: TMPDIR or /var/tmp when not given." },
        { "list", 0, MM_OPT_FLAG, &c.list, NULL, "Print every fact with type, unit, what it needs and how it is found, and end." },
        { "json", 0, MM_OPT_FLAG, &c.json, NULL, "With --list: one JSON object a fact." },
        { "features", 0, MM_OPT_FLAG, &c.features, NULL, "Print what is in this build, and end." },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-probe",
        .summary = "find out what records hold: type, size, technical facts, language",
        .synopsis = "mm-probe [options] [FILE...]\nmm-probe --list [--json]",
        .examples = "  mm-ingest photos/ | mm-probe | mm-select 'mm.probe.image.width >= 512'\n"
                    "      keep the larger pictures\n"
                    "  mm-ingest calls.tar | mm-probe --only audio.duration_s,audio.rate_hz\n"
                    "      just these facts, read from headers\n"
                    "  mm-probe --only text --field message <tickets.ndjson | jq -r .mm.probe.text.language\n"
                    "      the language of each row\n",
        .options = options,
    };
    mm_app app;
    int status = mm_app_start(&app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    status = c.list || c.features ? show(&app, &c) : run(&app, &c);
    free(c.only.v);
    mm_app_end(&app);
    return status;
}
