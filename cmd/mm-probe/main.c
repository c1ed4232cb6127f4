/* mm-probe - facts about records: what is in their payloads and texts, as mm.probe. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/app.h"
#include "choices.h"
#include "decode.h"
#include "gallery.h"
#include "late.h"
#include "media/faces.h"
#include "row_report.h"
#include "show.h"

extern const prober image_faces_prober, film_prober;

/* What a run is made of. */
typedef struct job {
    probe_tool probe;
    late late;
    table table;
    gallery gallery;
} job;

static void *open_worker(void *tool, int worker, mm_err *e)
{
    return probe_worker_new(&((job *)tool)->probe, e);
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
    return late_meet(&((job *)tool)->late, r, a, stop);
}

static int after_last(void *tool, mm_batch *b, mm_err *e)
{
    const job *j = tool;
    *e = j->late.failed;
    if (e->code)
        return -1;
    return j->probe.rows.columns ? row_report_write(j->late.rows, e) : 0;
}

static int write_rows(void *tool, const mm_batch *b, mm_err *e)
{
    const mm_str **rows = mm_arena_alloc(b->arena, (b->n + 1) * sizeof *rows);
    size_t n = 0;
    if (!rows)
        return mm_fail(e, MM_ESYS, "out of memory");
    for (size_t i = 0; i < b->n; i++)
        if (b->rec[i].verdict == MM_KEEP)
            rows[n++] = ((const late_look *)b->rec[i].extra)->line;
    return table_write(&((job *)tool)->table, rows, n, e);
}

#define SECOND_NS ((int64_t)1000000000)

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

/* Sound is analysed a hundred times faster than it plays, pictures of a film some ten times, and slower where many share a machine. */
static mm_jail_limits limits_of(const choices *c, const asking *q)
{
    int64_t film_ns = prober_asked(&film_prober, q) ? c->max_video_ns : 0;
    return (mm_jail_limits){ .wall_ns = 20 * SECOND_NS + c->max_audio_ns / 15 + film_ns / 5,
                             .cpu_ns = 15 * SECOND_NS + c->max_audio_ns / 30 + film_ns / 10 };
}

static int prepare(mm_app *app, choices *c, job *j, mm_err *e)
{
    probe_tool *t = &j->probe;
    if (choices_settle(c, app->policy, e) < 0 || probe_tool_init(t, &c->probe, e) < 0)
        return -1;
    if (c->ocr)
        asking_add(&t->asked, "image.ocr");
    if (c->transcribe)
        asking_add(&t->asked, "audio.transcript");
    mm_jail_limits limits = limits_of(c, &t->asked);
    if (prober_asked(&image_faces_prober, &t->asked))
        mm_faces_use(c->cascade);
    const decode_wants wants = { c->ocr_languages, c->transcribe, c->transcribe_models, c->max_audio_ns };
    if ((probe_tool_decodes(t) || c->gallery) && decode_start(app, &t->asked, &limits, &wants, e) < 0)
        return -1;
    mm_app_via(app, &t->via_entry);
    t->roots = app->roots;
    t->jail = app->jail;
    t->transcript_from = c->transcript_from;
    t->transcribe = c->transcribe;
    t->max_audio_s = (double)c->max_audio_ns / 1e9;
    t->max_video_s = (double)c->max_video_ns / 1e9;
    t->max_pixels = c->max_pixels;
    if (c->gallery && gallery_begin(&j->gallery, c->gallery, e) < 0)
        return -1;
    t->gallery = c->gallery ? &j->gallery : NULL;
    if (late_needed(t) && late_init(&j->late, t, e) < 0)
        return -1;
    t->table = c->table ? &j->table : NULL;
    return c->table ? table_init(&j->table, &t->asked, c->probe.only.n > 0, e) : 0;
}

static bool ends_at_bad(const mm_app *app)
{
    return app->on_error && strcmp(app->on_error, "fail") == 0;
}

static int run(mm_app *app, choices *c)
{
    job j = { .gallery.file.fd = -1 };
    mm_err e = { 0 };
    mm_stage stage = { .open = open_worker, .close = close_worker, .work = work, .tool = &j };
    int failed = prepare(app, c, &j, &e);
    if (!failed && late_needed(&j.probe)) {
        stage.order = meet;
        stage.last = after_last;
    }
    if (!failed && c->table)
        stage.write = write_rows;
    int status = failed ? mm_app_fail(app, &e) : mm_app_run(app, &stage);
    if (!failed && table_end(&j.table, &e) < 0 && errno != EPIPE)
        status = mm_app_fail(app, &e);
    bool whole = !failed && (status == MM_OK || status == MM_EGATE || (status == MM_EBAD && !ends_at_bad(app)));
    if (gallery_end(&j.gallery, whole, &e) < 0)
        status = mm_app_fail(app, &e);
    table_clear(&j.table);
    late_clear(&j.late);
    probe_tool_clear(&j.probe);
    return status;
}

