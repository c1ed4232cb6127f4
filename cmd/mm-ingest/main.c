/* mm-ingest - records out of files, folders, archives, tables and texts. */
#include "stage.h"

static const char examples[] =
    "  mm-ingest photos/ >photos.ndjson\n"
    "      a record for every file in it: type, size, hash, and a ref to its bytes\n"
    "  mm-ingest -b calls.tar.zst tickets.csv | mm-probe | mm-redact >clean.mmr\n"
    "      members of the archive and rows of the table, with their bytes, through a pipe\n"
    "  find . -name '*.wav' -print0 | mm-ingest -0 -T - >sound.ndjson\n"
    "      the files that another program names\n"
    "  mm-ingest -b train-*.tar | mm-select 'cls == 7' >sevens.mmr\n"
    "      files of a WebDataset shard that share a stem are one record\n"
    "  mm-ingest --dedup exact --shard 3/8 --exclude '*.tmp' data/\n"
    "      the third of eight parts, without repeated content and temporary files\n";

int main(int argc, char **argv)
{
    tool t = { .depth = 3, .members = 10000000, .unpacked = (int64_t)1 << 40, .ratio = 300 };
    walk_opts *w = &t.o.walk;
    rows_opts *r = &t.o.rows;
    const mm_option options[] = {
        { "What is read", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "files-from", 'T', MM_OPT_STRING, &w->list, "FILE", "Read further names from FILE, one a line; - is standard input." },
        { "null", '0', MM_OPT_FLAG, &w->null, NULL, "Names in that list end in NUL bytes, as find -print0 writes them." },
        { "include", 0, MM_OPT_LIST, &w->include, "GLOB",
          "Of what stands in folders and archives take only files that match one of these. A pattern without a slash is held against the name, "
          "one with a slash against the path below the folder; * matches slashes too." },
        { "exclude", 0, MM_OPT_LIST, &w->exclude, "GLOB", "Leave out files and folders that match." },
        { "hidden", 0, MM_OPT_FLAG, &w->hidden, NULL, "In folders, take names that begin with a dot too." },
        { "follow", 'L', MM_OPT_FLAG, &w->follow, NULL, "In folders, follow symbolic links." },
        { "shard", 0, MM_OPT_STRING, &t.shard, "I/N",
          "Read every N-th file only, from the I-th on. N runs with I from 1 to N read every file once." },
        { "Archives", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "webdataset", 'W', MM_OPT_OPTIONAL, &t.group, "auto|yes|no",
          "Do members of an archive that share a stem make one record? auto, when not given: in tars that are WebDataset shards by "
          "their first members, or that mm-store wrote; -W is yes." },
        { "max-depth", 0, MM_OPT_INT, &t.depth, "N",
          "Open archives in archives to this depth; 3. What lies deeper is a payload, and with 0 every archive is.", 0, 16 },
        { "max-members", 0, MM_OPT_INT, &t.members, "N", "Most members of one archive; 10 million.", 1, INT64_MAX },
        { "max-unpacked", 0, MM_OPT_SIZE, &t.unpacked, "SIZE", "Most bytes that one archive may unpack to; 1T." },
        { "max-ratio", 0, MM_OPT_INT, &t.ratio, "N", "Most times its size that an archive may unpack to; 300.", 1, INT64_MAX },
        { "Tables and texts", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "format", 0, MM_OPT_CHOICE, &t.format, "auto|csv|tsv|json|ndjson|text", "What every input that is text holds; auto tells by name and content." },
        { "delimiter", 0, MM_OPT_STRING, &t.delimiter, "C", "What stands between the fields of a CSV file; told by its first rows when not given." },
        { "header", 0, MM_OPT_CHOICE, &t.header, "auto|yes|no", "Is the first row of a table its header?" },
        { "types", 0, MM_OPT_LIST, &r->types, "NAME=TYPE", "Type of a column of a table: string, number, boolean, auto; several by commas." },
        { "strings", 0, MM_OPT_FLAG, &r->strings, NULL, "Every field of a table is a string." },
        { "split", 0, MM_OPT_CHOICE, &t.split, "file|line|paragraph", "Make a record of each file (the default), line or paragraph of plain text." },
        { "charset", 0, MM_OPT_STRING, &r->charset, "NAME", "Encoding of every text; detected when not given." },
        { "schema", 0, MM_OPT_STRING, &t.schema_file, "FILE",
          "Rows that do not hold to this JSON Schema are bad records; the manual says which keywords are known." },
        { "schema-out", 0, MM_OPT_STRING, &t.schema_out, "FILE", "Write a JSON Schema of the rows that were read." },
        { "What is written", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "inline", 'i', MM_OPT_FLAG, &t.inline_all, NULL, "Carry every payload in the record, where else a ref to its place would do." },
        { "dedup", 0, MM_OPT_CHOICE, &t.dedup_by, "exact", "Drop records whose content was seen before in this run; 24 to 48 bytes of memory a record." },
        MM_OPTION_END };
    const mm_tool about = {
        .name = "mm-ingest", .summary = "records out of files, folders, archives, tables and texts",
        .synopsis = "mm-ingest [options] [FILE|FOLDER...]", .examples = examples, .options = options,
        .flags = MM_TOOL_NDJSON | MM_TOOL_NO_INPUT };
    mm_err e = { 0 };
    int status = mm_app_start(&t.app, &about, argc, argv);
    if (status != MM_GO_ON)
        return status;
    if (tool_open(&t, &e) == 0) {
        const mm_stage stage = tool_stage(&t);
        status = mm_app_run(&t.app, &stage);
        tool_note_left_out(&t);
        if (t.failed.code || tool_write_schema(&t, status, &t.failed) < 0)
            status = mm_app_fail(&t.app, &t.failed);
    } else {
        status = mm_app_fail(&t.app, &e);
    }
    tool_close(&t);
    mm_app_end(&t.app);
    return status;
}
