#include "record.h"

#include <stdlib.h>
#include <string.h>

#include "spend.h"

enum { MOST_STAGES = 256 };

/* What a stage cost, and how many records that is shared among. */
typedef struct stage {
    mm_str name;
    mm_money cost;
    uint64_t records;
    mm_money part;     /* of each record; the first `more` have a last digit more */
    uint64_t more;
} stage;

typedef struct tool {
    mm_app app;
    const char *from, *book_file, *region, *purchase;
    int64_t among;
    mm_book *book;
    spend spend;
    mm_arena *names;
    mm_path *out, *stage, *program, *where;
    stage of[MOST_STAGES];
    size_t n;
    mm_buf basis, raw, head;
    mm_edits *edits;
    uint64_t given;
    mm_money sum;
    mm_err why;        /* of a ledger that can not be shared out */
} tool;

/* ---- what the stages cost ---- */

static stage *stage_named(tool *t, mm_str name)
{
    for (size_t i = 0; i < t->n; i++)
        if (mm_str_eq(t->of[i].name, name))
            return &t->of[i];
    mm_str kept = t->n < MOST_STAGES ? mm_arena_copy(t->names, name) : (mm_str){ NULL, 0 };
    if (!kept.p) {
        mm_fail(&t->why, MM_EBAD, "%s: more than %d stages", t->from, MOST_STAGES);
        return NULL;
    }
    t->of[t->n] = (stage){ .name = kept };
    return &t->of[t->n++];
}

static bool take_line(void *ctx, mm_str line, int64_t start, mm_money cost)
{
    tool *t = ctx;
    const mm_path *path[] = { t->out, t->stage, t->program };
    mm_value v[3] = { 0 };
    mm_buf scratch = { 0 };
    int64_t records = 0;
    mm_json_find_many(line, path, 3, v);
    const mm_value *name = v[1].raw.p ? &v[1] : &v[2];
    if (!v[0].raw.p || mm_json_int(v[0].raw, &records) < 0 || records < 0 || !name->raw.p || name->type != MM_JSON_STRING) {
        mm_fail(&t->why, MM_EBAD, "%s: a line without records.out, stage or tool: its cost can not be shared out", t->from);
        return false;
    }
    stage *s = stage_named(t, mm_json_text(name->raw, &scratch));
    mm_buf_free(&scratch);
    if (!s)
        return false;
    s->records += (uint64_t)records;
    return mm_money_add(&s->cost, cost);
}

/* Equal parts that add up to the cost. */
static void share_out(tool *t)
{
    for (size_t i = 0; i < t->n; i++) {
        stage *s = &t->of[i];
        if (t->among)
            s->records = (uint64_t)t->among;
        if (!s->records)
            continue;
        s->part = s->cost / (mm_money)s->records;
        s->more = (uint64_t)(s->cost - s->part * (mm_money)s->records);
        if (t->basis.n)
            mm_buf_byte(&t->basis, ',');
        mm_buf_str(&t->basis, s->name);
    }
}

static int read_ledger(tool *t, mm_err *e)
{
    t->spend = (spend){ .app = &t->app, .workers = 1, .book = t->book, .region = t->region, .purchase = t->purchase, .line = { take_line, t } };
    if (spend_plan(&t->spend, NULL, "billed", e) < 0 || spend_file(&t->spend, t->from, e) < 0)
        return -1;
    if (t->why.code) {
        *e = t->why;
        return -1;
    }
    if (t->spend.refused)
        return mm_fail(e, MM_EBAD, "%s: lines that can not be priced: what records cost would be too little", t->from);
    if (!t->n)
        return mm_fail(e, MM_EBAD, "%s: no line of a ledger", t->from);
    t->app.bytes_read = 0;
    share_out(t);
    return 0;
}

/* ---- records ---- */

static mm_verdict give(void *ctx, mm_rec *r, mm_arena *a, bool *stop)
{
    tool *t = ctx;
    mm_money cost = 0;
    mm_err e = { 0 };
    for (size_t i = 0; i < t->n; i++) {
        const stage *s = &t->of[i];
        if (!s->records)
            continue;
        if (t->given >= s->records)
            return mm_rec_bad(r, a, "stage %.*s gave out %llu records by its ledger, and this is one more; --among N shares out among N",
                              (int)s->name.n, s->name.p, (unsigned long long)s->records);
        cost += s->part + (t->given < s->more);
    }
    t->raw.n = t->head.n = 0;
    mm_buf_str(&t->raw, MM_STR("{\"amount\":\""));
    mm_money_put(&t->raw, cost, 2);
    mm_buf_printf(&t->raw, "\",\"currency\":\"%s\",\"basis\":", mm_book_currency(t->book));
    mm_json_put(&t->raw, mm_buf_view(&t->basis));
    mm_buf_byte(&t->raw, '}');
    mm_edits_begin(t->edits, r->head);
    if (mm_edits_set(t->edits, t->where, mm_buf_view(&t->raw), &e) < 0)
        return mm_rec_bad(r, a, "%s", e.text);
    mm_edits_apply(t->edits, &t->head);
    mm_str head = t->head.failed || t->raw.failed ? (mm_str){ NULL, 0 } : mm_arena_copy(a, mm_buf_view(&t->head));
    if (!head.p)
        return mm_rec_bad(r, a, "out of memory");
    mm_rec_set_head(r, head);
    t->given++;
    t->sum += cost;
    return MM_KEEP;
}

