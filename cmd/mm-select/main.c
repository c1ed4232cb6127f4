/* mm-select - the records that match an expression. */
#include "plan.h"

#define SYNOPSIS "mm-select [options] [EXPRESSION] [FILE...]"

static const char examples[] =
    "  mm-select 'lang == \"en\" and len(text) >= 200' rows.ndjson >english.ndjson\n"
    "      the English rows of some length; a row without these fields is left out\n"
    "  mm-select 'mm.probe.image.width >= 512 and mm.size < 10MB' <photos.mmr >large.mmr\n"
    "      large photos in small files\n"
    "  mm-select --sample 1% --seed 7 rows.ndjson\n"
    "      a hundredth of the rows, the same ones every time\n"
    "  mm-select --project text,label --head 10 rows.ndjson\n"
    "      two members of the first ten rows\n"
    "  mm-select --count --split lang rows.ndjson\n"
    "      how many rows there are in each language\n"
    "  mm-select --split lang -o 'out/{}.ndjson' rows.ndjson\n"
    "      a file for each language\n";

int main(int argc, char **argv)
{
    select_tool t = { .head = -1 };
    const mm_option options[] = {
        { "Which records", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "expression", 'e', MM_OPT_STRING, &t.expression, "EXPRESSION",
          "Take records for which it is true; then all operands are files. Without -e the first operand that is no file is the "
          "expression; without any every record is taken." },
        { "invert", 'v', MM_OPT_FLAG, &t.s.invert, NULL, "Take the records that the expression would leave out." },
        { "sample", 0, MM_OPT_STRING, &t.sample, "RATE|N",
          "Of these take a part, such as 0.05 or 5%, or N records, drawn by a hash of mm.id or, without one, of the "
          "record's number." },
        { "by", 0, MM_OPT_STRING, &t.by, "FIELD", "Draw the sample by this field: records of the same value stay together." },
        { "seed", 0, MM_OPT_INT, &t.s.sample.seed, "N", "Another seed draws another sample; 0 when not given." },
        { "head", 'n', MM_OPT_INT, &t.head, "N", "Stop after N records.", 0, INT64_MAX },
        { "strict", 0, MM_OPT_FLAG, &t.s.strict, NULL,
          "Check all of each record against the rules of JSON, not only the way to the fields that are asked for." },
        { "What of them, and where", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "project", 'p', MM_OPT_STRING, &t.project, "FIELDS",
          "Keep only these members, separated by commas, and mm; with -mm in the list not mm either." },
        { "count", 'c', MM_OPT_FLAG, &t.count, NULL,
          "Print only how many there are; with --split or --routes a line for each output." },
        { "split", 0, MM_OPT_STRING, &t.split, "FIELD",
          "Write a file for each value of this field, named by -o, where {} stands for the value." },
        { "routes", 0, MM_OPT_STRING, &t.routes, "FILE",
          "Write a file for each line 'name: expression' of this table; the first that is true takes a record." },
        { "max-values", 0, MM_OPT_INT, &t.most, "N",
          "Most values that --split tells apart; 1000, or 100000 with --count, when not given.", 1, 1 << 30 },
        MM_OPTION_END };
    const mm_tool tool = {
        .name = "mm-select", .summary = "the records that match an expression: whole, in part, sampled, counted, or split",
        .synopsis = SYNOPSIS, .examples = examples, .options = options };
    int status = mm_app_start(&t.app, &tool, argc, argv);
    if (status != MM_GO_ON)
        return status;
    status = plan_compile(&t);
    if (status == MM_OK) {
        const mm_stage stage = flow_stage(&t);
        status = mm_app_run(&t.app, &stage);
        if (t.count && (status == MM_OK || status == MM_EBAD) && flow_print_counts(&t) != MM_OK)
            status = MM_ESYS;
    }
    plan_free(&t);
    mm_app_end(&t.app);
    return status;
}