int main(int argc, char **argv)
{
    choices c = choices_new();
    dup_opts *dup = &c.probe.dup;
    row_opts *rows = &c.probe.rows;
    const mm_option options[] = {
        { "only", 0, MM_OPT_LIST, &c.probe.only, "NAMES",
          "Find just these facts and families, separated by commas (image.width,text), and read no more than they need. "
          "--list shows the names." },
        { "field", 0, MM_OPT_STRING, &c.probe.field, "PATH",
          "Probe the text in this member. When not given: the payload where that is text, else the member text, else, in a "
          "row, its longest string." },
        { "bad-words", 0, MM_OPT_STRING, &c.probe.bad_words, "FILE",
          "Count words and phrases of this list, one a line (text.bad_words); a text with any does not pass the rules of C4." },
        { "transcript-from", 0, MM_OPT_STRING, &c.transcript_from, "PATH",
          "Read transcripts (whisper JSON, WebVTT, SRT, CTM) for --only transcript: from this folder, this file, or, with {} for the "
          "name without its extension, these files." },
        { "transcribe", 0, MM_OPT_FLAG, &c.transcribe, NULL,
          "Write down what is spoken in sound (audio.transcript), by pocketsphinx, where --transcript-from has nothing." },
        { "transcribe-models", 0, MM_OPT_STRING, &c.transcribe_models, "DIR",
          "Its models: an acoustic one, a dictionary, a language model. Those for US English of Debian when not given." },
        { "max-audio", 0, MM_OPT_DURATION, &c.max_audio_ns, "TIME",
          "Decode no more than this of a sound track: 10m when not given." },
        { "max-video", 0, MM_OPT_DURATION, &c.max_video_ns, "TIME",
          "Decode no more than this of the pictures of a film: 10m when not given." },
        { "max-pixels", 0, MM_OPT_INT, &c.max_pixels, "N",
          "Decode no picture or frame with more pixels (default 100000000); it is warned of instead. Only for facts that need pixels.",
          .min = 1, .max = INT64_MAX },
        { "cascade", 0, MM_OPT_STRING, &c.cascade, "FILE",
          "Find faces with this cascade of OpenCV (default " MM_CASCADE_FILE ")." },
        { "table", 0, MM_OPT_FLAG, &c.table, NULL,
          "Print an aligned table for people in place of records: with --only a column a fact, else what matters most." },
        { "gallery", 0, MM_OPT_STRING, &c.gallery, "FILE",
          "Besides the records, write a contact sheet: one HTML file with small pictures, waveforms, key frames and facts." },
        { "ocr", 0, MM_OPT_FLAG, &c.ocr, NULL, "Read the text in images too (image.ocr): about a second a page." },
        { "ocr-languages", 0, MM_OPT_STRING, &c.ocr_languages, "LANGS",
          "Languages of that text as tesseract names them: eng+deu. eng when not given." },
        { "dup", 0, MM_OPT_STRING, &dup->kinds, "KINDS",
          "Find duplicates of earlier records and name the first of their kind in mm.probe.dup. Of exact, text, image, audio, "
          "separated by commas, or all." },
        { "dup-drop", 0, MM_OPT_FLAG, &dup->drop, NULL, "Leave duplicates out." },
        { "dup-jaccard", 0, MM_OPT_DOUBLE, &dup->jaccard, "SHARE", "Texts this similar are duplicates: 0.8 when not given." },
        { "dup-shingle", 0, MM_OPT_STRING, &dup->shingle, "UNIT:N",
          "Compare texts by runs of N words (word:5, the default) or characters (char:9)." },
        { "dup-bands", 0, MM_OPT_STRING, &dup->bands, "BxR", "MinHash in B bands of R rows: 14x8 when not given." },
        { "dup-hamming", 0, MM_OPT_INT, &dup->hamming, "BITS",
          "Pictures whose hashes differ in no more bits are duplicates: 31 of 256 when not given.", 0, 64 },
        { "dup-match", 0, MM_OPT_DOUBLE, &dup->match, "SHARE",
          "Sounds whose fingerprints agree in this share of bits are duplicates: 0.85 when not given." },
        { "dup-memory", 0, MM_OPT_SIZE, &dup->memory, "SIZE",
          "Memory for the index of duplicates; what is more goes to files. 1G when not given." },
        { "dup-dir", 0, MM_OPT_STRING, &dup->dir, "DIR", "Where such files lie, without names: TMPDIR or /var/tmp when not given." },
        { "schema", 0, MM_OPT_STRING, &rows->schema, "FILE",
          "Tell where rows do not hold to this JSON Schema (row.schema_failed)." },
        { "by", 0, MM_OPT_STRING, &rows->by, "PATH",
          "Rows with the same value here are one series, such as those of a sensor. When not given: the rows of a file." },
        { "time", 0, MM_OPT_STRING, &rows->time, "PATH", "The column of time stamps: the first that holds some when not given." },
        { "outlier", 0, MM_OPT_DOUBLE, &rows->outlier, "N", "How many deviations from the median make a number an outlier: 5." },
        { "gap", 0, MM_OPT_DOUBLE, &rows->gap, "N", "How many times the usual interval between rows is a gap: 1.5." },
        { "columns", 0, MM_OPT_STRING, &rows->columns, "FILE",
          "Report on all columns and series in this file: JSON where its name ends in .json, else tables." },
        { "row-memory", 0, MM_OPT_SIZE, &rows->memory, "SIZE",
          "Memory for what is learned of series: 256M. Those not met for the longest time are forgotten." },
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
                    "  mm-ingest photos/ | mm-probe --gallery sheet.html >facts.ndjson\n"
                    "      a contact sheet to look at\n"
                    "  mm-probe --only text --field message <tickets.ndjson | jq -r .mm.probe.text.language\n"
                    "      the language of each row\n",
        .options = options,
    };
    mm_app app;
    int status = mm_app_start(&app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    status = c.list || c.features ? show(&app, &c) : run(&app, &c);
    choices_free(&c);
    mm_app_end(&app);
    return status;
}