static int sum_up(void *ctx, mm_batch *b, mm_err *e)
{
    tool *t = ctx;
    mm_buf text = { 0 };
    if (t->sum == t->spend.total.cost[COST_BILLED])
        return 0;
    mm_money_put(&text, t->sum, 2);
    mm_buf_str(&text, MM_STR(" of "));
    mm_money_put(&text, t->spend.total.cost[COST_BILLED], 2);
    mm_app_note(&t->app, "%.*s %s fell to %llu record%s; the rest to records that did not come here", (int)text.n, text.p ? text.p : "",
                mm_book_currency(t->book), (unsigned long long)t->given, mm_plural(t->given));
    mm_buf_free(&text);
    return 0;
}

/* ---- the program ---- */

static int open_all(tool *t, mm_err *e)
{
    if (!t->from || !t->book_file)
        return mm_fail(e, MM_EUSAGE, "record takes --from LEDGER and --book BOOK");
    t->names = mm_arena_new();
    t->edits = mm_edits_new();
    if (!t->names || !t->edits)
        return mm_fail(e, MM_ESYS, "out of memory");
    if (!(t->book = mm_book_load(t->book_file, e)) || !(t->out = mm_path_new(MM_STR("records.out"), e)) ||
        !(t->stage = mm_path_new(MM_STR("stage"), e)) || !(t->program = mm_path_new(MM_STR("tool"), e)) ||
        !(t->where = mm_path_new(MM_STR("mm.cost"), e)))
        return -1;
    return read_ledger(t, e);
}

static void close_all(tool *t)
{
    mm_arena_free(t->names);
    mm_edits_free(t->edits);
    mm_path_free(t->out);
    mm_path_free(t->stage);
    mm_path_free(t->program);
    mm_path_free(t->where);
    mm_buf_free(&t->basis);
    mm_buf_free(&t->raw);
    mm_buf_free(&t->head);
    spend_free(&t->spend);
    mm_book_free(t->book);
}

int record_main(int argc, char **argv)
{
    tool *t = calloc(1, sizeof *t);
    if (!t)
        return MM_ESYS;
    t->region = "any";
    t->purchase = "on-demand";
    const mm_option options[] = {
        { "What records cost", 0, MM_OPT_HEADING, NULL, NULL, NULL },
        { "from", 0, MM_OPT_STRING, &t->from, "LEDGER", "What the stages used that the records came through; see mm-ledger(5)." },
        { "book", 0, MM_OPT_STRING, &t->book_file, "FILE", "The price book that the ledger is priced by." },
        { "among", 0, MM_OPT_INT, &t->among, "N", "Share what each stage cost among N records, not among those it gave out.", 1, INT64_MAX },
        { "region", 0, MM_OPT_STRING, &t->region, "NAME", "Where the machines stand, for prices that differ." },
        { "purchase", 0, MM_OPT_CHOICE, &t->purchase, "on-demand|spot|reserved|committed",
          "How the machines were bought; on-demand when not given." },
        MM_OPTION_END };
    const mm_tool about = {
        .name = "mm-cost", .summary = "what each record cost, written into mm.cost", .synopsis = "mm-cost record [options] [FILE...]",
        .examples = "  mm-cost record --from ledger.ndjson --book prices.yaml <out.ndjson >priced.ndjson\n"
                    "      each record with its part of what the stages cost\n"
                    "  mm-cost record --from ledger.ndjson --book prices.yaml --among 1000 *.ndjson\n"
                    "      all that the stages cost among a thousand records\n",
        .options = options };
    mm_err e = { 0 };
    int status = mm_app_start(&t->app, &about, argc, argv);
    if (status == MM_GO_ON) {
        const mm_stage s = { .order = give, .last = sum_up, .tool = t };
        status = open_all(t, &e) < 0 ? mm_app_fail(&t->app, &e) : mm_app_run(&t->app, &s);
        mm_app_end(&t->app);
    }
    close_all(t);
    free(t);
    return status;
}
